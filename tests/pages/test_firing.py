"""A flag that falls silent from one load to the next is told; what was rare, or is another list, is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import firing
from dashboard.actions.audit.entries import Entry
from dashboard.audit_trail import PROGRAM, AuditTrail
from dashboard.firing import LOADS, series, stopped
from dashboard.intake import LoadReport
from dashboard.panel_store import Evaluated, HeldPanel
from dashboard.wording.data import data_words
from tests.actions.made_up import trail_in
from tests.pages.conftest import panel
from tests.pages.made_up import D, answer, failed, worklist


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ({}, [{"failed_therapy": 14}, {"failed_therapy": 14}], [(14, 14)]),
        ({}, [{"failed_therapy": 14}], []),  # one load says little
        ({"failed_therapy": 1}, [{"failed_therapy": 14}] * 5, []),
        ({}, [{"failed_therapy": 14}, {"failed_therapy": 2}], []),  # rare
        ({}, [{"failed_therapy": 14}, {}], []),  # it was silent before
        ({}, [{"failed_therapy": 9}] * LOADS + [{}], [(9,) * LOADS]),  # only the last count
        ({}, [], []),
    ],
)
def test_what_stops_firing(
    now: dict[str, int], before: list[dict[str, int]], expected: list[tuple[int, ...]]
) -> None:
    assert [one.before for one in stopped(now, before)] == expected


def test_the_sentence_names_flag_and_counts() -> None:
    [one] = stopped({}, [{"failed_therapy": 9}, {"failed_therapy": 14}])
    assert one.in_words(data_words().silent) == (
        "Full trial of therapy without enough relief: 0 people now, 9 to 14 at each of the last 2 loads."
    )


def test_counts_are_of_people_in_the_pathway() -> None:
    outside = answer("out_of_scope", patient_id="3", reasons=["no active back pain"])
    assert firing.counts(worklist([failed(patient_id="1"), failed(patient_id="2"), outside])) == {"failed_therapy": 2}


def test_lists_are_one_series_when_only_digits_differ() -> None:
    assert series("list-2026-06-12.csv") == series("list-2026-06-13.csv") != series("other-2026-06-13.csv")


def test_only_loads_of_the_same_list_and_profile_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trail, by = AuditTrail(lambda: trail_in(tmp_path)), Entry("loaded", PROGRAM)

    def load(name: str, profile: str, people: int) -> int:
        listed = Evaluated(worklist([failed(patient_id=str(n)) for n in range(people)] or [answer()]))
        monkeypatch.setattr("dashboard.panel_store._evaluate", lambda *_: listed)
        held = HeldPanel(name, panel(), LoadReport("tables", "x", D, 1, 1, 0), D)
        return len(firing.write_down(trail, held, profile, by))

    for day in (1, 2):
        assert load(f"list-{day}.csv", "us-acp", 5) == 0
        assert load(f"list-{day}.csv", "uk-nice", 0) == 0
        assert load(f"other-{day}.csv", "us-acp", 0) == 0
    assert load("other-3.csv", "us-acp", 0) == 0
    assert load("list-3.csv", "uk-nice", 0) == 0
    assert load("list-3.csv", "us-acp", 0) == 1
