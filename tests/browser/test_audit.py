"""In a real browser: a file that cannot be written into the audit trail is not handed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.actions.proof import AUDIT_ANCHOR
from tests.browser import reading
from tests.browser.conftest import serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audited")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    yield from serve(BACKSTOP_HOME=str(home), BACKSTOP_AS_OF="2026-06-15")


def test_nothing_leaves_that_cannot_be_written_down(page: Any, address: str, home: Path) -> None:  # noqa: ANN401
    downloads: list[object] = []
    page.on("download", lambda one: downloads.append(one))  # noqa: PLW0108 - a list's own method takes no mark
    reading.visit(page, f"{address}/worklist")
    page.get_by_role("button", name="Export all").click()
    reading.rests(page)
    anchor = home / "proof" / AUDIT_ANCHOR
    away = anchor.rename(anchor.with_name("away"))
    page.get_by_role("button", name="Download as CSV").click()
    page.get_by_text("Failed to generate file").wait_for()
    reading.visit(page, f"{address}/worklist?step=Urgent")
    assert page.get_by_text("Recording is off").count() == 1
    page.get_by_role("button", name="Export these").click()
    page.get_by_text("No file can be made now").wait_for()
    assert downloads == []
    away.rename(anchor)
    _with_patience(page, f"{address}/activity?did=Took+out+a+list")
    assert "refused" in page.locator("[data-testid=stDataFrame]").first.text_content()
    assert page.url.count("?") == 1


def _with_patience(page: Any, address: str) -> None:  # noqa: ANN401
    """Open the page until the store was tried again and what was refused stands there."""
    for _ in range(20):
        reading.visit(page, address)
        if page.locator("[data-testid=stDataFrame]").count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("what was refused is not written down after the store is well again")
