"""A bigger judge is asked about what stays open, within its budget, is never trusted, and a replay needs none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simone import weights
from simone.errors import BadSettings
from simone.mvlm.scripted_server import Reply, ScriptedServer, Seen, completion
from simone.records import Output, Unmeasured, Verdict
from simone.runtime import Runtime, replay
from simone.settings import Settings, VerifierSettings

TEXT = (
    "The blockade ended because bread ran out. The town was starved into surrender by Vey. The siege lasted ten weeks."
)
SOURCE = (
    "The Treaty of Halm\n\nVey starved the town of Low Kessing until bread ran out and it gave up in 1728. The siege"
    " lasted nine weeks. Nobody kept a parrot."
)
QUOTE = "Vey starved the town of Low Kessing until bread ran out and it gave up in 1728."


def answer(verdict: str, quote: str = "", **more: str) -> Reply:
    return completion(json.dumps({"verdict": verdict, "quote": quote} | more))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "treaty.txt").write_text(SOURCE, "utf-8")
    return folder


def verify(home: Path, sources: Path, text: str = TEXT, **settings: Any) -> Output:
    given = Settings(durable=False, verifier=VerifierSettings(**settings))
    with Runtime.open(sources, engine="extractive", home=home, settings=given, with_vectors=False) as house:
        return house.verify(text)


def of(output: Output, beginning: str) -> Verdict:
    return next(verdict for verdict in output.verdicts if verdict.claim.text.startswith(beginning))


def test_nothing_is_asked_unless_the_settings_name_a_judge(home: Path, sources: Path) -> None:
    output = verify(home, sources)
    assert of(output, "The town").status == of(output, "The blockade").status == "unverifiable"
    assert of(output, "The siege").decided_by == "number"


def test_an_open_claim_is_settled_by_what_the_judge_quotes(home: Path, sources: Path) -> None:
    with ScriptedServer([answer("supported", QUOTE)]) as server:
        output = verify(home, sources, escalation=server.url, escalation_model="judge-1")
    verdict = of(output, "The town")
    assert (verdict.status, verdict.decided_by) == ("supported", "escalation")
    assert QUOTE in verdict.reason
    assert isinstance(verdict.confidence, Unmeasured)
    shown = verdict.evidence[0]
    assert SOURCE[shown.start : shown.end] == shown.quote == QUOTE
    asked = json.loads(server.seen[0].body)
    assert asked["model"] == "judge-1"
    assert asked["response_format"]["type"] == "json_schema"
    assert "Claim: " in asked["messages"][1]["content"]
    assert output.cost.calls == len(server.seen) == 2  # the number refutes by itself and is not asked about
    assert "judge-1" in output.cost.model


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (answer("supported", "The town was starved by Vey in the end."), "quotes nothing that it was shown"),
        (answer("supported", "the"), "quotes nothing that it was shown"),
        (answer("supported"), "quotes nothing that it was shown"),
        (answer("unverifiable"), "leaves it open too"),
        (answer("true", QUOTE), "breaks the schema"),
        (answer("supported", QUOTE, note="trust me"), "breaks the schema"),
        (completion("It is supported."), "breaks the schema"),
        (completion(""), "answered nothing"),
        (Reply(status=400, body=b"no"), "status 400"),
    ],
)
def test_what_is_not_an_answer_leaves_the_verdict_as_it_was(home: Path, sources: Path, reply: Reply, said: str) -> None:
    before = verify(home, sources)
    with ScriptedServer([reply]) as server:
        after = verify(home, sources, escalation=server.url)
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        assert (new.status, new.decided_by, new.evidence) == (old.status, old.decided_by, old.evidence)
        assert new.reason.startswith(old.reason)
    assert said in of(after, "The town").reason
    assert replay(after.run, home=home).divergence is None


def test_it_is_asked_about_claims_and_not_about_what_a_principle_wonders(home: Path, sources: Path) -> None:
    text = "It is disputed whether the town was starved into surrender by Vey."
    with ScriptedServer([answer("unverifiable")]) as server:
        output = verify(home, sources, text, escalation=server.url)
        assert output.cost.calls == len(server.seen) == len(output.verdicts) == 1


def test_a_difference_in_a_value_is_not_argued_away(home: Path, sources: Path) -> None:
    text = "The siege lasted about three months."
    with ScriptedServer([answer("supported", "The siege lasted nine weeks.")]) as server:
        verdict = verify(home, sources, text, escalation=server.url).verdicts[0]
        assert verdict.status != "supported"
        assert len(server.seen) <= 1


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"escalation_calls": 1}, "its budget of 1 calls is spent"),
        ({"escalation_tokens": 5}, "its budget of 5 tokens is spent"),
        ({"escalation_ms": 0}, "its budget of 0 ms is spent"),
    ],
)
def test_a_spent_budget_leaves_the_rest_as_it_was_and_says_so(
    home: Path, sources: Path, limit: dict[str, Any], said: str
) -> None:
    with ScriptedServer([answer("supported", QUOTE)]) as server:
        output = verify(home, sources, escalation=server.url, **limit)
        assert len(server.seen) == limit.get("escalation_calls", 0)
    left = [verdict for verdict in output.verdicts if said in verdict.reason]
    assert left
    assert all(verdict.status == "unverifiable" for verdict in left)
    report = replay(output.run, home=home)
    assert (report.divergence, report.notes, report.output) == (None, (), output)


def test_time_bounds_a_judge_that_does_not_answer(home: Path, sources: Path) -> None:
    with ScriptedServer([Reply(behaviour="stall")]) as server:
        output = verify(home, sources, escalation=server.url, escalation_ms=200)
        assert len(server.seen) == 1
    assert "no answer within" in of(output, "The blockade").reason
    assert "its budget of 200 ms is spent" in of(output, "The town").reason
    assert replay(output.run, home=home).output == output


def test_a_replay_asks_nobody_and_needs_no_setting(home: Path, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([answer("refuted", QUOTE)]) as server:
        output = verify(home, sources, escalation=server.url)
        asked = len(server.seen)
    assert of(output, "The town").status == "refuted"
    report = replay(output.run, home=home)
    assert (report.divergence, report.notes, report.output) == (None, (), output)
    monkeypatch.setenv("SIMONE_VERIFIER_ESCALATION", "http://127.0.0.1:9/v1")
    assert replay(output.run, home=home).output == output
    assert len(server.seen) == asked


def test_each_claim_is_asked_about_once(home: Path, sources: Path) -> None:
    def reply(_: Seen) -> Reply:
        return answer("unverifiable")

    with ScriptedServer(reply) as server:
        verify(home, sources, "The town was starved into surrender. The town was starved into surrender.",
               escalation=server.url)  # fmt: skip
        assert len(server.seen) == 1


def cross_encoder() -> bytes:
    """An ONNX file: each word piece of 30,522 has three numbers, whose means over a text are its logits.

    Source: ONNX IR specification (ModelProto, GraphProto, NodeProto, TensorProto); Protocol Buffers encoding.
    """

    def number(value: int) -> bytes:
        return bytes([value & 127 | 128]) + number(value >> 7) if value > 127 else bytes([value])

    def field(place: int, content: bytes | str | int) -> bytes:
        if isinstance(content, int):
            return number(place << 3) + number(content)
        content = content.encode() if isinstance(content, str) else content
        return number(place << 3 | 2) + number(len(content)) + content

    def node(kind: str, inputs: tuple[str, ...], output: str, *attributes: bytes) -> bytes:
        parts = [*(field(1, name) for name in inputs), field(2, output), field(4, kind)]
        return field(1, b"".join([*parts, *(field(5, one) for one in attributes)]))

    def value(place: int, name: str, kind: int) -> bytes:
        return field(place, field(1, name) + field(2, field(1, field(1, kind))))

    def whole(name: str, *, ints: int | None = None, only: int | None = None) -> bytes:
        return field(1, name) + (
            field(8, ints) + field(20, 7) if ints is not None else field(3, only or 0) + field(20, 2)
        )

    table = np.random.default_rng(3).standard_normal((30_522, 3)).astype("<f4")
    stored = field(1, table.shape[0]) + field(1, 3) + field(2, 1) + field(8, "table") + field(9, table.tobytes())
    means = node("ReduceMean", ("rows",), "logits", whole("axes", ints=1), whole("keepdims", only=0))
    inputs = b"".join(value(11, name, 7) for name in ("input_ids", "attention_mask", "token_type_ids"))
    nodes = node("Gather", ("table", "input_ids"), "rows") + means
    graph = nodes + field(2, "judge") + field(5, stored) + inputs + value(12, "logits", 1)
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


@pytest.mark.weights
def test_a_cross_encoder_from_a_file_judges(home: Path, sources: Path) -> None:
    model, tokenizer = sources.parent / "judge.onnx", weights.path("minilm-tokenizer", home)
    model.write_bytes(cross_encoder())
    settings = {"escalation": f"onnx:{model}", "escalation_tokenizer": str(tokenizer)}
    output = verify(home, sources, **settings)
    settled = [verdict for verdict in output.verdicts if verdict.decided_by == "escalation"]
    assert settled
    assert all(SOURCE[e.start : e.end] == e.quote for verdict in settled for e in verdict.evidence)
    assert "onnx:" in output.cost.model
    assert verify(home, sources, **settings) == output
    report = replay(output.run, home=home)
    assert (report.divergence, report.notes, report.output) == (None, (), output)
    turned = verify(home, sources, **settings, escalation_labels="refuted,supported,unverifiable")
    assert turned.run != output.run
    flipped = {"supported": "refuted", "refuted": "supported"}
    town = of(output, "The town").status
    assert of(turned, "The town").status == flipped.get(town, town)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"escalation": "bigger"}, "base URL of a server"),
        ({"escalation": "onnx:/nowhere/model.onnx"}, "no model file"),
        ({"escalation": "onnx:{here}", "escalation_labels": "yes,no,maybe"}, "in the order of the model's logits"),
        ({"escalation": "onnx:{here}"}, "no tokenizer file"),
        ({"escalation": "http://user:secret@host/v1"}, "holds a user"),
    ],
)
def test_a_judge_that_cannot_be_used_is_refused(
    home: Path, sources: Path, settings: dict[str, str], message: str
) -> None:
    here = sources / "treaty.txt"
    with pytest.raises(BadSettings, match=message):
        verify(home, sources, **{name: value.format(here=here) for name, value in settings.items()})


@pytest.mark.weights
def test_a_file_that_is_no_model_leaves_everything_open(home: Path, sources: Path) -> None:
    tokenizer = weights.path("minilm-tokenizer", home)
    here = sources / "treaty.txt"
    output = verify(home, sources, escalation=f"onnx:{here}", escalation_tokenizer=str(tokenizer))
    assert "a file cannot be read" in of(output, "The town").reason


def test_the_command_line_takes_it_from_the_environment(
    home: Path, sources: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[..., object]
) -> None:
    with ScriptedServer([answer("supported", QUOTE)]) as server:
        monkeypatch.setenv("SIMONE_VERIFIER_ESCALATION", server.url)
        said = command("verify", "The town was starved into surrender by Vey.", "--against", str(sources))
    assert "supported by escalation, confidence unmeasured" in said.output  # type: ignore[attr-defined]
