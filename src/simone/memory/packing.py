"""What was recalled as text for a prompt, within a budget: dated, with its source, in whole sentences.

Not for choosing what to recall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from simone.errors import BadRequest
from simone.kernels import kernels
from simone.memory.contract import Memory
from simone.memory.holding import NEVER, last_day
from simone.memory.recall import Hit
from simone.memory.times import EARLIEST, microseconds

Measure = Callable[[str], int]
"""How much of a budget a text takes; `len` counts characters."""

_MORE = " [...]"


class Packed(msgspec.Struct, frozen=True):
    """`text` takes `size` of the budget. `whole`, `cut` and `left_out` are memories, best first.

    Of a memory that was cut the first sentences are there, and a mark that more was said.
    """

    text: str
    size: int
    whole: tuple[str, ...]
    cut: tuple[str, ...]
    left_out: tuple[str, ...]


def pack(hits: Sequence[Hit], budget: int, measure: Measure = len) -> Packed:
    """The hits, best first, as lines in the order of time, as many as the budget holds.

    One that does not fit is passed over for the next; the first that does not fit whole is cut behind a sentence where
    that makes it fit. A last line says how many were left out. `measure` is asked of whole texts, so that it may count
    tokens; it must not shrink as a text grows.

    Raises:
        BadRequest: the budget is negative.
    """
    if budget < 0:
        raise BadRequest(f"the budget is {budget}; it must be 0 or more")
    everything = _written({hit.memory.id: (hit.memory, _flat(hit.memory.text)) for hit in hits}, 0)
    if (size := measure(everything)) <= budget:
        return Packed(everything, size, tuple(hit.memory.id for hit in hits), (), ())
    chosen: dict[str, tuple[Memory, str]] = {}
    whole, cut, left_out = list[str](), list[str](), list[str]()
    for place, hit in enumerate(hits):
        memory, later = hit.memory, len(hits) - place - 1

        def fits(text: str, memory: Memory = memory, missing: int = len(left_out) + later) -> bool:
            return measure(_written({**chosen, memory.id: (memory, text)}, missing)) <= budget

        text = _flat(memory.text)
        if fits(text):
            chosen[memory.id] = memory, text
            whole.append(memory.id)
            continue
        shorter = "" if cut else next((part for part in _beginnings(text) if fits(part + _MORE)), "")
        if shorter:
            chosen[memory.id] = memory, shorter + _MORE
            cut.append(memory.id)
        else:
            left_out.append(memory.id)
    text = _written(chosen, len(left_out))
    if (size := measure(text)) > budget:  # not even the line that says so has room
        text, size = "", measure("")
    return Packed(text, size, tuple(whole), tuple(cut), tuple(left_out))


def _written(chosen: dict[str, tuple[Memory, str]], missing: int) -> str:
    ordered = sorted(chosen.values(), key=lambda item: (_since(item[0]), item[0].id))
    lines = [_line(memory, text) for memory, text in ordered]
    if missing:
        lines.append(f"({missing} more {'memory' if missing == 1 else 'memories'} left out for want of room)")
    return "\n".join(lines)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _line(memory: Memory, text: str) -> str:
    origin = memory.origins[0] if memory.origins else None
    when = (memory.valid_from or memory.recorded_at)[:10]
    if memory.valid_to:
        last = last_day(memory)
        when += ", never held" if last == NEVER else f" to {last}"
    who = f", {origin.author}" if origin and origin.author else ""
    where = f", {origin.source}" if origin else ""
    more = f" and {len(memory.origins) - 1} more" if len(memory.origins) > 1 else ""
    return f"[{when}{who}{where}{more}, memory {memory.id}] {text}"


def _since(memory: Memory) -> int:
    return microseconds(memory.valid_from or memory.recorded_at, EARLIEST)


def _beginnings(text: str) -> list[str]:
    """The text without its last sentence, without its last two, and so on."""
    (spans,) = kernels.split_sentences_batch([text])
    return [text[: int(end)] for end in spans[-2::-1, 1]] if len(spans) > 1 else []
