"""What only the whole file can tell: patients that disagree, events of nobody, rows that repeat another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from dashboard.intake.event_rows import Row
from dashboard.intake.patient_rows import Patient
from dashboard.intake.report import Origin

_HELD = "the patient's own row is held back; mend that one first"
_NOBODY = "there is no patient with this id; add the patient, or mend the id"
SAID = 14  # the columns that say something; source and source_ref say where


@dataclass(slots=True)
class Typed:
    """One record whose cells are all in order; ``number`` counts the records in the order they were read."""

    number: int
    origin: Origin
    patient: Patient | None
    events: Sequence[Row]


@dataclass
class Settled:
    """The patients and events of the accepted records, and the records that had to be held back after all.

    ``numbers`` are those of the first record of each patient. ``held`` has the record, the column, the reason and
    the patient id. ``merged`` counts patient rows beyond
    the first of their id, ``differing`` the columns in which such rows differed. ``gone`` are the patients
    whose own row is held back.
    """

    accepted: int = 0
    patients: list[Patient] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    held: list[tuple[Typed, str, str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    merged: int = 0
    differing: Counter[str] = field(default_factory=Counter)
    repeated_events: int = 0

    def future(self, as_of: date) -> int:
        """How many events are not yet visible on the as-of date."""
        return sum(1 for event in self.events if event[2] is not None and event[2] > as_of)


def settle(
    records: Sequence[Typed], refused_ids: Set[str] = frozenset(), others: Set[str] = frozenset()
) -> Settled:
    """Sort out what the single rows could not know. Row order changes nothing but which of two equal rows is
    named as the source. ``refused_ids``: patients whose own row was held back already; ``others``: patients who
    are there beside those of the records."""
    settled = Settled()
    refused, disagreeing = _hold_contradictions(records, settled)
    rest = [record for record in records if record.number not in refused]
    kept = _hold_strays(rest, refused_ids | disagreeing, others, settled)
    settled.accepted = len(kept)
    _merge_patients(kept, settled)
    _count_once(kept, settled)
    return settled


def _hold_contradictions(records: Sequence[Typed], settled: Settled) -> tuple[set[int], set[str]]:
    by_id: dict[str, list[Typed]] = defaultdict(list)
    for record in records:
        if record.patient is not None:
            by_id[record.patient.patient_id].append(record)
    refused: set[int] = set()
    disagreeing: set[str] = set()
    for patient_id, same in by_id.items():
        column = _contradiction([record.patient for record in same if record.patient])
        if column is None:
            continue
        disagreeing.add(patient_id)
        for record in same:
            refused.add(record.number)
            reason = f"rows of one patient id disagree on {column}; mend one, or give it its own id"
            settled.held.append((record, column, reason, patient_id))
    return refused, disagreeing


def _contradiction(patients: list[Patient]) -> str | None:
    """Unknown contradicts nothing."""
    if len(patients) < 2:
        return None
    if len({(row.birth_first, row.birth_last) for row in patients if row.birth_first}) > 1:
        return "birth_date"
    return "sex" if len({row.sex for row in patients} - {"unknown"}) > 1 else None


def _hold_strays(
    records: list[Typed], refused_ids: Set[str], others: Set[str], settled: Settled
) -> list[Typed]:
    """Hold back events of patients who are not there; a record so held may take its own patient with it."""
    gone = settled.gone = set(refused_ids)
    while True:
        known = {record.patient.patient_id for record in records if record.patient is not None}
        kept: list[Typed] = []
        lost: set[str] = set()
        for record in records:
            stray = None
            for event in record.events:
                if event[0] not in known and event[0] not in others:
                    stray = event[0]
                    break
            if stray is None:
                kept.append(record)
                continue
            if record.patient is not None:
                lost.add(record.patient.patient_id)
            settled.held.append((record, "patient_id", stray_reason(stray, settled), stray))
        if not lost:
            return kept
        gone |= lost
        records = kept


def stray_reason(patient_id: str, settled: Settled) -> str:
    """Why an event of a patient who is not there is held back."""
    return _HELD if patient_id in settled.gone else _NOBODY


def _merge_patients(records: list[Typed], settled: Settled) -> None:
    by_id: dict[str, list[Patient]] = defaultdict(list)
    for record in records:
        if record.patient is not None:
            if record.patient.patient_id not in by_id:
                settled.numbers.append(record.number)
            by_id[record.patient.patient_id].append(record.patient)
    for same in by_id.values():
        settled.patients.append(same[0] if len(same) == 1 else _merged(same, settled))


def _merged(same: list[Patient], settled: Settled) -> Patient:
    """Known over unknown; of differing names the first in the alphabet, of differing deaths the earlier."""
    settled.merged += len(same) - 1
    chosen = []
    for column, values in zip(Patient._fields, zip(*same, strict=True), strict=True):
        unsaid = (None, "unknown") if column == "sex" else (None,)
        stated = sorted({value for value in values if value not in unsaid})
        if len(stated) > 1:
            settled.differing[column] += 1
        chosen.append(stated[0] if stated else ("unknown" if column == "sex" else None))
    return Patient(*chosen)


def _count_once(records: Iterable[Typed], settled: Settled) -> None:
    seen: set[Row] = set()
    for record in records:
        for event in record.events:
            said = event[:SAID]
            if said in seen:
                settled.repeated_events += 1
            else:
                seen.add(said)
                settled.events.append(event)
