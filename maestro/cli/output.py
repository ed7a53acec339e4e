"""How answers look: text, JSON, and the notes that git hosts put on a change's lines."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from maestro.errors import OK, PROBLEMS, Problem

SEVERITIES = ("error", "warning", "info")


def safe(text: str) -> str:
    """Text that neither drives a terminal nor issues a command to a CI runner."""
    flat = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return flat.replace("::", ": :").replace("##[", "## [")


def say(text: str = "", *, err: bool = False) -> None:
    """Print one line."""
    click.echo(text, err=err)


def from_here(path: Path) -> str:
    """A path that the current folder resolves: relative to it, or in full where that is shorter."""
    return min(os.path.relpath(path), str(path), key=len)


def say_json(data: Any) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, sort_keys=False))


def colour(text: str, **style: Any) -> str:
    """``text`` with colour on a terminal that wants it."""
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else click.style(text, **style)


def count_problems(problems: Iterable[Problem]) -> dict[str, int]:
    """How many errors, warnings and notes there are."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for problem in problems:
        counts[problem.severity] += 1
    return counts


def faults_line(problems: Sequence[Problem], most: int = 3) -> str:
    """How many errors and warnings there are, in which files, and what shows them all.

    Up to ``most`` files are named, those with errors first.
    """
    counts = count_problems(problems)
    line = f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')} in records"
    told = [p for p in problems if p.severity != "info"]
    paths = list(dict.fromkeys(p.path for p in sorted(told, key=lambda p: p.severity != "error")))
    if not paths:
        return line
    named = ", ".join(safe(path) for path in paths[:most])
    more = f" and {plural(len(paths) - most, 'more file')}" if len(paths) > most else ""
    return f"{line}: {named}{more}; maestro check shows them all"


def exit_code(problems: Iterable[Problem], *, strict: bool) -> int:
    """1 when something blocks: an error, or with ``strict`` also a warning."""
    blocking = ("error", "warning") if strict else ("error",)
    return PROBLEMS if any(problem.severity in blocking for problem in problems) else OK


def plural(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def print_problems(problems: Sequence[Problem], format_: str, counts: dict[str, int]) -> None:
    """Answer with problems in one of the four formats; ``counts`` join the JSON."""
    if format_ == "json":
        rows = [_as_dict(problem) for problem in problems]
        say_json({"problems": rows, "counts": counts})
    elif format_ == "github":
        for problem in problems:
            say(_github(problem))
    elif format_ == "gitlab":
        say_json([_gitlab(problem) for problem in problems])
    else:
        for problem in problems:
            say(_text(problem))


def _as_dict(problem: Problem) -> dict[str, Any]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }


def _text(problem: Problem) -> str:
    mark = {"error": "red", "warning": "yellow", "info": "blue"}[problem.severity]
    code = colour(problem.code, fg=mark, bold=True)
    kind = "" if problem.severity == "error" else f"{problem.severity}: "
    line = f"{safe(problem.place)}: {code} {kind}{safe(problem.message)}"
    return f"{line}\n    {safe(problem.hint)}" if problem.hint else line


def _github(problem: Problem) -> str:
    """One annotation line; nothing in it can start another command."""
    level = "notice" if problem.severity == "info" else problem.severity
    text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return (
        f"::{level} file={_property(problem.path)},line={problem.line},"
        f"col={problem.column},title={_property(problem.code)}::{_message(text)}"
    )


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _gitlab(problem: Problem) -> dict[str, Any]:
    """One finding of a code-quality report."""
    severity = {"error": "major", "warning": "minor", "info": "info"}[problem.severity]
    mark = f"{problem.path}\0{problem.code}\0{problem.message}\0{problem.line}"
    text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return {
        "description": text,
        "check_name": problem.code,
        "fingerprint": hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest(),
        "severity": severity,
        "location": {"path": problem.path, "lines": {"begin": problem.line}},
    }


def table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    """Lines of a plain table; columns as wide as their widest cell."""
    cells = [list(heads), *[[safe(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]
