"""What a page says, and what the log says, when a script fails."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from dashboard import faults

SENTENCE = (
    "**This page failed, and what it shows may be incomplete: do not act on it.** Reload the page. If it fails "
    "again, tell the person who runs Backstop here, with the reference **{reference}**; it finds the place "
    "in the server's log."
)


def say(error: Exception) -> bool:
    """One sentence for the reader, one line for the log, tied by a reference; neither holds the exception's text."""
    reference = secrets.token_hex(3).upper()
    logging.getLogger(__name__).error("page fault %s: %s", reference, faults.place(error))
    st.error(SENTENCE.format(reference=reference), icon=":material/error:")
    return True
