"""What is said of some of a kind, or of a part of a measure: "deaths from malaria fell", "for cars built before 2000".

Not for words before a noun (`narrowed`), nor for what stands at a verb. What tells of one definite thing ("the bridge
over the Lenn collapsed") or of a number of them ("three miners from Lund died") may go: it holds of the thing without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.truth.narrowed import holds_in_general, is_plural
from simone.truth.reading import Reading
from simone.truth.recurring import is_past
from simone.truth.scopes import lower_of
from simone.truth.stretches import JOINTS, STOPS, Doubt, means, stems, words_from

_OPENERS = (lex.PREPOSITIONS - {"as", "than", "per", "like", "unlike", "except"}) | {
    "who",
    "that",
    "which",
    "whose",
    "aged",
}
"""Words behind a noun that begin what says which of its kind are meant."""
_AT_A_TIME = frozenset(("in", "on", "during", "at"))
_MEASURES = frozenset(
    stem(noun)
    for noun in (
        "number share rate percentage proportion average median mean total sum amount quantity volume value price cost"
        " level use usage consumption production output demand supply income wage salary pay revenue turnover profit"
        " loss risk incidence prevalence frequency temperature population density fee toll duty fare fine charge"
        " majority minority half third quarter unemployment employment inflation mortality crime trade traffic interest"
        " support rent tax spending debt deficit surplus import export sale yield concentration investment expenditure"
    ).split()
)
"""Nouns of what there is more or less of."""
_AMOUNTING = frozenset(stem(verb) for verb in "be amount total average reach stand come number".split())
_CHANGING = frozenset(
    stem(verb)
    for verb in (
        "rise fall grow drop decline increase decrease double triple halve quadruple shrink climb soar plunge jump"
        " surge raise lower cut reduce set fix"
    ).split()
)
_OF_SOME = frozenset(
    stem(verb)
    for verb in (
        "have own hold contain make produce manufacture sell buy offer provide give show display employ hire publish"
        " print build export import supply serve carry transport breed grow raise cause get receive attract see find"
        " meet teach write sing play live use comprise include feature house store collect run operate eat catch say"
        " report know open attack bear keep"
    ).split()
)
"""Verbs that are true of a kind where they are true of some of it: who sells old books sells books."""
_RULING = frozenset(
    stem(verb)
    for verb in "apply cover affect concern govern target exempt regulate tax fine entitle restrict protect".split()
)
_WHOLE = frozenset("of to between on for about against".split())
_GETTING = frozenset(stem(verb) for verb in "have get receive face need earn lose gain pay spend win show be".split())
"""Verbs of what holds of a group as such."""
_PARTICLES = frozenset("out up down off over".split())
_NAMING = frozenset("named called titled dubbed entitled nicknamed known".split())
_ONCE = frozenset("will 'll would could might".split())
_COUNTS = frozenset("some several many few two both hundred thousand million dozen dozens hundreds thousands".split())
_OWNERS = frozenset("'s my your his her its our their".split())


def _subject(claim: Reading, evidence: Reading) -> Doubt | None:
    """The evidence says of which ones, behind the noun that it speaks of, and the claim speaks of all."""
    ours = _main(claim)
    if ours is None or not ours.first:
        return None
    said = stems(claim, range(len(claim.words)))
    heads = {
        claim.words[i].stem: i
        for i in claim.content
        if i < ours.first and _ends_noun(claim, i) and _is_open(claim, i, ours)
    }
    for j, end in _followed(evidence, ours.stem):
        head = heads.get(evidence.words[j].stem)
        if head is None or _is_of_the_whole(claim, head, ours, evidence.words[j + 1].lower):
            continue
        if lost := _lost(evidence, j + 1, end, said | _valued(claim, evidence, j)):
            return Doubt("quantifier", words_from(evidence, j, lost[-1]))
    return None


def _main(claim: Reading) -> Verb | None:
    """The first verb that is no bare "-ing"."""
    return next((v for v in claim.verbs if v.first < v.head or not claim.words[v.head].lower.endswith("ing")), None)


def _object(claim: Reading, evidence: Reading) -> Doubt | None:
    """A rule for some of a kind is not one for the kind: "applies to cars built before 2000"."""
    at = _rule_at(claim)
    if at < 0:
        return None
    said = stems(claim, range(len(claim.words)))
    kinds = {claim.words[i].stem for i in claim.content if i > at and _ends_noun(claim, i) and _is_kind(claim, i, at)}
    lower = lower_of(evidence)
    verb = next((k for k, word in enumerate(evidence.words) if word.stem == claim.words[at].stem), len(lower))
    for j in (j for j in evidence.content if j > verb and evidence.words[j].stem in kinds):
        if _opens(evidence, j + 1):
            end = next((k for k in range(j + 1, len(lower)) if lower[k] in STOPS | JOINTS), len(lower))
            if lost := _lost(evidence, j + 1, end, said | _valued(claim, evidence, j)):
                return Doubt("quantifier", words_from(evidence, j, lost[-1]))
    return None


def _rule_at(claim: Reading) -> int:
    """Place of the word that says that something is so in general of what stands behind it, -1 where none does."""
    if not claim.verbs:  # "the policy excludes injuries": a verb that is not known
        at = next((i for i in claim.content[1:-1] if claim.words[i].lower.endswith("s")), -1)
        return at if at > 0 and claim.words[at].stem not in _OF_SOME else -1
    ours = claim.verbs[-1]
    follows = claim.words[ours.head + 1].lower if ours.head + 1 < len(claim.words) else ""
    is_rule = ours.stem in _RULING or (holds_in_general(claim, ours) and (ours.stem != "be" or follows == "for"))
    return ours.head if is_rule and ours.stem not in _OF_SOME and ours.positive and not ours.passive else -1


def _only_behind(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "For salt only": what stands before an "only" that ends it is lost in the claim."""
    lower = lower_of(evidence)
    said = stems(claim, range(len(claim.words)))
    for j, word in enumerate(lower):
        is_last = j + 1 == len(lower) or lower[j + 1] in STOPS
        if word not in ("only", "alone", "exclusively") or word in claim.operators or not is_last:
            continue
        start = next((k for k in range(j - 1, 0, -1) if lower[k] in lex.PREPOSITIONS | STOPS), j)
        lost = [k for k in range(start, j) if means(evidence.words[k]) and evidence.words[k].stem not in said]
        if lost:
            return Doubt("quantifier", words_from(evidence, start, j))
    return None


def _followed(evidence: Reading, wanted: str) -> Iterator[tuple[int, int]]:
    """(noun, end of what says which are meant) of the nouns before the verb with the claim's stem, or any verb."""
    finite = [verb for verb in evidence.verbs if not verb.first or evidence.words[verb.first - 1].lower != "to"]
    heads = [verb for verb in finite if verb.stem == wanted] or finite
    for j in evidence.content:
        verb = next((one for one in heads if one.first > j + 1), None)
        if verb is None or not _opens(evidence, j + 1):
            continue
        stop = next((k for k in range(j + 1, verb.first) if evidence.words[k].lower in STOPS), verb.first)
        yield j, stop


def _opens(evidence: Reading, k: int) -> bool:
    """Whether a word begins what says which ones are meant: a preposition, a relative, a participle."""
    if k + 1 >= len(evidence.words):
        return False
    lower = evidence.words[k].lower
    if lower == "to" and any(verb.first == k + 1 for verb in evidence.verbs):
        return False
    if evidence.words[k + 1].lower == "than":
        return lower.endswith("er")  # "heavier than 20 kg"
    if lower == "of" and any(one.start == evidence.words[k + 1].start for one in evidence.quantities):
        return False  # "a fine of 90 crowns" says how much
    is_bare = any(verb.first == verb.head == k for verb in evidence.verbs) or k in evidence.content
    return lower in _OPENERS or (is_bare and _is_participle(lower) and lower not in _NAMING)


def _is_participle(lower: str) -> bool:
    return lower in lex.PARTICIPLES or (lower.endswith(("ed", "ing")) and len(lower) > 4)


def _lost(evidence: Reading, start: int, end: int, said: set[str]) -> list[int]:
    """Words of [start, end) that mean something and are not in the claim; when it was is no such thing."""
    dates = [(one.start, one.end) for one in evidence.dates] if evidence.words[start].lower in _AT_A_TIME else []
    return [
        k
        for k in range(start, end)
        if means(evidence.words[k])
        and evidence.words[k].stem not in said
        and not evidence.words[k].lower.endswith("ly")
        and not any(low <= evidence.words[k].start < high for low, high in dates)
    ]


def _valued(claim: Reading, evidence: Reading, j: int) -> set[str]:
    """Stems of the values behind a noun, where the claim has one behind it too: the comparison has weighed those."""
    pairs = zip(claim.words, claim.words[1:], strict=False)
    is_valued = any(a.stem == evidence.words[j].stem and b.lower in lex.PREPOSITIONS for a, b in pairs)
    if not claim.quantities or not is_valued:
        return set()
    values = {w.stem for w in evidence.words for one in evidence.quantities if one.start <= w.start < one.end}
    return values | {w.stem for w in evidence.words[j + 1 : j + 2] if w.lower.endswith("er")}


def _ends_noun(claim: Reading, i: int) -> bool:
    """Whether a word is the last of a noun and its words, and no name or date."""
    names = [one for one in (*claim.names, *claim.dates) if one.start <= claim.words[i].start < one.end]
    verb = _main(claim)
    is_first = i == 0 and verb is not None and verb.first == 1 and _is_measured(claim, i, verb)  # "Rainfall averaged"
    is_verb = i > 0 and claim.words[i - 1].lower in lex.MODALS  # one that the reading does not know
    if not claim.words[i].lower.isalpha() or (names and not is_first) or is_verb:
        return False
    return i + 1 == len(claim.words) or i + 1 not in claim.content or any(v.first == i + 1 for v in claim.verbs)


def _begin(claim: Reading, i: int) -> int:
    """Where the words before a noun begin that belong to it, without its article."""
    while i and means(claim.words[i - 1]) and not any(v.first <= i - 1 <= v.head for v in claim.verbs):
        i -= 1
    return i


def _is_open(claim: Reading, i: int, verb: Verb) -> bool:
    """Whether a subject has no identity of its own: a kind, a mass, an amount, not this thing or so many of them."""
    begin = _begin(claim, i)
    before = claim.words[begin - 1].lower if begin else ""
    if _is_counted(claim, max(0, begin - 1), i):
        return _is_measured(claim, i, verb) and not is_plural(claim, i)
    if before in ("a", "an"):
        return holds_in_general(claim, verb) and claim.words[verb.first].lower not in _ONCE
    if _is_measured(claim, i, verb):
        return True
    is_bare = before not in lex.DETERMINERS | _OWNERS
    return is_plural(claim, i) and not (is_bare and _did_something(claim, i, verb))


def _is_of_the_whole(claim: Reading, i: int, verb: Verb, opener: str) -> bool:
    """Whether it only says whose or what for they all are: "the doors of the museum", "the talks between the two"."""
    begin = _begin(claim, i)
    is_definite = begin > 0 and claim.words[begin - 1].lower in lex.DETERMINERS | _OWNERS
    return is_definite and opener in _WHOLE and is_plural(claim, i) and not _is_measured(claim, i, verb)


def _did_something(claim: Reading, i: int, verb: Verb) -> bool:
    """Whether people did one thing, which some of them did: "police in Kolm arrested two men"."""
    lower = claim.words[i].lower
    are_people = lower in ("police", "people") or any(
        lower.removesuffix("s").endswith(end) for end in ("er", "or", "ist", "ian", "man", "men", "ee", "ant", "al")
    )
    follows = claim.words[verb.head + 1].lower if verb.head + 1 < len(claim.words) else ""
    follows = (
        claim.words[verb.head + 2].lower if follows in _PARTICLES and verb.head + 2 < len(claim.words) else follows
    )
    is_event = is_past(claim, verb) and not verb.passive and verb.stem not in _GETTING
    return are_people and is_event and (follows in lex.DETERMINERS | _OWNERS or follows in _COUNTS)


def _is_kind(claim: Reading, i: int, at: int) -> bool:
    """Whether an object is of a kind: without an article or a number, or "a" where a rule is for it."""
    begin = max(_begin(claim, i), at + 1)
    before = claim.words[begin - 1].lower if begin else ""
    return not _is_counted(claim, max(0, begin - 1), i) and (
        (before in ("a", "an") and claim.words[at].stem in _RULING)
        or before not in lex.DETERMINERS | _OWNERS | lex.PRONOUNS
    )


def _is_counted(claim: Reading, begin: int, end: int) -> bool:
    """Whether words [begin, end) say how many, or that there are some."""
    if _COUNTS & {word.lower for word in claim.words[begin:end]}:
        return True
    low, high = claim.words[begin].start, claim.words[end].start
    return any(low <= one.start < high for one in claim.quantities)


def _is_measured(claim: Reading, i: int, verb: Verb) -> bool:
    """Whether there is more or less of what is spoken of, by its noun or by what is said of it."""
    word = claim.words[i]
    if word.stem in _MEASURES:
        return True
    after = [one for one in claim.quantities if one.start > claim.words[verb.head].start]
    follows = claim.words[verb.head + 1].lower if verb.head + 1 < len(claim.words) else ""
    if word.lower in lex.PERSONS or not (after or follows == "by"):
        return False
    if verb.stem in _CHANGING:
        return True
    if not after:
        return False
    rest = claim.text[after[0].end :].strip(" .")
    is_value = claim.words[verb.head + 1].start == after[0].start if verb.head + 1 < len(claim.words) else False
    return verb.stem in _AMOUNTING and is_value and not rest[:1].isalpha()


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_subject, _object, _only_behind)
