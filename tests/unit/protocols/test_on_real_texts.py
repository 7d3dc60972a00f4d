"""Five protocols on text that nobody prepared for them: PEPs, EIPs and encyclopedia paragraphs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simone.clock import Deadline, FrozenClock
from simone.kernels import kernels
from simone.mvlm.extractive import Extractive
from simone.protocols.cognitive_control import CognitiveControl
from simone.protocols.hyperlinks import Hyperlinks
from simone.protocols.memory_tagging import MemoryTagging
from simone.protocols.output_control import OutputControl
from simone.records import Case, Claim, Decision, Draft, DraftSentence, Evidence, Request, Unmeasured, Verdict
from simone.settings import RetrievalSettings

DATA = Path(os.environ.get("SIMONE_DATA", "../shared/data"))
CHARACTERS = 6_000


def texts() -> list[str]:
    documents = sorted((DATA / "corpus").glob("*/*"))[::97]
    paragraphs = DATA / "qa" / "xquad_en_dev.json"
    if not documents or not paragraphs.is_file():
        pytest.skip(f"no data under {DATA}")
    found = [path.read_text("utf-8", errors="replace")[:CHARACTERS] for path in documents]
    return found + [one["text"] for one in json.loads(paragraphs.read_text("utf-8"))[::12]]


def case_of(text: str) -> Case:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    draft = Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))
    verdicts = tuple(
        Verdict(
            Claim(one.text, one.start, one.end, index),
            "supported" if index % 3 else "unverifiable",
            "exact",
            "it stands there",
            Unmeasured("a test"),
            (Evidence("text", "text", 1, one.start, one.end, one.text, "supports", 1.0),),
        )
        for index, one in enumerate(draft.sentences)
    )
    decision = Decision("release", (), "all fine")
    return Case(Request(text[:200], text=text), draft=draft, verdicts=verdicts, decision=decision)


@pytest.mark.data
def test_links_lie_where_they_say_do_not_overlap_and_repeat_exactly() -> None:
    deadline = Deadline(FrozenClock(), 10)
    for text in texts():
        case = Hyperlinks().apply(case_of(text), deadline)
        assert all(text[link.start : link.end] == link.raw for link in case.links)
        assert all(a.end <= b.start for a, b in zip(case.links, case.links[1:], strict=False))
        assert Hyperlinks().apply(case_of(text), deadline) == case


@pytest.mark.data
def test_tags_lie_where_they_say_and_only_supported_sentences_are_proposed() -> None:
    deadline = Deadline(FrozenClock(), 10)
    for text in texts():
        case = case_of(text)
        tags = MemoryTagging().apply(case, deadline).tags
        assert tags is not None and case.draft is not None
        assert all(text[one.start : one.end] == one.text for one in tags.mentions)
        assert all(text[one.start : one.end] == one.text for one in tags.remember)
        allowed = {one.text for index, one in enumerate(case.draft.sentences) if index % 3}
        assert all(one.text in allowed and 0.5 <= one.salience <= 1.0 for one in tags.remember)
        assert MemoryTagging().apply(case, deadline).tags == tags


@pytest.mark.data
def test_the_released_text_holds_every_sentence_at_its_place_and_cites_only_the_carried() -> None:
    control = OutputControl(Extractive())
    for text in texts():
        case = case_of(text)
        output = control.apply(case, Deadline(FrozenClock(), 10)).output
        assert output is not None and case.draft is not None
        assert [one.text for one in output.sentences] == [one.text for one in case.draft.sentences]
        assert all(output.text[one.start : one.end] == one.text for one in output.sentences)
        assert [one.number for one in output.citations] == list(range(1, len(output.citations) + 1))
        failed = {finding.sentence for finding in output.findings if finding.rule == "unsupported"}
        assert failed == set(range(0, len(output.sentences), 3))


@pytest.mark.data
def test_any_text_can_be_planned() -> None:
    control = CognitiveControl(RetrievalSettings(), {"answer", "analyze", "summarize", "verify", "write"})
    for text in texts():
        assert control.plan(Request(text)) == control.plan(Request(text))
