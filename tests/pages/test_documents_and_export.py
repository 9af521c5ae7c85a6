"""The rows of buttons on the patient page and the worklist, and the words of an export's filters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import panel_store, wording
from dashboard.components.export_row import filters_in_words, label
from dashboard.documents import printing
from dashboard.filtering import Filters
from tests.pages.conftest import HOSTILE

Visit = Callable[..., AppTest]
EVERY = Filters(
    dispositions=("investigate", "urgent"),
    sites=("Harbour",),
    clinicians=("Dr Amari",),
    owners=("Dr Ito",),
    snoozed="awake",
    bloods_due=True,
    imaging_due=True,
    overdue=True,
    something_unknown=True,
    indications=("failed_therapy",),
    queue="imaging",
    waited="8",
    target="over",
    orders="late",
    question="fever",
    reason="failed_therapy",
    need="today",
)


def test_every_filter_is_put_into_words() -> None:
    unset = {field.name for field in dataclasses.fields(Filters) if not getattr(EVERY, field.name)}
    assert not unset, "a new filter: set it above, and see that the export names it"
    for field in dataclasses.fields(Filters):
        alone = Filters(**{field.name: getattr(EVERY, field.name)})
        assert len(filters_in_words(alone, "us-acp")) == 1, field.name
    said = filters_in_words(EVERY, "us-acp")
    assert said[0] == f"Next step: ● Failed conservative therapy or {wording.status('urgent').tile('us-acp')}"
    assert {"Site: Harbour", "Bloods due", "Overdue", "Waiting for imaging"} <= set(said)
    assert filters_in_words(Filters(), "us-acp") == []


@pytest.mark.parametrize(
    ("total", "chosen", "said"),
    [
        (27, Filters(overdue=True), "Export these 27 people"),
        (1204, Filters(), "Export all 1,204 people"),
        (1, Filters(overdue=True), "Export this person"),
    ],
)
def test_the_button_says_what_it_exports(total: int, chosen: Filters, said: str) -> None:
    assert label(total, chosen) == said


def test_the_number_on_the_button_is_the_total_of_the_list(app: Visit) -> None:
    at = app("worklist", step="Failed conservative therapy")
    total = next(text.value for text in at.markdown if " of " in text.value and "people" in text.value)
    people = total.split(" of ")[1].split()[0]
    assert [one.proto.popover.label for one in at.get("popover")] == [f"Export these {people} people"]


def test_an_empty_list_has_nothing_to_export(app: Visit) -> None:
    at = app("worklist", only=["Bloods due"], step="Self-care")
    assert not at.exception
    assert not at.get("popover")


def _of(at: AppTest) -> list[str]:
    return [one.proto.label for one in at.get("download_button")]


def test_a_hostile_name_does_not_reach_a_file_name(app: Visit) -> None:
    held = panel_store.opening()
    token = held.worklist("us-acp", held.as_of).find("0000")[0]["token"]
    at = app("patient", id=token)
    assert not at.exception
    assert _of(at) == ["One-page summary (PDF)", "Referral letter (PDF)"]
    assert HOSTILE not in "".join(str(one.proto) for one in at.get("download_button"))


def test_a_name_that_cannot_be_printed_gives_a_message_and_leaves_the_note(
    app: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "unprintable", lambda _: ["𞤀"])
    held = panel_store.opening()
    token = held.worklist("us-acp", held.as_of).find("0000")[0]["token"]
    at = app("patient", id=token)
    assert not at.exception
    assert _of(at) == []
    assert any(one.value.startswith("No PDF") and "𞤀" in one.value for one in at.warning)
    assert "Note for the record" in [one.proto.popover.label for one in at.get("popover")]
