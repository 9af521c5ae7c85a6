"""The colour in which words inside a chart can be read on the present background."""

from __future__ import annotations

import streamlit as st

LIGHT, DARK = "#0B1117", "#F2F6FA"


def ink() -> str:
    """The theme's own text colour: plotly would take a paler one."""
    return DARK if st.context.theme.type == "dark" else LIGHT
