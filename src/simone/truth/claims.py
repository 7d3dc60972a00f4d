"""The checkable claims of a text, each with its span; what cannot be checked is kept and says why.

Not for judging them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from simone.clock import Deadline, unlimited
from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.records import Claim
from simone.truth.checkable import WHY_NOT, is_code, why_not_checkable
from simone.truth.context import DEEPEST, Before, Filled, asked_about, fill
from simone.truth.markup import (
    NO_WORDS,
    TABLE_HEAD,
    blocks_of,
    is_rule,
    lead_of,
    rows_of,
    trimmed,
    without_markup,
    without_quotation_marks,
)
from simone.truth.pieces import find_sentences
from simone.truth.reading import Reading, read
from simone.truth.speakers import MAX_CHARACTERS, Speaker, find_speaker
from simone.truth.unspoken import COMMENT, FRONT_MATTER, INDENTED, STRUCK, blanked, find_unspoken

_NEXT_LINE = re.compile(r"[ \t\r]*\n([^\n]{0,2000})")
WITHOUT_STATEMENT = frozenset((FRONT_MATTER, COMMENT, STRUCK, INDENTED, TABLE_HEAD, NO_WORDS)).union(
    WHY_NOT[kind] for kind in ("code", "heading", "image", "reference", "notice")
)
"""Reasons that hold wherever it stands: sources that have the same word for word do not make it a claim."""
FARTHEST = 24
"""Clauses before a sentence in which "the company" and its like are looked for, count."""
__all__ = ["MAX_CHARACTERS", "Part", "as_claim", "find_claims", "split_clauses", "split_predicates", "take_apart"]


class Part(msgspec.Struct, frozen=True):
    """A claim as it was found: what was filled in, as (written, meant), and the quotation its sentence holds."""

    claim: Claim
    references: tuple[tuple[str, str], ...] = ()
    quoted: tuple[int, int] | None = None


def find_claims(text: str, question: str = "", deadline: Deadline | None = None) -> tuple[Claim, ...]:
    """Claims of a text in order of appearance; every sentence yields at least one.

    Clauses and predicates joined by "and", "but" or ";" become claims of their own. What opens a clause and points back
    ("she", "the company") is replaced where the sentences before, or the `question` that the text answers, leave no
    doubt what it stands for.

    Raises:
        Cancelled, BudgetExceeded: from the deadline, where there is one.
    """
    return tuple(part.claim for part in take_apart(text, question, deadline=deadline))


def take_apart(
    text: str, question: str = "", predicates: bool = True, deadline: Deadline | None = None
) -> tuple[Part, ...]:
    """Claims as `find_claims` gives them, with how they were found; clauses are left whole without `predicates`."""
    deadline = deadline or unlimited()
    parts: list[Part] = []
    place = _Place(titles=(topic,) if question and (topic := asked_about(question)) else ())
    unspoken = find_unspoken(text)
    shown = blanked(text, unspoken)
    for number, (start, end) in enumerate(deadline.over(find_sentences(text), "finding claims")):
        if why := _unspoken(text, shown, start, end, unspoken):
            parts.append(Part(Claim(text[start:end], start, end, number, checkable=False, why_not=why)))
            place.break_off()
            continue
        rows = [row for block in blocks_of(shown, *trimmed(shown, start, end)) for row in rows_of(shown, *block)]
        for low, high, what in rows:
            _take(shown, (low, high, number), what or _why_not(shown, low, high), place, parts, predicates)
    return tuple(parts)


def _unspoken(text: str, shown: str, start: int, end: int, unspoken: Sequence[tuple[int, int, str]]) -> str:
    """What a sentence is that nobody is shown; "" where a reader sees some of it."""
    if shown[start:end] == text[start:end] or any(map(str.isalnum, shown[start:end])):
        return ""
    at = bisect_right(unspoken, start, key=lambda stretch: stretch[1])
    return unspoken[at][2]


def _why_not(text: str, start: int, end: int) -> str:
    following = _NEXT_LINE.match(text, end) if "|" in text[start:end] else None
    head = TABLE_HEAD if following and is_rule(following[1]) else ""
    return why_not_checkable(text[start:end]) or head


def _take(text: str, at: tuple[int, int, int], reason: str, place: _Place, parts: list[Part], predicates: bool) -> None:
    """Add the claims of a sentence, `at` (start, end, number), to the parts, and to what stands before the next."""
    start, end, number = at
    if reason or end - start > MAX_CHARACTERS:
        parts.append(Part(Claim(text[start:end], start, end, number, not reason, reason)))
        place.break_off()
        return
    lead = lead_of(text[start:end])
    sentence, first = text[start + lead : end], start
    if ">" in text[start : start + lead]:
        sentence = without_quotation_marks(sentence)
    start += lead
    speaker = find_speaker(sentence)
    quoted = (start + speaker.quoted[0], start + speaker.quoted[1]) if speaker and speaker.quoted else None
    spans = ((0, end - start),) if quoted else split_clauses(read(sentence))
    for n, (a, b) in enumerate(spans):
        said_by = speaker.name if speaker and n == 0 else ""
        for claim in _of_clause(sentence[a:b], place, predicates and not speaker):
            low, high = start + a + claim.claim.start, start + a + claim.claim.end
            found = Claim(claim.claim.text, first if low == start else low, high, number, speaker=said_by)
            parts.append(Part(found, claim.references, quoted))
        place.add(_as_context(sentence[a:b], speaker, parts[-1]))


def _as_context(clause: str, speaker: Speaker | None, last: Part) -> str:
    """What a clause is to the pronouns after it: "the company" with its name, and a quotation as its speaker's act."""
    if speaker and speaker.quoted and speaker.name and not read(clause[slice(*speaker.quoted)]).names:
        return f"{speaker.name} spoke."
    pointed = any(written.lower() not in lex.PRONOUNS | lex.DETERMINERS for written, _ in last.references)
    return last.claim.text if pointed else clause


class _Place:
    """What stands before a sentence: nearest last, without a gap (`near`), and what was read before (`far`)."""

    def __init__(self, titles: tuple[str, ...]) -> None:
        self.titles = titles
        self.near: list[str] = []
        self.far: list[str] = []

    def add(self, clause: str) -> None:
        self.near = [*self.near[-DEEPEST:], clause]
        self.far = [*self.far[-FARTHEST:], clause]

    def break_off(self) -> None:
        self.near = []

    def fill(self, text: str) -> Filled | None:
        if not (self.far or self.titles):
            return None
        before = Before(tuple(reversed(self.near)), opens=True, earlier=tuple(reversed(self.far)), titles=self.titles)
        return fill(text, before, opening_only=True)


def _of_clause(clause: str, place: _Place, predicates: bool) -> tuple[Part, ...]:
    """The clause, or the statements of its predicates, with what opens it filled in; spans are those of the clause."""
    pieces: tuple[tuple[str, int, int], ...] = ((without_markup(clause), 0, len(clause)),)
    if predicates and (cut := _predicate_cut(clause)):
        first, second, at, stop = cut
        pieces = ((without_markup(first), 0, stop), (without_markup(second), at, len(clause)))
    found = []
    for text, start, end in pieces:
        filled = place.fill(text)
        claim = Claim(filled.text if filled else text, start, end, 0)
        found.append(Part(claim, filled.references if filled else ()))
    return tuple(found)


def split_clauses(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Spans of the full clauses of a sentence: cut only where both sides have their own subject and verb."""
    words, text = reading.words, reading.text
    lower = [w.lower for w in words]
    if not _WHOLE_ONLY.isdisjoint(lower):
        return ((0, len(text)),)
    scoped = next((i for i, w in enumerate(lower) if w in _SCOPING), len(lower))
    joints = [i for i in range(1, len(words)) if _joins(lower, i, scoped)]
    cuts: list[tuple[int, int]] = []
    start = 0
    for i in _with_commas(reading, joints):
        bare = lower[i] == "and" and lower[i - 1] != ","
        if not (_is_clause(reading, start, i) and _is_clause(reading, i + 1, len(words))):
            continue
        if bare and ("both" in lower or not _is_plain(reading, start, i)):
            continue
        last = i - 1 if lower[i - 1] == "," else i
        cuts.append((words[start].start, words[last - 1].end if last == i else words[last].start))
        start = i + 1
    if not cuts:
        return ((0, len(text)),)
    return (*cuts, (words[start].start, len(text)))


_WHOLE_ONLY = frozenset(("whether", "either", "neither"))
_SCOPING = frozenset(
    ("if", "unless", "because", "that", "although", "though", "since", "while", "when", "who", "which")
)
_REPORTING = frozenset(stem(verb) for verb in "say think believe claim know hope fear see hear find show".split())


def _joins(lower: Sequence[str], i: int, scoped: int) -> bool:
    """Whether a word can join two clauses: what a subordinate clause before it could go on to is not one."""
    if lower[i] == ";" or (lower[i] == "but" and lower[i - 1] == "," and scoped > 0):
        return True
    return lower[i] in ("and", "but") and i < scoped


def _with_commas(reading: Reading, joints: list[int]) -> list[int]:
    """The joints, and the commas before the last ", and" that stand between full clauses of a row of three or more."""
    words = reading.words
    last = next((j for j in reversed(joints) if words[j].lower == "and" and words[j - 1].lower == ","), 0)
    commas = [i for i in range(1, max(0, last - 1)) if words[i].lower == ","]
    start, row = 0, []
    for i in commas:
        if words[start].lower in lex.PREPOSITIONS:
            return joints
        if _is_clause(reading, start, i) and _is_clause(reading, i + 1, last):
            row.append(i)
            start = i + 1
    return sorted({*joints, *row})


def _is_plain(reading: Reading, start: int, joint: int) -> bool:
    """Whether the clause before a bare "and" is over: its verb needs none, and what follows opens like a subject."""
    verbs = [v for v in reading.verbs if start <= v.first < joint]
    over = (
        len(verbs) == 1
        and all(w.lower != "between" for w in reading.words[start:joint])
        and verbs[0].stem not in _REPORTING
        and verbs[0].head < joint - 1
    )
    return over and _opens_clause(reading, joint + 1)


def _opens_clause(reading: Reading, first: int) -> bool:
    """Whether a word can only open a subject: "the", "she" …"""
    return reading.words[first].lower in lex.DETERMINERS | lex.SUBJECT_PRONOUNS


def split_predicates(text: str) -> tuple[str, ...]:
    """The two statements of a sentence that joins two full clauses or two predicates of one subject by "and", "but".

    () where there is one predicate, or a word that governs both: "not", "either", "if" …
    """
    cut = _predicate_cut(text)
    return cut[:2] if cut else ()


def _predicate_cut(text: str) -> tuple[str, str, int, int] | None:
    """The two statements, where the second starts in the text, and where the first ends."""
    reading = read(text)
    words, verbs = reading.words, reading.verbs
    if len(verbs) < 2 or any(w.lower in _GOVERNING for w in words):
        return None
    for i, word in enumerate(words):
        if word.lower not in ("and", "but") or i == 0:
            continue
        left = [v for v in verbs if v.head < i]
        right = next((v for v in verbs if v.first > i), None)
        if len(left) != 1 or right is None or not left[0].first or left[0].stem in _REPORTING:
            continue
        if right.first == right.head and _is_not_finite(words[right.head].lower, words[left[0].head].lower):
            continue
        if not _is_over(reading, left[0], i):
            continue
        stop = len(text[: words[i - (words[i - 1].lower == ",")].start].rstrip())
        first, at = text[:stop] + ".", words[i + 1].start
        if _is_clause(reading, i + 1, len(words)) and (words[i - 1].lower == "," or _opens_clause(reading, i + 1)):
            return first, text[at:], at, stop
        if all(_is_adverb(w.lower) for w in words[i + 1 : right.first]):
            lead = f"{text[: words[left[0].first].start]}{_helping(reading, left[0], right)}"
            return first, f"{lead}{text[at:]}", at, stop
    return None


def _is_over(reading: Reading, verb: Verb, joint: int) -> bool:
    """Whether the predicate before a joint lacks nothing: "designed and built the mill" shares its object."""
    words = reading.words
    last = words[joint - 1].lower
    bare = verb.first == verb.head and words[verb.head].lower.endswith("ing")
    open_end = verb.head == joint - 1 or last in _UNFINISHED or last.endswith("ing")
    return not bare and not open_end and words[verb.first - 1].lower != "to"


_GOVERNING = frozenset(
    ("both", "either", "neither", "if", "unless", "whether", "because", "that", "not", "n't", "never")
)
_GOVERNING |= frozenset(("no", "nobody", "nothing", "none", "who", "which", "respectively", "or", "while", "when"))
_GOVERNING |= frozenset(("after", "before", "as", "until", "although", "though", "since"))


_ADJECTIVES = frozenset("new old many few several more most some other great large small first second".split())
_UNFINISHED = lex.DETERMINERS | lex.PREPOSITIONS
"""Words behind which a phrase is not over."""
_FINITE = lex.INVARIANT | (frozenset(lex.IRREGULAR) - lex.PARTICIPLES)


def _is_not_finite(form: str, before: str) -> bool:
    """Whether a verb cannot stand beside the one before it: "swimming", or "keep" after "wanted to win"."""
    base = form in lex.VERBS and form not in _FINITE
    return form.endswith("ing") or (base and (before not in lex.VERBS or before in _FINITE))


def _helping(reading: Reading, first: Verb, second: Verb) -> str:
    """The auxiliaries that the second verb shares with the first: "was built and sold" says "was sold"."""
    lower = reading.words[second.head].lower
    own = second.first != second.head or lower in _FINITE or lower.endswith("s") or first.first == first.head
    following = reading.words[second.head + 1 : second.head + 2]
    if first.passive and following and (following[0].lower in lex.DETERMINERS or following[0].lower in _ADJECTIVES):
        own = True  # "was founded in 1911 and gained new members": a passive takes no object
    if own:
        return ""
    return " ".join(w.lower for w in reading.words[first.first : first.head]) + " "


def _is_clause(reading: Reading, first: int, end: int) -> bool:
    finite = (v for v in reading.verbs if v.first < v.head or not reading.words[v.head].lower.endswith("ing"))
    verb = next((v for v in finite if first <= v.first and v.head < end), None)
    if verb is None or verb.first == first or reading.words[verb.first - 1].lower == "to":
        return False
    opening = reading.words[first].lower
    between = reading.words[first : verb.first]
    has_subject = (
        opening in lex.SUBJECT_PRONOUNS | lex.DETERMINERS
        or reading.text[between[0].start].isupper()
        or first in reading.content
    )
    if all(_is_adverb(w.lower) for w in between):
        return False
    barred = (",", "who", "which", "that", "whose", "where", "and")
    return has_subject and not any(w.lower in barred for w in between) and len(between) <= 8


_ADVERBS = frozenset("first later then soon now also often never finally again still even once twice".split())


def _is_adverb(lower: str) -> bool:
    return lower in _ADVERBS or (lower.endswith("ly") and len(lower) > 4)


def as_claim(text: str, sentence: int) -> Claim:
    """A claim that the caller states to be one: the whole of `text`, its words without markup."""
    end = len(text)
    text = without_markup(text)
    reason = "" if any(c.isalnum() for c in text) else NO_WORDS
    if is_code(text):
        reason = WHY_NOT["code"]
    return msgspec.structs.replace(Claim(text, 0, end, sentence), checkable=not reason, why_not=reason)
