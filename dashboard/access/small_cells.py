"""Numbers that would tell of few people, kept from somebody who may not see them one by one."""

from __future__ import annotations

from collections.abc import Sequence


def hidden(counts: Sequence[int], under: int) -> list[int | None]:
    """Parts of a whole whose own number is told: None in place of each from 1 to one less than ``under``.

    What is left out can be told from the whole and the rest. So the smallest others go too, until there are
    at least two of them and they stand for no fewer than ``under`` people together.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < under}
    others = sorted((count, place) for place, count in enumerate(counts) if count and place not in small)
    while small and others and (len(small) == 1 or sum(counts[place] for place in small) < under):
        small.add(others.pop(0)[1])
    return [None if place in small else count for place, count in enumerate(counts)]
