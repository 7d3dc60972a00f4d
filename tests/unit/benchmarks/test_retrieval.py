import os
from pathlib import Path

import pytest

from simone import settings
from simone.benchmarks.retrieval import SYSTEMS, as_text, run
from simone.errors import MissingSource, WeightsMissing
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.settings import EncoderSettings

pytestmark = pytest.mark.weights
DOCUMENTS = [
    ("Bees", "A hive of bees makes honey all summer. The keeper takes it in autumn."),
    ("Clocks", "The tower clock was wound once a week. It lost two minutes a day."),
    ("Rivers", "The river froze in January. Boats were carried over the ice."),
]
QUERIES = [("Who harvests the honey?", 1), ("How exact was the clock?", 2)]


@pytest.fixture(scope="module")
def encoder() -> CachedEncoder:
    home = Path(os.environ.get("SIMONE_TEST_HOME") or settings.home())
    try:
        return CachedEncoder(MiniLM(home, EncoderSettings()), limit_bytes=1 << 22)
    except WeightsMissing as error:
        pytest.skip(f"the pinned weights are not pulled: {error}")


def a_collection(data: Path) -> None:
    folder = data / "retrieval" / "cisi"
    folder.mkdir(parents=True)
    documents = (f".I {n}\n.T\n{title}\n.W\n{text}\n.X\n1 2\n" for n, (title, text) in enumerate(DOCUMENTS, start=1))
    (folder / "CISI.ALL").write_text("".join(documents))
    (folder / "CISI.QRY").write_text("".join(f".I {n}\n.W\n{text}\n" for n, (text, _) in enumerate(QUERIES, start=1)))
    (folder / "CISI.REL").write_text("".join(f"{n} {right} 0 0.0\n" for n, (_, right) in enumerate(QUERIES, start=1)))


def test_a_collection_is_ranked_by_every_system_and_the_figures_repeat(encoder: CachedEncoder, tmp_path: Path) -> None:
    a_collection(tmp_path / "data")
    steps: list[str] = []
    first = run(
        tmp_path / "data",
        tmp_path / "work",
        encoder,
        names=["cisi"],
        on_progress=lambda name, _done, _total: steps.append(name),
    )
    (measured,) = first.sets
    assert (measured.documents, measured.queries) == (3, 2)
    assert tuple(system.system for system in measured.systems) == SYSTEMS
    for system in measured.systems:
        assert all(0.0 <= figure.low <= figure.value <= figure.high <= 1.0 for _, figure in system.figures)
    assert dict(measured.systems[SYSTEMS.index("search")].figures)["MRR"].value == 1.0
    assert "cisi: encoding" in steps
    (again,) = run(tmp_path / "data", tmp_path / "work", encoder, names=["cisi"]).sets
    assert [system.figures for system in again.systems] == [system.figures for system in measured.systems]
    assert "nDCG@10" in as_text(first)


def test_missing_questions_are_named(encoder: CachedEncoder, tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="SIMONE_DATA"):
        run(tmp_path, tmp_path / "work", encoder, names=["xquad"])
