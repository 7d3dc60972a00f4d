from __future__ import annotations

from pathlib import Path

import msgspec

from simone.records import Measured, Unmeasured
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


def test_a_table_survives_writing(tmp_path: Path) -> None:
    write(shipped(), tmp_path / "t.json")
    assert msgspec.json.decode((tmp_path / "t.json").read_bytes(), type=Calibration) == shipped()
