"""Answers on their way into the action log: each stands in its session until the log has it, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from dashboard.actions.records import Recorded
from dashboard.session_answers import Answer, is_onset, question
from dashboard.team_log import Seen


@dataclass(frozen=True)
class Kept:
    """An answer that only its session knows.

    ``form`` is the id under which it is saved, however often that is tried. ``seen`` is the version of the person
    that the page showed, and ``given_at`` that at which the answer was given; ``replaces`` is the answer of the log
    that it takes the place of, ``why`` what came of the last try, empty where nobody tried. ``decide``: somebody was
    quicker, so it is saved by whoever looks at both, and with no others.
    """

    answer: Answer
    seen: int
    given_at: int
    replaces: UUID | None = None
    why: str = ""
    decide: bool = False
    form: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Given:
    """An answer as a page shows it: ``entry`` where it is in the log, else ``kept``."""

    answer: Answer
    kept: Kept | None = None
    entry: Recorded | None = None


def version(seen: Seen, patient_id: str) -> int:
    """The number of the last action of the person that the page shows."""
    return max((one.version for one in seen.of(patient_id)), default=0)


def kept_now(answer: Answer, before: Given | None, seen: Seen) -> Kept:
    """A new answer, in the place of the one that stood there."""
    if before and before.kept:
        replaces = before.kept.replaces
    else:
        replaces = before.entry.action_id if before and before.entry else None
    now = version(seen, answer.patient_id)
    return Kept(answer, now, now, replaces)


def seen_again(one: Kept, why: str, seen: Seen) -> Kept:
    """After somebody was quicker and that was told: pressing again says that it is still right."""
    same = [entry for entry, answer in seen.answers_of(one.answer.patient_id)
            if question(answer) == question(one.answer)]  # fmt: skip
    # What stood when it was given is in no reader's sight but in the place of what was replaced.
    others = [entry.action_id for entry in same if one.replaces or entry.version > one.given_at]
    replaces = one.replaces if one.replaces in others else next(reversed(others), None)
    return replace(one, seen=version(seen, one.answer.patient_id), replaces=replaces, why=why, decide=True)


def failed(one: Kept, why: str) -> Kept:
    """Not saved, or nobody can say whether it is: the next try is under the same id."""
    return replace(one, why=why)


def given(kept: Iterable[Kept], seen: Seen, asked: Answer) -> Given | None:
    """What stands for a question: what is kept, else of the log what was last recorded.

    ``asked`` is any answer to it on the day that the page shows. The day on which a complaint began is asked anew on
    another day.
    """
    for one in kept:
        if question(one.answer) == question(asked):
            return Given(one.answer, kept=one)
    for entry, answer in reversed(seen.answers_of(asked.patient_id)):
        if question(answer) == question(asked) and (not is_onset(asked) or entry.basis.as_of == asked.day):
            return Given(answer, entry=entry)
    return None


def contested(one: Kept, seen: Seen) -> bool:
    """Whether somebody has answered the same in the log since: theirs counts until this one is saved."""
    return any(
        entry.version > one.given_at and question(answer) == question(one.answer)
        for entry, answer in seen.answers_of(one.answer.patient_id)
    )


def without(kept: Iterable[Kept], answer: Answer) -> tuple[Kept, ...]:
    """What is left once this answer, or another to the same question, stands no longer."""
    return tuple(one for one in kept if question(one.answer) != question(answer))


def not_in(kept: Iterable[Kept], seen: Seen) -> tuple[Kept, ...]:
    """Those that the log does not have: one of which it was not known whether it was saved may be in it."""
    return tuple(one for one in kept if one.form not in seen.ids)


def save_each(kept: Sequence[Kept], save: Callable[[Kept], bool]) -> int:
    """Try every one under its own id and version; gives how many the log took.

    What was saved just now of a person is known to whoever saved it, so it stands in no later one's way.
    """
    saved: dict[str, list[int]] = {}
    for one in kept:
        mine = saved.setdefault(one.answer.patient_id, [])
        seen = one.seen
        while seen in mine:
            seen += 1
        if save(replace(one, seen=seen)):
            mine.append(seen)
    return sum(map(len, saved.values()))
