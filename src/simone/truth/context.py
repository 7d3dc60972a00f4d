"""A sentence in its place: what its opening pronoun and its bare "the town" stand for, from what stands before it.

Not for reference in general: where the text before and the titles above leave two answers, nothing is filled in.

A pronoun continues the subject of the sentence before it where nothing else there could be meant, or where the titles
say that the subject is the topic. "The N" is filled where the titles and the sentences before name exactly one N.

Source: Grosz, Joshi and Weinstein, Centering, 1995 (a pronoun continues the subject); the limits are ours.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.names import same_name
from simone.kernels.reference.validation.reading import CLASS_OF
from simone.kernels.reference.validation.tokens import is_plural
from simone.kernels.reference.validation.words import Word, stem
from simone.truth.reading import Reading, read, stems_of

DEEPEST = 6
"""Sentences over which a chain of pronouns is followed back, count."""
LONGEST_PHRASE = 10
"""Words of a subject that a pronoun may stand for, count."""

Kind = Literal["person", "thing", "many"]


class Before(msgspec.Struct, frozen=True):
    """What stands before a sentence.

    `paragraph`: the sentences of its paragraph, nearest first, without a gap; `opens`: none of them is missing, so that
    an empty one means that the sentence opens a paragraph. `earlier`: all known sentences before it in its document,
    nearest first. `titles`: outermost first. `elsewhere`: other texts, which show what names are names of places.
    """

    paragraph: tuple[str, ...] = ()
    opens: bool = False
    earlier: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


class Filled(msgspec.Struct, frozen=True):
    """A sentence with its references filled in, and each of them as (written, meant)."""

    text: str
    references: tuple[tuple[str, str], ...]


class _Phrase(msgspec.Struct, frozen=True):
    """A noun phrase that a pronoun could mean. `role`: how it hangs on its verb, as in `reading.Relation`."""

    text: str
    head: str
    role: str
    named: bool
    many: bool
    article: str


def fill(text: str, before: Before, opening_only: bool = False) -> Filled | None:
    """The sentence with what its references stand for; None where there are none, or none is sure.

    `opening_only`: only what opens the sentence, and "the company" too, where the sentence before names one company.
    """
    reading = read(text)
    edits: list[tuple[Word, str]] = []
    at = _fronted(reading)
    if at >= 0:
        word = reading.words[at]
        meant = _antecedent(word.lower, before, DEEPEST)
        edits += [(word, meant + "'s" if word.lower in _POSSESSIVES else meant)] if meant else []
    for i in _bare(reading):
        if opening_only and i != 1:
            continue
        meant = _designation(reading.words[i], before)
        edits += [(reading.words[i], meant)] if meant else []
        if not meant and opening_only and reading.words[i].lower in _FIRMS and (meant := _company(before)):
            written = text[reading.words[i - 1].start : reading.words[i].end]
            return Filled(meant + text[reading.words[i].end :], ((written, meant),))
    if not edits:
        return None
    pieces, end = [], 0
    for word, meant in edits:
        if meant.lower().startswith("the "):
            meant = ("the" if text[: word.start].strip() else "The") + meant[3:]
        pieces += [text[end : word.start], meant]
        end = word.end
    return Filled("".join((*pieces, text[end:])), tuple((text[w.start : w.end], meant) for w, meant in edits))


# ── pronouns ────────────────────────────────────────────────────────────────────────────────────

_POSSESSIVES = frozenset(("his", "her", "its", "their"))
_SUBJECTS = {"his": "he", "her": "she", "its": "it", "their": "they"}
_KINDS: dict[str, Kind] = {"he": "person", "she": "person", "it": "thing", "they": "many"}
_PLACING = frozenset(
    CLASS_OF.get(word, word) for word in "in to near from through over under between beside along past up".split()
)
"""Classes of prepositions behind which a name is hardly somebody whom "he" could mean."""
_GIVING = frozenset(
    stem(v)
    for v in "give send write sell show lend leave introduce marry speak talk read hand pay lose teach tell".split()
)
"""Verbs behind whose "to" a name is somebody and not a place."""
_COUNTING = frozenset(lex.QUANTIFIER_RANK) | lex.NEGATORS | lex.PRONOUNS | {"any", "another", "other"}
_IMPERSONAL = frozenset(stem(v) for v in "rain snow hail thunder drizzle pour seem appear happen".split())
_THOUGHT = frozenset(stem(v) for v in "conjecture believe think say know estimate assume expect argue claim".split())
_INTRODUCING = frozenset(stem(v) for v in "be take cost follow become turn prove need require".split())
_WHOLE = re.compile(r"(?:[Tt]he )?[A-Z]")
_GATHERED = frozenset(
    "team family crew couple council police band army staff group committee company firm board court choir class crowd"
    " parliament government orchestra club union party pair gang troop regiment garrison".split()
)
"""Nouns of one thing that is many people, whom "they" can mean."""
_PEOPLE = frozenset(("children", "people", "men", "women"))
_PERSON_STEMS = frozenset(stem(noun) for noun in lex.PERSONS)
_WOMEN = frozenset(
    "woman girl lady queen empress princess duchess mother daughter sister wife aunt niece widow grandmother bride"
    " actress nun girlfriend granddaughter stepmother businesswoman".split()
)
_MEN = frozenset(
    "man boy lord king emperor prince duke father son brother husband uncle nephew widower grandfather groom actor"
    " monk boyfriend grandson stepfather businessman".split()
)
_NOT_MEANT = {"he": frozenset(stem(noun) for noun in _WOMEN), "she": frozenset(stem(noun) for noun in _MEN - {"actor"})}
_PERSONAL = re.compile(r"(?:He|She|His|Her)\b")


def _fronted(reading: Reading) -> int:
    """Index of the pronoun that opens the sentence, also behind "In 1931,"; -1 where there is none."""
    words = reading.words
    first = next((i for i, w in enumerate(words) if w.is_word), -1)
    if first >= 0 and words[first].lower in lex.PREPOSITIONS:
        limit = reading.verbs[0].first if reading.verbs else 0
        first = next((i for i in range(first + 1, limit) if words[i].lower in _KINDS), -1)
    if first < 0 or words[first].lower not in _KINDS.keys() | _POSSESSIVES:
        return -1
    return -1 if words[first].lower == "it" and _holds_a_place(reading) else first


def _holds_a_place(reading: Reading) -> bool:
    """Whether "it" stands for nothing: "it rained", "it was Bell who", "it took a year to"."""
    verb = reading.verbs[0] if reading.verbs else None
    if verb is None:
        return False
    following = {w.lower for w in reading.words[verb.head + 1 : verb.head + 7]}
    if verb.passive and (
        verb.stem in _THOUGHT or following & {"that", "whether", "when", "where", "how", "why", "who"}
    ):
        return True
    return verb.stem in _IMPERSONAL or (verb.stem in _INTRODUCING and bool(following & {"that", "who", "to", "until"}))


def _antecedent(pronoun: str, before: Before, depth: int) -> str:
    """What the pronoun stands for, "" where that is open."""
    pronoun = _SUBJECTS.get(pronoun, pronoun)
    if not before.paragraph:
        return _titled(_KINDS[pronoun], before) if before.opens else ""
    reading = read(before.paragraph[0])
    at = _fronted(reading)
    if at < 0:
        return _chosen(reading, pronoun, before)
    opening = reading.words[at].lower
    goes_on = _SUBJECTS.get(opening, opening) == pronoun and depth > 0
    if goes_on and opening in _POSSESSIVES:
        # "Its builder was Lund. It …": the builder cannot be meant; "Its capital is Orrin. It …" is open.
        goes_on = pronoun == "it" and reading.words[at + 1].lower in lex.PERSONS
    if not goes_on or any(_agrees(p, pronoun) for p in _phrases(reading, at + 1)):
        return ""
    return _antecedent(pronoun, msgspec.structs.replace(before, paragraph=before.paragraph[1:]), depth - 1)


def _titled(kind: Kind, before: Before) -> str:
    """The title that is all name, for a pronoun that opens a paragraph under it."""
    title = next((t for t in reversed(before.titles) if read(t).names or t.startswith("the ")), "")
    names = read(title).names
    people = any(_PERSONAL.match(text) for text in before.earlier)
    if title.startswith("the ") and kind == "thing":
        return title
    if len(names) != 1 or not _WHOLE.match(title) or names[0].end < len(title) or kind == "many":
        return ""
    if kind == "person":
        return title if names[0].start == 0 and not _is_place(names[0].text, before) else ""
    return "" if people and names[0].start == 0 else title


def _chosen(reading: Reading, pronoun: str, before: Before) -> str:
    """The phrase of a sentence that a pronoun after it stands for; "" where two could be meant."""
    phrases = _phrases(reading, 0)
    subject = phrases[0] if any(_subject(reading)) else None
    able = [p for p in phrases if _agrees(p, pronoun)]
    able = [
        p for n, p in enumerate(able) if not any(p.named and q.named and same_name(p.text, q.text) for q in able[:n])
    ]
    alone = able[0] if len(able) == 1 else None
    if alone and alone.role == "S" and (alone is subject or pronoun not in reading.operators):
        return alone.text
    if pronoun == "they" and not able and subject and _is_alone(subject, phrases, reading, before):
        return subject.text
    if subject is not None and _is_introduced(subject, reading, pronoun):
        return subject.text
    if subject is None or not _is_topic(subject, before):
        return ""
    if not able:
        # Ships and countries are "she" and "it" at once; the topic is meant where nobody else can be.
        return subject.text if pronoun == "she" and subject.article == "the" else ""
    rivals = [p for p in able if p is not subject]
    new = any(p.article in ("a", "an", "another", "one") for p in rivals)
    unclear = pronoun == "it" and not subject.article and not all(p.named for p in rivals)
    return subject.text if subject in able and not new and not unclear else ""


_OWN = frozenset(("a", "an", "its", "his", "her", "their"))


def _is_introduced(subject: _Phrase, reading: Reading, pronoun: str) -> bool:
    """Whether a sentence says of its subject, a name, what it is ("Lund was a botanist"): the next goes on with it."""
    verb = reading.verbs[0] if reading.verbs else None
    if verb is None or not subject.named or subject.many or verb.stem != "be" or verb.passive or not verb.positive:
        return False
    after = [word.lower for word in reading.words[verb.head + 1 : verb.head + 7]]
    if after[:1] not in (["a"], ["an"]) or pronoun == "they":
        return False
    stop = next(
        (k for k, word in enumerate(after) if k and word in lex.PREPOSITIONS | {"who", "which", "that", ",", "."}), 7
    )
    people = any(stem(word) in _PERSON_STEMS for word in after[:stop])
    behind = reading.words[verb.head + stop :]
    others = any(name.start >= reading.words[verb.head].start for name in reading.names)
    others = others or any(word.stem in _PERSON_STEMS or word.lower in _OWN for word in behind)
    return people == (pronoun in ("he", "she")) and not others


def _is_alone(subject: _Phrase, phrases: list[_Phrase], reading: Reading, before: Before) -> bool:
    """Whether "they" can only be the one whom the subject names: nobody else is named, and nothing is many."""
    others = any(p.named for p in phrases if p is not subject and p.role not in _PLACING)
    many = any(is_plural(reading.words[i].lower) or reading.words[i].lower in _GATHERED for i in reading.content)
    earlier = any(not same_name(n.text, subject.text) for text in before.paragraph[1:] for n in read(text).names)
    alone = subject.named and not subject.article and not others and not earlier
    return alone and not many and not reading.quantities


def _is_topic(subject: _Phrase, before: Before) -> bool:
    titles = " ".join(before.titles)
    return subject.head in stems_of(titles) if titles else False


def _agrees(phrase: _Phrase, pronoun: str) -> bool:
    """Whether the pronoun could stand for the phrase."""
    kind = _KINDS[pronoun]
    if kind == "many":
        return phrase.many
    if kind == "thing":
        return not phrase.many and phrase.head not in _PERSON_STEMS
    if phrase.many or phrase.role in _PLACING or phrase.head in _NOT_MEANT[pronoun]:
        return False
    return phrase.head in _PERSON_STEMS or (phrase.named and not phrase.article)


def _phrases(reading: Reading, first: int) -> list[_Phrase]:
    """The subject, where the sentence opens with a plain one, then names and objects behind it and behind `first`."""
    start, end = _subject(reading) if not first else (0, first)
    found = []
    if not first and end:
        found.append(_phrase(reading, start, end, "S"))
    copulas = {n for n, v in enumerate(reading.verbs) if v.stem == "be" and not v.passive}
    covered = set(range(end))
    for name in reading.names:
        inside = [i for i, w in enumerate(reading.words) if name.start <= w.start < name.end]
        relation = next((r for i in inside for r in reading.relations[i]), None)
        if inside and inside[0] >= end and not (relation and relation.kind == "O" and relation.verb in copulas):
            lead = inside[0] > end and reading.words[inside[0] - 1].lower in lex.DETERMINERS
            kind = relation.kind if relation else ""
            if relation and kind == CLASS_OF["to"] and reading.verbs[relation.verb].stem in _GIVING:
                kind = "O"
            found.append(_phrase(reading, inside[0] - lead, inside[-1] + 1, kind))
        covered.update(inside)
    clauses = {n for n in range(len(reading.verbs)) if n not in copulas and not _is_relative(reading, n)}
    for i in reading.content:
        holds = any(r.kind == "O" and r.verb in clauses for r in reading.relations[i])
        if holds and i not in covered and i + 1 not in reading.content:
            back = next((k for k in range(i, max(end, i - 5) - 1, -1) if reading.words[k].lower in lex.DETERMINERS), i)
            found.append(_phrase(reading, back, i + 1, "O"))
    return found


def _is_relative(reading: Reading, number: int) -> bool:
    after = reading.verbs[number - 1].head if number else 0
    between = reading.words[after : reading.verbs[number].first]
    return any(w.lower in ("who", "which", "that", "whose", "where") for w in between)


def _subject(reading: Reading) -> tuple[int, int]:
    """Word indices [start, end) of the phrase before the first verb; (0, 0) where it is not a plain one."""
    if not reading.verbs:
        return 0, 0
    words, end = reading.words, reading.verbs[0].first
    start = 0
    if words[0].lower in lex.PREPOSITIONS:
        start = next((i + 1 for i in range(end) if words[i].lower == ","), end)
    name = next((n for n in reading.names if start < end and n.start == words[start].start), None)
    if name is not None:
        after = next((i for i in range(start, end) if words[i].start >= name.end), end)
        if [w.lower for w in words[after : after + 2]] in ([",", "a"], [",", "an"], [",", "the"]):
            return start, after
    phrase = words[start:end]
    if not phrase or len(phrase) > LONGEST_PHRASE or phrase[0].lower in _COUNTING:
        return 0, 0
    if len(phrase) == 1 and phrase[0].lower in lex.DETERMINERS:
        return 0, 0
    barred = any(not w.is_word or w.lower in lex.SUBORDINATORS or w.lower in _KINDS for w in phrase)
    return (0, 0) if barred else (start, end)


def _phrase(reading: Reading, start: int, end: int, role: str) -> _Phrase:
    words = reading.words[start:end]
    named = any(n.start < words[-1].end and words[0].start < n.end for n in reading.names)
    stop = next((k for k, w in enumerate(words) if k and w.lower in lex.PREPOSITIONS), len(words))
    head = words[max(0, stop - 1)]
    many = any(w.lower == "and" for w in words) or (is_plural(head.lower) and (not named or head.lower in _PEOPLE))
    article = words[0].lower if words[0].lower in lex.DETERMINERS else ""
    return _Phrase(reading.text[words[0].start : words[-1].end], head.stem, role, named, many, article)


# ── "the town" ──────────────────────────────────────────────────────────────────────────────────

_NARROWING = lex.PREPOSITIONS - {"by", "during", "until", "since", "before", "after", "as"} | lex.SUBORDINATORS


def _bare(reading: Reading) -> list[int]:
    """Indices of nouns that stand alone behind "the", with nothing that would say which one is meant."""
    words = reading.words
    named = {i for n in reading.names for i, w in enumerate(words) if n.start <= w.start < n.end}
    return [
        i
        for i in reading.content
        if i > 0
        and words[i - 1].lower == "the"
        and i not in named
        and not is_plural(words[i].lower)
        and i + 1 not in reading.content
        and i + 1 not in named
        and not _is_narrowed(reading, i)
    ]


def _is_narrowed(reading: Reading, i: int) -> bool:
    """Whether words behind the noun say which one is meant: "the mill on the Orsk", not "the mill in 1801"."""
    following = reading.words[i + 1 : i + 3]
    if not following or following[0].lower not in _NARROWING:
        return False
    values = [(v.start, v.end) for v in reading.quantities] + [(v.start, v.end) for v in reading.dates]
    return len(following) < 2 or not any(start <= following[1].start < end for start, end in values)


def _designation(noun: Word, before: Before) -> str:
    """What "the <noun>" is called in full; "" unless the titles and the sentences before know exactly one."""
    found: list[str] = []
    for text in (*reversed(before.titles), *before.earlier):
        if noun.stem in stems_of(text):
            called = _called(read(text), noun, text in before.titles)
            if called is None:
                return ""
            found += [c for c in called if c not in found]
    if not found and noun.lower in lex.PLACES:
        names = [n.text for title in before.titles for n in read(title).names]
        found = [f"{noun.lower} {n}" for n in names if len(names) == 1 and _is_place(n, before)]
    longest = max(found, key=len, default="")
    return longest if all(stems_of(one) <= stems_of(longest) for one in found) else ""


def _called(reading: Reading, noun: Word, is_title: bool) -> list[str] | None:
    """Full designations of the noun in a text; None where it is also used of something else."""
    words, text = reading.words, reading.text
    found: list[str] = []
    for i, word in enumerate(words):
        if word.lower != noun.lower:
            continue
        lead = words[i - 1].lower if i else "the"
        said = _is_said_of(reading, i)
        around = next((n for n in reading.names if n.start <= word.start < n.end), None)
        ahead = next((n for n in reading.names if _links(text[word.end : n.start], is_title)), None)
        behind = next((n for n in reading.names if n.end + 1 == word.start and text[n.end] == " "), None)
        if said:
            found.append(f"{word.lower} {said}")
        elif around is not None:
            if _is_head(text[around.start : around.end], noun.lower):
                found.append(around.text)
        elif ahead is not None and (is_title or lead in lex.DETERMINERS or lead == ","):
            found.append(text[word.start : ahead.end])
        elif behind is not None and (is_title or text[: behind.start].lower().endswith("the ")):
            found.append(text[behind.start : word.end])
        elif lead not in lex.DETERMINERS - {"a", "an", "another"}:
            return None
    return found


def _links(gap: str, is_title: bool) -> bool:
    """Whether a noun and the name after it are one designation: "barge Heron", "siege of Low Kessing"."""
    return gap in (" ", " of ", " of the ") or (is_title and gap in (" at ", " in ", " at the "))


def _is_head(name: str, noun: str) -> bool:
    """Whether a name says of its bearer that it is such a noun: "Belmar Harbour", "Treaty of Halm", "Captain Amsel"."""
    words = name.lower().split()
    if " of " in name.lower():
        return words[words.index("of") - 1] == noun
    return words[-1] == noun or (words[0] == noun and noun in lex.PERSONS)


def _is_said_of(reading: Reading, i: int) -> str:
    """The name of which the sentence says that it is such a noun: "Orrin is the capital of Kelm"."""
    start, end = _subject(reading)
    verb = reading.verbs[0] if reading.verbs else None
    if verb is None or verb.stem != "be" or not verb.positive or not verb.certain or not end:
        return ""
    predicate = any(r.kind == "O" and r.verb == 0 for r in reading.relations[i]) and i + 1 not in reading.content
    between = [w.lower for w in reading.words[verb.head + 1 : i]]
    phrase = _phrase(reading, start, end, "S")
    plain = between[:1] and between[0] in ("a", "an", "the") and not set(between) & (lex.PREPOSITIONS | {",", "and"})
    return phrase.text if predicate and plain and phrase.named and not phrase.many else ""


def _is_place(name: str, before: Before) -> bool:
    """Whether any of the texts has the name behind "in", "at" or "near"."""
    found = re.compile(rf"\b(?:in|at|near) {re.escape(name)}\b(?!['’]s)")
    return any(name in text and found.search(text) for text in (*before.earlier, *before.elsewhere))


# ── "the company" ───────────────────────────────────────────────────────────────────────────────

_FIRMS = frozenset("company firm group business corporation manufacturer maker producer publisher bank".split())
_FIRM_NAME = re.compile(
    r"\b(?:Ltd|Limited|Inc|Corp|Corporation|Company|Co|plc|PLC|LLC|LLP|GmbH|AG|SE|SA|S\.A|SpA|AB|ASA|AS|Oy|BV|NV|Pty|Group"
    r"|Holdings?|Bank|Industries|Works|Motors|Airlines|Airways)\b\.?$"
)
_GOES_ON = re.compile(rf"(?:[Ii]t|Its|[Tt]he (?:{'|'.join(sorted(_FIRMS))}))\b")
_RIVALS = _FIRMS | {"rival", "competitor", "subsidiary", "another", "chain"}


def _company(before: Before) -> str:
    """The company that the sentence before speaks of; "" where another thing in it could be meant as well."""
    for text in before.paragraph:
        reading = read(text)
        named = [p for p in _phrases(reading, 0) if p.named and p.role not in _PLACING]
        firms = [p.text for p in named if _FIRM_NAME.search(p.text)]
        if not firms and _GOES_ON.match(text):
            continue
        return firms[0] if len(named) == len(firms) == 1 and not _RIVALS & reading.operators else ""
    return ""


# ── what a question asks about ──────────────────────────────────────────────────────────────────


_VERB_STEMS = frozenset(stem(verb) for verb in lex.VERBS)


def asked_about(question: str) -> str:
    """The one name or "the <noun>" of a question, as a title for its answer; "" where there are several or none."""
    reading = read(question)
    if len(reading.names) == 1:
        name = reading.names[0]
        lead = re.search(r"\bthe (?:[a-z-]+ ){1,3}(?:of|at|over|in) (?:the )?$", question[: name.start])
        if lead or not question[: name.start].endswith("the "):
            return question[lead.start() if lead else name.start : name.end]
        after = [
            i
            for i in reading.content
            if reading.words[i].start == name.end + 1 and reading.words[i].stem not in _VERB_STEMS
        ]
        return question[name.start - 4 if after else name.start : reading.words[after[0]].end if after else name.end]
    if reading.names:
        return ""
    found = [
        (k, i)
        for i in reading.content
        if i + 1 not in reading.content and not is_plural(reading.words[i].lower)
        for k in range(max(0, i - 3), i)
        if reading.words[k].lower == "the" and all(n in reading.content for n in range(k + 1, i))
    ]
    return question[reading.words[found[0][0]].start : reading.words[found[0][1]].end] if len(found) == 1 else ""
