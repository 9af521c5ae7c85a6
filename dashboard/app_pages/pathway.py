"""The rules, their sources and what would change."""

from __future__ import annotations

import streamlit as st

st.title("Pathway", anchor=False)
