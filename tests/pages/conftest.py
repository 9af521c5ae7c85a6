"""The whole dashboard over a panel made by hand: 120 people, one of them hostile, and no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard import panel_store, settings
from dashboard.intake import LoadReport
from dashboard.panel_store import Evaluated, HeldPanel
from pathways import StillOpen, load_pathway
from pathways.panel import EVENTS, PATIENTS, Panel
from tests.pages.made_up import D, answer, event, failed, person, worklist

HOSTILE = "![x](https://evil.example/t.png) <img src=x onerror=window.__pwn=1> **Bold**"


@pytest.fixture(scope="session", autouse=True)
def installed_components() -> Iterator[None]:
    """Looked for once: else each new visitor costs a reading of the papers of every installed package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def panel() -> Panel:
    people = [person(f"{number:04}", site="Harbour" if number % 2 else "Mill Lane") for number in range(120)]
    people[0]["name"] = HOSTILE
    events = [
        event("pain_score", D - timedelta(days=51), "final", patient_id="0000", value=Decimal(7)),
        event("pain_score", D - timedelta(days=5), "final", patient_id="0000", value=Decimal(6)),
        event("physiotherapy", D - timedelta(days=51), "active", patient_id="0000", note=HOSTILE),
    ]
    return Panel(pa.Table.from_pylist(people, PATIENTS), pa.Table.from_pylist(events, EVENTS))


def answers_of(panel: Panel) -> list[dict[str, Any]]:
    """Every fifth person failed therapy; the others go through the dispositions in turn."""
    order = load_pathway().rules.dispositions
    found = []
    for number, patient_id in enumerate(panel.patients["patient_id"].to_pylist()):
        if number % 5 == 0:
            found.append(failed(patient_id=patient_id))
        else:
            found.append(answer(order[number % len(order)], patient_id=patient_id))
    return found


def _evaluate(panel: Panel, profile: str, as_of: date) -> Evaluated:
    return Evaluated(worklist(answers_of(panel), panel.patients.to_pylist()))


def _trace(panel: Panel, profile: str, as_of: date, patient_id: str) -> dict[str, Any]:
    evidence = {
        "date": "2026-06-10",
        "concept": "pain_score",
        "status": "final",
        "value": 6,
        "source": HOSTILE,
    }
    met = {"id": "failed_therapy", "label": "Failed therapy", "verdict": "met", "since": "2026-05-23"}
    why = [met | {"threshold": "30 %", "source": "S33", "evidence": [evidence]}]
    return {"criteria": why, "still_open": StillOpen().for_json()}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., AppTest]]:
    """Opens a page as a new visitor, with an address if one is given; nothing is recorded yet."""
    monkeypatch.setenv("BACKSTOP_HOME", str(tmp_path / "home"))
    report = LoadReport("tables", "sample", D, 243, 243, 0)
    held = HeldPanel("Sample data", panel(), report, D, sample=True)
    monkeypatch.setattr(panel_store, "opening", lambda: held)
    monkeypatch.setattr(panel_store, "_evaluate", _evaluate)
    monkeypatch.setattr(panel_store, "trace", _trace)
    st.cache_resource.clear()
    yield partial(visit, 30)
    st.cache_resource.clear()


def visit(seconds: int, page: str = "worklist", /, **address: str | list[str]) -> AppTest:
    """A page as a new visitor sees it, which no run of it may take longer to draw."""
    at = AppTest.from_file(str(settings.ROOT / "dashboard" / "app.py"), default_timeout=seconds)
    at.run()
    at.switch_page(f"app_pages/{page}.py")
    for name, value in address.items():
        at.query_params[name] = value
    return at.run()
