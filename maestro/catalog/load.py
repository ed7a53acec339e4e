"""From the files of a repository to a catalog: typed records and the faults of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from maestro.errors import Problem
from maestro.schema import FORMAT, Owners, Settings, Taxonomy
from maestro.schema.base import name_fault
from maestro.source import MAX_FAULTS

from .evidence import Row, conflicts, read_evidence
from .files import ARTIFACT_FOLDERS, Files, RecordFile, scan
from .shadows import stand_in
from .validation import build_record, read_record, secrets_in


class Cache(Protocol):
    """What this part needs of a cache: plain JSON data by kind and key."""

    def get(self, kind: str, key: str) -> Any | None:
        """The stored payload, or None."""

    def put(self, kind: str, key: str, payload: Any) -> None:
        """Store a payload; failing to is no fault."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One valid record with its identity: the folder is its kind, the file its name."""

    kind: str
    name: str
    path: str
    record: Any
    digest: str
    prose: str = ""

    @property
    def version(self) -> str:
        """The current version; empty for records that have none."""
        return getattr(self.record, "version", "")

    @property
    def reference(self) -> str:
        """``name@version``, or the name alone."""
        return f"{self.name}@{self.version}" if self.version else self.name

    @property
    def title(self) -> str:
        """Its name for people."""
        title = getattr(self.record, "title", None)
        plain = self.name.rsplit("/", 1)[-1].replace("-", " ")
        return title or plain[:1].upper() + plain[1:]

    @property
    def versions(self) -> tuple[str, ...]:
        """The current version and the earlier ones that the record lists."""
        earlier = [item.version for item in getattr(self.record, "history", [])]
        return (self.version, *earlier) if self.version else ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All valid records of one state of a repository, and what is wrong with the others."""

    root: Path
    settings: Settings
    owners: Owners
    taxonomy: Taxonomy
    entries: dict[str, Entry] = field(default_factory=dict)
    """Artifacts and model cards by name: they share one name space."""
    projects: dict[str, Entry] = field(default_factory=dict)
    experiments: dict[str, Entry] = field(default_factory=dict)
    """Experiments by ``project/id``."""
    channels: dict[str, Entry] = field(default_factory=dict)
    """Channel files by ``channel/name``."""
    policies: dict[str, Entry] = field(default_factory=dict)
    metrics: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    """Project to its custom metrics, sorted by name and time."""
    measured: tuple[str, ...] = ()
    """Paths of all files of custom metrics, faulty ones too: no other reader's business."""
    problems: tuple[Problem, ...] = ()
    """Faults of single files, sorted."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """Bytes of every record file by path, broken ones too."""
    broken: tuple[RecordFile, ...] = ()
    """Record files that hold no valid record."""
    stand_ins: tuple[tuple[Entry, frozenset[str]], ...] = ()
    """What is sound of broken records, and the fields of each that nothing is known about."""

    def artifacts(self, kind: str | None = None) -> list[Entry]:
        """Artifacts of one kind, or all of them, sorted by name."""
        kinds = (kind,) if kind else ARTIFACT_FOLDERS
        return [entry for entry in self.entries.values() if entry.kind in kinds]

    def cards(self) -> list[Entry]:
        """Model cards, sorted by name."""
        return [entry for entry in self.entries.values() if entry.kind == "model_cards"]

    def lacks(self, kind: str) -> bool:
        """True when the single file of ``kind`` has faults: what it would say is not known."""
        return any(found.kind == kind for found in self.broken)

    def everything(self) -> list[Entry]:
        """Every valid record that has an owner or a project, sorted by path."""
        groups = (self.entries, self.projects, self.experiments, self.channels, self.policies)
        return sorted((e for group in groups for e in group.values()), key=lambda e: e.path)


def load_catalog(root: Path, *, cache: Cache | None = None) -> Catalog:
    """The catalog below ``root``; bad records are left out and become problems.

    Raises MaestroError only when ``root`` is no catalog repository.
    """
    return load_files(root, scan(root), cache=cache)


def load_files(root: Path, files: Files, *, cache: Cache | None = None) -> Catalog:
    """The catalog of files that are already read."""
    reader = _Reader(files, cache)
    settings: dict[str, Any] = {}
    groups: dict[str, dict[str, Entry]] = {}
    broken: list[RecordFile] = []
    for found in sorted(files.records, key=lambda record: (record.kind, record.name)):
        entry = reader.entry(found)
        if entry is None:
            broken.append(found)
        elif found.kind in ("settings", "owners", "taxonomy"):
            settings[found.kind] = entry.record
        else:
            groups.setdefault(_group(found.kind), {})[found.name] = entry
    _refuse_clashes(groups, files, broken)
    metrics = reader.metrics()
    reader.save()
    return Catalog(
        root=root,
        settings=settings.get("settings") or Settings(title=root.name or "Library", format=FORMAT),
        owners=settings.get("owners") or Owners.model_construct(teams={}),
        taxonomy=settings.get("taxonomy") or Taxonomy(),
        metrics=metrics,
        measured=tuple(sorted(files.evidence)),
        problems=tuple(sorted(set(files.problems) | set(reader.problems))),
        texts=files.texts,
        broken=tuple(broken),
        stand_ins=tuple(reader.stand_ins),
        **{name: dict(sorted(group.items())) for name, group in groups.items()},
    )


def _group(kind: str) -> str:
    return "entries" if kind in ARTIFACT_FOLDERS or kind == "model_cards" else kind


class _Reader:
    """Reads record files, taking parsed data of unchanged ones from the cache."""

    def __init__(self, files: Files, cache: Cache | None) -> None:
        self.files = files
        self.cache = cache
        stored = cache.get("records", "all") if cache else None
        self.known: dict[str, Any] = stored if isinstance(stored, dict) else {}
        self.seen: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.stand_ins: list[tuple[Entry, frozenset[str]]] = []

    def entry(self, found: RecordFile) -> Entry | None:
        """The entry of one file; None when it is broken."""
        data = self.files.texts[found.path]
        digest = hashlib.sha256(data).hexdigest()
        if bad := _name_problem(found):
            self.problems.append(bad)
        plain, problems = self._plain(found, data, digest)
        record, faulty = None, set[str]()
        if plain is not None:
            record, more, faulty = build_record(found.kind, found.path, plain, data, problems)
            problems = problems + more
        self.problems += problems
        prose = self.files.texts.get(found.path.removesuffix(".yaml") + ".md", b"")
        text = prose.decode("utf-8", "replace")
        if record is None or problems or bad:
            if plain is not None and (left := stand_in(found.kind, plain, faulty)):
                entry = Entry(found.kind, found.name, found.path, left.record, digest, text)
                self.stand_ins.append((entry, left.silent))
            return None
        return Entry(found.kind, found.name, found.path, record, digest, text)

    def _plain(
        self, found: RecordFile, data: bytes, digest: str
    ) -> tuple[dict[str, Any] | None, list[Problem]]:
        stored = self.known.get(digest)
        if isinstance(stored, dict):
            self.seen[digest] = stored
            return stored, []
        plain, problems = read_record(found.kind, found.path, data)
        if plain is not None and not problems:
            self.seen[digest] = plain
        return plain, problems

    def metrics(self) -> dict[str, tuple[Row, ...]]:
        """Project to its custom metrics; what is wrong with them joins the problems."""
        found: dict[str, list[Row]] = {}
        for path, data in sorted(self.files.evidence.items()):
            found.setdefault(path.split("/")[1], []).extend(self._measured(path, data))
        merged = {}
        for project, rows in sorted(found.items()):
            merged[project], problems = conflicts(rows)
            self.problems += problems[:MAX_FAULTS]
        return merged

    def _measured(self, path: str, data: bytes) -> list[Row]:
        # The path is part of each row: what was read of the same bytes elsewhere is not the same.
        digest = hashlib.sha256(path.encode("utf-8", "surrogateescape") + b"\0" + data).hexdigest()
        stored = self.known.get(digest)
        if isinstance(stored, list):
            self.seen[digest] = stored
            return [tuple(row) for row in stored]
        read = read_evidence(path, data)
        problems = secrets_in(path, data) + read.problems
        if not problems:
            self.seen[digest] = read.rows
        self.problems += problems
        return read.rows

    def save(self) -> None:
        """Keep what was read for the next run, when anything changed."""
        if self.cache and self.seen.keys() != self.known.keys():
            self.cache.put("records", "all", self.seen)


def _name_problem(found: RecordFile) -> Problem | None:
    """What is wrong with the name that a file gives its record."""
    if found.kind in ("settings", "owners", "taxonomy"):
        return None
    for name in found.name.split("/"):
        if fault := name_fault(name):
            shown = found.path if found.path.isprintable() else repr(found.path)[1:-1]
            return Problem(shown[:300], 1, 1, "F003", *fault)
    return None


def _refuse_clashes(
    groups: dict[str, dict[str, Entry]], files: Files, broken: list[RecordFile]
) -> None:
    """Names must differ in more than case, dashes and underscores; also across kinds."""
    for space in (("catalog/", "channels"), ("projects/", "experiments")):
        first: dict[str, RecordFile] = {}
        for found in sorted(files.records, key=lambda record: record.path):
            if not found.path.startswith(space[0]) or found.kind in (*space[1:], "policies"):
                continue
            if found.kind in ("settings", "owners", "taxonomy"):
                continue
            key = found.name.casefold().replace("-", "").replace("_", "")
            other = first.setdefault(key, found)
            if other is found:
                continue
            message = f'name "{found.name}" is taken by {other.path}'
            hint = "rename one: case, dashes and underscores do not make a difference"
            files.problems.append(Problem(found.path, 1, 1, "F008", message, hint))
            group = groups.get(_group(found.kind), {})
            if found.name in group and group[found.name].path == found.path:
                del group[found.name]
                broken.append(found)
