"""Adverbs of the evidence beside what the claim says, which it leaves out: "probably safe", "partly agreed".

Not for verbs that are hedged: the comparison weighs those. What may be left out is a closed list of times, manners and
degrees; any other adverb may take back what it stands beside.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.truth.clauses import is_general, is_said, said_in
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, phrases, words_from

_TIME = frozenset(
    "now today recently currently lately newly presently nowadays immediately instantly finally eventually ultimately"
    " subsequently previously shortly simultaneously suddenly already still soon later earlier then first firstly last"
    " lastly again once early daily weekly monthly yearly annually hourly nightly originally historically".split()
)
_JOINING = frozenset(
    "also too additionally indeed accordingly consequently similarly likewise conversely alternatively respectively"
    " actually really truly certainly definitely undoubtedly clearly obviously evidently naturally unfortunately"
    " fortunately sadly luckily happily surprisingly interestingly notably importantly crucially remarkably ironically"
    " tragically understandably incidentally essentially basically especially particularly specifically simply"
    " merely only just exactly precisely namely thereby".split()
)
_DEGREE = frozenset(
    "very highly extremely incredibly really deeply strongly widely heavily densely fully completely totally entirely"
    " wholly absolutely perfectly exceptionally greatly enormously hugely intensely severely seriously considerably"
    " significantly substantially sharply steeply dramatically drastically rapidly steadily quite rather badly terribly"
    " unusually extraordinarily immensely thoroughly firmly solidly truly purely visibly dangerously critically vitally"
    " thickly thinly brightly darkly richly sparsely closely tightly loosely directly unanimously overwhelmingly"
    " universally repeatedly slightly gradually modestly notoriously famously internationally nationally globally"
    " locally roundly acutely inherently greatly intrinsically profoundly strikingly".split()
)
_MANNER = frozenset(
    "quickly slowly swiftly hastily hurriedly promptly briefly abruptly quietly silently loudly softly gently roughly"
    " carefully cautiously carelessly calmly eagerly happily angrily bitterly bravely boldly cheerfully gladly proudly"
    " sadly desperately patiently politely kindly warmly coldly openly publicly privately secretly personally jointly"
    " individually separately independently collectively together alone deliberately intentionally accidentally"
    " unintentionally mistakenly unknowingly knowingly willingly unwillingly reluctantly voluntarily freely legally"
    " illegally lawfully unlawfully formally peacefully violently brutally fatally mortally narrowly easily comfortably"
    " convincingly successfully poorly badly beautifully elegantly skilfully skillfully playfully neatly smoothly"
    " safely securely busily lazily sloppily tightly manually automatically physically verbally orally digitally"
    " electronically professionally outwardly intently attentively casually nicely colorfully colourfully joyfully"
    " gracefully nervously anxiously precariously expertly vigorously energetically diligently"
    " enthusiastically passionately thoughtfully leisurely awkwardly aggressively fiercely furiously heroically"
    " wildly hard fast well spectacularly single-handedly straight upright aloud outdoors indoors outside inside"
    " strictly rigorously consistently faithfully actively tirelessly unexpectedly inadvertently"
    " permanently abroad overseas nearby forever worldwide nationwide".split()
)
_USUALLY = frozenset("usually generally typically normally traditionally mostly mainly largely primarily".split())
"""Harmless of single events."""
_OFTEN = frozenset("often frequently commonly regularly routinely constantly continuously continually always".split())
_SOCIAL = frozenset("officially formally legally".split())
"""Harmless of what somebody did, not of what something is."""
_IN_FRONT = (_TIME | _JOINING | _MANNER | {"meanwhile"}) - {"exactly", "merely", "only", "just", "still", "once"}
_HARMLESS = _TIME | _JOINING | _DEGREE | _MANNER
_OTHERS = frozenset("perhaps maybe almost often sometimes seldom twice half partway somewhat enough".split())
_NEARLY = frozenset("almost nearly half roughly approximately virtually practically".split())
_NO_ADVERBS = frozenset(
    "only family early daily weekly monthly yearly supply apply reply rely fly july italy ally rally bully belly"
    " assembly anomaly monopoly butterfly jelly lily holy ugly lonely lovely friendly elderly deadly costly silly"
    " curly woolly hilly chilly lively homely cowardly orderly scholarly worldly bodily melancholy multiply comply"
    " imply jolly folly wobbly crumbly bubbly smelly barely hardly scarcely rarely seldom timely cuddly prickly".split()
)
_PHRASES = (
    *("in name only", "at best", "at worst", "at most", "at the latest", "at the earliest", "in part", "on paper"),
    *("it seems", "it appears", "so to speak", "as it were", "to some extent", "to a degree", "in a way"),
    *("more or less", "if at all", "in theory", "in principle", "in effect"),
    *("yet to", "so far as", "as far as", "for show", "in jest", "in error"),
    *("all but", "as good as", "by all accounts", "at first sight", "at first glance", "in a sense"),
)
"""What takes back, wherever it stands beside what the claim says."""


def is_adverb(reading: Reading, i: int) -> bool:
    """Whether a word is an adverb by its form or by a list, and no name."""
    word = reading.words[i].lower
    if word in _OTHERS:
        return True
    is_form = word.endswith("ly") and len(word) > 4 and word not in _NO_ADVERBS
    return is_form and (i == 0 or reading.text[reading.words[i].start].islower())


def is_harmless_in_front(word: str) -> bool:
    """Whether an adverb in front of a statement says nothing of how far it holds."""
    is_remark = word.endswith("ingly") and word not in ("seemingly", "jokingly", "misleadingly")
    return word in _IN_FRONT | _DEGREE or is_remark


def _weakened(claim: Reading, evidence: Reading) -> Doubt | None:
    """An adverb beside a word of the claim, which the claim does not have."""
    said = said_in(claim)
    for i in range(len(evidence.words)):
        if not is_adverb(evidence, i) or evidence.words[i].stem in said or _is_of_an_amount(evidence, i):
            continue
        place = _beside(evidence, i, said)
        if place is None or _is_said_twice(evidence, place):
            continue
        if not _is_harmless(claim, evidence, i, place):
            return Doubt("modality", words_from(evidence, min(i, place), max(i, place)))
    return None


def _is_of_an_amount(evidence: Reading, i: int) -> bool:
    """Whether a word only goes with an amount, which the comparison weighs: "almost all", "half of the ships"."""
    after = evidence.words[i + 1].lower if i + 1 < len(evidence.words) else "."
    return evidence.words[i].lower in _NEARLY and (after in lex.AMOUNTS | {"of", "the", "a"} or after[0].isdigit())


def _beside(evidence: Reading, i: int, said: frozenset[str]) -> int | None:
    """Place of the word of the claim that an adverb goes with, None where it goes with others."""
    words = evidence.words
    k = i + 1
    while k < len(words) and (_is_skipped(words[k].lower) or is_adverb(evidence, k)):
        k += 1
    if k < len(words) and is_said(evidence, k, said):
        return k
    group = next((v for v in evidence.verbs if v.first - 1 <= i <= v.head + 1 and v.stem != "be"), None)
    if group is not None and group.stem in said:
        return group.head
    before = i - 1
    while before > 0 and words[before].lower in (",", "("):
        before -= 1
    is_last = i + 1 == len(words) or words[i + 1].lower in STOPS
    return before if is_last and before >= 0 and is_said(evidence, before, said) else None


def _is_said_twice(evidence: Reading, place: int) -> bool:
    """Whether a word stands elsewhere with no adverb in front: "one of the oldest, perhaps the oldest"."""
    stem = evidence.words[place].stem
    return any(word.stem == stem for word in evidence.words[:place])


def _is_skipped(word: str) -> bool:
    return word in lex.DETERMINERS | {"(", ")", "by", "in", "on", "at", "to", "for", "of", "not"}


def _is_harmless(claim: Reading, evidence: Reading, i: int, place: int) -> bool:
    word = evidence.words[i].lower
    verb = next((v for v in evidence.verbs if v.first - 1 <= i <= v.head + 2), None)
    if verb is not None and not verb.positive and word not in _TIME | _JOINING:
        return False
    if word in _HARMLESS:
        return True
    if word == "twice":
        return "once" not in claim.operators
    if word in _USUALLY and not is_general(claim):
        return True
    return word in _OFTEN | _SOCIAL and verb is not None and not _is_state(evidence, verb, place)


def _is_state(evidence: Reading, verb: Verb, place: int) -> bool:
    """Whether what an adverb goes with is what something is: "often open", but not "often used"."""
    lower = evidence.words[place].lower
    is_participle = lower.endswith("ed") or lower in lex.PARTICIPLES or lex.IRREGULAR.get(lower, lower) != lower
    return verb.stem == "be" and not is_participle


def _taken_back(claim: Reading, evidence: Reading) -> Doubt | None:
    """Phrases of degree and doubt: "at best", "it seems", "yet to open"."""
    said = said_in(claim)
    for first, start in phrases(evidence, claim, _PHRASES):
        near = range(max(0, first - 4), first)
        is_beside = any(is_said(evidence, k, said) for k in near)
        if is_beside or (start < len(evidence.words) and is_said(evidence, start, said)):
            return Doubt("modality", words_from(evidence, first, start - 1))
    return None


def _unfinished(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Is being built" is not built, "90 percent finished" not finished, "old enough to vote" not old, and what is so
    "wind permitting" is so only then."""
    said = said_in(claim)
    words = evidence.words
    values = {one.end for one in evidence.quantities}
    for i, word in enumerate(words[:-1]):
        is_begun = word.lower == "being" and i > 0 and words[i - 1].lower in lex.BE and words[i + 1].stem in said
        if is_begun and "being" not in claim.operators:
            return Doubt("modality", words_from(evidence, i - 1, i + 1))
        if word.end in values and is_said(evidence, i + 1, said) and _is_lone_degree(claim, evidence, i):
            return Doubt("quantifier", words_from(evidence, i, i + 1))
        if words[i + 1].lower == "permitting" and "permitting" not in claim.operators:
            return Doubt("modality", words_from(evidence, i, i + 1))
        if words[i + 1].lower == "enough" and "enough" not in claim.operators and is_said(evidence, i, said):
            return Doubt("quantifier", words_from(evidence, i, i + 1))
    return None


def _is_lone_degree(claim: Reading, evidence: Reading, i: int) -> bool:
    """Whether a value behind "is" says how far what follows is so, and the claim has neither it nor another."""
    value = next(one for one in evidence.quantities if one.end == evidence.words[i].end)
    first = next(k for k, word in enumerate(evidence.words) if word.start >= value.start)
    return first > 0 and evidence.words[first - 1].lower in lex.BE and not claim.quantities and not claim.dates


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_weakened, _taken_back, _unfinished)
"""Each of a claim that is supported and the evidence."""
