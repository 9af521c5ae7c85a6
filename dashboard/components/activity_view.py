"""Flags on the Activity page: the burden of each, what was done about it, and what this session answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import attrition, flag_answers, flag_burden, panel_store, wording
from dashboard.access.small_cells import nested
from dashboard.access.users import roles
from dashboard.charts import flag_burden as chart
from dashboard.charts.inked import inked
from dashboard.components import filters, pages, session, working
from dashboard.components.ink import ink
from dashboard.components.safe import literal, safe_md
from dashboard.flag_burden import Burden, Flag, ToldFlag
from dashboard.panel_store import HeldPanel
from dashboard.people import Told
from dashboard.session_answers import Answer
from dashboard.wording.about import about
from dashboard.wording.activity import activity
from dashboard.worklist import Worklist


def flags(people: Worklist) -> None:
    """The chart and the table of every flag on the present list."""
    told = about().activity
    st.header(told.flags_title, anchor=False)
    if people.total() == 0:
        st.caption(told.nobody)
        return
    found = _burden(people)
    numbers = nested([found.of, found.people, found.flagged, found.one], session.hide_under())
    of, counted, flagged, one = (activity().hidden if number is None else f"{number:,}" for number in numbers)
    st.markdown(told.flags_says.format(people=counted, of=of, flagged=flagged, one=one))
    raised = [flag for flag in found.raised if flag.reason_for]
    if not session.user().may("people"):
        st.caption(activity().small_hidden.format(under=roles().small_cell))
    elif raised:
        st.subheader(told.chart_title, anchor=False)
        st.caption(told.chart_says)
        event = st.plotly_chart(
            inked(chart.figure(raised), ink()),
            key="flags",
            on_select="rerun",
            selection_mode="points",
            config={"displayModeBar": False},
            alt=chart.alt_text(raised),
        )
        points = event["selection"]["points"]
        if points:
            _open(raised[int(points[0]["point_index"])])
        with st.expander("Show data: each flag as a link to its people"):
            _links(raised)
            st.table(
                [{title: safe_md(text) for title, text in row.items()} for row in chart.table(raised)],
                border="horizontal",
                alt=told.chart_title,
            )
    else:
        st.caption(told.no_flags)
    numbers_told = flag_burden.told(found, session.hide_under())
    _answered(people, numbers_told)
    _table(found, numbers_told, counted)


def _burden(people: Worklist) -> Burden:
    held = session.panel()

    def todo(told: Told) -> Burden:
        pathway = panel_store.the_pathway().in_profile(people.profile, people.as_of)
        return flag_burden.burden(people, attrition.verdicts(people, held.panel, pathway, told), pathway)

    return working.worked_out(people, "flag burden", held, todo, wording.screen().working.flags)


def _answered(people: Worklist, numbers: Mapping[str, ToldFlag]) -> None:
    """What the team did about each flag that is a reason."""
    told = activity()
    st.subheader(told.answered_title, anchor=False)
    found = flag_answers.answered(people, session.seen().by_person)
    if not found:
        st.caption(told.answered_nothing)
        return
    titles = told.answered_columns
    rows = [
        {titles[name]: getattr(one, name) for name in titles} | {titles["title"]: literal(one.title)}
        for one in (
            flag_answers.told(flag, numbers[flag.name].reason_for, session.hide_under())
            for flag in found
            if flag.name in numbers
        )
    ]
    st.dataframe(
        pd.DataFrame(rows, columns=list(titles.values()), dtype="object"),
        hide_index=True,
        height="content",
        alt=told.answered_title,
        column_config={titles["title"]: st.column_config.TextColumn(titles["title"], width=470)},
    )
    st.caption(told.answered_says)


def _links(raised: list[Flag]) -> None:
    for flag in raised:
        label = f"{flag.title}: {flag.reason_for:,} people, for {flag.sole:,} the only reason"
        pages.link(pages.worklist(), label=safe_md(label), query_params=_address(flag))


def _open(flag: Flag) -> None:
    pages.go(pages.worklist(), query_params=_address(flag))


def _address(flag: Flag) -> dict[str, str]:
    return {**filters.profile_and_date(), "reason": flag.name}


def _table(found: Burden, numbers: Mapping[str, ToldFlag], people: str) -> None:
    told = about().activity
    st.subheader(told.table_title, anchor=False)
    whole = st.toggle(told.findings_too, key="findings")
    shown = found.flags if whole else found.raised
    rows = [
        {
            "Flag": literal(flag.title if flag.reason_for is not None else f"    part: {flag.title}"),
            "Leads to": flag.leads_to,
            "Met": one.met,
            "Met per 100": _per_hundred(flag, one.met),
            "Not known": one.unknown,
            "Not known per 100": _per_hundred(flag, one.unknown),
            "A reason for": one.reason_for,
            "The only reason for": one.sole,
        }
        for flag, one in ((flag, numbers[flag.name]) for flag in shown)
    ]
    table = pd.DataFrame(rows)
    for name in ("Met", "Not known", "A reason for", "The only reason for"):
        table[name] = table[name].astype("Int64")
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        placeholder="",
        alt=told.table_title,
        column_config={
            "Flag": st.column_config.TextColumn("Flag", width=470),
            "Met": number("Met", format="localized"),
            "Met per 100": number("Met per 100", format="%.1f"),
            "Not known": number("Not known", format="localized"),
            "Not known per 100": number("Not known per 100", format="%.1f"),
        },
    )
    st.caption(told.table_says.format(people=people))


def _per_hundred(flag: Flag, count: int) -> float | None:
    return None if count is None else flag.per_hundred(count)


def session_lines(held: HeldPanel, *, own: bool, given: Sequence[Answer]) -> list[str]:
    """What was loaded and answered, without naming anybody."""
    told = about().activity
    lines = []
    if own:
        lines.append(
            told.loaded.format(name=safe_md(held.name), people=f"{held.people:,}", day=wording.day(held.as_of))
        )
    if given:
        concerned = wording.counted(len({answer.patient_id for answer in given}), "person")
        lines.append(told.answered.format(answers=wording.counted(len(given), "answer"), people=concerned))
    return lines


def this_session() -> None:
    """What this browser tab did since it was opened, as far as the program remembers it."""
    told = about().activity
    st.header(told.session_title, anchor=False)
    lines = session_lines(session.panel(), own=session.has_own(), given=session.answers())
    for line in lines:
        st.markdown(f"- {line}")
    st.caption(told.session_says if lines else told.session_nothing)
