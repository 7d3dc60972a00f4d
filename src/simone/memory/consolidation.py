"""Which memories say the same, and which belong to one episode: a plan that loses nothing, carried out or undone whole.

Not for letting memories in, and not for deleting any: originals stay, and a link tells what stands for them.

A memory is merged into another only where the other is as near as a duplicate, was said by the same people, is of the
same kind, is trusted as much, holds at every time at which the first holds, names every time that it names, and has its
sentences in the same words and signs and no more of them, so that it says it as surely. An episode is made
of its members' sentences to the letter; its trust is the least of theirs. What fails a rule is told as refused, and
nothing is changed.

Source: the rules of loss are the kernel's (`consolidate`); words as vectors where there are no others are Weinberger
and others, Feature hashing for large scale multitask learning, 2009.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np
import xxhash

from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NAME, NEGATION, NUMBER, ORDER
from simone.kernels.contract.types import Floats, Ints
from simone.kernels.contract.validation import CHECKS, STATUSES
from simone.memory.contract import Filter, Memory, Store
from simone.memory.episodes import Episode, Unmade, make_episodes
from simone.memory.moments import end
from simone.memory.repeating import is_said_again
from simone.memory.rows import tenant_named
from simone.memory.wording import telling

WORDS = "words"
"""Name of the space of hashed words, where memories have no vectors of an encoder."""
DUPLICATE, EPISODE = 0.95, 0.75
"""Cosines of an encoder's vectors from which two memories are duplicates, and of one episode. Chosen by
reading what MiniLM joins in the development conversations of LoCoMo: lower, subjects are thrown together."""
LEAST_STEMS = 4
"""Content words from which a memory tells enough for an episode: greetings and thanks are all alike."""
WORDS_DUPLICATE, WORDS_EPISODE = 0.90, 0.50
"""The same for hashed words."""
_WORD_COLUMNS = 1024
_NEIGHBOURS = 32
"""Memories near a new one that are looked at with it, at most."""
_LOSSES = ((NUMBER, "a number"), (DATE, "a date"), (NAME, "a name"), (NEGATION, "a negation"), (ORDER, "the order"))


class Merge(msgspec.Struct, frozen=True):
    """`into` will stand for `memory`."""

    memory: str
    into: str
    text: str
    into_text: str


class Refused(msgspec.Struct, frozen=True):
    """Two memories that are near and stay apart; `loses` says what a merge would lose, `reason` is a clause."""

    memory: str
    into: str
    text: str
    into_text: str
    loses: tuple[str, ...]
    reason: str


class Stale(msgspec.Struct, frozen=True):
    """An episode that will be closed, because `by` has closed its `member`."""

    episode: str
    member: str
    by: str


class ConsolidationPlan(msgspec.Struct, frozen=True):
    """What would be done for one tenant; nothing is done until `apply`.

    `space` names the vectors that were compared, `considered` how many memories, `until` the store's last change seen.
    """

    tenant: str
    space: str
    considered: int
    until: int
    merges: tuple[Merge, ...] = ()
    episodes: tuple[Episode, ...] = ()
    stale: tuple[Stale, ...] = ()
    refused: tuple[Refused, ...] = ()
    unmade: tuple[Unmade, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.merges or self.episodes or self.stale)


def plan_consolidation(
    store: Store,
    tenant: str,
    now: datetime,
    *,
    encoder: str = "",
    least_members: int = 3,
    since: int = 0,
) -> ConsolidationPlan:
    """What belongs together among the current memories of a tenant; the same store gives the same plan.

    With `since` (a change number) only what was added after it is looked at, beside what is near to it. Vectors of
    `encoder` are compared where every memory has one, hashed words otherwise. Grows with the square of the memories
    looked at.

    Raises:
        BadRequest: it is asked for every tenant at once.
        StoreError: the store cannot be read.
    """
    tenant_named(tenant)
    changes = store.changes(0)
    until = changes[-1].number if changes else 0
    current = store.select(Filter(tenant=tenant))
    held, stale = _episodes_of(store, current)
    memories = [memory for memory in current if memory.kind != "episode"]
    vectors, space = _vectors(store, memories, encoder)
    closeness = (DUPLICATE, EPISODE) if space != WORDS else (WORDS_DUPLICATE, WORDS_EPISODE)
    if since:
        new = {change.memory for change in changes if change.number > since and change.what == "added"}
        chosen = _with_neighbours([memory.id in new for memory in memories], vectors, closeness[1])
        memories, vectors = [memories[at] for at in chosen], vectors[chosen]
    merges, refused = _merges(memories, vectors, closeness)
    merged = {merge.memory for merge in merges}
    stems = kernels.content_stems_batch([memory.text for memory in memories])
    free = [
        at
        for at, memory in enumerate(memories)
        if memory.id not in merged and memory.id not in held and len(stems[at]) >= LEAST_STEMS
    ]
    groups = _groups([memories[at] for at in free], vectors[free], closeness, least_members)
    episodes, unmade = make_episodes(groups, least_members, now)
    return ConsolidationPlan(tenant, space, len(memories), until, merges, episodes, stale, refused, unmade)


def hashed_words(texts: Sequence[str]) -> Floats:
    """Each text as a unit row (n, 1024) float32: its content stems by hash, with signs; zeros where it has none."""
    rows = np.zeros((len(texts), _WORD_COLUMNS), np.float32)
    for row, stems in zip(rows, kernels.content_stems_batch(texts), strict=True):
        for stem in stems:
            key = xxhash.xxh3_64_intdigest(stem.encode("utf-8", "surrogatepass"))
            row[key % _WORD_COLUMNS] += 1.0 if key >> 63 else -1.0
    return kernels.vector_normalize_batch(rows)


def _vectors(store: Store, memories: Sequence[Memory], encoder: str) -> tuple[Floats, str]:
    ids = [memory.id for memory in memories]
    if encoder and ids:
        kept = store.vectors(encoder, ids)
        if list(kept.ids) == ids:
            return kept.rows, encoder
    return hashed_words([memory.text for memory in memories]), WORDS


def _episodes_of(store: Store, current: Sequence[Memory]) -> tuple[set[str], tuple[Stale, ...]]:
    """Members of the current episodes, and the episodes that hold what was closed since."""
    episodes = {memory.id for memory in current if memory.kind == "episode"}
    holding = [
        link
        for link in store.links(sorted(episodes))
        if link.kind == "holds" and link.other in episodes and not link.undone_at
    ]
    held = {link.memory for link in holding}
    gone = sorted(held - {memory.id for memory in current})
    closed = {link.memory: link.other for link in store.links(gone) if link.kind == "closes" and not link.undone_at}
    stale = {
        link.other: Stale(link.other, link.memory, closed[link.memory]) for link in holding if link.memory in closed
    }
    kept = {link.memory for link in holding if link.other not in stale}
    return kept, tuple(stale[episode] for episode in sorted(stale))


def _with_neighbours(is_new: Sequence[bool], vectors: Floats, closeness: float) -> list[int]:
    """The new ones and what is near to them, in order."""
    new = [at for at, fresh in enumerate(is_new) if fresh]
    if not new:
        return []
    places, scores = kernels.top_k_similarity(vectors[new], vectors, min(_NEIGHBOURS, len(vectors)))
    return sorted({*new, *places[scores >= np.float32(closeness)].tolist()})


def _merges(
    memories: Sequence[Memory], vectors: Floats, closeness: tuple[float, float]
) -> tuple[tuple[Merge, ...], tuple[Refused, ...]]:
    """Merges until none is left that the rules allow, so that a second plan finds nothing more."""
    strata: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for at, memory in enumerate(memories):
        strata[memory.kind, _authors(memory)].append(at)
    merges: list[Merge] = []
    refused: list[Refused] = []
    for key in sorted(strata):
        left = sorted(strata[key], key=lambda at: _standing(memories[at], at))
        while len(left) > 1:
            stratum = [memories[at] for at in left]
            done, kept_apart = _round(stratum, vectors[left], closeness)
            if not done:
                refused += kept_apart
                break
            merges += done
            gone = {merge.memory for merge in done}
            left = [at for at in left if memories[at].id not in gone]
    order = {memory.id: at for at, memory in enumerate(memories)}
    by_place = sorted(merges, key=lambda merge: order[merge.memory])
    return tuple(by_place), tuple(sorted(refused, key=lambda one: order[one.memory]))


def _authors(memory: Memory) -> tuple[str, ...]:
    return tuple(sorted({origin.author for origin in memory.origins}))


def _standing(memory: Memory, at: int) -> tuple[bool, float, str, int]:
    """Who stands for others among equals: pinned, most trusted, earliest valid, earliest added."""
    return not memory.pinned, -memory.trust, memory.valid_from, at


def _round(
    memories: Sequence[Memory], vectors: Floats, closeness: tuple[float, float]
) -> tuple[list[Merge], list[Refused]]:
    """The kernel's merges that the other rules allow too, and what was refused."""
    texts = [memory.text for memory in memories]
    plan = kernels.consolidate(
        texts,
        vectors,
        np.array([xxhash.xxh3_64_intdigest(" ".join(text.split()).encode()) for text in texts], np.uint64),
        np.zeros(len(texts), np.float64),
        np.ones(len(texts), np.float32),
        0.0,
        1.0,
        *closeness,
    )
    refuted = _contradicted(texts, plan.merges)
    merges, refused = [], []
    for number, (item, keeper) in enumerate(plan.merges.tolist()):
        memory, into = memories[item], memories[keeper]
        loses, reason = _unfit(memory, into)
        if number in refuted:
            loses, reason = ("the statement",), f"they exclude each other ({refuted[number]})"
        elif not reason and not _says_all(into.text, memory.text):
            loses, reason = ("words",), "the other does not say it in the same words, no more and no fewer"
        if reason:
            refused.append(Refused(memory.id, into.id, memory.text, into.text, loses, reason))
        else:
            merges.append(Merge(memory.id, into.id, memory.text, into.text))
    for (item, keeper), bits in zip(plan.refused.tolist(), plan.conflicts.tolist(), strict=True):
        memory, into = memories[item], memories[keeper]
        loses = tuple(name for bit, name in _LOSSES if bits & bit)
        reason = _lost_words(memory.text, into.text) or f"it would lose {' and '.join(loses)}"
        refused.append(Refused(memory.id, into.id, memory.text, into.text, loses, reason))
    return merges, refused


def _contradicted(texts: Sequence[str], pairs: Ints) -> dict[int, str]:
    """Numbers of the pairs whose texts exclude each other, with the check that found it."""
    if not len(pairs):
        return {}
    both = np.concatenate([pairs, pairs[:, ::-1]])
    checks = kernels.validate_truth_claims_batch(texts, texts, both)
    refuted = STATUSES.index("refuted")
    return {
        row % len(pairs): CHECKS[check]
        for row, (status, check) in enumerate(zip(checks.status.tolist(), checks.check.tolist(), strict=True))
        if status == refuted
    }


def _says_all(kept: str, text: str) -> bool:
    """Whether one text says what the other says and as surely: its sentences are the other's, in the same telling words
    and signs, and it has no more of them.

    Vectors take "sells to" for "buys from". What has all the words of the other and more may say less: "They say the
    yard is closed", "Suppose the yard is closed", "The yard is closed on Sundays", "The yard is closed. Or so I hear."
    """
    return telling(kept) == telling(text) and is_said_again(text, [kept], alike=0.0) == 0


def _unfit(memory: Memory, into: Memory) -> tuple[tuple[str, ...], str]:
    """What of the memory beside its words the other would lose, and a clause; ((), "") where nothing is."""
    if memory.pinned and not into.pinned:
        return ("the pin",), "it is pinned and the other is not"
    if into.trust < memory.trust:
        return ("trust",), f"it is trusted {memory.trust:.2f} and the other {into.trust:.2f}"
    named = {(time.first, time.last) for time in memory.times} - {(time.first, time.last) for time in into.times}
    if named:
        return ("a date",), f"the words are the same, the days are not: {_days(named)}"
    begins = not into.valid_from or (memory.valid_from and into.valid_from <= memory.valid_from)
    ends = not into.valid_to or (memory.valid_to and end(memory.valid_to) <= end(into.valid_to))
    if not (begins and ends):
        return ("a date",), "it holds at times at which the other does not"
    return (), ""


def _days(named: Iterable[tuple[str, str]]) -> str:
    return ", ".join(first if first == last else f"{first or '…'} to {last or '…'}" for first, last in sorted(named))


def _lost_words(text: str, kept: str) -> str:
    """A clause with the facts of `text` that `kept` does not have; "" where it has them all."""
    owners, kinds, starts, ends, keys = (column.tolist() for column in kernels.fact_tokens_batch([text, kept]))
    rows = list(zip(owners, kinds, starts, ends, keys, strict=True))
    known = {(kind, key) for owner, kind, _, _, key in rows if owner == 1}
    lost = [text[start:end] for owner, kind, start, end, key in rows if owner == 0 and (kind, key) not in known]
    return f"it would lose {', '.join(repr(words) for words in dict.fromkeys(lost))}" if lost else ""


def _groups(
    memories: Sequence[Memory], vectors: Floats, closeness: tuple[float, float], least: int
) -> list[list[Memory]]:
    """Episodes as the kernel clusters them, of at least `least` members."""
    if len(memories) < least:
        return []
    texts = [memory.text for memory in memories]
    plan = kernels.consolidate(
        texts,
        vectors,
        np.array([xxhash.xxh3_64_intdigest(memory.id.encode()) for memory in memories], np.uint64),
        np.array([_seconds(memory.recorded_at) for memory in memories], np.float64),
        np.array([memory.salience for memory in memories], np.float32),
        max(_seconds(memory.recorded_at) for memory in memories),
        30 * 86400.0,
        *closeness,
    )
    groups: dict[int, list[Memory]] = defaultdict(list)
    for memory, number in zip(memories, plan.clusters.tolist(), strict=True):
        if number >= 0:
            groups[number].append(memory)
    return [groups[number] for number in sorted(groups) if len(groups[number]) >= least]


def _seconds(stamp: str) -> float:
    moment = datetime.fromisoformat(stamp)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
