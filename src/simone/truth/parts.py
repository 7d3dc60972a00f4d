"""The statements that a sentence of evidence makes in its parts: "Lund, a botanist, left and Pell stayed" makes three.

Not for claims, which `claims` takes apart by stricter rules, and not for brackets: `asides` has them.

Each follows from the sentence by its form alone: clauses and predicates that are joined, what a relative clause or an
apposition says of the name before it, the sentence without them, a row of things one by one, a person's noun before a
name. Where a word governs the whole ("if", "either", "according to …"), there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.tokens import remembering
from simone.kernels.reference.validation.words import stem
from simone.truth.claims import split_predicates
from simone.truth.context import Before, fill
from simone.truth.gapped import is_gapped
from simone.truth.offices import as_it_was, copula
from simone.truth.reading import Reading, read
from simone.truth.speakers import find_speaker

MOST = 24
"""Statements of one sentence, count."""
LONGEST, LONGEST_QUOTED = 600, 4
"""Characters of a sentence that is taken apart, and words that it may have between quotation marks, counts."""
LONGEST_ITEM = 5
"""Words of a thing in a row, count."""
_GOVERNING = frozenset(("if", "unless", "whether", "either", "neither", "respectively"))
_COUNTING = (frozenset(lex.QUANTIFIER_RANK) | lex.NEGATORS | {"each", "another", "other", "only"}) - {"a", "an"}
_TOGETHER = frozenset("both between among together each other total combined average sum altogether jointly or".split())
_COLLECTIVE = frozenset(stem(verb) for verb in lex.SYMMETRIC | {"be", "agree", "merge", "compete", "form", "share"})
_SUBORDINATING = frozenset("if unless because that although though when until after before as so than".split())
_CONTRASTS = frozenset(("while", "whereas"))
_WHOLE_CLAUSE = frozenset(
    stem(verb) for verb in "mean cause make lead allow let force surprise help result suggest show".split()
)
"""Verbs behind ", which" that are often said of all that stands before it."""
_QUOTED = re.compile(r"[“\"«]([^”\"»]*)[”\"»]")
_UNREAL = frozenset(
    "former late ex acting deputy vice assistant future next retired alleged fake once then onetime aspiring suspected"
    " accused fictional self so would wannabe proposed planned supposed hypothetical imaginary mythical draft rejected"
    " never previous past old shadow".split()
)
"""Words before a noun that its bearer may not be."""
_FICTION = frozenset(
    "film novel series play plays played stars starred legend myth story opera game episode posed mistook fictional"
    " imagined dreamed book tale saga comic drama role character".split()
)
"""Words of sentences that may speak of no real thing."""
_OF_PEOPLE = ("er", "or", "ist", "ian", "man", "woman")
"""Endings of nouns for people."""
_NO_PERSON = frozenset(
    "after under over other another either neither whether former later her per for nor water river tower number"
    " order paper letter power computer newspaper chapter quarter winter summer september october november december"
    " center corner border harbor minor major senior junior interior superior inferior exterior ever never however"
    " together centre theater master super order human german roman norwegian italian russian australian indian".split()
)
_NUMBER = r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty)"
_WHOSE = r"(?:the|its|their|his|her|(?:the )?[^\W\d_]+['’]s) "
_OF_THE = re.compile(rf"\b({_NUMBER}) (?:out of|of {_WHOSE}(?:first |last )?) ?{_NUMBER} ", re.IGNORECASE)
_OF_ALL = re.compile(rf"(?:Of|Out of) (?:the |its |their |his |her )?{_NUMBER} (\w+), ({_NUMBER}) ")
""" "19 of the 33 seats": 19 seats."""
_KIND_THAT = re.compile(
    r"((?:\S+ ){1,8}?)(?:is|are|was|were) (?:an?|the) (?:[a-z-]+ ){1,4}(?:that|which|who) ([a-z]+ .+)", re.DOTALL
)
"""What something is, and what of it is said behind "that"."""


@remembering(1024)
def parts_of(text: str) -> tuple[str, ...]:
    """The statements of the parts, shortest way first, without the sentence itself; () where they are not sure."""
    reading = read(text)
    if not reading.verbs or "?" in text or len(text) > LONGEST or _FICTION & reading.operators:
        return ()
    if reading.words[0].lower in ("had", "were", "should", "perhaps", "maybe"):
        return ()
    if any(len(quoted[1].split()) > LONGEST_QUOTED for quoted in _QUOTED.finditer(text)):
        return ()
    if " all but " in text or " anything but " in text:
        return ()
    if find_speaker(text) is not None:  # what is said is not stated; what its speaker is, is
        about = (*_asides(reading), *_offices(reading))
        beside = (as_it_was(p, reading) for p in about if (" is " in p or " was " in p) and p not in text)
        return tuple(dict.fromkeys(part for part in beside if not any(w in part for w in ("“", '"', " said"))))
    found: dict[str, None] = {text: None}
    pending = [text]
    while pending and len(found) <= MOST:
        own = read(pending.pop(0))
        for part in _once(own):
            if part not in found and len(found) <= MOST:
                found[part] = None
                pending.append(part)
        # what is left of a row is not read on: "Lund, the mayor" of "to Lund, the mayor and a priest" is no apposition
        found |= dict.fromkeys(islice(_rows(own), max(0, MOST + 1 - len(found))))
    return tuple(dict.fromkeys(as_it_was(part, reading) for part in tuple(found)[1:]))


def _once(reading: Reading) -> Iterator[str]:
    """What one step takes from a sentence."""
    yield from _clauses(reading)
    if _GOVERNING & reading.operators:
        return
    yield from map(_sentence, split_predicates(reading.text))
    yield from _asides(reading)
    yield from _offices(reading)
    if (shorter := _OF_THE.sub(r"\1 ", reading.text)) != reading.text:
        yield shorter
    if counted := _OF_ALL.match(reading.text):
        yield _sentence(f"{counted[2]} {counted[1]} {reading.text[counted.end() :]}")
    yield from _kinds(reading)


def _kinds(reading: Reading) -> Iterator[str]:
    """ "The line is a railway that runs …" says that the line runs."""
    found = _KIND_THAT.match(reading.text)
    if found is None or (_COUNTING | {"it", "there", "this", "that"}) & read(found[1]).operators:
        return
    if _UNREAL & reading.operators:
        return
    if any(reading.words[verb.first].start == found.start(2) for verb in reading.verbs):
        yield f"{found[1]}{found[2]}"


# ── clauses ─────────────────────────────────────────────────────────────────────────────────────


def _clauses(reading: Reading) -> Iterator[str]:
    """The two sides of ";", ", and", ", but" and ", while" where each has its own subject and verb."""
    words, text = reading.words, reading.text
    for i, word in enumerate(words):
        if (
            not i
            or (_is_governed(reading, i) and word.lower != ";")
            or word.lower not in {";", "and", "but"} | _CONTRASTS
            or (word.lower != ";" and words[i - 1].lower != ",")
        ):
            continue
        end = i if word.lower == ";" else i - 1
        if not (_is_clause(reading, 0, end) and _is_clause(reading, i + 1, len(words))):
            continue
        left, right = _sentence(text[: words[end].start]), _sentence(text[words[i + 1].start :])
        yield left
        yield _continued(left, right)
    yield from _subordinate(reading)
    yield from _predicates(reading)


def _continued(left: str, right: str) -> str:
    """The second clause with what its opening pronoun stands for: the subject of the first where both do the same."""
    filled = fill(right, Before((left,), earlier=(left,)), opening_only=True)
    one, other = read(left), read(right)
    if filled or not one.verbs or not other.verbs or other.words[0].lower not in ("it", "they", "he", "she"):
        return filled.text if filled else right
    subject, behind = left[: one.words[one.verbs[0].first].start].strip(), one.words[one.verbs[0].head + 1 :]
    if one.verbs[0].stem != other.verbs[0].stem or other.verbs[0].first != 1 or "," in subject:
        return right
    named = any(behind and name.end > behind[0].start for name in one.names)
    if named or any(word.lower in lex.DETERMINERS for word in behind):
        return right
    return f"{subject} {right[other.words[1].start :]}"


def _subordinate(reading: Reading) -> Iterator[str]:
    """What happened, of "… after it had happened" and "… although it had"; and what is said first."""
    words, text = reading.words, reading.text
    for i, word in enumerate(words):
        if not i or word.lower not in ("after", "because", "although", "though") or not _is_clause(reading, 0, i):
            continue
        if not _is_clause(reading, i + 1, len(words)) or _is_governed(reading, i):
            continue
        own = next(verb for verb in reading.verbs if verb.first > i)
        if not (_is_past(words[own.head].lower) or words[own.first].lower in ("had", "was", "were")):
            continue
        main = [verb for verb in reading.verbs if verb.head < i]
        if any(not verb.positive or not verb.certain for verb in main):
            continue
        yield _sentence(text[: words[i].start])
        yield _sentence(text[words[i + 1].start :])


def _predicates(reading: Reading) -> Iterator[str]:
    """The two predicates of one subject: "conceded defeat before midnight and congratulated her"."""
    words, text = reading.words, reading.text
    for i, word in enumerate(words):
        if word.lower not in ("and", "but") or "both" in reading.operators or _is_governed(reading, i):
            continue
        left = [v for v in reading.verbs if v.head < i and not _is_infinite(reading, v) and words[v.head].lower != ","]
        right = next((v for v in reading.verbs if v.first > i), None)
        if len(left) != 1 or right is None or not left[0].positive or left[0].first == 0:
            continue
        if left[0].head == i - 1 and right.first == right.head:
            continue  # "was designed and built by Lund"
        if any(w.lower not in _ADVERBS for w in words[i + 1 : right.first]) or _is_participle(reading, right):
            continue
        before = {w.lower for w in words[: left[0].first]}
        if before & (_SUBORDINATING | _COUNTING | {"who", "which", "whose", ","}) or _is_infinite(reading, right):
            continue
        is_bare = right.first == right.head
        if is_bare and (left[0].passive or left[0].first < left[0].head or not _is_past(words[right.head].lower)):
            continue
        yield _sentence(text[: words[i].start])
        yield f"{text[: words[left[0].first].start]}{text[words[i + 1].start :]}"


def _is_governed(reading: Reading, i: int) -> bool:
    """Whether what stands before a word may govern what stands behind it: "if", "denied that"."""
    return any(word.lower in _GOVERNING or word.lower == "that" for word in reading.words[:i])


def _is_past(lower: str) -> bool:
    return lower.endswith("ed") or lower in lex.IRREGULAR


def _is_participle(reading: Reading, verb: Verb) -> bool:
    return verb.first == verb.head and reading.words[verb.head].lower.endswith("ing")


def _is_infinite(reading: Reading, verb: Verb) -> bool:
    lead = reading.words[verb.first - 1].lower if verb.first else ""
    return lead == "to" or _is_participle(reading, verb) or _is_adjective(reading, verb)


def _is_clause(reading: Reading, first: int, end: int) -> bool:
    """Whether words [first, end) have a finite verb behind a subject, and nothing that makes them hang on others."""
    verbs = [verb for verb in reading.verbs if first <= verb.first and verb.head < end]
    if not verbs or verbs[0].first == first or _is_participle(reading, verbs[0]):
        return False
    before = reading.words[first : verbs[0].first]
    if before[-1].lower == "to" or not any(
        i in reading.content or _is_pronoun(reading, i) for i in range(first, verbs[0].first)
    ):
        return False
    lead = {word.lower for word in reading.words[first : verbs[0].first]}
    return not lead & (_SUBORDINATING | {"who", "which", "whose"})


def _is_pronoun(reading: Reading, i: int) -> bool:
    return reading.words[i].lower in lex.SUBJECT_PRONOUNS


# ── between commas ──────────────────────────────────────────────────────────────────────────────


def _asides(reading: Reading) -> Iterator[str]:
    """What stands between commas behind a subject or a name, said of it, and the sentence without it."""
    words, text = reading.words, reading.text
    if words[0].lower in _SUBORDINATING | {"while", "since", "as"}:
        return
    stops = [i for i, word in enumerate(words) if word.lower in (",", ";", ".")] + [len(words)]
    for i, j in pairwise(stops):
        if words[i].lower != "," or not 1 < j - i <= 26:
            continue
        phrase = _phrase_before(reading, i)
        if phrase is None:
            continue
        start, is_subject = phrase
        opening = words[i + 1].lower
        name, inside = text[words[start].start : words[i - 1].end], text[words[i + 1].start : words[j - 1].end]
        if start and words[start - 1].lower in ("as", "for", "like", "than", "with"):
            continue
        said = _said_of(reading, start, i, j) if _is_closed(reading, j, is_subject) else ""
        if said:
            yield _sentence(f"{name} {said}")
            if j >= len(words) - 1 and not is_subject:
                yield _sentence(text[: words[i - 1].end])
        follows = j + 1 < len(words) and words[j].lower == ","
        is_aside = (
            bool(said) or (is_subject and opening in lex.PREPOSITIONS) or opening in ("who", "which", "whose", "whom")
        )
        if not follows or not is_aside or not inside:
            continue
        joined = words[j + 1].lower in ("and", "but")
        verb = next((v for v in reading.verbs if v.first > j), None)
        led = verb is not None and all(
            w.lower in _ADVERBS or w.lower in ("and", "but") for w in words[j + 1 : verb.first]
        )
        if led and (is_subject or joined):
            yield f"{text[: words[i - 1].end]} {text[words[j + 1].start :]}"


def _is_closed(reading: Reading, j: int, is_subject: bool) -> bool:
    """Whether what ends at a stop is no part of a row: the sentence ends there, or its predicate goes on."""
    words = reading.words
    if j >= len(words) - 1:
        return not is_subject
    if words[j].lower != ",":
        return False
    at = j + 1 + (words[j + 1].lower in ("and", "but"))
    verb = next((v for v in reading.verbs if v.first > j), None)
    led = verb is not None and all(w.lower in _ADVERBS for w in words[at : verb.first])
    return led and (is_subject or at > j + 1)


_DEFINITE = frozenset("the its his her their this".split())
_ADVERBS = frozenset("also now still then later soon first again finally already".split())


def _phrase_before(reading: Reading, comma: int) -> tuple[int, bool] | None:
    """Where the phrase before a comma begins, and whether it is the subject of its clause; None where that is open."""
    words = reading.words
    back = max((k + 1 for k in range(comma) if words[k].lower in (",", ";")), default=0)
    heads = [
        verb.head
        for verb in reading.verbs
        if back <= verb.first and verb.head < comma and words[verb.head].lower != ","
    ]
    if not heads:
        if back and words[back].lower in ("and", "but"):
            back += 1
        lower = {word.lower for k, word in enumerate(words[back:comma], back) if words[k - 1].lower != "-"}
        if back >= comma or lower & (_COUNTING | _SUBORDINATING | {"and"}):
            return None
        is_name = any(name.start == words[comma + 1].start for name in reading.names)
        return None if lower & lex.PREPOSITIONS and not is_name else (back, True)
    start = comma
    while start - 1 > heads[-1] and (start - 1 in reading.content or words[start - 1].lower in lex.DETERMINERS):
        start -= 1
        if words[start].lower in lex.DETERMINERS:
            break
    if start == comma or {word.lower for word in words[start:comma]} & _COUNTING:
        return None
    return start, False


def _said_of(reading: Reading, start: int, i: int, j: int) -> str:
    """The predicate that words (i, j) between commas give to the phrase before them, "" for none."""
    words, text = reading.words, reading.text
    opening = words[i + 1].lower
    inside = text[words[i + 1].start : words[j - 1].end]
    if opening in ("who", "which"):
        verb = next((v for v in reading.verbs if v.first > i + 1), None)
        if verb is None or verb.head >= j or any(w.lower not in _ADVERBS for w in words[i + 2 : verb.first]):
            return ""
        if opening == "which" and verb.stem in _WHOLE_CLAUSE:
            return ""
        return text[words[i + 2].start : words[j - 1].end]
    named = any(name.start < words[i - 1].end and words[start].start < name.end for name in reading.names)
    whole = next(
        (name for name in reading.names if (name.start, name.end) == (words[i + 1].start, words[j - 1].end)), None
    )
    if whole and not named and words[start].lower in ("a", "an", "the") and i - start > 1:
        return f"is {whole.text}"
    named = named or (words[start].lower in _DEFINITE and opening in ("a", "an"))
    possessive = any(w.lower == "'s" for w in words[i + 2 : i + 5])
    if any(w.lower in ("and", "or") for w in words[i + 1 : j]):
        return ""
    if not named or any(i < v.first < j and words[v.head].lower != "," for v in reading.verbs):
        return ""
    if opening not in ("a", "an", "the") and not possessive:
        return ""
    ends_in_name = any(name.end >= words[j - 1].end > name.start for name in reading.names)
    if ends_in_name and not any(w.lower in lex.PREPOSITIONS for w in words[i + 1 : j]):
        return ""  # one more in a row of names
    return f"is {inside}"


# ── a person's noun before a name ───────────────────────────────────────────────────────────────


def _offices(reading: Reading) -> Iterator[str]:
    """ "The clockmaker Otto Vasquine taught" says that he is a clockmaker, "Mayor Dahl left" that she was a mayor."""
    words, text = reading.words, reading.text
    finite = [verb for verb in reading.verbs if words[verb.head].lower != "," and not _is_infinite(reading, verb)]
    for name in reading.names:
        inside = [k for k, word in enumerate(words) if name.start <= word.start < name.end]
        if not inside:
            continue
        first, after = inside[0], inside[-1] + 1
        opens = not first and len(inside) > 2 and _is_person(words[0].lower)
        noun, bearer = words[0].lower if opens else "", text[words[inside[1]].start : name.end] if opens else ""
        if first > 1 and words[first - 2].lower in _ARTICLES and words[first - 1].lower in lex.PERSONS | _TRADES:
            noun, bearer = words[first - 1].lower, text[name.start : name.end]
        if not noun or not bearer[:1].isupper() or (after < len(words) and words[after].lower in ("'s", "-")):
            continue
        behind = any(verb.first == after for verb in finite) or after in reading.content
        if behind and (len(finite) > 1 or not opens):
            continue  # "the teacher Otto Vasquine hated was dismissed", "told the worker Otto was dead"
        yield f"{bearer} {copula(reading, noun)} {'an' if noun[0] in 'aeiou' else 'a'} {noun}."


_ARTICLES = frozenset(("the", "a", "an"))
_TRADES = frozenset(
    "clockmaker shipowner midfielder striker winger defender goalkeeper forecaster builder carpenter plumber shopkeeper"
    " watchmaker potter weaver printer goldsmith blacksmith homeowner landowner lecturer researcher programmer"
    " botanist zoologist geologist economist linguist chemist dentist surgeon sculptor violinist pianist cellist"
    " guitarist drummer dancer filmmaker photographer cyclist swimmer runner boxer golfer jockey sprinter skier".split()
)


def _is_person(noun: str) -> bool:
    is_one = noun.isascii() and noun.isalpha() and any(noun[3:].endswith(ending) for ending in _OF_PEOPLE)
    return (is_one or noun in lex.PERSONS) and noun not in _NO_PERSON


# ── rows ────────────────────────────────────────────────────────────────────────────────────────


def _rows(reading: Reading) -> Iterator[str]:
    """The sentence with one thing in place of a row of them."""
    words, text = reading.words, reading.text
    if not reading.verbs or any(word.lower == ";" for word in words) or _GOVERNING & reading.operators:
        return
    if is_gapped(reading):
        return
    if reading.operators & (lex.EXCLUSIVE | {"than", "as", "of"}):
        return
    verbs = [verb for verb in reading.verbs if not _is_adjective(reading, verb)]
    if not verbs or len([verb for verb in verbs if words[verb.head].lower != ","]) > 2:
        return
    first, last = verbs[0], verbs[-1]
    end = len(words) - (words[-1].lower == ".")
    is_one_thing = bool(_TOGETHER & reading.operators) or (first.stem in _COLLECTIVE and not first.passive)
    if not is_one_thing and not any(value.start > words[first.head].start for value in reading.quantities):
        for a, b in _items(reading, 0, first.first, "and"):
            yield _sentence(f"{text[words[a].start : words[b - 1].end]} {text[words[first.first].start :]}")
    start = last.head + 1
    for k in range(last.head + 1, end):
        if words[k].lower in lex.PREPOSITIONS:
            start = k + 1
    denied = not last.positive or (start < end and words[start].lower == "no")
    link = "or" if denied else "and"
    barred = (_TOGETHER - {"or"}) & reading.operators or ("or" in reading.operators and not denied)
    if barred or any(value.start >= words[min(start, end - 1)].start for value in reading.quantities):
        return
    for a, b in _items(reading, start, end, link):
        no = "no " if words[start].lower == "no" and words[a].lower != "no" else ""
        yield _sentence(f"{text[: words[start].start]}{no}{text[words[a].start : words[b - 1].end]}")


def _items(reading: Reading, start: int, end: int, link: str) -> list[tuple[int, int]]:
    """Word spans of the things of a row that fills words [start, end); [] where it is none."""
    words = reading.words
    cuts = [k for k in range(start, end) if words[k].lower in (",", link)]
    if not any(words[k].lower == link for k in cuts):
        return []
    spans, at = [], start
    for k in (*cuts, end):
        if k > at:
            spans.append((at, k))
        at = k + 1
    for a, b in spans:
        if b - a > LONGEST_ITEM or not any(k in reading.content for k in range(a, b)):
            return []
        if any(words[k].lower in lex.PREPOSITIONS or not words[k].is_word for k in range(a, b)):
            return []
        if any(words[k].lower in _COUNTING and (k, words[k].lower) != (start, "no") for k in range(a, b)):
            return []
        if any(verb.first < b and a <= verb.head and not _is_adjective(reading, verb) for verb in reading.verbs):
            return []
    return spans if len(spans) > 1 and not _share_a_head(reading, spans) else []


def _is_adjective(reading: Reading, verb: Verb) -> bool:
    """Whether a participle only describes what follows it in a row: "oats, dried figs"."""
    words, at = reading.words, verb.head
    if verb.first != at or at + 1 not in reading.content or not at:
        return False
    is_participle = words[at].lower.endswith("ed") or words[at].lower in lex.PARTICIPLES
    return is_participle and words[at - 1].lower in {",", "and", "or"} | lex.DETERMINERS


def _share_a_head(reading: Reading, spans: list[tuple[int, int]]) -> bool:
    """Whether a row may be of words before one noun: "calm and sunny weather", "Major or Minor League Baseball"."""
    first, end = spans[-1]
    if end - first < 2 or reading.words[first].lower in lex.DETERMINERS:
        return False
    return all(b - a == 1 for a, b in spans[:-1])


def _sentence(text: str) -> str:
    """A statement as a sentence of its own."""
    text = text.strip(" ,;.")
    return text[:1].upper() + text[1:] + "."
