"""What the tests and the screenshots ask of a page: wait until it rests, count, open a row."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

HEADER, ROW = 35, 62
"""Heights in the grid, in pixels, as the worklist sets them."""

FOOT = "text=/^Decision support for clinicians/"
"""What stands last on every page: where it is drawn, the script has run once."""

Page = Any


def rests(page: Page) -> None:
    """Wait until the script has run and the page is drawn."""
    page.wait_for_timeout(300)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=120_000)
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached", timeout=60_000)
    page.wait_for_timeout(400)


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(FOOT, timeout=120_000)
    rests(page)


def listed(page: Page) -> int:
    """The total stated above the list."""
    text = page.locator(".st-key-count").inner_text()
    return int(re.search(r"of ([\d,]+) people", text)[1].replace(",", ""))  # type: ignore[index]


def tiles(page: Page) -> dict[str, int]:
    """The number on each tile by its words."""
    found = {}
    for text in page.locator(".st-key-tiles button").all_inner_texts():
        number, _, words = text.strip().partition("\n")
        found[words.strip()] = int(number.replace(",", ""))
    return found


def open_row_by_mouse(page: Page, row: int) -> None:
    box = page.locator("[data-testid=stDataFrame] canvas").first.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + HEADER + ROW * row + ROW / 2)
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    rests(page)


def open_row_by_keyboard(page: Page, row: int) -> None:
    """Tab into the grid, then arrows and Shift+Space: no mouse."""
    page.locator(".st-key-view button").last.focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.tagName") == "CANVAS":
            break
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    rests(page)


def strangers(requests: list[str], address: str) -> list[str]:
    """Requests that left the server's own origin."""
    own = urlsplit(address).netloc
    return [
        url
        for url in requests
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != own
    ]
