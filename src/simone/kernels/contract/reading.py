"""A small transformer that reads one text, or two together.

Not for text: callers bring word pieces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from simone.kernels.contract.types import Floats, Ints

Tensors = Mapping[str, NDArray[Any]]
ARITHMETIC = 1
"""Raised whenever a bit of what a transformer gives changes: what was kept of it must not be mixed with new results."""


class Transformer(Protocol):
    """A model that is loaded, safe for use by several threads."""

    @property
    def most_pieces(self) -> int:
        """Word pieces of a pair at most, count."""

    def logits(self, pieces: Ints, sides: Ints, ends: Ints) -> Floats:
        """What the head says of each pair -> (n, 3).

        `pieces` and `sides` (m,) are the rows of the table of words, and the side (0 or 1), of all pairs one behind
        another; `ends` (n,) is where each pair ends. A pair's logits depend on that pair alone.

        Raises:
            BadArray: an array is no int64 row, `ends` do not ascend to m, a pair is empty or longer than `most_pieces`,
                a piece is no row of the table, or a side is neither 0 nor 1.
            KernelError: there is no head, or logits are not finite.
        """

    def states(self, pieces: Ints, sides: Ints, ends: Ints) -> Floats:
        """What the last layer gives of each piece -> (m, w), of arrays like those of `logits`; no head is needed.

        The states of a pair, which may as well be one text of side 0, depend on that pair alone.

        Raises:
            BadArray: as above.
            KernelError: states are not finite.
        """


class Reading(Protocol):
    """Transformers, exact to the bit on every processor.

    Matrices are whole numbers of 7 bits with one scale for each column. The rows they are multiplied with are divided
    by a power of two for each channel and rounded to bytes: low + step * code, low and step of each row alone. Their
    sums are whole numbers, so every order of adding gives the same. All else is float32 with a defined order: each
    multiplication, addition, division and root is rounded by itself, never fused; sums over the width of a row are
    taken in sixteen lanes (index modulo 16, ascending), lanes 8, 4, 2 and 1 apart are added then; products of floats
    add in ascending order of what they sum over. exp and erf are polynomials of such operations.

    Source: Vaswani et al., Attention Is All You Need, 2017; Devlin et al., BERT, 2019; Song et al., MPNet, 2020 (what a
    head adds for distances); Xiao et al., SmoothQuant, 2023 (powers of two that even out channels); Moshier, Cephes
    (exp); Abramowitz and Stegun, 1964, 7.1.26 (erf, within 1.5e-7).
    """

    def load_transformer(self, tensors: Tensors) -> Transformer:
        """A transformer of tensors by name; w is its width, float32 unless said otherwise.

        `words.codes` (words, w) int8 and `words.scales` (words, 1); `places` (p, w); `types` (2, w); `distance` (heads,
        d, d) where heads know distances; `heads` and `epsilon` (1,). A normalisation NAME has NAME.weight and NAME.bias
        (w,), a product (in, out) NAME.codes int8 from -63 to 63, NAME.scales and NAME.bias (out,) and NAME.inverse
        (in,), powers of two. Of layer L from 0: the products L.attention.self (queries, keys and values side by side),
        L.attention.output.dense, L.intermediate.dense and L.output.dense; the normalisations
        L.attention.output.LayerNorm and L.output.LayerNorm. embeddings.LayerNorm comes before the layers. A head is all
        or none of head.in (3 w, h), head.in.bias (h,), head.out (h, 3) and head.out.bias (3,).

        Raises:
            KernelError: a tensor is missing or is not one of these, has another type or shape, or holds what is not
                allowed; w and the inner width are no multiples of 16, the width of a head is none of 32, or h of 8.
        """
