"""A person's summary, read again: one page, in every script, that can be read aloud."""

from __future__ import annotations

from typing import Any

import pytest
from pypdf import PdfReader

from dashboard import settings
from dashboard.filtering import Filters
from dashboard.worklist import Worklist
from tests.browser import reading

pytestmark = pytest.mark.browser

NAMES = {"ليلى حداد": "Mill Street Clinic", "Adébáyọ̀ Ọláńrewájú": "Nora Whitcombe, NP"}


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_is_one_tagged_page_in_every_script(page: Any, sample: str, truth: Worklist, name: str) -> None:  # noqa: ANN401
    wanted = next(row for row in truth.page(Filters(dispositions=("urgent",))).rows if row["name"] == name)
    reading.visit(page, f"{sample}/worklist?step=Urgent&view=Cards")
    page.get_by_role("link", name=name).click()
    page.wait_for_url("**/patient?id=*", timeout=60_000)
    reading.rests(page)
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="One-page summary (PDF)").click()
    document = PdfReader(waiting.value.path())
    assert len(document.pages) == 1
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"]
    text = " ".join(document.pages[0].extract_text().split())
    for words in (wanted["patient_id"], NAMES[name], "15 Jun 2026", settings.INTENDED_USE[:30]):
        assert words in text
    assert all(part in text or part[::-1] in text for part in name.split()), text
