"""How evidence and a claim are written before the entailment model reads them.

Not for people: the text that a verdict shows is the source's own. Training and use share this module, so that the model
reads both alike.
"""

from __future__ import annotations

import re

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"'}
_BRACKET = re.compile("|".join(map(re.escape, _BRACKETS)))
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{0,200})\]\]")
_CITATION = re.compile(r"\[?(?:<\|\w+\|>[,; ]*)+\]?")
_BEFORE = re.compile(r"\s+([.,;:!?)\]}%])")
_AFTER = re.compile(r"([(\[{])\s+")
_TAIL = re.compile(r"\s+('s|'re|'ve|'ll|'d|'m|n't)\b")


def plain(text: str) -> str:
    """The text without the traces of treebank tokenising, wiki links and citation marks; white space becomes one blank.

    `Anna 's -LRB- born 1920 -RRB- [[Oslo|home]] .` becomes `Anna's (born 1920) home.`
    """
    text = _BRACKET.sub(lambda found: _BRACKETS[found.group()], text)
    text = _WIKI_LINK.sub(lambda found: found.group(1).replace("_", " "), text)
    text = " ".join(_CITATION.sub("", text).split())
    return _TAIL.sub(r"\1", _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text)))
