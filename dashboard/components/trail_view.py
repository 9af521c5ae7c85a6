"""Who did what: the audit trail as a table that is searched, paged and taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import activity, settings
from dashboard.actions.audit import searching
from dashboard.actions.audit.entries import KINDS, OUTCOMES, Kept
from dashboard.actions.audit.searching import PAGE, Counted, Wanted
from dashboard.actions.refusals import StoreUnusable
from dashboard.actions.store import Store
from dashboard.components import audited, session, signed_in
from dashboard.components.safe import literal, safe_md
from dashboard.exports import Sheet, sheet_csv
from dashboard.wording.activity import activity as words

DATES = "YYYY-MM-DD"
WIDTHS = {
    "when": 165, "who": 130, "identity": 78, "what": 168, "outcome": 74, "person": 92, "details": 330, "shown": 300,
}  # fmt: skip


def draw() -> None:
    """The filters, the page of entries that fit, and the way to take them out."""
    told = words()
    st.caption(told.who_says)
    try:
        store = session.audit_trail().opening().store
        names = searching.users(store)
        chosen = _chosen(names)
        fitting = searching.counted(store, chosen).entries
        audited.viewed_list("activity", activity.in_words(chosen, names), fitting, of="entries")
        found = searching.counted(store, chosen)  # with the entry that this very look has just added
        pages = max(1, -(-found.entries // PAGE))
        number = min(max(1, int(st.session_state.get("trail_page", 1))), pages)
        entries = searching.page(store, chosen, number)
    except StoreUnusable as off:
        st.warning(safe_md(told.unreadable.format(why=f"{off.what} ({off.where}); {off.mend}")))
        return
    if not found.entries:
        st.info(told.no_entry_fits.format(of=f"{found.of:,}") if found.of else told.no_entries, icon=":material/info:")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first = (number - 1) * PAGE + 1
        last = first + len(entries) - 1
        text = told.shown.format(first=f"{first:,}", last=f"{last:,}", fitting=f"{found.entries:,}")
        whole = f"  \n:small[:gray[{told.of_all.format(of=f'{found.of:,}')}]]" if found.entries < found.of else ""
        st.markdown(text + whole, width="content")
        _taken_out(store, chosen, found, names)
    _table(entries)
    if pages > 1:
        st.pagination(pages, key="trail_page")
    st.caption(" · ".join(f"{told.kinds.get(kind, kind)}: {count:,}" for kind, count in found.kinds.items()))


def _chosen(names: dict[str, str]) -> Wanted:
    """What is asked for. Of this only kinds and days stand in the address."""
    told = words()
    more: dict[str, Any] = {"on_change": _first_page}
    with st.container(horizontal=True, vertical_alignment="bottom", key="trail-filters"):
        user_id = st.selectbox(
            told.filter_user, list(names), index=None, placeholder=told.every, key="trail_user", width=190,
            format_func=lambda one: literal(names.get(one) or told.nobody_named), **more,
        )  # fmt: skip
        kinds = st.multiselect(
            told.filter_kind, [told.kinds[one] for one in KINDS], placeholder=told.anything, key="did",
            bind="query-params", width=250, **more,
        )  # fmt: skip
        outcome = st.selectbox(
            told.filter_outcome, OUTCOMES, index=None, placeholder=told.any_outcome, key="trail_outcome", width=120,
            format_func=lambda one: told.outcomes[one], **more,
        )  # fmt: skip
        days = [
            st.date_input(label, None, format=DATES, key=key, bind="query-params", width=145, **more)
            for label, key in ((told.filter_from, "from"), (told.filter_to, "to"))
        ]
        patient_id = ""
        if session.user().may("people") and session.user().sites is None:
            patient_id = st.text_input(
                told.filter_person, key="trail_person", help=told.filter_person_help, width=150, **more
            )  # fmt: skip
    first, last = (one if isinstance(one, date) else None for one in days)
    by_word = {word: kind for kind, word in told.kinds.items()}
    return activity.wanted(
        user_id or "", [by_word[one] for one in kinds if one in by_word], outcome or "", first, last, patient_id
    )


def _first_page() -> None:
    st.session_state["trail_page"] = 1


def _table(entries: list[Kept]) -> None:
    titles, known = _titles(), _known()
    rows = [asdict(activity.line(one, people=known(one))) for one in entries]
    st.dataframe(
        pd.DataFrame([{title: literal(row[name]) for name, title in titles.items()} for row in rows]),
        hide_index=True,
        height="content" if len(rows) <= 12 else 470,
        alt=words().parts["who"],
        column_config={title: st.column_config.TextColumn(title, width=WIDTHS[name]) for name, title in titles.items()},
    )


def _known() -> Callable[[Kept], bool]:
    """Of which entries this user may know the person: of those of their sites."""
    user = session.user()
    if not user.may("people"):
        return lambda _: False
    if user.sites is None:
        return lambda _: True
    panel, mine = session.theirs()
    return lambda one: one.entry.panel == panel and one.entry.patient_id in mine


def _titles() -> dict[str, str]:
    people = session.user().may("people")
    return {name: title for name, title in words().columns.items() if people or name != "person"}


def _taken_out(store: Store, chosen: Wanted, found: Counted, names: dict[str, str]) -> None:
    told = words()
    if audited.off():
        st.caption(f":material/cloud_off: {told.no_file}")
        return
    said = activity.in_words(chosen, names)
    number = min(found.entries, activity.MOST_TAKEN_OUT)
    taken = session.entry(
        "exported", page="activity", format="CSV", file="activity", filter=said, entries=number, app=audited.version()
    )
    st.download_button(
        told.download,
        signed_in.only_with("activity", audited.before(_csv(store, chosen, said), taken)),
        "activity.csv",
        "text/csv",
        key="trail-csv",
        icon=":material/download:",
        on_click="ignore",
        help=told.download_says.format(most=f"{activity.MOST_TAKEN_OUT:,}"),
    )


def _csv(store: Store, chosen: Wanted, said: list[str]) -> Callable[[], bytes]:
    titles, known = _titles(), _known()

    def made() -> bytes:
        entries = searching.newest(store, chosen, activity.MOST_TAKEN_OUT)
        rows = [asdict(activity.line(one, people=known(one))) for one in entries]
        lines = [
            ("Filters", "; ".join(said) or "none: the whole trail"),
            ("Made at", settings.now().isoformat(timespec="seconds")),
            ("Intended use", settings.INTENDED_USE),
        ]
        return sheet_csv(Sheet(words().parts["who"], titles, rows, lines))

    return made
