"""Text to vectors with all-MiniLM-L6-v2, read by our kernel (`kernels.load_transformer`).

Not for searching: `vector` keeps the vectors of a corpus, `search` compares them.

A text's vectors depend on that text alone, and are the same to the bit on every processor and backend.

Source: Reimers and Gurevych, Sentence-BERT, 2019 (mean pooling); Wang et al., MiniLM, 2020 (the model).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simone import weights
from simone.caching.ram import ARRAY_BYTES, ENTRY_BYTES, RamCache, key_of_texts
from simone.clock import Clock, SystemClock
from simone.kernels import kernels
from simone.kernels.contract.reading import ARITHMETIC
from simone.records import Measured, Score, Unmeasured
from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.settings import EncoderSettings
from simone.weights.merging import read_safetensors

if TYPE_CHECKING:  # it takes long to import, so `_Model` imports it when first used
    from tokenizers import Tokenizer

DIMENSIONS = 384
WINDOW_PIECES = 254
"""Word pieces read together; with [CLS] and [SEP] the 256 that the model was published for."""
OVERLAP_PIECES = 64
"""Word pieces that neighbouring windows of a long text share."""
SENTENCE_WINDOWS = 16
"""Windows of a long text that its sentence vector stands for (the first 3,104 pieces); token vectors cover it all."""

Pieces = tuple[int, ...]

_SURROGATE = re.compile("[\ud800-\udfff]")


class MiniLM:
    """The encoder of the house. Thread-safe; the model is loaded at the first call, not before."""

    def __init__(self, home: Path, settings: EncoderSettings, clock: Clock | None = None) -> None:
        """Find and check the weights under `home`.

        Raises:
            WeightsMissing: model or tokenizer are not there.
            WeightsCorrupt: one of them is not the pinned file.
        """
        self._model_path = weights.path("minilm", home)
        self._tokenizer_path = weights.path("minilm-tokenizer", home)
        self._settings = settings
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._model: _Model | None = None
        self._load_s: Score = Unmeasured("the model has not been needed yet")

    @property
    def name(self) -> str:
        """Model, digests and the arithmetic that reads them, since each can change the bits of a vector."""
        model, tokenizer = weights.named("minilm"), weights.named("minilm-tokenizer")
        return f"minilm:{model.file_sha256[:12]}:{tokenizer.file_sha256[:12]}:{ARITHMETIC}"

    @property
    def load_s(self) -> Score:
        """Seconds that loading the model took."""
        return self._load_s

    def encode(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors (n, 384) float32, unit rows; a text without word pieces gives a zero row.

        The mean over all positions of the text's windows, [CLS] and [SEP] included, then scaled to unit length.
        """
        model = self._loaded()
        windows = [_windows(ids)[:SENTENCE_WINDOWS] for ids, _ in model.pieces(texts)]
        states = model.states({window for spans in windows for window, _, _ in spans})
        rows = np.zeros((len(texts), DIMENSIONS), np.float64)
        for row, spans in zip(rows, windows, strict=True):
            if spans:
                parts = [states[window] for window, _, _ in spans]
                row[:] = sum(part.sum(axis=0, dtype=np.float64) for part in parts) / sum(map(len, parts))
        return kernels.vector_normalize_batch(rows.astype(np.float32))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of each text without [CLS] and [SEP]: the last hidden states, scaled to unit length.

        Texts of more than 254 pieces are read in windows that overlap by 64; of the two vectors of a shared piece the
        one further from its window's edge is kept.
        """
        model = self._loaded()
        pieces = model.pieces(texts)
        states = model.states({window for ids, _ in pieces for window, _, _ in _windows(ids)})
        result = []
        for ids, offsets in pieces:
            kept = [states[window][1:-1][first:last] for window, first, last in _windows(ids)]
            rows = np.concatenate(kept) if kept else np.zeros((0, DIMENSIONS), np.float32)
            result.append(TokenVectors(kernels.vector_normalize_batch(rows), offsets))
        return result

    def _loaded(self) -> _Model:
        with self._lock:
            if self._model is None:
                started_s = self._clock.monotonic_s()
                self._model = _Model(self._model_path, self._tokenizer_path, self._settings)
                self._load_s = Measured(self._clock.monotonic_s() - started_s, 1)
            return self._model


class CachedEncoder:
    """An encoder that remembers its latest answers, up to `limit_bytes`; results are the same with and without it."""

    def __init__(self, encoder: TextEncoder, limit_bytes: int) -> None:
        self._encoder = encoder
        self.sentences: RamCache[Floats] = RamCache(max(1, limit_bytes // 2), name="sentence vectors")
        self.tokens: RamCache[TokenVectors] = RamCache(max(1, limit_bytes - limit_bytes // 2), name="token vectors")

    @property
    def name(self) -> str:
        """The wrapped encoder's name, since the vectors are the same."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors (n, 384) float32, unit rows; an empty text gives a zero row."""
        name = self.name
        found: dict[str, Floats] = {}
        missing: list[str] = []
        for text in dict.fromkeys(texts):
            if (kept := self.sentences.get(key_of_texts(name, text))) is not None:
                found[text] = kept
            else:
                missing.append(text)
        if missing:
            for text, row in zip(missing, self._encoder.encode(missing), strict=True):
                found[text] = row.copy()  # a view would keep the whole batch alive
                self.sentences.put(key_of_texts(name, text), found[text], row.nbytes + ARRAY_BYTES + ENTRY_BYTES)
        rows = [found[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of each text; the arrays are read-only, as they are shared."""
        name = self.name
        found: dict[str, TokenVectors] = {}
        missing: list[str] = []
        for text in dict.fromkeys(texts):
            if (kept := self.tokens.get(key_of_texts(name, text))) is not None:
                found[text] = kept
            else:
                missing.append(text)
        if missing:
            for text, tokens in zip(missing, self._encoder.encode_tokens(missing), strict=True):
                tokens.vectors.setflags(write=False)
                tokens.offsets.setflags(write=False)
                bytes_held = (
                    tokens.vectors.nbytes + tokens.offsets.nbytes + 3 * ARRAY_BYTES
                )  # two, and the pair of them
                self.tokens.put(key_of_texts(name, text), tokens, bytes_held + ENTRY_BYTES)
                found[text] = tokens
        return [found[text] for text in texts]


class _Model:
    """The loaded transformer and tokenizer."""

    def __init__(self, model: Path, tokenizer: Path, settings: EncoderSettings) -> None:
        from tokenizers import Tokenizer

        self._transformer = kernels.load_transformer(read_safetensors(model))
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._class_id = self._tokenizer.token_to_id("[CLS]")
        self._separator_id = self._tokenizer.token_to_id("[SEP]")
        self._batch_tokens = settings.batch_tokens

    def pieces(self, texts: Sequence[str]) -> list[tuple[Pieces, NDArray[np.int64]]]:
        """Word piece ids of each text without special ones, and their offsets (t, 2) in code points."""
        readable = [_without_surrogates(text) for text in texts]
        encodings = self._tokenizer.encode_batch(readable, add_special_tokens=False)
        return [(tuple(one.ids), np.array(one.offsets, np.int64).reshape(-1, 2)) for one in encodings]

    def states(self, windows: set[Pieces]) -> dict[Pieces, Floats]:
        """Last hidden states (t + 2, 384) of each window of t pieces."""
        found: dict[Pieces, Floats] = {}
        for batch in _batches(sorted(windows), self._batch_tokens):
            rows = [(self._class_id, *window, self._separator_id) for window in batch]
            pieces = np.array([piece for row in rows for piece in row], np.int64)
            ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
            states = self._transformer.states(pieces, np.zeros_like(pieces), ends)
            found.update(zip(batch, np.split(states, ends[:-1]), strict=True))
        return found


def _batches(windows: Sequence[Pieces], batch_tokens: int) -> Iterator[list[Pieces]]:
    """Groups of windows of at most `batch_tokens` positions together, but at least one window."""
    group: list[Pieces] = []
    taken = 0
    for window in windows:
        if group and taken + len(window) + 2 > batch_tokens:
            yield group
            group, taken = [], 0
        group.append(window)
        taken += len(window) + 2
    if group:
        yield group


def _windows(ids: Pieces) -> list[tuple[Pieces, int, int]]:
    """Windows of a text as (ids, first, last): first:last are the positions whose vectors represent their pieces."""
    step = WINDOW_PIECES - OVERLAP_PIECES
    starts = range(0, max(len(ids) - OVERLAP_PIECES, 1), step) if ids else range(0)
    result = []
    for start in starts:
        window = ids[start : start + WINDOW_PIECES]
        is_last = start + WINDOW_PIECES >= len(ids)
        first = OVERLAP_PIECES // 2 if start else 0
        last = len(window) if is_last else WINDOW_PIECES - OVERLAP_PIECES // 2
        result.append((window, first, last))
    return result


def _without_surrogates(text: str) -> str:
    """The text with each lone surrogate, which UTF-8 cannot hold, replaced by U+FFFD: offsets stay."""
    return _SURROGATE.sub("\ufffd", text)
