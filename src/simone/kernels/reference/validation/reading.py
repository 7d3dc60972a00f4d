"""A shallow reading of one sentence: words, values, names, verb groups with polarity, and who does what to whom.

Not for general parsing: closed classes, a verb list and order are all it has; both sides of a comparison are read by
the same rules, and what it cannot see stays unaligned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.dates import find_dates
from simone.kernels.reference.validation.mentions import DateMention, NameMention, Quantity
from simone.kernels.reference.validation.names import find_names
from simone.kernels.reference.validation.quantities import find_quantities
from simone.kernels.reference.validation.scope import BREAKS, Verb, denies_all, is_beside, is_hedge, is_not_only, scoped
from simone.kernels.reference.validation.words import Word, find_words, is_content, stem

_VERB_STEMS = frozenset(stem(v) for v in lex.VERBS)
_PAST = frozenset(form for form, base in lex.IRREGULAR.items() if base in lex.VERBS and not form.endswith(("s", "ing")))
_CLOSERS = frozenset(",;:()[]—–")
CLASS_OF = {word: "of" if "of" in group else min(group) for group in lex.PREPOSITION_CLASSES for word in group}
_BEFORE_VALUES = frozenset("about around over under than near up above below past".split())
_PLACES = frozenset("inside outside up down off on out over below above underneath behind ahead near".split())
_TIME_NOUNS = frozenset("year month week decade century spring summer autumn winter season night day".split())
_YEAR = re.compile("[0-9]{4}")

_DENYING = frozenset("no nobody nothing neither never not n't hardly scarcely barely none".split())


class Relation(msgspec.Struct, frozen=True):
    """How a word hangs on a verb: "S" agent, "O" patient or predicate, or a preposition's class."""

    kind: str
    verb: int


class Reading(msgspec.Struct, frozen=True):
    """A sentence as read. `content` are indices of content words that are no verbs and no values.

    `relations` has one tuple per word; `verbs` are in order; word indices refer to `words`. `operators` are the
    lower-case words, for the closed-class checks.
    """

    text: str
    words: tuple[Word, ...]
    content: tuple[int, ...]
    verbs: tuple[Verb, ...]
    relations: tuple[tuple[Relation, ...], ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]
    names: tuple[NameMention, ...]
    operators: frozenset[str]

    def word_at(self, start: int) -> int:
        """Index of the first word that starts at or after an offset."""
        return next((i for i, word in enumerate(self.words) if word.start >= start), len(self.words) - 1)


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read one sentence. Cost grows with its length; give it sentences, not documents."""
    words = find_words(text)
    dates = find_dates(text)
    taken = [(d.start, d.end) for d in dates]
    quantities = tuple(
        q for q in find_quantities(text) if not _inside(q.start, q.end, taken) and not _is_pronoun_one(text, q)
    )
    names = tuple(n for n in find_names(text) if not _inside(n.start, n.end, taken))
    values = _covered(words, taken + [(q.start, q.end) for q in quantities])
    named = _covered(words, [(n.start, n.end) for n in names])
    heads = _verb_heads(words, values, named)
    verbs = sorted(_verb_groups(words, heads) + _appositions(words, named, heads), key=lambda v: v.first)
    relations = _relations(words, verbs, values)
    taken_by_verbs = {v.head for v in verbs}
    content = tuple(
        i
        for i, w in enumerate(words)
        if (is_content(w) or _is_adverb(words, i))
        and i not in taken_by_verbs
        and not values[i]
        and w.lower not in lex.NEGATORS
        and not (w.lower == "longer" and i > 0 and words[i - 1].lower in ("no", "any"))
    )
    return Reading(
        text=text,
        words=words,
        content=content,
        verbs=tuple(verbs),
        relations=relations,
        quantities=quantities,
        dates=dates,
        names=names,
        operators=frozenset([word.lower for word in words]),
    )


def _is_adverb(words: Sequence[Word], i: int) -> bool:
    """Whether a preposition stands alone at the end of its clause and so says where ("they waited outside")."""
    return words[i].lower in _PLACES and (i + 1 == len(words) or not words[i + 1].is_word)


def _is_pronoun_one(text: str, quantity: Quantity) -> bool:
    return text[quantity.start : quantity.end].lower() in ("one", "first", "second", "third")


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in spans)


def _covered(words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> list[bool]:
    return [any(a <= w.start and w.end <= b for a, b in spans) for w in words]


def _form(word: Word) -> str:
    lower = word.lower
    if lower in lex.AUXILIARIES:
        return "aux"
    if lower in lex.FUNCTION or lower in lex.NEGATORS:
        return ""
    if lower in _PAST or lower in lex.PARTICIPLES or lower in lex.INVARIANT:
        return "past"
    if not lower.isalpha():
        return ""
    if lower.endswith("ed") and len(lower) > 3 and not lower.endswith("eed"):
        return "past"
    if lower in lex.NO_VERBS:
        return ""
    if lower.endswith("ing") and len(lower) > 5 and (word.stem in _VERB_STEMS or len(lower) > 6):
        return "ing"
    if word.stem in _VERB_STEMS:
        return "s" if lower.endswith("s") and not lower.endswith("ss") else "base"
    return ""


def _verb_heads(words: Sequence[Word], values: Sequence[bool], named: Sequence[bool]) -> list[bool]:
    heads = [False] * len(words)
    forms = ["" if values[i] or (named[i] and i > 0) else _form(w) for i, w in enumerate(words)]
    for i, word in enumerate(words):
        form = forms[i]
        if not form:
            continue
        if form == "aux":
            heads[i] = word.lower != "'s" or _is_short_is(words, i)
            continue
        back = i - 1
        while back >= 0 and (words[back].lower in ("not", "n't", "never", "also") or words[back].lower.endswith("ly")):
            back -= 1
        before = words[back].lower if back >= 0 else ""
        after = words[i + 1].lower if i + 1 < len(words) and not values[i + 1] else "."
        heads[i] = _is_verb_here(
            form, before, after, back >= 0 and heads[back], forms[i + 1] if i + 1 < len(words) else ""
        )
        if heads[i] and word.lower == "like" and before not in lex.SUBJECT_PRONOUNS | lex.MODALS | {"to"}:
            heads[i] = False
    return heads


def _is_short_is(words: Sequence[Word], i: int) -> bool:
    """Whether "'s" stands for "is" or "has" and not for possession."""
    after = words[i + 1].lower if i + 1 < len(words) else ""
    return i > 0 and (
        words[i - 1].lower in lex.PRONOUNS | {"there", "here", "that"} or after in ("a", "an", "the", "not", "been")
    )


def _is_verb_here(form: str, before: str, after: str, after_verb: bool, next_form: str) -> bool:
    if not before or before in lex.DETERMINERS - {"this", "that", "these", "those", "all", "both", "each"}:
        return False
    if before == "'s":
        return form in ("past", "ing")
    if before == "to":
        return form == "base" or form == "past"
    if before in lex.PREPOSITIONS:
        return False
    if before in lex.MODALS | lex.DO:
        return form in ("base", "past")
    if before in lex.BE | lex.HAVE:
        return form in ("past", "ing")
    if form in ("past", "ing"):
        return not after_verb or before in lex.AUXILIARIES
    if after_verb:
        return False
    if next_form in ("aux", "past"):
        return False
    if before in lex.SUBJECT_PRONOUNS:
        return True
    opens = after in lex.DETERMINERS | lex.PREPOSITIONS | lex.PRONOUNS | lex.SUBORDINATORS or not after.isalpha()
    if form == "base":
        return (
            (before.endswith("s") and not before.endswith("ss"))
            or before in lex.IRREGULAR
            or (before == "and" and opens)
        )
    return before.isalpha() and (opens or before not in lex.FUNCTION)


def _verb_groups(words: Sequence[Word], heads: Sequence[bool]) -> list[Verb]:
    groups: list[Verb] = []
    i = 0
    while i < len(words):
        if not heads[i]:
            i += 1
            continue
        first, last, j = i, i, i + 1
        while j < len(words) and last - first < 8:
            lower = words[j].lower
            if heads[j] and words[last].lower in lex.AUXILIARIES:
                last = j
            elif not (lower in ("not", "n't", "never", "also", "no", "longer", "only", "just") or lower.endswith("ly")):
                break
            j += 1
        run = [words[k].lower for k in range(first, last + 1)]
        head = words[last]
        past = head.lower in lex.PARTICIPLES or head.lower.endswith("ed")
        be = [lower for lower in run[:-1] if lower in lex.BE]
        by = any(
            words[k].lower == "by" and not words[k + 1].lower[0].isdigit() and not _is_time(words, k + 1)
            for k in range(last + 1, min(last + 4, len(words) - 1))
        )
        bare = len(run) == 1 and past and (by or (first > 0 and words[first - 1].lower == ","))
        passive = bool(past and (be or (bare and by)))
        groups.append(Verb(last, first, stem(head.lower), passive, *_polarity(words, first, last, groups)))
        i = last + 1
    return scoped(words, groups)


def _polarity(words: Sequence[Word], first: int, last: int, before: Sequence[Verb]) -> tuple[bool, bool]:
    """Polarity and certainty of a verb group from the words of its clause."""
    start = first
    floor = before[-1].head + 1 if before else 0
    while start > floor and words[start - 1].lower not in BREAKS:
        start -= 1
    negations = int(start > 0 and denies_all(words, start))
    certain = not any(w.lower in CONDITIONS for w in words) and not _is_reported(words, start, first, before)
    certain = certain and not (
        words[first - 1].lower == "to" and words[first - 2].lower == "used" if first > 1 else False
    )
    follows = [w.lower for w in words[last + 1 : last + 4]]
    for k in range(start, last + 1):
        lower = words[k].lower
        goes_on = lower == "nor" and any(word.lower == "neither" for word in words[start:k])
        beside = k + 1 < first and is_beside(words, k)
        if lower in lex.NEGATORS - {"without", "few"} and not (goes_on or beside or is_not_only(words, k)):
            negations += 1
        if lower == "few" and (k == start or words[k - 1].lower not in lex.BEFORE_FEW):
            negations += 1
        certain = certain and not is_hedge(words, k, last)
    for k, lower in enumerate(follows):
        denies = lower in _DENYING and not is_not_only(words, last + 1 + k)
        if denies or (lower == "anything" and follows[k + 1 : k + 2] == ["but"]):
            negations += 1
            break
        if lower in BREAKS or (lower in lex.PREPOSITIONS and lower != "by") or lower in lex.COORDINATORS:
            break
    for verb in before[-1:]:
        lead = words[first - 1].lower if first else ""
        if (
            lead in ("who", "that", "which")
            and verb.stem == "be"
            and verb.first
            and words[verb.first - 1].lower == "it"
        ):
            negations += not verb.positive  # "it was not Lund who wrote it"
            break
        governs = lead in ("to", "that", "from")
        if governs and verb.head >= first - 4:
            negations += stem(verb.stem) in _NEGATIVE_STEMS
            negations += not verb.positive
            certain = certain and verb.certain and words[verb.head].lower not in lex.HEDGES
    return negations % 2 == 0, certain


def _appositions(words: Sequence[Word], named: Sequence[bool], heads: Sequence[bool]) -> list[Verb]:
    """The comma of "Paris, the capital of France," says "is": a verb group of its own, headed by the comma."""
    front = _front_end(words, heads) if words else -1
    return [
        Verb(i, i, "be", False, True, True)
        for i in range(1, len(words) - 2)
        if words[i].lower == ","
        and i != front
        and (named[i - 1] or i == 1)
        and words[i + 1].lower in ("the", "a", "an")
        and any(w.lower in (",", ".") for w in words[i + 2 : i + 12])
    ]


def _front_end(words: Sequence[Word], heads: Sequence[bool]) -> int:
    """The one comma between a phrase in front and the first verb ("In Norway, the company sold"), -1 if none."""
    if words[0].lower not in lex.PREPOSITIONS or True not in heads:
        return -1
    commas = [i for i in range(heads.index(True)) if words[i].lower == ","]
    return commas[0] if len(commas) == 1 else -1


def _is_reported(words: Sequence[Word], start: int, first: int, before: Sequence[Verb]) -> bool:
    """Whether a clause is the content of a "that" under a word that does not vouch for it."""
    if start == 0 or start == first or words[start - 1].lower != "that":
        return False
    last = before[-1] if before else None
    return last is None or not (last.positive and last.certain and last.stem in _FACTIVE_STEMS)


CONDITIONS = frozenset("if unless whether provided assuming".split())
_FACTIVE_STEMS = frozenset(stem(v) for v in lex.FACTIVE_VERBS)
_NEGATIVE_STEMS = frozenset(stem(v) for v in lex.NEGATIVE_VERBS)


def _is_time(words: Sequence[Word], k: int) -> bool:
    """Whether a "by" before it says until when, and not by whom: "by Saturday", "by March 1904", not "by March Inc"."""
    if words[k].lower not in lex.TIMES:
        return False
    after = words[k + 1] if k + 1 < len(words) else None
    if after is None or not after.is_word or after.lower[0].isdigit():
        return True
    return after.lower in lex.TIMES | lex.PARTS_OF_DAYS | lex.FUNCTION


def _relations(
    words: Sequence[Word], verbs: Sequence[Verb], values: Sequence[bool]
) -> tuple[tuple[Relation, ...], ...]:
    """One pass from left to right: a governor (subject, object, preposition) that words inherit until it changes."""
    found: list[list[Relation]] = [[] for _ in words]
    verb_at = {v.head: n for n, v in enumerate(verbs)}
    group_of = {k for v in verbs for k in range(v.first, v.head + 1)}
    state = _State()
    outer: list[_State] = []
    apposed, beside = -1, False
    for i, word in enumerate(words):
        lower = word.lower
        beside = beside and i not in group_of and lower not in _CLOSERS
        if i in verb_at and lower == ",":
            for k in state.chunk:
                found[k].append(Relation("S", verb_at[i]))
            apposed = verb_at[i]
        elif i in verb_at:
            apposed = -1
            _meet_verb(words, verbs, verb_at[i], state, found)
        elif i in group_of:
            continue
        elif lower in ("(", "["):
            outer.append(state)
            state = _State(verb=state.verb, chunk=state.chunk, subject=state.subject)
        elif lower in (")", "]") and outer:
            _flush(state, found)
            state = outer.pop()
        elif lower == "'s":
            _possess(found, state.pending, state.chunk)
            state.chunk = []
        elif is_beside(words, i):
            beside, state.governor, state.agent, state.chunk = True, "not", False, []
        elif lower in lex.PREPOSITIONS:
            if beside or (lower in _BEFORE_VALUES and i + 1 < len(words) and values[i + 1]):
                continue
            by_agent = lower == "by" and state.verb >= 0 and verbs[state.verb].passive and i + 1 < len(words)
            by_agent = by_agent and not _is_time(words, i + 1)
            state.governor = "S" if by_agent and not values[i + 1] else CLASS_OF.get(lower, lower)
            state.agent, state.chunk = by_agent, []
        elif _opens_clause(words, verbs, i):
            _flush(state, found)
            relative = lower in ("who", "which", "that")
            state.governor, state.agent, state.verb = "S", False, (state.verb if relative else -1)
        elif lower in _CLOSERS:
            apposed = -1
            if state.verb < 0:
                state.governor = "S"
        elif word.is_word:
            if _opens_subject(words, values, i, state):
                state.governor, state.chunk = "S", []
            if is_content(word) or values[i] or lower in lex.PRONOUNS:
                _hang(words, i, state, apposed, found)
    for left_open in (state, *outer):
        _flush(left_open, found)
    return tuple(tuple(r) for r in found)


def _hang(words: Sequence[Word], i: int, state: _State, apposed: int, found: list[list[Relation]]) -> None:
    """Hang a word that means something on what governs it."""
    if words[i].lower in ("last", "next") and i + 1 < len(words) and words[i + 1].lower in _TIME_NOUNS:
        state.governor, state.agent, state.chunk = CLASS_OF["in"], False, []
    if apposed >= 0:
        found[i].append(Relation("O", apposed) if state.governor in ("S", "O") else Relation(state.governor, apposed))
    state.chunk = [*state.chunk, i] if state.chunk and i - state.chunk[-1] == 1 else [i]
    if state.verb < 0 or (state.governor == "S" and not state.agent):
        state.pending.append((i, state.governor))
    else:
        found[i].append(Relation(state.governor, state.verb))


def _opens_subject(words: Sequence[Word], values: Sequence[bool], i: int, state: _State) -> bool:
    """Whether a word begins the subject behind a phrase in front of it, with no comma ("During the storm the wall")."""
    if state.verb >= 0 or state.governor == "S" or not state.chunk or state.chunk[-1] != i - 1:
        return False
    if any(governor == "S" for _, governor in state.pending):
        return False
    lower, before = words[i].lower, words[i - 1].lower
    follows = i > 1 and words[i - 2].lower in lex.PREPOSITIONS
    is_year = follows and values[i - 1] and not values[i] and _YEAR.fullmatch(before) is not None
    return is_year or lower in lex.DETERMINERS or lower in lex.SUBJECT_PRONOUNS


class _State(msgspec.Struct):
    """Where the pass stands: governor, last verb, its subject, the chunk just read, words that wait for a verb."""

    governor: str = "S"
    verb: int = -1
    agent: bool = False
    subject: list[int] = []
    chunk: list[int] = []
    pending: list[tuple[int, str]] = []


def _flush(state: _State, found: list[list[Relation]]) -> None:
    for k, governor in state.pending:
        found[k].append(Relation(governor, state.verb))
    state.pending = []


def _meet_verb(
    words: Sequence[Word], verbs: Sequence[Verb], number: int, state: _State, found: list[list[Relation]]
) -> None:
    """Give a verb its subject: the words that waited, what a relative or participle hangs on, or the last subject."""
    verb = verbs[number]
    lead = words[verb.first - 1].lower if verb.first else ""
    head = words[verb.head].lower
    own = [k for k, g in state.pending if g == "S"]
    if not own:
        own = list(state.subject)
        single = verb.first == verb.head
        last = verbs[state.verb] if state.verb >= 0 else None
        copular = last is not None and last.stem == "be" and not last.passive and last.positive
        if lead in ("who", "which", "that", "("):
            own = state.chunk + (own if copular else [])
        elif single and lead not in ("and", ",", "but", "or", "to") and state.verb >= 0:
            own = state.chunk + (own if copular or head.endswith("ing") else [])
    after = words[verb.head + 1].lower if verb.head + 1 < len(words) else "."
    bare = verb.first == verb.head and (head.endswith("ed") or head in lex.PARTICIPLES)
    intransitive = bare and (after in lex.PREPOSITIONS or not after[0].isalnum() or after in ("and",))
    kinds = ("O",) if verb.passive else ("S", "O") if intransitive else ("S",)
    for k in own:
        found[k].extend(Relation(kind, number) for kind in kinds)
    for k, g in state.pending:
        if g != "S":
            found[k].append(Relation(g, number))
    state.pending, state.subject, state.verb = [], own or state.subject, number
    state.governor, state.agent, state.chunk = "O", False, []


def _possess(found: list[list[Relation]], pending: list[tuple[int, str]], chunk: Sequence[int]) -> None:
    """A possessive turns the words before it into "of" words."""
    of = CLASS_OF["of"]
    pending[:] = [(k, of if k in chunk else g) for k, g in pending]
    for k in chunk:
        found[k] = [Relation(of, r.verb) for r in found[k]]


def _opens_clause(words: Sequence[Word], verbs: Sequence[Verb], i: int) -> bool:
    lower = words[i].lower
    if lower in (";", "—", "–"):
        return True
    if lower in ("so", "since", "once") and (i == 0 or words[i - 1].lower != ","):
        return False
    if lower in lex.SUBORDINATORS or lower in ("and", "but", "or"):
        following = next((v for v in verbs if v.first > i), None)
        if following is None:
            return False
        if lower in ("and", "or", "but"):
            # A subject between the conjunction and its verb makes a clause; "and sold" continues the old one.
            between = words[i + 1 : following.first]
            return (
                bool(between)
                and all(w.lower not in (",", "and", ";") for w in between)
                and any(v.head < i for v in verbs)
            )
        return True
    return False
