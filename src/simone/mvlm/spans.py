"""Fill a flat JSON Schema with spans of the evidence, for the engine that only quotes.

Not for inference: a property that no span fits is left out, and is a failure where the schema requires it.
"""

from __future__ import annotations

import re

import msgspec

from simone.errors import ModelFailed
from simone.kernels import kernels
from simone.records import Instruction

Value = str | int | float | list[str]


class Part(msgspec.Struct, frozen=True):
    """What is read of a property's schema; the rest is left to validation."""

    type: str = "string"
    enum: tuple[str, ...] = ()
    pattern: str = ""
    description: str = ""


class Shape(msgspec.Struct, frozen=True):
    """What is read of the schema of an object."""

    properties: dict[str, Part]
    required: tuple[str, ...] = ()


def fill(instruction: Instruction, answer: str) -> str:
    """The JSON object whose properties are spans of `answer`, else of the text and passages.

    A string is the whole answer, or the first run that fits its pattern or enum; a list of strings is the answer's
    sentences; a number is the only one in the answer, or the only one beside a word of the property's name.

    Raises:
        ModelFailed: the schema is not a flat object, or a required property has no fitting span.
    """
    try:
        shape = msgspec.json.decode(instruction.schema, type=Shape)
    except msgspec.DecodeError as error:
        raise ModelFailed(f"extractive: it fills flat objects of strings and numbers only: {error}") from error
    material = "\n".join([instruction.text, *(passage.text for passage in instruction.passages)])
    values: dict[str, Value] = {}
    for name, part in shape.properties.items():
        value = _value(name, part, answer, material)
        if value is not None:
            values[name] = value
        elif name in shape.required:
            raise ModelFailed(f"extractive: no span of the evidence fits the property {name!r} ({part.type})")
    return msgspec.json.encode(values).decode()


def _value(name: str, part: Part, answer: str, material: str) -> Value | None:
    if part.type == "string" and part.enum:
        found = [(match.start(), choice) for choice in part.enum if (match := _run(choice).search(answer))]
        return min(found)[1] if found else next((one for one in part.enum if _run(one).search(material)), None)
    if part.type == "string" and part.pattern:
        try:
            # JSON Schema patterns are searched; the anchors would tie them to the whole text instead of a run of it.
            pattern = re.compile(part.pattern.removeprefix("^").removesuffix("$"))
        except re.error:
            return None
        match = pattern.search(answer) or pattern.search(material)
        return match[0] if match else None
    if part.type == "string":
        return answer
    if part.type == "array":
        return [answer[start:end] for start, end in kernels.split_sentences_batch([answer])[0].tolist()]
    if part.type in {"number", "integer"}:
        return _number(f"{name} {part.description}", answer, whole=part.type == "integer")
    return None


def _number(about: str, answer: str, *, whole: bool) -> int | float | None:
    """The number the property asks for, or None where two would do."""
    numbers = [match for match in _NUMBER.finditer(answer) if not whole or "." not in match[0]]
    if len(numbers) > 1:
        wanted = {word for word in _WORD.findall(about.casefold().replace("_", " ")) if len(word) > 2}
        numbers = [one for one in numbers if wanted & set(_beside(answer, one))]
    if len(numbers) != 1:
        return None
    digits = numbers[0][0].replace(",", "")
    return int(digits) if whole else float(digits)


def _beside(answer: str, number: re.Match[str]) -> list[str]:
    """The word before the number and the two after it."""
    before = _WORD.findall(answer[: number.start()].casefold())[-1:]
    return before + _WORD.findall(answer[number.end() :].casefold())[:2]


def _run(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)


_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|(?<![\w.,])-?\d+(?:\.\d+)?(?![\w,]\d)(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
