"""The HTTP service over a real runtime, asked over a real socket."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from simone import settings, weights
from simone.clock import SystemClock
from simone.errors import InputError
from simone.governance.ledger import Ledger
from simone.governance.pruning import prune
from simone.governance.redaction import redact
from simone.mvlm.scripted_server import Reply, ScriptedServer, Seen, completion
from simone.protocols.memory_tagging.candidates import Said
from simone.records import Output, Request
from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.runtime import ReplayReport, Runtime
from simone.runtime.remembering import remember_said
from simone.service.access import bind
from simone.service.app import make_app, make_server

QUESTION = "What did Belmar agree to pay?"
WRONG = "Belmar pays 30 talents of silver in ten equal instalments."
WAIT_S = 60.0
BELMAR = Path(__file__).resolve().parents[2] / "examples" / "belmar"
TREATY = BELMAR / "treaty.md"


@contextmanager
def serving(runtime: Runtime, home: Path, queue: int = 16, allow_remote: bool = False) -> Iterator[httpx.Client]:
    """A client of a server in a thread of this process."""
    with bind("127.0.0.1", 0, allow_remote=False) as listener:
        server = make_server(make_app(runtime, home, queue=queue, allow_remote=allow_remote))
        listener.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=WAIT_S) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runtime, Path]]:
    """One runtime over the example, for the tests that only ask."""
    source = Path(os.environ.get("SIMONE_TEST_HOME", str(settings.home())))
    if missing := [status.weight.name for status in weights.verify(source) if status.is_lacking]:
        pytest.skip(f"weights missing: {', '.join(missing)}; run `make weights`")
    home = tmp_path_factory.mktemp("home")
    (home / "weights").symlink_to(source / "weights", target_is_directory=True)
    with Runtime.open(BELMAR, engine="extractive", home=home, settings=settings.Settings()) as opened:
        yield opened, home


@pytest.fixture
def runtime(shared: tuple[Runtime, Path]) -> Runtime:
    return shared[0]


@pytest.fixture(scope="module")
def client(shared: tuple[Runtime, Path]) -> Iterator[httpx.Client]:
    with serving(*shared) as asking:
        yield asking


class Held:
    """A model server that answers only when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, _: Seen) -> Reply:
        self.asked.set()
        self.go_on.wait(WAIT_S)
        return completion("Belmar agreed to pay 40 talents of silver over ten years.")


def problem(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    return response.status_code, error["type"], error["message"]


def test_an_answer_over_http_is_the_answer_of_the_runtime(client: httpx.Client, runtime: Runtime) -> None:
    response = client.post("/v1/run", json={"question": QUESTION})
    output = msgspec.json.decode(response.content, type=Output)
    assert output == runtime.run(Request(QUESTION))
    assert "40 talents" in output.text
    assert response.headers["x-simone-run-id"] == output.run
    assert response.headers["x-simone-decision"] == output.decision.action == "release"


def test_a_request_uses_the_memory_of_its_tenant(shared: tuple[Runtime, Path], tmp_path: Path) -> None:
    (tmp_path / "weights").symlink_to(shared[1] / "weights", target_is_directory=True)
    given = settings.Settings(durable=False, memory=settings.MemorySettings(enabled=True))
    told = Said("Ilva Marr commanded Low Kessing.", "letter 7", "r0", "Ann", 1.0, "2026-03-05", tenant="one")
    with Runtime.open((), engine="extractive", home=tmp_path, settings=given) as opened:
        assert opened.memory is not None
        remember_said(opened.memory, [told], opened.clock)
        with serving(opened, tmp_path) as asking:
            body = {"question": "Who commanded Low Kessing?"}
            answer = asking.post("/v1/run", json=body, headers={"x-simone-tenant": "one"})
            assert "Ilva Marr" in answer.json()["text"]
            run = answer.headers["x-simone-run-id"]
            for headers in ({"x-simone-tenant": "two"}, {}):
                assert problem(asking.post("/v1/run", json=body, headers=headers))[:2] == (422, "EvidenceMissing")
                assert problem(asking.get(f"/v1/runs/{run}", headers=headers))[:2] == (404, "RunUnknown")
                assert problem(asking.post(f"/v1/runs/{run}/replay", headers=headers))[:2] == (404, "RunUnknown")
            assert asking.get(f"/v1/runs/{run}", headers={"x-simone-tenant": "one"}).content == answer.content
            replayed = asking.post(f"/v1/runs/{run[:16]}/replay", headers={"x-simone-tenant": "one"})
            assert replayed.json()["divergence"] is None


def test_the_same_question_of_two_tenants_is_two_runs_with_one_answer(client: httpx.Client) -> None:
    body = {"question": QUESTION}
    one, other = (client.post("/v1/run", json=body, headers={"x-simone-tenant": name}) for name in ("one", "other"))
    assert one.json()["text"] == other.json()["text"]
    runs = [answer.headers["x-simone-run-id"] for answer in (one, other)]
    assert runs[0] != runs[1]
    assert problem(client.get(f"/v1/runs/{runs[0]}", headers={"x-simone-tenant": "other"}))[0] == 404
    assert client.get(f"/v1/runs/{runs[1]}", headers={"x-simone-tenant": "other"}).content == other.content


def test_a_verified_text_is_judged_as_the_runtime_judges_it(client: httpx.Client, runtime: Runtime) -> None:
    output = msgspec.json.decode(client.post("/v1/verify", json={"text": WRONG}).content, type=Output)
    assert output == runtime.verify(WRONG)
    explained = client.post("/v1/verify", json={"text": WRONG, "explain": True}).content
    assert msgspec.json.decode(explained, type=Output) == runtime.verify(WRONG, explain=True) != output
    assert [verdict.status for verdict in output.verdicts] == ["refuted"]


def test_a_recorded_run_is_given_again_and_replays_without_divergence(client: httpx.Client) -> None:
    answered = client.post("/v1/run", json={"question": QUESTION})
    run = answered.headers["x-simone-run-id"]
    assert client.get(f"/v1/runs/{run}").content == answered.content
    assert client.get(f"/v1/runs/{run[:16]}").content == answered.content
    report = msgspec.json.decode(client.post(f"/v1/runs/{run}/replay").content, type=ReplayReport)
    assert (report.run, report.divergence) == (run, None)


def test_a_tampered_record_is_refused_and_not_shown(client: httpx.Client, runtime: Runtime) -> None:
    run = client.post("/v1/verify", json={"text": f"{WRONG} {WRONG}"}).headers["x-simone-run-id"]
    attempt = runtime.ledger.load(run).attempt
    with runtime.ledger.writing() as connection:
        connection.execute("UPDATE entries SET payload = CAST('{}' AS BLOB) WHERE attempt = ?", (attempt,))
    assert problem(client.get(f"/v1/runs/{run}"))[:2] == (500, "LedgerBroken")


def test_equal_requests_get_equal_bytes_one_after_another_and_at_once(client: httpx.Client) -> None:
    bodies = ({"question": QUESTION}, {"question": "Who built the bridge?"})
    alone = [client.post("/v1/run", json=body).content for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda number: client.post("/v1/run", json=bodies[number % 2]).content, range(8)))
    assert together == alone * 4


REFUSED = (
    (b'{"question": "x", "zed": 1}', "`zed`"),
    (b'{"question": "x", "budget": {"second": 1}}', "`second`"),
    (b'{"question": "x", "contract": {"words": 1}}', "`words`"),
    (b'{"question": "x", "seed": "5"}', "`$.seed`"),
    (b'{"text": "x"}', "`question`"),
    (b'{"question": "\xff"}', "byte 14 is not UTF-8"),
    (b'{"question": "\\ud800"}', "\\ud800 is half of a character"),
    (b'{"question": "\\\\ud800 \\ud83d\\ude00 \\udc00"}', "\\udc00 is half of a character"),
    (b"{", "truncated"),
    (b'{"question": "x", "policy": "/etc/hostname"}', "default, report, strict"),
    (b'{"question": "x", "workflow": "/etc/hostname"}', "analyze, answer"),
    (b'{"question": "?"}', "asks nothing"),
)


def test_a_bad_request_is_refused_with_the_reason(client: httpx.Client) -> None:
    for body, named in REFUSED:
        status, kind, message = problem(client.post("/v1/run", content=body))
        assert (status, kind) == (400, "BadRequest"), body
        assert named in message


def test_errors_have_one_form_and_a_fitting_status(client: httpx.Client) -> None:
    assert problem(client.post("/v1/run"))[:2] == (400, "Validation")
    assert problem(client.post("/v1/verify", json={"text": " \n"}))[:2] == (400, "BadRequest")
    assert problem(client.post("/v1/run", content=b" " * 4_200_000))[:2] == (413, "RequestEntityTooLarge")
    assert problem(client.post("/v1/run", json={"question": "x", "budget": {"tokens": 1}}))[:2] == (
        422,
        "BudgetExceeded",
    )
    assert problem(client.get("/v1/run"))[:2] == (405, "MethodNotAllowed")
    assert problem(client.get("/nowhere"))[:2] == (404, "NotFound")


def test_an_unknown_run_is_named_without_paths_or_other_runs(
    client: httpx.Client, shared: tuple[Runtime, Path]
) -> None:
    known = client.post("/v1/verify", json={"text": WRONG}).headers["x-simone-run-id"]
    for run in ("0" * 64, known[:15], "%2e%2e"):
        response = client.get(f"/v1/runs/{run}")
        assert problem(response)[:2] == (404, "RunUnknown")
        assert known[:12] not in response.text
        assert str(shared[1]) not in response.text


def test_without_sources_a_question_has_no_evidence(home: Path) -> None:
    with Runtime.open(engine="extractive", home=home) as empty, serving(empty, home) as client:
        assert problem(client.post("/v1/run", json={"question": QUESTION}))[:2] == (422, "EvidenceMissing")
        assert client.get("/health").json()["documents"] == 0


def test_a_run_that_was_forgotten_is_gone(home: Path) -> None:
    with Runtime.open(TREATY, engine="extractive", home=home) as runtime, serving(runtime, home) as client:
        run = client.post("/v1/run", json={"question": QUESTION}).json()["run"]
        assert redact(runtime.ledger, lambda payload: b"talents" in payload).runs == (run,)
        assert problem(client.get(f"/v1/runs/{run}"))[:2] == (410, "RunForgotten")
        assert problem(client.post(f"/v1/runs/{run}/replay"))[:2] == (410, "RunForgotten")


def test_a_run_that_was_pruned_is_gone(home: Path) -> None:
    with Runtime.open(TREATY, engine="extractive", home=home) as runtime, serving(runtime, home) as client:
        run = client.post("/v1/run", json={"question": QUESTION}).json()["run"]
        assert prune(runtime.ledger, "9999") == 1
        assert problem(client.get(f"/v1/runs/{run}"))[:2] == (410, "RunPruned")
        assert problem(client.post(f"/v1/runs/{run}/replay"))[:2] == (410, "RunPruned")


def test_a_failing_model_is_a_bad_gateway_and_its_words_stay_here(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        ScriptedServer([Reply(status=401, body=b"secret words")]) as model,
        Runtime.open(TREATY, engine=model.url, home=home) as runtime,
        serving(runtime, home) as client,
    ):
        response = client.post("/v1/run", json={"question": QUESTION})
        run = next(iter(runtime.ledger.runs())).run_id
        assert problem(client.get(f"/v1/runs/{run}"))[:2] == (409, "ReplayError")
    assert problem(response)[:2] == (502, "ModelFailed")
    assert "secret words" not in response.text
    assert model.url not in response.text
    assert "secret words" in caplog.text


def test_health_says_what_serves(client: httpx.Client, runtime: Runtime) -> None:
    shown = client.get("/health").json()
    assert shown["documents"] == len(list(BELMAR.iterdir()))
    assert (shown["sources"], shown["engine"]) == (runtime.retriever.version, runtime.engine.name)
    assert shown["backend"] in ("reference", "rust")


def test_health_fails_with_the_reason_where_no_run_could_be_recorded(home: Path) -> None:
    with Runtime.open(engine="extractive", home=home) as opened, serving(opened, home) as client:
        assert client.get("/health").status_code == 200
        kept = opened.ledger.path.rename(home / "elsewhere")
        status, kind, message = problem(client.get("/health"))
        assert (status, kind) == (503, "ServiceUnavailable")
        assert message.startswith("the ledger cannot be written: unable to open database file")
        assert str(home) not in message
        kept.rename(opened.ledger.path)
        assert client.get("/health").status_code == 200


def test_a_request_fails_where_its_run_would_be_lost(home: Path) -> None:
    with Runtime.open(TREATY, engine="extractive", home=home) as opened, serving(opened, home) as client:
        opened.ledger.path.rename(home / "elsewhere")
        Ledger.open(opened.ledger.path, SystemClock(), durable=False).close()
        assert problem(client.post("/v1/run", json={"question": QUESTION}))[:2] == (500, "StoreError")
        assert problem(client.get("/health"))[2] == (
            "the ledger cannot be written: it was removed or replaced while it was open; no run can be recorded"
        )


class Gated:
    """An encoder that waits at a gate before it works."""

    def __init__(self, encoder: TextEncoder, gate: threading.Event) -> None:
        self._encoder = encoder
        self._gate = gate
        self.name = encoder.name

    def encode(self, texts: Sequence[str]) -> Floats:
        self._gate.wait(WAIT_S)
        return self._encoder.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._encoder.encode_tokens(texts)


def gated(runtime: Runtime, gate: threading.Event) -> Runtime:
    runtime.encoder = Gated(runtime.encoder, gate)
    return runtime


def test_the_server_is_alive_before_it_is_ready(home: Path) -> None:
    gate = threading.Event()
    with Runtime.open(engine="extractive", home=home) as empty, serving(gated(empty, gate), home) as client:
        waiting = client.get("/ready")
        assert problem(waiting) == (503, "ServiceUnavailable", "the encoder is being loaded")
        assert waiting.headers["retry-after"] == "1"
        assert client.get("/health").status_code == 200
        gate.set()
        while (loaded := client.get("/ready")).status_code == 503:
            pass
        assert loaded.status_code == 204


def test_a_full_queue_sends_further_requests_away_and_serves_the_others(home: Path) -> None:
    held = Held()
    with (
        ScriptedServer(held) as model,
        Runtime.open(TREATY, engine=model.url, home=home, workers=1) as runtime,
        serving(runtime, home, queue=0) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(client.post, "/v1/run", json={"question": QUESTION})
        assert held.asked.wait(WAIT_S)
        refused = client.post("/v1/run", json={"question": QUESTION})
        assert client.get("/health").status_code == 200
        held.go_on.set()
        assert first.result().status_code == 200
        assert problem(refused)[:2] == (503, "ServiceUnavailable")
        assert refused.headers["retry-after"] == "1"
        assert client.post("/v1/run", json={"question": QUESTION}).content == first.result().content


def test_a_client_that_goes_away_withdraws_its_request(home: Path) -> None:
    asked = threading.Event()

    def stall(_: Seen) -> Reply:
        asked.set()
        return Reply(behaviour="stall")

    with (
        ScriptedServer(stall) as model,
        Runtime.open(TREATY, engine=model.url, home=home) as runtime,
        serving(runtime, home) as client,
    ):
        body = msgspec.json.encode({"question": QUESTION})
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
            head = f"POST /v1/run HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            assert asked.wait(WAIT_S)
        assert model.left.wait(WAIT_S), "the model was not told that nobody waits for it"


def test_pages_of_other_sites_are_refused(client: httpx.Client) -> None:
    own = str(client.base_url).rstrip("/")
    assert client.get("/health", headers={"origin": own}).status_code == 200
    for headers in ({"origin": "https://page.example"}, {"origin": "null"}, {"host": "page.example:8741"}):
        response = client.get("/health", headers=headers)
        assert problem(response)[:2] == (403, "PermissionDenied")
        assert "access-control-allow-origin" not in response.headers


def test_other_machines_are_served_only_when_that_is_allowed_by_name(shared: tuple[Runtime, Path]) -> None:
    with pytest.raises(InputError, match="--allow-remote"):
        bind("0.0.0.0", 0, allow_remote=False)
    bind("0.0.0.0", 0, allow_remote=True).close()
    with serving(*shared, allow_remote=True) as client:
        assert client.get("/health", headers={"host": "simone.example"}).status_code == 200


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with bind("127.0.0.1", 0, allow_remote=False) as listener:
        assert listener.proto == socket.IPPROTO_TCP, "asyncio sets TCP_NODELAY only on sockets that say they are TCP"


def test_a_taken_port_is_bad_input() -> None:
    with bind("127.0.0.1", 0, allow_remote=False) as taken:
        taken.listen()
        with pytest.raises(InputError, match="in use"):
            bind("127.0.0.1", taken.getsockname()[1], allow_remote=False)


def test_the_schema_is_json_alone_and_refuses_unknown_fields(client: httpx.Client) -> None:
    schema = client.get("/schema/openapi.json").json()
    assert {"/v1/run", "/v1/verify", "/v1/runs/{run_id}", "/v1/runs/{run_id}/replay"} <= set(schema["paths"])
    assert schema["components"]["schemas"]["Output"]["properties"]["verdicts"]
    for page in ("swagger", "redoc", "scalar", "elements", "rapidoc"):
        assert client.get(f"/schema/{page}").status_code == 404


def test_a_process_told_to_stop_finishes_the_request_under_way(home: Path) -> None:
    held = Held()
    environment = os.environ | {"SIMONE_HOME": str(home)}
    with ScriptedServer(held) as model, ThreadPoolExecutor(1) as pool:
        command = ["serve", "--sources", str(TREATY), "--mvlm", model.url, "--port", "0"]
        process = subprocess.Popen(
            [sys.executable, "-m", "simone", *command], env=environment, stderr=subprocess.PIPE, text=True
        )
        with process:
            assert process.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stderr.readline())
            assert found
            answer = pool.submit(httpx.post, f"{found[0]}/v1/run", json={"question": QUESTION}, timeout=WAIT_S)
            assert held.asked.wait(WAIT_S)
            process.send_signal(signal.SIGTERM)
            while _listens(int(found[1])):
                pass
            held.go_on.set()
            assert answer.result().status_code == 200
            assert process.wait(WAIT_S) == 0
            assert process.stderr.read() == ""


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
