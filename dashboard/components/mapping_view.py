"""Saying what a list's own columns are: suggestions to confirm, and mappings kept by name for the next time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import streamlit as st

from dashboard import column_mappings, wording
from dashboard.column_mappings import ColumnMapping, MappingsUnusable
from dashboard.components import session
from dashboard.components.safe import literal, safe_md
from dashboard.intake.preview import Preview
from dashboard.intake.suggestions import suggest
from dashboard.wording.data import data_words

AT_ONCE = 30
"""Columns that are asked about at once; the others are a click away."""

LEAVE_OUT = ""
_PICKED = "mapping_picked"
_SEEN = "_mapping_of"
_SAVED = "_mapping_saved"


def needed(seen: Preview) -> bool:
    return bool(seen.unknown)


def forget() -> None:
    """Another file: ask anew."""
    st.session_state.pop(_SEEN, None)


def saved_order() -> str | None:
    """The order of day and month that the picked mapping says such files have."""
    picked = _saved()[0].get(st.session_state.get(_PICKED, LEAVE_OUT)) if _SEEN in st.session_state else None
    return picked.date_order if picked else None


def draw(seen: Preview, date_order: str | None) -> tuple[dict[str, str], list[str]]:
    """Ask what each unknown column is. The mapping as chosen, and what still stands in the way of a load."""
    mappings, trouble = _saved()
    _begin(seen, mappings)
    with st.container(border=True, key="mapping"):
        columns = wording.counted(len(seen.unknown), "column")
        st.subheader(f"What are these columns? {columns} of the file", anchor=False)
        st.caption(data_words().mapping)
        if mappings:
            st.selectbox(
                "Saved mapping",
                [LEAVE_OUT, *mappings],
                key=_PICKED,
                format_func=lambda name: literal(name) if name else "none",
                on_change=_pick,
                args=(seen, mappings),
                width=320,
            )
        _ask(seen)
        chosen = _chosen(seen)
        problems = _problems(seen, chosen)
        for problem in problems:
            st.warning(problem, icon=":material/warning:")
        _keeping(ColumnMapping(columns=chosen, date_order=date_order), trouble)  # type: ignore[arg-type]
    return chosen, problems


def _saved() -> tuple[dict[str, ColumnMapping], str]:
    try:
        return column_mappings.saved(), ""
    except MappingsUnusable as unusable:
        return {}, str(unusable)


def _begin(seen: Preview, mappings: Mapping[str, ColumnMapping]) -> None:
    """For a file not seen before: the saved mapping that fits it, else what the names suggest."""
    if st.session_state.get(_SEEN) == tuple(seen.unknown):
        return
    st.session_state[_SEEN] = tuple(seen.unknown)
    st.session_state[_SAVED] = ""
    fitting = column_mappings.best_fit(seen.unknown, mappings)
    st.session_state[_PICKED] = fitting or LEAVE_OUT
    _pick(seen, mappings)


def _pick(seen: Preview, mappings: Mapping[str, ColumnMapping]) -> None:
    picked = mappings.get(st.session_state.get(_PICKED, LEAVE_OUT))
    known = picked.columns if picked else suggest(seen.unknown, seen.offered, seen.present)
    for column in seen.unknown:
        ours = known.get(column, LEAVE_OUT)
        st.session_state[_key(column)] = ours if ours in seen.offered else LEAVE_OUT


def _ask(seen: Preview) -> None:
    """Those with an answer first; a list of many columns does not bury them."""
    ordered = sorted(seen.unknown, key=lambda column: not st.session_state.get(_key(column)))
    for column in ordered[:AT_ONCE]:
        _one(seen, column)
    rest = ordered[AT_ONCE:]
    if rest:
        with st.expander(f"{wording.counted(len(rest), 'more column')}, left out unless you say what they are"):
            for column in rest:
                _one(seen, column)


def _one(seen: Preview, column: str) -> None:
    theirs, values, ours = st.columns([3, 4, 4], vertical_alignment="center", gap="small")
    theirs.markdown(f"**{safe_md(column)}**")
    first = ", ".join(seen.unknown[column])
    values.caption(safe_md(first) or "empty in the first rows")
    ours.selectbox(
        f"What {literal(column)} is",
        [LEAVE_OUT, *seen.offered],
        key=_key(column),
        format_func=lambda name: name.replace("_", " ") if name else "Leave out",
        label_visibility="collapsed",
    )


def _chosen(seen: Preview) -> dict[str, str]:
    return {column: ours for column in seen.unknown if (ours := st.session_state.get(_key(column)))}


def _problems(seen: Preview, chosen: Mapping[str, str]) -> list[str]:
    """What would make the load stop, said before it starts."""
    counts = Counter([*chosen.values(), *seen.present])
    twice = [f"“{name.replace('_', ' ')}”" for name, times in counts.items() if times > 1]
    found = [f"Two columns cannot both be {wording.listing(twice)}: leave one of them out."] if twice else []
    lacking = [name.replace("_", " ") for name in seen.lacking if name not in chosen.values()]
    if lacking:
        found.append(data_words().mapping_lacking.format(columns=wording.listing(lacking)))
    return found


def _keeping(mapping: ColumnMapping, trouble: str) -> None:
    """Save under a name, or forget the saved one that is picked."""
    picked = st.session_state.get(_PICKED, LEAVE_OUT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Save this mapping for the next file like it", key="mapping_name", max_chars=60, width=320,
            placeholder="Name, such as the system it comes from",
        )  # fmt: skip
        st.button(
            "Save mapping", on_click=_save, args=(name, mapping), disabled=not mapping.columns or not name.strip()
        )
        if picked:
            st.button("Delete the saved one", on_click=_delete, args=(picked,), type="tertiary")
    st.caption(data_words().mapping_saved)
    said = st.session_state.get(_SAVED, "")
    if trouble or said.startswith("!"):
        st.warning(safe_md(trouble or said[1:]), icon=":material/warning:")
    elif said:
        st.caption(safe_md(said))


def _save(name: str, mapping: ColumnMapping) -> None:
    try:
        column_mappings.save(name, mapping)
    except MappingsUnusable as unusable:
        st.session_state[_SAVED] = f"!{unusable}"
        session.audit("mapping_saved", outcome="failed", columns=len(mapping.columns))
        return
    session.audit("mapping_saved", columns=len(mapping.columns))
    st.session_state[_PICKED] = name.strip()
    st.session_state[_SAVED] = f"Saved as {name.strip()}. The next file with these columns is filled in by itself."


def _delete(name: str) -> None:
    try:
        column_mappings.delete(name)
    except MappingsUnusable as unusable:
        st.session_state[_SAVED] = f"!{unusable}"
        return
    st.session_state[_PICKED] = LEAVE_OUT
    st.session_state[_SAVED] = f"{name} is deleted."


def _key(column: str) -> str:
    return f"map-{column}"
