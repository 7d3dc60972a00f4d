"""A judge that keeps its verdicts, for as long as claim, passages and judge are the same and the evidence stands.

Not for judging: `judge` does that. A refuted claim is kept as refuted; a verdict is never an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from simone.caching.kept import Absent
from simone.caching.tiers import Computed, Tiers, present
from simone.caching.truth_preserving import Edition, Versions, key, tags_of
from simone.clock import digest
from simone.records import Claim, Passage, Verdict
from simone.truth.judging import Judging


class KeptJudge:
    """Implements `Judging` over another judge; verdicts are the same with and without it.

    A verdict on a claim never depends on the other claims, so each is kept by itself, under the claim, all passages it
    was held against, and the judge's bundle. It is tagged with the editions of the documents that it cites, as far as
    the sources know them: once one of them is changed or retired, the verdict is gone.
    """

    def __init__(self, judge: Judging, tiers: Tiers[Verdict], versions: Versions, ttl_s: float, bundle: str) -> None:
        """`bundle`: digest of what besides the judge's name decides: code, encoder."""
        self._judge = judge
        self._tiers = tiers
        self._versions = versions
        self._ttl_s = ttl_s
        self._bundle = bundle
        self._packed = msgspec.msgpack.Encoder()

    @property
    def name(self) -> str:
        """The wrapped judge's name, since the verdicts are the same."""
        return self._judge.name

    @property
    def first(self) -> KeptJudge:
        """Itself: it asks no other."""
        return self

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool = False) -> tuple[Verdict, ...]:
        """One verdict per claim, in order; with `explain` also how far the evidence carries each word of it."""
        try:
            evidence = Edition("passages", digest(self._packed.encode(list(passages))))
        except UnicodeEncodeError:  # half a character: such passages are not worth a key
            return self._judge.judge(claims, passages, explain)

        def compute(places: Sequence[int]) -> list[Computed[Verdict] | Absent]:
            verdicts = self._judge.judge([claims[place] for place in places], passages, explain)
            live = self._versions.live()
            return [Computed(verdict, self._tags(verdict, live), self._ttl_s) for verdict in verdicts]

        bundle = digest(self._bundle.encode(), self.name.encode())
        keys = [
            key(("verdict", claim, explain), policy="", evidence=[evidence], bundle=bundle, tenant="")
            for claim in claims
        ]
        return tuple(present(found) for found in self._tiers.fetch_all(keys, compute))

    @staticmethod
    def _tags(verdict: Verdict, live: Mapping[str, str]) -> tuple[str, ...]:
        cited = {Edition(piece.document_id, str(piece.version)) for piece in verdict.evidence}
        return tags_of(one for one in cited if live.get(one.document) == one.version)
