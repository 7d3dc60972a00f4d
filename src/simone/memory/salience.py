"""How much a memory matters now, and why: recency, rehearsal, feeling, rarity, and what MTP saw in it.

Not for keeping the figure: it changes with time and use, so it is computed when asked for.

    half-life = half_life_days * 2^min(uses, 10)
    recency   = 2^(-age / half-life), the age from when it was last recalled and shown, else from when it was recorded
    rehearsal = 1 - 1 / (1 + log2(1 + uses))
    emotion   = |valence| * arousal
    rarity    = the highest, over the names in it, of log((n + 1) / (memories that hold it + 1)) / log(n + 1)
    salience  = sum of weight * part over the sum of the weights; 1 where somebody pinned it

Source: the half-life that doubles with each use is Settles and Meeder, A trainable spaced repetition model for language
learning, 2016; rarity is Sparck Jones, A statistical interpretation of term specificity, 1972, scaled to 0..1; the rest
is ours, and so are the weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from simone.memory.contract import Memory, Use
from simone.settings import MemorySettings

_MOST_DOUBLINGS = 10
_DAY_S = 86400.0
_NEVER = Use(0, "")


class Part(msgspec.Struct, frozen=True):
    """One reason: `value` 0..1 before its `weight`; `says` is a clause for people."""

    name: str
    value: float
    weight: float
    says: str


class Explained(msgspec.Struct, frozen=True):
    """A salience 0..1 and its parts, in the order of the formula."""

    value: float
    parts: tuple[Part, ...]


class Rarity:
    """In how many memories each name stands. It holds counts, no memories."""

    def __init__(self, memories: Iterable[Memory]) -> None:
        self._holding: dict[str, int] = {}
        self.count = 0
        for memory in memories:
            self.count += 1
            for normal in {entity.normal.casefold() for entity in memory.entities if entity.kind == "name"}:
                self._holding[normal] = self._holding.get(normal, 0) + 1

    def rarest(self, memory: Memory) -> tuple[str, int, float]:
        """The rarest name of the memory, how many memories hold it, and how rare it is 0..1; ("", 0, 0.0) for none.

        Ties by name.
        """
        names = sorted({entity.normal.casefold() for entity in memory.entities if entity.kind == "name"})
        if not names or not self.count:
            return "", 0, 0.0
        name = min(names, key=lambda normal: (self._holding.get(normal, 1), normal))
        holding = self._holding.get(name, 1)
        return name, holding, max(0.0, math.log((self.count + 1) / (holding + 1)) / math.log(self.count + 1))


def explain(memory: Memory, use: Use, rarity: Rarity, now: datetime, settings: MemorySettings) -> Explained:
    """How much the memory matters at `now`, with every part in words."""
    doublings = min(use.count, _MOST_DOUBLINGS)
    half_life_days = settings.half_life_days * 2**doublings
    since = use.last_at or memory.recorded_at
    age_days = max(0.0, (now - _instant(since)).total_seconds()) / _DAY_S
    name, holding, rare = rarity.rarest(memory)
    parts = (
        Part("tags", memory.salience, settings.weight_tags, f"its tags made it {memory.salience:.2f} when it came in"),
        Part(
            "recency",
            math.exp2(-age_days / half_life_days) if age_days / half_life_days < 1000 else 0.0,
            settings.weight_recency,
            f"{'recalled' if use.last_at else 'recorded'} {_ago(age_days)}, and half is left after "
            f"{half_life_days:g} days",
        ),
        Part(
            "rehearsal",
            1.0 - 1.0 / (1.0 + math.log2(1.0 + use.count)),
            settings.weight_rehearsal,
            f"recalled {_times(use.count)}",
        ),
        Part(
            "emotion",
            min(1.0, abs(memory.valence) * memory.arousal),
            settings.weight_emotion,
            f"valence {memory.valence:+.2f}, arousal {memory.arousal:.2f}",
        ),
        Part(
            "rarity",
            rare,
            settings.weight_rarity,
            f"{name!r} stands in {holding} of {rarity.count} memories" if name else "it names nobody",
        ),
    )
    if memory.pinned:
        return Explained(1.0, (*parts, Part("pinned", 1.0, 0.0, "somebody pinned it: it counts in full")))
    total = sum(part.weight for part in parts)
    return Explained(round(sum(p.weight * p.value for p in parts) / total, 6) if total else 0.0, parts)


def ranked(
    memories: Sequence[Memory], uses: Mapping[str, Use], now: datetime, settings: MemorySettings
) -> list[tuple[Memory, Explained]]:
    """The memories with what they matter, most first, ties as given; rarity is told among these."""
    rarity = Rarity(memories)
    explained = [(one, explain(one, uses.get(one.id, _NEVER), rarity, now, settings)) for one in memories]
    return sorted(explained, key=lambda pair: -pair[1].value)


def _instant(stamp: str) -> datetime:
    moment = datetime.fromisoformat(stamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _ago(days: float) -> str:
    if days < 1.0:
        return f"{days * 24:.0f} hours ago"
    return f"{days:.0f} day{'' if round(days) == 1 else 's'} ago"


def _times(count: int) -> str:
    return "never" if count == 0 else "once" if count == 1 else f"{count} times"
