"""The same people as one row each: the wide patient list that a clinic can export."""

from __future__ import annotations

from functools import cache

from pathways.vocabulary import concepts, of_kind
from sample_data.chart import PATIENT_COLUMNS, Chart, EventRow

ANSWERS = {"present": "yes", "absent": "no", "unknown": "unknown"}
PAIRS = {"pain_score": ("baseline_pain", "current_pain"), "weight": ("previous_weight", "current_weight")}
STEPS = {
    "imaging": ("ordered", "booked", "performed", "reported", "result", "reviewed", "cancelled"),
    "referral": ("ordered", "booked", "accepted", "seen", "cancelled"),
}


def _only(cells: dict[str, str], column: str, value: str) -> None:
    """Sets a cell once. Raises ValueError where a person would need two values in one column."""
    if cells.setdefault(column, value) != value:
        raise ValueError(f"the wide list has one value a person for {column}")


def _finding(cells: dict[str, str], row: EventRow) -> None:
    _, concept, day, end, status, *_ = row
    if concept == "back_pain":
        _only(cells, "back_pain", ANSWERS[status])
        _only(cells, "onset_date" if status == "present" else "back_pain_date", day)
        _only(cells, "back_pain_end", end)
        return
    _only(cells, concept, ANSWERS[status])
    if day != cells["recorded_on"]:
        _only(cells, f"{concept}_date", day)


def _treatment(cells: dict[str, str], row: EventRow) -> None:
    _, concept, day, end, status, value, *_ = row
    _only(cells, f"{concept}_start", day)
    _only(cells, f"{concept}_end", end)
    if value:
        _only(cells, f"{concept}_sessions", value)
    if status == "completed" and not end:
        _only(cells, f"{concept}_status", status)  # without it the list would read: still going on


def _number(cells: dict[str, str], row: EventRow, column: str) -> None:
    _, _, day, _, _, value, unit, low, high, result, reviewed = row
    parts = {
        "": value or result,
        "_date": day,
        "_unit": unit,
        "_low": low,
        "_high": high,
        "_reviewed": reviewed,
    }
    for ending, text in parts.items():
        if text:
            _only(cells, column + ending, text)


def _step(cells: dict[str, str], row: EventRow) -> None:
    _, concept, day, end, status, _, _, _, _, result, reviewed = row
    if status == "final":
        _only(cells, f"{concept}_reported", day)
        _only(cells, f"{concept}_result", result)
        _only(cells, f"{concept}_reviewed", reviewed)
    else:
        _only(cells, f"{concept}_{status}", end or day)


def cells_of(chart: Chart) -> dict[str, str]:
    """One person's row by column name; columns that say nothing are left out."""
    cells = dict(zip(PATIENT_COLUMNS, chart.patient_row(), strict=True))
    cells["recorded_on"] = chart.calendar[chart.recorded]
    pairs: dict[str, list[EventRow]] = {name: [] for name in PAIRS}
    for row in chart.events:
        concept = concepts()[row[1]]
        if concept.id in PAIRS:
            pairs[concept.id].append(row)
        elif concept.kind == "finding":
            _finding(cells, row)
        elif concept.kind == "treatment":
            _treatment(cells, row)
        elif concept.stands_for_core or concept.kind in STEPS:
            _step(cells, row)
        else:
            _number(cells, row, concept.id)
    for name, rows in pairs.items():
        if len(rows) > len(PAIRS[name]):
            raise ValueError(f"the wide list has two values a person for {name}")
        columns = PAIRS[name] if len(rows) > 1 or name == "pain_score" else PAIRS[name][1:]
        for row, column in zip(sorted(rows, key=lambda row: row[2]), columns, strict=False):
            _number(cells, row, column)
    return {column: text for column, text in cells.items() if text}


@cache
def every_column() -> tuple[str, ...]:
    """Every column the list can have, in the order a reader would look for them."""
    found = [*PATIENT_COLUMNS, "recorded_on", "back_pain", "onset_date", "back_pain_date", "back_pain_end"]
    for concept in of_kind("finding"):
        if concept != "back_pain":
            found += [concept, f"{concept}_date"]
    for first, second in PAIRS.values():
        found += [name + ending for name in (first, second) for ending in ("", "_date", "_unit")]
    for concept in of_kind("treatment"):
        found += [concept + ending for ending in ("_start", "_end", "_sessions", "_status")]
    for concept in (*of_kind("measurement"), *of_kind("blood_test")):
        if concept not in PAIRS and not concepts()[concept].stands_for_core:
            found += [concept + end for end in ("", "_date", "_unit", "_low", "_high", "_reviewed")]
    found += [f"{order}_{step}" for order in ("bloods", *of_kind("imaging")) for step in STEPS["imaging"]]
    found += [f"{order}_{step}" for order in of_kind("referral") for step in STEPS["referral"]]
    return tuple(found)


def columns_used(rows: list[dict[str, str]]) -> tuple[str, ...]:
    """The columns in which somebody has a value. Raises ValueError for one of no known name."""
    used = set().union(*rows)
    strange = used - set(every_column())
    if strange:
        raise ValueError(f"columns without a place in the wide list: {sorted(strange)}")
    return tuple(column for column in every_column() if column in used)
