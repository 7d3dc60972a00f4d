"""`simone bench judged`: sentences of governed answers, drawn by lot and judged one by one, counted.

Not for judging: nothing here says whether a sentence is true, and the verifier's opinion is not asked.

The data are not ours, so the file holds places (paragraph, question, offsets) and digests instead of texts. A digest
that no longer fits is told: the data changed, or the program answers otherwise, and then the judgment stands for
nothing. Data: SIMONE_DATA/qa/xquad_en_dev.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from simone.benchmarks.answers import Paragraph, asking, load, written
from simone.benchmarks.report import machine, share, table
from simone.clock import digest, seeded
from simone.errors import EvidenceMissing, InputError
from simone.records import Output
from simone.runtime import Runtime
from simone.settings import Settings

DRAWN = {"extractive": 120, "smollm2": 80}
"""Sentences drawn of each engine."""
_DIGITS = 16
_KINDS = ("copied", "written")

Judgment = Literal["supported", "not supported", "cannot tell", ""]
Place = tuple[str, int]
"""A paragraph and the number of one of its questions."""


class Span(msgspec.Struct, frozen=True):
    """A place in a paragraph: characters `start` to `end`, and the digest of what stands there."""

    paragraph: str
    start: int
    end: int
    digest: str


class Judged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence of a governed answer and what its judge says of it.

    `question` counts the questions of the paragraph, `sentence` the sentences of the answer, both from 0; `asked` and
    `digest` are the digests of their texts. `sources` are the spans that the answer gives for the sentence. `judgment`
    is of the sentence as the answer reads, "" until someone judged; `faithful` says whether it holds where its source
    stands; `answers` whether it answers the question. `reason` says what is wrong.
    """

    engine: str
    paragraph: str
    question: int
    asked: str
    sentence: int
    digest: str
    sources: tuple[Span, ...]
    judgment: Judgment = ""
    faithful: bool = False
    answers: bool = False
    reason: str = ""

    @property
    def place(self) -> Place:
        """The question it was an answer to."""
        return (self.paragraph, self.question)

    @property
    def kind(self) -> str:
        """`copied` where it is word for word one of its sources, `written` where it is not."""
        return _KINDS[all(source.digest != self.digest for source in self.sources)]


class Report(msgspec.Struct, frozen=True):
    """The sample, and what in it no longer holds: one line each. `again` names the engines asked once more."""

    sentences: tuple[Judged, ...]
    again: tuple[str, ...]
    stale: tuple[str, ...]


def read(path: Path) -> tuple[Judged, ...]:
    """The sentences of a file.

    Raises:
        InputError: there is no such file, or a line of it is no judged sentence.
    """
    if not path.is_file():
        raise InputError(f"no file {str(path)!r}; it comes with the source tree; name another with --sample")
    lines = path.read_text("utf-8").splitlines()
    decoder = msgspec.json.Decoder(Judged)
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(decoder.decode(line))
        except msgspec.DecodeError as error:
            raise InputError(f"{path}, line {number}: {error}") from error
    return tuple(found)


def write(path: Path, sentences: Iterable[Judged]) -> None:
    """Put sentences into a file, one a line.

    Raises:
        InputError: the file exists; judgments are not written over.
    """
    if path.exists():
        raise InputError(f"{str(path)!r} exists and may hold judgments; name another file")
    path.write_bytes(b"".join(msgspec.json.encode(sentence) + b"\n" for sentence in sentences))


def lot(paragraphs: Sequence[Paragraph], engine: str, seed: int) -> list[Place]:
    """Every question, in the order in which they are drawn for an engine."""
    places = [(paragraph.id, number) for paragraph in paragraphs for number in range(len(paragraph.questions))]
    seeded(seed, f"bench answers sample {engine}").shuffle(places)
    return places


def drawn(
    paragraphs: Sequence[Paragraph], engine: str, answers: Iterable[tuple[Place, Output | None]], count: int, seed: int
) -> tuple[Judged, ...]:
    """The first `count` sentences of answers in the order of the lot: one of each answer of the extractive engine,
    chosen by lot too, every one of a model's answers."""
    texts = {paragraph.id: paragraph for paragraph in paragraphs}
    found: list[Judged] = []
    for place, output in answers:
        if output is None or not output.sentences:
            continue
        every: Sequence[int] = range(len(output.sentences))
        if engine == "extractive":
            every = [seeded(seed, f"sentence of {place}").choice(every)]
        found += [_unjudged(texts, engine, place, output, index) for index in every]
        if len(found) >= count:
            break
    return tuple(found[:count])


def draw(
    data: Path,
    home: Path,
    settings: Settings,
    counts: dict[str, int],
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Judged, ...]:
    """Sentences to judge, of each engine as many as asked for."""
    paragraphs = load(data)
    found: list[Judged] = []
    for engine, count in counts.items():
        answers = _answers(paragraphs, home, settings, engine, lot(paragraphs, engine, seed), tell)
        found += drawn(paragraphs, engine, answers, count, seed)
    return tuple(found)


def run(
    data: Path,
    home: Path,
    settings: Settings,
    sentences: Sequence[Judged],
    engines: Sequence[str],
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Hold the file against the data, and against what the program answers today with `engines`."""
    paragraphs = load(data)
    stale = list(changed(paragraphs, sentences))
    for engine in engines:
        mine = [sentence for sentence in sentences if sentence.engine == engine]
        places = list(dict.fromkeys(sentence.place for sentence in mine))
        answers = dict(_answers(paragraphs, home, settings, engine, places, tell))
        stale += [problem for sentence in mine for problem in _otherwise(sentence, answers.get(sentence.place))]
    return Report(tuple(sentences), tuple(engines), tuple(stale))


def changed(paragraphs: Sequence[Paragraph], sentences: Sequence[Judged]) -> Iterator[str]:
    """What of the questions and spans of the file the data no longer hold."""
    texts = {paragraph.id: paragraph for paragraph in paragraphs}
    for sentence in sentences:
        paragraph = texts.get(sentence.paragraph)
        if paragraph is None or sentence.question >= len(paragraph.questions):
            yield f"{_name(sentence)}: the data have no such question"
        elif _short(paragraph.questions[sentence.question].question) != sentence.asked:
            yield f"{_name(sentence)}: the data ask something else"
        for span in sentence.sources:
            held = texts.get(span.paragraph)
            if held is None or _short(held.text[span.start : span.end]) != span.digest:
                yield f"{_name(sentence)}: {span.paragraph} holds something else from {span.start} to {span.end}"


def texts_of(data: Path, sentences: Sequence[Judged]) -> str:
    """The questions and sources of the file in words, as the data hold them: what the judge read."""
    texts = {paragraph.id: paragraph for paragraph in load(data)}
    lines: list[str] = []
    for sentence in sentences:
        asked = texts[sentence.paragraph].questions[sentence.question].question.strip()
        lines.append(f"{_name(sentence)}: {asked}")
        lines += [f"    {s.paragraph}: {texts[s.paragraph].text[s.start : s.end]}" for s in sentence.sources]
        verdict = [sentence.judgment or "not judged", "answers" if sentence.answers else "does not answer"]
        lines.append(f"    {', '.join(verdict)}{': ' if sentence.reason else ''}{sentence.reason}")
    return "\n".join(lines) + "\n"


def render(report: Report) -> str:
    """The figures as text, what is wrong, and what is stale."""
    judged = [sentence for sentence in report.sentences if sentence.judgment]
    rows = []
    for engine, kind in [*((e, k) for e in dict.fromkeys(s.engine for s in judged) for k in ("", *_KINDS)), ("", "")]:
        mine = [s for s in judged if engine in ("", s.engine) and kind in ("", s.kind)]
        if mine:
            rows.append(_row(f"{engine or 'all'}{', ' if kind else ''}{kind}", mine))
    header = ("sentences", "questions", "not supported", "cannot tell", "unfaithful to its source", "answers")
    lines = [
        f"{len(judged)} sentences of governed answers on XQuAD (English) judged by reading; {machine()}",
        f"asked again: {', '.join(report.again) or 'none, so what is stale may be more'}",
        f"not judged: {len(report.sentences) - len(judged)}; stale: {len(report.stale)}",
        "",
        table(header, rows),
    ]
    if wrong := [sentence for sentence in judged if sentence.judgment != "supported"]:
        lines += ["", "not supported, or nobody can tell"]
        lines += [f"  {_name(sentence)}: {sentence.judgment}: {sentence.reason}" for sentence in wrong]
    if report.stale:
        lines += ["", "stale", *(f"  {problem}" for problem in report.stale)]
    return "\n".join(lines) + "\n"


def _row(name: str, judged: Sequence[Judged]) -> tuple[str, ...]:
    total = len(judged)
    return (
        name,
        str(len({sentence.place for sentence in judged})),
        share(sum(sentence.judgment == "not supported" for sentence in judged), total),
        share(sum(sentence.judgment == "cannot tell" for sentence in judged), total),
        share(sum(not sentence.faithful for sentence in judged), total),
        share(sum(sentence.answers for sentence in judged), total),
    )


def _answers(
    paragraphs: Sequence[Paragraph],
    home: Path,
    settings: Settings,
    engine: str,
    places: Sequence[Place],
    tell: Callable[[str], None],
) -> Iterator[tuple[Place, Output | None]]:
    """Governed answers, one after the other; None where nothing in the sources bears on the question."""
    texts = {paragraph.id: paragraph for paragraph in paragraphs}
    folder = written(paragraphs, home / "bench" / "answers")
    with Runtime.open(folder, engine=engine, home=home, settings=settings) as runtime:
        for number, (paragraph, question) in enumerate(places):
            tell(f"{engine}: question {number + 1}")
            if paragraph not in texts or question >= len(texts[paragraph].questions):
                continue
            try:
                yield (paragraph, question), runtime.run(asking(texts[paragraph].questions[question]))
            except EvidenceMissing:
                yield (paragraph, question), None


def _otherwise(sentence: Judged, output: Output | None) -> Iterator[str]:
    if output is None or sentence.sentence >= len(output.sentences):
        yield f"{_name(sentence)}: the answer has no such sentence now"
    elif _short(output.sentences[sentence.sentence].text) != sentence.digest:
        yield f"{_name(sentence)}: the answer says something else there now"


def _unjudged(texts: dict[str, Paragraph], engine: str, place: Place, output: Output, index: int) -> Judged:
    spans = {
        (Path(held.document).stem, held.start, held.end): None
        for verdict in output.verdicts
        if verdict.claim.sentence == index
        for held in verdict.evidence
        if held.stance == "supports"
    }
    return Judged(
        engine=engine,
        paragraph=place[0],
        question=place[1],
        asked=_short(texts[place[0]].questions[place[1]].question),
        sentence=index,
        digest=_short(output.sentences[index].text),
        sources=tuple(Span(p, start, end, _short(texts[p].text[start:end])) for p, start, end in spans),
    )


def _short(text: str) -> str:
    return digest(text.encode("utf-8"))[:_DIGITS]


def _name(sentence: Judged) -> str:
    return f"{sentence.engine} {sentence.paragraph} question {sentence.question} sentence {sentence.sentence}"
