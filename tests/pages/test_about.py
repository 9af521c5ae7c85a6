"""The About page: what it is for, what it rests on, and the licences of what is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata

from streamlit.testing.v1 import AppTest

from dashboard.components import about_view
from dashboard.wording.about import about
from pathways import load_pathway

Visit = Callable[..., AppTest]


def test_everything_the_page_owes_is_on_it(app: Visit) -> None:
    at = app("about")
    assert not at.exception
    headers = [header.value for header in at.header]
    for owed in ("Intended use", "Users", "Population", "Inputs needed", "Known limits", "Source attributes"):
        assert owed in headers
    assert {"Evidence", "Versions", "Licences"} <= set(headers)


def test_each_source_is_listed_and_unverified_ones_are_marked(app: Visit) -> None:
    shown = [m.value.replace("\\", "") for m in app("about").markdown]
    told = about().about
    for source in load_pathway().sources.values():
        line = next(text for text in shown if text.startswith(f"**{source.title}"))
        assert (told.verified if source.verified else told.unverified) in line
        assert (told.unverified if source.verified else told.verified) not in line


def test_every_package_of_the_project_is_listed_with_a_licence() -> None:
    listed = {name.lower().replace("_", "-"): (version, licence) for name, version, licence in about_view.packages()}
    for line in metadata.requires("backstop") or []:
        if "extra ==" in line:
            continue
        name = about_view._NAME.match(line)[0].lower()  # type: ignore[index]
        version, licence = listed[name]
        assert version == metadata.version(name)
        assert licence
    assert not [name for name, (_, licence) in listed.items() if licence == "see the package"]


def test_a_package_of_a_package_is_listed_and_a_tool_for_tests_is_not() -> None:
    names = {name.lower() for name, _, _ in about_view.packages()}
    assert "numpy" in names
    assert "pytest" not in names
