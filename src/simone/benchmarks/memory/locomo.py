"""Whether recall finds the turns of a long conversation that answer a question about it.

Not for time (`scale` measures that), and not for answers: no model reads what is found.

Source of the data: Maharana et al., Evaluating Very Long-Term Conversational Memory of LLM Agents, 2024 (LoCoMo).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np

from simone.benchmarks.conversations import Dialogue, Spoken, read_dialogues
from simone.benchmarks.ranking import figure
from simone.benchmarks.report import table
from simone.clock import digest
from simone.kernels.contract import Floats
from simone.memory.contract import Filter, Keys, Memory
from simone.memory.gate import examine
from simone.memory.packing import pack
from simone.memory.ranking import Question
from simone.memory.recall import Recall
from simone.memory.remembering import as_memory
from simone.memory.shelf import as_said
from simone.memory.sqlite import SqliteStore
from simone.protocols.memory_tagging.candidates import Said, candidates
from simone.retrieval.contract import TextEncoder

KINDS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
DEPTHS = (5, 10, 20)
SYSTEMS = ("BM25", "dense", "ours")
PACKED = 10
TUNED_ON = 2
"""Conversations, from the first, that weights were chosen on; the others were only measured."""

Tell = Callable[[str], None]


class Asked(msgspec.Struct, frozen=True):
    """A question with the turns that hold its answer, as ids of memories."""

    text: str
    kind: str
    evidence: frozenset[str]


class Conversation(msgspec.Struct, frozen=True):
    """Turns as memories with MTP's tags, the questions about them, asked on the day of the last one, and the memories
    that the gate alone would refuse; they are kept all the same, so that recall is measured on all."""

    name: str
    memories: tuple[Memory, ...]
    questions: tuple[Asked, ...]
    refused: frozenset[str]
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
    refused: int
    refused_evidence: int
    seed: int


def read(data: Path) -> tuple[Conversation, ...]:
    """The development conversations.

    Raises:
        MissingSource: they are not in `data`.
    """
    return tuple(_conversation(dialogue) for dialogue in read_dialogues(data))


def _conversation(dialogue: Dialogue) -> Conversation:
    name, now = dialogue.name, dialogue.sessions[-1].at
    turns = [
        Said(_words(turn), turn.id, "locomo", turn.speaker, 1.0, session.at.isoformat(), name, session.name)
        for session in dialogue.sessions
        for turn in session.turns
    ]
    tagged = candidates(turns)
    memories = [as_memory(candidate, turn.at) for candidate, turn in zip(tagged, turns, strict=True)]
    identity = {turn.source: memory.id for turn, memory in zip(turns, memories, strict=True)}
    refused = {memory.id for memory, refusal in zip(memories, examine(tagged), strict=True) if refusal}
    questions = []
    for asked in dialogue.questions:
        places = [place for given in asked.evidence for place in re.findall(r"D\d+:\d+", given)]
        evidence = frozenset(identity[place] for place in places if place in identity)
        if evidence:
            questions.append(Asked(asked.question, KINDS[asked.category], evidence))
    return Conversation(name, tuple(memories), tuple(questions), frozenset(refused), now)


def _words(turn: Spoken) -> str:
    return turn.text + (f" [shares {turn.caption}]" if turn.caption else "")


def run(data: Path, work: Path, encoder: TextEncoder, seed: int, tell: Tell) -> Report:
    """Put every question that has evidence to every system.

    Vectors are kept under `work`, so a second run is quick.

    Raises:
        MissingSource: the conversations are not in `data`.
    """
    conversations = read(data)
    work.mkdir(parents=True, exist_ok=True)
    name = digest(*(memory.id.encode() for one in conversations for memory in one.memories))[:16]
    store = SqliteStore.open(work / f"locomo-{name}.sqlite", durable=False)
    outcomes: list[Outcome] = []
    sizes: list[int] = []
    try:
        with store.writing() as writing:
            for conversation in conversations:
                for memory in conversation.memories:
                    writing.add(memory, Keys(0, (), ()))
        recall = Recall(store, encoder)
        recall.catch_up(lambda done, total: tell(f"encoding turns: {done} of {total}"))
        for number, conversation in enumerate(conversations):
            rows = encoder.encode([asked.text for asked in conversation.questions])
            for done, (asked, row) in enumerate(zip(conversation.questions, rows, strict=True), start=1):
                tell(f"{conversation.name}: {done} of {len(conversation.questions)} questions")
                which = Filter(tenant=conversation.name)
                hits = recall.recall(asked.text, which, DEPTHS[-1], vector=row, now=conversation.now)
                found = _baselines(recall, which, asked.text, row) | {"ours": [hit.memory.id for hit in hits]}
                sizes.append(pack(hits[:PACKED], 1_000_000, tokens).size)
                outcomes += [
                    Outcome(number, asked.kind, system, _recalls(found[system], asked.evidence)) for system in SYSTEMS
                ]
    finally:
        store.close()
    whole = [sum(tokens(as_said(memory)) for memory in one.memories) for one in conversations]
    return Report(
        names=tuple(one.name for one in conversations),
        turns=sum(len(one.memories) for one in conversations),
        outcomes=tuple(outcomes),
        whole=sum(whole) / len(whole),
        packed=sum(sizes) / len(sizes),
        refused=sum(len(one.refused) for one in conversations),
        refused_evidence=sum(
            len(one.refused & frozenset().union(*(asked.evidence for asked in one.questions))) for one in conversations
        ),
        seed=seed,
    )


def tokens(text: str) -> int:
    """Words, numbers and marks: about what a model's tokenizer counts, less the pieces of rare words."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def _baselines(recall: Recall, which: Filter, text: str, row: Floats) -> dict[str, list[str]]:
    """Rankings by BM25 and by cosine alone, over the same words and vectors; ties by the order of the turns."""
    with recall.mirror.shelf(which.tenant) as shelf:
        words, _ = shelf.by_words(Question(text, None, "2000-01-01").stems, shelf.allowed(which))
        lexical = np.argsort(-words, kind="stable")
        dense, _ = shelf.nearest.search(row, DEPTHS[-1], shelf.allowed(which))
        return {
            "BM25": [shelf.ids[place] for place in lexical[: DEPTHS[-1]] if words[place] > 0.0],
            "dense": [shelf.ids[place] for place in dense],
        }


def _recalls(found: Sequence[str], evidence: frozenset[str]) -> tuple[float, ...]:
    return tuple(len(evidence & set(found[:depth])) / len(evidence) for depth in DEPTHS)


def render(report: Report) -> str:
    """The report as tables for people."""
    lines = [
        f"evidence recall on {len(report.names)} development conversations of LoCoMo, {report.turns:,} turns, each of",
        f"them a memory with its speaker and day; 95 % intervals over questions, seed {report.seed}; BM25 and dense",
        "(cosine) read the same words and vectors as ours, the speaker's name included",
        f"full context: recall 1.000 with {report.whole:,.0f} words and marks on average; ten hits of ours, packed",
        f"with date, source and id: {report.packed:,.0f}",
        f"the gate would refuse {report.refused} of the turns by rote, {report.refused_evidence} of them evidence",
    ]
    scopes = [
        (f"{' and '.join(report.names[:TUNED_ON])}: weights were chosen on these", set(range(TUNED_ON))),
        (
            f"{' and '.join(report.names[TUNED_ON:])}: weights were not chosen on it",
            {*range(TUNED_ON, len(report.names))},
        ),
        ("all", set(range(len(report.names)))),
    ]
    for title, scope in scopes:
        within = [one for one in report.outcomes if one.conversation in scope]
        lines += ["", title]
        rows = []
        for kind in (*sorted(set(KINDS.values())), "all"):
            for system in SYSTEMS:
                mine = [one.recalls for one in within if one.system == system and kind in (one.kind, "all")]
                if mine:
                    figures = [
                        figure([recalls[depth] for recalls in mine], report.seed) for depth in range(len(DEPTHS))
                    ]
                    cells = [f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in figures]
                    rows.append([f"{kind}, {len(mine)} questions: {system}", *cells])
        lines.append(table(["questions and system", *(f"recall@{depth}" for depth in DEPTHS)], rows))
    return "\n".join(lines)
