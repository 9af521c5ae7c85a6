"""Slow work on a list, kept in the session for as long as the session looks at that very list."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from dashboard.worklist import Worklist

Result = TypeVar("Result")
MOST_KEPT = 6
_KEPT = "_kept_runs"


def kept(people: Worklist, what: Hashable, work: Callable[[], Result]) -> Result:
    """The result of ``work``, which is done once for this list and ``what``.

    The list itself is compared, not its name: another panel, profile, date or answer is another list.
    """
    runs: OrderedDict[Hashable, tuple[Worklist, Result]] = st.session_state.setdefault(_KEPT, OrderedDict())
    found = runs.get(what)
    if found is None or found[0] is not people:
        found = runs[what] = (people, work())
        if len(runs) > MOST_KEPT:
            runs.popitem(last=False)
    runs.move_to_end(what)
    return found[1]
