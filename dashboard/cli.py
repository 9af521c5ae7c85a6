"""``backstop``: the batch door to the same engine that the dashboard shows.

Answers go to standard output or ``--output``; everything else goes to standard error. Exit status:
0 done; 1 done, but records were held back or the action log is not whole; 2 unusable input or
arguments, said in one line; 130 interrupted; 141 the reader of a pipe went away.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard import faults, settings
from dashboard.command_line import Unusable

DONE, HELD_BACK, UNUSABLE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
NOT_WHOLE = HELD_BACK
LOOPBACK = "127.0.0.1"

app = typer.Typer(
    name="backstop",
    help="Who on a back-pain panel needs bloodwork or imaging next, why, and what is not known.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class AnswerFormat(StrEnum):
    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


class TraceFormat(StrEnum):
    text = "text"
    json = "json"


class Engine(StrEnum):
    local = "local"
    spark = "spark"


class DateOrder(StrEnum):
    day_first = "day-first"
    month_first = "month-first"


class PanelFormat(StrEnum):
    csv = "csv"
    parquet = "parquet"
    fhir = "fhir"


def _iso_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date; write YYYY-MM-DD") from None


Source = Annotated[Path, typer.Argument(help="The patient list: CSV, Excel, Parquet or FHIR; a file, folder or zip.")]
AsOf = Annotated[
    date | None,
    typer.Option(parser=_iso_date, metavar="DATE", help="The only today the rules know. Default: today."),
]
Profile = Annotated[str | None, typer.Option(help="The guideline variant, such as us-acp. Default: the pathway's own.")]
Mapping = Annotated[Path | None, typer.Option(metavar="FILE", help="YAML: their column: our column.")]
Order = Annotated[DateOrder | None, typer.Option(help="How dates that are not ISO are written.")]
HeldBackFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the held-back records here.")]
Mended = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="Held-back records, mended; may be given again.")
]
Allow = Annotated[bool, typer.Option("--allow-held-back", help="Exit with 0 although records were held back.")]
BucketRows = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Read and evaluate Parquet tables of more rows in parts of about so many."),
]
Timing = Annotated[bool, typer.Option("--timing", help="Say on standard error where the time goes.")]


@app.command(short_help="Answer for every patient of a list.")
def evaluate(
    source: Annotated[
        Path | None,
        typer.Argument(help="The patient list: CSV, Excel, Parquet or FHIR; a file, folder or zip."),
    ] = None,
    profile: Profile = None,
    as_of: AsOf = None,
    format: Annotated[AnswerFormat | None, typer.Option(help="Default: csv; parquet on Spark.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Default: standard output. On Spark: a new folder.")
    ] = None,
    held_back: HeldBackFile = None,
    allow_held_back: Allow = False,
    mapping: Mapping = None,
    date_order: Order = None,
    mended: Mended = None,
    engine: Annotated[Engine, typer.Option(help="Where the statement runs.")] = Engine.local,
    spark_master: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="spark://HOST:7077, sc://HOST:15002 or local[2].")
    ] = None,
    show_sql: Annotated[bool, typer.Option("--show-sql", help="Print the statement instead of running it.")] = False,
    bucket_rows: BucketRows = None,
    timing: Timing = False,
) -> int:
    """Answer for every patient of SOURCE: what should happen next, why, and what is not known."""
    from dashboard.command_line import evaluation
    from dashboard.command_line.reading import Reading, day_of

    asked = evaluation.Asked.of(profile, day_of(source, as_of))
    if show_sql:
        typer.echo(evaluation.statement(asked, "spark" if engine is Engine.spark else "duckdb"))
        return DONE
    if source is None:
        raise Unusable("evaluate: SOURCE is missing. Try 'backstop evaluate --help'.")
    order = date_order and date_order.value
    reading = Reading(source, asked.as_of, mapping, order, tuple(mended or ()), bucket_rows)
    written = (output, held_back, timing)
    if engine is Engine.spark:
        from dashboard.command_line import cluster

        report = cluster.evaluate_to(reading, asked, spark_master, format and format.value, *written)
    elif spark_master is not None:
        raise Unusable("--spark-master: belongs to --engine spark")
    else:
        report = evaluation.evaluate_to(reading, asked, (format or AnswerFormat.csv).value, *written)
    return HELD_BACK if report.held_back and not allow_held_back else DONE


@app.command(short_help="Show one patient's trace.")
def explain(
    source: Source,
    patient_id: Annotated[str, typer.Argument(help="The id exactly as in SOURCE.")],
    profile: Profile = None,
    as_of: AsOf = None,
    format: Annotated[TraceFormat, typer.Option(help="Words, or the whole trace.")] = TraceFormat.text,
    mapping: Mapping = None,
    date_order: Order = None,
    mended: Mended = None,
) -> int:
    """Show one patient's trace: each criterion, its evidence, its threshold and what is not known."""
    from dashboard.command_line import evaluation
    from dashboard.command_line.reading import Reading, day_of

    asked = evaluation.Asked.of(profile, day_of(source, as_of))
    reading = Reading(source, asked.as_of, mapping, date_order and date_order.value, tuple(mended or ()))
    typer.echo(evaluation.trace_of(reading, asked, patient_id, as_json=format is TraceFormat.json))
    return DONE


@app.command(short_help="Read a list and report what was held back.")
def check(
    source: Source,
    as_of: AsOf = None,
    held_back: HeldBackFile = None,
    allow_held_back: Allow = False,
    mapping: Mapping = None,
    date_order: Order = None,
    mended: Mended = None,
    bucket_rows: BucketRows = None,
) -> int:
    """Read SOURCE and report: records read, accepted, held back and why, codes that no list knows."""
    from dashboard.command_line import reading

    order = date_order and date_order.value
    day = reading.day_of(source, as_of) or settings.today()
    how = reading.Reading(source, day, mapping, order, tuple(mended or ()), bucket_rows)
    report = how.report()
    typer.echo(f"read as: {report.form}")
    for line in (*reading.summary(report), *reading.unmapped_codes(report)):
        typer.echo(line)
    if held_back is not None:
        reading.save_held_back(report, held_back)
    return HELD_BACK if report.held_back and not allow_held_back else DONE


@app.command(short_help="Read a list once, for many readers.")
def prepare(
    source: Source,
    output: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the prepared panel.")],
    as_of: AsOf = None,
    held_back: HeldBackFile = None,
    allow_held_back: Allow = False,
    mapping: Mapping = None,
    date_order: Order = None,
    mended: Mended = None,
    bucket_rows: BucketRows = None,
) -> int:
    """Read SOURCE for a day and keep it typed: evaluate, explain, check and the dashboard open DIR at once."""
    from dashboard.command_line import preparing, reading

    order = date_order and date_order.value
    how = reading.Reading(source, as_of or settings.today(), mapping, order, tuple(mended or ()), bucket_rows)
    report = preparing.prepare_to(how, output, held_back)
    return HELD_BACK if report.held_back and not allow_held_back else DONE


@app.command(short_help="Write invented patients.")
def generate(
    output: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write into.")],
    patients: Annotated[int, typer.Option(min=1, help="How many invented people.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 1,
    format: Annotated[PanelFormat, typer.Option(help="The form of the files.")] = PanelFormat.csv,
    as_of: AsOf = None,
) -> int:
    """Write a panel of invented patients with realistic shares of every story."""
    from dashboard.command_line.steps import Steps
    from sample_data.build import AS_OF
    from sample_data.files import generate_files

    with Steps("inventing people") as steps, steps.step("inventing people"):
        try:
            written = generate_files(patients, output, seed, format.value, as_of or AS_OF)
        except OSError as error:
            raise Unusable(f"--output {output}: {error.strerror}") from None
    for path in written:
        typer.echo(path)
    return DONE


@app.command(short_help="Open the dashboard.")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of this machine.")] = 8501,
    address: Annotated[str, typer.Option(help="The address to listen on. Default: this machine alone.")] = LOOPBACK,
    panel: Annotated[
        Path | None, typer.Option(metavar="PANEL", help="The list to open; a large one prepared (backstop prepare).")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(metavar="ANSWERS", help="Its answers, evaluated before: a Parquet file or folder.")
    ] = None,
) -> int:
    """Open the dashboard in the browser (the same as: streamlit run streamlit_app.py)."""
    from dashboard.command_line import serving

    script = settings.app_script()
    if not script.is_file():
        raise Unusable(f"{script}: the dashboard's start script is missing; install the project again")
    sys.stdout.flush()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", address]
    told = serving.environment(panel, answers)
    os.execve(sys.executable, command, told)  # noqa: S606 - this very interpreter; signals reach the server itself


@app.command(short_help="Copy the action log.")
def backup(
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write into. Default: backups in BACKSTOP_HOME.")
    ] = None,
) -> int:
    """Copy the action log into one file, also while the dashboard runs, and prove the copy."""
    from dashboard.command_line import keeping

    return _told(*keeping.back_up(output))


@app.command(short_help="Put a backup of the action log back.")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that backstop backup made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace a log that holds actions; it is kept.")] = False,
) -> int:
    """Put a backup of the action log back, after proving that it is whole."""
    from dashboard.command_line import keeping

    return _told(keeping.restore(file, replace=replace))


@app.command(name="verify-audit", short_help="Prove that the action log is what was saved.")
def verify_audit() -> int:
    """Find any action that was changed, removed or cut off since it was saved."""
    from dashboard.command_line import keeping

    return _told(*keeping.verify())


def _told(lines: list[str], whole: bool = True) -> int:
    for line in lines:
        typer.echo(line)
    return DONE if whole else NOT_WHOLE


@app.command(short_help="Write the JSON schemas of the pathway files.")
def schema(
    output: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write into.")],
) -> int:
    """Write the JSON schemas of the pathway files, for editors that complete and check YAML."""
    from dashboard.command_line import papers

    for path in papers.write_schemas(output):
        typer.echo(path)
    return DONE


@app.command(short_help="Write the empty list and the data dictionary.")
def template(
    output: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write into.")],
) -> int:
    """Write the empty patient list (CSV, Excel with choices) and the data dictionary."""
    from dashboard.command_line import papers

    for path in papers.write_templates(output):
        typer.echo(path)
    return DONE


def run(arguments: list[str]) -> int:
    """Run one command and give its exit status; every error is one line on standard error."""
    try:
        status = app(arguments or ["--help"], standalone_mode=False, prog_name="backstop")
        sys.stdout.flush()
        return _refuse("interrupted; no answer was written", INTERRUPTED) if status == INTERRUPTED else status or DONE
    except (Unusable, settings.UnusableSetting) as error:
        return _refuse(str(error))
    except (BrokenPipeError, SystemExit):
        # The command-line library turns a closed pipe into SystemExit by itself, and nothing else.
        # What is left in the buffer has nowhere to go; without this the interpreter complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, typer.Abort):
        return _refuse("interrupted; no answer was written", INTERRUPTED)
    except Exception as error:
        return _refuse(_usage_error(error) or f"internal error ({faults.place(error)}); no answer was written")


def _refuse(line: str, status: int = UNUSABLE) -> int:
    typer.echo(f"backstop: {' '.join(line.split())}", err=True)
    return status


def _usage_error(error: Exception) -> str | None:
    """The line of a wrong command, option or argument, as the command-line library words it."""
    words = getattr(error, "format_message", None)
    if words is None:
        return None
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "backstop"
    return f"{words().rstrip('.')}. Try '{command} --help'."


def main() -> None:
    """The console script."""
    settings.look_for_garbage_seldom()
    # Told to end, as by a scheduler, it ends as if interrupted by hand: what it has put on the disk goes first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))
