"""The report on a pull request: a Markdown summary that cannot be turned into markup."""

from __future__ import annotations

from collections.abc import Sequence

from maestro.errors import Problem
from maestro.schema import Finding
from maestro.schema.learned import DuplicateDetail, ImpactDetail

from .effects import is_adjusted
from .text import markdown_text
from .words import interval, number, plural, points

MOST_ROWS = 50
MAX_BYTES = 60_000
"""Size at which the summary is cut; the forges refuse much larger ones."""
MOST_KNOWN = 5
"""Lines of one sort about what is known of the changed records."""


def summary(problems: Sequence[Problem], files: int, known: Sequence[Finding] = ()) -> str:
    """The faults of a change as Markdown, the verdict in the title; never more than a screen.

    ``files`` is the number of records that were checked; ``known`` are the findings of the last
    build about the changed ones, where there is a build. Near-duplicates and impacts among them
    are told; of the rest, and where nothing is known, nothing is said.
    """
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = sum(problem.severity == "warning" for problem in problems)
    told = "".join(f"\n{line}\n" for line in (*_looks_like(known), *_what_is_known(known)))
    if not problems:
        return f"### No problems in {plural(files, 'file')}\n{told}"
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
    return "\n".join(lines) + "\n" + told


def _looks_like(known: Sequence[Finding]) -> list[str]:
    """Near-duplicates that neither record gives a reason for, the nearest first."""
    pairs = [
        (found, found.detail)
        for found in known
        if isinstance(found.detail, DuplicateDetail) and not found.detail.reason
    ]
    pairs.sort(key=lambda pair: (-(pair[0].value or 0.0), pair[0].subject))
    return [
        f"**Looks like:** {markdown_text(found.subject)} and "
        f"{markdown_text(detail.other.name)} share "
        f"{markdown_text('; '.join(detail.other.shared))} (similarity "
        f"{number(detail.other.score, decimals=2)}). Reuse, or say why not in `reason:`."
        for found, detail in pairs[:MOST_KNOWN]
    ]


def _what_is_known(known: Sequence[Finding]) -> list[str]:
    """Impacts with a number, by reference."""
    found = sorted((f for f in known if f.value is not None), key=lambda f: f.subject)
    lines = []
    for one in found:
        if not isinstance(one.detail, ImpactDetail) or one.detail.grade == "insufficient":
            continue
        assert one.value is not None
        evidence = (
            f"{plural(len(one.detail.users), 'project')}, {plural(one.detail.teams, 'team')}, "
            f"{one.detail.grade} evidence" + ("" if is_adjusted(one) else ", not adjusted")
        )
        lines.append(
            f"**What is known:** {markdown_text(one.subject)}: "
            f"{points(one.value)} points of success "
            f"{interval(one, signed=True, decimals=1)}, {markdown_text(one.label)}; {evidence}."
        )
    return lines[:MOST_KNOWN]


def _row(problem: Problem) -> str:
    cells = (problem.place, f"{problem.code} {problem.severity}", problem.message, problem.hint)
    return "| " + " | ".join(markdown_text(cell) or "none" for cell in cells) + " |"
