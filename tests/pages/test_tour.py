"""The tour: shown once the browser says that it was never put away, walked through, put away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import browser_memory, pages, tour
from dashboard.wording.huddle import huddle

Visit = Callable[..., AppTest]
TOLD = huddle().tour


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A browser that says whether it keeps something and remembers what it is told to keep."""
    memory = {"kept": ""}

    def keeps_nothing(name: str, keep: str = "") -> bool:
        memory["kept"] = keep or memory["kept"]
        return not memory["kept"]

    monkeypatch.setattr(browser_memory, "keeps_nothing", keeps_nothing)
    return memory


def shown(at: AppTest) -> str | None:
    titles = [m.value.strip("*") for m in at.markdown]
    return next((step.title for step in TOLD.steps if step.title in titles), None)


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def test_a_first_visit_sees_the_first_step(app: Visit, browser: dict) -> None:
    assert shown(app("huddle")) == TOLD.steps[0].title


def test_nothing_shows_when_it_was_put_away_or_before_the_browser_says_that_it_never_was(
    app: Visit, browser: dict
) -> None:
    browser["kept"] = "seen"
    assert shown(app("huddle")) is None


def test_every_step_is_reached_and_the_last_has_no_next(app: Visit, browser: dict) -> None:
    at = app("huddle")
    for step in TOLD.steps[1:]:
        at = press(at, TOLD.next)
        assert shown(at) == step.title
    assert TOLD.next not in [button.label for button in at.button]
    assert shown(press(at, TOLD.back)) == TOLD.steps[-2].title


def test_put_away_it_is_kept_by_the_browser_and_can_be_taken_again(app: Visit, browser: dict) -> None:
    at = press(app("huddle"), TOLD.away)
    assert shown(at) is None
    assert browser["kept"] == "seen"
    assert shown(app("huddle")) is None
    assert shown(press(at, TOLD.again)) == TOLD.steps[0].title


def test_closed_for_now_the_browser_keeps_nothing(app: Visit, browser: dict) -> None:
    at = press(app("huddle"), TOLD.later)
    assert shown(at) is None
    assert browser["kept"] == ""


def test_the_tour_is_short_and_each_page_it_names_exists() -> None:
    assert 4 <= len(TOLD.steps) <= 6
    addresses = set(pages.NEEDS)
    assert {step.page for step in TOLD.steps if step.page} <= addresses
    assert tour.AWAY != tour.CLOSED
