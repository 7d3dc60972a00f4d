"""What is said by rote: each rule with the texts that it must refuse and those that it must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simone.memory.boilerplate import find_boilerplate, rules

RULES = rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.name))
def test_a_rule_fires_on_its_examples_and_on_nothing_that_says_something(rule: object) -> None:
    (own,) = [one for one in RULES if one is rule]
    assert dict(zip(own.fires, find_boilerplate(own.fires), strict=True)) == dict.fromkeys(own.fires, own.name)
    assert dict(zip(own.passes, find_boilerplate(own.passes), strict=True)) == dict.fromkeys(own.passes, "")


def test_one_sentence_that_says_something_keeps_the_whole_text() -> None:
    assert find_boilerplate(["Hello! Thanks!", "Hello! Belmar paid. Thanks!", "", "🙂"]) == ["greeting", "", "", ""]


@pytest.mark.data
def test_of_real_conversations_only_turns_without_a_fact_are_boilerplate(data: Path) -> None:
    conversations = json.loads((data / "memory" / "locomo_dev.json").read_text("utf-8"))
    turns = {
        f"{one['sample_id']} {turn['dia_id']}": turn["text"]
        for one in conversations
        for session in one["conversation"].values()
        if isinstance(session, list)
        for turn in session
    }
    held = {f"{one['sample_id']} {name}" for one in conversations for asked in one["qa"] for name in asked["evidence"]}
    found = dict(zip(turns, find_boilerplate(list(turns.values())), strict=True))
    refused = {name for name, rule in found.items() if rule}
    assert 5 <= len(refused) <= 30
    assert not refused & held, {name: turns[name] for name in refused & held}
