"""A source read once and kept typed."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.command_line import Unusable, reading
from dashboard.command_line.steps import Steps

if TYPE_CHECKING:
    from dashboard.intake.report import LoadReport

READ, WRITE = "read and type", "write"


def prepare_to(how: reading.Reading, folder: Path, held_back: Path | None) -> LoadReport:
    """Tell the load identity on standard error. Raises ``Unusable``."""
    from dashboard.intake.prepared import Keeping, is_prepared

    if is_prepared(how.source):
        raise Unusable(f"{how.source}: is prepared already")
    try:
        with Steps(READ, WRITE) as steps, ExitStack() as opened:
            with steps.step(READ, whole=False):
                source = opened.enter_context(how.panels(steps, evidence=True))
                steps.rounds(len(source))
            with Keeping(folder, how.as_of) as keeping:
                for panel in steps.each(READ, source):
                    with steps.step(WRITE):
                        keeping.add(panel)
                report = source.report()
                if held_back is not None:
                    reading.save_held_back(report, held_back)
                keeping.finish(report)
    except OSError as error:
        raise Unusable(f"--output {folder}: {error.strerror}") from None
    reading.tell(report, held_back)
    return report
