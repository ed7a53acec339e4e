"""The earlier version that the evidence is of: the lines that name it, and how to get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.publishing import editing
from maestro.schema import Settings

from .evidence import Other
from .getting import CLONE, quoted
from .versions import Step


@dataclass(frozen=True, slots=True)
class Measured:
    """A version with a number, where the current one has none."""

    version: str
    label: str
    """The verdict on it; empty when there is none."""
    lines: str
    """Lines of a project's record that name it."""
    says: str
    """What is known of how to get it, or why it cannot be fetched exactly."""
    fetch: str
    """Shell lines that bring the record as it was then, or that look for its commit."""
    digest: str
    """Of its content; empty when its history has none."""


def project_lines(entry: Entry, reference: str) -> str:
    """The lines of a project's record that say that it uses exactly this version."""
    lines = f"uses:\n  - artifact: {reference}"
    return f"datasets:\n  - {reference}\n{lines}" if entry.kind == "datasets" else lines


def measured(
    entry: Entry, others: Sequence[Other], steps: Sequence[Step], settings: Settings
) -> Measured | None:
    """The version that the page's evidence is of; None when that is the current one, or none."""
    found = next((other.finding for other in others if other.is_instead), None)
    if found is None:
        return None
    version = found.subject.partition("@")[2]
    step = next((one for one in steps if one.version == version), None)
    commit = step.commit if step else ""
    return Measured(
        version=version,
        label=found.label,
        lines=project_lines(entry, found.subject),
        says=_says(version, step),
        fetch=_at(commit, entry, settings) if commit else search_line(version, entry.path),
        digest=step.digest if step else "",
    )


def _says(version: str, step: Step | None) -> str:
    if step and step.commit:
        return (
            f"The library's repository had {version} at commit {step.commit[:12]}. These lines "
            "bring the record of then, which names the piece:"
        )
    return (
        f"It cannot be fetched exactly: no commit with {version} is recorded. In a clone of this "
        "library, this line lists the commits that wrote or removed that number in the record:"
    )


def _at(commit: str, entry: Entry, settings: Settings) -> str:
    """A checkout of the catalog's repository in which the record has that version."""
    home = editing.clone_address(settings)
    name = quoted(entry.name)
    if not home:
        return f"git checkout {quoted(commit)} --\nmaestro show {name}"
    lines = (
        f"git clone {quoted(home)} {CLONE}",
        f"git -C {CLONE} checkout {quoted(commit)} --",
        f"maestro show -C {CLONE} {name}",
    )
    return "\n".join(lines)


def search_line(version: str, path: str) -> str:
    """The shell line that lists commits by which a record came to name a version, or ceased to."""
    return f"git log --oneline -S {quoted(version)} -- {quoted(path)}"


__all__ = ["Measured", "measured", "project_lines", "search_line"]
