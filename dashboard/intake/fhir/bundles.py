"""The resources inside one JSON text: an NDJSON line, a bundle or a list, with references made plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard.intake.fhir.elements import Resource


def resources_in(value: object) -> Iterator[tuple[int | None, object]]:
    """Each resource with its place in a bundle or list; None where the text is itself the resource.

    A resource without an id takes that of its ``fullUrl``. Where the two differ, references to the
    ``fullUrl`` are rewritten to ``Type/id``, so that the same person has one id in every form.
    """
    if isinstance(value, dict) and value.get("resourceType") == "Bundle":
        value = value.get("entry") or []
    if not isinstance(value, list):
        yield None, value
        return
    aliases: dict[str, str] = {}
    resources = [_resource_of(entry, aliases) for entry in value]
    for number, resource in enumerate(resources, start=1):
        yield number, _resolved(resource, aliases) if aliases else resource


def _resource_of(entry: object, aliases: dict[str, str]) -> object:
    if not isinstance(entry, dict) or "resourceType" in entry:
        return entry
    resource, url = entry.get("resource"), entry.get("fullUrl")
    if not isinstance(resource, dict) or not isinstance(url, str):
        return resource
    last = url.rpartition(":" if url.startswith("urn:") else "/")[2]
    if not resource.get("id"):
        return {**resource, "id": last}
    if last != resource["id"]:
        aliases[url] = f"{resource.get('resourceType')}/{resource['id']}"
    return resource


def _resolved(value: object, aliases: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_resolved(one, aliases) for one in value]
    if not isinstance(value, dict):
        return value
    found: Resource = {name: _resolved(inner, aliases) for name, inner in value.items()}
    target = found.get("reference")
    if isinstance(target, str) and target in aliases:
        found["reference"] = aliases[target]
    return found
