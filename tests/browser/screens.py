"""Takes the pictures in ``docs/screens``: ``python -m tests.browser.screens [FOLDER [PAGE ...]]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dashboard import settings
from tests.browser import reading
from tests.browser.conftest import CHROMIUM, serve

FOLDER = settings.ROOT / "docs" / "screens"
SCHEMES = ("light", "dark")
COLOURS, COMMON = 255, 96
"""A picture of few colours and much of each: kept as a palette it weighs a third and looks the same."""
_PLACE = np.array([65536, 256, 1])
DESKTOP, PHONE = (1440, 1000), (390, 844)
TALLEST = 2400
CHROME = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
"""Without the last, letters stand a pixel too near or too far where the machine has no screen."""

PERSON = "worklist?view=Cards&step=Failed+conservative+therapy"
PAGES = {
    "huddle": "",
    "worklist": "worklist",
    "worklist-cards": "worklist?view=Cards&queue=imaging&waited=8",
    "patient": "",
    "ask": "ask",
    "queues": "queues?queue=imaging",
    "pathway-rules": "pathway",
    "pathway-thresholds": "pathway?section=Thresholds",
    "pathway-attrition": "pathway?section=Attrition",
    "pathway-what-if": "pathway?section=What+if",
    "data": "data",
    "activity": "activity",
    "activity-flags": "activity?part=Flags",
    "activity-check": "activity?part=Check+and+feedback",
    "about": "about",
}
ON_A_PHONE = ("huddle", "worklist", "worklist-cards", "patient", "queues")


def main(folder: Path = FOLDER, names: Sequence[str] = ()) -> int:
    """Every page of the sample panel in both themes on a desk, the main ones on a phone."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        sys.stderr.write("no chromium on this machine: apt-get install chromium\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    served = serve(BACKSTOP_AS_OF="2026-06-15")
    address = next(served)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=CHROME)
        for scheme in SCHEMES:
            for size, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                page = context.new_page()
                for name in names or PAGES:
                    if size == "desktop" or name in ON_A_PHONE:
                        page.set_viewport_size({"width": width, "height": height})
                        path = reading.first_card(page, f"{address}/{PERSON}") if name == "patient" else PAGES[name]
                        _take(page, f"{address}/{path}", folder / f"{name}-{size}-{scheme}.png")
                context.close()
        browser.close()
    served.close()
    return 0


def _take(page: Any, address: str, path: Path) -> None:  # noqa: ANN401
    """The whole page in one picture: it scrolls inside a frame, so the window has to be as tall."""
    reading.visit(page, address)
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    tall = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, min(int(tall) + 80, TALLEST))})
    page.wait_for_timeout(1200)
    reading.rests(page)
    foot = page.locator(reading.FOOT).bounding_box()
    _save(
        page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": min(foot["y"] + foot["height"] + 24, TALLEST)}),
        path,
    )
    page.close()


def _save(picture: bytes, path: Path) -> None:
    """The commonest colours exactly, so that no pale ground is lost; the edges of letters take their nearest."""
    whole = Image.open(BytesIO(picture)).convert("RGB")
    counted = sorted(whole.getcolors(whole.width * whole.height) or [], reverse=True)
    others = whole.quantize(COLOURS - COMMON, Image.Quantize.FASTOCTREE).getpalette() or []
    common = [part for _, colour in counted[:COMMON] for part in colour]
    palette = np.array(common + others).reshape(-1, 3)
    places = np.zeros(2**24, np.uint8)
    for _, colour in counted:
        places[colour @ _PLACE] = ((palette - colour) ** 2).sum(axis=1).argmin()
    small = Image.fromarray(places[np.asarray(whole, np.int32) @ _PLACE])
    small.putpalette(palette.astype(np.uint8).tobytes())
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(*([Path(sys.argv[1])] if sys.argv[1:] else []), names=sys.argv[2:]))
