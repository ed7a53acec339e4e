"""Rules across records: one function and one code each, found by its decorator.

A rule gets a :class:`Check` and yields problems. A new rule is a new function here or in a
neighbouring file, a line in the changelog, and a case in ``tests/acceptance/negative``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from maestro.errors import Problem, Severity, did_you_mean
from maestro.source import MAX_FAULTS
from maestro.source.inside import is_inside
from maestro.source.position import locate

from .files import SINGLE_FILES
from .load import Catalog, Entry

Rule = Callable[["Check"], Iterator[Problem]]
RULES: list[Rule] = []
CODES: dict[str, str] = {}
"""Problem code to what it means and what to do."""
SEVERITIES: dict[str, tuple[Severity, ...]] = {}
"""Problem code to how severe it can be."""


def rule(code: str, meaning: str, *severities: Severity) -> Callable[[Rule], Rule]:
    """Register a function as the rule behind ``code``; without ``severities`` it gives errors."""

    def register(function: Rule) -> Rule:
        """Keep the rule and what its code means."""
        CODES[code] = meaning
        SEVERITIES[code] = severities or ("error",)
        RULES.append(function)
        return function

    return register


@dataclass(slots=True)
class Check:
    """What a rule sees: the catalog, the state it is compared with, and how to place a fault."""

    catalog: Catalog
    base: Catalog | None = None
    looked_at: dict[str, bool] = field(default_factory=dict)
    """Paths of this repository that a rule looked for, and whether they were there."""
    silent: dict[str, frozenset[str]] = field(default_factory=dict)
    """Path of a stand-in to the fields that nothing may be said about."""
    references: list[tuple[Entry, tuple[str | int, ...], str, str]] = field(default_factory=list)
    """Every reference of the catalog, once a rule has asked for them."""

    def at(
        self, entry: Entry, keys: tuple[str | int, ...], code: str, message: str, hint: str
    ) -> Problem:
        """A problem at the value of ``keys`` in an entry's file.

        Without a code, which drops it, where the value only stands in for a faulty one.
        """
        if entry.path in self.silent and (not keys or keys[0] in self.silent[entry.path]):
            return Problem(entry.path, 1, 1, "", message, hint)
        return self.in_file(entry.path, keys, code, message, hint)

    def in_file(
        self, path: str, keys: tuple[str | int, ...], code: str, message: str, hint: str
    ) -> Problem:
        """The same by path, for records that are no entries."""
        line, column = locate(self.catalog.texts[path].decode("utf-8"), keys)
        return Problem(path, line, column, code, message, hint)

    def exists(self, path: str) -> bool:
        """Whether a path of this repository is there, with no link on the way."""
        if path not in self.looked_at:
            self.looked_at[path] = is_inside(self.catalog.root, path)
        return self.looked_at[path]


def warning(problem: Problem, severity: Severity = "warning") -> Problem:
    """The same problem, less severe."""
    return replace(problem, severity=severity)


def follows_from(path: str, problem: Problem) -> Problem:
    """The same problem, which goes when the file at ``path`` is mended."""
    return replace(problem, cause=path)


def check_catalog(
    catalog: Catalog, base: Catalog | None = None, looked_at: dict[str, bool] | None = None
) -> list[Problem]:
    """Every fault across the records of ``catalog``, sorted, at most 20 a file.

    ``base`` is the state before the change: with it, frozen versions are held too. Paths that
    were looked for are noted in ``looked_at``: the answer holds while they stay as they are.
    """
    # Importing them registers their rules.
    from . import rules_history, rules_references, rules_values, rules_words  # noqa: F401

    seen = {} if looked_at is None else looked_at
    found = _found(Check(catalog, base, seen)) | _found_in_broken(catalog, seen)
    by_path: dict[str, list[Problem]] = {}
    for problem in sorted(found):
        by_path.setdefault(problem.path, []).append(problem)
    return [problem for path in sorted(by_path) for problem in _first_ones(by_path[path])]


def _found(check: Check) -> set[Problem]:
    return {problem for each in RULES for problem in each(check) if problem.code}


def _found_in_broken(catalog: Catalog, looked_at: dict[str, bool]) -> set[Problem]:
    """Faults of broken records that can be told although the record itself cannot be built."""
    if not catalog.stand_ins:
        return set()
    groups = {
        "entries": dict(catalog.entries),
        "projects": dict(catalog.projects),
        "experiments": dict(catalog.experiments),
        "channels": dict(catalog.channels),
        "policies": dict(catalog.policies),
    }
    silent = {}
    for entry, fields in catalog.stand_ins:
        groups[entry.kind if entry.kind in groups else "entries"].setdefault(entry.name, entry)
        silent[entry.path] = fields
    single = tuple(found for found in catalog.broken if found.kind in SINGLE_FILES)
    whole = replace(
        catalog,
        broken=single,
        stand_ins=(),
        entries=groups["entries"],
        projects=groups["projects"],
        experiments=groups["experiments"],
        channels=groups["channels"],
        policies=groups["policies"],
    )
    known = {(problem.path, problem.line) for problem in catalog.problems}
    return {
        problem
        for problem in _found(Check(whole, None, looked_at, silent))
        if problem.path in silent and (problem.path, problem.line) not in known
    }


def _first_ones(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MAX_FAULTS:
        return problems
    more = len(problems) - MAX_FAULTS
    last = problems[MAX_FAULTS]
    hint = "fix the ones above first"
    rest = Problem(last.path, last.line, 1, "V018", f"{more} more faults in this file", hint)
    return [*problems[:MAX_FAULTS], rest]


def unknown(word: str, what: str, known: Mapping[str, Any], place: str) -> tuple[str, str]:
    """Message and hint for a word that stands nowhere."""
    guess = did_you_mean(word, known)
    hint = f"{guess}  {what}s stand in {place}".strip()
    return f'{what} "{word}" is not known', hint


_MIXED = re.compile(r"\w+")


def mixes_scripts(text: str) -> str | None:
    """The first word that mixes Latin with Cyrillic or Greek letters, or None."""
    if text.isascii():
        return None
    for word in _MIXED.findall(text):
        if word.isascii():
            continue
        latin = any("a" <= c.lower() <= "z" for c in word)
        other = any("\u0370" <= c <= "\u052f" for c in word)
        if latin and other:
            return str(word)
    return None
