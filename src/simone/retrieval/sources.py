"""From what a user calls sources (folders, files, the name of a corpus) to an open corpus.

Not for ingesting: the corpus does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simone.clock import digest
from simone.errors import MissingSource

CORPORA = "corpora"


def corpus_path(name: str, home: Path) -> Path:
    """Where the corpus called `name` lives."""
    if not name or any(part in name for part in ("/", "\\", "\0")) or name.startswith("."):
        raise MissingSource(f"{name!r} is no corpus name; use letters, digits, '-' and '_'")
    return home / CORPORA / f"{name}.sqlite"


def corpus_names(home: Path) -> tuple[str, ...]:
    """Names of the corpora made by `simone ingest --into`, sorted."""
    folder = home / CORPORA
    return tuple(sorted(path.stem for path in folder.glob("*.sqlite"))) if folder.is_dir() else ()


def resolve(sources: Sequence[str | Path], home: Path) -> tuple[Path, tuple[Path, ...]]:
    """The corpus file that stands for the sources, and the paths to ingest into it first (none for a named corpus).

    Raises:
        MissingSource: nothing was named, a path does not exist, or a name is neither path nor corpus.
    """
    if not sources:
        raise MissingSource("no sources were named; give --sources a folder, files, or the name of a corpus")
    paths: list[Path] = []
    for source in sources:
        if not str(source):
            raise MissingSource("a source is named by an empty text; name a folder, a file or a corpus ('.' for here)")
        path = Path(source)
        if _exists(path):
            paths.append(path.resolve())
        elif len(sources) == 1 and str(source) in corpus_names(home):
            return corpus_path(str(source), home), ()
        else:
            known = ", ".join(corpus_names(home)) or "none yet"
            raise MissingSource(
                f"source {str(source)[:200]!r} does not exist, and no corpus has that name (known: {known});"
                " name a folder or a file, or make a corpus of that name with `simone ingest PATH --into NAME`"
            )
    key = digest(*(str(path).encode("utf-8", "surrogateescape") for path in sorted(set(paths))))[:16]
    return home / CORPORA / "of-paths" / f"{key}.sqlite", tuple(sorted(set(paths)))


def shadowed(sources: Sequence[str | Path], home: Path) -> tuple[str, ...]:
    """For each source that is a path and the name of a corpus too, which of them is read."""
    known = corpus_names(home)
    names = dict.fromkeys(map(str, sources))
    both = [name for name in names if name in known and _exists(Path(name))]
    return tuple(
        f"{name!r} is the name of a corpus and of something in this folder, which is what is read;"
        f" write './{name}' to say so, or ask from another folder for the corpus"
        for name in both
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than any file's
        return False
