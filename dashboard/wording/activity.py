"""The words of what was done with the program: ``activity.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class ActivityPage(Words):
    off_too: str
    no_file: str
    no_backup: str


@cache
def activity() -> ActivityPage:
    return read("activity.yaml", ActivityPage)
