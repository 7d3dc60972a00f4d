"""Holds a claim against sentences: as they stand, as they are meant in their place, and in what their parts state.

Not for choosing the sentences or for the verdict: `judge` does. What is asked of the comparison is gathered over all
claims, so that each round is one call.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from simone.records import Claim, Evidence
from simone.truth import evidence
from simone.truth.asides import ADDED, unfold
from simone.truth.attributed import attributed, is_same_report
from simone.truth.exact import LONGEST_QUOTE, Comparison, compare_all, shortened
from simone.truth.fields import fields_for
from simone.truth.lighter import lighter
from simone.truth.naming import names_in_full
from simone.truth.parts import parts_of
from simone.truth.reading import Reading, read, stems_of
from simone.truth.written import alike

MOST_BRIDGED = 2
"""Missing words beyond which a sentence is not worth an encoder call, and sentences tried per claim, count."""
_IN_PART, _SAID, _IN_FULL = "in a part of the sentence", "by the same speaker", "with names in full"
_IN_LINE, _IN_WRITING = "in a line of a name and a value", "in another way of writing"
_FRAMED = "the sources do not state it as a fact: it stands with “{frame}”"
_DERIVED = "not in these words: it follows from “{}”"


class Held(msgspec.Struct):
    """A claim while it is judged: the sentences to compare, by index the comparisons, the readings they are of, and how
    a sentence was read that is not compared as it stands."""

    claim: Claim
    reading: Reading
    places: tuple[int, ...]
    found: dict[int, Comparison]
    sides: dict[int, Reading]
    quote: Evidence | None = None
    notes: dict[int, str] = {}


_Step = Generator[tuple[str, str], Comparison, None]


def compare_in_rounds(steps: Sequence[_Step]) -> None:
    """Run all comparisons side by side: what they ask next is answered in one call, until none asks more."""
    asked = [(step, next(step, None)) for step in steps]
    while asked:
        waiting = [(step, pair) for step, pair in asked if pair is not None]
        answers = compare_all([pair for _, pair in waiting])
        asked = [(step, _send(step, answer)) for (step, _), answer in zip(waiting, answers, strict=True)]


def _send(step: _Step, answer: Comparison) -> tuple[str, str] | None:
    try:
        return step.send(answer)
    except StopIteration:
        return None


def comparisons(held: Held, pool: evidence.Pool) -> list[_Step]:
    """A comparison of a claim with each of its sentences, to be run by `compare_in_rounds`."""
    return [_compare(held, pool, index) for index in held.places]


def _compare(held: Held, pool: evidence.Pool, index: int) -> _Step:
    """What a sentence says of the claim, left open where it is only cited or what stands around it takes it back."""
    yield from _compare_alone(held, pool, index)
    take_back(held, pool, index)


def take_back(held: Held, pool: evidence.Pool, index: int) -> None:
    """Leave open what a sentence decided that its document only cites, or takes back around it."""
    found = held.found[index]
    if found.status != "unverifiable" and (reason := why_taken_back(pool, index, held.reading.text)):
        held.found[index] = msgspec.structs.replace(found, status="unverifiable", check="modality", reason=reason)


def why_taken_back(pool: evidence.Pool, index: int, claim: str) -> str:
    """Why a sentence decides nothing of a claim: it is only cited, or taken back by what stands around it; else ""."""
    if pool.is_cited(index, claim):
        return f"the sources only cite it: “{pool.sentences[index].text}”"
    frame = pool.frame(index, claim)
    return _FRAMED.format(frame=shortened(frame)) if frame is not None else ""


def _compare_alone(held: Held, pool: evidence.Pool, index: int) -> _Step:
    """Hold the claim against a sentence as it stands, and where that is silent, as it is meant in its place.

    Yields (claim, sentence) and is sent what the comparison found.
    """
    claim, text = held.reading.text, pool.sentences[index].text
    held.sides[index] = read(text)
    found = held.found[index] = yield claim, text
    if found.status != "unverifiable" or held.quote is not None or pool.is_cited(index, claim):
        return
    filled = pool.filled(index)
    base = filled.text if filled and stems_of(held.claim.text) & stems_of(filled.text) - stems_of(text) else text
    named = pool.in_full(index) if names_in_full(held.reading) else text
    for other in (base, *unfold(base), named):
        if found.status != "unverifiable":
            break
        if other == text or (other != base and not {held.reading.words[i].stem for i in found.missing} <= ADDED):
            continue
        meant = yield claim, other
        if meant.status != "unverifiable" or meant.strength > found.strength:
            held.sides[index], held.found[index] = read(other), meant
            held.notes |= {index: _IN_FULL} if other == named not in (text, base) else {}
            found = meant
    for whole in dict.fromkeys((base, named)):
        if held.found[index].status == "unverifiable":
            yield from _compare_parts(held, index, whole)


def _compare_parts(held: Held, index: int, base: str) -> _Step:
    """Hold the claim against the statements that a sentence makes in its parts, and a report against one by the same
    speaker. These may support and never refute: what a part leaves out may say that both hold."""
    claim = held.reading.text
    missing = held.found[index].missing
    is_near = len(missing) <= MOST_BRIDGED or {held.reading.words[i].stem for i in missing} <= ADDED
    pairs = [(claim, part, _IN_PART) for part in lighter(base)] if is_near else []
    pairs += [(claim, part, _of_part(part, base)) for part in parts_of(base)] if is_near else []
    pairs += [(claim, part, _IN_LINE) for part in fields_for(held.reading, base)]
    if (written := alike(claim, base)) is not None:
        pairs.append((*written, _IN_WRITING))
    said = attributed(claim)
    told = attributed(base) if said else None
    if said and told and is_same_report(said, told):
        pairs += [(said.what, told.what, _SAID)]
    for ours, theirs, note in pairs:
        meant = yield ours, theirs
        if meant.status == "supported":
            if note == _IN_WRITING:  # what stands for code is for the comparison alone
                meant = msgspec.structs.replace(meant, reason=meant.reason.replace(shortened(theirs), shortened(base)))
                theirs = base
            held.sides[index], held.found[index], held.notes[index] = read(theirs), meant, note
            return


def _of_part(part: str, sentence: str) -> str:
    """How a statement stands in the sentence that it was taken from."""
    is_there = part.rstrip(".").lower() in sentence.lower()
    return _IN_PART if is_there or len(sentence) > LONGEST_QUOTE else _DERIVED.format(sentence)
