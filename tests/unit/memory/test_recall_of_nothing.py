"""What has nothing to do with a question is not recalled."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Origin
from simone.memory.recall import Recall
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings

TEXTS = (
    "Anna moved to Bergen in May.",
    "The boiler was repaired by Otto.",
    "We keep the spare key under the blue pot.",
)


@pytest.fixture
def recall(home: Path) -> Recall:
    store = SqliteStore.open(home / "memories.sqlite", durable=False)
    for text in TEXTS:
        remember(store, [Candidate(text, (Origin("chat", 0, len(text), text, "run-1", "Ann", 0.9),))], FrozenClock())
    found = Recall(store, MiniLM(home, EncoderSettings()), FrozenClock())
    found.catch_up()
    return found


@pytest.mark.parametrize("question", ["zebra quantum", "How do I configure nginx?", "Who won the election of 1954?"])
def test_a_question_about_something_else_finds_nothing(recall: Recall, question: str) -> None:
    assert recall.recall(question) == ()


@pytest.mark.parametrize(
    ("question", "text"), [("Where did she relocate?", TEXTS[0]), ("heating engineer", TEXTS[1]), ("pot", TEXTS[2])]
)
def test_a_question_in_other_words_finds_what_it_means(recall: Recall, question: str, text: str) -> None:
    assert recall.recall(question)[0].memory.text == text
