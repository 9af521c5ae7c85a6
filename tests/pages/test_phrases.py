"""What an answer says in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard import phrases, wording
from pathways import load_pathway
from tests.pages.made_up import D, answer, failed, group

GLYPHS = {
    "emergency": "‼ Emergency",
    "urgent": "⚠ Urgent",
    "escalate": "▲ Escalate",
    "investigate": "● Failed conservative therapy",
    "review_results": "◉ Result to review",
    "ask": "? To ask",
    "awaiting_results": "… Awaiting result",
    "reassess": "↺ Reassess",
    "therapy_stopped": "■ Therapy stopped",
    "on_therapy": "○ On therapy",
    "responding": "✓ Responding",
    "other_pathway": "→ Other pathway",
    "self_care": "– Self-care",
}


@pytest.mark.parametrize(("name", "shown"), GLYPHS.items())
def test_the_status_is_a_glyph_and_a_word(name: str, shown: str) -> None:
    assert phrases.status(answer(name)) == shown


def test_no_two_statuses_share_a_glyph_or_a_word() -> None:
    statuses = wording.statuses().statuses.values()
    assert len({status.glyph for status in statuses}) == len({s.word for s in statuses}) == len(statuses)


def test_the_sentence_says_what_when_and_how_late() -> None:
    assert phrases.sentence(failed(), D) == (
        "Failed conservative therapy: bloods and X-ray spine due 6 Jun 2026, 9 days over"
    )


@pytest.mark.parametrize(
    ("days", "shown"),
    [(1, "14 Jun 2026, 1 day over"), (0, "15 Jun 2026, today"), (-1, "16 Jun 2026, in 1 day")],
)
def test_lateness(days: int, shown: str) -> None:
    assert phrases.due(answer(due_by=D - timedelta(days=days)), D) == shown


def test_no_date_no_lateness() -> None:
    assert phrases.due(answer(), D) == ""
    assert phrases.waiting_days(answer(), D) is None


def test_under_the_british_profile_age_alone_is_not_called_failed_therapy() -> None:
    by_age = failed(indication="age_60_bloods", reasons=["age_60", "persistent"], imaging=group())
    assert "therapy" not in phrases.status(by_age)
    assert phrases.sentence(by_age, D).startswith("Age 60 or over, persistent pain: bloods due")
    assert wording.status("investigate").tile("uk-nice") != wording.status("investigate").tile("us-acp")


@pytest.mark.parametrize("name", wording.statuses().statuses)
def test_every_disposition_has_a_next_step_even_with_nothing_to_fill_in(name: str) -> None:
    bare = answer(name, bloods=group("due", "esr") if name in ("urgent", "escalate", "investigate") else group())
    for text in (phrases.next_step(bare), phrases.sentence(bare, D)):
        assert text.strip()
        assert "{" not in text
        assert not text.rstrip().endswith((":", "about", "for", "Order", "Read"))


def test_a_long_list_of_questions_is_counted() -> None:
    asked = answer("ask", missing=["fever", "weight_loss", "cancer_history", "limb_weakness"])
    assert phrases.next_step(asked) == "Ask about fever, weight loss and 2 more"


def test_not_known_says_what_it_could_be() -> None:
    worse = answer(could_be="emergency", questions=["saddle_anaesthesia"], missing=["fever", "saddle_anaesthesia"])
    assert phrases.not_known(worse) == "Could be an emergency: saddle numbness and 1 more"
    assert phrases.not_known(answer(missing=["fever"])) == "Fever"
    assert phrases.not_known(answer()) == ""


def test_results_to_read_and_to_wait_for_name_their_group() -> None:
    assert phrases.next_step(answer("review_results", imaging=group("to_review"))) == "Read imaging"
    waiting = answer("awaiting_results", bloods=group("in_progress"), imaging=group("in_progress"))
    assert phrases.next_step(waiting) == "Wait for bloods and imaging"


def test_orders_name_what_is_still_to_order() -> None:
    assert phrases.orders(failed()) == [
        ("Bloods", "To order", "Full blood count (haemoglobin) and ESR"),
        ("Imaging", "To order", "X-ray spine"),
        ("Referral", "Not indicated", ""),
    ]


def test_every_disposition_of_the_pathway_has_its_words() -> None:
    assert set(load_pathway().rules.dispositions) == set(wording.statuses().statuses)
