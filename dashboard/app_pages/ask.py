"""The questions that would settle the most people, each answered in place."""

from __future__ import annotations

import streamlit as st

from dashboard.components import ask_view, pages, session
from dashboard.survey import survey

# The browser's Back from a person brings the person's address to this page and loses the question.
if "id" in st.query_params:
    came = session.came_from()
    st.switch_page(pages.ask(), query_params=came.address if came.page == "ask" else {})


@st.fragment
def questions() -> None:
    """Drawn anew alone after an answer: what stands around it does not change."""
    held, profile, as_of = session.panel(), session.profile(), session.as_of()
    people = session.worklist()
    chosen = ask_view.filters(people)
    with ask_view.progress() as told:
        found = survey(held, people, chosen, profile, as_of, not_anew=ask_view.just_answered(), told=told)
    groups = ask_view.in_steady_order(found)
    if found.groups:
        ask_view.summary(found)
    else:
        ask_view.nothing(found, chosen)
    ask_view.given(people)
    ask_view.left_out(found)
    for group in groups:
        part = ask_view.part(group, found.total)
        if part.open:
            ask_view.remember(group, chosen)
            with part:
                ask_view.people_of(group, held, people, profile, as_of)
    if groups:
        ask_view.overview(groups, found.total)


st.title("To ask", anchor=False)
questions()
