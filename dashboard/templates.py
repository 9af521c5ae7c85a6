"""What a clinic fills in: the empty patient list as CSV and Excel, and the data dictionary of its columns.

Columns follow from the concepts and from the one description of the wide list; nothing is named twice.
"""

from __future__ import annotations

import csv
import io
from functools import cache

import xlsxwriter

from dashboard.intake.wide_columns import Shape, Stem, is_date, known_columns, places, stems, wide_list
from pathways.panel import RESULTS, SEXES
from pathways.vocabulary import concepts

_USUAL: dict[Shape, tuple[str, ...]] = {
    "finding": ("",),
    "number": ("", "_date", "_unit", "_reviewed"),
    "answer": ("_result", "_date", "_reviewed"),
    "treatment": ("_start", "_end", "_sessions"),
    "image": ("_ordered", "_booked", "_performed", "_reported", "_result", "_reviewed"),
    "referral": ("_ordered", "_booked", "_accepted", "_seen"),
}
"""The endings that a template offers; the dictionary has them all."""

_ANSWERS = ("yes", "no", "unknown")
_ROWS = 5_000
"""How far down the drop-downs of the workbook reach."""

_PLAIN = {
    "patient_id": "The id in your system, kept character for character",
    "name": "Shown only",
    "birth_date": "YYYY-MM-DD, or YYYY-MM, or YYYY",
    "age": "Completed years on the row's date, where the birth date is not known",
    "sex": "Blank is unknown",
    "deceased_on": "YYYY-MM-DD",
    "site": "Where the patient is looked after",
    "clinician": "Who looks after the patient",
    "recorded_on": "The date of the row's findings, YYYY-MM-DD; blank is the as-of date",
    "onset_date": "When this back pain began; present back pain unless back_pain says otherwise",
}

_ENDINGS = {
    "_date": "Date of {label}",
    "_unit": "Unit of {label}; blank is {unit}",
    "_low": "Lower end of the laboratory's reference range for {label}",
    "_high": "Upper end of the laboratory's reference range for {label}",
    "_result": "Result of {label}",
    "_status": "Status of {label} as the contract names it",
    "_reviewed": "Date on which a clinician read the result of {label}",
    "_start": "First day of {label}",
    "_end": "Last day of {label}; blank while it goes on",
    "_sessions": "Attended sessions of {label}",
    "_ordered": "Date on which {label} was ordered",
    "_booked": "Date of the booking of {label}, or of the appointment",
    "_performed": "Date on which {label} was done",
    "_reported": "Date on which {label} was reported",
    "_accepted": "Date on which the {label} was accepted",
    "_seen": "Date on which the patient was seen for the {label}",
    "_cancelled": "Date on which {label} was cancelled",
}


@cache
def template_columns() -> tuple[str, ...]:
    """The columns of the empty list, patient first; treatments and tests that no rule uses are left out."""
    wide = wide_list()
    listed = [*wide.patient, wide.recorded_on, wide.onset.column]
    for name, stem in stems().items():
        if not concepts()[stem.concept].shown_only and not _has_shortcut(name):
            listed += [stem.column(ending) for ending in _usual_endings(stem)]
    return tuple(dict.fromkeys(column for column in listed if column in known_columns()))


def template_csv() -> str:
    """The header alone."""
    return ",".join(template_columns()) + "\n"


def template_workbook() -> bytes:
    """One sheet with the header, a note on each column, and drop-downs where a column has fixed values."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("patient list")
        bold = book.add_format({"bold": True})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(template_columns()):
            sheet.write_string(0, place, column, bold)
            sheet.write_comment(0, place, meaning(column))
            form = days if is_date(column) else text if column == "patient_id" else None
            sheet.set_column(place, place, max(12, len(column) + 2), form)
            if choices := values(column):
                rule = {"validate": "list", "source": list(choices), "ignore_blank": True}
                sheet.data_validation(1, place, _ROWS, place, rule)
    return sink.getvalue()


def dictionary_csv() -> str:
    """Every column the wide list reads: what it means, what it takes, and the concept it belongs to."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["column", "meaning", "values", "units", "concept", "kind", "in template"])
    offered = set(template_columns())
    for column in (*template_columns(), *sorted(known_columns() - offered)):
        stem, ending = _place(column)
        concept = concepts()[stem.concept] if stem else None
        units = " ".join(concept.units) if concept and ending in ("", "_unit") else ""
        takes = "date" if is_date(column) else " ".join(values(column))
        about = (concept.id, concept.kind) if concept else ("", "patient")
        writer.writerow([column, meaning(column), takes, units, *about, "yes" if column in offered else "no"])
    return text.getvalue()


def meaning(column: str) -> str:
    """One line on what a column says. Raises ``KeyError`` for a column the list does not have."""
    stem, ending = _place(column)
    if stem is None:
        return _PLAIN[column]
    concept = concepts()[stem.concept]
    label = concept.label if stem.name == concept.id else stem.name.replace("_", " ")
    if ending:
        return _ENDINGS[ending].format(label=label, unit=concept.unit)
    if concept.kind == "finding":
        return concept.ask or f"{label}: yes, no or unknown; blank is not recorded, never no"
    return f"{label}, {concept.unit}" if concept.unit else label


def values(column: str) -> tuple[str, ...]:
    """The values a column takes, where they are few; empty for free text, dates and numbers."""
    if column == "sex":
        return SEXES
    stem, ending = _place(column)
    if stem is None:
        return ()
    kind = concepts()[stem.concept].kind
    if ending == "_result":
        return RESULTS.get(kind, ())
    return _ANSWERS if kind == "finding" and not ending else ()


def _usual_endings(stem: Stem) -> tuple[str, ...]:
    concept = concepts()[stem.concept]
    return tuple(end for end in _USUAL[stem.shape] if end != "_sessions" or concept.sessions)


def _has_shortcut(name: str) -> bool:
    """Whether the template offers a concept under two shorter names, such as before and now."""
    return name in wide_list().values.values()


def _place(column: str) -> tuple[Stem | None, str]:
    name, ending = places().get(column, ("", ""))
    return stems().get(name), ending
