"""A policy: rules, as data, over what was found about sentences and outputs -> release, revise or withhold.

Not for finding anything: it decides on verdicts and findings that are already there.

Rules are written in CEL (Common Expression Language, https://cel.dev): it always ends, cannot reach outside the facts
it is given, and compiles once. All rules are asked; the strictest action wins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

import msgspec

from simone.clock import digest
from simone.errors import BadPolicy
from simone.governance.canonical import canonical
from simone.governance.facts import OUTPUT_FACTS, SENTENCE_FACTS, Facts, output_facts, samples, sentence_facts
from simone.records import Action, Case, Decision, PrincipleLevel, PrincipleName

SHIPPED = ("default", "report", "strict")
_FOLDER = Path(__file__).parent / "policies"
_STRICTNESS: dict[Action, int] = {"release": 0, "revise": 1, "withhold": 2}
_PRINCIPLES = ", ".join(get_args(PrincipleName))
_FUNCTIONS = frozenset({"size", "startsWith", "endsWith", "contains", "matches"})
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*(\w+)\s*,")

Scope = Literal["sentence", "output"]
Test = Callable[[Facts], object]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When `when` (CEL over the facts of `scope`) holds, `action` is called for, because of `reason`."""

    name: str
    scope: Scope
    when: str
    action: Action
    reason: str


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a policy file holds. `principles` says what is asked of each; one that is not named is warned of."""

    name: str
    version: int
    rules: tuple[Rule, ...]
    principles: dict[PrincipleName, PrincipleLevel] = {}


class Policy:
    """A policy whose expressions are compiled."""

    def __init__(self, file: PolicyFile, source: str = "policy") -> None:
        """Compile and try every rule.

        Raises:
            BadPolicy: two rules share a name, or an expression does not compile, names an unknown fact or does not
                give true or false.
        """
        self.file = file
        self._source = source
        names = [rule.name for rule in file.rules]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise BadPolicy(f"policy {source!r}: several rules are named {repeated[0]!r}; give each its own name")
        self._tests = tuple((rule, _compiled(rule, source)) for rule in file.rules)
        self._blocked = tuple(
            Rule(f"principle-{name}", "sentence", "", "revise", f"it goes against the principle of {name}")
            for name, level in file.principles.items()
            if level == "block"
        )
        for rule, test in self._tests:
            for facts in samples(rule.scope):
                self._holds(rule, test, facts)

    @property
    def name(self) -> str:
        """Name and version, for people."""
        return f"{self.file.name} {self.file.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical policy, for the bundle: comments and layout of the file do not count."""
        return digest(canonical(self.file))

    def decide(self, case: Case, revisions_left: int) -> Decision:
        """What may happen to the case's draft. `revisions_left` counts repairs that may still be made.

        `sentences` of the decision are those that a rule wants revised or withheld. Where the rules want a revision and
        none is left, the output is withheld. A sentence against a principle that the policy blocks must be revised.

        Raises:
            BadPolicy: a rule cannot be evaluated on these facts.
        """
        fired: list[Rule] = []
        failed: set[int] = set()
        by_sentence = sentence_facts(case, revisions_left)
        whole = output_facts(case, by_sentence, revisions_left)
        for rule, test in self._tests:
            if rule.scope == "output":
                if self._holds(rule, test, whole):
                    fired.append(rule)
                continue
            hit = [index for index, facts in enumerate(by_sentence) if self._holds(rule, test, facts)]
            if hit:
                fired.append(rule)
                failed.update(hit if rule.action != "release" else ())
        for rule in self._blocked:
            hit = [index for index, facts in enumerate(by_sentence) if self._is_against(rule, facts)]
            if hit:
                fired.append(rule)
                failed.update(hit)
        action: Action = max((rule.action for rule in fired), key=_STRICTNESS.__getitem__, default="release")
        deciding = [rule for rule in fired if rule.action == action]
        reason = "; ".join(dict.fromkeys(rule.reason for rule in deciding)) or "no rule objects"
        if action == "revise" and revisions_left <= 0:
            action, reason = "withhold", f"{reason}; no repair is left"
        return Decision(action, tuple(rule.name for rule in deciding), reason, tuple(sorted(failed)))

    @staticmethod
    def _is_against(rule: Rule, facts: Facts) -> bool:
        rules = facts["rules"]
        return isinstance(rules, list) and rule.name in rules

    def _holds(self, rule: Rule, test: Test, facts: Facts) -> bool:
        try:
            found = test(facts)
        except (RuntimeError, TypeError, ValueError, ArithmeticError) as error:
            hint = "; test `measured` first" if "confidence" in rule.when and not facts.get("measured", True) else ""
            raise BadPolicy(f"{self._about(rule)} cannot be evaluated on {facts!r}: {error}{hint}") from error
        if not isinstance(found, bool):
            raise BadPolicy(f"{self._about(rule)} gives {found!r}; it must give true or false")
        return found

    def _about(self, rule: Rule) -> str:
        return f"policy {self._source!r}, rule {rule.name!r}: {rule.when!r}"


def load_policy(name_or_path: str | Path) -> Policy:
    """The shipped policy of that name, or the policy in that file.

    Raises:
        BadPolicy: there is no such policy, or the file does not follow the schema; names file, rule, what was found
            and what is allowed.
    """
    named = str(name_or_path)
    path = _FOLDER / f"{named}.toml" if named in SHIPPED else Path(name_or_path)
    try:
        return _parsed(path.read_text("utf-8"), named)
    except OSError as error:
        raise BadPolicy(
            f"no policy {named[:200]!r} ({error.strerror}); shipped: {', '.join(SHIPPED)}, or give the path of a policy"
            " file"
        ) from error
    except ValueError as error:  # not UTF-8, not TOML, or no possible name of a file
        raise BadPolicy(f"policy {named!r} cannot be read: {error}; it must be TOML") from error


@lru_cache(maxsize=16)
def _parsed(text: str, named: str) -> Policy:
    tree = tomllib.loads(text)
    for number, entry in enumerate(tree["rules"] if isinstance(tree.get("rules"), list) else ()):
        _checked(entry, number, named)
    try:
        return Policy(msgspec.convert(tree, PolicyFile), named)
    except msgspec.ValidationError as error:
        raise BadPolicy(
            f"policy {named!r}: {error}; allowed: name, version, [[rules]], [principles] with {_PRINCIPLES} at off,"
            " warn or block"
        ) from error


def policy_schema() -> dict[str, object]:
    """JSON Schema of a policy file."""
    return msgspec.json.schema(PolicyFile)


def _checked(entry: object, number: int, source: str) -> None:
    try:
        msgspec.convert(entry, Rule)
    except msgspec.ValidationError as error:
        title = entry.get("name", "without a name") if isinstance(entry, Mapping) else "not a table"
        raise BadPolicy(
            f"policy {source!r}, rule {number + 1} ({title!r}): {error}; allowed: name, scope (sentence, output), when,"
            " action (release, revise, withhold), reason"
        ) from error


@cache
def _evaluator() -> ModuleType:
    """The compiled part of the package `cel`.

    The package itself imports its own command line, with a terminal library: a sixth of a second at every start.
    """
    package = find_spec("cel")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for ending in EXTENSION_SUFFIXES:
            file = Path(folder) / f"cel{ending}"
            spec = spec_from_file_location("cel.cel", file) if file.is_file() else None
            if spec is not None and spec.loader is not None:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    return import_module("cel")


def _compiled(rule: Rule, source: str) -> Test:
    about = f"policy {source!r}, rule {rule.name!r}"
    try:
        program = _evaluator().compile(rule.when)
    except (ValueError, RuntimeError) as error:
        raise BadPolicy(f"{about}: {rule.when!r} does not compile: {error}") from error
    known = SENTENCE_FACTS if rule.scope == "sentence" else OUTPUT_FACTS
    used = program.references()
    if strange := sorted(set(used["variables"]) - set(known) - set(_BOUND.findall(rule.when))):
        raise BadPolicy(f"{about}: {rule.when!r} names {strange[0]!r}; facts of a {rule.scope}: {', '.join(known)}")
    calls = {name for name in used["functions"] if name.isidentifier()}
    if strange := sorted(calls - _FUNCTIONS):
        allowed = ", ".join(sorted(_FUNCTIONS))
        raise BadPolicy(f"{about}: {rule.when!r} calls {strange[0]!r}; allowed: {allowed}, all, exists, exists_one")
    return lambda facts: program.execute(facts)
