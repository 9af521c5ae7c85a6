"""From an answer on the page into the action log, at once where it can be; else it is kept in this session.

Nothing is called saved before the log has it: what a page says of an answer it reads from the log.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import streamlit as st

from dashboard import kept_answers, recording, wording
from dashboard.actions.models import Undone
from dashboard.actions.refusals import ActionRefused, Conflict, StoreUnusable
from dashboard.components import recording_view, session, signed_in
from dashboard.components.safe import SENTENCE, safe_md
from dashboard.kept_answers import Given, Kept
from dashboard.session_answers import Answer
from dashboard.wording.recording import recording as words

_TOLD = "_answers_told"


def can_save(as_of: date) -> bool:
    """Whether somebody is named and the log is open for this day."""
    return recording_view.may_record() and session.seen().off is None and as_of <= recording_view.latest_day()


def give(answer: Answer, before: Given | None, as_of: date) -> None:
    """A new answer, in the place of the one that stood there. It is kept first, so that no fault loses it."""
    signed_in.before_writing()
    one = kept_answers.kept_now(answer, before, session.seen())
    if before and before.kept:
        session.drop(before.answer)
    session.keep(one)
    if can_save(as_of):
        _save(one, as_of)


def take_back(given: Given, as_of: date) -> None:
    """An answer that is in the log is undone there."""
    signed_in.before_writing()
    if given.entry is None:
        session.drop(given.answer)
        return
    if not recording_view.may_record():
        _tell(given.answer.patient_id, words().answers.not_taken_back.format(why=words().answers.nobody))
        return
    patient_id, version = given.answer.patient_id, kept_answers.version(session.seen(), given.answer.patient_id)
    try:
        recording_view.append(Undone(on=as_of, action=given.entry.action_id), uuid4(), version, patient_id, as_of)
    except (ActionRefused, Conflict, StoreUnusable) as refused:
        _tell(patient_id, words().answers.not_taken_back.format(why=recording.why_not(refused)))
    session.look_at_log()


def save_one(one: Kept, as_of: date) -> None:
    signed_in.before_writing()
    _save(one, as_of)


def save_all(as_of: date) -> None:
    """Every kept answer under its own id, but those that somebody has to look at: no press that shows neither whose
    answer stands there nor what it says puts another in its place. What becomes of each stands beside it.
    """
    signed_in.before_writing()
    told, waiting = words().answers, _together()
    saved = kept_answers.save_each(waiting, lambda one: can_save(as_of) and _save(one, as_of))
    answers = wording.counted(len(waiting), "answer")
    whole = told.saved.format(answers=answers)
    _tell("", whole if saved == len(waiting) else told.saved_some.format(saved=saved, answers=answers))


def _save(one: Kept, as_of: date) -> bool:
    said, told = one.answer, words().answers
    if not session.within_reach(said.patient_id):
        return False  # it stays in this session
    try:
        recording_view.append(said.recorded(one.replaces), one.form, one.seen, said.patient_id, as_of)
    except ActionRefused as refused:
        session.drop(said)  # what may not be recorded counts nowhere
        _tell(said.patient_id, recording.refusal(refused, told))
        return False
    except Conflict as quicker:
        session.keep(kept_answers.seen_again(one, recording.refusal(quicker, told), session.look_at_log()))
        return False
    except StoreUnusable as fault:
        session.keep(kept_answers.failed(one, recording.refusal(fault, told)))
        session.look_at_log()  # it may have been saved, and the next answer need not wait for the same fault
        return False
    session.note_saved(one.form)
    session.drop(said)
    session.look_at_log()
    return True


def _tell(patient_id: str, text: str) -> None:
    st.session_state.setdefault(_TOLD, {})[patient_id] = text


def told(patient_id: str = "") -> None:
    """What came of the last try where no answer is left to say it beside, once."""
    text = st.session_state.get(_TOLD, {}).pop(patient_id, "")
    if text:
        st.caption(f":material/info: **{safe_md(text)}**", width="content")


def has_news() -> bool:
    """Whether anything waits to be saved or told that belongs to no one person."""
    return bool(session.kept()) or "" in st.session_state.get(_TOLD, {})


def _together() -> list[Kept]:
    """What one press saves."""
    seen = session.seen()
    return [one for one in session.kept() if not (one.decide or kept_answers.contested(one, seen))]


def needs_a_word(one: Kept) -> bool:
    """Whether whoever gave the answer has to decide what becomes of it."""
    return bool(one.why) or kept_answers.contested(one, session.seen())


def how_far(given: Given, place: str, as_of: date) -> None:
    """Who saved the answer and when; or why it is in this session only, and the way to save it."""
    if given.entry is not None:
        who = f"{given.entry.by.name} ({words().declared})" if given.entry.by.declared else given.entry.by.name
        st.caption(f":material/check: {safe_md(words().saved_by.format(when=recording.moment(given.entry), who=who))}")
    elif given.kept is not None and needs_a_word(given.kept):
        with st.container(key=f"{place}-not-saved-{given.kept.form}", gap="small"):
            theirs = words().answers.contested if kept_answers.contested(given.kept, session.seen()) else ""
            st.error(safe_md(" ".join(filter(None, (given.kept.why, theirs))), SENTENCE), icon=":material/error:")
            with st.container(horizontal=True, gap="small"):
                if can_save(as_of):
                    st.button(
                        words().answers.save_one, key=f"{place}-save-{given.kept.form}", icon=":material/save:",
                        on_click=save_one, args=(given.kept, as_of),
                    )  # fmt: skip
                st.button(
                    words().answers.take_back, key=f"{place}-back-{given.kept.form}", icon=":material/undo:",
                    type="tertiary", on_click=take_back, args=(given, as_of),
                )  # fmt: skip
    else:
        st.caption(f":material/edit_note: {words().answers.kept}")


def waiting(as_of: date, place: str) -> None:
    """How many answers nobody else sees, and one press that saves them all, where they can be saved."""
    kept = session.kept()
    told("")
    if not kept:
        return
    answers = wording.counted(len(kept), "answer")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{place}-waiting"):
        together = len(_together())
        text = words().answers.waiting.format(answers=answers)
        if together < len(kept):
            text = f"{text} {words().answers.decide.format(answers=wording.counted(len(kept) - together, 'answer'))}"
        st.caption(f":material/edit_note: {text}", width="content")
        if together and can_save(as_of):
            label = words().answers.save_all.format(answers=wording.counted(together, "answer"))
            st.button(
                label, key=f"{place}-save-all", icon=":material/save:",
                on_click=save_all, args=(as_of,),
            )  # fmt: skip
