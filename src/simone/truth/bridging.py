"""Words of a claim that mean the same as a word of the evidence, by their token vectors in context.

Not for names, numbers and opposites: those must match exactly. Vectors alone cannot tell a word from another of its
kind (landlord and tenant, insulin and glucose, northern and northeastern), so they only say whether two words that are
listed or spelt as one mean it here.

Source: Khattab and Zaharia, ColBERT, 2020 (per-token best cosine, through the kernels).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simone.kernels import kernels
from simone.kernels.reference.validation.words import Word, is_opposite, is_same, stem
from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.truth.reading import Reading

THRESHOLD = 0.6
"""Least cosine at which two words in context count as one.

Fitted on the "fit" half of the shippable training pairs: among sentences where only such words were missing, 91 % of
those bridged at 0.6 or more were entailed (33 pairs), against 75 % at 0.4 to 0.6 (52 pairs), where any two words could
be bridged.
"""

_SYNONYMS = """
mother mom mum; father dad; happy glad; unhappy sad; calm serene; secret clandestine; dinner supper
pretty beautiful; huge enormous gigantic vast immense; pleased delighted; effect impact; scream yell shout
hit strike; wounded injured hurt; contain include; famous renowned celebrated; rapid swift quick
rapidly swiftly quickly; wealthy rich; country nation; garbage trash rubbish; lorry truck; flat apartment
lift elevator; petrol gasoline; holiday vacation; sidewalk pavement; sufficient enough; entire whole
evident obvious; disclose reveal; conceal hide; halt stop; mainly mostly chiefly primarily; infant baby
inhabitant resident; inquiry investigation probe; frightened scared afraid; brave courageous; danger peril
weird strange odd; assault attack; blaze fire; bucket pail; cemetery graveyard; coast shore; assemble gather
noon midday; odour smell; pupil student; rescue save; shop store; sickness illness; timber wood; trousers pants
victory win; scientist researcher; attempt try; aid assistance help; spectacles glasses; eyeglasses glasses
relation relationship; stroll walk; cellphone mobile; finally eventually; settler colonist; salary pay
storey floor; harbour port; easy straightforward; difficult tough; fortunate lucky; gather collect
"""
_SAME = frozenset(
    (stem(one), stem(other))
    for entry in _SYNONYMS.replace("\n", ";").split(";")
    for one in entry.split()
    for other in entry.split()
    if one != other
)
_SPELLINGS = tuple(
    tuple(pair.split())
    for pair in "is iz,ys yz,our or,ter tr,aem em,oes es,ogu og,enc ens,ll l,grey gray,mm m".split(",")
)
"""Two spellings of the same letters in stems."""

_EMPTY_STEMS = frozenset((stem("be"), stem("have"), stem("do"), ","))


def bridge(
    pairs: Sequence[tuple[Reading, Reading, Sequence[int]]], encoder: TextEncoder, threshold: float = THRESHOLD
) -> list[Mapping[int, int]]:
    """For each (claim, evidence, missing claim words) the evidence word that stands for each missing word, if any."""
    wanted = [
        (number, i, j)
        for number, (claim, evidence, missing) in enumerate(pairs)
        for i in missing
        if not is_named(claim, i) and claim.words[i].stem not in _EMPTY_STEMS
        for j in _candidates(claim, i, evidence)
    ]
    texts = sorted({side.text for number, _, _ in wanted for side in pairs[number][:2]})
    vectors = dict(zip(texts, encoder.encode_tokens(texts), strict=True)) if texts else {}
    jobs: list[tuple[int, int, int]] = []
    ours: list[Floats] = []
    theirs: list[Floats] = []
    for number, i, j in wanted:
        claim, evidence, _ = pairs[number]
        mine = _word_vectors(vectors[claim.text], claim.words[i])
        other = _word_vectors(vectors[evidence.text], evidence.words[j])
        if len(mine) and len(other):
            jobs.append((number, i, j))
            ours.append(mine)
            theirs.append(other)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for (number, i, j), scores in zip(jobs, kernels.token_alignment_batch(ours, theirs), strict=True):
        score = float(scores.min())
        if score >= threshold and score > best.get((number, i), (-1.0, -1))[0]:
            best[number, i] = score, j
    return [{i: j for (n, i), (_, j) in sorted(best.items()) if n == number} for number in range(len(pairs))]


def _candidates(claim: Reading, i: int, evidence: Reading) -> list[int]:
    known = {w.stem for w in claim.words}
    is_verb = any(v.head == i for v in claim.verbs)
    pool = [v.head for v in evidence.verbs if v.stem not in _EMPTY_STEMS] if is_verb else list(evidence.content)
    return [
        j
        for j in pool
        if not is_named(evidence, j)
        and evidence.words[j].stem not in known
        and not is_opposite(claim.words[i].stem, evidence.words[j].stem)
        and _may_be_same(claim.words[i].stem, evidence.words[j].stem)
    ]


def _may_be_same(one: str, other: str) -> bool:
    """Whether two stems are listed as synonyms, or are two spellings of one word."""
    if is_same(one, other) or (one, other) in _SAME:
        return True
    return any(one.replace(a, b) == other.replace(a, b) for a, b in _SPELLINGS if a in one or a in other)


def is_named(reading: Reading, i: int) -> bool:
    """Whether a word is part of a name, capitalised inside the sentence, or holds a digit."""
    word = reading.words[i]
    if any(c.isdigit() for c in word.lower) or (i > 0 and reading.text[word.start].isupper()):
        return True
    return any(n.start <= reading.words[i].start < n.end for n in reading.names)


def _word_vectors(tokens: TokenVectors, word: Word) -> Floats:
    rows = (tokens.offsets[:, 0] < word.end) & (word.start < tokens.offsets[:, 1])
    return np.ascontiguousarray(tokens.vectors[rows])
