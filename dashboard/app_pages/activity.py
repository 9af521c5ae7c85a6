"""What was done, and how often each flag is raised."""

from __future__ import annotations

import streamlit as st

st.title("Activity", anchor=False)
