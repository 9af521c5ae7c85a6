"""What the pages of a large panel cost in the browser: seconds, bytes and memory, and what the server spends.

    python -m benchmarks.pages [--panels FOLDER] [--write] [PEOPLE ...]

Serves a prepared panel of each size (``backstop prepare``) with its events on disk, opens it in a headless Chromium,
twice: the first start evaluates everybody, the next one opens the answers kept beside the panel. The first size is
what the others are compared with.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import machine, sections
from benchmarks.page_acts import CLICKED, PAGES, Cost, Wire, acts, heap, middle, settle, timed, try_another_number
from benchmarks.panels import kept, prepared
from benchmarks.served import Served, serving
from tests.browser import reading
from tests.browser.conftest import CHROMIUM

COMMAND = "python -m benchmarks.pages"
SIZES = (10_000, 1_000_000)
RUNS = 3
SCREEN = {"width": 1440, "height": 1000}


@dataclass
class Found:
    """One size. ``starts``: processor seconds until the worklist is there; ``loads``: with the page's own memory."""

    starts: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    loads: dict[str, tuple[Cost, float]] = field(default_factory=dict)
    acts: dict[str, Cost] = field(default_factory=dict)
    what_if: float = 0.0


def measure(browser: Any, folder: Path, people: int) -> Found:  # noqa: ANN401
    source, found = prepared(folder, people), Found()
    shutil.rmtree(source.with_name(f"{source.name}.answers"), ignore_errors=True)
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    for start in ("first start", "next start"):
        with serving(source, home) as served:
            context = browser.new_context(viewport=SCREEN)
            context.add_init_script(CLICKED)
            page = context.new_page()
            settle(page, f"{served.address}/worklist")
            found.starts[start] = served.seconds()
            if start == "next start":
                page.close()
                _look(context, served, found)
            found.memory[start] = served.memory()
            context.close()
    return found


def _look(context: Any, served: Served, found: Found) -> None:  # noqa: ANN401
    page = context.new_page()
    person = reading.first_card(page, f"{served.address}/worklist?view=Cards")
    for path in PAGES.values():
        settle(page, f"{served.address}/{path}")
    page.close()
    for name, path in (PAGES | {"Patient": person.lstrip("/")}).items():
        costs, heaps = [], []
        for _ in range(RUNS):
            page, wire = context.new_page(), Wire()
            wire.watch(page)
            costs.append(timed(page, wire, lambda page=page, path=path: page.goto(f"{served.address}/{path}")))
            heaps.append(heap(page))
            page.close()
        found.loads[name] = (middle(costs), statistics.median(heaps))
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    reading.visit(page, f"{served.address}/worklist")
    taken: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        for name, act in acts(page).items():
            taken.setdefault(name, []).append(timed(page, wire, act))
    found.acts = {name: middle(costs) for name, costs in taken.items()}
    found.memory["with every page"] = served.memory()
    before = served.seconds()
    try_another_number(page, served.address)
    found.what_if = served.seconds() - before


def section(measured: dict[int, Found]) -> str:
    base = measured[next(iter(measured))]

    def beside(cost: Cost, first: Cost) -> str:
        return f"{cost.seconds:.2f} ({cost.seconds / first.seconds:.1f} ×)"

    starts = [
        (f"{people:,}", *(f"{one.starts[name]:.1f}" for name in base.starts), f"{one.what_if:.1f}",
         *(f"{one.memory[name] / 2**30:.2f}" for name in ("first start", "with every page", "next start")))
        for people, one in measured.items()
    ]  # fmt: skip
    loads = [
        (name, f"{people:,}", beside(cost, base.loads[name][0]), f"{cost.received / 1e3:.0f}", f"{used / 1e6:.0f}")
        for name in base.loads
        for people, (cost, used) in ((people, one.loads[name]) for people, one in measured.items())
    ]
    clicks = [
        (name, f"{people:,}", beside(one.acts[name], base.acts[name]), f"{one.acts[name].received / 1e3:.0f}")
        for name in base.acts
        for people, one in measured.items()
    ]
    return f"""## Pages

A prepared panel with all its events on disk, served by a real server to a headless Chromium. The first start evaluates
everybody, the next opens the answers kept beside the panel. Seconds of the server's processor time until the worklist
stands; what-if is another number of the pathway tried on everybody. {machine.described()}

{sections.table(("people", "first start, s", "next start, s", "what-if, s", "most memory of the first, GiB",
                 "of the next with every page, GiB", "and with what-if, GiB"), starts, left=0)}

Medians of {RUNS} loads and {RUNS} rounds of clicks, from the click (or the address) to the last message of the answer,
the framework's way to the browser and back included; beside each the multiple of the smallest panel.

{sections.table(("page", "people", "load, s", "over the socket, KB", "memory of the page, MB"), loads)}

{sections.table(("click on the worklist", "people", "s", "over the socket, KB"), clicks)}"""


def main(arguments: Sequence[str]) -> None:
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser(prog=COMMAND, description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("people", nargs="*", type=int, default=list(SIZES), help="panel sizes")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    if CHROMIUM is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as play, kept(given.panels) as folder:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        measured = {people: measure(browser, folder, people) for people in given.people}
        browser.close()
    sections.finish(COMMAND, section(measured), wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
