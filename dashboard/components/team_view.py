"""What the team decided about one person, on the patient page: who has the person, why on or off the list, what is
open; and the parts of its forms that need more than the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import assigning, panel_store
from dashboard.actions.evidence import evidence
from dashboard.actions.models import Action, Acts, Overridden, Snoozed
from dashboard.actions.records import Recorded
from dashboard.components import session
from dashboard.components.safe import SENTENCE, literal, safe_md
from dashboard.wording.team import team as words

Row = Mapping[str, Any]


def marks(person: Row) -> None:
    """Every mark in full; nothing where nobody decided anything."""
    owner = person["owner"] and words().owner.format(name=person["owner"])
    lines = [
        (":material/snooze:", person["snooze_reason"]),
        (":material/notification_important:", person["back_because"]),
        (":material/front_hand:", person["override_reason"]),
        (":material/person:", owner),
    ]
    said = [f"{icon} {_head_bold(text)}" for icon, text in lines if text]
    if said:
        with st.container(key="team-marks", gap="small"):
            for line in said:
                st.markdown(line)


def _head_bold(text: str) -> str:
    head, colon, rest = text.partition(": ")
    return f"**{safe_md(head + colon, SENTENCE)}** {safe_md(rest, SENTENCE)}"


def open_items(log: Sequence[Recorded], record: Iterable[Row], as_of: date) -> None:
    """What was ordered and is not done, and what has come and nobody has read."""
    items = assigning.open_items(log, record, panel_store.core_bloods(session.profile(), as_of), as_of)
    if items:
        with st.container(key="open-items", gap="small"):
            for item in items:
                late = f" · **:material/schedule: {safe_md(item.late)}**" if item.late else ""
                st.markdown(f"{safe_md(item.text)}{late}")


def owner_field(label: str, own: str, key: str) -> None:
    """Names in use, or one that is typed."""
    names = assigning.names(session.worklist().choices("owner"), own)
    st.selectbox(
        label, names, index=None, key=key, format_func=literal, accept_new_options=True,
        placeholder=words().owner_ask, width=330,
    )  # fmt: skip


def with_evidence(said: Action, person: Row, as_of: date) -> Action:
    """A snooze or a disagreement with what stands behind the disposition that the reader sees; whatever is done for
    somebody who is back, with that."""
    if isinstance(said, Acts) and person["back"]:
        said = said.model_copy(update={"back": True})
    if not isinstance(said, Snoozed | Overridden):
        return said
    events = session.panel().alone(person["patient_id"]).events.to_pylist()
    return said.model_copy(update={"evidence": evidence(person, events, as_of)})
