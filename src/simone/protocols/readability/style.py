"""Says what makes a text hard to read, where, and what to do: the findings of REP.

Not for grammar or taste: every finding names a measurable cause.
"""

# ruff: noqa: E501 - a pattern or a message is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from simone.kernels.reference.counting import CountedWord as Word
from simone.records import DraftSentence, Finding, Measured, Readability, Severity

LONG_SENTENCE, VERY_LONG_SENTENCE = 30, 45
"""Words from which a sentence is reported, and from which it is a warning. Our choice: about twice and three times the
average English sentence of 15 to 20 words."""
BRACKET_WORDS = 12
"""Words inside brackets from which they deserve a sentence of their own. Our choice."""
PASSIVES = 3
"""Sentences in a row with a passive that make a chain; two passives inside one sentence do as well. Our choice."""

PLAINER = {
    "utilize": "use", "utilise": "use", "utilizes": "uses", "utilized": "used", "utilizing": "using",
    "utilization": "use", "commence": "begin", "commenced": "began", "commences": "begins", "terminate": "end",
    "terminated": "ended", "endeavor": "try", "endeavour": "try", "endeavored": "tried", "ascertain": "find out",
    "ascertained": "found out", "facilitate": "help", "facilitates": "helps", "facilitated": "helped",
    "approximately": "about", "subsequently": "later", "subsequent": "later", "additionally": "also",
    "furthermore": "also", "nevertheless": "still", "notwithstanding": "despite", "consequently": "so",
    "demonstrate": "show", "demonstrates": "shows", "demonstrated": "showed", "numerous": "many",
    "sufficient": "enough", "insufficient": "too little", "assistance": "help", "purchase": "buy",
    "purchased": "bought", "requirement": "need", "necessitate": "need", "necessitates": "needs",
    "methodology": "method", "methodologies": "methods", "functionality": "feature", "functionalities": "features",
    "modification": "change", "modifications": "changes", "implement": "carry out", "implemented": "carried out",
    "initiate": "start", "initiated": "started", "expedite": "speed up", "optimum": "best", "predominantly": "mostly",
    "remuneration": "pay", "residence": "home", "substantial": "large", "transmit": "send", "transmitted": "sent",
    "visualize": "see", "component": "part", "components": "parts", "accordingly": "so", "anticipate": "expect",
    "anticipated": "expected", "indicate": "show", "indicates": "shows", "indicated": "showed",
    "participate": "take part", "participated": "took part", "regarding": "about", "concerning": "about",
    "previously": "before", "frequently": "often", "immediately": "at once", "possess": "have", "possesses": "has",
    "erroneous": "wrong", "cognizant": "aware", "disseminate": "spread", "disseminated": "spread",
    "elucidate": "explain", "ameliorate": "improve", "prioritize": "rank", "aforementioned": "this",
}  # fmt: skip
"""Long words and a common word that mostly does the same. Our own list."""

_BREAK = re.compile(
    r";\s|[,\u2014]\s+(?:and|but|which|who|while|because|although|though|so|whereas|where|since|with|or)\b"
    r"|\s(?:because|although|whereas|however|which)\s|\s\u2014\s|,\s"
)
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:(?:\w+ly|then|also|not|never|often|later|first|again)\s+)?"
    r"(?:\w{2,}ed|built|held|made|done|given|taken|seen|known|shown|found|kept|left|lost|paid|put|read|said|sent|set|sold|told"
    r"|thought|understood|written|chosen|drawn|driven|grown|broken|spoken|brought|bought|caught|taught|led|met|run|won"
    r"|begun|born|laid|lent|spent|struck|sung|thrown|worn)\b",
    re.IGNORECASE,
)
_ADJECTIVES = frozenset(
    "need speed indeed seed feed exceed proceed succeed bed red hundred sacred wicked naked".split()
)


def find_style(
    text: str,
    sentences: Sequence[DraftSentence],
    words: Sequence[Word],
    readability: Readability,
    target_grade: float,
) -> tuple[Finding, ...]:
    """Findings in text order, the one about the whole last. Linear in the length of the text."""
    starts = [word.start for word in words]
    found: list[Finding] = []
    for index, sentence in enumerate(sentences):
        inside = words[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
        found += _long_sentence(text, index, sentence, inside)
        found += [_finding("simpler word", "info", f"{w.text!r} is long for what it says", f"write {PLAINER[w.form]!r}",
                           (w.start, w.end), index) for w in inside if w.form in PLAINER]  # fmt: skip
        found += _brackets(text, index, sentence)
    found += _passive_chains(text, sentences)
    found.sort(key=lambda finding: (finding.span or (0, 0), finding.rule))
    grade = readability.flesch_kincaid
    if isinstance(grade, Measured) and grade.value > target_grade:
        found.append(
            Finding(
                "REP",
                "grade above target",
                "info",
                f"Flesch-Kincaid grade {grade.value:.1f} is above the target of {target_grade:g}",
                _grade_remedy(readability),
            )
        )
    return tuple(found)


def _finding(rule: str, severity: Severity, message: str, remedy: str, span: tuple[int, int], sentence: int) -> Finding:
    return Finding("REP", rule, severity, message, remedy, span, sentence)


def _long_sentence(text: str, index: int, sentence: DraftSentence, words: Sequence[Word]) -> list[Finding]:
    if len(words) < LONG_SENTENCE:
        return []
    middle = (sentence.start + sentence.end) // 2
    places = [match.start() for match in _BREAK.finditer(text, sentence.start, sentence.end)]
    remedy = "say it in two sentences"
    if places:
        place = min(places, key=lambda start: (abs(start - middle), start))
        before, after = (
            text[:place].split()[-3:] if place < 400 else text[place - 400 : place].split()[-3:],
            text[place : place + 120].lstrip(" ,;\u2014").split()[:4],
        )
        remedy = f"split after {' '.join(before)!r} and begin anew with {' '.join(after)!r}"
    severity: Severity = "warning" if len(words) >= VERY_LONG_SENTENCE else "info"
    span = (sentence.start, sentence.end)
    return [_finding("long sentence", severity, f"the sentence has {len(words)} words", remedy, span, index)]


def _brackets(text: str, index: int, sentence: DraftSentence) -> list[Finding]:
    found: list[Finding] = []
    opened: list[int] = []
    nested = False
    for place in range(sentence.start, sentence.end):
        if text[place] == "(":
            opened.append(place)
            nested = nested or len(opened) > 1
        elif text[place] == ")" and opened:
            start = opened.pop()
            if opened:
                continue
            if nested:
                found.append(_finding("nested brackets", "info", "brackets stand inside brackets",
                                      "move the inner remark into a sentence of its own", (start, place + 1), index))  # fmt: skip
            elif len(text[start:place].split()) > BRACKET_WORDS:
                found.append(_finding("long brackets", "info", "the brackets hold a long remark",
                                      "make the remark a sentence of its own", (start, place + 1), index))  # fmt: skip
            nested = False
    return found


def _passive_chains(text: str, sentences: Sequence[DraftSentence]) -> list[Finding]:
    found: list[Finding] = []
    chain: list[int] = []
    counts = [
        sum(match.group().split()[-1].lower() not in _ADJECTIVES for match in _PASSIVE.finditer(text, s.start, s.end))
        for s in sentences
    ]
    for index, count in enumerate([*counts, 0]):
        if count:
            chain.append(index)
            continue
        if len(chain) >= PASSIVES:
            first, last = sentences[chain[0]], sentences[chain[-1]]
            message = f"{len(chain)} sentences in a row are in the passive"
            found.append(_finding("passive chain", "info", message, "say who does it in at least one of them",
                                  (first.start, last.end), chain[0]))  # fmt: skip
        elif any(counts[i] >= 2 for i in chain):
            found += [
                _finding("passive chain", "info", f"{counts[i]} passives in one sentence", "say who does it",
                         (sentences[i].start, sentences[i].end), i)
                for i in chain
                if counts[i] >= 2
            ]  # fmt: skip
        chain = []
    return found


def _grade_remedy(readability: Readability) -> str:
    length = readability.words / readability.sentences
    weight = readability.syllables / readability.words
    # The formula is a sum: name the part that lies further above plain English (15 words, 1.5 syllables).
    if 0.39 * (length - 15.0) >= 11.8 * (weight - 1.5):
        return f"shorten the sentences: they average {length:.0f} words"
    return f"prefer shorter words: they average {weight:.2f} syllables"
