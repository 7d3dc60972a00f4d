"""Whether a text is written in English, so that a claim in another language is not judged by English rules.

Not for naming the other language.
"""

from __future__ import annotations

from simone.kernels.reference.validation.lexicon import FUNCTION
from simone.kernels.reference.validation.tokens import remembering
from simone.kernels.reference.validation.words import find_words

_FOREIGN = frozenset(
    "der die das und ist nicht ein eine mit von den dem im zu auf für le la les des est et une dans pas pour que qui "
    "sur el los las es por con una del se il lo gli della di che non per è het een van niet op te "
    "zijn um uma não com em "
    "os och att som inte på av jest nie się na och og ikke til det "
    "fut furent en du au aux était étaient été ont avec cette ces elle ils nous vous leur sont "
    "fue fueron está están muy más del sus fu furono nel nella dei delle degli sono è stato "
    "wurde wurden wird werden sind hat haben auch aus bei nach vom zum zur einen einem einer sich "
    "foi foram dos das ao werd wordt worden zijn door naar blev har som".split()
)
_SHARED = frozenset("die des is on no me in an at am was so do as a i of to have come du he over war hat door".split())


@remembering(1024)
def is_english(text: str) -> bool:
    """Whether most evidence points to English; short texts in Latin letters get the benefit of the doubt."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return True
    if sum(ord(c) < 0x250 for c in letters) < 0.6 * len(letters):
        return False
    words = [w.lower for w in find_words(text) if w.lower[0].isalpha()]
    if len(words) < 4:
        return True
    english = sum(w in FUNCTION for w in words)
    foreign = sum(w in _FOREIGN and w not in _SHARED and w not in FUNCTION for w in words)
    return foreign <= english if foreign >= 2 else True
