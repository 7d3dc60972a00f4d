"""From files to editions: walks the sources, reads in threads, writes whole documents with one writer.

Not for the formats: `readers` knows them; not for what the corpus file looks like: `editions` does.

INVARIANT: a document is written in one transaction, so whatever kills the process leaves whole documents only.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from simone.clock import SystemClock, digest
from simone.errors import MissingSource
from simone.records import SourceFinding
from simone.retrieval import readers
from simone.retrieval.editions import LiveFile, Prepared, describe, outermost, retire, touch, write
from simone.retrieval.formats.blocks import Unreadable
from simone.retrieval.sentences import MAX_TITLE, cut
from simone.settings import RetrievalSettings
from simone.storage import transaction

Progress = Callable[[int, int, str], None]
"""Called after each file with (files done, files in all, path)."""

BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 2_000_000
"""A transaction is closed after so many documents or characters, whichever comes first."""
IN_FLIGHT_BYTES = 32 * 1024 * 1024
"""Files are read ahead of the writer up to this many bytes (one larger file at a time), so memory stays bounded."""
SETTLED_S = 2.0
"""A file touched within so many seconds may change again without its time stamp showing it; it is read next time."""


class IngestReport(msgspec.Struct, frozen=True):
    """What an ingest did, in files; `skipped` counts those of other kinds inside folders, `hidden` of them the hidden.

    `documents` and `sentences` are what is live in the whole corpus afterwards.
    """

    added: int
    changed: int
    unchanged: int
    retired: int
    skipped: int
    findings: tuple[SourceFinding, ...]
    documents: int = 0
    sentences: int = 0
    hidden: int = 0


class Source(msgspec.Struct, frozen=True):
    """A file to read: its absolute path, the folder its name is relative to, its size in bytes when it was found."""

    path: Path
    root: Path
    size: int


class Unchanged(msgspec.Struct, frozen=True):
    """A file that holds what its live edition holds. `state` is the file's present state, "" if it may yet change."""

    live: LiveFile
    state: str
    root: str


Outcome = Prepared | Unchanged | SourceFinding


class Gathered(msgspec.Struct):
    """What a walk over the sources found."""

    sources: list[Source] = []
    findings: list[SourceFinding] = []
    skipped: int = 0
    hidden: int = 0
    scopes: list[Path] = []


def gather(sources: Sequence[Path]) -> Gathered:
    """Every readable file of the sources, by path; files named twice are read once.

    Inside folders hidden entries are passed over and symbolic links are reported, never followed: a link could lead
    anywhere. A source named by the caller may itself be a link.

    Raises:
        MissingSource: a source does not exist.
    """
    found = Gathered()
    kept: dict[Path, Source] = {}
    for given in sources:
        try:
            path = Path(os.path.realpath(given.expanduser(), strict=True))
            mode = path.stat().st_mode
        except (OSError, ValueError, RuntimeError) as error:
            raise MissingSource(f"source {str(given)!r} cannot be found: {error}; name a file or a folder") from error
        found.scopes.append(path)
        if stat.S_ISDIR(mode):
            fresh = list(_walk(path, found))
        elif not stat.S_ISREG(mode):
            found.findings.append(_finding(path, "unreadable", "is neither a file nor a folder"))
            continue
        elif not readers.kind_of(path):
            known = ", ".join(sorted(readers.KINDS))
            found.findings.append(_finding(path, "unsupported", f"has another suffix than {known}; convert it"))
            continue
        else:
            fresh = [Source(path, path.parent, path.stat().st_size)]
        for source in fresh:
            before = kept.get(source.path, source)
            kept[source.path] = before if len(before.root.parts) <= len(source.root.parts) else source
    found.sources = [kept[path] for path in sorted(kept)]
    return found


def _walk(root: Path, found: Gathered) -> Iterator[Source]:
    def complain(error: OSError) -> None:
        found.findings.append(_finding(Path(error.filename or root), "unreadable", f"cannot be listed: {error}"))

    for folder, folders, files in os.walk(root, onerror=complain):
        here = Path(folder)
        for name in [name for name in folders if (here / name).is_symlink()]:
            found.findings.append(
                _finding(here / name, "unreadable", "is a symbolic link; name its target as a source")
            )
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not (here / name).is_symlink())
        for name in sorted(files):
            path = here / name
            if name.startswith(".") or not readers.kind_of(path):
                found.skipped += 1
                found.hidden += name.startswith(".")
            elif path.is_symlink():
                found.findings.append(_finding(path, "unreadable", "is a symbolic link; name its target as a source"))
            elif not _is_text(str(path)):
                found.findings.append(_finding(path, "unreadable", "has a name that is not Unicode; rename it"))
            else:
                try:
                    yield Source(path, root, path.lstat().st_size)
                except OSError as error:
                    found.findings.append(_finding(path, "unreadable", f"cannot be looked at: {error}"))


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _finding(path: Path, rule: str, message: str) -> SourceFinding:
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    return msgspec.convert({"path": shown, "rule": rule, "message": message}, SourceFinding)


def read(source: Source, live: LiveFile | None, settings: RetrievalSettings) -> Outcome:
    """Read one file; the outcome says what to write, that nothing changed, or what is wrong with the file."""
    try:
        if source.size > settings.max_file_bytes:
            raise Unreadable(
                "huge", f"is {source.size} bytes; retrieval.max_file_bytes allows {settings.max_file_bytes}"
            )
        current = live is not None and live.reader == readers.READER_VERSION
        if live and current and live.state and live.state == readers.same_state(os.lstat(source.path)):
            return Unchanged(live, live.state, str(source.root))
        content, state = readers.load(source.path, settings.max_file_bytes)
        settled = SystemClock().now().timestamp() - max(state.st_mtime, state.st_ctime) > SETTLED_S
        noted = readers.same_state(state) if settled else ""
        content_hash = digest(content)
        if live and current and live.content_hash == content_hash:
            return Unchanged(live, noted, str(source.root))
        return _prepared(source, content, content_hash, noted)
    except Unreadable as error:
        return _finding(source.path, error.rule, str(error))
    except (OSError, MemoryError, RecursionError) as error:
        return _finding(source.path, "unreadable", f"cannot be read ({type(error).__name__}: {error})")


def _prepared(source: Source, content: bytes, content_hash: str, state: str) -> Prepared:
    kind = readers.kind_of(source.path)
    reading = readers.parse(content, kind)
    pieces = cut(reading.text, reading.blocks)
    if not len(pieces.starts):
        raise Unreadable("empty", "holds no words to read; remove it or fill it")
    first = next((section.title for section in pieces.sections), "")
    title = (reading.title or first or source.path.stem)[:MAX_TITLE]
    hashes, terms, title_terms = describe(reading.text, pieces, title)
    return Prepared(
        path=str(source.path),
        root=str(source.root),
        content_hash=content_hash,
        reader=readers.READER_VERSION,
        state=state,
        kind=kind,
        title=title,
        text=reading.text,
        remark=reading.remark,
        cut=pieces,
        hashes=hashes,
        terms=terms,
        title_terms=title_terms,
    )


def ingest(
    connection: sqlite3.Connection,
    lock: threading.RLock,
    live: Sequence[LiveFile],
    sources: Sequence[Path],
    settings: RetrievalSettings,
    threads: int,
    on_progress: Progress | None,
) -> IngestReport:
    """Bring the corpus to what the sources hold now; the totals are left to the corpus.

    `lock` is taken for each transaction, never while reading.

    Raises:
        MissingSource: a source does not exist, or none holds anything that can be read; then nothing was changed.
        StoreError: the corpus file refused a write; whole documents written before stay.
    """
    found = gather(sources)
    known = {file.path: file for file in live}
    findings = list(found.findings)
    counts: Counter[str] = Counter()
    readable: set[str] = set()
    batch: list[Prepared | Unchanged] = []

    def commit() -> None:
        with lock, transaction(connection):
            counts.update([_settle(connection, outcome) for outcome in batch])
        batch.clear()

    for done, (source, outcome) in enumerate(_outcomes(found.sources, known, settings, threads), start=1):
        if isinstance(outcome, SourceFinding):
            findings.append(outcome)
        else:
            readable.add(str(source.path))
            remark = outcome.remark if isinstance(outcome, Prepared) else outcome.live.remark
            findings.extend([_finding(source.path, "encoding", remark)] if remark else [])
            batch.append(outcome)
            if len(batch) >= BATCH_DOCUMENTS or _characters(batch) >= BATCH_CHARACTERS:
                commit()
        if on_progress:
            on_progress(done, len(found.sources), str(source.path))
    if not readable:
        raise MissingSource(_nothing(sources, found, findings))
    gone = [
        file.edition
        for file in live
        if file.path not in readable and any(Path(file.path).is_relative_to(scope) for scope in found.scopes)
    ]
    commit()
    with lock, transaction(connection):
        counts["retired"] = retire(connection, gone)
    ordered = tuple(sorted(findings, key=lambda finding: (finding.path, finding.rule, finding.message)))
    return IngestReport(
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        retired=counts["retired"],
        skipped=found.skipped,
        findings=ordered,
        hidden=found.hidden,
    )


def _settle(connection: sqlite3.Connection, outcome: Prepared | Unchanged) -> str:
    if isinstance(outcome, Prepared):
        return write(connection, outcome)
    root = outermost(outcome.live.root, outcome.root)
    if (outcome.state, root) != (outcome.live.state, outcome.live.root):
        touch(connection, outcome.live.edition, outcome.state, root)
    return "unchanged"


def _characters(batch: Sequence[Prepared | Unchanged]) -> int:
    return sum(len(outcome.text) for outcome in batch if isinstance(outcome, Prepared))


def _outcomes(
    sources: Sequence[Source], known: dict[str, LiveFile], settings: RetrievalSettings, threads: int
) -> Iterator[tuple[Source, Outcome]]:
    """Outcomes in the order of the sources, read ahead within IN_FLIGHT_BYTES."""
    ahead: deque[tuple[Source, Future[Outcome]]] = deque()
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="simone-reader")
    try:
        for source in sources:
            while ahead and (
                len(ahead) >= 4 * threads or sum(each.size for each, _ in ahead) + source.size > IN_FLIGHT_BYTES
            ):
                first, future = ahead.popleft()
                yield first, future.result()
            ahead.append((source, pool.submit(read, source, known.get(str(source.path)), settings)))
        while ahead:
            first, future = ahead.popleft()
            yield first, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _nothing(sources: Sequence[Path], found: Gathered, findings: Sequence[SourceFinding]) -> str:
    asked = ", ".join(repr(str(source)) for source in sources) or "no source at all"
    problems = "; ".join(f"{finding.path}: {finding.message}" for finding in findings[:5])
    others = f"{found.skipped} of other kinds" if found.skipped else ""
    such = f"{len(found.sources)} of these kinds, none of which can be read" if found.sources else ""
    return (
        f"nothing to read in {asked}: looked for {', '.join(sorted(readers.KINDS))}; found "
        f"{' and '.join(filter(None, (such, others))) or 'no such file'}{'; ' + problems if problems else ''}"
        "; name files of these kinds"
    )
