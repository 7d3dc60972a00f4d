"""Who did what to what, by light patterns: only sentences plain enough to be sure.

Not for parsing: what is negated, hedged, asked or nested gives no relation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from simone.records import DraftSentence, Mention, Relation

_DOUBT = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|hardly|n't|may|might|could|would|should|can|perhaps|possibly|probably|"
    r"likely|if|unless|whether|allegedly|reportedly|apparently|seems?|seemed|appears?|appeared)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_VERB = (
    r"(?:(?:has|have|had|was|were|is|are|been|being|also|then|later|first|since|often|\w+ly)\s+)*"
    r"(?:is|are|was|were|became|has|have|had|made|built|wrote|won|lost|sold|bought|paid|gave|took|led|held|left|met|"
    r"found|began|ran|sent|said|told|taught|grew|drew|rose|fell|broke|chose|spoke|set|put|cut|kept|brought|caught|"
    r"fought|sought|contains|includes|requires|provides|defines|introduces|replaces|supports|describes|specifies|"
    r"extends|allows|adds|uses|owns|covers|costs|holds|runs|makes|gives|takes|leads|\w{2,}(?<!e)ed)"
    r"(?:\s+(?:to|on|in|at|by|for|from|with|into|as|of)(?=\s))?"
)
_NOUN_PHRASE = (
    r"(?:the|a|an|this|its|their|his|her)\s+(?:(?!that\b)[a-z][\w-]*\s+){0,2}?(?!that\b)[a-z][\w-]*(?<!ed)"
    r"(?:\s+of\s+(?:the\s+)?[\w-]+)?"
)
_AFTER_SUBJECT = re.compile(rf"\s+(?P<verb>{_VERB})\s+(?P<object>[^\s,;:.()—–][^,;:()—–\"“”]*)")
_PLAIN_SUBJECT = re.compile(rf"(?P<subject>{_NOUN_PHRASE})(?=\s+(?P<verb>{_VERB})\s)", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"\s+(?:and|but|or|which|that|who|whom|whose|where|when|while|because|since|although|though|after|before|until|so|"
    r"during|despite|following|including|than)\b.*|[.!?]+[\"'”’)\]]*\s*$",
    re.DOTALL,
)
_REST_OF_VERB = re.compile(r"(?:been|being|since|often|\w+(?:ed|en|ly|ing))\b", re.IGNORECASE)
_AUXILIARIES = ("is", "are", "was", "were", "has", "have", "had", "been")
_ARTICLE = "the "
"""What may stand before the name that is a subject."""
MAX_OBJECT_WORDS = 10


def find_relations(sentence: DraftSentence, mentions: Sequence[Mention]) -> tuple[Relation, ...]:
    """At most one relation of the sentence: its first words as subject (a name or a plain noun phrase), verb, object.

    `mentions` are those of the draft, by place.
    Offsets are into the draft's text; `relation` is the verb group in lower case.
    """
    text = sentence.text
    if _DOUBT.search(text):
        return ()
    end = _subject_end(sentence, mentions)
    found = _AFTER_SUBJECT.match(text, end) if end else None
    if found is None:
        return ()
    if found["verb"].lower().endswith(_AUXILIARIES) and _REST_OF_VERB.match(found["object"]):
        return ()
    said = _BOUNDARY.sub("", found["object"]).strip()
    if not re.search(r"\w", said) or len(said.split()) > MAX_OBJECT_WORDS:
        return ()
    return (
        Relation(
            subject=text[:end],
            relation=" ".join(found["verb"].lower().split()),
            object=said,
            start=sentence.start,
            end=sentence.start + found.start("object") + len(said),
        ),
    )


def _subject_end(sentence: DraftSentence, mentions: Sequence[Mention]) -> int:
    """Where the subject that opens the sentence ends, 0 if it opens with none that is plain."""
    for place in range(bisect_left(mentions, sentence.start, key=lambda one: one.start), len(mentions)):
        mention = mentions[place]
        start = mention.start - sentence.start
        if start > len(_ARTICLE):
            break
        opening = sentence.text[:start].casefold()
        if mention.kind == "name" and opening in ("", _ARTICLE) and mention.end <= sentence.end:
            return mention.end - sentence.start
    plain = _PLAIN_SUBJECT.match(sentence.text)
    return plain.end("subject") if plain else 0
