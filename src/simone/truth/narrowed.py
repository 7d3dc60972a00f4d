"""What holds only so, only there or only of some of them: conditions, restrictions, invented worlds, narrower subjects.

Not for denials and degrees (`scopes`). A definite or named thing is no kind: what holds of "the red car" holds of the
car.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.scopes import counterparts, lower_of
from simone.truth.stretches import STOPS, Doubt, meaning, means, phrases, stems, until, words_from

_ONLY = frozenset("only solely exclusively purely".split())
_CONDITIONS = (
    *("as long as", "so long as", "on condition", "in the event", "in case", "subject to", "depending on"),
    *("provided", "providing", "assuming", "whenever", "wherever", "contingent on", "pending"),
)
_APART = (
    *("except", "excluding", "apart from", "save for", "other than", "with the exception of", "aside from"),
    "but not",
)
_DEONTIC = frozenset(
    stem(word)
    for word in "ban allow permit forbid prohibit require oblige entitle exempt need outlaw admit accept".split()
)
_PREDICATES = frozenset(
    stem(word)
    for word in (
        "allowed permitted free safe open available legal illegal effective required valid banned forbidden prohibited"
        " closed possible mandatory compulsory useful eligible exempt covered refundable dangerous unsafe toxic harmful"
        " harmless deductible optional welcome accepted accessible guaranteed lawful unlawful encrypted immune admitted"
        " entitled responsible liable reliable accurate"
    ).split()
)
"""What is said of things in general and often with a limit behind it: free for whom, allowed where."""
_LIMITS = frozenset(
    "for with in at on to under during by from outside inside between within before after above over below".split()
)
_WORLD = re.compile(
    r"\b(?:in|during) (?:(?:the|an?|his|her|their|its|this|that|one|some|another) )?((?:[\w’'-]+ ){0,3}?"
    r"(?:films?|movies?|novels?|simulations?|dreams?|nightmares?|legends?|myths?|tales?|plays?|operas?|musicals?|sequels?"
    r"|drills?|rehearsals?|scenarios?|episodes?|comics?|cartoons?|sagas?|stor(?:y|ies)|fantas(?:y|ies)|video games?"
    r"|parallel universe|alternate (?:universe|history)|thought experiments?|mythology|folklore|fiction"
    r"|imagination)|theory(?=,|$|\.))\b",
    re.IGNORECASE,
)
_IN_IT = frozenset(
    stem(word)
    for word in (
        "star act appear play sing perform feature direct cast work use mention write cut include shoot film debut"
        " win earn receive award nominate praise gross premiere"
        " produce compose portray depict describe record make release see show have be find"
    ).split()
)
"""Verbs of what people do with a film or a play, outside of it."""
_AGAINST = frozenset(
    stem(word)
    for word in "ban forbid prohibit outlaw avoid abolish oppose reject exclude lack stop prevent refuse".split()
)
_PROPORTIONS = frozenset("most half majority percent percentage third quarter proportion share % per".split())
_WHOLE_OBJECT = frozenset(
    stem(word)
    for word in (
        "pass open close break turn sell sink burn end start begin stop grow change lose run return fly ring drop"
        " spread develop melt freeze boil explode collapse move shut kill shoot"
    ).split()
)
"""Verbs that say something else of their subject where they have no object: "the bill passed the first reading"."""
PLACE_PREFIXES = frozenset(
    "new equatorial papua north south east west northern southern eastern western central upper lower saint st san"
    " santa los las port fort ft mount mt lake cape old little grand inner outer great dominican democratic greater"
    " british french dutch american united el la".split()
)
"""Words with which names of places begin, of which the rest names another."""
_OFFICES = frozenset(
    "president prime minister king queen prince princess chancellor secretary ambassador general".split()
)
_SAYING = frozenset(stem(verb) for verb in lex.REPORTING)
_NO_OBJECT = (
    lex.PREPOSITIONS
    | lex.TIMES
    | frozenset("again yesterday last next together apart away back home aside ahead early late fast hard".split())
)
_ARTICLES = lex.DETERMINERS - {"all", "every", "each", "any", "no", "some", "both", "another"}
_OF_ALL = frozenset("all every each any no most".split())
_MANY = frozenset("people children men women police mice cattle poultry".split())


def _restricted(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Safe only in summer", "only members over 18": what stands behind "only" is lost in the claim."""
    lower = lower_of(evidence)
    said = stems(claim, range(len(claim.words)))
    values = {word.start for word in evidence.words if any(char.isdigit() for char in word.lower)}
    values |= {one.start for one in (*evidence.quantities, *evidence.dates)}
    for j, word in enumerate(lower[:-1]):
        before = lower[j - 1] if j else ""
        if word not in _ONLY or word in claim.operators or before in _ARTICLES | {"'s", "not", "if", "and", "an", "a"}:
            continue
        if evidence.words[j + 1].start in values or lower[j + 1] in ("some", "few", "a", "one", "once", "twice"):
            continue
        end = until(evidence, j + 1, STOPS)
        lost = [i for i in range(j + 1, end) if means(evidence.words[i]) and evidence.words[i].stem not in said]
        if lost and lower[j + 1] in ("in", "on") and evidence.words[j + 2].start in values and "was" not in lower:
            continue  # "only in 1990" says when, late
        if lost:
            return Doubt("quantifier", words_from(evidence, j, end - 1))
    return None


def _conditioned(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "As long as the pumps run", "when the pumps run", "but not for children": the claim has no such limit."""
    said = stems(claim, range(len(claim.words)))
    for first, start in phrases(evidence, claim, _CONDITIONS):
        if first or _opens(evidence, first, start):
            return Doubt("modality", words_from(evidence, first, max(start, until(evidence, start, STOPS)) - 1))
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for first, start in phrases(evidence, claim, _APART):
        begin = max((i for i in range(first) if i in used), default=-1) + 1
        is_partial = any(means(evidence.words[i]) and evidence.words[i].stem not in said for i in range(begin, first))
        is_bare = lower[first] != "but" or is_partial
        if first > 1 and begin and is_bare and (_is_generic(claim) or is_partial):
            end = max(start, until(evidence, start, STOPS))
            return Doubt("quantifier", words_from(evidence, first, end - 1))
    if not _is_generic(claim):
        return None
    for j, word in enumerate(lower):
        is_clause = word == "when" and j > 1 and j - 1 in used and lower[j + 1 : j + 2] != [","]
        if not is_clause or j + 1 == len(lower) or word in claim.operators or lower[j + 1].endswith("ing"):
            continue
        end = until(evidence, j + 1, STOPS)
        if any(means(evidence.words[i]) and evidence.words[i].stem not in said for i in range(j + 1, end)):
            return Doubt("modality", words_from(evidence, j, end - 1))
    return None


def _opens(evidence: Reading, first: int, start: int) -> bool:
    """Whether a condition at the first word has a statement behind a comma, and is none of its words itself."""
    marker = words_from(evidence, first, start - 1).lower()
    is_verb = marker in ("provided", "providing", "assuming") and evidence.words[start].lower not in ("that", "there")
    return not is_verb and "," in lower_of(evidence)[start:]


def _limited(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Free for orders over 50 euros", "allowed with a permit": the claim does not say of whom, where or how."""
    if not _is_generic(claim) or any(not verb.positive for verb in claim.verbs):
        return None
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    said = stems(claim, range(len(claim.words)))
    allowed = {v.head for v in evidence.verbs if v.passive and lower[v.first] in lex.MODALS}
    for j in sorted(used | allowed):
        may_be = j in allowed and lower[j + 1 : j + 2] == ["by"]
        if j + 2 >= len(lower) or not (may_be or (evidence.words[j].stem in _PREDICATES and lower[j + 1] in _LIMITS)):
            continue
        end = until(evidence, j + 2, STOPS)
        if not _says_one(evidence, j + 2, end, said) and (may_be or _is_predicate(evidence, j)):
            return Doubt("quantifier", words_from(evidence, j, end - 1))
    return None


def _says_one(evidence: Reading, start: int, end: int, said: set[str]) -> bool:
    """Whether all that one of the things of a row says is said: "on Mondays and on 25 December"."""
    rows: list[list[str]] = [[]]
    for word in evidence.words[start:end]:
        if word.lower in ("and", "or", "but"):
            rows.append([])
        elif means(word):
            rows[-1].append(word.stem)
    return any(said.issuperset(row) for row in rows)


def _is_predicate(evidence: Reading, j: int) -> bool:
    """Whether a word ends what is said of the subject with "is" or "can be"."""
    return any(v.head == j or (v.stem == "be" and v.head < j <= v.head + 3) for v in evidence.verbs)


def _is_generic(claim: Reading) -> bool:
    """Whether a claim is of what holds in general: in the present, of what may be or must, or of what is allowed."""
    return any(holds_in_general(claim, verb) for verb in claim.verbs)


def holds_in_general(claim: Reading, verb: Verb) -> bool:
    """Whether a verb says what holds in general, as `_is_generic` takes it."""
    first, head = claim.words[verb.first].lower, claim.words[verb.head].lower
    if head.endswith("ing") or head == ",":
        return False
    if first in lex.MODALS | {"is", "are", "do", "does", "'re", "can", "cannot"} or verb.stem in _DEONTIC:
        return True
    if head in ("have", "has") and verb.first == verb.head:
        return True
    is_past = head.endswith("ed") or head in lex.PARTICIPLES or lex.IRREGULAR.get(head, head) != head
    return not is_past and first not in lex.AUXILIARIES and verb.stem not in _SAYING


def _invented(claim: Reading, evidence: Reading) -> Doubt | None:
    """It happened in a film, in a drill, in a dream."""
    for found in _WORLD.finditer(evidence.text):
        words = found[1].lower().split()
        if set(words) & claim.operators or words[-1] in claim.text.lower() or evidence.text[found.end() :][:2] == "'s":
            continue
        verb = next((v for v in reversed(evidence.verbs) if evidence.words[v.head].start < found.start()), None)
        if verb is None or verb.stem not in _IN_IT or (verb.passive and verb.stem in (stem("kill"), stem("shoot"))):
            return Doubt("modality", found.group())
    return None


def _narrower(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the evidence says of some of a kind, the claim says of the kind: "diesel cars", "children over 12"."""
    head = _kind(claim)
    if head < 0:
        return None
    lower = lower_of(evidence)
    said = stems(claim, range(len(claim.words)))
    verbs = {verb.stem for verb in claim.verbs}
    is_named = any(name.start <= claim.words[head].start < name.end for name in claim.names)
    found: list[Doubt] = []
    for j in (j for j in meaning(evidence) if evidence.words[j].stem == claim.words[head].stem):
        if _is_name(evidence, j) or (is_named and evidence.text[evidence.words[j].start].isupper()):
            return None
        start = j
        while start and means(evidence.words[start - 1]) and _is_modifier(evidence, start - 1):
            start -= 1
        end = next((v.first for v in evidence.verbs if v.first > j and _is_main(lower, v, verbs)), j + 1)
        end = next((i for i in range(j + 1, end) if lower[i] in STOPS | {"and", "or"}), end)
        lost = [i for i in (*range(start, j), *range(j + 1, end)) if _is_lost(evidence, i, said)]
        values = [evidence.words[i].stem for i in range(start, end) if any(c.isdigit() for c in lower[i])]
        if not lost or lower[start - 1 : start] in (["and"], ["or"]) or (values and said.issuperset(values)):
            return None
        found.append(Doubt("quantifier", words_from(evidence, min(start, lost[0]), max(j, lost[-1]))))
    return found[0] if found else None


def _narrower_object(claim: Reading, evidence: Reading) -> Doubt | None:
    """Who bans some of a kind does not ban the kind: "bans diesel cars", "avoid raw eggs"."""
    lower = lower_of(claim)
    heads = [verb.head for verb in claim.verbs if verb.stem in _AGAINST and not verb.passive]
    heads += [0] if claim.words[0].stem in _AGAINST else []
    said = stems(claim, range(len(claim.words)))
    for head in heads:
        first = head + 1
        end = next((i for i in range(first, len(lower)) if not means(claim.words[i])), len(lower))
        if end == first or claim.words[end - 1].lower in lex.PARTICIPLES:
            continue
        places = [j for j in meaning(evidence) if evidence.words[j].stem == claim.words[end - 1].stem]
        if (
            len(places) == 1
            and places[0]
            and _is_modifier(evidence, j := places[0] - 1)
            and _is_lost(evidence, j, said)
        ):
            return Doubt("quantifier", words_from(evidence, j, places[0]))
    return None


def _is_main(lower: list[str], verb: Verb, stems_said: set[str]) -> bool:
    is_relative = verb.first > 0 and lower[verb.first - 1] in ("who", "which", "that")
    return not is_relative and (verb.stem in stems_said or lower[verb.first] in lex.AUXILIARIES)


def _is_name(evidence: Reading, j: int) -> bool:
    """Whether a word is written like a name, or begins a sentence before one."""
    if j:
        return evidence.text[evidence.words[j].start].isupper()
    return len(evidence.words) > 1 and evidence.text[evidence.words[1].start].isupper()


def _is_modifier(evidence: Reading, i: int) -> bool:
    """Whether a word before a noun belongs to it: no verb, no joint, no value, no amount."""
    word = evidence.words[i]
    if any(v.first == i == v.head for v in evidence.verbs) and (i == 0 or not means(evidence.words[i - 1])):
        return True  # "armed robbery"
    is_amount = word.lower in lex.AMOUNTS | lex.QUANTIFIER_RANK.keys() or any(char.isdigit() for char in word.lower)
    return not is_amount and not any(v.first <= i <= v.head for v in evidence.verbs)


def _is_lost(evidence: Reading, i: int, said: set[str]) -> bool:
    word = evidence.words[i]
    if any(v.first <= i <= v.head and v.stem == "be" for v in evidence.verbs) or word.lower.endswith("ly"):
        return False
    return means(word) and word.stem not in said and word.lower not in lex.QUANTIFIER_RANK.keys() | {"other"}


def _kind(claim: Reading) -> int:
    """Place of the noun that names a kind of which the claim speaks in general, or in shares; -1 where none does."""
    if not claim.verbs or claim.verbs[0].first == 0:
        return -1
    lower, end = lower_of(claim), claim.verbs[0].first
    proportion = next((i for i in range(end) if lower[i] in _PROPORTIONS), -1)
    first = proportion + 1
    while first < end and lower[first] in _OF_ALL | ({"of", "the"} if proportion >= 0 else set()):
        first += 1
    is_general = holds_in_general(claim, claim.verbs[0]) and _is_bare(claim, min(first, end))
    if first >= end or (proportion < 0 and not is_general):
        return -1
    head = first
    while head + 1 < end and means(claim.words[head + 1]):
        head += 1
    follows = lower[head + 1]
    is_kind = is_plural(claim, head) or head == first
    return head if is_kind and (head + 1 == end or follows in lex.PREPOSITIONS | {"who", "that", "which"}) else -1


def is_plural(reading: Reading, i: int) -> bool:
    """Whether a noun is written like one of several."""
    lower = reading.words[i].lower
    return lower in _MANY or (lower.endswith("s") and not lower.endswith(("ss", "us", "is")))


def _is_bare(claim: Reading, first: int) -> bool:
    """Whether a subject begins without an article, a pronoun, a value or a name."""
    word = claim.words[first]
    if not means(word) or word.lower in lex.PRONOUNS or any(char.isdigit() for char in word.lower):
        return False
    spans = (*claim.names, *claim.quantities, *claim.dates)  # a first word alone is written like a name
    return not any(n.start <= word.start < n.end and n.end > claim.words[0].end for n in spans)


def _of_a_longer_name(claim: Reading, evidence: Reading) -> Doubt | None:
    """Guinea is not Equatorial Guinea, York is not New York."""
    for name in claim.names:
        own = [w.lower for w in claim.words if name.start <= w.start < name.end]
        if own and own[0] in _OFFICES:
            continue
        at = [j for j, word in enumerate(evidence.words) if own and word.lower == own[0]]
        befores = [evidence.words[j - 1].lower if j else "" for j in at]
        is_longer = all(word in PLACE_PREFIXES and word not in claim.operators for word in befores)
        if at and is_longer and all(evidence.text[evidence.words[j - 1].start].isupper() for j in at):
            return Doubt("entity", words_from(evidence, at[0] - 1, at[0]))
    return None


def _without_its_object(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The bill passed" where the evidence says what it passed."""
    if not claim.verbs:
        return None
    ours = claim.verbs[-1]
    if ours.passive or ours.stem not in _WHOLE_OBJECT or any(means(w) for w in claim.words[ours.head + 1 :]):
        return None
    theirs = [verb for verb in evidence.verbs if verb.stem == ours.stem]
    lower = lower_of(evidence)
    if theirs and all(_has_object(evidence, lower, verb) for verb in theirs):
        return Doubt("role", words_from(evidence, theirs[0].head, min(theirs[0].head + 2, len(lower) - 1)))
    return None


def _has_object(evidence: Reading, lower: list[str], verb: Verb) -> bool:
    after = lower[verb.head + 1] if verb.head + 1 < len(lower) else "."
    if verb.passive or not after[0].isalpha():
        return False
    if after in lex.DETERMINERS:
        return True
    dates = {date.start for date in evidence.dates}
    is_noun = verb.head + 1 in evidence.content and evidence.words[verb.head + 1].start not in dates
    return is_noun and not after.endswith("ly") and after not in _NO_OBJECT


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _restricted,
    _conditioned,
    _limited,
    _invented,
    _narrower,
    _narrower_object,
    _of_a_longer_name,
    _without_its_object,
)
"""Each of a claim that is supported and the evidence."""
