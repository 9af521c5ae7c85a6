"""One patient's trace, read from the columns of the same statement that gave the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pathways import vocabulary
from pathways.answering import answers
from pathways.conditions import names_in
from pathways.engines.duckdb import run, shaped
from pathways.loading import Pathway, ProfiledPathway
from pathways.open_windows import COLUMN, StillOpen, by_person
from pathways.panel import Panel
from pathways.tracing import Event, evidence, in_reading_order, kind_of, source_line, sources, threshold

Verdict = Literal["met", "not met", "unknown"]
VERDICTS: dict[bool | None, Verdict] = {True: "met", False: "not met", None: "unknown"}


@dataclass(frozen=True)
class Traced:
    """A panel evaluated with every column kept: its answers, and anybody's trace without another run.

    ``columns`` has a few hundred columns a patient; for a panel of a million run ``explain`` instead.
    """

    panel: Panel
    pathway: ProfiledPathway
    columns: pa.Table

    @cached_property
    def answers(self) -> pa.Table:
        """One row per patient with the columns of ``ANSWERS``, sorted by patient id."""
        return shaped(_answer_part(self.columns).sort_by("patient_id"), self.pathway)

    def explain(self, patient_id: str) -> dict[str, Any]:
        """Every criterion with verdict, since, threshold, source, evidence and what would change it; and what is open.

        Ready for JSON: dates are ISO text. Raises ``KeyError`` for a patient who is not in the panel.
        """
        alone = self.columns.filter(pc.equal(self.columns["patient_id"], patient_id))
        if alone.num_rows == 0:
            raise KeyError(patient_id)
        row = alone.to_pylist()[0]
        events = _visible(self.panel, self.pathway, patient_id)
        return {
            "answer": next(answers(shaped(_answer_part(alone), self.pathway))),
            "profile": self.pathway.profile,
            "as_of": self.pathway.as_of.isoformat(),
            "pathway_version": self.pathway.pathway.version,
            "criteria": [_criterion(self.pathway, name, row, events) for name in in_reading_order(self.pathway)],
            "still_open": StillOpen.in_words(row[COLUMN]).for_json(),
        }

    def still_open(self, patient_ids: Iterable[str]) -> dict[str, StillOpen]:
        """Those of these people of whom anything can be open."""
        wanted = pc.is_in(self.columns["patient_id"], pa.array(list(patient_ids), pa.string()))
        return by_person(self.columns.select(["patient_id", COLUMN]).filter(wanted))


def trace(panel: Panel, pathway: Pathway, profile: str | None = None, *, as_of: date) -> Traced:
    """Evaluate the panel once, for its answers and every trace. Raises ``PathwayError`` for an unknown profile."""
    profiled = pathway.in_profile(profile, as_of)
    return Traced(panel, profiled, run(panel, profiled, last="trace"))


def explain(panel: Panel, pathway: Pathway, profile: str | None, as_of: date, patient_id: str) -> dict[str, Any]:
    """One patient's trace, as ``Traced.explain`` gives it, from their own rows alone.

    Raises ``KeyError`` for a patient who is not in the panel and ``PathwayError`` for an unknown profile.
    """
    return trace(_only(panel, patient_id), pathway, profile, as_of=as_of).explain(patient_id)


def _only(panel: Panel, patient_id: str) -> Panel:
    patients = panel.patients.filter(pc.equal(panel.patients["patient_id"], patient_id))
    if patients.num_rows == 0:
        raise KeyError(patient_id)
    return Panel(patients, panel.events.filter(pc.equal(panel.events["patient_id"], patient_id)))


def _answer_part(table: pa.Table) -> pa.Table:
    names = [name for name in table.column_names if name.startswith("answer__")]
    return table.select(names).rename_columns([name.removeprefix("answer__") for name in names])


def _visible(panel: Panel, pathway: ProfiledPathway, patient_id: str) -> list[Event]:
    """The patient's events up to the as-of date, each with the day on which it counts."""
    found: list[Event] = []
    for event in panel.events.filter(pc.equal(panel.events["patient_id"], patient_id)).to_pylist():
        if event["date_first"] is not None and event["date_first"] > pathway.as_of:
            continue
        first = event["concept"] == pathway.rules.episode
        day = event["date_first"] if first else min(event["date_last"], pathway.as_of)
        found.append({**event, "day": day})
    return sorted(found, key=lambda one: (one["day"] or date.min, one["concept"], str(one["source_ref"])))


def _criterion(pathway: ProfiledPathway, name: str, row: dict[str, Any], events: list[Event]) -> dict[str, Any]:
    kind = kind_of(pathway, name)
    verdict = VERDICTS[row[name]]
    concept = vocabulary.concepts().get(name)
    wording = pathway.pathway.wording
    since = row.get(f"{name}__since")
    parts = list(dict.fromkeys(names_in(pathway.rules.criteria[name]))) if kind == "combined" else []
    return {
        "id": name,
        "label": wording.labels.get(name) or (concept.label if concept else name),
        "kind": kind,
        "parts": parts,
        "verdict": verdict,
        "since": since.isoformat() if since else None,
        "threshold": threshold(pathway, name),
        "source": source_line(pathway, name),
        "sources": sources(pathway, name),
        "evidence": [_shown(one) for one in evidence(pathway, name, row, events)] or _birth(kind, row),
        "would_change": wording.would_change[kind][verdict],
    }


def _shown(event: Event) -> dict[str, Any]:
    value = event["value"]
    return {
        "date": event["day"].isoformat() if event["day"] else None,
        "concept": event["concept"],
        "status": event["status"],
        "value": _number(value),
        "comparator": event["comparator"],
        "unit": vocabulary.concepts()[event["concept"]].unit if value is not None else None,
        "result": event["result"],
        "end_date": event["end_date"].isoformat() if event["end_date"] else None,
        "reviewed_on": event["reviewed_on"].isoformat() if event["reviewed_on"] else None,
        "source": event["source"],
        "source_ref": event["source_ref"],
    }


def _birth(kind: str, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The birth date is the evidence of an age."""
    if kind != "age" or row["birth_first"] is None:
        return []
    first, last = row["birth_first"].isoformat(), row["birth_last"].isoformat()
    told = first if first == last else f"{first}/{last}"
    blank = dict.fromkeys(("status", "value", "comparator", "unit", "end_date", "reviewed_on", "source", "source_ref"))
    return [{"date": first, "concept": "birth_date", "result": told, **blank}]


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
