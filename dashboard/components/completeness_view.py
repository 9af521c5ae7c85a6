"""How complete each fact is, how recent each kind of event, and how the sites compare."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import addresses, panel_store, wording
from dashboard.charts import completeness as chart
from dashboard.completeness import Completeness, Fact, Recency, SiteShare, completeness
from dashboard.components import filters, pages, working
from dashboard.components.ink import ink
from dashboard.components.kept_runs import is_kept
from dashboard.components.safe import literal
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.people import Told
from dashboard.wording.data import data_words
from dashboard.worklist import Worklist

SHORT = 12
"""Rows; a longer table scrolls."""

LARGE = 20_000
"""A list of more people is counted when somebody wants it: it takes seconds."""

_KEPT = "completeness"


def show(held: HeldPanel, people: Worklist) -> None:
    """The three parts, each with its numbers as a table."""
    st.header("How complete each fact is", anchor=False)
    words = data_words()
    if held.people > LARGE and not is_kept(people, _KEPT):
        st.caption(words.large.format(people=f"{held.people:,}"))
        if not st.button("Count what is known", icon=":material/bar_chart:") and not working.under_way(
            people, _KEPT, held
        ):
            return
    found = _counted(held, people)
    if not found.of:
        st.info(words.nobody, icon=":material/info:")
    else:
        st.caption(words.completeness.format(of=f"{found.of:,}", on_list=f"{found.on_list:,}"))
        _facts(found)
    with st.grid(2, min_column_width=420, gap="medium"):
        with st.container():
            _recency(found.kinds, people)
        if found.sites:
            with st.container():
                _sites(found.sites, people)


def _counted(held: HeldPanel, people: Worklist) -> Completeness:
    def todo(told: Told) -> Completeness:
        return completeness(held.panel, people, panel_store.the_pathway(), told)

    return working.worked_out(people, _KEPT, held, todo, wording.screen().working.known)


def _facts(found: Completeness) -> None:
    words = data_words().groups
    chosen = st.segmented_control(
        "Facts",
        list(found.groups),
        default=next(iter(found.groups)),
        required=True,
        format_func=lambda group: f"{words[group].title} ({len(found.groups[group])})",
        key="facts",
        label_visibility="collapsed",
    )
    facts = found.groups[chosen if chosen in found.groups else next(iter(found.groups))]
    st.caption(words[chosen].says)
    st.plotly_chart(
        chart.figure(facts, ink=ink()),
        key=f"facts-{chosen}",
        config={"displayModeBar": False},
        alt=chart.alt_text(facts),
    )
    _to_ask(facts)
    with st.expander("Show data"):
        st.dataframe(chart.table(facts), hide_index=True, height="content", alt=f"{words[chosen].title}: what is known")


def _to_ask(facts: Sequence[Fact]) -> None:
    """The people for whom an answer would settle something, as links to the worklist."""
    open_now = sorted((fact for fact in facts if fact.to_ask), key=lambda fact: -fact.to_ask)
    if not open_now:
        st.caption("Nothing hangs on what is not known here: no answer of today waits for it.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="to-ask"):
        st.markdown("**To ask now**", width="content")
        for fact in open_now:
            pages.link(
                pages.worklist(),
                label=f"{fact.label}: {wording.counted(fact.to_ask, 'person')}",
                query_params={**filters.profile_and_date(), "question": fact.name},
                icon=":material/arrow_forward:",
                width="content",
            )


def _recency(kinds: Sequence[Recency], people: Worklist) -> None:
    words = data_words()
    st.subheader("When something last came", anchor=False)
    st.caption(words.recency)
    st.dataframe(
        [
            {
                "Kind": words.kinds.get(one.kind, one.kind),
                "Last": wording.day(one.last, "never"),
                "Days ago": f"{(people.as_of - one.last).days:,} d" if one.last else "–",
                "Last 12 months": list(one.months),
                "Events": one.events,
                "People": one.people,
            }
            for one in kinds
        ],
        hide_index=True,
        height="content",
        alt="Each kind of event: the last one, how many days ago, and how many events of how many people",
        column_config={
            "Kind": st.column_config.TextColumn("Kind", width=190),
            "Last 12 months": st.column_config.BarChartColumn(
                "Last 12 months", y_min=0, help="Events in each of the last twelve spans of 30 days, the newest right"
            ),
            "Days ago": st.column_config.TextColumn("Days ago", alignment="right"),
            "Events": st.column_config.NumberColumn("Events", format="localized"),
            "People": st.column_config.NumberColumn("People", format="localized"),
        },
    )


def _sites(sites: Sequence[SiteShare], people: Worklist) -> None:
    st.subheader("By site", anchor=False)
    st.caption(data_words().sites)
    event = st.dataframe(
        [
            {
                "Site": literal(one.site or "no site recorded"),
                "Known": 100 * one.known / one.wanted if one.wanted else 0,
                "Answers": f"{one.known:,} of {one.wanted:,}",
                "People": one.people,
            }
            for one in sites
        ],
        key="sites",
        hide_index=True,
        height="content" if len(sites) <= SHORT else 380,
        on_select="rerun",
        selection_mode="single-row",
        alt="Each site: the share of the answers asked of everyone that is known",
        column_config={
            "Known": st.column_config.ProgressColumn("Known", format="%.0f %%", min_value=0, max_value=100),
            "People": st.column_config.NumberColumn("People", format="localized", help="On the pathway"),
        },
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(sites) and sites[rows[0]].site:
        unknown_there = Filters(sites=(str(sites[rows[0]].site),), something_unknown=True)
        address = filters.profile_and_date() | addresses.address(unknown_there, people.profile)
        pages.go(pages.worklist(), query_params=address)
