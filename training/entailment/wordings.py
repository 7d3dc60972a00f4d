"""Words that are put in the place of others: units, stronger and weaker words, and words that add something.

Not for changing sentences: see `minimal`.
"""

# ruff: noqa: E501 - a training program: long lists stay whole

from __future__ import annotations

METRES: dict[str, tuple[str, float]] = {
    "km": ("metres", 1000), "kilometres": ("metres", 1000), "kilometers": ("meters", 1000), "metres": ("centimetres", 100),
    "meters": ("centimeters", 100), "kg": ("grams", 1000), "kilograms": ("grams", 1000), "tonnes": ("kilograms", 1000),
    "hours": ("minutes", 60), "minutes": ("seconds", 60), "days": ("hours", 24), "weeks": ("days", 7), "years": ("months", 12),
    "feet": ("inches", 12), "yards": ("feet", 3), "litres": ("millilitres", 1000), "decades": ("years", 10), "centuries": ("years", 100),
    "million": ("thousand", 1000), "billion": ("million", 1000), "dozen": ("", 12),
}  # fmt: skip
UNITS = (
    "metres feet kilometres miles inches yards centimetres meters kilometers", "kilograms pounds grams tonnes ounces kg",
    "seconds minutes hours days weeks months years decades", "million billion thousand", "dollars euros pounds francs yen",
    "percent degrees points", "Celsius Fahrenheit", "litres gallons pints", "acres hectares",
)  # fmt: skip
UNIT: dict[str, list[str]] = {w: [v for v in row.split() if v != w] for row in UNITS for w in row.split()}
WEAKER = {
    "all": "some|most|many", "every": "almost every", "most": "some|many", "always": "often|sometimes", "never": "rarely",
    "exactly": "about", "must": "may|should", "will": "may|might|could", "proved": "suggested", "proves": "suggests",
    "caused": "was linked to|contributed to|may have caused", "causes": "is associated with|may cause|contributes to",
    "certainly": "perhaps", "definitely": "possibly", "only": "mainly", "entirely": "partly", "completely": "partly",
    "the largest": "one of the largest", "the best": "one of the best", "the first": "one of the first",
    "the most": "one of the most", "the only": "one of the", "eliminated": "reduced", "prevents": "may prevent",
    "both": "one of the", "none of": "few of", "everyone": "most people", "unanimously": "", "showed": "suggested",
    "found": "suggested", "confirmed": "suggested", "demonstrated": "suggested", "requires": "recommends", "required": "advised",
    "is": "may be|could be|is likely to be|is said to be", "was": "may have been|was probably|was reportedly",
    "were": "may have been|were reportedly|were likely", "are": "may be|are sometimes|are often|could be",
}  # fmt: skip
STRONGER = {
    "some": "all|most|no other", "many": "all|most", "most": "all|nearly all", "several": "all|dozens of", "often": "always",
    "usually": "always", "sometimes": "always|usually", "frequently": "always", "about": "exactly|more than",
    "approximately": "exactly", "nearly": "more than", "almost": "more than", "mainly": "only", "mostly": "only|entirely",
    "partly": "entirely", "largely": "entirely", "primarily": "exclusively", "generally": "always", "typically": "always",
    "likely": "certainly", "probably": "certainly", "possibly": "certainly", "can": "must|will", "should": "must",
    "may": "will|must", "might": "will", "could": "will|must", "may have": "has", "might have": "has",
    "associated with": "caused by", "linked to": "caused by", "related to": "caused by", "contributed to": "caused|was the only cause of",
    "suggested": "proved|confirmed", "suggests": "proves", "suggest": "prove", "indicates": "proves", "indicate": "prove",
    "helped": "did the most to help", "one of the": "the", "among the": "the", "reduced": "eliminated|ended", "reduces": "prevents",
    "improved": "perfected", "part of": "all of", "parts of": "all of", "a number of": "all", "few": "no", "a few": "all",
    "large": "the largest", "known": "best known", "popular": "the most popular", "important": "the most important",
    "may be": "is", "might be": "is", "could be": "is", "can be": "is always", "is thought to be": "is", "is believed to be": "is",
    "is expected to": "will", "are expected to": "will", "plans to": "will", "plan to": "will", "hopes to": "will", "aims to": "will",
    "at least": "exactly", "more than": "exactly|nearly", "over": "exactly", "up to": "exactly|at least", "in some cases": "in all cases",
    "advised": "required", "recommended": "required", "allows": "requires", "asked": "ordered",
}  # fmt: skip
ADVERBS = "always|only|secretly|unanimously|reluctantly|immediately|repeatedly|alone|illegally|deliberately|successfully|personally|later|twice".split(
    "|"
)
DEGREES = "completely|always|extremely|never|certainly|officially|exceptionally|still|no longer|hardly".split("|")
ADJECTIVES = "famous|Danish|new|largest|former|only|second|private|wooden|German|wealthy|local|first|French|controversial|retired|oldest|young".split(
    "|"
)
ATTITUDES = "tried to|planned to|refused to|failed to|wanted to|threatened to|promised to|agreed to|was expected to|was asked to|hoped to|declined to|was about to|did not".split(
    "|"
)
