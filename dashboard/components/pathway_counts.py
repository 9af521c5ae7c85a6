"""How many people stand where: the steps of the pathway and the verdicts on each criterion."""

from __future__ import annotations

import streamlit as st

from dashboard import attrition, wording
from dashboard.addresses import Address
from dashboard.attrition import Block, Step, Verdicts
from dashboard.charts import attrition as chart
from dashboard.components import filters, pages, session, working
from dashboard.components.ink import ink
from dashboard.components.safe import safe_md
from dashboard.people import Told
from dashboard.worklist import Worklist
from pathways.loading import ProfiledPathway

STEPS, CRITERIA = "People at each step", "Verdicts on each criterion"


def draw(pathway: ProfiledPathway) -> None:
    people = session.worklist()
    if people.total() == 0:
        st.info(
            "This list has no patients, so there is nobody to count. Every record may have been held back: "
            "see the Data page.",
            icon=":material/info:",
        )
        return
    shown = st.segmented_control(
        "Count", [STEPS, CRITERIA], default=STEPS, required=True, key="count_of", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if shown == CRITERIA:
        _criteria(people, pathway)
    else:
        _steps(people, pathway)


def _steps(people: Worklist, pathway: ProfiledPathway) -> None:
    st.header("How many people pass each step", anchor=False)
    st.caption("Click a bar to open these people on the worklist.")
    found = attrition.blocks(people, pathway.indications)
    event = st.plotly_chart(
        chart.figure(found, ink()),
        key="steps",
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
        alt=chart.alt_text(found),
    )
    points = event["selection"]["points"]
    if points:
        _open(chart.places(found)[int(points[0]["point_index"])])
    with st.expander("Show data: each step as a link to its people"):
        for block in found:
            _links(block)
        st.table(
            [{title: safe_md(text) for title, text in row.items()} for row in chart.table(found)],
            border="horizontal",
            alt="How many people pass each step, and of how many",
        )


def _links(block: Block) -> None:
    if not block.steps:
        return
    st.subheader(safe_md(block.title), anchor=False)
    if block.note:
        st.caption(block.note)
    with st.grid(3, min_column_width=280, gap="xsmall"):
        for step in block.steps:
            label = f"{safe_md(step.title)}: **{step.share}**"
            if step.people:
                pages.link(pages.worklist(), label=label, query_params=_with_frame(step.address))
            else:
                st.markdown(label)


def _with_frame(address: Address) -> Address:
    """The address with the profile and the date that one is looking at."""
    return address | filters.profile_and_date()


def _open(step: Step) -> None:
    pages.go(pages.worklist(), query_params=_with_frame(step.address))


def _verdicts(people: Worklist, pathway: ProfiledPathway) -> dict[str, Verdicts]:
    held = session.panel()

    def todo(told: Told) -> dict[str, Verdicts]:
        return attrition.verdicts(people, held.panel, pathway, told)

    return working.worked_out(people, "verdicts", held, todo, wording.screen().working.criteria)


def _criteria(people: Worklist, pathway: ProfiledPathway) -> None:
    groups = attrition.criteria_of(pathway)
    st.header("How many meet each criterion, and of how many it is not known", anchor=False)
    chosen = st.selectbox("Criteria of", list(groups), key="criteria_of", bind="query-params", width=420)
    found = _verdicts(people, pathway)
    rows = [found[name] for name in groups[chosen] if name in found]
    if not rows or not rows[0].people:
        st.info("Nobody on this list is in the pathway, so no criterion applies.", icon=":material/info:")
        return
    st.caption(
        f"Of {rows[0].people:,} people in the pathway. A criterion stands before the parts that it is made of. "
        "Not known is never counted as not met."
    )
    st.plotly_chart(
        chart.verdict_figure(rows, ink()), key="verdicts", config={"displayModeBar": False},
        alt=chart.verdict_alt(chosen, rows),
    )  # fmt: skip
    with st.expander("Show data"):
        st.table(
            {
                "Criterion": [safe_md(row.title) for row in rows],
                "Met": [f"{row.met:,}" for row in rows],
                "Not met": [f"{row.not_met:,}" for row in rows],
                "Not known": [f"{row.unknown:,}" for row in rows],
                "People": [f"{row.people:,}" for row in rows],
            },
            border="horizontal",
            alt=f"{chosen}: people by verdict on each criterion",
        )
