"""Engines by name: what `--mvlm` and the setting `model.engine` may say.

Not for choosing: the user chooses; an unknown name is an error that lists the known ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from simone import weights
from simone.errors import BadSettings, UnknownEngine
from simone.mvlm.contract import MVLM
from simone.settings import ModelSettings, Settings

ENGINES = {
    "extractive": "selects and joins sentences of the evidence; needs no weights, never invents a word",
    "smollm2": "SmolLM2-135M-Instruct in this process through llama.cpp; needs the pinned weights",
    "http(s)://…": "any OpenAI-compatible server by its base URL; the key comes from the environment",
    "scripted:FILE": "test double that answers from a file; only by explicit name",
}


def make_engine(name: str, settings: ModelSettings, home: Path, environment: Mapping[str, str]) -> MVLM:
    """The engine called `name`; "" takes the one in the settings.

    Raises:
        UnknownEngine: no engine has that name.
        WeightsMissing: the engine's weights are not in the cache.
    """
    # Engines are imported here because each brings its own heavy library.
    name = name or settings.engine
    if name == "extractive":
        from simone.mvlm.extractive import Extractive

        return Extractive()
    if name == "smollm2":
        from simone.mvlm.llama import Llama

        return Llama(weights.path("smollm2", home), settings)
    if name.startswith(("http://", "https://")):
        from simone.mvlm.openai_client import OpenAIClient

        return OpenAIClient(name, settings, environment)
    if name.startswith("scripted:"):
        from simone.mvlm.scripted import Scripted

        return Scripted.from_file(Path(name.removeprefix("scripted:")))
    raise UnknownEngine(f"no engine is called {name!r}; known: {', '.join(ENGINES)}")


def make_second(settings: Settings, environment: Mapping[str, str]) -> MVLM | None:
    """The bigger judge that `verifier.escalation` names; None where it names none.

    Raises:
        BadSettings: it is neither a URL nor "onnx:FILE", or a file or label is wrong.
    """
    given = settings.verifier
    name = given.escalation
    if not name:
        return None
    if name.startswith(("http://", "https://")):
        from simone.mvlm.openai_client import OpenAIClient

        return OpenAIClient(name, msgspec.structs.replace(settings.model, name=given.escalation_model), environment)
    if name.startswith("onnx:"):
        from simone.mvlm.pair_model import PairModel

        model = Path(name.removeprefix("onnx:")).expanduser()
        named = given.escalation_tokenizer
        tokenizer = Path(named).expanduser() if named else model.parent / "tokenizer.json"
        return PairModel(model, tokenizer, given.escalation_labels, settings.model.threads, settings.model.timeout_s)
    raise BadSettings(f"verifier.escalation is {name!r}; give the base URL of a server, or onnx:FILE, or nothing")
