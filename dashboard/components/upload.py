"""Loading one's own list: it belongs to this session alone and is gone when the session ends."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from dashboard import panel_store, settings
from dashboard.components import session
from dashboard.components.safe import safe_md
from dashboard.intake import templates
from dashboard.intake.report import UnusableSource

TYPES = ["csv", "xlsx", "zip", "json", "ndjson", "parquet"]
DATE_ORDERS = {"As the file shows": None, "Day first": "day-first", "Month first": "month-first"}


def form() -> None:
    """Choose a file, a date and, where the file leaves it open, which of day and month is first."""
    st.header("Load your own list", anchor=False)
    st.caption(
        "A patient list or patients with events, as CSV, Excel, Parquet, FHIR, OMOP or a zip of them. "
        "It is read in this session only, is not kept on disk, and is gone when you close the page."
    )
    files = st.file_uploader("Patient list", type=TYPES, accept_multiple_files=True, key="files")
    _templates()
    mended: list[UploadedFile] = []
    if session.panel().report.held_back:
        mended = st.file_uploader(
            "Mended records, if there are any: the downloads above with their errors put right",
            type=["csv"],
            accept_multiple_files=True,
            key="mended",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        as_of = st.date_input(
            "As-of date", value=settings.today(), format="YYYY-MM-DD", key="load_as_of", width=160,
            help="The day the list is looked at. Events after it do not count yet.",
        )  # fmt: skip
        order = st.segmented_control(
            "Dates like 03/04/2026",
            list(DATE_ORDERS),
            default="As the file shows",
            required=True,
            key="date_order",
        )
        load = st.button("Load", type="primary", disabled=not files, icon=":material/upload:")
    if load and files and isinstance(as_of, date):
        _load(files, mended, as_of, DATE_ORDERS[order])


def _templates() -> None:
    """Empty lists to fill in, the same as the command line hands out."""
    excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Nothing to load yet? Fill in a template:", width="content")
        st.download_button(
            "Excel, with drop-downs",
            data=templates.list_excel,
            file_name="patient-list.xlsx",
            mime=excel,
            on_click="ignore",
        )
        st.download_button(
            "CSV", data=templates.list_csv, file_name="patient-list.csv", mime="text/csv", on_click="ignore"
        )


def _load(files: list[UploadedFile], mended: list[UploadedFile], as_of: date, date_order: str | None) -> None:
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    try:
        with st.spinner("Reading the list …"), tempfile.TemporaryDirectory() as folder:
            source = _written(files, Path(folder) / "list")
            corrections = _written_each(mended, Path(folder) / "mended")
            held = panel_store.read(source, name, as_of, date_order=date_order, mended=corrections)
    except UnusableSource as unusable:
        st.error(safe_md(unusable), icon=":material/error:")
        return
    session.use_own(held)
    st.session_state["_loaded"] = name
    st.rerun()


def _written(files: list[UploadedFile], folder: Path) -> Path:
    """One file as itself, several as the folder they make up."""
    written = _written_each(files, folder)
    return written[0] if len(written) == 1 else folder


def _written_each(files: list[UploadedFile], folder: Path) -> list[Path]:
    folder.mkdir()
    paths = [folder / Path(file.name).name for file in files]
    for file, path in zip(files, paths, strict=True):
        path.write_bytes(file.getvalue())
    return paths
