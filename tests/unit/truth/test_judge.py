from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from simone.records import Claim, Measured, Passage, Unmeasured
from simone.retrieval.contract import TokenVectors
from simone.truth.claims import as_claim
from simone.truth.fusion import Fusion
from simone.truth.judge import Judge, as_passage, judge, recorded_limit
from simone.truth.risk import Limits, Step


def status(claim: str, *evidence: str) -> tuple[str, str]:
    verdict = judge([claim], evidence)[0]
    return verdict.status, verdict.decided_by


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Paris is not the capital of France", "Paris is the capital of France."),
        ("The wall collapsed.", "The wall held."),
        ("Belmar paid 5 million.", "Belmar paid 4 million."),
        ("Alice beat Bob.", "Bob beat Alice."),
        ("Berlin is the capital of France.", "Paris is the capital of France."),
        ("Water boils at 100 degrees Fahrenheit.", "Water boils at 100 degrees Celsius."),
        ("The meeting is on Tuesday.", "The meeting is on Monday."),
        ("Profits rose last year.", "Profits fell last year."),
        ("Anna went to Rome.", "Anna did not go to Rome. She went to Paris."),
    ],
)
def test_a_claim_with_one_excluding_difference_is_refuted(claim: str, evidence: str) -> None:
    assert status(claim, evidence)[0] == "refuted"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The bridge is closed.", "It is false that the bridge is closed."),
        ("The bridge is closed.", "If it rains, the bridge is closed."),
        ("The shelter will be repaired.", "The shelter will be repaired if the county pays half of it."),
        ("The bridge is closed.", "Smith denied that the bridge is closed."),
        ("Paris is in Spain.", "Nobody believes Paris is in Spain."),
        ("The vaccine causes autism.", "There is no evidence that the vaccine causes autism."),
        ("John ate friends.", "John ate pizza with some friends."),
        ("The king died.", "The son of the king died."),
        ("The president resigned.", "The vice president resigned."),
        ("Alice married Carl.", "Alice, who married Bob, killed Carl."),
        ("Profits fell by 7%.", "Profits fell 5% and sales rose 7%."),
        ("All dogs bark.", "Dogs bark."),
        ("He won.", "He might have won."),
        ("Osaka has 14 million inhabitants.", "Tokyo has 14 million inhabitants and Osaka has 2.7 million."),
        ("Belmar paid 3 million.", "Belmar agreed to pay 3 million."),
        ("Tom has two sisters.", "Tom's wife has two sisters."),
        ("Heppenheim lies in Lahn.", "Wetzlar and Heppenheim lie in Lahn and Bergen, respectively."),
    ],
)
def test_shared_words_alone_never_support(claim: str, evidence: str) -> None:
    assert status(claim, evidence)[0] != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Bob was beaten by Alice.", "Alice beat Bob in the final."),
        ("Paris is the capital of France.", "Paris, the capital of France, lies north of Lyon."),
        ("Einstein died in 1955.", "Einstein was born in 1879. He died in 1955."),
        ("The pier is 0.64 kilometres long.", "The pier is 640 metres long."),
        ("The plant has no roots.", "The plant does not have roots."),
    ],
)
def test_the_same_statement_in_other_words_is_supported(claim: str, evidence: str) -> None:
    assert status(claim, evidence)[0] == "supported"


def test_a_verbatim_sentence_is_a_quote_with_exact_offsets_and_needs_no_encoder() -> None:
    text = "It rained.  Belmar   paid the “first” rate. Then it stopped."
    passage = Passage("a.md", "id", 3, 100, 100 + len(text), text, (100, 110))
    verdict = Judge(_Refusing()).judge([as_claim('belmar paid the "first" rate', 0)], [passage])[0]
    assert (verdict.status, verdict.decided_by) == ("supported", "quote")
    piece = verdict.evidence[0]
    assert text[piece.start - 100 : piece.end - 100] == piece.quote == "Belmar   paid the “first” rate."


class _Refusing:
    """An encoder that no quote may call."""

    name = "refusing"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise AssertionError(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise AssertionError(texts)


def test_a_sentence_fragment_of_a_denial_is_no_quote() -> None:
    assert status("Paris is in Spain.", "Nobody believes that Paris is in Spain.")[1] != "quote"


def test_contradicting_sources_are_both_shown() -> None:
    verdict = judge(["Belmar paid 4 million."], ["Belmar paid 4 million.", "Belmar paid 5 million."])[0]
    assert {e.stance for e in verdict.evidence} == {"supports", "refutes"}
    assert "contradict each other" in verdict.reason


def test_what_the_sources_do_not_mention_is_named() -> None:
    verdict = judge(["The old pier burned brightly."], "The old pier was repaired.")[0]
    assert verdict.status == "unverifiable"
    assert "burned" in verdict.reason


def test_the_verdict_does_not_depend_on_the_other_claims() -> None:
    claims = ["The wall collapsed.", "The pier is 640 metres long.", "Nobody came."]
    evidence = ["The wall held. The pier is 640 metres long."]
    together = judge(claims, evidence)
    assert [(v.status, v.reason) for v in together] == [
        (v.status, v.reason) for claim in claims for v in judge([claim], evidence)
    ]


def test_the_verdict_does_not_depend_on_what_was_asked_before() -> None:
    source = as_passage("Dana Ruiz founded a mill. She later called the mill Dana Ruiz House.", 1)
    claim, other = as_claim("Later she called the mill Dana Ruiz House.", 0), as_claim("She painted the mill later.", 0)
    (first,) = Judge(None).judge([claim], [source])
    Judge(None).judge([other], [source])
    assert Judge(None).judge([claim], [source]) == (first,)


@pytest.mark.parametrize(
    "claim",
    [
        "",
        " ",
        "...",
        "x" * 50_000,
        "word " * 10_000,
        "\x00\x01\x02",
        "<b>bold</b>",
        "def f(x): return x",
        "日本語の文です。",
        "\ud800 broken",
        "((((",
        "'s",
        "not",
        "1",
        "a\u0301 b",
        "if if if",
        "and, and; and",
    ],
)
def test_odd_claims_never_crash_and_are_never_supported_by_other_text(claim: str) -> None:
    assert status(claim, "The wall held during the storm.")[0] == "unverifiable"
    assert judge([claim], [])[0].status == "unverifiable"
    judge([claim], [claim])


def test_another_language_is_unverifiable_and_says_so() -> None:
    assert status("Der Hund ist nicht in dem Haus und das ist gut.", "The dog sleeps.") == ("unverifiable", "language")


def test_a_claim_that_cannot_be_checked_keeps_its_reason() -> None:
    verdict = Judge(None).judge([Claim("Is it?", 0, 6, 0, False, "it is a question")], [as_passage("It is.", 1)])[0]
    assert (verdict.status, verdict.decided_by, verdict.reason) == ("unverifiable", "form", "it is a question")


def test_every_part_of_a_claim_must_be_supported() -> None:
    evidence = "Anna founded the firm in 1990. Bob left the firm in 1995."
    assert status("Anna founded the firm in 1990, and Bob left the firm in 1995.", evidence)[0] == "supported"
    assert status("Anna founded the firm in 1991, and Bob left the firm in 1995.", evidence)[0] == "refuted"


class _Entailing:
    """A stand-in for a trained model, to hold the fusion rule."""

    name = "entailing"

    @property
    def first(self) -> _Entailing:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return np.array([[3.0, -1.0, -1.0]] * len(pairs), dtype=np.float32)


WEIGHTS = Fusion(
    source="a test",
    entailment="entailing",
    samples=100,
    matrix=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    bias=(0.0, 0.0, 0.0),
    signals={"is:polarity:refuted": (-9.0, 9.0, 0.0), "is:quantifier:unverifiable": (-9.0, 0.0, 9.0)},
)


def test_the_entailment_model_is_weighed_with_what_the_exact_checks_noticed() -> None:
    model = Judge(None, _Entailing(), weights=WEIGHTS)
    passages = [as_passage("The old wall held during the storm.", 1)]
    silent, refuted, hedged = model.judge(
        [
            as_claim(t, n)
            for n, t in enumerate(
                ("The old wall withstood the storm.", "The old wall collapsed during the storm.", "All old walls held.")
            )
        ],
        passages,
    )
    assert (silent.status, silent.decided_by) == ("supported", "entailment")
    assert isinstance(silent.confidence, Measured)
    assert silent.confidence == Measured(0.9647, 100)
    assert silent.evidence[0].quote == "The old wall held during the storm."
    assert (refuted.status, refuted.decided_by) == ("refuted", "polarity")
    assert hedged.status == "unverifiable"


def test_numbers_are_worked_out_for_the_entailment_model_and_named_in_the_reason() -> None:
    read: list[str] = []

    class Reading(_Entailing):
        def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
            read.extend(evidence for evidence, _ in pairs)
            return super().score(pairs)

    text = "The wind farm has 54 turbines of 8 megawatts each."
    made, clash = Judge(None, Reading(), weights=WEIGHTS).judge(
        [
            as_claim("The turbines have a combined capacity of 432 megawatts.", 0),
            as_claim("The turbines of the farm have 8 kilowatts each.", 1),
        ],
        [as_passage(text, 1)],
    )
    assert read == [f"{text} 54 times 8 megawatts is 432 megawatts.", text]
    assert (made.status, made.decided_by) == ("supported", "arithmetic")
    assert made.reason.endswith(", where 54 times 8 megawatts is 432 megawatts")
    assert made.evidence[0].quote == text
    assert clash.status == "unverifiable"
    assert "8 megawatts is not 8 kilowatts" in clash.reason


def test_what_the_entailment_model_is_not_sure_enough_of_stays_open() -> None:
    steps: dict[str, tuple[Step, ...]] = {
        "supported, read only": (Step(0.97, 0.02, True, 100, 0, "all"), Step(0.9, 0.08, False, 200, 9, "all"))
    }
    limits = Limits("a test", "entailing", 200, 0.1, steps)
    passages = [as_passage("The old wall held during the storm.", 1)]
    for max_error, expected in ((0.05, "unverifiable"), (0.1, "supported")):
        model = Judge(None, _Entailing(), weights=WEIGHTS, max_error=max_error, limits=limits)
        verdict = model.judge([as_claim("The old wall withstood the storm.", 0)], passages)[0]
        assert verdict.status == expected
        assert isinstance(verdict.confidence, Measured)
        is_open = expected == "unverifiable"
        assert ("likeliest supported (0.96), but that is not shown" in verdict.reason) == is_open
        assert (verdict.confidence.value < 0.1) == is_open


class _Unsure(_Entailing):
    """The stand-in, less sure of everything."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return super().score(pairs) / np.float32(3)


def test_a_working_that_was_not_read_decides_nothing() -> None:
    source = (
        "The old quarry at Orlow lost many workers in the strike. It had 900 workers in May. In June there were 600 "
        "workers. The weather was dry that year and nobody complained about the dust from the road."
    )
    claim = as_claim("The old quarry at Orlow lost 300 workers.", 0)
    core, whole = (
        Judge(None, reader, weights=WEIGHTS).judge([claim], [as_passage(source, 1)])[0]
        for reader in (_Entailing(), _Unsure())
    )
    assert (core.status, core.decided_by) == ("supported", "entailment")
    assert "900" not in core.reason
    assert (whole.status, whole.decided_by) == ("supported", "arithmetic")
    assert whole.reason.endswith("where 900 less 600 is 300 workers")


class _Asked(_Entailing):
    """The stand-in, with the claims that it read."""

    def __init__(self) -> None:
        self.claims: list[str] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.claims += [claim for _, claim in pairs]
        return super().score(pairs)


def test_nothing_is_read_where_no_verdict_of_reading_could_pass() -> None:
    steps: dict[str, tuple[Step, ...]] = {"supported, compared too": (Step(0.6, 0.02, True, 100, 0, "all"),)}
    limits = Limits("a test", "entailing", 200, 0.1, steps)
    passages = [as_passage("The old wall held during the storm of 1987.", 1)]
    claims = [
        as_claim(text, n)
        for n, text in enumerate(("The old wall withstood the storm.", "The old wall held in the storm.", "It rained."))
    ]
    exact = Judge(None).judge(claims, passages)
    held, free = _Asked(), _Asked()
    within = Judge(None, held, weights=WEIGHTS, max_error=0.05, limits=limits).judge(claims, passages)
    Judge(None, free, weights=WEIGHTS, limits=limits).judge(claims, passages)
    assert held.claims == ["The old wall held in the storm."]
    assert free.claims == [claim.text for claim in claims]
    assert [verdict.status for verdict in within] == ["unverifiable", "supported", "unverifiable"]
    assert (within[0], within[2]) == (exact[0], exact[2])
    shut = Judge(None, held, weights=WEIGHTS, max_error=0.05, limits=Limits("a test", "entailing", 200, 0.1, {"x": ()}))
    verdict = shut.judge([claims[1]], passages)[0]
    assert exact[1].status == "supported"
    assert (verdict.status, verdict.decided_by) == ("unverifiable", "entailment")
    assert isinstance(verdict.confidence, Unmeasured)
    assert (
        verdict.reason
        == f"{exact[1].reason}; but verdicts of this kind are not shown to be as safe as `max_error` asks"
    )
    assert held.claims == ["The old wall held in the storm."]


def test_the_name_of_a_judge_tells_its_limit() -> None:
    for limit in (0.05, 1.0, 0.123456789, 1e-07):
        assert recorded_limit(Judge(None, _Entailing(), weights=WEIGHTS, max_error=limit).name) == limit
    assert recorded_limit("exact") == 1.0
    assert recorded_limit("entailment:x+max_error:much") == 1.0


def test_a_verdict_with_the_entailment_model_does_not_depend_on_its_neighbours() -> None:
    model = Judge(None, _Entailing(), weights=WEIGHTS)
    passages = [as_passage("The old wall held during the storm. Its gate is new.", 1)]
    claims = [
        as_claim(text, 0) for text in ("The old wall withstood the storm.", "The gate was built lately.", "It rained.")
    ]
    together = model.judge(claims, passages)
    assert [model.judge([claim], passages)[0] for claim in claims] == list(together)
    assert model.judge(claims[::-1], passages) == together[::-1]


def test_a_claim_with_a_lone_surrogate_is_judged() -> None:
    for model in (Judge(None), Judge(None, _Entailing(), weights=WEIGHTS)):
        verdict = model.judge(
            [as_claim("The \ud800 wall held in May.", 0)], [as_passage("The wall held in May.\ud800", 1)]
        )[0]
        assert verdict.status == "supported"


def test_the_name_of_the_verifier_tells_what_decides() -> None:
    assert Judge(None).name == "exact"
    assert Judge(None, _Entailing(), weights=WEIGHTS).name.startswith("entailing+fusion:")


def test_sources_that_disagree_settle_nothing_and_are_both_shown() -> None:
    verdict = judge(["The outer wall collapsed."], ["The outer wall collapsed in May.", "The outer wall held."])[0]
    assert (verdict.status, verdict.decided_by) == ("unverifiable", "contradiction")
    assert {e.stance for e in verdict.evidence} == {"supports", "refutes"}
    assert "disagree" in verdict.reason


def test_two_predicates_may_rest_on_two_sentences_and_both_are_shown() -> None:
    text = "The stone bridge opened in May 1743. It is long and cost 61,000 marks."
    verdict = judge(["The stone bridge was opened in 1743 and cost 61,000 marks."], text)[0]
    assert verdict.status == "supported"
    assert [e.quote for e in verdict.evidence] == text.replace(". It", ".|It").split("|")
    assert status("The stone bridge was opened in 1743 and cost 60,000 marks.", text) == ("refuted", "number")


def test_another_name_refutes_only_where_one_alone_can_stand() -> None:
    assert status("Bea Karn won the prize.", "Carl Oder won the prize.")[0] == "unverifiable"
    assert status("Orrin is the capital of Kelm.", "Tresk is the capital of Kelm.") == ("refuted", "entity")
    assert status("Orrin was the mayor of Kelm.", "Tresk was the mayor of Kelm.")[0] == "unverifiable"


def test_a_claim_about_somebody_unnamed_is_open() -> None:
    assert status("She won the prize in 1950.", "Carl Oder won the prize in 1950.") == ("unverifiable", "role")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Kelm is the largest town.", "Kelm is the second largest town."),
        ("Kelm is the largest town.", "Kelm is the largest town east of the Orsk."),
        ("The hall opened in 2016.", "The hall opened after a party on 8 February."),
        ("The book was written by nobody.", "The book was written by Lund."),
        ("Lund is an Emmy winner.", "Lund is a Saturn winner and an Emmy nominee."),
    ],
)
def test_a_limit_or_another_value_never_supports(claim: str, evidence: str) -> None:
    assert status(claim, evidence)[0] != "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The vote was in 1958.", "The votes were in 1958 and 1960."),
        ("He came at seventeen years of age.", "He came at seventeen or eighteen years of age."),
        ("Lund is an actor.", "Lund is an actress and singer."),
    ],
)
def test_what_the_evidence_also_says_does_not_refute(claim: str, evidence: str) -> None:
    assert status(claim, evidence)[0] != "refuted"


@pytest.mark.parametrize("text", ["Before the flood of 1802.", "In 1802.", "With forty men", "because of the flood"])
def test_a_circumstance_alone_says_nothing(text: str) -> None:
    evidence = "Before the flood of 1802, Belmar paid forty talents. With forty men Vey held it, because of the flood."
    verdict = judge([text], evidence)[0]
    assert (verdict.status, verdict.decided_by) == ("unverifiable", "form")
    assert verdict.reason == "it says when, where or why, but not what"


@pytest.mark.parametrize(
    "text",
    [
        "Before the flood Belmar paid.",
        "In 1802, Belmar paid forty talents.",
        "After sixteen days the young leave the nest.",
        "At night dogs bark.",
    ],
)
def test_what_also_says_something_is_judged(text: str) -> None:
    assert judge([text], "Belmar paid forty talents.")[0].decided_by != "form"
