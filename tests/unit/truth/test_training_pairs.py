"""The harder pairs that the entailment model learns from are what their labels say, and in no evaluation set."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

FOLDER = Path(__file__).parents[3] / "training" / "entailment"
ENTAILED, CONTRADICTED, NEUTRAL, OPEN = range(4)
SEEDS = range(40)


@pytest.fixture(scope="module")
def training() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield {
            name: importlib.import_module(name)
            for name in "adapters augment data figured following minimal saying splices passages stream".split()
        }


def changed(training: dict[str, ModuleType], kind: str, text: str, passage: str = "") -> set[tuple[str, int, int]]:
    """Every change of a kind that some seed makes."""
    maker = {maker.__name__: maker for maker, _ in training["splices"].ALL_CHANGES}[kind]
    found = [maker(text, passage or text, random.Random(seed)) for seed in range(200)]
    return {tuple(change) for change in found if change is not None}


@pytest.mark.parametrize(
    ("kind", "text", "other", "forward", "backward"),
    [
        ("roles", "Kay Arl taught the prince.", "The prince taught Kay Arl.", OPEN, OPEN),
        ("roles", "Kay Arl taught the prince.", "Kay Arl was taught by the prince.", OPEN, OPEN),
        ("roles", "The mill was built by the Orms.", "The mill built the Orms.", OPEN, OPEN),
        ("order", "The bell rang before he spoke.", "The bell rang after he spoke.", CONTRADICTED, CONTRADICTED),
        ("negation", "The guild closed the well.", "The guild did not close the well.", CONTRADICTED, CONTRADICTED),
        ("negation", "The guild did not close the well.", "The guild closed the well.", CONTRADICTED, CONTRADICTED),
        ("stronger", "Some of the lamps failed.", "All of the lamps failed.", OPEN, ENTAILED),
        ("weaker", "All lamps failed.", "Some lamps failed.", ENTAILED, OPEN),
        ("stronger", "Salt is associated with rust.", "Salt is caused by rust.", OPEN, ENTAILED),
        ("attitude", "The guild closed the well.", "The guild planned to close the well.", OPEN, OPEN),
        ("attitude", "The guild refused to close the well.", "The guild closed the well.", CONTRADICTED, CONTRADICTED),
        ("measure", "The rope is 30 metres long.", "The rope is 30 feet long.", CONTRADICTED, CONTRADICTED),
        ("conversion", "The march took 3 hours.", "The march took 180 minutes.", ENTAILED, ENTAILED),
        ("opposite", "Prices rose in spring.", "Prices fell in spring.", CONTRADICTED, CONTRADICTED),
        ("moment", "It closed in April 1902.", "It closed in June 1902.", CONTRADICTED, CONTRADICTED),
        ("bound", "The guild had 864 members.", "The guild had more than 800 members.", ENTAILED, OPEN),
        ("bound", "The guild had 864 members.", "The guild had fewer than 800 members.", CONTRADICTED, OPEN),
        ("converse", "Ada Voss taught Bo Lund.", "Bo Lund was taught by Ada Voss.", ENTAILED, ENTAILED),
        ("converse", "Ada Voss taught Bo Lund.", "Ada Voss was taught by Bo Lund.", CONTRADICTED, CONTRADICTED),
        ("converse", "Ada Voss directed the film.", "The director of the film was Ada Voss.", ENTAILED, ENTAILED),
        ("converse", "Ada sold the mill to Bo.", "Bo bought the mill from Ada.", ENTAILED, ENTAILED),
        ("converse", "Ada sold the mill to Bo.", "Ada bought the mill from Bo.", OPEN, OPEN),
        ("converse", "Orlow lies north of Tarn.", "Tarn lies south of Orlow.", ENTAILED, ENTAILED),
        ("converse", "Orlow lies north of Tarn.", "Orlow lies south of Tarn.", CONTRADICTED, CONTRADICTED),
        ("converse", "Ada is the brother of Bo.", "Bo is a sibling of Ada.", ENTAILED, OPEN),
        ("converse", "Ada is the wife of Bo.", "Ada is the husband of Bo.", CONTRADICTED, CONTRADICTED),
        ("converse", "Ada Voss joined Orlow.", "Ada Voss was joined by Orlow.", OPEN, OPEN),
        ("compared", "Orlow is larger than Tarn.", "Tarn is smaller than Orlow.", ENTAILED, ENTAILED),
        ("compared", "Orlow is larger than Tarn.", "Tarn is larger than Orlow.", CONTRADICTED, CONTRADICTED),
        ("compared", "Ada is more famous than Bo.", "Bo is less famous than Ada.", ENTAILED, ENTAILED),
        ("compared", "Ada scored more goals than Bo.", "Bo scored fewer goals than Ada.", ENTAILED, ENTAILED),
        ("lasted", "She ruled from 1901 to 1911.", "She ruled for 10 years.", ENTAILED, OPEN),
        ("wider", "It closed in 1912.", "It closed in the 1910s.", ENTAILED, OPEN),
        ("wider", "It closed in 1902.", "It closed in the twentieth century.", ENTAILED, OPEN),
        ("wider", "It closed in 1902.", "It closed before 1907.", ENTAILED, OPEN),
        ("wider", "It was closed in 1902.", "It was closed after 1907.", CONTRADICTED, CONTRADICTED),
        ("wider", "He lived in Orlow in 1902.", "He lived in Orlow after 1907.", OPEN, OPEN),
        ("wider", "It closed on 3 May 1902.", "It closed in the second quarter of 1902.", ENTAILED, OPEN),
        ("shares", "Sand covers 60% of the field.", "Sand covers three fifths of the field.", ENTAILED, ENTAILED),
        ("shares", "It is on 60% of the field.", "It is on less than half of the field.", CONTRADICTED, CONTRADICTED),
        ("first", "After Ada left, it was closed.", "Ada left before it was closed.", ENTAILED, ENTAILED),
        ("first", "After Ada left, it was closed.", "It was closed before Ada left.", CONTRADICTED, CONTRADICTED),
        ("counted", "Most of the lamps were lit.", "More than half of the lamps were lit.", ENTAILED, OPEN),
        ("counted", "Not all of the lamps were lit.", "Some of the lamps were not lit.", ENTAILED, ENTAILED),
        ("counted", "Only Ada was heard.", "Ada was not the only one that was heard.", CONTRADICTED, CONTRADICTED),
    ],
)  # fmt: skip
def test_a_change_says_what_follows_from_what(
    training: dict[str, ModuleType], kind: str, text: str, other: str, forward: int, backward: int
) -> None:
    assert (other, forward, backward) in changed(training, kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "She won the cup.",
        "The team has won the cup.",
        "The guild never owned the mill.",
        "The guild had sold the mill to Bo.",
        "The king was taught the song.",
        "Ada Voss met the deadline.",
        "The film followed the book in spring.",
        "Every country borders a sea.",
        "Ada Voss won the cup, and Bo Lund wept.",
        "Although Orlow contains a mill, it is poor.",
        "Ada Voss is not taller than Bo Lund.",
        "Some dogs are larger than some cats.",
        "He ruled from 1901 to 1911 and again from 1920 to 1924.",
        "Membership rose from 1400 to 1500 students.",
        "About 60% of the field is sand.",
        "It covers 1–20% of the field.",
        "The guild did not meet in 1902.",
        "He scored 30 goals in 1912.",
        "It was the hottest day in 1912.",
        "After Ada left, he never played again.",
    ],
)
def test_what_would_be_another_thing_is_left_alone(training: dict[str, ModuleType], text: str) -> None:
    makers = [maker for maker, _ in training["following"].FOLLOWING]
    assert not any(maker(text, text, random.Random(seed)) for maker in makers for seed in SEEDS)


def test_made_figures_are_compared_rightly(training: dict[str, ModuleType]) -> None:
    names = ["Orlow", "Tarn", "Velisk", "Brannock"]
    made = training["figured"].figured(names, [["The guild closed the well."]], 2_000, random.Random(3))
    spelled = training["minimal"].TENS
    seen = 0
    for pair in made:
        costs = {
            name: int(cost.replace(",", "")) if cost[0].isdigit() else spelled.index(cost)
            for cost, name in re.findall(r"([\w,]+) goals were scored by (\w+)", pair.premise.lower())
        }
        found = re.fullmatch(r"(\w+) scored (more|fewer) goals than (\w+)\.", pair.claim.lower())
        others = re.findall(r"(\w+) scored ([\w,]+) goals", pair.premise.lower())
        costs |= {name: int(n) if n[0].isdigit() else spelled.index(n) for name, n in others}
        if found is None or not {found.group(1), found.group(3)} <= set(costs):
            continue
        seen += 1
        is_more = costs[found.group(1)] > costs[found.group(3)]
        assert pair.label == (ENTAILED if is_more == (found.group(2) == "more") else CONTRADICTED), pair
    assert seen > 10
    assert {pair.label for pair in made} == {ENTAILED, CONTRADICTED, NEUTRAL}


def test_another_name_is_one_of_the_passage(training: dict[str, ModuleType]) -> None:
    found = changed(training, "entity", "The queen heard Ada Voss.", "The queen heard Ada Voss. Later Bo Lund spoke.")
    assert found == {("The queen heard Bo Lund.", OPEN, OPEN)}


@pytest.mark.parametrize(
    ("way", "text", "other"),
    [
        ("voice", "The guild closed the well.", "The well was closed by the guild."),
        ("voice", "The well was closed by the guild.", "The guild closed the well."),
        ("figures", "The guild had 4.2 million members.", "The guild had 4,200,000 members."),
        ("figures", "The guild had seven members.", "The guild had 7 members."),
        ("dates", "It closed on 3 May 1902.", "It closed in 1902."),
        ("dates", "It closed on 3 May 1902.", "It closed on May 3, 1902."),
        ("moved", "In 1902, the guild closed the well.", "The guild closed the well in 1902."),
        ("turned_order", "The bell rang before the gates opened.", "The gates opened after the bell rang."),
    ],
)
def test_the_same_said_otherwise(training: dict[str, ModuleType], way: str, text: str, other: str) -> None:
    sayer = getattr(training["saying"], way)
    assert other in {sayer(text, random.Random(seed)) for seed in SEEDS}


def test_a_group_holds_a_carried_claim_and_a_changed_one(training: dict[str, ModuleType]) -> None:
    passage = ["The guild closed the well in 1902.", "Ada Voss praised the guild.", "The well was 30 metres deep."]
    made = training["passages"].minimal_pairs([passage] * 30, 60, random.Random(1))
    labels = {pair.label for pair in made}
    assert ENTAILED in labels
    assert labels & {CONTRADICTED, OPEN}
    assert all(pair.source.startswith("=") for pair in made)


@pytest.mark.data
def test_no_pair_that_is_made_is_in_an_evaluation_set(data: Path, training: dict[str, ModuleType]) -> None:
    loading = training["data"]
    pairs = loading.load(data, 0)[0][::40]
    held = loading.held_back(data / "nli" / "dev")
    texts = training["passages"].passages(pairs, data, random.Random(0))
    made = training["stream"].harder(pairs, texts, held, 0, training["stream"].Extent())
    assert sum(pair.source.startswith("=") for pair in made) > 5_000
    assert [pair for pair in made if loading.key(pair.premise) in held[0] or loading.key(pair.claim) in held[1]] == []


def test_the_shipped_adapters_can_be_begun_with(training: dict[str, ModuleType]) -> None:
    path = FOLDER.parents[1] / "src" / "simone" / "weights" / "entailment.npz"
    adapters = training["adapters"]
    with np.load(path) as shipped:
        started = adapters.started(path, [name for name in shipped.files if not name.endswith(".scale")])
        for site in ("0.attention.self.query", "5.output.dense"):
            down, up, scale = (shipped[f"{site}.{part}"].astype(np.float64) for part in ("down", "up", "scale"))
            product = started[f"{site}.down"].astype(np.float64) @ started[f"{site}.up"].astype(np.float64)
            assert np.allclose(product * adapters.SCALE, down @ up * scale, atol=1e-5)
        assert (started["head.out"] == shipped["head.out"]).all()


CITY = "The Broncos beat Orlow in the first match. Vey scored twice in the final against Tarn. Ilva Marr made the cup."


def test_sentences_put_together_from_two_are_carried_by_neither(training: dict[str, ModuleType]) -> None:
    maker = training["splices"].spliced
    first = "The Broncos beat Orlow in the first match."
    found = {tuple(change) for seed in range(200) if (change := maker(first, CITY, random.Random(seed)))}
    assert ("The Broncos beat Orlow in the final against Tarn.", OPEN, OPEN) in found
    assert ("The Broncos beat Orlow in the first match in the final against Tarn.", OPEN, ENTAILED) in found
    assert all(text not in CITY and forward == OPEN for text, forward, _ in found)


def test_another_subject_is_only_given_where_it_cannot_be_the_same(training: dict[str, ModuleType]) -> None:
    maker = training["splices"].spliced
    text = "The mill was built by Ann Orm. It was sold in 1801."
    found = [maker("The mill was built by Ann Orm.", text, random.Random(seed)) for seed in SEEDS]
    assert all(change is None or "mill was sold" not in change.text for change in found)


def test_a_changed_passage_is_asked_about_the_place_that_was_changed(training: dict[str, ModuleType]) -> None:
    passages = [["In 1801 the mill at Orlow was sold to Vey.", "Tarn has a bridge of nine arches."]]
    looked_at = 0
    for seed in range(300):
        for pair in training["passages"].minimal_pairs(passages, 4, random.Random(seed)):
            if pair.source == "=value in the passage" and "1801" not in pair.premise and "mill" in pair.claim:
                assert "1801" in pair.claim
                looked_at += 1
    assert looked_at


@pytest.mark.parametrize(
    ("premise", "claim", "label", "of_premise", "of_both"),
    [
        ("A man is cooking soup.", "A dog is asleep.", CONTRADICTED, NEUTRAL, NEUTRAL),
        ("A man is cooking soup.", "A chef is famous.", NEUTRAL, NEUTRAL, NEUTRAL),
        ("A man is cooking soup.", "A man is cooking soup for guests.", NEUTRAL, CONTRADICTED, ENTAILED),
        ("A man is sleeping.", "A man is awake.", CONTRADICTED, None, None),
        ("A man is not cooking.", "A man is cooking.", CONTRADICTED, None, None),
    ],
)
def test_denied_evidence_leaves_open_what_it_excluded_and_excludes_what_says_more(
    training: dict[str, ModuleType], premise: str, claim: str, label: int, of_premise: int | None, of_both: int | None
) -> None:
    augment, pair = training["augment"], training["data"].Pair(premise, claim, label, "a test")
    for maker, wanted in ((augment.denied_premise, of_premise), (augment.both_denied, of_both)):
        made = [maker(pair, random.Random(seed)) for seed in SEEDS]
        assert {one.label for one in made if one is not None} == ({wanted} if wanted is not None else set())


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Prices rose in spring.", "Prices did not decline in spring."),
        ("The gate is open today.", "The gate is not closed today."),
        ("The gate was not open.", None),
        ("The miller sang there.", None),
    ],
)
def test_what_is_so_denies_its_opposite(training: dict[str, ModuleType], text: str, turned: str | None) -> None:
    assert {training["saying"].turned(text, random.Random(seed)) for seed in SEEDS} == {turned}
