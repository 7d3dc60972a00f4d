"""Writes the word lists of the validation reference as the data files of its Rust crate.

Not for changing them: the modules of `simone.kernels.reference.validation` hold them; a test compares.

Usage: python tools/validation_lists.py
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path

ROOM = "simone.kernels.reference.validation."
CRATE = Path(__file__).parents[1] / "crates" / "simone-validation" / "src"
LISTS = {
    "tokens": "FUNCTION_WORDS _ADJECTIVES _IRREGULAR _NOT_PLURAL",
    "numerals": "SMALL TENS SCALES _SCALE_FORMS _ORDINALS _ORDINAL_SCALES ORDINALS _PARTS _VULGAR _DETERMINERS _VAGUE "
    "STARTERS",
    "measures": "SIGNS CODES _SIGN_COUNTRIES DASHES _LABELS _PREFIXES _UNMARKED_PLURALS APPROXIMATIONS",
    "quantities": "_CHANGES _BOUNDS _BOUND_ENDS _BOUND_TAILS _STARTERS",
    "days": "QUALIFIERS",
    "dates": "_MONTHS _ALSO_WORDS _MONTH_OPENERS _WEEKDAYS _SEASONS _ORDINALS _DECADES _YEAR_WORDS "
    "_YEAR_HINTS _UNIT_WORDS _RELATIVE _STARTERS",
    "names": "_TITLES _SUFFIXES _CONNECTORS _TIGHT_CONNECTORS _NEVER _COMMON _PREDICATES _MASS_NOUNS _CLOSERS",
    "lexicon": "FUNCTION IRREGULAR PREPOSITIONS EXCLUSIVE QUANTIFIER_RANK AMOUNTS BEFORE_FEW BE HAVE DO MODALS "
    "AUXILIARIES DETERMINERS PRONOUNS SUBJECT_PRONOUNS STRICT_PREPOSITIONS SUBORDINATORS COORDINATORS "
    "NEGATORS HEDGES PRIVATIVE SUPERLATIVES PARTICIPLES INVARIANT NO_VERBS TIMES PARTS_OF_DAYS "
    "UNTRUE TRUE NOT_BESIDE",
    "words": "_SAME _OPPOSED _DIRECTED _DENYING",
    "reading": "_VERB_STEMS _PAST CLASS_OF _CLOSERS _BEFORE_VALUES _PLACES _TIME_NOUNS "
    "CONDITIONS _FACTIVE_STEMS _NEGATIVE_STEMS",
    "scope": "_REPORTING_STEMS BREAKS",
    "alignment": "_SYMMETRIC_STEMS _EMPTY_STEMS",
    "values": "_TIME_PREPOSITIONS",
    "exact": "WEAK _RANKS _PERSONAL _IMPLICATIVE_STEMS",
}


def lists() -> str:
    """One list a line: its name, then its entries, tabs between; "key|value" for a table and a pair."""
    lines = []
    for module, names in LISTS.items():
        held = vars(import_module(ROOM + module))
        lines += ["\t".join([f"{module}.{name}", *sorted(_entries(held[name]))]) for name in names.split()]
    return "".join(line + "\n" for line in lines)


def units() -> str:
    """One unit a line: "symbol" or "name", its spelling, canonical unit, dimension, factor and offset, tabs between."""
    symbols, names = import_module(ROOM + "units").symbols_and_names()
    return "".join(
        f"{kind}\t{spelling}\t{unit.canonical}\t{unit.dimension}\t{unit.factor!r}\t{unit.offset!r}\n"
        for kind, table in (("symbol", symbols), ("name", names))
        for spelling, unit in sorted(table.items())
    )


def _entries(held: Collection[object]) -> list[str]:
    if isinstance(held, Mapping):
        return [f"{key}|{_value(value)}" for key, value in held.items()]
    return [_value(entry) for entry in held if entry != "\n"]


def _value(value: object) -> str:
    return "|".join(map(_value, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    (CRATE / "lists.txt").write_text(lists(), encoding="utf-8")
    (CRATE / "units.txt").write_text(units(), encoding="utf-8")
