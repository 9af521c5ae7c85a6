"""What leaves the screen about one person: a summary, a referral letter, a note for the record.

A document is a view of what the engine answered; nothing in it is worked out anew. It is set from data
alone, with the bundled fonts, and the same facts give the same bytes.
"""

from __future__ import annotations

from dashboard.documents.facts import Facts
from dashboard.documents.note import note_text
from dashboard.documents.papers import letter_pdf, summary_pdf
from dashboard.documents.printing import Unprintable, refuse_unprintable
from dashboard.documents.words import words

__all__ = ["Facts", "Unprintable", "letter_pdf", "note_text", "refuse_unprintable", "summary_pdf", "words"]
