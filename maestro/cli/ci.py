"""Commands that look at CI records: ``maestro ci read``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro.errors import OK, PROBLEMS
from maestro.schema.facts import columns

from .options import format_option
from .output import plural, safe, say, say_json, table

if TYPE_CHECKING:
    from maestro.mining.ci.files import Understood

_SHOWN = {
    "run": ("id", "attempt", "name", "branch", "status", "result", "started", "finished"),
    "job": ("run_id", "attempt", "id", "name", "labels", "result", "started", "finished"),
    "test": ("run_id", "suite", "passed", "failed", "errors", "skipped", "flaky", "seconds"),
    "deployment": ("id", "environment", "head", "status", "result", "created", "finished"),
    "pull_request": ("id", "title", "state", "created", "merged"),
    "incident": ("id", "title", "labels", "created", "resolved"),
}
"""Columns of the text answer; JSON gives all."""
_TIMES = frozenset({"created", "started", "finished", "merged", "resolved"})
_MOST_ROWS = 20
_MOST_WIDE = 40
_KINDS = list(_SHOWN)


@click.group("ci", epilog="Example: maestro ci read runs.json")
def ci_command() -> None:
    """Look at CI records as Maestro understands them."""


@ci_command.command("read", epilog="Example: maestro ci read runs.json --format json")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--kind", type=click.Choice(_KINDS), help="What the lines of a CSV table are.")
@click.option(
    "--column",
    "columns_",
    metavar="COLUMN=HEADING",
    multiple=True,
    help="Which heading of a CSV table is which column; may be given again.",
)
@format_option()
def read_command(
    paths: tuple[Path, ...], kind: str | None, columns_: tuple[str, ...], format_: str
) -> int:
    """Show the facts in CI records, unknown fields counted, with all that was refused.

    PATH is a file or a folder: GitHub Actions (API pages, gh output, webhook payloads), GitLab
    (API pages, webhook payloads), Jenkins (api/json, wfapi, a home's build.xml), JUnit XML, CSV,
    files that maestro wrote, or a zip or gzip file of these. Content decides, not names. Exit
    code 1 when a file could not be read.
    """
    from maestro.mining.ci.detect import Options
    from maestro.mining.ci.files import read_paths

    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise click.UsageError(f'"{path}" does not exist')
    understood = read_paths(paths, Options(kind or "", _map(columns_)))
    if format_ == "json":
        say_json(_document(understood))
    else:
        _tell(understood)
    return exit_code(understood)


def _map(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in given:
        column, equals, heading = one.partition("=")
        if not equals or not heading:
            raise click.UsageError(f'"{one}" is not COLUMN=HEADING')
        if not any(column in columns(kind) for kind in _KINDS):
            raise click.UsageError(f'no column "{column}"')
        found[column] = heading
    return found


def exit_code(understood: Understood) -> int:
    """0 when all was read; 1 when a file was refused, or when there was no CI record at all."""
    if any(refusal.code != "no-facts" for refusal in understood.refused):
        return PROBLEMS
    nothing = not understood.tables and bool(understood.refused)
    return PROBLEMS if nothing else OK


def _document(understood: Understood) -> dict[str, Any]:
    facts = {
        kind: [dict(zip(columns(kind), row, strict=True)) for row in rows]
        for kind, rows in understood.tables.items()
    }
    refused = [
        {"path": one.path, "where": one.where, "code": one.code, "reason": one.reason}
        for one in understood.refused
    ]
    return {"facts": facts, "unknown": dict(sorted(understood.unknown.items())), "refused": refused}


def _tell(understood: Understood) -> None:
    for kind, rows in understood.tables.items():
        names = columns(kind)
        say(plural(len(rows), kind.replace("_", " ")))
        places = [names.index(name) for name in _SHOWN[kind]]
        cells = [[_cell(names[p], row[p]) for p in places] for row in rows[:_MOST_ROWS]]
        for line in table(cells, _SHOWN[kind]):
            say(f"  {line}")
        if len(rows) > _MOST_ROWS:
            say(f"  and {len(rows) - _MOST_ROWS:,} more: --format json gives all")
    for name, count in sorted(understood.unknown.items()):
        say(f"unknown: {safe(name)} ({count:,})")
    tell_refused(understood)
    found = ", ".join(
        plural(len(rows), kind.replace("_", " ")) for kind, rows in understood.tables.items()
    )
    say(f"{plural(understood.files, 'file')}: {found or 'no facts'}", err=True)


def tell_refused(understood: Understood, *, err: bool = False) -> None:
    """What gave no facts: files of other kinds in one line a reason, all others one by one."""
    skipped: dict[str, list[str]] = {}
    for one in understood.refused:
        if one.code == "no-facts" and not one.where:
            skipped.setdefault(one.reason, []).append(one.path)
            continue
        where = f" {one.where}" if one.where else ""
        say(f"refused: {safe(one.path)}{safe(where)}: {one.code}: {safe(one.reason)}", err=err)
    for reason, paths in sorted(skipped.items()):
        more = f" and {len(paths) - 1:,} more" if len(paths) > 1 else ""
        say(f"skipped: {safe(paths[0])}{more}: {safe(reason)}", err=err)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name in _TIMES:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    word = " ".join(value) if isinstance(value, list) else str(value)
    return word if len(word) <= _MOST_WIDE else word[: _MOST_WIDE - 1] + "…"
