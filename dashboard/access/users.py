"""Users and their rights. Every service that shows or changes something of a patient asks here, whatever a page did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator
from ruamel.yaml import YAML

Right = Literal["people", "record", "export", "queues", "load", "activity", "administer"]
RIGHTS: tuple[Right, ...] = get_args(Right)
EVERY_ROLE = "every role"
"""The role of whoever sits at the machine itself in local mode."""


class NotAllowed(PermissionError):
    """The user has no right to this; the text names the right and never a patient."""


class Roles(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rights: Mapping[Right, str]
    roles: Mapping[str, tuple[Right, ...]]
    small_cell: PositiveInt

    @model_validator(mode="after")
    def _every_right_is_said(self) -> Roles:
        if set(self.rights) != set(RIGHTS):
            raise ValueError("every right needs its words")
        return self


@cache
def roles() -> Roles:
    """``roles.yaml``."""
    return Roles.model_validate(YAML(typ="safe", pure=True).load(Path(__file__).with_name("roles.yaml")))


@dataclass(frozen=True)
class User:
    """Somebody at the program.

    ``sites`` are those whose patients count for this user, None for all. ``declared``: nobody proved who this is
    (local mode). ``signed_in_at`` is when the provider said who it is, ``until`` when that ends.
    """

    user_id: str
    name: str
    roles: tuple[str, ...]
    sites: tuple[str, ...] | None = None
    declared: bool = False
    signed_in_at: datetime | None = None
    until: datetime | None = None

    @property
    def rights(self) -> frozenset[Right]:
        if self.declared and EVERY_ROLE in self.roles:
            return frozenset(RIGHTS)
        return frozenset(right for role in self.roles for right in roles().roles.get(role, ()))

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raises ``NotAllowed`` where the user has not this right."""
        if not self.may(right):
            raise NotAllowed(f"this needs the right to do this: {roles().rights[right]}")


def local(name: str) -> User:
    """Whoever sits at this machine, by the name that was said; empty before one was said."""
    return User(f"declared:{name}", name, (EVERY_ROLE,), declared=True)
