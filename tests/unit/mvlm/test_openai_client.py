"""The client against a real server on the loopback: faults, repeats, secrets, leaving early."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime

import pytest

from simone.clock import Deadline, FrozenClock, SystemClock
from simone.errors import BadSettings, Cancelled, ModelFailed, ModelTimeout
from simone.mvlm.openai_client import OpenAIClient
from simone.mvlm.scripted_server import Reply, ScriptedServer, Seen, completion
from simone.records import Execution, Instruction
from simone.settings import ModelSettings

KEY = "sk-very-secret-5d41402abc4b"
ASKED = Instruction("DRAFT", "What did Belmar pay?", max_tokens=20, seed=9, stop=("##",))
SCHEMA = '{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}'


def a_deadline(seconds: float = 30.0) -> Deadline:
    return Deadline(SystemClock(), seconds)


def ask(replies: Sequence[Reply], asked: Instruction = ASKED, retries: int = 0, seconds: float = 30.0) -> Execution:
    with ScriptedServer(replies) as server:
        client = OpenAIClient(server.url, ModelSettings(name="m1", retries=retries), {"OPENAI_API_KEY": KEY})
        return client.execute(asked, a_deadline(seconds))


def test_the_request_is_greedy_and_carries_the_limits_and_the_key() -> None:
    with ScriptedServer([completion("300 crowns.")]) as server:
        client = OpenAIClient(server.url + "/", ModelSettings(name="m1"), {"OPENAI_API_KEY": KEY})
        answer = client.execute(ASKED, a_deadline())
        (request,) = server.seen
    sent = json.loads(request.body)
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert (sent["model"], sent["temperature"], sent["seed"], sent["max_tokens"]) == ("m1", 0, 9, 20)
    assert sent["stop"] == ["##"]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert answer == Execution("300 crowns.", "stop", 7, 5, client.name)


def test_a_schema_is_sent_and_the_answer_checked_against_it() -> None:
    asked = Instruction("EXTRACT", "a?", schema=SCHEMA)
    with ScriptedServer([completion('{"a": 3}')]) as server:
        assert OpenAIClient(server.url, ModelSettings(), {}).execute(asked, a_deadline()).text == '{"a": 3}'
        sent = json.loads(server.seen[0].body)
    assert sent["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)
    with pytest.raises(ModelFailed, match="schema"):
        ask([completion('{"a": "x"}')], asked)
    with pytest.raises(ModelFailed, match="cut at max_tokens"):
        ask([completion('{"a": 3', "length")], asked)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(400, b'{"error":{"message":"unknown field"}}'), "status 400.*unknown field"),
        (Reply(401, f"wrong key {KEY}".encode()), r"OPENAI_API_KEY.*\[key\]"),
        (Reply(403, b""), "OPENAI_API_KEY"),
        (Reply(404, b"no such model"), "URL or the model name"),
        (Reply(302, b"", (("location", "http://127.0.0.1:9/"),)), "status 302"),
        (Reply(500, b"<html>" + b"x" * 10_000), "status 500"),
        (Reply(200, b"<html>hello</html>"), "not a chat completion"),
        (Reply(200, b'{"choices":[{"mess'), "not a chat completion"),
        (Reply(200, b"\xff\xfe\x00"), "not a chat completion"),
        (Reply(200, b'{"choices":[]}'), "no choice"),
        (completion(""), "answered nothing"),
        (completion(None), "answered nothing"),
        (completion("half", "content_filter"), "content_filter"),
        (completion("half", None), "did not finish"),
        (Reply(behaviour="drop"), "no response"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_fault_of_the_server_has_its_words_and_never_the_key(
    reply: Reply, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ModelFailed, match=said) as caught:
        ask([reply])
    assert KEY not in str(caught.value) + caplog.text
    assert len(str(caught.value)) < 800


def test_a_server_that_is_not_there_is_a_named_failure() -> None:
    client = OpenAIClient("http://127.0.0.1:9/v1", ModelSettings(retries=0), {})
    with pytest.raises(ModelFailed, match="is the server running"):
        client.execute(ASKED, a_deadline())


def test_passing_faults_are_tried_again() -> None:
    faults = [Reply(503), Reply(behaviour="drop"), completion("At last.", "length", 0, 0)]
    answer = ask(faults, retries=2)
    assert (answer.text, answer.finish) == ("At last.", "length")
    assert answer.tokens_in > 0 and answer.tokens_out > 0


def test_lasting_faults_are_not_tried_again() -> None:
    with ScriptedServer([Reply(400), completion("never")]) as server:
        with pytest.raises(ModelFailed, match="400"):
            OpenAIClient(server.url, ModelSettings(retries=3), {}).execute(ASKED, a_deadline())
        assert len(server.seen) == 1


def test_the_repeats_end() -> None:
    with ScriptedServer([Reply(429)]) as server:
        with pytest.raises(ModelFailed, match="no more requests"):
            OpenAIClient(server.url, ModelSettings(retries=1), {}).execute(ASKED, a_deadline())
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    "late",
    ["3600", format_datetime(SystemClock().now() + timedelta(hours=1), usegmt=True)],
    ids=["seconds", "date"],
)
def test_a_server_that_asks_to_wait_beyond_the_deadline_is_a_timeout(late: str) -> None:
    with pytest.raises(ModelTimeout):
        ask([Reply(429, b"", (("retry-after", late),))], retries=1, seconds=0.3)


def test_a_stalling_server_is_a_timeout_and_is_left() -> None:
    clock = FrozenClock()

    def stall(request: Seen) -> Reply:
        clock.advance(60.0)
        return Reply(behaviour="stall")

    with ScriptedServer(stall) as server:
        with pytest.raises(ModelTimeout):
            OpenAIClient(server.url, ModelSettings(), {}).execute(ASKED, Deadline(clock, 30.0))
        assert server.left.wait(10.0)


def test_cancelling_leaves_a_stalling_server() -> None:
    deadline = a_deadline()

    def stall(request: Seen) -> Reply:
        deadline.cancel()
        return Reply(behaviour="stall")

    with ScriptedServer(stall) as server:
        with pytest.raises(Cancelled):
            OpenAIClient(server.url, ModelSettings(), {}).execute(ASKED, deadline)
        assert server.left.wait(10.0)


def test_cancelling_ends_the_pause_before_a_repeat() -> None:
    deadline = a_deadline()
    with ScriptedServer([Reply(429, b"", (("retry-after", "20"),))]) as server:
        threading.Timer(0.2, deadline.cancel).start()
        with pytest.raises(Cancelled):
            OpenAIClient(server.url, ModelSettings(retries=1), {}).execute(ASKED, deadline)


def test_a_closed_client_refuses() -> None:
    client = OpenAIClient("http://127.0.0.1:9/v1", ModelSettings(), {})
    client.close()
    with pytest.raises(ModelFailed, match="closed"):
        client.execute(ASKED, a_deadline())


@pytest.mark.parametrize(
    "url",
    ["ftp://host/v1", "host:80", "http://", "http://u:hunter2@host/v1", "http://host/v1?k=hunter2", "http://[::1"],
)
def test_a_url_that_is_none_or_holds_a_secret_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadSettings) as caught:
        OpenAIClient(url, ModelSettings(), {})
    assert "hunter2" not in str(caught.value)


def test_a_key_that_no_header_may_hold_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadSettings, match="OPENAI_API_KEY") as caught:
        OpenAIClient("http://host/v1", ModelSettings(), {"OPENAI_API_KEY": "a\nhunter2"})
    assert "hunter2" not in str(caught.value)
