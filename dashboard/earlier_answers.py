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
    """``files`` in the order of their patients."""

    files: tuple[Path, ...]
    profile: str
    as_of: date

    def of(self, profile: str, as_of: date) -> pa.Table | None:
        """Everybody's answers in the order of their ids, if they are of this profile and day."""
        if (profile, as_of) != (self.profile, self.as_of):
            return None
        return _in_order(pa.concat_tables([pq.read_table(file).cast(ANSWERS) for file in self.files]))


def opened(given: Path, panel: Path, pathway: Pathway) -> EarlierAnswers:
    """A Parquet file or a folder of them, of a prepared panel. Raises ``UnusableSource``: what does not agree."""
    day = prepared.day_of(panel)
    if day is None:
        raise UnusableSource(f"{given.name}: answers are opened with a prepared panel only; see backstop prepare")
    files = tuple(sorted(given.glob("*.parquet"))) if given.is_dir() else (given,)
    if not files:
        raise UnusableSource(f"{given.name}: holds no Parquet files of answers")
    about = [_about(file) for file in files]
    if any(one != about[0] for one in about):
        raise UnusableSource(f"{given.name}: its files are not of one run; name a folder with the answers of one")
    profile = about[0]["profile"]
    told = (
        (about[0].get(PANEL), prepared.fingerprint(panel), "another panel, or one prepared anew since"),
        (about[0]["as_of"], day.isoformat(), f"{about[0]['as_of']}, and the panel of {day}"),
        (about[0]["pathway_version"], pathway.version, "another version of the pathway"),
        (profile in pathway.numbers.profiles, True, f"profile {profile}, which the pathway does not have"),
    )
    for theirs, ours, what in told:
        if theirs != ours:
            raise UnusableSource(f"{given.name}: these answers are of {what}; run backstop evaluate on it again")
    ids = pa.concat_tables([pq.read_table(file, columns=["patient_id"]) for file in files])
    if not _in_order(ids)["patient_id"].equals(prepared.ids(panel)):
        raise UnusableSource(f"{given.name}: these answers are not of the same people; run backstop evaluate again")
    return EarlierAnswers(files, profile, day)


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
