"""One person's facts made by hand, and what a reader of the PDF finds in it."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from dashboard.documents import Facts
from tests.pages.made_up import D, event, failed, person

MADE = datetime(2026, 6, 15, 14, 5, 33, tzinfo=UTC)


def criterion(name: str, verdict: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401
    empty = {"label": name.replace("_", " ").capitalize(), "kind": "finding", "parts": [], "since": None}
    empty |= {"threshold": "", "source": "", "sources": [], "evidence": [], "would_change": ""}
    return {"id": name, "verdict": verdict} | empty | known


def evidence(concept: str, day: str, status: str, **known: Any) -> dict[str, Any]:  # noqa: ANN401
    empty = dict.fromkeys(("value", "comparator", "unit", "result", "end_date", "reviewed_on"))
    return (
        {"concept": concept, "date": day, "status": status, "source": "labs.csv", "source_ref": "line 9"}
        | empty
        | known
    )


STUDY = {
    "id": "S1",
    "title": "Deyo and Diehl: Cancer as a cause of back pain",
    "year": 1988,
    "link": "https://pubmed.ncbi.nlm.nih.gov/2967893",
    "strength": "one cohort, 13 cancers",
    "setting": "US walk-in primary care",
}
CITED = f"{STUDY['title']} ({STUDY['year']}); {STUDY['strength']}; {STUDY['setting']}"

TRACE = {
    "answer": {"reasons": ["failed_therapy"]},
    "criteria": [
        criterion("failed_therapy", "met", since="2026-05-23", kind="combined", parts=["improved"]),
        criterion("improved", "not met", threshold="Improvement 30 %", source="figure not verified at its source"),
        criterion("age_50", "met", threshold="Age from 50 years", source=f"{CITED}; local choice", sources=[STUDY]),
        criterion("fever", "not met", evidence=[evidence("fever", "2026-06-01", "absent")]),
        criterion("psoriasis", "unknown"),
    ],
}


def events() -> list[dict[str, Any]]:
    return [
        event("pain_score", D - timedelta(days=51), "final", value=Decimal(7)),
        event("pain_score", D - timedelta(days=5), "final", value=Decimal(6)),
        event("physiotherapy", D - timedelta(days=51), "active"),
        event("nsaid", D - timedelta(days=51), "completed", end_date=D - timedelta(days=20)),
        event("esr", D - timedelta(days=40), "final", value=Decimal(20)),
        event("esr", D - timedelta(days=10), "final", value=Decimal(62)),
    ]


@pytest.fixture
def facts() -> Facts:
    who = person("0007", name="Hélène Lefèvre") | failed(patient_id="0007", token="a" * 24)
    return Facts(who, events(), TRACE, D, "us-acp", "f" * 64, Decimal(30), 28, MADE)


@pytest.fixture
def of(facts: Facts) -> Callable[..., Facts]:
    """The same facts of a person with other columns."""

    def changed(*, other: dict[str, Any] | None = None, **columns: Any) -> Facts:  # noqa: ANN401
        return dataclasses.replace(facts, person={**facts.person, **columns}, **(other or {}))

    return changed


@pytest.fixture
def read() -> Callable[[bytes], str]:
    """The text of a PDF as a reader extracts it, in one line."""

    def text(document: bytes) -> str:
        pages = PdfReader(io.BytesIO(document)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages).replace("\u200b", ""))

    return text
