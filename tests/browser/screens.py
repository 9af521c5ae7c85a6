"""Takes the pictures in ``docs/screens``: ``python -m tests.browser.screens``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from dashboard import settings
from tests.browser import reading
from tests.browser.conftest import CHROMIUM, serve

FOLDER = settings.ROOT / "docs" / "screens"
SIZES = {"desktop": (1440, 1000), "phone": (390, 844)}
TALLEST = 2600


def main(folder: Path = FOLDER) -> int:
    """Worklist, patient and data pages on the sample panel, light and dark, desktop and phone."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        sys.stderr.write("no chromium on this machine: apt-get install chromium\n")
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    served = serve()
    address = next(served)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                _pages(context.new_page(), address, folder, f"{size}-{scheme}", width, height)
                context.close()
        browser.close()
    served.close()
    return 0


def _pages(page: Any, address: str, folder: Path, name: str, width: int, height: int) -> None:  # noqa: ANN401
    reading.visit(page, f"{address}/worklist")
    page.screenshot(path=folder / f"worklist-{name}.png")
    reading.visit(page, f"{address}/worklist?view=Cards&step=Failed+conservative+therapy")
    page.screenshot(path=folder / f"worklist-cards-{name}.png")
    page.locator("[class*=st-key-card-] a").first.click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    _whole(page, folder / f"patient-{name}.png", width)
    page.set_viewport_size({"width": width, "height": height})
    reading.visit(page, f"{address}/data")
    page.screenshot(path=folder / f"data-{name}.png")


def _whole(page: Any, path: Path, width: int) -> None:  # noqa: ANN401
    """The whole page in one picture: the page scrolls inside a frame, so the window has to be as tall."""
    tall = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(tall) + 80, TALLEST)})
    page.wait_for_timeout(1200)
    page.screenshot(path=path)


if __name__ == "__main__":
    sys.exit(main())
