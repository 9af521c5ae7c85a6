"""Another number tried on the present list: who would enter, who would leave, and how many more tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa
import streamlit as st

from dashboard import flow, panel_store, what_if, wording
from dashboard.components import audited, list_view, pages, session, working
from dashboard.components.kept_runs import kept
from dashboard.components.safe import safe_md
from dashboard.panel_store import HeldPanel
from dashboard.what_if import Choice, Comparison
from dashboard.wording.pathway import page
from dashboard.worklist import Worklist
from pathways import Pathway, PathwayError
from pathways.loading import ProfiledPathway
from pathways.panel import Panel
from pathways.whatif import with_numbers

NUMBER, VALUE = "number", "to"
"""Parts of the address: which number, and what it is set to. Neither says anything of a patient."""

ISOLATED = ("\u2068", "\u2069")
"""Around a name, so that one written from right to left does not draw the id after it into itself."""


def draw(pathway: ProfiledPathway) -> None:
    st.header("What another number would change", anchor=False)
    st.info(page().what_if_note, icon=":material/science:")
    choices = {one.name: one for one in what_if.choices(pathway)}
    asked = choices.get(st.query_params.get(NUMBER, ""))
    value = asked.read(st.query_params.get(VALUE)) if asked else None
    _form(choices, asked, value)
    if asked is None or value is None:
        st.caption("Choose a number, set another value and press Try it.")
    elif value == asked.present:
        st.caption(f"{asked.title} is {asked.shown} already: nothing would change.")
    else:
        _result(pathway, asked, value)


def _form(choices: dict[str, Choice], asked: Choice | None, value: Decimal | None) -> None:
    names = list(choices)
    start = names.index(asked.name) if asked else names.index(_first(choices))
    with st.container(horizontal=True, vertical_alignment="bottom", key="try"):
        name = st.selectbox(
            "Number",
            names,
            index=start,
            format_func=lambda one: f"{choices[one].group}: {choices[one].title}",
            key="what_if_number",
            width=440,
        )
        chosen = choices[name]
        given = value if asked is chosen and value is not None else chosen.present
        whole = chosen.step == chosen.step.to_integral_value()
        kind = int if whole else float
        st.number_input(
            f"Now {chosen.shown}; try",
            min_value=kind(chosen.low),
            max_value=kind(chosen.high),
            value=kind(given),
            step=kind(chosen.step),
            format="%d" if whole else f"%.{-chosen.step.as_tuple().exponent}f",
            key=f"what_if_{name}",
            width=190,
        )
        st.button("Try it", type="primary", on_click=_ask, args=(chosen,))


def _first(choices: dict[str, Choice]) -> str:
    """The length of the trial, the number that guidelines differ in; else the first there is."""
    differing = panel_store.the_pathway().rules.therapy.length
    return differing if differing in choices else next(iter(choices))


def _ask(choice: Choice) -> None:
    """Into the address. The value is read when it is asked for: one just typed comes with the click."""
    value = Decimal(str(st.session_state[f"what_if_{choice.name}"]))
    st.query_params[NUMBER] = choice.name
    steps = (value / choice.step).to_integral_value()
    st.query_params[VALUE] = f"{(steps * choice.step).normalize():f}"


def _result(pathway: ProfiledPathway, choice: Choice, value: Decimal) -> None:
    people, held = session.worklist(), session.panel()
    new = flow.amount(value, choice.unit)
    try:
        with st.spinner(f"Working through {held.people:,} people with {new} instead of {choice.shown} …"):
            found: Comparison = kept(
                people, ("what_if", choice.name, value), lambda: _compared(people, held, pathway, choice, value)
            )
    except PathwayError as refused:
        st.error(safe_md(refused), icon=":material/error:")
        return
    tried = f"{choice.title}: {new} instead of {choice.shown}"
    st.subheader(safe_md(tried), anchor=False)
    moved = sum(len(one.enter) for one in found.steps)
    st.markdown(
        f"**{moved:,} of {found.people:,} people** would have another next step. For {found.touched:,} something in "
        "the answer would change, if only a date or a note."
    )
    st.caption(f"Worked out with the pathway altered in this one number: version {_version(pathway, choice, value)}.")
    _orders(found)
    _steps(found)
    _people(people, found, tried)


def _altered(pathway: ProfiledPathway, choice: Choice, value: Decimal) -> Pathway:
    return with_numbers(pathway.pathway, pathway.profile, {choice.name: value})


def _version(pathway: ProfiledPathway, choice: Choice, value: Decimal) -> str:
    return _altered(pathway, choice, value).version.replace(pathway.pathway.version, pathway.pathway.version[:8])


def _compared(
    people: Worklist, held: HeldPanel, pathway: ProfiledPathway, choice: Choice, value: Decimal
) -> Comparison:
    asked = (_altered(pathway, choice, value), pathway.profile, pathway.as_of)
    if isinstance(held.root.panel, Panel):
        then = panel_store.answers_of(held.panel, *asked)
    else:
        then = what_if.replaced(people.answers, _differences(held.root, *asked))
        if held.changed:  # of whom more is known than in the list that all share
            then = what_if.replaced(then, panel_store.answers_of(held.part(held.changed), *asked))
    return what_if.compare(people.answers, then, people.dispositions, pathway.profile)


def _differences(root: HeldPanel, altered: Pathway, profile: str, as_of: date) -> pa.Table:
    """Worked out once for whoever asks, of everybody as they were read."""
    name, answers = ("what if", profile, as_of, altered.version), root.worklist(profile, as_of).answers
    work = root.works.ask(
        name, root.people, lambda told: what_if.differences(root.panel, answers, altered, profile, as_of, told)
    )
    return working.wait(work, wording.screen().working.what_if)


def _orders(found: Comparison) -> None:
    """More or fewer bloods, scans and referrals, in people and in single tests."""
    with st.grid(4, min_column_width=150, gap="small"):
        for place, one in enumerate(found.orders):
            with st.container(border=True, gap=None):
                st.caption(one.title)
                st.markdown(f"**{one.before:,} → {one.after:,}** people")
                st.caption(f"{_more(one.after - one.before)}: {len(one.enter):,} enter, {len(one.leave):,} leave")
                if place < len(found.tests):
                    tests = found.tests[place]
                    st.caption(f"Single orders {tests.before:,} → {tests.after:,}")
                else:
                    st.caption("Past their due date")


def _more(change: int) -> str:
    return f"{change:,} more" if change > 0 else f"{-change:,} fewer" if change else "As many"


def _steps(found: Comparison) -> None:
    moved = [one for one in found.steps if one.moved]
    if not moved:
        st.caption("Everybody keeps their next step.")
        return
    st.table(
        {
            "Next step": [safe_md(one.title) for one in moved],
            "Now": [f"{one.before:,}" for one in moved],
            "Then": [f"{one.after:,}" for one in moved],
            "Enter": [_signed("+", one.enter) for one in moved],
            "Leave": [_signed("−", one.leave) for one in moved],
        },
        border="horizontal",
        alt="People at each next step now and then, with how many enter and leave",
    )
    kept_steps = len(found.steps) - len(moved)
    st.caption(f"The other {kept_steps} next steps keep their people.")


def _signed(sign: str, ids: Sequence[str]) -> str:
    return f"{sign}{len(ids):,}" if ids else "0"


def _people(people: Worklist, found: Comparison, tried: str) -> None:
    """Who comes and who goes, by name: a list like any other, so it is written down what was looked at."""
    sides = {
        f"{verb}: {one.title} ({len(ids):,})": ids
        for one in found.changes
        for verb, ids in (("Enter", one.enter), ("Leave", one.leave))
        if ids
    }
    if not sides or not session.user().may("people"):
        return
    st.subheader("Who", anchor=False)
    chosen = st.pills(
        "Who", list(sides), format_func=safe_md, default=next(iter(sides)), required=True, key="who", wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    side = chosen if chosen in sides else next(iter(sides))
    audited.viewed_list("what if", [tried, side], len(sides[side]))
    _names(people, sides[side], found)


def _names(people: Worklist, ids: Sequence[str], found: Comparison) -> None:
    named = what_if.named(people, ids, found.then)
    if len(named) < len(ids):
        st.caption(f"The {len(named)} most pressing of {len(ids):,} people.")
    for person in named:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            pages.link(
                pages.patient(),
                label=f"{ISOLATED[0]}{safe_md(person.name)}{ISOLATED[1]} · {safe_md(person.patient_id)}",
                query_params=list_view.link(person.token),
            )
            told = person.now if person.now == person.then else f"{person.now} → {person.then}"
            st.caption(safe_md(told), width="content")
