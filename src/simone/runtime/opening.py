"""Opens a runtime over sources and answers requests with it.

Not for what the parts do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from simone.caching.near_answers import NearAnswers
from simone.caching.truth_preserving import key
from simone.clock import Clock, Deadline, SystemClock, digest
from simone.errors import BadRequest, RunUnknown, SimoneError
from simone.governance.canonical import canonical
from simone.governance.ledger import Ledger, RecordedRun, run_id_of
from simone.governance.policy import Policy, load_policy
from simone.memory.contract import DEFAULT_TENANT, Store
from simone.memory.rows import tenant_named
from simone.mvlm.catalogue import make_engine, make_second
from simone.mvlm.contract import MVLM
from simone.mvlm.recorded import Recording
from simone.observability.events import Event, Listener, ignore
from simone.orchestration.escalation import Bounded, EscalatingJudge, with_second
from simone.orchestration.workflow import Workflow, load_workflow, shipped_names
from simone.protocols.cognitive_control import CognitiveControl
from simone.records import Case, Cost, Finding, Output, Request
from simone.retrieval.contract import Floats, Retriever, TextEncoder
from simone.retrieval.corpus import Corpus
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.retrieval.ingest import IngestReport
from simone.retrieval.kept_search import LiveDocuments
from simone.retrieval.readers import KINDS
from simone.retrieval.search import Search
from simone.retrieval.sources import corpus_path, resolve, shadowed
from simone.retrieval.stored import StoredEncoder
from simone.retrieval.vector import index_vectors
from simone.runtime.caches import Caches
from simone.runtime.execution import execute
from simone.runtime.recalling import RunMemory, WithMemories, let_go
from simone.runtime.remembering import open_memory, places_of
from simone.runtime.wiring import (
    CODE_VERSION,
    LEDGER,
    Bundle,
    NoSources,
    Owner,
    Parts,
    limits_of,
    make_judge,
    mark_of,
    reader_of,
)
from simone.settings import Settings, WorkerSettings
from simone.settings import home as default_home
from simone.settings import load as load_settings
from simone.truth.judging import Judging
from simone.workers.pool import Pool

NEAR = "near"
"""Kind of the ledger's entry that names the run whose answer was served."""

OnProgress = Callable[[int, int, str], None]


def _silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


class Runtime:
    """A wired house: sources, an engine, a ledger. Serves one request after another."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        encoder: TextEncoder,
        engine: MVLM,
        ledger: Ledger,
        settings: Settings,
        clock: Clock,
        home: Path,
        corpus: Corpus | None = None,
        notes: tuple[str, ...] = (),
        second: MVLM | None = None,
        memory: RunMemory | None = None,
        caches: Caches | None = None,
    ) -> None:
        self.retriever = retriever
        self.engine = engine
        self.ledger = ledger
        self.settings = settings
        self.clock = clock
        self._home = home
        self.notes = notes
        """What a user should know: skipped files, missing vectors, a cache that cannot be used."""
        self.encoder = encoder
        self._corpus = corpus
        self._judge: Judging = make_judge(encoder, home, reader_of(settings.verifier), settings.verifier.max_error)
        self.caches = caches
        """What is kept beyond a single call; None where nothing is."""
        self._near: NearAnswers | None = None
        if caches is not None:
            self._judge = caches.judge(self._judge, encoder.name)
            self._near = caches.near(encoder.name)
        self._second = second
        self._memory = memory
        self._pool = Pool(settings.workers.count)

    @classmethod
    def open(
        cls,
        sources: str | Path | Sequence[str | Path] = (),
        *,
        engine: str | MVLM = "",
        home: Path | None = None,
        settings: Settings | None = None,
        workers: int = 0,
        with_vectors: bool = True,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        on_progress: OnProgress = _silent,
    ) -> Self:
        """A runtime over folders, files or a named corpus; files that changed since the last time are read again.

        Without `with_vectors` no sentence is encoded on the way: to verify texts needs none, to answer questions does.
        Settings and keys come from `environment`, the process's own unless given.

        Raises:
            MissingSource: a source does not exist or holds nothing to read.
            UnknownEngine: no engine has that name.
            WeightsMissing: weights of the encoder, the verifier or the engine are not in the cache.
            BadSettings: `verifier.escalation` names no judge that can be used.
        """
        environment = os.environ if environment is None else environment
        home = home or default_home(environment)
        settings = settings or load_settings(environment)
        if workers:
            settings = msgspec.structs.replace(settings, workers=WorkerSettings(count=workers))
        clock = clock or SystemClock()
        named = [sources] if isinstance(sources, str | Path) else list(sources)
        resolved = resolve(named, home) if named else None
        made = make_engine(engine, settings.model, home, environment) if isinstance(engine, str) else engine
        caches = Caches(home, settings.cache, clock)
        plain: TextEncoder = MiniLM(home, settings.encoder)
        encoder = caches.encoder(plain)
        retriever: Retriever = NoSources()
        corpus: Corpus | None = None
        notes: tuple[str, ...] = ()
        if resolved is not None:
            corpus, notes = _opened(*resolved, plain if with_vectors else None, settings, on_progress)
            encoder = StoredEncoder(corpus, encoder)
        encoder = CachedEncoder(encoder, settings.encoder.cache_bytes)
        if corpus is not None:
            found = Search(corpus, encoder, settings.retrieval)
            retriever = caches.retriever(found, LiveDocuments(corpus), encoder.name, settings.retrieval)
        ledger = Ledger.open(home / LEDGER, clock, durable=settings.durable)
        return cls(
            retriever=retriever,
            encoder=encoder,
            engine=made,
            ledger=ledger,
            settings=settings,
            clock=clock,
            home=home,
            corpus=corpus,
            notes=(
                *shadowed(named, home),
                *notes,
                *(f"cache {event.trouble}: {event.message}" for event in caches.events),
            ),
            second=make_second(settings, environment),
            memory=_memory(home, settings, encoder, clock, caches) if settings.memory.enabled else None,
            caches=caches,
        )

    @property
    def memory(self) -> Store | None:
        """The store that runs remember in and recall from; None where `memory.enabled` is off."""
        return self._memory.store if self._memory else None

    def run(
        self,
        request: Request,
        listen: Listener = ignore,
        deadline: Deadline | None = None,
        tenant: str = DEFAULT_TENANT,
    ) -> Output:
        """The governed output for one request, recorded in the ledger.

        Where runs have a memory it is that of `tenant`: what one is told, no other recalls. The record is theirs.

        Raises:
            BadRequest: the request contradicts itself or exceeds a limit.
            BadWorkflow: the named workflow does not exist or cannot run.
            BadPolicy: the named policy does not exist or does not compile.
            BudgetExceeded: the budget cannot pay for it, or ended before anything was checked.
            EvidenceMissing: nothing in the sources bears on the question.
            ModelError: the engine failed; nothing was released.
            StoreError: the record cannot be written.
        """
        encoded = _recordable(request)
        deadline = deadline or Deadline(self.clock, request.budget.seconds)
        workflow_names = frozenset(shipped_names()) | ({request.workflow} if request.workflow else set())
        if request.workflow:
            load_workflow(request.workflow)  # an unknown name is refused before anything is planned
        planned = CognitiveControl(self.settings.retrieval, workflow_names).apply(Case(request=request), deadline)
        assert planned.plan is not None
        workflow = load_workflow(planned.plan.workflow)
        policy = load_policy(request.policy or workflow.policy)
        tenant = tenant_named(tenant)
        seen = self._memory.beside(self.retriever, tenant) if self._memory else None
        retriever = seen or self.retriever
        bundled = canonical(self.bundle(policy, workflow, retriever, tenant))
        run_id = run_id_of(encoded, bundled)
        asked = self._asked(request, policy, bundled, tenant) if self._near is not None else None
        if asked is not None and (served := self._asked_before(asked, run_id, encoded, bundled)) is not None:
            return served
        journal = self.ledger.begin(run_id, encoded, bundled)
        recording = Recording(self.engine)
        judge: Judging = self._judge
        if self._second is not None:
            bounded = Bounded(self._second, limits_of(self.settings.verifier), self.clock)
            judge = EscalatingJudge(judge, Recording(bounded), self._verifier, deadline)
        parts = Parts(recording, self.encoder, retriever, judge, policy, self._home, self.settings.retrieval.relevance)
        try:
            output = execute(
                planned, workflow, parts, self._pool, journal, recording, deadline, listen, self.clock, run_id
            )
        except SimoneError as error:
            journal.append("error", type(error).__name__, canonical(str(error)))
            if note := self._let_go(seen, journal.attempt):
                listen(Event("MEMORY", 0.0, note))
            raise
        started_s = self.clock.monotonic_s()
        note = self._let_go(seen, journal.attempt)
        if self._near is not None and asked is not None and not note:
            self._near.keep(*asked, bytes.fromhex(run_id), output)
        if self._memory and seen:
            note = note or self._memory.keep(output, seen)
            listen(Event("MEMORY", self.clock.monotonic_s() - started_s, note))
        return output

    def _let_go(self, seen: WithMemories | None, attempt: int) -> str:
        """What the run wrote is forgotten where memories that it read were meanwhile; a clause, "" where none was."""
        if self._memory is None or seen is None:
            return ""
        try:
            gone = self._memory.forgotten(seen)
            places = places_of(self._home, self.settings, self.clock, None) if gone else []
            return let_go(self.ledger, attempt, places, gone) if gone else ""
        except SimoneError as error:  # the answer is there already
            return (
                f"nothing was remembered: whether all that was forgotten is gone from the record is not sure: {error}"
            )

    def _asked(self, request: Request, policy: Policy, bundled: bytes, tenant: str) -> tuple[bytes, str, Floats] | None:
        """The scope in which a question may have been asked before, the question and its vector; None for a text."""
        if request.text or self.caches is None:
            return None
        rest = msgspec.structs.replace(request, question="")
        scope = key(rest, policy=policy.digest, evidence=self.caches.state(), bundle=digest(bundled), tenant=tenant)
        return scope, request.question, self.encoder.encode([request.question])[0]

    def _asked_before(
        self, asked: tuple[bytes, str, Floats], run_id: str, encoded: bytes, bundled: bytes
    ) -> Output | None:
        """The answer to the same question in other words, said so and recorded; None where there is none."""
        hit = self._near.find(*asked) if self._near is not None else None
        if hit is None:
            return None
        said = f"this is the answer to {hit.question!r}, asked before (run {hit.answer.run[:16]})"
        finding = Finding("CACHE", NEAR, "info", said, "ask with cache.near off for an answer of its own")
        output = msgspec.structs.replace(hit.answer, run=run_id, findings=(*hit.answer.findings, finding), cost=Cost())
        journal = self.ledger.begin(run_id, encoded, bundled)
        journal.append(NEAR, hit.answer.run, canonical(hit.question))
        journal.finish(canonical(output))
        return output

    def verify(self, text: str, policy: str = "", listen: Listener = ignore, explain: bool = False) -> Output:
        """Every claim of `text` judged against the sources, its words explained or not; the text is not changed.

        Raises:
            BadRequest: the text is empty.
        """
        if not text.strip():
            raise BadRequest("the text to verify is empty; give some text or another file")
        request = Request(question="", text=text, workflow="verify", policy=policy, explain=explain)
        return self.run(request, listen)

    def recorded(self, run: str, tenant: str = DEFAULT_TENANT) -> RecordedRun:
        """The record of a tenant's run by its id or what it begins with, its hash chain checked.

        Raises:
            RunUnknown: the tenant has no such run.
            LedgerBroken: the chain does not hold.
        """
        record = self.ledger.load(run)
        if msgspec.json.decode(record.bundle, type=Owner).tenant != mark_of(tenant):
            raise RunUnknown(f"there is no run {run!r} of this tenant")
        return record

    def bundle(
        self, policy: Policy, workflow: Workflow, retriever: Retriever | None = None, tenant: str = DEFAULT_TENANT
    ) -> Bundle:
        """What, besides the request, decides the bytes of an output; `retriever` where it is not the runtime's own."""
        return Bundle(
            code=CODE_VERSION,
            engine=self.engine.name,
            encoder=self.encoder.name,
            verifier=self._verifier,
            sources=(retriever or self.retriever).version,
            policy=policy.digest,
            workflow=workflow.digest,
            retrieval=self.settings.retrieval,
            tenant=mark_of(tenant),
        )

    @property
    def _verifier(self) -> str:
        if self._second is None:
            return self._judge.name
        return with_second(self._judge.name, limits_of(self.settings.verifier), self._second.name)

    def source_text(self, document: str) -> str:
        """A document's own text, "" where it is no longer among the sources."""
        return self.retriever.text(document) if document in self.retriever.documents() else ""

    def close(self) -> None:
        """Release threads, weights and files."""
        self._pool.close()
        self.engine.close()
        if self._second is not None:
            self._second.close()
        self.ledger.close()
        if self._memory is not None:
            self._memory.close()
        if self._corpus is not None:
            self._corpus.close()
        if self.caches is not None:
            self.caches.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _memory(home: Path, settings: Settings, encoder: TextEncoder, clock: Clock, caches: Caches) -> RunMemory:
    """The memory that runs share; every memory has its vector before the first of them."""
    return RunMemory(open_memory(home, settings), encoder, clock, settings.memory, caches.recalled())


def _recordable(request: Request) -> bytes:
    """The request in canonical form, as the ledger keeps it."""
    try:
        return canonical(request)
    except UnicodeEncodeError as error:
        found = error.object[error.start : error.end]
        raise BadRequest(
            f"the request holds {found!r}, half of a character or a byte that is not UTF-8; remove it"
        ) from error


def _encoded(on_progress: OnProgress) -> Callable[[int, int], None]:
    return lambda done, total: on_progress(done, total, "sentences encoded")


def ingest_into(
    name: str,
    folders: Sequence[str | Path],
    *,
    with_vectors: bool = True,
    home: Path | None = None,
    settings: Settings | None = None,
    on_progress: OnProgress = _silent,
) -> IngestReport:
    """Read documents into the corpus called `name`, and encode their sentences.

    Raises:
        MissingSource: a path does not exist or holds nothing to read.
        WeightsMissing: vectors are wanted and the encoder's weights are not in the cache.
    """
    home = home or default_home()
    settings = settings or load_settings()
    encoder = MiniLM(home, settings.encoder) if with_vectors else None
    corpus = Corpus.open(corpus_path(name, home), durable=settings.durable)
    try:
        roots = [Path(folder) for folder in folders]
        report = corpus.ingest(roots, settings.retrieval, threads=settings.workers.count, on_progress=on_progress)
        if encoder is not None:
            index_vectors(corpus, encoder, _encoded(on_progress))
        return report
    finally:
        corpus.close()


def _of_other_kinds(count: int) -> list[str]:
    if not count:
        return []
    were = "1 file of another kind was" if count == 1 else f"{count} files of other kinds were"
    return [f"{were} not read; the kinds read are {', '.join(sorted(KINDS))}"]


def _opened(
    path: Path, roots: Sequence[Path], encoder: TextEncoder | None, settings: Settings, on_progress: OnProgress
) -> tuple[Corpus, tuple[str, ...]]:
    corpus = Corpus.open(path, durable=settings.durable)
    notes: list[str] = []
    if roots:
        report = corpus.ingest(roots, settings.retrieval, threads=settings.workers.count, on_progress=on_progress)
        notes += [f"{finding.rule}: {finding.path}: {finding.message}" for finding in report.findings]
        notes += _of_other_kinds(report.skipped - report.hidden)
    if encoder is None:
        return corpus, tuple(notes)
    missing = len(corpus.missing_vectors(encoder.name))
    if missing <= settings.retrieval.index_on_open:
        index_vectors(corpus, encoder, _encoded(on_progress))
    else:
        notes.append(
            f"{missing} sentences have no vector yet, more than are encoded on the way (retrieval.index_on_open):"
            " search by meaning looks only at what search by words finds; `simone ingest` encodes them all"
        )
    return corpus, tuple(notes)
