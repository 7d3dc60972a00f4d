"""Candidates let into a store or refused, in one transaction, and what was closed opened again.

Not for choosing candidates: MTP does, and whoever imports.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.clock import Clock, digest
from simone.errors import BadRequest
from simone.memory.contract import Candidate, Link, Memory, Refusal, Store
from simone.memory.contradicting import contradicted
from simone.memory.gate import Known, Recalled, examine, refusal_by, repeated
from simone.memory.holding import closed_with
from simone.memory.keying import keys_of
from simone.memory.moments import instant, moment


def remember(
    store: Store, candidates: Sequence[Candidate], clock: Clock, recalled: Sequence[Recalled] = ()
) -> tuple[Memory | Refusal, ...]:
    """Each candidate as the memory it became or the refusal it met, in their order; all in one transaction.

    A candidate is held against the store and against those before it. Refusals are counted in the store. What a new
    memory contradicts is closed, or closes it: see `contradicting`. One that says word for word what is known, and is
    trusted more or pinned, or comes after another value of the same, stands for that from then on.

    Raises:
        BadRequest: a number of a candidate is out of its range or a moment is none; nothing was kept.
        StoreError: the store refused; nothing was kept.
    """
    at = moment(clock.now().isoformat(), "now")
    memories = [as_memory(candidate, at) for candidate in candidates]
    refusals = examine(candidates, recalled)
    sound = [place for place, refusal in enumerate(refusals) if refusal is None]
    keys = dict(zip(sound, keys_of([candidates[place] for place in sound]), strict=True))
    kept: list[Memory | Refusal] = []
    with store.writing() as writing:
        taken: set[str] = set()
        made: list[Link] = []
        for place, (candidate, memory, refusal) in enumerate(zip(candidates, memories, refusals, strict=True)):
            known = refusal or repeated(writing, candidate, keys[place])
            if not isinstance(known, Refusal) and memory.id in taken:  # differs in what its id does not tell
                known = refusal_by("duplicate", f" as {memory.id}", memory.id)
            if isinstance(known, Refusal):
                writing.refuse(candidate.tenant, known.rule)
                kept.append(known)
                continue
            memory = memory if known is None else _with_what_it_was(memory, known)
            links = contradicted(writing, memory, keys[place])
            if known is not None:
                links.append(_standing_for(known, memory))
            writing.add(memory, keys[place])
            taken.add(memory.id)
            links += closed_with(store, links, made)
            for link in links:
                writing.link(link)
            made += links
            kept.append(memory)
    return tuple(kept)


def _with_what_it_was(memory: Memory, known: Known) -> Memory:
    """The memory that stands for a known one, with the known one's pin and days where it has none of its own.

    It holds as long as the known one, unless something else was said since: then it holds from when it is said again.
    """
    was = known.memory
    return msgspec.structs.replace(
        memory,
        valid_from=memory.valid_from if known.since else was.valid_from,
        valid_to=memory.valid_to if known.since else was.valid_to,
        times=memory.times or was.times,
        pinned=memory.pinned or was.pinned,
    )


def _standing_for(known: Known, memory: Memory) -> Link:
    """What says that the new memory stands for a known one of the same words."""
    was = known.memory
    key = digest(*(part.encode() for part in ("stands_for", was.id, memory.id, memory.recorded_at)))[:16]
    if known.since is not None:
        more = f"was said after {known.since.id}, “{known.since.text}”"
    elif memory.trust == was.trust:
        more = "is pinned"
    else:
        more = f"is trusted more ({memory.trust:g} against {was.trust:g})"
    return Link(key, "stands_for", was.id, memory.id, memory.recorded_at, f"the other says the same and {more}")


def undo(store: Store, links: Sequence[str], clock: Clock) -> int:
    """End these links, so that what they closed or stood for is recalled again; how many held until now.

    Raises:
        StoreError: the store refused; every link stays as it was.
    """
    at = moment(clock.now().isoformat(), "now")
    with store.writing() as writing:
        return sum(writing.undo(link, at) for link in links)


def as_memory(candidate: Candidate, at: str) -> Memory:
    """The candidate as it would be kept at that moment; `at` is an instant in UTC.

    Raises:
        BadRequest: its validity is no time, or ends before it begins.
    """
    valid_from = moment(candidate.valid_from, "valid_from")
    valid_to = moment(candidate.valid_to, "valid_to")
    if valid_to and instant(valid_to) < instant(valid_from):
        raise BadRequest(f"a candidate is valid from {valid_from!r} to {valid_to!r}; it must not end before it begins")
    return Memory(
        id=memory_id(candidate, at),
        text=candidate.text,
        origins=candidate.origins,
        kind=candidate.kind,
        tenant=candidate.tenant,
        session=candidate.session,
        entities=candidate.entities,
        times=candidate.times,
        statements=candidate.statements,
        topics=candidate.topics,
        valence=candidate.valence,
        arousal=candidate.arousal,
        salience=candidate.salience,
        pinned=candidate.pinned,
        trust=min((origin.trust for origin in candidate.origins), default=0.0),
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_at=at,
    )


def memory_id(candidate: Candidate | Memory, at: str) -> str:
    """16 hexadecimal digits: a digest of tenant, text, origins and moment."""
    parts = [candidate.tenant.encode("utf-8", "surrogatepass"), candidate.text.encode("utf-8", "surrogatepass")]
    for origin in candidate.origins:
        fields = [str(value) for value in msgspec.structs.astuple(origin)]
        parts.extend(field.encode("utf-8", "surrogatepass") for field in fields)
    return digest(*parts, at.encode())[:16]
