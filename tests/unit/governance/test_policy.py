"""What policies decide, and how a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.errors import BadPolicy
from simone.governance.policy import SHIPPED, load_policy, policy_schema
from simone.records import (
    Action,
    Case,
    Claim,
    Decision,
    Draft,
    DraftSentence,
    Finding,
    Measured,
    Request,
    Score,
    Severity,
    Status,
    Unmeasured,
    Verdict,
)


def case_of(*statuses: Status | None, errors: tuple[Finding, ...] = (), confidence: Score | None = None) -> Case:
    texts = [f"Sentence {index}." for index, _ in enumerate(statuses)]
    sentences, verdicts, at = [], [], 0
    for index, (text, status) in enumerate(zip(texts, statuses, strict=True)):
        sentences.append(DraftSentence(text, at, at + len(text)))
        claim = Claim(text, at, at + len(text), index, checkable=status is not None)
        score = confidence or Unmeasured("no labelled data")
        verdicts.append(Verdict(claim, status or "unverifiable", "numbers", "", score))
        at += len(text) + 1
    draft = Draft(" ".join(texts), tuple(sentences))
    return Case(Request("q"), draft=draft, verdicts=tuple(verdicts), errors=errors)


def finding(severity: Severity = "error", sentence: int = -1, span: tuple[int, int] | None = None) -> Finding:
    return Finding("EEP", "repetition", severity, "said twice", sentence=sentence, span=span)


def policy_file(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nversion = 1\n' + body, "utf-8")
    return path


def rule(when: str, scope: str = "sentence", action: Action = "revise", name: str = "a") -> str:
    return f'[[rules]]\nname = "{name}"\nscope = "{scope}"\nwhen = "{when}"\naction = "{action}"\nreason = "because"\n'


def test_a_supported_draft_is_released_and_no_rule_is_named() -> None:
    assert load_policy("default").decide(case_of("supported", "supported"), 2) == Decision(
        "release", (), "no rule objects"
    )


def test_a_refuted_claim_revises_its_sentence_and_no_other() -> None:
    decision = load_policy("default").decide(case_of("supported", "refuted", "supported"), 2)
    assert (decision.action, decision.rules, decision.sentences) == ("revise", ("refuted-sentence",), (1,))


def test_a_refuted_claim_withholds_the_output_when_no_repair_is_left() -> None:
    decision = load_policy("default").decide(case_of("supported", "refuted"), 0)
    assert decision.action == "withhold"
    assert decision.sentences == (1,)
    assert "no repair is left" in decision.reason


def test_a_sentence_that_claims_nothing_is_not_released_as_an_answer() -> None:
    decision = load_policy("default").decide(case_of("supported", None), 1)
    assert (decision.action, decision.rules, decision.sentences) == ("revise", ("sentence-without-claim",), (1,))
    assert load_policy("report").decide(case_of("supported", None), 1).action == "release"


def test_the_worst_claim_of_a_sentence_counts() -> None:
    case = case_of("supported")
    second = msgspec.structs.replace(case.verdicts[0], status="refuted")
    case = msgspec.structs.replace(case, verdicts=(*case.verdicts, second))
    assert load_policy("default").decide(case, 1).rules == ("refuted-sentence",)


def test_an_error_in_a_sentence_revises_it_whether_given_by_index_or_by_span() -> None:
    policy = load_policy("default")
    assert policy.decide(case_of("supported", "supported", errors=(finding(sentence=1),)), 1).sentences == (1,)
    assert policy.decide(case_of("supported", "supported", errors=(finding(span=(2, 5)),)), 1).sentences == (0,)


def test_a_warning_does_not_stop_a_release() -> None:
    case = case_of("supported", errors=(finding("warning", 0),))
    assert load_policy("default").decide(case, 1).action == "release"


def test_an_empty_draft_is_withheld() -> None:
    decision = load_policy("default").decide(Case(Request("q"), draft=Draft("", ())), 0)
    assert (decision.action, decision.rules) == ("withhold", ("nothing-to-say",))


def test_strict_repairs_what_is_unverifiable_and_withholds_it_at_the_end() -> None:
    strict = load_policy("strict")
    assert strict.decide(case_of("supported", "unverifiable"), 2).action == "revise"
    assert strict.decide(case_of("supported", "unverifiable"), 1).action == "withhold"


def test_report_never_changes_anything() -> None:
    case = case_of("refuted", "unverifiable", errors=(finding(),))
    decision = load_policy("report").decide(case, 0)
    assert (decision.action, decision.sentences) == ("release", ())


def test_the_strictest_action_wins_and_only_its_rules_are_named(tmp_path: Path) -> None:
    body = rule("true", name="mild") + rule("refuted > 0", "output", "withhold", "hard") + rule("true", name="mild2")
    decision = load_policy(policy_file(tmp_path, body)).decide(case_of("refuted", "supported"), 3)
    assert (decision.action, decision.rules, decision.sentences) == ("withhold", ("hard",), (0, 1))


def test_a_rule_can_ask_for_measured_confidence(tmp_path: Path) -> None:
    policy = load_policy(policy_file(tmp_path, rule("measured && confidence < 0.6")))
    assert policy.decide(case_of("supported", confidence=Measured(0.5, 100)), 1).action == "revise"
    assert policy.decide(case_of("supported"), 1).action == "release"


def test_a_rule_that_forgets_to_test_measured_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="test `measured` first"):
        load_policy(policy_file(tmp_path, rule("confidence < 0.6")))


def test_rules_may_look_at_finding_names(tmp_path: Path) -> None:
    policy = load_policy(policy_file(tmp_path, rule("rules.exists(r, r.startsWith('repet')) && size(rules) == 1")))
    assert policy.decide(case_of("supported", errors=(finding("info", 0),)), 1).sentences == (0,)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rule("status =="), "rule 'a'.*does not compile"),
        (rule("statuss == 'refuted'"), "names 'statuss'; facts of a sentence: status, "),
        (rule("supported > 0"), "names 'supported'"),
        (rule("now() > 3"), "calls 'now'; allowed: contains"),
        (rule("errors"), "gives 0; it must give true or false"),
        (rule("errors > 'x'"), "cannot be evaluated"),
        (rule("true", action="stop"), r"rule 1 \('a'\).*'stop'.*allowed: .*withhold"),  # type: ignore[arg-type]  # a wrong action is the point
        (rule("true", scope="word"), "allowed: .*sentence, output"),
        (rule("true") + rule("true"), "several rules are named 'a'"),
        (rule("true") + "colour = 1\n", "colour"),
        ("[[rules]]\nname = 'x'\n", r"rule 1 \('x'\).*missing required field"),
        ("rules = 3\n", "allowed: name, version"),
        ("x = ", "must be TOML"),
    ],
)
def test_a_bad_policy_is_refused_by_file_and_rule(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(BadPolicy, match=said) as caught:
        load_policy(policy_file(tmp_path, body))
    assert "mine.toml" in str(caught.value)


def test_an_unknown_policy_lists_the_shipped_ones() -> None:
    with pytest.raises(BadPolicy, match="default, report, strict"):
        load_policy("lenient")


def test_the_digest_ignores_comments_and_sees_every_rule(tmp_path: Path) -> None:
    first = load_policy(policy_file(tmp_path, rule("true"))).digest
    assert load_policy(policy_file(tmp_path, "# a comment\n" + rule("true"))).digest == first
    assert load_policy(policy_file(tmp_path, rule("false"))).digest != first


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_policy_decides_every_simple_case(name: str) -> None:
    policy = load_policy(name)
    for status in ("supported", "refuted", "unverifiable", None):
        for left in (0, 1, 2):
            assert policy.decide(case_of(status), left).action in ("release", "revise", "withhold")


def test_the_schema_names_the_allowed_actions() -> None:
    assert b'"withhold"' in msgspec.json.encode(policy_schema())


def against(name: str, sentence: int) -> Finding:
    return Finding("VVP", f"principle-{name}", "warning", "it goes against it", sentence=sentence)


def test_a_blocked_principle_asks_for_a_revision_of_its_sentence_and_then_withholds(tmp_path: Path) -> None:
    policy = load_policy(policy_file(tmp_path, 'rules = []\n[principles]\ndignity = "block"\nadvice = "warn"\n'))
    case = msgspec.structs.replace(
        case_of("supported", "supported"), principles=(against("advice", 0), against("dignity", 1))
    )
    first = policy.decide(case, 1)
    assert (first.action, first.rules, first.sentences) == ("revise", ("principle-dignity",), (1,))
    assert policy.decide(case, 0).action == "withhold"
    assert load_policy("default").decide(case, 1).action == "release"


def test_a_rule_may_ask_for_a_principle_by_name(tmp_path: Path) -> None:
    policy = load_policy(policy_file(tmp_path, rule("rules.exists(r, r == 'principle-advice')")))
    case = msgspec.structs.replace(case_of("supported", "supported"), principles=(against("advice", 0),))
    assert policy.decide(case, 1).sentences == (0,)


@pytest.mark.parametrize(
    "body", ['rules = []\n[principles]\nkindness = "warn"\n', 'rules = []\n[principles]\ndignity = "no"\n']
)
def test_unknown_principles_and_levels_are_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(BadPolicy, match="certainty, attribution"):
        load_policy(policy_file(tmp_path, body))
