"""A patient list that tries to get out of its cells, and what a page may not do with it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from dashboard.components import pages

EVIL = "evil.example"
TEXTS = (
    f"![x](https://{EVIL}/t.png)",
    f"<img src=https://{EVIL}/i.png onerror=window.__pwn=1>",
    "[click](javascript:window.__pwn=1) **Bold** :red[x] $x^2$",
    f"=1+1 https://{EVIL}/page",
    f'=HYPERLINK("https://{EVIL}")',
    f"<a href=https://{EVIL}><b>Ada</b></a>",
    f"<style>@import url(https://{EVIL}/s.css)</style>",
    "<script>window.__pwn=1</script>",
    "\u202eadA\u202c Right-to-left",
    "A" * 10_000,
)

PAGES = tuple(sorted({path.stem for path in pages.HERE.glob("[a-z]*.py")} - {"sign_ins"}))
"""Every page there is, by the name of its script, which is also its address; but that of sign-ins, which is there only
where people sign in (``test_sign_in``)."""

FORBIDDEN_AND_NOT_NEEDED = "script-src wasm-eval "
"""Streamlit's reader of long integers tries WebAssembly once, finds it forbidden, and goes on without it."""

WATCH = """
window.__blocked = [];
document.addEventListener('securitypolicyviolation', (e) =>
    window.__blocked.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`));
"""

AWAY = "[...document.querySelectorAll('a[href]')].filter(a => a.origin !== location.origin).length"
"""Links that lead elsewhere or run something; a site's name may stand in an address of our own."""


def write_list(path: Path) -> Path:
    """Forty people, each with a text of their own in every place that shows one."""
    return in_turn(
        path,
        [
            {"patient_id": f"=1+{number}<b>", "name": text, "site": text[:200], "clinician": text[:200]}
            for number, text in zip(range(40), cycle(TEXTS), strict=False)
        ],
    )


def in_turn(path: Path, people: Sequence[dict[str, str]]) -> Path:
    """These people in turn: with cancer in their history, after a failed trial, and with nothing recorded."""
    shared = {
        "birth_date": "1960-02-03", "sex": "female", "recorded_on": "2026-06-01", "onset_date": "2026-03-01",
    }  # fmt: skip
    failed = {
        "exercise_start": "2026-04-01", "baseline_pain": "7", "baseline_pain_date": "2026-04-01",
        "current_pain": "6", "current_pain_date": "2026-06-01",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*people[0], *shared, "cancer_history", *failed])
        writer.writeheader()
        for person, story in zip(people, cycle(({"cancer_history": "yes"}, failed, {})), strict=False):
            writer.writerow(person | shared | story)
    return path


def address_of(page: Any, server: str, name: str) -> str:  # noqa: ANN401
    """Where the page of that name is; the patient page needs somebody to show."""
    if name == "patient":
        page.goto(f"{server}/worklist?view=Cards")
        somebody = page.locator("[class*=st-key-card-] a").first.get_attribute("href", timeout=120_000)
        return urljoin(f"{server}/", somebody)
    return f"{server}/" if name == "huddle" else f"{server}/{name}"


def open_everything(page: Any) -> None:  # noqa: ANN401
    """Show what stands behind folds, tabs and table switches, so that it is drawn too."""
    page.evaluate("""() => {
        const hidden = 'details:not([open]) > summary, [role=tab]';
        document.querySelectorAll(hidden).forEach(part => part.click());
        [...document.querySelectorAll('label, button')]
            .filter(part => part.textContent.trim() === 'Show data').forEach(part => part.click());
    }""")


def escapes(page: Any) -> dict[str, Any]:  # noqa: ANN401
    """What got out of its cell; empty when nothing did."""
    blocked = page.evaluate("window.__blocked")
    found = {
        "ran": page.evaluate("window.__pwn ?? null"),
        "blocked": [each for each in blocked if not each.startswith(FORBIDDEN_AND_NOT_NEEDED)],
        "links": page.evaluate(AWAY),
        "images": page.locator(f"[src*='{EVIL}']").count(),
        "drawn links": page.locator("svg a").count(),
    }
    return {what: seen for what, seen in found.items() if seen}
