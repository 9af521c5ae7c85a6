"""What the pages of a large panel cost in the browser: bytes, memory and seconds.

    python -m benchmarks.pages [PEOPLE ...]

Serves the sample panel repeated to each size (``benchmarks.large_panel``: lists and pages are measured, not
the engine), opens it in a headless Chromium and prints the tables of ``docs/performance.md``. The first size
is what the others are compared with.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser import reading
from tests.browser.conftest import CHROMIUM, serve

SIZES = (2_000, 10_000, 1_000_000)
RUNS = 5
QUIET = 0.8
"""Seconds without a message after which an answer is taken to be complete."""

CLICKED = """document.addEventListener('click', () => { window.__clicked = Date.now(); }, true);"""
"""The clock of the click itself: what the driver does before it is none of a reader's waiting."""

PAGES = {"Huddle": "", "Worklist": "worklist", "Queues": "queues?queue=imaging"}
LIST = "Worklist"


@dataclass
class Wire:
    """What comes over the web socket of a page."""

    received: int = 0
    last: float = 0.0
    sockets: list[Any] = field(default_factory=list)

    def watch(self, page: Any) -> None:  # noqa: ANN401
        def opened(socket: Any) -> None:  # noqa: ANN401
            self.sockets.append(socket)
            socket.on("framereceived", self._frame)

        page.on("websocket", opened)

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


def middle(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.seconds for c in costs), round(statistics.median(c.received for c in costs)))


def measure(browser: Any, people: int) -> dict[str, Any]:  # noqa: ANN401
    """Everything about one size, the first visit apart: it waits for the list to be made."""
    script = Path(__file__).with_name("large_panel.py")
    served = serve(script=script, BACKSTOP_AS_OF="2026-06-15", REPEATED_PEOPLE=str(people))
    address = next(served)
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.add_init_script(CLICKED)
    started = time.perf_counter()
    page = context.new_page()
    reading.visit(page, f"{address}/worklist")
    found: dict[str, Any] = {"first visit": time.perf_counter() - started, "load": {}, "act": {}}
    page.close()
    for name, path in PAGES.items():
        costs, heaps = [], []
        for _ in range(RUNS):
            page, wire = context.new_page(), Wire()
            wire.watch(page)
            costs.append(timed(page, wire, lambda page=page, path=path: page.goto(f"{address}/{path}")))
            heaps.append(heap(page))
            page.close()
        found["load"][name] = (middle(costs), statistics.median(heaps))
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    reading.visit(page, f"{address}/worklist")
    taken: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        for name, act in acts(page).items():
            taken.setdefault(name, []).append(timed(page, wire, act))
    found["act"] = {name: middle(costs) for name, costs in taken.items()}
    context.close()
    served.close()
    return found


def _print(found: dict[int, dict[str, Any]]) -> None:
    base = found[next(iter(found))]
    print("| people | page | over the socket, KB | memory of the page, MB | load, s |")
    print("|---:|---|---:|---:|---:|")
    for people, one in found.items():
        for name, (cost, used) in one["load"].items():
            ratio = cost.seconds / base["load"][name][0].seconds
            print(
                f"| {people:,} | {name} | {cost.received / 1e3:.0f} | {used / 1e6:.0f} "
                f"| {cost.seconds:.2f} ({ratio:.1f} ×) |"
            )
    names = list(base["act"])
    print("\n| people |", " | ".join(f"{name}, s" for name in names), "| most over the socket, KB |")
    print("|---:|" + "---:|" * (len(names) + 1))
    for people, one in found.items():
        cells = (
            f"{one['act'][name].seconds:.2f} ({one['act'][name].seconds / base['act'][name].seconds:.1f} ×)"
            for name in names
        )
        most = max(cost.received for cost in one["act"].values())
        print(f"| {people:,} |", " | ".join(cells), f"| {most / 1e3:.0f} |")
    print()
    for people, one in found.items():
        print(f"First visit, the list being made: {people:,} people {one['first visit']:.1f} s.")


def main(arguments: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    sizes = tuple(map(int, arguments)) or SIZES
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = {people: measure(browser, people) for people in sizes}
        browser.close()
    _print(found)


if __name__ == "__main__":
    main(sys.argv[1:])
