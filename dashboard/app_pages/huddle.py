"""Who needs what today."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components import audited, filters, huddle_view, pages, session, tour
from dashboard.huddle import Huddle, huddle, listed
from dashboard.wording.huddle import huddle as words

ADDRESS = "_huddle_address"

# The browser's Back brings the address of the page one comes from, a person's or a list's, and loses the choices here.
if "id" in st.query_params or "need" in st.query_params:
    st.switch_page(pages.huddle(), query_params=st.session_state.get(ADDRESS, {}))


def nobody(found: Huddle, *, chosen: bool) -> None:
    """Why nobody is listed, and what to do."""
    told = words()
    if found.total == 0 and not chosen:
        st.info(told.no_patients, icon=":material/info:")
    elif chosen:
        st.info(told.nobody_chosen, icon=":material/filter_alt_off:")
    else:
        st.info(told.nobody.format(rest=f"{found.total:,} people"), icon=":material/check:")


people = session.worklist()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("Huddle", anchor=False, width="content")
    with st.container(horizontal=True, width="content", key="places"):
        chosen = huddle_view.choose_places(people)
found = huddle(people, chosen["site"], chosen["clinician"])
audited.viewed_list("huddle", [name for names in chosen.values() for name in names], found.to_act)
huddle_view.counts(found)
huddle_view.band(found, wording.day(people.as_of))
tour.show()  # below the emergencies, which nothing may push down
if found.to_act:
    huddle_view.others(found)
else:
    nobody(found, chosen=any(chosen.values()))

tour.again()
st.session_state[ADDRESS] = huddle_view.own_address()
st.session_state[session.CAME_FROM] = session.CameFrom(
    huddle_view.address(),
    listed(chosen["site"], chosen["clinician"]),
    filters.sort(),
    "huddle",
    huddle_view.own_address(),
)
