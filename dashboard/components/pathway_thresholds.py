"""Every number of the pathway with its source, and the profiles side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import thresholds, wording
from dashboard.components.safe import safe_md
from dashboard.thresholds import Cited, SideBySide, Threshold, ThresholdGroup
from dashboard.wording.pathway import page, short_profile
from pathways import Pathway
from pathways.loading import ProfiledPathway


def draw(pathway: ProfiledPathway) -> None:
    whole = pathway.pathway
    _tally(whole, pathway.profile)
    _profiles(whole, pathway)
    with st.grid(2, min_column_width=520, gap="large"):
        for group in thresholds.groups(whole):
            with st.container():
                _numbers(group, pathway.profile)
    _sources(thresholds.sources(whole, pathway.profile))


def _tally(pathway: Pathway, profile: str) -> None:
    """How much of this stands on evidence, before anything else."""
    found, signs = thresholds.tally(pathway, profile), page().origins
    st.markdown(
        f"**{sum(found.values())} numbers** under {safe_md(wording.profile(profile))}: "
        + ", ".join(
            f"{count} {safe_md(signs[kind].glyph)} {wording.lower_first(signs[kind].word)}"
            for kind, count in found.items()
        )
        + "."
    )
    st.caption(
        f"{signs['local'].shown}: {wording.lower_first(page().local_meaning)} "
        f"{page().differs.glyph} stands where another profile has another value."
    )


def _profiles(pathway: Pathway, present: ProfiledPathway) -> None:
    sign = page().differs.glyph
    st.header("Where the profiles differ", anchor=False)
    rows = thresholds.side_by_side([pathway.in_profile(name, present.as_of) for name in pathway.numbers.profiles])
    same = [row for row in rows if not row.differs]
    st.caption(
        f"{sign} differs from the profile in use. {len(same)} of {len(rows)} rules and numbers are the same in all."
    )
    for row in rows:
        if row.differs:
            _beside(row, present.profile)
    with st.expander(f"The same in all profiles: {len(same)} rules and numbers"):
        st.table(
            [{"Rule or number": f"**{safe_md(row.title)}**", "All profiles": _whole(row.everywhere)} for row in same],
            border="horizontal",
            alt="Rules and numbers that are the same under every profile",
        )


def _beside(row: SideBySide, present: str) -> None:
    """One rule under each profile: beside each other, on a phone below each other."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{safe_md(row.title)}**")
        with st.grid(len(row.texts), min_column_width=230, gap="small"):
            for profile, text in row.texts.items():
                with st.container(gap=None):
                    st.caption(short_profile(profile) + (" (in use)" if profile == present else ""))
                    differs = text != row.texts[present]
                    st.markdown(_marked(f"{page().differs.glyph} {text}") if differs else _whole(text))


def _marked(text: str) -> str:
    return f":orange-background[{_whole(text)}]"


def _numbers(group: ThresholdGroup, profile: str) -> None:
    st.header(safe_md(group.title), anchor=False)
    st.table(
        [
            {
                "Number and what it is for": f"**{safe_md(row.title)}**  \n{safe_md(row.purpose)}",
                "Value and where it comes from": _value(row, profile),
            }
            for row in group.rows
        ],
        border="horizontal",
        alt=f"{group.title}: what each number is for, its value, the other profiles and its source",
    )


def _value(row: Threshold, profile: str) -> str:
    elsewhere = f" {_marked(row.elsewhere(profile))}" if row.differs else ""
    return f"**{safe_md(row.values[profile])}**{elsewhere}  \n{_whole(row.origins[profile].shown)}"


def _sources(sources: Sequence[Cited]) -> None:
    st.header("Sources", anchor=False)
    st.caption("Addresses are text on purpose: nothing here opens a page outside. Copy one to look it up.")
    with st.expander(f"{len(sources)} publications, those behind a number first"):
        for one in sources:
            with st.container(border=True, gap="xsmall"):
                st.markdown(f"**{safe_md(one.title)}** · {safe_md(one.origin)}")
                st.markdown(_whole(one.says))
                st.caption(f"Strength: {_whole(one.strength)}. Setting: {_whole(one.setting)}.")
                if one.numbers:
                    st.caption(f"Behind: {_whole('; '.join(one.numbers))}")
                st.markdown(f"`{one.link.replace('`', '')}`")


def _whole(text: str) -> str:
    """A long text of the pathway, in pieces that are each made literal."""
    return " ".join(safe_md(word) for word in text.split())
