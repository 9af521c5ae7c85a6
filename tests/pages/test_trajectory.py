"""The trajectory: its data, its figure, its sentence and its table say the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dashboard import trajectory as rows
from dashboard.charts import trajectory as chart
from dashboard.trajectory import Trajectory
from tests.pages.made_up import D, answer, event, failed

START = D - timedelta(days=51)


def someone() -> Trajectory:
    events = [
        event("pain_score", START, "final", value=Decimal(7)),
        event("pain_score", D - timedelta(days=5), "final", value=Decimal("5.5")),
        event("pain_score", D - timedelta(days=4), "cancelled", value=Decimal(1)),
        event("pain_score", D + timedelta(days=1), "final", value=Decimal(0)),
        event("physiotherapy", START, "active"),
        event("nsaid", START, "completed", end_date=D - timedelta(days=20)),
        event("exercise", START, "planned"),
        event("radiotherapy", START, "completed"),
        event("esr", D - timedelta(days=9), "final", value=Decimal(22)),
        event("xray_spine", D - timedelta(days=2), "cancelled"),
    ]
    return rows.trajectory(events, failed(), D, needed_percent=Decimal(30), trial_days=28)


def test_only_what_happened_and_counts_is_drawn() -> None:
    data = someone()
    assert [score.value for score in data.scores] == [Decimal(7), Decimal("5.5")]
    assert [bar.label for bar in data.bars] == ["Anti-inflammatory (NSAID)", "Physiotherapy"]
    assert [mark.label for mark in data.marks] == ["ESR"]


def test_the_goal_is_the_baseline_less_the_profiles_share() -> None:
    assert someone().goal == Decimal("4.9")
    assert rows.trajectory([], answer(), D, needed_percent=Decimal(30), trial_days=28).goal is None


def test_an_active_treatment_runs_to_the_as_of_date() -> None:
    bars = {bar.label: bar for bar in someone().bars}
    assert (bars["Physiotherapy"].end, bars["Physiotherapy"].active) == (D, True)
    assert bars["Anti-inflammatory (NSAID)"].end == D - timedelta(days=20)


def test_the_figure_plots_every_score_and_names_every_line() -> None:
    data = someone()
    figure = chart.figure(data)
    scores = figure.data[0]
    assert list(scores.y) == [7.0, 5.5]
    assert list(scores.x) == [score.day for score in data.scores]
    words = {annotation.text for annotation in figure.layout.annotations}
    assert {
        "Before therapy: 7",
        "30 % better: 4.9 or less",
        "End of trial",
        "As of",
        "Physiotherapy",
    } <= words


def test_the_table_has_the_same_as_the_figure() -> None:
    data = someone()
    table = chart.table(data)
    assert [row["Detail"] for row in table if row["What"] == "Pain score"] == ["7/10", "5.5/10"]
    assert len(table) == len(data.scores) + len(data.bars) + len(data.marks) + 1  # and the end of the trial


def test_the_alternative_text_tells_scores_goal_and_treatments() -> None:
    text = chart.alt_text(someone())
    for part in ("7 on 25 Apr 2026", "5.5 on 10 Jun 2026", "from 4.9 down", "Physiotherapy"):
        assert part in text


def test_nobody_without_scores_or_treatments_gets_an_empty_picture() -> None:
    data = rows.trajectory([event("esr", D, "final")], answer(), D, needed_percent=None, trial_days=None)
    assert data.empty
    assert chart.alt_text(data) == "No pain score recorded."


def test_treatment_without_scores_is_drawn_and_says_so() -> None:
    data = rows.trajectory([event("nsaid", START, "active")], answer(), D, needed_percent=None, trial_days=None)
    words = {annotation.text for annotation in chart.figure(data).layout.annotations}
    assert "No pain score recorded" in words
