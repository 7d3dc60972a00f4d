"""How records stand in the columns of PostgreSQL: digests, signed keys, texts that any character can be in.

Not for asking: `store` and `writing` do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import msgspec
import xxhash

from simone.clock import digest
from simone.errors import BadRequest, StoreError
from simone.memory.contract import Keys, Link, Memory
from simone.memory.rows import damaged, finite, is_whole

MEMORY = "memories.id, record, checksum"
"""What `memory_of` reads a memory from."""

_memories = msgspec.json.Decoder(Memory)
_keys = msgspec.msgpack.Decoder(Keys)
_links = msgspec.json.Decoder(Link)
_encode = msgspec.json.Encoder().encode


def digest_of(text: str) -> uuid.UUID:
    """What stands for a text in a column that is searched by equality; any text has one, a lone surrogate too."""
    return uuid.UUID(digest(text.encode("utf-8", "surrogatepass"))[:32])


def digests_of(texts: Iterable[str]) -> list[uuid.UUID]:
    """Of each different text one, ordered by text."""
    return [digest_of(text) for text in sorted(set(texts))]


def plain(text: str) -> str:
    """The text in characters that PostgreSQL can hold, no two texts alike; most stay as they are."""
    return text.encode("unicode_escape").decode() if "\\" in text or "\x00" in text or not is_whole(text) else text


def unplain(text: str) -> str:
    """The text that `plain` made this of."""
    return text.encode("latin-1").decode("unicode_escape") if "\\" in text else text


def signed(keys: Iterable[int]) -> list[int]:
    """Keys of 64 bits as PostgreSQL's bigint, each once."""
    return sorted({key - (1 << 64) if key >= 1 << 63 else key for key in keys})


def memory_row(memory: Memory, keys: Keys) -> dict[str, object]:
    """The columns of a memory.

    Raises:
        BadRequest: a text of it holds a lone surrogate, or a number is not finite.
    """
    finite(memory)
    record = written(memory, f"memory {memory.id!r}")
    return {
        "id": memory.id,
        "tenant": digest_of(memory.tenant),
        "session": digest_of(memory.session),
        "kind": memory.kind,
        "sources": digests_of(origin.source for origin in memory.origins),
        "authors": digests_of(origin.author for origin in memory.origins),
        "subjects": digests_of(entity.normal.casefold() for entity in memory.entities),
        "trust": memory.trust,
        "valid_from": memory.valid_from,
        "valid_to": memory.valid_to,
        "recorded_at": memory.recorded_at,
        "exact": signed((keys.exact,))[0],
        "bands": signed(keys.bands),
        "terms": signed(keys.shared),
        "record": record,
        "keys": msgspec.msgpack.encode(keys),
        "checksum": checksum(record),
    }


def checksum(record: str) -> int:
    """XXH3-64 of a record, as PostgreSQL keeps integers."""
    return signed((xxhash.xxh3_64_intdigest(record.encode()),))[0]


def keys_of(packed: bytes) -> Keys:
    """The keys of a memory, as its row holds them.

    Raises:
        StoreError: the row was damaged.
    """
    try:
        return _keys.decode(packed)
    except msgspec.MsgspecError as error:
        raise StoreError(
            f"keys of a memory in the store cannot be read: {error}; run `simone memory check --repair`"
        ) from error


def written(record: Memory | Link, name: str) -> str:
    """The record as JSON.

    Raises:
        BadRequest: a text of it holds a lone surrogate, which no file and no line of JSON can hold.
    """
    try:
        return _encode(record).decode()
    except UnicodeEncodeError as error:
        raise BadRequest(
            f"{name} holds the lone surrogate {error.object[error.start]!r}, which no store can keep;"
            " decode its source anew"
        ) from error


def memory_of(identity: str, record: str, expected: int) -> Memory:
    """The memory of a row of MEMORY.

    Raises:
        StoreError: the row is not what was written; names the memory.
    """
    if checksum(record) != expected:
        raise damaged(identity, "its checksum differs")
    try:
        return _memories.decode(record)
    except msgspec.MsgspecError as error:
        raise damaged(identity, str(error)) from error


def link_of(record: str, undone_at: str) -> Link:
    """The link, ended when its column says so.

    Raises:
        StoreError: the row was damaged.
    """
    try:
        link = _links.decode(record)
    except msgspec.MsgspecError as error:
        raise StoreError(f"a link in the store cannot be read: {error}; run `simone memory check --repair`") from error
    return link if link.undone_at == undone_at else msgspec.structs.replace(link, undone_at=undone_at)
