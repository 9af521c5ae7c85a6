"""Reading FHIR NDJSON: ours, against `json` line by line, and against typed models of FHIR.

    python -m benchmarks.fhir_load [--peers FOLDER] [--panels FOLDER] [--runs 3] [--patients 2000] [--write]

Ours gives a typed, validated panel and the account of every record; `json` gives dictionaries and nothing else, which
is the least that a reader in Python does; the models (fhir.resources, installed only into the folder of ``--peers``)
give a validated object a resource. The command line reads the same a range of patients at a time: what it holds in
memory at most shows with many patients. Fresh processes, in turn; the median of the processor time counts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import machine, sections
from benchmarks.panels import AS_OF, kept, panel
from benchmarks.peers.programs import DEFAULT_FOLDER
from benchmarks.processes import Spent, middle, rounds, run

COMMAND = "python -m benchmarks.fhir_load"
INSTALL = "python3.11 -m venv {peers}/models; {peers}/models/bin/pip install fhir.resources==8.3.0"
_LINES = "import sys, pathlib\nfiles = sorted(pathlib.Path(sys.argv[1]).glob('*.ndjson'))\n"
_JSON = f"""import json
{_LINES}
print(sum(1 for file in files for line in file.open(encoding='utf-8') if json.loads(line)))"""
_MODELS = f"""import importlib
{_LINES}
models = {{f.stem: getattr(importlib.import_module('fhir.resources.R4B.' + f.stem.lower()), f.stem) for f in files}}
print(sum(1 for f in files for line in f.open(encoding='utf-8') if models[f.stem].model_validate_json(line)))"""
_OURS = f"""import sys
from datetime import date
from pathlib import Path
from benchmarks.panels import NO_LIMITS
from dashboard import settings
from dashboard.intake import load
settings.look_for_garbage_seldom()
print(load(Path(sys.argv[1]), as_of=date.fromisoformat('{AS_OF}'), limits=NO_LIMITS).report.records_read)"""
_IN_BUCKETS = f"""import sys
from datetime import date
from pathlib import Path
from benchmarks.panels import NO_LIMITS
from dashboard import settings
from dashboard.intake.panels import panels
settings.look_for_garbage_seldom()
with panels(Path(sys.argv[1]), as_of=date.fromisoformat('{AS_OF}'), limits=NO_LIMITS) as parts:
    for part in parts:
        pass
    print(parts.report().records_read)"""
NAMES = {"ours": "ours: typed panel and load report", "buckets": "ours, as the command line reads it",
         "json": "json.loads of every line", "models": "fhir.resources 8.3 (R4B)"}  # fmt: skip


def measure(source: Path, peers: Path, times: int) -> dict[str, Spent]:
    """Each reader over the same files, in turn."""
    tasks = {
        "ours": lambda: run([sys.executable, "-c", _OURS, source]),
        "buckets": lambda: run([sys.executable, "-c", _IN_BUCKETS, source]),
        "json": lambda: run([sys.executable, "-c", _JSON, source]),
    }
    models = peers / "models" / "bin" / "python"
    if models.exists():
        tasks["models"] = lambda: run([models, "-c", _MODELS, source])
    return {name: middle(spent) for name, spent in rounds(tasks, times).items()}


def section(measured: Mapping[str, Spent], source: Path, peers: Path) -> str:
    """The text of the section."""
    size = sum(file.stat().st_size for file in source.glob("*.ndjson"))
    rows = []
    for name, spent in measured.items():
        read = int(spent.printed)
        rows.append((NAMES[name], f"{read:,}", f"{spent.seconds:.2f}", f"{size / 2**20 / spent.seconds:.1f}",
                     f"{read / spent.seconds:,.0f}", f"{spent.seconds / measured['json'].seconds:.1f} ×",
                     f"{spent.memory / 2**20:,.0f}"))  # fmt: skip
    head = ("reader", "resources", "processor time, s", "MB per second", "resources per second",
            "as a multiple of json", "most memory, MB")  # fmt: skip
    missing = "" if "models" in measured else f"\n\n{NAMES['models']}: not installed. {INSTALL.format(peers=peers)}"
    return f"""## Reading FHIR

{size / 2**20:,.0f} MB of NDJSON as `backstop generate --format fhir` writes it, each reader in a fresh process, start
included, in turn. {machine.described()}

{sections.table(head, rows)}{missing}"""


def main(arguments: Sequence[str]) -> None:
    asked = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--peers", type=Path, default=DEFAULT_FOLDER, help="where the other programs are installed")
    asked.add_argument("--panels", type=Path, help="keep the panels here, and use those that are here")
    asked.add_argument("--patients", type=int, default=2_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    given = asked.parse_args(arguments)
    peers = given.peers.expanduser()
    with kept(given.panels) as folder:
        source = panel(folder, given.patients, "fhir")
        text = section(measure(source, peers, given.runs), source, peers)
    sections.finish(COMMAND, text, wanted=given.write)


if __name__ == "__main__":
    main(sys.argv[1:])
