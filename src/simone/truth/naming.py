"""Names of a sentence with their titles, and what of a claim's names the evidence does not say.

Not for how a name is spelt (`spelling`) and not for letters and acronyms (`letters`). What a claim names must stand in
the evidence as a whole name; a title or a first name may be dropped, never added or exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.names import same_name
from simone.kernels.reference.validation.tokens import remembering
from simone.truth.narrowed import PLACE_PREFIXES
from simone.truth.reading import Reading, read
from simone.truth.stretches import Doubt, means, words_from

_SHORT = dict(
    pair.split(":")
    for pair in (
        "mister:mr missus:mrs doctor:dr professor:prof saint:st senator:sen governor:gov representative:rep "
        "captain:capt colonel:col lieutenant:lt sergeant:sgt major:maj admiral:adm reverend:rev mount:mt junior:jr "
        "senior:sr general:gen president:pres miss:ms fort:ft limited:ltd company:co corporation:corp incorporated:inc "
        "avenue:ave street:str road:rd"
    ).split()
)
"""Words of names by the form that is kept, so that both are one."""


def _set(words: str) -> frozenset[str]:
    return frozenset([_SHORT.get(word, word) for word in words.split()])


TITLES = _set(
    "mr mrs ms mx dr prof sir dame lord lady pres sen rep gov king queen prince princess emperor empress pope st capt "
    "col gen lt maj sgt adm judge justice minister chancellor mayor ambassador secretary chairman chairwoman "
    "chairperson director bishop archbishop cardinal rev father sister brother mother duke duchess count countess "
    "baron baroness uncle aunt chief premier detective inspector officer prime vice deputy lawyer attorney coach nurse "
    "sheriff constable commissioner councillor congressman congresswoman sultan tsar emir sheikh rabbi imam commander "
    "corporal private sergeant marshal commodore"
)
"""What stands before a person's name and may be dropped, in the form that is kept."""
_OF_MEN = frozenset("mr sir lord king prince emperor father brother duke count baron uncle chairman".split())
_OF_WOMEN = frozenset("ms mrs dame lady queen princess empress mother sister duchess countess baroness aunt".split())
_GENERATIONS = frozenset("jr sr ii iii iv".split())
_OF_CLUBS_AND_HOUSES = _set(
    "fc ac sc afc cf fk bk real inter sporting athletic atletico racing bayern borussia dynamo dinamo spartak "
    "lokomotiv olympique team club hotel cafe café radio studio villa camp casa château chateau air royal imperial "
    "national international federal standard burger rolling general bank banco credit deutsche operation project "
    "planet route flight miss ss hms uss"
)
_KINDS = _set(
    "university foundation bank institute museum college school academy hospital company group inc ltd llc plc corp co "
    "corporation club party union council ministry church cathedral castle hall palace tower bridge street square park "
    "river lake mount bay island islands sea valley county province state city prize award medal cup festival gallery "
    "library exchange stock airport hotel station harbour harbor navy army senate parliament congress court "
    "government committee commission assembly agency authority department office board association society federation "
    "alliance league treaty act agreement convention constitution war battle republic kingdom empire"
)
_CALLED_AFTER = frozenset(
    "film movie novel book song album play opera musical painting poem ship ferry boat yacht tanker steamer submarine "
    "frigate trawler train locomotive horse racehorse restaurant hotel pub café cafe bar brand app game series show "
    "magazine newspaper journal band project operation storm hurricane typhoon cyclone asteroid comet crater satellite "
    "probe rocket font statue sculpture dog cat".split()
)
"""Nouns before the name of a thing that is often called after a place or a person."""
_OPENERS = frozenset(
    "however meanwhile overall nevertheless nonetheless moreover furthermore therefore instead today yesterday "
    "tomorrow afterwards later earlier afterward still also besides otherwise likewise elsewhere indeed".split()
)
_NOUNS_IN_LY = frozenset("family assembly ally supply reply rally bully monopoly anomaly butterfly".split())
_DASHES = frozenset("-‐‑–/")
_WRITTEN_AS_TITLE = 3
"""Words that mean something, all with a capital, from which a text is a title, count."""


class Name(NamedTuple):
    """A name at the words [first, last] of a sentence; titles apart, all in lower case and in the form that is kept.

    `at`: the places of `words`.
    """

    first: int
    last: int
    titles: tuple[str, ...]
    words: tuple[str, ...]
    at: tuple[int, ...]


def names_of(reading: Reading) -> tuple[Name, ...]:
    """The names in order, also of common words with a capital, and what opens the sentence if no word of grammar."""
    return _names(reading.text)


@remembering(2048)
def _names(text: str) -> tuple[Name, ...]:
    reading = read(text)
    spans = [(one.start, one.end) for one in reading.names]
    known = [*spans, *((one.start, one.end) for one in reading.dates)]
    for i in reading.content:
        word = reading.words[i]
        is_known = any(start <= word.start < end for start, end in known) or word.lower in lex.TIMES
        if is_known or not is_capital(reading, i) or any(verb.first <= i <= verb.head for verb in reading.verbs):
            continue
        before = next((n for n, (_, end) in enumerate(spans) if i > 1 and end + 1 == word.start), -1)
        if before >= 0:
            spans[before] = spans[before][0], word.end
        else:
            spans.append((word.start, word.end))
    apart = [part for start, end in sorted(spans) for part in _of_whom(text, start, end)]
    return tuple([name for one in apart if (name := _name(reading, *one)) is not None])


def _of_whom(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A person's name apart from where the person is from: "Carl Berg of the Harbour Party"."""
    person, of, _ = text[start:end].partition(" of ")
    words = {_kept(word) for word in person.lower().split()}
    if not of or len(words) < 2 or words & (PLACE_PREFIXES | _OF_CLUBS_AND_HOUSES | _KINDS | TITLES):
        return [(start, end)]
    return [(start, start + len(person)), (start + len(person) + len(of), end)]


def is_capital(reading: Reading, i: int) -> bool:
    """Whether a word begins with a capital."""
    return reading.text[reading.words[i].start].isupper()


def is_title_case(reading: Reading) -> bool:
    """Whether a text is written like a title: all of several words with a capital."""
    said = [i for i, word in enumerate(reading.words) if means(word) and word.lower[0].isalpha()]
    return len(said) >= _WRITTEN_AS_TITLE and all(is_capital(reading, i) for i in said)


def _name(reading: Reading, start: int, end: int) -> Name | None:
    inside = [i for i, word in enumerate(reading.words) if start <= word.start < end]
    if not inside:
        return None
    while inside[0] and reading.words[inside[0] - 1].lower in PLACE_PREFIXES and is_capital(reading, inside[0] - 1):
        inside.insert(0, inside[0] - 1)
    said = [i for i in inside if reading.words[i].is_word or reading.words[i].lower == "&"]
    titles = [i for i in said[:-1] if _kept(reading.words[i].lower) in TITLES]
    rest = [i for i in said if i not in titles and not (i == said[0] and reading.words[i].lower == "the")]
    if not rest:  # a capital "The" alone
        return None
    kept = [[_kept(reading.words[i].lower) for i in part] for part in (titles, rest)]
    return Name(inside[0], inside[-1], tuple(kept[0]), tuple(kept[1]), tuple(rest))


def _kept(lower: str) -> str:
    return _SHORT.get(lower, lower)


# ── what is added or exchanged ──────────────────────────────────────────────────────────────────


def _added(claim: Reading, evidence: Reading) -> Doubt | None:
    """A title, a first name or another part of a name that the evidence does not give to whom it names."""
    if is_title_case(claim):
        return None
    theirs = names_of(evidence)
    places: dict[str, list[int]] = {}
    for j, word in enumerate(evidence.words):
        places.setdefault(_kept(word.lower), []).append(j)
    for name in names_of(claim):
        bearer = _bearer(name)
        if bearer not in places or (len(name.words) == 1 and not name.titles):
            continue
        lost = next((one for one in (*name.titles, *name.words) if not _is_given(one, name, evidence, places)), None)
        if lost is not None:
            said = next((other for other in theirs if bearer in other.words), None)
            return Doubt("entity", words_from(evidence, said.first, said.last) if said else evidence.text)
    return _other_kind(claim, evidence, theirs, places)


def _bearer(name: Name) -> str:
    """The word that all forms of a person's name share: the last one without "Jr."."""
    return next((word for word in reversed(name.words) if word not in _GENERATIONS), name.words[-1])


def _is_given(one: str, name: Name, evidence: Reading, places: dict[str, list[int]]) -> bool:
    """Whether a word of a claim's name stands in the evidence, and not only in the name of another."""
    if one == _bearer(name) or not one[0].isalpha():
        return True
    at = places.get(one, [])
    if not at and one in name.words and any(len(word) == 1 and word[0] == one[0] for word in places):
        return True  # an initial
    if len(one) == 1 and any(word[0] == one for word in places):
        return True
    return any(_belongs(j, one, name, evidence) for j in at)


def _belongs(j: int, one: str, name: Name, evidence: Reading) -> bool:
    """Whether a word at a place can be said of the bearer of a name: it is in that one's name, or in no other's."""
    around = next((other for other in names_of(evidence) if other.first <= j <= other.last), None)
    if around is None or _bearer(name) in around.words:
        return True
    if one in TITLES:
        following = j + 1
        while following < len(evidence.words) and evidence.words[following].lower == ".":
            following += 1
        return following > around.last or not is_capital(evidence, following)
    return len(around.words) == 1 or _kept(evidence.words[around.last].lower) == one


def _other_kind(
    claim: Reading, evidence: Reading, theirs: Sequence[Name], places: dict[str, list[int]]
) -> Doubt | None:
    """ "Mill Road" for "Mill Street": the last word of a name of several stands nowhere."""
    for name in names_of(claim):
        last, before = name.words[-1], name.words[:-1]
        if not before or last in places or not last[0].isalpha() or not all(word in places for word in before):
            continue
        ours = words_from(claim, name.first, name.last)
        if any(same_name(ours, words_from(evidence, other.first, other.last)) for other in theirs):
            continue
        other = next((one for one in theirs if before[-1] in one.words), None)
        if other is not None:
            return Doubt("entity", words_from(evidence, other.first, other.last))
    return None


# ── parts of names ──────────────────────────────────────────────────────────────────────────────


def _part_of_a_name(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the claim names stands in the evidence only within the name of something else, or says which thing."""
    if is_title_case(evidence) or is_title_case(claim):
        return None
    theirs = names_of(evidence)
    for name in names_of(claim):
        if _is_office(claim, name):
            continue
        found = list(_occurrences(name, evidence))
        whole = [_whole(at, claim, evidence, theirs) for at in found]
        if found and all(one is not None for one in whole):
            return Doubt("entity", next(one for one in whole if one is not None))
    return None


def _is_office(claim: Reading, name: Name) -> bool:
    """Whether a name is a common noun with a capital: "the Navy", "the President"."""
    is_common = all(word in TITLES or word in _KINDS for word in name.words)
    return is_common and name.first > 0 and claim.words[name.first - 1].lower in lex.DETERMINERS


def _occurrences(name: Name, evidence: Reading) -> Iterator[tuple[int, int]]:
    """Where the words of a name stand one after the other, marks between them left out: first and last place."""
    places = [(j, _kept(word.lower)) for j, word in enumerate(evidence.words) if word.is_word or word.lower == "&"]
    size = len(name.words)
    for k in range(len(places) - size + 1):
        if tuple(word for _, word in places[k : k + size]) == name.words:
            yield places[k][0], places[k + size - 1][0]


def _whole(at: tuple[int, int], claim: Reading, evidence: Reading, theirs: Sequence[Name]) -> str | None:
    """What a name is only part of at a place of the evidence; None where it stands there as a name of its own."""
    said = {"&" if word.lower == "and" else _kept(word.lower) for word in claim.words}
    first, last = at
    around = next((one for one in theirs if one.first <= first <= one.last), None)
    if _is_joined(evidence, at, said):
        return words_from(evidence, max(0, first - 2), min(last + 2, len(evidence.words) - 1))
    if around is not None:
        before = [(word, j) for word, j in zip(around.words, around.at, strict=True) if j < first and word not in said]
        behind = [word for word, j in zip(around.words, around.at, strict=True) if j > last and word not in said]
        if behind or (before and not _are_first_names(evidence, around, before, first)):
            return words_from(evidence, around.first, around.last)
        first = min(first, around.first)
    if _is_called_after(evidence, first, claim):
        return words_from(evidence, first - 1, last)
    if _says_which(evidence, first, last, claim):
        return words_from(evidence, first, last + 1)
    return _half_of_a_pair(evidence, first, last, claim)


def _is_joined(evidence: Reading, at: tuple[int, int], said: set[str]) -> bool:
    """Whether a hyphen joins what stands there to a word that the claim does not have: "Halm-on-Sea"."""
    for side, step in ((at[0], -1), (at[1], 1)):
        mark, other = side + step, side + 2 * step
        if not 0 <= other < len(evidence.words) or evidence.words[mark].lower not in _DASHES:
            continue
        low, high = min(side, other), max(side, other)
        touches = evidence.words[high].start - evidence.words[low].end == 1
        if touches and evidence.words[other].is_word and _kept(evidence.words[other].lower) not in said:
            return True
    return False


def _are_first_names(evidence: Reading, name: Name, before: list[tuple[str, int]], first: int) -> bool:
    """Whether the words before the last of a name can be first names: no article, no word of places, clubs, houses."""
    if any(
        evidence.words[j].lower in TITLES or _kept(evidence.words[j].lower) in TITLES for j in (first - 1, first - 2)
    ):
        return True
    words = {word for word, _ in before}
    if words & (PLACE_PREFIXES | _OF_CLUBS_AND_HOUSES | _KINDS | {"of", "&", "the"}):
        return False
    return name.first == 0 or evidence.words[name.first - 1].lower not in lex.DETERMINERS | {"the", "a", "an"}


def _is_called_after(evidence: Reading, first: int, claim: Reading) -> bool:
    """ "The ship Paris" is not Paris."""
    before = evidence.words[first - 1] if first else None
    return before is not None and before.lower in _CALLED_AFTER and before.lower not in claim.operators


def _says_which(evidence: Reading, first: int, last: int, claim: Reading) -> bool:
    """Whether a name between an article and a noun only says which: "a Holm painting", "the Lund family"."""
    article = evidence.words[first - 1].lower if first else ""
    if article not in ("a", "an", "the", "this", "that", "every", "each") or last + 1 >= len(evidence.words):
        return False
    word = evidence.words[last + 1]
    if not word.lower.isalpha() or word.stem in {one.stem for one in claim.words} or is_capital(evidence, last + 1):
        return False
    if article in ("a", "an"):
        return word.lower not in lex.FUNCTION
    is_verb = any(verb.first <= last + 1 <= verb.head for verb in evidence.verbs)
    return last + 1 in evidence.content and not is_verb and not _is_adverb(word.lower)


def _is_adverb(lower: str) -> bool:
    return (lower.endswith("ly") and lower not in _NOUNS_IN_LY) or lower in lex.TIMES | _OPENERS


def _half_of_a_pair(evidence: Reading, first: int, last: int, claim: Reading) -> str | None:
    """ "Paris, Texas won" says nothing of Paris, and "Oslo, Norway, won" nothing of Norway."""
    lower = [word.lower for word in evidence.words]
    heads = {verb.first for verb in evidence.verbs}
    if first == 0 and lower[last + 1 : last + 2] == [","] and last + 2 < len(lower) and is_capital(evidence, last + 2):
        other = last + 2
        if other + 1 in heads and lower[other] not in claim.operators:
            return words_from(evidence, first, other)
    opens = first == 2 and lower[1] == "," and is_capital(evidence, 0) and 0 in evidence.content
    if (
        opens
        and not _is_adverb(lower[0])
        and lower[0] not in lex.HEDGES
        and lower[0] not in claim.operators
        and last + 1 in heads
    ):
        return words_from(evidence, 0, last)
    return None


# ── names in full ───────────────────────────────────────────────────────────────────────────────


def in_full(text: Reading, others: Sequence[Reading]) -> str:
    """The sentence with the first names and titles that the other sentences give the bearers of its names.

    The sentence as it is where none are given, or where two bearers of a name could be meant.
    """
    readings = (text, *others)
    known = [(reading, name) for reading in readings for name in names_of(reading)]
    pieces, end = [], 0
    for name in names_of(text):
        alike = [(reading, other) for reading, other in known if name.words[-1] in other.words]
        full = _one_bearer(name, alike)
        if full is None:
            continue
        reading, other = full
        missing = {one for _, each in alike for one in each.titles} - {*name.titles, *other.titles}
        titles = sorted({_title_of(each, reader, one) for reader, each in alike for one in missing & {*each.titles}})
        ours = words_from(text, name.first, name.last)
        said = words_from(reading, other.first, other.last) if len(name.words) == 1 else ours
        pieces += [text.text[end : text.words[name.first].start], " ".join((*titles, said))]
        end = text.words[name.last].end
    return "".join((*pieces, text.text[end:]))


def names_in_full(reading: Reading) -> bool:
    """Whether a sentence names anybody with a title or a first name."""
    return any(name.titles or len(name.words) > 1 for name in names_of(reading))


def _one_bearer(name: Name, alike: Sequence[tuple[Reading, Name]]) -> tuple[Reading, Name] | None:
    """The fullest of the names that share a last word; None where they need not be of one person."""
    full = [(reading, other) for reading, other in alike if len(other.words) > 1]
    titles = {title for _, other in alike for title in other.titles}
    if len({other.words for _, other in full}) != 1 or (titles & _OF_MEN and titles & _OF_WOMEN):
        return None
    for reading, other in full:
        before = list(zip(other.words[:-1], other.at[:-1], strict=True))
        if other.words[-1] != name.words[-1] or not _are_first_names(reading, other, before, other.at[-1]):
            return None
        rivals = [each for reader, each in alike if reader is reading and each.titles and each is not other]
        if any(not {*other.titles}.issuperset(each.titles) for each in rivals):
            return None
    return full[0]


def _title_of(name: Name, reading: Reading, kept: str) -> str:
    """A title as it is written."""
    places = range(name.first, name.last + 1)
    return next(words_from(reading, j, j) for j in places if _kept(reading.words[j].lower) == kept)


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_added, _part_of_a_name)
"""Each of a claim that is supported and the evidence."""
