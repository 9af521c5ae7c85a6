"""The questions that would settle the most people."""

from __future__ import annotations

import streamlit as st

st.title("To ask", anchor=False)
