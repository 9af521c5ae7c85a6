"""What is open longer than it should be: counted for everybody as it is followed for one person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard import assigning, panel_store
from dashboard.actions.following import RESULTED, followed
from dashboard.answered_panel import recorded
from dashboard.filtering import QUEUES, Filters
from dashboard.panel_store import HeldPanel
from dashboard.queues import now
from dashboard.team_log import Seen
from dashboard.worklist import Worklist
from pathways.vocabulary import concepts
from tests.pages.made_up import D, event
from tests.pages.test_team_log import PROFILE, entry, models, to_order


@pytest.fixture(scope="module")
def held() -> HeldPanel:
    return panel_store.opening()


def open_now(held: HeldPanel) -> dict[tuple[str, str], bool]:
    """Person and queue, and whether late: everybody followed in the plainest way."""
    core = panel_store.the_pathway().in_profile(PROFILE, held.as_of).core_bloods
    records: dict[str, list[dict[str, object]]] = {}
    for row in held.panel.events.to_pylist():
        records.setdefault(row["patient_id"], []).append(row)
    kinds = {"blood_test": "bloods", "imaging": "imaging", "referral": "referral"}
    found: dict[tuple[str, str], bool] = {}
    for patient_id, record in records.items():
        for item in followed((), record, {"bloods": core}, held.as_of).items:
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
    lines = assigning.open_items([bloods], record, {"bloods": ("esr",)}, D)
    assert [(line.text, line.late) for line in lines] == [
        ("Open: X-ray spine, ordered 7 Mar 2026, due 5 Jun 2026", "10 days overdue"),
        ("Open: ESR, ordered 15 Jun 2026, due 13 Jul 2026, with Dr Ito", ""),
    ]
    assert all("with Dr Vale" in line.text for line in assigning.open_items([bloods, owner], record, {}, D))
    come = [event("esr", D, "final", value=Decimal(20))]
    [unread] = assigning.open_items([bloods], come, {"bloods": ("esr",)}, D)
    assert unread.text == "Open: ESR, result of 15 Jun 2026 not read, due 22 Jun 2026"
