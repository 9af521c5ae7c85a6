"""How long a visit lasts, and that a guessed word is none."""

from __future__ import annotations

from dashboard.serving.visits import Visits


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_a_word_of_ours_is_known() -> None:
    visits = Visits()
    word = visits.begin()
    assert visits.knows(word)
    assert len(word) >= 40
    assert visits.begin() != word
    assert not visits.knows(None)
    assert not visits.knows("")
    assert not visits.knows(word[:-1])


def test_a_visit_ends_when_it_was_not_seen_for_long() -> None:
    clock = Clock()
    visits = Visits(clock, lasts=10)
    word = visits.begin()
    clock.now = 9
    assert visits.knows(word)
    clock.now = 18
    assert visits.knows(word), "being seen prolongs it"
    clock.now = 29
    assert not visits.knows(word)
    clock.now = 18
    assert not visits.knows(word), "what has ended does not come back"


def test_when_there_are_too_many_the_one_unseen_for_longest_goes() -> None:
    visits = Visits(lasts=10, most=2)
    first, second = visits.begin(), visits.begin()
    assert visits.knows(first)
    third = visits.begin()
    assert [visits.knows(word) for word in (first, second, third)] == [True, False, True]
