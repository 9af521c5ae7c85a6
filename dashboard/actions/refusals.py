"""The three ways in which an action is not saved. None of their texts quotes a person's record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.actions.records import Recorded

NOT_KNOWN = "it is not known whether this was saved; press again: the same form is never saved twice"


class ActionRefused(ValueError):
    """The action is not allowed; one line says why. Nothing was saved."""


class StoreUnusable(Exception):
    """The store cannot be used now. ``unsure`` where an answer was lost after the last word to it:
    then, and only then, the action may have been saved."""

    def __init__(self, what: str, where: str, mend: str, *, unsure: bool = False) -> None:
        self.what, self.where, self.mend, self.unsure = what, where, mend, unsure
        super().__init__(f"{where}: {what}; {NOT_KNOWN if unsure else mend}")


class Conflict(Exception):
    """Somebody has recorded something since the page was drawn: ``latest``, None where a restored store has nothing.

    Nothing was saved and nothing was overwritten.
    """

    def __init__(self, latest: Recorded | None) -> None:
        self.latest = latest
        if latest is None:
            super().__init__("the log was put back to an earlier state; look again before you save")
        else:
            when = f"{latest.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
            super().__init__(
                f"{latest.by.name} added an action ({latest.action.kind}) at {when}; look again before you save"
            )
