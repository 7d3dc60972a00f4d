"""Write what the reference answers on texts of our own, for the Rust kernels to be held to.

Not for outside data: the texts are the labelled contexts, every listed word in a few settings, and seeded mixtures.

Usage: python tools/kernel_cases.py  (writes tests/cases.json of simone-protocols and simone-regex)
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from simone.errors import KernelError
from simone.kernels import sentences
from simone.kernels.patterns import ReferencePatternSet
from simone.kernels.sentences import split_sentences

_ROOT = Path(__file__).resolve().parent.parent
_LISTED = sorted(
    sentences._TITLES | sentences._LEADING | sentences._TRAILING | sentences._OPENERS | sentences._WITH_MARK
)
_SETTINGS = (
    "He saw {}. The end",
    "It was {}. Smith went",
    "see {}. 12 or {}. it",
    "{}! then",
    "One. {} Two.",
    "({}.) He",
)
_WORDS = (
    "said replied I i A x ii IV 1 12 2.3 3.4.5 Yahoo rain O'Neil it's McX"
    " iPhone naïve École ǆ ² ½ ٣ 你好 と İs oK Ⓐ e\u0301 PST U.S.A p.m"
)
_SIGNS = (
    *".!?…‽。！？｡।॥؟۔።։:;=<>\"'“”‘’«»‹›()[]{}*_「」『』（）【】《》„¿¡-–—/&,%|#`~^+•‣◦▪●",
    *(
        "...",
        ". . .",
        ".\xa0.\xa0.",
        "....",
        "```",
        "````",
        "~~~",
        "===",
        "---",
        "[1]",
        "[12345]",
        ":)",
        ";-)",
        "<3",
        "😀",
    ),
    *("☀️", ".)", "’ll", "1.", "(iv)", "- ", "| a |", "# ", "####### ", ":field:", ".. x", "Name: ", ">> ", "+--+"),
)
_GAPS = (
    *[" "] * 9,
    *["\n"] * 5,
    "\n\n",
    "\r\n",
    "\t",
    "\xa0",
    "\u2029",
    "\x1c",
    "\x85",
    "\u3000",
    "  ",
    "\n  ",
    "",
    "",
)
_TEXTS = (
    "",
    "a",
    "abc ABC aab",
    "ab 12\n34:56 x\n",
    "😀éb naïve cafe\u0301 x\u0301y",
    "m² 3½ Ⅷ x‿y _a_ a\u200db Ⓐb 𰀀x \U000d0001x",
    "İstanbul ırmak ſtrasse oK Kelvin ß ẞ ς σ Σ \u0345α",
    "foo.bar@x.org, http://a.b/c?d=e&f 2024-01-02 [x] {y} (z)",
    "word  word wording Words worded\tword foo foobar FOO",
    "\x1c\x85\xa0\u2028 \x00\x07\x08 a-b--c~~d&&e[f]^g\\h$i|j",
    "你好 हिन्दी ٣٤ 𝟘𝟙 ²x a\u0301b",
    "a" * 30 + "c" + "ab" * 20,
)
_PATTERNS = (
    r"\b\w+\b",
    r"\d+",
    "x",
    "a$",
    "(?m)a$",
    "(?m)^.",
    "(?s)a.*",
    r"(?i)word(?:s|ed|ing)?\b",
    r"\bfoo\b",
    r"foo\w*",
    r"word\s+\w{1,12}\s+word",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"https?://[^\s]+",
    r"\b\d{4}-\d{2}-\d{2}\b",
    r"(?i)i",
    "(?i)[k-t]",
    r"(?i)[\w]",
    r"(?i)[^\W_]",
    r"\W+",
    r"\S+",
    r"\s+",
    r"\D",
    "²",
    r"\Bb",
    r"b\B",
    "a|ab",
    "(a|ab)(c|bc)?",
    "a{2,3}?",
    "a{,}b",
    "x{}",
    "a{2",
    r"\<",
    r"[\]\[]",
    "[]a]",
    "[^]a]",
    r"[\b]",
    r"\x61",
    r"\u00e9",
    r"\U0001F600",
    r"\141",
    r"(?P<n>a)b",
    "(?i:FOO)b",
    "(?-i:a)",
    "(?:a+)+c",
    "(?:a|aa)+c",
    "é",
    r"[À-ÿ]",
    "\u0301",
    r"(?:^|a)b",
    ".",
    "a(?=b)",
    "a(?!b)",
    "(?<=a)b",
    "(?<!a)b",
    r"(a)\1",
    "(?P<n>a)(?P=n)",
    "(a)(?(1)b|c)",
    "(?>a+)b",
    "a++b",
    "a{2,3}+b",
    r"a\Z",
    "a{,3}b",
    "(?x) a",
    "a(?m:b)",
    "[a[b]",
    "[a&&b]",
    r"\N{DIGIT ONE}",
    "(a",
    "a*",
    "(?#x)a",
    "*a",
    "a**",
    r"\p",
    "^*",
    "(?i)a(?s)",
    "(?U)a",
    "(?<n>a)",
    "[b-a]",
    r"[\w-z]",
    "a{2,1}",
    r"\8",
    "a)",
    "[a",
    "a\\",
)


def _texts() -> list[str]:
    contexts = (_ROOT / "tests/unit/kernels/sentence_cases.txt").read_text("utf-8").replace("¦", "")
    listed = [
        setting.format(form, form)
        for word in _LISTED
        for form, setting in zip(
            (word, word.capitalize(), word.upper()), random.Random(word).sample(_SETTINGS, 3), strict=True
        )
    ]
    return [*contexts.split("\n%%\n"), contexts, *listed, *(_mixture(random.Random(seed)) for seed in range(1200))]


def _mixture(chance: random.Random) -> str:
    words = [*_WORDS.split(), *chance.sample(_LISTED, 12)]
    parts: list[str] = []
    for _ in range(chance.choice((4, 8, 16, 40))):
        word = chance.choice(words)
        kind = chance.random()
        if kind < 0.5:
            parts.append(chance.choice((word, word.capitalize(), word.upper())))
        elif kind < 0.8:
            parts.append(chance.choice(_SIGNS))
        elif kind < 0.82:
            parts.append(chr(chance.choice((chance.randrange(0x20, 0xD800), chance.randrange(0xE000, 0x110000)))))
        elif kind < 0.84:
            parts.append("word " * chance.randrange(1, 15))
        if chance.random() < 0.7:
            parts.append(chance.choice(_GAPS))
    return "".join(parts)


def _answer(patterns: list[tuple[str, str]]) -> dict[str, object]:
    try:
        found = ReferencePatternSet(patterns).find_batch(_TEXTS)
    except KernelError as error:
        return {"patterns": patterns, "refused": str(error)}
    matches: list[list[tuple[int, int, int]]] = [[] for _ in _TEXTS]
    for text, pattern, start, end in zip(*(column.tolist() for column in found), strict=True):
        matches[text].append((pattern, start, end))
    return {"patterns": patterns, "matches": matches}


def _write(crate: str, cases: object) -> None:
    path = _ROOT / "crates" / crate / "tests" / "cases.json"
    path.write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def main() -> None:
    """Write both tables."""
    _write("simone-protocols", [(text, split_sentences(text)) for text in _texts()])
    answers = [_answer([("p", pattern)]) for pattern in _PATTERNS]
    whole = [(f"p{number}", case) for number, case in enumerate(_PATTERNS) if "matches" in answers[number]]
    answers += [_answer(whole), _answer([("a", "x"), ("a", "y")])]
    _write("simone-regex", {"texts": _TEXTS, "sets": answers})


if __name__ == "__main__":
    main()
