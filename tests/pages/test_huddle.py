"""The huddle: who is listed, in which order, and that its numbers are the worklist's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.filtering import Filters
from dashboard.huddle import huddle, listed
from dashboard.wording.huddle import huddle as words
from tests.pages.conftest import HOSTILE
from tests.pages.made_up import D, answer, failed, person, worklist
from tests.pages.team import put_off

Visit = Callable[..., AppTest]
LATE = {"since": D - timedelta(days=9), "due_by": D - timedelta(days=2), "overdue": True}


def one_of_each() -> list[dict]:
    return [
        answer("on_therapy", patient_id="calm"),
        answer("ask", patient_id="asked", could_be="failed_therapy", missing=["trial_end"]),
        answer("ask", patient_id="perhaps", could_be="emergency", questions=["saddle_anaesthesia"]),
        failed(patient_id="failed"),
        answer("review_results", patient_id="unread"),
        answer("urgent", patient_id="urgent", since=D, due_by=D + timedelta(days=7)),
        answer("urgent", patient_id="late", **LATE),
        answer("emergency", patient_id="now", since=D, due_by=D),
    ]


def names(lines: list) -> list[str]:
    return [line.name.removeprefix("Person ") for line in lines]


def test_emergencies_stand_apart_and_the_rest_follow_the_pathways_order() -> None:
    found = huddle(worklist(one_of_each()))
    assert names(found.band) == ["now"]
    assert names(found.others) == ["late", "urgent", "unread", "failed", "perhaps"]
    assert (found.to_act, found.total, found.to_call, found.others_people) == (6, 8, 2, 5)


def test_those_who_are_called_today_are_emergencies_and_late_urgent_people() -> None:
    found = huddle(worklist(one_of_each()))
    assert {line.name for line in (*found.band, *found.others) if line.call} == {"Person now", "Person late"}


def test_whoever_is_put_off_is_counted_apart_and_an_emergency_never_is() -> None:
    people = put_off(one_of_each(), "late", "failed", "calm", "now")
    found = huddle(people)
    assert names(found.band) == ["now"]
    assert names(found.others) == ["urgent", "unread", "perhaps"]
    assert (found.to_act, found.total, found.to_call, found.snoozed) == (4, 8, 1, 2)
    everybody = put_off(one_of_each(), *(one["patient_id"] for one in one_of_each()))
    assert names(huddle(everybody).band) == ["now"]
    assert (huddle(everybody).to_act, huddle(everybody).snoozed) == (1, 5)


def test_a_question_counts_only_where_the_answer_could_be_pressing() -> None:
    found = huddle(worklist(one_of_each()))
    perhaps = next(line for line in found.others if line.name == "Person perhaps")
    assert perhaps.why == "Could be an emergency"
    assert "asked" not in names(found.others)


def test_a_row_says_what_next_why_and_how_late() -> None:
    line = next(one for one in huddle(worklist(one_of_each())).others if one.name == "Person failed")
    assert line.status == "● Failed conservative therapy"
    assert line.next_step == "Order bloods and X-ray spine"
    assert line.why == "Full trial of therapy without enough relief"
    assert (line.when, line.overdue, line.waiting) == ("9 days over", True, "waiting 23 days")
    assert line.who == "66, female, failed"


def test_a_row_without_a_late_date_says_when_it_is_due() -> None:
    found = huddle(worklist(one_of_each()))
    assert next(one for one in found.others if one.name == "Person urgent").when == "due in 7 days"
    assert found.band[0].when == "due today"
    assert next(one for one in found.others if one.name == "Person unread").when == ""


def test_at_most_so_many_are_listed_and_the_counts_are_of_everyone() -> None:
    people = worklist([failed(patient_id=f"{number:03}") for number in range(40)])
    found = huddle(people)
    assert len(found.others) == words().longest == 25
    assert found.to_act == found.others_people == 40
    assert not found.band


def test_every_number_is_the_worklists_under_the_same_filter() -> None:
    answers = one_of_each() * 3
    for number, one in enumerate(answers):
        one_of = {**one, "patient_id": f"{one['patient_id']}{number}"}
        answers[number] = one_of
    sites = [
        person(one["patient_id"], site="Harbour" if place % 3 else "Mill Lane") for place, one in enumerate(answers)
    ]
    people = worklist(answers, sites)
    for chosen in ((), ("Harbour",), ("Mill Lane",), ("Harbour", "Mill Lane")):
        found = huddle(people, chosen)
        assert people.total(listed(chosen)) == found.to_act
        assert people.total(Filters(need=words().called, sites=chosen)) == found.to_call
        assert sum(kind.people for kind in found.kinds) == found.to_act
        for kind in found.kinds:
            same = Filters(need=words().listed, sites=chosen, dispositions=(kind.disposition,))
            assert people.total(same) == kind.people


def test_a_list_on_which_nobody_needs_a_step_is_empty() -> None:
    found = huddle(worklist([answer("on_therapy", patient_id="calm")]))
    assert (found.to_act, found.total, found.kinds) == (0, 1, [])


def texts(at: AppTest) -> str:
    said = [*at.markdown, *at.caption, *at.info, *at.header]
    return "\n".join(element.value.replace("\\", "") for element in said)


def links(at: AppTest) -> list:
    return [element.proto for element in at.get("page_link")]


def test_the_page_shows_the_band_the_rest_and_how_many_more(app: Visit) -> None:
    at = app("huddle")
    assert not at.exception
    found = texts(at)
    assert "Act now by your emergency route; this list is as of 15 Jun 2026." in found
    assert re.search(r"\*\*\d+\*\* to act on today, of 120 people", found)
    people = [link for link in links(at) if link.page == "patient"]
    band = int(re.search(r"‼ Emergency: (\d+) people", found)[1])  # type: ignore[index]
    assert len(people) == band + words().longest
    assert all("id=" in link.query_string for link in people)
    assert any("more to act on" in link.label for link in links(at))


def test_no_button_puts_an_emergency_away(app: Visit) -> None:
    at = app("huddle")
    assert not [b.label for b in at.button if re.search("dismiss|snooze|hide", b.label, re.IGNORECASE)]


def test_a_link_to_the_worklist_shows_the_number_it_names(app: Visit) -> None:
    at = app("huddle")
    link = next(one for one in links(at) if "Failed conservative" in one.label)
    number = int(re.search(r"\*\*(\d+)\*\*", link.label)[1])  # type: ignore[index]
    from urllib.parse import parse_qs

    shown = app("worklist", **parse_qs(link.query_string))
    assert any(f"of {number:,} people" in m.value for m in shown.markdown)


def test_a_clinician_picks_a_site_and_every_link_keeps_it(app: Visit) -> None:
    at = app("huddle")
    assert "of 120 people" in texts(at)
    at.multiselect(key="my_site").set_value(["Mill Lane"]).run()
    assert not at.exception
    assert "of 60 people" in texts(at)
    assert "Harbour · " not in texts(at)
    assert all("site=Mill+Lane" in link.query_string for link in links(at) if "need=" in link.query_string)


def test_an_invented_site_in_the_address_shows_everyone(app: Visit) -> None:
    assert "of 120 people" in texts(app("huddle", my_site="Nowhere"))


def test_a_patients_address_on_this_page_is_taken_away(app: Visit) -> None:
    at = app("huddle", id="f" * 24)
    assert not at.exception
    assert "id" not in at.query_params


def test_what_a_record_says_is_never_read_as_markdown(app: Visit) -> None:
    at = app("huddle")
    labels = [link.label for link in links(at)]
    assert not any("![x](https" in text for text in (*labels, *(m.value for m in at.markdown)))
    assert HOSTILE.split(" ", 1)[0] not in "".join(labels)


@pytest.mark.parametrize("need", ["today", "call", "nonsense"])
def test_the_worklist_takes_the_need_from_its_address(app: Visit, need: str) -> None:
    at = app("worklist", need=need)
    assert not at.exception
    assert any("of 120 people" in m.value for m in at.markdown) is (need == "nonsense")
