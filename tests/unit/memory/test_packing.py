"""What was recalled as text within a budget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.errors import BadRequest
from simone.kernels import kernels
from simone.memory.contract import Memory, Origin
from simone.memory.packing import pack
from simone.memory.recall import Hit


def hit(number: int, text: str, day: str = "2026-01-01", until: str = "") -> Hit:
    origin = Origin(f"D{number}", 0, len(text), text, "run", "Anna", 1.0)
    made = Memory(
        f"{number:016x}", text, (origin,), "fact", "t", "", (), (), (), (), 0.0, 0.0, 0.5, False, 1.0, day, until, day
    )
    return Hit(made, 1.0 / (1 + number), ())


def test_lines_come_in_the_order_of_time_with_date_source_and_id() -> None:
    packed = pack([hit(1, "She left.", "2026-03-01"), hit(2, "She\n came.", "2026-01-01", "2026-02-01")], 1000)
    assert packed.text == (
        "[2026-01-01 to 2026-02-01, Anna, D2, memory 0000000000000002] She came.\n"
        "[2026-03-01, Anna, D1, memory 0000000000000001] She left."
    )
    assert packed.size == len(packed.text)
    assert packed.whole == ("0000000000000001", "0000000000000002")


def test_the_best_are_kept_and_how_many_were_left_out_is_said() -> None:
    hits = [hit(number, f"Statement {number} is of some length.") for number in range(5)]
    line = len(pack(hits[:1], 1000).text)
    packed = pack(hits, 2 * line + 60)
    assert packed.whole == (hits[0].memory.id, hits[1].memory.id)
    assert packed.left_out == tuple(one.memory.id for one in hits[2:])
    assert packed.text.endswith("\n(3 more memories left out for want of room)")


def test_what_does_not_fit_whole_is_cut_behind_a_sentence() -> None:
    packed = pack([hit(1, "The harbour was closed. " + "It stayed so for a long time. " * 9)], 120)
    assert packed.text.endswith("The harbour was closed. It stayed so for a long time. [...]")
    assert packed.cut == ("0000000000000001",)
    assert packed.left_out == ()


def test_a_single_sentence_is_never_cut() -> None:
    packed = pack([hit(1, "The harbour was closed for a very long time because of repairs")], 100)
    assert packed.text == "(1 more memory left out for want of room)"
    assert packed.left_out == ("0000000000000001",)


def test_where_nothing_has_room_nothing_is_written() -> None:
    packed = pack([hit(1, "The harbour was closed.")], 10)
    assert (packed.text, packed.size, packed.left_out) == ("", 0, ("0000000000000001",))
    assert pack([], 0).text == ""
    with pytest.raises(BadRequest, match="-1"):
        pack([], -1)


sentences = st.lists(
    st.sampled_from(("It rained.", "Anna paid 40 euros.", "Nobody came.", "Why?")), min_size=1, max_size=5
)


@given(st.lists(sentences.map(" ".join), max_size=8), st.integers(0, 600), st.booleans())
def test_no_budget_is_exceeded_and_every_memory_is_accounted_for(texts: list[str], budget: int, words: bool) -> None:
    hits = [hit(number, text, f"2026-01-{number + 1:02d}") for number, text in enumerate(texts)]
    measure = (lambda text: len(text.split())) if words else len
    packed = pack(hits, budget, measure)
    assert measure(packed.text) == packed.size <= budget
    assert sorted(packed.whole + packed.cut + packed.left_out) == [one.memory.id for one in hits]
    for one in hits:
        whole = [
            text[start:end] for text in [one.memory.text] for start, end in kernels.split_sentences_batch([text])[0]
        ]
        for line in packed.text.splitlines():
            if one.memory.id in line:
                said = line.partition("] ")[2].removesuffix(" [...]")
                assert said == " ".join(whole[: len(kernels.split_sentences_batch([said])[0])])
