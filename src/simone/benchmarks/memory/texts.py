"""Many memories made of few real sentences: two of them joined, with other numbers and said by somebody else.

Not for quality: what is measured on these is time and room.

The vector of such a memory is made of the real vectors of its two sentences and a little seeded noise, since encoding a
million texts would take hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np

from simone.benchmarks.memory.locomo import read
from simone.clock import digest, seeded
from simone.errors import BadRequest
from simone.kernels import kernels
from simone.kernels.contract import Floats
from simone.memory.contract import Candidate, Keys, Memory, Origin
from simone.memory.keying import keys_of
from simone.memory.remembering import as_memory
from simone.retrieval.contract import TextEncoder

SECOND_WEIGHT, NOISE = 0.7, 0.05
_LONG, _SHORT = (6, 20), (4, 7)
"""Words of a first and of a second sentence."""
_PER_SESSION = 20
_FIRST = (
    "Anna Ben Carla David Elif Farid Greta Hugo Ines Jonas Keiko Lars Mina Nils Olga Pavel Rosa Sven Tara Uwe".split()
)
_LAST = "Berg Costa Dahl Eriksen Fuchs Grant Holt Ibsen Jansen Klein Lund Moreau Novak Olsen Perez".split()
_BEGIN = datetime(2023, 1, 1, 8, tzinfo=UTC)

Tell = Callable[[str], None]


class Pool(msgspec.Struct, frozen=True):
    """Real sentences with their vectors (n, d), and questions with theirs."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    questions: tuple[str, ...]
    first_rows: Floats
    second_rows: Floats
    question_rows: Floats

    @property
    def most(self) -> int:
        """How many different memories can be made."""
        return len(self.first) * len(self.second)


def pool(data: Path, work: Path, encoder: TextEncoder, tell: Tell) -> Pool:
    """Sentences and questions of the development conversations; their vectors are kept under `work`."""
    conversations = read(data)
    turns = [memory.text.partition(" [shares ")[0] for one in conversations for memory in one.memories]
    sentences = [
        turn[start:end]
        for turn, spans in zip(turns, kernels.split_sentences_batch(turns), strict=True)
        for start, end in spans.tolist()
    ]
    sentences = list(dict.fromkeys(sentence for sentence in sentences if sentence.isascii()))
    first = [one for one in sentences if _LONG[0] <= len(one.split()) <= _LONG[1]]
    second = [one for one in sentences if _SHORT[0] <= len(one.split()) <= _SHORT[1]]
    questions = [asked.text for one in conversations for asked in one.questions]
    rows = _encoded([*first, *second, *questions], work, encoder, tell)
    ends = (len(first), len(first) + len(second))
    return Pool(
        tuple(first), tuple(second), tuple(questions), rows[: ends[0]], rows[ends[0] : ends[1]], rows[ends[1] :]
    )


def _encoded(texts: list[str], work: Path, encoder: TextEncoder, tell: Tell) -> Floats:
    name = digest(encoder.name.encode(), *(text.encode() for text in texts))[:16]
    path = work / f"sentences-{name}.npy"
    if path.is_file():
        rows: Floats = np.load(path)
        return rows
    parts = []
    for start in range(0, len(texts), 256):
        tell(f"encoding real sentences: {start} of {len(texts)}")
        parts.append(encoder.encode(texts[start : start + 256]))
    rows = np.concatenate(parts)
    work.mkdir(parents=True, exist_ok=True)
    np.save(path, rows)
    return rows


class Made(msgspec.Struct, frozen=True):
    """Some memories in the order of time, as they would be added."""

    candidates: tuple[Candidate, ...]
    memories: tuple[Memory, ...]
    keys: tuple[Keys, ...]
    rows: Floats


def made(pool: Pool, start: int, count: int, seed: int) -> Made:
    """Memories number `start` to `start + count - 1`, no two alike; each depends on its number and the seed alone.

    Raises:
        BadRequest: so many cannot be made of these sentences.
    """
    if start + count > pool.most:
        raise BadRequest(f"{start + count} memories were asked for; {pool.most} can be made of the sentences there are")
    firsts = [number % len(pool.first) for number in range(start, start + count)]
    seconds = [
        (number // len(pool.first) + 7919 * (number % len(pool.first))) % len(pool.second)
        for number in range(start, start + count)
    ]
    width = pool.first_rows.shape[1]
    noise = np.empty((count, width), np.float32)
    for place, row in enumerate(noise):
        np.random.default_rng([seed, start + place]).standard_normal(width, np.float32, out=row)
    rows = pool.first_rows[firsts] + np.float32(SECOND_WEIGHT) * pool.second_rows[seconds]
    rows = kernels.vector_normalize_batch(rows + np.float32(NOISE / np.sqrt(width)) * noise)
    candidates = tuple(
        _candidate(number, pool.first[one], pool.second[two], seed)
        for number, one, two in zip(range(start, start + count), firsts, seconds, strict=True)
    )
    memories = tuple(
        as_memory(candidate, (_BEGIN + timedelta(minutes=number)).isoformat())
        for number, candidate in enumerate(candidates, start=start)
    )
    return Made(candidates, memories, tuple(keys_of(candidates)), rows)


def batches(pool: Pool, count: int, seed: int, size: int = 4096) -> Iterator[Made]:
    """The first `count` memories, some at a time."""
    for start in range(0, count, size):
        yield made(pool, start, min(size, count - start), seed)


def _candidate(number: int, first: str, second: str, seed: int) -> Candidate:
    chance = seeded(seed, f"memory {number}")
    text = re.sub(r"\d+", lambda found: str(chance.randrange(2, 10 ** min(4, len(found[0]) + 1))), f"{first} {second}")
    author = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    return Candidate(
        text=text,
        origins=(Origin(f"turn-{number}", 0, len(text), text, "bench", author, 1.0),),
        kind="statement",
        session=f"session-{number // _PER_SESSION}",
        valid_from=(_BEGIN + timedelta(minutes=number)).date().isoformat(),
    )
