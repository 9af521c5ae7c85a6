"""The list as a file: one button that says how many people it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard import addresses, phrases, settings, wording
from dashboard.answered_panel import answers_in
from dashboard.components import audited, session, signed_in
from dashboard.exports import MOST_IN_EXCEL, Provenance, write_csv, write_excel
from dashboard.filtering import Filters
from dashboard.panel_store import HeldPanel
from dashboard.wording.activity import activity
from dashboard.wording.team import team
from dashboard.worklist import Worklist

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Writer = Callable[[Iterable[Mapping[str, Any]], Provenance], bytes]
WRITERS: Mapping[str, Writer] = {"Excel": write_excel, "CSV": write_csv}


def draw(held: HeldPanel, people: Worklist, chosen: Filters, sort: str, total: int) -> None:
    """Everybody on the filtered list, all pages; a file is written when its button is pressed."""
    if not total or not session.user().may("export"):
        return
    name = f"worklist-{people.as_of.isoformat()}"
    with st.popover(label(total, chosen), icon=":material/download:", key="export"):
        st.caption(
            "All pages of the list as it is filtered and sorted now, with its source, date and profile. The file "
            "holds names and birth dates: keep it where such data may be kept."
        )
        if audited.off():
            st.caption(f":material/cloud_off: {activity().no_file}")
            return
        if total <= MOST_IN_EXCEL:
            _button("Excel", f"{name}.xlsx", EXCEL, _on_click(held, people, chosen, sort, total, "Excel"))
        else:
            st.caption(f"Excel takes up to {MOST_IN_EXCEL:,} people: filter the list, or use CSV.")
        _button("CSV", f"{name}.csv", "text/csv", _on_click(held, people, chosen, sort, total, "CSV"))
        st.caption("Excel keeps the zeros before an id; a CSV file opened by a double click loses them.")


def label(total: int, chosen: Filters) -> str:
    if total == 1:
        return "Export this person"
    return f"Export these {total:,} people" if chosen.any else f"Export all {total:,} people"


def filters_in_words(chosen: Filters, profile: str) -> list[str]:
    """Every filter that is set, as the screen names it."""
    said = []
    for title, names in (
        ("Next step", [wording.status(name).tile(profile) for name in chosen.dispositions]),
        ("Site", chosen.sites),
        ("Clinician", chosen.clinicians),
        (team().filter_owner, [addresses.owner(name) for name in chosen.owners]),
    ):
        if names:
            said.append(f"{title}: {' or '.join(names)}")
    said += [team().filters[chosen.snoozed]] if chosen.snoozed in team().filters else []
    said += [word for flag, word in addresses.ONLY.items() if getattr(chosen, flag)]
    said += [phrases.chart_filter(key, value) for key, value in addresses.from_charts(chosen).items()]
    return said


def _button(kind: str, file_name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        f"Download as {kind}", data, file_name, mime, key=f"export-{kind.lower()}", on_click="ignore", width="stretch"
    )


def _on_click(
    held: HeldPanel, people: Worklist, chosen: Filters, sort: str, total: int, kind: str
) -> Callable[[], bytes]:
    profile, write = session.profile(), WRITERS[kind]
    taken = session.entry(
        "exported", page="worklist", format=kind, filter=filters_in_words(chosen, profile), people=total,
        file=f"worklist-{people.as_of.isoformat()}", app=audited.version(),
    )  # fmt: skip

    def made() -> bytes:
        about = Provenance(
            source=held.name,
            account=held.report.identity(),
            filters=filters_in_words(chosen, profile),
            sort=sort,
            as_of=people.as_of,
            profile=people.profile,
            version=people.version,
            made_at=settings.now(),
            people=total,
            sample=held.sample,
            answers=len(answers_in(held)),
        )
        return write(people.everyone(chosen, sort), about)

    return signed_in.only_with("export", audited.before(made, taken))
