"""The dashboard as an ASGI application."""

from __future__ import annotations

import streamlit as st

from dashboard import settings


def application() -> st.App:
    """What a server runs: the main script."""
    return st.App(settings.ROOT / "dashboard" / "app.py")
