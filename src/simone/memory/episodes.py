"""Memories of one happening as one memory, made of their own sentences to the letter.

Not for finding out which belong together (`consolidation` does), and not for summaries in other words: there are none.

INVARIANT: every number, date, name and negation of a member's sentence stands in the episode, in the order in which the
sentence has them; where the joined text reads otherwise than its sentences one by one, there is no episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from simone.kernels import kernels
from simone.memory.contract import OPEN, Candidate, Entity, Interval, Memory
from simone.memory.moments import end, has_ended, instant, moment
from simone.memory.remembering import as_memory

MAX_CHARACTERS = 2000
"""Longest text of an episode; a group that needs more becomes several."""
MAX_TOPICS = 8
_JOINT = "\n"

Facts = tuple[tuple[int, int], ...]


class Episode(msgspec.Struct, frozen=True):
    """A memory of kind "episode" that was not added yet, and the ids of its members in its order."""

    memory: Memory
    members: tuple[str, ...]


class Unmade(msgspec.Struct, frozen=True):
    """A group that gave no episode, and why."""

    members: tuple[str, ...]
    reason: str


class _Sentence(msgspec.Struct, frozen=True):
    member: int
    start: int
    end: int
    text: str
    facts: Facts


def make_episodes(
    groups: Sequence[Sequence[Memory]], least: int, now: datetime
) -> tuple[tuple[Episode, ...], tuple[Unmade, ...]]:
    """An episode for each group, or several where one would be too long, told from its members in order of time."""
    made: list[Episode] = []
    unmade: list[Unmade] = []
    for group in groups:
        members = sorted(group, key=lambda memory: (memory.valid_from or memory.recorded_at, memory.recorded_at))
        for part in _parts(members):
            if len(part) < least:
                continue
            result = _make(part, now)
            if isinstance(result, str):
                unmade.append(Unmade(tuple(memory.id for memory in part), result))
            else:
                made.append(Episode(result, tuple(memory.id for memory in part)))
    return tuple(made), tuple(unmade)


def facts_of(texts: Sequence[str]) -> list[Facts]:
    """The facts of each text in its order, as (kind, key) of the kernels."""
    owners, kinds, _, _, keys = kernels.fact_tokens_batch(texts)
    found: list[list[tuple[int, int]]] = [[] for _ in texts]
    for owner, kind, key in zip(owners.tolist(), kinds.tolist(), keys.tolist(), strict=True):
        found[owner].append((kind, key))
    return [tuple(facts) for facts in found]


def _parts(members: Sequence[Memory]) -> list[list[Memory]]:
    parts: list[list[Memory]] = [[]]
    used = 0
    for memory in members:
        if used and used + len(memory.text) > MAX_CHARACTERS:
            parts.append([])
            used = 0
        parts[-1].append(memory)
        used += len(memory.text) + len(_JOINT)
    return parts


def _make(members: Sequence[Memory], now: datetime) -> Memory | str:
    """The episode, or why there is none."""
    first = max((memory.valid_from for memory in members if memory.valid_from), default=OPEN)
    last = min((memory.valid_to for memory in members if memory.valid_to), key=end, default=OPEN)
    if has_ended(last, instant(first)):
        return "there is no time at which all of them hold"
    kept = _kept(members)
    if isinstance(kept, str):
        return kept
    text = _JOINT.join(sentence.text for sentence in kept)
    if facts_of([text])[0] != tuple(fact for sentence in kept for fact in sentence.facts):
        return "joined, their sentences would read otherwise"
    entities, times = _placed(members, kept)
    origins = tuple(dict.fromkeys(origin for memory in members for origin in memory.origins))
    sessions = {memory.session for memory in members}
    candidate = Candidate(
        text=text,
        origins=origins,
        kind="episode",
        tenant=members[0].tenant,
        session=sessions.pop() if len(sessions) == 1 else "",
        entities=entities,
        times=times,
        statements=tuple(dict.fromkeys(statement for memory in members for statement in memory.statements)),
        topics=tuple(dict.fromkeys(topic for memory in members for topic in memory.topics))[:MAX_TOPICS],
        valence=round(sum(memory.valence for memory in members) / len(members), 6),
        arousal=max(memory.arousal for memory in members),
        salience=max(memory.salience for memory in members),
        valid_from=first,
        valid_to=last,
    )
    made = as_memory(candidate, moment(now.isoformat(), "now"))
    return msgspec.structs.replace(made, trust=min(memory.trust for memory in members))


def _kept(members: Sequence[Memory]) -> list[_Sentence] | str:
    """Sentences with a fact, each once, and the first of a member that has none with one."""
    texts = [memory.text for memory in members]
    spans = [found.tolist() for found in kernels.split_sentences_batch(texts)]
    flat = [(at, start, end, texts[at][start:end]) for at, found in enumerate(spans) for start, end in found]
    facts = facts_of([text for *_, text in flat])
    sentences = [_Sentence(*place, found) for place, found in zip(flat, facts, strict=True)]
    whole = facts_of(texts)
    kept: list[_Sentence] = []
    said: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for at, memory in enumerate(members):
        own = [sentence for sentence in sentences if sentence.member == at]
        if whole[at] != tuple(fact for sentence in own for fact in sentence.facts):
            return f"memory {memory.id} reads otherwise sentence by sentence"
        telling = [sentence for sentence in own if sentence.facts] or own[:1]
        for sentence in telling:
            inside = [(t.first, t.last) for t in memory.times if sentence.start <= t.start and t.end <= sentence.end]
            if (key := (sentence.text, tuple(inside))) not in said:
                said.add(key)
                kept.append(sentence)
    return kept


def _placed(members: Sequence[Memory], kept: Sequence[_Sentence]) -> tuple[tuple[Entity, ...], tuple[Interval, ...]]:
    """The members' entities and times, moved to where their sentences stand now."""
    entities: list[Entity] = []
    times: list[Interval] = []
    at = 0
    for sentence in kept:
        memory, shift = members[sentence.member], at - sentence.start
        entities += [
            Entity(one.start + shift, one.end + shift, one.kind, one.normal)
            for one in memory.entities
            if sentence.start <= one.start and one.end <= sentence.end
        ]
        times += [
            Interval(one.start + shift, one.end + shift, one.first, one.last)
            for one in memory.times
            if sentence.start <= one.start and one.end <= sentence.end
        ]
        at += len(sentence.text) + len(_JOINT)
    return tuple(entities), tuple(times)
