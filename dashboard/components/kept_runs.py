"""Slow work on a list, kept in the session for as long as the session looks at that very list."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import streamlit as st

from dashboard.worklist import Worklist

Result = TypeVar("Result")
Runs = OrderedDict[Hashable, tuple[Worklist, Any]]
MOST_KEPT = 6
_KEPT = "_kept_runs"


def kept(people: Worklist, what: Hashable, work: Callable[[], Result]) -> Result:
    """The result of ``work``, which is done once for this list and ``what``.

    The list itself is compared, not its name: another panel, profile, date or answer is another list.
    """
    runs: Runs = st.session_state.setdefault(_KEPT, OrderedDict())
    if not is_kept(people, what):
        runs[what] = (people, work())
        if len(runs) > MOST_KEPT:
            runs.popitem(last=False)
    runs.move_to_end(what)
    result: Result = runs[what][1]
    return result


def is_kept(people: Worklist, what: Hashable) -> bool:
    """Whether ``work`` would not be done."""
    runs: Runs = st.session_state.get(_KEPT, {})
    return what in runs and runs[what][0] is people
