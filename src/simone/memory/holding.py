"""What must be closed with a memory, episodes that hold its sentences and memories that it stands for; and when what a
memory says has ended.

Not for making episodes: `episodes` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from simone.clock import digest
from simone.memory.contract import OPEN, Link, Memory, Store
from simone.memory.moments import MIDNIGHT, end, instant

NEVER = "0001-01-01"
"""The end of what never held, by the link that says so."""
_DAY = len("2026-01-01")


def closed_with(store: Store, links: Sequence[Link], made: Sequence[Link] = ()) -> list[Link]:
    """For each link that closes a memory, one that closes each episode that holds it, and each memory that it stands
    for, from the same time on.

    `made` are links of the open transaction, which the store does not tell of yet.

    Without it an episode would go on telling what its member no longer does, and a merged twin would hold on.

    Raises:
        StoreError: the store cannot be read.
    """
    closing = {link.memory: link for link in links if link.kind == "closes"}
    closed: dict[str, Link] = {}
    asked = sorted(closing)
    while asked:
        own = [link for link in made if link.memory in asked or link.other in asked]
        beside = [link for link in (*store.links(asked), *own) if not link.undone_at]
        asked = []
        for link in beside:
            if link.kind == "holds" and link.memory in closing:
                one, member, why = link.other, link.memory, "it holds"
            elif link.kind == "stands_for" and link.other in closing:
                one, member, why = link.memory, link.other, "it says the same as"
            else:
                continue
            if one in closing:
                continue
            by = closing[member]
            name = digest(*(part.encode() for part in ("closes", one, by.other, by.recorded_at)))[:16]
            reason = f"{why} {member}, which was closed: {by.reason}"
            closed[one] = Link(name, "closes", one, by.other, by.recorded_at, reason, by.valid_to)
            closing[one] = closed[one]
            asked.append(one)
    return list(closed.values())


def closed_along(store: Store, links: Sequence[Link]) -> list[Link]:
    """The links that hold still and closed something only because these closed what it holds or stands for.

    Raises:
        StoreError: the store cannot be read.
    """
    along = {link.id: link.memory for link in closed_with(store, links)}
    return [link for link in store.links(sorted(set(along.values()))) if link.id in along and not link.undone_at]


def last_day(memory: Memory) -> str:
    """The last day on which one holds that has an end; NEVER where there is none."""
    last = memory.valid_to[:_DAY]
    if memory.valid_to.endswith(MIDNIGHT) and last != NEVER:
        last = (date.fromisoformat(last) - timedelta(days=1)).isoformat()
    return NEVER if last < memory.valid_from[:_DAY] else last


def as_ended(store: Store, memories: Sequence[Memory], known_at: str = OPEN) -> tuple[Memory, ...]:
    """The memories with the end that the links which close them give, an instant, where that is earlier than their own.

    `known_at` is an instant: links that the store did not have then, or had undone, give none.

    Raises:
        StoreError: the store cannot be read.
    """
    ends: dict[str, list[str]] = {memory.id: [memory.valid_to] for memory in memories}
    for link in store.links(sorted(ends)):
        held = not link.undone_at or (known_at and known_at < link.undone_at)
        known = not known_at or link.recorded_at <= known_at
        if link.kind == "closes" and link.memory in ends and held and known:
            ends[link.memory].append(link.valid_to if link.valid_to == NEVER else instant(link.valid_to))
    found = []
    for memory in memories:
        first = min(filter(None, ends[memory.id]), key=end, default=OPEN)
        found.append(memory if first == memory.valid_to else msgspec.structs.replace(memory, valid_to=first))
    return tuple(found)
