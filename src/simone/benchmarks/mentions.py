"""Measures the mention finders: quantities, dates, times and durations on recogniser cases, names on WNUT-17.

Not for tuning on everything: half of each file (by a hash of the input) is the test half, printed beside the other.

Data: SIMONE_DATA/numbers (expected results of a public recogniser suite, MIT) and SIMONE_DATA/ner (WNUT-17 dev, CC BY).
Only what the finders claim to do is in scope: explicit calendar values, no relative dates, no holidays.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from simone.benchmarks.report import machine, table
from simone.errors import MissingSource
from simone.kernels.reference.validation.dates import find_dates
from simone.kernels.reference.validation.mentions import Quantity
from simone.kernels.reference.validation.names import find_names
from simone.kernels.reference.validation.quantities import find_durations, find_quantities
from simone.kernels.reference.validation.times import find_times
from simone.kernels.reference.validation.units import canonical_value, find_unit
from simone.records import Measured, Score, Unmeasured

_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|next|last|previous|past|coming|this|current|ago|from now|now|before|after|later|"
    r"within|rest|tonight|day|days|week|weeks|weekend|month|months|quarter|upcoming|following|since|same|yr|year|years|hence|"
    r"the (?:\d+(?:st|nd|rd|th)?|\w+th|first|second|third)$)\b",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b[12]\d{3}\b|\b\d{1,4}[/.-]\d{1,2}\b|\b\d{2,4}s\b|century",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4}|XXXX)-(\d\d)-(\d\d)")
_MONTH = re.compile(r"(\d{4}|XXXX)-(\d\d)")
_PERIOD = re.compile(r"P(T?)(\d+(?:\.\d+)?)([YMWDHS])")
_INTERVAL = re.compile(r"([(\[])(-?[\d.eE+-]*|-?∞),(-?[\d.eE+-]*|-?∞)([)\]])")


class Tally(msgspec.Struct, frozen=True):
    """Counts for one file and half. `extra` counts our mentions of that kind which touch nothing expected."""

    name: str
    half: str
    cases: int
    expected: int
    found: int
    exact_span: int
    right_value: int
    extra: int


class Miss(msgspec.Struct, frozen=True):
    """One expected mention that was missed or read wrongly, or one extra mention (`expected` is "")."""

    name: str
    half: str
    text: str
    expected: str
    got: str


class Result(msgspec.Struct, frozen=True):
    """Everything measured in one run."""

    tallies: tuple[Tally, ...]
    misses: tuple[Miss, ...]
    skipped: tuple[tuple[str, int], ...]
    seconds: Score


class _Expected(NamedTuple):
    start: int
    end: int
    value: object
    shown: str


class _Ours(NamedTuple):
    start: int
    end: int
    value: object


class _Suite(NamedTuple):
    file: str
    expect: Callable[[dict[str, object]], object | None]
    ours: Callable[[str], list[_Ours]]
    equal: Callable[[object, object], bool]


def run(data: Path) -> Result:
    """Measures every suite found under `data`.

    Raises: MissingSource when the folder holds neither suite.
    """
    folder, names = data / "numbers", data / "ner" / "emerging.dev.conll"
    if not folder.is_dir() or not names.is_file():
        raise MissingSource(f"asked to measure on {str(data)!r}, which lacks numbers/ or ner/; set SIMONE_DATA")
    tallies: list[Tally] = []
    misses: list[Miss] = []
    skipped: list[tuple[str, int]] = []
    for suite in _SUITES:
        left_out = _measure(suite, folder / suite.file, tallies, misses)
        skipped.append((suite.file, left_out))
    _measure_names(names, tallies, misses)
    return Result(tuple(tallies), tuple(misses), tuple(skipped), _seconds(data))


def render(result: Result, misses: int = 0) -> str:
    """The table, what was left out, the time, and up to `misses` examples per suite, of the tuning half only."""
    header = ("suite", "half", "cases", "wanted", "found", "span", "value", "extra")
    rows = []
    for tally in result.tallies:
        total = max(tally.expected, 1)
        shares = [f"{count / total:.3f}" for count in (tally.found, tally.exact_span, tally.right_value)]
        rows.append((tally.name, tally.half, str(tally.cases), str(tally.expected), *shares, str(tally.extra)))
    lines = [machine(), "", table(header, rows), ""]
    lines.append("cases out of scope: " + ", ".join(f"{name} {count}" for name, count in result.skipped if count))
    if isinstance(result.seconds, Measured):
        lines.append(f"quantities + dates + names on 200 words: {1000 * result.seconds.value:.2f} ms of processor time")
    else:
        lines.append(f"time not measured: {result.seconds.reason}")
    shown: dict[str, int] = {}
    for miss in result.misses:
        if miss.half == "tune" and shown.get(miss.name, 0) < misses:
            shown[miss.name] = shown.get(miss.name, 0) + 1
            lines.append(f"[{miss.name}] {miss.text!r}")
            lines.append(f"    wanted {miss.expected or 'nothing'}; got {miss.got or 'nothing'}")
    return "\n".join(lines) + "\n"


def _seconds(data: Path) -> Score:
    path = data / "qa" / "xquad_en_dev.json"
    if not path.is_file():
        return Unmeasured(f"{str(path)!r} is absent")
    words = " ".join(item["text"] for item in json.loads(path.read_text(encoding="utf-8"))).split()
    texts = [" ".join(words[start : start + 200]) for start in range(0, len(words) - 200, 200)]
    return Measured(sorted(map(seconds_per_text, texts))[len(texts) // 2], len(texts))


def seconds_per_text(text: str) -> float:
    """Processor seconds of the three finders on `text`, the best of three rounds."""
    samples = []
    for length in range(3):
        fresh = text + " " * length  # a text the finders have not just seen
        begin = time.process_time()
        find_quantities(fresh)
        find_dates(fresh)
        find_names(fresh)
        samples.append(time.process_time() - begin)
    return min(samples)


def half(text: str) -> str:
    """Whether an input belongs to the half that may be looked at ("tune") or to the other ("test")."""
    return "tune" if hashlib.sha256(text.encode()).digest()[0] % 2 == 0 else "test"


def _measure(suite: _Suite, path: Path, tallies: list[Tally], misses: list[Miss]) -> int:
    cases = json.loads(path.read_text(encoding="utf-8-sig"))
    name = path.stem.replace("_English", "").replace("Number_", "").replace("NumberWithUnit_", "")
    left_out = 0
    counts = {side: [0] * 6 for side in ("tune", "test")}
    for case in cases:
        text = case["Input"]
        wanted = list(_wanted(suite, case))
        if any(item.value is None for item in wanted):
            left_out += 1
            continue
        side = half(text)
        count = counts[side]
        ours = suite.ours(text)
        count[0] += 1
        touched: set[int] = set()
        for item in wanted:
            count[1] += 1
            near = [place for place, one in enumerate(ours) if one.start < item.end and item.start < one.end]
            touched.update(near)
            exact = any((ours[place].start, ours[place].end) == (item.start, item.end) for place in near)
            right = any(suite.equal(item.value, ours[place].value) for place in near)
            count[2] += bool(near)
            count[3] += exact
            count[4] += right
            if not right or not exact:
                got = "; ".join(f"{text[ours[p].start : ours[p].end]!r} {ours[p].value}" for p in near)
                misses.append(Miss(name, side, text, f"{item.shown!r} {item.value}", got))
        for place, one in enumerate(ours):
            if place not in touched:
                count[5] += 1
                misses.append(Miss(name, side, text, "", f"{text[one.start : one.end]!r} {one.value}"))
    tallies += [Tally(name, side, *counts[side]) for side in ("tune", "test")]
    return left_out


def _wanted(suite: _Suite, case: dict[str, object]) -> Iterator[_Expected]:
    text = str(case["Input"])
    results = case["Results"]
    assert isinstance(results, list)
    for result in results:
        shown = str(result["Text"])
        start = result.get("Start")
        if start is None:
            start = text.lower().find(shown.lower())
        yield _Expected(int(start), int(start) + len(shown), suite.expect(result), shown)


# ── what the suites expect ──────────────────────────────────────────────────────────────────────


def _resolution(result: dict[str, object]) -> dict[str, str]:
    found = result.get("Resolution")
    return found if isinstance(found, dict) else {}


def _float(written: str | None) -> float | None:
    try:
        return float(str(written).rstrip("%"))
    except ValueError:
        return None


def _number(result: dict[str, object]) -> float | None:
    return _float(_resolution(result).get("value"))


def _ordinal(result: dict[str, object]) -> float | None:
    return None if result["TypeName"] != "ordinal" else _number(result)


def _number_range(result: dict[str, object]) -> tuple[float, float] | None:
    match = _INTERVAL.fullmatch(_resolution(result).get("value", ""))
    if match is None:
        return None
    low = float(match[2]) if match[2] else -math.inf
    return low, float(match[3]) if match[3] else math.inf


def _with_unit(result: dict[str, object]) -> tuple[float, str] | None:
    resolution = _resolution(result)
    value, name = _float(resolution.get("value")), resolution.get("unit", "")
    unit = find_unit({"C": "°C", "F": "°F", "Dollar": "USD"}.get(name, name.replace("-", " ")))
    if value is None or unit is None:
        return None
    return canonical_value(value, unit), unit.canonical


def _money(result: dict[str, object]) -> tuple[float, str] | None:
    resolution = _resolution(result)
    value, name = _float(resolution.get("value")), resolution.get("unit", "")
    unit = find_unit({"Dollar": "USD", "Pound": "GBP", "British pound": "GBP"}.get(name, name.replace("-", " ")))
    return (value, unit.canonical) if value is not None and unit is not None else None


def _timex(result: dict[str, object]) -> str:
    value = result.get("Value")
    return str(value.get("Timex", "")) if isinstance(value, dict) else ""


def _is_explicit(result: dict[str, object]) -> bool:
    text = str(result["Text"])
    return _RELATIVE.search(text) is None and _EXPLICIT.search(text) is not None


def _date(result: dict[str, object]) -> tuple[str, str] | None:
    match = _DAY.fullmatch(_timex(result))
    if match is None or not _is_explicit(result):
        return None
    stamp = match[0].replace("XXXX", "????")
    return stamp, stamp


def _date_period(result: dict[str, object]) -> tuple[str, str] | None:
    value = result.get("Value")
    if not isinstance(value, dict) or not _is_explicit(result):
        return None
    timex = _timex(result)
    ends = value.get("FutureResolution")
    if not isinstance(ends, dict) or "startDate" not in ends or "endDate" not in ends or "W" in timex:
        return None
    if re.fullmatch(r"\(?[\d-]+.*", timex) is None:
        return None
    return str(ends["startDate"]), str(ends["endDate"])


def _duration(result: dict[str, object]) -> tuple[float, str] | None:
    match = _PERIOD.fullmatch(_timex(result))
    if match is None:
        return None
    unit = {"Y": "year", "M": "min" if match[1] else "month", "W": "week", "D": "day", "H": "h", "S": "s"}[match[3]]
    known = find_unit(unit)
    assert known is not None
    return canonical_value(float(match[2]), known), known.canonical


def _time(result: dict[str, object]) -> str | None:
    match = re.fullmatch(r"T(\d\d)(?::(\d\d))?(?::(\d\d))?", _timex(result))
    if match is None or not re.search(r"\d", str(result["Text"])):
        return None
    return f"{match[1]}:{match[2] or '00'}" + (f":{match[3]}" if match[3] else "")


# ── what we find ────────────────────────────────────────────────────────────────────────────────


def _our_numbers(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, _point(q)) for q in find_quantities(text) if q.kind != "ordinal"]


def _our_percents(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, _point(q)) for q in find_quantities(text) if q.kind == "percent"]


def _our_ordinals(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, q.low) for q in find_quantities(text) if q.kind == "ordinal"]


def _our_ranges(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, (q.low, q.high)) for q in find_quantities(text) if q.low != q.high]


def _our_units(text: str) -> list[_Ours]:
    other = {"s", "month", "year", "%", "pp"}
    return [
        _Ours(q.start, q.end, (_point(q), q.unit))
        for q in find_quantities(text)
        if q.unit and q.unit not in other and q.kind != "money"
    ]


def _our_money(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, (_point(q), q.unit)) for q in find_quantities(text) if q.kind == "money"]


def _our_durations(text: str) -> list[_Ours]:
    return [_Ours(q.start, q.end, (_point(q), q.unit)) for q in find_durations(text)]


def _our_dates(text: str) -> list[_Ours]:
    return [_Ours(d.start, d.end, (d.first, d.last)) for d in find_dates(text) if d.first == d.last]


def _our_periods(text: str) -> list[_Ours]:
    ours = []
    for mention in find_dates(text):
        if mention.first != mention.last and "?" not in mention.first and mention.first[0] != "-":
            # The suite's ends are exclusive.
            beyond = (date.fromisoformat(mention.last) + timedelta(days=1)).isoformat()
            ours.append(_Ours(mention.start, mention.end, (mention.first, beyond)))
    return ours


def _our_times(text: str) -> list[_Ours]:
    return [_Ours(one.start, one.end, one.value) for one in find_times(text)]


def _point(quantity: Quantity) -> float:
    return quantity.high if math.isinf(quantity.low) else quantity.low


def _close(wanted: object, got: object) -> bool:
    if isinstance(wanted, tuple) and isinstance(got, tuple):
        return len(wanted) == len(got) and all(map(_close, wanted, got))
    if isinstance(wanted, float) and isinstance(got, float):
        return wanted == got or math.isclose(wanted, got, rel_tol=1e-6)
    return wanted == got


def _same_period(wanted: object, got: object) -> bool:
    """The suite ends a period on its last day, the day after, or the first day of the closing month or year."""
    if not isinstance(wanted, tuple) or not isinstance(got, tuple) or wanted[0] != got[0]:
        return False
    inclusive = (date.fromisoformat(got[1]) - timedelta(days=1)).isoformat()
    return wanted[1] in {got[1], inclusive, inclusive[:8] + "01", inclusive[:5] + "01-01"}


_SUITES = (
    _Suite("Number_English_NumberModel.json", _number, _our_numbers, _close),
    _Suite("Number_English_PercentModel.json", _number, _our_percents, _close),
    _Suite("Number_English_OrdinalModel.json", _ordinal, _our_ordinals, _close),
    _Suite("Number_English_NumberRangeModel.json", _number_range, _our_ranges, _close),
    _Suite("NumberWithUnit_English_CurrencyModel.json", _money, _our_money, _close),
    _Suite("NumberWithUnit_English_DimensionModel.json", _with_unit, _our_units, _close),
    _Suite("NumberWithUnit_English_TemperatureModel.json", _with_unit, _our_units, _close),
    _Suite("NumberWithUnit_English_AgeModel.json", _with_unit, _our_durations, _close),
    _Suite("DateTime_English_DateParser.json", _date, _our_dates, _close),
    _Suite("DateTime_English_DatePeriodParser.json", _date_period, _our_periods, _same_period),
    _Suite("DateTime_English_DurationParser.json", _duration, _our_durations, _close),
    _Suite("DateTime_English_TimeParser.json", _time, _our_times, _close),
)


# ── names ───────────────────────────────────────────────────────────────────────────────────────


def _measure_names(path: Path, tallies: list[Tally], misses: list[Miss]) -> None:
    """Span recall (wanted) and extra names on WNUT-17 dev, entities of any type against `find_names`."""
    counts = {side: [0] * 6 for side in ("tune", "test")}
    for words, tags in _conll(path):
        text, offsets = _detokenised(words)
        gold: list[tuple[int, int]] = []
        for place, tag in enumerate(tags):
            if tag.startswith("B-") or (tag.startswith("I-") and (place == 0 or tags[place - 1] == "O")):
                gold.append(offsets[place])
            elif tag.startswith("I-"):
                gold[-1] = (gold[-1][0], offsets[place][1])
        side = half(text)
        count = counts[side]
        ours = find_names(text)
        count[0] += 1
        count[1] += len(gold)
        for start, end in gold:
            near = [one for one in ours if one.start < end and start < one.end]
            exact = any((one.start, one.end) == (start, end) for one in near)
            count[2] += bool(near)
            count[3] += exact
            count[4] += exact
            if not exact:
                misses.append(Miss("WNUT-17 names", side, text, repr(text[start:end]), "; ".join(o.text for o in near)))
        extra = [one for one in ours if not any(one.start < end and start < one.end for start, end in gold)]
        count[5] += len(extra)
        misses += [Miss("WNUT-17 names", side, text, "", repr(one.text)) for one in extra]
    tallies += [Tally("WNUT-17 names", side, *counts[side]) for side in ("tune", "test")]


def _conll(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    words: list[str] = []
    tags: list[str] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            word, _, tag = line.rpartition("\t")
            words.append(word)
            tags.append(tag.strip())
        elif words:
            yield words, tags
            words, tags = [], []


def _detokenised(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The words joined by blanks, none before punctuation or after an opening sign, with each word's offsets."""
    text = ""
    offsets: list[tuple[int, int]] = []
    for word in words:
        tight = word[0] in ".,!?;:)]’'´%" or (text and text[-1] in "([#@$’'´")
        text += word if tight or not text else " " + word
        offsets.append((len(text) - len(word), len(text)))
    return text, offsets
