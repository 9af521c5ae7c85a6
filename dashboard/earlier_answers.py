"""Answers that were worked out before the dashboard was opened, perhaps on a cluster: opened instead of evaluating.

``backstop evaluate`` writes of what they are into each file: the panel, profile, day and pathway. Where any of it is
not the same they are refused, because nobody could see on a page that an answer is of another list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.intake import prepared
from dashboard.intake.report import UnusableSource
from pathways import ANSWERS, Pathway

PANEL = "panel"
"""Under this name a file of answers says of which prepared panel it is."""


@dataclass(frozen=True)
class EarlierAnswers:
    """``files`` of each profile."""

    files: Mapping[str, tuple[Path, ...]]
    as_of: date

    def of(self, profile: str, as_of: date) -> pa.Table | None:
        """Everybody's answers in the order of their ids, where they are of this profile and day."""
        if as_of != self.as_of or profile not in self.files:
            return None
        return _in_order(pa.concat_tables([pq.read_table(file).cast(ANSWERS) for file in self.files[profile]]))


def opened(given: Path, panel: Path, pathway: Pathway) -> EarlierAnswers:
    """A Parquet file of a prepared panel, or a folder of the files and folders of a run under each profile.

    Raises ``UnusableSource``: what does not agree.
    """
    day = prepared.day_of(panel)
    if day is None:
        raise UnusableSource(f"{given.name}: answers are opened with a prepared panel only; see backstop prepare")
    files = sorted(given.rglob("*.parquet")) if given.is_dir() else [given]
    if not files:
        raise UnusableSource(f"{given.name}: holds no Parquet files of answers")
    about = {file: _about(file) for file in files}
    runs: dict[str, tuple[Path, ...]] = {}
    for file, told in about.items():
        runs[told["profile"]] = (*runs.get(told["profile"], ()), file)
    required = {PANEL: prepared.fingerprint(panel), "as_of": day.isoformat(), "pathway_version": pathway.version}
    people = prepared.ids(panel)
    for profile, run in runs.items():
        name = f"{given.name} under {profile}" if len(runs) > 1 else given.name
        if any(about[file] != about[run[0]] for file in run):
            raise UnusableSource(f"{name}: its files are not of one run; name a folder with one run of each profile")
        _check(name, about[run[0]], required, pathway)
        ids = pa.concat_tables([pq.read_table(file, columns=["patient_id"]) for file in run])
        if not _in_order(ids)["patient_id"].equals(people):
            raise UnusableSource(f"{name}: these answers are not of the same people; run backstop evaluate again")
    return EarlierAnswers(runs, day)


def _check(name: str, about: Mapping[str, str], required: Mapping[str, str], pathway: Pathway) -> None:
    told = {
        PANEL: "another panel, or one prepared anew since",
        "as_of": f"{about['as_of']}, and the panel of {required['as_of']}",
        "pathway_version": "another version of the pathway",
    }
    wrong = [what for key, what in told.items() if about.get(key) != required[key]]
    if about["profile"] not in pathway.numbers.profiles:
        wrong.append(f"profile {about['profile']}, which the pathway does not have")
    if wrong:
        raise UnusableSource(f"{name}: these answers are of {wrong[0]}; run backstop evaluate on it again")


def _about(file: Path) -> Mapping[str, str]:
    """What a file of answers says of itself."""
    try:
        schema = pq.read_schema(file)
    except (OSError, pa.ArrowException):
        raise UnusableSource(f"{file.name}: cannot be read as a Parquet file of answers") from None
    told = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items() if key != b"ARROW:schema"}
    if not {"profile", "as_of", "pathway_version"} <= told.keys() or schema.names != ANSWERS.names:
        raise UnusableSource(f"{file.name}: is no file of answers; backstop evaluate --format parquet writes one")
    return told


def _in_order(table: pa.Table) -> pa.Table:
    ids = table["patient_id"].combine_chunks()
    in_order = pc.all(pc.less(ids.slice(0, max(len(ids) - 1, 0)), ids.slice(1))).as_py()
    return table if in_order is not False else table.sort_by("patient_id")
