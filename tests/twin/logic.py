"""Criteria: a verdict (True met, False not met, None unknown), the day since when, what to ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Part:
    """One criterion of one patient. ``since`` only when met; ``asks`` only when unknown."""

    name: str
    verdict: bool | None
    since: int | None = None
    asks: tuple[str, ...] = ()


def _asks(parts: tuple[Part, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for part in parts:
        if part.verdict is None:
            found.extend(ask for ask in part.asks if ask not in found)
    return tuple(found)


def kleene_not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def kleene_all(verdicts: list[bool | None]) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def kleene_any(verdicts: list[bool | None]) -> bool | None:
    if True in verdicts:
        return True
    return None if None in verdicts else False


def kleene_any_recorded(verdicts: list[bool | None]) -> bool | None:
    if True in verdicts:
        return True
    return False if False in verdicts else None


def kleene_at_least(k: int, verdicts: list[bool | None]) -> bool | None:
    met = verdicts.count(True)
    if met >= k:
        return True
    return False if met + verdicts.count(None) < k else None


def _latest(parts: tuple[Part, ...]) -> int | None:
    days = [part.since for part in parts if part.since is not None]
    return max(days) if days else None


def _earliest(parts: tuple[Part, ...]) -> int | None:
    days = [part.since for part in parts if part.verdict and part.since is not None]
    return min(days) if days else None


def all_of(name: str, *parts: Part) -> Part:
    verdict = kleene_all([part.verdict for part in parts])
    if verdict:
        return Part(name, True, _latest(parts))
    return Part(name, verdict, None, _asks(parts) if verdict is None else ())


def any_of(name: str, *parts: Part) -> Part:
    verdict = kleene_any([part.verdict for part in parts])
    if verdict:
        return Part(name, True, _earliest(parts))
    return Part(name, verdict, None, _asks(parts) if verdict is None else ())


def any_recorded(name: str, *parts: Part) -> Part:
    verdict = kleene_any_recorded([part.verdict for part in parts])
    if verdict:
        return Part(name, True, _earliest(parts))
    return Part(name, verdict, None, _asks(parts) if verdict is None else ())


def at_least(k: int, name: str, *parts: Part) -> Part:
    verdict = kleene_at_least(k, [part.verdict for part in parts])
    if verdict:
        days = sorted(part.since for part in parts if part.verdict and part.since is not None)
        return Part(name, True, days[k - 1])
    return Part(name, verdict, None, _asks(parts) if verdict is None else ())


def negated(part: Part) -> Part:
    """Negated parts carry no date."""
    return Part(part.name, kleene_not(part.verdict), None, part.asks)


def same(name: str, part: Part) -> Part:
    return Part(name, part.verdict, part.since, part.asks)
