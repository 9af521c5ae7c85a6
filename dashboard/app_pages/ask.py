"""The questions that would settle the most people, each answered in place."""

from __future__ import annotations

import streamlit as st

from dashboard.components import ask_view, audited, pages, session
from dashboard.people_asked import counted
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
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("To ask", anchor=False, width="content")
        chosen = ask_view.filters(people)
    open_now = counted(people, chosen)
    audited.viewed_list("to ask", [*chosen.sites, *chosen.clinicians], open_now.people)
    if open_now.people:
        ask_view.summary(open_now)
    else:
        ask_view.nothing(open_now, chosen)
    ask_view.given(people, as_of)
    with ask_view.progress() as told:
        found = survey(held, open_now, profile, as_of, not_anew=ask_view.just_answered(), told=told)
    ask_view.how_far(found)
    ask_view.left_out(found)
    groups = ask_view.in_steady_order(found)
    for group in groups:
        part = ask_view.part(group, found.total)
        if part.open:
            ask_view.remember(group, chosen)
            with part:
                ask_view.people_of(group, open_now, held, profile, as_of)
    if groups:
        ask_view.overview(groups, found.total)


session.worklist()  # where it takes long the whole page waits, not this part of it alone
questions()
