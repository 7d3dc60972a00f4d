"""The corpus: what is live, what an ingest changes, what passages and vectors hold."""

from __future__ import annotations

import os
import socket
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from simone.errors import BadArray, MissingSource, StoreError
from simone.retrieval.corpus import Corpus
from simone.retrieval.ingest import IngestReport
from simone.settings import RetrievalSettings

SETTINGS = RetrievalSettings()


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus.sqlite", durable=False) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "sub").mkdir(parents=True)
    (made / "a.md").write_text(
        "# Harbour\n\nThe crane lifts 40 t. It is old. It is red.\n\n## Fees\n\nBelmar pays 9 euro.\n"
    )
    (made / "sub" / "b.txt").write_text("A boat left. It is red.\n")
    return made


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.retired


def sentences(corpus: Corpus) -> list[str]:
    table, documents = corpus.sentences(), corpus.documents()
    spans = zip(table.document.tolist(), table.start.tolist(), table.end.tolist(), strict=True)
    return [corpus.text(documents[document].path)[start:end] for document, start, end in spans]


def test_documents_are_named_relative_to_their_folder_in_order(corpus: Corpus, folder: Path) -> None:
    report = corpus.ingest([folder], SETTINGS)
    assert counts(report) == (2, 0, 0, 0)
    assert (report.documents, report.sentences) == (2, 6)
    first, second = corpus.documents()
    assert (first.path, first.title, first.kind, first.version) == ("a.md", "Harbour", "md", 1)
    assert (second.path, second.title, second.characters) == ("sub/b.txt", "b", 24)
    assert sentences(corpus)[-3:] == ["Belmar pays 9 euro.", "A boat left.", "It is red."]


def test_an_unchanged_folder_costs_nothing_and_changes_nothing(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    before = corpus.version
    os.utime(folder / "a.md")
    assert counts(corpus.ingest([folder], SETTINGS)) == (0, 0, 2, 0)
    assert corpus.version == before


def test_a_changed_file_gets_a_new_version_and_the_old_one_is_kept(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    before = corpus.version
    old = int(corpus.sentences().ids[0])
    source = folder / "a.md"
    kept = source.read_bytes()
    source.write_bytes(kept.replace(b"40", b"50"))
    assert counts(corpus.ingest([folder], SETTINGS)) == (0, 1, 1, 0)
    assert corpus.documents()[0].version == 2
    assert corpus.version != before
    with pytest.raises(MissingSource, match="not live"):
        corpus.passage(old, 1)
    rows = sqlite3.connect(corpus.path).execute("SELECT count(*) FROM edition").fetchone()
    assert rows == (3,)
    source.write_bytes(kept)
    corpus.ingest([folder], SETTINGS)
    assert (corpus.version, corpus.documents()[0].version) == (before, 3)


def test_a_file_of_the_same_size_and_time_is_still_seen_to_change(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    source = folder / "a.md"
    state = source.stat()
    source.write_bytes(source.read_bytes().replace(b"40", b"50"))
    os.utime(source, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert counts(corpus.ingest([folder], SETTINGS)) == (0, 1, 1, 0)


def test_a_vanished_file_is_retired_and_other_sources_are_left_alone(
    corpus: Corpus, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Something else entirely.")
    corpus.ingest([folder, other], SETTINGS)
    (folder / "sub" / "b.txt").unlink()
    assert counts(corpus.ingest([folder], SETTINGS)) == (0, 0, 1, 1)
    assert [record.path for record in corpus.documents()] == ["a.md", "other.txt"]
    with pytest.raises(MissingSource, match=r"no live document 'sub/b.txt'"):
        corpus.text("sub/b.txt")


def test_the_version_does_not_depend_on_the_history(folder: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "a.md").write_text("Another file of the same name.")
    versions, paths = set(), set()
    for number, order in enumerate(([folder, twin], [twin, folder])):
        with Corpus.open(tmp_path / f"{number}.sqlite", durable=False) as corpus:
            for source in order:
                corpus.ingest([source], SETTINGS)
            versions.add(corpus.version)
            paths.add(tuple(record.path for record in corpus.documents()))
    assert paths == {("docs/a.md", "sub/b.txt", "twin/a.md")}
    assert len(versions) == 1


def test_a_folder_inside_a_known_folder_adds_no_second_copy(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder / "sub" / "b.txt"], SETTINGS)
    assert corpus.documents()[0].path == "b.txt"
    corpus.ingest([folder], SETTINGS)
    assert [record.path for record in corpus.documents()] == ["a.md", "sub/b.txt"]
    assert counts(corpus.ingest([folder / "sub", folder], SETTINGS)) == (0, 0, 2, 0)


def test_a_passage_stays_inside_its_section_and_document(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    ids = corpus.sentences().ids.tolist()
    middle = corpus.passage(ids[1], 1)
    assert middle.text == "The crane lifts 40 t. It is old. It is red."
    assert corpus.text("a.md")[middle.start : middle.end] == middle.text
    assert corpus.text("a.md")[slice(*middle.focus)] == "It is old."
    assert (middle.section, middle.document_id) == ("Harbour", corpus.documents()[0].id)
    assert corpus.passage(ids[3], 5).text == "Belmar pays 9 euro."
    assert corpus.passage(ids[3], 5).section == "Harbour > Fees"
    assert corpus.passage(ids[1], 0).text == "It is old."
    with pytest.raises(MissingSource, match="not live"):
        corpus.passage(-1, 0)


def test_word_search_follows_the_live_documents(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    (best, score), *_ = corpus.lexical("What does Belmar pay?", 5)
    assert corpus.passage(best, 0).text == "Belmar pays 9 euro."
    assert score > 0
    (folder / "a.md").unlink()
    corpus.ingest([folder], SETTINGS)
    assert corpus.lexical("What does Belmar pay?", 5) == []


def test_another_connection_sees_what_was_ingested(corpus: Corpus, folder: Path) -> None:
    with Corpus.open(corpus.path, durable=False) as reader:
        assert reader.documents() == ()
        corpus.ingest([folder], SETTINGS)
        assert reader.documents() == corpus.documents()
        assert reader.lexical("crane", 3) == corpus.lexical("crane", 3)


def test_equal_sentences_share_one_vector(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    missing = corpus.missing_vectors("model")
    assert [text for _, text in missing].count("It is red.") == 1
    rows = np.arange(len(missing) * 384, dtype=np.float32).reshape(-1, 384)
    corpus.put_vectors("model", [number for number, _ in missing], rows)
    assert corpus.missing_vectors("model") == []
    ids, matrix = corpus.vectors("model")
    assert ids.tolist() == corpus.sentences().ids.tolist()
    assert matrix.shape == (6, 384)
    assert matrix[2].tolist() == matrix[5].tolist() == rows[2].tolist()
    assert corpus.vectors("other")[1].shape == (0, 384)
    with Corpus.open(corpus.path, durable=False) as again:
        assert again.vectors("model")[1].tobytes() == matrix.tobytes()


def test_vectors_of_other_encoders_go_and_those_in_use_stay(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    ids = [number for number, _ in corpus.missing_vectors("old")]
    for encoder, value in (("old", 1), ("new", 2)):
        corpus.put_vectors(encoder, ids, np.full((len(ids), 384), value, np.float32))
    corpus.keep_vectors_of("new")
    corpus.keep_vectors_of("new")
    assert corpus.missing_vectors("new") == []
    assert corpus.vectors("new")[1].tolist() == [[2] * 384] * 6
    assert len(corpus.missing_vectors("old")) == len(ids)
    with Corpus.open(corpus.path, durable=False) as again:
        assert len(again.vectors("old")[0]) == 0
        assert len(again.vectors("new")[0]) == 6


def test_vectors_of_a_changed_document_are_asked_for_again(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    missing = corpus.missing_vectors("model")
    corpus.put_vectors("model", [number for number, _ in missing], np.ones((len(missing), 384), np.float32))
    (folder / "a.md").write_text("The crane lifts 41 t. It is old.")
    corpus.ingest([folder], SETTINGS)
    assert [text for _, text in corpus.missing_vectors("model")] == ["The crane lifts 41 t."]
    assert len(corpus.vectors("model")[0]) == 3


def test_wrong_vectors_are_refused_whole(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    first = int(corpus.sentences().ids[0])
    with pytest.raises(BadArray, match="384"):
        corpus.put_vectors("model", [first], np.ones((1, 3), np.float32))
    with pytest.raises(BadArray, match="finite"):
        corpus.put_vectors("model", [first], np.full((1, 384), np.nan, np.float32))
    with pytest.raises(MissingSource, match="not live"):
        corpus.put_vectors("model", [first, 7], np.ones((2, 384), np.float32))
    assert len(corpus.vectors("model")[0]) == 0


def test_every_bad_file_has_its_finding_and_stops_nothing(corpus: Corpus, folder: Path) -> None:
    (folder / "latin.txt").write_bytes("Caf\xe9 au lait costs 3 francs.".encode("latin-1"))
    (folder / "empty.md").write_bytes(b"")
    (folder / "big.txt").write_text("word " * 1000)
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "code.py").write_text("print(1)")
    (folder / ".hidden.txt").write_text("Hidden.")
    (folder / "out.txt").symlink_to("/etc/passwd")
    (folder / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(folder / "pipe.txt")
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * 70_000_000)
    report = corpus.ingest([folder], RetrievalSettings(max_file_bytes=4096 * 32), threads=1)
    again = corpus.ingest([folder], RetrievalSettings(max_file_bytes=4096), threads=2)
    found = {Path(finding.path).name: finding.rule for finding in report.findings}
    assert found == {
        "latin.txt": "encoding",
        "empty.md": "empty",
        "noise.txt": "binary",
        "broken.pdf": "unreadable",
        "out.txt": "unreadable",
        "loop.txt": "unreadable",
        "pipe.txt": "unreadable",
        "bomb.docx": "huge",
    }
    assert (counts(report), report.skipped) == ((4, 0, 0, 0), 2)
    assert {Path(finding.path).name: finding.rule for finding in again.findings if finding.rule == "huge"}.keys() == {
        "big.txt",
        "bomb.docx",
    }
    assert counts(again) == (0, 0, 3, 1)


def test_what_cannot_be_a_source_is_named(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="cannot be found"):
        corpus.ingest([tmp_path / "nowhere"], SETTINGS)
    (tmp_path / "void").mkdir()
    with pytest.raises(MissingSource, match="nothing to read"):
        corpus.ingest([tmp_path / "void"], SETTINGS)
    (tmp_path / "a.csv").write_text("a,b")
    with pytest.raises(MissingSource, match="another suffix"):
        corpus.ingest([tmp_path / "a.csv"], SETTINGS)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(MissingSource, match="neither a file nor a folder"):
            corpus.ingest([tmp_path / "s"], SETTINGS)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(MissingSource, match="cannot be found"):
        corpus.ingest([tmp_path / "loop"], SETTINGS)


def test_a_folder_that_became_empty_retires_nothing(corpus: Corpus, folder: Path) -> None:
    corpus.ingest([folder], SETTINGS)
    for path in (folder / "a.md", folder / "sub" / "b.txt"):
        path.unlink()
    with pytest.raises(MissingSource, match="nothing to read"):
        corpus.ingest([folder], SETTINGS)
    assert len(corpus.documents()) == 2


def test_progress_counts_every_file_in_order(corpus: Corpus, folder: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    corpus.ingest([folder], SETTINGS, on_progress=lambda done, of, path: seen.append((done, of, Path(path).name)))
    assert seen == [(1, 2, "a.md"), (2, 2, "b.txt")]


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "corpus.sqlite").write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(StoreError, match="cannot open"):
        Corpus.open(tmp_path / "corpus.sqlite")


def test_the_number_of_threads_changes_no_byte(folder: Path, tmp_path: Path) -> None:
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"File number {number} says so. It is {number} lines long.")
    tables = []
    for threads in (1, 4):
        with Corpus.open(tmp_path / f"{threads}.sqlite", durable=False) as corpus:
            corpus.ingest([folder], SETTINGS, threads=threads)
            tables.append((corpus.version, corpus.sentences().ids.tolist(), corpus.lexical("number lines", 50)))
    assert tables[0] == tables[1]
