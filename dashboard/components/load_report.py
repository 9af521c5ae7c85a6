"""What a load did: the account, the records held back, the notices and the codes nobody knows."""

from __future__ import annotations

import csv
import io
from functools import partial

import streamlit as st

from dashboard import wording
from dashboard.components.safe import literal, safe_md
from dashboard.intake.mending import held_back_rows, inert
from dashboard.intake.report import LoadReport
from dashboard.panel_store import HeldPanel


def show(held: HeldPanel) -> None:
    """The whole report of the present list."""
    report = held.report
    st.header(f"What was loaded: {safe_md(held.name)}", anchor=False)
    st.markdown(f"**{safe_md(report.identity())}**")
    lines = [
        f"{held.people:,} patients",
        f"read at {wording.day(report.as_of)}",
        f"form: {safe_md(report.form)}",
    ]
    if report.future_events:
        later = wording.counted(report.future_events, "event")
        lines.append(f"{later} after {wording.day(report.as_of)}, not yet visible")
    st.caption(" · ".join(lines))
    held_back(report)
    if report.notices:
        st.subheader("Notices", anchor=False)
    for notice in report.notices:
        st.markdown(f"- {safe_md(notice)}")
    unmapped(report)


def held_back(report: LoadReport) -> None:
    """The records that were not let in, why, and the file to mend them in."""
    if not report.held_back:
        st.caption("No record was held back.")
        return
    concerned = len(report.patients_concerned())
    st.subheader(f"Held back: {len(report.held_back):,} of {report.records_read:,} records", anchor=False)
    st.caption(
        f"They concern {wording.counted(concerned, 'patient id')}. Nothing is lost: download them, mend what "
        "the reason says, and load the list again together with the mended file."
    )
    st.dataframe(
        [
            {
                "Table": literal(record.table),
                "Line": record.line,
                "Patient id": literal(record.patient_id or ""),
                "Column": literal(record.column),
                "Value": literal(record.value),
                "Reason": literal(record.reason),
            }
            for record in report.held_back[:1000]
        ],
        hide_index=True,
        alt="Records that were held back and the reason for each",
        column_config={"Reason": st.column_config.TextColumn("Reason", width="large")},
    )
    with st.container(horizontal=True):
        for table in dict.fromkeys(record.table for record in report.held_back):
            st.download_button(
                f"Download to mend: {safe_md(table)}",
                data=partial(held_back_csv, report, table),
                file_name="held-back.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{table}",
            )


def unmapped(report: LoadReport) -> None:
    """Codes that no code list knows, most frequent first."""
    if not report.unmapped:
        return
    ordered = sorted(report.unmapped.items(), key=lambda item: (-item[1], item[0]))
    with st.expander(f"Codes nobody has mapped yet: {len(ordered):,}"):
        st.dataframe(
            [
                {"System": literal(system), "Code": literal(code), "Says": literal(display), "Times": times}
                for (system, code, display), times in ordered
            ],
            hide_index=True,
            alt="Codes in the source that no code list knows",
        )


def held_back_csv(report: LoadReport, table: str) -> bytes:
    """The held-back records of a table under its own header; of a table without one, where and why."""
    if table in report.headers:
        return held_back_rows(report, table).encode("utf-8-sig")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "line", "patient_id", "column", "value", "reason", "raw"])
    for record in report.held_back:
        if record.table == table:
            cells = [record.table, str(record.line), record.patient_id or "", record.column, record.value]
            writer.writerow([inert(cell) for cell in (*cells, record.reason, record.raw)])
    return out.getvalue().encode("utf-8-sig")
