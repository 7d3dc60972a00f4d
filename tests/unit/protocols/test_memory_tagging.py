from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.kernels import kernels
from simone.protocols.memory_tagging import MemoryTagging
from simone.protocols.memory_tagging.relations import find_relations
from simone.protocols.memory_tagging.topics import find_topics
from simone.records import (
    Case,
    Claim,
    Draft,
    DraftSentence,
    Evidence,
    Request,
    Status,
    Tags,
    Unmeasured,
    Verdict,
)

TEXT = (
    "Belmar paid 4 million crowns on 5 March 1931. The harbour treaty was not popular. It was so. "
    "The harbour treaty gave Orsk the fishing rights."
)


def verdict(sentence: int, status: Status, strength: float = 1.0) -> Verdict:
    evidence = Evidence("a.md", "id", 1, 0, 5, "quote", "supports", strength)
    return Verdict(Claim("c", 0, 1, sentence), status, "exact", "because", Unmeasured("a test"), (evidence,))


def tags(text: str, *verdicts: Verdict) -> Tags:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    draft = Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))
    case = MemoryTagging().apply(Case(Request("q"), draft=draft, verdicts=verdicts), Deadline(FrozenClock(), 10))
    assert case.tags is not None
    return case.tags


def test_mentions_have_places_kinds_and_normal_forms() -> None:
    found = {mention.kind: mention for mention in tags(TEXT).mentions if mention.start < 46}
    assert found["date"].normal == "1931-03-05"
    assert found["name"].normal == "belmar"
    assert any(mention.normal.startswith("4000000") for mention in found.values())
    assert all(TEXT[mention.start : mention.end] == mention.text for mention in tags(TEXT).mentions)


def test_a_supported_sentence_with_specifics_is_proposed_with_its_reasons() -> None:
    proposal = tags(TEXT, verdict(0, "supported")).remember[0]
    assert proposal.text == "Belmar paid 4 million crowns on 5 March 1931."
    assert TEXT[proposal.start : proposal.end] == proposal.text
    assert 0.5 <= proposal.salience <= 1.0
    assert proposal.reasons[0] == "supported by its sources with strength 1.00"
    assert any(reason.startswith("names 3 specifics") for reason in proposal.reasons)


@pytest.mark.parametrize("status", ["refuted", "unverifiable"])
def test_a_sentence_that_is_not_supported_is_never_proposed(status: Status) -> None:
    assert tags(TEXT, verdict(0, "supported"), verdict(0, status)).remember == ()


def test_a_sentence_without_a_verdict_is_never_proposed() -> None:
    assert tags(TEXT).remember == ()


def test_a_supported_sentence_that_says_little_is_not_proposed() -> None:
    assert tags(TEXT, verdict(2, "supported")).remember == ()


def test_proposals_come_most_salient_first() -> None:
    proposals = tags(TEXT, verdict(0, "supported", 0.4), verdict(3, "supported", 1.0)).remember
    assert [proposal.salience for proposal in proposals] == sorted((p.salience for p in proposals), reverse=True)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Belmar paid 4 million crowns.", ("Belmar", "paid", "4 million crowns")),
        ("The treaty replaces the older charter.", ("The treaty", "replaces", "the older charter")),
        ("The council was elected by the citizens.", ("The council", "was elected by", "the citizens")),
        ("Belmar did not pay 4 million crowns.", None),
        ("Belmar may have paid 4 million crowns.", None),
        ("Did Belmar pay?", None),
        ("When it rained, nobody came.", None),
        ("Rain.", None),
    ],
)
def test_relations_are_found_only_where_they_are_plain(text: str, relation: tuple[str, str, str] | None) -> None:
    found = [(one.subject, one.relation, one.object) for one in tags(text).relations]
    assert found == ([relation] if relation else [])


def test_a_relation_lies_inside_its_sentence() -> None:
    for one in tags(TEXT).relations:
        assert TEXT[one.start : one.end].startswith(one.subject)
        assert TEXT[one.start : one.end].endswith(one.object)
    assert find_relations(DraftSentence("", 0, 0), ()) == ()


def test_topics_are_the_phrases_whose_words_keep_company() -> None:
    topics = find_topics(["The harbour treaty held.", "A harbour treaty is old.", "Nobody read the harbour treaty."])
    assert topics[0] in ("harbour treaty held", "harbour treaty")
    assert "harbour treaty" in topics
    assert find_topics([]) == ()
    assert find_topics(["It is what it is."]) == ()


def test_a_case_without_a_draft_has_empty_tags() -> None:
    case = MemoryTagging().apply(Case(Request("q")), Deadline(FrozenClock(), 10))
    assert case.tags == Tags((), (), (), ())
