"""Loading one's own list: it belongs to this session alone and is gone when the session ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.typing import UploadedFile

from dashboard import intake, settings, wording
from dashboard.actions.refusals import StoreUnusable
from dashboard.components import audited, mapping_view, session
from dashboard.components.export_row import EXCEL
from dashboard.components.safe import safe_md
from dashboard.intake import templates
from dashboard.intake.dictionary import data_dictionary
from dashboard.intake.preview import Preview, preview
from dashboard.intake.report import UnclearDates, UnusableSource
from dashboard.intake.scratch import Scratch
from dashboard.panel_store import HeldPanel
from dashboard.wording.data import data_words

TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "zip", "gz", "json", "ndjson", "parquet"]
ORDERS = {"Day first: 03/04/2026 is 3 April": "day-first", "Month first: 03/04/2026 is 4 March": "month-first"}
LOADED = "_loaded"
_SOURCE, _SEEN, _UNCLEAR, _REFUSED, _TIMES = "_source", "_seen_files", "_unclear_dates", "_refused", "_times_loaded"


@dataclass(frozen=True)
class Source:
    """Files as they were handed over, and how they are to be read; kept in the session, so that mended rows
    can be added without choosing the files again."""

    files: tuple[tuple[str, bytes], ...]
    as_of: date
    mapping: dict[str, str] = field(default_factory=dict)
    date_order: str | None = None
    mended: tuple[tuple[str, bytes], ...] = ()

    @property
    def name(self) -> str:
        return self.files[0][0] if len(self.files) == 1 else f"{len(self.files)} files"


def form() -> None:
    """Choose files and a date; then whatever this file leaves open: its columns, the order of its dates."""
    st.header("Load another list" if session.has_own() else "Load your own list", anchor=False)
    st.caption(data_words().load)
    times = st.session_state.get(_TIMES, 0)
    files = st.file_uploader(
        "Patient list", type=TYPES, accept_multiple_files=True, key=f"files_{times}" if times else "files"
    )
    _templates()
    seen = _looked_at(files) if files else None
    columns = st.container()
    order = _date_order() if files else None
    mapping: dict[str, str] = {}
    problems: list[str] = []
    if seen and mapping_view.needed(seen):
        with columns:
            mapping, problems = mapping_view.draw(seen, order)
        order = order or mapping_view.saved_order()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        as_of = st.date_input(
            "As-of date", value=settings.today(), format="YYYY-MM-DD", key="load_as_of", width=160,
            help="The day the list is looked at. Events after it do not count yet.",
        )  # fmt: skip
        unanswered = st.session_state.get(_UNCLEAR) is not None and order is None
        load = st.button(
            "Load",
            type="primary",
            disabled=not files or bool(problems) or unanswered or not isinstance(as_of, date),
            icon=":material/upload:",
        )
    if not load:
        _refused()
    elif files and isinstance(as_of, date):
        _load(Source(_bytes(files), as_of, mapping, order))


def mended() -> None:
    """Add mended rows to the list that was loaded, in the place of those that were held back."""
    source = st.session_state.get(_SOURCE)
    if not session.has_own() or source is None:
        return
    times = st.session_state.get(_TIMES, 0)
    files = st.file_uploader("Mended records", type=["csv"], accept_multiple_files=True, key=f"mended_{times}")
    if files and st.button("Load again with these rows", type="primary", icon=":material/upload:"):
        _load(replace(source, mended=(*source.mended, *_bytes(files))))
    _refused(mended=True)


def forget() -> None:
    """Back to the list everybody opens with; nothing of one's own stays."""
    st.session_state.pop(_SOURCE, None)
    session.use_opening()


def _templates() -> None:
    """Empty lists to fill in, the same as the command line hands out, and what each column means."""
    with st.container(horizontal=True, vertical_alignment="center", key="templates"):
        st.caption("Nothing to load yet? Fill in a template:", width="content")
        for label, data, name, kind in (
            ("Excel, with drop-downs", templates.list_excel, "patient-list.xlsx", EXCEL),
            ("CSV", templates.list_csv, "patient-list.csv", "text/csv"),
            ("What each column means", data_dictionary, "data-dictionary.md", "text/markdown"),
        ):
            st.download_button(
                label, data=data, file_name=name, mime=kind, on_click="ignore", icon=":material/download:"
            )


def _looked_at(files: list[UploadedFile]) -> Preview | None:
    """The columns of the chosen files, looked at once; what cannot be read says so before any load."""
    chosen = tuple(file.file_id for file in files)
    last = st.session_state.get(_SEEN)
    if last is None or last[0] != chosen:
        _clear()
        found: Preview | None = None
        try:
            with st.spinner("Looking at the columns …"), Scratch() as scratch:
                found = preview(_written(_bytes(files), scratch.file()))
        except UnusableSource as unusable:
            st.session_state[_REFUSED] = False, str(unusable)
            _refusal(", ".join(file.name for file in files))
        last = st.session_state[_SEEN] = (chosen, found)
    return last[1]


def _date_order() -> str | None:
    """Asked only of a file whose dates can be read both ways."""
    column = st.session_state.get(_UNCLEAR)
    if column is None:
        return None
    st.warning(data_words().unclear_dates.format(column=f"“{safe_md(column)}”"), icon=":material/help:")
    chosen = st.segmented_control("Dates in this file", list(ORDERS), key="date_order", label_visibility="collapsed")
    return ORDERS.get(chosen) if chosen else None


def _load(source: Source) -> None:
    """Read and evaluate; the present list is replaced only when both are done."""
    session.user().require("load")
    st.session_state.pop(_REFUSED, None)
    with st.status("Reading the list …") as status:

        def tell(records: int) -> None:
            status.update(label=f"Reading the list: {records:,} records so far …")

        try:
            with Scratch() as scratch:
                loaded = intake.load(
                    _written(source.files, scratch.file()),
                    as_of=source.as_of,
                    mapping=source.mapping,
                    date_order=source.date_order,
                    mended=_written_each(source.mended, scratch.file()),
                    tell=tell,
                )
        except UnclearDates as unclear:
            theirs = (name for name, ours in source.mapping.items() if ours == unclear.column)
            st.session_state[_UNCLEAR] = next(theirs, unclear.column)
            st.rerun()
        except UnusableSource as unusable:
            st.session_state[_REFUSED] = bool(source.mended), str(unusable)
            _refusal(source.name)
            st.rerun()
        held = HeldPanel(source.name, loaded.panel, loaded.report, source.as_of)
        read = wording.counted(loaded.report.records_read, "record")
        status.update(label=f"{read} read. Working through {wording.counted(held.people, 'patient')} …")
        try:
            session.loaded(held, session.profile(), session.entry("loaded", page="data", app=audited.version()))
        except StoreUnusable as off:
            why = f"{off.what} ({off.where}); {off.mend}"
            st.session_state[_REFUSED] = bool(source.mended), data_words().not_written_down.format(why=why)
            st.rerun()
    _use(held, source)


def _refusal(file: str) -> None:
    """That nothing was loaded; what was wrong with the file may quote it and is not written down."""
    session.audit("load_refused", outcome="refused", page="data", file=file, app=audited.version())


def _use(held: HeldPanel, source: Source) -> None:
    session.use_own(held)
    st.session_state[_SOURCE] = source
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
    st.session_state[LOADED] = True
    st.session_state.pop(_SEEN, None)
    _clear()
    st.rerun()


def _refused(*, mended: bool = False) -> None:
    """Why the last attempt came to nothing, beside the files it was made with."""
    about_mended, message = st.session_state.get(_REFUSED, (False, ""))
    if message and about_mended == mended:
        st.error(f"**Nothing was loaded.** {safe_md(message)}", icon=":material/error:")


def _clear() -> None:
    mapping_view.forget()
    for key in (_UNCLEAR, _REFUSED):
        st.session_state.pop(key, None)


def _bytes(files: Sequence[UploadedFile]) -> tuple[tuple[str, bytes], ...]:
    return tuple((Path(file.name).name, file.getvalue()) for file in files)


def _written(files: Sequence[tuple[str, bytes]], folder: Path) -> Path:
    """One file as itself, several as the folder they make up."""
    written = _written_each(files, folder)
    return written[0] if len(written) == 1 else folder


def _written_each(files: Sequence[tuple[str, bytes]], folder: Path) -> list[Path]:
    folder.mkdir()
    paths = [folder / name for name, _ in files]
    for (_, content), path in zip(files, paths, strict=True):
        path.write_bytes(content)
    return paths
