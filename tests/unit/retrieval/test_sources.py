from __future__ import annotations

from pathlib import Path

import pytest

from simone.retrieval.sources import corpus_path, resolve, shadowed


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a folder "laws" in it, and a home with corpora "laws" and "maps"."""
    for name in ("laws", "maps"):
        path = corpus_path(name, tmp_path / "home")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "work" / "laws").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_a_folder_that_is_named_like_a_corpus_is_read_and_said_to_be(here: Path) -> None:
    _, roots = resolve(["laws"], here / "home")
    assert roots == (here / "work" / "laws",)
    (note,) = shadowed(["laws", "laws"], here / "home")
    assert "'laws' is the name of a corpus and of something in this folder" in note
    assert "./laws" in note


def test_nothing_is_said_where_only_one_has_the_name(here: Path) -> None:
    assert shadowed(["./laws", str(here / "work" / "laws"), "maps"], here / "home") == ()
