"""The checkable claims of a text, each with its span; what cannot be checked is kept and says why.

Not for judging them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from simone.kernels import kernels
from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.reading import Verb
from simone.records import Claim
from simone.truth.context import DEEPEST, Before, asked_about, fill
from simone.truth.language import is_english
from simone.truth.markup import without_markup
from simone.truth.reading import Reading, read

MAX_CHARACTERS = 2000
"""A longer sentence is not taken apart (tables, minified code, text without full stops), characters."""

_OPINION = re.compile(
    r"(?i)\b(?:i|we) (?:think|believe|feel|guess|hope|love|hate|prefer|recommend|suggest)\b"
    r"|\bin (?:my|our) (?:opinion|view)\b"
    r"|\b(?:beautiful|wonderful|awful|terrible|amazing|delicious|boring|ugly|lovely|fantastic|disgusting|gorgeous)\b"
)
_META = re.compile(
    r"(?i)^(?:sure|certainly|of course|okay|ok)\b[,.!:]|^here(?:'s| is| are)\b"
    r"|^(?:in summary|to summari[sz]e|in conclusion)[,:]?$"
    r"|^(?:this|the following) (?:text|summary|answer|response|section|list|document)"
    r" (?:is|gives|describes|summari[sz]es|contains|covers)\b"
    r"|^(?:let me|i will|i'll|i can|i am an?|as an ai|i hope this)\b"
    r"|^(?:based on|according to) (?:the )?(?:sources|passages|text)[,:]?$"
)
_INSTRUCTION = re.compile(
    r"^(?:please |do not |don't |never )?(?:see|note|click|use|add|make sure|ensure|consider"
    r"|remember|check|read|write|open|"
    r"run|install|try|let|go|take|put|give|tell|ignore|visit|contact|avoid|keep|choose|select|enter|type|call|ask)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"^(?:\s*(?:#{1,6}\s|>+\s?|[-*+•]\s|\d{1,3}[.)]\s|\|))+")
_CODE = re.compile(
    r"^(?:```|~~~|\s{4,}\S)|[{};]\s*$|^\s*(?:def|class|import|return|from \S+ import|SELECT|<\w+)\b"
    r"|=>|</\w+>|^\s*\w+\s*=[^=]"
)
_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+[\s:-]*(?:\n|\Z)")
"""The row of a table that parts its head from the others."""
_BRACKETED = re.compile(r"[(){}=<>]")
_CITATION = re.compile(r"\s*\[(?:\d+(?:\s*[,–-]\s*\d+)*)\]")


def find_claims(text: str, question: str = "") -> tuple[Claim, ...]:
    """Claims of a text in order of appearance; every sentence yields at least one.

    Full clauses joined by "and", "but" or ";" become claims of their own. A pronoun that opens a sentence is replaced
    where the sentences before, or the `question` that the text answers, leave no doubt what it stands for.
    """
    claims: list[Claim] = []
    before: list[str] = []
    titles = (topic,) if question and (topic := asked_about(question)) else ()
    for number, (start, end) in enumerate(kernels.split_sentences_batch([text])[0].tolist()):
        sentence = text[start:end]
        reason = why_not_checkable(sentence)
        if "|" in sentence and _RULE.match(text, end):
            reason = reason or "it is the head of a table"
        if reason or end - start > MAX_CHARACTERS:
            claims.append(Claim(sentence, start, end, number, not reason, reason))
            before = []
            continue
        reading = read(sentence)
        for a, b in split_clauses(reading):
            clause = without_markup(sentence[a:b])
            claims.append(Claim(_resolved(clause, before, titles), start + a, start + b, number))
            before = [*before[-DEEPEST:], clause]
    return tuple(claims)


def why_not_checkable(sentence: str) -> str:
    """Why a sentence states nothing that sources could support; "" where it does."""
    marked = without_markup(sentence).strip()
    bare = _CITATION.sub("", _MARKUP.sub("", marked)).strip().strip("*_` \"“”'")
    if not any(c.isalnum() for c in bare):
        return "it holds no words"
    if marked.startswith("#"):
        return "it is a heading"
    if _CODE.search(marked):
        return "it is code or markup"
    if bare.endswith("?"):
        return "it is a question"
    if _META.search(bare):
        return "it speaks about the text, not about the matter"
    if bare.endswith(":"):
        return "it only introduces what follows"
    if _INSTRUCTION.match(bare):
        return "it is an instruction"
    if _OPINION.search(bare):
        return "it is an opinion"
    if len(bare) <= MAX_CHARACTERS and is_english(bare) and bare[-1] not in '.!…)”"' and _is_fragment(bare):
        return "it is a heading or a fragment without a verb"
    return ""


def _is_fragment(bare: str) -> bool:
    reading = read(bare)
    return not reading.verbs and not reading.quantities and not reading.dates


def split_clauses(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Spans of the full clauses of a sentence: cut only where both sides have their own subject and verb."""
    words, text = reading.words, reading.text
    if any(w.lower in ("if", "unless", "whether", "either", "neither", "because", "that", "not") for w in words):
        return ((0, len(text)),)
    cuts: list[tuple[int, int]] = []
    start = 0
    for i, word in enumerate(words):
        joins = word.lower == ";" or (word.lower in ("and", "but") and i > 0 and words[i - 1].lower == ",")
        if joins and _is_clause(reading, start, i) and _is_clause(reading, i + 1, len(words)):
            last = i - 1 if words[i - 1].lower == "," else i
            cuts.append((words[start].start, words[last - 1].end if last == i else words[last].start))
            start = i + 1
    if not cuts:
        return ((0, len(text)),)
    return (*cuts, (words[start].start, len(text)))


def split_predicates(text: str) -> tuple[str, ...]:
    """The two statements of a sentence that joins two full clauses or two predicates of one subject by "and".

    () where there is one predicate, or a word that governs both: "not", "either", "if", "may" …
    """
    reading = read(text)
    words, verbs = reading.words, reading.verbs
    if len(verbs) < 2 or any(w.lower in _GOVERNING for w in words):
        return ()
    for i, word in enumerate(words):
        if word.lower != "and" or i == 0:
            continue
        left = [v for v in verbs if v.head < i]
        right = next((v for v in verbs if v.first > i), None)
        if len(left) != 1 or right is None or not left[0].first:
            continue
        first = text[: words[i - (words[i - 1].lower == ",")].start].rstrip() + "."
        if _is_clause(reading, i + 1, len(words)):
            return first, text[words[i + 1].start :]
        if right.first == i + 1:
            return (
                first,
                f"{text[: words[left[0].first].start]}{_helping(reading, left[0], right)}{text[words[i + 1].start :]}",
            )
    return ()


_GOVERNING = frozenset(
    ("both", "either", "neither", "if", "unless", "whether", "because", "that", "not", "n't", "never")
)
_GOVERNING |= frozenset(("no", "nobody", "nothing", "none", "who", "which", "respectively", "or", "while", "when"))


_FINITE = lex.INVARIANT | (frozenset(lex.IRREGULAR) - lex.PARTICIPLES)


def _helping(reading: Reading, first: Verb, second: Verb) -> str:
    """The auxiliaries that the second verb shares with the first: "was built and sold" says "was sold"."""
    lower = reading.words[second.head].lower
    own = second.first != second.head or lower in _FINITE or lower.endswith("s") or first.first == first.head
    if own:
        return ""
    return " ".join(w.lower for w in reading.words[first.first : first.head]) + " "


def _is_clause(reading: Reading, first: int, end: int) -> bool:
    verb = next((v for v in reading.verbs if first <= v.first and v.head < end), None)
    if verb is None or verb.first == first:
        return False
    opening = reading.words[first].lower
    between = reading.words[first : verb.first]
    has_subject = (
        opening in lex.SUBJECT_PRONOUNS | lex.DETERMINERS
        or reading.text[between[0].start].isupper()
        or first in reading.content
    )
    return has_subject and not any(w.lower in (",", "who", "which", "and") for w in between) and len(between) <= 8


def _resolved(clause: str, before: Sequence[str], titles: tuple[str, ...]) -> str:
    """The clause with what its opening pronoun stands for in the sentences before it, nearest last."""
    place = Before(tuple(reversed(before)), opens=True, titles=titles)
    filled = fill(clause, place, pronoun_only=True) if before or titles else None
    return filled.text if filled else clause


def as_claim(text: str, sentence: int) -> Claim:
    """A claim that the caller states to be one: the whole of `text`, its words without markup."""
    end = len(text)
    text = without_markup(text)
    reason = "" if any(c.isalnum() for c in text) else "it holds no words"
    if _CODE.search(text) and not (text.rstrip().endswith(";") and not _BRACKETED.search(text)):
        reason = "it is code or markup"
    return msgspec.structs.replace(Claim(text, 0, end, sentence), checkable=not reason, why_not=reason)
