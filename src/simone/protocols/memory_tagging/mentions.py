"""Names, dates and quantities of a text as mentions with normal forms.

Not for finding them: the exact tier of `truth` does; here overlaps are settled and forms made equal.
"""

from __future__ import annotations

import math

from simone.kernels.reference.validation.dates import find_dates
from simone.kernels.reference.validation.mentions import DateMention, Quantity
from simone.kernels.reference.validation.names import find_names
from simone.kernels.reference.validation.quantities import find_quantities
from simone.records import Mention


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Mentions by place; none overlaps another: a date goes before a quantity, a quantity before a name."""
    candidates = [
        *(Mention(one.start, one.end, "date", text[one.start : one.end], _day(one)) for one in find_dates(text)),
        *(
            Mention(one.start, one.end, one.kind, text[one.start : one.end], _amount(one))
            for one in find_quantities(text)
        ),
        *(Mention(one.start, one.end, "name", text[one.start : one.end], one.normal) for one in find_names(text)),
    ]
    taken = bytearray(len(text))
    kept = []
    for mention in candidates:
        if mention.start < mention.end and not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _day(date: DateMention) -> str:
    return date.first if date.first == date.last else f"{date.first}/{date.last}"


def _amount(quantity: Quantity) -> str:
    if quantity.low == quantity.high:
        amount = f"{quantity.low:.12g}"
    elif math.isinf(quantity.high):
        amount = f">={quantity.low:.12g}"
    elif math.isinf(quantity.low):
        amount = f"<={quantity.high:.12g}"
    else:
        amount = f"{quantity.low:.12g}..{quantity.high:.12g}"
    return " ".join(part for part in (amount, quantity.unit or quantity.noun) if part)
