"""What the dashboard is to open, checked before it starts and told to it in its environment."""

from __future__ import annotations

from pathlib import Path

from dashboard import settings
from dashboard.command_line import Unusable, reading


def environment(panel: Path | None, answers: Path | None) -> dict[str, str]:
    """That of the dashboard. Raises ``Unusable`` for a panel or answers that it could not open."""
    whose = panel or settings.opening_panel()
    if answers is not None and whose is None:
        raise Unusable("--answers: say with --panel of which prepared panel they are")
    from dashboard import earlier_answers
    from pathways import load_pathway

    if panel is not None:
        if not panel.exists():
            raise Unusable(f"--panel {panel}: there is no such file or folder")
        _check(panel)
    if answers is not None and whose is not None:
        if not answers.exists():
            raise Unusable(f"--answers {answers}: there is no such file or folder")
        with reading.said_plainly():
            earlier_answers.opened(answers, whose, load_pathway())
    return settings.environment_with(BACKSTOP_PANEL=panel, BACKSTOP_ANSWERS=answers)


def _check(panel: Path) -> None:
    """Whether one that says that it is prepared is whole; any other list is told of on the page."""
    from dashboard.intake import prepared

    with reading.said_plainly():
        day = prepared.day_of(panel)
        if day is not None:
            prepared.opened(panel, day)
