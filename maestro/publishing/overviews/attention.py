"""What needs attention on Home: files with errors by their cause, what ends, what is to mend."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from maestro.publishing import words
from maestro.publishing.insights.health import health
from maestro.publishing.library import Shelf

from . import governance

_SHOWN = frozenset({"left-out", "stale"})
"""Checks of library health whose faults Home lists itself."""


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


def calm(shelf: Shelf) -> str:
    """What is said when nothing ends soon, of what has a day at all; empty where nothing has."""
    live = governance.live_list(shelf)
    dated = sum(one.due is not None for one in live)
    if not live:
        return "no version is live"
    if not dated or words.parse_time(shelf.library.generated_at) is None:
        return ""
    if dated == len(live):
        return "nothing that is live must be looked at within a month"
    if dated == 1:
        return "the one live version that has a day for it is not due within a month"
    return f"of the {dated:,} live versions that have a day for it none is due within a month"


def undated(shelf: Shelf) -> str:
    """How many live versions nobody has to look at again, in a sentence; empty without any."""
    live = governance.live_list(shelf)
    if live and words.parse_time(shelf.library.generated_at) is None:
        return "What is live may have to be looked at: the library's commit has no time to go by."
    count = sum(one.due is None for one in live)
    if not count:
        return ""
    have, their = ("has", "its") if count == 1 else ("have", "their")
    many = words.plural(count, "live version")
    return (
        f"{many} {have} no day on which to be looked at again, so it is not known whether "
        f"{'it is' if count == 1 else 'they are'} due: add expires: to {their} channel "
        f"{'file' if count == 1 else 'files'}."
    )


def to_mend(shelf: Shelf) -> str:
    """What library health counts beyond what Home lists, most first; empty without any."""
    groups = [one for one in health(shelf).groups if one.count and one.check.key not in _SHOWN]
    groups.sort(key=lambda group: -group.count)
    return ", ".join(f"{group.count:,} {group.check.short}" for group in groups)


__all__ = ["Ending", "Faulty", "calm", "ending", "faulty", "to_mend", "undated"]
