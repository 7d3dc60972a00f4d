"""The reference of `contract.consolidation`: which memories belong together, and which merges would lose something.

Not for storing or merging them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import xxhash

from simone.kernels import arrays, memories
from simone.kernels.contract.consolidation import NEGATION, ORDER, Plan
from simone.kernels.contract.types import Doubles, Floats, Hashes, Ints
from simone.kernels.facts import Fact, find_facts
from simone.kernels.scoring import cosines

_ROWS_AT_ONCE = 512
_TERMS = 20  # the next term of the series for ln 2 is below 1e-22
_NOTHING_LEFT = 300.0  # half-lives after which no float32 is left of the largest float32
KEEPERS = 8
"""Refused items of a group that others of it are held against, at most."""


class ConsolidationReference:
    """Implements `contract.consolidation.Consolidation`."""

    def fact_tokens_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints, Hashes]:
        """Facts as (text index, kind, start, end, key), ordered by text and start."""
        found = [(number, fact) for number, text in enumerate(texts) for fact in find_facts(arrays.as_text(text))]
        columns = (
            [number for number, _ in found],
            [fact.kind for _, fact in found],
            [fact.start for _, fact in found],
            [fact.end for _, fact in found],
        )
        owners, kinds, starts, ends = (np.array(column, np.int64) for column in columns)
        keys = np.array([xxhash.xxh3_64_intdigest(fact.form.encode()) for _, fact in found], np.uint64)
        return owners, kinds, starts, ends, keys

    def consolidate(
        self,
        texts: Sequence[str],
        vectors: Floats,
        hashes: Hashes,
        times: Doubles,
        saliences: Floats,
        now: float,
        half_life_s: float,
        duplicate_threshold: float = 0.95,
        cluster_threshold: float = 0.75,
    ) -> Plan:
        """Groups, episodes and merges, as the contract says."""
        memories.limits(now, half_life_s, duplicate_threshold, cluster_threshold)
        texts, vectors, hashes, times, saliences = memories.checked(texts, vectors, hashes, times, saliences)
        facts = [find_facts(text) for text in texts]
        left = _decay(saliences, times, now, half_life_s)
        counts = np.array([len(found) for found in facts], np.int64)
        ranked = np.lexsort((np.arange(len(texts)), -left, -counts))
        copies: dict[int, list[int]] = {}
        for item in ranked.tolist():
            copies.setdefault(int(hashes[item]), []).append(item)
        heads = vectors[[same[0] for same in copies.values()]]
        near, closer = _neighbours(heads, cluster_threshold, duplicate_threshold)
        nodes = list(copies.values())
        clusters, centres, _ = _number(_complete_link(near), nodes, len(texts))
        groups, representatives, members = _number(_complete_link(closer), nodes, len(texts))
        merges: list[tuple[int, int]] = []
        refused: list[tuple[int, int, int]] = []
        for group in members:
            _plan(group, facts, merges, refused)
        table = np.array(sorted(refused), np.int64).reshape(-1, 3)
        return Plan(
            left, groups, representatives, clusters, centres,
            np.array(sorted(merges), np.int64).reshape(-1, 2), table[:, :2].copy(), table[:, 2].copy(),
        )  # fmt: skip


def _decay(saliences: Floats, times: Doubles, now: float, half_life_s: float) -> Floats:
    """float32(s * 2^(-age / half-life)); the power of the fraction by its series, for equal bits everywhere."""
    with np.errstate(over="ignore"):
        ages = np.minimum(np.maximum(now - times, 0.0) / half_life_s, _NOTHING_LEFT)
    whole = np.floor(ages)
    power = (ages - whole) * -math.log(2.0)
    series = np.ones_like(power)
    for term in range(_TERMS, 0, -1):
        series = series * power / term + 1.0
    return (saliences.astype(np.float64) * np.ldexp(series, -whole.astype(np.int32))).astype(np.float32)


def _neighbours(rows: Floats, low: float, high: float) -> tuple[list[set[int]], list[set[int]]]:
    """For each row the later rows whose cosine with it is at least `low`, and at least `high`."""
    near: list[set[int]] = [set() for _ in rows]
    closer: list[set[int]] = [set() for _ in rows]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[start : start + _ROWS_AT_ONCE]
        scores = cosines(block, rows[start:])
        lefts, rights = np.nonzero(np.triu(scores >= np.float32(low), 1))
        is_closer = scores[lefts, rights] >= np.float32(high)
        for left, right, close in zip(
            (lefts + start).tolist(), (rights + start).tolist(), is_closer.tolist(), strict=True
        ):
            near[left].add(right)
            if close:
                closer[left].add(right)
    return near, closer


def _complete_link(later: list[set[int]]) -> list[list[int]]:
    """Each free node in order with the later free nodes, in order, that are near to all taken before."""
    taken = [False] * len(later)
    cliques = []
    for leader, nearby in enumerate(later):
        if taken[leader]:
            continue
        clique = [leader]
        free = [node for node in sorted(nearby) if not taken[node]]
        while free:
            joined, *rest = free
            clique.append(joined)
            free = [node for node in rest if node in later[joined]]
        for node in clique:
            taken[node] = True
        cliques.append(clique)
    return cliques


def _number(cliques: list[list[int]], nodes: list[list[int]], count: int) -> tuple[Ints, Ints, list[list[int]]]:
    """Numbers of the cliques with two items or more, by lowest item: of each item, their first items, their items."""
    members = [items for clique in cliques if len(items := [item for node in clique for item in nodes[node]]) > 1]
    members.sort(key=min)
    numbers = np.full(count, -1, np.int64)
    for number, items in enumerate(members):
        numbers[items] = number
    return numbers, np.array([items[0] for items in members], np.int64), members


def _plan(
    group: list[int],
    facts: list[list[Fact]],
    merges: list[tuple[int, int]],
    refused: list[tuple[int, int, int]],
) -> None:
    """Merge every item of the group into the first keeper that loses nothing; who finds none becomes a keeper."""
    keepers = group[:1]
    for item in group[1:]:
        losses = [_lost(facts[item], facts[keeper]) for keeper in keepers]
        if 0 in losses:
            merges.append((item, keepers[losses.index(0)]))
            continue
        refused.append((item, keepers[0], losses[0]))
        if len(keepers) < KEEPERS:
            keepers.append(item)


def _lost(facts: list[Fact], kept: list[Fact]) -> int:
    """What of `facts` is not in `kept`, as a sum of kinds; 0 where all is, in its order."""
    forms = [(fact.kind, fact.form) for fact in facts]
    kept_forms = [(fact.kind, fact.form) for fact in kept]
    known = set(kept_forms)
    lost = 0
    for kind, form in forms:
        if (kind, form) not in known:
            lost |= kind
    if [form for form in forms if form[0] == NEGATION] != [form for form in kept_forms if form[0] == NEGATION]:
        lost |= NEGATION
    if lost:
        return lost
    remaining = iter(kept_forms)
    return 0 if all(form in remaining for form in forms) else ORDER
