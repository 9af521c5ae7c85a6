"""What may be said of an exception: its type and our own line, never its text, which may quote a patient's record."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

from dashboard import settings

OURS = tuple(str(settings.ROOT / folder) for folder in ("dashboard", "pathways", "sample_data"))


def place(error: BaseException) -> str:
    """The type and the innermost line of ours, or of anybody's where none of ours took part."""
    found, trace = "unknown place", error.__traceback__
    ours = False
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(OURS):
            found, ours = f"{Path(file).relative_to(settings.ROOT).as_posix()} line {trace.tb_lineno}", True
        elif not ours:
            found = f"{Path(file).name} line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} in {found}"


def keep_values_out_of_the_log() -> None:
    """From now on every logger of this process, ours or a library's, writes a place instead of an exception.

    Works on the record itself, so no handler added later can bring the text back.
    """
    plain = logging.getLogRecordFactory()
    if getattr(plain, "without_values", False):
        return

    def record(*given: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - whatever logging hands over
        return _without_values(plain(*given, **named))

    record.without_values = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
    logging.raiseExceptions = False  # a line that cannot be written would be printed with all it was to hold
    threading.excepthook = _thread_ended


def _without_values(record: logging.LogRecord) -> logging.LogRecord:
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        # The words as the library wrote them, without what it meant to fill in; its first line, because
        # the event loop appends the failed task, and with it the text of the exception.
        headline = str(record.msg).partition("\n")[0]
        record.msg, record.args = f"{headline} ({place(error)})", ()
        record.exc_info = record.exc_text = None
    elif isinstance(record.args, tuple):
        record.args = tuple(_said(each) for each in record.args)
    elif isinstance(record.args, dict):
        record.args = {name: _said(each) for name, each in record.args.items()}
    record.msg = _said(record.msg)
    return record


def _said(part: Any) -> Any:  # noqa: ANN401 - any part of a record
    return place(part) if isinstance(part, BaseException) else part


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    error = given.exc_value or given.exc_type()
    logging.getLogger(__name__).error("a thread ended: %s", error)
