"""Any server that speaks the OpenAI chat completions API, over HTTP.

Not for streaming to users: an answer is whole or it is an error.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec

from simone.clock import Clock, Deadline, SystemClock, seeded
from simone.errors import BadSettings, ModelFailed
from simone.mvlm import instructions
from simone.mvlm.answers import Limit, checked
from simone.records import Execution, Instruction
from simone.settings import ModelSettings

if TYPE_CHECKING:
    import httpx

# httpx is imported when the client is made: it is slow to import, and most runs of the program never make one.

ANSWER_BYTES = 16 * 1024 * 1024
"""A longer response is garbage, bytes."""
BACKOFF_S = 0.5
"""Mean pause before the first repeat; doubled for each further one, with jitter of a half both ways, seconds."""
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same request may succeed. Source: RFC 9110, RFC 6585, RFC 8470."""

_FINISH: dict[str, Literal["stop", "length"]] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
}


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Reply(msgspec.Struct, frozen=True):
    """What came over the wire: `status` 0 means that no response came, and `body` says why."""

    status: int
    body: bytes
    retry_after: str = ""


class OpenAIClient:
    """A model behind `base_url` (with its path, usually ending in /v1). Thread-safe; nothing is kept between calls.

    The key is taken from the environment variable that `api_key_env` of the settings names; without one none is sent.

    Raises:
        BadSettings: the URL is not http(s), holds a password or a query, or the key cannot stand in a header.
    """

    def __init__(
        self, base_url: str, settings: ModelSettings, environment: Mapping[str, str], *, clock: Clock | None = None
    ) -> None:
        self._base = _plain(base_url)
        self._settings = settings
        self._key = environment.get(settings.api_key_env, "").strip()
        if not (self._key.isascii() and self._key.isprintable()):
            raise BadSettings(
                f"the key in {settings.api_key_env} holds characters that no HTTP header may; set it again"
            )
        import httpx

        # Made once, and only where there is TLS: reading the authorities takes longer than a short request.
        self._authorities = httpx.create_ssl_context() if self._base.startswith("https:") else False
        self._clock = clock or SystemClock()
        self._closed = threading.Event()

    @property
    def name(self) -> str:
        """Model, server and wording; what else the server changes cannot be known from here."""
        return f"openai/{self._settings.name or 'default'} at={self._base} wording={instructions.VERSION}"

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Ask the server, again after a passing fault, and check the answer.

        Token counts are the server's; where it sends none they are `instructions.estimate_tokens`, an upper estimate.

        Raises:
            ModelFailed: the server refused, could not be reached, or answered nothing, half or nonsense.
            ModelTimeout: no answer within the deadline or `timeout_s`, pauses included.
            Cancelled: the deadline was cancelled.
        """
        limit = Limit(deadline, self._settings.timeout_s, f"the model server {self._base}", self._clock)
        limit.check()
        worded = instructions.messages(instruction, self._settings.context_tokens)
        body = msgspec.json.encode(_body(instruction, worded, self._settings.name))
        jitter = seeded(instruction.seed, f"back-off {instructions.digest(instruction)}")
        for attempt in range(self._settings.retries + 1):
            reply = self._post(body, limit)
            if reply.status != 0 and reply.status not in RETRIED:
                break
            if attempt < self._settings.retries:
                pause_s = BACKOFF_S * 2**attempt * (0.5 + jitter.random())
                self._pause(max(pause_s, self._asked_pause_s(reply)), limit)
        execution = self._read(reply, worded)
        if not instruction.schema:
            execution = msgspec.structs.replace(execution, text=instructions.without_numbers(execution.text))
        return checked(execution, instruction)

    def close(self) -> None:
        """Refuse further work and end pauses."""
        self._closed.set()

    def _pause(self, seconds: float, limit: Limit) -> None:
        if limit.wait(self._closed, seconds):
            raise ModelFailed(f"{self.name}: the engine was closed")

    def _asked_pause_s(self, reply: _Reply) -> float:
        """The server's Retry-After in seconds; 0.0 without a sound one. Source: RFC 9110, 10.2.3."""
        if reply.retry_after.isdecimal():
            return float(reply.retry_after)
        try:
            return (parsedate_to_datetime(reply.retry_after) - self._clock.now()).total_seconds()
        except (ValueError, TypeError):
            return 0.0

    def _post(self, body: bytes, limit: Limit) -> _Reply:
        """One request in a thread of its own, so that the caller can leave it; leaving shuts the connection."""
        if self._closed.is_set():
            raise ModelFailed(f"{self.name}: the engine was closed")
        call = _Call(f"{self._base}/chat/completions", body, self._key, limit.remaining_s, self._authorities)
        thread = threading.Thread(target=call.run, name="model-request", daemon=True)
        thread.start()
        try:
            limit.wait(call.done)
        finally:
            call.abandon()
        return call.reply

    def _read(self, reply: _Reply, worded: tuple[instructions.Message, ...]) -> Execution:
        if reply.status != 200:
            raise ModelFailed(self._refusal(reply))
        try:
            completion = msgspec.json.decode(reply.body, type=_Completion)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ModelFailed(f"{self.name}: the response is not a chat completion: {error}") from error
        if not completion.choices:
            raise ModelFailed(f"{self.name}: the response holds no choice")
        choice = completion.choices[0]
        finish = _FINISH.get(choice.finish_reason or "")
        if choice.message.refusal or finish is None:
            raise ModelFailed(
                f"{self.name}: the model did not finish: {choice.message.refusal or choice.finish_reason!r}"
            )
        text = (choice.message.content or "").strip()
        usage = completion.usage or _Usage()
        tokens_in = usage.prompt_tokens or sum(instructions.estimate_tokens(message.content) for message in worded)
        tokens_out = usage.completion_tokens or instructions.estimate_tokens(text)
        return Execution(text, finish, tokens_in, tokens_out, self.name)

    def _refusal(self, reply: _Reply) -> str:
        said = reply.body.decode("utf-8", "replace")[:300].strip()
        if self._key:
            # Servers repeat a wrong key in their message; it must not reach a log through us.
            said = said.replace(self._key, "[key]")
        remedy = {
            0: "is the server running, is the URL right?",
            400: "the server does not accept the request; it may not know `response_format` or the model",
            401: f"the key in the environment variable {self._settings.api_key_env} is missing or wrong",
            403: f"the key in the environment variable {self._settings.api_key_env} may not use this model",
            404: "the URL or the model name is wrong; the URL usually ends in /v1",
            429: "the server allows no more requests now",
        }.get(reply.status, "the server failed")
        status = f"status {reply.status}" if reply.status else "no response"
        return f"{self.name}: {status}: {remedy}; it said: {said!r}"


class _Call:
    """One HTTP request that another thread may give up."""

    def __init__(self, url: str, body: bytes, key: str, timeout_s: float, authorities: ssl.SSLContext | bool) -> None:
        self._url = url
        self._body = body
        self._headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
        self._timeout_s = max(timeout_s, 0.001)
        self._authorities = authorities
        self._sockets: list[socket.socket] = []
        self._abandoned = False
        self.done = threading.Event()
        self.reply = _Reply(0, b"the request was given up")

    def run(self) -> None:
        """Send, receive, set `reply` and `done`."""
        import httpx

        try:
            # A client of its own per call: no kept connection, so no fault of an earlier one, and nothing to share.
            with (
                httpx.Client(timeout=self._timeout_s, verify=self._authorities, follow_redirects=False) as client,
                client.stream(
                    "POST", self._url, content=self._body, headers=self._headers, extensions={"trace": self._trace}
                ) as response,
            ):
                self.reply = self._receive(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            self.reply = _Reply(0, f"{type(error).__name__}: {error}".encode())
        finally:
            self.done.set()

    def abandon(self) -> None:
        """Shut the connection, which wakes the thread that waits on it. Harmless when it has ended."""
        self._abandoned = True
        for connection in self._sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already

    def _receive(self, response: httpx.Response) -> _Reply:
        pieces = bytearray()
        for piece in response.iter_bytes():
            pieces += piece
            if len(pieces) > ANSWER_BYTES:
                return _Reply(502, b"the response is longer than any answer")
        return _Reply(response.status_code, bytes(pieces), response.headers.get("retry-after", "").strip())

    def _trace(self, event: str, details: Mapping[str, object]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            found = details["return_value"].get_extra_info("socket")  # type: ignore[attr-defined]  # httpcore.NetworkStream, typed object by httpx
            if isinstance(found, socket.socket):
                self._sockets.append(found)
                if self._abandoned:
                    self.abandon()


def _body(instruction: Instruction, worded: tuple[instructions.Message, ...], model: str) -> dict[str, object]:
    body: dict[str, object] = {
        "messages": worded,
        "temperature": 0,
        "seed": instruction.seed,
        "max_tokens": max(instruction.max_tokens, 1),
        "stream": False,
    }
    if model:
        body["model"] = model
    if any(instruction.stop):
        body["stop"] = [stop for stop in instruction.stop if stop]
    if instruction.schema:
        try:
            schema = msgspec.json.decode(instruction.schema)
        except msgspec.DecodeError as error:
            raise ModelFailed(f"the instruction's schema is not JSON: {error}") from error
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return body


def _plain(base_url: str) -> str:
    """The URL without a slash at its end."""
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise BadSettings(f"the model server's URL cannot be read: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise BadSettings(f"{base_url.split('@')[-1]!r} is no http(s) URL of a model server, like https://host/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadSettings(
            f"the model server's URL ({parts.scheme}://{parts.hostname}…) holds a user, a query or a fragment; "
            "leave them out and put the key into the environment variable that model.api_key_env names"
        )
    return base_url.rstrip("/")
