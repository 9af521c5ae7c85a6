"""What one browser does on the pages, and what each act costs from the click to the last message of the answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.browser import reading

QUIET = 0.8
"""Seconds without a message after which an answer is taken to be complete."""
CLICKED = """document.addEventListener('click', () => { window.__clicked = Date.now(); }, true);"""
"""The clock of the click itself: what the driver does before it is none of a reader's waiting."""
PAGES = {
    "Huddle": "", "Worklist": "worklist", "To ask": "ask", "Queues": "queues?queue=imaging", "Pathway": "pathway",
    "Attrition": "pathway?section=Attrition", "Data": "data", "Activity": "activity", "About": "about",
}  # fmt: skip
WORKING = ".st-key-working"
"""The bar of what is worked out of everybody, while it is."""
LONGEST = 3_600_000
"""Milliseconds for what is worked out of a million people."""


@dataclass
class Wire:
    """What comes over the web socket of a page."""

    received: int = 0
    last: float = 0.0

    def watch(self, page: Any) -> None:  # noqa: ANN401
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))

    def _frame(self, payload: str | bytes) -> None:
        self.received += len(payload)
        self.last = time.time()


@dataclass(frozen=True)
class Cost:
    seconds: float
    received: int


def timed(page: Any, wire: Wire, act: Callable[[], object]) -> Cost:  # noqa: ANN401
    """From the click (or else the act) until the last message of the answer."""
    before, started = wire.received, time.time()
    wire.last = started
    act()
    while True:
        page.wait_for_timeout(100)
        running = page.locator("[data-testid=stApp][data-test-script-state=running]").count()
        if not running and wire.received > before and time.time() - wire.last > QUIET:
            clicked = page.evaluate("window.__clicked ?? 0") / 1000
            return Cost(wire.last - max(started, clicked), wire.received - before)


def heap(page: Any) -> int:  # noqa: ANN401
    """Bytes of the page's own memory after rubbish is taken out."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return int(used)


def middle(costs: Sequence[Cost]) -> Cost:
    """The medians."""
    return Cost(statistics.median(c.seconds for c in costs), round(statistics.median(c.received for c in costs)))


def acts(page: Any) -> dict[str, Callable[[], object]]:  # noqa: ANN401
    """What people do on the worklist, each undone by the one after."""
    tile = page.locator(".st-key-tiles button")
    only = page.locator(".st-key-filters").get_by_role("button", name="Overdue")
    pages = page.locator("[data-testid=stPagination] button")
    return {
        "next page": pages.get_by_text("2", exact=True).first.click,
        "filter by a tile": lambda: tile.filter(has_text="To ask").click(),
        "take it away": lambda: tile.filter(has_text="To ask").click(),
        "filter by Overdue": only.click,
        "take that away": only.click,
    }


def settle(page: Any, address: str) -> None:  # noqa: ANN401
    """Open a page and wait until what it needs of everybody is worked out."""
    page.goto(address)
    page.wait_for_selector(reading.FOOT, timeout=LONGEST)
    page.locator(WORKING).first.wait_for(state="detached", timeout=LONGEST)
    reading.rests(page)


def try_another_number(page: Any, address: str) -> None:  # noqa: ANN401
    """Ask what another number of the pathway would change, and wait for the answer."""
    settle(page, f"{address}/pathway?section=What+if")
    box = page.locator("[class*=st-key-what_if_] input[type=number], [class*=st-key-what_if_] input").last
    box.press("ArrowUp")
    box.press("Enter")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_timeout(3_000)
    page.locator(WORKING).first.wait_for(state="detached", timeout=LONGEST)
    reading.rests(page)
