"""What the program is for, what it cannot do, what it rests on, and under which licences."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from functools import cache
from importlib import metadata

import streamlit as st

from dashboard import panel_store, wording
from dashboard.components.safe import literal, safe_md
from dashboard.wording.about import about
from pathways.definition import Source

OURS = "backstop"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def texts() -> None:
    """Intended use, users, population, inputs and limits."""
    told = about().about
    st.markdown(told.lead)
    with st.grid(3, min_column_width=400, gap="medium"):
        for section in told.sections:
            with st.container(gap="xsmall"):
                st.header(section.title, anchor=False)
                st.markdown("\n".join(f"- {line}" for line in section.lines))


def attributes() -> None:
    told, pathway = about().about, panel_store.the_pathway()
    st.header(told.attributes_title, anchor=False)
    st.caption(told.attributes_says)
    since = max(parameter.since for parameter in pathway.numbers.parameters.values())
    known = {"version": pathway.version[:8], "since": wording.day(since)}
    with st.container(key="facts-attributes"):
        st.table({name: text.format(**known) for name, text in told.attributes}, border="horizontal")


def versions() -> None:
    told, pathway = about().about, panel_store.the_pathway()
    st.header(told.versions_title, anchor=False)
    rows = {
        "Backstop": metadata.version(OURS),
        "Pathway": f"{pathway.rules.title}, {pathway.version[:16]}",
        "Profiles": "; ".join(panel_store.profiles().values()),
        "Python": platform.python_version(),
        "Streamlit": metadata.version("streamlit"),
        "DuckDB": metadata.version("duckdb"),
    }
    with st.container(key="facts-versions"):
        st.table(rows, border="horizontal")


def evidence() -> None:
    """Every publication, the verified ones marked."""
    told = about().about
    sources = panel_store.the_pathway().sources
    verified = sum(source.verified for source in sources.values())
    st.header(told.evidence_title, anchor=False)
    st.markdown(told.evidence_says.format(verified=verified, total=len(sources)))
    with st.expander(f"All {len(sources)} sources"):
        for source in sorted(sources.values(), key=lambda one: (-(one.year or 0), one.title)):
            st.markdown(_source(source))


def _source(source: Source) -> str:
    told = about().about
    year = f" ({source.year})" if source.year else ""
    mark = told.verified if source.verified else told.unverified
    about_it = f"{source.strength}; {source.setting} · {mark}"
    return f"**{safe_md(source.title)}{year}**  \n{safe_md(source.says)}  \n:small[{safe_md(about_it)}]"


def licences() -> None:
    told = about().about
    st.header(told.licences_title, anchor=False)
    st.markdown(told.licences_says)
    rows = packages()
    with st.expander(f"All {len(rows)} packages"):
        st.dataframe(
            [{"Package": literal(name), "Version": literal(v), "Licence": literal(kind)} for name, v, kind in rows],
            hide_index=True,
            height="content",
            placeholder="",
            alt="Installed packages that Backstop runs on, with their licences",
        )


@cache
def packages() -> list[tuple[str, str, str]]:
    """Name, version and licence of everything the program needs to run, in alphabetical order."""
    found: dict[str, tuple[str, str, str]] = {}
    waiting = list(_needed(OURS))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            known = metadata.metadata(name)
        except metadata.PackageNotFoundError:  # needed on another system or Python only
            continue
        found[name] = known["Name"], known["Version"], _licence(known)
        waiting += _needed(name)
    return sorted(found.values(), key=lambda one: one[0].lower())


def _needed(name: str) -> Iterator[str]:
    for line in metadata.requires(name) or []:
        if "extra ==" not in line and (match := _NAME.match(line)):
            yield match[0].lower().replace("_", "-")


def _licence(known: metadata.PackageMetadata) -> str:
    """As the package states it: an expression, else its classifier, else the first line of its text."""
    if known["License-Expression"]:
        return known["License-Expression"]
    named = [line.rsplit(" :: ", 1)[-1] for line in known.get_all("Classifier") or [] if line.startswith("License ::")]
    first = (known["License"] or "").strip().split("\n", 1)[0]
    return ", ".join(named) or first or "see the package"
