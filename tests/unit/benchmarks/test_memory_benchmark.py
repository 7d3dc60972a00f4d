"""The memory benchmark on a small made conversation: figures follow from what is found, times are of real calls."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.benchmarks import memory
from simone.benchmarks.memory import locomo, scale, texts
from simone.benchmarks.memory.scale import Calls
from simone.errors import BadRequest, MissingSource
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings

TOPICS = ("cello", "ferry", "garden", "marathon", "pottery", "telescope")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A conversation in which each question has one turn that answers it."""
    turns = [
        {
            "speaker": ("Dana", "Ruiz")[number % 2],
            "dia_id": f"D1:{number}",
            "text": f"I bought a {topic} for {number + 3} crowns yesterday at noon. The {topic} is here!",
        }
        for number, topic in enumerate(TOPICS)
    ]
    asked = [
        {"question": f"Who bought a {topic}?", "evidence": [f"D1:{number}"], "category": 4}
        for number, topic in enumerate(TOPICS)
    ]
    asked.append({"question": "What was never said?", "evidence": [], "category": 5})
    said = {"session_1_date_time": "1:56 pm on 8 May, 2023", "session_1": turns}
    folder = tmp_path / "data" / "memory"
    folder.mkdir(parents=True)
    conversations = [{"sample_id": f"conv-{number}", "conversation": said, "qa": asked} for number in range(3)]
    (folder / "locomo_dev.json").write_bytes(msgspec.json.encode(conversations))
    return folder.parent


def test_every_question_with_evidence_is_put_to_every_system(data: Path, home: Path) -> None:
    encoder = MiniLM(home, EncoderSettings())
    report = memory.run(data, home / "bench", encoder, (), seed=1)
    assert report.quality is not None
    outcomes = report.quality.outcomes
    assert len(outcomes) == 3 * len(TOPICS) * len(locomo.SYSTEMS)
    assert all(one.recalls == (1.0, 1.0, 1.0) for one in outcomes if one.system == "ours")
    shown = memory.render(report)
    assert "conv-2: weights were not chosen on it" in shown
    assert "single-hop, 18 questions: ours" in shown
    again = memory.run(data, home / "bench", encoder, (), seed=1)
    assert again.quality == report.quality


def test_times_are_of_as_many_calls_as_are_said_and_room_is_that_of_the_store(data: Path, home: Path) -> None:
    encoder = MiniLM(home, EncoderSettings())
    pool = texts.pool(data, home / "bench", encoder, lambda _: None)
    size = scale.run_size(pool, 12, encoder, 0, lambda _: None, Calls(4, 3, 5, 1, 2))
    calls = {name: len(times.samples) for name, times in size.parts}
    assert calls["write: gate, contradictions, commit"] == 4
    assert calls["write, waiting for the disk"] == 3
    assert calls["recall, vector given"] == 5
    assert calls["  part: vectors searched, reference"] == 2
    assert all(sample > 0.0 for _, times in size.parts for sample in times.samples)
    assert size.arrays > 4 * 384
    assert size.on_disk > 4 * 384
    plan = scale.run_consolidation(pool, 12, 0, lambda _: None)
    assert [name for name, _ in plan.seconds][-1] == "reference"
    report = memory.Report(None, (size,), plan, 0.5, 0)
    assert "12: write: gate, contradictions, commit <= 1 / 1 ms" in memory.render(report)


def test_made_memories_depend_on_their_number_and_the_seed_alone(data: Path, home: Path) -> None:
    pool = texts.pool(data, home / "bench", MiniLM(home, EncoderSettings()), lambda _: None)
    whole = texts.made(pool, 0, 20, 5)
    some = texts.made(pool, 7, 5, 5)
    assert whole.candidates[7:12] == some.candidates
    assert whole.keys[7:12] == some.keys
    assert whole.rows[7:12].tolist() == some.rows.tolist()
    assert len({memory.id for memory in whole.memories}) == 20
    assert whole.candidates != texts.made(pool, 0, 20, 6).candidates
    with pytest.raises(BadRequest, match=str(pool.most)):
        texts.made(pool, 0, pool.most + 1, 5)


def test_missing_conversations_are_named(tmp_path: Path, home: Path) -> None:
    with pytest.raises(MissingSource, match=r"locomo_dev\.json"):
        memory.run(tmp_path, tmp_path, MiniLM(home, EncoderSettings()), (1000,))
