"""CSV: a table with a line of headings that a map, or well-known words, turn into columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from maestro.schema.facts import columns

from .own import read_own
from .reading import Reading, RefusedError

_SAME: dict[str, tuple[str, ...]] = {
    "id": ("id", "run_number", "build", "build_id", "build_number", "databaseid", "github_id"),
    "run_id": ("run_id", "pipeline_id", "workflow_run_id", "run"),
    "attempt": ("attempt", "run_attempt"),
    "name": ("name", "workflow_name", "job_name", "pipeline_name", "job", "stage"),
    "workflow": ("workflow", "path", "workflow_path"),
    "branch": ("branch", "head_branch", "ref", "headbranch", "source_branch"),
    "head": ("head", "head_sha", "sha", "commit", "commit_sha", "revision", "headsha"),
    "event": ("event", "trigger", "cause", "triggered_by"),
    "status": ("status", "state"),
    "result": ("result", "conclusion", "outcome"),
    "created": ("created", "created_at", "createdat", "queued_at", "created_date", "opened_at"),
    "started": ("started", "started_at", "run_started_at", "start", "start_time", "started_date"),
    "finished": ("finished", "finished_at", "completed_at", "ended_at", "end", "end_time",
                 "finished_date", "ended"),
    "updated": ("updated", "updated_at", "updatedat"),
    "seconds": ("seconds", "duration", "duration_sec", "duration_seconds", "time"),
    "labels": ("labels", "label", "runner", "runner_label", "runs_on"),
    "project": ("project", "repository", "repo"),
    "provider": ("provider",),
    "environment": ("environment", "env"),
    "production": ("production",),
    "suite": ("suite", "test_suite"),
    "passed": ("passed",),
    "failed": ("failed", "failures"),
    "errors": ("errors",),
    "skipped": ("skipped",),
    "flaky": ("flaky",),
    "merged": ("merged", "merged_at", "merged_date"),
    "closed": ("closed", "closed_at"),
    "merge_commit": ("merge_commit", "merge_commit_sha"),
    "title": ("title", "summary"),
    "author": ("author", "user"),
    "base": ("base", "base_branch", "target_branch"),
    "resolved": ("resolved", "resolved_at", "resolution_date"),
    "at": ("at", "timestamp", "date"),
}  # fmt: skip
_COLUMN = {word: column for column, words in _SAME.items() for word in words}
_SIGNS = (
    ("test", {"suite", "passed", "failed"}),
    ("pull_request", {"id", "merged", "created"}),
    ("incident", {"id", "resolved"}),
    ("job", {"run_id", "id"}),
    ("job", {"run_id", "name"}),
    ("deployment", {"id", "environment"}),
    ("run", {"id", "status"}),
    ("run", {"id", "result"}),
    ("run", {"id", "started"}),
)
"""Kinds and the columns that mark them, the most telling first."""
RAW = "data"
"""A column of this name whose cells are JSON objects holds records as an API gave them."""
_JUNK = re.compile(r"[^a-z0-9]+")


def headings(text: str, map_: Mapping[str, str]) -> tuple[list[str], str]:
    """Column (empty: none) of each heading of the first line, and the kind of the rows.

    ``map_`` gives a column its heading as it stands in the file, and goes before the words we
    know. The kind is empty when the line is no head of a table of CI records.
    """
    try:
        first = next(csv.reader(io.StringIO(text[:20_000]), dialect(text)), [])
    except csv.Error:
        return [], ""
    given = {heading.strip().lower(): column for column, heading in map_.items()}
    found = []
    for heading in first:
        word = heading.strip().lower()
        column = given.get(word) or _COLUMN.get(_JUNK.sub("_", word).strip("_"), "")
        if column in found or (column in map_ and word not in given):
            column = ""
        found.append(column)
    if RAW in [heading.strip().lower() for heading in first] and len(first) > 1:
        return found, RAW
    kind = next((kind for kind, signs in _SIGNS if signs <= set(found)), "")
    if kind == "job" and "id" not in found:
        found[found.index("name")] = "id+name"
    return found, kind


def dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab: what stands most often in the first line."""
    first = text[:20_000].partition("\n")[0]
    mark = max(",;\t", key=first.count)

    class Table(csv.excel):
        """Excel's rules with the mark that was found."""

        delimiter = mark

    return Table


def raw_cells(text: str) -> Iterator[tuple[str, str]]:
    """Line and JSON text of each cell of the raw column."""
    for number, cells in _rows(text):
        yield f"line {number}", cells.get(RAW, "")


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), dialect(text))
    try:
        names = [heading.strip().lower() for heading in next(rows)]
        for cells in rows:
            if cells:
                yield rows.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise RefusedError("not-csv", f"line {rows.line_num}: {error}") from None


def read_table(text: str, reading: Reading, map_: Mapping[str, str], kind: str = "") -> None:
    """Each line below the headings as one fact; a broken line is refused, the others stay.

    Raises RefusedError when the headings name nothing that we know.
    """
    found, guessed = headings(text, map_)
    kind = kind or guessed
    if not kind or kind == RAW:
        raise RefusedError("no-facts", "a table whose headings name no CI record")
    known = set(columns(kind))
    rows = csv.reader(io.StringIO(text, newline=""), dialect(text))
    names = next(rows)
    unknown = [n for n, c in zip(names, found, strict=True) if c.split("+")[0] not in known]
    try:
        for cells in rows:
            if not cells:
                continue
            where = f"line {rows.line_num}"
            if len(cells) != len(names):
                reason = f"{len(cells)} cells below {len(names)} headings"
                reading.refuse(where, "not-csv", reason)
                continue
            reading.count_unknown(kind, unknown)
            record = {
                column: cell.strip()
                for columns_, cell in zip(found, cells, strict=True)
                for column in columns_.split("+")
                if column in known and cell.strip()
            }
            read_own(record, where, reading, kind)
    except csv.Error as error:
        raise RefusedError("not-csv", f"line {rows.line_num}: {error}") from None
