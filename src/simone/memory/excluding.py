"""Whether two statements that differ as the kernels found leave room for both.

Not for finding the difference: `check_contradictions` does, and it holds a claim against its evidence, where the dog of
the evidence refutes the cat of the claim. Of two memories both may be true: Anna has a dog, and a cat. So a difference
counts here only where what is told has one value at a time: an amount that is no label, a negation, a state, a date on
which something is. In doubt there is room for both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NEGATION
from simone.kernels.reference.validation.lexicon import BE, FUNCTION, NEGATORS
from simone.kernels.reference.validation.words import stem
from simone.memory.twins import TIME_WORDS, depends, is_one_of_several, is_past
from simone.memory.wording import is_personal

_UNKNOWN_SUBJECTS = frozenset(
    "a an some someone somebody another any one he she it they this that these those his her its their not many several"
    " most few people both".split()
)
"""A statement that begins so is about something that stands elsewhere, or about any of its kind."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
"""As alternatives of a pattern."""
_DATED = re.compile(rf"\d{{4}}|\b(?:{MONTHS})\b")
_ONCE = re.compile(
    r"\b(?:is|are|was|were|be|been|born|die[sd]?|founded|established|incorporated|due|scheduled|set|takes? place"
    r"|took place|starts?|started|begins?|began|ends?|ended|expires?|expired|built|completed|falls"
    r"|(?:planned|rescheduled) (?=for)|(?:moved|postponed) (?=to))"
    r"(?: ?(?:on|in|at|by|for|to|from|since|until))?(?: the)? $",
    re.IGNORECASE,
)
"""What stands before the one date of something."""
_ORDINAL = re.compile(
    r"\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|last",
    re.IGNORECASE,
)
_THINGS = re.compile(r"(?: [A-Z][\w'-]*)+ [a-z]+s\b")
"""Behind a number: a name and things of that name, "Alva lamps"; in "12 Main Street" the number is a label."""
_ACTING = re.compile(r"^(?:I|We|You) \w+ $")
_NEARLY = re.compile(r"\b(?:hardly|barely|scarcely|seldom|rarely|few|without)\b", re.IGNORECASE)
_NEGATORS = frozenset(stem(word) for word in NEGATORS | {"longer"})
_COUNTS = frozenset("two three four five six seven eight nine ten eleven twelve".split())
_MODALS = re.compile(
    r"\b(may|might|could|ca(?=n't)|can|would|should|must|wo(?=n't)|will|shall)(?:n't|not)?\b", re.IGNORECASE
)
_RECURRING = re.compile(
    r"\b(?:rent|payment|instal?lment|bill|invoice|collection|training|practice|lesson|class|rehearsal|market|mass"
    r"|check-?up)s?\b",
    re.IGNORECASE,
)
"""What there is again and again, so that two dates of it are two of them."""
_CHANGES = frozenset(
    "rise rises rising fall falls falling grow grows shrink shrinks increase increases decrease decreases love loves"
    " hate hates like likes dislike dislikes".split()
)
"""Verbs of which a thing does not do the opposite too; who buys bread may sell bread."""


_PERSONS = {
    form: person
    for person, forms in {
        "I": "i me my mine myself",
        "you": "you your yours yourself yourselves",
        "we": "we us our ours ourselves",
        "he": "he him his himself",
        "she": "she her hers herself",
        "they": "they them their theirs themselves",
    }.items()
    for form in forms.split()
}
_WAS = re.compile(r"\b(?:(?:was|were|had)(?:n't)?|used to)\b", re.IGNORECASE)
_COST = re.compile(r"[^\Ws] cost \d")
_BESIDE = frozenset(
    stem(word)
    for word in "about actually again already also anymore approximately currently exactly just longer now nowadays"
    " only really roughly still today".split()
)
"""Stems of words that one of two statements may have and the other not."""


class Side(NamedTuple):
    """A statement, the span of it that differs, and what stands around that."""

    text: str
    start: int
    end: int
    before: str
    after: str
    is_verb: bool
    is_after_verb: bool
    tells_of_past: bool
    verb_at: int

    @property
    def said(self) -> str:
        """The words of the span."""
        return self.text[self.start : self.end]


def are_statements(texts: Sequence[str]) -> list[bool]:
    """Whether each makes one statement: a question makes none, and of several sentences some may hold."""
    sentences = kernels.split_sentences_batch(texts)
    return [len(spans) == 1 and not text.rstrip().endswith("?") for text, spans in zip(texts, sentences, strict=True)]


def is_about_something(text: str) -> bool:
    """Whether it names what it is about."""
    return _first_word(text) not in _UNKNOWN_SUBJECTS


def leaves_room(check: str, one: str, other: str, span: tuple[int, int], other_span: tuple[int, int]) -> bool:
    """Whether both statements may hold though `check` (of CHECKS) found that the spans differ."""
    sides = (_read(one, *span), _read(other, *other_span))
    if not (is_about_something(one) and is_about_something(other)):
        return True
    if _are_of_two(*sides) or (check in ("number", "unit", "date") and not _agree_elsewhere(*sides)):
        return True
    if not _is_whole(*sides) and not _tell_of_one(*sides):
        return True
    if check in ("number", "unit"):
        return any(map(_is_label, sides)) or _goes_on(*sides)
    if check == "date" or any(TIME_WORDS.fullmatch(side.said) for side in sides):
        befores = [side.text[: side.start] for side in sides]
        return not all(_ONCE.search(before) and not _RECURRING.search(before) for before in befores)
    if check == "polarity" and all(_first_word(side.text) in _COUNTS or side.text[:1].isdigit() for side in sides):
        return True
    if check in ("polarity", "direction"):
        return not (_is_denied(*sides) if _is_whole(*sides) else all(map(_is_state, sides)))
    return True


def _are_of_two(one: Side, other: Side) -> bool:
    """Whether they speak of two: what is and what was or may be, of two conditions, or of two children or friends."""
    if _is_over(one) != _is_over(other) or _modals(one) != _modals(other):
        return True
    if any(depends(side.text[: side.start]) for side in (one, other)):
        return True
    return all(is_one_of_several(side.text[: side.start] or side.text[: side.verb_at]) for side in (one, other))


def _modals(side: Side) -> set[str]:
    found = [modal.lower() for modal in _MODALS.findall(side.text)]
    return {{"ca": "can", "wo": "will"}.get(modal, modal) for modal in found}


def is_occasion(text: str) -> bool:
    """Whether it tells what its speaker did or met with on a day that it does not name."""
    return is_personal(text) and happened(text)


def happened(text: str) -> bool:
    """Whether it tells of what was done or happened on a day that it does not name."""
    return _DATED.search(text) is None and _read(text, 0, 0).tells_of_past


def was_so(text: str) -> bool:
    """Whether it tells how something was, or what it cost, on a day that it does not name."""
    return _DATED.search(text) is None and (_WAS.search(text) or _COST.search(text)) is not None


def _read(text: str, start: int, end: int) -> Side:
    reading = kernels.read_sentences_batch([text])
    words = [(first, last, lower) for (_, first, last), (lower, _) in zip(reading.words, reading.forms, strict=True)]
    heads = {int(head) for _, head, *_ in reading.verbs}
    firsts = {int(first) for _, _, first, *_ in reading.verbs}
    at = next((n for n, (first, last, _) in enumerate(words) if first <= start < last), -1)
    through = next((n for n in range(len(words) - 1, -1, -1) if words[n][0] < end), -1)
    after = words[through + 1] if 0 <= through < len(words) - 1 else None
    return Side(
        text,
        start,
        end,
        before=words[at - 1][2] if at > 0 else "",
        after=text[after[0] : after[1]] if after else "",
        is_verb=at in heads,
        is_after_verb=at - 1 in heads,
        tells_of_past=any(is_past(words[first][2]) for first in firsts),
        verb_at=words[min(firsts)][0] if firsts else 0,
    )


def _first_word(text: str) -> str:
    found = re.search(r"\w+", text)
    return found.group().lower() if found else ""


def _agree_elsewhere(one: Side, other: Side) -> bool:
    """Whether the other numbers, dates and names of one stand in the same order among those of the other.

    The kernels look for a number wherever it stands; crate 1 on shelf 2 is not crate 2 on shelf 1.
    """
    owner, kind, start, end, key = kernels.fact_tokens_batch([one.text, other.text])
    rest = []
    for number, side in enumerate((one, other)):
        outside = (owner == number) & ((end <= side.start) | (start >= side.end))
        rest.append(list(zip(kind[outside].tolist(), key[outside].tolist(), strict=True)))
    shorter, longer = sorted(rest, key=len)
    left = iter(longer)
    return all(fact in left for fact in shorter)


def _tell_of_one(one: Side, other: Side) -> bool:
    """Whether the statements are the same beside what differs: of the same people, in the same tense, in the same
    content words but for dates and those of _BESIDE.

    "My wife is 38 years old" says nothing of "I am 40 years old", nor "The late fee is 10" of "The fee is 40".
    """
    if one.tells_of_past != other.tells_of_past or _is_over(one) != _is_over(other):
        return False
    if _people(one.text) != _people(other.text):
        return False
    texts = (one.text, other.text)
    owner, kind, start, end, _ = kernels.fact_tokens_batch(texts)
    rest = [list(text) for text in texts]
    for number, first, last in zip(*(column[kind == DATE].tolist() for column in (owner, start, end)), strict=True):
        if _DATED.search(texts[number], first, last):  # "monthly" and "weekends" are no date
            rest[number][first:last] = " " * (last - first)
    for number, side in enumerate((one, other)):
        rest[number][side.start : side.end] = " " * (side.end - side.start)
    ours, theirs = (set(stems) - _BESIDE for stems in kernels.content_stems_batch(["".join(text) for text in rest]))
    return ours == theirs


def _people(text: str) -> set[str]:
    return {_PERSONS[word] for word in re.findall(r"\w+", text.lower()) if word in _PERSONS}


def _is_over(side: Side) -> bool:
    return _WAS.search(side.text) is not None


def _goes_on(one: Side, other: Side) -> bool:
    """Whether one span says what the other says and more: "40 euros", "40 euros per month"."""
    shorter, longer = sorted((one.said.lower(), other.said.lower()), key=len)
    return longer.startswith(f"{shorter} ")


def _is_label(side: Side) -> bool:
    """Whether the number names something rather than counts it: "pier 4", "12 Main Street", "the third chapter"."""
    if _ORDINAL.fullmatch(side.said):
        return True
    if side.after[:1].isupper() and not _THINGS.match(side.text, side.end):
        return True
    if re.search(r"[^\W\d]", side.said) and re.search(r"\d", side.said):
        return False  # it has its unit
    if _ACTING.search(side.text[: side.start]):
        return False
    return side.before[:1].isalpha() and side.before not in FUNCTION and not side.is_after_verb


def _is_whole(one: Side, other: Side) -> bool:
    """Whether the statements as such differ, not a word of each."""
    return all(side.end - side.start > len(side.text.rstrip()) // 2 and " " in side.said for side in (one, other))


def _is_denied(one: Side, other: Side) -> bool:
    """Whether one denies all that the other says: who does not work at looms may work."""
    if _NEARLY.search(one.text) or _NEARLY.search(other.text):
        return False
    _, kind, _, _, _ = found = kernels.fact_tokens_batch([one.text, other.text])
    denials = [int(((found[0] == number) & (kind == NEGATION)).sum()) for number in (0, 1)]
    stems, other_stems = map(set, kernels.content_stems_batch([one.text, other.text]))
    denying, denied = (stems, other_stems) if denials[0] > denials[1] else (other_stems, stems)
    return denials[0] != denials[1] and denying - _NEGATORS <= denied


def _is_state(side: Side) -> bool:
    """Whether the word tells how something is, not which one is meant nor what happened once."""
    if side.is_verb:
        return _DATED.search(side.text) is not None if side.tells_of_past else side.said.lower() in _CHANGES
    return side.before in BE and not (side.after[:1].isalpha() and side.after.lower() not in FUNCTION)
