"""The worklist's filters: widgets bound to the address, and what they mean.

Values come back from an address that anyone can write, so each is checked against what exists.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from dashboard import addresses, panel_store, phrases, wording
from dashboard.addresses import FROM_CHARTS, ONLY
from dashboard.components import session
from dashboard.components.safe import literal, safe_md
from dashboard.filtering import ORDERS, QUEUES, TARGETS, WAITED, Filters
from dashboard.wording.huddle import huddle
from dashboard.wording.team import team
from dashboard.worklist import SORTS, Worklist

VIEWS = ("Table", "Cards")
KEYS = ("step", "only", "site", "clinician", "owner", "snoozed", "sort", "view", "page")
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")


def current(people: Worklist) -> Filters:
    """The filters as chosen, read before their widgets are drawn so that the tiles can count first."""
    words = _steps()
    return Filters(
        dispositions=tuple(words[word] for word in _list("step") if word in words),
        sites=tuple(name for name in _list("site") if name in people.choices("site")),
        clinicians=tuple(name for name in _list("clinician") if name in people.choices("clinician")),
        owners=tuple(name for name in ("", *people.choices("owner")) if addresses.owner(name) in _list("owner")),
        snoozed={word: name for name, word in team().filters.items()}.get(st.session_state.get("snoozed") or ""),
        **{flag: True for flag, word in ONLY.items() if word in _list("only")},
        **from_charts(),
    )


def from_charts() -> dict[str, Any]:
    """The filters that only the address holds, each an id; what nobody knows is left out."""
    given = {key: value for key in FROM_CHARTS if (value := st.query_params.get(key)) is not None}
    known: dict[str, Any] = {}
    names_of: dict[str, Any] = {"queue": QUEUES, "waited": WAITED, "target": TARGETS, "orders": ORDERS}
    for key, names in (names_of | {"need": huddle().needs}).items():
        if given.get(key) in names:
            known[key] = given[key]
    known |= {key: given[key] for key in ("question", "reason") if _ID.fullmatch(given.get(key, ""))}
    indication = given.get("indication")
    if indication is not None and (indication == "" or _ID.fullmatch(indication)):
        known["indications"] = (indication,)
    return known


def draw_from_charts() -> None:
    """Each of them in words, with a button that takes it away."""
    for key, value in addresses.from_charts(Filters(**from_charts())).items():
        label = phrases.chart_filter(key, value)
        st.button(safe_md(label), key=f"without-{key}", icon=":material/close:", on_click=_without, args=(key,))


def _without(key: str) -> None:
    st.query_params.pop(key, None)
    st.session_state["page"] = 1


def toggle(disposition: str) -> None:
    """A tile was clicked: show only its people, or everyone again."""
    word = wording.status(disposition).word_under(session.profile())
    st.session_state["step"] = [] if _list("step") == [word] else [word]
    st.session_state["page"] = 1


def clear() -> None:
    for key in ("step", "only", "site", "clinician", "owner"):
        st.session_state[key] = []
    st.session_state["snoozed"] = None
    for key in FROM_CHARTS:
        st.query_params.pop(key, None)
    st.session_state["page"] = 1


def draw(people: Worklist) -> None:
    """The row of filters above the list."""
    bound: dict[str, Any] = {"bind": "query-params", "on_change": _first_page}
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        st.multiselect("Next step", list(_steps()), key="step", placeholder="All", width=172, **bound)
        for key, label in (("site", "Site"), ("clinician", "Clinician")):
            names = people.choices(key)
            if len(names) > 1:
                st.multiselect(label, names, key=key, placeholder="All", format_func=literal, width=172, **bound)
        _draw_team(people, bound)
        st.pills("Only", list(ONLY.values()), selection_mode="multi", key="only", wrap=True, **bound)


def _draw_team(people: Worklist, bound: dict[str, Any]) -> None:
    """What the team decided: only where there is anything to choose from, or an address chose it."""
    told, owners = team(), people.choices("owner")
    if owners:
        names = [*owners, told.nobody]
        st.multiselect(
            told.filter_owner, names, key="owner", placeholder="All", format_func=literal, width=172, **bound
        )
    asked = {told.filters["snoozed"], told.filters["back"]} & set(st.query_params.get_all("snoozed"))
    if people.put_off or asked:
        options = list(told.filters.values())
        st.selectbox(told.filter, options, index=None, key="snoozed", placeholder="All", width=150, **bound)


def draw_order() -> None:
    """How the list is sorted and shown."""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        st.caption("Sort by", width="content")
        st.selectbox(
            "Sort by",
            list(SORTS),
            key="sort",
            bind="query-params",
            on_change=_first_page,
            width=150,
            label_visibility="collapsed",
        )
        st.segmented_control(
            "Show as",
            VIEWS,
            default=VIEWS[0],
            required=True,
            key="view",
            bind="query-params",
            label_visibility="collapsed",
        )


def address() -> dict[str, Any]:
    """The choices that differ from the default, to come back to."""
    titles = panel_store.profiles()
    defaults = {
        "sort": next(iter(SORTS)),
        "view": VIEWS[0],
        "page": 1,
        "profile": next(iter(titles.values())),
    }
    chosen: dict[str, Any] = {}
    for key in (*KEYS, "profile", *([] if session.has_own() else ["as_of"])):
        value = st.session_state.get(key)
        if key == "profile" and value:
            value = titles[value]
        if key == "as_of" and value == session.panel().as_of:
            continue
        if value and value != defaults.get(key):
            chosen[key] = value if isinstance(value, list) else str(value)
    return chosen | {key: st.query_params[key] for key in FROM_CHARTS if key in st.query_params}


def profile_and_date() -> dict[str, Any]:
    """What one is looking at, as the address of every page says it."""
    return {key: value for key, value in address().items() if key in ("profile", "as_of")}


def sort() -> str:
    return str(st.session_state.get("sort") or next(iter(SORTS)))


def _steps() -> dict[str, str]:
    """The word of each status, without its glyph, and its id."""
    return {wording.status(name).word_under(session.profile()): name for name in panel_store.disposition_order()}


def _list(key: str) -> list[str]:
    value = st.session_state.get(key)
    return list(value) if isinstance(value, list | tuple) else []


def _first_page() -> None:
    st.session_state["page"] = 1
