"""The narrowest text of a claim is read first; the others only where that leaves the model unsure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simone.truth.entailment import read_each


class Shown:
    """Implements `entailment.Entailment`: logits by the text of the evidence."""

    name = "shown"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    @property
    def first(self) -> Shown:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.asked.append([text for text, _ in pairs])
        logits = {"clear": (6.0, 0.0, 0.0), "dim": (1.0, 0.0, 0.5), "wide": (0.0, 4.0, 0.5)}
        return np.array([logits[text] for text, _ in pairs], np.float32).reshape(-1, 3)


def test_what_the_narrowest_text_makes_sure_is_not_read_again() -> None:
    model = Shown()
    found = read_each(model, [(("wide", "clear"), "a"), (("wide", "dim"), "b"), (("dim",), "c")])
    assert model.asked == [["clear", "dim", "dim"], ["wide"]]
    assert found.logits.tolist() == [[6.0, 0.0, 0.0], [0.5, 2.0, 0.5], [1.0, 0.0, 0.5]]
    assert found.wholly == (False, True, True)


def test_each_is_read_as_it_would_be_alone() -> None:
    readings = [(("wide", "dim"), "a"), (("clear", "clear"), "b"), (("wide",), "c"), (("dim", "wide", "dim"), "d")]
    together = read_each(Shown(), readings)
    alone = [read_each(Shown(), [one]) for one in readings]
    assert np.array_equal(together.logits, np.concatenate([one.logits for one in alone]))
    assert together.wholly == tuple(wholly for one in alone for wholly in one.wholly)
    assert read_each(Shown(), []).logits.shape == (0, 3)


def test_asked_to_be_surer_it_reads_all() -> None:
    model = Shown()
    assert read_each(model, [(("wide", "clear"), "a")], sure=1.1).logits.tolist() == [[3.0, 2.0, 0.25]]
    assert model.asked == [["clear"], ["wide"]]
