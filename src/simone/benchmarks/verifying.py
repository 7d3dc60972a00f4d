"""`simone bench verify`: how long verification takes, stage by stage, and which check decides.

Not for how right the verdicts are: `truth` and `contrast` measure that.

The documents are news articles as written for advanced readers, the article to check is made of the same news as
retold for beginners (and, of every third paragraph, as written), so that it holds quotes, paraphrases and sentences
that the documents lack.

Data: SIMONE_DATA/readability/onestop.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks import reading
from simone.benchmarks.report import machine, percentile, table
from simone.clock import Clock, SystemClock
from simone.errors import MissingSource
from simone.kernels import kernels
from simone.observability.events import Event
from simone.records import Passage, Verdict
from simone.retrieval.encoder import MiniLM
from simone.runtime import Runtime
from simone.settings import NO_CACHES, Settings
from simone.truth.claims import as_claim, find_claims
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.entailment import LARGE
from simone.truth.judge import Judge, as_passage
from simone.truth.readers import open_models

THREADS = (2, 1)
DOCUMENTS = 100
ARTICLE_WORDS = 2000
SOURCE_WORDS = 1500
"""Words of the source of a single claim, about 2,000 tokens."""
SINGLE = 60
"""Claims judged one at a time, each against a source of its own."""
BATCH = 1000
BATCH_DOCUMENTS = 20
LIMITS = (0.05, 1.0)
"""`max_error` as it ships, where few claims need be read, and without a limit; each batch has models of its own."""
PAIR_PIECES = 60
PAIRS = 64
FLOPS_OF_A_PIECE = 6 * 2 * (4 * 384 * 384 + 2 * 384 * 1536)
"""Of MiniLM's matrix products, per word piece."""
TIMES_AS_MUCH = 8
"""The large model's products: twice as many layers, each twice as wide."""


class News(msgspec.Struct, frozen=True):
    """One piece of news: paragraphs as (for beginners, intermediate, advanced)."""

    name: str
    paragraphs: tuple[tuple[str, str, str], ...]

    def text(self, level: int) -> str:
        """The article at a level, 0 to 2."""
        return "\n\n".join(paragraph[level] for paragraph in self.paragraphs if paragraph[level])


class Whole(msgspec.Struct, frozen=True):
    """One `simone verify` as a process of its own, and within one process, stage by stage, seconds.

    `processor_s` is what it took of all cores; on a busy machine that says more than the time that passed. Stages are
    measured with the threads that the kernels of this process serve with, and only once.
    """

    name: str
    process_s: float
    processor_s: float
    opening_s: float | None
    stages: tuple[tuple[str, float], ...]


class Report(msgspec.Struct, frozen=True):
    """Everything measured. Times of claims in milliseconds; `shares`: claims decided, by check, for each batch."""

    documents: int
    document_words: int
    article_words: int
    claims: int
    whole: tuple[Whole, ...]
    single: tuple[tuple[str, tuple[float, ...]], ...]
    batches: tuple[tuple[str, int, float, dict[str, int]], ...]
    entailment_ms: float
    large_ms: float | None
    peak_gflops: float
    readings: tuple[reading.Reading, ...]


def read_news(data: Path) -> tuple[News, ...]:
    """All news of the data folder by name.

    Raises:
        MissingSource: the articles are missing.
    """
    files = sorted((data / "readability/onestop").glob("*.csv"))
    if len(files) < DOCUMENTS:
        raise MissingSource(f"{str(data / 'readability/onestop')!r} holds no articles; set SIMONE_DATA")
    found = []
    for file in files:
        with file.open(encoding="cp1252", errors="replace", newline="") as stream:
            rows = [[" ".join(cell.split()) for cell in row] + [""] * 3 for row in list(csv.reader(stream))[1:]]
        found.append(News(file.stem, tuple((row[0], row[1], row[2]) for row in rows)))
    return tuple(found)


def article(news: Sequence[News], words: int = ARTICLE_WORDS) -> str:
    """About `words` words: for each piece a few paragraphs, two retold for beginners, then one as written."""
    paragraphs: list[str] = []
    for piece in news[:: max(1, len(news) // 12)]:
        for number, levels in enumerate(piece.paragraphs[:5]):
            paragraphs.append(levels[2 if number % 3 == 2 else 0])
            if sum(len(paragraph.split()) for paragraph in paragraphs) >= words:
                return "\n\n".join(paragraphs)
    return "\n\n".join(paragraphs)


def run(
    data: Path,
    home: Path,
    settings: Settings,
    tell: Callable[[str], None] = lambda _: None,
    processes: int = 3,
    with_large: bool = False,
) -> Report:
    """Measure all of it, also the large model or not; of `processes` runs of the program the median counts.

    Raises:
        MissingSource: the articles are missing.
        WeightsMissing: the weights of the encoder or of the entailment model are not in the cache.
    """
    clock = SystemClock()
    news = read_news(data)[:DOCUMENTS]
    text = article(news)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sources = place / "sources"
        sources.mkdir()
        for piece in news:
            (sources / f"{piece.name}.txt").write_text(piece.text(2), "utf-8")
        (place / "article.txt").write_text(text, "utf-8")
        whole = []
        for threads in THREADS:
            for warm in (False, True):
                tell(f"simone verify, {threads} threads, {'warm' if warm else 'cold'}")
                whole.append(_whole(place, home, settings, threads, warm, processes, clock))
    encoder = MiniLM(home, settings.encoder)
    encoder.encode(["The model is loaded before anything is timed."])
    tell("single claims")
    single = [*_single(news, "exact checks and token vectors", Judge(encoder), clock)]
    single += _single(news, "exact checks alone", Judge(None), clock)
    for limit in LIMITS:
        judge = Judge(encoder, open_models("small", home), max_error=limit)
        single += _single(news, f"with the entailment model, max_error {limit:g}", judge, clock)
    single.append(("one exact comparison", _comparison_ms(news, clock)))
    tell("a batch")
    batches = [_batch(news, "exact checks and token vectors", Judge(encoder), clock)]
    for limit in LIMITS:
        tell(f"a batch, max_error {limit:g}")
        name = f"with the entailment model, max_error {limit:g}"
        batches.append(_batch(news, name, Judge(encoder, open_models("small", home), max_error=limit), clock))
    large_ms = None
    if with_large:
        tell("the large model")
        for limit in LIMITS:
            name = f"with the large model too, max_error {limit:g}"
            batches.append(_batch(news, name, Judge(encoder, open_models("large", home), max_error=limit), clock))
        large_ms = _pair_ms(data, home, LARGE)
    tell("the entailment model alone")
    return Report(
        documents=len(news),
        document_words=sum(len(piece.text(2).split()) for piece in news),
        article_words=len(text.split()),
        claims=len(find_claims(text)),
        whole=tuple(whole),
        single=tuple(single),
        batches=tuple(batches),
        entailment_ms=_pair_ms(data, home, "entailment"),
        large_ms=large_ms,
        peak_gflops=_peak_gflops(),
        readings=reading.run(home, clock),
    )


def _whole(
    place: Path, home: Path, settings: Settings, threads: int, warm: bool, processes: int, clock: Clock
) -> Whole:
    environment = os.environ | {"SIMONE_KERNEL_THREADS": str(threads)}
    environment |= {"SIMONE_CACHE_RAM_BYTES": "0", "SIMONE_CACHE_DISK_BYTES": "0"}  # the work itself, not what is kept
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once, not at every start
    words = ["verify", str(place / "article.txt"), "--against", str(place / "sources"), "-f", "html", "--quiet"]
    spent, worked = [], []
    for _ in range(processes):
        own = _fresh(place / "home", home)
        for counted in (False, True) if warm else (True,):
            begin, used = clock.monotonic_s(), _children_s()
            subprocess.run(  # noqa: S603 - this program itself, on files made above
                [sys.executable, "-m", "simone", *words, "-o", str(place / "page.html")],
                env=environment | {"SIMONE_HOME": str(own)},
                check=False,
            )
            if counted:
                spent.append(clock.monotonic_s() - begin)
                worked.append(_children_s() - used)
    name = f"{'warm' if warm else 'cold'}, {threads} threads"
    if threads != THREADS[0]:
        return Whole(name, percentile(spent, 0.5), percentile(worked, 0.5), None, ())
    own = _fresh(place / "home", home)
    given = msgspec.structs.replace(settings, cache=NO_CACHES)

    def opened() -> Runtime:
        return Runtime.open(place / "sources", engine="extractive", home=own, settings=given, with_vectors=False)

    if warm:
        opened().close()
    begin = clock.monotonic_s()
    stages: list[tuple[str, float]] = []

    def listen(event: Event) -> None:
        stages.append((event.stage, event.seconds))

    with opened() as runtime:
        opening_s = clock.monotonic_s() - begin
        runtime.verify((place / "article.txt").read_text("utf-8"), listen=listen)
    return Whole(name, percentile(spent, 0.5), percentile(worked, 0.5), opening_s, tuple(stages))


def _children_s() -> float:
    """Processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fresh(own: Path, home: Path) -> Path:
    """An empty home that shares the weights."""
    if own.exists():
        shutil.rmtree(own)
    own.mkdir()
    (own / "weights").symlink_to(home / "weights", target_is_directory=True)
    return own


def _single(news: Sequence[News], name: str, judge: Judge, clock: Clock) -> list[tuple[str, tuple[float, ...]]]:
    """Each claim against a source that was never read before, then again."""
    cold: list[float] = []
    warm: list[float] = []
    _judged(judge, "The wall held during the storm.", [as_passage("The old wall held in the storm of 1987.", 1)], clock)
    for claim, source in _claims_with_sources(news, name):
        for spent in (cold, warm):
            spent.append(_judged(judge, claim, [source], clock))
    return [(f"{name}, cold", tuple(cold)), (f"{name}, warm", tuple(warm))]


def _claims_with_sources(news: Sequence[News], mark: str) -> list[tuple[str, Passage]]:
    """Claims from retold news, each with a source of its own length that no other claim shares.

    The source ends in a line of its own for each `mark`, and each of its sentences is told apart by a number, so that
    nothing kept from another measurement helps.
    """
    found = []
    for number in range(SINGLE):
        piece, other = news[number % len(news)], news[(number * 7 + 13) % len(news)]
        claims = [claim.text for claim in find_claims(piece.text(number % 2)) if claim.checkable]
        words = f"{piece.text(2)}\n\n{other.text(2)}\n\n{other.text(1)}".split(" ")[:SOURCE_WORDS]
        text = " ".join(words).replace(". ", f" (note {len(mark)}{number}). ")
        found.append((claims[number % len(claims)], as_passage(text, 1)))
    return found


def _judged(judge: Judge, claim: str, sources: Sequence[Passage], clock: Clock) -> float:
    begin = clock.monotonic_s()
    judge.judge([as_claim(claim, 0)], sources)
    return (clock.monotonic_s() - begin) * 1e3


def _comparison_ms(news: Sequence[News], clock: Clock) -> tuple[float, ...]:
    """One claim held against one sentence, neither read before."""
    spent = []
    for piece in news:
        ours, theirs = find_claims(piece.text(0))[0].text, find_claims(piece.text(2))[0].text
        begin = clock.monotonic_s()
        kernels.validate_truth_claims_batch([ours], [theirs])
        spent.append((clock.monotonic_s() - begin) * 1e3)
    return tuple(spent)


def _batch(news: Sequence[News], name: str, judge: Judge, clock: Clock) -> tuple[str, int, float, dict[str, int]]:
    """Claims of all three editions against the advanced ones, in one call: name, claims, milliseconds each, shares."""
    own = news[-BATCH_DOCUMENTS:]
    texts = [claim.text for piece in own for level in (0, 1, 2) for claim in find_claims(piece.text(level))]
    claims = [as_claim(text, number) for number, text in enumerate(texts[:: max(1, len(texts) // BATCH)][:BATCH])]
    passages = [as_passage(piece.text(2), number) for number, piece in enumerate(own, 1)]
    begin = clock.monotonic_s()
    verdicts = judge.judge(claims, passages)
    spent_ms = (clock.monotonic_s() - begin) * 1e3
    return name, len(claims), spent_ms / len(claims), _shares(verdicts)


def _shares(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Claims by the check that decided; those left open by the exact checks count as "open"."""
    return dict(
        Counter(
            "open" if v.status == "unverifiable" and v.decided_by not in ("form", "language") else v.decided_by
            for v in verdicts
        ).most_common()
    )


def pair_ms(data: Path, home: Path, weight: str) -> float:
    """Milliseconds for a pair of PAIR_PIECES word pieces, each a call of its own, at best of five."""
    model, clock = CrossEncoder(home, weight), SystemClock()
    pairs = [pair for piece in read_news(data)[:DOCUMENTS] for pair in _pairs_of_length(piece, model)][:PAIRS]
    model.score([("The model is loaded before", "anything is timed.")])
    best = float("inf")
    for number in range(5):
        given = [(one, f"{other[:-1]}{'.;!?:'[number]}") for one, other in pairs]
        begin = clock.monotonic_s()
        for pair in given:
            model.score([pair])
        best = min(best, clock.monotonic_s() - begin)
    return best * 1e3 / len(pairs)


_PAIR = """
import sys
from pathlib import Path
from simone.benchmarks.verifying import pair_ms
print(pair_ms(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
"""


def _pair_ms(data: Path, home: Path, weight: str) -> float:
    """`pair_ms` by one thread, in a process of its own: kernels take their number of threads when they are loaded."""
    command = [sys.executable, "-c", _PAIR, str(data), str(home), weight]
    alone = os.environ | {"SIMONE_KERNEL_THREADS": "1"}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return float(done.stdout)


def _pairs_of_length(piece: News, model: CrossEncoder) -> list[tuple[str, str]]:
    """A paragraph and a sentence, cut so that both together have PAIR_PIECES word pieces."""
    claim = find_claims(piece.text(0))[0].text[:120] + "."
    words = piece.text(2).split()
    for count in range(1, len(words)):
        text = " ".join(words[:count])
        if model.pieces(text, claim) == PAIR_PIECES:
            return [(text, claim)]
    return []


_PEAK = """
import sys, numpy as np
from simone.clock import SystemClock
clock, size, best = SystemClock(), 1024, float("inf")
values = np.random.default_rng(0).standard_normal((size, size), np.float32)
for _ in range(15):
    begin = clock.monotonic_s()
    values @ values
    best = min(best, clock.monotonic_s() - begin)
print(2 * size**3 / best / 1e9)
"""
"""In a process of its own, since a BLAS takes its number of threads from the environment when it is loaded."""


def _peak_gflops() -> float:
    """Float32 multiply-adds of one thread of BLAS at best, each counted as two operations, 1e9 per second."""
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-c", _PEAK]
    done = subprocess.run(command, env=os.environ | single, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return float(done.stdout)


def render(report: Report) -> str:
    """The tables as text."""
    names = list(dict.fromkeys(stage for whole in report.whole for stage, _ in whole.stages))
    rows = [["whole process, seconds", *(f"{w.process_s:.2f}" for w in report.whole)]]
    rows.append(["  of it on a processor, seconds", *(f"{w.processor_s:.2f}" for w in report.whole)])
    rows.append(["  opening: reading the documents, ms", *(_ms(w.opening_s, 0) for w in report.whole)])
    for name in names:
        spent = [
            sum(seconds for stage, seconds in w.stages if stage == name) if w.stages else None for w in report.whole
        ]
        rows.append([f"  {name}, ms", *(_ms(seconds, 1) for seconds in spent)])
    limit_ms = PAIR_PIECES * FLOPS_OF_A_PIECE / report.peak_gflops / 1e6
    article_line = (
        f"an article of {report.article_words} words, {report.claims} claims, against {report.documents} documents"
        f" of {report.document_words} words"
    )
    model_line = (
        f"the entailment model on a pair of {PAIR_PIECES} word pieces, one thread: {report.entailment_ms:.2f} ms;"
        f" at the {report.peak_gflops:.0f} GFLOP/s that BLAS reaches here in float32 its products take"
        f" {limit_ms:.2f} ms, in eight bits at best {limit_ms / 2:.2f} ms"
    )
    large_lines = []
    if report.large_ms is not None:
        most_ms = TIMES_AS_MUCH * limit_ms
        large_lines.append(
            f"the large one on such a pair: {report.large_ms:.2f} ms; its products take {most_ms:.2f} ms,"
            f" in eight bits at best {most_ms / 2:.2f} ms"
        )
    decided = [
        f"{name}: {count} claims in one call, {ms:.2f} ms each; decided by {_listed(shares, count)}"
        for name, count, ms, shares in report.batches
    ]
    return "\n".join(
        [
            f"verification; {machine()}",
            article_line,
            "",
            table(("simone verify", *(whole.name for whole in report.whole)), rows),
            "",
            table(
                (f"one claim, a source of {SOURCE_WORDS} words", "p50 ms", "p95 ms", "n"),
                [
                    (name, f"{percentile(ms, 0.5):.3f}", f"{percentile(ms, 0.95):.3f}", str(len(ms)))
                    for name, ms in report.single
                ],
            ),
            "",
            *decided,
            "",
            model_line,
            *large_lines,
            "",
            reading.render(report.readings),
            "",
        ]
    )


def _ms(seconds: float | None, digits: int) -> str:
    return "-" if seconds is None else f"{seconds * 1e3:.{digits}f}"


def _listed(shares: Mapping[str, int], total: int) -> str:
    return ", ".join(f"{name} {count / total:.1%}" for name, count in shares.items())
