"""The huddle's rows: each a link, so that the keyboard and a screen reader reach everyone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import wording
from dashboard.components import filters, list_view, pages, places, session
from dashboard.components.safe import safe_md
from dashboard.huddle import AWAKE, Huddle, Kind, Line
from dashboard.wording.huddle import huddle as words
from dashboard.wording.team import team
from dashboard.worklist import Worklist

_WIDTHS = (2.1, 3.2, 3.2, 1.5)
_HEADS = ("Person", "Status and next step", "Why", "Date")
PLACES = {"my_site": "site", "my_clinician": "clinician"}
"""Widget and address key of each choice here, and the worklist's. They differ: two pages' widgets of one key
would hand their values to each other past the address."""


def choose_places(people: Worklist) -> dict[str, tuple[str, ...]]:
    """Whose people, by the worklist's names; the choice stands in the address, to be kept as a bookmark."""
    return {column: places.choose(people, column, key, bind="query-params") for key, column in PLACES.items()}


def address(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The worklist's address for the people listed here, or some of them."""
    places = {column: list(st.session_state.get(key) or []) for key, column in PLACES.items()}
    chosen = {column: names for column, names in places.items() if names}
    awake = team().filters[AWAKE]
    return {**filters.profile_and_date(), **chosen, "need": words().listed, "snoozed": awake, **more}


def own_address() -> dict[str, Any]:
    """The way back to this page as it stands."""
    return {**filters.profile_and_date(), **{key: st.session_state[key] for key in PLACES if st.session_state.get(key)}}


def counts(found: Huddle) -> None:
    """One line: how many to act on, to call, and of which status; each number is a link to its people."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="huddle-counts"):
        told = words()
        acted = told.to_act.format(people=f"**{found.to_act:,}**", total=f"{found.total:,}")
        st.markdown(acted, width="content")
        if found.to_call:
            called = told.to_call.format(people=f"**{found.to_call:,}**")
            st.page_link(pages.worklist(), label=called, query_params=address(need=told.called))
        for kind in found.kinds:
            st.page_link(pages.worklist(), label=_kind(kind), query_params=address(step=_word(kind.disposition)))
        if found.snoozed:
            label = told.snoozed.format(people=wording.counted(found.snoozed, "person"))
            snoozed = address(snoozed=team().filters["snoozed"])
            st.page_link(pages.worklist(), label=label, icon=":material/snooze:", query_params=snoozed)


def _kind(kind: Kind) -> str:
    late = f", {kind.overdue:,} overdue" if kind.overdue else ""
    return f"{safe_md(wording.status(kind.disposition).tile(session.profile()))} **{kind.people:,}**{late}"


def _word(disposition: str) -> str:
    return wording.status(disposition).word_under(session.profile())


def band(found: Huddle, day: str) -> None:
    """The emergencies. Nothing here can be put away."""
    told = words()
    if not found.band_people:
        st.caption(safe_md(told.band_empty.format(day=day)))
        return
    with st.container(key="huddle-band", gap="xsmall"):
        people = wording.counted(found.band_people, "person")
        st.header(f"{wording.status(told.band).shown()}: {people}", anchor=False)
        st.markdown(f"**{safe_md(told.band_says.format(day=day))}**")
        rows(found.band, called=False)
        _more(found.band_people - len(found.band), step=_word(told.band))


def others(found: Huddle) -> None:
    """Everybody else to act on, the most pressing first."""
    told = words()
    if not found.others_people:
        return
    st.header(told.others_title, anchor=False)
    with st.container(key="huddle-others", gap=None):
        with st.container(key="huddle-heads"):
            for place, head in zip(st.columns(_WIDTHS, gap="small"), _HEADS, strict=True):
                place.caption(head)
        rows(found.others)
    _more(found.others_people - len(found.others))


def rows(lines: Sequence[Line], *, called: bool = True) -> None:
    """One row a person; ``called`` marks those to call today."""
    for one in lines:
        with st.container(key=f"huddle-row-{one.token}", gap=None):
            who, step, why, when = st.columns(_WIDTHS, gap="small")
            with who.container(gap=None):
                st.page_link(pages.patient(), label=f"**{safe_md(one.name)}**", query_params=list_view.link(one.token))
                st.caption(safe_md(one.who))
            call = f" :red-badge[{safe_md(words().called_says)}]" if called and one.call else ""
            step.markdown(f"**{safe_md(one.status)}**{call}  \n{safe_md(one.next_step)}")
            marks = f"  \n**{safe_md(one.marks)}**" if one.marks else ""
            where = f"  \n:small[:gray[{safe_md(one.where)}]]" if one.where else ""
            why.markdown(f"{safe_md(one.why)}{marks}{where}")
            late = f"**{safe_md(one.when)}**" if one.overdue else safe_md(one.when)
            when.markdown(f"{late}  \n:small[:gray[{safe_md(one.waiting)}]]" if one.waiting else late)


def _more(people: int, **step: str) -> None:
    if people > 0:
        st.page_link(
            pages.worklist(),
            label=words().more.format(people=f"{people:,}"),
            icon=":material/arrow_forward:",
            query_params=address(**step),
        )
