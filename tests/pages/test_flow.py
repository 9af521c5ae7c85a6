"""The picture and the words of the rules say what the pathway's files say, under every profile."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dashboard import flow
from dashboard.charts import flow as chart
from dashboard.wording.pathway import page
from pathways import load_pathway
from pathways.conditions import names_in
from tests.pages.made_up import D

PATHWAY = load_pathway()
PROFILES = tuple(PATHWAY.numbers.profiles)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_indication_of_the_profile_is_told_in_order_with_parts_and_orders(profile: str) -> None:
    pathway = PATHWAY.in_profile(profile, D)
    found = flow.reasons(pathway)
    assert [one.name for one in found] == list(pathway.indications)
    for one in found:
        entry = pathway.rules.indications[one.name]
        assert one.parts == tuple(flow.label(pathway, part) for part in entry.parts_in(profile))
        assert one.orders
        assert one.within


@pytest.mark.parametrize("profile", PROFILES)
def test_every_fact_under_an_indication_is_named_in_its_lines(profile: str) -> None:
    pathway = PATHWAY.in_profile(profile, D)
    for one in flow.reasons(pathway):
        text = "\n".join(line.text for line in one.lines).lower()
        waiting = list(pathway.rules.indications[one.name].parts_in(profile))
        while waiting:
            name = waiting.pop()
            assert flow.label(pathway, name).lower() in text
            waiting += names_in(pathway.rules.criteria[name]) if name in pathway.rules.criteria else ()


def test_the_words_follow_the_profile() -> None:
    acp, nice = (PATHWAY.in_profile(name, D) for name in ("us-acp", "uk-nice"))
    lines = [line.text for one in flow.reasons(acp) for line in one.lines]
    assert any("length of the trial of therapy 28 days" in text for text in lines)
    assert any(one.name == "age_60_bloods" for one in flow.reasons(nice))
    urgent = next(one for one in flow.reasons(nice) if one.name == "urgent")
    assert urgent.within == "Within 7 days (within 14 days where unexplained weight loss is the only reason)"
    assert "CT abdomen, if unexplained weight loss and age 60 or over" in urgent.orders
    assert next(one for one in flow.reasons(acp) if one.name == "urgent").within == "Within 7 days"


def test_a_part_told_once_is_not_told_again() -> None:
    escalate = next(one for one in flow.reasons(PATHWAY.in_profile("us-acp", D)) if one.name == "escalate")
    failed = [line.text for line in escalate.lines if line.text.startswith("Full trial of therapy")]
    assert failed == [
        "Full trial of therapy without enough relief: all of",
        "Full trial of therapy without enough relief (as above)",
    ]


def test_logic_is_spelled_out() -> None:
    pathway = PATHWAY.in_profile("us-acp", D)
    spa = [line.text for line in flow.lines(pathway, "axial_spa", set())]
    assert spa[0] == "Pattern of axial spondyloarthritis: all of"
    assert "At least 4 of 9:" in spa
    weight = [line.text for line in flow.lines(pathway, "weight_loss", set())]
    assert "Any of, as far as recorded:" in weight
    assert "Not: weight loss was intended" in weight


@pytest.mark.parametrize("profile", PROFILES)
def test_the_ladder_leads_to_every_disposition_but_those_that_orders_lead_to(profile: str) -> None:
    rungs = flow.ladder(PATHWAY.in_profile(profile, D))
    reached = {rung.outcome for rung in rungs} | {flow.outcome(fork) for fork in page().with_orders}
    for name in PATHWAY.rules.dispositions:
        status = flow.wording.status(name)
        assert any(one.startswith(status.glyph) for one in reached), name


@pytest.mark.parametrize("profile", PROFILES)
def test_the_picture_holds_every_word_and_nothing_lies_outside(profile: str) -> None:
    rungs = flow.ladder(PATHWAY.in_profile(profile, D))
    drawn = chart.figure(rungs, "#000000")
    words = " ".join(note.text.replace("<br>", " ") for note in drawn.layout.annotations)
    plain = " ".join(words.replace("<b>", "").replace("</b>", "").replace("· ", "").split())
    for rung in rungs:
        for text in (rung.question, rung.outcome, *rung.details, *rung.then):
            assert text in plain
    boxes = drawn.layout.shapes
    assert len(boxes) == 2 * len(rungs)
    assert max(box.y1 for box in boxes) <= drawn.layout.height
    lefts = [box for box in boxes if box.x0 == chart.LEFT[0]]
    assert all(one.y1 < two.y0 for one, two in pairwise(lefts))
    assert {note.font.color for note in drawn.layout.annotations} == {"#000000"}


def test_the_picture_can_be_read_without_seeing_it() -> None:
    rungs = flow.ladder(PATHWAY.in_profile("us-acp", D))
    alt, rows = chart.alt_text(rungs), chart.table(rungs)
    assert len(rows) == len(rungs)
    assert all(rung.outcome in alt and rung.outcome in row["Leads to"] for rung, row in zip(rungs, rows, strict=True))


def test_the_lines_of_a_box_are_of_like_length() -> None:
    drawn = chart.figure(flow.ladder(PATHWAY.in_profile("us-acp", D)), "#000000")
    told = [note.text for note in drawn.layout.annotations if "Something that" in note.text]
    lines = [line.removeprefix("<b>").removesuffix("</b>") for line in told[0].split("<br>")]
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < len(lines[1].split()[0]) + 1
    assert all(len(line) <= chart.LETTERS["left"] for line in lines)
