"""How this clinic's provider says who somebody is: ``access.yaml`` in ``BACKSTOP_HOME``, which holds no secret.

Without the file the provider is taken to say ``roles`` and ``sites`` in the words of ``roles.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from dashboard.access.users import roles

FILE = "access.yaml"
ALL_SITES = "*"
IDLE_MINUTES = (5.0, 30.0)
"""The shortest and the longest time without a press after which a sign-in ends."""
MOST_HOURS = 24.0


class UnusableAccess(ValueError):
    """``access.yaml`` cannot be used; one line says why."""


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimNames(_Rules):
    """Where in a token each thing stands: the name of a claim, or names joined by dots for one inside another."""

    roles: str = "roles"
    sites: str = "sites"
    name: str = "name"


class AccessRules(_Rules):
    """``roles`` and ``sites`` say what each word of the provider means here. A word that ``roles`` does not name
    gives no right; where ``sites`` is empty, the provider's words are the names of the sites."""

    claims: ClaimNames = ClaimNames()
    roles: Mapping[str, str] = Field(default_factory=lambda: {name: name for name in roles().roles})
    sites: Mapping[str, str] = Field(default_factory=dict)
    idle_minutes: float = 15
    hours: float = Field(default=12, gt=0, le=MOST_HOURS)
    ends_with_token: bool = True
    ask: str = "whoever runs Backstop here"

    @model_validator(mode="after")
    def _is_known(self) -> AccessRules:
        shortest, longest = IDLE_MINUTES
        if not shortest <= self.idle_minutes <= longest:
            raise ValueError(f"idle_minutes is from {shortest:g} to {longest:g}")
        unknown = sorted(set(self.roles.values()) - set(roles().roles))
        if unknown:
            raise ValueError(f"roles: {', '.join(unknown)} is no role; the roles are {', '.join(roles().roles)}")
        return self

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.hours)


def read(path: Path) -> AccessRules:
    """Raises ``UnusableAccess``; a file that is not there says nothing, and the usual holds."""
    try:
        return _rules(path, _text(path))
    except (FileNotFoundError, NotADirectoryError):
        return AccessRules()


def read_again(path: Path) -> AccessRules:
    """While rules are in force. Raises ``UnusableAccess``, also where the file is gone or says nothing: an editor may
    be about to write it, and the usual would let in whoever the clinic's rules keep out."""
    try:
        text = _text(path)
    except (FileNotFoundError, NotADirectoryError):
        raise UnusableAccess(f"{path}: is gone") from None
    if not text.strip():
        raise UnusableAccess(f"{path}: is empty")
    return _rules(path, text)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise
    except (OSError, UnicodeError) as error:
        raise UnusableAccess(f"{path}: cannot be read ({type(error).__name__})") from None


def _rules(path: Path, text: str) -> AccessRules:
    try:
        return AccessRules.model_validate(YAML(typ="safe", pure=True).load(text) or {})
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = "" if line is None else f", line {line + 1}"
        raise UnusableAccess(f"{path}{where}: this is not YAML") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise UnusableAccess(f"{path}: {place + ': ' if place else ''}{said}") from None
