"""Who waits for what, and how long."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import wording
from dashboard.components import audited, pages, queue_counts_view, queue_history_view, queues_view, session, working
from dashboard.queues import flow, now
from dashboard.wording.queues import queues as words
from dashboard.worklist import Worklist

ADDRESS = "_queues_address"

# The browser's Back brings the address of the page one comes from and loses the choices made here.
before = st.session_state.get(ADDRESS, {})
if "id" in st.query_params or queues_view.places_lost(before):
    st.switch_page(pages.queues(), query_params=before)


def waits(people: Worklist) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Queues", anchor=False, width="content")
        with st.container(horizontal=True, width="content", key="places"):
            where = queues_view.choose_places(people)
    if not people.total():
        st.info(words().no_patients, icon=":material/info:")
        return
    queue = queues_view.choose_queue()
    chosen = replace(where, queue=queue)
    st.session_state[ADDRESS] = queues_view.own_address(chosen)

    told = words().queues[queue]
    found = now.summary(people, chosen)
    audited.viewed_list("queues", [queue, *where.sites, *where.clinicians], found.open)
    st.caption(told.who)
    if found.open:
        queues_view.tiles(found, chosen, queue_history_view.last_week(people, queue, where))
        if waits_for := session.orders_known():
            working.show(waits_for, wording.screen().working.orders)
        else:
            queues_view.orders(now.orders(people, chosen), chosen)
        left, right = st.columns(2, gap="large")
        with left:
            queues_view.sites(now.sites(people, chosen), chosen)
            queues_view.longest(now.longest(people, chosen), chosen, found.open, people)
        with right:
            queues_view.ages(now.ageing(people, chosen), chosen)
            queues_view.map_of_sites(now.heat_map(people, chosen), chosen)
    else:
        st.info(words().empty.format(waiting=told.waiting), icon=":material/check:")
    queue_history_view.show(people, queue, where)
    queues_view.whole_panel(flow.flow(people, where))


people = session.worklist()
if queue_counts_view.instead():
    st.title("Queues", anchor=False)
    audited.viewed_list("queue counts", [], people.total())
    queue_counts_view.show(people)
else:
    waits(people)
