"""Harder pairs made from labelled ones: what is changed decides the label.

Not for evaluation. Every function gives a pair or None where it does not apply; all chance comes from the caller.

From an entailed claim: another number, date, name or direction, or a negation, contradicts or is no longer carried;
two claims joined are as good as the weaker; evidence of another claim carries nothing. From any claim: the claim among
other sentences carries itself. A denial turns round: where P carries H, not-H carries not-P.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from data import Pair, sentences

ENTAILED, CONTRADICTED, NEUTRAL, OPEN = range(4)
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
SPELLED = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty".split()
OPPOSITES = """rose/fell increased/decreased increase/decrease increases/decreases higher/lower more/less more/fewer
before/after first/last most/least largest/smallest bigger/smaller older/younger above/below north/south east/west
northern/southern eastern/western won/lost win/lose wins/loses accepted/rejected began/ended begins/ends started/stopped
open/closed opened/closed inside/outside indoors/outdoors always/never all/none everyone/nobody everything/nothing with/without
male/female man/woman boy/girl men/women boys/girls husband/wife father/mother son/daughter brother/sister king/queen
actor/actress alive/dead happy/sad hot/cold young/old tall/short long/short early/late fast/slow good/bad best/worst
successful/unsuccessful able/unable possible/impossible legal/illegal married/unmarried same/different
sitting/standing sleeping/awake up/down left/right top/bottom front/back day/night summer/winter black/white
including/excluding positive/negative major/minor maximum/minimum gained/lost bought/sold buy/sell arrived/departed
entered/left improved/worsened strengthened/weakened supported/opposed supports/opposes allowed/forbidden
present/absent full/empty rich/poor strong/weak light/dark wet/dry clean/dirty loud/quiet far/near public/private""".split()
OPPOSITE: dict[str, list[str]] = {}
for _pair in OPPOSITES:
    _one, _other = _pair.split("/")
    OPPOSITE.setdefault(_one, []).append(_other)
    OPPOSITE.setdefault(_other, []).append(_one)
AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|has|have|had|does|do|did|should|must|may|might)\b(?! not|n't)"
)
NEGATED = re.compile(r"\b(not|no|never|nobody|none|nothing|without)\b|n't", re.IGNORECASE)
COMMON = frozenset("the and are was were for with has have that this his her its their".split())
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*|^[A-Z][a-z]+(?: [A-Z][a-z]+)+")
THING = re.compile(r"\b(A|An|The|Two|Three|Some|a|an|the|two|three|some|his|her|their) ((?:[a-z]+ )?)([a-z]{3,})\b")
MUTUAL = re.compile(r"\b(and|or|with|met|married|meets|marry|near|beside|together|between|same|equal|like)\b")
STRONGER = {
    "some": ["all", "most"], "many": ["all", "most"], "most": ["all"], "several": ["all", "hundreds of"],
    "often": ["always"], "usually": ["always"], "sometimes": ["always", "usually"], "mostly": ["entirely"],
    "mainly": ["only"], "partly": ["entirely"], "about": ["exactly"], "approximately": ["exactly"], "nearly": ["more than"],
    "almost": ["more than"], "may": ["will", "must"], "might": ["will"], "could": ["will"], "can": ["must"],
    "suggests": ["proves"], "suggested": ["proved"], "may have": ["has"], "likely": ["certain"], "a": ["the only", "every"],
    "an": ["the only", "every"], "known": ["best known"], "popular": ["the most popular"], "large": ["the largest"],
    "early": ["the first"], "part": ["all"], "one": ["the only one"], "few": ["no"], "good": ["the best"], "old": ["the oldest"],
}  # fmt: skip
HEDGES = (
    "It is possible that {}", "Critics claimed that {}", "There were rumours that {}", "It is not known whether {}",
    "Some people believe that {}", "The plan was that {}", "It was denied that {}", "If it had not rained, {}",
    "He asked whether {}", "According to an unconfirmed report, {}", "Perhaps {}", "She hoped that {}",
)  # fmt: skip
OPENINGS = (
    "Yes,", "Yeah,", "Well,", "Oh,", "Sure!", "Right,", "Actually,", "I know that", "I think", "I believe", "I read that", "I heard that",
    "You know,", "That's true.", "Good question.", "Yep.", "Interesting!", "From what I know,", "As far as I know,", "No problem!", "Hi!",
    "I love it!", "It's one of my favorites.", "Oh wow,", "I'm not sure, but", "I don't know much about it, but", "Of course!", "Did you know that",
    "They are awesome!", "Nice!", "I agree.", "Me too!", "Ha, yes,", "I've heard of it.", "So,", "Absolutely.", "My favorite!", "I do!",
)  # fmt: skip
CLOSINGS = (
    "What do you think?", "Do you like it?", "Have you heard of it?", "That's interesting.", "I hope that helps!", "Isn't that cool?",
    "I didn't know that.", "Let me know what you think.", "It's amazing.", "How about you?", "I find that fascinating.",
    "You should try it!", "I love it.", "They are awesome.", "It's one of my favorites.", "I wish I could see it.", "I really enjoy it.", "Do you know much about it?",
    "I think it's great.", "I would like to learn more.", "What about you?", "My friends like it too.", "I hope to go there some day.", "Pretty cool!", "I should read more about it.",
)  # fmt: skip
UNITS = """km/miles kilometres/miles kilometers/miles miles/kilometres metres/feet meters/feet feet/metres inches/centimetres
kg/pounds kilograms/pounds pounds/kilograms tonnes/kilograms hours/days days/weeks weeks/months months/years years/months
minutes/hours seconds/minutes million/billion billion/million thousand/million hundred/thousand dollars/euros euros/dollars
pounds/dollars percent/times degrees/percent litres/gallons acres/hectares hectares/acres""".split()
UNIT = dict(pair.split("/", 1) for pair in UNITS)


def number(pair: Pair, chance: random.Random) -> Pair | None:
    """Another number than the evidence gives."""
    shared = [found for found in NUMBER.finditer(pair.claim) if found.group() in pair.premise]
    spelled = [
        found
        for found in re.finditer(rf"\b({'|'.join(SPELLED)})\b", pair.claim, re.I)
        if re.search(rf"\b{found.group()}\b", pair.premise, re.I)
    ]
    if pair.label != ENTAILED or not (shared or spelled):
        return None
    found = chance.choice(shared or spelled)
    if shared:
        digits = found.group().replace(",", "")
        value = float(digits)
        year = len(digits) == 4 and 1000 < value < 2100
        steps = (
            [-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10, 20]
            if year or value < 100
            else [-0.5, -0.2, -0.1, 0.1, 0.25, 1, 9]
        )
        step = chance.choice(steps)
        other = value + step if year or value < 100 else value * (1 + step)
        if other < 0:
            other = value + abs(step)
        written = f"{other:.{len(digits.partition('.')[2])}f}"
        if "," in found.group():
            written = f"{round(other):,}"
    else:
        written = chance.choice([word for word in SPELLED if word != found.group().lower()])
    if re.search(rf"(?<![\d.,]){re.escape(written)}(?![\d])", pair.premise) or written == found.group():
        return None
    return _changed(pair, found.start(), found.end(), written, CONTRADICTED, "number")


def date(pair: Pair, chance: random.Random) -> Pair | None:
    """Another month or day of the week than the evidence gives."""
    if pair.label != ENTAILED:
        return None
    for names in (MONTHS, DAYS):
        found = next(
            (f for f in re.finditer(rf"\b({'|'.join(names)})\b", pair.claim) if f.group() in pair.premise), None
        )
        if found:
            others = [name for name in names if name not in pair.premise]
            return (
                _changed(pair, found.start(), found.end(), chance.choice(others), CONTRADICTED, "date")
                if others
                else None
            )
    return None


def opposite(pair: Pair, chance: random.Random) -> Pair | None:
    """The opposite of a word that evidence and claim share."""
    words = [f for f in re.finditer(r"[a-z]+", pair.claim) if f.group() in OPPOSITE]
    here = [f for f in words if re.search(rf"\b{f.group()}\b", pair.premise)]
    words = here if here and chance.random() < 0.7 else words
    if pair.label != ENTAILED or not words:
        return None
    found = chance.choice(words)
    other = chance.choice(OPPOSITE[found.group()])
    if re.search(rf"\b{other}\b", pair.premise):
        return None
    return _changed(pair, found.start(), found.end(), other, CONTRADICTED, "opposite")


def name(pair: Pair, chance: random.Random, others: Sequence[str]) -> Pair | None:
    """Another name than the evidence gives: no longer carried."""
    found = [f for f in NAME.finditer(pair.claim) if f.group() in pair.premise]
    if pair.label != ENTAILED or not found:
        return None
    place = chance.choice(found)
    inside = [n for n in NAME.findall(pair.premise) if n not in pair.claim and place.group() not in n]
    other = chance.choice(inside if inside and chance.random() < 0.5 else list(others))
    if other in pair.claim:
        return None
    return _changed(pair, place.start(), place.end(), other, OPEN, "name")


def roles(pair: Pair, _chance: random.Random) -> Pair | None:
    """Two names of the claim change places around a verb of action."""
    found = re.fullmatch(
        r"([A-Z]\w+(?: [A-Z]\w+)*) ((?:\w+ )?(?:\w+ed|beat|won|hit|led|wrote|built|made|taught|fought|sued|gave|met by|born to)(?: by| against| over)?) "
        r"([A-Z]\w+(?: [A-Z]\w+)*)(.*)",
        pair.claim,
    )
    if pair.label != ENTAILED or not found:
        return None
    one, verb, other, rest = found.groups()
    return Pair(pair.premise, f"{other} {verb} {one}{rest}", OPEN, "+roles")


def exchanged(pair: Pair, chance: random.Random) -> Pair | None:
    """Two names or two things of the claim change places: who did what to whom is no longer what the evidence says."""
    if pair.label != ENTAILED or MUTUAL.search(pair.claim):
        return None
    found = [(f.start(), f.end()) for f in NAME.finditer(pair.claim) if f.group().split()[-1] in pair.premise]
    if len(found) < 2:
        found = [(f.start(2), f.end(3)) for f in THING.finditer(pair.claim)]
    if len(found) < 2:
        return None
    place = chance.randrange(len(found) - 1)
    (a, b), (c, d) = found[place], found[place + 1]
    one, between, other = pair.claim[a:b], pair.claim[b:c], pair.claim[c:d]
    if one.lower() == other.lower() or len(between.split()) > 6 or not between.strip(" ,"):
        return None
    if re.fullmatch(r"\W*(is|are|was|were|of|in|the|a|an|\W)+\W*", between.strip()):
        return None
    return Pair(pair.premise, pair.claim[:a] + other + between + one + pair.claim[d:], OPEN, "+exchanged")


def stronger(pair: Pair, chance: random.Random) -> Pair | None:
    """The claim says more than the evidence: all for some, always for often, certain for likely."""
    words = [f for f in re.finditer(r"\b[a-z]+\b", pair.claim) if f.group() in STRONGER]
    if pair.label != ENTAILED or not words:
        return None
    found = chance.choice(words)
    other = chance.choice(STRONGER[found.group()])
    if other.split()[-1] in pair.premise.split():
        return None
    return _changed(pair, found.start(), found.end(), other, OPEN, "stronger")


def hedged(pair: Pair, chance: random.Random) -> Pair | None:
    """The evidence is only possible, said, asked or denied: it carries and excludes nothing any more."""
    if (
        pair.label not in (ENTAILED, CONTRADICTED)
        or len(sentences(pair.premise)) != 1
        or len(pair.premise.split()) > 40
    ):
        return None
    if not AUXILIARY.search(pair.premise):
        return None
    inner = pair.premise if NAME.match(pair.premise) else pair.premise[0].lower() + pair.premise[1:]
    return Pair(chance.choice(HEDGES).format(inner), pair.claim, OPEN if pair.label == ENTAILED else NEUTRAL, "+hedged")


def unit(pair: Pair, _chance: random.Random) -> Pair | None:
    """Another unit behind the same number."""
    found = [f for f in re.finditer(r"(?<=\d )[a-z]+\b", pair.claim) if f.group() in UNIT and f.group() in pair.premise]
    if pair.label != ENTAILED or not found or UNIT[found[0].group()] in pair.premise:
        return None
    return _changed(pair, found[0].start(), found[0].end(), UNIT[found[0].group()], CONTRADICTED, "unit")


def denied(text: str, chance: random.Random) -> str | None:
    """The denial of a sentence, or None where no simple one is known."""
    ways: list[str] = []
    auxiliary = AUXILIARY.search(text)
    if auxiliary and not NEGATED.search(text):
        ways += [f"{text[: auxiliary.end()]} not{text[auxiliary.end() :]}"] * 3
        if auxiliary.group() in ("is", "are", "was", "were"):
            ways.append(f"{text[: auxiliary.end()]}n't{text[auxiliary.end() :]}")
            ways.append(f"{text[: auxiliary.end()]} never{text[auxiliary.end() :]}")
        article = re.match(r"(A|An|One|Some|The) (?=[a-z])", text)
        if article and article.group(1) != "The":
            ways.append(f"No {text[article.end() :]}")
    if not ways:
        if chance.random() < 0.1 and text[:1].isupper():
            return f"It is not true that {text[0].lower() if not NAME.match(text) else text[0]}{text[1:]}"
        return None
    return chance.choice(ways)


def denial(pair: Pair, chance: random.Random) -> Pair | None:
    """The claim denied, or a denial turned round."""
    if pair.label == OPEN:
        return None
    claim = denied(pair.claim, chance)
    if claim is None:
        return None
    if pair.label == ENTAILED and len(pair.premise.split()) < 30 and chance.random() < 0.4:
        premise = denied(pair.premise, chance) if len(sentences(pair.premise)) == 1 else None
        if premise is not None and premise.startswith(("No ", "It is")) is False and " not" in premise:
            # not-H carries not-P; and not-P leaves not-H open
            return (
                Pair(claim, premise, ENTAILED, "+denial")
                if chance.random() < 0.5
                else Pair(premise, claim, NEUTRAL, "+denial")
            )
        return Pair(claim, pair.premise, CONTRADICTED, "+denial")
    turned = {ENTAILED: CONTRADICTED, CONTRADICTED: ENTAILED, NEUTRAL: NEUTRAL}[pair.label]
    return Pair(pair.premise, claim, turned, "+denial")


def denied_premise(pair: Pair, chance: random.Random) -> Pair | None:
    """The evidence denied: what rested on it is carried no longer, what it excluded is open now, and a claim that says
    all of it and more is excluded."""
    premise = _premise_denied(pair, chance)
    if premise is None or (pair.label != ENTAILED and not _is_apart(pair)):
        return None
    if pair.label == ENTAILED:
        return Pair(premise, pair.claim, OPEN, "+denied premise")
    label = _of_denied(pair)
    return None if label is None else Pair(premise, pair.claim, label, "+denied premise")


def both_denied(pair: Pair, chance: random.Random) -> Pair | None:
    """Evidence and claim denied, where the one did not carry the other: that both deny something makes no support,
    unless the claim denies all that the evidence does and more."""
    if pair.label == ENTAILED or not _is_apart(pair):
        return None
    premise = _premise_denied(pair, chance)
    claim = None if premise is None else denied(pair.claim, chance)
    label = {NEUTRAL: NEUTRAL, CONTRADICTED: ENTAILED, None: None}[_of_denied(pair)]
    return None if premise is None or claim is None or label is None else Pair(premise, claim, label, "+both denied")


def _of_denied(pair: Pair) -> int | None:
    """What a claim is by the denial of evidence that left it open or excluded it; None where that is not plain."""
    ours, theirs = (set(re.findall(r"\w{3,}", text.lower())) - COMMON for text in (pair.claim, pair.premise))
    held = len(ours & theirs) / max(1, len(theirs))
    if pair.label == CONTRADICTED:
        return NEUTRAL if held < 0.8 else None
    return NEUTRAL if held < 0.5 else CONTRADICTED if held == 1.0 else None


def _premise_denied(pair: Pair, chance: random.Random) -> str | None:
    """The denial of evidence that is one short sentence."""
    if pair.label == OPEN or len(sentences(pair.premise)) != 1 or len(pair.premise.split()) > 25:
        return None
    premise = denied(pair.premise, chance)
    return premise if premise is not None and premise.startswith(pair.premise[:5]) else None


def _is_apart(pair: Pair) -> bool:
    """Whether neither side denies anything nor says the opposite of a word of the other, so that no third way is shut."""
    if NEGATED.search(pair.premise) or NEGATED.search(pair.claim):
        return False
    words = set(re.findall(r"\w+", pair.claim.lower()))
    return not any(words & set(OPPOSITE.get(word, ())) for word in re.findall(r"\w+", pair.premise.lower()))


def otherwise(pair: Pair, say: Callable[[str, random.Random], str | None], chance: random.Random) -> Pair | None:
    """An entailed claim said otherwise."""
    claim = say(pair.claim, chance) if pair.label == ENTAILED else None
    return None if claim is None else Pair(pair.premise, claim, ENTAILED, "+turned")


def own(pair: Pair, chance: random.Random, others: Sequence[str]) -> Pair:
    """The claim among other sentences carries itself, whatever it sounds like; a shorter form of it too."""
    around = [
        pair.claim if pair.claim.endswith((".", "!", "?")) else f"{pair.claim}.",
        *chance.sample(list(others), min(len(others), chance.randint(0, 2))),
    ]
    chance.shuffle(around)
    return Pair(" ".join(around), pair.claim, ENTAILED, "+own")


def among(pair: Pair, chance: random.Random, others: Sequence[str]) -> Pair:
    """The evidence among other sentences: its label stays."""
    around = [*sentences(pair.premise), *chance.sample(list(others), min(len(others), chance.randint(2, 5)))]
    if chance.random() < 0.5:
        chance.shuffle(around)
    else:
        cut = chance.randint(0, len(around) - len(sentences(pair.premise)))
        extra = around[len(sentences(pair.premise)) :]
        around = [*extra[:cut], *sentences(pair.premise), *extra[cut:]]
    return Pair(" ".join(around), pair.claim, pair.label, "+among")


def elsewhere(pair: Pair, other: Pair) -> Pair | None:
    """Evidence of another claim carries nothing."""
    if pair.claim == other.claim or pair.premise == other.premise:
        return None
    return Pair(other.premise, pair.claim, NEUTRAL, "+elsewhere")


def joined(pair: Pair, other: Pair, chance: random.Random) -> Pair | None:
    """Two claims about one premise in one sentence are as good as the weaker."""
    if pair.premise != other.premise or OPEN in (pair.label, other.label) or pair.claim == other.claim:
        return None
    one, two = pair.claim.rstrip(" ."), other.claim.rstrip(" .")
    if chance.random() < 0.5:
        one, two = two, one
    if not one or not two:
        return None
    two = two[0].lower() + two[1:] if re.match(r"(A|An|The|There|They|He|She|It|Some|People|Two|Three) ", two) else two
    worst = max((pair.label, other.label), key=lambda label: (ENTAILED, NEUTRAL, CONTRADICTED).index(label))
    return Pair(pair.premise, f"{one}{chance.choice([' and ', ', and ', ', while '])}{two}.", worst, "+joined")


def beyond(pair: Pair, chance: random.Random) -> Pair | None:
    """A detail or a certainty that the evidence does not give."""
    if pair.label != ENTAILED or len(pair.claim.split()) < 4:
        return None
    claim = pair.claim.rstrip(" .")
    tails = (
        "for the first time",
        "because of the weather",
        "in order to save money",
        "for more than a decade",
        "against the advice of experts",
        "to great acclaim",
        "with the help of friends",
        "at the age of nine",
        "after a long dispute",
        "in front of thousands of people",
        "every week",
        "which surprised everyone",
        "according to the police",
        "as a gift",
        "without any problems",
        "because they were tired",
        "for his birthday",
        "on purpose",
        "at a loss",
        "in secret",
        "twice",
        "and was paid for it",
        "before anyone else",
    )
    tail = chance.choice(tails)
    if any(word in pair.premise.lower() for word in tail.split() if len(word) > 5):
        return None
    return Pair(pair.premise, f"{claim} {tail}.", NEUTRAL, "+beyond")


def spoken(pair: Pair, chance: random.Random) -> Pair | None:
    """The claim as it is said in conversation, with a pronoun for a name that the evidence gives: its label stays."""
    claim = pair.claim.strip()
    if len(claim.split()) < 3 or len(pair.premise.split()) < 5 or claim.endswith("?"):
        return None
    name = re.match(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*(?= (?:is|was|has|had|won|can|will|[a-z]+ed) )", claim)
    if name and name.group() in pair.premise and chance.random() < 0.6:
        person = re.search(r"\b(he|she|his|her)\b", pair.premise)
        pronoun = ("She" if person.group() in ("she", "her") else "He") if person else "It"
        claim = pronoun + claim[name.end() :]
    said = chance.choice(OPENINGS) if chance.random() < 0.7 else ""
    if said and re.match(r"(A|An|The|There|They|He|She|It|Some|People|Two|Three) ", claim):
        claim = claim[0].lower() + claim[1:] if said[-1] != "." else claim
    said = f"{said} {claim.rstrip(' .')}".strip() + "."
    if said == pair.claim or chance.random() < 0.4:
        said += f" {chance.choice(CLOSINGS)}"
    return Pair(pair.premise, said, pair.label, "+spoken")


def _changed(pair: Pair, start: int, end: int, written: str, label: int, kind: str) -> Pair:
    return Pair(pair.premise, pair.claim[:start] + written + pair.claim[end:], label, f"+{kind}")


Maker = Callable[[Pair, random.Random], Pair | None]
SWAPS: tuple[Maker, ...] = (number, date, opposite, roles, exchanged, stronger, unit, beyond)
