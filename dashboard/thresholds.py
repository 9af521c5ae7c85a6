"""Every number of a pathway: what it is for, its value under each profile, and what stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dashboard import flow, wording
from dashboard.wording.pathway import page, short_profile
from pathways import Pathway
from pathways.definition import LOCAL, Parameter, Source
from pathways.loading import ProfiledPathway


@dataclass(frozen=True)
class Origin:
    """``kind`` is verified, unverified or local."""

    kind: str
    cited: str

    @property
    def shown(self) -> str:
        sign = page().origins[self.kind].shown
        return f"{sign}: {self.cited}" if self.cited else sign


@dataclass(frozen=True)
class Threshold:
    """One number; ``values`` and ``origins`` by profile."""

    name: str
    title: str
    purpose: str
    values: dict[str, str]
    origins: dict[str, Origin]

    @property
    def differs(self) -> bool:
        return len(set(self.values.values())) > 1

    def elsewhere(self, profile: str) -> str:
        """The other profiles' values: ``same``, or ``≠ 42 days (US ACR, UK NICE)``."""
        others: dict[str, list[str]] = {}
        for other, value in self.values.items():
            if value != self.values[profile]:
                others.setdefault(value, []).append(short_profile(other))
        told = [f"{page().differs.glyph} {value} ({', '.join(names)})" for value, names in others.items()]
        return "; ".join(told) or page().same


@dataclass(frozen=True)
class ThresholdGroup:
    title: str
    rows: tuple[Threshold, ...]


@dataclass(frozen=True)
class Cited:
    """A publication, with the numbers that rest on it."""

    title: str
    origin: str
    says: str
    strength: str
    setting: str
    link: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class SideBySide:
    """One rule or number under each profile."""

    title: str
    texts: dict[str, str]

    @property
    def differs(self) -> bool:
        return len(set(self.texts.values())) > 1

    @property
    def everywhere(self) -> str:
        """What holds under every profile, where nothing differs."""
        return next(iter(self.texts.values()))


def groups(pathway: Pathway) -> list[ThresholdGroup]:
    """Every number of the pathway in the order of the rules; what nobody has put in a group comes last."""
    words = page().groups
    listed = [
        ThresholdGroup(
            group.title,
            tuple(
                _threshold(pathway, name, text.name, text.purpose)
                for name, text in group.numbers.items()
                if name in pathway.numbers.parameters
            ),
        )
        for group in words
    ]
    named = {name for group in words for name in group.numbers}
    rest = [(name, one.label) for name, one in pathway.numbers.parameters.items() if name not in named]
    if rest:
        listed.append(ThresholdGroup("Others", tuple(_threshold(pathway, name, title, "") for name, title in rest)))
    return listed


def threshold(pathway: Pathway, name: str) -> Threshold:
    return next(row for group in groups(pathway) for row in group.rows if row.name == name)


def _threshold(pathway: Pathway, name: str, title: str, purpose: str) -> Threshold:
    parameter = pathway.numbers.parameters[name]
    profiles = pathway.numbers.profiles
    return Threshold(
        name,
        title,
        purpose,
        {profile: flow.amount(parameter.value_in(profile), parameter.unit) for profile in profiles},
        {profile: _origin(pathway, parameter, profile) for profile in profiles},
    )


def _origin(pathway: Pathway, parameter: Parameter, profile: str) -> Origin:
    name = parameter.source_in(profile)
    if name == LOCAL:
        return Origin("local", "")
    source = pathway.sources[name]
    kind = "verified" if source.verified else "unverified"
    return Origin(kind, f"{_named(source)}. {wording.upper_first(source.strength)}; {source.setting}.")


def _named(source: Source) -> str:
    return f"{source.title} ({source.year})" if source.year else source.title


def tally(pathway: Pathway, profile: str) -> dict[str, int]:
    """How many numbers of a profile have which kind of origin."""
    found = Counter(row.origins[profile].kind for group in groups(pathway) for row in group.rows)
    return {kind: found[kind] for kind in page().origins}


def sources(pathway: Pathway, profile: str) -> list[Cited]:
    """Every publication of the pathway, those behind numbers of the profile first."""
    used: dict[str, list[str]] = {}
    for group in groups(pathway):
        for row in group.rows:
            used.setdefault(pathway.numbers.parameters[row.name].source_in(profile), []).append(row.title)
    cited = [
        Cited(
            _named(one),
            page().origins["verified" if one.verified else "unverified"].shown,
            one.says,
            one.strength,
            one.setting,
            one.link,
            tuple(used.get(name, ())),
        )
        for name, one in pathway.sources.items()
    ]
    return sorted(cited, key=lambda one: not one.numbers)


def side_by_side(profiles: Sequence[ProfiledPathway]) -> list[SideBySide]:
    """The rules and then the numbers, each under every profile."""
    rows = [
        SideBySide("Core bloods", {one.profile: flow.sequence(flow.core(one)) for one in profiles}),
        SideBySide(
            "Suggested with them, never waited for",
            {one.profile: flow.sequence(flow.suggested(one)) for one in profiles},
        ),
    ]
    for name in profiles[0].rules.indications:
        title = wording.indication(name)
        rows.append(SideBySide(f"{title}: when", _each(profiles, name, _when)))
        rows.append(SideBySide(f"{title}: what to order", _each(profiles, name, _orders)))
    pathway = profiles[0].pathway
    rows += [SideBySide(row.title, row.values) for group in groups(pathway) for row in group.rows]
    return rows


def _each(
    profiles: Iterable[ProfiledPathway], indication: str, text: Callable[[ProfiledPathway, str], str]
) -> dict[str, str]:
    return {
        one.profile: text(one, indication) if indication in one.indications else page().not_in_profile
        for one in profiles
    }


def _when(profiled: ProfiledPathway, indication: str) -> str:
    condition = profiled.rules.indications[indication].condition_in(profiled.profile)
    return wording.upper_first(flow.in_words(profiled, condition))


def _orders(profiled: ProfiledPathway, indication: str) -> str:
    return "; ".join(flow.order_in_words(profiled, order) for order in flow.orders_of(profiled, indication))
