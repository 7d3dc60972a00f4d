"""The development conversations of LoCoMo, as their file has them: who said what and when, and what is asked about it.

Not for remembering them. Source: Maharana et al., Evaluating Very Long-Term Conversational Memory of LLM Agents, 2024.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from simone.errors import MissingSource

_SESSION = re.compile(r"session_(\d+)")


class Spoken(msgspec.Struct, frozen=True, rename={"id": "dia_id", "caption": "blip_caption"}):
    """A turn; `caption` says what its picture shows."""

    speaker: str
    text: str
    id: str = ""
    caption: str = ""


class Session(msgspec.Struct, frozen=True):
    """The turns of one sitting, in their order; `at` is when it began, taken as UTC."""

    name: str
    at: datetime
    turns: tuple[Spoken, ...]


class AskedOf(msgspec.Struct, frozen=True):
    """A question about a conversation; `evidence` names the turns that hold its answer."""

    question: str
    evidence: tuple[str, ...]
    category: int


class Dialogue(msgspec.Struct, frozen=True):
    """A conversation: its sessions in the order they were held, and the questions about it."""

    name: str
    sessions: tuple[Session, ...]
    questions: tuple[AskedOf, ...]


class _Raw(msgspec.Struct, frozen=True):
    conversation: dict[str, msgspec.Raw]
    sample_id: str = ""
    qa: tuple[AskedOf, ...] = ()


def read_dialogues(data: Path) -> tuple[Dialogue, ...]:
    """The development conversations, in the order of the file.

    Raises:
        MissingSource: they are not in `data`.
    """
    path = data / "memory" / "locomo_dev.json"
    if not path.is_file():
        raise MissingSource(
            f"the conversations are not at {str(path)!r}; set SIMONE_DATA to the folder that holds them"
        )
    raws = msgspec.json.decode(path.read_bytes(), type=tuple[_Raw, ...])
    return tuple(Dialogue(raw.sample_id, _sessions(raw.conversation), raw.qa) for raw in raws)


def _sessions(said: dict[str, msgspec.Raw]) -> tuple[Session, ...]:
    numbers = sorted(int(found[1]) for key in said if (found := _SESSION.fullmatch(key)))
    return tuple(
        Session(name, _moment(said[f"{name}_date_time"]), msgspec.json.decode(said[name], type=tuple[Spoken, ...]))
        for name in (f"session_{number}" for number in numbers)
    )


def _moment(raw: msgspec.Raw) -> datetime:
    return datetime.strptime(msgspec.json.decode(raw, type=str), "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
