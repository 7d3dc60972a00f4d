"""The measured article is made of quotes and paraphrases, and the tables hold what was measured."""

from __future__ import annotations

from pathlib import Path

from simone.benchmarks import verifying
from simone.benchmarks.reading import Reading
from simone.benchmarks.verifying import DOCUMENTS, News, Report, Whole, article, read_news, render
from simone.clock import FrozenClock
from simone.truth.judge import Judge


def test_an_article_mixes_paragraphs_as_written_with_retold_ones(data: Path) -> None:
    news = read_news(data)
    assert len(news) >= DOCUMENTS
    text = article(news[:DOCUMENTS])
    assert 2000 <= len(text.split()) < 2200
    written = {paragraph[2] for piece in news for paragraph in piece.paragraphs}
    retold = {paragraph[0] for piece in news for paragraph in piece.paragraphs}
    paragraphs = text.split("\n\n")
    assert set(paragraphs) <= written | retold
    assert {p in written for p in paragraphs} == {p in retold for p in paragraphs} == {True, False}


def test_a_batch_tells_which_check_decided_each_claim() -> None:
    said = ("The wall held. It cost 12 marks. Is it old?", "The wall held.", "The wall held. It cost 11 marks.")
    news = [News("wall", (said,))]
    name, count, _, shares = verifying._batch(news, "exact", Judge(None), FrozenClock())
    assert (name, count) == ("exact", sum(shares.values()))
    assert shares["quote"] >= 3


def test_the_tables_show_time_that_passed_and_time_on_a_processor() -> None:
    whole = Whole("cold, 2 threads", 1.5, 1.25, 0.25, (("COLLECT", 0.1), ("VVP", 0.5)))
    alone = Whole("cold, 1 threads", 1.75, 1.25, None, ())
    report = Report(
        *(100, 80_000, 2000, 110, (whole, alone), (("exact", (1.0, 3.0)),), (("b", 4, 2.0, {"quote": 4}),)),
        *(5.0, 41.5, 200.0, (Reading(60, 5.0, 4.0, 3.0, 10.0, 55.0),)),
    )
    text = render(report)
    for shown in (
        "1.50",
        "1.75",
        "1.25",
        "250",
        "500.0",
        "1.000",
        "quote 100.0%",
        "5.00 ms",
        "200 GFLOP/s",
        "6.37 ms",
        "41.50 ms",
        "50.96 ms",
        "10.00 (2.00)",
        "55.0 (11.0)",
    ):
        assert shown in text, shown
    (stage,) = (line for line in text.splitlines() if "VVP, ms" in line)
    assert stage.split()[-1] == "-"
