"""Answering in place: the control of a question, what was answered, and the patient page's open questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import asking, patient, wording
from dashboard.asking import Way
from dashboard.components import pages, session
from dashboard.components.safe import safe_md
from dashboard.panel_store import HeldPanel
from dashboard.session_answers import ABSENT, PRESENT, UNKNOWN, Answer

STATUSES = {"Yes": PRESENT, "No": ABSENT, "Cannot say": UNKNOWN}
SAID = {status: word for word, status in STATUSES.items()}
KEPT = "Kept in this session only: gone when you close the page or load another list. Not in the patient's record."

Row = Mapping[str, Any]


def control(person: Row, question: str, way: Way, as_of: date, *, place: str) -> None:
    """Takes an answer, shows the one given, and takes it back when it is emptied."""
    key = f"{place}-{person['token']}-{question}-{way.concept}"
    given = _given(person["patient_id"], way, as_of)
    label = f"{way.ask} {safe_md(person['name'] or 'No name')}"
    shared: dict[str, Any] = {
        "key": key,
        "label_visibility": "collapsed",
        "on_change": _changed,
        "args": (key, person["patient_id"], way, as_of),
    }
    if way.kind == "finding":
        st.session_state[key] = SAID[given.status] if given else None
        st.segmented_control(label, list(STATUSES), **shared)
    elif way.kind == "number":
        st.session_state[key] = float(given.value) if given and given.value is not None else None
        lowest, highest = (None if limit is None else float(limit) for limit in (way.lowest, way.highest))
        unit = f"0 to {way.points[-1]}" if way.points else way.unit
        st.number_input(
            label, value=None, min_value=lowest, max_value=highest, step=1.0, format="%g",
            placeholder=f"{wording.concept(way.concept)}, {unit}", width=190, **shared,
        )  # fmt: skip
    else:
        st.session_state[key] = given.day if given else None
        st.date_input(label, value=None, max_value=as_of, format="YYYY-MM-DD", width=150, **shared)


def _changed(key: str, patient_id: str, way: Way, as_of: date) -> None:
    """The engine sees the answer with the next drawing of the page."""
    value, before = st.session_state[key], _given(patient_id, way, as_of)
    if before:
        session.take_back(before)
    if value is None:
        return
    if way.kind == "finding":
        session.answer(Answer(patient_id, way.concept, STATUSES[value], as_of))
    elif way.kind == "number":
        exact = Decimal(str(value)).quantize(Decimal("0.1")).normalize()
        session.answer(Answer(patient_id, way.concept, asking.FINAL, as_of, exact))
    else:
        session.answer(Answer(patient_id, way.concept, PRESENT, value))


def _given(patient_id: str, way: Way, as_of: date) -> Answer | None:
    for answer in session.answers():
        same_day = way.kind == "date" or answer.day == as_of
        if (answer.patient_id, answer.concept) == (patient_id, way.concept) and same_day:
            return answer
    return None


def said(answer: Answer) -> str:
    """``Fever: No``, ``Pain score: 4``, ``Back pain since 3 May 2026``."""
    name = wording.concept(answer.concept)
    if answer.value is not None:
        return f"{name}: {patient.number(answer.value)}"
    if asking.is_episode(answer.concept):
        return f"{name} since {wording.day(answer.day)}"
    return f"{name}: {SAID[answer.status]}"


def given_list(answers: Sequence[Answer], names: Mapping[str, Row] | None = None) -> None:
    """Each answer with a button that takes it back, the newest first; with names where there are several people."""
    st.caption(f":material/info: {KEPT}")
    for place, answer in enumerate(reversed(answers)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            who = names.get(answer.patient_id) if names is not None else None
            whose = f"{safe_md(who['name'] or 'No name')} · {safe_md(who['patient_id'])} · " if who else ""
            day = "" if asking.is_episode(answer.concept) else f", {wording.day(answer.day)}"
            st.markdown(f"{whose}**{safe_md(said(answer))}**{day}", width="content")
            st.button(
                "Take back", key=f"take-back-{place}", icon=":material/undo:", type="tertiary",
                on_click=session.take_back, args=(answer,),
            )  # fmt: skip


def reminder() -> None:
    """For every page while answers are given that no other reader sees."""
    if session.answers():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reminder"):
            st.caption(
                ":material/edit_note: What you answered in this session counts here. Nobody else sees it.",
                width="content",
            )
            st.page_link(pages.ask(), label="See the answers")


def unknowns(held: HeldPanel, person: Row, profile: str, as_of: date) -> None:
    """What is not known, what it could mean, and the questions to answer on the spot."""
    st.header("What is not known", anchor=False)
    names = asking.open_questions(person)
    mine = [answer for answer in session.answers() if answer.patient_id == person["patient_id"]]
    if not names:
        st.caption("No question is open that could change the next step.")
    sentence = patient.could_be(person)
    if sentence:
        st.markdown(f"**{safe_md(sentence)}**")
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
                answers_to(person, name, as_of, place="patient")
    if mine:
        st.subheader("Answered here", anchor=False)
        given_list(mine)
    if any(asking.possible(person["patient_id"], name, as_of) for name in names):
        _what_would_change(held, person, names, profile, as_of)


def answers_to(person: Row, question: str, as_of: date, *, place: str) -> None:
    """The controls of a question, or what to do instead."""
    found = asking.ways(question)
    for way in found:
        control(person, question, way, as_of, place=place)
    if not found:
        st.caption(asking.not_here(question), width="content")


def _because(person: Row, question: str) -> str:
    if person["could_be"] and question in (*person["questions"], *asking.covering(person["questions"])):
        return f"Could be {wording.could_be(person['could_be'])}"
    return wording.pathway_words().always_asked


@st.fragment
def _what_would_change(held: HeldPanel, person: Row, names: list[str], profile: str, as_of: date) -> None:
    """Open at once where it is worked out already; else when asked for, because it takes some seconds."""
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
                runs = asking.in_runs(person, after)
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
