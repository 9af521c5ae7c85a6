"""The questions as one library: its text, and its ELM."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.panels import AS_OF
from benchmarks.peers.expressions import Expression, everybody
from benchmarks.peers.questions import codes, definitions
from pathways import load_pathway
from pathways.loading import ProfiledPathway

NAME, VERSION = "BackPainSubset", "1"


def as_text(pathway: ProfiledPathway) -> str:
    """Clinical Quality Language."""
    listed = codes(pathway)
    systems = list(dict.fromkeys(system for system, _ in listed.values()))
    lines = [f"library {NAME} version '{VERSION}'", "using FHIR version '4.0.1'",
             "include FHIRHelpers version '4.0.1' called FHIRHelpers"]  # fmt: skip
    lines += [f"codesystem \"S{number}\": '{system}'" for number, system in enumerate(systems)]
    lines += [f'code "{name}": \'{code}\' from "S{systems.index(system)}"' for name, (system, code) in listed.items()]
    lines += ["context Patient"]
    lines += [f'define "{name}": {one.text}' for name, one in definitions(pathway).items()]
    return "\n\n".join(lines) + "\n"


def as_elm(pathway: ProfiledPathway) -> dict[str, Any]:
    """What a translator would make of the text."""
    listed = codes(pathway)
    systems = list(dict.fromkeys(system for system, _ in listed.values()))
    people = {"type": "SingletonFrom", "operand": everybody("Patient")}
    statements = {"Patient": Expression("", people), **definitions(pathway)}
    return {"library": {
        "identifier": {"id": NAME, "version": VERSION},
        "schemaIdentifier": {"id": "urn:hl7-org:elm", "version": "r1"},
        "usings": {"def": [{"localIdentifier": "System", "uri": "urn:hl7-org:elm-types:r1"},
                           {"localIdentifier": "FHIR", "uri": "http://hl7.org/fhir", "version": "4.0.1"}]},
        "codeSystems": {"def": [{"name": f"S{number}", "id": system} for number, system in enumerate(systems)]},
        "codes": {"def": [{"name": name, "id": code, "codeSystem": {"name": f"S{systems.index(system)}"}}
                          for name, (system, code) in listed.items()]},
        "statements": {"def": [{"name": name, "context": "Patient", "accessLevel": "Public", "expression": one.elm}
                               for name, one in statements.items()]},
    }}  # fmt: skip


def write(folder: Path) -> tuple[Path, Path]:
    """Both forms as files: the text and the ELM."""
    pathway = load_pathway().in_profile(None, date.fromisoformat(AS_OF))
    text, elm = folder / "subset.cql", folder / "subset.json"
    text.write_text(as_text(pathway), encoding="utf-8")
    elm.write_text(json.dumps(as_elm(pathway)), encoding="utf-8")
    return text, elm


if __name__ == "__main__":
    write(Path(sys.argv[1]))
