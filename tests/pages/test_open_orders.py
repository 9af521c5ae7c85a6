"""What is open longer than it should be: counted for everybody as it is followed for one person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

import pathways
from dashboard import assigning, panel_store, recording
from dashboard.actions.following import RESULTED, followed
from dashboard.answered_panel import recorded
from dashboard.filtering import QUEUES, Filters
from dashboard.intake import LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.queues import now
from dashboard.team_log import Seen
from dashboard.worklist import Worklist
from pathways import StillOpen
from pathways.panel import EVENTS, PATIENTS, Panel
from pathways.vocabulary import concepts
from tests.pages.made_up import D, answer, event
from tests.pages.test_team_log import PROFILE, entry, models, to_order

BORN = date(1985, 5, 1)
WELL = [
    event("back_pain", D - timedelta(days=40), "present"),
    *(
        event(name, D - timedelta(days=5), "absent")
        for name, one in concepts().items()
        if one.kind == "finding" and name != "back_pain"
    ),
]


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


def open_now(held: HeldPanel) -> dict[tuple[str, str], bool]:
    """Person and queue, and whether late: everybody followed in the plainest way."""
    core = panel_store.the_pathway().in_profile(PROFILE, held.as_of).core_bloods
    still = pathways.still_open(held.panel, panel_store.the_pathway(), PROFILE, as_of=held.as_of)
    records: dict[str, list[dict[str, object]]] = {}
    for row in held.panel.events.to_pylist():
        records.setdefault(row["patient_id"], []).append(row)
    kinds = {"blood_test": "bloods", "imaging": "imaging", "referral": "referral"}
    found: dict[tuple[str, str], bool] = {}
    for patient_id, record in records.items():
        for item in followed((), record, {"bloods": core}, held.as_of, still.get(patient_id, StillOpen())).items:
            queue = "review" if item.state == RESULTED else kinds[concepts()[item.concept].kind]
            late = item.overdue(held.as_of)
            found[patient_id, queue] = found.get((patient_id, queue), False) or late
    return found


def test_everybody_is_followed_as_one_person_is(held: HeldPanel) -> None:
    truth = open_now(held)
    rows = held.worklist(PROFILE, held.as_of).orders().to_pylist()
    assert {(row["patient_id"], row["queue"]): row["late"] for row in rows} == truth
    assert len(truth) > 20
    assert set(truth.values()) == {True, False}


@pytest.mark.parametrize("queue", QUEUES)
def test_the_queues_numbers_are_the_worklists(held: HeldPanel, queue: str) -> None:
    people, truth = held.worklist(PROFILE, held.as_of), open_now(held)
    chosen = Filters(queue=queue)
    waiting = {row["patient_id"] for row in people.everyone(chosen)}
    found = now.orders(people, chosen)
    assert found.open == len({name for name, of in truth if of == queue} & waiting)
    assert found.late == len({name for (name, of), late in truth.items() if of == queue and late} & waiting)
    assert found.late <= found.open <= people.total(chosen)
    rows = [row["patient_id"] for row in people.everyone(Filters(queue=queue, orders="late"))]
    assert len(rows) == found.late


def test_an_order_of_the_team_is_open_at_once_and_late_when_its_days_are_over(held: HeldPanel) -> None:
    person = next(one for one in to_order(held) if one["imaging"]["due"])  # type: ignore[index]
    patient_id, wanted = str(person["patient_id"]), tuple(person["imaging"]["due"])[:1]  # type: ignore[index]
    for ago, late in ((0, False), (89, False), (91, True)):
        said = models.Ordered(on=held.as_of - timedelta(days=ago), concepts=wanted)
        people = recorded(held, Seen((entry(said, patient_id),)).events).worklist(PROFILE, held.as_of)
        assert patient_id in ids(people, "open")
        assert (patient_id in ids(people, "late")) == late


def ids(people: Worklist, orders: str) -> set[str]:
    return {row["patient_id"] for row in people.everyone(Filters(queue="imaging", orders=orders))}


def test_an_open_line_says_since_when_by_when_and_who_has_it() -> None:
    record = [event("xray_spine", D - timedelta(days=100), "ordered"), event("crp", D + timedelta(days=1), "ordered")]
    bloods = entry(models.Ordered(on=D, concepts=("bloods",)), "1")
    owner = entry(models.Assigned(on=D, to="Dr Vale"), "1", version=2)
    lines = assigning.open_items(followed([bloods], record, {"bloods": ("esr",)}, D), D)
    assert [(line.text, line.late) for line in lines] == [
        ("Open: X-ray spine, ordered 7 Mar 2026, due 5 Jun 2026", "10 days overdue"),
        ("Open: ESR, ordered 15 Jun 2026, due 13 Jul 2026, with Dr Ito", ""),
    ]
    theirs = followed([bloods, owner], record, {}, D)
    assert all("with Dr Vale" in line.text for line in assigning.open_items(theirs, D))
    come = [event("esr", D, "final", value=Decimal(20))]
    [unread] = assigning.open_items(followed([bloods], come, {"bloods": ("esr",)}, D), D)
    assert unread.text == "Open: ESR, result of 15 Jun 2026 not read, due 22 Jun 2026"


OLD, ORDERED, NEW = "old results alone", "ordered by the team", "new results"


def with_results_that_nobody_reads() -> HeldPanel:
    """In pain and asked everything; of each test a result of every third year, for one of them a new one too."""
    someone = dict.fromkeys(PATIENTS.names) | {"sex": "female", "birth_first": BORN, "birth_last": BORN}
    old = [event("esr", D - timedelta(days=days), "final", value=Decimal(12)) for days in (9000, 6000, 3000)]
    old += [event("mri_spine", D - timedelta(days=7000), "performed")]
    new = event("esr", D - timedelta(days=3), "final", value=Decimal(12))
    record = {OLD: old, ORDERED: old, NEW: [*old, new]}
    rows = [one | {"patient_id": name} for name in record for one in (*WELL, *record[name])]
    panel = Panel(
        pa.Table.from_pylist([someone | {"patient_id": name} for name in record], PATIENTS),
        pa.Table.from_pylist(rows, EVENTS),
    )
    return HeldPanel("made up", panel, LoadReport("tables", "made up", D, 0, 0, 0), D)


def test_results_of_long_ago_that_nobody_read_are_open_nowhere_and_what_the_team_ordered_is() -> None:
    held = with_results_that_nobody_reads()
    log = [entry(models.Ordered(on=D - timedelta(days=2000), concepts=("esr", "mri_spine")), ORDERED)]
    shown = recorded(held, Seen(tuple(log)).events, tuple(log))
    lines: dict[str, list[str]] = {}
    for name in (OLD, ORDERED, NEW):
        still = StillOpen.in_trace(shown.trace(name, PROFILE, D)["still_open"])
        record = held.alone(name).events.to_pylist()
        theirs = [one for one in log if one.patient_id == name]
        open_ = recording.open_of(theirs, record, panel_store.core_bloods(PROFILE, D), D, still)
        lines[name] = [line.text for line in assigning.open_items(open_, D)]
        assert bool(recording.offer({**answer("ask"), "patient_id": name}, open_).results) == bool(open_.items)
    assert lines == {
        OLD: [],
        ORDERED: [
            "Open: ESR, ordered 23 Dec 2020, due 20 Jan 2021, with Dr Ito",
            "Open: MRI spine, ordered 23 Dec 2020, due 23 Mar 2021, with Dr Ito",
        ],
        NEW: ["Open: ESR, result of 12 Jun 2026 not read, due 19 Jun 2026"],
    }
    for panel, late, open_now in ((held, [], [NEW]), (shown, [ORDERED], [NEW, ORDERED])):
        people = panel.worklist(PROFILE, D)
        for which, names in (("late", late), ("open", open_now)):
            assert sorted(row["patient_id"] for row in people.everyone(Filters(orders=which))) == names
    assert panel_store.still_open_of(held.part, None, PROFILE, D, [NEW]) == held.still_open(PROFILE, D, [NEW])
