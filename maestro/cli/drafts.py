"""Projects that are not in the library: briefs, drafts, and what would be different."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro.errors import PROBLEMS, WRONG_USE, MaestroError, Problem, did_you_mean, shorten

from .spec import brief_text, words_of

if TYPE_CHECKING:
    from maestro.catalog.load import Catalog
    from maestro.learning.planned import Planned

_PLACE = "projects/new-project/project.yaml"
_FILLED = {
    "description": "A project that is only planned so far.",
    "complexity": "5",
    "team": "{size: 1}",
    "started": "2000-01-01",
    "status": "planned",
}
"""Stand-ins for what a draft does not say yet, so that all else can be checked."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is to be different, as typed; None and empty where nothing is."""

    team_size: int | None = None
    complexity: int | None = None
    problem_class: str | None = None
    domain: str | None = None
    owner: str | None = None
    pieces: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is."""
        return self != WhatIf()

    def applied(self, planned: Planned, catalog: Catalog) -> Planned:
        """The project with these differences; raises MaestroError for words nobody knows."""
        taxonomy = catalog.taxonomy
        _known("problem class", self.problem_class, taxonomy.problem_classes)
        _known("domain", self.domain, taxonomy.domains)
        _known("team", self.owner, catalog.owners.teams)
        return replace(
            planned,
            team_size=self.team_size or planned.team_size,
            complexity=self.complexity or planned.complexity,
            problem_class=self.problem_class or planned.problem_class,
            domain=self.domain or planned.domain,
            team=self.owner or planned.team,
            uses=self._uses(planned.uses or (), catalog) if self.pieces else planned.uses,
            may_use_more=bool(self.pieces) and planned.uses is None,
        )

    def _uses(self, before: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
        """What is reused with these pieces; another version of a piece takes its place."""
        new = {_reference(one, catalog) for one in self.pieces}
        names = {one.rpartition("@")[0] for one in new}
        kept = {use for use in before if (use.rpartition("@")[0] or use) not in names}
        return tuple(sorted(kept | new))


def _known(what: str, word: str | None, known: Iterable[str]) -> None:
    names = sorted(known)
    if word is None or word in names:
        return
    shown = f"known: {', '.join(names[:12])}" if names else f"the library names no {what}"
    hint = did_you_mean(word, names) or shown
    raise MaestroError("V012", f'{what} "{shorten(word)}" is not known', hint, exit_code=WRONG_USE)


def _reference(text: str, catalog: Catalog) -> str:
    """``name@version``; a name alone stands for its present version.

    Raises MaestroError for a name that the catalog does not hold, and for a version that the entry
    does not list.
    """
    name, _, version = text.rpartition("@")
    entry = catalog.entries.get(name or version)
    if entry is None:
        hint = did_you_mean(name or version, catalog.entries) or "maestro list shows what there is"
        words = f'no entry is called "{shorten(name or version)}"'
        raise MaestroError("M005", words, hint, exit_code=WRONG_USE)
    if not name:
        return entry.reference
    if version not in entry.versions:
        known = [entry.version, *sorted(set(entry.versions) - {entry.version}, reverse=True)]
        words = f'{shorten(name)} has no version "{shorten(version)}"'
        hint = did_you_mean(version, known) or f"known: {', '.join(known[:12])}"
        raise MaestroError("L002", words, hint, exit_code=WRONG_USE)
    return text


def draft_of(root: Path, path: Path, catalog: Catalog) -> dict[str, Any]:
    """The fields of a project's record that a brief or a draft states.

    A name ending in .yaml or .yml is a draft, everything else a brief. Raises MaestroError for
    what cannot be read, and for values that no record may have; fields may be missing.
    """
    text = brief_text(path)
    if path.suffix.lower() not in (".yaml", ".yml"):
        from maestro.learning.spec import read_brief

        return read_brief(text, words_of(catalog)).record()
    return _draft(root, path, text, catalog)


def _draft(root: Path, path: Path, text: str, catalog: Catalog) -> dict[str, Any]:
    from maestro.catalog.draft import check_draft
    from maestro.source import Unreadable, parse

    try:
        data, faults = parse(text.encode())
    except Unreadable as unreadable:
        data, faults = {}, unreadable.faults
    if faults:
        first = faults[0]
        raise _fault(path, Problem(str(path), first.line, first.column, first.code, first.message))
    filled = {**_FILLED, "owner": next(iter(catalog.owners.teams), "nobody")}
    filled["problem_class"] = next(iter(catalog.taxonomy.problem_classes), "unknown")
    lines = [f"{name}: {value}" for name, value in filled.items() if name not in data]
    found = check_draft(root, _PLACE, "\n".join([text.rstrip("\n"), *lines, ""]))
    wrong = [one for one in found if one.severity == "error" and _is_said(one, text)]
    if wrong:
        raise _fault(path, wrong[0])
    return dict(data)


def _is_said(problem: Problem, text: str) -> bool:
    """Whether a fault is of what the draft says, not of what it leaves out."""
    return problem.code != "V002" and problem.line <= len(text.splitlines())


def _fault(path: Path, problem: Problem) -> MaestroError:
    where = f"{shorten(str(path), 200)}:{problem.line}:{problem.column}"
    message = f"{where}: {problem.message}"
    return MaestroError(problem.code, message, problem.hint, exit_code=PROBLEMS)
