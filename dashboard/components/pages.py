"""The pages and their addresses, in one place, so that a link never spells a path."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parents[1] / "app_pages"


@cache
def worklist() -> st.Page:
    return st.Page(HERE / "worklist.py", title="Worklist", default=True, help="Everyone on the list and the next step.")


@cache
def patient() -> st.Page:
    return st.Page(HERE / "patient.py", title="Patient", url_path="patient", visibility="hidden")


@cache
def data() -> st.Page:
    return st.Page(
        HERE / "data.py",
        title="Data",
        url_path="data",
        help="What was loaded and held back; load your own list.",
    )
