"""Forgetting for good: what would go and why, its removal from every place, and a search for bytes of it that are left.

Not for closing or hiding memories: a contradiction or a merge keeps what it hides. What is forgotten comes back from
nowhere but your own sources and backups, which nobody touches here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np

from simone.caching.contract import CacheStatistics
from simone.errors import BadRequest, StoreError
from simone.memory.contract import DEFAULT_TENANT, OPEN, Filter, Memory, Store
from simone.memory.moments import moment
from simone.memory.pieces import Pieces
from simone.memory.rows import tenant_named
from simone.storage import read_beside

_LEAST_NAME_PART = 3
_SQLITE = b"SQLite format 3"
_CHANGES_AT_ONCE = 10_000
_BYTES_AT_ONCE = 1 << 25


class Wish(msgspec.Struct, frozen=True):
    """What to forget: the memories of the tenant that meet every field that is set; at least one must be.

    `subject` is a name, met where it is an entity, an author, or stands in text or quotes, whatever its case. `before`
    is an ISO 8601 day or instant: what was recorded earlier. `everything` is all of the tenant.
    """

    tenant: str = DEFAULT_TENANT
    ids: tuple[str, ...] = ()
    subject: str = ""
    sources: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    before: str = OPEN
    everything: bool = False


class Doomed(msgspec.Struct, frozen=True):
    """A memory that would go; `why` is a clause for people."""

    memory: Memory
    why: str


class ForgettingPlan(msgspec.Struct, frozen=True):
    """What would go, in the order in which it was added. `perhaps` name only a part of the subject's name and stay."""

    wish: Wish
    doomed: tuple[Doomed, ...]
    perhaps: tuple[Memory, ...] = ()


class Place(Protocol):
    """Somewhere beside the store where words of memories may stand."""

    @property
    def name(self) -> str:
        """What it is, for people."""

    def erase(self, pieces: Pieces) -> str:
        """Remove whatever holds one of the pieces; a clause that says what went.

        Raises:
            StoreError: it could not.
        """

    def files(self) -> tuple[Path, ...]:
        """Its files, to be searched afterwards; none where it has none."""

    def contents(self) -> Iterable[tuple[str, bytes]]:
        """What its files hold compressed, unpacked, to be searched too: each with where it stands."""


class Emptied(Protocol):
    """What a cache must offer to be emptied; every `caching.contract.Cache` does."""

    def clear(self) -> None:
        """Let go of everything.

        Raises:
            StoreError: something may still be there.
        """

    @property
    def statistics(self) -> CacheStatistics:
        """What it holds."""


class CachePlace:
    """A cache as a place: it is emptied, since what it holds may be compressed."""

    def __init__(self, name: str, cache: Emptied, files: tuple[Path, ...] = ()) -> None:
        self.name = name
        self._cache = cache
        self._files = files

    def erase(self, pieces: Pieces) -> str:
        """Let go of everything.

        Raises:
            StoreError: the cache may still hold something.
        """
        entries = self._cache.statistics.entries
        self._cache.clear()
        return f"emptied, {entries} entries"

    def files(self) -> tuple[Path, ...]:
        """The cache's files."""
        return self._files

    def contents(self) -> tuple[tuple[str, bytes], ...]:
        """Nothing: it was emptied."""
        return ()


class Searched(msgspec.Struct, frozen=True):
    """A file that was read to its end, or what files of a place hold compressed, unpacked.

    A file that is encrypted holds no text in clear, whatever is remembered.
    """

    path: str
    bytes: int
    is_encrypted: bool = False


class Left(msgspec.Struct, frozen=True):
    """Where a piece of what was forgotten still stands, by its first byte; the piece itself is not repeated."""

    path: str
    offset: int


class Proof(msgspec.Struct, frozen=True):
    """What was forgotten, where it was erased, and what a search for its bytes found.

    `pieces` were looked for; `shared` of them not in the store's own files, since memories that stay say the same.
    `too_short` texts and names were not looked for at all, since so few bytes stand anywhere. `again` tells what a
    second erasing did, after the store had let go: what was at work meanwhile may have written what it had read before;
    `refused` are the places that refused it.
    `unsearched` names places whose files cannot be read from here, `sources` files of what was read as a source in
    which a piece stands: those are the user's and stay as they are.
    """

    forgotten: tuple[str, ...]
    erased: tuple[tuple[str, str], ...]
    pieces: int
    shared: int
    too_short: int
    searched: tuple[Searched, ...]
    left: tuple[Left, ...]
    unsearched: tuple[str, ...]
    sources: tuple[str, ...] = ()
    again: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every file could be searched for everything, but for what memories that stay say, and none had it."""
        return not (self.left or self.unsearched or self.too_short or self.refused)


def plan_forgetting(store: Store, wish: Wish) -> ForgettingPlan:
    """What would go, and with it what quotes or repeats its words to the letter, and the episodes made of it.

    Raises:
        BadRequest: the wish is empty, its tenant is no name, an id is unknown in the tenant, or `before` is no moment.
        StoreError: the store cannot be read.
    """
    tenant_named(wish.tenant)
    if not (wish.ids or wish.subject.strip() or wish.sources or wish.sessions or wish.before or wish.everything):
        raise BadRequest(
            "nothing says what to forget; give an id, a subject, a source, a session, an age or everything"
        )
    wish = msgspec.structs.replace(wish, before=moment(wish.before, "before"))
    memories = store.select(Filter(tenant=wish.tenant, current=False))
    unknown = sorted(set(wish.ids) - {memory.id for memory in memories})
    if unknown:
        raise BadRequest(
            f"no memory of tenant {wish.tenant!r} has the id {unknown[0]!r}; `simone memory list` shows them"
        )
    named = _Named(wish.subject) if wish.subject.strip() else None
    asked = {memory.id: reason for memory in memories if (reason := _why(memory, wish, named))}
    why = dict(asked)
    for link in store.links(sorted(asked)):
        if link.kind == "holds" and link.memory in asked:
            why.setdefault(link.other, f"an episode that holds {link.memory}")
    # an episode repeats members of which others may not be meant
    own = [memory for memory in memories if memory.id in asked and (memory.kind != "episode" or memory.id in wish.ids)]
    for memory, said in _repeating([memory for memory in memories if memory.id not in why], own):
        why[memory.id] = f"repeats to the letter: {_short(said)}"
    return ForgettingPlan(
        wish,
        tuple(Doomed(memory, why[memory.id]) for memory in memories if memory.id in why),
        tuple(m for m in memories if named and m.id not in why and named.is_partly_in(m)),
    )


def forget(store: Store, plan: ForgettingPlan, places: Sequence[Place] = (), sources: Sequence[Path] = ()) -> Proof:
    """Carry the plan out: erase in every place, delete and purge in the store, then search all files for what is left.

    Files of `sources` are searched too and never changed. What the wish names and what its memories say is erased in
    every place even where memories that stay say it too.

    The store comes after the places, so that after a crash the same wish finds the same memories and finishes the
    work; then the places are erased once more.

    Raises:
        StoreError: a place or the store refused; what was not done yet can be done by asking again.
    """
    gone = {doomed.memory.id for doomed in plan.doomed}
    pieces = Pieces(
        [text for doomed in plan.doomed for text in _words_of(doomed.memory)],
        [plan.wish.subject] if plan.wish.subject.strip() else [],
        (text for memory in _everything(store) if memory.id not in gone for text in _all_words(memory)),
    )
    erased = tuple((place.name, place.erase(pieces)) for place in places)
    if gone or plan.wish.everything:  # damaged rows of the tenant, which nobody can read, go with it
        with store.writing() as writing:
            writing.forget(sorted(gone), plan.wish.tenant)
    try:
        store.purge()
    except StoreError as error:
        raise StoreError(
            f"{len(gone)} memories were forgotten, but bytes of them may still stand in the files: {error}; close other"
            " programs and run `simone memory check --repair`"
        ) from error
    again, refused = [], []
    for place in places:
        try:
            again.append((place.name, place.erase(pieces)))
        except StoreError as error:  # the memories are gone, and a wish by their ids could not be asked again
            again.append((place.name, f"refused: {error}"))
            refused.append(place.name)
    own = dict.fromkeys(store.files())
    is_encrypted = Path(store.place) in own and not _begins_in_clear(Path(store.place))
    searched, left = _search(own, pieces, with_shared=False)
    others = dict.fromkeys(path for place in places for path in place.files() if path not in own)
    searched_too, left_too = _search(others, pieces, with_shared=True)
    unpacked, left_within = _search_contents(places, pieces)
    return Proof(
        forgotten=tuple(sorted(gone)),
        erased=erased,
        pieces=len(pieces),
        shared=pieces.shared,
        too_short=pieces.too_short,
        searched=(
            *(msgspec.structs.replace(one, is_encrypted=is_encrypted) for one in searched),
            *searched_too,
            *unpacked,
        ),
        left=(*left, *left_too, *left_within),
        unsearched=() if own else (store.place,),
        sources=tuple(str(path) for path in sources if path.is_file() and _search_parts(_parts_of(path), pieces)[1]),
        again=tuple(again),
        refused=tuple(refused),
    )


class _Named:
    """Whether a memory speaks of somebody."""

    def __init__(self, subject: str) -> None:
        words = _composed(subject).split()
        self._subject = " ".join(words)
        self._normal = self._subject.casefold()
        spaced = r"\s+".join(map(re.escape, words))
        self._whole = re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)
        parts = [re.escape(word) for word in words if len(word) >= _LEAST_NAME_PART and word[0].isupper()]
        self._parts = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if len(words) > 1 and parts else None

    def why(self, memory: Memory) -> str:
        """A clause, "" where the memory does not."""
        if any(_composed(entity.normal).casefold() == self._normal for entity in memory.entities):
            return f"names {self._subject}"
        if any(_composed(origin.author).casefold() == self._normal for origin in memory.origins):
            return f"was said by {self._subject}"
        if any(self._whole.search(_composed(text)) for text in _all_words(memory)):
            return f"speaks of {self._subject}"
        return ""

    def is_partly_in(self, memory: Memory) -> bool:
        """Whether only a part of the name stands in it."""
        return self._parts is not None and any(self._parts.search(_composed(text)) for text in _words_of(memory))


def _composed(text: str) -> str:
    """The same letters in one written form, whether accents came as characters of their own or not."""
    return unicodedata.normalize("NFC", text)


def _why(memory: Memory, wish: Wish, named: _Named | None) -> str:
    reasons = []
    if wish.everything:
        reasons.append(f"belongs to tenant {wish.tenant!r}")
    if wish.ids:
        reasons.append("its id was given" if memory.id in wish.ids else "")
    if named:
        reasons.append(named.why(memory))
    if wish.sources:
        found = [origin.source for origin in memory.origins if origin.source in wish.sources]
        reasons.append(f"comes from {found[0]!r}" if found else "")
    if wish.sessions:
        reasons.append(f"was said in session {memory.session!r}" if memory.session in wish.sessions else "")
    if wish.before:
        reasons.append(f"was recorded on {memory.recorded_at[:10]}" if memory.recorded_at < wish.before else "")
    return ", ".join(reasons) if all(reasons) else ""


def _words_of(memory: Memory) -> tuple[str, ...]:
    return tuple(dict.fromkeys((memory.text, *(origin.quote for origin in memory.origins))))


def _all_words(memory: Memory) -> tuple[str, ...]:
    """Everything in it that a user or a text brought."""
    return (
        *_words_of(memory),
        *(entity.normal for entity in memory.entities),
        *(word for one in memory.statements for word in (one.subject, one.relation, one.object)),
        *memory.topics,
        *(word for origin in memory.origins for word in (origin.author, origin.source)),
        memory.session,
    )


def _repeating(memories: Sequence[Memory], asked: Sequence[Memory]) -> Iterator[tuple[Memory, str]]:
    """The memories of which a text or quote is, or holds, one of those asked for, and that text.

    A text of a few letters stands in many and must be all of it. Only texts in which a piece stands are looked at.
    """
    words = {_composed(text) for memory in asked for text in _words_of(memory) if text.strip()}
    whole = [(memory, _composed(text)) for memory in memories for text in _words_of(memory)]
    lengths = np.array([len(text.encode("utf-8", "surrogatepass")) + 1 for _, text in whole], np.int64)
    joined = "\0".join(text for _, text in whole).encode("utf-8", "surrogatepass")
    places = np.array([offset for offset, _ in Pieces(words, (), ()).found(joined)], np.int64)
    hit = set(np.searchsorted(np.cumsum(lengths), places, side="right").tolist())
    told: set[str] = set()
    for number, (memory, text) in enumerate(whole):
        if memory.id in told:
            continue
        if text in words or (number in hit and any(len(said) >= Pieces.LEAST and said in text for said in words)):
            told.add(memory.id)
            yield memory, text


def _everything(store: Store) -> Iterator[Memory]:
    """Every memory of every tenant, some at a time."""
    after = 0
    while changes := store.changes(after, _CHANGES_AT_ONCE):
        after = changes[-1].number
        yield from store.get(list(dict.fromkeys(change.memory for change in changes if change.what == "added")))


def _begins_in_clear(path: Path) -> bool:
    return next(read_beside(path, len(_SQLITE)), b"") in (b"", _SQLITE)


def _search(
    paths: Iterable[Path], pieces: Pieces, *, with_shared: bool
) -> tuple[tuple[Searched, ...], tuple[Left, ...]]:
    searched: list[Searched] = []
    left: list[Left] = []
    for path in paths:
        if not path.is_file():
            continue
        size, found = _search_parts(read_beside(path, _BYTES_AT_ONCE), pieces, with_shared=with_shared)
        searched.append(Searched(str(path), size))
        left += [Left(str(path), offset) for offset in sorted(found)]
    return tuple(searched), tuple(left)


def _search_contents(places: Sequence[Place], pieces: Pieces) -> tuple[list[Searched], list[Left]]:
    """What places hold compressed: one that holds any is told once, with the bytes of all of it."""
    searched: list[Searched] = []
    left: list[Left] = []
    for place in places:
        size = 0
        for where, content in place.contents():
            size += len(content)
            left += [Left(where, offset) for offset in sorted({offset for offset, _ in pieces.found(content)})]
        searched += [Searched(f"{place.name}, unpacked", size)] if size else []
    return searched, left


def _parts_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_BYTES_AT_ONCE):
            yield part


def _search_parts(parts: Iterable[bytes], pieces: Pieces, *, with_shared: bool = True) -> tuple[int, set[int]]:
    """Bytes of a file in parts, and where in it a piece begins; the parts are searched with what a piece may need."""
    overlap = pieces.longest + Pieces.BESIDE
    found: set[int] = set()
    begin, kept = 0, b""
    for part in parts:
        content = kept + part
        # what ends where the part does is found again with what comes behind it
        hits = pieces.found(content, with_shared=with_shared)
        found |= {begin + at for at, piece in hits if at + len(piece) + Pieces.BESIDE <= len(content)}
        kept = content[-overlap:]
        begin += len(content) - len(kept)
    hits = pieces.found(kept, with_shared=with_shared)
    found |= {begin + at for at, piece in hits if at + len(piece) + Pieces.BESIDE > len(kept)}
    return begin + len(kept), found


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 60 else flat[:59] + "…")
