"""A panel from its files to all answers, in this process, as ``backstop evaluate`` does it but without its limits.

    python -m benchmarks.whole_run SOURCE ANSWERS

A limit of bytes or rows that protects a server is none of what is measured.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from benchmarks.panels import AS_OF
from dashboard import settings
from dashboard.answer_files import writing
from dashboard.intake import Limits
from dashboard.intake.panels import panels
from pathways import evaluate, load_pathway

NO_LIMITS = Limits(bytes=1 << 50, unpacked=1 << 50, rows=1 << 50)


def main(source: Path, answers: Path) -> None:
    settings.look_for_garbage_seldom()
    as_of = date.fromisoformat(AS_OF)
    with (
        panels(source, as_of=as_of, limits=NO_LIMITS) as parts,
        answers.open("wb") as file,
        writing(file, "parquet", {"as_of": AS_OF}) as write,
    ):
        for panel in parts:
            write(evaluate(panel, load_pathway(), as_of=as_of, again=len(parts) > 1))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
