"""What labelled text of others becomes, and how boundaries are scored against it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from simone.benchmarks.sentences import Labelled, golden_rules, labelled_articles, paragraphs, run, score, treebank
from simone.errors import MissingSource


def sentences(one: Labelled) -> list[str]:
    ends = [0, *sorted(one.ends)]
    return [one.text[start:end].strip() for start, end in pairwise(ends)]


def test_tokens_become_text_whose_sentences_end_behind_closing_quotes(tmp_path: Path) -> None:
    said = "`` He paid $ 5 *U* to Loews Corp. . '' She is n't -LRB- yet -RRB- . `` Why ? '' he asked . They left ."
    tags = "`` PRP VBD $ CD -NONE- TO NNP NNP . '' PRP VBZ RB -LRB- RB -RRB- . `` WRB . '' PRP VBD . PRP VBD ."
    (tmp_path / "treebank_tokens.json").write_text(json.dumps([{"text": word} for word in said.split()]), "utf-8")
    (tmp_path / "treebank_tags.json").write_text(json.dumps(tags.split()), "utf-8")
    (one,) = treebank(tmp_path)
    assert sentences(one)[:3] == ['"He paid $5 to Loews Corp."', "She isn't (yet).", '"Why?" he asked.']


def test_articles_and_rules_are_aligned_and_those_that_differ_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One here.\nTwo  there.", "utf-8")
    (tmp_path / "a_s.txt").write_text("One here.\n{{sentence_break}}\nTwo there.", "utf-8")
    (tmp_path / "b.txt").write_text("Other.", "utf-8")
    (tmp_path / "b_s.txt").write_text("Another.", "utf-8")
    (one,) = labelled_articles(tmp_path)
    assert sentences(one) == ["One here.", "Two  there."]
    rules = [{"input": "A b. C d.", "output": ["A b.", "C d."]}]
    (tmp_path / "golden_rules_en.json").write_text(json.dumps(rules), "utf-8")
    assert [sorted(rule.ends) for rule in golden_rules(tmp_path)] == [[4, 9]]


def test_paragraphs_keep_the_boundaries_inside_them() -> None:
    one = Labelled("A b. C d.\n \n\nE f.\n", frozenset((4, 9, 17)))
    assert [(part.text.strip(), sorted(part.ends)) for part in paragraphs(one)] == [
        ("A b. C d.", [4, 9]),
        ("E f.", [4]),
    ]


def test_only_boundaries_inside_a_text_count() -> None:
    texts = [Labelled("Ab. Cd. Ef.", frozenset((3, 7, 11)))]
    one = score(texts, lambda text: {3, 5, 11}, 0)
    assert (one.right, one.found, one.labelled, one.precision, one.recall, one.f1) == (1, 2, 2, 0.5, 0.5, 0.5)
    assert len(one.missed) == len(one.false) == 1


def test_without_a_set_there_is_no_figure() -> None:
    with pytest.raises(MissingSource, match="go mod download"):
        run(None, None, "test")
