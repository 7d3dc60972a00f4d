"""The engine without weights: it selects, orders, trims and joins sentences of the evidence, and never adds a word.

Not for opinions: CRITIQUE, and whatever the evidence does not say, is a named failure.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import sqrt

import msgspec

from simone.clock import Deadline
from simone.errors import ModelFailed
from simone.kernels import kernels
from simone.mvlm.answers import Limit, checked, count_prompt, count_tokens, cut
from simone.mvlm.spans import fill
from simone.records import Execution, Instruction, Passage
from simone.retrieval.leaning import Surroundings, leaning, points_back

NAME = "extractive/5"
MOST_LEADS = 2
"""Sentences taken from before one that leans on them, count."""


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of the evidence: its text on one line, its document, where it begins, and its rank (0 is best)."""

    text: str
    document: str
    start: int
    rank: int


class Extractive:
    """Carries out instructions with the words of their passages and text. Thread-safe; holds nothing."""

    @property
    def name(self) -> str:
        """Method and version."""
        return NAME

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Carry out one instruction; tokens are words and punctuation marks.

        Sentences are kept whole; only a limit of `max_tokens` smaller than the first one cuts it.

        Raises:
            ModelFailed: the passages and the text do not hold what is asked for.
            ModelTimeout: the deadline is spent.
            Cancelled: the deadline was cancelled.
        """
        Limit(deadline, deadline.seconds, NAME).check()
        sentences = _sentences_for(instruction)
        answer = " ".join(sentences) if sentences else _answer(instruction)
        if instruction.schema and instruction.operation != "FORMAT":
            answer = fill(instruction, answer)
        text, finish = cut(answer, instruction)
        whole = tuple(sentences) if text == " ".join(sentences) else ()
        execution = Execution(text, finish, count_prompt(instruction), count_tokens(text), NAME, whole)
        return checked(execution, instruction)

    def close(self) -> None:
        """Nothing is held."""


def _sentences_for(instruction: Instruction) -> list[str]:
    """The sentences of an answer that is made of sentences."""
    if instruction.operation == "DRAFT":
        return _evidence(instruction)
    return _central(instruction) if instruction.operation == "SUMMARIZE" else []


def _answer(instruction: Instruction) -> str:
    match instruction.operation:
        case "DRAFT" | "SUMMARIZE":
            return ""
        case "IDEATE":
            return "\n".join(_evidence(instruction))
        case "REVISE":
            return _replacement(instruction)
        case "CLASSIFY":
            return _label(instruction)
        case "EXTRACT":
            return _best(instruction)
        case "FORMAT":
            return instruction.text
        case "CRITIQUE" | "JUDGE":
            raise ModelFailed(
                f"{NAME}: it quotes and forms no opinion; choose another engine for {instruction.operation}"
            )


def _evidence(instruction: Instruction) -> list[str]:
    """The found sentences, best first as far as there is room; then in the order in which they are read.

    Rows of tables, fields of a header and code stand in for sentences only where no sentence was found.
    A sentence that leans on the one before it brings that along or is left out. Only the best of all may lean on
    nothing, where it opens the answer: there it is read behind the question ("these works" brings what it means where
    that is at hand). Behind it, what another document says is
    read as if it were about the same, so it has to bear on the question as a whole.
    """
    spoken = [passage for passage in instruction.passages if not passage.is_data] or instruction.passages
    found = [_focus(passage, rank) for rank, passage in enumerate(spoken)]
    # A source that repeats the question is found first and answers nothing.
    ranked = sorted((one for one in found if one.text), key=lambda one: (one.text.endswith("?"), one.rank))
    if not ranked:
        return [sentence.text for sentence in _fitting(ranked, instruction)]
    known, around = content_words(instruction.task), Surroundings(instruction.passages)
    units = [_with_leads(one, known, around) for one in ranked]
    if instruction.operation == "DRAFT":
        units = [unit for unit in units if not unit or unit[-1].document == ranked[0].document or _bear(unit, known)]
    alone = _settled([ranked[:1], *units[1:]], instruction, around)
    full = _settled(units, instruction, around) if units[0] else alone
    words = leaning(ranked[0].text, known)
    is_told = not words and len(units[0]) > 1  # "the debate", of which the source spoke before
    opens = not is_told and not points_back(words) and (not words or alone[0] is ranked[0])
    order = full if not opens or set(alone) <= set(full) else alone
    return [sentence.text for sentence in order]


def _bear(unit: list[Sentence], known: frozenset[str]) -> bool:
    """Whether the sentences hold at least half of the question's content words, plural or not."""
    wanted = {_stem(word) for word in known}
    held = {_stem(word) for sentence in unit for word in content_words(sentence.text)}
    return 2 * len(wanted & held) >= len(wanted)


def _settled(units: list[list[Sentence]], instruction: Instruction, around: Surroundings) -> list[Sentence]:
    """What there is room for, in reading order, without sentences that would lean on something else than they do there.

    Where it is the best that would, what stands between it and the question goes.
    """
    known = content_words(instruction.task)
    while True:
        order = _in_reading_order(_together([unit for unit in units if unit], instruction))
        loose = [
            a if b is units[0][-1] else b
            for a, b in pairwise(order)
            if _leans(b, known, around) and not _is_just_before(a, b, around)
        ]
        if not loose:
            return order
        units = [unit for unit in units if not any(one in unit for one in loose)]


def _leans(sentence: Sentence, known: frozenset[str], around: Surroundings) -> bool:
    told = frozenset(_words(around.told(sentence.document, sentence.start)))
    return sentence.start > 0 and leaning(sentence.text, known, told) != ""


def _is_just_before(one: Sentence, other: Sentence, around: Surroundings) -> bool:
    lead = around.before(other.document, other.start)
    return one.document == other.document and lead is not None and lead[0] == one.start


def _with_leads(sentence: Sentence, known: frozenset[str], around: Surroundings) -> list[Sentence]:
    """The sentence behind those that it leans on; nothing where one of these is missing."""
    unit = [sentence]
    while _leans(unit[0], known, around):
        lead = around.before(sentence.document, unit[0].start) if len(unit) <= MOST_LEADS else None
        if lead is None:
            return []
        unit.insert(0, Sentence(trimmed(lead[2]), sentence.document, lead[0], sentence.rank))
    return unit


def _in_reading_order(chosen: list[Sentence]) -> list[Sentence]:
    """Document by document, the best first; those of one document as they stand there."""
    first: dict[str, int] = {}
    for place, sentence in enumerate(chosen):
        first.setdefault(sentence.document, place)
    return sorted(chosen, key=lambda one: (first[one.document], one.start, one.rank))


def _replacement(instruction: Instruction) -> str:
    """The sentence of the evidence nearest to the failed one, else the best found one that bears on the task."""
    failed, task = content_words(instruction.text), content_words(instruction.task)
    sentences = [
        one
        for one in _sentences(instruction.passages)
        if not one.text.endswith("?") and one.text != trimmed(instruction.text)
    ]
    # Dice's coefficient; earlier sentences, which rank higher, win ties. Source: Dice, Ecology 26, 1945.
    scores = []
    for sentence in sentences:
        words = content_words(sentence.text)
        shared = len(words & failed)
        scores.append(2.0 * shared / (len(words) + len(failed)) if shared >= min(2, max(len(failed), 1)) else 0.0)
    if max(scores, default=0.0) > 0.0:
        return sentences[scores.index(max(scores))].text
    for sentence in sentences:
        if content_words(sentence.text) & task:
            return sentence.text
    raise ModelFailed(
        f"{NAME}: none of {len(instruction.passages)} passages bears on {instruction.text[:80]!r}; remove the sentence"
    )


def _central(instruction: Instruction) -> list[str]:
    """The sentences nearest to the whole text, in the text's order.

    Score: cosine between a sentence and the sum of all sentences, as vectors of 0/1 per content word.
    Source: Radev, Jing, Stys and Tam, Centroid-based summarization of multiple documents, 2004.
    """
    sentences = _split(instruction.text) if instruction.text.strip() else _sentences(instruction.passages)
    bags = [content_words(sentence.text) for sentence in sentences]
    frequency = Counter(word for bag in bags for word in bag)
    scores = [sum(frequency[word] for word in bag) / sqrt(len(bag)) if bag else 0.0 for bag in bags]
    order = sorted(range(len(sentences)), key=lambda place: (-scores[place], place))
    chosen = _fitting(_distinct([sentences[place] for place in order]), instruction)
    return [sentence.text for sentence in sorted(chosen, key=lambda one: (one.rank, one.start))]


def _label(instruction: Instruction) -> str:
    """The label of whose words the largest share occurs in the text (or task, or passages); earlier labels win ties."""
    material = instruction.text or instruction.task or " ".join(passage.text for passage in instruction.passages)
    stems = {_stem(word) for word in _words(material)}
    shares = []
    for label in instruction.labels:
        own = [_stem(word) for word in _words(label)]
        shares.append(sum(word in stems for word in own) / len(own) if own else 0.0)
    if not shares or max(shares) == 0.0:
        raise ModelFailed(f"{NAME}: no word of the labels {instruction.labels!r} occurs in what is to be classified")
    return instruction.labels[shares.index(max(shares))]


def _best(instruction: Instruction) -> str:
    """The sentence of text and passages that shares most words with the task; for EXTRACT."""
    wanted = content_words(instruction.task)
    sentences = [*_split(instruction.text), *_sentences(instruction.passages)]
    overlaps = [len(content_words(sentence.text) & wanted) for sentence in sentences]
    if not overlaps or max(overlaps) == 0:
        raise ModelFailed(f"{NAME}: no sentence of the text or the passages bears on {instruction.task[:80]!r}")
    return sentences[overlaps.index(max(overlaps))].text


def _fitting(ranked: list[Sentence], instruction: Instruction) -> list[Sentence]:
    """The first sentence, and the following whole ones for which `max_tokens` has room, up to `max_sentences`."""
    if not ranked:
        raise ModelFailed(f"{NAME}: {instruction.operation} needs sentences and got none with words in them")
    chosen: list[Sentence] = []
    left = instruction.max_tokens
    for sentence in ranked:
        size = count_tokens(sentence.text)
        if not chosen or size <= left:
            chosen.append(sentence)
            left -= size
        if len(chosen) >= instruction.max_sentences:
            break
    return chosen


def _together(units: list[list[Sentence]], instruction: Instruction) -> list[Sentence]:
    """The sentences of the first unit, and of the following ones that fit whole beside those taken already."""
    chosen: list[Sentence] = []
    texts: set[tuple[str, ...]] = set()
    for unit in units:
        new = [one for one in unit if _told(one) not in texts]
        if not chosen:
            new = new[-max(1, instruction.max_sentences) :]
        size = sum(count_tokens(one.text) for one in (*chosen, *new))
        fits = len(chosen) + len(new) <= instruction.max_sentences and size <= instruction.max_tokens
        if not texts or (fits and _told(unit[-1]) not in texts):
            chosen += new
            texts |= {_told(one) for one in new}
    return _fitting(chosen, instruction)


def _focus(passage: Passage, rank: int) -> Sentence:
    start, end = passage.focus
    inside = passage.text[max(0, start - passage.start) : max(0, end - passage.start)]
    return Sentence(trimmed(inside), passage.document_id, start, rank)


def _sentences(passages: tuple[Passage, ...]) -> list[Sentence]:
    """Every sentence of the passages, a passage's found one first."""
    spans = kernels.split_sentences_batch([passage.text for passage in passages])
    out = []
    for rank, (passage, found) in enumerate(zip(passages, spans, strict=True)):
        out.append(_focus(passage, rank))
        out += [
            Sentence(trimmed(passage.text[a:b]), passage.document_id, passage.start + a, rank)
            for a, b in found.tolist()
        ]
    return [sentence for sentence in out if sentence.text]


def _split(text: str) -> list[Sentence]:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    return [Sentence(line, "", start, 0) for start, end in spans if (line := trimmed(text[start:end]))]


def _distinct(sentences: list[Sentence]) -> list[Sentence]:
    """Without sentences whose content words repeat an earlier one's; another number or name is a difference."""
    seen: set[tuple[str, ...]] = set()
    out = []
    for sentence in sentences:
        if _told(sentence) not in seen:
            seen.add(_told(sentence))
            out.append(sentence)
    return out


def _told(sentence: Sentence) -> tuple[str, ...]:
    return tuple(word for word in _words(sentence.text) if word not in _FUNCTION_WORDS)


def trimmed(sentence: str) -> str:
    """The sentence on one line without list mark, note number at the end, or leading connective before a capital.

    What is left is one unbroken run of the sentence's own words.
    """
    line = _NOTES.sub("", _BULLET.sub("", " ".join(sentence.split())))
    return _CONNECTIVE.sub("", line)


def content_words(text: str) -> frozenset[str]:
    """The distinct case-folded words of a text that carry content."""
    return frozenset(word for word in _words(text) if word not in _FUNCTION_WORDS)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")
_BULLET = re.compile(r"^(?:[-*+•>]|#{1,6})\s+")
_NOTES = re.compile(r"(?<=[.!?\"”’)])(?:\s?\[\d{1,3}\])+$")
# Only words that say nothing on their own, and only where the rest begins with a capital already.
_CONNECTIVE = re.compile(r"^(?:However|Moreover|Furthermore|Additionally|In addition|Besides), (?=[A-Z])")
_FUNCTION_WORDS = frozenset(
    """
    a an the this that these those of in on at by for from to into with as and or but if than then so such it its is are
    was were be been being has have had do does did will would can could may might shall should must there here they
    them their he she his her him we us our you your i my me who whom whose which what when where why how also
    """.split()
)
