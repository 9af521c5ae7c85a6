"""The flow as a picture: places that a click gives back, names with glyph and number."""

from __future__ import annotations

from dashboard import wording
from dashboard.charts import sankey
from dashboard.filtering import Filters
from dashboard.queues.flow import flow
from tests.pages.made_up import answer, failed, worklist

PEOPLE = worklist([failed(patient_id="1"), failed(patient_id="2"), answer("ask", patient_id="3"),
                   answer("not_in_pathway", patient_id="4")])  # fmt: skip


def test_places_in_the_picture_are_places_in_the_flow() -> None:
    found = flow(PEOPLE, Filters())
    series = sankey.option(found)["baseOption"]["series"][0]
    assert [node["name"] for node in series["data"]] == [node.id for node in found.nodes]
    assert [(link["source"], link["target"], link["value"]) for link in series["links"]] == [
        (link.source, link.target, link.people) for link in found.links
    ]
    assert series["selectedMode"] == "single"


def test_every_bar_is_named_by_glyph_word_and_number() -> None:
    found = flow(PEOPLE, Filters())
    series = sankey.option(found)["baseOption"]["series"][0]
    labels = {node["name"]: node["label"]["formatter"] for node in series["data"]}
    words = wording.status("investigate").tile("us-acp")
    assert labels["investigate"] == f"2  {words}"
    assert labels["all"] == "4  Everyone"
    assert f"2 {words}" in sankey.alt_text(found)


def test_a_reason_to_act_of_nobody_is_not_drawn() -> None:
    found = flow(PEOPLE, Filters())
    assert [node.id for node in found.nodes] == [
        "all", "why-failed_therapy", "why-", "investigate", "ask", "not_in_pathway",
    ]  # fmt: skip
    assert found.node("why-").filters == Filters(indications=("",), dispositions=("ask",))


def test_nobody_at_all() -> None:
    found = flow(PEOPLE, Filters(sites=("Nowhere",)))
    assert (found.people, found.nodes, found.links) == (0, (), ())
