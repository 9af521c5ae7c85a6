"""The NDJSON of a panel as one bundle a patient, a line each: the form that engines of one patient at a time read."""

from __future__ import annotations

import json
from pathlib import Path


def write_bundles(ndjson: Path, file: Path) -> Path:
    """A bundle for every patient, the patient first."""
    people: dict[str, list[dict[str, object]]] = {}
    members = sorted(ndjson.glob("*.ndjson"), key=lambda path: path.stem != "Patient")
    for member in members:
        with member.open(encoding="utf-8") as lines:
            for line in lines:
                resource = json.loads(line)
                if resource["resourceType"] == "Patient":
                    people[resource["id"]] = [resource]
                    continue
                owner = resource.get("subject") or resource["for"]
                people[owner["reference"].removeprefix("Patient/")].append(resource)
    with file.open("w", encoding="utf-8") as out:
        for name, resources in people.items():
            entries = [{"resource": resource} for resource in resources]
            bundle = {"resourceType": "Bundle", "id": name, "type": "collection", "entry": entries}
            out.write(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")) + "\n")
    return file
