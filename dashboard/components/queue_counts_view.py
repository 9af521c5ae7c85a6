"""The page of queues for somebody who may not see patients: counts, and nothing that opens people."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.access.users import roles
from dashboard.charts import heat_map
from dashboard.components import queues_view, session
from dashboard.components.ink import ink
from dashboard.components.safe import safe_md
from dashboard.queues import counts
from dashboard.wording.queues import queues as words
from dashboard.worklist import Worklist


def show(people: Worklist) -> None:
    """The queue that is chosen, as a whole, site by site and step by step."""
    said = words().counts
    st.caption(said.says.format(most=roles().small_cell - 1, few=said.few))
    queue = queues_view.choose_queue()
    st.caption(f"{words().queues[queue].who} {words().clock}")
    found = counts.told(people, queue, roles().small_cell)
    if found.open == 0:
        st.info(words().empty.format(waiting=words().queues[queue].waiting), icon=":material/check:")
        return
    median = said.not_told if found.median is None else queues_view.days(found.median)
    with st.grid(3, min_column_width=150, gap="xsmall", key="tiles"):
        for told in (
            said.open.format(people=number(found.open)),
            said.over.format(people=number(found.over)),
            said.median.format(days=median),
        ):
            with st.container(border=True, gap=None, height="stretch"):
                st.markdown(told)
    left, right = st.columns(2, gap="large")
    with left:
        _sites(found)
    with right:
        _map(found, people.profile)


def number(people: int | None) -> str:
    """The number, or the word for one that is not told."""
    return words().counts.few if people is None else f"{people:,}"


def _sites(found: counts.Told) -> None:
    said = words().counts
    st.header(said.sites, anchor=False)
    st.table(
        [
            {
                "Site": safe_md(queues_view.site_name(site.name)),
                "Open": number(site.open),
                "Over target": number(site.over),
                "Median so far": said.not_told if site.median is None else queues_view.days(site.median),
            }
            for site in found.sites
        ],
        border="horizontal",
        alt=said.sites,
    )


def _map(found: counts.Told, profile: str) -> None:
    said, cells = words().counts, found.heat_map
    names = {site: queues_view.site_name(site) for site in cells.sites}
    st.header(said.map, anchor=False)
    st.vega_lite_chart(
        None,
        heat_map.spec(cells, names, profile, ink()),
        key="heat-map-counts",
        alt=heat_map.alt_text(cells, names, profile),
    )
    if cells.all_sites > len(cells.sites):
        told = words().heat_map.some
        st.caption(told.format(shown=len(cells.sites), all=wording.counted(cells.all_sites, "site")))
    queues_view.data(heat_map.table(cells, names, profile), said.map)


def instead() -> bool:
    """Whether the user of this run gets this page instead of the whole one."""
    return not session.user().may("people")
