"""What was measured, as the section of ``docs/performance.md``."""

from __future__ import annotations

from collections import Counter

from benchmarks import sections
from benchmarks.peers.programs import PROGRAMS
from benchmarks.peers.questions import QUESTIONS
from benchmarks.peers.runs import Agreement, Measured

WORDS = {"1": "met", "0": "not met", "": "unknown"}
OWN, WHOLE, FROM_FHIR = (program.name for program in PROGRAMS[:3])


def section(found: Measured, machine: str) -> str:
    """Tables of time and of agreement, and what is not there."""
    sizes = list(dict.fromkeys(patients for _, patients in found.costs))
    parts = [
        f"""## Against other programs

{len(QUESTIONS)} criteria of the pathway asked of the same invented patients, from Parquet or from FHIR; this project
also with every key of its answer. Fresh processes, in turn, {found.times} times; seconds of processor time of all
cores, medians.
"Whole" is the process from its start to the written answers, "start" until it reads (interpreter, imports, library),
"load" until it has the patients in its own form, "evaluate" until it has the answers (planning or translation
included). {machine}

The criteria: {", ".join(QUESTIONS)}."""
    ]
    parts += [_times(found, patients) for patients in sizes]
    parts += [_ratios(found, sizes), _agreement(found)]
    differing = {name for (name, _), one in found.agreements.items() if one.other}
    for program in PROGRAMS:
        if program.name in differing and program.differs:
            parts.append(f"{program.name} differs: {program.differs}.")
        if program.name in found.missing:
            parts.append(f"{program.name}: not installed. {found.missing[program.name]}")
        if program.name in found.failed:
            parts.append(f"{program.name}: failed: {found.failed[program.name]}")
        if program.left_out and program.name not in found.missing:
            parts.append(f"{program.name} was not asked {', '.join(program.left_out)}: {program.why}.")
    return "\n\n".join(parts)


def _times(found: Measured, patients: int) -> str:
    rows = []
    own = found.costs.get((OWN, patients))
    for program in PROGRAMS:
        cost = found.costs.get((program.name, patients))
        if cost is None:
            continue
        phases = cost.phases
        rows.append((
            program.name, program.reads, program.includes,
            "all" if program.whole else len(program.asked),
            *(f"{phases[phase]:.2f}" for phase in ("start", "load", "evaluate")), f"{cost.seconds:.2f}",
            f"{patients / phases['evaluate']:,.0f}", f"{patients / cost.seconds:,.0f}",
            f"{cost.seconds / own.seconds:,.2f}" if own else "",
        ))  # fmt: skip
    head = (f"{patients:,} patients", "from", "includes", "questions", "start, s", "load, s", "evaluate, s", "whole, s",
            "patients per second of evaluate", "of whole", "whole as a multiple of ours")  # fmt: skip
    return sections.table(head, rows, left=3)


def _ratios(found: Measured, sizes: list[int]) -> str:
    """Each program's best rate against ours at our largest size: what a program that does not grow costs beside it."""
    largest = max(patients for name, patients in found.costs if name == OWN)
    from_fhir = max(patients for name, patients in found.costs if name == FROM_FHIR)

    def rate(name: str, patients: int, phase: str) -> float:
        cost = found.costs[name, patients]
        return patients / (cost.seconds if phase == "whole" else cost.phases[phase])

    rows = []
    for program in PROGRAMS[3:]:
        measured = [patients for patients in sizes if (program.name, patients) in found.costs]
        if not measured:
            continue
        best = max(measured, key=lambda patients: rate(program.name, patients, "evaluate"))
        fhir = program.reads != "parquet"
        same = WHOLE if program.whole else OWN
        whole = rate(FROM_FHIR, from_fhir, "whole") if fhir else rate(same, largest, "whole")
        evaluating = rate(same, largest, "evaluate")
        rows.append((
            program.name, f"{best:,}", f"{rate(program.name, best, 'evaluate'):,.1f}",
            f"{evaluating / rate(program.name, best, 'evaluate'):,.1f} ×",
            f"{rate(WHOLE, largest, 'evaluate') / rate(program.name, best, 'evaluate'):,.1f} ×",
            f"{whole / rate(program.name, best, 'whole'):,.1f} ×",
        ))  # fmt: skip
    head = ("at the size that suits each best", "its patients", "its patients per second of evaluate",
            "ours, same questions", "ours, every key of the answer", "whole process, same form")  # fmt: skip
    at = f"at {largest:,} patients ({from_fhir:,} where both read FHIR)"
    text = f"How many times as many patients a second this project answers for, {at}; below 1 the other is quicker:"
    return f"{text}\n\n{sections.table(head, rows)}"


def _agreement(found: Measured) -> str:
    rows = []
    for (name, patients), one in found.agreements.items():
        rows.append((name, f"{patients:,}", f"{one.asked:,}", f"{one.equal:,}", _others(one)))
    head = ("answers beside ours", "patients", "patients × questions", "equal", "the others: ours, theirs, how many")
    return sections.table(head, rows)


def _others(one: Agreement) -> str:
    """Which answers differ, summed over the questions, and the questions that differ most."""
    kinds: Counter[tuple[str, str]] = Counter()
    questions: Counter[str] = Counter()
    for (question, own, said), count in one.other.items():
        kinds[own, said] += count
        questions[question] += count
    if not kinds:
        return "none"
    told = [f"{WORDS[own]}, {WORDS.get(said, said)}: {count:,}" for (own, said), count in kinds.most_common()]
    most = ", ".join(f"{name} {count:,}" for name, count in questions.most_common(4))
    return f"{'; '.join(told)} (most in {most})"
