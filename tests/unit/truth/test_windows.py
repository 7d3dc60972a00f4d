"""Which sentences the entailment model reads with a claim."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simone.truth import evidence
from simone.truth.judge import as_passage
from simone.truth.windows import CORE_WORDS, LEAST_OF_BEST, LEAST_OF_CORE, MOST_WINDOWS, MOST_WORDS, windows

CLAIM = "The treaty of Orlow gave the harbour to Belmar in 1740."
NEAR = "The treaty of Orlow was signed in 1740. It gave the harbour to Belmar."
LIKE = "In 1741 the treaty of Orlow took the harbour from Belmar."
FAR = "A flood came to Tarn in 1740."


def read(*texts: str) -> list[str]:
    pool = evidence.collect([as_passage(text, number) for number, text in enumerate(texts)])
    return [window.text for window in windows(CLAIM, pool)]


def test_a_document_that_holds_little_of_the_claim_is_not_read() -> None:
    assert read(FAR, NEAR) == [NEAR]
    assert read(LIKE, FAR, NEAR) == [NEAR, LIKE]
    assert read(FAR) == [FAR]
    assert read("Nobody knows.") == ["Nobody knows."]


def test_no_more_documents_are_read_than_are_told() -> None:
    assert len(read(NEAR, f"{NEAR} A.", f"{NEAR} B.", LIKE)) == MOST_WINDOWS


WORDS = st.lists(st.sampled_from("treaty Orlow harbour Belmar 1740 flood Tarn gave".split()), min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_windows_come_best_first_and_none_is_poor_or_long(texts: list[list[str]]) -> None:
    pool = evidence.collect([as_passage(" ".join(words) + ".", number) for number, words in enumerate(texts)])
    found = windows(CLAIM, pool)
    assert 1 <= len(found) <= MOST_WINDOWS
    assert [window.share for window in found] == sorted((window.share for window in found), reverse=True)
    assert all(window.share >= LEAST_OF_BEST * found[0].share for window in found)
    assert all(len(window.text.split()) <= MOST_WORDS for window in found)


def core(*texts: str) -> str | None:
    pool = evidence.collect([as_passage(text, number) for number, text in enumerate(texts)])
    found = windows(CLAIM, pool)[0].core
    return found.text if found else None


def test_the_core_is_the_best_sentences_alone_where_they_hold_nearly_all() -> None:
    whole = "The treaty of Orlow gave the harbour to the town of Belmar in 1740."
    beside = "Nobody in the town had asked for a harbour, and the ships of the south went elsewhere for years."
    assert core(f"{beside} {whole} {beside}") == whole
    assert core(whole) is None, "there is nothing beside it"
    assert core(f"The treaty of Orlow was signed that year. {beside} Belmar got it in 1740.") is None, "it lacks much"


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_a_core_is_a_part_of_its_window(texts: list[list[str]]) -> None:
    pool = evidence.collect([as_passage(". ".join(" ".join(words).capitalize() for words in texts) + ".", 0)])
    window = windows(CLAIM, pool)[0]
    if window.core is not None:
        assert set(window.core.sentences) < set(window.sentences)
        assert window.core.share >= LEAST_OF_CORE * window.share
        assert len(window.core.sentences) == 1 or len(window.core.text.split()) <= CORE_WORDS
