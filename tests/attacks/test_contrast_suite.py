"""The contrast suite is what it says: enough cases of every kind, halves apart, twins about the same document.

Not for what the verifier makes of it; test_verifier_contrast.py is.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from simone.benchmarks.contrast import EXACT, read_suite

SUITE = read_suite(Path(__file__).with_name("contrast.jsonl"))
CASES = SUITE.cases
KINDS = EXACT | {"added detail", "antonym", "entity", "modality", "overclaim", "paraphrase"}


def test_there_are_600_cases_and_18_kinds_in_both_halves() -> None:
    assert len(CASES) >= 600
    assert {case.kind for case in CASES} == KINDS
    assert len(KINDS) == 18
    for split in ("dev", "test"):
        assert {case.kind for case in CASES if case.split == split} == KINDS
        assert 0.45 < sum(case.split == split for case in CASES) / len(CASES) < 0.55


def test_every_kind_has_thirty_cases_and_both_answers() -> None:
    for kind in KINDS - {"paraphrase"}:
        answers = Counter(case.supported for case in CASES if case.kind == kind)
        assert answers.total() >= 30, kind
        assert min(answers.values()) >= 10, (kind, answers)
    assert sum(case.kind == "paraphrase" for case in CASES) >= 120
    assert all(case.supported for case in CASES if case.kind == "paraphrase")


def test_paraphrases_are_of_many_styles() -> None:
    styles = Counter(case.style for case in CASES if case.kind == "paraphrase" and case.style)
    assert len(styles) >= 12
    assert styles.most_common(1)[0][1] <= 0.25 * styles.total()


def test_the_expected_status_and_the_flag_agree() -> None:
    assert [case.id for case in CASES if case.supported != (case.expected == "supported")] == []
    assert {case.expected for case in CASES} == {"supported", "refuted", "unverifiable"}


def test_ids_and_claims_are_unique() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert len({(case.document, case.claim.casefold()) for case in CASES}) == len(CASES)


def test_a_document_is_in_one_half_only_and_every_document_is_used() -> None:
    halves: dict[str, set[str]] = {}
    for case in CASES:
        halves.setdefault(case.document, set()).add(case.split)
    assert all(len(found) == 1 for found in halves.values())
    assert halves.keys() == SUITE.documents.keys() == SUITE.domains.keys()
    assert len(set(SUITE.domains.values())) >= 12


def test_a_twin_is_a_true_claim_of_the_same_kind_about_the_same_document() -> None:
    known = {case.id: case for case in CASES}
    pairs = [(case, known[case.twin]) for case in CASES if case.twin]
    assert len(pairs) >= 120
    for case, twin in pairs:
        assert twin.supported and not case.supported, case.id
        assert (twin.document, twin.kind) == (case.document, case.kind), case.id


def test_most_documents_are_several_sentences_long_and_none_is_longer_than_nine() -> None:
    lengths = [len(re.findall(r"[.!?](?= |$)", text)) for text in SUITE.documents.values()]
    assert sum(length >= 3 for length in lengths) >= len(lengths) / 3
    assert max(lengths) <= 12  # full stops of "Mr" and "a.m." among them
