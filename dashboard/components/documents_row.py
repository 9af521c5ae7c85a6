"""The documents of one person: a summary and a letter to download, a note to copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import documents, panel_store, settings
from dashboard.actions.audit.entries import Entry
from dashboard.answered_panel import answers_in
from dashboard.components import audited, session, signed_in
from dashboard.components.safe import safe_md
from dashboard.documents import Facts, Unprintable
from dashboard.panel_store import HeldPanel
from dashboard.wording.activity import activity

ADDRESS_PART = 8
"""As much of a person's opaque address as keeps two downloads apart."""


def draw(held: HeldPanel, person: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> None:
    """Nothing is built until somebody asks: each file when its button is pressed, the note when it is opened."""
    if not session.user().may("export"):
        return
    facts = _facts(held, person, events)
    said = documents.words()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="documents"):
        if audited.off():
            st.caption(f":material/cloud_off: {activity().no_file}")
            return
        if _printable(person):
            for kind, label, make in (
                (said.summary, "One-page summary (PDF)", documents.summary_pdf),
                (said.letter, "Referral letter (PDF)", documents.letter_pdf),
            ):
                st.download_button(
                    label,
                    data=_on_click(make, facts, _taken(person, kind.file, "PDF")),
                    file_name=f"{kind.file}-{person['token'][:ADDRESS_PART]}.pdf",
                    mime="application/pdf",
                    key=kind.file,
                    icon=":material/picture_as_pdf:",
                    on_click="ignore",
                )
        with st.popover("Note for the record", icon=":material/content_copy:", on_change="rerun", key="note") as note:
            audited.opened_note(person["patient_id"], now=bool(note.open))
            if note.open:
                name = f"{said.note.file}-{person['token'][:ADDRESS_PART]}.txt"
                _note(facts, _taken(person, said.note.file, "text"), name)


def _facts(held: HeldPanel, person: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Callable[[], Facts]:
    """What the session shows now, put together when it is asked for, with the time of asking."""
    profile, as_of = session.profile(), session.as_of()

    def now() -> Facts:
        figures = panel_store.figures(profile, as_of)
        return Facts(
            person=person,
            events=events,
            trace=held.trace(person["patient_id"], profile, as_of),
            as_of=as_of,
            profile=profile,
            version=panel_store.the_pathway().version,
            needed_percent=figures.needed_percent,
            trial_days=figures.trial_days,
            made_at=settings.now(),
            sample=held.sample,
            answers=sum(one.patient_id == person["patient_id"] for one in answers_in(held)),
        )

    return now


def _on_click(make: Callable[[Facts], bytes], facts: Callable[[], Facts], taken: Entry) -> Callable[[], bytes]:
    return signed_in.only_with("export", audited.before(lambda: make(facts()), taken))


def _taken(person: Mapping[str, Any], document: str, kind: str) -> Entry:
    return session.entry("document_made", person["patient_id"], document=document, format=kind, app=audited.version())


def _printable(person: Mapping[str, Any]) -> bool:
    """Whether the name and id can be printed; if not, says which signs cannot and what to do."""
    try:
        documents.refuse_unprintable(person["name"], person["patient_id"])
    except Unprintable as refusal:
        signs = safe_md(" ".join(refusal.signs))
        st.warning(
            f"No PDF: the fonts of the documents have no sign for {signs}, which the name or id has, and a "
            "document with part of a name is unsafe. Copy the note instead, which takes every script, or ask "
            "whoever runs Backstop to add a font (dashboard/documents/fonts).",
            icon=":material/font_download_off:",
        )
        return False
    return True


def _note(facts: Callable[[], Facts], taken: Entry, file_name: str) -> None:
    text = documents.note_text(facts())
    st.caption("Copy it with the button at its upper right corner, or:")
    st.download_button(
        "Download as text",
        signed_in.only_with("export", audited.before(text.encode, taken)),
        file_name,
        "text/plain",
        key="note-file",
        icon=":material/download:",
        on_click="ignore",
    )
    st.code(text, language=None, wrap_lines=True)
