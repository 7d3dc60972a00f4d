"""A part of a sentence that has no verb of its own: "Lund is a nurse, Berg a teacher", and a claim that mixes two.

Not for parts that differ in values or in phrases behind a preposition: `crossed` looks at those. A row ("apples, red
pears and plums") and an apposition ("met Berg, a young nurse") are no such part.
"""

from __future__ import annotations

from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.truth.reading import Reading
from simone.truth.stretches import JOINTS, Doubt, means, stems, words_from

_CUTS = frozenset((",", ";", "and", "but", "while", "whereas"))
_ENDS = frozenset((".", ":", "(", ")", "—", "–", "!", "?"))
_OPENINGS = lex.SUBORDINATORS | lex.NEGATORS | frozenset("such including namely or like not than".split())
_OF_ONE = frozenset("a an the its his her their our my your".split())


class _Rest(NamedTuple):
    """A part without a verb: its words [start, end), that whom it is of (`head`), and whether "and" alone led to it."""

    start: int
    end: int
    head: int
    is_added: bool


def gapped(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim has the end of one part with the beginning of another."""
    verb = _main(evidence)
    if claim.operators & JOINTS or not claim.verbs or verb is None:
        return None
    said = stems(claim, range(len(claim.words)))
    rests = _gaps(evidence)
    for rest in rests:
        own = _stems(evidence, rest.head + 1, rest.end)
        others = [i for i in range(len(evidence.words)) if not rest.start <= i < rest.end]
        tail = own - stems(evidence, others)
        first = _stems(evidence, verb.head + 1, rests[0].start) - _stems(evidence, rest.start, rest.end)
        head = evidence.words[rest.head].stem
        subject = _stems(evidence, 0, verb.first) - _stems(evidence, rest.start, rest.end)
        took_end = bool(tail & said) and head not in said and bool(subject & said)
        took_head = bool(tail) and not tail & said and head in said and bool(first & said)
        if took_end or (took_head and _is_mixed(claim, evidence, rest, verb.first, head)):
            return Doubt("role", words_from(evidence, 0, rest.end - 1))
    return None


def is_gapped(evidence: Reading) -> bool:
    """Whether a part of a sentence has somebody of its own and no verb, so that it is no row."""
    verb = _main(evidence)
    return verb is not None and any(_has_two_phrases(evidence, rest, verb.first) for rest in _gaps(evidence))


def _main(evidence: Reading) -> Verb | None:
    return next((verb for verb in evidence.verbs if verb.first > 0), None)


def _gaps(evidence: Reading) -> list[_Rest]:
    """The parts that may have somebody of their own; none of a row."""
    verb = _main(evidence)
    rests = _rests(evidence, verb.head) if verb else []
    if verb is None or (len(rests) > 1 and not all(_has_two_phrases(evidence, rest, verb.first) for rest in rests)):
        return []
    return [rest for rest in rests if not _is_no_gap(evidence, rest, verb.first)]


def _stems(evidence: Reading, start: int, end: int) -> set[str]:
    return stems(evidence, (i for i in range(start, end) if means(evidence.words[i])))


def _rests(evidence: Reading, head: int) -> list[_Rest]:
    """The parts behind the first verb that have none."""
    lower = [word.lower for word in evidence.words]
    end = next((i for i in range(head + 1, len(lower)) if lower[i] in _ENDS), len(lower))
    cuts = [i for i in range(head + 1, end) if lower[i] in _CUTS]
    found: list[_Rest] = []
    for number, cut in enumerate(cuts):
        stop = cuts[number + 1] if number + 1 < len(cuts) else end
        if stop == cut + 1:
            continue  # ", and"
        if any(cut < verb.first < stop for verb in evidence.verbs):
            return [] if lower[cut] == "and" else found
        first = next((i for i in range(cut + 1, stop) if not _leads(evidence, i)), stop)
        if first + 1 < stop:
            is_added = lower[cut] in ("and", "but") and lower[cut - 1] != ","
            found.append(_Rest(cut + 1, stop, first, is_added))
        elif first < stop:
            found.append(_Rest(cut + 1, stop, stop - 1, True))
    return found


def _leads(evidence: Reading, i: int) -> bool:
    lower = evidence.words[i].lower
    return lower in lex.DETERMINERS | lex.PREPOSITIONS or (lower.endswith("ly") and lower not in ("daily", "family"))


def _has_two_phrases(evidence: Reading, rest: _Rest, verb: int) -> bool:
    """Whether a part is of somebody and says something: "Ida blue", "the cheese old", "of zinc by 8 percent"."""
    words, start = evidence.words, rest.start
    behind = range(rest.head + 1, rest.end)
    if any(words[i].lower in lex.DETERMINERS and words[i - 1].lower not in lex.PREPOSITIONS for i in behind):
        return True
    if words[start].lower in lex.PREPOSITIONS:
        return any(words[i].lower in lex.PREPOSITIONS for i in behind)
    is_name = evidence.text[words[rest.head].start].isupper()
    if is_name:
        link = words[rest.head + 1].lower if behind else ""
        if link in lex.PREPOSITIONS and link not in {word.lower for word in words[verb : start - 1]}:
            return False  # "sold to Lund and Berg for 900 euros"
        return any(evidence.text[words[i].start].islower() or words[i].lower[0].isdigit() for i in behind)
    complement = words[start - 2].lower
    if words[rest.end - 1].lower.endswith("ly") and complement.endswith("ly"):
        return bool(behind)
    head = next(one.head for one in evidence.verbs if one.first == verb)
    has_article = words[start].lower in _OF_ONE and words[0].lower in _OF_ONE
    return has_article and bool(behind) and words[head + 1].lower not in lex.DETERMINERS


def _is_no_gap(evidence: Reading, rest: _Rest, verb: int) -> bool:
    """Whether a part is a thing more, an apposition, or a circumstance."""
    words, opening = evidence.words, evidence.words[rest.start].lower
    if rest.head + 1 >= rest.end or opening in _OPENINGS:
        return True
    if any(one.start <= words[rest.start].start < one.end for one in (*evidence.quantities, *evidence.dates)):
        return True
    if rest.is_added or opening in lex.PREPOSITIONS:
        in_subject = opening in {word.lower for word in words[:verb]}
        is_two = _has_two_phrases(evidence, rest, verb)
        return not is_two or (opening in lex.PREPOSITIONS and not in_subject)
    if opening in ("a", "an"):
        return True
    has_name = any(evidence.text[word.start].isupper() for word in words[rest.head + 1 : rest.end])
    before = words[rest.start - 2]
    is_of_name = evidence.text[before.start].isupper() or before.lower in lex.TIMES
    return opening in _OF_ONE and is_of_name and not has_name


def _is_mixed(claim: Reading, evidence: Reading, rest: _Rest, verb: int, head: str) -> bool:
    """Whether the claim has the head of a part before its verb, or, where the part has two phrases, anywhere."""
    before = stems(claim, range(claim.verbs[0].first))
    return head in before or _has_two_phrases(evidence, rest, verb)


DOUBTS = (gapped,)
"""Each of a claim that is supported and the evidence."""
