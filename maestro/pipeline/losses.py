"""What a run lost against the last one, and when that is too much to publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEW_ENTRIES = 3
"""Entries that may go at any time."""
ENTRY_SHARE = 0.05
"""The largest share of entries that may go besides."""
PROJECT_SHARE = 0.3
"""The largest share of projects that may go, or whose sources may."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What is gone, sorted, and what there was."""

    entries: tuple[str, ...]
    projects: tuple[str, ...]
    """Projects that are gone, or whose source could be read then and cannot now."""
    entries_before: int
    projects_before: int

    @property
    def are_many(self) -> bool:
        """True when the site must not be replaced without a word from somebody."""
        entries = len(self.entries)
        if entries > FEW_ENTRIES and entries > ENTRY_SHARE * self.entries_before:
            return True
        return bool(self.projects) and len(self.projects) > PROJECT_SHARE * self.projects_before


def losses(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> Losses:
    """What ``now`` lacks of ``before``; both name entries, projects and readable sources."""

    def gone(kind: str) -> set[str]:
        """What the last run had of a kind and this one has not."""
        return set(before.get(kind, ())) - set(now.get(kind, ()))

    return Losses(
        entries=tuple(sorted(gone("entries"))),
        projects=tuple(sorted(gone("projects") | gone("sources"))),
        entries_before=len(before.get("entries", ())),
        projects_before=len(before.get("projects", ())),
    )
