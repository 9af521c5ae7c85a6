"""The programs that are compared: how each is run, what it reads, and how it is installed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.questions import QUESTIONS

DEFAULT_FOLDER = Path("~/.cache/backstop-peers")
HERE = Path(__file__).parent
_WEIGHTS = ("weight_loss_measured", "weight_loss", "weight_loss_with_age_50")


@dataclass(frozen=True)
class Sizes:
    """Patients: ``huge`` for this project alone, ``large`` for programs that manage thousands a second, ``medium`` for
    those that read FHIR, ``small`` for every program, ``tiny`` for those that take seconds a patient."""

    huge: int = 1_000_000
    large: int = 20_000
    medium: int = 10_000
    small: int = 500
    tiny: int = 50


@dataclass(frozen=True)
class Files:
    """One panel in the forms that the programs read."""

    parquet: Path
    ndjson: Path
    bundles: Path
    text: Path
    elm: Path


@dataclass(frozen=True)
class Program:
    """``reads``: the form of ``Files``. ``sizes``: those of ``Sizes`` that it is run on. ``left_out``: questions that
    it cannot be asked, and ``why``. ``differs``: why some of its answers are others, where that was looked into."""

    name: str
    reads: str
    sizes: tuple[str, ...]
    includes: str
    script: str
    needs: str = ""
    install: str = ""
    left_out: tuple[str, ...] = ()
    why: str = ""
    whole: bool = False
    differs: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(name for name in QUESTIONS if name not in self.left_out)

    def runs_on(self, peers: Path) -> Path | None:
        """Its interpreter; None where it is not installed."""
        if not self.needs:
            return Path(sys.executable)
        if not (peers / self.needs).exists():
            return None
        if self.script.endswith(".mjs"):
            return Path(found) if (found := shutil.which("node")) else None
        return peers / self.needs

    def command(self, peers: Path, files: Files, answers: Path) -> Sequence[object]:
        """Raises ``LookupError`` where it is not installed."""
        interpreter = self.runs_on(peers)
        if interpreter is None:
            raise LookupError(self.name)
        if not self.needs:
            extra = ["--whole"] if self.whole else []
            return [interpreter, "-m", f"benchmarks.peers.{self.script}", getattr(files, self.reads), answers, *extra]
        library = [peers / "npm", files.elm] if self.script.endswith(".mjs") else [files.text]
        return [interpreter, HERE / self.script, *library, ",".join(self.asked), getattr(files, self.reads), answers]


_NPM = "npm install --prefix {peers}/npm cql-execution@3.3.2 cql-exec-fhir@2.2.0 fqm-execution@1.8.6"
_PARQUET = ("large", "small")
PROGRAMS = (
    Program("ours, the questions", "parquet", ("huge", "large", "small", "tiny"),
            "typed and validated columns, load report", "ours"),
    Program("ours, every key of the answer", "parquet", ("huge", *_PARQUET), "the same, and the whole pathway", "ours",
            whole=True),
    Program("ours, the questions, from FHIR", "ndjson", ("medium", "small"),
            "FHIR resources checked one by one, load report", "ours"),
    Program("plain twin, the questions", "parquet", _PARQUET, "our load, then one patient at a time in Python",
            "with_twin"),
    Program("plain twin, every key", "parquet", _PARQUET, "the same, and the whole pathway", "with_twin", whole=True),
    Program("pandas 3", "parquet", _PARQUET, "converted columns; no validation, no report", "with_pandas",
            differs="a birth date known in part is read as its first day, so an age is told that is not certain"),
    Program("cql-execution 3.3.2", "bundles", ("small",), "FHIR objects and a general language (ELM)",
            "with_cql_execution.mjs", "npm/node_modules/cql-execution", _NPM),
    Program("fqm-execution 1.8.6", "bundles", ("small",), "the same engine as a measure (ELM)", "with_fqm.mjs",
            "npm/node_modules/fqm-execution", _NPM),
    Program("fhir4ds-v2 0.0.17", "ndjson", ("small",), "CQL translated to SQL, JSON in DuckDB", "with_fhir4ds.py",
            "fhir4ds/bin/python", "python3.11 -m venv {peers}/fhir4ds; "
            "{peers}/fhir4ds/bin/pip install fhir4ds-v2==0.0.17 pandas",
            (*_WEIGHTS, "trial_complete"), "its SQL for lists of tuples does not bind",
            differs="what nobody recorded comes back as false: unknown is lost"),
    Program("dhis2w-fhir-engine 1.33.0", "bundles", ("tiny",), "CQL text parsed once, one patient at a time",
            "with_dhis2w.py", "dhis2w/bin/python", "Python 3.13 or newer: python3.13 -m venv {peers}/dhis2w; "
            "{peers}/dhis2w/bin/pip install dhis2w-fhir-engine==1.33.0",
            differs="it finds no MedicationStatement by its code and says nothing, so a course of medicines is missed; "
            "an age is unknown where a birth date is known to the month, though every possible day agrees"),
)  # fmt: skip
