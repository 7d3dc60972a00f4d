"""Checks the sums that a text does itself: equations, percentages of amounts, rises and falls, totals.

Not for numbers that only evidence can check: those are claims.

A stated result is accepted when rounding explains it: it lies within half a unit of its own last stated digit (a whole
unit after a division, which people truncate), and the operands of prose may be rounded too. Whatever is approximate,
bounded or ambiguous is passed over: no false alarm matters more than catching all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import msgspec

from simone.kernels.reference.validation.mentions import Quantity
from simone.kernels.reference.validation.quantities import find_quantities
from simone.truth.deferred import pattern

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,15})(?:\.[0-9]{1,9})?(?![0-9])"
_TERM = rf"[$€£]?{_NUMBER}(?: ?%)?"
_EQUATION = pattern(rf"{_TERM}(?: ?[+*×÷] ?{_TERM}| [-−–/] {_TERM}){{1,30}}+ ?= ?(?P<result>[-−]?{_TERM})")
_OPERATORS = pattern(rf"({_NUMBER})|([-+*×÷−–/])")
_PERCENT_OF = pattern(
    rf"(?P<share>{_NUMBER}) ?(?:%|percent|per cent) of [$€£]?(?P<whole>{_NUMBER})(?: [a-z]+)?"
    rf" (?:is|are|was|were|equals|makes|=) [$€£]?(?P<result>{_NUMBER})"
)
_CHANGE = pattern(
    rf"(?P<verb>rose|grew|increased|climbed|jumped|went up|fell|dropped|declined|decreased|shrank|went down) from "
    rf"[$€£]?(?P<before>{_NUMBER})(?P<scale> (?:million|billion|thousand))? to [$€£]?(?P<after>{_NUMBER})"
    r"(?P<unit>[^.;0-9]{0,30}?)"
    rf"[,(–—] ?\(?(?:an?|the) (?P<word>increase|rise|gain|growth|jump|fall|drop|decline|decrease|reduction|loss) of "
    rf"(?:[$€£])?(?P<result>{_NUMBER})(?P<percent> ?(?:%|percent\b|per cent\b))?"
)
_UP_VERBS = frozenset("rose grew increased climbed jumped".split()) | {"went up"}
_UP_WORDS = frozenset("increase rise gain growth jump".split())
_ALTOGETHER = pattern(r" ?(?:in all|in total|altogether|all told)\b")
_ITEM_GAP = pattern(r"(?: [a-z][a-z'’-]*){0,3}(?:,| and|, and|,? plus) ")
_LAST_GAP = pattern(r"(?: [a-z][a-z'’-]*){0,3}(?:,| –| —|:|;| \()(?: making| for| so| or)? ?(?:a total of )?")
_TOTAL_LABEL = pattern(r"\W*(?:grand |overall )?(?:total|sum|altogether)\W*", re.IGNORECASE)
_CELL = pattern(rf"\W*?(?P<number>[-−]?[$€£]?{_NUMBER})(?: ?%)?\W*")
_LIST_LINE = pattern(r"\s*(?:[-*•]|[0-9]{1,3}[.)])\s+(?P<label>[^:|\n]{1,80}?)\s*[:=–—]\s*(?P<cell>[^\s|][^|\n]{0,40})")
_SENTENCE_END = pattern(r"[.!?](?=\s|$)|\n")


class ArithmeticFinding(msgspec.Struct, frozen=True):
    """A sum that does not come out: text[start:end] states `stated` where `computed` follows from its numbers."""

    start: int
    end: int
    stated: float
    computed: float
    message: str


def check_arithmetic(text: str) -> tuple[ArithmeticFinding, ...]:
    """Every sum in `text` that contradicts itself, in text order."""
    found: list[ArithmeticFinding] = []
    if "=" in text:
        found += _equations(text)
    if " of " in text:
        found += _shares(text)
    if " from " in text:
        found += _changes(text)
    if " in all" in text or " in total" in text or "altogether" in text or "all told" in text:
        found += _enumerations(text)
    if "otal" in text or "OTAL" in text or "Sum" in text:
        found += _columns(text)
    found.sort(key=lambda finding: (finding.start, finding.end))
    return tuple(found)


def _number(written: str) -> tuple[float, float]:
    """Value and place value of the last digit of digits as written."""
    plain = written.strip(" $€£%").replace("−", "-").replace(",", "").replace("$", "").replace("€", "").replace("£", "")
    return float(plain), 10.0 ** -(len(plain) - plain.index(".") - 1) if "." in plain else 1.0


def _rounded_step(written: str) -> float:
    """As for `_number`, with trailing zeros of a whole number read as rounding: 1,200 may stand for 1,150 to 1,250."""
    value, step = _number(written)
    while step >= 1.0 and value and value % (step * 10) == 0:
        step *= 10
    return step


def _finding(match: re.Match[str], stated: float, computed: float, message: str) -> ArithmeticFinding:
    return ArithmeticFinding(match.start(), match.end(), stated, computed, message)


def _shown(value: float) -> str:
    return f"{value:.6g}" if abs(value) < 1e6 and value != int(value) else f"{value:,.0f}"


def _equations(text: str) -> Iterator[ArithmeticFinding]:
    for match in _EQUATION().finditer(text):
        if not _stands_alone(text, match):
            continue
        expression = text[match.start() : match.start("result")].rstrip(" =")
        shares = expression.count("%") + match["result"].count("%")
        if shares and shares != len(_OPERATORS().sub(lambda part: "n" if part[1] else "", expression).split("n")):
            continue
        computed = _evaluate(expression)
        if computed is None:
            continue
        stated, step = _number(match["result"])
        divides = any(sign in expression for sign in "/÷")
        inexact = "." in expression and any(sign in expression for sign in "*×/÷")
        tolerance = step if divides else step / 2 if step < 1 or inexact else 0.0
        if abs(computed - stated) > tolerance + 1e-9 * abs(computed):
            yield _finding(match, stated, computed, f"{expression} is {_shown(computed)}, not {_shown(stated)}")


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing before or after could belong to the same expression."""
    before = text[: match.start()][-2:] if match.start() < 2 else text[match.start() - 2 : match.start()]
    after = text[match.end() : match.end() + 2]
    if before[-1:].isalnum() or before.rstrip()[-1:] in set("+-−–*×÷/=^(.,_%\\[{|&~<>#@:") - {"(", ":", ","}:
        return False
    if before[-1:] in {"(", ",", "."} and before[:1].isalnum():
        return False
    if after[:1].isalnum() or after[:1] in {"_", "%", "(", "^", "/", "²", "³"}:
        return False
    tail = after.lstrip()[:1]
    return not (tail and tail in "+-−–*×÷/=^(") and not (after[:1] in {".", ",", ":"} and after[1:].isdigit())


def _evaluate(expression: str) -> float | None:
    """The value of numbers joined by + - × ÷, products first; None for a division by zero."""
    terms: list[Decimal] = []
    sign, pending = 1, ""
    for match in _OPERATORS().finditer(expression):
        if match[1] is None:
            if match[2] in "+-−–":
                sign, pending = (1 if match[2] == "+" else -1), ""
            else:
                pending = match[2]
            continue
        value = Decimal(match[1].replace(",", ""))
        if pending in {"*", "×"} and pending:
            terms[-1] *= value
        elif pending:
            if not value:
                return None
            terms[-1] /= value
        else:
            terms.append(sign * value)
    return float(sum(terms))


def _shares(text: str) -> Iterator[ArithmeticFinding]:
    for match in _PERCENT_OF().finditer(text):
        if not _ends_clean(text, match.end()) or not _starts_clean(text, match.start()):
            continue
        share, share_step = _number(match["share"])
        whole = _number(match["whole"])[0]
        stated, step = _number(match["result"])[0], _rounded_step(match["result"])
        computed = share * whole / 100
        if abs(computed - stated) > step / 2 + share_step / 2 * whole / 100 + 0.5 * (step <= 1):
            yield _finding(
                match, stated, computed,
                f"{match['share']} % of {match['whole']} is {_shown(computed)}, not {match['result']}",
            )  # fmt: skip


_MORE = pattern(r"\s*(?:%|percent|per cent|million|billion|thousand|trillion|times|bn|times)", re.IGNORECASE)


def _ends_clean(text: str, end: int) -> bool:
    """Whether the number that ends at `end` is whole: no digits, unit sign or scale word goes on with it."""
    after = text[end : end + 2]
    return not (after[:1].isalnum() or (after[:1] in {".", ",", "/", ":"} and after[1:].isdigit())) and (
        _MORE().match(text, end) is None
    )


def _starts_clean(text: str, start: int) -> bool:
    before = text[start - 1] if start else " "
    return not (before.isalnum() or before in ".,-–−/_~≈<>")


def _changes(text: str) -> Iterator[ArithmeticFinding]:
    for match in _CHANGE().finditer(text):
        end, unit = match.end(), match["unit"]
        if (
            "%" in unit
            or "percent" in unit
            or "per cent" in unit
            or (match["verb"] in _UP_VERBS) != (match["word"] in _UP_WORDS)
        ):
            continue
        if match["percent"] is None and (
            not _ends_clean(text, end) or "illion" in unit or "thousand" in unit or match["scale"]
        ):
            continue
        if match["percent"] is not None and text[end : end + 7].lstrip(" -").startswith("point"):
            continue
        if match["scale"] and match["scale"].strip() not in unit:
            continue
        if not match["scale"] and re.search("illion|thousand|hundred", unit):
            continue
        (before, before_step), (after, after_step) = _number(match["before"]), _number(match["after"])
        stated, step = _number(match["result"])
        if match["percent"] is None:
            computed, slack = (
                abs(after - before),
                (before_step + after_step) / 2 if min(before_step, after_step) < 1 else 0.0,
            )
            slack += step / 2 if step < 1 else 0.0
        else:
            if before <= before_step:
                continue
            computed = abs(after - before) / before * 100
            highest = abs((after + after_step / 2) / (before - before_step / 2) - 1) * 100
            lowest = abs((after - after_step / 2) / (before + before_step / 2) - 1) * 100
            slack = max(abs(highest - computed), abs(lowest - computed)) + max(step, 1.0) / 2
        if abs(computed - stated) > slack + 1e-9:
            sign = " %" if match["percent"] else ""
            yield _finding(
                match, stated, computed,
                f"from {match['before']} to {match['after']} is a change of {_shown(computed)}{sign}, "
                f"not {match['result']}{sign}",
            )  # fmt: skip


def _enumerations(text: str) -> Iterator[ArithmeticFinding]:
    """3 apples and 4 pears, 8 in all."""
    quantities = find_quantities(text)
    breaks = [match.start() for match in _SENTENCE_END().finditer(text)] + [len(text)]
    begin, place = 0, 0
    for end in breaks:
        first = place
        while place < len(quantities) and quantities[place].start < end:
            place += 1
        finding = _enumeration(text, quantities[first:place], begin)
        begin = end
        if finding is not None:
            yield finding


def _enumeration(text: str, parts: tuple[Quantity, ...], begin: int) -> ArithmeticFinding | None:
    if len(parts) < 3 or any(
        part.kind not in {"number", "money", "unit"}
        or part.approximate
        or part.low != part.high
        or part.unit != parts[0].unit
        for part in parts
    ):
        return None
    *items, total = parts
    if _ALTOGETHER().match(text, total.end) is None or not _LAST_GAP().fullmatch(text, items[-1].end, total.start):
        return None
    if any(not _ITEM_GAP().fullmatch(text, one.end, two.start) for one, two in pairwise(items)):
        return None
    if re.search(
        r"\b(?:of|besides|plus|another|a|an|one|more|other|including)\b", text[begin : items[0].start], re.IGNORECASE
    ):
        return None
    computed = sum(item.low for item in items)
    if abs(computed - total.low) <= sum(item.step for item in items if item.step < 1) / 2 + 1e-9 * abs(computed):
        return None
    return ArithmeticFinding(
        items[0].start,
        total.end,
        total.low,
        computed,
        f"the parts add up to {_shown(computed)}, not {_shown(total.low)}",
    )


def _columns(text: str) -> Iterator[ArithmeticFinding]:
    """Markdown tables and bulleted lists with a last line called total."""
    block: list[tuple[int, str]] = []
    offset = 0
    for line in [*text.splitlines(keepends=True), "\n"]:
        if line.strip() and ("|" in line or _LIST_LINE().match(line)):
            block.append((offset, line))
        else:
            yield from _block(block)
            block = []
        offset += len(line)


def _block(block: list[tuple[int, str]]) -> Iterator[ArithmeticFinding]:
    rows = [(offset, _cells(line)) for offset, line in block]
    rows = [
        (offset, cells) for offset, cells in rows if cells and not all(set(cell) <= set(":- ") for _, cell in cells)
    ]
    if len(rows) < 3 or not rows[-1][1] or not _TOTAL_LABEL().fullmatch(rows[-1][1][0][1]):
        return
    offset, totals = rows[-1]
    if any("otal" in cells[0][1] for _, cells in rows[:-1]):
        return
    for column in range(1, len(totals)):
        values = [_CELL().fullmatch(cells[column][1]) if column < len(cells) else None for _, cells in rows[:-1]]
        if rows and values and values[0] is None:
            values = values[1:]  # the heading
        stated = _CELL().fullmatch(totals[column][1])
        if stated is None or len(values) < 2 or any(value is None for value in values):
            continue
        numbers = [_number(value["number"]) for value in values if value is not None]
        computed = float(sum(Decimal(repr(value)) for value, _ in numbers))
        total, step = _number(stated["number"])
        lowest, highest = min(value for value, _ in numbers), max(value for value, _ in numbers)
        slack = sum(size for _, size in numbers) / 2 if "%" in totals[column][1] or step < 1 else 0.0
        if lowest <= total <= highest or abs(computed - total) <= slack + step / 2 * (step < 1) + 1e-9 * abs(computed):
            continue
        start = offset + totals[column][0]
        yield ArithmeticFinding(
            start, start + len(totals[column][1]), total, computed,
            f"the column adds up to {_shown(computed)}, not {_shown(total)}",
        )  # fmt: skip


def _cells(line: str) -> list[tuple[int, str]]:
    """Cells of a table row or list line with their offsets in the line, stripped."""
    item = _LIST_LINE().match(line) if not line.lstrip().startswith("|") else None
    if item is not None:
        return [(item.start("label"), item["label"]), (item.start("cell"), item["cell"].strip())]
    cells: list[tuple[int, str]] = []
    offset = 0
    for cell in line.split("|"):
        stripped = cell.strip()
        cells.append((offset + len(cell) - len(cell.lstrip()), stripped))
        offset += len(cell) + 1
    while cells and not cells[0][1]:
        cells.pop(0)
    while cells and not cells[-1][1]:
        cells.pop()
    return cells
