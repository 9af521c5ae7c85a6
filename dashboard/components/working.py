"""A page that waits for long work: what is being done, how far it is, and what can be done meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dashboard import wording
from dashboard.components import kept_runs, signed_in
from dashboard.panel_store import HeldPanel
from dashboard.people import Told, untold
from dashboard.wording import Doing
from dashboard.working import OfThis, Work
from dashboard.worklist import Worklist
from pathways.panel import Panel

Result = TypeVar("Result")
EVERY = timedelta(seconds=2)
"""How often the bar looks. Each look ends a run, and with every second one the server forgets a file that is about to
be downloaded: no oftener than needed, and only while something is worked on."""


def worked_out(
    people: Worklist, what: Hashable, held: HeldPanel, todo: Callable[[Told], Result], doing: Doing
) -> Result:
    """What is worked out of everybody on a list, once: at once where the panel is in memory, else as ``wait`` does."""
    if isinstance(held.root.panel, Panel) or kept_runs.is_kept(people, what):
        with st.spinner(doing.title.format(people=f"{held.people:,}"), show_time=False):
            return kept_runs.kept(people, what, lambda: todo(untold))
    works, name = held.root.works, (what, OfThis(people))
    result = wait(works.ask(name, held.people, todo), doing)
    return kept_runs.kept(people, what, lambda: result)


def under_way(people: Worklist, what: Hashable, held: HeldPanel) -> bool:
    """Whether somebody asked for it already."""
    return held.root.works.known((what, OfThis(people))) is not None


def wait(work: Work[Result], doing: Doing) -> Result:
    """The result; until it is there the page shows how far the work is, and what follows on it is not drawn.

    Raises what the work raised; the next look at the page begins it anew.
    """
    if not work.over:
        show(work, doing)
        raise StopException  # st.stop would let nothing more be drawn, and the frame of the page is to stand around it
    return work.result()


def show(work: Work[Result], doing: Doing, people: int | None = None) -> None:
    """How far it is, of so many ``people`` where the work counts otherwise. When it is done the page is drawn anew."""
    with st.container(border=True, key="working"):
        st.markdown(f"**{doing.title.format(people=f'{people or work.of:,}')}**")

        @st.fragment(run_every=EVERY)
        def bar() -> None:
            if work.over:
                signed_in.by_clock()
            st.progress(work.share, how_far(work, doing))

        bar()
        st.caption(f"{doing.why} {wording.screen().working.meanwhile}")


def how_far(work: Work[Result], doing: Doing) -> str:
    told = wording.screen().working
    if not work.begun:
        return told.waits
    if not work.done:
        return told.begins
    percent = int(100 * work.share)
    return (doing.how_far or told.how_far).format(done=f"{work.done:,}", of=f"{work.of:,}", percent=percent)
