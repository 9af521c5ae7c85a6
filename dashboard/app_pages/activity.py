"""Who did what with the program, what the team recorded, what the flags cost, and whether the log is whole."""

from __future__ import annotations

import streamlit as st

from dashboard.components import activity_view, check_view, recorded_view, session, trail_view
from dashboard.wording.activity import activity as words

st.title("Activity", anchor=False)
titles = {title: name for name, title in words().parts.items()}
chosen = st.segmented_control(
    "Part", list(titles), default=next(iter(titles)), required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
part = titles.get(str(chosen), "who")
if part == "who":
    trail_view.draw()
elif part == "team":
    recorded_view.draw(session.worklist())
elif part == "flags":
    activity_view.flags(session.worklist())
    activity_view.this_session()
else:
    check_view.check()
    check_view.feedback_row(session.worklist())
