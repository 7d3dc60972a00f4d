"""The HTTP service over one runtime: its routes, its start and its end.

Not for deciding anything about a request: the runtime does.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import uvicorn
from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, ServiceUnavailableException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, JSONBody

from simone.clock import Deadline
from simone.errors import ReplayError, RunForgotten, RunPruned, RunUnknown, StoreError
from simone.kernels import backend_report
from simone.memory.contract import DEFAULT_TENANT
from simone.records import Output
from simone.runtime import ReplayReport, Runtime, replay
from simone.runtime.wiring import CODE_VERSION
from simone.service.access import guard
from simone.service.wire import BODY_BYTES, RunBody, StrictRequest, VerifyBody, failure, request_of

STOP_S = 120
"""How long a stopping server lets requests finish before it withdraws them, seconds."""
LEDGER_WAIT_S = 2.0
"""How long a question for health waits for those who write to the ledger, seconds."""
TENANT_HEADER = "x-simone-tenant"
"""Whose run it is, and whose memory it uses; what stands in front of the service sets it."""

Http = Request[Any, Any, Any]
Result = TypeVar("Result")


class Health(msgspec.Struct, frozen=True):
    """What serves. `sources` is the digest of what is searched now, `documents` their number."""

    version: str
    backend: str
    engine: str
    sources: str
    documents: int


class Service:
    """One runtime, the threads that work for it, and the bounded queue in front of them."""

    def __init__(self, runtime: Runtime, home: Path, queue: int) -> None:
        self.runtime = runtime
        self.home = home
        self.loading: asyncio.Future[None]  # begins when the server starts
        self._executor = ThreadPoolExecutor(runtime.settings.workers.count, thread_name_prefix="service")
        self._places = threading.BoundedSemaphore(runtime.settings.workers.count + queue)

    @asynccontextmanager
    async def lifespan(self, _: Litestar) -> AsyncIterator[None]:
        """Load the encoder while the server already listens; at the end wait for the threads."""
        self.loading = asyncio.ensure_future(asyncio.to_thread(self._load))
        yield
        await asyncio.wait((self.loading,))
        await asyncio.to_thread(self._executor.shutdown)

    async def answer(self, body: RunBody | VerifyBody, http: Http) -> Response[Output]:
        """The output for a request; waiting for a turn is part of its budget."""
        asked = request_of(body)
        deadline = Deadline(self.runtime.clock, asked.budget.seconds)
        work = partial(self.runtime.run, asked, deadline=deadline, tenant=_tenant(http))
        return _sent(await self.do(work, deadline, http))

    async def do(self, work: Callable[[], Result], deadline: Deadline, http: Http) -> Result:
        """What `work` gives, done in a thread; a client that goes away cancels the deadline.

        Work whose client went away while it waited keeps its place until its turn, so that the queue stays bounded.

        Raises:
            ServiceUnavailableException: every thread is at work and the queue is full.
        """
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailableException("the server is busy; ask again later", headers={"retry-after": "1"})
        job = self._executor.submit(work)
        job.add_done_callback(lambda _: self._places.release())
        answer, leaving = asyncio.wrap_future(job), asyncio.ensure_future(_gone(http))
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to look
        try:
            await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:  # also when the server, at its end, gives up waiting for this request
            leaving.cancel()
            if not answer.done():
                deadline.cancel()
        return await answer

    def _load(self) -> None:
        vector = self.runtime.encoder.encode(["ready"])[0]
        self.runtime.retriever.search("ready", vector, 1)  # builds the indexes, for which the first request would wait


@post("/v1/run", status_code=200)
async def run(data: JSONBody[RunBody], request: Http, service: NamedDependency[Service]) -> Response[Output]:
    """A governed answer."""
    return await service.answer(data, request)


@post("/v1/verify", status_code=200)
async def verify(data: JSONBody[VerifyBody], request: Http, service: NamedDependency[Service]) -> Response[Output]:
    """Every claim of a text judged against the sources."""
    return await service.answer(data, request)


@get("/v1/runs/{run_id:str}", sync_to_thread=True)
def recorded(run_id: FromPath[str], request: Http, service: NamedDependency[Service]) -> Response[Output]:
    """The recorded output of a tenant's run, its hash chain checked."""
    record = service.runtime.recorded(_run_id(run_id), _tenant(request))
    if not record.finished:
        raise ReplayError(f"run {record.run_id} has no output: it is at work, or it was stopped or failed")
    if record.pruned:
        raise RunPruned(f"the record of run {record.run_id} was pruned on {record.pruned[:10]}; its digests are left")
    if record.entries[-1].forgotten:
        raise RunForgotten(f"the output of run {record.run_id} was forgotten; its digest is left")
    return _sent(msgspec.json.decode(record.entries[-1].payload, type=Output))


@post("/v1/runs/{run_id:str}/replay", status_code=200)
async def replayed(run_id: FromPath[str], request: Http, service: NamedDependency[Service]) -> ReplayReport:
    """A tenant's run re-executed with its recorded model outputs, and the first divergence if there is one."""
    unlimited = Deadline(service.runtime.clock, float("inf"))

    def work() -> ReplayReport:
        return replay(service.runtime.recorded(_run_id(run_id), _tenant(request)).run_id, home=service.home)

    return await service.do(work, unlimited, request)


@get("/health", sync_to_thread=True)
def health(service: NamedDependency[Service]) -> Health:
    """That requests can be answered, and what serves; 503 with the reason where no run could be recorded."""
    runtime, found = service.runtime, service.runtime.retriever
    try:
        runtime.ledger.check_writable(LEDGER_WAIT_S)
    except StoreError as error:
        logging.getLogger("simone.service").error("%s", error)
        raise ServiceUnavailableException(
            f"the ledger cannot be written: {error.__cause__}; no run can be recorded", headers={"retry-after": "10"}
        ) from error
    return Health(CODE_VERSION, backend_report().backend, runtime.engine.name, found.version, len(found.documents()))


@get("/ready", status_code=204)
async def ready(service: NamedDependency[Service]) -> None:
    """That requests do not wait for the encoder to be loaded; 503 until then, and an error where it cannot be."""
    if not service.loading.done():
        raise ServiceUnavailableException("the encoder is being loaded", headers={"retry-after": "1"})
    service.loading.result()


def make_app(runtime: Runtime, home: Path, *, queue: int = 16, allow_remote: bool = False) -> Litestar:
    """The service over an open `runtime`, whose state lives in `home`; `queue` requests may wait for a thread."""
    service = Service(runtime, home, queue)
    return Litestar(
        [run, verify, recorded, replayed, health, ready],
        dependencies={"service": Provide(lambda: service, sync_to_thread=False)},
        exception_handlers={HTTPException: failure, Exception: failure},
        guards=[partial(guard, allow_remote)],
        lifespan=[service.lifespan],
        logging_config=None,
        openapi_config=OpenAPIConfig(title="SIM-ONE", version=CODE_VERSION, render_plugins=[JsonRenderPlugin()]),
        request_class=StrictRequest,
        request_max_body_size=BODY_BYTES,
    )


def make_server(app: Litestar) -> uvicorn.Server:
    """A server: `run(sockets=[…])` serves until SIGTERM or SIGINT, then lets the requests under way finish."""
    config = uvicorn.Config(app, http="h11", ws="none", log_config=None, access_log=False, server_header=False)
    config.timeout_graceful_shutdown = STOP_S
    return uvicorn.Server(config)


def _sent(output: Output) -> Response[Output]:
    return Response(output, headers={"x-simone-run-id": output.run, "x-simone-decision": output.decision.action})


def _tenant(request: Http) -> str:
    return request.headers.get(TENANT_HEADER, "") or DEFAULT_TENANT


async def _gone(request: Http) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _run_id(run: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{16,64}", run):  # a shorter beginning could be guessed, and is somebody else's run
        raise RunUnknown(f"{run!r} is neither the id of a run nor its first 16 digits")
    return run
