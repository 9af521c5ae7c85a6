"""The pages and their addresses, in one place, so that a link never spells a path; and who may see which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.access.users import Right, User
from dashboard.components import signed_in
from dashboard.wording.access import access

HERE = Path(__file__).resolve().parents[1] / "app_pages"

# No page is kept: Streamlit notes on it whether it may run, and two people who press at once would share the note.

NEEDS: Mapping[str, Right | None] = {
    "": "people", "worklist": "people", "ask": "people", "patient": "people", "queues": "queues", "data": "load",
    "activity": "activity", "sign-ins": "administer", "pathway": None, "about": None,
}  # fmt: skip
"""The right that each address needs; None is for everybody who has any right at all."""


def menu(user: User | None = None) -> list[st.Page]:
    """Every page in the order of the menu. What ``user`` may not see is there by its address alone, where it says
    so; without a user that is every page."""
    every = [huddle(), worklist(), ask(), queues(), pathway(), data(), activity(), sign_ins(), about(), patient()]
    return [one if user is not None and _shown(one, user) else _hidden(one.url_path, one.title) for one in every]


def _shown(page: st.Page, user: User) -> bool:
    nobody_signs_in = user.declared and page.url_path == sign_ins().url_path
    return allowed(page, user) and not nobody_signs_in


def allowed(page: st.Page, user: User) -> bool:
    needed = NEEDS[page.url_path]
    return bool(user.rights) if needed is None else user.may(needed)


def first(user: User) -> st.Page:
    """Where somebody begins: the first page of their menu."""
    return next(one for one in menu(user) if one.visibility == "visible")


def link(page: st.Page, label: str, **more: Any) -> None:  # noqa: ANN401
    """A link for whoever may follow it; for anybody else its words."""
    if allowed(page, signed_in.user()):
        st.page_link(page, label=label, **more)
    else:
        st.markdown(label, width=more.get("width", "content"))


def go(page: st.Page, query_params: Mapping[str, Any]) -> None:
    """To the page, for whoever may see it; anybody else stays and is told why."""
    if allowed(page, signed_in.user()):
        st.switch_page(page, query_params=query_params)
    st.toast(access().no_people, icon=":material/lock:")


BACK_TO = {"huddle": "huddle", "worklist": "worklist", "ask": "questions", "queues": "queues"}
"""The pages from which a person is opened, as the way back names them."""


def named(page: str) -> st.Page:
    """One of the pages that one comes back to."""
    return {"huddle": huddle, "worklist": worklist, "ask": ask, "queues": queues}[page]()


def huddle() -> st.Page:
    return st.Page(HERE / "huddle.py", title="Huddle", default=True, help="Who needs what today.")


def worklist() -> st.Page:
    return _page("worklist", "Worklist", "Everyone on the list and the next step.")


def ask() -> st.Page:
    return _page("ask", "To ask", "Which missing answers would settle the most people.")


def queues() -> st.Page:
    return _page("queues", "Queues", "How many wait for what, and how long.")


def pathway() -> st.Page:
    return _page("pathway", "Pathway", "The rules, their sources, and what would change if a threshold did.")


def data() -> st.Page:
    return _page("data", "Data", "What was loaded and held back; load your own list.")


def activity() -> st.Page:
    return _page("activity", "Activity", "Who did what, what the team recorded, what the flags cost.")


def sign_ins() -> st.Page:
    return _page("sign-ins", "Sign-ins", "Who is signed in, and ending it.")


def about() -> st.Page:
    return _page("about", "About", "Intended use, limits, versions and licences.")


def patient() -> st.Page:
    return st.Page(HERE / "patient.py", title="Patient", url_path="patient", visibility="hidden")


def _page(name: str, title: str, purpose: str) -> st.Page:
    return st.Page(_script(name), title=title, url_path=name, help=purpose)


def _hidden(address: str, title: str) -> st.Page:
    return st.Page(_script(address or "huddle"), title=title, url_path=address or None, default=not address,
                   visibility="hidden")  # fmt: skip


def _script(name: str) -> Path:
    return HERE / f"{name.replace('-', '_')}.py"
