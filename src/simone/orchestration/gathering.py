"""How a case gets its passages: by the question, by the claims of a text, or from the text itself.

Not for ranking: retrieval does that. Not for trust: a passage that speaks to the model is taken out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from simone.clock import Deadline, digest
from simone.errors import EvidenceMissing
from simone.kernels import kernels
from simone.orchestration.drafts import make_draft
from simone.records import Case, Draft, Finding, Passage, Request
from simone.retrieval.contract import Floats, Retriever, TextEncoder
from simone.retrieval.sentences import plain
from simone.truth.injection import find_instructions

CLAIMS_PER_SEARCH = 4
"""Passages sought for each sentence of a text that is checked, count."""
NEAR_SHARE = 0.5
"""Share of the best cosine that a found sentence must reach. On XQuAD's development questions 0.5 drops a twentieth of
the sentences and 0.5 % of the answers among the best three; without it, distant sentences pad a longer answer."""
SHOWN_CHARACTERS = 200
"""Of a question, in a message about it."""

PLAIN_KINDS = frozenset({"question", "verification", "open"})
"""Kinds that speak of one thing, so that sources without it can be told; "compare the sources" names no thing."""
_JOINED = re.compile(r",?\s+and\s+(?=(?:who|whom|whose|what|when|where|why|how|which)\b)", re.IGNORECASE)


class Gather:
    """GATHER: passages for the question, or the request's own text where it brings one."""

    code = "GATHER"
    purpose = "finds the passages that bear on the question; drops text that addresses the model"
    reads = frozenset({"plan", "encoding"})
    writes = frozenset({"passages", "source_findings"})

    def __init__(self, retriever: Retriever, encoder: TextEncoder, relevance: float = -1.0) -> None:
        self._retriever = retriever
        self._encoder = encoder
        self._relevance = relevance

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with passages, best first.

        Raises:
            EvidenceMissing: the sources hold nothing that bears on the question: no passage, or none that is as like
                the question in meaning (cosine) as `relevance` asks.
        """
        assert case.plan is not None and case.encoding is not None
        deadline.check("searching the sources")
        vector = np.frombuffer(case.encoding.vector, dtype="<f4")
        if case.request.text:  # what the request brings along bears on it, whatever words it is asked in
            found = self._nearest(own_passages(make_draft(case.request.text)), vector, case.plan.passages)
            passages, findings = quarantined(found)
        else:
            parts = parts_of(case.request.question)
            vectors = np.vstack([vector, *(self._encoder.encode(parts) if parts else ())])
            passages, findings = quarantined(self._found((case.request.question, *parts), vectors, case.plan.passages))
            floor = self._relevance if case.plan.kind in PLAIN_KINDS else -1.0
            passages = self._bearing(passages, vectors, floor)
        if not passages:
            raise EvidenceMissing(_nothing(case.request, len(self._retriever.documents()), findings))
        return msgspec.structs.replace(case, passages=passages, source_findings=findings)

    def _nearest(self, passages: Sequence[Passage], vector: Floats, k: int) -> tuple[Passage, ...]:
        """The k passages nearest to the question in meaning, best first, ties by place."""
        if not passages:
            return ()
        nearest, _ = kernels.top_k_similarity(vector, self._encoder.encode([one.text for one in passages]), k)
        return tuple(passages[int(index)] for index in nearest[0])

    def _found(self, queries: Sequence[str], vectors: Floats, k: int) -> tuple[Passage, ...]:
        """The k best passages: the first of each query, then the second of each, without repeats."""
        searches = [self._retriever.search(query, row, k) for query, row in zip(queries, vectors, strict=True)]
        found: dict[tuple[str, tuple[int, int]], Passage] = {}
        for rank in range(k):
            for passages in searches:
                if rank < len(passages):
                    found.setdefault((passages[rank].document, passages[rank].focus), passages[rank])
        return tuple(found.values())[:k]

    def _bearing(self, passages: tuple[Passage, ...], vectors: Floats, floor: float) -> tuple[Passage, ...]:
        """The passages whose found sentence is at least half as like the question as the one that is most like it.
        Data is held against sentences where there are any: "PEP: 8" is like whatever is asked about PEP 8.

        None where even that one is less like it than `floor`. Of several parts of a question the likest counts.
        """
        if not passages:
            return ()
        rows = self._encoder.encode([plain(focus_of(passage)) for passage in passages])
        likeness = np.vstack([kernels.cosine_similarity_batch(vector, rows) for vector in vectors])
        likeness = np.maximum(likeness, [passage.likeness for passage in passages])
        spoken = [place for place, passage in enumerate(passages) if not passage.is_data] or list(range(len(passages)))
        least = NEAR_SHARE * likeness[:, spoken].max(axis=1, keepdims=True)
        if float(likeness.max()) < floor:
            return ()
        near = (likeness >= least).any(axis=0).tolist()
        return tuple(passage for passage, kept in zip(passages, near, strict=True) if kept)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions joined by "and" in one, () where there is only one: "who built it and what did it cost?"."""
    parts = [part.strip(" ,") for part in _JOINED.split(question)]
    return tuple(parts) if len(parts) > 1 and all(parts) else ()


def _nothing(request: Request, documents: int, findings: Sequence[Finding]) -> str:
    asked = request.question if len(request.question) <= SHOWN_CHARACTERS else request.question[:SHOWN_CHARACTERS] + "…"
    if request.text:
        return f"asked {asked!r}; the text given holds no sentence to answer from; give another text"
    if not documents:
        return f"asked {asked!r}, but no sources were named; give --sources a folder, files, or the name of a corpus"
    hint = f"; {findings[0].message}" if findings else ""
    return (
        f"asked {asked!r}; none of the {documents} documents has a passage that bears on it{hint};"
        " name other sources or ask otherwise"
    )


class Collect:
    """COLLECT: passages for every sentence of a text that is to be checked."""

    code = "COLLECT"
    purpose = "finds the passages that bear on each sentence of the text to be checked"
    reads = frozenset({"draft"})
    writes = frozenset({"passages", "source_findings"})

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with the union of what each sentence finds, in order of document and place.

        Words alone find them: the judge looks at no sentence that shares too few, whatever its meaning, so vectors of
        all sentences of the sources would add nothing but the time to make them.
        """
        assert case.draft is not None
        found: dict[tuple[str, int, int], Passage] = {}
        for sentence in case.draft.sentences:
            deadline.check("searching the sources")
            for passage in self._retriever.search(sentence.text, None, CLAIMS_PER_SEARCH):
                found.setdefault((passage.document, passage.start, passage.end), passage)
        passages, findings = quarantined(found[key] for key in sorted(found))
        return msgspec.structs.replace(case, passages=passages, source_findings=findings)


class Intake:
    """INTAKE: the request's own text becomes the draft."""

    code = "INTAKE"
    purpose = "takes the request's own text (or the found passages) as the draft to work on"
    reads = frozenset({"passages"})
    writes = frozenset({"draft"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with a draft of the text as given, or of the passages' found sentences in document order."""
        deadline.check("reading the text")
        return msgspec.structs.replace(case, draft=make_draft(case.request.text or _focus_text(case.passages)))


class Material:
    """MATERIAL: the draft itself, cut into passages, is the evidence for what is made of it."""

    code = "MATERIAL"
    purpose = "makes the text itself the evidence for a summary of it"
    reads = frozenset({"draft", "passages"})
    writes = frozenset({"passages"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with one passage per sentence of the request's text; found passages stay as they are."""
        assert case.draft is not None
        deadline.check("cutting the text into passages")
        if not case.request.text:
            return case
        return msgspec.structs.replace(case, passages=own_passages(case.draft))


def own_passages(draft: Draft) -> tuple[Passage, ...]:
    """One passage per sentence of the draft, in a document named "text"."""
    identity = digest(draft.text.encode("utf-8", "surrogatepass"))
    return tuple(
        Passage(
            document="text",
            document_id=identity,
            version=1,
            start=sentence.start,
            end=sentence.end,
            text=sentence.text,
            focus=(sentence.start, sentence.end),
        )
        for sentence in draft.sentences
    )


def quarantined(passages: Iterable[Passage]) -> tuple[tuple[Passage, ...], tuple[Finding, ...]]:
    """Passages that do not address the model, and a finding for each that does.

    The whole passage goes: the sentences beside an injected order often belong to it ("Do not mention this note.").
    """
    kept: list[Passage] = []
    findings: list[Finding] = []
    for passage in passages:
        injections = find_instructions(passage.text)
        if not injections:
            kept.append(passage)
            continue
        place = f"{passage.document} at {passage.start + injections[0].start}"
        findings.append(
            Finding(
                protocol="GATHER",
                rule="injected instruction",
                severity="warning",
                message=f"{place} speaks to the model ({injections[0].rule}): {injections[0].text[:80]!r}",
                remedy="the passage was kept from the model; check the source",
            )
        )
    return tuple(kept), tuple(findings)


def _focus_text(passages: Sequence[Passage]) -> str:
    spoken = [passage for passage in passages if not passage.is_data] or passages
    ordered = sorted(spoken, key=lambda passage: (passage.document, passage.focus))
    return "\n\n".join(focus_of(passage) for passage in ordered)


def focus_of(passage: Passage) -> str:
    """The found sentence of a passage."""
    return passage.text[passage.focus[0] - passage.start : passage.focus[1] - passage.start]
