"""What a load did: the account, the records held back, the notices and the codes nobody knows."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard import wording
from dashboard.access.small_cells import hidden
from dashboard.access.users import roles
from dashboard.actions.audit.entries import Entry
from dashboard.components import audited, session, signed_in
from dashboard.components.safe import literal, safe_md
from dashboard.intake.mending import held_back_rows, inert
from dashboard.intake.report import HeldBack, LoadReport
from dashboard.panel_store import HeldPanel
from dashboard.wording.activity import activity
from dashboard.wording.data import data_words

ROWS = 50
AT_ONCE = 5
"""Notices that are shown without being asked for."""

SHORT = 9
"""Rows; a longer table scrolls."""

KINDS = 12
"""Reasons that are listed; the others are only counted, and can be chosen below."""


@dataclass(frozen=True)
class Reason:
    """Records held back for one reason."""

    text: str
    records: int
    people: int
    where: str


def reasons(report: LoadReport) -> list[Reason]:
    """Why records were held back, the most frequent reason first."""
    grouped: dict[str, list[HeldBack]] = defaultdict(list)
    for record in report.held_back:
        grouped[record.reason].append(record)
    found = []
    for text, records in sorted(grouped.items(), key=lambda item: -len(item[1])):
        people = {record.patient_id for record in records if record.patient_id}
        columns = dict.fromkeys(record.column for record in records if record.column)
        found.append(Reason(text, len(records), len(people), ", ".join(columns)))
    return found


def show(held: HeldPanel) -> None:
    """The whole report of the present list, but for what was held back."""
    report = held.report
    st.header(f"What was loaded: {safe_md(held.name)}", anchor=False)
    if report.held_back or report.blank or not report.records_read:
        _figures(report)
    else:
        st.success(data_words().all_well.format(read=f"{report.records_read:,}"), icon=":material/check:")
    lines = [session.counted(held.people, "patient"), f"read at {wording.day(report.as_of)}", safe_md(report.form)]
    st.caption(" · ".join(line for line in lines if line))
    if report.future_events:
        events = wording.counted(report.future_events, "event")
        st.caption(data_words().future.format(events=events, day=wording.day(report.as_of)))


def identity(report: LoadReport) -> str:
    """The sentence that holds for every load, with its thousands apart."""
    return (
        f"{report.records_read:,} records read = {report.accepted:,} accepted"
        f" + {len(report.held_back):,} held back + {report.blank:,} blank"
    )


def _figures(report: LoadReport) -> None:
    figures = (
        ("", "Records read", report.records_read),
        ("=", "Accepted", report.accepted),
        ("+", "Held back", len(report.held_back)),
        ("+", "Blank", report.blank),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="identity"):
        for sign, label, number in figures:
            st.metric(f"{sign} {label}".strip(), f"{number:,}", width=130)
    st.markdown(identity(report))


def held_back(report: LoadReport, *, rows: bool) -> None:
    """What was not let in: the reasons, and with ``rows`` the records and the files to mend them in; without, no small
    number of patients either, who may be of other sites."""
    found = reasons(report)
    st.subheader(f"Held back: {len(report.held_back):,} of {report.records_read:,} records", anchor=False)
    concerned = len(report.patients_concerned())
    under = 0 if rows else roles().small_cell
    few = wording.screen().few.format(under=under)
    people = wording.counted(concerned, "patient id") if concerned else "no named patient"
    if 0 < concerned < under:
        people = f"{few} patient ids"
    told = data_words().held_back
    st.caption(told.format(held=f"{len(report.held_back):,}", read=f"{report.records_read:,}", people=people))
    listed, patients = found[:KINDS], hidden([reason.people for reason in found], under)
    st.table(
        {
            "Records": [f"{reason.records:,}" for reason in listed],
            "Patients": [activity().hidden if number is None else f"{number:,}" for number in patients[:KINDS]],
            "Column": [safe_md(reason.where) for reason in listed],
            "Reason": [safe_md(reason.text) for reason in listed],
        },
        border="horizontal",
        hide_index=True,
        alt="Why records were held back, the most frequent reason first",
    )
    if found[KINDS:]:
        st.caption(f"and {len(found) - KINDS:,} more kinds of reason")
    if rows:
        _records(report, found)
        _downloads(report)
    else:
        st.caption(data_words().rows_not_here)


def _records(report: LoadReport, found: list[Reason]) -> None:
    """The records themselves, fifty at a time, of one reason if one is chosen."""
    wanted = None
    if len(found) > 1:
        labels = {reason.text: f"{reason.text} ({reason.records:,})" for reason in found}
        wanted = st.selectbox(
            "Show the records of", [None, *labels], key="reason_shown", width=520,
            format_func=lambda text: "every reason" if text is None else literal(labels.get(text, text)),
        )  # fmt: skip
    shown = [record for record in report.held_back if wanted in (None, record.reason)]
    pages = -(-len(shown) // ROWS)
    number = min(max(1, int(st.session_state.get("held_page", 1))), pages)
    first = (number - 1) * ROWS
    st.dataframe(
        [_row(record) for record in shown[first : first + ROWS]],
        hide_index=True,
        height="content" if len(shown) <= SHORT else 380,
        alt="Records that were held back, and the reason for each",
        column_config={"Reason": st.column_config.TextColumn("Reason", width="large")},
    )
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.pagination(pages, key="held_page")
            last = min(first + ROWS, len(shown))
            st.caption(f"{first + 1:,}–{last:,} of {len(shown):,} records", width="content")


def _row(record: HeldBack) -> dict[str, str | int]:
    return {
        "Table": literal(record.table),
        "Line": record.line,
        "Patient id": literal(record.patient_id or ""),
        "Column": literal(record.column),
        "Value": literal(record.value),
        "Reason": literal(record.reason),
    }


def _downloads(report: LoadReport) -> None:
    st.caption(data_words().mend if session.has_own() else data_words().mend_at_source)
    if audited.off():
        st.caption(f":material/cloud_off: {activity().no_file}")
        return
    with st.container(horizontal=True):
        for table in dict.fromkeys(record.table for record in report.held_back):
            st.download_button(
                f"Download to mend: {safe_md(table)}",
                data=signed_in.only_with(
                    "load", audited.before(partial(held_back_csv, report, table), _taken(report, "held-back"))
                ),
                file_name="held-back.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{table}",
            )


def _taken(report: LoadReport, file: str) -> Entry:
    people = len(report.patients_concerned())
    return session.entry("exported", page="data", format="CSV", file=file, people=people, app=audited.version())


def notices(report: LoadReport) -> None:
    """What was accepted with a remark."""
    if not report.notices:
        return
    st.subheader("Accepted with a remark", anchor=False)
    st.markdown("\n".join(f"- {safe_md(notice)}" for notice in report.notices[:AT_ONCE]))
    rest = report.notices[AT_ONCE:]
    if rest:
        with st.expander(f"{len(rest):,} more"):
            st.markdown("\n".join(f"- {safe_md(notice)}" for notice in rest))


def unmapped(report: LoadReport) -> None:
    """Codes that no code list knows, most frequent first, and what to do about them."""
    if not report.unmapped:
        return
    ordered = sorted(report.unmapped.items(), key=lambda item: (-item[1], item[0]))
    times = sum(report.unmapped.values())
    st.subheader(f"Codes nobody knows: {len(ordered):,}, in {times:,} records", anchor=False)
    st.caption(data_words().unmapped)
    st.dataframe(
        [
            {"Records": number, "Code": literal(code), "Says": literal(display), "System": literal(system)}
            for (system, code, display), number in ordered
        ],
        hide_index=True,
        height="content" if len(ordered) <= SHORT else 330,
        alt="Codes in the source that no code list knows, most frequent first",
        column_config={
            "Records": st.column_config.NumberColumn("Records", format="localized", width="small"),
            "Says": st.column_config.TextColumn("Says", width="large"),
        },
    )
    if audited.off():
        st.caption(f":material/cloud_off: {activity().no_file}")
        return
    name = "codes-nobody-knows"
    taken = session.entry("exported", page="data", format="CSV", file=name, records=times, app=audited.version())
    st.download_button(
        "Download the codes",
        data=signed_in.only_with("load", audited.before(partial(unmapped_csv, report), taken)),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def unmapped_csv(report: LoadReport) -> bytes:
    """The codes nobody knows with an empty column for the fact each one means."""
    ordered = sorted(report.unmapped.items(), key=lambda item: (-item[1], item[0]))
    rows = [[system, code, display, str(number), ""] for (system, code, display), number in ordered]
    return _csv(["system", "code", "display", "records", "concept"], rows)


def held_back_csv(report: LoadReport, table: str) -> bytes:
    """The held-back records of a table under its own header; of a table without one, where and why."""
    if table in report.headers:
        return held_back_rows(report, table).encode("utf-8-sig")
    rows = [
        [one.table, str(one.line), one.patient_id or "", one.column, one.value, one.reason, one.raw]
        for one in report.held_back
        if one.table == table
    ]
    return _csv(["table", "line", "patient_id", "column", "value", "reason", "raw"], rows)


def _csv(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
