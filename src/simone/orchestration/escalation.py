"""Asks a bigger judge about the claims that the checks leave open, within a budget; what it says is never trusted.

Not for engines: `mvlm` has them. Off unless the setting `verifier.escalation` names one.

An answer counts only if it follows the schema and quotes, word for word, a sentence that it was shown. It never turns
a claim into a supported one where the exact comparison names another value, quantity or certainty. Whatever goes wrong,
the verdict stays as it was and its reason says so.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Literal

import msgspec

from simone.clock import Clock, Deadline
from simone.errors import ModelFailed, ModelTimeout
from simone.mvlm.contract import MVLM
from simone.mvlm.instructions import estimate_tokens
from simone.mvlm.recorded import Recording
from simone.records import Claim, Cost, Execution, Instruction, Passage, Stance, Status, Verdict
from simone.truth import calibration, evidence
from simone.truth.evidence import LEAST_OVERLAP
from simone.truth.judging import Judging
from simone.truth.reading import stems_of
from simone.truth.windows import windows

CHECK = "escalation"
ESCALATION = "+escalation:"
"""What stands in a judge's name before the budget and the name of the bigger one."""
ANSWER_TOKENS = 160
"""Room for a verdict and a quoted sentence, tokens."""
LEAST_QUOTED = 3
"""Words that a quote must have, unless it is the whole sentence, count."""
SHOWN_CHARACTERS = 160
"""Of what went wrong, in a reason."""
SCHEMA = msgspec.json.encode(
    {
        "type": "object",
        "properties": {
            "verdict": {"enum": ["supported", "refuted", "unverifiable"]},
            "quote": {"type": "string"},
        },
        "required": ["verdict", "quote"],
        "additionalProperties": False,
    }
).decode()
_OPEN = frozenset(("form", "language", "contradiction"))
"""Checks whose open verdicts no judge can settle."""
_VALUES = frozenset(("date", "modality", "number", "polarity", "quantifier", "unit"))
"""Checks whose open verdicts name a difference: such a claim may be refuted, not supported."""
_STANCE: dict[Status, Stance] = {"supported": "supports", "refuted": "refutes"}
_READ: dict[Status, str] = {
    "supported": "the bigger judge finds that the claim follows from “{}”",
    "refuted": "the bigger judge finds that the claim cannot be true if “{}” is",
}


class Limits(msgspec.Struct, frozen=True):
    """What the bigger judge may cost one request: calls, tokens read and written together, milliseconds."""

    calls: int
    tokens: int
    milliseconds: int


def with_second(first: str, limits: Limits, second: str) -> str:
    """The name of a judge that asks a bigger one, for the bundle: the budget decides too what is asked."""
    return f"{first}{ESCALATION}{limits.calls}/{limits.tokens}/{limits.milliseconds}:{second}"


def without_second(name: str) -> tuple[str, str]:
    """The names of the first judge and of the bigger one, "" for none, of such a name."""
    first, _, rest = name.partition(ESCALATION)
    return first, rest.partition(":")[2]


class _Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verdict: Literal["supported", "refuted", "unverifiable"]
    quote: str


class Bounded:
    """An engine that serves one request until its budget is spent; then it refuses. Thread-safe."""

    def __init__(self, engine: MVLM, limits: Limits, clock: Clock) -> None:
        self._engine = engine
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._calls = self._tokens = 0
        self._spent_s = 0.0

    @property
    def name(self) -> str:
        """Name of the engine itself."""
        return self._engine.name

    def execute(self, instruction: Instruction, deadline: Deadline) -> Execution:
        """Let the engine carry out the instruction with what is left, one at a time.

        Raises:
            ModelFailed: the budget is spent, or as the engine.
            ModelTimeout: as the engine; also where the budget's time ends meanwhile.
            Cancelled: as the engine.
        """
        with self._lock:
            left_s = self._limits.milliseconds / 1e3 - self._spent_s
            asked = sum(estimate_tokens(passage.text) for passage in instruction.passages)
            left = self._limits.tokens - self._tokens - asked - estimate_tokens(instruction.task)
            if self._calls >= self._limits.calls:
                raise ModelFailed(f"its budget of {self._limits.calls} calls is spent")
            if left <= 0:
                raise ModelFailed(f"its budget of {self._limits.tokens} tokens is spent")
            if left_s <= 0:
                raise ModelFailed(f"its budget of {self._limits.milliseconds} ms is spent")
            self._calls += 1
            allowed = msgspec.structs.replace(instruction, max_tokens=min(instruction.max_tokens, left))
            begin_s = self._clock.monotonic_s()
            try:
                execution = self._engine.execute(allowed, deadline.extended(min(0.0, left_s - deadline.remaining_s)))
            finally:
                self._spent_s += self._clock.monotonic_s() - begin_s
            self._tokens += execution.tokens_in + execution.tokens_out
            return execution

    def close(self) -> None:
        """The engine outlives the request: nothing is closed."""


class EscalatingJudge:
    """Implements `Judging` for one request. Asks about a claim and its evidence once, however often it is judged."""

    def __init__(self, first: Judging, recording: Recording, name: str, deadline: Deadline) -> None:
        self._first = first
        self.recording = recording
        """What the bigger judge answered, for the ledger."""
        self._name = name
        self._deadline = deadline
        self._lock = threading.Lock()
        self._known: dict[Instruction, Execution | str] = {}

    @property
    def name(self) -> str:
        """The first judge's name, and that of the bigger one."""
        return self._name

    @property
    def first(self) -> Judging:
        """The judge that decides without the bigger one."""
        return self._first

    def spent(self, cost: Cost) -> Cost:
        """The cost of a request with that of the bigger judge added."""
        with self._lock:
            answers = [answer for answer in self._known.values() if isinstance(answer, Execution)]
        if not answers:
            return cost
        return msgspec.structs.replace(
            cost,
            model=f"{cost.model} + {self.recording.name}",
            calls=cost.calls + len(answers),
            tokens_in=cost.tokens_in + sum(answer.tokens_in for answer in answers),
            tokens_out=cost.tokens_out + sum(answer.tokens_out for answer in answers),
        )

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool = False) -> tuple[Verdict, ...]:
        """One verdict per claim, in order; the bigger judge is asked in that order."""
        verdicts = list(self._first.judge(claims, passages, explain))
        waiting = [n for n, v in enumerate(verdicts) if v.status == "unverifiable" and v.decided_by not in _OPEN]
        if waiting:
            pool = evidence.collect(passages)
            for n in waiting:
                verdicts[n] = self._settled(verdicts[n], pool)
        return tuple(verdicts)

    def _settled(self, verdict: Verdict, pool: evidence.Pool) -> Verdict:
        shown = _shown(verdict.claim.text, pool)
        if not shown:
            return verdict
        instruction = Instruction("JUDGE", verdict.claim.text, passages=shown, schema=SCHEMA, max_tokens=ANSWER_TOKENS)
        answer = self._asked(instruction)
        if isinstance(answer, str):
            return _noted(verdict, f"gave no verdict: {answer}")
        try:
            opinion = msgspec.json.decode(answer.text, type=_Opinion)
        except msgspec.DecodeError as error:
            return _noted(verdict, f"gave no verdict: {error}")
        if opinion.verdict == "unverifiable":
            return _noted(verdict, "leaves it open too")
        place = _place(opinion.quote, verdict.claim.text, shown)
        if place is None:
            return _noted(verdict, f"says “{opinion.verdict}” and quotes nothing that it was shown")
        if opinion.verdict == "supported" and verdict.decided_by in _VALUES:
            return _noted(verdict, f"would support it, which a difference in {verdict.decided_by} forbids")
        cited = evidence.cite(*place, _STANCE[opinion.verdict], 1.0)
        others = tuple(e for e in verdict.evidence if (e.document_id, e.start) != (cited.document_id, cited.start))
        return Verdict(
            verdict.claim,
            opinion.verdict,
            CHECK,
            _READ[opinion.verdict].format(cited.quote),
            calibration.shipped().confidence(CHECK, opinion.verdict),
            (cited, *others[:1]),
            verdict.words,
        )

    def _asked(self, instruction: Instruction) -> Execution | str:
        """The answer, or what went wrong."""
        with self._lock:
            if instruction not in self._known:
                try:
                    self._known[instruction] = self.recording.execute(instruction, self._deadline)
                except (ModelFailed, ModelTimeout) as error:
                    self._known[instruction] = _short(str(error))
            return self._known[instruction]


def _shown(claim: str, pool: evidence.Pool) -> tuple[Passage, ...]:
    """The sentences of the claim's windows, each as a passage of its own; none where too little is shared."""
    shown = []
    for window in windows(claim, pool):
        if window.share >= LEAST_OVERLAP:
            for sentence in (pool.sentences[n] for n in window.sentences):
                passage = pool.passages[sentence.passage]
                span = sentence.start, sentence.end
                shown.append(
                    msgspec.structs.replace(passage, start=span[0], end=span[1], text=sentence.text, focus=span)
                )
    return tuple(shown)


def _place(quote: str, claim: str, shown: Sequence[Passage]) -> tuple[Passage, int, int] | None:
    """Where a quote of some substance stands in what was shown, as (passage, start, end); None where nowhere."""
    wanted = quote.strip().strip("“”\"'").strip()
    for passage in shown:
        if wanted and " ".join(wanted.split()) == " ".join(passage.text.split()):
            return passage, passage.start, passage.end
    if len(wanted.split()) < LEAST_QUOTED or not stems_of(wanted) & stems_of(claim):
        return None
    for passage in shown:
        at = passage.text.find(wanted)
        if at >= 0:
            return passage, passage.start + at, passage.start + at + len(wanted)
    return None


def _noted(verdict: Verdict, what: str) -> Verdict:
    return msgspec.structs.replace(verdict, reason=f"{verdict.reason}; the bigger judge {what}")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
