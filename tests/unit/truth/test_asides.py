from __future__ import annotations

from simone.truth.asides import unfold


def test_brackets_state_something_of_the_phrase_before_them() -> None:
    assert unfold("Petra Lund (born 5 May 1904; died 1980) was a botanist.") == (
        "Petra Lund was a botanist.",
        "Petra Lund was born 5 May 1904.",
        "Petra Lund died 1980.",
    )


def test_two_days_in_brackets_are_a_life() -> None:
    assert unfold("Petra Lund (5 May 1904 – 9 June 1980) was a botanist.")[1:] == (
        "Petra Lund was born on 5 May 1904.",
        "Petra Lund died on 9 June 1980.",
    )
    assert unfold("The war (1914–1918) was long.") == ("The war was long.",)


def test_a_sentence_without_brackets_has_nothing_to_unfold() -> None:
    assert unfold("Petra Lund was a botanist.") == ()
    assert unfold("He left (and never came back).") == ("He left.",)
