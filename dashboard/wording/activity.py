"""The words of what was done with the program: ``activity.yaml`` as a model."""

from __future__ import annotations

from functools import cache

from dashboard.wording.reading import Words, read


class ActivityPage(Words):
    """``about`` words each thing that an entry can hold; what has no words there is not shown."""

    off_too: str
    off_trail: str
    no_file: str
    no_backup: str
    parts: dict[str, str]

    who_says: str
    no_entries: str
    no_entry_fits: str
    unreadable: str
    filter_user: str
    filter_kind: str
    filter_outcome: str
    filter_from: str
    filter_to: str
    filter_person: str
    filter_person_help: str
    every: str
    anything: str
    any_outcome: str
    shown: str
    of_all: str
    download: str
    download_says: str
    nobody_named: str
    identities: dict[str, str]
    lists: dict[str, str]
    outcomes: dict[str, str]
    columns: dict[str, str]
    kinds: dict[str, str]
    about: dict[str, str]

    team_says: str
    team_nothing: str
    overrides_title: str
    overrides_says: str
    overrides_nothing: str
    not_flagged: str
    team_columns: dict[str, str]
    override_columns: dict[str, str]

    answered_title: str
    answered_says: str
    answered_nothing: str
    answered_columns: dict[str, str]

    check_title: str
    check_says: str
    check: str
    checking: str
    check_not_allowed: str
    checked: str
    whole: str
    not_whole: str
    more_findings: str
    not_checked: str
    last_check: str
    last_whole: str
    last_not_whole: str
    never_checked: str
    last_backup: str
    last_backup_failed: str
    never_backed_up: str
    feedback_title: str
    feedback_says: str
    feedback_nothing: str
    feedback_format: str
    feedback_download: str
    not_for_you: str
    feedback_columns: dict[str, str]
    not_kept: str
    yes: str
    small_hidden: str
    hidden: str


@cache
def activity() -> ActivityPage:
    return read("activity.yaml", ActivityPage)
