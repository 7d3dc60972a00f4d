"""What a new memory contradicts, and which of the two gives way.

Not for contradictions that need knowledge beyond the two sentences, and not for ending a link: `remembering` undoes.

Of two that exclude each other the less trusted gives way, whichever came first: text of low trust can never end what a
more trusted source said, and is kept as something that never held. Between equals the new one closes the old one, which
keeps holding for the time before; where both tell since when they hold, the later of the two times decides. Nothing is
overwritten: what is closed stays, with a link that says by what, why, and from when. Only memories of one
sentence are held against one another: of several the others may still hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simone.clock import digest
from simone.kernels import kernels
from simone.kernels.contract.validation import CHECKS
from simone.memory.contract import Keys, Link, Memory, Writing
from simone.memory.excluding import (
    MONTHS,
    are_statements,
    happened,
    is_about_something,
    is_occasion,
    leaves_room,
    was_so,
)
from simone.memory.moments import has_ended, instant
from simone.memory.twins import Difference, find_difference
from simone.memory.wording import in_full

_SAME_WORDS, _SOME_WORDS = 8, 5
"""So many memories with the same words but for numbers and negators, and with some of the words, are compared."""
_LONGEST = 2000
_NEVER = "0001-01-01"
"""The end of what never held."""
_ONCE = frozenset(("event", "episode"))
_BESIDE = re.compile(
    r" (?:now|any ?more|any longer)(?=[.! ]*$)"
    rf"|(?:^Since | since |^As of | as of )(?:the )?(?:\d{{1,2}} )?(?:{MONTHS})?(?: ?\d{{1,2}},)?(?: ?\d{{4}})?"
    r"(?=,? [a-zA-Z]|[.! ]*$),?"
)
_NAMES = {
    "number": "amount",
    "unit": "unit",
    "date": "date",
    "polarity": "yes or no",
    "direction": "direction",
    "entity": "place or name",
}


def contradicted(writing: Writing, memory: Memory, keys: Keys) -> list[Link]:
    """Links between a memory that is about to be added and the current ones that it contradicts.

    Either every link closes another memory, or all close the new one: what is itself contradicted by a better source
    closes nothing.
    """
    if not keys.terms or not _state([memory]):
        return []
    near = {one.id: one for one in writing.sharing(memory.tenant, keys.values, _SAME_WORDS)}
    same = {one.id: one for one in writing.sharing(memory.tenant, keys.terms[:1], _SAME_WORDS)}
    near |= same
    near |= {one.id: one for one in writing.sharing(memory.tenant, keys.terms[1:], _SOME_WORDS)}
    others = _comparable(memory, [one for one in near.values() if one.id != memory.id], set(same))
    if not others:
        return []
    links: list[tuple[bool, Link]] = []
    for other, found in zip(others, _differences(memory, others), strict=True):
        if found is None or (found.check != "date" and not _share_time(memory, other, found.check)):
            continue
        links.append(_link(memory, other, found))
    lost = [link for is_lost, link in links if is_lost]
    return lost or [link for _, link in links]


def _differences(memory: Memory, others: Sequence[Memory]) -> list[Difference | None]:
    """What keeps the memory and each of the others from both holding, with contractions opened; None where nothing
    does."""
    text, *texts = (in_full(one.text) for one in (memory, *others))
    found = [find_difference(text, other) if is_about_something(text) else None for other in texts]
    left = [place for place, difference in enumerate(found) if difference is None]
    told = [_plain(one) for one in (text, *(texts[place] for place in left))]
    checks = kernels.check_contradictions(told)
    rows = zip(
        checks.claim.tolist(), checks.evidence.tolist(), checks.check.tolist(), checks.spans.tolist(), strict=True
    )
    for claim, evidence, check, (start, end, other_start, other_end) in rows:
        if 0 not in (claim, evidence):
            continue  # two that are kept already
        place = left[max(claim, evidence) - 1]
        spans = ((start, end), (other_start, other_end))
        ours, theirs = spans if claim == 0 else spans[::-1]
        if found[place] is None and not leaves_room(CHECKS[check], told[0], told[max(claim, evidence)], ours, theirs):
            found[place] = Difference(CHECKS[check], ours, theirs)
    return found


def _tells_when(memory: Memory) -> bool:
    """Whether it names the time since when it holds, not only the day on which it was said."""
    return any(time.first == memory.valid_from for time in memory.times)


def _plain(text: str) -> str:
    """The text with blanks for a closing "now" or "any more", and for since when it holds, if that is told in front."""
    return _BESIDE.sub(lambda found: " " * len(found.group()), text)


def _link(memory: Memory, other: Memory, found: Difference) -> tuple[bool, Link]:
    """Whether the new memory is the one that gives way, and the link."""
    if memory.trust == other.trust:  # two that tell since when they hold are in that order, whichever came first
        is_ordered = bool(memory.valid_from and other.valid_from) and _tells_when(memory) <= _tells_when(other)
        is_lost = is_ordered and memory.valid_from < other.valid_from
    else:
        is_lost = memory.trust < other.trust
    loser, winner = (memory, other) if is_lost else (other, memory)
    said, against = in_full(memory.text)[slice(*found.span)], in_full(other.text)[slice(*found.other_span)]
    if not is_lost:
        said, against = against, said
    why = f"they exclude each other ({_NAMES[found.check]}): “{said}” here, “{against}” there"
    if memory.trust != other.trust:
        why += f"; the other is trusted more ({winner.trust:g} against {loser.trust:g})"
    if is_lost:
        ends = max(loser.valid_from, winner.valid_from) or _NEVER
    else:
        ends = max(loser.valid_from, winner.valid_from or winner.recorded_at)
    key = digest(*(part.encode() for part in ("closes", loser.id, winner.id, memory.recorded_at)))[:16]
    return is_lost, Link(key, "closes", loser.id, winner.id, memory.recorded_at, why, valid_to=ends)


def _comparable(memory: Memory, others: Sequence[Memory], same: set[str]) -> list[Memory]:
    """Those that hold at the same time and share words enough to exclude it, as those of `same` do, by their ids.

    INVARIANT: they speak for the same person, since terms of what depends on its speaker are the speaker's own.
    """
    sound = [other for other in _state(others) if _overlap(memory, other)]
    if not sound:
        return []
    ours, *stems = map(set, kernels.content_stems_batch([memory.text, *(other.text for other in sound)]))
    return [
        other
        for other, theirs in zip(sound, stems, strict=True)
        if other.id in same
        or len(ours & theirs) >= max(1, min(2, min(len(ours), len(theirs)) - 1), min(len(ours), len(theirs)) // 2)
    ]


def _state(memories: Sequence[Memory]) -> list[Memory]:
    """Those that make one statement: an episode makes many, a question none, and of several sentences some may hold."""
    short = [one for one in memories if one.kind != "episode" and len(one.text) <= _LONGEST]
    single = are_statements([one.text for one in short])
    return [one for one, is_single in zip(short, single, strict=True) if is_single]


def _overlap(one: Memory, other: Memory) -> bool:
    """Whether there is a time at which both hold."""
    return not (
        has_ended(one.valid_to, instant(other.valid_from)) or has_ended(other.valid_to, instant(one.valid_from))
    )


def _share_time(one: Memory, other: Memory, check: str) -> bool:
    """Whether the two may speak of one occasion: no two of their times exclude each other; events must name one, and
    what happened or was so at no time that it names was so twice if it is told of two days."""
    if not one.times or not other.times:
        is_passing = all(
            happened(memory.text) or (check != "entity" and was_so(memory.text)) for memory in (one, other)
        )
        is_told_twice = one.valid_from[:10] != other.valid_from[:10] and is_passing
        return not is_told_twice and not any(
            memory.kind in _ONCE or is_occasion(memory.text) for memory in (one, other)
        )
    return any(
        (not a.last or not b.first or b.first <= a.last) and (not b.last or not a.first or a.first <= b.last)
        for a in one.times
        for b in other.times
    )
