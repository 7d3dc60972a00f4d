"""What a claim made in conversation states, without what asks, greets, agrees or only says that somebody likes it.

Not for texts, in which every sentence is a claim of its own.

A piece goes only where all of it is known to state nothing. What else states nothing that could be checked ("I was
there twice", "it didn't", "I doubt it") is a remark, and keeps the claim from being supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from simone.kernels import kernels
from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.reading import CONDITIONS
from simone.truth.checkable import why_not_checkable
from simone.truth.reading import read

_SPOKEN = re.compile(
    r"\b(?:i|i['’](?:m|ve|d|ll)|my|you|your)\b|[!?](?:\s|$)"
    r"|^(?:yes|yeah|yep|well|oh|wow|indeed|exactly|absolutely|actually|sure|definitely|of course|hi|hey|hello|lol)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_SAYS_I = re.compile(r"(?:^|[“‘\"'(]|(\S+)\s+)I(?:['’](?:m|ve|d|ll))?\s+[a-z]|\b[Mm]y\b")
_BEFORE_I = (
    lex.PREPOSITIONS
    | lex.SUBORDINATORS
    | frozenset(
        "and but so then now today yesterday yet or nor still maybe perhaps yes no also once here there".split()
    )
    | frozenset("what that which who first later often sometimes personally".split())
)
"""Words that may open a sentence of which "I" is the subject."""
_OVER = re.compile(
    r"[!?](?:\s+(?=[a-z])|,\s+(?=\w))|(?<=[a-z\d]{3})\.\s+(?=(?:it|he|she|they|the|its|his|her|their|this|these|there)\b)"
)
_SPLICE = re.compile(
    r",\s+(?=(?:(?:but|and|so) )?(?:i|i['’](?:m|ve|d)|(?:have|do|did|are) you|(?:what|how) about)\b)", re.I
)
_MARKED = (
    "oh|wow|ah|haha|lol|well|ok|okay|indeed|exactly|absolutely|actually|definitely|certainly|of course|honestly|in fact"
    "|fun fact|you know|i see|from what i know|as far as i know|right|sure|true|so|and|but|also|interesting|great|cool"
)
_OPENER = re.compile(
    rf"(?:(?:yes|yeah|yep)\b(?! (?:we|you)\b)[,.!:;]*\s+|(?:{_MARKED}|no)[,.!:;]+\s+(?!\d))+", re.IGNORECASE
)
_FRAME = re.compile(
    r"(?:(?:i|we)(?:['’]ve| have| also| really| still| do)* (?:know|think|believe|guess|suppose|read|heard|hear)"
    r"|(?:i am|i['’]m) (?:pretty |quite |fairly )?sure|did you know)(?: somewhere| once)?(?: that)?,? (?=\S)",
    re.IGNORECASE,
)
_NO_STATEMENT = re.compile(
    r"(?:who|whom|whose|what|which|where|when|why|how|if|whether|to|about|of|so|not|nothing|it|him|her|them|that|this|[a-z]+ing)"
    r"(?:\b(?![ ](?:is|was|has|had|will|can|were|are)\b)|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:do|does|did|have|has|had|is|are|was|were|can|could|will|would|should|what|who|whose|where|when|why|how|which|any"
    r"|ever|really|and you)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?:(?:and|but|so|then|also|when|because|although|though|personally|sometimes|once),? )*"
    r"(?:i|i['’](?:m|ve|d|ll)|my)\b",  # "we" may be whom the sources speak of: a company, a people
    re.IGNORECASE,
)
_KIND = "awesome|cool|amazing|interesting|great|nice|neat|fascinating|impressive|fun|good|lovely|wonderful|serious"
_IT = "it|that|this|them|those|these|him|her"
_THING = "show|movie|film|book|song|band|game|series|one|place"
_WHO = "it|that|they|he|she|i|we|you|there"
_DOES = "is|was|are|were|do|does|did|can|could|will|would|has|have|had|am"
_WE, _STILL, _LOVE = r"(?:and |but |so )?(?:i|we)", "really|also|just|do|always|still", "(?:love|like|enjoy|adore)d?"
_LIKING = rf"{_WE}(?:['’]d| would)?(?: (?:{_STILL}|would))*"
_LIKED = rf"{_LIKING} {_LOVE}"
_LIKES_ONE = re.compile(rf"{_LIKED} (?:{_IT}) (?:{_THING})(?: too| so much| a lot)?[\s.!]*", re.IGNORECASE)
_FOND = re.compile(rf"({_WE}(?: (?:{_STILL}))* {_LOVE} (?!to\b)[^,.;:!?]{{3,40}}),\s+(?=(\w+))", re.IGNORECASE)
_DEPENDENT = lex.SUBORDINATORS | CONDITIONS | {"providing", "supposing", "given"}
"""Words at the front of what is no statement of its own, beside prepositions."""
_EMPTY = re.compile(
    "(?:"
    + "|".join(
        (
            # "Yes, they do!"
            (
                rf"(?:yes|yeah|yep|{_MARKED})?[\s,.!]*"
                rf"(?:(?:{_WHO}) (?:sure |really |certainly )?(?:{_DOES})(?: too| indeed)?)?"
            ),
            r"(?:hi|hello|hey|thanks?|thank you)(?: there| so much| a lot)?",
            r"(?:good|great) question|no problem|sure thing|you(?:['’]re| are) welcome|let me know|my favou?rite",
            # "That's really interesting!", "It seems like serious stuff!"
            (
                rf"(?:(?:{_WHO})(?:['’]s|['’]re| is| are| was| were| sounds?| looks?| seems?(?: like)?) )?"
                rf"(?:(?:really|so|very|pretty|just|quite|such|a) )*(?:{_KIND})"
                r"(?: (?:too|stuff|things?|idea|one|fun|to (?:hear|know|see)|for me))?"
            ),
            # "I really love it too", "I would like to see it"
            rf"{_LIKED} (?:{_IT})(?: too| so much| a lot)?",
            rf"you (?:just )?(?:gotta|should|must|have to|need to) (?:see|read|watch|try|visit) (?:{_IT})",
            (
                rf"{_LIKING} (?:love|like) to (?:see|try|visit|learn|hear|know|go)"
                r"(?: (?:it|that|there|more|some|day|about|them|one)\b)*"
            ),
            r"(?:i|we) (?:agree|see|understand|(?:think|believe|guess|suppose|heard|read)(?: so)?)",
            r"i (?:didn['’]t|did not) know that|i hope (?:that|this|it) helps",
        )
    )
    + r")[\s.!]*",
    re.IGNORECASE,
)


class Talk(NamedTuple):
    """The statements of a claim, each a sentence, and its remarks, which nothing can support."""

    statements: tuple[str, ...]
    remarks: tuple[str, ...]


def is_talk(text: str) -> bool:
    """Whether a claim may be talk: it says "I" or "you", asks, exclaims or agrees."""
    return _SPOKEN.search(text) is not None


def speaks_of_itself(texts: Iterable[str]) -> bool:
    """Whether somebody says "I" in evidence, be it in a quotation: a claim's "I" may be that one."""
    return any(not _is_number(found[1] or "") for text in texts for found in _SAYS_I.finditer(text))


def _is_number(before: str) -> bool:
    """Whether "I" behind this word is a number: "Henry I", not "So I" or "Yes, I"."""
    return before[:1].isupper() and before.isalpha() and before.casefold() not in _BEFORE_I


def tells_of_speaker(text: str) -> bool:
    """Whether a claim says what its speaker did: only evidence that says "I" too can bear on that."""
    return _SPEAKER.match(text) is not None


def stated(text: str, by_nobody: bool = True) -> Talk | None:
    """What a claim that is talk states, and its remarks; None where nothing of it is left out or taken off.

    `by_nobody`: no source is told by somebody who says "I"; where one is, what is said of "me" is a statement too.

    "Yes, I love it! I think it opened in 1931. I went there twice. Have you?" states "It opened in 1931." and remarks
    "I went there twice.".
    """
    if not is_talk(text) or text.count("“") != text.count("”") or text.count('"') % 2:
        return None
    statements, remarks = list[str](), list[str]()
    pieces = [piece for sentence in _sentences(text) for piece in _pieces(sentence)]
    for piece in pieces:
        bare = _bare(piece)
        if _is_empty(piece) or _is_empty(bare) or (by_nobody and _LIKES_ONE.fullmatch(bare)):
            continue
        of_speaker = by_nobody and _SPEAKER.match(bare)
        is_remark = bare.endswith("?") or of_speaker or _is_denial(bare) or why_not_checkable(bare)
        (remarks if is_remark else statements).append(_sentence(bare))
    whole = _sentence(text.strip()).casefold()
    if [one.casefold() for one in statements] == [whole]:
        return None
    if [one.casefold() for one in remarks] == [whole] and not (by_nobody and tells_of_speaker(text)):
        return None  # an opinion, an order: whoever calls it a claim wants it judged
    return Talk(tuple(statements), tuple(remarks))


def _sentences(text: str) -> list[str]:
    """Sentences, cut before a small letter too where both sides can stand alone."""
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in kernels.split_sentences_batch([text])[0].tolist():
        piece = text[start:end]
        if spans and piece[0].islower() and not _stands(piece) and not _is_empty(piece):  # "Yahoo! was founded …"
            start = spans.pop()[0]
        spans.append((start, end))
    for start, end in spans:
        sentence, first = text[start:end], 0
        for cut in _OVER.finditer(sentence):
            left, right = sentence[first : cut.start() + 1], sentence[cut.end() :]
            if (
                _stands(right)
                and left.count('"') % 2 == 0
                and (_is_empty(left) if cut.group()[0] != "." else _stands(left))
            ):
                found.append(left.strip())
                first = cut.end()
        found.append(sentence[first:].strip())
    return [one for one in found if one]


def _pieces(sentence: str) -> list[str]:
    """A sentence without an "…, I love it" or "…, do you?" tied to its end, or an "I love it, …" before it."""
    if _QUOTED.search(sentence) or (sentence.endswith("?") and _ASKS.match(sentence)):
        return [sentence]
    fond = _FOND.match(sentence)
    if fond and fond[2].lower() not in _DEPENDENT and _stands(sentence[fond.end() :]):
        return [fond[1], *_spliced(sentence[fond.end() :])]
    return _spliced(sentence)


def _spliced(sentence: str) -> list[str]:
    return [piece.strip() for piece in _SPLICE.split(sentence) if piece.strip()]


def _stands(text: str) -> bool:
    """Whether a text has a subject before its verb, and opens with no word that ties it to something."""
    reading = read(text)
    opening = reading.words[0].lower if reading.words else ""
    tied = opening in lex.PREPOSITIONS or opening in ("and", "or", "but", "nor")
    return bool(reading.verbs) and reading.verbs[0].first > 0 and not tied


def _is_empty(piece: str) -> bool:
    """Whether all of it states nothing: agreement, courtesy, liking, a question."""
    piece = piece.strip()
    if not any(c.isalnum() for c in piece) or all(_EMPTY.fullmatch(part.strip()) for part in piece.split(",")):
        return True
    return piece.endswith("?") and _ASKS.match(piece) is not None and not _FRAME.match(piece)


def _is_denial(bare: str) -> bool:
    """Whether it denies what was said before it: "It didn't.", "No!"."""
    return len(bare.split()) <= 3 and re.search(r"\b(?:no|nope|not|never)\b|n['’]t\b", bare, re.IGNORECASE) is not None


def _bare(piece: str) -> str:
    """Without what opens it: "Well, I think that …"."""
    piece = piece.strip()
    opener = _OPENER.match(piece)
    rest = piece[opener.end() :] if opener else piece
    if (frame := _FRAME.match(rest)) and _says(rest[frame.end() :], frame.group()):
        return rest[frame.end() :].rstrip("? ")
    return rest if _stands(rest) or _SPEAKER.match(rest) else piece


def _says(rest: str, frame: str) -> bool:
    """Whether a statement follows the frame."""
    asked = frame.casefold().startswith("did you know")
    return not _NO_STATEMENT.match(rest) and not _SPEAKER.match(rest) and _stands(rest) and rest.endswith("?") == asked


def _sentence(bare: str) -> str:
    whole = bare[0].upper() + bare[1:]
    return whole if whole[-1] in ".!?…”\"')" else f"{whole.rstrip(' ,;')}."
