"""Keys under which nothing false can be found, and tags by which what is no longer true is let go of.

Not for keeping: `tiers` does. Nothing here makes two different texts the same: a space can change an answer.

A key is a digest of the request, the policy, the versions of the evidence, the bundle and the tenant: a change of any
misses. What a value rests on is also in its tags, as editions of documents; `Standing` compares them at every read
with the documents as they are now, so that what was changed or retired is not served even where nobody dropped it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Protocol

import msgspec

from simone.caching.tiers import Computed, Tiers
from simone.clock import digest
from simone.errors import ContractBroken
from simone.records import Output

_EDITION = "edition:"


class Edition(msgspec.Struct, frozen=True, order=True):
    """One version of one document, both by the names that the sources give them."""

    document: str
    version: str


class Versions(Protocol):
    """Tells which documents are live, and in which version."""

    def live(self) -> Mapping[str, str]:
        """The present version of every live document, by its id; as it is at the moment of the call."""


def key(request: object, *, policy: str, evidence: Iterable[Edition], bundle: str, tenant: str) -> bytes:
    """32 bytes that differ where any part does; the order of the evidence, of sets and of mappings means nothing.

    `request` may hold records, builtins and times. `policy` and `bundle` are digests; `tenant` is "" in a house of one.

    Raises:
        ContractBroken: the request holds something that has no canonical form.
    """
    editions = digest(*sorted(digest(_text(one.document), _text(one.version)).encode() for one in set(evidence)))
    parts = (canonical(request), _text(policy), editions.encode(), _text(bundle), _text(tenant))
    return bytes.fromhex(digest(*parts))


def canonical(value: object) -> bytes:
    """Bytes that are equal for equal values of equal types only.

    Raises:
        ContractBroken: the value is of a kind that has no canonical form.
    """
    return b"".join(_written(value))


def _written(value: object) -> Iterator[bytes]:
    match value:
        case None:
            yield b"n"
        case bool():
            yield b"b1" if value else b"b0"
        case Enum():
            yield from _sized(b"E", _text(f"{type(value).__qualname__}.{value.name}"))
        case int():
            yield from _sized(b"i", str(value).encode())
        case float():
            yield b"f" + struct.pack("<d", value)
        case str():
            yield from _sized(b"s", _text(value))
        case bytes():
            yield from _sized(b"y", value)
        case datetime() | date():
            yield from _sized(b"d", f"{type(value).__name__} {value.isoformat()}".encode())
        case msgspec.Struct():
            yield _head(type(value))
            for name in value.__struct_fields__:
                yield from _written(getattr(value, name))
        case msgspec.UnsetType():
            yield b"u"
        case Mapping():
            pairs = sorted(canonical(name) + canonical(held) for name, held in value.items())
            yield b"m%d:" % len(pairs)
            yield from pairs
        case AbstractSet():
            members = sorted(canonical(member) for member in value)
            yield b"t%d:" % len(members)
            yield from members
        case list() | tuple():
            yield b"l%d:" % len(value)
            for member in value:
                yield from _written(member)
        case _:
            raise ContractBroken(
                f"a cache key was asked for a {type(value).__name__}, which has no canonical form; "
                "give records, builtins or times"
            )


@lru_cache(maxsize=1024)
def _head(kind: type[msgspec.Struct]) -> bytes:
    """The name of a record and of its fields; the fields' values follow in this order."""
    names = (kind.__qualname__, *kind.__struct_fields__)
    return b"r%d:" % len(names) + b"".join(b"%d:" % len(_text(name)) + _text(name) for name in names)


def _sized(kind: bytes, octets: bytes) -> Iterator[bytes]:
    yield kind + b"%d:" % len(octets)
    yield octets


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


# ── what a value rests on ───────────────────────────────────────────────────────────────────────


def document_tag(document: str) -> str:
    """The tag of everything that rests on any version of a document: what `forget` drops."""
    return f"document:{document}"


def tags_of(editions: Iterable[Edition]) -> tuple[str, ...]:
    """The tags of a value that rests on these editions, sorted."""
    found: set[str] = set()
    for one in editions:
        found.update((document_tag(one.document), f"{_EDITION}{len(one.version)}:{one.version}{one.document}"))
    return tuple(sorted(found))


def editions_in(tags: Iterable[str]) -> tuple[Edition, ...]:
    """The editions that such tags name, in the order of the tags."""
    found = []
    for tag in tags:
        if tag.startswith(_EDITION):
            size, _, rest = tag.removeprefix(_EDITION).partition(":")
            found.append(Edition(rest[int(size) :], rest[: int(size)]))
    return tuple(found)


class Standing:
    """Whether what an entry rests on still stands: every edition among its tags is live. Asked at every read."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions

    def __call__(self, tags: Sequence[str]) -> bool:
        """True where all documents are live in the versions named; true where none are named."""
        editions = editions_in(tags)
        if not editions:
            return True
        live = self._versions.live()
        return all(live.get(one.document) == one.version for one in editions)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def is_servable(output: Output) -> bool:
    """Whether an output may be served again as an answer: released, with no claim refuted."""
    return output.decision.action == "release" and all(one.status != "refuted" for one in output.verdicts)


def editions_of(output: Output) -> tuple[Edition, ...]:
    """The documents that an output cites or was judged by, each in its version, sorted."""
    cited = {Edition(one.document_id, str(one.version)) for one in output.citations}
    judged = {Edition(e.document_id, str(e.version)) for verdict in output.verdicts for e in verdict.evidence}
    return tuple(sorted(cited | judged))


class Answers:
    """Whole outputs. What was withheld or refuted is neither kept nor served, whoever put it there."""

    def __init__(self, tiers: Tiers[Output]) -> None:
        """`tiers` made with a `Standing`, so that answers end with the evidence they rest on."""
        self._tiers = tiers

    def find(self, name: bytes) -> Output | None:
        """The answer kept under a key, if it may be served."""
        output = self._tiers.get(name)
        if output is not None and not is_servable(output):
            self._tiers.remove(name)
            return None
        return output

    def keep(self, name: bytes, output: Output, ttl_s: float | None = None) -> bool:
        """Keep an answer, tagged with what it rests on; whether it was kept."""
        if not is_servable(output):
            return False
        kept = Computed(output, tags_of(editions_of(output)), ttl_s)
        return self._tiers.put(name, kept.value, 0, kept.ttl_s, tags=kept.tags)
