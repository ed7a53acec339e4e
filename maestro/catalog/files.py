"""The files of a catalog repository: which there are, what they should be, their bytes.

This is the door that every record passes: nothing is opened that is not a regular file in the
place where a record of its kind belongs, and no link is followed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from maestro.errors import WRONG_USE, MaestroError, Problem, did_you_mean, shorten
from maestro.source import Unreadable, read_bytes

from .evidence import MAX_BYTES as MOST_EVIDENCE
from .evidence import SUFFIXES, is_custom

ARTIFACT_FOLDERS = (
    "datasets",
    "feature_pipelines",
    "model_templates",
    "notebooks",
    "pipelines",
    "schemas",
)
"""Folders of artifacts below ``catalog/``; each is a kind."""
SINGLE_FILES = ("owners", "settings", "taxonomy")
"""Records that are one file below ``catalog/``; each is a kind."""
CATALOG_FOLDERS = (*ARTIFACT_FOLDERS, "channels", "model_cards", "policies")

CODES = {
    "F001": "The file or folder cannot be read. Check its permissions.",
    "F002": "Only regular files are read: links, pipes and folders with a record's name are not.",
    "F003": "A record's name is its file's name: a-z, 0-9 and single dashes, 3 to 63 characters, "
    "and none of the names that the site or an operating system keeps for itself.",
    "F004": "Records end in .yaml. Rename the file.",
    "F005": "Only the folders of known kinds stand below catalog/. Move or rename the folder.",
    "F006": "A folder stands where a record is expected. Records lie directly in their kind's "
    "folder; projects have a folder of their own with project.yaml in it.",
    "F007": "A project's folder needs a project.yaml.",
    "F008": "Two names are the same once case, dashes and underscores are left out. Rename one.",
    "F009": "A git repository lies inside the catalog. Move it out: its settings could run code.",
    "F010": "catalog/settings.yaml is missing. Write one with title: and format: 1.",
    "K001": "The text looks like a password, key or token. Remove it and revoke it: everyone "
    "who can read the repository has it.",
}
"""Problem code to what it means and what to do."""


class RecordFile(NamedTuple):
    """One file that holds a record: its kind, its name and its path in the repository."""

    kind: str
    name: str
    path: str


@dataclass(slots=True)
class Files:
    """Every record file of one state of a repository, with its bytes, and faults of the tree."""

    records: list[RecordFile] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    evidence: dict[str, bytes] = field(default_factory=dict)
    """Files of custom metrics with their bytes; those beyond the bound are cut just after it."""

    def fingerprint(self) -> str:
        """SHA-256 over all paths and bytes and the faults of the tree itself."""
        everything = {**self.texts, **self.evidence}
        paths = sorted(everything)
        heads = [f"{path}\0{len(everything[path])}\0" for path in paths]
        faults = [f"{one.place}\0{one.code}\0{one.message}\0" for one in sorted(self.problems)]
        names = "".join(heads + faults).encode("utf-8", "surrogateescape")
        contents = b"".join([everything[path] for path in paths])
        return hashlib.sha256(names + b"\0" + contents).hexdigest()


def scan(root: Path) -> Files:
    """Read every record file below ``root``; faults of the tree become problems.

    Raises MaestroError when ``root`` is no catalog repository.
    """
    catalog = root / "catalog"
    if not catalog.is_dir() or catalog.is_symlink():
        raise MaestroError(
            "M001",
            f"no catalog here: {shorten(str(root), 200)} has no folder catalog/",
            "go to a catalog repository, name one with -C DIR, or make one with maestro init",
            exit_code=WRONG_USE,
        )
    files = Files()
    walker = _Walker(root, files)
    walker.catalog_folder()
    walker.projects_folder()
    _add_missing_settings(files)
    return files


def from_texts(texts: Mapping[str, bytes]) -> Files:
    """The same from bytes by path, for a state of the repository that git remembers."""
    files = Files()
    for path in sorted(texts):
        if found := classify(path):
            files.records.append(found)
            files.texts[path] = texts[path]
        elif path.endswith(".md") and path.startswith("catalog/model_cards/"):
            files.texts[path] = texts[path]
    return files


def classify(path: str) -> RecordFile | None:
    """The record that a path stands for, or None when records do not lie there."""
    if not path.endswith(".yaml"):
        return None
    parts = path.removesuffix(".yaml").split("/")
    match parts:
        case ["catalog", kind] if kind in SINGLE_FILES:
            return RecordFile(kind, kind, path)
        case ["catalog", "channels", channel, name]:
            return RecordFile("channels", f"{channel}/{name}", path)
        case ["catalog", kind, name] if kind in CATALOG_FOLDERS and kind != "channels":
            return RecordFile(kind, name, path)
        case ["projects", name, "project"]:
            return RecordFile("projects", name, path)
        case ["projects", name, "experiments", identity]:
            return RecordFile("experiments", f"{name}/{identity}", path)
    return None


_LINK = ("is a symbolic link", "put the folder itself here: links are never followed")


class _Walker:
    """Walks the two folders with lstat only, reading what belongs there."""

    def __init__(self, root: Path, files: Files) -> None:
        self.root = root
        self.prefix = f"{root}/"
        self.files = files

    def catalog_folder(self) -> None:
        """Sort every file of ``catalog/`` by what its place says it is."""
        for entry in self._entries("catalog"):
            if entry.is_dir(follow_symlinks=False):
                self._kind_folder(entry.name)
            elif entry.name.endswith(".yaml") and entry.name[:-5] in SINGLE_FILES:
                self._record(f"catalog/{entry.name}")
            elif not entry.name.endswith(".md"):
                known = [f"{name}.yaml" for name in SINGLE_FILES]
                self._fault(
                    f"catalog/{entry.name}",
                    "F005",
                    f'"{shorten(entry.name)}" does not belong here',
                    did_you_mean(entry.name, known) or "keep records in their kind's folder",
                )

    def _kind_folder(self, kind: str) -> None:
        folder = f"catalog/{kind}"
        if kind not in CATALOG_FOLDERS:
            hint = did_you_mean(kind, CATALOG_FOLDERS)
            hint = hint or f"known folders: {', '.join(CATALOG_FOLDERS)}"
            self._fault(folder, "F005", f'folder "{shorten(kind)}" is no kind of record', hint)
            return
        for entry in self._entries(folder):
            path = f"{folder}/{entry.name}"
            if kind == "policies" and entry.name == "tests":
                continue
            if kind == "channels" and entry.is_dir(follow_symlinks=False):
                for file in self._entries(path):
                    self._file(f"{path}/{file.name}", file)
            else:
                self._file(path, entry, "" if kind == "channels" else kind)

    def projects_folder(self) -> None:
        """Sort every file of ``projects/`` by what its place says it is."""
        if (self.root / "projects").is_symlink():
            self._fault("projects", "F002", *_LINK)
            return
        if not (self.root / "projects").exists():
            return
        for entry in self._entries("projects"):
            folder = f"projects/{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                if not entry.name.endswith(".md"):
                    hint = "give the project a folder of its own with project.yaml in it"
                    self._fault(folder, "F006", "is no project folder", hint)
                continue
            inside = {child.name: child for child in self._entries(folder)}
            if "project.yaml" in inside:
                self._record(f"{folder}/project.yaml")
            else:
                near = did_you_mean("project.yaml", inside)
                self._fault(folder, "F007", "has no project.yaml", near or "add one")
            if "experiments" in inside and inside["experiments"].is_symlink():
                self._fault(f"{folder}/experiments", "F002", *_LINK)
            elif "experiments" in inside:
                for child in self._entries(f"{folder}/experiments"):
                    self._file(f"{folder}/experiments/{child.name}", child)
            if "evidence" in inside and inside["evidence"].is_dir(follow_symlinks=False):
                for child in self._entries(f"{folder}/evidence"):
                    if child.name.endswith(SUFFIXES) and child.is_file(follow_symlinks=False):
                        self._evidence(f"{folder}/evidence/{child.name}")

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            reason = (error.strerror or "unreadable").lower()
            self._fault(folder, "F001", f"cannot be read: {reason}", "check its permissions")
            return
        names = {entry.name for entry in entries}
        if ".git" in names or {"HEAD", "objects", "config"} <= names:
            self._fault(folder, "F009", "is a git repository inside the catalog", "move it out")
            return
        yield from (entry for entry in entries if not entry.name.startswith("."))

    def _file(self, path: str, entry: os.DirEntry[str], kind: str = "") -> None:
        name = entry.name
        if name.endswith(".yaml"):
            self._record(path, kind)
        elif entry.is_dir(follow_symlinks=False):
            self._fault(path, "F006", "is a folder where a record is expected", "move it out")
        elif name.endswith(".md"):
            if path.startswith("catalog/model_cards/"):
                self._read(path)
        elif name.endswith((".yml", ".json", ".YAML", ".YML")):
            stem = name.rsplit(".", 1)[0]
            self._fault(path, "F004", "does not end in .yaml", f"rename it to {stem}.yaml")
        else:
            self._fault(path, "F004", "is no record", "move it out of the catalog's folders")

    def _record(self, path: str, kind: str = "") -> None:
        if not self._read(path):
            return
        name = path[path.rfind("/") + 1 : -len(".yaml")]
        found = RecordFile(kind, name, path) if kind else classify(path)
        if found:
            self.files.records.append(found)

    def _evidence(self, path: str) -> None:
        if not path.isprintable():
            message = "its name holds a character that nobody can see"
            self._fault(path, "N001", message, "rename the file")
            return
        try:
            if data := _custom_bytes(self.prefix + path):
                self.files.evidence[path] = data
        except OSError as error:
            reason = (error.strerror or "unreadable").lower()
            self._fault(path, "F001", f"cannot be read: {reason}", "check its permissions")

    def _read(self, path: str) -> bool:
        try:
            self.files.texts[path] = _bytes_of(self.prefix + path)
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                self._fault(path, fault.code, fault.message, fault.hint)
            return False
        return True

    def _fault(self, path: str, code: str, message: str, hint: str) -> None:
        shown = path if path.isprintable() else path.encode("unicode_escape").decode()
        self.files.problems.append(Problem(shown[:300], 1, 1, code, message, hint))


_USUAL = 65_536
"""Bytes that nearly every record stays below; a larger buffer for each file would cost more."""


def _bytes_of(path: str) -> bytes:
    """The file's bytes with three system calls; anything odd goes the careful way."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return read_bytes(Path(path))
    try:
        data = os.read(handle, _USUAL)
    except OSError:
        return read_bytes(Path(path))
    finally:
        os.close(handle)
    # A pipe gives nothing here without blocking, a short read must not pass for a short file.
    return data if 0 < len(data) < _USUAL else read_bytes(Path(path))


def _custom_bytes(path: str) -> bytes:
    """The bytes of a file of custom metrics, nothing of any other: predictions can be large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), "rb", buffering=0) as stream:
        head = stream.read(_USUAL) or b""
        if not is_custom(head, path):
            return b""
        pieces, size = [head], len(head)
        while size <= MOST_EVIDENCE and (piece := stream.read(MOST_EVIDENCE + 1 - size)):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)


def _add_missing_settings(files: Files) -> None:
    if "catalog/settings.yaml" not in files.texts and not any(
        problem.path == "catalog/settings.yaml" for problem in files.problems
    ):
        files.problems.append(
            Problem(
                "catalog/settings.yaml",
                1,
                1,
                "F010",
                "is missing",
                "write title: and format: 1 into it",
            )
        )
