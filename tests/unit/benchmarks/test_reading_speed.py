"""The time of a pair is measured only of a model whose answers were compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.benchmarks import reading
from simone.clock import SystemClock


@pytest.mark.weights
def test_every_reader_is_measured_beside_the_others(home: Path) -> None:
    found = reading.run(home, SystemClock(), lengths=(8, 20), rounds=1)
    assert [one.pieces for one in found] == [8, 20]
    assert all(min(one.kernel_ms, one.shared_ms, one.together_ms, one.reference_ms) > 0 for one in found)
    assert all((one.peer_ms is not None) == reading.has_peer(home) for one in found)
    assert "word pieces of a pair" in reading.render(found)
