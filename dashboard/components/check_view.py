"""Proving the log on the page, and the feedback that leaves with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import activity, feedback, panel_store, settings, wording
from dashboard.access.users import Right, roles
from dashboard.actions.audit import searching
from dashboard.actions.audit.entries import Kept
from dashboard.actions.audit.searching import Wanted
from dashboard.actions.refusals import StoreUnusable
from dashboard.components import audited, session, signed_in
from dashboard.components.export_row import EXCEL
from dashboard.components.safe import safe_md
from dashboard.exports import Sheet, sheet_csv, sheet_excel
from dashboard.wording.activity import activity as words
from dashboard.worklist import Worklist

_CHECKED = "_checked"
NEEDED: tuple[Right, ...] = ("people", "export")
"""What feedback takes: it names people."""

_SAID: dict[str, Callable[[str], object]] = {"whole": st.success, "not whole": st.error, "said": st.caption}
FORMATS = {"Excel": ("xlsx", EXCEL, sheet_excel), "CSV": ("csv", "text/csv", sheet_csv)}


def check() -> None:
    """The button, what the check found, and when the last one was."""
    told = words()
    st.header(told.check_title, anchor=False)
    st.caption(told.check_says)
    if session.user().may("administer"):
        if st.button(told.check, icon=":material/verified_user:", key="check-log"):
            _check()
    else:
        st.caption(told.check_not_allowed.format(right=safe_md(roles().rights["administer"])))
    for level, text in st.session_state.get(_CHECKED, ()):
        _SAID[level](text)
    try:
        store = session.audit_trail().opening().store
        checks = searching.newest(store, Wanted(kinds=("audit_verified",)), 1)
        backups = searching.newest(store, Wanted(kinds=("backup_made",)), 1)
    except StoreUnusable:
        return  # every page says so already
    st.caption(f"{_last_check(checks)} {_last_backup(backups)}")


def _check() -> None:
    told = words()
    try:
        with st.spinner(told.checking):
            found = activity.check()
    except StoreUnusable as off:
        text = safe_md(told.not_checked.format(why=f"{off.what} ({off.where}); {off.mend}"))
        st.session_state[_CHECKED] = [("not whole", text)]
        session.audit("audit_verified", outcome="failed", why=off.what)
        return
    counts: dict[str, Any] = {"actions": len(found.seals), "people": found.people, "entries": found.trail.entries}
    if found.whole:
        nouns = {"actions": "action", "people": "person", "entries": "entry"}
        said = [("whole", told.whole.format(**{name: wording.counted(counts[name], nouns[name]) for name in nouns}))]
    else:
        lines = "\n".join(f"- {safe_md(line)}" for line in activity.findings(found))
        said = [("not whole", f"**{told.not_whole}**\n{lines}")]
    when = activity.moment(settings.now(), seconds=True)
    said.append(("said", told.checked.format(when=when, digest=f"`{found.digest}`")))
    st.session_state[_CHECKED] = said
    session.audit("audit_verified", whole=found.whole, digest=found.digest, **counts)


def _last_check(checks: list[Kept]) -> str:
    told = words()
    for one in checks:
        found = told.last_whole if one.entry.about.get("whole") else told.last_not_whole
        return told.last_check.format(when=activity.moment(one.at), found=found)
    return told.never_checked


def _last_backup(backups: list[Kept]) -> str:
    told = words()
    for one in backups:
        when, why = activity.moment(one.at), safe_md(str(one.entry.about.get("why", "")))
        if one.entry.outcome == "done":
            return told.last_backup.format(when=when)
        return told.last_backup_failed.format(when=when, why=why)
    return told.never_backed_up


def feedback_row(people: Worklist) -> None:
    """What the team did on what was shown, as a file."""
    told = words()
    st.header(told.feedback_title, anchor=False)
    rows = feedback.rows(people, session.seen().by_person)
    if not rows:
        st.info(told.feedback_nothing, icon=":material/info:")
        return
    st.caption(told.feedback_says.format(rows=wording.counted(len(rows), "row")))
    lacking = [right for right in NEEDED if not session.user().may(right)]
    if lacking:
        st.caption(told.not_for_you.format(right=safe_md(roles().rights[lacking[0]])))
        return
    if audited.off():
        st.caption(f":material/cloud_off: {told.no_file}")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            told.feedback_format, list(FORMATS), default="Excel", required=True, key="feedback-format"
        )  # fmt: skip
        ending, mime, _ = FORMATS[str(kind)]
        name = f"feedback-{people.as_of.isoformat()}"
        taken = session.entry(
            "exported", page="feedback", format=str(kind), file=name, records=len(rows),
            people=len({row["person"] for row in rows}), app=audited.version(),
        )  # fmt: skip
        st.download_button(
            told.feedback_download,
            signed_in.only_with("export", audited.before(_file(people, rows, str(kind)), taken)),
            f"{name}.{ending}", mime, key="feedback-file", icon=":material/download:", on_click="ignore",
        )  # fmt: skip


def _file(people: Worklist, rows: list[feedback.Row], kind: str) -> Callable[[], bytes]:
    held, write = session.panel().as_read, FORMATS[kind][2]
    lines = [
        ("Intervention", panel_store.the_pathway().rules.title),
        ("List", f"{held.name} (invented people)" if held.sample else held.name),
        ("As of", people.as_of.isoformat()),
        ("Profile", wording.profile(people.profile)),
        ("Pathway version", people.version),
        ("Rows", f"{len(rows):,}"),
    ]

    def made() -> bytes:
        moment = settings.now().isoformat(timespec="seconds")
        about = [*lines, ("Made at", moment), ("Intended use", settings.INTENDED_USE)]
        return write(Sheet("Feedback", words().feedback_columns, rows, about))

    return made
