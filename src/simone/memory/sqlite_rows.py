"""How records become rows of the SQLite store, and questions SQL.

Not for the tables (`sqlite_schema` has them) and not for transactions (`sqlite`).
"""

from __future__ import annotations

import msgspec
import xxhash

from simone.memory.contract import (
    Entity,
    Filter,
    Interval,
    Keys,
    Link,
    Memory,
    Origin,
    Statement,
)
from simone.memory.moments import EVENING, MIDNIGHT, read
from simone.memory.rows import damaged, is_whole
from simone.storage.port import Value

EXACT, BAND, TERM = 0, 1, 2
"""Kinds of `keys`."""
SOURCE, AUTHOR, SUBJECT = 0, 1, 2
"""Kinds of `names`."""

FIELDS = Memory.__struct_fields__
_REAL_NAMES = ("valence", "arousal", "salience", "trust")
MEMORY_COLUMNS = ", ".join(f"m.{name}" for name in FIELDS)
STORED_COLUMNS = f"{MEMORY_COLUMNS}, m.keys, m.checksum"
STORED_BYTES = ", ".join(
    f"m.{name}" if name in (*_REAL_NAMES, "pinned", "keys", "checksum") else f"CAST(m.{name} AS BLOB)"
    for name in (*FIELDS, "keys", "checksum")
)
"""STORED_COLUMNS for `readable`: as bytes also a text can be fetched that is no text any more."""
INSERT_MEMORY = (
    f"INSERT OR IGNORE INTO memories ({', '.join(FIELDS)}, keys, checksum)"
    f" VALUES ({', '.join('?' * (len(FIELDS) + 2))}) RETURNING number"
)
IS_CURRENT = (
    "NOT EXISTS (SELECT 1 FROM links AS l WHERE l.memory = m.number"
    " AND l.kind IN ('closes', 'stands_for') AND l.undone_at = '')"
)
LINK_COLUMNS = (
    "l.id, l.kind, m.id, o.id, l.recorded_at, l.reason, l.valid_to, l.batch, l.undone_at FROM links AS l"
    " JOIN memories AS m ON m.number = l.memory JOIN memories AS o ON o.number = l.other"
)

_SUCCEEDED = (
    "SELECT 1 FROM links AS l JOIN memories AS c ON c.number = l.memory WHERE l.other = m.number AND l.kind = 'closes'"
    f" AND c.kind <> 'episode' AND c.valid_from < l.valid_to AND c.valid_from || '{MIDNIGHT}' <> l.valid_to"
)
"""What held before a memory closed it."""
_UNENDED = (
    "(m.valid_to = '' OR CASE WHEN length(m.valid_to) = 10 THEN m.valid_to || '"
    + EVENING
    + "' ELSE m.valid_to END > ?)"
)
"""As `moments.has_ended` tells."""
_STANDING = (
    "WITH RECURSIVE standing (number) AS ("
    "SELECT l.other FROM links AS l WHERE l.memory = m.number AND l.kind = 'stands_for' AND {holds}"
    " UNION SELECT l.other FROM standing AS s JOIN links AS l ON l.memory = s.number"
    " WHERE l.kind = 'stands_for' AND {holds})"
    " SELECT 1 FROM standing AS s JOIN memories AS o ON o.number = s.number WHERE o.number <> m.number"
)
"""What stands for a memory, directly or through others."""

Row = tuple[Value, ...]

_DECODERS: dict[str, msgspec.json.Decoder[object]] = {
    "origins": msgspec.json.Decoder(tuple[Origin, ...]),
    "entities": msgspec.json.Decoder(tuple[Entity, ...]),
    "times": msgspec.json.Decoder(tuple[Interval, ...]),
    "statements": msgspec.json.Decoder(tuple[Statement, ...]),
    "topics": msgspec.json.Decoder(tuple[str, ...]),
}
_LISTED = tuple((FIELDS.index(name), decoder.decode) for name, decoder in _DECODERS.items())
_REALS = tuple(map(FIELDS.index, _REAL_NAMES))
_PINNED = FIELDS.index("pinned")
_ENCODE = msgspec.json.Encoder().encode
_KEYS = msgspec.msgpack.Decoder(Keys)


def memory_row(memory: Memory, keys: Keys) -> Row:
    """Every column of `memories` but the number; the last is a checksum of the others."""
    columns: list[Value] = [getattr(memory, name) for name in FIELDS]
    for place, _ in _LISTED:
        columns[place] = _ENCODE(columns[place]).decode() if columns[place] else "[]"
    for place in _REALS:
        columns[place] = float(columns[place]) + 0.0  # type: ignore[arg-type]  # SQLite keeps no negative zero
    columns[_PINNED] = int(memory.pinned)
    columns.append(msgspec.msgpack.encode(keys))
    return (*columns, checksum(columns))


def checksum(columns: list[Value] | Row) -> int:
    """XXH3-64 of the columns of a memory and its keys, as SQLite keeps integers."""
    return signed(xxhash.xxh3_64_intdigest(_ENCODE(columns)))


def as_memory(row: Row) -> Memory:
    """The memory of a row of MEMORY_COLUMNS.

    Raises:
        StoreError: the row cannot be read; names the memory.
    """
    columns: list[object] = list(row)
    try:
        for place, decode in _LISTED:
            columns[place] = () if row[place] == "[]" else decode(row[place])  # type: ignore[arg-type]
    except (msgspec.MsgspecError, ValueError) as error:
        raise damaged(str(row[0]), str(error)) from error
    columns[_PINNED] = bool(row[_PINNED])
    return Memory(*columns)  # type: ignore[arg-type]


def verified(row: Row) -> Memory:
    """The memory of a row of STORED_COLUMNS. Verifying is a tenth of what reading a row costs, 2 of 20 microseconds.

    Raises:
        StoreError: the row is not what was written; names the memory.
    """
    try:
        is_whole_row = checksum(row[:-1]) == row[-1]
    except ValueError:  # half a surrogate pair, of bytes that are no text
        is_whole_row = False
    if not is_whole_row:
        raise damaged(str(row[0]), "its checksum differs")
    return as_memory(row[:-2])


def readable(row: Row) -> Row:
    """A row of STORED_BYTES as one of STORED_COLUMNS; bytes that are no UTF-8 become lone surrogates."""
    return tuple(
        value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) and place < len(FIELDS) else value
        for place, value in enumerate(row)
    )


def printable(text: str) -> str:
    """A text that `readable` gave, in characters that can be kept and printed."""
    return text.encode("utf-8", "backslashreplace").decode()


def as_link(row: tuple[str, ...]) -> Link:
    """The link of a row of LINK_COLUMNS."""
    return Link(*row)  # type: ignore[arg-type]


def as_keys(packed: bytes) -> Keys:
    """The keys of a memory, as its row holds them."""
    return _KEYS.decode(packed)


def key_rows(keys: Keys) -> list[tuple[int, int]]:
    """Kind and key of every row of `keys` that a memory has, sorted."""
    rows = {(EXACT, signed(keys.exact))}
    rows.update((BAND, signed(band)) for band in keys.bands)
    rows.update((TERM, signed(term)) for term in keys.shared)
    return sorted(rows)


def name_rows(memory: Memory) -> list[tuple[int, str]]:
    """Kind and name of every row of `names` that a memory has, sorted."""
    rows = {(SOURCE, origin.source) for origin in memory.origins}
    rows.update((AUTHOR, origin.author) for origin in memory.origins)
    rows.update((SUBJECT, entity.normal.casefold()) for entity in memory.entities)
    return sorted(rows)


def signed(number: int) -> int:
    """64 bits as SQLite keeps them."""
    return number - (1 << 64) if number >= 1 << 63 else number


def as_array(values: tuple[str, ...] | list[str] | list[int]) -> str:
    """Numbers or ids as one parameter, for `json_each`; what can be no id is left out: U+0000 would end it there."""
    try:
        written = _ENCODE(values).decode()
    except UnicodeEncodeError:
        written = "\\u0000"
    if "\\u0000" in written:
        return _ENCODE([value for value in values if isinstance(value, int) or _can_be_id(value)]).decode()
    return written


def _can_be_id(text: str) -> bool:
    return is_whole(text) and "\x00" not in text


def one_of(texts: tuple[str, ...]) -> tuple[str, list[Value]]:
    """What follows a column that must be one of any texts, and its parameters."""
    strange: list[Value] = [text for text in texts if "\x00" in text]
    return (
        f"IN (SELECT value FROM json_each(?){' UNION ALL SELECT ?' * len(strange)})",
        [as_array(list(texts)), *strange],
    )


def conditions(which: Filter) -> tuple[str, list[Value]]:
    """What follows WHERE, about the memories `m`, and its parameters.

    Raises:
        BadRequest: a moment of the filter is no date and no instant.
    """
    which = read(which)
    asked = _Asked()
    if which.tenant:
        asked.ask("m.tenant = ?", which.tenant)
    narrow = _narrow(which, "m")
    asked.also(narrow)
    holds, at = "l.undone_at = ''", list[Value]()
    if known_at := which.known_at:
        asked.ask("m.recorded_at <= ?", known_at)
        holds, at = "l.recorded_at <= ? AND (l.undone_at = '' OR l.undone_at > ?)", [known_at, known_at]
    closed = f"SELECT 1 FROM links AS l WHERE l.memory = m.number AND {holds}"
    if valid_at := which.valid_at:
        asked.ask(f"m.valid_from <= ? AND {_UNENDED}", valid_at, valid_at)
        asked.ask(
            f"NOT EXISTS ({closed} AND l.kind = 'closes' AND l.valid_to <> '' AND l.valid_to <= ?)", *at, valid_at
        )
        asked.ask(f"(m.valid_from <> '' OR NOT EXISTS ({_SUCCEEDED} AND {holds} AND l.valid_to > ?))", *at, valid_at)
    if which.ends_after:
        asked.ask(_UNENDED, which.ends_after)
    if which.current and not which.is_narrow:
        asked.ask(f"NOT EXISTS ({closed} AND l.kind IN ('closes', 'stands_for'))", *at)
    elif which.current:
        asked.ask(f"NOT EXISTS ({closed} AND l.kind = 'closes')", *at)
        other = _narrow(which, "o")
        asked.ask(f"NOT EXISTS ({_STANDING.format(holds=holds)} AND {other.condition})", *at, *at, *other.values)
    return asked.condition, asked.values


class _Asked:
    """Conditions that are all to hold, with their parameters."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.values: list[Value] = []

    @property
    def condition(self) -> str:
        """What follows WHERE."""
        return " AND ".join(self._parts) or "1"

    def ask(self, condition: str, *values: Value) -> None:
        """One more."""
        self._parts.append(condition)
        self.values.extend(values)

    def also(self, others: _Asked) -> None:
        """All of these too."""
        self._parts += others._parts
        self.values += others.values


def _narrow(which: Filter, m: str) -> _Asked:
    """What `Filter.is_narrow` tells of, of the memories with that name; moments as `read` gives them."""
    asked = _Asked()
    for column, wanted in (("session", which.sessions), ("kind", which.kinds)):
        if wanted:
            test, values = one_of(wanted)
            asked.ask(f"{m}.{column} {test}", *values)
    for kind, names in ((SOURCE, which.sources), (AUTHOR, which.authors), (SUBJECT, (which.subject.casefold(),))):
        if any(names):
            test, values = one_of(names)
            asked.ask(f"{m}.number IN (SELECT memory FROM names WHERE kind = ? AND name {test})", kind, *values)
    if which.least_trust > 0.0:
        asked.ask(f"{m}.trust >= ?", which.least_trust)
    if which.since:
        asked.ask(f"{m}.recorded_at >= ?", which.since)
    if until := which.until:  # a date includes its whole day
        asked.ask(f"substr({m}.recorded_at, 1, length(?)) <= ?", until, until)
    return asked
