"""How often each flag is raised, and what this session did."""

from __future__ import annotations

import streamlit as st

from dashboard.components import activity_view, session

st.title("Activity", anchor=False)
people = session.worklist()
activity_view.not_recorded()
activity_view.flags(people)
activity_view.this_session()
