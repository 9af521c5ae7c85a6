"""The trace of one patient as plain text that fits a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from textwrap import wrap
from typing import Any

from dashboard import patient, phrases, settings, wording

WIDTH = 100
_DATES = ("since", "due_by", "trial_start")


def as_text(trace: Mapping[str, Any]) -> str:
    """What ``pathways.explain`` gives, in words: next step, why, what is not known, what does not apply."""
    as_of = _day(trace["as_of"])
    answer = {**trace["answer"], **{name: _day(trace["answer"][name]) for name in _DATES}}
    lines = [
        f"Patient {answer['patient_id']} · as of {wording.day(as_of)} · {wording.profile(trace['profile'])}"
        f" ({trace['profile']}) · pathway version {trace['pathway_version']}",
        "",
        patient.headline(answer, as_of),
        *_summary(answer),
    ]
    rows = patient.why_rows(trace)
    lines += _criteria("What is met", [row for row in rows if row.verdict == "met"])
    lines += _unknown(answer, trace)
    lines += _plain_list("What is not met", [row.criterion for row in rows if row.verdict == "not met"])
    lines += ["", *_wrapped(settings.INTENDED_USE)]
    return "\n".join(line.rstrip() for line in lines)


def _summary(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer["reasons"]:
        since = f", since {wording.day(answer['since'])}" if answer["since"] else ""
        yield from _wrapped(f"Because: {phrases.why(answer, short=False)}{since}")
    if answer["disposition"] != "not_in_pathway":
        for group, state, due in phrases.orders(answer):
            yield f"  {group:<9} {state}{f': {due}' if due else ''}"
    if answer["trial_start"]:
        yield f"  {'Therapy':<9} {_therapy(answer)}"
    for note in patient.note_lines(answer):
        yield from _wrapped(f"Note: {note}")


def _therapy(answer: Mapping[str, Any]) -> str:
    days = wording.counted(answer["trial_days"], "day")
    told = f"{days} from {wording.day(answer['trial_start'])}"
    scores = [patient.number(answer[name]) or "not recorded" for name in ("baseline_pain", "current_pain")]
    told += f"; pain before {scores[0]}, now {scores[1]}"
    change = answer["improvement_percent"]
    return told if change is None else f"{told} ({patient.number(change)} % better)"


def _criteria(title: str, rows: list[patient.WhyRow]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", title)
    for row in rows:
        since = f", since {row.since}" if row.since else ""
        basis = "; ".join(filter(None, (row.threshold, row.source)))
        yield from _wrapped(f"{row.shown.split()[0]} {row.criterion}{since}{f' [{basis}]' if basis else ''}", 2)
        yield from _wrapped(row.evidence, 6)


def _unknown(answer: Mapping[str, Any], trace: Mapping[str, Any]) -> Iterator[str]:
    could_be = patient.could_be(answer)
    questions = patient.questions(answer)
    names = [one["label"] for one in trace["criteria"] if _worth_asking(one)]
    if not (could_be or questions or names):
        return
    yield from ("", "What is not known")
    if could_be:
        yield from _wrapped(could_be, 2)
    for asked in questions:
        yield from _wrapped(f"? {asked.name}: {asked.ask}", 2)
    if names:
        yield from _wrapped(f"Not recorded: {', '.join(names)}", 2)


def _worth_asking(criterion: Mapping[str, Any]) -> bool:
    """Unknown, and neither made of others nor a test that nobody has asked for."""
    asked = criterion["kind"] != "result" or bool(criterion["evidence"])
    return bool(criterion["verdict"] == "unknown" and criterion["kind"] != "combined" and asked)


def _plain_list(title: str, names: list[str]) -> Iterator[str]:
    if names:
        yield from ("", title)
        yield from _wrapped(", ".join(names), 2)


def _wrapped(text: str, indent: int = 0) -> list[str]:
    margin = " " * indent
    return wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin + "  ", break_on_hyphens=False)


def _day(value: str | date | None) -> Any:  # noqa: ANN401 - a date, or None where there is none
    return date.fromisoformat(value) if isinstance(value, str) else value
