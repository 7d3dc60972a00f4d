"""A cross-encoder for natural language inference from a file that the user names, as a judge and nothing else.

Not for generating text, and not for the model that ships: `truth.cross_encoder` is that one.

The ONNX file takes word pieces of evidence and claim together, its inputs called as BERT exports call them, and gives
three logits. The tokenizer is a `tokenizer.json` of the `tokenizers` library.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.clock import Deadline, digest
from simone.errors import BadSettings, ModelFailed
from simone.kernels import kernels
from simone.kernels.arrays import as_text
from simone.mvlm.answers import Limit, checked, count_prompt, count_tokens
from simone.records import Execution, Instruction

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

LABELS = ("supported", "refuted", "unverifiable")
MOST_PIECES = 512
"""Word pieces of evidence and claim together; the longer side is cut from its end beyond that, count."""
_KNOWN = frozenset(("input_ids", "attention_mask", "token_type_ids", "position_ids"))


class PairModel:
    """Implements `contract.MVLM` for the operation JUDGE. Safe for use by several threads.

    Raises:
        BadSettings: a file is missing or cannot be read, or the labels are not the three statuses in some order.
    """

    def __init__(self, model: Path, tokenizer: Path, labels: str, threads: int, timeout_s: float) -> None:
        self._labels = tuple(label.strip() for label in labels.split(","))
        if sorted(self._labels) != sorted(LABELS):
            raise BadSettings(
                f"verifier.escalation_labels is {labels!r}; give {', '.join(LABELS)} in the order of the model's logits"
            )
        for path, what in ((model, "model"), (tokenizer, "tokenizer")):
            if not path.is_file():
                raise BadSettings(f"verifier.escalation: there is no {what} file {str(path)!r}; correct the path")
        self._model, self._tokenizer = model, tokenizer
        self._threads, self._timeout_s = threads, timeout_s
        content = digest(model.read_bytes(), tokenizer.read_bytes())
        self._name = f"onnx:{content[:12]} labels={','.join(self._labels)}"
        self._lock = threading.Lock()
        self._loaded: tuple[InferenceSession, Tokenizer] | None = None

    @property
    def name(self) -> str:
        """Digest of the files and the order of the labels."""
        return self._name

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """The likeliest status in the document that speaks most clearly, with its sentence nearest to the claim.

        Raises:
            ModelFailed: anything but JUDGE was asked, or the model cannot be run.
            ModelTimeout: the deadline is spent.
            Cancelled: the deadline was cancelled.
        """
        limit = Limit(deadline, self._timeout_s, self._name)
        limit.check()
        if instruction.operation != "JUDGE":
            raise ModelFailed(f"{self._name}: it judges claims and cannot do {instruction.operation}")
        documents: dict[tuple[str, int], list[str]] = {}
        for passage in instruction.passages:
            documents.setdefault((passage.document_id or passage.document, passage.version), []).append(passage.text)
        best, clearest, sentences = "unverifiable", -1.0, [""]
        for own in documents.values():
            limit.check()
            shares = dict(zip(self._labels, self._shares(" ".join(own), instruction.task).tolist(), strict=True))
            clear = max(shares["supported"], shares["refuted"])
            if clear > clearest:
                best, clearest, sentences = max(LABELS, key=shares.__getitem__), clear, own
        quote = "" if best == "unverifiable" else _nearest(sentences, instruction.task)
        text = msgspec.json.encode({"verdict": best, "quote": quote}).decode()
        execution = Execution(text, "stop", count_prompt(instruction), count_tokens(text), self._name)
        return checked(execution, instruction)

    def close(self) -> None:
        """Release the weights."""
        with self._lock:
            self._loaded = None

    def _shares(self, text: str, claim: str) -> NDArray[np.float64]:
        session, tokenizer = self._session()
        coded = tokenizer.encode(as_text(text), as_text(claim))
        ids = np.array([coded.ids], np.int64)
        sides = np.array([coded.type_ids], np.int64)
        given: dict[str, NDArray[np.int64]] = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": sides,
            "position_ids": np.arange(ids.shape[1], dtype=np.int64)[None],
        }
        names = [one.name for one in session.get_inputs()]
        try:
            logits = np.asarray(session.run(None, {name: given[name] for name in names})[0], np.float64).reshape(-1)
        except _faults() as error:
            raise ModelFailed(f"{self._name}: the model cannot be run: {str(error)[:200]}") from error
        if logits.shape != (3,) or not np.isfinite(logits).all():
            raise ModelFailed(f"{self._name}: the model gave {logits.tolist()!s:.60}, not three finite logits")
        powers = np.exp(logits - logits.max())
        shares: NDArray[np.float64] = powers / powers.sum()
        return shares

    def _session(self) -> tuple[InferenceSession, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                from tokenizers import Tokenizer

                try:
                    tokenizer = Tokenizer.from_file(str(self._tokenizer))
                    session = open_session(self._model, self._threads)
                except Exception as error:  # the file may be anyone's, and tokenizers raises the bare class
                    raise ModelFailed(f"{self._name}: a file cannot be read: {str(error)[:200]}") from error
                if unknown := sorted({one.name for one in session.get_inputs()} - _KNOWN):
                    raise ModelFailed(f"{self._name}: the model asks for {unknown[0]!r}, which is not known here")
                tokenizer.no_padding()
                tokenizer.enable_truncation(MOST_PIECES, strategy="longest_first")
                self._loaded = session, tokenizer
            return self._loaded


def open_session(model: Path, threads: int) -> InferenceSession:
    """An ONNX model ready to run on the processor; the number of threads changes the time, never a bit."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _faults() -> tuple[type[Exception], ...]:
    """What onnxruntime raises; its classes have nothing in common but their module."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    raised = (one for one in vars(state).values() if isinstance(one, type) and issubclass(one, Exception))
    return *raised, TypeError, ValueError  # the latter where the output holds no numbers


def _nearest(sentences: Sequence[str], claim: str) -> str:
    """The sentence that shares most words with the claim, the first of equals."""
    wanted, *held = (set(stems) for stems in kernels.content_stems_batch([claim, *sentences]))
    return max(zip(sentences, held, strict=True), key=lambda one: len(one[1] & wanted))[0]
