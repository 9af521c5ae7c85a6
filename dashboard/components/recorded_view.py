"""What the team recorded of the people on this list, and where it disagreed with what was shown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import flag_answers, recording
from dashboard.components import audited, session
from dashboard.components.safe import literal
from dashboard.wording.activity import activity as words
from dashboard.worklist import Worklist

PAGE = 50


def draw(people: Worklist) -> None:
    """The actions, newest first, fifty at a time; then the disagreements."""
    told = words()
    known = flag_answers.criteria(people, session.seen().by_person)
    logs = {one: log for one, log in session.seen().by_person.items() if one in known}
    audited.viewed_list("what the team recorded", [], len(logs))
    if not logs:
        st.info(told.team_nothing, icon=":material/info:")
        return
    lines = sorted(
        (line for log in logs.values() for line in recording.done(log)),
        key=lambda line: line.entry.recorded_at, reverse=True,
    )  # fmt: skip
    st.caption(told.team_says.format(
            actions=session.counted(len(lines), "action"), people=session.counted(len(logs), "person")
        ))
    if session.told_of(len(logs)) is None:
        st.caption(told.small_hidden.format(under=session.hide_under()))
    else:
        _actions(lines)
    st.subheader(told.overrides_title, anchor=False)
    found = flag_answers.disagreements(people, logs)
    if not found:
        st.caption(told.overrides_nothing)
        return
    st.caption(told.overrides_says)
    titles = told.override_columns
    st.table(
        {titles[name]: [_cell(getattr(one, name)) for one in found] for name in titles},
        border="horizontal",
        alt=told.overrides_title,
    )


def _cell(value: str | int) -> str:
    told = session.told_of(value) if isinstance(value, int) else value
    return words().hidden if told is None else literal(str(told))


def _actions(lines: Sequence[recording.Done]) -> None:
    told, may_know = words(), session.user().may("people")
    pages = max(1, -(-len(lines) // PAGE))
    number = min(max(1, int(st.session_state.get("team_page", 1))), pages)
    titles = {name: title for name, title in told.team_columns.items() if may_know or name != "person"}
    rows = [
        {
            "when": recording.moment(line.entry),
            "who": line.entry.by.name,
            "person": line.entry.patient_id,
            "what": line.what if may_know else line.entry.action.kind,
            "undone": line.undone,
        }
        for line in lines[(number - 1) * PAGE : number * PAGE]
    ]
    widths = {"when": 140, "who": 150, "person": 110, "what": 640, "undone": 190}
    st.dataframe(
        pd.DataFrame([{title: literal(row[name]) for name, title in titles.items()} for row in rows]),
        hide_index=True,
        height="content" if len(rows) <= 12 else 470,
        alt=told.parts["team"],
        column_config={title: st.column_config.TextColumn(title, width=widths[name]) for name, title in titles.items()},
    )
    if pages > 1:
        st.pagination(pages, key="team_page")
