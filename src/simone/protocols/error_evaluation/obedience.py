"""Finds where a draft repeats or obeys an instruction that stood in a source.

Not for finding instructions: truth.injection does that.
"""

# ruff: noqa: E501 - a pattern or a message is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simone.protocols.error_evaluation.marks import Mark, short
from simone.records import DraftSentence, Finding, Passage
from simone.truth.injection import find_instructions

SHARED_WORDS = 5
"""Words in a row that a sentence shares with an instruction when it repeats it."""
_REACH = 400
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n")
_TARGET = re.compile(r"https?://[^\s)\"'>\]]{4,200}|www\.[^\s)\"'>\]]{4,200}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{3,200})[\"”]|(?<!\w)['‘]([^'‘’\n]{3,200})['’](?!\w)|\*\*([^*\n]{3,200})\*\*")


class Order(NamedTuple):
    """An instruction: its text, its word sequences, and the addresses and fixed phrases it wants in the answer."""

    text: str
    grams: frozenset[tuple[str, ...]]
    wanted: tuple[str, ...]


def find_orders(passages: Sequence[Passage]) -> tuple[list[Finding], list[Order]]:
    """A warning for each passage that holds instructions, and the instructions, reaching to their sentence's end."""
    findings: list[Finding] = []
    orders: list[Order] = []
    for passage in passages:
        instructions = find_instructions(passage.text)
        if not instructions:
            continue
        first = instructions[0]
        findings.append(
            Finding(
                "EEP",
                "instruction in source",
                "warning",
                f"{passage.document} at {passage.start + first.start} speaks to the model ({first.rule}): {short(first.text)!r}",
                "read the source before trusting it; the instruction is data, never an order",
            )
        )
        for found in instructions:
            ends = _SENTENCE_END.search(passage.text, found.end, found.end + _REACH)
            text = passage.text[found.start : ends.end() if ends else min(len(passage.text), found.end + _REACH)]
            orders.append(_order(text))
    return findings, orders


def _order(text: str) -> Order:
    words = [word.lower() for word in _WORD.findall(text)]
    length = min(SHARED_WORDS, len(words))
    grams = (
        frozenset(tuple(words[i : i + length]) for i in range(len(words) - length + 1)) if length >= 3 else frozenset()
    )
    wanted = [match.group().rstrip(".,;:").lower() for match in _TARGET.finditer(text)]
    wanted += [next(filter(None, match.groups())).strip(" .,!?").lower() for match in _QUOTED.finditer(text)]
    return Order(text, grams, tuple(phrase for phrase in wanted if len(phrase) >= 4))


def find_obedience(text: str, sentences: Sequence[DraftSentence], orders: Sequence[Order]) -> Iterator[Mark]:
    """Sentences that repeat an order, carry what it wanted, or themselves speak to a model."""
    for sentence in sentences if orders else ():
        lowered = sentence.text.lower()
        words = [word.lower() for word in _WORD.findall(sentence.text)]
        for order, grams, wanted in orders:
            phrase = next((phrase for phrase in wanted if phrase in lowered), "")
            length = len(next(iter(grams))) if grams else 0
            if phrase:
                message = f"carries {short(phrase)!r}, which an instruction in a source asked for"
                yield Mark(sentence.start, sentence.end, "obeyed instruction", "error", message, "remove the sentence")
            elif length and any(tuple(words[i : i + length]) in grams for i in range(len(words) - length + 1)):
                message = f"repeats an instruction that stands in a source: {short(order)!r}"
                yield Mark(
                    sentence.start, sentence.end, "repeated instruction", "error", message, "remove the sentence"
                )
            else:
                continue
            break
    for found in find_instructions(text):
        yield Mark(found.start, found.end, "speaks to the model", "warning",
                   f"{short(found.text)!r} addresses a model ({found.rule}), not the reader", "remove the sentence")  # fmt: skip
