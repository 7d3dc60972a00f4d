"""Which rows a filter means: by session, kind, origin and trust, and by both times.

Not for ranking.

A memory holds from its `valid_from` until its `valid_to`, an instant left out and a day included, or until what a link
that closes it says.
One without `valid_from` that closed what held before it holds from then on. Moments are read as stores read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from simone.kernels import kernels
from simone.kernels.contract import Bools, Ints
from simone.memory.contract import Filter, Link, Memory
from simone.memory.moments import read
from simone.memory.nearest import NONE
from simone.memory.postings import Postings, Rows, Table
from simone.memory.times import EARLIEST, LATEST, microseconds

KINDS = ("fact", "event", "preference", "statement", "episode")
NAME, AUTHOR = "name:", "author:"
"""What a label begins with: the normal form of an entity, and who said it, both without case."""

NO_SESSION = -1

_UNKNOWN = -2
_MASKS_KEPT = 8
_DAY_US = 86_400_000_000
_DATE_LENGTH = len("2026-05-31")
_CLOSES, _STANDS_FOR, _HOLDS = 0, 1, 2
_EPISODE = KINDS.index("episode")
_LINKS = {"closes": _CLOSES, "stands_for": _STANDS_FOR, "holds": _HOLDS}


class Standing:
    """What filters ask about, row by row, and the links that end a memory. Not thread-safe."""

    def __init__(self, rows: Mapping[str, int]) -> None:
        """`rows` tells the row of each memory that is here, at any time."""
        self.labels = Postings()
        self._row = rows
        self._table = Table(
            kept=np.bool_,
            kind=np.uint8,
            session=np.int32,
            trust=np.float64,
            recorded=np.int64,
            valid_from=np.int64,
            valid_to=np.int64,
        )
        self._sources = Table(row=np.int32, key=np.uint64)
        self._sessions = {"": NO_SESSION}
        self._links = Table(row=np.int32, kind=np.uint8, recorded=np.int64, valid_to=np.int64, undone=np.int64)
        self._known: dict[str, int] = {}
        self._others: list[str] = []
        self._masks: dict[Filter, Bools] = {}

    @property
    def kept(self) -> Bools:
        """Which rows were not forgotten (n,)."""
        return self._table["kept"]

    @property
    def session(self) -> Rows:
        """The number of each row's session (n,) int32."""
        return self._table["session"]

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self._table.nbytes + self._sources.nbytes + self._links.nbytes + self.labels.nbytes

    def add(self, memories: Sequence[Memory]) -> None:
        """Put memories at the end."""
        first = len(self._table)
        self._table.extend(
            len(memories),
            kept=True,
            kind=[KINDS.index(memory.kind) for memory in memories],
            session=[self._number(memory.session) for memory in memories],
            trust=[memory.trust for memory in memories],
            recorded=[microseconds(memory.recorded_at, EARLIEST) for memory in memories],
            valid_from=[microseconds(memory.valid_from, EARLIEST) for memory in memories],
            valid_to=[_end(memory.valid_to) for memory in memories],
        )
        sources, labels = [], []
        for row, memory in enumerate(memories, start=first):
            sources += [(row, source) for source in sorted({origin.source for origin in memory.origins})]
            labels += [(row, label) for label in labels_of(memory)]
        keys = kernels.hash_content_batch([source for _, source in sources])
        self._sources.extend(len(sources), row=[row for row, _ in sources], key=keys)
        vocabulary = {label: number for number, label in enumerate(dict.fromkeys(label for _, label in labels))}
        self.labels.add(
            tuple(vocabulary),
            np.array([vocabulary[label] for _, label in labels], np.int32),
            np.array([row for row, _ in labels], np.int32),
        )
        self._masks.clear()

    def link(self, link: Link, row: int) -> None:
        """Learn of a link about the memory in that row, or that it ended."""
        undone = microseconds(link.undone_at, LATEST)
        if (place := self._known.get(link.id)) is not None:
            self._links["undone"][place] = undone
        else:
            self._known[link.id] = len(self._others)
            self._others.append(link.other)
            self._links.extend(
                1,
                row=row,
                kind=_LINKS[link.kind],
                recorded=microseconds(link.recorded_at, EARLIEST),
                valid_to=microseconds(link.valid_to, LATEST),
                undone=undone,
            )
        self._masks.clear()

    def forget(self, rows: Iterable[int], memories: frozenset[str]) -> None:
        """Let go of rows and of every link with one of these memories at either end."""
        self.kept[sorted(rows)] = False
        kept = self.kept
        self._sources.keep(kept[self._sources["row"]])
        self.labels.keep(kept)
        stays = kept[self._links["row"]] & np.array([other not in memories for other in self._others], np.bool_)
        self._links.keep(stays)
        self._others = [other for other, is_kept in zip(self._others, stays.tolist(), strict=True) if is_kept]
        links = [link for link, is_kept in zip(self._known, stays.tolist(), strict=True) if is_kept]
        self._known = {link: place for place, link in enumerate(links)}
        self._masks.clear()

    def allowed(self, which: Filter) -> Bools:
        """The rows that are meant (n,); `which.tenant` is not looked at. Do not change it.

        Raises:
            BadRequest: a moment of the filter is no date and no instant.
        """
        if (mask := self._masks.get(which)) is None:
            while len(self._masks) >= _MASKS_KEPT:
                del self._masks[next(iter(self._masks))]
            mask = self._masks[which] = self._mask(which)
        return mask

    def _number(self, session: str) -> int:
        return self._sessions.setdefault(session, len(self._sessions)) if session else NO_SESSION

    def _mask(self, which: Filter) -> Bools:
        which = read(which)
        table = self._table
        mask: Bools = table["kept"].copy()
        if which.sessions:
            mask &= np.isin(table["session"], [self._sessions.get(name, _UNKNOWN) for name in which.sessions])
        if which.kinds:
            mask &= np.isin(table["kind"], [KINDS.index(kind) for kind in which.kinds])
        if which.sources:
            keys = kernels.hash_content_batch(list(which.sources))
            mask &= self._holding(self._sources["row"][np.isin(self._sources["key"], keys)])
        if which.authors:
            mask &= self._holding(*(self.labels.of(_exact(author)) for author in which.authors))
        if which.subject:
            mask &= self._holding(self.labels.of(NAME + which.subject.casefold()))
        if which.least_trust > 0.0:
            mask &= table["trust"] >= which.least_trust
        if which.since:
            mask &= table["recorded"] >= microseconds(which.since, EARLIEST)
        if which.until:
            is_date = len(which.until) == _DATE_LENGTH
            mask &= table["recorded"] < microseconds(which.until, LATEST) + (_DAY_US if is_date else 1)
        self._in_time(which, mask)
        return mask

    def _in_time(self, which: Filter, mask: Bools) -> None:
        meant = mask.copy() if which.is_narrow else mask
        known, links = microseconds(which.known_at, LATEST - 1), self._links
        holds = (links["recorded"] <= known) & (links["undone"] > known) & (links["kind"] != _HOLDS)
        if which.known_at:
            mask &= self._table["recorded"] <= known
        if which.valid_at:
            moment = microseconds(which.valid_at, LATEST)
            mask &= (self._table["valid_from"] <= moment) & (moment < self._table["valid_to"])
            closes = holds & (links["kind"] == _CLOSES)
            mask[links["row"][closes & (links["valid_to"] <= moment)]] = False
            mask[self._not_yet(closes & (links["valid_to"] > moment) & (links["valid_to"] < LATEST))] = False
        if which.ends_after:
            mask &= microseconds(which.ends_after, LATEST) < self._table["valid_to"]
        if which.current:
            closes = holds & (links["kind"] == _CLOSES)
            stands_for = np.flatnonzero(holds & (links["kind"] == _STANDS_FOR))
            stood_for = self._stood_for(stands_for, meant) if which.is_narrow else links["row"][stands_for]
            mask[links["row"][closes]] = False
            mask[stood_for] = False

    def _stood_for(self, links: Ints, meant: Bools) -> list[int]:
        """The rows for which one that is meant stands by these links, directly or through others."""
        others: dict[int, list[int]] = {}
        for row, place in zip(self._links["row"][links].tolist(), links.tolist(), strict=True):
            others.setdefault(row, []).append(self._row.get(self._others[place], NONE))
        found = []
        for row in others:
            seen, left = {row, NONE}, others[row][:]
            while left:
                other = left.pop()
                if other in seen:
                    continue
                if meant[other]:
                    found.append(row)
                    break
                seen.add(other)
                left += others.get(other, [])
        return found

    def _not_yet(self, closing: Bools) -> list[int]:
        """The rows without `valid_from` of what closes by one of these links what held before."""
        table, rows = self._table, self._links["row"]
        held = (table["kind"][rows] != _EPISODE) & (table["valid_from"][rows] < self._links["valid_to"])
        others = (self._row.get(self._others[place]) for place in np.flatnonzero(closing & held).tolist())
        return [row for row in others if row is not None and table["valid_from"][row] == EARLIEST]

    def _holding(self, *rows: Rows) -> Bools:
        mask = np.zeros(len(self._table), np.bool_)
        for some in rows:
            mask[some] = True
        return mask


def _end(valid_to: str) -> int:
    """Since 1970, of a day the end."""
    return microseconds(valid_to, LATEST) + (_DAY_US if len(valid_to) == _DATE_LENGTH else 0)


def labels_of(memory: Memory) -> list[str]:
    """Whom and what a memory names, and who said it, sorted."""
    names = {NAME + entity.normal.casefold() for entity in memory.entities if entity.normal}
    authors = {origin.author for origin in memory.origins if origin.author}
    return sorted(names | {_exact(author) for author in authors} | {AUTHOR + author.casefold() for author in authors})


def _exact(author: str) -> str:
    return f"by:{author}"
