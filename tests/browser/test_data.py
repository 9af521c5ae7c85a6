"""The data page in a real browser: from a clinic's own export to the people to ask."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser import reading

pytestmark = pytest.mark.browser

EXPORT = """MRN;Patient name;DOB;Gender;Pain onset;No fever;NRS now;NRS now date
01;Ann;1960-02-01;female;03/04/2026;yes;6;2026-06-01
02;Bo;1970-02-01;male;04/05/2026;;14;2026-06-01
"""


def press(page: Any, name: str) -> None:  # noqa: ANN401
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_timeout(500)
    reading.rests(page)


def test_a_clinics_own_export_is_matched_asked_about_and_loaded(page: Any, server: str, tmp_path: Path) -> None:  # noqa: ANN401
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    reading.visit(page, f"{server}/data")
    page.locator("input[type=file]").first.set_input_files(str(export))
    page.get_by_text("What are these columns?").wait_for(timeout=60_000)
    reading.rests(page)
    assert page.get_by_label("What no_fever is").input_value() == "Leave out"
    press(page, "Load")
    page.get_by_text("can be read in two ways").wait_for(timeout=60_000)
    assert page.get_by_text("pain_onset").count()
    assert page.get_by_role("button", name="Load", exact=True).is_disabled()
    page.get_by_text("Day first").click()
    reading.rests(page)
    press(page, "Load")
    page.get_by_text("The list is loaded: 1 patient.").wait_for(timeout=120_000)
    assert page.get_by_text("2 records read = 1 accepted + 1 held back + 0 blank").count() == 1
    page.get_by_role("link", name="Go to the worklist").click()
    reading.rests(page)
    page.locator(".st-key-count").wait_for(timeout=60_000)
    assert reading.listed(page) == 1
    assert not reading.strangers(requested, server)


def test_a_count_to_ask_is_the_list_that_it_leads_to(page: Any, server: str) -> None:  # noqa: ANN401
    reading.visit(page, f"{server}/data")
    page.locator(".st-key-to-ask a:visible").first.wait_for(timeout=60_000)
    reading.rests(page)
    link = page.locator(".st-key-to-ask a:visible").last  # each link has an unseen twin that is measured
    people = int(re.search(r": ([\d,]+) pe", link.inner_text())[1].replace(",", ""))  # type: ignore[index]
    link.click()
    page.wait_for_url("**/worklist?*question=*", timeout=60_000)
    reading.rests(page)
    page.locator(".st-key-count").wait_for(timeout=60_000)
    assert reading.listed(page) == people > 0
