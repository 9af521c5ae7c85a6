"""The parts of the page of queues. Whatever is counted here opens its people on the worklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import addresses, patient, phrases, wording
from dashboard.charts import ageing, heat_map, sankey
from dashboard.charts.inked import inked
from dashboard.components import filters, list_view, pages, places, session
from dashboard.components.ink import ink
from dashboard.components.safe import literal, safe_md
from dashboard.filtering import NO_START, QUEUES, Filters
from dashboard.queues import flow as panel_flow
from dashboard.queues import now
from dashboard.wording.queues import queues as words
from dashboard.worklist import Worklist

QUIET = {"displayModeBar": False}
_PLACES = {"queue_site": "site", "queue_clinician": "clinician"}


def choose_queue() -> str:
    """The queue in the address, ``imaging`` as on the worklist, so that one address serves both pages."""
    named = st.query_params.get("queue")
    first = named if named in QUEUES else next(iter(QUEUES))
    if st.session_state.get("chosen_queue") not in QUEUES:
        st.session_state["chosen_queue"] = first
    chosen = st.segmented_control(
        "Queue",
        list(QUEUES),
        format_func=lambda name: words().queues[name].title,
        key="chosen_queue",
        required=True,
        label_visibility="collapsed",
        on_change=_keep_queue,
    )
    return str(chosen)


def _keep_queue() -> None:
    st.query_params["queue"] = st.session_state["chosen_queue"]


def places_lost(before: Mapping[str, Any]) -> bool:
    """Whether this session comes back to the page, chose a site or clinician on it, and the address has none."""
    come_back = "chosen_queue" not in st.session_state
    return come_back and any(key in before for key in _PLACES) and not any(key in st.query_params for key in _PLACES)


def choose_places(people: Worklist) -> Filters:
    """Whose people. The names in the address are not the worklist's: Back from there takes its own away."""
    chosen: dict[str, tuple[str, ...]] = {}
    for key, column in _PLACES.items():
        if key not in st.session_state:
            known = people.choices(column)
            st.session_state[key] = [name for name in st.query_params.get_all(key) if name in known]
        chosen[column] = places.choose(people, column, key, on_change=_keep_place, args=(key,))
    return Filters(sites=chosen["site"], clinicians=chosen["clinician"])


def _keep_place(key: str) -> None:
    wanted = st.session_state[key]
    if wanted:
        st.query_params[key] = wanted
    else:
        st.query_params.pop(key, None)


def own_address(chosen: Filters) -> dict[str, Any]:
    """The address of this page with what is chosen on it."""
    places = {"queue_site": list(chosen.sites), "queue_clinician": list(chosen.clinicians)}
    here = {"queue": chosen.queue, **places}
    return filters.profile_and_date() | {key: value for key, value in here.items() if value}


def address(chosen: Filters, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The worklist's address for exactly these people."""
    return filters.profile_and_date() | addresses.address(chosen, session.profile()) | more


def open_worklist(chosen: Filters, **more: Any) -> None:  # noqa: ANN401
    pages.go(pages.worklist(), query_params=address(chosen, **more))


def tiles(found: now.Summary, chosen: Filters, week: tuple[int, int] | None) -> None:
    """The queue in four numbers; the first three open their people."""
    over = f"**{found.over:,}** of {found.open:,}  \nover target"
    half = f"**{days(found.median)}**  \nmedian wait so far" if found.median is not None else "**–**  \nno wait dated"
    moved = f"**{week[0]:,} in, {week[1]:,} out**  \nin the last 7 days" if week else "**–**  \nin and out: see below"
    with st.grid(4, min_column_width=150, gap="xsmall", key="tiles"):
        if _tile(f"**{found.open:,}**  \nopen", "open"):
            open_worklist(chosen)
        if _tile(over, "over", disabled=not found.over):
            open_worklist(replace(chosen, overdue=True))
        if _tile(half, "median", disabled=found.median is None):
            open_worklist(chosen, sort="Longest wait")
        with st.container(border=True, gap=None, height="stretch", key="queue-week"):
            st.markdown(moved)


def orders(found: now.Orders, chosen: Filters) -> None:
    """How many wait although something is under way, and for how many it takes too long; both open their people."""
    if not found.open:
        return
    told = words().queues[str(chosen.queue)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="open-orders"):
        late, every = f"**{found.late:,}** {told.late}", f"of **{found.open:,}** {told.open}"
        for number, label, which in ((found.late, late, "late"), (found.open, every, "open")):
            if number:
                st.page_link(pages.worklist(), label=label, query_params=address(replace(chosen, orders=which)))
            else:
                st.markdown(label, width="content")


def _tile(label: str, key: str, *, disabled: bool = False) -> bool:
    return st.button(label, key=f"queue-{key}", width="stretch", wrap=True, disabled=disabled)


def days(number: float | None) -> str:
    """``1 day``, ``35½ days``; a median of whole days has halves and nothing finer."""
    if number is None:
        return "–"
    whole, half = divmod(number, 1)
    return f"{whole:,.0f}½ days" if half else wording.counted(int(whole), "day")


def site_name(name: str | None) -> str:
    return words().sites.nameless if name is None else literal(name)


def waits_longest(found: Sequence[now.Site]) -> str:
    """One sentence about the first of the sites, in Markdown."""
    told, waiting = words().sites, found[0].waiting
    if waiting.median is None:
        return told.undated
    alone, many = (told.one_of_one, told.one) if len(found) == 1 else (told.headline_of_one, told.headline)
    return (alone if waiting.open == 1 else many).format(
        site=safe_md(site_name(found[0].name)),
        people=f"{waiting.open:,}",
        median=days(waiting.median),
        longest=days(waiting.longest),
    )


def sites(found: Sequence[now.Site], chosen: Filters) -> None:
    """One sentence that answers the question, then every site, the longest waits first."""
    told = words().sites
    st.header(told.title, anchor=False)
    st.markdown(waits_longest(found))
    st.table(
        [
            {
                "Site": safe_md(site_name(site.name)),
                "Open": f"{site.waiting.open:,}",
                "Over target": f"{site.waiting.over:,}",
                "Median so far": days(site.waiting.median),
                "Longest": days(site.waiting.longest),
            }
            for site in found
        ],
        border="horizontal",
        alt=told.title,
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="open-sites"):
        st.caption(told.open, width="content")
        for site in found[: now.SITES_SHOWN]:
            if site.name is not None:
                label = f"{safe_md(site_name(site.name))} {site.waiting.open:,}"
                pages.link(pages.worklist(), label=label, query_params=address(replace(chosen, sites=(site.name,))))


def ages(spans: Sequence[now.Span], chosen: Filters) -> None:
    """Ageing bars; a click on either part of a bar opens its people."""
    told = words().ageing
    st.header(told.title, anchor=False)
    st.caption(f"{told.help} {words().clock}")
    dated = [span for span in spans if span.key != NO_START or span.within + span.over]
    event = st.plotly_chart(
        inked(ageing.figure(dated), ink()),
        key=f"ageing-{chosen.queue}",
        config=QUIET,
        on_select="rerun",
        selection_mode="points",
        alt=ageing.alt_text(dated),
    )
    data(ageing.table(dated), ageing.alt_text(dated))
    for point in event["selection"]["points"]:
        span = dated[point["point_index"]]
        over = point["curve_number"] == 1
        open_worklist(replace(chosen, waited=span.key, overdue=over, target=None if over else "within"))


def map_of_sites(found: now.HeatMap, chosen: Filters) -> None:
    """Sites by steps; a click on a number opens its people."""
    told = words().heat_map
    names = {site: site_name(site) for site in found.sites}
    st.header(told.title, anchor=False)
    st.caption(told.help)
    profile = session.profile()
    event = st.vega_lite_chart(
        None,
        heat_map.spec(found, names, profile, ink()),
        key=f"heat-map-{chosen.queue}",
        on_select="rerun",
        selection_mode=heat_map.PICK,
        alt=heat_map.alt_text(found, names, profile),
    )
    if found.all_sites > len(found.sites):
        st.caption(told.some.format(shown=len(found.sites), all=f"{found.all_sites:,}"))
    data(heat_map.table(found, names, profile), told.title)
    for picked in event["selection"].get(heat_map.PICK, []):
        cell = found.cells[int(picked["place"])]
        # People without a site cannot be asked for unless nobody has one.
        if cell.people and (cell.site is not None or found.all_sites == 1):
            sites_of = (cell.site,) if cell.site is not None else chosen.sites
            open_worklist(replace(chosen, sites=sites_of, dispositions=(cell.disposition,)))


def longest(rows: Sequence[dict[str, Any]], chosen: Filters, total: int, people: Worklist) -> None:
    """Real links to the people who have waited longest."""
    told = words().longest
    st.header(told.title.format(shown=len(rows), all=f"{total:,}"), anchor=False)
    with st.container(gap="small", height=520 if len(rows) > 8 else "content", key="longest"):
        for person in rows:
            shown = list_view.row(person, people.as_of)
            waited = days(person["waiting"]) if person["waiting"] is not None else told.no_date
            with st.container(gap=None, key=f"longest-{person['token']}"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    pages.link(
                        pages.patient(),
                        label=f"**{safe_md(shown['Patient'])}**",
                        query_params=list_view.link(person["token"]),
                    )
                    age = patient.age(person, people.as_of)
                    st.markdown(
                        f"**{waited}** · {safe_md(age)} · {safe_md(site_name(person['site']))}", width="content"
                    )
                due = phrases.due(person, people.as_of)
                line = " · ".join(
                    filter(None, (phrases.next_step(person), due and f"due {due}", phrases.marks(person)))
                )
                st.caption(safe_md(line))
    session_list = session.CameFrom(
        address(chosen, sort="Longest wait"), chosen, "Longest wait", "queues", own_address(chosen)
    )
    st.session_state[session.CAME_FROM] = session_list


def whole_panel(found: panel_flow.Flow) -> None:
    """Everybody as a flow; a click on a bar or a band opens its people, and so does a link below."""
    told = words().flow
    st.header(told.title, anchor=False)
    if not found.people:
        st.info(told.empty, icon=":material/filter_alt_off:")
        return
    st.caption(told.help)
    event = st.echarts_chart(
        sankey.option(found, dark=st.context.theme.type == "dark"),
        key="flow",
        height=sankey.height(found),
        on_select="rerun",
        renderer="svg",
        alt=sankey.alt_text(found),
    )
    with st.expander(words().links):
        _flow_links(found)
        _rows(sankey.table(found), told.title)
    for picked in event["selection"]["selected"]:
        marks: Sequence[panel_flow.Node | panel_flow.Link] = (
            found.links if picked["data_type"] == "edge" else found.nodes
        )
        for place in picked["data_indices"]:
            open_worklist(marks[place].filters)


def _flow_links(found: panel_flow.Flow) -> None:
    """Every bar and band of the picture as a link: the way by keyboard."""
    middle = {link.source for link in found.links} - {"all"}
    with st.grid(3, min_column_width=250, gap="medium"):
        with st.container(gap=None):
            _flow_link(found.nodes[0].shown, found.people, found.nodes[0].filters)
            for link in found.links:
                if link.source == "all" and link.target not in middle:
                    _flow_link(found.node(link.target).shown, link.people, link.filters)
        for node in found.nodes:
            if node.id in middle:
                with st.container(gap=None):
                    _flow_link(node.shown, node.people, node.filters, strong=True)
                    for link in found.links:
                        if link.source == node.id:
                            _flow_link(found.node(link.target).shown, link.people, link.filters)
        with st.container(gap=None):
            st.caption("Next step, whatever the reason")
            for node in found.nodes[1:]:
                if node.id not in middle:
                    _flow_link(node.shown, node.people, node.filters)


def _flow_link(shown: str, people: int, chosen: Filters, *, strong: bool = False) -> None:
    text = f"{people:,} {safe_md(shown)}"
    pages.link(pages.worklist(), label=f"**{text}**" if strong else text, query_params=address(chosen))


def data(rows: Sequence[dict[str, str]], alt: str) -> None:
    """The numbers of a chart as a table."""
    with st.expander(words().data):
        _rows(rows, alt)


def _rows(rows: Sequence[dict[str, str]], alt: str) -> None:
    st.table([{name: safe_md(text) for name, text in row.items()} for row in rows], border="horizontal", alt=alt)
