"""One visit to a page and everything that the checks of every page ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe

from tests.browser import reading

SERIOUS = ("serious", "critical")
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""All that a theme changes; the parts of the page and their names are the same in both."""
PHONE, ZOOMED = 390, 720
"""Widths in CSS pixels: a phone, and a screen of 1440 at 200 % zoom."""

_TOO_WIDE = """() => {
    const wide = document.documentElement.clientWidth;
    const main = document.querySelector('[data-testid=stMain]');
    const over = [document.documentElement, document.body, main].filter(e => e.scrollWidth > e.clientWidth + 1);
    if (!over.length) return [];
    return [...document.querySelectorAll('[data-testid=stMain] *')]
        .filter(e => e.getBoundingClientRect().right > wide + 1)
        .slice(0, 5).map(e => `${e.tagName} ${e.dataset.testid ?? ''} ${e.innerText?.slice(0, 40) ?? ''}`);
}"""
CHARTS = ", ".join(f"[data-testid={kind}]" for kind in ("stPlotlyChart", "stVegaLiteChart", "stEChartsChart"))
_NAMES = """charts => charts.map(chart => {
    const named = chart.matches('[aria-label]') ? chart : chart.querySelector('[aria-label]');
    return (named ?? chart.closest('[aria-label]'))?.getAttribute('aria-label') ?? '';
})"""


@dataclass(frozen=True)
class Seen:
    """What one visit found. ``wide`` names what sticks out at which width."""

    violations: list[str]
    wide: dict[int, list[str]]
    charts: list[str]
    headings: list[str]
    requests: list[str] = field(repr=False)
    complaints: list[str] = field(default_factory=list)


def look(page: Any, address: str) -> Seen:  # noqa: ANN401
    """Visit once at full width in the light, look again in the dark, then narrow the same page."""
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    reading.visit(page, address)
    violations = found_by_axe(page)
    page.emulate_media(color_scheme="dark")
    reading.rests(page)
    violations += [f"{found} (dark)" for found in found_by_axe(page, only=OF_COLOUR)]
    charts = page.locator(CHARTS).evaluate_all(_NAMES)
    headings = page.get_by_role("heading", level=1).all_inner_texts()
    wide = {}
    for width in (ZOOMED, PHONE):
        page.set_viewport_size({"width": width, "height": 844})
        wide[width] = _sticks_out(page)
    return Seen(violations, wide, charts, headings, requests, complaints)


def _sticks_out(page: Any) -> list[str]:  # noqa: ANN401
    """What is wider than the screen once charts and tables have followed it."""
    found: list[str] = []
    for _ in range(16):
        page.wait_for_timeout(200)
        if not (found := page.evaluate(_TOO_WIDE)):
            break
    return found


def found_by_axe(page: Any, only: Sequence[str] = ()) -> list[str]:  # noqa: ANN401
    """``rule: selector`` of every serious or critical finding on the page as it stands; of some rules or of all."""
    options = DEFAULT_OPTIONS | ({"runOnly": list(only)} if only else {})
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}"
        for violation in violations
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
