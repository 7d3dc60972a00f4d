from __future__ import annotations

from simone.truth.quotes import find_quote


def test_case_space_and_quotation_marks_do_not_matter() -> None:
    text = "First.\nThe “old”\n wall held — twice. Last."
    span = find_quote('the "old" wall HELD - twice', text)
    assert span is not None
    assert text[span[0] : span[1]] == "The “old”\n wall held — twice."


def test_part_of_a_sentence_or_of_a_number_is_no_quote() -> None:
    assert find_quote("the wall held", "Nobody says the wall held.") is None
    assert find_quote("The wall held", "The wall held until noon.") is None
    assert find_quote("It cost 4", "It cost 4.2 million.") is None
    assert find_quote("The wall held", "The wall held?") is None
    assert find_quote("", "The wall held.") is None
