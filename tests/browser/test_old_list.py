"""A list that is not of today says so, wherever one looks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import reading
from tests.browser.test_every_page import PAGES

pytestmark = pytest.mark.browser
PATHS = sorted({path.partition("?")[0] for path in PAGES.values()})


@pytest.mark.parametrize("path", PATHS)
def test_every_page_says_that_a_list_is_old(page: Any, server: str, path: str) -> None:  # noqa: ANN401
    page.goto(f"{server}/{path}?as_of=2026-06-08")  # the warning stands before the page is drawn
    page.get_by_role("alert").filter(has_text="8 Jun 2026").filter(has_text="7 days ago").wait_for(timeout=60_000)


def test_a_list_of_today_warns_of_nothing(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/worklist")
    assert not any("ago" in text for text in page.get_by_role("alert").all_inner_texts())
