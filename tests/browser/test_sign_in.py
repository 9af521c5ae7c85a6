"""Signing in at a provider of its own on loopback: roles, an end in the middle, the lock, signing out, downloads."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.serving.visits import COOKIE
from tests.browser import reading
from tests.browser.conftest import PATIENCE, SCREEN, small_list
from tests.browser.provider import signed_in_server

pytestmark = pytest.mark.browser
PEOPLE = {
    "amari": {"name": "Dr Amari", "realm_access": {"roles": ["offline", "bp-clinicians"]}, "sites": ["*"]},
    "moss": {"name": "Pat Moss", "realm_access": {"roles": ["bp-observers"]}},
    "ito": {"name": "Dr Ito", "realm_access": {"roles": ["bp-clinicians"]}, "sites": ["Harbour"]},
    "cook": {"name": "Kim Cook", "realm_access": {"roles": ["kitchen"]}},
}
ROLES = {"bp-clinicians": "clinician", "bp-observers": "observer"}
WARNS, LOCKS = 1, 0.1
"""Minutes left alone: the page warns after five seconds, and for long; or it locks after six."""
SIGN_IN = "Sign in"
OF_A_PATIENT = "Person 00"
"""How the names on the small list begin."""


class Place:
    """A server, its provider, and the file that says what the provider's words mean here."""

    def __init__(self, address: str, home: Path) -> None:
        self.address, self._home = address, home

    def says(self, **more: object) -> None:
        """The rules of sign-in from now on; JSON is YAML."""
        rules = {"claims": {"roles": "realm_access.roles"}, "roles": ROLES, "ask": "the service desk"} | more
        (self._home / "access.yaml").write_text(json.dumps(rules), encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    found = Place("", home)
    found.says()
    served = signed_in_server(
        home,
        PEOPLE,
        Path(__file__).with_name("short_idle.py"),
        BACKSTOP_PANEL=str(small_list(home / "list.csv")),
        BACKSTOP_AS_OF="2026-06-15",
    )
    with served as found.address:
        yield found


@pytest.fixture(autouse=True)
def _usual_rules(place: Place) -> None:
    place.says()


@pytest.fixture(scope="module")
def of_amari(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    yield from new_page(browser)


@pytest.fixture(scope="module")
def shared_screen(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    yield from new_page(browser)


def new_page(browser: Any) -> Iterator[Any]:  # noqa: ANN401
    """One in a browser of its own, kept from test to test: the first look costs the most."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce", accept_downloads=True)
    context.route("https://**", lambda route: route.abort())  # the provider's page would load a style from outside
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def anybody(shared_screen: Any) -> Any:  # noqa: ANN401
    """A page on which nobody is signed in, nor ever was."""
    shared_screen.context.clear_cookies()
    return shared_screen


@pytest.fixture
def visitor(place: Place, of_amari: Any, anybody: Any) -> Callable[..., Any]:  # noqa: ANN401
    """A page on which somebody is signed in, or nobody. Amari has one alone; the others come to one after another."""

    def made(name: str = "") -> Any:  # noqa: ANN401
        page = of_amari if name == "amari" else anybody
        reading.visit(page, f"{place.address}/about")
        if name and page.get_by_role("button", name=SIGN_IN).count():
            enter(page, name)
        return page

    return made


def enter(page: Any, name: str) -> None:  # noqa: ANN401
    page.get_by_role("button", name=SIGN_IN).click()
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_text(PEOPLE[name]["name"]).first.wait_for(timeout=PATIENCE)  # type: ignore[arg-type]
    page.wait_for_selector(reading.FOOT, timeout=PATIENCE)
    reading.rests(page)


def menu(page: Any) -> list[str]:  # noqa: ANN401
    return [text.strip() for text in page.get_by_test_id("stTopNavLink").all_inner_texts()]


def go(page: Any, title: str) -> None:  # noqa: ANN401
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()


def shown(page: Any) -> str:  # noqa: ANN401
    """Everything that the document holds, seen or not, with its title and address."""
    return f"{page.title()} {page.url} {page.content()}"


def fetched(address: str, cookies: list[Any]) -> int:
    pairs = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    request = urllib.request.Request(address, headers={"Cookie": pairs} if pairs else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


PLACES = {
    "amari": (["Huddle", "Worklist", "To ask", "Pathway", "About"], ["queues"]),
    "moss": (["Queues", "Pathway", "About"], ["patient?id=x"]),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_role_sees_its_pages_in_the_menu_and_by_address(visitor: Callable[..., Any], place: Place, name: str) -> None:
    page = visitor(name)
    pages, refused = PLACES[name]
    assert menu(page) == pages
    for address in refused:
        reading.visit(page, f"{place.address}/{address}")
        assert page.get_by_role("heading", name="This page is not part of your role").count() == 1, address
        assert OF_A_PATIENT not in shown(page)


def test_nobody_comes_in_without_signing_in_or_without_a_role(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor()
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    for address in ("patient?id=x",):
        reading.visit(page, f"{place.address}/{address}")
        assert page.get_by_role("heading", name="Sign in to Backstop").count() == 1, address
        assert OF_A_PATIENT not in shown(page)
        assert not menu(page)
    assert frames
    assert not [frame for frame in frames if OF_A_PATIENT in frame or "Dr Amari" in frame]
    page = visitor("cook")
    assert page.get_by_text("You are signed in as Kim Cook, but your account has no role").count() == 1
    assert page.get_by_text("Ask the service desk").count() == 1
    assert not menu(page)


def test_a_shared_address_is_come_to_after_signing_in(anybody: Any, place: Place) -> None:  # noqa: ANN401
    page = anybody
    reading.visit(page, f"{place.address}/worklist?site=Harbour&only=Overdue")
    assert page.get_by_role("heading", name="Sign in to Backstop").count() == 1
    enter(page, "amari")
    assert page.get_by_role("heading", level=1).inner_text() == "Worklist"
    assert "site=Harbour" in page.url
    assert "only=Overdue" in page.url
    assert not [one for one in page.context.cookies() if one["name"] == "backstop_way_back"], "used once"


def test_somebody_of_another_site_is_nobody(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor("amari")
    reading.visit(page, f"{place.address}/worklist")
    page.get_by_label("Go to patient").fill("00006")  # of Mill Lane
    page.get_by_role("button", name="00006").first.click()
    page.wait_for_url("**/patient?id=*", timeout=PATIENCE)
    told = {}
    other = visitor("ito")
    frames: list[str] = []
    other.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    for address in (page.url, f"{place.address}/patient?id=nobody"):
        reading.visit(other, address)
        told[address] = other.locator("[data-testid=stAlert]").all_inner_texts()
        assert "00006" not in shown(other).replace(page.url, "")
    assert len(told) == 2
    first, second = told.values()
    assert first == second
    assert "belongs to nobody" in first[0]
    assert frames
    assert not [frame for frame in frames if "00006" in frame]


def test_a_role_that_is_taken_away_is_gone_with_the_next_press(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor("amari")
    place.says(roles={**ROLES, "bp-clinicians": "observer"})
    go(page, "Worklist")
    page.get_by_role("heading", name="This page is not part of your role").wait_for(timeout=PATIENCE)
    reading.rests(page)
    assert menu(page) == PLACES["moss"][0]
    go(page, "Queues")
    page.get_by_role("heading", name="Queues").wait_for(timeout=PATIENCE)
    reading.rests(page)
    place.says(roles={})
    go(page, "About")
    page.get_by_role("heading", name="You have no role here").wait_for(timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT not in shown(page)


def test_a_sign_in_ends_after_its_hours_in_the_middle_of_the_work(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor("amari")
    reading.visit(page, f"{place.address}/worklist")
    place.says(hours=0.0001)
    page.locator(".st-key-tiles button").first.click()
    page.get_by_role("heading", name="Your sign-in has ended").wait_for(timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT not in shown(page)


def test_a_page_left_alone_warns_stays_if_asked_to_then_locks(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor("amari")
    reading.visit(page, f"{place.address}/worklist")
    page.get_by_label("Go to patient").fill(OF_A_PATIENT)
    page.get_by_role("button", name=OF_A_PATIENT).first.click()
    page.wait_for_url("**/patient?id=*", timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT in shown(page)
    place.says(idle_minutes=WARNS)
    page.get_by_text("Note", exact=True).first.click()
    stay = page.get_by_role("button", name="Stay signed in")
    stay.wait_for(timeout=PATIENCE)
    place.says()
    stay.click()
    stay.wait_for(state="hidden", timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT in shown(page)
    place.says(idle_minutes=LOCKS)
    page.get_by_text("Assign", exact=True).first.click()
    page.get_by_role("heading", name="Locked").wait_for(timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT not in shown(page)
    assert "id=" not in page.url
    place.says()
    page.reload()
    page.get_by_role("heading", name="Locked").wait_for(timeout=PATIENCE)  # the cookie is worth nothing any more


def test_signing_out_ends_downloads_and_every_copy_of_the_cookie(
    anybody: Any,  # noqa: ANN401
    visitor: Callable[..., Any],
    place: Place,
) -> None:
    page = visitor("amari")
    assert page.get_by_text("Dr Amari · clinician · all sites").count() == 1
    reading.visit(page, f"{place.address}/worklist")
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.get_by_role("button", name="Export all").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    (file,) = {url for url in requested if "/media/" in url and ".csv" in url}
    cookies = page.context.cookies()
    assert fetched(file, cookies) == 200  # before anybody else's page is drawn: the server forgets files then
    copied = [one for one in cookies if one["name"] != COOKIE]
    stranger = visitor("moss").context.cookies()
    assert fetched(file, []) == 401
    assert fetched(file, copied) == 401, "without the visit that began with the sign-in"
    swapped = [one for one in stranger if one["name"] != COOKIE] + [one for one in cookies if one["name"] == COOKIE]
    assert fetched(file, swapped) == 401, "the visit of another sign-in"
    lasting = [one["expires"] - time.time() for one in cookies if one["name"].startswith("_streamlit_user")]
    assert lasting
    assert max(lasting) <= 12 * 3600, "no longer than a sign-in"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.startswith(place.address), timeout=PATIENCE)
    assert fetched(file, cookies) == 401
    anybody.context.clear_cookies()
    anybody.context.add_cookies([one for one in cookies if one["domain"] == "localhost"])
    reading.visit(anybody, f"{place.address}/worklist")
    assert anybody.get_by_role("heading", name="You are signed out").count() == 1
    assert OF_A_PATIENT not in shown(anybody)


def test_a_provider_that_refuses_is_said(visitor: Callable[..., Any]) -> None:
    page = visitor()
    page.get_by_role("button", name=SIGN_IN).click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_text("Signing in did not work").wait_for(timeout=PATIENCE)


