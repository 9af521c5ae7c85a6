"""The parts of the patient page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import patient, phrases, wording
from dashboard.charts import trajectory as chart
from dashboard.charts.inked import inked
from dashboard.components.ink import ink
from dashboard.components.safe import SENTENCE, literal, safe_md
from dashboard.panel_store import HeldPanel
from dashboard.trajectory import Trajectory

SHORT_TIMELINE = 12


def who(person: Mapping[str, Any], as_of: date) -> None:
    """Name and identifiers: every one of them literal."""
    st.title(safe_md(person["name"] or "No name recorded"), anchor=False)
    parts = [f"{label} **{safe_md(text)}**" for label, text in patient.identity(person, as_of)]
    st.markdown(" · ".join(parts))


def what_next(person: Mapping[str, Any], as_of: date) -> None:
    """The disposition as a sentence, the orders and the notes."""
    with st.container(border=True, key="what-next"):
        st.header(safe_md(patient.headline(person, as_of), SENTENCE), anchor=False)
        if phrases.why(person):
            st.markdown(f"Because: **{safe_md(phrases.why(person, short=False), SENTENCE)}**")
        if person["could_be"]:
            st.markdown(f"While something is not known, this could be **{wording.could_be(person['could_be'])}**.")
        with st.grid(3, gap="small", min_column_width=180):
            for group, state, to_order in phrases.orders(person):
                with st.container(gap=None):
                    st.caption(group)
                    st.markdown(f"**{state}**" + (f": {safe_md(to_order)}" if to_order else ""))
        with st.container(gap=None):
            for line in patient.note_lines(person):
                st.caption(f":material/info: {line}")


def why(held: HeldPanel, patient_id: str, profile: str, as_of: date) -> None:
    """The criteria: those met at once, the others on request."""
    st.header("Why", anchor=False)
    with st.spinner("Working out why …"):
        rows = patient.why_rows(held.trace(patient_id, profile, as_of))
    at_once = [row for row in rows if row.at_once]
    if at_once:
        _criteria(at_once, "The reasons with their parts, and the other criteria that are met")
    else:
        st.caption(f"None of the {len(rows)} criteria is met.")
    for verdict, title in (("unknown", "Not known"), ("not met", "Not met")):
        rest = [row for row in rows if row.verdict == verdict and not row.at_once]
        if rest:
            with st.expander(f"{title}: {len(rest)} more of {len(rows)} criteria"):
                _criteria(rest, f"Criteria: {title.lower()}")


def _criteria(rows: Sequence[patient.WhyRow], alt: str) -> None:
    with st.container(key=f"criteria-{rows[0].verdict.replace(' ', '-')}{'-at-once' if rows[0].at_once else ''}"):
        _table(rows, alt)


def _table(rows: Sequence[patient.WhyRow], alt: str) -> None:
    st.table(
        {
            "Verdict": [_verdict(row) for row in rows],
            "Criterion": [safe_md(row.criterion) for row in rows],
            "Evidence": [safe_md(row.evidence, SENTENCE) or "Nothing recorded" for row in rows],
            "Threshold and source": [
                safe_md("; ".join(filter(None, (row.threshold, row.source))), SENTENCE) for row in rows
            ],
        },
        border="horizontal",
        alt=alt,
    )


def _verdict(row: patient.WhyRow) -> str:
    return safe_md(f"{row.shown} since {row.since}" if row.since else row.shown)


def trajectory(data: Trajectory) -> None:
    """Pain, treatments and tests over time, and the same as a table."""
    st.header("Pain and therapy over time", anchor=False)
    if data.empty:
        st.caption("No pain score and no treatment recorded in the last year, so there is nothing to draw.")
        return
    if not data.drawable:
        st.markdown(chart.alt_text(data))
        return
    st.plotly_chart(
        inked(chart.figure(data), ink()),
        key="trajectory",
        config={"displayModeBar": False},
        alt=chart.alt_text(data),
    )
    with st.expander("Show data"):
        st.table(chart.table(data), border="horizontal", alt="Pain scores, treatments and tests, oldest first")


def treatments(lines: Sequence[str]) -> None:
    if not lines:
        return
    st.header(wording.pathway_words().treatments_title, anchor=False)
    for line in lines:
        st.markdown(f"- {safe_md(line)}")


def timeline(rows: Sequence[patient.TimelineRow]) -> None:
    """Every event, newest first."""
    st.header(f"Timeline: {wording.counted(len(rows), 'event')}", anchor=False)
    st.dataframe(
        {
            "Date": [row.day for row in rows],
            "What": [row.what for row in rows],
            "Detail": [literal(row.detail) for row in rows],
            "Source": [literal(row.source) for row in rows],
        },
        hide_index=True,
        height="content" if len(rows) <= SHORT_TIMELINE else 420,
        alt="Every event of this person, newest first",
        column_config={
            "Date": st.column_config.TextColumn("Date", width=190),
            "What": st.column_config.TextColumn("What", width=210),
        },
    )


def self_care() -> None:
    """General advice to hand over; the same for everyone on self-care or therapy."""
    words = wording.pathway_words().self_care
    st.header(words.title, anchor=False)
    with st.grid(3, gap="medium", min_column_width=240):
        for title, lines in (
            ("What helps", words.do),
            ("Come back at once with", words.come_back_now),
            ("Come back soon with", words.come_back_soon),
        ):
            with st.container(gap=None):
                st.subheader(title, anchor=False)
                st.markdown("\n".join(f"- {line}" for line in lines))
