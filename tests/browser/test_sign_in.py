"""Signing in at a provider of its own on loopback: roles, an end in the middle, the lock, signing out, downloads."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oidc_provider_mock
import pytest

from dashboard.serving.visits import COOKIE
from tests.browser import reading
from tests.browser.conftest import serve, small_list

pytestmark = pytest.mark.browser
PEOPLE = {
    "amari": {"name": "Dr Amari", "realm_access": {"roles": ["offline", "bp-clinicians"]}, "sites": ["*"]},
    "moss": {"name": "Pat Moss", "realm_access": {"roles": ["bp-managers"]}},
    "root": {"name": "Ada Root", "realm_access": {"roles": ["bp-admins"]}},
    "cook": {"name": "Kim Cook", "realm_access": {"roles": ["kitchen"]}},
}
ROLES = {"bp-clinicians": "clinician", "bp-managers": "manager", "bp-admins": "admin"}
SECRET = "for tests on loopback alone " * 2
PATIENCE = 30_000
IDLE = 0.25
"""Minutes: fifteen seconds, of which the page warns for six."""
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
    users = [oidc_provider_mock.User(sub=name, claims=claims) for name, claims in PEOPLE.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with oidc_provider_mock.run_server_in_thread(user_claims=users) as provider:
            provider_address = f"http://localhost:{provider.server_port}"
            secrets = {
                "redirect_uri": "http://localhost:{port}/oauth2callback",
                "cookie_secret": SECRET,
                "client_id": "backstop",
                "client_secret": "not one",
                "server_metadata_url": f"{provider_address}/.well-known/openid-configuration",
            }
            lines = [f"{name} = {json.dumps(value)}" for name, value in secrets.items()]
            (home / "secrets.toml").write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
            served = serve(
                Path(__file__).with_name("short_idle.py"),
                BACKSTOP_HOME=str(home),
                BACKSTOP_PANEL=str(small_list(home / "list.csv")),
                BACKSTOP_AS_OF="2026-06-15",
                STREAMLIT_SECRETS_FILES=str(home / "secrets.toml"),
            )
            found.address = next(served)
            yield found
            served.close()


@pytest.fixture(autouse=True)
def _usual_rules(place: Place) -> None:
    place.says()


@pytest.fixture
def visitor(browser: Any, place: Place) -> Iterator[Callable[..., Any]]:  # noqa: ANN401
    """A page in a browser of its own, signed in as somebody, or with cookies from elsewhere."""
    opened: list[Any] = []

    def made(name: str = "", cookies: list[Any] | None = None) -> Any:  # noqa: ANN401
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        context.route("https://**", lambda route: route.abort())  # the provider's page would load a style from outside
        context.add_cookies(cookies or [])
        opened.append(context)
        page = context.new_page()
        reading.visit(page, f"{place.address}/")
        if name:
            enter(page, name)
        return page

    yield made
    for context in opened:
        context.close()


def enter(page: Any, name: str) -> None:  # noqa: ANN401
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url("http://localhost:*/**", timeout=PATIENCE)
    page.get_by_text(PEOPLE[name]["name"]).first.wait_for(timeout=PATIENCE)  # type: ignore[arg-type]
    page.wait_for_selector(reading.FOOT, timeout=PATIENCE)
    reading.rests(page)


def menu(page: Any) -> list[str]:  # noqa: ANN401
    return [text.strip() for text in page.get_by_test_id("stTopNavLink").all_inner_texts()]


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


MENUS = {
    "amari": (["Huddle", "Worklist", "To ask", "Pathway", "About"], ["queues", "data", "activity", "sign-ins"]),
    "moss": (["Queues", "Pathway", "Data", "Activity", "About"], ["worklist", "ask", "patient?id=x", "sign-ins"]),
    "root": (["Pathway", "Data", "Activity", "Sign-ins", "About"], ["worklist", "queues", "patient?id=x"]),
}


@pytest.mark.parametrize("name", MENUS)
def test_a_role_sees_its_pages_in_the_menu_and_by_address(visitor: Callable[..., Any], place: Place, name: str) -> None:
    page = visitor(name)
    pages, refused = MENUS[name]
    assert menu(page) == pages
    assert not page.get_by_text("not part of your role").count(), "everybody begins where they may be"
    for address in refused:
        reading.visit(page, f"{place.address}/{address}")
        assert page.get_by_text("This page is not part of your role").count() == 1, address
        assert OF_A_PATIENT not in shown(page)


def test_nobody_comes_in_without_signing_in_or_without_a_role(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor()
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    for address in ("", "worklist", "patient?id=x", "queues", "about"):
        reading.visit(page, f"{place.address}/{address}")
        assert page.get_by_role("heading", name="Sign in to Backstop").count() == 1, address
        assert OF_A_PATIENT not in shown(page)
        assert not menu(page)
    assert frames
    assert not [frame for frame in frames if OF_A_PATIENT in frame or "Dr Amari" in frame]
    enter(page, "cook")
    assert page.get_by_text("You are signed in as Kim Cook, but your account has no role").count() == 1
    assert page.get_by_text("Ask the service desk").count() == 1
    assert not menu(page)


def test_a_role_that_is_taken_away_is_gone_with_the_next_press(visitor: Callable[..., Any], place: Place) -> None:
    page = visitor("amari")
    reading.visit(page, f"{place.address}/worklist")
    assert reading.listed(page) == 120
    place.says(roles={**ROLES, "bp-clinicians": "manager"})
    page.get_by_role("link", name="Huddle").click()
    page.get_by_role("heading", name="Queues").wait_for(timeout=PATIENCE)
    place.says(roles={})
    page.get_by_role("link", name="About").click()
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
    place.says(idle_minutes=IDLE)
    page.get_by_label("Go to patient").fill(OF_A_PATIENT)
    page.get_by_role("button", name=OF_A_PATIENT).first.click()
    page.wait_for_url("**/patient?id=*", timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT in shown(page)
    stay = page.get_by_role("button", name="Stay signed in")
    stay.wait_for(timeout=PATIENCE)
    stay.click()
    stay.wait_for(state="hidden", timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT in shown(page)
    page.get_by_role("heading", name="Locked").wait_for(timeout=PATIENCE)
    reading.rests(page)
    assert OF_A_PATIENT not in shown(page)
    assert "id=" not in page.url
    place.says()
    reading.visit(page, f"{place.address}/worklist")
    assert page.get_by_role("heading", name="Locked").count() == 1, "the cookie is worth nothing any more"


def test_signing_out_ends_downloads_and_every_copy_of_the_cookie(visitor: Callable[..., Any], place: Place) -> None:
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
    copied = [one for one in cookies if one["name"] != COOKIE]
    stranger = visitor("moss").context.cookies()
    assert fetched(file, cookies) == 200
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
    replayed = visitor(cookies=[one for one in cookies if "localhost" in one["domain"]])
    assert replayed.get_by_role("heading", name="You are signed out").count() == 1
    assert OF_A_PATIENT not in shown(replayed)


def test_an_administrator_ends_every_sign_in_of_somebody(visitor: Callable[..., Any], place: Place) -> None:
    page, admin = visitor("amari"), visitor("root")
    reading.visit(admin, f"{place.address}/sign-ins")
    row = admin.locator(".st-key-sign-ins [data-testid=stHorizontalBlock]").filter(has_text="Dr Amari").first
    row.get_by_role("button", name="End all sign-ins").click()
    admin.get_by_text("Every sign-in of Dr Amari has ended").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name="Worklist").click()
    page.get_by_role("heading", name="You are signed out").wait_for(timeout=PATIENCE)
    assert OF_A_PATIENT not in shown(page)


def test_a_provider_that_refuses_is_said(visitor: Callable[..., Any]) -> None:
    page = visitor()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_text("Signing in did not work").wait_for(timeout=PATIENCE)


