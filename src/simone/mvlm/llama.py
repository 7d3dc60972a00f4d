"""A small language model inside this process, through llama.cpp.

Not for fetching weights: `simone.weights` finds the file.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from simone.clock import Clock, Deadline
from simone.errors import ModelFailed, WeightsMissing
from simone.mvlm import instructions
from simone.mvlm.answers import POLL_S, Limit, checked
from simone.records import Execution, Instruction
from simone.settings import ModelSettings

if TYPE_CHECKING:
    import xllamacpp

# xllamacpp is imported when an engine is made: it is large, and most runs of the program never make one.

BATCH_TOKENS = 128
"""Prompt tokens between two looks at the deadline; part of the name because it may change bytes."""


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None


class _Error(msgspec.Struct):
    message: str = ""
    type: str = ""
    n_prompt_tokens: int = 0
    n_ctx: int = 0


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = msgspec.field(default_factory=list)
    usage: _Usage | None = None
    error: _Error | None = None


class _Stream:
    """Collects the pieces of one answer and asks llama.cpp to stop when the limit is over."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self.text = ""
        self.finish: str | None = None
        self.usage = _Usage()
        self.error: _Error | None = None
        self.fault: msgspec.ValidationError | None = None

    def __call__(self, piece: object) -> bool:
        """Take one piece; True asks llama.cpp to stop. Nothing may be raised here: the caller is C++."""
        try:
            chunk = msgspec.convert(piece, _Chunk)
        except msgspec.ValidationError as error:
            self.fault = error
            return True
        self.error = chunk.error or self.error
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices:
            self.text += choice.delta.content or ""
            self.finish = choice.finish_reason or self.finish
        return self._limit.is_over


class Llama:
    """A GGUF model on the CPU: greedy, one instruction at a time, nothing kept between two. Thread-safe.

    Of the settings it uses `threads`, `context_tokens` (prompt and answer) and `timeout_s` (one execution, the wait for
    its turn included).

    Raises:
        WeightsMissing: there is no such file.
        ModelFailed: llama.cpp cannot load it.
    """

    def __init__(self, weights: Path, settings: ModelSettings, *, clock: Clock | None = None) -> None:
        if not weights.is_file():
            raise WeightsMissing(f"no weights at {str(weights)!r}; run `simone models pull smollm2`")
        self._settings = settings
        self._clock = clock
        self._turn = threading.Lock()
        self._server: xllamacpp.Server | None = _load(weights, settings)
        self._name = _name(weights, settings)

    @property
    def name(self) -> str:
        """Weights (digest), library, processor features, threads, context, batch and wording."""
        return self._name

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Word the instruction, generate greedily, check the answer against the schema.

        The prompt is read in batches of `BATCH_TOKENS`; between two of them, and after each generated token, the
        deadline is looked at.

        Raises:
            ModelFailed: the instruction does not fit the context, the schema cannot be used, the answer is empty.
            ModelTimeout: no answer within the deadline or `timeout_s`.
            Cancelled: the deadline was cancelled.
        """
        limit = Limit(deadline, self._settings.timeout_s, self._name.split()[0], self._clock)
        limit.check()
        while not self._turn.acquire(timeout=POLL_S):
            limit.check()
        try:
            return self._generate(instruction, limit)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Wait for the execution under way, then give the memory back."""
        with self._turn:
            self._server = None

    def _generate(self, instruction: Instruction, limit: Limit) -> Execution:
        passages = len(instruction.passages)
        while True:
            worded = instructions.messages(
                instruction, self._settings.context_tokens, passages=passages, found_only=True
            )
            stream = self._ask(_body(instruction, worded), limit)
            if stream.error is None:
                break
            used = worded[1].content.count("\n[")
            if stream.error.type != "exceed_context_size_error" or used == 0:
                raise ModelFailed(
                    f"{self._name}: {stream.error.message or 'llama.cpp reported an error without words'}"
                )
            # The estimate was too low for this text: llama.cpp has counted, and refused before any work.
            passages = used - 1
        finish: Literal["stop", "length"] = "length" if stream.finish == "length" else "stop"
        usage = stream.usage
        text = stream.text.strip() if instruction.schema else instructions.without_numbers(stream.text)
        execution = Execution(text, finish, usage.prompt_tokens, usage.completion_tokens, self._name)
        return checked(execution, instruction)

    def _ask(self, body: dict[str, object], limit: Limit) -> _Stream:
        if self._server is None:
            raise ModelFailed(f"{self._name}: the engine was closed")
        stream = _Stream(limit)
        try:
            self._server.handle_chat_completions(body, stream)
        except (ValueError, RuntimeError) as error:
            raise ModelFailed(f"{self._name}: llama.cpp refused the instruction: {error}") from error
        if stream.fault is not None:
            raise ModelFailed(f"{self._name}: llama.cpp answered in an unknown form: {stream.fault}")
        if stream.finish is None and stream.error is None:
            limit.check()
            raise ModelFailed(f"{self._name}: llama.cpp ended without saying why")
        return stream


def _body(instruction: Instruction, worded: tuple[instructions.Message, ...]) -> dict[str, object]:
    body: dict[str, object] = {
        "messages": [msgspec.to_builtins(message) for message in worded],
        "temperature": 0,
        "seed": instruction.seed & 0xFFFFFFFF,
        "max_tokens": max(instruction.max_tokens, 1),
        "stop": [stop for stop in instruction.stop if stop],
        # INVARIANT: no prompt-prefix reuse; a reused prefix was seen to change greedy output.
        "cache_prompt": False,
        "stream": True,
        "return_progress": True,
        "stream_options": {"include_usage": True},
    }
    if instruction.schema:
        try:
            schema = msgspec.json.decode(instruction.schema)
        except msgspec.DecodeError as error:
            raise ModelFailed(f"the instruction's schema is not JSON: {error}") from error
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return body


def _load(weights: Path, settings: ModelSettings) -> xllamacpp.Server:
    # The wheel computes with OpenMP, whose threads spin at every barrier unless this stands when the library is loaded;
    # on a busy machine spinning costs most of the speed. llama.cpp's own `poll` does not reach them.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = settings.context_tokens
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    for processor in (parameters.cpuparams, parameters.cpuparams_batch):
        processor.n_threads = settings.threads
        processor.poll = 0
    parameters.cache_prompt = False
    parameters.n_cache_reuse = 0
    parameters.cache_ram_mib = 0
    parameters.warmup = False
    parameters.verbosity = -1
    parameters.offline = True
    # llama.cpp opens a listener on the loopback that nobody here uses: a key that nobody knows shuts it.
    parameters.api_keys = [secrets.token_hex(32)]
    parameters.n_threads_http = 1
    parameters.ui = False
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise ModelFailed(
            f"llama.cpp cannot load {str(weights)!r}: {error}; check it with `simone models verify`"
        ) from error


def _name(weights: Path, settings: ModelSettings) -> str:
    import xllamacpp

    with weights.open("rb") as file:
        state = hashlib.file_digest(file, "sha256").hexdigest()
    processor = hashlib.sha256(xllamacpp.get_system_info().encode()).hexdigest()[:8]
    return (
        f"llama/{weights.stem} sha256={state[:16]} xllamacpp={xllamacpp.__version__} cpu={processor} "
        f"threads={settings.threads} context={settings.context_tokens} batch={BATCH_TOKENS} "
        f"wording={instructions.VERSION}"
    )
