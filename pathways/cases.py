"""Worked cases: people a clinician can read, each with the answer the pathway must give.

``cases/*.yaml`` holds them by topic; ``sentences.yaml`` is the register of the rules they prove.
Every scalar is read as the text that stands in the file: a value such as ``26.0`` or ``<5`` reaches
the intake exactly as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pathways.case_files import CaseFileError, Lines, Tree, read_text_tree, worded

BACK_PAIN = Path(__file__).parent / "back_pain"

__all__ = ["BACK_PAIN", "Case", "CaseFileError", "Expect", "Group", "Register", "load_cases", "load_register"]

Model = TypeVar("Model", bound=BaseModel)
State = Literal["due", "to_review", "in_progress", "done", "not_indicated"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Strict):
    """The columns of ``patients`` that decide something, as text."""

    birth_date: str | None = None
    sex: str | None = None
    deceased_on: str | None = None


class Event(_Strict):
    """One row of ``events`` in the contract's columns, as text; a blank status takes its default."""

    concept: str
    date: str | None = None
    end_date: str | None = None
    status: str | None = None
    value: str | None = None
    unit: str | None = None
    reference_low: str | None = None
    reference_high: str | None = None
    result: str | None = None
    reviewed_on: str | None = None
    recorded_at: str | None = None


class Findings(_Strict):
    """Shorthand for rows that nearly every case needs; what they stand for is in the register."""

    pain_since: str | None = None
    cleared_on: str | None = None
    not_asked: tuple[str, ...] = ()


class Group(_Strict):
    """A group of orders in an answer."""

    state: State | None = None
    due: tuple[str, ...] | None = None


class Expect(_Strict):
    """Any part of an answer; only the keys that are written are compared (``expected``)."""

    disposition: str
    indication: str | None = None
    reasons: tuple[str, ...] = ()
    could_be: str | None = None
    questions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    since: date | None = None
    due_by: date | None = None
    overdue: bool = False
    bloods: Group | None = None
    imaging: Group | None = None
    referral: Group | None = None
    trial_days: int | None = None
    trial_start: date | None = None
    baseline_pain: Decimal | None = None
    current_pain: Decimal | None = None
    improvement_percent: Decimal | None = None
    notes: tuple[str, ...] = ()

    def expected(self) -> dict[str, Any]:
        """The written keys and their values; a group is a dict of its written keys, a tuple is a list."""
        found: dict[str, Any] = {}
        for key in self.model_fields_set:
            value = getattr(self, key)
            if isinstance(value, Group):
                value = {part: _plain(getattr(value, part)) for part in value.model_fields_set}
            found[key] = _plain(value)
        return found


class Case(_Strict):
    """One person on one day, and what must be said of them under each named profile."""

    name: str
    tests: tuple[str, ...] = Field(min_length=1)
    profile: str | tuple[str, ...] | None = None
    as_of: date | None = None
    patient: Person | None = None
    findings: Findings = Findings()
    events: tuple[Event, ...] = ()
    expect: Expect
    source: str = ""  # file and line, filled in when read

    @property
    def profiles(self) -> tuple[str, ...]:
        """The named profiles; ``all`` stays for the caller to resolve."""
        return (self.profile,) if isinstance(self.profile, str) else tuple(self.profile or ())


class _CaseFile(_Strict):
    about: str
    as_of: date
    profile: str | tuple[str, ...]
    patient: Person
    cases: tuple[Case, ...]


class _Shorthand(_Strict):
    pain_since: str
    cleared_on: tuple[str, ...]


class Register(_Strict):
    """The rules by id, and what the shorthand of a case stands for."""

    shorthand: _Shorthand
    sentences: dict[str, str]

    def rows(self, case: Case) -> list[dict[str, str]]:
        """The case's events as contract rows of text, shorthand written out, without a patient id."""
        rows: list[dict[str, str]] = []
        told = case.findings
        if told.pain_since is not None:
            pain = {"concept": self.shorthand.pain_since, "status": "present", "date": told.pain_since}
            rows.append(pain)
        if told.cleared_on is not None:
            asked = [name for name in self.shorthand.cleared_on if name not in told.not_asked]
            rows += [{"concept": name, "status": "absent", "date": told.cleared_on} for name in asked]
        return rows + [event.model_dump(exclude_none=True) for event in case.events]


_MODELS: dict[str, type[BaseModel]] = {
    "": _CaseFile,
    "cases": Case,
    "patient": Person,
    "findings": Findings,
    "events": Event,
    "expect": Expect,
    **dict.fromkeys(("bloods", "imaging", "referral"), Group),
}


def load_register(folder: Path = BACK_PAIN) -> Register:
    """The register of a pathway folder. Raises ``CaseFileError`` naming file and line."""
    path = folder / "sentences.yaml"
    tree, lines = read_text_tree(path)
    return _validated(Register, tree, lines, {"": Register, "shorthand": _Shorthand})


def load_cases(folder: Path = BACK_PAIN) -> list[Case]:
    """Every case of a pathway folder, by file name and place in it, the file's defaults filled in.

    Raises ``CaseFileError`` naming file, line and the nearest valid key.
    """
    register = load_register(folder)
    found: list[Case] = []
    for path in sorted((folder / "cases").glob("*.yaml")):
        tree, lines = read_text_tree(path)
        held = _validated(_CaseFile, tree, lines, _MODELS)
        for number, case in enumerate(held.cases):
            place = lines.at(("cases", number))
            _check_shorthand(case, register, place)
            defaults = {
                "profile": case.profile or held.profile,
                "as_of": case.as_of or held.as_of,
                "patient": case.patient or held.patient,
                "source": place,
            }
            found.append(case.model_copy(update=defaults))
    return found


def _check_shorthand(case: Case, register: Register, place: str) -> None:
    for name in case.findings.not_asked:
        if name not in register.shorthand.cleared_on:
            problem = f"not_asked: {name} is not cleared by cleared_on"
            raise CaseFileError(worded(place, problem, name, register.shorthand.cleared_on))
    for sentence in case.tests:
        if sentence not in register.sentences:
            raise CaseFileError(worded(place, f"no sentence {sentence}", sentence, register.sentences))


def _validated(model: type[Model], tree: Tree, lines: Lines, models: Mapping[str, type[BaseModel]]) -> Model:
    try:
        return model.model_validate(tree)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False)
        first = next((error for error in errors if error["type"] == "extra_forbidden"), errors[0])
        *parents, last = first["loc"]
        place = lines.at(first["loc"])
        if first["type"] != "extra_forbidden":
            raise CaseFileError(f"{place}: {last}: {first['msg']}") from None
        parent = next((str(part) for part in reversed(parents) if isinstance(part, str)), "")
        valid = models[parent].model_fields
        raise CaseFileError(worded(place, f"unknown key {last}", str(last), valid)) from None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
