from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.errors import WeightsMissing
from simone.records import Measured, Unmeasured
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings
from simone.truth.calibration import Calibration, Row, shipped, write


def test_a_share_of_enough_samples_is_measured_and_of_fewer_is_not() -> None:
    table = Calibration("here", "", (Row("quote", "supported", 27, 30), Row("number", "refuted", 29, 29)))
    assert table.confidence("quote", "supported") == Measured(0.9, 30)
    assert isinstance(table.confidence("number", "refuted"), Unmeasured)
    assert isinstance(table.confidence("date", "refuted"), Unmeasured)


def test_the_shipped_table_holds_possible_counts_and_names_its_source() -> None:
    table = shipped()
    assert "train_ship" in table.source
    assert all(0 <= row.right <= row.total for row in table.rows)


@pytest.mark.weights
def test_the_shipped_table_was_counted_with_the_encoder_in_use(home: Path) -> None:
    try:
        encoder = MiniLM(home, EncoderSettings())
    except WeightsMissing as error:
        pytest.skip(str(error))
    assert shipped().encoder == encoder.name, "run `python -m simone.benchmarks.truth --calibrate`"


def test_a_table_survives_writing(tmp_path: Path) -> None:
    write(shipped(), tmp_path / "t.json")
    assert msgspec.json.decode((tmp_path / "t.json").read_bytes(), type=Calibration) == shipped()
