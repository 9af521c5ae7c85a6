"""Intended use, limits, versions and licences."""

from __future__ import annotations

import streamlit as st

from dashboard.components import about_view

st.title("About", anchor=False)
about_view.texts()
about_view.attributes()
about_view.evidence()
about_view.versions()
about_view.licences()
