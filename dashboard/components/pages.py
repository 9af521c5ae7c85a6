"""The pages and their addresses, in one place, so that a link never spells a path."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parents[1] / "app_pages"


def menu() -> list[st.Page]:
    """Every page in the order of the menu, the hidden one last."""
    return [huddle(), worklist(), ask(), queues(), pathway(), data(), activity(), about(), patient()]


BACK_TO = {"huddle": "huddle", "worklist": "worklist", "ask": "questions", "queues": "queues"}
"""The pages from which a person is opened, as the way back names them."""


def named(page: str) -> st.Page:
    """One of the pages that one comes back to."""
    return {"huddle": huddle, "worklist": worklist, "ask": ask, "queues": queues}[page]()


@cache
def huddle() -> st.Page:
    return st.Page(HERE / "huddle.py", title="Huddle", default=True, help="Who needs what today.")


@cache
def worklist() -> st.Page:
    return _page("worklist", "Worklist", "Everyone on the list and the next step.")


@cache
def ask() -> st.Page:
    return _page("ask", "To ask", "Which missing answers would settle the most people.")


@cache
def queues() -> st.Page:
    return _page("queues", "Queues", "How many wait for what, and how long.")


@cache
def pathway() -> st.Page:
    return _page("pathway", "Pathway", "The rules, their sources, and what would change if a threshold did.")


@cache
def data() -> st.Page:
    return _page("data", "Data", "What was loaded and held back; load your own list.")


@cache
def activity() -> st.Page:
    return _page("activity", "Activity", "Who did what, what the team recorded, what the flags cost.")


@cache
def about() -> st.Page:
    return _page("about", "About", "Intended use, limits, versions and licences.")


@cache
def patient() -> st.Page:
    return st.Page(HERE / "patient.py", title="Patient", url_path="patient", visibility="hidden")


def _page(name: str, title: str, purpose: str) -> st.Page:
    return st.Page(HERE / f"{name}.py", title=title, url_path=name, help=purpose)
