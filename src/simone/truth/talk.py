"""What a claim made in conversation states, without what its speaker says of themselves, asks or agrees to.

Not for texts: there "I" is somebody whom the evidence may speak of, and every sentence is a claim of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from simone.kernels import kernels
from simone.truth.checkable import why_not_checkable
from simone.truth.reading import read

_I = re.compile(r"\b(?:I|[Ii]['’]?(?:m|ve|d|ll)|[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Uu]s)\b")
_SPOKEN = re.compile(
    r"\b(?:i|i['’]?m|i['’]?ve|i['’]d|my|we|you|your)\b|[!?]|^(?:yes|yeah|yep|yup|no,|nope|well|oh|wow|ah|indeed|exactly"
    r"|absolutely|actually|sure|true|right,|definitely|certainly|of course|hi|hey|hello|haha|lol)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?<=[!?])['\")\]]?\s+|(?<=[a-z]{3}\.)(?<!etc\.)(?<!inc\.)(?<!est\.)\s+(?=[a-z])|(?<=\d\d\.)\s+(?=[a-z])"
)
_SPLICE = re.compile(
    r",\s+(?=(?:(?:but|and|so) )?(?:i|i['’](?:m|ve|d)|have you|do you|did you|are you|(?:what|how) about|you know)\b)",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"(?:(?:yes|yeah|yep|yup|nope|oh|wow|ah|haha|lol|well|ok|okay|indeed|exactly|absolutely|actually|definitely|certainly"
    r"|of course|honestly|in fact|fun fact|you know|i see|from what i(?: know|['’]ve heard)|as far as i know)\b"
    r"[,.!:;]*\s*"
    r"|(?:no|right|sure|true|so|and|but|also)[,.!:;]+\s*)+",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?:(?:i|we)(?:['’]ve| have| do| did| also| really| still| just| once| would|['’]d)*"
    r" (?:know|think|believe|guess|suppose|read|heard|hear|remember|learned|assume|imagine|say|understand)"
    r"|(?:i am|i['’]?m) (?:pretty |quite |fairly )?(?:sure|certain)|did you know|they say"
    r"|it['’]?s (?:true|interesting|said))"
    r"(?: somewhere| once)*(?:,)?(?: that)?,? (?=\S)",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?:(?:and|but|so|then|also|when|because|although|though|personally|sometimes|once),? )*"
    r"(?:i|i['’]?(?:m|ve|d|ll)|we|we['’](?:re|ve|d|ll)|my|our|mine|me)\b"
    r"|you(?:['’]re| are)? (?:gotta|should|ought|have to (?:see|read|try|watch|hear)|might (?:like|enjoy)"
    r"|(?:would|will) (?:like|love)|right|welcome|know)\b",
    re.IGNORECASE,
)
_FEELING = re.compile(
    r"(?:\w+,? )?(?:i|we)\b(?:['’]d|['’]m|['’]re| am| are)?"
    r"(?: (?:\w+ly|do|don['’]?t|did|didn['’]?t|not|also|too|would|just|so|very|still|can['’]?t|cannot|have|never|always"
    r"|must|a))*(?: (?:big|huge|great))?"
    r" (?:love[ds]?|like[ds]?|enjoy(?:ed)?|think|thought|feel|felt|hope|wish|want|prefer|hate|guess|suppose|doubt|care"
    r"|agree|know|knew|believe|understand|wonder|wait|remember|imagine|see|say|admit|sure|glad|happy|sorry|interested"
    r"|curious|fan|surprised|excited)\b"
    r"|(?:\w+,? )?my (?:\w+ )?favou?rites?\b|you\b",
    re.IGNORECASE,
)
"""What somebody likes, thinks or wonders: nothing that happened."""
_EMBEDS = re.compile(r"\b(?:that|how|because|since|after|when|where|who) (?:\w+ ){2,}", re.IGNORECASE)
"""What somebody likes or knows may be a fact told by the way: "I like how it is now a law that …"."""
_AGREEING = re.compile(
    r"(?:(?:it|that|they|he|she|i|we|you|there)(?:['’]s)? (?:sure |really |certainly |definitely |truly )?"
    r"(?:is|was|are|were|do|does|did|can|could|will|would|has|have|had|am)(?:n['’]t| not)?(?: too| indeed)?)?[\s.!,]*",
    re.IGNORECASE,
)
_REACTING = re.compile(
    r"(?:(?:it|that|this|they|he|she|those)(?:['’]s|['’]re| is| are| was| were)? )?"
    r"(?:(?:really|so|very|pretty|just|quite|such|a) )*"
    r"(?:(?:seems? (?:like |so |very |really |pretty )|sounds? )(?:\w+\b ?){0,4}"
    r"|(?:awesome|cool|amazing|interesting|crazy|great|fun|good|nice|neat|sad|too bad|impressive|fascinating)\b"
    r"(?: (?:too|stuff|things?|idea|one|to (?:hear|know|see)|for (?:me|you)))?)\s*[.!]*",
    re.IGNORECASE,
)


def speaks_of_itself(texts: Iterable[str]) -> bool:
    """Whether evidence is told by somebody who says "I": then what a claim says of "me" may be about that."""
    return any(_I.search(text) for text in texts)


class Talk(NamedTuple):
    """The statements of a claim, each a sentence, and what it tells that its speaker did."""

    statements: tuple[str, ...]
    deeds: tuple[str, ...]


def stated(text: str) -> Talk | None:
    """What a claim that is talk states, and what it tells of its speaker; None where it is no talk.

    "Yes, I love it! I think it opened in 1931. I went there twice. Have you?" states "It opened in 1931." and tells
    "I went there twice.".
    """
    if not _SPOKEN.search(text):
        return None
    pieces = [piece for sentence in _sentences(text) for piece in _SPLICE.split(sentence) if piece.strip()]
    if len(pieces) == 1 and _bare(pieces[0]) == pieces[0].strip() and not _SPEAKER.match(pieces[0]):
        return None
    statements, deeds = list[str](), list[str]()
    for piece in pieces:
        bare = _bare(piece)
        if _says_nothing(bare):
            continue
        if _SPEAKER.match(bare):
            deeds += [] if _FEELING.match(bare) and not _EMBEDS.search(bare) else [_sentence(bare)]
        elif not why_not_checkable(bare):
            statements.append(_sentence(bare))
    return Talk(tuple(statements), tuple(deeds))


def _sentences(text: str) -> list[str]:
    return [
        part.strip()
        for start, end in kernels.split_sentences_batch([text])[0].tolist()
        for part in _END.split(text[start:end])
        if part.strip()
    ]


def _bare(piece: str) -> str:
    """Without what opens it: "Well, I think that …"."""
    piece = piece.strip()
    while True:
        found = _OPENER.match(piece)
        rest = piece[found.end() :] if found else piece
        frame = _FRAME.match(rest)
        if frame and read(rest[frame.end() :]).verbs and not _SPEAKER.match(rest[frame.end() :]):
            rest = rest[frame.end() :]
            if frame.group().casefold().startswith("did you know"):
                rest = rest.rstrip("? ") + "."
        if rest == piece:
            return piece
        piece = rest


def _says_nothing(bare: str) -> bool:
    return (
        not any(c.isalnum() for c in bare)
        or _AGREEING.fullmatch(bare) is not None
        or _REACTING.fullmatch(bare) is not None
        or bare.rstrip().endswith("?")
    )


def _sentence(bare: str) -> str:
    whole = bare[0].upper() + bare[1:]
    return whole if whole[-1] in ".!…”\"')" else f"{whole.rstrip(' ,;')}."
