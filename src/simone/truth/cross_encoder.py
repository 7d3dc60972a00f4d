"""The entailment models: read evidence and claim together and say how far one carries or excludes the other.

Not for deciding: `fusion` weighs these shares with the exact checks.

all-MiniLM-L6-v2, or all-mpnet-base-v2 as the large one, with low-rank adapters of our own (training/entailment), read
by our kernel (`kernels.load_transformer`), which gives the same bits on every processor and backend. Both read the same
word pieces. A pair's logits depend on that pair alone.

Source: Devlin et al., BERT, 2019 (reading two texts together); Bowman et al., SNLI, 2015 (the three labels).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simone import weights
from simone.caching.ram import ARRAY_BYTES, ENTRY_BYTES, RamCache, key_of_texts
from simone.kernels import kernels
from simone.kernels.arrays import as_text
from simone.kernels.contract import Transformer
from simone.truth.entailment import SMALL
from simone.truth.pair_text import plain
from simone.weights.merging import read_safetensors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_PIECES = 256
"""Word pieces of evidence and claim together; the longer side is cut from its end beyond that, count."""
CACHE_BYTES = 16 * 1024 * 1024
Logits = NDArray[np.float32]


class CrossEncoder:
    """Implements `entailment.Entailment`; safe for use by several threads."""

    def __init__(self, home: Path, weight: str = SMALL) -> None:
        """Look for the weights of that name; they are loaded when first needed.

        Raises:
            WeightsMissing: a weight file is not in the cache.
            WeightsCorrupt: a weight file is not the pinned one.
        """
        model, tokenizer = weights.named(weight), weights.named("minilm-tokenizer")
        digests = f"{model.file_sha256[:12]}:{tokenizer.file_sha256[:12]}"
        self._name = f"{weight}:{digests}"
        self._model_path = weights.path(weight, home)
        self._tokenizer_path = weights.path("minilm-tokenizer", home)
        self._lock = threading.Lock()
        self._loaded: tuple[Transformer, Tokenizer] | None = None
        self._known: RamCache[Logits] = RamCache(CACHE_BYTES, name=weight)

    @property
    def name(self) -> str:
        """Model and digests, for the bundle."""
        return self._name

    @property
    def first(self) -> CrossEncoder:
        """Itself: it reads alone."""
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        """Logits of (supported, refuted, unverifiable) per (evidence, claim) pair -> (n, 3) float32.

        The logits of a pair never depend on its neighbours in the batch.
        """
        found: dict[tuple[str, str], Logits] = {}
        missing: list[tuple[str, str]] = []
        for pair in dict.fromkeys(pairs):
            kept = self._known.get(key_of_texts(*pair))
            if kept is None:
                missing.append(pair)
            else:
                found[pair] = kept
        if missing:
            for pair, row in zip(missing, self._score(missing), strict=True):
                found[pair] = row.copy()  # a view would keep the whole batch alive
                self._known.put(key_of_texts(*pair), found[pair], row.nbytes + ARRAY_BYTES + ENTRY_BYTES)
        return np.array([found[pair] for pair in pairs], np.float32).reshape(-1, 3)

    def pieces(self, evidence: str, claim: str) -> int:
        """How many word pieces the model reads of a pair."""
        return len(self._opened()[1].encode(plain(as_text(evidence)), plain(as_text(claim))).ids)

    def _score(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        model, tokenizer = self._opened()
        coded = tokenizer.encode_batch([(plain(as_text(one)), plain(as_text(other))) for one, other in pairs])
        pieces = np.array([piece for pair in coded for piece in pair.ids], np.int64)
        sides = np.array([side for pair in coded for side in pair.type_ids], np.int64)
        return model.logits(pieces, sides, np.cumsum([len(pair.ids) for pair in coded], dtype=np.int64))

    def _opened(self) -> tuple[Transformer, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                from tokenizers import Tokenizer

                tokenizer = Tokenizer.from_file(str(self._tokenizer_path))
                tokenizer.no_padding()
                tokenizer.enable_truncation(MOST_PIECES, strategy="longest_first")
                self._loaded = kernels.load_transformer(read_safetensors(self._model_path)), tokenizer
            return self._loaded
