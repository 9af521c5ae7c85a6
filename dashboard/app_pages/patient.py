"""One person: what next, why, what is not known, and everything recorded."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import panel_store, patient
from dashboard.components import (
    answering,
    audited,
    documents_row,
    list_view,
    pages,
    patient_view,
    recording_view,
    session,
    team_view,
)
from dashboard.trajectory import trajectory
from dashboard.worklist import Neighbours


def back() -> None:
    came = session.came_from()
    st.page_link(
        pages.named(came.page),
        label=f"Back to {pages.BACK_TO[came.page]}",
        icon=":material/arrow_back:",
        query_params=came.address if came.own is None else came.own,
    )


def step(place: Neighbours) -> None:
    """Previous and next in the list one came from."""
    if place.position is None:
        st.caption("Not on the list you came from.", width="content")
    else:
        st.caption(f"{place.position:,} of {place.total:,} on the list you came from", width="content")
    for label, token, icon, keys in (
        ("Previous", place.previous, ":material/chevron_left:", "Alt+ArrowLeft"),
        ("Next", place.next, ":material/chevron_right:", "Alt+ArrowRight"),
    ):
        if st.button(label, icon=icon, disabled=token is None, key=label.lower(), shortcut=keys) and token:
            list_view.open_patient(token)


def show(person: dict[str, Any]) -> None:
    held, profile, as_of = session.panel(), session.profile(), session.as_of()
    events = held.alone(person["patient_id"]).events.to_pylist()
    figures = panel_store.figures(profile, as_of)
    patient_view.who(person, as_of)
    patient_view.what_next(person, as_of)
    team_view.marks(person)
    recording_view.section(person, as_of)
    documents_row.draw(held, person, events)
    why = st.container()
    answering.unknowns(held, person, profile, as_of)
    patient_view.trajectory(
        trajectory(
            events, person, as_of, needed_percent=figures.needed_percent, trial_days=figures.trial_days
        )
    )
    patient_view.treatments(patient.treatments_in_words(events, as_of))
    patient_view.timeline(patient.timeline(events, as_of))
    if patient.self_care_shown(person):
        patient_view.self_care()
    with why:  # the slowest part is filled in when the rest stands
        patient_view.why(held, person["patient_id"], profile, as_of)


def around() -> Neighbours:
    """Where the person stands in the list one came from; what is answered or recorded here takes nobody's place."""
    found = people.neighbours(token, came.filters, came.sort)
    if found.position is None:
        before = session.panel().as_read.worklist(session.profile(), session.as_of())
        found = before.neighbours(token, came.filters, came.sort)
    return found


people = session.worklist()
token = st.query_params.get("id", "")
person = people.person(token)
came = session.came_from()

with st.container(
    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="steps"
):
    back()
    if person:
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            step(around())
if person:
    audited.viewed_patient(person["patient_id"])
    show(person)
else:
    audited.refused("patient", token)
    st.info(
        "This address belongs to nobody on the present list. The address of a person lasts as long as the "
        "program runs and the list is loaded: go back to the worklist and open the person from there.",
        icon=":material/person_off:",
    )
