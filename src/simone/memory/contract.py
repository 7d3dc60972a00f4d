"""What a memory is, and what every store of memories offers.

Not for deciding what to keep (`gate`), finding it again (`recall`) or joining it (`consolidation`): a store keeps rows,
whole or not at all, and answers with them.

Two times are kept apart. What a memory says holds in the world from `valid_from` until something closes it; the store
has known it since `recorded_at`. Nothing is overwritten: a later fact that contradicts an earlier one adds a `Link`
that closes it, a merge adds a `Link` that lets another stand for it, and undoing adds the moment at which the link
ended. So the store can say what was held true at any moment, and what it knew of that at any other.

Source: Snodgrass, The TSQL2 Temporal Query Language, 1995 (valid time and transaction time).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from simone.kernels.contract import Floats

DEFAULT_TENANT = "default"
OPEN = ""
"""An end in time that has not come."""

Kind = Literal["fact", "event", "preference", "statement", "episode"]
"""What is remembered. An episode is made by consolidation, of sentences that stood in the memories it is made of."""

LinkKind = Literal["closes", "stands_for", "holds"]
"""`closes`: `other` contradicts `memory`, whose validity ends. `stands_for`: `other` says all that `memory` says and is
recalled in its place. `holds`: the episode `other` holds a sentence of `memory`."""


class Origin(msgspec.Struct, frozen=True):
    """Where words were said: `quote` is source[start:end], to the letter, in code points.

    `source` is the id of a document, a turn of a conversation or a draft; `run` the run that read it. `trust` 0..1 is
    how far its author is trusted.
    """

    source: str
    start: int
    end: int
    quote: str
    run: str
    author: str
    trust: float


class Interval(msgspec.Struct, frozen=True):
    """A time that the text names, as a span of it and the days it covers, ISO 8601 dates, `last` included.

    `first` or `last` is empty where the text leaves that side open.
    """

    start: int
    end: int
    first: str
    last: str


class Entity(msgspec.Struct, frozen=True):
    """A name, quantity or other mention of the text: its span, kind and normal form, as MTP finds them."""

    start: int
    end: int
    kind: str
    normal: str


class Statement(msgspec.Struct, frozen=True):
    """A relation that the text states: who, what, to whom."""

    subject: str
    relation: str
    object: str


class Candidate(msgspec.Struct, frozen=True):
    """Something that somebody wants remembered, with MTP's tags; the gate decides.

    `text` is what will be remembered; each of its origins quotes it or the words that carry it. `verdict` is VVP's
    status of what a model said, empty where an author of a source said it. `valid_from` and `valid_to` are ISO 8601
    dates or instants, OPEN where nothing is said of them; a date as `valid_to` is included. `valence` is -1..1,
    `salience` and `arousal` 0..1.
    """

    text: str
    origins: tuple[Origin, ...]
    kind: Kind = "fact"
    tenant: str = DEFAULT_TENANT
    session: str = ""
    entities: tuple[Entity, ...] = ()
    times: tuple[Interval, ...] = ()
    statements: tuple[Statement, ...] = ()
    topics: tuple[str, ...] = ()
    valence: float = 0.0
    arousal: float = 0.0
    salience: float = 0.5
    pinned: bool = False
    verdict: str = ""
    valid_from: str = OPEN
    valid_to: str = OPEN


class Memory(msgspec.Struct, frozen=True):
    """A candidate that was let in. Rows never change; how it stands is told by its links.

    `id` is 16 hexadecimal digits, a digest of tenant, text, origins and moment: the same in every store. `trust` is the
    least of its origins' (and of the memories it was made of), and nothing raises it.
    """

    id: str
    text: str
    origins: tuple[Origin, ...]
    kind: Kind
    tenant: str
    session: str
    entities: tuple[Entity, ...]
    times: tuple[Interval, ...]
    statements: tuple[Statement, ...]
    topics: tuple[str, ...]
    valence: float
    arousal: float
    salience: float
    pinned: bool
    trust: float
    valid_from: str
    valid_to: str
    recorded_at: str


class Link(msgspec.Struct, frozen=True):
    """`kind` says what `other` does to `memory`, from `recorded_at` until `undone_at` (OPEN while it holds).

    `valid_to` is the moment from which what is closed no longer holds, of a date its beginning. `reason` is a sentence
    for people. `batch` names the consolidation it belongs to, so that one can be undone whole.
    """

    id: str
    kind: LinkKind
    memory: str
    other: str
    recorded_at: str
    reason: str
    valid_to: str = OPEN
    batch: str = ""
    undone_at: str = OPEN


class Use(msgspec.Struct, frozen=True):
    """How often a memory was recalled and shown, and when last (OPEN: never)."""

    count: int
    last_at: str


class Filter(msgspec.Struct, frozen=True):
    """Which memories are meant; an empty field asks for nothing.

    `valid_at` leaves those whose validity holds then, a date being the beginning of its day: what ends by its own words
    with that day holds still, what a link closes from that day on does not. `known_at` answers as the store would have
    then. Where a memory without `valid_from` closed another, no episode, that held before, it is valid from the link's
    `valid_to` on: at any moment at most one of the two holds. `ends_after` leaves out what has ended by then by its own
    words; what begins later is meant. `current` leaves out what is closed at `known_at` (now if it is OPEN), and what
    is stood for then, directly or through others, by a memory that is meant too: asked for one session, a memory of it
    answers itself where one of another session stands for it. `since` and `until` bound `recorded_at`, both included.
    Moments are ISO 8601, read as `moments` tells. `subject` is the normal form of an entity, compared without case.
    """

    tenant: str = DEFAULT_TENANT
    sessions: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    subject: str = ""
    least_trust: float = 0.0
    since: str = OPEN
    until: str = OPEN
    valid_at: str = OPEN
    known_at: str = OPEN
    current: bool = True
    ends_after: str = OPEN

    @property
    def is_narrow(self) -> bool:
        """Whether it asks where, by whom, of what or when something was said, beside the tenant."""
        return bool(
            self.sessions
            or self.kinds
            or self.sources
            or self.authors
            or self.subject
            or self.least_trust > 0.0
            or self.since
            or self.until
        )


class Refusal(msgspec.Struct, frozen=True):
    """Why a candidate was not let in; `rule` is its short name, which is counted, `existing` the memory it repeats."""

    rule: str
    reason: str
    existing: str = ""


class Vectors(msgspec.Struct, frozen=True):
    """Rows (n, d) float32 of the sentence encoder `encoder`, by memory id."""

    encoder: str
    ids: tuple[str, ...]
    rows: Floats


class Change(msgspec.Struct, frozen=True):
    """One step of a store's history, for what mirrors it: `number` ascends from 1 without ever going back.

    A memory was added, a link added or undone (both tell the `memory` it is about), or a memory was forgotten, of which
    nothing but its id is told.
    """

    number: int
    what: Literal["added", "linked", "undone", "forgotten"]
    memory: str


class Keys(msgspec.Struct, frozen=True):
    """What a store finds a memory by while others are let in: never shown, computed by the gate.

    `exact` is a digest of the text in its normal form; `bands` are digests of parts of its MinHash sketch, two texts
    that share one may be near-duplicates; `terms` are its rarer words and names, two statements that contradict each
    other share some; `values` are its words together with all its numbers and dates, and with all but one of them,
    so that the fee for berth 7 is found among those of a hundred berths.
    """

    exact: int
    bands: tuple[int, ...]
    terms: tuple[int, ...]
    values: tuple[int, ...] = ()

    @property
    def shared(self) -> tuple[int, ...]:
        """All by which `Writing.sharing` finds it."""
        return self.terms + self.values


class Writing(Protocol):
    """An open write transaction: what it reads, nobody changes before it ends."""

    def exact(self, tenant: str, key: int) -> Memory | None:
        """The current memory with this exact key, the earliest if there are several."""

    def near(self, tenant: str, bands: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a band, those with most in common first, then earliest."""

    def sharing(self, tenant: str, terms: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a term, those with most in common first, then latest."""

    def add(self, memory: Memory, keys: Keys) -> None:
        """Keep a memory; one whose id is known is left as it is."""

    def link(self, link: Link) -> Link:
        """Keep a link; its memories must be known. A link whose id is known is left as it is; the one that is kept."""

    def undo(self, link: str, at: str) -> bool:
        """End a link at that moment; whether it held until now."""

    def refuse(self, tenant: str, rule: str) -> None:
        """Count a refusal."""

    def use(self, memories: Sequence[str], at: str, times: int = 1) -> None:
        """Count that these were recalled and shown, each so many times."""

    def vectors(self, vectors: Vectors) -> None:
        """Keep vectors of known memories; those of unknown ones are dropped, those known replaced."""

    def forget(self, memories: Sequence[str], tenant: str = "") -> int:
        """Delete these with every key, vector, link, use and word of them; how many there were.

        An episode that holds a sentence of one of them is deleted too. Of `tenant`, of the tenants of what goes, and of
        tenants that have no memory, whatever was set aside goes as well, since nobody can tell what it says.
        """


class Store(Protocol):
    """Where memories are kept. Thread-safe; several processes may use the same one.

    Every method raises StoreError where the database refuses: nothing of the call was kept then. So does reading a
    memory whose row is not what was written; the error names it.
    """

    @property
    def place(self) -> str:
        """Where it is, for people: a path, or an address without its password."""

    def writing(self) -> AbstractContextManager[Writing]:
        """One transaction: committed whole when the block ends, rolled back whole when it raises."""

    def get(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        """Those of these that are known, in the order asked."""

    def select(self, which: Filter, limit: int = 0, after: str = "") -> tuple[Memory, ...]:
        """Memories in the order they were added; at most `limit` (0: all), from behind the memory `after`."""

    def links(self, memories: Sequence[str]) -> tuple[Link, ...]:
        """Every link, ended ones too, with one of these at either end, in the order they were added."""

    def batch(self, batch: str) -> tuple[Link, ...]:
        """Every link of a consolidation, in the order they were added."""

    def uses(self, memories: Sequence[str]) -> Mapping[str, Use]:
        """How often each was recalled; those never recalled are absent."""

    def vectors(self, encoder: str, ids: Sequence[str]) -> Vectors:
        """The vectors of these by that encoder, as far as there are any, in the order asked."""

    def changes(self, after: int, limit: int = 0) -> tuple[Change, ...]:
        """What happened behind change number `after`, at most `limit` steps (0: all)."""

    def refusals(self, tenant: str) -> Mapping[str, int]:
        """How many candidates each rule refused, by name of the rule."""

    def purge(self) -> None:
        """Let no byte of what was forgotten stay in free pages, logs or search tables of the store."""

    def files(self) -> tuple[Path, ...]:
        """The files in which words of memories may stand, log and index too; none where nobody here can read them."""

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store, a sentence each: damaged pages and rows, keys or links without their memory."""

    def repair(self) -> tuple[str, ...]:
        """Set right what `check` finds and can be set right from the rows; what was done, a sentence each.

        A damaged row is set aside: nothing reads it any more, and its links end, so that what it hid is current again.
        Its bytes are kept in a table of the store until `forget` deletes them.
        """

    def close(self) -> None:
        """Let go of it; it is not used afterwards."""
