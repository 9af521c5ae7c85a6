"""A name that looks like markup, a link or a formula is a name and nothing else, and stays out of the address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import reading
from tests.browser.conftest import HOSTILE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_found_and_shown_as_it_is(page: Any, server: str, name: str) -> None:  # noqa: ANN401
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    reading.visit(page, f"{server}/worklist")
    page.get_by_label("Go to patient").fill(name[:12])
    page.locator("[class*=st-key-go-] button").first.click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    assert page.get_by_role("heading", level=1).first.inner_text().replace("\u2060", "") == name
    assert page.evaluate("window.__pwn") is None
    assert page.locator("a[href*=evil]").count() == page.locator("img[src*=evil]").count() == 0
    assert "0000" not in page.url
    assert name[:12] not in page.url
    assert not reading.strangers(requested, server)
