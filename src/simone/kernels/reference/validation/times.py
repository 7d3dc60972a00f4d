"""Finds clock times in English text: 12:30, 5 pm, half past 8, noon.

Not for calendar dates (`dates`) nor for lengths of time (`quantities.find_durations`).
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation.mentions import TimeMention

_TIME = re.compile(
    r"(?<![\w:.,/-])([01]?[0-9]|2[0-4])(?:[:.]([0-5][0-9])(?::([0-5][0-9]))?)?+(?: ?([ap])\.?m\b\.?|"
    r" ?(noon|midnight)\b|( ?h(?:rs|ours)?\b| o['’]clock\b))?(?![\w:/%-]|\.[0-9])",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?:(half|(?:a )?quarter|[0-5]?[0-9](?: min(?:ute)?s?)?) (past|to) (1[0-2]|[1-9])(?: ?([ap])\.?m\b\.?)?"
    r"|(1[0-2]|[1-9])(?: o['’]clock)? in the (morning|afternoon|evening)|(noon|midnight))"
    r"(?![\w%:/-]|[.,][0-9]| ?(?:%|to ))",
    re.IGNORECASE,
)


def _spoken_times(text: str) -> list[TimeMention]:
    """Half past 8, ten minutes to 9, 8 in the evening, noon."""
    found: list[TimeMention] = []
    if not any(word in text for word in (" past ", " to ", " in the ", "oon", "idnight")):
        return found
    for match in _SPOKEN.finditer(text):
        shift, side, hour, half, plain, part, named = match.groups()
        if named is not None:
            value = "12:00" if named.lower() == "noon" else "00:00"
        elif plain is not None:
            hours = int(plain) % 12 + (0 if part.lower() == "morning" else 12)
            value = f"{hours:02d}:00"
        else:
            word = shift.lower()
            if side.lower() == "to" and not (word.endswith("quarter") or "min" in word):
                continue  # 3 to 5 is a score or a range
            minutes = 30 if word == "half" else 15 if word.endswith("quarter") else int(word.split()[0])
            total = int(hour) % 12 * 60 + (720 if half and half.lower() == "p" else 0)
            total = (total + (minutes if side.lower() == "past" else -minutes)) % (720 if half is None else 1440)
            if half is None and total < 60 and int(hour) in {12, 1}:
                total += 720
            value = f"{total // 60:02d}:{total % 60:02d}"
        found.append(TimeMention(match.start(), match.end(), value))
    return found


def find_times(text: str) -> tuple[TimeMention, ...]:
    """All clock times of `text`: 12:30, 5 pm, 5.30 p.m., 17:00:30, 7 o'clock (as 07:00), half past 8, noon."""
    found: list[TimeMention] = []
    for match in _TIME.finditer(text):
        hour, minute, second, half, named, suffix = match.groups()
        if half is None and named is None and suffix is None and (minute is None or text[match.end(1)] != ":"):
            continue
        if suffix is not None and (minute is None or text[match.end(1)] != ":") and "clock" not in suffix:
            continue
        hours = int(hour)
        if half is not None:
            if not 1 <= hours <= 12:
                continue
            hours = hours % 12 + (12 if half.lower() == "p" else 0)
        if named is not None:
            if hours != 12:
                continue
            hours = 12 if named.lower() == "noon" else 0
        if hours == 24 and (minute or "00") != "00":
            continue
        value = f"{hours % 24:02d}:{minute or '00'}" + (f":{second}" if second else "")
        found.append(TimeMention(match.start(), match.end(), value))
    both = sorted((*found, *_spoken_times(text)), key=lambda one: (one.start, -one.end))
    kept: list[TimeMention] = []
    for one in both:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)
