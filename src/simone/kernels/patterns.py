"""Pattern sets over Python's `re`, held to the syntax that Python `re` and Rust `regex` read alike.

Not for hostile patterns: `re` backtracks, so a nested repeat such as (a+)+$ can take exponential time here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from simone.errors import KernelError
from simone.kernels import arrays
from simone.kernels.contract import Ints

_REFUSED = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"\(\?<?[=!]", "look-around: it cannot be matched in linear time"),
        (r"\(\?P=|\\[1-9]", "a back-reference: it cannot be matched in linear time"),
        (r"\(\?\(", "a conditional group: it cannot be matched in linear time"),
        (r"\(\?>", "an atomic group: it only steers backtracking"),
        (r"(?:[*+?]|\{\d*,?\d*\})\+", "a possessive repeat: it only steers backtracking"),
        (r"\\[zZ]", "an anchor that the two engines spell differently: use $"),
        (r"\\N", "a character by name: write the character or \\u with four digits"),
        (r"\{,\d+\}", "a repeat without a lower bound: write {0,n}"),
        (r"\(\?#", "an inline comment"),
        (r"\(\?[a-zA-Z-]*[aLux][a-zA-Z-]*[:)]", "a flag other than i, m and s"),
        (
            r"(?<=.)\(\?[is-]*m[ims-]*[:)]|\(\?[is-]*m[ims-]*:",
            "multi-line mode for a part of the pattern: start with (?m)",
        ),
    )
)
_REFUSED_IN_CLASS = re.compile(r"(?<!\\)\[|&&|--|~~")
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<group>\(\?[^:)<>=!]*[:)<>=!]?[=!]?)"
    r"|(?P<repeat>(?:[*+?]|\{\d*,?\d*\})[+?]?)|(?P<end>\$)|(?P<other>.)",
    re.DOTALL,
)


class ReferencePatternSet:
    """Implements `contract.PatternSet`. A pattern that matches the empty text is refused; empty matches are dropped."""

    def __init__(self, patterns: Sequence[tuple[str, str]]) -> None:
        """Compile the pairs.

        Raises:
            KernelError: a name comes twice, or a pattern is not valid or not in the common subset; says which and why.
        """
        self._names = tuple(name for name, _ in patterns)
        if repeated := [name for name, count in Counter(self._names).items() if count > 1]:
            raise KernelError(f"several patterns are named {repeated[0]!r}; give each its own name")
        self._compiled = tuple(_compiled(name, pattern) for name, pattern in patterns)

    @property
    def names(self) -> tuple[str, ...]:
        """Pattern names in the order given."""
        return self._names

    def match_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text the names of the patterns that match anywhere, in pattern order."""
        pairs = tuple(zip(self._names, self._compiled, strict=True))
        return [[name for name, pattern in pairs if _matches(pattern, text)] for text in texts]

    def find_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
        """All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end."""
        found = sorted(
            (number, match.start(), index, match.end())
            for number, text in enumerate(texts)
            for index, pattern in enumerate(self._compiled)
            for match in pattern.finditer(text)
            if match.end() > match.start()
        )
        table = np.array(found, np.int64).reshape(-1, 4)
        return table[:, 0].copy(), table[:, 2].copy(), table[:, 1].copy(), table[:, 3].copy()

    def replace_batch(self, texts: Sequence[str], replacements: Sequence[str]) -> list[str]:
        """Each text with the matches of each pattern exchanged for its replacement.

        Raises:
            KernelError: there are not as many replacements as patterns.
        """
        with_words = list(replacements)
        if len(with_words) != len(self._names):
            raise KernelError(
                f"{len(with_words)} replacements were given for {len(self._names)} patterns; give one for each"
            )
        return [self._replaced(arrays.as_text(text), with_words) for text in texts]

    def _replaced(self, text: str, replacements: Sequence[str]) -> str:
        pieces: list[str] = []
        free = 0
        columns = (column.tolist() for column in self.find_batch([text])[1:])
        for pattern, start, end in zip(*columns, strict=True):
            if start >= free:
                pieces += [text[free:start], replacements[pattern]]
                free = end
        return "".join([*pieces, text[free:]])


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return any(match.end() > match.start() for match in pattern.finditer(text))


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    multiline = re.match(r"\(\?[is]*m", pattern) is not None
    translated = "".join(_common(name, pattern, token, multiline) for token in _TOKEN.finditer(pattern))
    try:
        compiled = re.compile(translated)
    except (re.error, OverflowError, RecursionError) as error:
        raise KernelError(f"pattern {name!r} ({pattern!r}) does not compile: {error}; correct it") from error
    if compiled.match(""):
        raise KernelError(f"pattern {name!r} ({pattern!r}) matches the empty text; make it ask for a character")
    return compiled


def _common(name: str, pattern: str, token: re.Match[str], multiline: bool) -> str:
    """The token as `re` must read it to mean what Rust `regex` means."""
    text = token.group()
    if token.lastgroup == "set":
        if _REFUSED_IN_CLASS.search(text, 1):
            raise KernelError(
                f"pattern {name!r} ({pattern!r}) uses a set operation or bare '[' in {text!r}; escape the character"
            )
        return text
    if token.lastgroup == "end" and not multiline:
        return r"\Z"  # `re` would also match before a final line break
    if token.lastgroup in ("escape", "group", "repeat"):
        for refused, reason in _REFUSED:
            if refused.match(pattern, token.start(), token.end()):
                raise KernelError(f"pattern {name!r} ({pattern!r}) uses {text!r}, {reason}")
    return text
