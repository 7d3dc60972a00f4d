"""Carries a consolidation plan out as one batch, and undoes a batch whole.

Not for planning: `consolidation` does, and nothing here looks for more to join.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from simone.clock import digest
from simone.errors import BadRequest, StoreError
from simone.memory.consolidation import ConsolidationPlan
from simone.memory.contract import DEFAULT_TENANT, Link, LinkKind, Store
from simone.memory.keying import keys_to_keep
from simone.memory.moments import moment


class Batch(msgspec.Struct, frozen=True):
    """A consolidation that was carried out, by the name under which it can be undone; "" where nothing was to do."""

    name: str
    merged: int
    episodes: int
    closed: int


class Undone(msgspec.Struct, frozen=True):
    """What undoing a batch ended: links, and the episodes that were closed with them."""

    links: int
    episodes: int


def apply_plan(store: Store, plan: ConsolidationPlan, now: datetime) -> Batch:
    """Keep every merge, episode and closing of the plan in one transaction: all of it, or nothing.

    Raises:
        StoreError: the store refused, or something that the plan speaks of has changed since; plan again.
    """
    if plan.is_empty:
        return Batch("", 0, 0, 0)
    at = moment(now.isoformat(), "now")
    name = digest(msgspec.json.encode(plan), at.encode())[:16]
    links = tuple(_links(plan, at, name))
    made = [episode.memory for episode in plan.episodes]
    with store.writing() as writing:
        _unchanged(store, links, {memory.id for memory in made})
        for memory, keys in zip(made, keys_to_keep(made), strict=True):
            writing.add(memory, keys)
        for link in links:
            writing.link(link)
    return Batch(name, len(plan.merges), len(plan.episodes), len(plan.stale))


def undo(store: Store, batch: str, now: datetime, tenant: str = DEFAULT_TENANT) -> Undone:
    """End every link of the tenant's batch, and close the episodes that it made; what it hid is current again.

    Raises:
        BadRequest: no batch of the tenant has that name, or all of it was undone before.
        StoreError: the store refused.
    """
    at = moment(now.isoformat(), "now")
    reason = f"the consolidation {batch} that made it was undone"
    with store.writing() as writing:
        # INVARIANT: nobody else can write meanwhile, so that of two who undo at once one finds nothing left to undo
        held = [link for link in store.batch(batch) if not link.undone_at]
        own = {memory.id for memory in store.get([link.memory for link in held]) if memory.tenant == tenant}
        links = [link for link in held if link.memory in own]
        if not links:
            raise BadRequest(
                f"no batch {batch!r} of a consolidation of tenant {tenant!r} holds; its name is printed when it is"
                " carried out"
            )
        episodes = {link.other: link.memory for link in reversed(links) if link.kind == "holds"}
        ended = sum(writing.undo(link.id, at) for link in links)
        for episode, member in sorted(episodes.items()):
            writing.link(_link("closes", episode, member, at, reason, valid_to=at))
    return Undone(ended, len(episodes))


def _links(plan: ConsolidationPlan, at: str, batch: str) -> Iterator[Link]:
    for merge in plan.merges:
        yield _link("stands_for", merge.memory, merge.into, at, "it says the same, and no less", batch)
    for episode in plan.episodes:
        for member in episode.members:
            yield _link("holds", member, episode.memory.id, at, "the episode holds its sentences", batch)
    for stale in plan.stale:
        reason = f"it holds {stale.member}, which {stale.by} has closed"
        yield _link("closes", stale.episode, stale.by, at, reason, batch, at)


def _link(kind: LinkKind, memory: str, other: str, at: str, reason: str, batch: str = "", valid_to: str = "") -> Link:
    name = digest(kind.encode(), memory.encode(), other.encode(), at.encode())[:16]
    return Link(name, kind, memory, other, at, reason, valid_to, batch)


def _unchanged(store: Store, links: Sequence[Link], made: set[str]) -> None:
    """Refuse a plan whose memories were forgotten, hidden or closed since, for instance by another process.

    Nobody else can write meanwhile, so that what the store answers now still holds when this is kept.
    """
    needed = sorted({end for link in links for end in (link.memory, link.other)} - made)
    known = {memory.id for memory in store.get(needed)}
    gone = [memory for memory in needed if memory not in known]
    may_be_closed = {link.other for link in links if link.kind == "closes"}
    hidden = [
        link.memory
        for link in store.links(needed)
        if link.kind in ("stands_for", "closes") and not link.undone_at and link.memory in set(needed) - may_be_closed
    ]
    if gone or hidden:
        raise StoreError(
            f"memory {(gone or hidden)[0]} {'was forgotten' if gone else 'was merged or closed'} since this"
            " consolidation was planned; nothing was kept; plan again"
        )
