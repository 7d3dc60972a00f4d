"""Settings: one frozen tree, read once from a TOML file and the environment, unknown keys refused.

Not for per-request choices: those are in the Request.

A setting `retrieval.passages` is `passages` under `[retrieval]` in SIMONE_HOME/settings.toml (or the file named by
SIMONE_SETTINGS) and SIMONE_RETRIEVAL_PASSAGES in the environment; the environment wins. docs/settings.md lists all.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs
from msgspec import Meta

from simone.errors import BadSettings

Reader = Literal["none", "small", "large"]
"""Which entailment models read: none, the small one, or the large one too where the small one is not sure."""
Backend = Literal["auto", "rust", "reference"]


class RetrievalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How evidence is found."""

    passages: Annotated[int, Meta(ge=1, le=100)] = 8
    """Passages handed to the MVLM per request, count."""
    window: Annotated[int, Meta(ge=0, le=10)] = 1
    """Sentences of context kept on each side of a found sentence, count."""
    candidates: Annotated[int, Meta(ge=10, le=10000)] = 100
    """Sentences taken from each index before fusion, count."""
    relevance: Annotated[float, Meta(ge=-1, le=1)] = 0.3
    """Cosine to the question that the best found sentence must reach; below it nothing bears on the question."""
    index_on_open: Annotated[int, Meta(ge=0)] = 5000
    """Sentences without a vector that `run` and `verify` encode on their own before they answer, count."""
    max_file_bytes: Annotated[int, Meta(ge=1024)] = 64 * 1024 * 1024
    """A larger source file is reported and skipped, bytes."""


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which engine executes instructions and how."""

    engine: str = "extractive"
    """Engine name (extractive, smollm2) or the base URL of an OpenAI-compatible server."""
    name: str = ""
    """Model name sent to an OpenAI-compatible server, text."""
    threads: Annotated[int, Meta(ge=1, le=256)] = 2
    """Threads of the local model; part of the bundle because it may change bytes, count."""
    context_tokens: Annotated[int, Meta(ge=256, le=131072)] = 4096
    """Context window given to the local model, tokens."""
    timeout_s: Annotated[float, Meta(gt=0, le=3600)] = 60.0
    """Longest wait for one execution, seconds."""
    retries: Annotated[int, Meta(ge=0, le=10)] = 2
    """Repeats of a failed request to a server, with back-off, count."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the server's key; the key itself is never a setting."""


class EncoderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sentences become vectors."""

    batch_tokens: Annotated[int, Meta(ge=64, le=65536)] = 4096
    """Word pieces read in one call, which are held together; changes speed, never results, tokens."""
    cache_bytes: Annotated[int, Meta(ge=0)] = 100 * 1024 * 1024
    """Memory for vectors of texts seen before; changes speed, never results, bytes."""


class VerifierSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How claims are judged."""

    entailment: bool = False
    """Whether the entailment model reads what the exact checks leave open, within `max_error`: what is decided then,
    and how much of it wrongly, is in docs/verification.md, yes or no."""
    reader: Literal["small", "large"] = "small"
    """With `entailment` on: the small model, or also the large one where the small one is not sure (`simone models pull
    entailment-large`); more is decided rightly, and what both read takes several times as long."""
    max_error: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.05
    """Share of wrong verdicts among those decided with the entailment model; what is not shown to be that safe stays
    open; 1 takes the likeliest verdict, 0..1."""
    escalation: str = ""
    """A bigger judge for what stays open: the base URL of an OpenAI-compatible server, or onnx:FILE, a cross-encoder;
    empty for none."""
    escalation_model: str = ""
    """Model name sent to that server, text."""
    escalation_labels: str = "supported,refuted,unverifiable"
    """Order of the logits of that file, separated by commas."""
    escalation_tokenizer: str = ""
    """Its tokenizer; empty for the tokenizer.json beside it, path."""
    escalation_calls: Annotated[int, Meta(ge=0, le=10000)] = 20
    """Most claims of one request that the bigger judge is asked about, count."""
    escalation_tokens: Annotated[int, Meta(ge=0, le=10_000_000)] = 20_000
    """Most tokens that it may read and write for one request, tokens."""
    escalation_ms: Annotated[int, Meta(ge=0, le=3_600_000)] = 20_000
    """Most time that it may take for one request, milliseconds."""


class MemorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is remembered, where, and what makes a memory matter."""

    enabled: bool = False
    """Whether runs remember what they released and recall it later; outputs then depend on earlier runs, yes or no."""
    store: str = ""
    """Where memories are kept: a file, or the address of a PostgreSQL server (postgresql://…); empty for memory.sqlite
    in SIMONE_HOME."""
    key_env: str = ""
    """Name of the environment variable that holds the key of an encrypted file (extra `encrypted`); the key itself is
    never a setting; empty for a file in clear."""
    passages: Annotated[int, Meta(ge=0, le=100)] = 4
    """Memories handed to a run beside the passages of its sources, count."""
    half_life_days: Annotated[float, Meta(gt=0, le=36500)] = 30.0
    """Time in which the recency of a memory that was never recalled halves, days."""
    weight_tags: Annotated[float, Meta(ge=0, le=100)] = 0.30
    """Share of what MTP found in the text when it was remembered, in parts of the sum of the weights."""
    weight_recency: Annotated[float, Meta(ge=0, le=100)] = 0.30
    """Share of recency, in parts of the sum of the weights."""
    weight_rehearsal: Annotated[float, Meta(ge=0, le=100)] = 0.15
    """Share of how often it was recalled and shown, in parts of the sum of the weights."""
    weight_emotion: Annotated[float, Meta(ge=0, le=100)] = 0.10
    """Share of feeling, in parts of the sum of the weights."""
    weight_rarity: Annotated[float, Meta(ge=0, le=100)] = 0.15
    """Share of how rare the names in it are, in parts of the sum of the weights."""
    episode_members: Annotated[int, Meta(ge=2, le=1000)] = 3
    """Fewest memories that consolidation makes an episode of, count."""
    consolidate_after: Annotated[int, Meta(ge=0)] = 0
    """New memories after which a thread of a runtime with memory consolidates by itself; 0 for never, count."""


class WorkerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many things happen at once."""

    count: Annotated[int, Meta(ge=1, le=64)] = 1
    """Threads that run independent stages and read files; changes speed, never results; stages in plain Python gain
    nothing from more, stages that wait for a server do, count."""


class CacheSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is computed once and served again; all but `near` changes speed, never results."""

    ram_bytes: Annotated[int, Meta(ge=0)] = 100 * 1024 * 1024
    """Memory for verdicts and search results, bytes; 0 keeps none there."""
    disk_bytes: Annotated[int, Meta(ge=0)] = 512 * 1024 * 1024
    """Disk for verdicts, search results and vectors under SIMONE_HOME/cache, bytes; 0 keeps none there."""
    ttl_s: Annotated[float, Meta(gt=0)] = 30 * 86400.0
    """How long a verdict or a search result may be served, seconds."""
    redis: str = ""
    """A Redis server that several machines share as the last tier, such as redis://127.0.0.1:6379/0 or
    unix:///run/redis.sock; empty for none."""
    near: bool = False
    """Whether a question asked in almost the words of one before gets that one's answer (see docs/caching.md), yes or
    no."""
    near_threshold: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.95
    """Cosine that two such questions must reach, 0..1."""
    near_budget: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.02
    """Share of questions that look alike and are not for which a wrong match is put up with; where the upper bound
    measured on the twin suite is higher, `near` is refused, 0..1."""


NO_CACHES = CacheSettings(ram_bytes=0, disk_bytes=0)
"""Nothing is kept beyond a single call: for measurements of the work itself."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole tree."""

    retrieval: RetrievalSettings = RetrievalSettings()
    model: ModelSettings = ModelSettings()
    encoder: EncoderSettings = EncoderSettings()
    verifier: VerifierSettings = VerifierSettings()
    memory: MemorySettings = MemorySettings()
    workers: WorkerSettings = WorkerSettings()
    cache: CacheSettings = CacheSettings()
    durable: bool = True
    """Whether every ledger and corpus commit waits for the disk, yes or no."""


RESERVED = {
    "SIMONE_HOME",
    "SIMONE_SETTINGS",
    "SIMONE_OFFLINE",
    "SIMONE_BACKEND",
    "SIMONE_KERNEL_THREADS",
    "SIMONE_KERNEL_LEVEL",
    "SIMONE_DATA",
    "SIMONE_TEST_HOME",
    "SIMONE_RENEW_GOLDEN",
}
"""Environment variables of ours that are not settings: paths and switches read where they act."""


def home(environment: Mapping[str, str] | None = None) -> Path:
    """Where all state lives: SIMONE_HOME, or the platform's data folder. Without `environment` the process's own."""
    environment = os.environ if environment is None else environment
    named = environment.get("SIMONE_HOME", "")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir("simone", appauthor=False))


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings once: defaults, then the TOML file, then the environment, the process's own unless given.

    Raises:
        BadSettings: the file is missing though named, is not TOML, or a key or value is not allowed.
    """
    environment = os.environ if environment is None else environment
    named = environment.get("SIMONE_SETTINGS", "")
    path = Path(named) if named else home(environment) / "settings.toml"
    tree: dict[str, object] = {}
    if path.is_file():
        try:
            tree = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadSettings(f"settings file {str(path)!r} cannot be read: {error}; correct or remove it") from error
    elif named:
        raise BadSettings(f"SIMONE_SETTINGS names {named!r}, which is not a file; correct it or unset it")
    for name, value in sorted(environment.items()):
        if name.startswith("SIMONE_") and name not in RESERVED:
            _place(tree, name, value)
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"settings from {str(path)!r} and the environment: {error}; see docs/settings.md") from error


def _place(tree: dict[str, object], name: str, value: str) -> None:
    key = name.removeprefix("SIMONE_").lower()
    for section in msgspec.structs.fields(Settings):
        if key == section.name:
            tree[key] = value
            return
        if key.startswith(section.name + "_"):
            group = tree.setdefault(section.name, {})
            if isinstance(group, dict):
                group[key.removeprefix(section.name + "_")] = value
            return
    raise BadSettings(f"environment variable {name!r} is not a setting; see docs/settings.md, or unset it")
