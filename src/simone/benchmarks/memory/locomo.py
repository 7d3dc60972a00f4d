"""Whether recall finds the turns of a long conversation that answer a question about it.

Not for time (`scale` measures that), and not for answers: no model reads what is found.

Source of the data: Maharana et al., Evaluating Very Long-Term Conversational Memory of LLM Agents, 2024 (LoCoMo).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from simone.clock import digest
from simone.errors import MissingSource
from simone.kernels import kernels
from simone.memory.contract import Entity, Interval, Memory, Origin
from simone.memory.times import days_named

KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
DEPTHS = (5, 10, 20)
SYSTEMS = ("BM25", "dense", "ours")
TUNED_ON = 2
"""Conversations, from the first, that weights were chosen on; the others were only measured."""

Tell = Callable[[str], None]


class Asked(msgspec.Struct, frozen=True):
    """A question with the turns that hold its answer, as ids of memories."""

    text: str
    kind: str
    evidence: frozenset[str]


class Conversation(msgspec.Struct, frozen=True):
    """Turns as memories, and the questions about them, asked on the day of the last one."""

    name: str
    memories: tuple[Memory, ...]
    questions: tuple[Asked, ...]
    now: datetime


class Outcome(msgspec.Struct, frozen=True):
    """One question put to one system: the share of its evidence among the first k, for each of DEPTHS."""

    conversation: int
    kind: str
    system: str
    recalls: tuple[float, ...]


class Report(msgspec.Struct, frozen=True):
    """All outcomes; `whole` and `packed` are mean tokens of a conversation and of ten packed hits."""

    names: tuple[str, ...]
    turns: int
    outcomes: tuple[Outcome, ...]
    whole: float
    packed: float
    seed: int


def read(data: Path) -> tuple[Conversation, ...]:
    """The development conversations.

    Raises:
        MissingSource: they are not in `data`.
    """
    path = data / "memory" / "locomo_dev.json"
    if not path.is_file():
        raise MissingSource(
            f"the conversations are not at {str(path)!r}; set SIMONE_DATA to the folder that holds them"
        )
    return tuple(_conversation(raw) for raw in msgspec.json.decode(path.read_bytes()))


def _conversation(raw: Mapping[str, Any]) -> Conversation:
    name, said = str(raw["sample_id"]), raw["conversation"]
    memories: list[Memory] = []
    identity: dict[str, str] = {}
    now = datetime(1970, 1, 1, tzinfo=UTC)
    for session in sorted((key for key in said if re.fullmatch(r"session_\d+", key)), key=lambda key: int(key[8:])):
        now = datetime.strptime(said[f"{session}_date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        for turn in said[session]:
            memory = turn_memory(name, session, now, turn)
            identity[turn["dia_id"]] = memory.id
            memories.append(memory)
    questions = []
    for asked in raw["qa"]:
        places = [place for given in asked["evidence"] for place in re.findall(r"D\d+:\d+", given)]
        evidence = frozenset(identity[place] for place in places if place in identity)
        if evidence:
            questions.append(Asked(asked["question"], KINDS[asked["category"]], evidence))
    return Conversation(name, tuple(memories), tuple(questions), now)


def turn_memory(tenant: str, session: str, at: datetime, turn: Mapping[str, str]) -> Memory:
    """One turn as a memory: its words, what the shared picture shows, who said it and when."""
    text = turn["text"]
    if turn.get("blip_caption"):
        text += f" [shares {turn['blip_caption']}]"
    day = at.date().isoformat()
    found = kernels.extract_entities_batch([text])
    names = [
        (int(start), int(end)) for kind, start, end in zip(found.kind, found.start, found.end, strict=True) if kind == 9
    ]
    return Memory(
        id=digest(tenant.encode(), turn["dia_id"].encode(), text.encode())[:16],
        text=text,
        origins=(Origin(turn["dia_id"], 0, len(text), text, "locomo", turn["speaker"], 1.0),),
        kind="statement",
        tenant=tenant,
        session=session,
        entities=tuple(Entity(start, end, "name", text[start:end].casefold()) for start, end in names),
        times=tuple(Interval(one.start, one.end, _iso(one.first), _iso(one.last)) for one in days_named(text, day)),
        statements=(),
        topics=(),
        valence=0.0,
        arousal=0.0,
        salience=0.5,
        pinned=False,
        trust=1.0,
        valid_from=day,
        valid_to="",
        recorded_at=at.isoformat(),
    )


def _iso(day: int) -> str:
    return datetime.fromordinal(day).date().isoformat()
