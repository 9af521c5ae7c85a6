"""Numbers that would tell of few people, kept from somebody who may not see them one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def hidden(counts: Sequence[int], under: int, also: Collection[int] = ()) -> list[int | None]:
    """Parts of a whole whose own number is told: None in place of each from 1 to one less than ``under``.

    What is left out can be told from the whole and the rest. So the smallest others go too, until there are
    at least two of them and they stand for no fewer than ``under`` people together. ``also`` are places that are
    left out for another reason.
    """
    small = {place for place, count in enumerate(counts) if 0 < count < under} | set(also)
    others = sorted((count, place) for place, count in enumerate(counts) if count and place not in small)
    while small and others and (len(small) == 1 or sum(counts[place] for place in small) < under):
        small.add(others.pop(0)[1])
    return [None if place in small else count for place, count in enumerate(counts)]


def nested(counts: Sequence[int | None], under: int) -> list[int | None]:
    """Each a part of every one before it: told where neither it nor what is left of the last that is told is small.
    None is left out already."""
    told: list[int | None] = []
    for count in counts:
        last = next((one for one in reversed(told) if one is not None), None)
        rest = 0 if last is None or count is None else last - count
        told.append(None if count is None or 0 < count < under or 0 < rest < under else count)
    return told
