"""Who waits for what, and how long."""

from __future__ import annotations

import streamlit as st

st.title("Queues", anchor=False)
