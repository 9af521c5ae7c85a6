"""From what a provider says of somebody to a user of this program. Nothing here asks a clock or a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from dashboard.access.rules import ALL_SITES, AccessRules
from dashboard.access.users import User

LONGEST_NAME, LONGEST_ID = 80, 200
Claims = Mapping[str, Any]


def user_of(claims: Claims, rules: AccessRules) -> User | None:
    """The user; None where the token does not say who it is about, when it was issued, or when it ends.

    Whoever may see people sees those of the sites that are named and of no other. Whoever may not has counts
    alone, and has them of every site where the provider names none.
    """
    subject, issued = claims.get("sub"), _moment(claims.get("iat"))
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_ID or issued is None:
        return None
    try:
        until = issued + rules.longest
    except OverflowError:
        return None
    if rules.ends_with_token and "exp" in claims:
        ends = _moment(claims["exp"])
        if ends is None:
            return None
        until = min(until, ends)
    held = tuple(dict.fromkeys(rules.roles[word] for word in _words(claims, rules.claims.roles) if word in rules.roles))
    user = User(subject, _name(claims, rules, subject), held, (), signed_in_at=issued, until=until)
    return User(**{**vars(user), "sites": _sites(claims, rules, counts_alone=not user.may("people"))})


def _sites(claims: Claims, rules: AccessRules, *, counts_alone: bool) -> tuple[str, ...] | None:
    words = _words(claims, rules.claims.sites)
    if rules.sites:
        words = [rules.sites[word] for word in words if word in rules.sites]
    if ALL_SITES in words or (counts_alone and _found(claims, rules.claims.sites) is None):
        return None
    return tuple(sorted(set(words)))


def _name(claims: Claims, rules: AccessRules, subject: str) -> str:
    for claim in (rules.claims.name, "preferred_username", "email"):
        found = _found(claims, claim)
        if isinstance(found, str) and found.strip():
            return " ".join(found.split())[:LONGEST_NAME]
    return subject[:LONGEST_NAME]


def _words(claims: Claims, claim: str) -> list[str]:
    found = _found(claims, claim)
    given: Iterable[Any] = (found,) if isinstance(found, str) else found if isinstance(found, list) else ()
    return [word.strip() for word in given if isinstance(word, str) and word.strip()]


def _found(claims: Any, claim: str) -> Any:  # noqa: ANN401
    """What stands under the claim. A name that is there as it is written goes before one that is its first part, so
    that a name may have dots of its own."""
    if not isinstance(claims, Mapping):
        return None
    if claim in claims:
        return claims[claim]
    parts = claim.split(".")
    heads = (".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
    return next((_found(claims[head], claim[len(head) + 1 :]) for head in heads if head in claims), None)


def _moment(seconds: Any) -> datetime | None:  # noqa: ANN401
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
