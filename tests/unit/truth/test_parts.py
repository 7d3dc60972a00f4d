"""What a sentence of evidence states in its parts, and where it states nothing apart from the whole."""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.parts import LONGEST, MOST, parts_of


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("The pier is open; the slip is closed.", "The slip is closed."),
        ("The slip was built in 1904, and the pier was closed.", "The slip was built in 1904."),
        ("Ferries were cancelled until Sunday morning, but trains are running.", "Trains are running."),
        ("The north will stay dry, while the south will get rain.", "The south will get rain."),
        ("The museum is open on Sunday; it is closed on Monday.", "The museum is closed on Monday."),
        ("The bars contain honey; they contain no egg.", "The bars contain no egg."),
        ("Estrup conceded defeat and congratulated her rival.", "Estrup congratulated her rival."),
        ("Obrecht sued the firm after cracks appeared in the walls.", "Cracks appeared in the walls."),
        ("The store, which was announced in May, is not part of it.", "The store was announced in May."),
        ("The store, which was announced in May, is not part of it.", "The store is not part of it."),
        ("The worst effect was nausea, which was reported by 17 patients.", "Nausea was reported by 17 patients."),
        ("The plan was made by Ines Toral, a harbour master.", "Ines Toral is a harbour master."),
        ("The plan was led by Ines Toral, a painter, and was paid for by Lund.", "The plan was paid for by Lund."),
        ("The Alliance, Toral's party, won.", "The Alliance is Toral's party."),
        ("A lawyer for the firm, Clara Penn, said that it might appeal.", "A lawyer for the firm is Clara Penn."),
        ("It moved into its home, a former factory.", "Its home is a former factory."),
        ("Larkhope Tunnel, at 1.9 kilometres, is the longest.", "Larkhope Tunnel is the longest."),
        ("The line is a railway that runs from Colbeck to Ember Bay.", "The line runs from Colbeck to Ember Bay."),
        ("The pier was built by the engineer Josiah Trent.", "Josiah Trent is an engineer."),
        ("Forecaster Ruth Calloway told residents to stay.", "Ruth Calloway is a forecaster."),
        ("The bars contain oats, dried figs and honey.", "The bars contain dried figs."),
        ("The bars contain no milk, egg or added salt.", "The bars contain no egg."),
        ("Sam Oduya and Luis Prat are injured.", "Luis Prat are injured."),
        ("The party won 19 of the 33 seats.", "The party won 19 seats."),
    ],
)
def test_a_part_follows_from_its_sentence(sentence: str, part: str) -> None:
    assert part in parts_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a myth that the wall fell.",
        "He denied that the wall fell, and the tower cracked.",
        "If it rains, the river floods, and the town closes.",
        "The merger of Alder and Birch was approved.",
        "They approved the merger of Alder and Birch.",
        "Only Anna and Ben left.",
        "Anna and not Ben left.",
        "Lund and Pell scored three goals.",
        "Neither the pier nor the slip opened.",
        "No ship, which was new, sank.",
        "The former mayor Ann Lee spoke.",
        "Did the pier open, and did the slip close?",
        "The play, “the man who lost it all, and laughed”, failed.",
        "She will leave after the talks end.",
        "Calm and sunny weather should follow.",
        "The club is not part of Major or Minor League Baseball.",
        "He bought a mixture of oats and honey.",
        "Anna and Ben met.",
        "The teacher Otto Vasquine hated was dismissed.",
        "The doctor Otto Vasquine called came late.",
        "The soldier World War II veterans honoured died.",
        "The minister told the worker Otto Brand was dead.",
        "He gave the teacher Otto Vasquine's letter.",
        "With a cleaner Baltic Sea tourism grew.",
        "The series stars Anna Pell as Kit Lund, a surgeon.",
        "Had it not rained, Kerr, who led by two sets, won the match.",
        "The drug is a so-called remedy that stops bleeding.",
    ],
)
def test_what_governs_the_whole_leaves_no_parts(sentence: str) -> None:
    assert parts_of(sentence) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "He visited the capital, Oslo, and Bergen.",
        "Guests were Kit Lund, Anna's brother, Otto Brand, and a priest.",
        "The prize went to Anna Lund, the mayor, the bishop and a priest.",
        "She took him for Kell, a baker, and paid.",
        "The capital, Bergen, Lund and Kiel have trams.",
        "After he hit the captain, Kit Lund, the cook, fled.",
    ],
)
def test_a_row_is_no_apposition(sentence: str) -> None:
    assert [part for part in parts_of(sentence) if " is " in part] == []


def test_parts_are_few_and_of_sentences_that_are_not_endless() -> None:
    row = "; ".join(f"the pier of year {1800 + n} was open" for n in range(40))
    assert len(parts_of(f"The pier was open; {row}.")) <= MOST
    assert parts_of(f"The pier, which was {'very ' * LONGEST}old, was open.") == ()


@pytest.mark.parametrize(
    ("claim", "source", "status"),
    [
        ("The bars contain honey.", "The bars contain oats, dried figs, honey and almonds.", "supported"),
        ("The bars contain egg.", "The bars contain honey; they contain no milk, egg or added salt.", "unverifiable"),
        ("The bars contain salt.", "The bars contain oats, dried figs, honey and almonds.", "unverifiable"),
        ("Clara Penn is a forecaster.", "Forecaster Clara Penn told residents to stay away.", "supported"),
        ("The dog survived.", "The dog of Kit Pell died, while the cat survived.", "unverifiable"),
        ("Otto Brand won.", "Otto Brand lost the toss to Kit Pell, but he won.", "unverifiable"),
        ("The wall fell.", "Nobody believes that the wall fell, and the tower is whole.", "unverifiable"),
        ("The box cannot be recycled.", "The box can be recycled.", "refuted"),
        ("The box can be recycled.", "The box cannot be recycled.", "refuted"),
        ("The pier was closed.", "Neither the pier nor the slip was closed.", "refuted"),
        ("Lund makes boats.", "Lund is not a firm that makes boats.", "unverifiable"),
        ("Lund makes boats.", "Lund is a firm that makes boats.", "supported"),
        ("Lund wrote it.", "It was not Lund who wrote it.", "refuted"),
        ("Rain is expected by Saturday.", "By Saturday, rain is expected.", "supported"),
        ("She paid 4.2 million for the pier.", "She paid 4.2 million dollars for the pier.", "supported"),
        ("She paid 4.5 million for the pier.", "She paid 4.2 million dollars for the pier.", "unverifiable"),
        ("The fire killed 12.", "The fire killed a horse worth $5,000.", "unverifiable"),
        ("The firm sold 500.", "The firm sold goods worth $500.", "unverifiable"),
        ("Profit rose 25 percent.", "Profit rose in a quarter.", "unverifiable"),
        ("Sales rose 25 percent.", "Sales rose a quarter of a point.", "unverifiable"),
        ("A third of the voters chose Pell.", "20 percent of young voters chose Pell.", "unverifiable"),
        ("March Networks bought the firm.", "The firm was bought by March Networks.", "supported"),
        ("Figs make up 25 percent of it.", "Figs make up a quarter of it.", "supported"),
        ("Figs make up 35 percent of it.", "Figs make up a quarter of it.", "unverifiable"),
        ("Lund won more than half of the vote.", "Lund won 54 percent of the vote.", "supported"),
    ],
)
def test_claims_are_judged_by_the_parts(claim: str, source: str, status: str) -> None:
    assert judge([claim], source)[0].status == status
