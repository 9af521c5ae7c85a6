"""The last weeks of a queue: worked out when asked for, week by week, while the rest of the page stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard import wording
from dashboard.charts import throughput, waits
from dashboard.charts.inked import inked
from dashboard.components import session, working
from dashboard.components.ink import ink
from dashboard.components.queues_view import QUIET, data, site_name
from dashboard.filtering import Filters, condition
from dashboard.panel_store import HeldPanel
from dashboard.queues import looks
from dashboard.queues import waits as stays
from dashboard.queues.kaplan_meier import Curve
from dashboard.queues.looks import Look
from dashboard.wording.queues import queues as words
from dashboard.working import Work
from dashboard.worklist import Worklist
from pathways.panel import Panel


def known(people: Worklist) -> list[Look] | None:
    """Every look up to this day; None while one of them has not been worked out."""
    panel = session.panel().unanswered.panel  # answers are of today, so they change no earlier look
    earlier = [looks.kept(panel, people.profile, day) for day in looks.days(people.as_of)[:-1]]
    found = [look for look in earlier if look is not None]
    return [*found, looks.of(people)] if len(found) == looks.WEEKS else None


def among(people: Worklist, chosen: Filters) -> dict[str, str | None]:
    """Everyone at the sites and with the clinicians chosen, in the queue or not: id and site."""
    where, values = condition(Filters(sites=chosen.sites, clinicians=chosen.clinicians))
    return {
        row["patient_id"]: row["site"] for row in people.query(f"select patient_id, site from people{where}", values)
    }


def last_week(people: Worklist, queue: str, chosen: Filters) -> tuple[int, int] | None:
    """How many came and left; None while the history has not been worked out."""
    history = known(people)
    if history is None:
        return None
    week = stays.weeks(history[-2:], queue, among(people, chosen))[0]
    return week.came, week.left


@st.fragment
def show(people: Worklist, queue: str, chosen: Filters) -> None:
    session.user()  # this part runs alone as well, on what the page was drawn with
    told = words().history
    st.header(told.title.format(weeks=looks.WEEKS), anchor=False)
    history = known(people)
    held = session.panel().unanswered
    if history is None and (work := held.root.works.known(_name(people))) is not None:
        _wait(people, held, work)
        return
    if history is None:
        st.markdown(told.offer.format(looks=looks.WEEKS))
        if st.button(told.button.format(weeks=looks.WEEKS), icon=":material/history:", key="work-out"):
            if isinstance(held.root.panel, Panel):
                _work_out(people)
            else:
                _begin(people, held.root)
            st.rerun()
        return
    everyone = among(people, chosen)
    some = stays.waits(history, queue, everyone)
    if not some:
        st.info(told.nobody, icon=":material/info:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _weeks(stays.weeks(history, queue, everyone))
    with right:
        _waits(some, everyone)


def _name(people: Worklist) -> tuple[str, str, date]:
    return "history", people.profile, people.as_of


def _begin(people: Worklist, root: HeldPanel) -> None:
    """For everybody of a large panel, and for whoever looks at it: by a piece of work that no page has to wait for."""
    asked = (people.profile, people.as_of)
    root.works.ask(_name(people), looks.WEEKS * root.people, lambda told: looks.take_all(root.panel, *asked, told))


def _wait(people: Worklist, held: HeldPanel, work: Work[None]) -> None:
    """How far it is; once it is done, what it says of the list as it is shown here."""
    root = held.root
    if not work.over:
        working.show(work, wording.screen().working.history, root.people)
        return
    work.result()
    with st.spinner(words().history.progress_here):
        looks.derive(held.panel, root.panel, held.changed, people.profile, people.as_of)
    st.rerun()


def _work_out(people: Worklist) -> None:
    """The newest week first; a look once taken stays, so that whoever leaves and comes back goes on from there."""
    told = words().history
    panel = session.panel().unanswered.panel
    days = looks.days(people.as_of)[-2::-1]
    bar = st.progress(0.0, told.progress.format(day=wording.day(days[0]), done=1, looks=len(days)))
    for done, day in enumerate(days, 1):
        bar.progress((done - 0.5) / len(days), told.progress.format(day=wording.day(day), done=done, looks=len(days)))
        looks.take(panel, people.profile, day)
    bar.progress(1.0, told.done)


def _weeks(found: Sequence[stays.Week]) -> None:
    told = words().history
    st.subheader(told.flow_title, anchor=False)
    st.plotly_chart(
        inked(throughput.figure(found), ink()), key="throughput", config=QUIET, alt=throughput.alt_text(found)
    )
    st.caption(told.flow_help)
    data(throughput.table(found), told.flow_title)


def _waits(some: Sequence[stays.Wait], everyone: Mapping[str, str | None]) -> None:
    told = words().history
    st.subheader(told.waits_title, anchor=False)
    groups = stays.by_site(some, everyone)
    ways = [told.by_site, told.together]
    way = ways[1]
    if groups:
        way = st.segmented_control("Lines", ways, default=ways[0], required=True, label_visibility="collapsed")
    lines = [waits.Line(told.together, stays.curve(some))]
    if way == told.by_site:
        lines = [waits.Line(site_name(site), stays.curve(group)) for site, group in groups.items()]
    st.plotly_chart(inked(waits.figure(lines), ink()), key="waits", config=QUIET, alt=waits.alt_text(lines))
    curve = stays.curve(some)
    st.markdown(f"{told.together}: {waits.in_words(curve)}.")
    st.caption(" ".join(_added_up(some, curve)))
    st.caption(told.waits_help)
    data(waits.table(lines), told.waits_title)


def _added_up(some: Sequence[stays.Wait], curve: Curve) -> list[str]:
    """How the people of the curve make up the queue of today and the numbers at risk on day 0."""
    told = words().history
    lines = [
        told.added_up.format(
            people=wording.counted(curve.people, "person"),
            open=f"{curve.people - curve.left:,}",
            left=f"{curve.left:,}",
            weeks=looks.WEEKS,
        )
    ]
    if curve.late:
        lines.append(
            told.late.format(start=f"{curve.people - curve.late:,}", late=f"{curve.late:,}", weeks=looks.WEEKS)
        )
    undated = [wait for wait in some if wait.days is None]
    if undated:
        still = sum(wait.left is None for wait in undated)
        lines.append(told.undated.format(people=wording.counted(len(undated), "person"), open=f"{still:,}"))
    return lines
