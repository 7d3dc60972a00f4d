"""Finds where generation went wrong: loops, repeated sentences, broken-off ends and placeholders.

Not for style: repetition here is what no writer means.
"""

# ruff: noqa: E501 - a pattern or a message is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import eq
from unicodedata import category

from simone.protocols.error_evaluation.marks import Mark, short
from simone.records import DraftSentence, Severity

LONGEST_LOOP = 12
"""Words in the longest phrase that is watched for looping."""
REPEATS_OF_WORD, REPEATS_OF_PHRASE = 4, 3
"""Times in a row that make a loop of a single word, and of a longer phrase. "very, very, very" is rhetoric."""
LEAST_SENTENCE = 4
"""Words from which a repeated sentence is a repetition and not a refrain like "Yes."."""
MANY_WORDS, LEAST_VARIETY = 60, 0.6
"""From this many words on, fewer distinct three-word sequences than this share is degeneration. Human text lies above 0.9."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_PLACEHOLDER = re.compile(
    r"\[(?:insert|your|name|date|company|add|todo|tbd|placeholder|xxx|citation needed|source|link|url|number|title|author)\b[^\]\n]{0,60}\](?!\()"
    r"|<(?:insert|your)\b[^>\n]{0,60}>|\{\{[^{}\n]{1,60}\}\}|\blorem ipsum\b|\b(?:placeholder text|to be determined)\b",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\b(?:TODO|FIXME|TBD|TBC|XXX)\b")
_MACHINE = re.compile(
    r"\bas an? (?:ai|artificial intelligence|large language|language)\b(?: language)?(?: model| assistant)?|"
    r"\bi(?:'m| am) (?:just |only )?an? (?:ai|language model|large language model)\b|"
    r"\bas of my (?:last |latest )?(?:knowledge|training|update)[\w -]{0,20}|\bi (?:cannot|can't|am unable to) (?:fulfill|fulfil|comply with|assist with) (?:this|that|your) request",
    re.IGNORECASE,
)
_OPEN_WORDS = frozenset(
    "a an the and or but nor of to in on at by for from with without into than that which who whose because although"
    " while if when as is are was were be been being has have had will would can could should may might must its their"
    " his her our your my this these those very".split()
)
_CITATIONS = re.compile(r"(?:\s?\[[^\[\]\n]{1,40}\]){1,9}$")
_PICTURES = frozenset(("So", "Sk", "Cf", "Mn", "Me"))
"""Categories of pictures and of what joins and varies them. Source: Unicode, Technical Standard 51."""
_CLOSERS = "\"'”’)]}*_`»"


def find_fluency(text: str, sentences: Sequence[DraftSentence]) -> Iterator[Mark]:
    """Marks of this module's rules, rule by rule. `text` has its code blanked. Linear in its length."""
    yield from _loops(text)
    yield from _repeated_sentences(sentences)
    yield from _placeholders(text)
    yield from _broken_off(text, sentences)


def _loops(text: str) -> Iterator[Mark]:
    matches = list(_WORD.finditer(text))
    words = [match.group().lower() for match in matches]
    covered = -1
    for period in range(1, LONGEST_LOOP + 1):
        needed = period * ((REPEATS_OF_WORD if period == 1 else REPEATS_OF_PHRASE) - 1)
        if len(words) < needed + period:
            break
        if sum(map(eq, words, words[period:])) < needed:
            continue
        run = 0
        for index in range(period, len(words) + 1):
            if index < len(words) and words[index] == words[index - period]:
                run += 1
                continue
            first = index - run - period
            if run >= needed and first > covered and not all(word.isdigit() for word in words[first : first + period]):
                start, end = matches[first].start(), matches[index - 1].end()
                times = run // period + 1
                covered = index - 1
                yield Mark(start, end, "loop", "error", f"{short(' '.join(words[first : first + period]))!r} repeats"
                           f" {times} times in a row", "keep it once")  # fmt: skip
            run = 0
    if len(words) >= MANY_WORDS:
        grams = set(zip(words, words[1:], words[2:], strict=False))
        if len(grams) < LEAST_VARIETY * (len(words) - 2):
            share = len(grams) / (len(words) - 2)
            yield Mark(0, len(text), "degeneration", "error", f"only {share:.0%} of its three-word sequences are new",
                       "write the text again")  # fmt: skip


def _repeated_sentences(sentences: Sequence[DraftSentence]) -> Iterator[Mark]:
    first: dict[str, int] = {}
    for index, sentence in enumerate(sentences):
        words = [word.strip(".,;:!?*-\"'()[]") for word in sentence.text.lower().split()]
        if len(words) >= LEAST_SENTENCE:
            earlier = first.setdefault(" ".join(words), index)
            if earlier != index:
                yield Mark(sentence.start, sentence.end, "repeated sentence", "error",
                           f"says again word for word: {short(sentences[earlier].text)!r}", "remove it")  # fmt: skip


def _placeholders(text: str) -> Iterator[Mark]:
    for match in _PLACEHOLDER.finditer(text) if any(c in text for c in "[<{") or "o" in text else ():
        yield Mark(*match.span(), "placeholder", "error", f"{short(match.group())!r} was never filled in",
                   "put in what belongs there, or remove the sentence")  # fmt: skip
    for match in _MARKER.finditer(text):
        yield Mark(*match.span(), "placeholder", "warning", f"{match.group()!r} marks work left undone",
                   "finish it or remove it")  # fmt: skip
    for match in _MACHINE.finditer(text):
        yield Mark(*match.span(), "machine phrase", "error", f"{short(match.group())!r} speaks of the writer, not the matter",
                   "remove the sentence")  # fmt: skip


def _broken_off(text: str, sentences: Sequence[DraftSentence]) -> Iterator[Mark]:
    if not sentences:
        return
    last = sentences[-1]
    shown = text[last.start : last.end].rstrip()
    shown = _CITATIONS.sub("", shown).rstrip(_CLOSERS).rstrip()
    plain = _without_pictures(shown).rstrip(_CLOSERS).rstrip()
    is_closed, shown = plain != shown, plain  # a picture ends a sentence as a full stop does
    if not shown or shown[-1] in ".!?…:" or shown.endswith("|"):
        return
    line = shown[shown.rfind("\n") + 1 :].lstrip()
    words = _WORD.findall(line)
    severity: Severity = "warning"
    if (words and words[-1].lower() in _OPEN_WORDS and shown[-1].isalpha()) or shown[-1] in ",;-–—(":
        severity = "error"
    elif is_closed or len(words) < 5 or line[0] in "#*-+|>" or re.match(r"\d+[.)]\s|https?://|\[\d+\]", line):
        return
    yield Mark(last.start, last.end, "unfinished sentence", severity, f"breaks off after {short(' '.join(words[-4:]))!r}",
               "finish the sentence or remove it")  # fmt: skip


def _without_pictures(text: str) -> str:
    """The text without the emoji and other pictures that end it."""
    end = len(text)
    while end and (text[end - 1].isspace() or (text[end - 1] > "\u00ff" and category(text[end - 1]) in _PICTURES)):
        end -= 1
    return text[:end]
