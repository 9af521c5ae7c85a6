"""What a pathway folder may say: the models its files are read by. Unknown keys are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pathways.conditions import AllOf, AnyOf, Condition

LOCAL = "local choice"


class Entry(BaseModel):
    """The base of everything that stands in a pathway file."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# ---------------------------------------------------------------- profiles.yaml


class ProfileTitle(Entry):
    title: str
    note: str = ""


class Parameter(Entry):
    """One number: its value (or one per profile), unit, and the source that says so."""

    label: str
    unit: str
    value: Decimal | str | None = None
    values: dict[str, Decimal | str] = Field(default_factory=dict)
    source: str | None = None
    sources: dict[str, str] = Field(default_factory=dict)
    since: date

    @field_validator("value", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        return Decimal(str(value)) if isinstance(value, int | float) else value

    @field_validator("values", mode="before")
    @classmethod
    def _each_as_written(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        return {key: cls._as_written(value) for key, value in values.items()}

    def value_in(self, profile: str) -> Decimal | str:
        """The value under a profile."""
        value = self.values.get(profile, self.value)
        assert value is not None
        return value

    def source_in(self, profile: str) -> str:
        """The source id under a profile, or ``local choice``."""
        return self.sources.get(profile) or self.source or LOCAL


class Profiles(Entry):
    profiles: dict[str, ProfileTitle]
    default: str
    parameters: dict[str, Parameter]


# ---------------------------------------------------------------- sources.yaml


class Source(Entry):
    """A publication. ``verified`` False: its figures are not shown as sourced numbers."""

    title: str
    year: int | None = None
    link: str
    says: str
    strength: str
    setting: str
    verified: bool


# ---------------------------------------------------------------- wording.yaml


class Wording(Entry):
    """Words for criteria; what would change a verdict, by kind of fact."""

    labels: dict[str, str]
    would_change: dict[str, dict[Literal["met", "not met", "unknown"], str]]


# ---------------------------------------------------------------- pathway.yaml


class EligibilityReasons(Entry):
    no_episode: str
    child: str
    deceased: str
    elsewhere: str


class Eligibility(Entry):
    adult_from: str
    elsewhere: str
    ended_recently: str
    unread_within: str
    reasons: EligibilityReasons


class Lasting(Entry):
    before_onset: str
    without_onset: str


class Reading(Entry):
    """A measurement that stands for the finding being present on its day."""

    concept: str
    at_least: str
    valid_for: str


class FindingGroup(Entry):
    """Findings that share how long a row is valid (``always`` or a parameter in days)."""

    valid_for: str
    concepts: tuple[str, ...]
    stays_present: bool = False
    lasting: Lasting | None = None
    reading: Reading | None = None
    unrecorded: Literal["unknown", "absent"] = "unknown"


class Attended(Entry):
    concept: str
    at_least: str


class Therapy(Entry):
    criterion: str
    physical: tuple[str, ...]
    medication: tuple[str, ...]
    attended: Attended
    before_onset: str
    without_onset: str
    gap: str
    length: str
    requires: str


class Response(Entry):
    criterion: str
    score: str
    relief: str
    baseline_before: str
    baseline_after: str
    current_after: str
    current_within: str
    improvement: str
    points: str
    early: str


class WeightChange(Entry):
    criterion: str
    concept: str
    newest_within: str
    loss: str
    loss_within: str
    share: str
    share_within: str
    stable_newest_within: str
    stable_from: str


class ResultCriterion(Entry):
    """What makes the newest result of a test meet: exactly one kind of limit, or a result word."""

    test: str
    at_least: str | None = None
    above: str | None = None
    below: str | None = None
    above_reference: str | None = None
    below_by_sex: dict[Literal["male", "female"], str] | None = None
    result: str | None = None
    against: str = "normal"


class Unadjusted(Entry):
    test: str
    instead_of: str
    above: str


class Results(Entry):
    valid_for: dict[str, str]
    kept_for: str
    kept: tuple[str, ...]
    criteria: dict[str, ResultCriterion]
    unadjusted: Unadjusted


class Age(Entry):
    at_least: str | None = None
    above: str | None = None
    at_onset_below: str | None = None


class Duration(Entry):
    at_least: str | None = None
    above: str | None = None


class Indication(Entry):
    """A reason to act. ``any`` or ``all`` holds the parts that are named as its reasons."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    in_profile: dict[str, AnyOf] = Field(default_factory=dict)
    only_in: tuple[str, ...] = ()
    disposition: str
    target: str
    target_for_sole_reason: dict[str, str] = Field(default_factory=dict)
    handed_over_by: str | None = None
    hospital_for: str | None = None
    starts_again: Literal["after_handover", "after_orders"] | None = None
    orders_from: str | None = None
    since_from: Literal["onset", "limit"] = "limit"
    escalate_joins: bool = False
    orders_from_results: bool = False
    ends_when_done: bool = False
    review_target: str | None = None
    await_target: str | None = None

    def parts_in(self, profile: str) -> tuple[str, ...]:
        """The names of the parts directly under it."""
        if profile in self.in_profile:
            return tuple(str(part) for part in self.in_profile[profile].any)
        return self.any or self.all

    def condition_in(self, profile: str) -> Condition:
        parts = self.parts_in(profile)
        return AllOf(all=parts) if self.all and profile not in self.in_profile else AnyOf(any=parts)


class Order(Entry):
    order: str
    when: Condition | None = None
    unless: Condition | None = None


class Replaced(Entry):
    order: str
    by: str
    when: str


class Spared(Entry):
    order: str
    by: tuple[str, ...]


class Gating(Entry):
    facts: tuple[str, ...]
    expired: tuple[str, ...]
    expired_within: str
    while_could_be: tuple[str, ...]


class PathwayFile(Entry):
    """``pathway.yaml``. Where a field wants a number, it names a parameter of ``profiles.yaml``."""

    id: str
    title: str
    episode: str
    eligibility: Eligibility
    findings: tuple[FindingGroup, ...]
    therapy: Therapy
    response: Response
    weight_change: WeightChange
    results: Results
    ages: dict[str, Age]
    durations: dict[str, Duration]
    criteria: dict[str, Condition]
    indications: dict[str, Indication]
    core_bloods: dict[str, tuple[str, ...]]
    suggested_bloods: dict[str, tuple[str, ...]]
    answered_by: dict[str, dict[str, str]] = Field(default_factory=dict)
    replaced: Replaced
    spared: Spared
    orders: dict[str, dict[str, tuple[Order, ...]]]
    order_windows: dict[Literal["bloods", "imaging", "referral"], str]
    lost_after: dict[Literal["bloods", "imaging", "referral"], str]
    gating: Gating
    questions: dict[str, tuple[str, ...]]
    dispositions: tuple[str, ...]
    other_pathways: tuple[str, ...]
    targets: dict[str, str]
    since_not_before: str
