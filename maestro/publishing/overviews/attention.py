"""What needs attention on Home: files with errors by their cause, and what ends or has ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from maestro.publishing import words
from maestro.publishing.library import Shelf

from . import governance


@dataclass(frozen=True, slots=True)
class Faulty:
    """One file with errors of its own."""

    path: str
    page: str
    """Its page; empty where it has none."""
    count: int
    """Errors of its own."""
    namers: int
    """Other files with an error only because they name what is in this one."""

    @property
    def says(self) -> str:
        """What is wrong with it and what follows, in words."""
        said = words.plural(self.count, "error")
        if not self.namers:
            return said
        name = "name" if self.namers > 1 else "names"
        others = words.plural(self.namers, "other record")
        return f"{said}, and {others} {name} what is in it"


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ended or ends within a month."""

    before: str
    """Words before the title."""
    title: str
    page: str
    """Page of what it is about; empty where it has none."""
    after: str
    """Words after the title."""


def faulty(shelf: Shelf) -> list[Faulty]:
    """Files with errors, those first that most others suffer from.

    An error that only follows from the faults of another file is counted at that file.
    """
    own: Counter[str] = Counter()
    namers: dict[str, set[str]] = defaultdict(set)
    errors = [one for one in shelf.library.problems if one.severity == "error"]
    paths = {problem.path for problem in errors}
    for problem in errors:
        if problem.cause in paths and problem.cause != problem.path:
            namers[problem.cause].add(problem.path)
        else:
            own[problem.path] += 1
    rows = [
        Faulty(path, shelf.page_of_path(path), own[path], len(namers[path]))
        for path in own.keys() | namers.keys()
    ]
    return sorted(rows, key=lambda row: (-row.namers, row.path))


def ending(shelf: Shelf) -> list[Ending]:
    """What ended or ends within a month, the first to end first."""
    found: list[tuple[governance.Due, Ending]] = []
    for one in governance.live_list(shelf):
        if one.due and one.due.is_near:
            after = f"must be looked at again in {one.channel}: {one.due.says}"
            found.append((one.due, Ending("", one.name, shelf.page(one.name), after)))
    for item in governance.exceptions(shelf):
        if item.due.is_near:
            subject = item.record.subject
            after = f"(policy {item.policy}) {item.due.ends}"
            found.append((item.due, Ending("Exception for", subject, shelf.page(subject), after)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0].day, pair[1].title))]


__all__ = ["Ending", "Faulty", "ending", "faulty"]
