"""What the tests and the screenshots ask of a page: wait until it rests, count, open a row."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

HEADER, ROW = 35, 62
"""Heights in the grid, in pixels, as the worklist sets them."""

FOOT = "text=/^Decision support for clinicians/"
"""What stands last on every page: where it is drawn, the script has run once."""

_TOTAL = re.compile(r"of ([\d,]+) people")
_CALM = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const busy = app?.dataset.testScriptState !== 'notRunning'
        || document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
        || [...document.querySelectorAll('[class*=st-key-kept-]')].some(one => !one.querySelector('[data-looked]'))
        || document.getAnimations().some(one =>
            one.playState === 'running' && one.effect.getComputedTiming().iterations !== Infinity);
    return !busy;
}"""
"""Nothing runs, waits to be drawn or to hear what the browser keeps, or still fades in: what fades has the contrast of
neither state."""
LOOKS, PAUSE = 3, 120
"""A page rests when it is calm so many looks in turn, so many milliseconds apart: a click needs a moment to count."""

Page = Any


def rests(page: Page, *, patience: float = 120) -> None:
    """Wait until the script has run and the page is drawn, at most ``patience`` seconds."""
    calm, until = 0, time.monotonic() + patience
    while calm < LOOKS:
        if time.monotonic() > until:
            raise AssertionError(f"the page does not come to rest in {patience:.0f} s")
        page.wait_for_timeout(PAUSE)
        calm = calm + 1 if page.evaluate(_CALM) else 0


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(FOOT, timeout=120_000)
    rests(page)


def listed(page: Page) -> int:
    """The total stated above the list, once it is: on the way back from another page its place is there before it."""
    text = page.locator(".st-key-count", has_text=_TOTAL).inner_text()
    return int(_TOTAL.search(text)[1].replace(",", ""))  # type: ignore[index]


def tiles(page: Page) -> dict[str, int]:
    """The number on each tile by its words."""
    found = {}
    for text in page.locator(".st-key-tiles button").all_inner_texts():
        number, _, words = text.strip().partition("\n")
        found[words.strip()] = int(number.replace(",", ""))
    return found


def first_card(page: Page, address: str) -> str:
    """The path of the first person on a list shown as cards."""
    visit(page, address)
    return str(page.locator("[class*=st-key-card-] a").first.get_attribute("href"))


def open_row_by_mouse(page: Page, row: int) -> None:
    box = page.locator("[data-testid=stDataFrame] canvas").first.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + HEADER + ROW * row + ROW / 2)
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    rests(page)


_FOCUSED = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return '';
    const own = here.matches('a, button, input, summary, [role]') ? here.innerText : '';
    const said = here.getAttribute('aria-label') || own || here.labels?.[0]?.innerText || '';
    return `${here.tagName} ${said}`;
}"""
"""A part of the page that scrolls can be stood on too, but it is named for nothing in it."""


def focused(page: Page) -> str:
    """Tag and name of what the keyboard would act on."""
    return str(page.evaluate(_FOCUSED))


def tab_to(page: Page, name: str, *, most: int = 160) -> str:
    """Press Tab until the focus stands on something with this name; nothing else is touched."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = focused(page)
        if name in here:
            return here
    raise AssertionError(f"{most} times Tab does not lead to {name!r}")


def arrow_to(page: Page, name: str, *, most: int = 8) -> None:
    """Within a row of buttons, which is one stop for Tab, the arrows move."""
    for _ in range(most):
        if name in focused(page):
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{most} arrows do not lead to {name!r}")


def into_the_grid(page: Page) -> None:
    """Tab to the list; the arrows start from its first row."""
    tab_to(page, "CANVAS")


def open_focused_row(page: Page) -> None:
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    rests(page)


def open_row_by_keyboard(page: Page, row: int) -> None:
    """Tab into the grid, then arrows and Shift+Space: no mouse."""
    page.locator(".st-key-view button").last.focus()
    tab_to(page, "CANVAS", most=12)
    for _ in range(row):
        page.keyboard.press("ArrowDown")
    open_focused_row(page)


def strangers(requests: list[str], address: str) -> list[str]:
    """Requests that left the server's own origin."""
    own = urlsplit(address).netloc
    return [
        url
        for url in requests
        if urlsplit(url).scheme in ("http", "https", "ws", "wss") and urlsplit(url).netloc != own
    ]
