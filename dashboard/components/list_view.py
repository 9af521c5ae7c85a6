"""The rows of the worklist, as a table or as cards, and the tiles above them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import patient, phrases, wording
from dashboard.components import filters, pages, session
from dashboard.components.safe import literal, safe_md

_COLUMNS = {
    "Status": 146,
    "Patient": 138,
    "Patient id": 82,
    "Age": 42,
    "Next step": 176,
    "Why": 190,
    "Due": 104,
    "Waiting": 66,
    "Not known": 168,
    "Site": 118,
    "Clinician": 116,
}
"""Widths in pixels; together they fill a screen of 1440, so that nothing is found by scrolling alone."""

TEAM = "Team"
_WITH_TEAM = {
    "Status": 140, "Patient": 124, "Patient id": 74, "Age": 40, TEAM: 160, "Next step": 152, "Why": 158, "Due": 96,
    "Waiting": 62, "Not known": 124, "Site": 84, "Clinician": 92,
}  # fmt: skip
"""The same where the team decided something about anybody of the list."""


def tiles(counts: Mapping[str, int], chosen: tuple[str, ...]) -> None:
    """One tile a disposition, in the pathway's order; a click shows its people."""
    with st.grid(7, min_column_width=105, gap="xsmall", key="tiles"):
        for name, people in counts.items():
            label = wording.status(name).tile(session.profile())
            with st.container(key=f"{'some' if people else 'nobody'}-{name}"):
                st.button(
                    f"**{people:,}**  \n{safe_md(label)}",
                    key=f"tile-{name}",
                    type="primary" if name in chosen else "secondary",
                    on_click=filters.toggle,
                    args=(name,),
                    width="stretch",
                    wrap=True,
                )


def row(person: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """One person as the text of a table row."""
    return {
        "Status": phrases.status(person),
        "Patient": literal(person["name"] or "no name"),
        "Patient id": literal(phrases.shortened(person["patient_id"])),
        "Age": patient.age(person, as_of),
        TEAM: literal(phrases.marks(person)),
        "Next step": phrases.next_step(person),
        "Why": phrases.why(person),
        "Due": _due(person, as_of),
        "Waiting": phrases.waiting_days(person, as_of),
        "Not known": phrases.not_known(person),
        "Site": literal(person["site"] or ""),
        "Clinician": literal(person["clinician"] or ""),
    }


def _due(person: Mapping[str, Any], as_of: date) -> str:
    """Date and lateness, each kept on one line where the cell wraps."""
    return ", ".join(part.replace(" ", "\u00a0") for part in phrases.due(person, as_of).split(", "))


def table(rows: list[dict[str, Any]], as_of: date, *, team: bool = False) -> None:
    """The grid; choosing a row opens that person. ``team``: somebody of the whole list has a mark of the team."""
    widths = _WITH_TEAM if team else _COLUMNS
    frame_of_rows = pd.DataFrame([row(person, as_of) for person in rows], columns=list(widths))
    frame_of_rows["Waiting"] = frame_of_rows["Waiting"].astype("Int64")
    config: dict[str, Any] = {name: st.column_config.TextColumn(name, width=width) for name, width in widths.items()}
    config["Waiting"] = st.column_config.NumberColumn(
        "Waiting", format="%d d", width=widths["Waiting"], help="Days since the reason to act began"
    )
    event = st.dataframe(
        frame_of_rows,
        key="list",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=config,
        row_height=62,
        height="content",
        placeholder="",
        alt="The worklist: one person a row. Arrow keys move, Shift and Space open the person.",
    )
    selected = event["selection"]["rows"]
    if selected and selected[0] < len(rows):
        open_patient(rows[selected[0]]["token"])


def cards(rows: list[dict[str, Any]], as_of: date) -> None:
    """The same rows as links, for small screens, the keyboard and screen readers."""
    with st.grid(2, min_column_width=330, gap="small", key="cards"):
        for person in rows:
            _card(person, row(person, as_of))


def _card(person: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    with st.container(border=True, gap=None, height="stretch", key=f"card-{person['token']}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.page_link(
                pages.patient(), label=f"**{safe_md(shown['Patient'])}**", query_params=link(person["token"])
            )
            who = (shown["Patient id"], shown["Age"], shown["Site"], shown["Clinician"])
            st.caption(safe_md(" · ".join(str(part) for part in who if part)), width="content")
        st.markdown(f"**{safe_md(shown['Status'])}** — {safe_md(shown['Next step'])}")
        if shown[TEAM]:
            st.markdown(f":material/group: {safe_md(shown[TEAM])}")
        waiting = shown["Waiting"]
        lines = [
            shown["Why"],
            shown["Due"] and f"Due {shown['Due']}",
            waiting and f"Waiting {wording.counted(waiting, 'day')}",
            shown["Not known"] and f"Not known: {shown['Not known']}",
        ]
        st.caption(safe_md(" · ".join(line for line in lines if line)))


def link(token: str) -> dict[str, str]:
    """The address of a person, with the profile and date one is looking at."""
    return {"id": token, **filters.profile_and_date()}


def open_patient(token: str) -> None:
    st.switch_page(pages.patient(), query_params=link(token))
