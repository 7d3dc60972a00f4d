"""The turns of the soak: real conversations in their order, and among them, seeded, what a memory must not keep.

Not for running them. Every turn carries what is true of it, known from how it was made, never from what the gate says.

Source of the conversations: Maharana et al., Evaluating Very Long-Term Conversational Memory of LLM Agents, 2024.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from simone.benchmarks.conversations import read_dialogues
from simone.clock import seeded

Kind = Literal[
    "real turn",
    "new: place, time or price added",
    "new: another speaker",
    "new: look-alike",
    "new: contradicts",
    "new: only seems to contradict",
    "new: of a model, supported",
    "duplicate",
    "near-duplicate",
    "loop",
    "loop, retold in other words",
    "unsupported",
    "boilerplate",
]
JUNK: tuple[Kind, ...] = ("duplicate", "near-duplicate", "loop", "loop, retold in other words", "unsupported")
"""What counts as junk where it got in."""
GOOD: tuple[Kind, ...] = (
    "real turn",
    "new: place, time or price added",
    "new: another speaker",
    "new: look-alike",
    "new: contradicts",
    "new: only seems to contradict",
    "new: of a model, supported",
)
MODEL, NARRATOR = "model", "Narrator"
_SHARES: tuple[tuple[Kind, int], ...] = (
    ("real turn", 16),
    ("new: place, time or price added", 12),
    ("new: another speaker", 6),
    ("new: look-alike", 12),
    ("new: contradicts", 8),
    ("new: only seems to contradict", 3),
    ("new: of a model, supported", 5),
    ("duplicate", 12),
    ("near-duplicate", 10),
    ("loop", 8),
    ("loop, retold in other words", 2),
    ("unsupported", 7),
    ("boilerplate", 6),
)
_SLOT = re.compile(r"\{(\w+)\}")
_START, _MINUTES = datetime(2024, 1, 1, tzinfo=UTC), 7
_RELATIVE = re.compile(
    r"\b(?:today|tonight|yesterday|tomorrow|ago|last|next|past|coming|this|now|recently|just|soon|since|week|weekend|month"
    r"|year|morning|evening|night|\w+day|\w+uary|march|april|may|june|july|august|\w+tember|october|\w+ember)s?\b",
    re.IGNORECASE,
)
"""What means another day when it is said on another day: a day of a month is of the nearest year."""
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_VARYING = re.compile(
    rf"\d+|\b(?:not|does|fell|rose|red|blue|green|white|yellow|grey|{_MONTHS})\b|\b(?:in|is) [A-Z]\w+\W*$|s\b"
)


class Turn(msgspec.Struct, frozen=True):
    """What is said, by whom and when, and what is true of it.

    `verdict` is VVP's where a model says it. `repeats` is the turn (its number) that says it already, -1 if none;
    `ends` the turn that it contradicts, `seems_to_end` one that it does not, `how` the class of the contradiction.
    `is_unseen` says that it is put in words that the gate was not made with.
    """

    number: int
    kind: Kind
    text: str
    author: str
    at: datetime
    verdict: str = ""
    repeats: int = -1
    ends: int = -1
    seems_to_end: int = -1
    how: str = ""
    is_unseen: bool = False


class _Contradiction(msgspec.Struct, frozen=True, rename={"how": "class"}, forbid_unknown_fields=True):
    how: str
    first: str
    then: str


class _Unseen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fillers: tuple[str, ...]
    echoes: tuple[str, ...]
    boilerplate: tuple[str, ...]


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of `wording.toml`."""

    people: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    colours: tuple[str, ...]
    months: tuple[str, ...]
    foods: tuple[str, ...]
    pets: tuple[str, ...]
    jobs: tuple[str, ...]
    statements: tuple[str, ...]
    adjuncts: tuple[str, ...]
    contradiction: tuple[_Contradiction, ...]
    compatible: tuple[tuple[str, str], ...]
    boilerplate: tuple[str, ...]
    fillers: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    echoes: tuple[str, ...]
    unseen: _Unseen


def wording() -> Wording:
    """The lists as shipped."""
    text = resources.files("simone.benchmarks.soak").joinpath("wording.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Wording)


def real_turns(data: Path) -> list[tuple[str, str, datetime]]:
    """Author, text and moment of every turn of the development conversations, in the order they were held.

    Raises:
        MissingSource: they are not in `data`.
    """
    sessions = [session for dialogue in read_dialogues(data) for session in dialogue.sessions]
    return [(turn.speaker, turn.text, session.at) for session in sessions for turn in session.turns]


class Stream:
    """Turns one after another: a person repeats what was said, a model what it was shown."""

    def __init__(self, data: Path, turns: int, seed: int) -> None:
        self._words = wording()
        self._real = real_turns(data)
        self._turns = turns
        self._chance = seeded(seed, "soak")
        self._said: list[Turn] = []
        self._texts: set[tuple[str, str]] = set()
        self._owed: list[tuple[int, Turn]] = []
        self._next_real = 0
        self._made: set[str] = set()
        self._ended: set[int] = set()

    def turns(self, shown: Callable[[Turn], Sequence[str]]) -> Iterator[Turn]:
        """`shown` gives, for a turn that was said, the texts of memories that a recall of it shows, the best first."""
        makers: dict[Kind, Callable[[], Turn | None]] = {
            "real turn": self._real_turn,
            "new: place, time or price added": self._adjunct,
            "new: another speaker": self._other_speaker,
            "new: look-alike": self._look_alike,
            "new: contradicts": self._contradiction,
            "new: only seems to contradict": self._compatible,
            "new: of a model, supported": self._supported,
            "duplicate": self._duplicate,
            "near-duplicate": self._near,
            "loop": lambda: self._loop(shown, retold=False),
            "loop, retold in other words": lambda: self._loop(shown, retold=True),
            "unsupported": self._unsupported,
            "boilerplate": self._boilerplate,
        }
        kinds, weights = zip(*_SHARES, strict=True)
        while len(self._said) < self._turns:
            turn = self._due() or makers[self._chance.choices(kinds, weights)[0]]()
            if turn is not None:
                self._said.append(turn)
                yield turn

    # Good turns.

    def _real_turn(self) -> Turn | None:
        """The next turn of a conversation; what was said before by the same person, to the word, is passed over."""
        if self._next_real >= len(self._real):
            return None
        author, text, at = self._real[self._next_real]
        self._next_real += 1
        return self._new("real turn", text, author, at=at)

    def _adjunct(self) -> Turn | None:
        old = self._pick(lambda turn: turn.kind == "real turn")
        sentence = self._statement_of(old) if old else ""
        if not old or not sentence:
            return None
        if not self._is_first_about(sentence):
            return None
        text = sentence[:-1] + self._fill(self._chance.choice(self._words.adjuncts)) + "."
        return self._new("new: place, time or price added", text, old.author, at=old.at)

    def _other_speaker(self) -> Turn | None:
        """What depends on who says it, said by somebody else."""
        old = self._pick(lambda turn: turn.kind == "real turn" and re.search(r"\b(I|my|we)\b", turn.text) is not None)
        sentence = self._statement_of(old, r"\b(I|my|we)\b") if old else ""
        person = self._chance.choice(self._words.people)
        return self._new("new: another speaker", sentence, person, at=old.at) if old and sentence else None

    def _look_alike(self) -> Turn | None:
        text = self._statement()
        return self._new("new: look-alike", text, NARRATOR) if text else None

    def _supported(self) -> Turn | None:
        """A model says something that no memory says, and its sources carry it."""
        text = self._statement()
        return self._new("new: of a model, supported", text, MODEL, "supported") if text else None

    def _contradiction(self) -> Turn | None:
        """The first of two; the second is owed and comes some turns later."""
        chosen = self._chance.choice(self._words.contradiction)
        first, then = self._pair(chosen.first, chosen.then)
        return self._first_of("new: contradicts", first, then, chosen.how)

    def _compatible(self) -> Turn | None:
        first, then = self._pair(*self._chance.choice(self._words.compatible))
        return self._first_of("new: only seems to contradict", first, then, "")

    def _first_of(self, kind: Kind, first: str, then: str, how: str) -> Turn | None:
        if not self._is_first_about(first, then):
            return None
        turn = self._new(kind, first, NARRATOR)
        if turn is not None:
            due = turn.number + self._chance.randint(20, 400)
            ends = {"ends": turn.number, "how": how} if how else {"seems_to_end": turn.number}
            owed = Turn(-1, kind, then, NARRATOR, turn.at, **ends)
            self._owed.append((due, owed))
        return turn

    def _is_first_about(self, *texts: str) -> bool:
        """Whether none of these speaks of what another spoke of, whatever number, day, colour or end it has.

        So that nothing contradicts or repeats anything but where it is meant to.
        """
        abouts = {_about(text) for text in texts}
        if abouts & self._made:
            return False
        self._made |= abouts
        return True

    def _statement(self) -> str:
        """A new one, "" if this draw was not new."""
        text = self._fill(self._chance.choice(self._words.statements))
        return text if self._is_first_about(text) else ""

    def _due(self) -> Turn | None:
        for place, (due, turn) in enumerate(self._owed):
            if due <= len(self._said):
                del self._owed[place]
                made = self._new(turn.kind, turn.text, turn.author)
                if made and turn.ends >= 0:
                    self._ended.add(turn.ends)
                return made and msgspec.structs.replace(
                    made, ends=turn.ends, seems_to_end=turn.seems_to_end, how=turn.how
                )
        return None

    # What must not be kept.

    def _duplicate(self) -> Turn | None:
        old = self._pick(lambda turn: self._holds(turn) and turn.author != MODEL)
        if old is None:
            return None
        text = self._chance.choice(
            (
                old.text,
                old.text,
                f" {old.text}  ",
                old.text.replace("'", "\u2019"),
                old.text.rstrip(".!") + "!",
                old.text,
            )
        )
        return self._turn("duplicate", text, old.author, repeats=old.number, at=self._again_at(old))

    def _near(self) -> Turn | None:
        old = self._pick(lambda turn: self._holds(turn) and turn.author != MODEL and len(turn.text.split()) > 5)
        if old is None:
            return None
        text, is_unseen = old.text, False
        changes = [pair for pair in self._words.words if pair[0] in text]
        if changes and self._chance.random() < 0.5:
            text = text.replace(*self._chance.choice(changes))
        else:
            filler, is_unseen = self._either(self._words.fillers, self._words.unseen.fillers)
            first = text.split()[0]
            is_name = first[0].isupper() and first.rstrip(",'s!") not in _LOWERED
            text = filler + (text if is_name else text[0].lower() + text[1:])
        turn = self._turn("near-duplicate", text, old.author, repeats=old.number, at=self._again_at(old))
        return msgspec.structs.replace(turn, is_unseen=is_unseen)

    def _loop(self, shown: Callable[[Turn], Sequence[str]], *, retold: bool) -> Turn | None:
        """A model says again what recall showed it; VVP finds it supported, by the memory."""
        old = self._pick(self._holds)
        texts = shown(old) if old else ()
        if not old or not texts:
            return None
        is_unseen = False
        if retold:
            text = _in_third_person(texts[0], old.author)
            if not text:
                return None
        elif self._chance.random() < 0.25 and len(texts) > 1:
            text = f"{texts[0]} {texts[1]}"
        elif self._chance.random() < 0.4:
            text = texts[0]
        else:
            echo, is_unseen = self._either(self._words.echoes, self._words.unseen.echoes)
            text = echo.format(texts[0])
        kind: Kind = "loop, retold in other words" if retold else "loop"
        turn = self._turn(kind, text, MODEL, verdict="supported", repeats=old.number)
        return msgspec.structs.replace(turn, is_unseen=is_unseen)

    def _unsupported(self) -> Turn | None:
        verdict = self._chance.choice(("refuted", "unverifiable", ""))
        return self._turn("unsupported", self._fill(self._chance.choice(self._words.statements)), MODEL, verdict)

    def _boilerplate(self) -> Turn | None:
        author = MODEL if self._chance.random() < 0.3 else NARRATOR
        text, is_unseen = self._either(self._words.boilerplate, self._words.unseen.boilerplate)
        turn = self._turn("boilerplate", self._fill(text), author, "supported" if author == MODEL else "")
        return msgspec.structs.replace(turn, is_unseen=is_unseen)

    # Parts.

    def _new(self, kind: Kind, text: str, author: str, verdict: str = "", at: datetime | None = None) -> Turn | None:
        """A turn that nobody has said; None where somebody has."""
        key = (author, " ".join(re.findall(r"\w+", text.casefold())))
        if key in self._texts:
            return None
        self._texts.add(key)
        return self._turn(kind, text, author, verdict, at=at)

    def _turn(
        self, kind: Kind, text: str, author: str, verdict: str = "", repeats: int = -1, at: datetime | None = None
    ) -> Turn:
        """The next turn."""
        number = len(self._said)
        return Turn(number, kind, text, author, at or self._narrated_at(), verdict, repeats)

    def _either(self, seen: Sequence[str], unseen: Sequence[str]) -> tuple[str, bool]:
        """One of the two lists' texts, and whether it is of the second, which is drawn from in a quarter of cases."""
        is_unseen = self._chance.random() < 0.25
        return self._chance.choice(unseen if is_unseen else seen), is_unseen

    def _holds(self, turn: Turn) -> bool:
        """Whether it is good and nothing ended it: who says again what was ended may mean that it holds again."""
        return turn.kind in GOOD and turn.number not in self._ended

    def _again_at(self, old: Turn) -> datetime:
        """When something is said again: on its own day, or, where that makes no other day of it, by now."""
        if _RELATIVE.search(old.text) or self._chance.random() < 0.5:
            return old.at
        now = self._real[self._next_real - 1][2]
        return max(old.at, self._narrated_at() if old.author == NARRATOR else now)

    def _narrated_at(self) -> datetime:
        return _START + timedelta(minutes=_MINUTES * len(self._said))

    def _pick(self, fits: Callable[[Turn], bool]) -> Turn | None:
        """A turn that was said, the later ones as likely as the earlier."""
        for _ in range(20):
            if self._said and fits(turn := self._chance.choice(self._said)):
                return turn
        return None

    def _statement_of(self, turn: Turn, pattern: str = r"\w") -> str:
        """A sentence of it that states something, "" if there is none."""
        sentences = re.findall(r"[^.!?]+[.!?]", turn.text)
        stating = [
            one.strip()
            for one in sentences
            if one.endswith((".", "!")) and len(one.split()) > 5 and re.search(pattern, one)
        ]
        return self._chance.choice(stating) if stating else ""

    def _fill(self, template: str) -> str:
        return self._pair(template, "")[0]

    def _pair(self, first: str, then: str) -> tuple[str, str]:
        words, chance = self._words, self._chance
        person, other, another = chance.sample(words.people, 3)
        place, elsewhere = chance.sample(words.places, 2)
        low, day, amount = chance.randint(2, 9), chance.randint(1, 20), chance.randint(11, 900)
        slots = {
            "person": person,
            "other": other,
            "another": another,
            "place": place,
            "elsewhere": elsewhere,
            "thing": chance.choice(words.things),
            "colour": chance.choice(words.colours),
            "month": chance.choice(words.months),
            "food": chance.choice(words.foods),
            "pet": chance.choice(words.pets),
            "low": str(low),
            "high": str(low + chance.randint(1, 9)),
            "day": str(day),
            "later": str(day + chance.randint(1, 8)),
            "amount": str(amount),
            "more": str(amount + chance.randint(10, 99)),
        }
        return tuple(_SLOT.sub(lambda slot: slots[slot[1]], text) for text in (first, then))  # type: ignore[return-value]


def _about(text: str) -> str:
    return " ".join(re.findall(r"\w+", _VARYING.sub(" ", text)))


_LOWERED = frozenset(
    (
        "It It's The This That That's My We They He She You Your Yeah Yes No Wow Hey Hi Thanks Thank Oh Well So And But"
        " Just Really Sounds Sure Absolutely Definitely Totally Glad Congrats Good Great On In At For With What How"
    ).split()
)
"""First words that a filler before them puts into lower case."""


def _in_third_person(text: str, author: str) -> str:
    """The first sentence that the author says of themselves, told by another; "" if there is none."""
    for sentence in re.findall(r"[^.!?]+[.!?]", text):
        told = re.sub(r"\bI'm\b|\bI am\b", f"{author} is", sentence.strip(), count=1)
        told = re.sub(r"\bI've\b", f"{author} has", told)
        told = re.sub(r"\bI\b(?!')", author, told, count=1)
        told = re.sub(r"\bmy\b", "their", told)
        told = re.sub(r"\bI\b", "they", told)
        if told != sentence.strip() and len(told.split()) > 5 and author in told:
            return told
    return ""
