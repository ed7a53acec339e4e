"""The report on a pull request: a Markdown summary that cannot be turned into markup."""

from __future__ import annotations

from collections.abc import Sequence

from maestro.errors import Problem

from .text import markdown_text
from .words import plural

MOST_ROWS = 50
MAX_BYTES = 60_000
"""Size at which the summary is cut; the forges refuse much larger ones."""


def summary(problems: Sequence[Problem], files: int) -> str:
    """The faults of a change as Markdown, the verdict in the title; never more than a screen.

    ``files`` is the number of records that were checked.
    """
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = sum(problem.severity == "warning" for problem in problems)
    if not problems:
        return f"### No problems in {plural(files, 'file')}\n"
    verdict = "errors block this change" if errors else "nothing blocks"
    counts = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
    lines = [
        f"### {counts} in {plural(files, 'file')}: {verdict}",
        "",
        "| where | code | what is wrong | what to do |",
        "| --- | --- | --- | --- |",
    ]
    size = sum(len(line) + 1 for line in lines)
    shown = 0
    for problem in sorted(problems)[:MOST_ROWS]:
        row = _row(problem)
        size += len(row.encode()) + 1
        if size > MAX_BYTES:
            break
        lines.append(row)
        shown += 1
    if shown < len(problems):
        lines += ["", f"{len(problems) - shown} more: run `maestro check`."]
    return "\n".join(lines) + "\n"


def _row(problem: Problem) -> str:
    cells = (problem.place, f"{problem.code} {problem.severity}", problem.message, problem.hint)
    return "| " + " | ".join(markdown_text(cell) or "none" for cell in cells) + " |"
