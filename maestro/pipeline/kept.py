"""What a process that builds again and again keeps from one run to the next.

All of it could be read or computed again with the same outcome. It saves the time that a person
who has just saved a file would wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from maestro.engine.cache import digest
from maestro.schema.findings import Finding

from .marks import content_of

Findings = list[Finding]
T = TypeVar("T")
Mark = tuple[int, int, int, int]
"""A file as its folder knows it: inode, size, and when it and what is known of it changed."""


@dataclass(slots=True)
class Kept:
    """The memory of one process for one catalog repository; one run at a time uses it."""

    facts: str = ""
    """Of the last run that saw everything: what its findings stand on."""
    found: Findings = field(default_factory=list)
    """What that run found, in order."""
    _results: dict[str, dict[str, Findings]] = field(default_factory=dict)
    _latest: dict[str, Findings] = field(default_factory=dict)
    _made: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _contents: dict[Path, tuple[Mark, str]] = field(default_factory=dict)

    def result(self, stage: str, key: str) -> Findings | None:
        """What a stage gave under a key, when it is known; findings themselves never change."""
        known = self._results.get(stage, {}).get(key)
        if known is not None:
            self._latest[stage] = known
        return None if known is None else list(known)

    def note(self, stage: str, key: str, findings: Findings) -> None:
        """Keep what a stage gave under a key."""
        self._results.setdefault(stage, {})[key] = self._latest[stage] = list(findings)

    def note_last(self, stage: str, findings: Findings) -> None:
        """Keep what a stage gave last, where nobody asked for its key."""
        self._latest[stage] = list(findings)

    def latest(self, stage: str) -> Findings | None:
        """What a stage gave last, whatever its key."""
        known = self._latest.get(stage)
        return None if known is None else list(known)

    def keep_only(self, stage: str, keys: set[str]) -> None:
        """Forget what a stage gave under other keys."""
        known = self._results.get(stage, {})
        self._results[stage] = {key: known[key] for key in known.keys() & keys}

    def once(self, name: str, parts: Any, make: Callable[[], T]) -> T:
        """What ``make`` gives, called again only when ``parts`` are not as they were."""
        key = digest(parts)
        known = self._made.get(name)
        if known is None or known[0] != key:
            known = self._made[name] = key, make()
        made: T = known[1]
        return made

    def content(self, path: Path) -> str:
        """The mark of a file's content, read again only when the file was touched."""
        try:
            about = path.stat()
        except OSError:
            return content_of(path)
        mark = (about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
        known = self._contents.get(path)
        if known is None or known[0] != mark:
            known = self._contents[path] = mark, content_of(path)
        return known[1]
