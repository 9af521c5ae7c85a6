"""Answering in place: the control of a question, what was answered, and the patient page's open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import answerable, asking, kept_answers, patient, phrases, wording
from dashboard.actions.corrections import ACTIVE, BIRTH_DATE, ENDED, RECORDED
from dashboard.answerable import Way
from dashboard.components import answer_log, pages, session
from dashboard.components.safe import SENTENCE, safe_md
from dashboard.kept_answers import Given
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import PRESENT, UNKNOWN, Answer
from dashboard.wording.recording import recording
from pathways.panel import SEXES

STATUSES = {word: status for status, word in asking.SAID.items()}
GOING_ON = "Still going on"
DATES = "YYYY-MM-DD"
"""Of the orders that the date control knows, the one that nobody can misread."""

Row = Mapping[str, Any]


def control(person: Row, question: str, way: Way, as_of: date, *, place: str) -> None:
    """Takes an answer, shows the one given, and takes it back when it is emptied."""
    treatment = f"-{'-'.join(map(str, way.course))}" if way.course else ""
    key = f"{place}-{person['token']}-{question}-{way.kind}{treatment}-{way.concept}"
    found = _given(person["patient_id"], way, as_of)
    given = found.answer if found else None
    shared: dict[str, Any] = {
        "label": f"{way.ask} {safe_md(person['name'] or 'No name')}",
        "key": key,
        "label_visibility": "collapsed",
        "on_change": _changed,
        "args": (key, person["patient_id"], way, as_of),
    }
    if way.kind in ("finding", "sex"):
        _choice(key, given, way, shared)
    elif way.kind == "number":
        _number(key, given, way, shared)
    elif way.kind == "year":
        _year(key, given, way, as_of, shared)
    elif way.kind == "end":
        _end(key, given, way, as_of, shared)
    else:
        _day(key, given, way, as_of, shared)


def _choice(key: str, given: Answer | None, way: Way, shared: Mapping[str, Any]) -> None:
    if way.kind == "sex":
        st.session_state[key] = given.result.capitalize() if given and given.result else None
        st.segmented_control(options=[sex.capitalize() for sex in SEXES if sex != UNKNOWN], **shared)
    else:
        st.session_state[key] = asking.SAID[given.status] if given else None
        st.segmented_control(options=list(STATUSES), **shared)


def _number(key: str, given: Answer | None, way: Way, shared: Mapping[str, Any]) -> None:
    st.session_state[key] = float(given.value) if given and given.value is not None else None
    lowest, highest = (None if limit is None else float(limit) for limit in (way.lowest, way.highest))
    unit = f"0 to {way.points[-1]}" if way.points else way.unit
    st.number_input(
        value=None, min_value=lowest, max_value=highest, step=1.0, format="%g",
        placeholder=f"{wording.concept(way.concept)}, {unit}", width=190, **shared,
    )  # fmt: skip


def _year(key: str, given: Answer | None, way: Way, as_of: date, shared: Mapping[str, Any]) -> None:
    st.session_state[key] = given.day.year if given and given.last else None
    years = range(as_of.year, answerable.earliest(way, as_of).year, -1)
    st.selectbox(options=years, index=None, placeholder="or only the year", width=170, **shared)


def _day(key: str, given: Answer | None, way: Way, as_of: date, shared: Mapping[str, Any]) -> None:
    whole = given and given.last is None and given.status != ACTIVE
    st.session_state[key] = given.day if given and whole else None
    st.date_input(
        value=None, min_value=answerable.earliest(way, as_of), max_value=as_of, format=DATES, width=150, **shared
    )  # fmt: skip


def _end(key: str, given: Answer | None, way: Way, as_of: date, shared: Mapping[str, Any]) -> None:
    """The day on which a treatment ended, or that it goes on."""
    still = f"{key}-still"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if way.course:
            st.caption(f"{safe_md(answerable.treatment(way.course))}, ended on", width="content")
        _day(key, given, way, as_of, shared)
        st.session_state[still] = GOING_ON if given and given.status == ACTIVE else None
        st.pills(options=[GOING_ON], **{**shared, "key": still, "args": (still, *shared["args"][1:])})


def _changed(key: str, patient_id: str, way: Way, as_of: date) -> None:
    """The engine sees the answer with the next drawing of the page."""
    value, before = st.session_state[key], _given(patient_id, way, as_of)
    taken = None if value is None else _taken(patient_id, way, value, as_of)
    if taken and (before is None or before.answer != taken):
        answer_log.give(taken, before, as_of)
    elif before and not taken:
        answer_log.take_back(before, as_of)


def _taken(patient_id: str, way: Way, value: Any, as_of: date) -> Answer | None:  # noqa: ANN401
    """What the control holds as an answer; None for a day that the calendar would not have offered."""
    if way.kind == "finding":
        return Answer(patient_id, way.concept, STATUSES[value], as_of)
    if way.kind == "sex":
        return Answer(patient_id, way.concept, RECORDED, as_of, result=value.lower())
    if way.kind == "number":
        return Answer(patient_id, way.concept, answerable.FINAL, as_of, answerable.typed(value))
    if value == GOING_ON:
        return Answer(patient_id, way.concept, ACTIVE, as_of, course=way.course)
    first, last = (date(value, 1, 1), min(date(value, 12, 31), as_of)) if way.kind == "year" else (value, None)
    if not answerable.earliest(way, as_of) <= first <= as_of:
        return None
    status = {"end": ENDED, "date": PRESENT}.get(way.kind, RECORDED)
    return Answer(patient_id, way.concept, status, first, last=last, course=way.course)


def _given(patient_id: str, way: Way, as_of: date) -> Given | None:
    """What was answered here, else what the log says."""
    asked = Answer(patient_id, way.concept, UNKNOWN, as_of, course=way.course)
    return kept_answers.given(session.kept(), session.seen(), asked)


def given_list(given: Sequence[Given], as_of: date, names: Mapping[str, Row] | None = None) -> None:
    """Each answer with how far it is saved and a button that takes it back, the newest first; with names where there
    are several people."""
    for place, one in enumerate(reversed(given)):
        answer = one.answer
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"given-{place}"):
            whose = ""
            if who := (names or {}).get(answer.patient_id):
                whose = f"{safe_md(who['name'] or 'No name')} · {safe_md(phrases.shortened(who['patient_id']))} · "
            day = f", {wording.day(answer.day)}" if asking.is_of_its_day(answer) else ""
            st.markdown(f"{whose}**{safe_md(asking.told(answer))}**{day}", width="content")
            with st.container(width="content"):
                answer_log.how_far(one, f"list-{place}", as_of)
            if not (one.kept and answer_log.needs_a_word(one.kept)):
                st.button(
                    "Take back", key=f"take-back-{place}", icon=":material/undo:", type="tertiary",
                    on_click=answer_log.take_back, args=(one, as_of),
                )  # fmt: skip


def reminder() -> None:
    """For every page while answers are given that no other reader sees."""
    if answer_log.has_news():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reminder"):
            answer_log.waiting(session.as_of(), "frame")
            if session.kept():
                st.page_link(pages.ask(), label="See the answers")


def unknowns(held: HeldPanel, person: Row, profile: str, as_of: date) -> None:
    """What is not known, what it could mean, and the questions to answer on the spot."""
    st.header("What is not known", anchor=False)
    names = asking.open_questions(person)
    mine = [one for one in session.given_here() if one.answer.patient_id == person["patient_id"]]
    answer_log.told(person["patient_id"])
    if not names:
        st.caption("No question is open that could change the next step.")
    sentence = patient.could_be(person)
    if sentence:
        st.markdown(f"**{safe_md(sentence, SENTENCE)}**")
    told = patient.questions({**person, "questions": [], "missing": names})
    for name, question in zip(names, told, strict=True):
        because = _because(person, name)
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"question-{name}"
        ):
            with st.container(gap=None, width=460):
                st.markdown(f"**{safe_md(question.ask)}**")
                st.caption(safe_md(f"{question.name} · {because}"))
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                answers_to(held, person, name, profile, as_of, place="patient")
    if mine:
        st.subheader(recording().answers.here_title, anchor=False)
        given_list(mine, as_of)
    if any(answerable.possible(held, person, name, profile, as_of) for name in names):
        _what_would_change(held, person, names, profile, as_of)


def answers_to(held: HeldPanel, person: Row, question: str, profile: str, as_of: date, *, place: str) -> None:
    """The controls of a question, or what to do instead."""
    found = answerable.ways_of(held, person, question, profile, as_of)
    for way in found:
        control(person, question, way, as_of, place=place)
    if not found:
        st.caption(asking.not_here(question), width="content")


def _because(person: Row, question: str) -> str:
    if person["could_be"] and question in (*person["questions"], *asking.covering(person["questions"])):
        return f"Could be {wording.could_be(person['could_be'])}"
    words = wording.pathway_words()
    return words.always_asked if asking.is_always_asked(question) else words.waited_for


@st.fragment
def _what_would_change(held: HeldPanel, person: Row, names: list[str], profile: str, as_of: date) -> None:
    """Open at once where it is worked out already; else when asked for, because it takes some seconds."""
    session.user()  # this part runs alone as well, on what the page was drawn with
    ready = asking.worked_out(held, person, names, profile, as_of)
    part = st.expander(
        "What would change the answer", expanded=ready, on_change="rerun", key=f"change-{person['token']}"
    )
    if not part.open:
        return
    with part:
        with st.spinner("Working out where each answer would lead …"):
            found = asking.outcomes(held, person, names, profile, as_of)
        _yes_or_no(
            person, {name: after for name, after in found.items() if [one.said for one in after] == ["Yes", "No"]}
        )
        for name, after in found.items():
            if after and after[0].said != "Yes":
                runs = asking.in_runs(person, after, ages=name == BIRTH_DATE)
                st.table(
                    {wording.unknown(name): [said for said, _ in runs], "Next step": [where for _, where in runs]},
                    border="horizontal",
                    alt=f"Where each answer would lead: {wording.unknown(name)}",
                )
        st.caption("Each is the whole record worked through again with that one answer added, and nothing else.")


def _yes_or_no(person: Row, found: Mapping[str, Sequence[asking.Outcome]]) -> None:
    if not found:
        return
    st.table(
        {
            "If the answer is known": [wording.unknown(name) for name in found],
            "If yes": [asking.then(person, after[0].then) for after in found.values()],
            "If no": [asking.then(person, after[1].then) for after in found.values()],
        },
        border="horizontal",
        alt="Where yes and no to each open question would lead",
    )
