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


def test_marks_around_a_part_of_the_sentence_belong_to_it() -> None:
    for text in (
        'The hall was "the best of its kind".',
        "The hall was “the best of its kind.”",
        '"Seven" was its name.',
    ):
        assert find_quote(text, f"First. {text} Last.") == (7, 7 + len(text))


def test_what_a_source_only_quotes_is_no_quote() -> None:
    assert find_quote("The wall held.", 'He wrote a note. "The wall held." It was a lie.') is None
    assert find_quote("“The wall held.”", "It rained. The wall held. It stopped.") == (11, 25)
