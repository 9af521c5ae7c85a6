"""Do the cases notice a changed rule? ``python -m tests.cases.mutations [--only indications]``.

Changes one operator, number, switch, key or list entry of the pathway's files at a time, lets the
engine answer every case with it, and names the changes that no case notices. A change that the
pathway's own checks refuse counts as noticed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pathways import PathwayError, evaluate, load_pathway
from pathways.loading import Pathway

from .mutants import Mutant, mutants
from .people import PROFILES, Trial, groups, mismatches, panel_of

BACK_PAIN = Path(__file__).parents[2] / "pathways" / "back_pain"
SOURCES = "sources.yaml"
read_again = load_pathway.__wrapped__


def failures(pathway: Pathway, trials: list[Trial]) -> set[Trial]:
    """The trials, all of one profile and as-of date, that the pathway does not answer as expected."""
    profile, day = trials[0].profile, trials[0].case.as_of
    if day is None:
        raise AssertionError("a case without an as-of date")
    panel = panel_of(day)[0]
    rows = {row["patient_id"]: row for row in evaluate(panel, pathway, profile, as_of=day).to_pylist()}
    return {trial for trial in trials if mismatches(trial.case, rows[trial.patient_id])}


def in_good_order(mutant: Mutant) -> list[list[Trial]]:
    """The groups of trials, those first that are most likely to notice."""
    named = [name for name in PROFILES if name in mutant.path]
    rank = {name: place for place, name in enumerate([*named, *PROFILES])}
    return [group for _, group in sorted(groups().items(), key=lambda item: (-len(item[1]) // 100, rank[item[0][0]]))]


def verdict(mutant: Mutant, known: set[Trial]) -> str:
    """How the change was noticed: refused, crashed, by a case; or survived."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in BACK_PAIN.glob("*.yaml"):
            shutil.copy(path, folder / path.name)
        (folder / mutant.file).write_text(mutant.text, encoding="utf-8")
        try:
            pathway = read_again(folder)
        except PathwayError:
            return "refused"
        except Exception:
            return "refused"
    for trials in in_good_order(mutant):
        try:
            if failures(pathway, trials) - known:
                return "noticed"
        except Exception:
            return "crashed"
    return "survived"


def main(
    only: Annotated[list[str] | None, typer.Option(help="Only changes that hold one of these, in this order")] = None,
    skip: Annotated[int, typer.Option(help="Leave out the first so many")] = 0,
) -> None:
    """Print every change that no case notices, then how many were noticed and how."""
    intact = read_again(BACK_PAIN)
    known = {trial for group in groups().values() for trial in failures(intact, group)}
    typer.echo(f"{len(known)} trials fail without any change and are left out")
    everything = list(mutants(BACK_PAIN))
    chosen = [mutant for word in only or [""] for mutant in everything if word in str(mutant)]
    found: Counter[str] = Counter()
    for place, mutant in enumerate(list(dict.fromkeys(chosen))[skip:], skip + 1):
        how = verdict(mutant, known)
        found[how] += 1
        if how in {"survived", "crashed"}:
            typer.echo(f"{place}: {how}: {mutant}")
    typer.echo(", ".join(f"{count} {how}" for how, count in sorted(found.items())))


if __name__ == "__main__":
    typer.run(main)
