"""A page that waits for long work: what is being done, how far it is, and what can be done meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dashboard import wording
from dashboard.components import signed_in
from dashboard.wording import Doing
from dashboard.working import Work, Works

Result = TypeVar("Result")
EVERY = timedelta(seconds=2)
"""How often the bar looks. Each look ends a run, and with every second one the server forgets a file that is about to
be downloaded: no oftener than needed, and only while something is worked on."""


def wait(works: Works, name: object, work: Work[Result], doing: Doing, *, meanwhile: str = "") -> Result:
    """The result; until it is there the page shows how far the work is, and what follows on it is not drawn.

    Raises what the work raised, once: the next look at the page begins it anew.
    """
    if not work.over:
        _show(work, doing, meanwhile or wording.screen().working.meanwhile)
        raise StopException  # st.stop would let nothing more be drawn, and the frame of the page is to stand around it
    if work.failed is not None:
        works.forget(name)
    return work.result()


def _show(work: Work[Result], doing: Doing, meanwhile: str) -> None:
    with st.container(border=True, key="working"):
        st.markdown(f"**{doing.title.format(people=f'{work.of:,}')}**")

        @st.fragment(run_every=EVERY)
        def bar() -> None:
            if work.over:
                signed_in.by_clock()
            st.progress(work.share, how_far(work))

        bar()
        st.caption(f"{doing.why} {meanwhile}")


def how_far(work: Work[Result]) -> str:
    told = wording.screen().working
    if not work.begun:
        return told.waits
    if not work.done:
        return told.begins
    return told.how_far.format(done=f"{work.done:,}", of=f"{work.of:,}")
