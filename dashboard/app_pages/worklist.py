"""Everyone on the panel and the next step for each."""

from __future__ import annotations

import streamlit as st

from dashboard import patient, phrases, wording
from dashboard.components import audited, export_row, filters, list_view, pages, session, working
from dashboard.components.safe import safe_md
from dashboard.filtering import Filters
from dashboard.worklist import Worklist

# The browser's Back from a patient brings the patient's address to this page and loses the filters.
if "id" in st.query_params and session.CAME_FROM in st.session_state:
    st.switch_page(pages.worklist(), query_params=session.came_from().address)


def go_to_patient(people: Worklist) -> None:
    """Anyone can be opened, listed below or not. What is typed never enters the address."""
    typed = st.text_input(
        "Go to patient",
        key="go_to",
        type="search",
        placeholder="Name or patient id",
        live="300ms",
    )
    audited.searched("worklist", typed=bool(typed.strip()))
    if not typed.strip():
        return
    found = people.find(typed)
    if not found:
        st.caption("Nobody on this list has such a name or id. Try part of the name, or the whole id.")
    for person in found:
        age = patient.age(person, people.as_of)
        label = f"{person['name'] or 'no name'} · {person['patient_id']} · {age} · {phrases.status(person)}"
        st.button(
            safe_md(label),
            key=f"go-{person['token']}",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=("_go_to", person["token"]),
        )


def nothing_here(people: Worklist, chosen: Filters) -> None:
    """Why the list is empty, and what to do."""
    if people.total() == 0:
        st.info(
            "This list has no patients. Every record may have been held back: see the Data page.",
            icon=":material/info:",
        )
    elif chosen.any:
        st.info(
            f"None of the {people.total():,} people fits all these filters. Take one away, or clear them.",
            icon=":material/filter_alt_off:",
        )


people = session.worklist()
wanted = st.session_state.pop("_go_to", None)
if wanted:
    list_view.open_patient(wanted)

with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Worklist", anchor=False, width="content")
    with st.container(width=327, gap="xsmall"):
        go_to_patient(people)

tiles = st.container()
filters.draw(people)  # drawn before the tiles are counted: an address sets a widget only when it is drawn
chosen = filters.current(people)
if chosen.orders and (waits_for := session.orders_known()):
    working.wait(waits_for, wording.screen().working.orders)
with tiles:
    list_view.tiles(people.counts(chosen), chosen.dispositions)
with st.container(
    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="count"
):
    counted = st.container(horizontal=True, vertical_alignment="center", width="content")
    filters.draw_order()
rows_here = st.container()
pages_of_list = people.pages(chosen)
number = st.pagination(pages_of_list, key="page", bind="query-params") if pages_of_list > 1 else 1
page = people.page(chosen, filters.sort(), number)
audited.viewed_list("worklist", export_row.filters_in_words(chosen, session.profile()), page.total)
st.session_state[session.CAME_FROM] = session.CameFrom(filters.address(), chosen, filters.sort())

with counted:
    last = page.first + len(page.rows) - 1
    st.markdown(
        f"**{page.first:,}–{last:,}** of {page.total:,} people" if page.total else "Nobody", width="content"
    )
    if chosen.any:
        st.caption(f"{people.total():,} on the whole list", width="content")
        filters.draw_from_charts()
        st.button("Clear filters", icon=":material/close:", on_click=filters.clear, type="tertiary")
    export_row.draw(session.panel(), people, chosen, filters.sort(), page.total)
with rows_here:
    if not page.rows:
        nothing_here(people, chosen)
    elif st.session_state.get("view") == "Cards":
        list_view.cards(page.rows, people.as_of)
    else:
        list_view.table(page.rows, people.as_of, team=bool(people.team.num_rows))
        st.caption(
            "To open a person: tick the box at the left, or move with the arrow keys and press Shift and "
            "Space. Cards are easier on a small screen and with a screen reader."
        )
