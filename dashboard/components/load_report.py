"""What a load did: the account, the records held back, the notices and the codes nobody knows."""

from __future__ import annotations

import csv
import io

import streamlit as st

from dashboard import wording
from dashboard.components.safe import literal, safe_md
from dashboard.intake.report import HeldBack, LoadReport
from dashboard.panel_store import HeldPanel

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


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
        f"They concern {concerned:,} known patient ids. Nothing is lost: download them, mend what the reason "
        "says, and load them again."
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
    st.download_button(
        "Download the held-back records",
        data=lambda: held_back_csv(report.held_back),
        file_name="held-back.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
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


def held_back_csv(records: tuple[HeldBack, ...]) -> bytes:
    """The held-back records as CSV; cells that a spreadsheet would run as a formula get a leading quote."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["table", "line", "patient_id", "column", "value", "reason", "raw"])
    for record in records:
        cells = [
            record.table,
            record.line,
            record.patient_id or "",
            record.column,
            record.value,
            record.reason,
        ]
        writer.writerow([_inert(cell) for cell in (*cells, record.raw)])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell
