"""Episodes that must be closed with a memory whose sentences they hold.

Not for making episodes: `episodes` does.
"""

from __future__ import annotations

from collections.abc import Sequence

from simone.clock import digest
from simone.memory.contract import Link, Store


def closed_with(store: Store, links: Sequence[Link]) -> list[Link]:
    """For each link that closes a memory, one that closes each episode that holds it, from the same time on.

    Without it an episode would go on telling what its member no longer does.

    Raises:
        StoreError: the store cannot be read.
    """
    closing = {link.memory: link for link in links if link.kind == "closes"}
    if not closing:
        return []
    held = [link for link in store.links(sorted(closing)) if link.kind == "holds" and link.memory in closing]
    closed: dict[str, Link] = {}
    for holding in held:
        if holding.undone_at or holding.other in closed:
            continue
        by = closing[holding.memory]
        name = digest(*(part.encode() for part in ("closes", holding.other, by.other, by.recorded_at)))[:16]
        reason = f"it holds {holding.memory}, which was closed: {by.reason}"
        closed[holding.other] = Link(name, "closes", holding.other, by.other, by.recorded_at, reason, by.valid_to)
    return list(closed.values())
