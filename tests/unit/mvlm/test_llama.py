"""The local model: the same bytes whatever went before and wherever it runs, and it stops when told."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from simone import settings, weights
from simone.clock import Deadline, SystemClock
from simone.errors import Cancelled, ModelFailed, WeightsCorrupt, WeightsMissing
from simone.mvlm.llama import Llama
from simone.records import Execution, Instruction, Passage
from simone.settings import ModelSettings

SETTINGS = ModelSettings(threads=1, context_tokens=512)
FACT = "In 1931 the town of Belmar agreed to pay 300 crowns for the old ferry."
ASKED = Instruction(
    "DRAFT", "What did Belmar pay?", passages=(Passage("a", "a", 1, 0, len(FACT), FACT, (0, len(FACT))),), max_tokens=16
)


def the_weights() -> Path:
    home = os.environ.get("SIMONE_TEST_HOME") or settings.home()
    try:
        return weights.path("smollm2", Path(home))
    except (WeightsMissing, WeightsCorrupt) as error:
        pytest.skip(f"no weights: {error}")


@pytest.fixture(scope="module")
def engine() -> Iterator[Llama]:
    engine = Llama(the_weights(), SETTINGS)
    yield engine
    engine.close()


def a_deadline() -> Deadline:
    return Deadline(SystemClock(), 300.0)


FRESH = """
import sys, msgspec
from pathlib import Path
from simone.clock import Deadline, SystemClock
from simone.mvlm.llama import Llama
from simone.records import Instruction
from simone.settings import ModelSettings
settings = msgspec.json.decode(sys.argv[2], type=ModelSettings)
asked = msgspec.json.decode(sys.argv[3], type=Instruction)
engine = Llama(Path(sys.argv[1]), settings)
sys.stdout.buffer.write(msgspec.json.encode(engine.execute(asked, Deadline(SystemClock(), 300.0))))
engine.close()
"""


@pytest.mark.weights
def test_a_fresh_silent_process_gives_the_bytes_of_a_used_one(engine: Llama) -> None:
    used = engine.execute(ASKED, a_deadline())
    command = [
        sys.executable,
        "-c",
        FRESH,
        str(the_weights()),
        *(msgspec.json.encode(x).decode() for x in (SETTINGS, ASKED)),
    ]
    fresh = subprocess.run(command, capture_output=True, check=True, timeout=300)
    assert msgspec.json.decode(fresh.stdout, type=Execution) == used
    assert fresh.stderr == b""


@pytest.mark.weights
def test_a_prompt_that_shares_its_beginning_changes_nothing(engine: Llama) -> None:
    before = engine.execute(ASKED, a_deadline())
    engine.execute(
        msgspec.structs.replace(ASKED, task="What did Belmar pay for the ferry?", max_tokens=2), a_deadline()
    )
    assert engine.execute(ASKED, a_deadline()) == before


@pytest.mark.weights
def test_cancelling_stops_a_generation_under_way(engine: Llama) -> None:
    deadline = a_deadline()
    threading.Timer(0.2, deadline.cancel).start()
    with pytest.raises(Cancelled):
        engine.execute(Instruction("DRAFT", "Tell a story of a thousand words.", max_tokens=400), deadline)
    assert engine.execute(msgspec.structs.replace(ASKED, max_tokens=2), a_deadline()).text


@pytest.mark.weights
def test_a_request_larger_than_the_context_is_refused_with_its_size(engine: Llama) -> None:
    with pytest.raises(ModelFailed, match="512"):
        engine.execute(Instruction("DRAFT", "why " * 2000), a_deadline())


@pytest.mark.weights
def test_text_that_tokenizes_badly_still_fits(engine: Llama) -> None:
    # One token per byte or more defeats the estimate; llama.cpp's own count then decides.
    text = "\u0e01\u0e33\u0e4d\ufffd" * 40
    passages = tuple(Passage("a", "a", 1, 0, len(text), text, (0, len(text))) for _ in range(3))
    assert engine.execute(msgspec.structs.replace(ASKED, passages=passages, max_tokens=2), a_deadline()).tokens_in < 512


@pytest.mark.weights
def test_the_listener_that_llama_cpp_opens_lets_nobody_in(engine: Llama) -> None:
    assert engine._server is not None
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(engine._server.listening_address + "/v1/models", timeout=10)


@pytest.mark.weights
def test_a_closed_engine_refuses() -> None:
    engine = Llama(the_weights(), SETTINGS)
    engine.close()
    engine.close()
    with pytest.raises(ModelFailed, match="closed"):
        engine.execute(ASKED, a_deadline())


def test_missing_and_broken_weights_are_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WeightsMissing, match="models pull"):
        Llama(tmp_path / "none.gguf", SETTINGS)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"x" * 1000)
    with pytest.raises(ModelFailed, match=r"broken\.gguf"):
        Llama(broken, SETTINGS)
    assert capfd.readouterr() == ("", "")
