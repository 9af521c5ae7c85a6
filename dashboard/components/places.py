"""Whose people a page shows: the choice of sites and of clinicians beside its title."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.components.safe import literal
from dashboard.worklist import Worklist


def choose(people: Worklist, column: str, key: str, **more: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The names chosen, none where there is nothing to choose from; what an address invents is left out."""
    names = people.choices(column)
    if len(names) < 2:
        return ()
    found = st.multiselect(
        column.capitalize(),
        names,
        key=key,
        placeholder=f"Every {column}",
        format_func=literal,
        width=210,
        label_visibility="collapsed",
        **more,
    )
    return tuple(name for name in found if name in names)
