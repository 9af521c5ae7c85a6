"""Writes the committed sample panel: ``python -m sample_data.build [FOLDER]``.

The same files every time. Change a story or a share, build again, and commit what changed.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from sample_data.chart import HERE, Chart
from sample_data.fhir_writer import write_fhir
from sample_data.generator import charts, events_as_text, patient_as_text
from sample_data.stories import DECK
from sample_data.writers import write_tables, write_wide_csv, write_wide_excel

AS_OF = date(2026, 6, 15)
SEED = 1


def people() -> list[Chart]:
    """The people of the committed panel: one full deck."""
    return list(charts(DECK, SEED, AS_OF))


def build(folder: Path) -> None:
    """Writes every form of the panel into a folder."""
    panel = people()
    write_wide_csv(panel, folder / "panel_wide.csv")
    write_wide_excel(panel, folder / "panel_wide.xlsx")
    write_tables(panel, folder / "panel_tables")
    patients = [patient_as_text(chart) for chart in panel]
    events = [event for chart in panel for event in events_as_text(chart)]
    for old in (folder / "panel_fhir").glob("*.ndjson"):
        old.unlink()  # a kind of resource that nobody needs any more must not stay behind
    write_fhir(patients, events, folder / "panel_fhir", form="ndjson")
    about = {"as_of": AS_OF.isoformat(), "patients": len(panel), "seed": SEED}
    (folder / "panel.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
