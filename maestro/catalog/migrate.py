"""Record formats: every record of a library rewritten from an older format to the current one.

A step turns one format into the next. It edits records in place, so comments stay. A step must
leave alone what is already as it would make it: the settings file, which tells the format,
takes its new text last, so that a migration that was killed is simply run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from maestro.errors import CANNOT, PROBLEMS, MaestroError
from maestro.schema import FORMAT
from maestro.source import Data, Unreadable, parse
from maestro.source.edit import Document

from .files import RecordFile, scan
from .write import replace_files, unified_diff

CODES = {
    "W009": "The library was written for a newer Maestro. Update Maestro.",
    "W010": "A record cannot be read, so nothing was migrated. Run maestro check and fix it.",
}
"""Problem code to what it means and what to do."""

SETTINGS = "catalog/settings.yaml"


@dataclass(frozen=True, slots=True)
class Step:
    """The way from format ``start`` to the next: what changes, and how one record is edited."""

    start: int
    description: str
    edit: Callable[[RecordFile, Document], None]


def _name_the_format(record: RecordFile, document: Document) -> None:
    if record.path == SETTINGS:
        document.set(("format",), 1)


STEPS: tuple[Step, ...] = (Step(0, "settings.yaml names the record format", _name_the_format),)
"""Every step there is, oldest first."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration would do: the formats, the steps, and old and new bytes by path."""

    root: Path
    start: int
    target: int
    steps: tuple[str, ...]
    changes: dict[str, tuple[bytes, bytes]]

    def diff(self) -> str:
        """The changes as one unified diff; empty when there are none."""
        return unified_diff(self.changes)

    def apply(self) -> list[str]:
        """Write all changes and return their paths, sorted.

        Every new text is on the disk before the first takes its file's place. Raises
        MaestroError W007 when a file cannot be written and W008 when one has changed.
        """
        return replace_files(self.root, self.changes, last=SETTINGS)


def plan_migration(root: Path, steps: Sequence[Step] = STEPS, target: int = FORMAT) -> Migration:
    """What it takes to bring the library at ``root`` to format ``target``; changes nothing.

    Raises MaestroError M001 when ``root`` is no catalog repository, W009 when its format is
    newer than ``target``, W010 when a record cannot be read, W002 when an edit of a step would
    not read back as intended.
    """
    files = scan(root)
    start = _format_of(files.texts.get(SETTINGS, b""), target)
    wanted = [step for step in sorted(steps, key=lambda s: s.start) if start <= step.start < target]
    changes: dict[str, tuple[bytes, bytes]] = {}
    for record in files.records if wanted else ():
        old = files.texts[record.path]
        new = _migrated(record, old, wanted)
        if new != old:
            changes[record.path] = (old, new)
    told = tuple(f"{step.start} to {step.start + 1}: {step.description}" for step in wanted)
    return Migration(root, start, target, told, dict(sorted(changes.items())))


def _format_of(settings: bytes, target: int) -> int:
    """The format that the settings name; none named is 0."""
    found = _read(SETTINGS, settings).get("format", 0)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        message = f"{SETTINGS}: format is not a whole number"
        raise MaestroError("W010", message, f"write format: {target}", exit_code=PROBLEMS)
    if found > target:
        message = f"the library has record format {found}, this program knows {target}"
        raise MaestroError("W009", message, "update Maestro", exit_code=CANNOT)
    return found


def _read(path: str, data: bytes) -> Data:
    try:
        plain, faults = parse(data)
    except Unreadable as unreadable:
        plain, faults = {}, unreadable.faults
    if faults:
        message = f"{path}:{faults[0].line} {faults[0].message}, so nothing was migrated"
        hint = "run maestro check, and fix the YAML first"
        raise MaestroError("W010", message, hint, exit_code=PROBLEMS)
    return plain


def _migrated(record: RecordFile, data: bytes, steps: Sequence[Step]) -> bytes:
    _read(record.path, data)
    document = Document(data)
    for step in steps:
        step.edit(record, document)
    return document.render()
