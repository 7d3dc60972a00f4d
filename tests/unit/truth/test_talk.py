"""What is left of talk when what states nothing is taken away, and that nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.truth.judge import judge
from simone.truth.talk import speaks_of_itself, stated

EVIDENCE = (
    "The mine at Orlow closed in 1801. Tarn has a bridge. Jaws was published in 1987. Google was founded in 1998. "
    "Yahoo has an office. Vey shot ten men. Vey sold nothing."
)


@pytest.mark.parametrize(
    ("said", "left", "remarks"),
    [
        ("Yes, they do! Their last record came out in 2015.", ("Their last record came out in 2015.",), ()),
        ("I know they opened in 1931, I love it.", ("They opened in 1931.",), ()),
        ("Accounting is keeping books. It seems like serious stuff!", ("Accounting is keeping books.",), ()),
        ("Do you eat there? the inn serves fish every day.", ("The inn serves fish every day.",), ()),
        ("I drink only water. Rowers in Orlow ate meat.", ("Rowers in Orlow ate meat.",), ("I drink only water.",)),
        ("Well, I think that the mine closed in 1801. How about you?", ("The mine closed in 1801.",), ()),
        ("Did you know that Orlow has a mine?", ("Orlow has a mine.",), ()),
        ("Indeed. The wall is one of the oldest.", ("The wall is one of the oldest.",), ()),
        ("I love it!", (), ()),
        ("yes i have been to Orlow. do you have a favourite?", (), ("I have been to Orlow.",)),
        ("That's interesting! Orlow has a mine. I would like to see it.", ("Orlow has a mine.",), ()),
        ("Orlow has a mine. I like how it is now a law.", ("Orlow has a mine.",), ("I like how it is now a law.",)),
        ("i love that show, Dawn is a series.", ("Dawn is a series.",), ()),
        ("I love Tarn, it has a bridge.", ("It has a bridge.",), ("I love Tarn.",)),
        ("I love Tarn, Orlow and its bridge.", (), ("I love Tarn, Orlow and its bridge.",)),
        ("I sure can!, Vey sold ten ships. You gotta see them, they are great.", ("Vey sold ten ships.",), ()),
        (
            "He made a record in 1953. it was called Dawn, I think.",
            ("He made a record in 1953.", "It was called Dawn."),
            (),
        ),
    ],
)
def test_what_talk_states(said: str, left: tuple[str, ...], remarks: tuple[str, ...]) -> None:
    assert stated(said) == (left, remarks)


@pytest.mark.parametrize(
    "text",
    [
        "The mine closed in 1801.",
        "Belmar paid forty talents. It was late.",
        "No trees stand there.",
        "It's great for sharing pictures!",
        "You can add filters to your pictures!",
        "Where is Wally? was published in 1987.",
        "Yahoo! was founded in 1998.",
        'Vey asked "Who are they?" and shot ten men.',
        "No. 7 was published in 1987!",
        "Well water was found in 1802!",
        "We sold forty ships in 1990!",
        "Our mine at Orlow closed in 1801.",
    ],
)
def test_what_states_something_as_a_whole_is_left_as_it_is(text: str) -> None:
    assert stated(text) is None


@pytest.mark.parametrize(
    "said",
    [
        "Where is Wally? was published in 1987.",
        "Yahoo! was founded in 1998.",
        'Vey asked "Who are they?" and shot ten men.',
        "I heard the mine at Orlow closed in 1801. It didn't.",
        "Did you know Jaws was published in 1987? It wasn't.",
        "I heard the mine at Orlow closed in 1801. I doubt it.",
        "I heard the mine at Orlow closed in 1801. That sounds wrong.",
        "Tarn has a bridge, I doubt it.",
        "Tarn has a bridge, I don't think so.",
        "Tarn has a bridge, I wish.",
        "Tarn has a bridge. No!",
        "Tarn has a bridge. I'm not sure.",
        "You're right, the mine closed in 1803. Tarn has a bridge.",
        "I agree, the mine closed in 1803. Tarn has a bridge.",
        "I'm not sure, but the mine closed in 1803. Tarn has a bridge.",
        "I love Vey, he died in 1960! Tarn has a bridge.",
        "I'm glad Vey burned Orlow. Tarn has a bridge.",
        "You should visit Orlow, which has forty mines. Tarn has a bridge.",
        "My favourite town, Orlow, burned in 1999. Tarn has a bridge.",
        "I can't believe Tarn has a harbour! Tarn has a bridge.",
        "I doubt Tarn has a bridge. The mine at Orlow closed in 1801.",
        "I don't think Tarn has a bridge. The mine at Orlow closed in 1801.",
        "Did you know who shot ten men?",
        "I believe who shot ten men.",
        "Who shot ten men, do you know?",
        "I know where Tarn has a bridge.",
        "I know how Tarn has a bridge.",
        "The miners struck in 1830! They say Tarn has a bridge.",
        "Tarn has a bridge. The mine at Orlow closed in 1803, right?",
        "Wow! Tarn has a bridge. import duties were raised in 1803.",
        "Hey Jude was sung on Mars! Tarn has a bridge.",
        "Tarn has a bridge! The harbour was a great wooden dock of 1999.",
        "In my opinion Vey burned Orlow. Tarn has a bridge.",
        "It seems like Vey sold Tarn. I love Tarn. Tarn has a bridge.",
        "I shot ten men.",
        "I was there twice. The mine at Orlow closed in 1801.",
        "I would love that place, once Tarn has a bridge.",
        "I love that place, provided Tarn has a bridge.",
        "I love that show, because Vey sold nothing.",
        "I loved that show, which has an office.",
        "I would like to say that in 1931, Tarn has a bridge.",
    ],
)
def test_nothing_is_supported_by_leaving_something_out(said: str) -> None:
    assert judge([said], EVIDENCE)[0].status != "supported"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Yes! I read that the mine at Orlow closed in 1801. Have you been there?", "supported"),
        ("Well, I think the mine at Orlow closed in 1803.", "refuted"),
        ("I was there twice. The mine at Orlow closed in 1803.", "refuted"),
        ("That's amazing! Did you know that Tarn has a bridge?", "supported"),
    ],
)
def test_talk_is_judged_by_what_it_states(said: str, status: str) -> None:
    assert judge([said], EVIDENCE)[0].status == status


def test_what_is_only_told_of_the_speaker_has_no_evidence() -> None:
    verdict = judge(["I have been to Orlow."], EVIDENCE)[0]
    assert (verdict.status, verdict.decided_by) == ("unverifiable", "form")
    assert judge(["I moved to Bergen."], "In 2019 I moved to Bergen.")[0].decided_by != "form"


def test_frames_come_off_whoever_tells_the_sources() -> None:
    told = f"{EVIDENCE} I was there once."
    assert judge(["I read that the mine at Orlow closed in 1801."], told)[0].status == "supported"
    assert judge(["The mine at Orlow closed in 1801, I think."], told)[0].status == "supported"
    assert judge(["I was there twice."], told)[0].decided_by != "form"


@pytest.mark.parametrize("told", ["", " World War I ended in 1918. I left.", " Vey said: “I was tired.”"])
def test_what_another_did_says_nothing_of_me(told: str) -> None:
    for said in ("I shot ten men.", "I shot nine men."):
        assert judge([said], f"{EVIDENCE}{told}")[0].status == "unverifiable"


def test_what_somebody_tells_of_themselves_bears_on_the_same_words() -> None:
    told = "“It was late. I shot ten men in Orlow. My men burned the mill in 1801. We left,” said Vey."
    assert judge(["I shot ten men in Orlow."], told)[0].status == "supported"
    assert judge(["My men burned the mill in 1803."], told)[0].status == "refuted"


def test_a_liking_is_checked_where_a_source_tells_of_its_own() -> None:
    assert judge(["I loved that show, Tarn has a bridge."], "Tarn has a bridge.")[0].status == "supported"
    assert judge(["I loved that show, Tarn has a bridge."], "I hated it. Tarn has a bridge.")[0].status != "supported"


def test_evidence_of_somebody_who_says_i() -> None:
    assert speaks_of_itself(["Last year I moved to Bergen."])
    assert speaks_of_itself(["It was my house."])
    for text in ("Vey said: “I left.”", "So I left.", "Yes, I left.", "When I left, it rained.", "I’ve left."):
        assert speaks_of_itself([text]), text
    for text in (
        "Henry I ruled.",
        "World War I ended in 1918.",
        "They were ill.",
        "US troops left.",
    ):
        assert not speaks_of_itself([text]), text


@given(st.text(max_size=200))
def test_any_text_can_be_taken_for_talk(text: str) -> None:
    found = stated(text)
    assert found is None or all(sentence.strip() for sentence in (*found.statements, *found.remarks))


PIECES = st.sampled_from(
    [
        "Tarn has a bridge.",
        "Vey burned Orlow.",
        "I doubt it.",
        "I love it!",
        "No!",
        "Do you?",
        "It didn't.",
        "Yes,",
        "so",
        "1803",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=5))
def test_no_word_of_a_statement_is_lost(pieces: list[str]) -> None:
    found = stated(" ".join(pieces))
    if found is not None and "Vey burned Orlow." in pieces:
        assert "vey burned orlow" in " ".join((*found.statements, *found.remarks)).casefold()
