"""`simone bench answers`: questions with known answers over one corpus, for each engine, governed and raw.

Not for tuning alone: print, look at the losses, then decide.

Data: SIMONE_DATA/qa/xquad_en_dev.json, paragraphs of Wikipedia with questions and gold spans. An answer counts when
it holds a gold span after SQuAD's normalisation (Source: Rajpurkar et al., SQuAD, 2016). By a check that does not use
our verifier a sentence counts as carried when one paragraph of the corpus holds every content word and number of it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, percentile, share, table
from simone.clock import Deadline, seeded
from simone.errors import InputError, SimoneError
from simone.kernels import kernels
from simone.orchestration.agents import PASSAGES_PER_DRAFT
from simone.protocols.cognitive_control import TOKENS_PER_SENTENCE
from simone.records import Budget, Instruction, OutputContract, Passage, Request
from simone.runtime import Runtime
from simone.settings import NO_CACHES, Settings

DATA_FILE = Path("qa") / "xquad_en_dev.json"
MAX_SENTENCES = 3
_WORDS = re.compile(r"\w+")
_FUNCTION_WORDS = frozenset(
    "a an the this that these those it its he his she her they their them we our you your i me my is are was were"
    " be been being has have had do does did will would can could may might must shall should of in on at by for"
    " with from to as and or but not no nor so than then there here who whom whose which what when where why how"
    " also such about over if under between into after before during through because while both each other some"
    " any all most more many s".split()
)


class Question(msgspec.Struct, frozen=True):
    """A question and the spans that answer it."""

    question: str
    answers: tuple[str, ...]


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph and its questions."""

    id: str
    title: str
    text: str
    questions: tuple[Question, ...]


class Answer(msgspec.Struct, frozen=True):
    """What one engine said to one question. `seconds` wall clock; `failed` names the error where there was one."""

    question: Question
    text: str
    seconds: float
    hit: bool
    sentences: int
    carried: int
    supported: int
    failed: str = ""


class Row(msgspec.Struct, frozen=True):
    """One engine's answers."""

    name: str
    answers: tuple[Answer, ...]


class Report(msgspec.Struct, frozen=True):
    """Everything that was measured. `passage_hits` counts questions whose best five passages hold a gold span;
    `sentence_hits` those whose best 1, 3, 5 found sentences do."""

    questions: int
    passage_hits: int
    sentence_hits: tuple[int, int, int]
    rows: tuple[Row, ...]


def load(data: Path) -> tuple[Paragraph, ...]:
    """The paragraphs.

    Raises:
        InputError: the data are not there.
    """
    path = data / DATA_FILE
    if not path.is_file():
        raise InputError(f"no file {str(path)!r}; set SIMONE_DATA to the folder that holds {DATA_FILE}")
    return msgspec.json.decode(path.read_bytes(), type=tuple[Paragraph, ...])


def run(
    data: Path,
    home: Path,
    settings: Settings,
    engines: Sequence[str] = ("extractive", "smollm2"),
    limit: int = 100,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure. The extractive engine answers every question, a model a seeded sample of `limit` (0: every one)."""
    paragraphs = load(data)
    questions = [question for paragraph in paragraphs for question in paragraph.questions]
    texts = [paragraph.text for paragraph in paragraphs]
    folder = written(paragraphs, home / "bench" / "answers")
    carrier = Carrier(texts)
    rows: list[Row] = []
    settings = msgspec.structs.replace(settings, cache=NO_CACHES)  # seconds are of the work, not of what is kept
    passage_hits, sentence_hits = 0, (0, 0, 0)
    for name in engines:
        chosen = questions
        if name != "extractive" and limit and limit < len(questions):
            chosen = seeded(seed, "bench answers").sample(questions, limit)
        with Runtime.open(folder, engine=name, home=home, settings=settings) as runtime:
            if not rows:
                passage_hits, sentence_hits = _retrieval(runtime, questions)
            governed = [_governed(runtime, question, carrier) for question in _told(chosen, name, tell)]
            rows.append(Row(f"governed {name}", tuple(governed)))
            if name != "extractive":
                raw = [_raw(runtime, question, carrier) for question in _told(chosen, f"raw {name}", tell)]
                rows.append(Row(f"raw {name}", tuple(raw)))
    return Report(len(questions), passage_hits, sentence_hits, tuple(rows))


class Carrier:
    """Says whether one paragraph holds every content word and number of a sentence."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = [content(paragraph) for paragraph in paragraphs]

    def carries(self, sentence: str) -> bool:
        """Whether some paragraph does; a sentence without content words is not carried."""
        wanted = content(sentence)
        return bool(wanted) and any(wanted <= held for held in self._paragraphs)


def content(text: str) -> frozenset[str]:
    """Lower-cased words and numbers without function words and plural endings."""
    words = (word.casefold() for word in _WORDS.findall(text))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words) - _FUNCTION_WORDS


def normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces."""
    kept = "".join(" " if character in string.punctuation else character for character in text.casefold())
    return " ".join(word for word in kept.split() if word not in {"a", "an", "the"})


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether the text holds one of the gold spans."""
    padded = f" {normalised(text)} "
    return any(f" {normalised(answer)} " in padded for answer in answers if normalised(answer))


def render(report: Report, losses: int = 0) -> str:
    """The figures as text; with `losses`, that many wrong answers of each row."""
    one, three, five = report.sentence_hits
    lines = [
        f"answers on XQuAD (English): {report.questions} questions over one corpus; {machine()}",
        f"gold span in the best five passages: {share(report.passage_hits, report.questions)}",
        f"gold span in the best found sentence: {share(one, report.questions)}",
        f"gold span in the best three found sentences: {share(three, report.questions)}",
        f"gold span in the best five found sentences: {share(five, report.questions)}",
        "",
        table(
            (
                "engine",
                "answer holds a gold span",
                "sentences no paragraph carries",
                "not supported (VVP)",
                "s p50",
                "p95",
            ),
            [_row(row) for row in report.rows],
        ),
    ]
    for row in report.rows:
        lost = [answer for answer in row.answers if not answer.hit][:losses]
        if lost:
            lines += ["", f"losses of {row.name}"]
            lines += [
                f"  {a.question.question.strip()!r} gold {a.question.answers[0]!r}: {a.failed or a.text!r}"
                for a in lost
            ]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> tuple[str, ...]:
    sentences = sum(answer.sentences for answer in row.answers)
    seconds = [answer.seconds for answer in row.answers]
    return (
        row.name,
        share(sum(answer.hit for answer in row.answers), len(row.answers)),
        share(sentences - sum(answer.carried for answer in row.answers), sentences),
        share(sentences - sum(answer.supported for answer in row.answers), sentences),
        f"{percentile(seconds, 0.5):.3f}",
        f"{percentile(seconds, 0.95):.3f}",
    )


def written(paragraphs: Sequence[Paragraph], folder: Path) -> Path:
    """The folder, with every paragraph in it as a file named after it."""
    folder.mkdir(parents=True, exist_ok=True)
    for paragraph in paragraphs:
        path = folder / f"{paragraph.id}.txt"
        if not path.exists() or path.read_text("utf-8") != paragraph.text:
            path.write_text(paragraph.text, "utf-8")
    return folder


def _told(questions: Sequence[Question], name: str, tell: Callable[[str], None]) -> Iterator[Question]:
    for number, question in enumerate(questions):
        tell(f"{name}: {number} of {len(questions)}")
        yield question


def asking(question: Question) -> Request:
    """The request that puts a question to the `answer` workflow."""
    return Request(
        question=question.question.strip(),
        workflow="answer",
        budget=Budget(seconds=600.0, tokens=100_000),
        contract=OutputContract(max_sentences=MAX_SENTENCES, citations=False),
    )


def _governed(runtime: Runtime, question: Question, carrier: Carrier) -> Answer:
    started_s = runtime.clock.monotonic_s()
    try:
        output = runtime.run(asking(question))
    except SimoneError as error:
        return Answer(question, "", runtime.clock.monotonic_s() - started_s, False, 0, 0, 0, type(error).__name__)
    seconds = runtime.clock.monotonic_s() - started_s
    return _judged(runtime, question, output.text, seconds, carrier)


def _raw(runtime: Runtime, question: Question, carrier: Carrier) -> Answer:
    """The same model, the same passages, nothing around it."""
    request = asking(question)
    passages = _passages(runtime, question)
    started_s = runtime.clock.monotonic_s()
    try:
        execution = runtime.engine.execute(
            Instruction(
                operation="DRAFT",
                task=request.question,
                passages=passages[:PASSAGES_PER_DRAFT],
                max_sentences=MAX_SENTENCES,
                max_tokens=MAX_SENTENCES * TOKENS_PER_SENTENCE,
            ),
            Deadline(runtime.clock, request.budget.seconds),
        )
    except SimoneError as error:
        return Answer(question, "", runtime.clock.monotonic_s() - started_s, False, 0, 0, 0, type(error).__name__)
    return _judged(runtime, question, execution.text, runtime.clock.monotonic_s() - started_s, carrier)


def _judged(runtime: Runtime, question: Question, text: str, seconds: float, carrier: Carrier) -> Answer:
    spans = kernels.split_sentences_batch([text])[0]
    sentences = [text[int(start) : int(end)] for start, end in spans]
    checked = runtime.verify(text, listen=lambda _: None).verdicts if sentences else ()
    failed = {verdict.claim.sentence for verdict in checked if verdict.status != "supported"}
    return Answer(
        question=question,
        text=text,
        seconds=seconds,
        hit=holds(text, question.answers),
        sentences=len(sentences),
        carried=sum(carrier.carries(sentence) for sentence in sentences),
        supported=len(sentences) - len(failed),
    )


def _passages(runtime: Runtime, question: Question) -> tuple[Passage, ...]:
    text = question.question.strip()
    vector = runtime.encoder.encode([text])[0]
    return runtime.retriever.search(text, vector, runtime.settings.retrieval.passages)


def _retrieval(runtime: Runtime, questions: Sequence[Question]) -> tuple[int, tuple[int, int, int]]:
    passage_hits = 0
    sentence_hits = [0, 0, 0]
    for question in questions:
        found = _passages(runtime, question)
        passage_hits += any(holds(passage.text, question.answers) for passage in found[:5])
        focus = [p.text[p.focus[0] - p.start : p.focus[1] - p.start] for p in found]
        for place, count in enumerate((1, 3, 5)):
            sentence_hits[place] += any(holds(sentence, question.answers) for sentence in focus[:count])
    return passage_hits, (sentence_hits[0], sentence_hits[1], sentence_hits[2])
