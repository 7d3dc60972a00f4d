import os
from pathlib import Path

import pytest

from simone.benchmarks.collections import read
from simone.errors import MissingSource

DATA = Path(os.environ.get("SIMONE_DATA", Path(__file__).parents[4] / "shared" / "data"))


def test_a_missing_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="cisi"):
        read("cisi", tmp_path)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "documents", "queries", "judged"),
    [("cran", 1400, 225, 1612), ("time", 423, 83, 324), ("cisi", 1460, 76, 3114)],
)
def test_each_collection_is_read_whole(name: str, documents: int, queries: int, judged: int) -> None:
    if not (DATA / "retrieval" / name).is_dir():
        pytest.skip(f"no data at {DATA}")
    collection = read(name, DATA)
    assert len(collection.documents) == documents
    assert len(collection.queries) == queries
    assert sum(len(query.gains) for query in collection.queries) == judged
    assert all(
        1 <= document <= documents and gain > 0 for query in collection.queries for document, gain in query.gains
    )


@pytest.mark.data
def test_judgments_point_at_documents_about_the_query() -> None:
    if not (DATA / "retrieval").is_dir():
        pytest.skip(f"no data at {DATA}")
    collection = read("time", DATA)
    coup = next(query for query in collection.queries if "VIET NAM COUP" in query.text)
    assert all("SAIGON" in collection.documents[document - 1] for document, _ in coup.gains)
