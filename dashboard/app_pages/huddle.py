"""Who needs what today."""

from __future__ import annotations

import streamlit as st

st.title("Huddle", anchor=False)
