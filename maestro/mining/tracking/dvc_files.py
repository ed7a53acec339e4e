"""The files DVC writes: where they are read from, and what they say as plain data."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from maestro.errors import shorten
from maestro.repository import Repository
from maestro.source import Unreadable, parse, read_bytes
from maestro.source.inside import is_inside

MOST_VALUES = 500
"""The most values of one metrics file."""
_READ_ALIKE = frozenset({"Y013"})
"""Faults of a record that are none here: the value is kept as text."""


class Files(Protocol):
    """Where files are read from."""

    def read(self, paths: Sequence[str]) -> dict[str, bytes]:
        """Path to content of those that are there as regular files."""


@dataclass(frozen=True, slots=True)
class AtCommit:
    """Files of a repository at one commit."""

    repository: Repository
    commit: str

    def read(self, paths: Sequence[str]) -> dict[str, bytes]:
        """Path to content of those that are there as regular files."""
        if not paths:
            return {}
        found = self.repository.read_files(self.commit, paths)
        return {path: found[path] for path in paths if path in found}


@dataclass(frozen=True, slots=True)
class InFolder:
    """Files below a folder of this machine, no link on the way."""

    root: Path

    def read(self, paths: Sequence[str]) -> dict[str, bytes]:
        """Path to content of those that are there as regular files."""
        found = {}
        for path in paths:
            if is_inside(self.root, path):
                try:
                    found[path] = read_bytes(self.root / path)
                except Unreadable:
                    continue
        return found


def read_data(path: str, content: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    """The mapping that a JSON or YAML file holds, or None and the first fault in words."""
    shown = shorten(path, 80)
    if path.endswith(".json"):
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            return None, [f"{shown} is not JSON"]
        return (data, []) if isinstance(data, dict) else (None, [f"{shown} is no JSON object"])
    if not path.endswith((".yaml", ".yml", ".lock")):
        return None, [f"{shown} is neither JSON nor YAML"]
    try:
        plain, faults = parse(content)
    except Unreadable as unreadable:
        plain, faults = {}, unreadable.faults
    told = [
        f"{shown}:{fault.line}:{fault.column}: {fault.message} ({fault.code})"
        for fault in faults
        if fault.code not in _READ_ALIKE
    ]
    # Twenty of any kind end the reading.
    if not told and faults and not plain:
        told = [f"{shown} has too many values that YAML readers understand differently"]
    return (None, told) if told else (plain, [])


def flat_numbers(data: Mapping[str, Any]) -> tuple[dict[str, float], int]:
    """Numbers of a metrics file, nested names joined by dots, and how many values were none."""
    found: dict[str, float] = {}
    left = 0
    for name, value in _flat(data):
        number = _number(value)
        if number is None or len(found) >= MOST_VALUES:
            left += 1
        else:
            found[name] = number
    return found, left


def flat_texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as text, nested names joined by dots."""
    return {
        shorten(name, 100): shorten("" if value is None else str(value), 200)
        for name, value in _flat(data)
    }


def _flat(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(map(str, data)):
        value = data.get(name)
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        # 1e-05 without a point is text to YAML 1.1 and a number to 1.2 and to DVC.
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
