"""Texts as candidates for memory: entities, statements, times, topics, tone and salience, found without a model.

Not for letting them in (the gate of `memory` decides), and not for reading tone: who calls brings a reader of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

import msgspec

from simone.errors import BadRequest
from simone.kernels import kernels
from simone.kernels.contract.consolidation import NAME
from simone.kernels.contract.patterns import ENTITIES
from simone.kernels.contract.validation import MENTIONS, Mentions
from simone.memory.contract import (
    DEFAULT_TENANT,
    OPEN,
    Candidate,
    Entity,
    Interval,
    Kind,
    Memory,
    Origin,
    Statement,
)
from simone.protocols.memory_tagging.mentions import settle_mentions
from simone.protocols.memory_tagging.relations import find_relations
from simone.protocols.memory_tagging.times import DateSpan, find_intervals
from simone.protocols.memory_tagging.topics import find_topics
from simone.records import DraftSentence, Evidence, MemoryTag, Mention, Verdict
from simone.retrieval.leaning import leaning

MODEL = "model"
"""Author of what a model said; the gate lets it in only with a verdict."""
MAX_TOPICS = 5
MOST_JOINED = 3
"""Sentences of one candidate where each counts on the one before, count."""
_SPECIFICS, _SUBSTANCE, _RELATION, _FEELING = 0.40, 0.30, 0.15, 0.15
_FULL_STEMS = 12
"""Content words from which a text counts as full of substance."""

Tone = tuple[float, float]
"""Valence -1..1 and arousal 0..1."""
ToneReader = Callable[[str], Tone]
Recollection = Mapping[str, Memory]
"""What a run was shown of its memory, by the `document_id` under which it stood among the passages."""
NOTHING_RECALLED: Recollection = MappingProxyType({})

_PREFERENCE = re.compile(
    r"\b(?:love[sd]?|lik(?:e[sd]?|ing) (?:to|the|my|it)|enjoy(?:s|ed)?|prefer(?:s|red)?|hate[sd]?|dislike[sd]?|"
    r"adore[sd]?|can['’]t stand|fan of|favou?rites?|interested in|allergic to|passionate about)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|me|my|mine|we|our|ours|us)\b")
_ASKED = re.compile(r"\?[\"'”’)\]]*\s*$")


class Said(msgspec.Struct, frozen=True):
    """Words of one author: a turn of a conversation, or a document.

    `at` is the text's own date, an ISO 8601 day or instant, against which "yesterday" is read; OPEN where it has none.
    `start` is where `text` stands in its source, in code points.
    """

    text: str
    source: str
    run: str
    author: str
    trust: float = 1.0
    at: str = OPEN
    tenant: str = DEFAULT_TENANT
    session: str = ""
    start: int = 0


class _Read(msgspec.Struct, frozen=True):
    """What one text holds."""

    entities: tuple[Entity, ...]
    times: tuple[Interval, ...]
    statements: tuple[Statement, ...]
    topics: tuple[str, ...]
    stems: int
    sentences: int


def calm(_: str) -> Tone:
    """The reader of tone that finds none."""
    return 0.0, 0.0


def candidates(
    said: Sequence[Said], read_tone: ToneReader = calm, *, by_sentence: bool = False
) -> tuple[Candidate, ...]:
    """One candidate for each text, or for each of its sentences; texts without a word give none.

    A sentence that is understood only behind the one before it ("He moved there") stays with that, up to MOST_JOINED.

    salience = 0.40 specifics + 0.30 substance + 0.15 relation + 0.15 feeling, each 0..1: specifics 1 - 2^-n for n
    different names, dates and quantities; substance the content words, of at most 12; relation 1 where a statement or a
    preference is clear; feeling |valence| times arousal.

    Raises:
        BadRequest: `at` is neither empty nor an ISO 8601 day or instant.
    """
    parts = _sentences(said) if by_sentence else [one for one in said if one.text.strip()]
    days = [_day_of(one.at) for one in parts]
    texts = [one.text for one in parts]
    return tuple(
        _candidate(one, day, read, read_tone(one.text))
        for one, day, read in zip(parts, days, _read(texts, days), strict=True)
    )


def proposed(
    proposals: Sequence[MemoryTag],
    verdicts: Sequence[Verdict],
    run: str,
    at: str,
    read_tone: ToneReader = calm,
    *,
    tenant: str = DEFAULT_TENANT,
    session: str = "",
    recalled: Recollection = NOTHING_RECALLED,
) -> tuple[Candidate, ...]:
    """What MTP proposes of a governed draft, each with its own words and the quotes that support them as origins.

    The draft's own words are trusted as far as their weakest claim is supported, and no more than any memory that
    supports them; a quote of a memory is trusted as that memory is.

    Raises:
        BadRequest: `at` is not an ISO 8601 day or instant.
    """
    day = _day_of(at)
    made = []
    for proposal, read in zip(proposals, _read([p.text for p in proposals], [day] * len(proposals)), strict=True):
        own = _claims_of(proposal, verdicts)
        quotes = [e for verdict in own for e in _support(verdict) if e.quote]
        strengths = [max((e.strength for e in _support(verdict)), default=0.0) for verdict in own]
        lineage = [
            recalled[e.document_id].trust for verdict in own for e in _support(verdict) if e.document_id in recalled
        ]
        trust = min(1.0, max(0.0, min([*strengths, *lineage], default=0.0)))
        said = Said(proposal.text, f"draft {run}", run, MODEL, trust, at, tenant, session, proposal.start)
        candidate = _candidate(said, day, read, read_tone(proposal.text))
        statuses = {verdict.status for verdict in own}
        made.append(
            msgspec.structs.replace(
                candidate,
                origins=(*candidate.origins, *dict.fromkeys(_origin(quote, run, recalled) for quote in quotes)),
                kind="event" if candidate.kind == "event" else "fact",
                salience=proposal.salience,
                verdict=statuses.pop()
                if len(statuses) == 1
                else "refuted"
                if "refuted" in statuses
                else "unverifiable",
            )
        )
    return tuple(made)


def is_read_back(proposal: MemoryTag, verdicts: Sequence[Verdict], recalled: Recollection) -> bool:
    """Whether one of its claims is supported by nothing but memories: read back in whatever words, it is no news."""
    found = [_support(verdict) for verdict in _claims_of(proposal, verdicts)]
    return any(support and all(e.document_id in recalled for e in support) for support in found)


def _claims_of(proposal: MemoryTag, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts on the checkable claims that the sentence makes."""
    return [
        verdict
        for verdict in verdicts
        if proposal.start <= verdict.claim.start < proposal.end and verdict.claim.checkable
    ]


def _support(verdict: Verdict) -> list[Evidence]:
    return [evidence for evidence in verdict.evidence if evidence.stance == "supports"]


def _origin(quote: Evidence, run: str, recalled: Recollection) -> Origin:
    """Where the quote stands: in a source, which is trusted, or in a memory, which is as it was told."""
    author, trust = quote.document, 1.0
    if (memory := recalled.get(quote.document_id)) is not None:
        trust = memory.trust
        told = (
            o for o in memory.origins if o.source == quote.document and o.start <= quote.start <= quote.end <= o.end
        )
        author = next((origin.author for origin in told), author)
    return Origin(quote.document, quote.start, quote.end, quote.quote, run, author, trust)


def _sentences(said: Sequence[Said]) -> list[Said]:
    texts = [one.text for one in said]
    spans = kernels.split_sentences_batch(texts)
    owner, kind, start, _, _ = kernels.fact_tokens_batch(texts)
    names: list[list[int]] = [[] for _ in said]
    for number, at in zip(owner[kind == NAME].tolist(), start[kind == NAME].tolist(), strict=True):
        names[number].append(at)
    return [
        msgspec.structs.replace(one, text=one.text[begin:end], start=one.start + begin)
        for one, found, named in zip(said, spans, names, strict=True)
        for begin, end in _understood(one.text, found.tolist(), named)
    ]


def _understood(text: str, spans: Sequence[tuple[int, int]], names: Sequence[int]) -> list[tuple[int, int]]:
    """The spans, one that counts on what stands before it in its paragraph ("He …", "This …") joined to that.

    `names` are the places of names. "The mill is …" counts on what speaks of a mill, or names what may be one.
    """
    joined: list[tuple[int, int]] = []
    count = 0
    for start, end in spans:
        begin, behind = joined[-1] if joined else (0, 0)
        is_named = any(begin <= at < behind for at in names)
        untold = frozenset[str]() if is_named else _words(text[start:end]) - _words(text[begin:behind])
        leans = joined and "\n\n" not in text[behind:start] and leaning(text[start:end], untold)
        if leans and count < MOST_JOINED:
            joined[-1] = (joined[-1][0], end)
            count += 1
        else:
            joined.append((start, end))
            count = 1
    return joined


def _words(text: str) -> frozenset[str]:
    """Different words without case, as one thing and as several."""
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    return frozenset(form for word in words for form in (word, word.removesuffix("s")))


def _day_of(at: str) -> date | None:
    if not at:
        return None
    try:
        return date.fromisoformat(at[:10])
    except ValueError as error:
        raise BadRequest(f"the text's date {at!r} is no ISO 8601 day or instant ({error}); write 2026-03-05") from error


def _candidate(said: Said, day: date | None, read: _Read, tone: Tone) -> Candidate:
    kind = _kind(said.text, read.times)
    valence, arousal = tone
    specifics = len({(entity.kind, entity.normal) for entity in read.entities} | {t.first + t.last for t in read.times})
    salience = (
        _SPECIFICS * (1.0 - math.pow(2.0, -specifics))
        + _SUBSTANCE * min(1.0, read.stems / _FULL_STEMS)
        + _RELATION * bool(read.statements or kind == "preference")
        + _FEELING * min(1.0, abs(valence) * arousal)
    )
    first, last = _validity(kind, read.times, day, read.sentences)
    return Candidate(
        text=said.text,
        origins=(
            Origin(said.source, said.start, said.start + len(said.text), said.text, said.run, said.author, said.trust),
        ),
        kind=kind,
        tenant=said.tenant,
        session=said.session,
        entities=read.entities,
        times=read.times,
        statements=read.statements,
        topics=read.topics,
        valence=round(valence, 6),
        arousal=round(arousal, 6),
        salience=round(salience, 6),
        valid_from=first,
        valid_to=last,
    )


def _kind(text: str, times: Sequence[Interval]) -> Kind:
    if _ASKED.search(text):
        return "statement"
    if _PREFERENCE.search(text):
        return "preference"
    if any(time.first and time.last for time in times):
        return "event"
    return "statement" if _FIRST_PERSON.search(text) else "fact"


def _validity(kind: Kind, named: Sequence[Interval], day: date | None, sentences: int) -> tuple[str, str]:
    """From when what is said holds: since the time it names, the event's first day, or the day it was said.

    "Since" and "until" of one sentence among several say nothing about the others.
    """
    said = day.isoformat() if day else OPEN
    times = [time for time in named if "-" not in (time.first[:1], time.last[:1])]  # years before Christ do not compare
    since = [time.first for time in times if time.first and not time.last]
    until = [time.last for time in times if time.last and not time.first]
    if sentences == 1 and (since or until):
        first, last = min(since, default=said if not until or said <= max(until) else OPEN), max(until, default=OPEN)
        return (first, last) if not last or first <= last else (first, OPEN)
    behind = [time.first for time in times if said and time.first and time.last and time.first <= said]
    return (min(behind), OPEN) if kind == "event" and behind else (said, OPEN)


def _read(texts: Sequence[str], days: Sequence[date | None]) -> list[_Read]:
    """What each text holds; the kernels are asked once for all of them."""
    rows = kernels.find_mentions_batch(texts)
    mentions = settle_mentions(texts, rows)
    entities = _entities(texts, mentions)
    spans = kernels.split_sentences_batch(texts)
    stems = kernels.content_stems_batch(texts)
    dates = _dates(texts, rows)
    result = []
    for number, (text, day) in enumerate(zip(texts, days, strict=True)):
        sentences = [DraftSentence(text[start:end], start, end) for start, end in spans[number].tolist()]
        relations = [relation for one in sentences for relation in find_relations(one, mentions[number])]
        times = find_intervals(text, dates[number], day)
        result.append(
            _Read(
                tuple(one for one in entities[number] if one.kind != "quantity" or not _is_in_one(one, times)),
                times,
                tuple(Statement(one.subject, one.relation, one.object) for one in relations),
                find_topics([sentence.text for sentence in sentences])[:MAX_TOPICS],
                len(stems[number]),
                len(sentences),
            )
        )
    return result


def _is_in_one(entity: Entity, times: Sequence[Interval]) -> bool:
    """Whether the words are those of a time: "two weeks" in "two weeks ago" is no length."""
    return any(time.start < entity.end and entity.start < time.end for time in times)


def _entities(texts: Sequence[str], mentions: Sequence[tuple[Mention, ...]]) -> list[tuple[Entity, ...]]:
    rows = kernels.extract_entities_batch(texts)
    known = [{(mention.start, mention.end): mention.normal for mention in found} for found in mentions]
    result: list[list[Entity]] = [[] for _ in texts]
    for owner, kind, start, end in zip(*(column.tolist() for column in rows), strict=True):
        normal = known[owner].get((start, end)) or texts[owner][start:end].casefold()
        result[owner].append(Entity(start, end, ENTITIES[kind], normal))
    return [tuple(found) for found in result]


def _dates(texts: Sequence[str], rows: Mentions) -> list[list[DateSpan]]:
    """The possible calendar dates of each text."""
    found: list[list[DateSpan]] = [[] for _ in texts]
    for owner, kind, start, end, impossible, (first, last) in zip(
        *(column.tolist() for column in (rows.text, rows.kind, rows.start, rows.end, rows.strict)),
        rows.said,
        strict=True,
    ):
        if MENTIONS[kind] == "date" and not impossible:
            found[owner].append(DateSpan(start, end, first, last))
    return found
