"""Several people at once, each signed in and each of one site, who press something now and then.

    python -m benchmarks.sessions [SESSIONS] [MINUTES]

A session opens pages, people and searches at random, with an exponential think time, in a browser context of its
own. Everything that its server sends is looked through, whether it is drawn or not: the name of anybody of another
site, or of another user, is a value of another user; a failed page or script is an error. Ends with an error where
there is one of either. The people of the list are invented, and their names say their sites.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser import reading
from tests.browser.conftest import CHROMIUM, small_list
from tests.browser.provider import signed_in_server

SESSIONS, MINUTES, THINK = 10, 5.0, 15.0
SITES = ("Mill Lane", "Harbour")
"""Of a person with an even and with an odd number."""

PAGES = ("", "worklist", "ask", "pathway", "about")
NAME = re.compile(r"Person (\d{5})")
CALM = reading._CALM


@dataclass
class Session:
    """One user. ``foreign`` are values of others that reached the browser, ``errors`` what went wrong."""

    number: int
    presses: int = 0
    names: int = 0
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def user(self) -> str:
        return f"user{self.number}"

    @property
    def site(self) -> str:
        return SITES[self.number % 2]

    def look(self, text: str) -> None:
        """What was sent, or stands on the page."""
        for found in NAME.findall(text):
            self.names += 1
            if int(found) % 2 != self.number % 2:
                self.foreign.append("a person of another site")
        for other in re.findall(r"Dr Number (\d+)\b", text):
            if int(other) != self.number:
                self.foreign.append("the name of another user")


def people(sessions: int) -> dict[str, dict[str, Any]]:
    """The claims of each user."""
    made = [Session(number) for number in range(sessions)]
    return {
        one.user: {"name": f"Dr Number {one.number}", "roles": ["clinician"], "sites": [one.site]} for one in made
    }


async def rests(page: Any) -> None:  # noqa: ANN401
    """As ``tests.browser.reading.rests``, beside other sessions."""
    calm, until = 0, time.monotonic() + 120
    while calm < reading.LOOKS:
        if time.monotonic() > until:
            raise TimeoutError("the page does not come to rest")
        await page.wait_for_timeout(reading.PAUSE)
        calm = calm + 1 if await page.evaluate(CALM) else 0


async def enter(page: Any, address: str, session: Session) -> None:  # noqa: ANN401
    await page.goto(f"{address}/about", timeout=120_000)
    await page.get_by_role("button", name="Sign in").click(timeout=120_000)
    await page.get_by_role("button", name=session.user, exact=True).click()
    await page.wait_for_selector(reading.FOOT, timeout=120_000)
    await rests(page)


async def press(page: Any, dice: random.Random) -> None:  # noqa: ANN401
    """A page of the menu, the first people of the huddle, or a search."""
    links = page.locator("a[href*='patient']")
    choice = dice.random()
    if choice < 0.4 and await links.count():
        await links.nth(dice.randrange(min(5, await links.count()))).click()
    elif choice < 0.55 and await page.get_by_label("Go to patient").count():
        await page.get_by_label("Go to patient").fill(f"Person {dice.randrange(100):05}")
    else:
        titles = page.get_by_test_id("stTopNavLink")
        await titles.nth(dice.randrange(await titles.count())).click()
    await rests(page)


async def work(browser: Any, address: str, session: Session, minutes: float) -> None:  # noqa: ANN401
    dice = random.Random(session.number)  # noqa: S311 - a walk that can be repeated
    context = await browser.new_context(viewport={"width": 1440, "height": 1000})
    await context.route("https://**", lambda route: route.abort())
    page = await context.new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: session.look(_text(frame))))
    await enter(page, address, session)
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        await asyncio.sleep(min(dice.expovariate(1 / THINK), 4 * THINK))
        begun = time.monotonic()
        try:
            await press(page, dice)
        except Exception as error:
            session.errors.append(type(error).__name__)
        session.seconds.append(time.monotonic() - begun)
        session.presses += 1
        text = await page.locator("body").inner_text()
        session.look(text)
        if "This page failed" in text or "Sign in" in text.splitlines():
            session.errors.append("a failed page, or nobody signed in")
    await context.close()


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "ignore")


async def run(address: str, sessions: list[Session], minutes: float) -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        await asyncio.gather(*(work(browser, address, one, minutes) for one in sessions))
        await browser.close()


def main() -> int:
    """Print the table; 1 where there was an error or a value of another user."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
    minutes = float(sys.argv[2]) if len(sys.argv) > 2 else MINUTES
    sessions = [Session(number) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "access.yaml").write_text(json.dumps({"roles": {"clinician": "clinician"}}), encoding="utf-8")
        source = small_list(home / "list.csv")
        opened = signed_in_server(home, people(count), BACKSTOP_PANEL=str(source), BACKSTOP_AS_OF="2026-06-15")
        with opened as address:
            asyncio.run(run(address, sessions, minutes))
    seconds = sorted(second for one in sessions for second in one.seconds)
    errors = [error for one in sessions for error in one.errors]
    foreign = [value for one in sessions for value in one.foreign]
    print(f"{count} sessions, {minutes:g} minutes, {THINK:g} s mean think time")
    print(f"presses {len(seconds)}, names looked through {sum(one.names for one in sessions):,}")
    slow = seconds[len(seconds) * 95 // 100]
    print(f"until the page rests: median {statistics.median(seconds):.1f} s, 95 % {slow:.1f} s")
    print(f"errors {len(errors)} {sorted(set(errors))}")
    print(f"values of another user {len(foreign)} {sorted(set(foreign))}")
    return 1 if errors or foreign or not all(one.names for one in sessions) else 0


if __name__ == "__main__":
    sys.exit(main())
