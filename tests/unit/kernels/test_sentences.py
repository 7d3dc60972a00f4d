"""Sentence boundaries in labelled contexts. In the cases "¦" marks a boundary and "%%" separates texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.kernels import kernels

CASES = (Path(__file__).parent / "sentence_cases.txt").read_text("utf-8").rstrip("\n").split("\n%%\n")


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in kernels.split_sentences_batch([text])[0].tolist()]


def labelled(case: str) -> tuple[str, list[tuple[int, int]]]:
    spans, at = [], 0
    for piece in case.split("¦"):
        if bare := piece.strip():
            start = at + piece.index(bare)
            spans.append((start, start + len(bare)))
        at += len(piece)
    return case.replace("¦", ""), spans


def test_boundary_f1_on_the_labelled_contexts() -> None:
    right = wanted = given = 0
    for case in CASES:
        text, spans = labelled(case)
        want = {end for _, end in spans[:-1]}
        got = {int(end) for _, end in kernels.split_sentences_batch([text])[0][:-1]}
        right, wanted, given = right + len(want & got), wanted + len(want), given + len(got)
    f1 = 2 * right / (wanted + given)
    print(f"boundary F1 {f1:.4f} on {len(CASES)} contexts: {right} right of {wanted} wanted, {given} given")  # noqa: T201 - the figure is the point of `pytest -s`
    assert f1 >= 0.99


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        (" \n\t ", []),
        ("Dr. Smith slept.", ["Dr. Smith slept."]),
        ("It cost 3.5 million. He paid.", ["It cost 3.5 million.", "He paid."]),
        ("We met in the U.S. It rained.", ["We met in the U.S.", "It rained."]),
        ("Ask J. K. Rowe. She knows.", ["Ask J. K. Rowe.", "She knows."]),
        ("a line\nthat goes on. And ends.", ["a line\nthat goes on.", "And ends."]),
        ("One\n\ntwo", ["One", "two"]),
        ("One\r\n\r\ntwo", ["One", "two"]),
        ("1. Wait.\n2. Go.", ["1. Wait.", "2. Go."]),
        ("你好。再见！", ["你好。", "再见！"]),
        ("Visit www.a.org/b.c?d. Then go.", ["Visit www.a.org/b.c?d.", "Then go."]),
    ],
)
def test_plain_cases(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_a_code_block_is_one_piece() -> None:
    assert sentences("Run:\n```\na. b\n\nc. D\n```\nDone.") == ["Run:", "```\na. b\n\nc. D\n```", "Done."]


HOSTILE = (
    ".",
    ". ",
    "```\n",
    "\n",
    "\n ",
    "(.",
    "~~~x\n",
    "a.",
    "“",
    "1. ",
    "e.g. ",
    "\n- ",
    "| ",
    ": ",
    " :) ",
    "…\n>",
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_ends_in_time(unit: str) -> None:
    text = unit * 10000 + "x"
    covered = sum(len("".join(text[s:e].split())) for s, e in kernels.split_sentences_batch([text])[0].tolist())
    assert covered == len("".join(text.split()))
