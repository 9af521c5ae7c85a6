"""What must hold of a data set whatever its form."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.real_data import AS_OF, with_concept
from dashboard.intake import Loaded, LoadReport
from pathways import answers, evaluate, load_pathway

Reader = Callable[[str], Loaded]


def nothing_is_lost(report: LoadReport) -> None:
    assert report.holds()
    assert report.unmapped
    assert report.blank == 0


def nobody_has_back_pain(loaded: Loaded, name: str) -> None:
    """Nor is anybody in the pathway."""
    assert with_concept(loaded, "back_pain") == 0
    found = answers(evaluate(loaded.panel, load_pathway(), as_of=AS_OF[name]))
    assert {answer["disposition"] for answer in found} == {"not_in_pathway"}
