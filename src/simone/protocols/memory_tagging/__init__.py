"""MTP: what a text is about, and which of its checked sentences are worth remembering and why.

Not for storing them: memory does that. A sentence that the sources do not support is never proposed.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain

import msgspec

from simone.clock import Deadline, unlimited
from simone.protocols.memory_tagging.mentions import find_mentions
from simone.protocols.memory_tagging.relations import find_relations
from simone.protocols.memory_tagging.topics import find_topics, words_of
from simone.records import Case, Draft, DraftSentence, MemoryTag, Mention, Relation, Tags, Verdict

REMEMBER_FROM = 0.5
"""Salience from which a sentence is proposed, 0..1."""
_SUPPORT, _SPECIFICS, _TOPICS, _RELATION = 0.35, 0.30, 0.20, 0.15
_CARRYING_TOPICS = 3


class MemoryTagging:
    """The tagger. It holds nothing."""

    code = "MTP"
    purpose = "finds names, dates, quantities, relations and topics, and proposes what to remember"
    reads = frozenset({"draft", "verdicts"})
    writes = frozenset({"tags"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its tags; without a draft they are empty.

        Raises:
            Cancelled, BudgetExceeded: from the deadline.
        """
        deadline.check("memory tagging")
        draft = case.draft or Draft("", ())
        return msgspec.structs.replace(case, tags=tag(draft, case.verdicts, deadline))


def tag(draft: Draft, verdicts: tuple[Verdict, ...], deadline: Deadline | None = None) -> Tags:
    """Mentions and relations by place, topics and proposals with the most salient first, ties by place.

    salience = 0.35 support + 0.30 specifics + 0.20 topics + 0.15 relation, each 0..1: support is the strength of the
    weakest claim's best supporting quote; specifics 1 - 2^-n for n different names, dates and quantities; topics the
    number of leading topics in the sentence, of at most three; relation 1 where a subject, verb and object are clear.

    Raises:
        Cancelled, BudgetExceeded: from the deadline, where there is one.
    """
    deadline = deadline or unlimited()
    mentions = find_mentions(draft.text)
    relations = [find_relations(sentence, mentions) for sentence in deadline.over(draft.sentences, "memory tagging")]
    topics = find_topics([sentence.text for sentence in draft.sentences])
    checked: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.claim.checkable:
            checked.setdefault(verdict.claim.sentence, []).append(verdict)
    proposals = [
        _propose(sentence, strength, _within(sentence, mentions), relations[index], topics)
        for index, sentence in enumerate(deadline.over(draft.sentences, "memory tagging"))
        if (strength := _support(checked.get(index, ()))) is not None
    ]
    kept = [proposal for proposal in proposals if proposal.salience >= REMEMBER_FROM]
    kept.sort(key=lambda proposal: (-proposal.salience, proposal.start))
    return Tags(mentions=mentions, relations=tuple(chain.from_iterable(relations)), topics=topics, remember=tuple(kept))


def _within(sentence: DraftSentence, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """The mentions, which are in order of place and do not overlap, that lie in the sentence."""
    first = bisect_left(mentions, sentence.start, key=lambda one: one.start)
    return mentions[first : bisect_right(mentions, sentence.end, key=lambda one: one.end)]


def _support(own: Sequence[Verdict]) -> float | None:
    """Strength of the weakest claim's best supporting quote, None unless every checkable claim is supported."""
    if not own or any(verdict.status != "supported" for verdict in own):
        return None
    best = [max((e.strength for e in verdict.evidence if e.stance == "supports"), default=None) for verdict in own]
    strengths = [strength for strength in best if strength is not None]
    return min(strengths) if len(strengths) == len(own) else None


def _propose(
    sentence: DraftSentence,
    strength: float,
    mentions: Sequence[Mention],
    relations: Sequence[Relation],
    topics: tuple[str, ...],
) -> MemoryTag:
    specifics = sorted({mention.normal for mention in mentions})
    words = f" {' '.join(words_of(sentence.text))} "
    leading = [topic for topic in topics if f" {topic} " in words]
    relation = next(iter(relations), None)
    salience = (
        _SUPPORT * min(1.0, max(0.0, strength))
        + _SPECIFICS * (1.0 - math.pow(2.0, -len(specifics)))
        + _TOPICS * min(1.0, len(leading) / _CARRYING_TOPICS)
        + _RELATION * (relation is not None)
    )
    reasons = [f"supported by its sources with strength {strength:.2f}"]
    if specifics:
        reasons.append(f"names {len(specifics)} specifics: {', '.join(specifics[:5])}")
    if leading:
        reasons.append(f"speaks of leading topics: {', '.join(leading[:_CARRYING_TOPICS])}")
    if relation is not None:
        reasons.append(f"states a relation: {relation.subject} / {relation.relation} / {relation.object}")
    return MemoryTag(sentence.start, sentence.end, sentence.text, round(salience, 6), tuple(reasons))
