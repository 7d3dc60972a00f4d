"""Which stages there are and what they are made of.

Not for running them.
"""

from __future__ import annotations

from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from simone.clock import digest
from simone.errors import BadSettings, MissingSource
from simone.governance.policy import Policy
from simone.memory.contract import DEFAULT_TENANT
from simone.mvlm.contract import MVLM
from simone.mvlm.extractive import Extractive
from simone.orchestration.agents import Condense, Critic, Drafter, Ideator, Revisor, Summarizer
from simone.orchestration.escalation import Limits
from simone.orchestration.gathering import Collect, Gather, Intake, Material
from simone.orchestration.governor import Governor
from simone.protocols.cognitive_control import CognitiveControl
from simone.protocols.contract import Declared, Stage
from simone.protocols.emotional_state import EmotionalState
from simone.protocols.error_evaluation import ErrorEvaluation
from simone.protocols.hyperlinks import Hyperlinks
from simone.protocols.memory_tagging import MemoryTagging
from simone.protocols.output_control import OutputControl
from simone.protocols.readability import ReadabilityEnhancement
from simone.protocols.semantic_encoding import SemanticEncoding
from simone.protocols.summarizing import Summarizing
from simone.protocols.verification import Verification
from simone.records import Passage
from simone.retrieval.contract import Retriever, TextEncoder
from simone.settings import Reader, RetrievalSettings, VerifierSettings
from simone.truth.judge import EXACT, Judge
from simone.truth.judging import Judging
from simone.truth.readers import open_reader

if TYPE_CHECKING:
    from simone.retrieval.contract import Floats

CODE_VERSION = package_version("simone")
LEDGER = "ledger.sqlite"
"""Name of the ledger's file in a home."""

STAGES: tuple[Declared, ...] = (
    CognitiveControl,
    SemanticEncoding,
    Gather,
    Collect,
    Intake,
    Material,
    Ideator,
    Drafter,
    Verification,
    ErrorEvaluation,
    EmotionalState,
    ReadabilityEnhancement,
    Hyperlinks,
    Critic,
    Governor,
    Revisor,
    Summarizing,
    Summarizer,
    Condense,
    MemoryTagging,
    OutputControl,
)
"""Every kind of stage, in the order in which a case usually meets them."""


class Bundle(msgspec.Struct, frozen=True):
    """Everything besides the request that can change the bytes of an output, by digest, version or value."""

    code: str
    engine: str
    encoder: str
    sources: str
    policy: str
    workflow: str
    retrieval: RetrievalSettings
    verifier: str = EXACT
    """The judge's name; records from before it was named were judged by the exact checks alone."""
    tenant: str = ""
    """What `mark_of` makes of the tenant whose run it is."""


class Owner(msgspec.Struct, frozen=True):
    """Whose run a bundle is of, whatever else it holds; of the default tenant where it does not say."""

    tenant: str = ""


class Parts(msgspec.Struct, frozen=True):
    """What stages are made of."""

    engine: MVLM
    encoder: TextEncoder
    retriever: Retriever
    judge: Judging
    policy: Policy
    home: Path
    relevance: float = -1.0


def mark_of(tenant: str) -> str:
    """A digest that tells tenants apart and does not name them; "" for the default one."""
    return "" if tenant == DEFAULT_TENANT else digest(tenant.encode("utf-8", "surrogatepass"))


def catalogue() -> tuple[Declared, ...]:
    """Every kind of stage, for those who want to read about them."""
    return STAGES


def make_judge(encoder: TextEncoder, home: Path, reader: Reader, max_error: float = 1.0) -> Judge:
    """The verifier, with the entailment models of `reader`, held to `max_error`.

    Raises:
        WeightsMissing: the weights of a model that is asked for are not in the cache.
    """
    return Judge(encoder, open_reader(reader, home), max_error=max_error)


def reader_of(settings: VerifierSettings) -> Reader:
    """Which entailment models take part.

    Raises:
        BadSettings: the large one is asked for where none is to read.
    """
    if settings.reader == "large" and not settings.entailment:
        raise BadSettings("verifier.reader is 'large' but verifier.entailment is off; switch it on, or leave 'small'")
    return settings.reader if settings.entailment else "none"


def limits_of(settings: VerifierSettings) -> Limits:
    """What the bigger judge may cost one request."""
    return Limits(settings.escalation_calls, settings.escalation_tokens, settings.escalation_ms)


def make_stages(parts: Parts) -> dict[str, Stage]:
    """Every stage but CCP by its code, wired; CCP runs before a workflow is chosen."""
    summarizing = Summarizing(parts.encoder, parts.engine, parts.judge)
    stages: tuple[Stage, ...] = (
        SemanticEncoding(parts.encoder),
        Gather(parts.retriever, parts.encoder, parts.relevance),
        Collect(parts.retriever),
        Intake(),
        Material(),
        Ideator(parts.engine),
        Drafter(parts.engine),
        Verification(parts.judge, parts.policy.file.principles),
        ErrorEvaluation(),
        EmotionalState(),
        ReadabilityEnhancement(parts.home),
        Hyperlinks(),
        Critic(),
        Governor(parts.policy),
        Revisor(parts.engine, Extractive()),
        summarizing,
        Summarizer(summarizing),
        Condense(),
        MemoryTagging(),
        OutputControl(parts.engine),
    )
    return {stage.code: stage for stage in stages}


class NoSources:
    """The retriever of a runtime without sources: it finds nothing."""

    version = "none"

    def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
        """Nothing."""
        return ()

    def documents(self) -> tuple[str, ...]:
        """None."""
        return ()

    def text(self, document: str) -> str:
        """Nothing to read.

        Raises:
            MissingSource: always.
        """
        raise MissingSource(f"document {document!r} was asked for, but no sources were named; name some")
