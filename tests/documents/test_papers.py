"""The summary and the letter: what they say, on how many pages, and that nothing in a record can change them."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from dashboard import settings, wording
from dashboard.documents import Facts, Unprintable, letter_pdf, summary_pdf, words
from dashboard.documents.printing import pages
from tests.documents.conftest import D, event
from tests.pages.made_up import group

Make = Callable[[Facts], bytes]
Read = Callable[[bytes], str]
BOTH = pytest.mark.parametrize("make", [summary_pdf, letter_pdf])
MARKUP = '#panic("x") *bold* _it_ $x^2$ @ref <label> `raw` [b] \\ #image("/etc/hosts") // = Title'


@BOTH
def test_it_says_who_what_and_why(make: Make, facts: Facts, read: Read) -> None:
    text = read(make(facts))
    for said in (
        "Hélène Lefèvre",
        "1 May 1960",
        "0007",
        "Failed conservative therapy: bloods and X-ray spine due 6 Jun 2026, 9 days over",
        "Failed therapy",
        "Age from 50 years; local choice [1]",
        "[1] Deyo and Diehl: Cancer as a cause of back pain (1988): one cohort, 13 cancers; US walk-in primary care.",
        "Fever (1\u00a0Jun\u00a02026)".replace("\u00a0", " "),
        "62 mm/h",
        "Physiotherapy",
        "Full blood count (haemoglobin) and ESR",
        "Record as of 15 Jun 2026",
        wording.profile("us-acp"),
        "Pathway version ffffffffffff",
        "Made 15 Jun 2026, 14:05 UTC",
        settings.INTENDED_USE,
    ):
        assert said in text, said


@BOTH
def test_a_figure_that_nobody_verified_is_not_cited(make: Make, facts: Facts, read: Read) -> None:
    text = read(make(facts))
    assert "Improvement 30 %; figure not verified at its source" in text
    assert "[2]" not in text


@BOTH
def test_the_line_of_a_file_stays_in_the_record(make: Make, facts: Facts, read: Read) -> None:
    assert "events.csv" not in read(make(facts))


@BOTH
def test_it_is_tagged_and_the_same_facts_give_the_same_bytes(make: Make, facts: Facts) -> None:
    made = make(facts)
    assert made == make(facts)
    assert b"pdfuaid:part>1<" in made.replace(b" ", b"")
    assert b"/StructTreeRoot" in made
    later = dataclasses.replace(facts, made_at=facts.made_at + timedelta(minutes=1))
    assert make(later) != made


@BOTH
@pytest.mark.parametrize("field", ["name", "site", "clinician", "patient_id"])
def test_markup_in_a_record_is_only_text(make: Make, of: Callable[..., Facts], read: Read, field: str) -> None:
    text = read(make(of(**{field: MARKUP})))
    assert '#panic("x") *bold* _it_ $x^2$' in text


@BOTH
def test_markup_in_a_note_is_only_text(make: Make, of: Callable[..., Facts], read: Read) -> None:
    noted = [event("physiotherapy", D - timedelta(days=3), "active", note='#panic("x") *b* @ref')]
    assert '#panic("x") *b* @ref' in read(make(of(other={"events": noted})))


@BOTH
@pytest.mark.parametrize(
    "name", ["محمد العلي", "王俊杰", "佐藤 花子", "김동현", "נועה כהן", "अनिल शर्मा", "Þórður Škoda"]
)
def test_a_name_in_any_bundled_script_is_printed(make: Make, of: Callable[..., Facts], name: str) -> None:
    assert make(of(name=name)).startswith(b"%PDF")


@BOTH
def test_a_name_from_right_to_left_does_not_turn_the_date_after_it(
    make: Make, of: Callable[..., Facts], read: Read
) -> None:
    text = read(make(of(name="Noura العلي")))
    assert "1 May 1960 · 0007" in text


@BOTH
def test_a_name_that_no_font_can_print_is_refused_without_being_told(make: Make, of: Callable[..., Facts]) -> None:
    with pytest.raises(Unprintable) as refused:
        make(of(name="Åse 𞤀𞤁 Berg"))
    assert refused.value.signs == ["𞤀", "𞤁"]
    assert "Berg" not in str(refused.value)


@BOTH
def test_other_text_that_no_font_can_print_is_marked(make: Make, of: Callable[..., Facts], read: Read) -> None:
    noted = [event("physiotherapy", D - timedelta(days=3), "active", note="went well 😀😀")]
    text = read(make(of(other={"events": noted})))
    assert "went well [?]" in text
    assert words().unprintable in text


def test_without_such_text_nothing_is_said_of_marks(facts: Facts, read: Read) -> None:
    assert words().unprintable not in read(summary_pdf(facts))


def _much(facts: Facts) -> Facts:
    """Five hundred events, every note, long names and thirty questions."""
    concepts = [
        "pain_score",
        "esr",
        "haemoglobin",
        "crp",
        "physiotherapy",
        "nsaid",
        "opioid",
        "mri_spine",
        "xray_spine",
    ]
    treatments = {"physiotherapy", "nsaid", "opioid"}
    many = [
        event(
            concepts[number % 9],
            D - timedelta(days=number % 390),
            "active" if concepts[number % 9] in treatments else "final",
            value=Decimal(number % 11) if concepts[number % 9] in {"pain_score", "esr"} else None,
            note="A long note about nothing in particular. " * 6,
        )
        for number in range(500)
    ]
    asked = [f"question_{number}_with_a_rather_long_name" for number in range(30)]
    told = facts.trace["criteria"][2]
    criteria = [
        *facts.trace["criteria"],
        *({**told, "id": f"also_{n}", "label": "Also " + "so " * 40} for n in range(40)),
    ]
    columns: dict[str, Any] = {
        "name": "Wolfeschlegelsteinhausenbergerdorff " * 12,
        "patient_id": "9" * 300,
        "site": "S" * 400,
        "clinician": "Dr " + "Very Long " * 40,
        "could_be": "emergency",
        "questions": asked,
        "missing": asked,
        "notes": list(wording.pathway_words().notes),
        "bloods": group("due", *[f"test_{number}_of_blood" for number in range(20)]),
        "imaging": group("due", *[f"image_{number}_of_spine" for number in range(20)]),
        "reasons": ["failed_therapy", *asked],
    }
    return dataclasses.replace(
        facts, person={**facts.person, **columns}, events=many, trace={**facts.trace, "criteria": criteria}
    )


@pytest.mark.parametrize("profile", ["us-acp", "uk-nice"])
@pytest.mark.parametrize(("make", "most"), [(summary_pdf, 1), (letter_pdf, 2)])
def test_it_keeps_to_its_pages_whatever_the_record_holds(
    make: Make, most: int, profile: str, facts: Facts, read: Read
) -> None:
    made = make(dataclasses.replace(_much(facts), profile=profile))
    assert len(PdfReader(io.BytesIO(made)).pages) == pages(made) <= most
    text = read(made)
    assert re.search(r"and \d+ more, see the record", text)
    assert settings.INTENDED_USE in text


@pytest.mark.parametrize(("make", "most"), [(summary_pdf, 1), (letter_pdf, 2)])
def test_a_person_of_whom_nothing_is_known(make: Make, most: int, of: Callable[..., Facts], read: Read) -> None:
    nothing = of(
        other={"events": [], "trace": {"criteria": []}},
        name=None, birth_first=None, birth_last=None, site=None, clinician=None, reasons=[], since=None, due_by=None,
        baseline_pain=None, current_pain=None, trial_start=None, disposition="self_care", indication=None,
        bloods=group(), imaging=group(),
    )  # fmt: skip
    made = make(nothing)
    assert len(PdfReader(io.BytesIO(made)).pages) == pages(made) <= most
    text = read(made)
    for said in (words().no_name, words().no_results, words().no_tried, words().no_course, words().no_absent):
        assert said in text


def test_the_letter_asks_for_what_is_due_and_for_nothing_else(of: Callable[..., Facts], read: Read) -> None:
    referred = of(referral=group("due", "suspected_cancer_referral"), imaging=group("in_progress"))
    text = read(letter_pdf(referred))
    assert "Please see or arrange: suspected-cancer referral. Due 6 Jun 2026, 9 days over." in text
    assert "Already under way or done: imaging (in progress)." in text
    nothing_due = of(imaging=group(), due_by=None)
    assert " ".join(words().request_none.split()) in read(letter_pdf(nothing_due))


@BOTH
def test_an_emergency_is_said_before_anything_else(make: Make, of: Callable[..., Facts], read: Read) -> None:
    text = read(make(of(disposition="emergency", indication="emergency")))
    assert text.index(words().urgency["emergency"]) < text.index("Failed therapy")


@BOTH
def test_sample_data_and_answers_of_the_page_are_told(make: Make, of: Callable[..., Facts], read: Read) -> None:
    text = read(make(of(other={"sample": True, "answers": 2})))
    assert words().sample in text
    assert "With 2 answers given on the page, not yet in the record" in text


def test_no_font_of_the_machine_is_used(facts: Facts) -> None:
    named = set(re.findall(rb"/BaseFont ?/\w+\+([\w-]+)", summary_pdf(facts)))
    assert named
    assert all(name.startswith((b"NotoSans", b"DroidSansFallback")) for name in named), named
