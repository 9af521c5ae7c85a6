"""The dashboard as it is, but for limits of a sign-in that a test can wait for."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.access import door, rules

rules.IDLE_MINUTES = (0.05, 30.0)
door.WARNED_BEFORE = timedelta(seconds=55)

from dashboard import serving  # noqa: E402 - reads the limits as it is read

app = st.App(serving.MAIN_SCRIPT, **serving.options())
