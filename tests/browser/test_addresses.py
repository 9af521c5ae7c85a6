"""An address is the view: copied, reloaded, or come back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser

ASKED = {
    "step": ["To ask", "Awaiting result", "Failed conservative therapy"],
    "site": ["Riverside Family Practice", "Harbour Medical Centre"],
    "only": ["Something not known"],
    "sort": ["Name"],
    "page": ["2"],
}
MEANT = Filters(
    dispositions=("ask", "awaiting_results", "investigate"),
    sites=("Riverside Family Practice", "Harbour Medical Centre"),
    something_unknown=True,
)


def address(server: str, **parts: str | list[str]) -> str:
    return f"{server}/worklist?{urlencode(parts, doseq=True)}"


def stands(page: Any, people: Worklist) -> None:  # noqa: ANN401
    """The list, its widgets and its address are those that were asked for."""
    assert reading.listed(page) == people.total(MEANT)
    assert page.locator(".st-key-count").inner_text().startswith(f"51–{people.total(MEANT)} of")
    chosen = page.locator(".st-key-filters .react-aria-ComboBox [data-tag]").all_inner_texts()
    assert sorted(text.strip() for text in chosen) == sorted(ASKED["step"] + ASKED["site"])
    pressed = page.locator(".st-key-filters button[data-selected=true]").all_inner_texts()
    assert [text.strip() for text in pressed] == ASKED["only"]
    held = parse_qs(urlsplit(page.url).query)
    assert {key: sorted(held.get(key, [])) for key in ASKED} == {key: sorted(value) for key, value in ASKED.items()}


def test_an_address_outlasts_a_reload_and_a_patient(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    assert 50 < truth.total(MEANT) <= 100
    reading.visit(page, address(sample, **ASKED))
    stands(page, truth)
    page.reload()
    reading.rests(page)
    stands(page, truth)
    reading.open_row_by_mouse(page, 0)
    page.go_back()
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    stands(page, truth)
    reading.open_row_by_mouse(page, 0)
    page.get_by_role("link", name="Back to worklist").first.click()
    page.wait_for_url("**/worklist?*", timeout=60_000)
    reading.rests(page)
    stands(page, truth)


def test_filters_of_a_chart_are_words_that_can_be_taken_away(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    parts = {"queue": "imaging", "waited": "8", "indication": "failed_therapy", "reason": "failed_therapy"}
    meant = {"queue": "imaging", "waited": "8", "indications": ("failed_therapy",), "reason": "failed_therapy"}
    people = truth.total(Filters(**meant))
    assert 0 < people < truth.total(Filters(queue="imaging"))
    reading.visit(page, address(sample, **parts))
    assert reading.listed(page) == people
    for words, key, field in (
        ("Waiting 8 to 12 weeks", "waited", "waited"),
        ("Reason:", "reason", "reason"),
        ("Because of:", "indication", "indications"),
        ("Waiting for imaging", "queue", "queue"),
    ):
        page.locator(".st-key-count").get_by_role("button", name=words).click()
        page.wait_for_url(lambda url, key=key: f"{key}=" not in url, timeout=60_000)
        reading.rests(page)
        del meant[field]
        assert reading.listed(page) == truth.total(Filters(**meant))


def test_an_invented_filter_is_neither_used_nor_shown(page: Any, sample: str, truth: Worklist) -> None:  # noqa: ANN401
    reading.visit(page, address(sample, queue="x", waited="99", reason="Call 0800 now", question="A b", need="all"))
    assert reading.listed(page) == truth.total()
    assert "0800" not in page.locator("[data-testid=stMain]").inner_text()
    assert page.locator(".st-key-count").get_by_role("button", name="Waiting").count() == 0
