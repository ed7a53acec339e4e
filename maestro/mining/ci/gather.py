"""The CI records of one project: what was fetched for it, and what lies in its own folder."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maestro.mining.base import Row, Tables
from maestro.schema.facts import columns

from .files import read_file
from .merge import merged
from .naming import folder_of_project
from .reading import CI_KINDS, Refusal
from .state import read_state
from .store import load

_PROVIDERS = {"github_actions": "github"}
"""Words of records to the providers' words in facts, where they differ."""
_TIMES = ("updated", "finished", "started", "created", "merged", "resolved", "at")
_CUSTOM = ({"time", "name", "value"}, {"date", "name", "value"})
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are asked for."""

    project: str
    """Name of the project in the library; for messages only."""
    provider: str
    """github_actions, gitlab or jenkins, as in the project's record; empty: evidence only."""
    source: str
    """The project's name there: ``owner/name``, Jenkins ``folder/job``."""
    workflow: str = ""
    """Name or file of the only workflow that counts; empty: all."""
    evidence: Path | None = None
    """The project's own folder of files."""
    skip: frozenset[str] = frozenset()
    """Files of that folder that are something else, relative to it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records of one project."""

    tables: Tables
    """Kind of fact to its rows, one a thing, in order of time."""
    fetched: str = ""
    """Day of the last fetch, ``2026-11-20``; empty when nothing was fetched."""
    newest: float | None = None
    """The latest time that any record names."""
    refused: list[Refusal] = field(default_factory=list)
    """What gave no facts, sorted by file; files of other kinds have the code ``no-facts``."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Unknown fields and words, counted."""
    files: int = 0
    """Files of the evidence folder that were looked at."""
    code: str = ""
    """Code of the last fetch's failure; empty when it went well, or when there was none."""
    reason: str = ""
    """Why there are no records, or none that are fresh; empty when all is well."""
    hint: str = ""
    """What to do about it."""


def gather(wanted: Wanted, data: Path | None) -> Gathered:
    """The records of one project from ``data`` (the folder that holds ``ci``) and its evidence.

    Only the project's own folder of the store is read. Records in its evidence that name no
    provider or project are its own. Never raises for what stands in files.
    """
    provider = _PROVIDERS.get(wanted.provider, wanted.provider)
    tables: Tables = {}
    refused: list[Refusal] = []
    unknown: Counter[str] = Counter()
    fetched = code = reason = hint = ""
    if data is not None and provider and wanted.source:
        folder = f"{folder_of_project(provider)}/{folder_of_project(wanted.source)}"
        state = read_state(data / "ci" / folder)
        fetched, code, reason, hint = state.fetched, state.code, state.reason, state.hint
        if state.left and not reason:
            reason, hint = f"not all is fetched yet: {state.left}", "run maestro fetch again"
        for pattern in _folders(provider, folder):
            stored = load(data, pattern)
            _add(tables, stored.tables)
            refused += stored.refused
    files = 0
    for path, name in _evidence(wanted):
        files += 1
        reading = read_file(path, named=name)
        _add(tables, _owned(reading.tables, provider, wanted.source))
        unknown.update(reading.unknown)
        refused += reading.refused
    tables = merged(tables)
    if wanted.workflow:
        tables, missing = _of_workflow(tables, wanted.workflow, provider)
        reason, hint = (reason, hint) if not missing else (missing, "mend workflow: in ci:")
    if not tables and not reason:
        reason = "no CI records were found"
        hint = "run maestro fetch, or put files of CI records into the project's evidence/"
    newest = _newest(tables)
    return Gathered(
        tables, fetched, newest, sorted(refused), unknown, files, code, reason=reason, hint=hint
    )


def _folders(provider: str, folder: str) -> list[str]:
    # The branches of a Jenkins multibranch project are jobs below it.
    return [folder, f"{folder}__*"] if provider == "jenkins" else [folder]


def _add(tables: Tables, more: Tables) -> None:
    for kind, rows in more.items():
        tables.setdefault(kind, []).extend(rows)


def _evidence(wanted: Wanted) -> Iterator[tuple[Path, str]]:
    """Files that may hold CI records, and their names from the evidence folder on."""
    root = wanted.evidence
    if root is None or root.is_symlink():
        return
    for path in _below(root):
        inside = path.relative_to(root).as_posix()
        if inside not in wanted.skip and not _is_custom(path):
            yield path, f"{root.name}/{inside}"


def _below(folder: Path) -> Iterator[Path]:
    # Links are not followed: they could lead out of the library.
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file() and not path.is_symlink():
            yield path


def _is_custom(path: Path) -> bool:
    """True for a table or JSON lines of custom metrics: its first row names time, name, value."""
    try:
        with path.open("rb") as file:
            first = next((line for line in file.read(20_000).splitlines() if line.strip()), b"")
    except OSError:
        return False
    text = first.decode("utf-8-sig", "replace").strip()
    if text.startswith("{"):
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            return False
        names = set(record)
    else:
        try:
            names = set(next(csv.reader(io.StringIO(text.replace(";", ",").replace("\t", ",")))))
        except (csv.Error, StopIteration):
            return False
    found = {name.strip().lower() for name in names}
    return any(signs <= found for signs in _CUSTOM)


def _owned(tables: Tables, provider: str, source: str) -> Tables:
    """Rows that name no provider or project are the project's; a number stands for a name."""
    found: Tables = {}
    for kind, rows in tables.items():
        places = [columns(kind).index(name) for name in ("id", "run_id") if name in columns(kind)]
        found[kind] = [_own(row, places, provider, source) for row in rows]
    return found


def _own(row: Row, places: list[int], provider: str, source: str) -> Row:
    known = row[1] and not (row[0] == "gitlab" and row[1].isdecimal())
    if row[0] and known:
        return row
    cells = list(row)
    cells[0] = row[0] or provider
    cells[1] = row[1] if known else source
    if cells[0] == "jenkins" and not known:
        # A build without the name of its job: ``#12``.
        for place in places:
            cells[place] = source + row[place] if row[place].startswith("#") else row[place]
    return tuple(cells)


def of_one_project(tables: Tables) -> tuple[Tables, list[str]]:
    """Records of several files as those of one project, and the projects that they name.

    A list of jobs often does not say whose they are, while the list of their runs does: when
    the records name a single project, those that name none are its own.
    """
    named = sorted(
        {(row[0], row[1]) for rows in tables.values() for row in rows if row[0] and row[1]}
    )
    if len(named) == 1:
        tables = merged(_owned(tables, *named[0]))
    return tables, [f"{provider} {project}" for provider, project in named]


def _of_workflow(tables: Tables, workflow: str, provider: str) -> tuple[Tables, str]:
    """Runs of one workflow with their jobs and tests; all else that is no run stays.

    Also gives the reason when there are runs, but none of it.
    """
    runs = tables.get("run", [])
    names = columns("run")
    about = [names.index(name) for name in ("name", "workflow")]
    keep = [row for row in runs if workflow in _names(row, about, provider)]
    if runs and not keep:
        others = sorted({row[about[0]] for row in runs} - {""})
        shown = ", ".join(f'"{name}"' for name in others[:_MOST_NAMES]) or "none with a name"
        return _without(tables, keep), f'no run of the workflow "{workflow}"; there are {shown}'
    return _without(tables, keep), ""


def _names(row: Row, about: list[int], provider: str) -> set[str]:
    name, file = (row[place] for place in about)
    found = {name, file, file.rpartition("/")[2]}
    return found | {name.rpartition("/")[2]} if provider == "jenkins" else found


def _without(tables: Tables, keep: list[Row]) -> Tables:
    id_ = columns("run").index("id")
    known = {(row[0], row[1], row[id_]) for row in tables.get("run", [])}
    gone = known - {(row[0], row[1], row[id_]) for row in keep}
    found = {**tables, "run": keep}
    for kind in ("job", "test"):
        run = columns(kind).index("run_id")
        rows = [r for r in tables.get(kind, []) if (r[0], r[1], r[run]) not in gone]
        found[kind] = rows
    return {kind: rows for kind, rows in found.items() if rows}


def _newest(tables: Tables) -> float | None:
    newest: float | None = None
    for kind in CI_KINDS:
        names = columns(kind)
        places = [names.index(name) for name in _TIMES if name in names]
        for row in tables.get(kind, []):
            for place in places:
                if row[place] is not None and (newest is None or row[place] > newest):
                    newest = row[place]
    return newest
