"""SP: condenses the draft to one, three and six sentences, in its own words or in checked new ones.

Not for finding material: the draft is the material; sentences that failed their check are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from simone.clock import Deadline, digest
from simone.errors import BudgetExceeded, ModelFailed, ModelTimeout
from simone.kernels import kernels
from simone.mvlm.contract import MVLM
from simone.protocols.summarizing.selecting import rank
from simone.records import Case, Instruction, Passage, Summary
from simone.retrieval.contract import Floats, TextEncoder
from simone.truth.claims import find_claims
from simone.truth.judging import Judging

SHORT, MEDIUM, LONG = 1, 3, 6
"""Sentences of the three lengths."""
MATERIAL_SENTENCES = 12
"""Sentences that the model condenses and against which its words are judged: those that cover the text best."""
PORTION = 64
"""Sentences encoded between two looks at the time that is left, count."""
_MAX_TOKENS = 160
_EXTRACTIVE = "extractive: the sentences that cover the text best, in its order"


class Summarizing:
    """The condenser. `mvlm` words the medium summary; `judge` decides whether those words may stand."""

    code = "SP"
    purpose = "condenses the text to one, three and six sentences; a model's wording stands only if every claim holds"
    reads = frozenset({"draft", "passages", "verdicts"})
    writes = frozenset({"summary"})

    def __init__(self, encoder: TextEncoder, mvlm: MVLM, judge: Judging) -> None:
        self._encoder = encoder
        self._mvlm = mvlm
        self._judge = judge

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its summary; empty where there is no material.

        Raises:
            Cancelled, BudgetExceeded: from the deadline.
        """
        deadline.check("summarising")
        found = _material(case)
        sentences = list(found)
        if len(sentences) <= SHORT:
            only = " ".join(sentences)
            method = "extractive: the text is one sentence" if only else "nothing: no sentence passed its check"
            return msgspec.structs.replace(case, summary=Summary(only, only, only, method))
        order = rank(sentences, self._encoded(list(found.values()), deadline), MATERIAL_SENTENCES)
        short, medium, long = (_joined(sentences, order[:count]) for count in (SHORT, MEDIUM, LONG))
        method = f"{_EXTRACTIVE}; it is too short to be reworded"
        if len(sentences) > MEDIUM:
            worded, method = self._worded([sentences[index] for index in sorted(order)], case, deadline)
            medium = worded or medium
        return msgspec.structs.replace(case, summary=Summary(short, medium, long, method))

    def _encoded(self, texts: Sequence[str], deadline: Deadline) -> Floats:
        """Their vectors; between portions time is looked at."""
        portions = range(0, len(texts), PORTION)
        return np.concatenate(
            [self._encoder.encode(texts[at : at + PORTION]) for at in deadline.over(portions, "summarising")]
        )

    def _worded(self, material: Sequence[str], case: Case, deadline: Deadline) -> tuple[str, str]:
        """The model's summary, "" unless every claim of it is supported by the material; and what happened."""
        passages = _as_passages(material)
        instruction = Instruction(
            "SUMMARIZE",
            task=case.request.question,
            text=" ".join(material),
            passages=passages,
            max_sentences=MEDIUM,
            max_tokens=_MAX_TOKENS,
            seed=case.request.seed,
        )
        try:
            done = self._mvlm.execute(instruction, deadline)
        except (BudgetExceeded, ModelFailed, ModelTimeout) as error:
            deadline.check("summarising")  # tokens may be spent while time is left; not the other way round
            return "", f"{_EXTRACTIVE}; the model could not reword it: {error}"
        text = done.text.strip()
        if done.finish == "length":
            return "", f"{_EXTRACTIVE}; the model's wording was cut off at {_MAX_TOKENS} tokens"
        claims = find_claims(text)
        if len({claim.sentence for claim in claims}) > MEDIUM:
            return "", f"{_EXTRACTIVE}; the model's wording has more than {MEDIUM} sentences"
        verdicts = self._judge.judge(claims, passages)
        bad = next((verdict for verdict in verdicts if verdict.status != "supported"), None)
        if bad is not None or not verdicts:
            why = f"{bad.claim.text!r} is {bad.status}: {bad.reason}" if bad else "it makes no claim"
            return "", f"{_EXTRACTIVE}; the model's wording was dropped because {why}"
        return text, f"medium in the words of {done.model}, all {len(verdicts)} claims supported; else {_EXTRACTIVE}"


def _material(case: Case) -> dict[str, str]:
    """The draft's sentences that did not fail; without a draft the request's text, else the found sentences.

    Each is on one line, with its text as it stands: that is what the corpus has vectors of.
    """
    if case.draft is not None:
        failed = {v.claim.sentence for v in case.verdicts if v.claim.checkable and v.status != "supported"}
        texts = [one.text for index, one in enumerate(case.draft.sentences) if index not in failed]
    elif case.request.text:
        text = case.request.text
        texts = [text[start:end] for start, end in kernels.split_sentences_batch([text])[0].tolist()]
    else:
        ordered = sorted(case.passages, key=lambda passage: (passage.document, passage.focus))
        texts = [one.text[one.focus[0] - one.start : one.focus[1] - one.start] for one in ordered]
    lines: dict[str, str] = {}
    for text in texts:
        lines.setdefault(" ".join(text.split()), text)
    return {line: text for line, text in lines.items() if line}


def _joined(sentences: Sequence[str], chosen: Sequence[int]) -> str:
    return " ".join(sentences[index] for index in sorted(chosen))


def _as_passages(material: Sequence[str]) -> tuple[Passage, ...]:
    text = " ".join(material)
    identity = digest(text.encode("utf-8", "surrogatepass"))
    passages, start = [], 0
    for sentence in material:
        end = start + len(sentence)
        passages.append(Passage("text", identity, 1, start, end, sentence, (start, end)))
        start = end + 1
    return tuple(passages)
