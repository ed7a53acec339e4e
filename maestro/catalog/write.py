"""Writing records: new ones in a minimal form, files replaced all or none, and diffs."""

from __future__ import annotations

import contextlib
import difflib
import os
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from maestro.errors import CANNOT, WRONG_USE, MaestroError, did_you_mean, shorten
from maestro.schema import RECORDS
from maestro.schema.base import name_fault
from maestro.source import Data, Unreadable, read_bytes
from maestro.source.edit import CODES as EDIT_CODES
from maestro.source.edit import dump

from .files import CATALOG_FOLDERS, SINGLE_FILES
from .validation import build_record

CODES = EDIT_CODES | {
    "W004": "There is no such kind of record. Use one of the names listed.",
    "W005": "The name is not allowed: a-z, 0-9 and single dashes, 3 to 63 characters.",
    "W006": "The new record would have faults. Give the missing fields, or other values.",
    "W007": "The file cannot be written. Check its permissions and the space on the disk.",
    "W008": "The file changed while it was being worked on. Run the command again.",
}
"""Problem code to what it means and what to do."""


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` in place of a file (or make it) in one step; an existing file's mode stays.

    A kill at any moment leaves the old file or the new one. Raises MaestroError W007.
    """
    temporary = write_beside(path, data)
    try:
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror) from None


def replace_files(
    root: Path, changes: Mapping[str, tuple[bytes, bytes]], last: str = ""
) -> list[str]:
    """Put new bytes in place of old ones, by path relative to ``root``; returns the paths, sorted.

    Every new text is on the disk before the first takes its file's place; each takes it in one
    step, that of ``last`` at the end. Raises MaestroError W008 before anything is written when
    a file does not hold the old bytes, and W007 when one cannot be written.
    """
    for path, (old, _) in sorted(changes.items()):
        _refuse_changed(root, path, old)
    ready: list[tuple[Path, Path]] = []
    try:
        for path in sorted(changes, key=lambda path: (path == last, path)):
            ready.append((write_beside(root / path, changes[path][1]), root / path))
        for temporary, place in ready:
            temporary.replace(place)
    except OSError as error:
        raise _unwritable(root, error.strerror) from None
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)
    return sorted(changes)


def _refuse_changed(root: Path, path: str, old: bytes) -> None:
    try:
        is_same = read_bytes(root / path) == old
    except Unreadable:
        is_same = False
    if not is_same:
        message = f"{shorten(path, 200)} changed while it was being worked on"
        raise MaestroError("W008", message, "run the command again")


def write_beside(path: Path, data: bytes) -> Path:
    """Write ``data`` into a hidden temporary file in ``path``'s folder and return its path.

    No command takes it for a record, and the next write of the same file clears away what a
    killed one left. Raises MaestroError W007.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        with open(temporary, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(_mode(path))
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise _unwritable(path, error.strerror) from None
    return temporary


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return 0o644


def _unwritable(path: Path, reason: str | None) -> MaestroError:
    message = f"{shorten(str(path), 200)}: {(reason or 'cannot be written').lower()}"
    hint = "check the file's permissions and the space on the disk"
    return MaestroError("W007", message, hint, exit_code=CANNOT)


def record_path(kind: str, name: str) -> str:
    """Where a record of this kind and name lies, relative to the catalog repository.

    Experiments are named ``project/id``, channel files ``channel/name``. Raises MaestroError
    W004 for an unknown kind and W005 for a name that is not allowed.
    """
    if kind not in RECORDS:
        known = ", ".join(sorted(RECORDS))
        hint = did_you_mean(kind, RECORDS) or f"known kinds: {known}"
        raise MaestroError("W004", f'no kind "{shorten(kind)}"', hint, exit_code=WRONG_USE)
    if kind in SINGLE_FILES:
        return f"catalog/{kind}.yaml"
    parts = name.split("/")
    fault = next(filter(None, map(name_fault, parts)), None)
    if fault is None and len(parts) != (2 if kind in ("experiments", "channels") else 1):
        shape = {"experiments": "project/id", "channels": "channel/name"}.get(kind, "one word")
        fault = f'name "{shorten(name)}" does not fit {kind}', f"write {shape}"
    if fault:
        raise MaestroError("W005", *fault, exit_code=WRONG_USE)
    if kind == "projects":
        return f"projects/{name}/project.yaml"
    if kind == "experiments":
        return f"projects/{parts[0]}/experiments/{parts[1]}.yaml"
    assert kind in CATALOG_FOLDERS
    return f"catalog/{kind}/{name}.yaml"


def editor_hint(kind: str, path: str) -> str:
    """The comment line that makes editors complete and check a record of ``kind`` at ``path``."""
    up = "../" * path.count("/")
    return f"# yaml-language-server: $schema={up}schemas/{kind}.schema.json"


def new_record(kind: str, name: str, fields: Mapping[str, Any]) -> str:
    """The text of a new record: the editor's hint line, then ``fields`` in the model's order.

    ``fields`` is plain data, dates as dates or text; fields that are None are left out. Text
    is put in quotes exactly where YAML would read something else. Raises MaestroError W004,
    W005, and W006 when the record would have faults.
    """
    path = record_path(kind, name)
    given = {key: _plain(value) for key, value in fields.items() if value is not None}
    order = [field.alias or key for key, field in RECORDS[kind].model_fields.items()]
    known = [key for key in order if key in given]
    data = {key: given[key] for key in [*known, *(key for key in given if key not in order)]}
    _refuse_faults(kind, path, data)
    return f"{editor_hint(kind, path)}\n{dump(data)}"


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _refuse_faults(kind: str, path: str, data: Data) -> None:
    _, problems, _ = build_record(kind, path, data, b"", [])
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        message = f"{problems[0].message}{more}"
        raise MaestroError("W006", message, problems[0].hint, exit_code=WRONG_USE)


def unified_diff(changes: Mapping[str, tuple[bytes, bytes]]) -> str:
    """What changes from old to new bytes, by path, as one unified diff.

    Made for reading: control characters of the files are shown as escapes, so that a diff in a
    terminal or a log does nothing but show.
    """
    lines: list[str] = []
    for path, (old, new) in sorted(changes.items()):
        lines += difflib.unified_diff(
            _shown_lines(old), _shown_lines(new), f"a/{path}", f"b/{path}", lineterm=""
        )
    return "".join(f"{line}\n" for line in lines)


def _shown_lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "backslashreplace")
    return [_visible(line.removesuffix("\r")) for line in text.removesuffix("\n").split("\n")]


def _visible(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)
