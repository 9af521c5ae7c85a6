"""The rules as a picture and in words."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import flow
from dashboard.charts import flow as chart
from dashboard.components.ink import ink
from dashboard.components.safe import safe_md
from dashboard.wording.pathway import Fork, page
from pathways.loading import ProfiledPathway


def draw(pathway: ProfiledPathway) -> None:
    with st.container(horizontal=True, gap="large", key="rules-beside"):
        with st.container(width=430):  # the words of the picture are wrapped for it
            _picture(pathway)
        with st.container():
            _who_enters()
            _reasons(pathway)
    with st.grid(2, min_column_width=330, gap="large"):
        _forks("What becomes of a person with a reason", page().with_orders)
        _forks("And of one without a reason", page().without_reason)
    with st.grid(3, min_column_width=300, gap="large"):
        _must_be_known(pathway)
        _never_alone()
        _open_questions()


def _picture(pathway: ProfiledPathway) -> None:
    st.header("In what order the questions are asked", anchor=False)
    st.caption(
        "From top to bottom. The first question that leads to the right decides; a person with a reason then goes by "
        "the state of the orders, as the table below says."
    )
    rungs = flow.ladder(pathway)
    st.plotly_chart(
        chart.figure(rungs, ink()),
        key="rules_picture",
        config={"displayModeBar": False, "staticPlot": True},
        alt=chart.alt_text(rungs),
    )
    with st.expander("Show data"):
        st.table(
            [{title: safe_md(text) for title, text in row.items()} for row in chart.table(rungs)],
            border="horizontal",
            alt="The questions of the pathway in their order, with what each leads to",
        )


def _who_enters() -> None:
    st.header("Who enters", anchor=False)
    _list(page().enters)


def _reasons(pathway: ProfiledPathway) -> None:
    st.header("Reasons to investigate, most pressing first", anchor=False)
    for reason in flow.reasons(pathway):
        _reason(reason)
    st.caption(f"{safe_md(flow.instead(pathway))}.")
    st.caption(
        f"Suggested with the core bloods and never waited for: {safe_md(flow.sequence(flow.suggested(pathway)))}."
    )


def _reason(reason: flow.Reason) -> None:
    with st.container(border=True, gap="small", key=f"reason-{reason.name}"):
        st.subheader(safe_md(reason.status), anchor=False)
        with st.grid(2, min_column_width=220, gap="small"):
            with st.container(gap="xsmall"):
                st.caption(reason.logic)
                _list(reason.parts)
            with st.container(gap="xsmall"):
                st.caption(f"Calls for, {safe_md(reason.within[:1].lower() + reason.within[1:])}")
                _list(reason.orders)
        with st.expander("Exactly, with every number"):
            st.markdown("\n".join(f"{'  ' * line.depth}- {safe_md(line.text)}" for line in reason.lines))


def _must_be_known(pathway: ProfiledPathway) -> None:
    with st.container():
        st.header("What must be known of everyone", anchor=False)
        _list(flow.must_be_known(pathway))
        st.markdown(safe_md(page().unknown_rule))


def _never_alone() -> None:
    with st.container():
        st.header("What never escalates alone", anchor=False)
        st.markdown(safe_md(page().never_alone))


def _open_questions() -> None:
    with st.container():
        st.header("Open for a clinician to decide", anchor=False)
        _list(page().open_questions)


def _forks(title: str, forks: Sequence[Fork]) -> None:
    with st.container():
        st.header(title, anchor=False)
        st.caption("The first that holds.")
        st.table(
            [{"If": safe_md(fork.when), "Then": safe_md(flow.outcome(fork))} for fork in forks],
            border="horizontal",
            alt=title,
        )


def _list(lines: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {safe_md(line)}" for line in lines))
