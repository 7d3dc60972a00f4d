"""What a source only cites: quotations, what it calls false, what it strikes out, what "they say".

Not for clauses under a verb of saying, which the comparison reads as open, nor for who is the speaker (`speakers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from simone.kernels.reference.validation.tokens import remembering
from simone.truth.marks import Marks
from simone.truth.reading import Reading, read
from simone.truth.reporting import SAYING, STEMS
from simone.truth.speakers import find_speaker
from simone.truth.stretches import Doubt, meaning

AROUND = 2000
"""Characters before a sentence among which an open quotation is looked for, and behind it for its end, count."""
LEAST_WORDS = 3
"""Words of a quotation that may state something, count."""
_MARKS = re.compile(r"“[^”]*”?|«[^»]*»?|(?<![\d\w])\"[^\"]*\"?|(?:(?<=\s)|^)['‘][^'’]{9,}[,.!?]['’](?=\s|$)")
_STRUCK = re.compile(r"~~.*?~~|<(s|del|strike)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_LABEL = (
    r"(?:false|untrue|wrong|incorrect|myth|fiction|rumou?r|hoax|fake(?: news)?|claim|allegation|misconception|lie"
    r"|satire|joke|quote|headline|hypothesis|legend|propaganda|disinformation|misinformation|fantasy|debunked"
    r"|not true|urban legend|conspiracy theory)s?"
)
_LABELLED = re.compile(rf"\W*(?:[\w’'-]+ ){{0,2}}?{_LABEL}(?: (?:#?\d+|no\.? \d+))?\s*[*_]*:", re.IGNORECASE)
_LABEL_BEFORE = re.compile(rf"(?:^|[.!?\n])\W*(?:[\w’'-]+ ){{0,2}}?{_LABEL}(?: #?\d+)?\s*:[*_\s]*$", re.IGNORECASE)
_FALSE = (
    r"(?:(?:mostly |completely |totally |simply |entirely |just |all )?(?:false|untrue|wrong|incorrect|not true|not so"
    r"|not the case|not correct|a lie|lies|a myth|a hoax|nonsense|fake|fiction|debunked|a rumou?r|misleading|inaccurate"
    r"|unproven|baseless|unfounded|pants on fire))"
)
_QUOTING = frozenset('“”"«»')
_CLOSING = {"“": "”", '"': '"'}
_TAKEN_BACK = re.compile(
    rf"[\s\W]*(?:(?:verdict|rating|ruling|our ruling|fact[- ]check|conclusion|status|finding|truth|answer|reality)"
    rf"\s*[:—–-]\W*(?:this is |that is |it is |is )?{_FALSE}\b"
    r"|it(?:['’]s| is| was) (?:not true|untrue|false|a lie|a myth)\b"
    rf"|(?:that|this|which|this claim|that claim|the claim|this statement|that statement|none of (?:that|this|it))"
    rf"(?:['’]s| is| was| has been| proved| proved to be| turned out to be)(?: all| both| however,?)? {_FALSE}\b"
    rf"|(?:false|wrong|untrue|incorrect|not|not true|just kidding|nonsense)\s*[.!]"
    r"|(?:or )?so (?:he|she|they|it|we|people|some|the \w+|\w+) (?:say|says|said|claims?|claimed|thinks?|thought"
    r"|believes?|believed|hoped?)\s*(?:[.!?,;]|$)|at least (?:that is|that['’]s|so|according)\b)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:(?:,|\.\.\.|…|—|–|-|;|\()\s*|\s)(?:(?:or )?so (?:he|she|they|we|people|some|the \w+) (?:say|says|said|claims?"
    r"|claimed|thinks?|thought|believes?|believed|hoped?)|(?:as )?(?:they|people|some) (?:say|claim|believe)"
    r"|it (?:is|was) (?:said|claimed|alleged|rumou?red)|if .{3,40} (?:is|are|was|were) to be believed"
    rf"|which (?:is|was|proved|turned out to be) {_FALSE}|(?:according to|as) [^()]{{3,60}}\)|(?<=[.…] )not)\W*$",
    re.IGNORECASE,
)
_SAID = re.compile(rf"(?<=\s)(?:{SAYING})(?: (?:on|in) \w+)?\s*:\s")
_FIRST_PERSON = re.compile(r"[^:.“\"]{2,40}: .*\b(?:I|[Ww]e)\b", re.DOTALL)
_ACCORDING = re.compile(
    r"(?:^|,\s*|\()(?:according to|in the words of|as reported by)\s(?!(?:\S+ ){0,3}?(?:figures|data|census|records?"
    r"|statistics|stud(?:y|ies)|research|reports?|documents?|surveys?|results?|plan|schedule|rules?|laws?|size|age"
    r"|contract|terms|section|article|manual|agreement|website)\b)",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|[Mm]e)\b")


@remembering(1024)
def is_attributed(text: str) -> bool:
    """Whether a claim says itself that it is somebody's word, bears marks of quotation, or says "I" as they do."""
    return _names_its_voice(text) or any(verb.stem in STEMS for verb in read(text).verbs)


def _names_its_voice(text: str) -> bool:
    """The same without verbs of reporting alone: "Lund wrote the novel" says nothing of whose word that is."""
    if _ME.search(text) or not _QUOTING.isdisjoint(text) or find_speaker(text) is not None:
        return True
    return _ACCORDING.search(text) is not None


def _cited(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the claim states stands in the evidence only within a quotation, under a label, or struck out."""
    if claim.text == evidence.text or _names_its_voice(claim.text):
        return None
    stated = [verb for verb in claim.verbs if verb.stem != "be"]
    for start, end in _zones(evidence.text):
        inside = {word.stem for word in evidence.words if start <= word.start < end}
        outside = {word.stem for word in evidence.words if not start <= word.start < end}
        only = inside - outside
        content = {claim.words[i].stem for i in meaning(claim)}
        if any(verb.stem in only for verb in stated) or (content & inside and not content & outside):
            return Doubt("modality", evidence.text[start:end])
    return None


def _claims_as_much(claim: Reading, evidence: Reading) -> bool:
    return claim.text == evidence.text or is_attributed(claim.text)


def _zones(text: str) -> Iterator[tuple[int, int]]:
    """Spans of a sentence that it does not state itself; code points."""
    for found in _STRUCK.finditer(text):
        yield found.span()
    for found in _MARKS.finditer(text):
        bare = text[: found.start()].strip(" (") + text[found.end() :].strip(" .,!?)")
        if len(found.group().split()) >= LEAST_WORDS and bare:
            yield found.span()
    if (label := _LABELLED.match(text)) is not None:
        yield label.end(), len(text)
    if (said := _SAID.search(text)) is not None:
        yield said.end(), len(text)


def _as_somebody_says(claim: Reading, evidence: Reading) -> Doubt | None:
    """It is what "they say", what holds according to somebody, or what somebody says of "me"."""
    if _claims_as_much(claim, evidence):
        return None
    for form in (_TRAILING, _ACCORDING):
        if (found := form.search(evidence.text)) is not None:
            return Doubt("modality", found.group().strip(" ,.;"))
    found = _FIRST_PERSON.match(evidence.text)
    if found is not None and not {"i", "we"} & claim.operators:
        return Doubt("modality", evidence.text[: evidence.text.index(":") + 1])
    return None


def is_cited(text: str, start: int, end: int, claim: str, marks: Marks | None = None) -> bool:
    """Whether a text only cites its sentence [start, end), and the claim does not say that it is somebody's word.

    It stands in a quotation, is struck out, or what stands around it calls it false. `marks` are those of the text,
    where they are known.
    """
    if _names_its_voice(claim):
        return False
    marks = marks or Marks(text)
    begin = marks.paragraph(start)  # whole: a cut inside a quotation would turn the marks round
    after = text[end : end + AROUND].partition("\n\n")[0]
    if text[start : start + 1] in _CLOSING and not marks.count('"', begin, start) % 2:
        mark = _CLOSING[text[start]]
        if mark not in text[start + 1 : end] and mark in after:
            return True  # the first of the sentences of a quotation
    if _TRAILING.search(text[start:end]) and not _TRAILING.search(claim):
        return True
    if _TAKEN_BACK.match(after[:120]) or _LABEL_BEFORE.search(text[max(begin, start - 60) : start]):
        return True
    if marks.count("~~", begin, start) % 2 and "~~" in after:
        return True
    if marks.is_struck(begin, start):
        return True
    if text[start : start + 1] in ("”", '"') and marks.count('"', begin, start) % 2:
        return False  # the mark that ends a quotation
    if marks.last("“", begin, start) > marks.last("”", begin, start) and "”" in text[end - 1 : end] + after:
        return True
    return marks.count_bare(begin, start) % 2 == 1 and '"' in text[end - 1 : end] + after


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_cited, _as_somebody_says)
"""Each of a claim that is supported or refuted, and the evidence."""
