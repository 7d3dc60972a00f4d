"""Holds the sentences of a text against the principles, with what was found out about them.

Not for verdicts: they come in judged and go out as they came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from simone.records import Finding, PrincipleLevel, PrincipleName, Severity, Status, Verdict
from simone.truth.principles.rules import RULES, Hit, Seen
from simone.truth.principles.shipped import principles
from simone.truth.speakers import MAX_CHARACTERS, find_speaker

RULE = "principle-"
"""What stands before a principle's name in a finding's rule."""
DEFAULT: PrincipleLevel = "warn"
"""What a policy that does not name a principle asks of it."""

Settle = Callable[[Sequence[str]], Sequence[Status]]
"""Statements -> what the evidence says of each."""


class Placed(Protocol):
    """A sentence with its place in the text."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def start(self) -> int:
        """Where it starts in the text."""


def find_principles(
    sentences: Sequence[Placed],
    verdicts: Sequence[Verdict],
    levels: Mapping[PrincipleName, PrincipleLevel],
    settle: Settle,
) -> tuple[Finding, ...]:
    """What the principles find, by sentence, place and name; a principle at "off" is not asked.

    Sentences of more than `MAX_CHARACTERS` are left out: they are tables, code or text without full stops.

    `verdicts` are those on the claims of the sentences, by index. `settle` is asked only about statements that the text
    itself calls open.
    """
    asked = [one for one in principles() if levels.get(one.name, DEFAULT) != "off"]
    by_sentence: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        by_sentence.setdefault(verdict.claim.sentence, []).append(verdict)
    found: list[Finding] = []
    for number, sentence in enumerate(sentences):
        if len(sentence.text) > MAX_CHARACTERS:
            continue
        seen = Seen(
            sentence.text,
            sentences[number - 1].text if number else "",
            sentences[number + 1].text if number + 1 < len(sentences) else "",
            tuple(by_sentence.get(number, ())),
            find_speaker(sentence.text),
            settle,
        )
        hits = [(hit, one) for one in asked for hit in RULES[one.name](seen)]
        for hit, one in sorted(hits, key=lambda pair: (pair[0].start, pair[0].end, pair[1].name)):
            span = (sentence.start + hit.start, sentence.start + hit.end)
            severity = severity_of(levels.get(one.name, DEFAULT))
            message = f"{_quoted(sentence.text, hit)}: {hit.reason} (principle {one.name} {one.version})"
            found.append(Finding("VVP", RULE + one.name, severity, message, one.remedy, span, number))
    return tuple(found)


def severity_of(level: PrincipleLevel) -> Severity:
    """How bad a finding of a principle at a level is."""
    return "error" if level == "block" else "warning"


def _quoted(text: str, hit: Hit) -> str:
    return f"“{' '.join(text[hit.start : hit.end].split())}”"
