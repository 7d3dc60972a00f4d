"""A model server on the loopback that says and does what it is told: to test whatever talks to a server.

Not for answers, nor for the open network: it listens on 127.0.0.1 only and understands nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal

import msgspec


class Reply(msgspec.Struct, frozen=True):
    """What to send. "stall" sends nothing until the server stops; "drop" closes the connection without a response."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    behaviour: Literal["answer", "stall", "drop"] = "answer"


class Seen(msgspec.Struct, frozen=True):
    """A request that came in; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


def completion(text: str | None, finish: str | None = "stop", tokens_in: int = 7, tokens_out: int = 5) -> Reply:
    """A chat completion; token counts of 0 leave the accounting out."""
    content: dict[str, object] = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}],
    }
    if tokens_in or tokens_out:
        content["usage"] = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return Reply(body=msgspec.json.encode(content), headers=(("content-type", "application/json"),))


class ScriptedServer:
    """Serves while the `with` block runs. A script is replies in order (the last one repeats) or a function."""

    def __init__(self, script: Sequence[Reply] | Callable[[Seen], Reply]) -> None:
        self._script = script
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self.stopping = threading.Event()
        self.left = threading.Event()
        """Set when a stalled client went away before the server stopped."""
        self._server = _Listener(("127.0.0.1", 0), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The requests so far."""
        with self._lock:
            return tuple(self._seen)

    def reply(self, request: Seen) -> Reply:
        """Keep the request and choose what to send."""
        with self._lock:
            self._seen.append(request)
            place = len(self._seen) - 1
        return self._script(request) if callable(self._script) else self._script[min(place, len(self._script) - 1)]

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], script: ScriptedServer) -> None:
        self.script = script
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Listener

    def do_POST(self) -> None:  # the name that http.server calls
        """Answer one request."""
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.script.reply(Seen(self.path, headers, self.rfile.read(length)))
        if reply.behaviour == "stall":
            self._stall()
        self.close_connection = True
        if reply.behaviour != "answer":
            return
        self.send_response(reply.status)
        for name, value in (*reply.headers, ("content-length", str(len(reply.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives it
        """Say nothing: standard error belongs to the program."""

    def _stall(self) -> None:
        self.connection.settimeout(0.02)
        while not self.server.script.stopping.is_set():
            try:
                if not self.connection.recv(1):
                    self.server.script.left.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.server.script.left.set()
                return
