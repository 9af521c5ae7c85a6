"""The parts of the page of open questions: what is open, one question with its people, what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import streamlit as st

from dashboard import answerable, asking, panel_store, patient, phrases, wording
from dashboard.actions.corrections import BIRTH_DATE
from dashboard.asking import Outcome
from dashboard.components import answer_log, answering, list_view, pages, places, recording_view, session
from dashboard.components.filters import profile_and_date
from dashboard.components.safe import safe_md
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.people_asked import Counted, PeopleAsked
from dashboard.survey import Group, Survey, Told
from dashboard.wording.recording import recording
from dashboard.worklist import Worklist

OPEN = "question"
"""In the address: the question that stands open."""

_ORDER = "_ask_order"


def filters(people: Worklist) -> Filters:
    """Site and clinician, both in the address."""
    with st.container(horizontal=True, width="content", key="places"):
        site, clinician = (places.choose(people, name, name, bind="query-params") for name in ("site", "clinician"))
    return Filters(sites=site, clinicians=clinician)


@contextmanager
def progress() -> Iterator[Told]:
    """A bar that moves while it is worked out where each answer would lead; nothing where that is known already."""
    place = st.empty()

    def told(done: int, people: int) -> None:
        place.progress(
            done / people,
            f"Working out where each answer would lead, from the whole record: {done:,} of {people:,} people done",
        )

    yield told
    place.empty()


def summary(found: Counted) -> None:
    """How many people have something open, and the worst that it could be."""
    settles = f" For **{found.unsettled:,}** of them it" if found.unsettled < found.people else " It"
    st.markdown(
        f"**{found.people:,} of {found.total:,} people** have a question open.{settles} could show something more "
        "pressing, or the next step waits for it."
    )
    if found.could_be:
        lines = (f"**{people:,} could be {wording.could_be(name)}**" for name, people in found.could_be.items())
        st.markdown("As far as is known now: " + " · ".join(lines))
    st.caption(
        "A person is settled when no open question could show anything more pressing and the next step is not to ask. "
        "Where each answer would lead is worked out person by person from the whole record."
    )


def how_far(found: Survey) -> None:
    """For whom it is worked out, where that is not everyone."""
    if found.worked_out < found.people:
        st.info(
            f"Whom a question settles and what it could show is worked out for {found.worked_out:,} of the "
            f"{found.people:,} people, those first who could be worst. For how many it is open is counted for all. "
            "Choose a site or a clinician to have it worked out for more of theirs.",
            icon=":material/info:",
        )


def left_out(found: Survey) -> None:
    """Which numbers wait until the question is closed."""
    if found.left_out:
        people = "the person" if found.left_out == 1 else f"the {found.left_out:,} people"
        st.caption(
            f":material/info: What {people} just answered could still be is not in the numbers of the questions "
            "below until you close the open question."
        )


def nothing(found: Counted, chosen: Filters) -> None:
    if found.total == 0:
        st.info("Nobody is on this list under these filters.", icon=":material/filter_alt_off:")
    else:
        place = " under these filters" if chosen.any else ""
        st.info(
            f"No question is open for any of the {found.total:,} people{place}: every fact that could change a next "
            "step is recorded and recent enough.",
            icon=":material/check:",
        )


def just_answered() -> set[str]:
    """While a question stands open, going through the people answered here again can wait."""
    return {one.answer.patient_id for one in session.given_here()} if OPEN in st.query_params else set()


def in_steady_order(found: Survey) -> list[Group]:
    """The order of the survey, held still while a question stands open so that nothing moves under the hand.

    The open question stays when its last person was answered: the page has to say where that led.
    """
    groups = {group.question: group for group in found.groups}
    opened = st.query_params.get(OPEN, "")
    if opened not in groups and _answered({way.concept for way in answerable.ways(opened)}):
        groups[opened] = Group.closed(opened)
    if opened in groups:
        last = [name for name in st.session_state.get(_ORDER, ()) if name in groups]
        ordered = [*last, *(name for name in groups if name not in last)]
    else:
        ordered = list(groups)
    st.session_state[_ORDER] = ordered
    return [groups[name] for name in ordered]


def title(group: Group, total: int) -> str:
    """The question, for how many it is open, whom it settles and what it could show."""
    parts = [f"open for {group.open:,} of {total:,}" if group.open else "open for nobody any more"]
    shown = []
    if group.at_best:
        some = f"settles {group.certain:,} whatever the answer" if group.certain else "settles"
        more = f", up to {group.at_best:,}" if group.certain else f" up to {group.at_best:,}"
        shown.append(some if group.certain == group.at_best else some + more)
    if group.worst:
        shown.append(f"could be {wording.status(group.worst).shown()} for {group.worst_people:,}")
    if shown and group.gone_through < group.open:
        shown = [f"worked out for {group.gone_through:,}: {', '.join(shown)}"]
    parts += shown
    if group.part_of and not group.worst:
        name, people = group.part_of
        parts.append(f"with other answers could be {wording.could_be(name)} for {people:,}")
    return f"**{safe_md(wording.question(group.question))}**  \n{safe_md(' · '.join(parts))}"


def part(group: Group, total: int) -> Any:  # noqa: ANN401
    """The question as a line that opens; one at a time, and the address says which."""
    key = f"open-{group.question}"
    st.session_state[key] = st.query_params.get(OPEN) == group.question
    return st.expander(title(group, total), key=key, on_change=_opened, args=(key, group.question))


def _opened(key: str, question: str) -> None:
    if st.session_state[key]:
        st.query_params[OPEN] = question
    else:
        st.query_params.pop(OPEN, None)


def overview(groups: Sequence[Group], total: int) -> None:
    """The same as a table."""
    with st.expander("Show data"):
        st.table(
            {
                "Question": [safe_md(wording.unknown(group.question)) for group in groups],
                "Open for": [f"{group.open:,} of {total:,}" for group in groups],
                "Worked out for": [f"{group.gone_through:,}" for group in groups],
                "Settled whatever the answer": [f"{group.certain:,}" for group in groups],
                "Settled by some answer": [f"{group.at_best:,}" for group in groups],
                "Could be at worst": [
                    f"{wording.status(group.worst).shown()}: {group.worst_people:,}" if group.worst else "No change"
                    for group in groups
                ],
            },
            border="horizontal",
            alt="Open questions: for how many people each is open, whom it settles and what it could show",
        )


def people_of(group: Group, open_now: Counted, held: HeldPanel, profile: str, as_of: date) -> None:
    """Up to a page of the people to ask, each with the answers that can be given in place."""
    found = answerable.ways(group.question)
    concepts = {way.concept for way in found}
    asked = PeopleAsked(open_now, group.question, _answered(concepts))
    _hint(group, found)
    number = 1
    here = st.container(gap="xsmall")
    if asked.pages > 1:
        number = st.pagination(asked.pages, key=f"ask-page-{group.question}")
    shown = asked.page(number)
    with here:
        if not found:
            st.caption(asking.not_here(group.question))
        with st.spinner("Working out where each answer would lead …"):
            after = {
                row["token"]: asking.outcomes(held, row, [group.question], profile, as_of)[group.question]
                for row in shown
                if asking.worked_out(held, row, [group.question], profile, as_of)
            }
        for row in shown:
            with st.container(
                horizontal=True,
                vertical_alignment="center",
                horizontal_alignment="distribute",
                key=f"asked-{row['token']}",
            ):
                _person(row, group.question, after.get(row["token"], ()), concepts, as_of)
                with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                    answering.answers_to(held, row, group.question, profile, as_of, place="ask")


def _answered(concepts: set[str]) -> list[str]:
    return [one.answer.patient_id for one in session.given_here() if one.answer.concept in concepts]


def _hint(group: Group, found: Sequence[answerable.Way]) -> None:
    """What to ask in the same call. Every answer is still given for one person."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if found and group.together:
            beside = wording.listing(
                f"{wording.lower_first(wording.unknown(name))} ({people:,})" for name, people in group.together
            )
            st.caption(f"In the same call: of these {group.open:,} people, many also lack {beside}.", width="content")
        if group.open:
            st.page_link(
                pages.worklist(),
                label=f"Show the {group.open:,} on the worklist",
                icon=":material/list:",
                query_params=_address(group.question),
            )


def _person(row: Mapping[str, Any], question: str, after: Sequence[Outcome], concepts: set[str], as_of: date) -> None:
    """Name and status, and where each answer leads or the given one has led."""
    with st.container(gap=None, width=300):
        st.page_link(
            pages.patient(),
            label=f"**{safe_md(row['name'] or 'No name')}**",
            query_params=list_view.link(row["token"]),
        )
        age = patient.age(row, as_of) if row["birth_first"] else "age not known"
        told = f"{phrases.shortened(row['patient_id'])} · {age} · {phrases.status(row)}"
        st.caption(safe_md(told))
    with st.container(gap=None, width=330):
        mine = [one for one in session.given_here() if one.answer.patient_id == row["patient_id"]]
        mine = [one for one in mine if one.answer.concept in concepts]
        answer_log.told(row["patient_id"])
        if mine:
            _now(row)
            for one in mine:
                answer_log.how_far(one, f"row-{row['token']}", as_of)
        else:
            runs = asking.in_runs(row, after, ages=question == BIRTH_DATE)
            st.caption("  \n".join(safe_md(f"{said} → {where}") for said, where in runs))


def _now(row: Mapping[str, Any]) -> None:
    """Where the answer has led; an emergency says what to do."""
    if row["disposition"] == next(iter(panel_store.disposition_order())):
        st.error(f"**{safe_md(phrases.status(row))}.** {safe_md(phrases.next_step(row))}")
    else:
        st.caption(f":material/check: Answered. Now **{safe_md(asking.then(row, row))}**")


def remember(group: Group, chosen: Filters) -> None:
    """Previous and next on a person's page go through the people of the question."""
    filters = Filters(sites=chosen.sites, clinicians=chosen.clinicians, question=group.question)
    st.session_state[session.CAME_FROM] = session.CameFrom(_address(group.question), filters, "", "ask")


def _address(question: str) -> dict[str, Any]:
    chosen = {key: value for key in ("site", "clinician") if (value := st.session_state.get(key))}
    return profile_and_date() | chosen | {"question": question}


def given(people: Worklist, as_of: date) -> None:
    """Who answers, and everything answered in this session, each with a way back."""
    if recording_view.just_named():
        st.rerun()
    if not recording_view.recorder():
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ask-name"):
            with st.container(width="content"):
                recording_view.named()
            st.caption(recording().answers.unnamed, width="stretch")
    answer_log.waiting(as_of, "ask")
    answers = session.given_here()
    if not answers:
        return
    ids = [one.answer.patient_id for one in answers]
    rows = people.query("select * from people where list_contains(?, patient_id)", [ids])
    told = recording().answers.here.format(answers=wording.counted(len(answers), "answer"))
    with st.expander(told, icon=":material/edit_note:", key="given"):
        answering.given_list(answers, as_of, {row["patient_id"]: row for row in rows})
