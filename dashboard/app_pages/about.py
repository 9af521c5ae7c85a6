"""Intended use, limits, versions and licences."""

from __future__ import annotations

import streamlit as st

st.title("About", anchor=False)
