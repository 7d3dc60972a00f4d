"""Write the character classes of this interpreter's `str` and `re` as Rust tables for simone-unicode.

Not for every Python version: the tables hold the Unicode version of the interpreter that runs this (3.11: 14.0.0).

Usage: python tools/unicode_tables.py > crates/simone-unicode/src/tables.rs
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

_PER_LINE = 6
_CLASSES: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("ALPHA", "`str.isalpha`.", str.isalpha),
    ("NUMERIC", "`str.isnumeric` and not `str.isalpha`.", lambda sign: sign.isnumeric() and not sign.isalpha()),
    ("DECIMAL", "`str.isdecimal`.", str.isdecimal),
    ("DIGIT", "`str.isdigit`.", str.isdigit),
    ("UPPER", "`str.isupper` of one character.", str.isupper),
    ("LOWER", "`str.islower` of one character.", str.islower),
    ("TITLE", "General category Lt.", lambda sign: unicodedata.category(sign) == "Lt"),
)


def _ranges(holds: Callable[[str], bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if not holds(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def main() -> None:
    """Write the module to standard output."""
    lines = [
        "//! Ranges of code points, first and last, in ascending order.",
        "//!",
        "//! Written by tools/unicode_tables.py; not for editing.",
        f"//! Source: Unicode Character Database {unicodedata.unidata_version}, as the interpreter reads it.",
        "",
        "/// The version of the Unicode Character Database behind the tables.",
        f'pub const UNICODE_VERSION: &str = "{unicodedata.unidata_version}";',
    ]
    for name, meaning, holds in _CLASSES:
        pairs = [f"({first:#x}, {last:#x})," for first, last in _ranges(holds)]
        lines += ["", f"/// {meaning}", "#[rustfmt::skip]", f"pub const {name}: &[(u32, u32)] = &["]
        lines += ["    " + " ".join(pairs[start : start + _PER_LINE]) for start in range(0, len(pairs), _PER_LINE)]
        lines.append("];")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
