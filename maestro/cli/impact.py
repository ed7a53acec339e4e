"""``maestro impact``: what goes with reusing a piece, from the last build's findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from maestro.errors import OK, WRONG_USE, MaestroError, did_you_mean, shorten
from maestro.schema.details import NOT_ENOUGH

from .figures import print_csv
from .left_out import faulty
from .options import format_option, root_option
from .output import plural, safe, say, say_json

COLUMNS = (
    *("reference", "problem_class", "value", "lo", "hi", "level", "n", "teams", "verdict"),
    *("grade", "naive_mean", "others_mean", "together", "joint", "joint_lo", "joint_hi"),
    "quality",
)
"""Columns of the CSV answer; ``problem_class`` is empty for the effect over all classes."""
GRADES = ("strong", "moderate", "weak")
ASSOCIATED = "associated with"
"""How the note begins that each number carries; it is said once."""
_NUMBERS = ("value", "lo", "hi", "n")
_MOST_REASONS = 8
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the leaderboard is narrowed to; empty takes all."""

    kinds: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    problem_class: str = ""
    owners: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when anything is asked for."""
        return bool(self.kinds or self.grades or self.problem_class or self.owners)


@click.command("impact", epilog="Example: maestro impact churn-features --format json")
@click.argument("name", required=False, metavar="[NAME|NAME@VERSION]")
@root_option
@click.option("--kind", "kinds", multiple=True, help="Only this kind: datasets, notebooks, ...")
@click.option("--grade", "grades", multiple=True, type=click.Choice(GRADES), help="Only this one.")
@click.option("--class", "class_", default="", help="The effect in this problem class.")
@click.option("--owner", "owners", multiple=True, help="Only entries of this team.")
@format_option("csv")
def impact_command(
    name: str | None, root: Path, class_: str, format_: str, **filters: tuple[str, ...]
) -> int:
    """Show how many points of success go with reusing each version.

    Without a name: all versions with enough evidence, the largest effect first, and why the
    others have no number. With NAME: its versions, each with its evidence, what it cannot be
    told from, the effect by problem class, and how it moved. Only the last build's findings
    are read; nothing is computed.
    """
    from maestro.pipeline.results import read_findings

    wanted = Wanted(filters["kinds"], filters["grades"], class_, filters["owners"])
    if name and wanted:
        raise click.UsageError("filters narrow the list of all versions; leave them out with NAME")
    findings = [one for one in read_findings(root) if one["kind"] == "impact"]
    if not findings:
        words = "the last build looked at no version"
        hint = faulty(root) or "add entries to catalog/, and run maestro build"
        raise MaestroError("M006", words, hint)
    if name:
        rows = [_row(finding) for finding in _named(findings, name)]
    else:
        rows = _narrowed(findings, wanted, root)
    if format_ == "csv":
        print_csv(COLUMNS, _cells(rows, wanted.problem_class, by_class=bool(name)))
    elif format_ == "json":
        _say_json(rows, findings[0], name)
    elif name:
        _print_versions(rows)
    else:
        _print_board(rows, wanted)
        if (said := _faults(root, rows)) is not None:
            say(said)
    return OK


def _row(finding: Row) -> Row:
    """One version as plain data."""
    return {
        "reference": finding["subject"],
        "problem_class": "",
        **{key: finding[key] for key in _NUMBERS},
        "level": finding["level"],
        "verdict": finding["label"],
        **finding["detail"],
        "quality": finding["quality"],
    }


def _class_row(finding: Row, problem_class: str) -> Row:
    """The same among the projects of one class; the grade is of the version over all classes."""
    row: Row = dict.fromkeys((*COLUMNS, *_NUMBERS))
    row |= {"reference": finding["subject"], "grade": finding["detail"]["grade"], "n": 0}
    row |= {"problem_class": problem_class, "level": finding["level"]}
    for one in finding["detail"]["classes"]:
        if one["problem_class"] == problem_class:
            row |= {key: one[key] for key in _NUMBERS} | {"verdict": one["label"]}
    if row["value"] is not None:
        return row | {"quality": [n for n in finding["quality"] if n.startswith(ASSOCIATED)]}
    used = plural(row["n"], "finished project")
    quality = finding["quality"] if finding["value"] is None else []
    row |= {"verdict": NOT_ENOUGH, "quality": quality or [f"{used} of the class used it: too few"]}
    return row


def _split(reference: str) -> tuple[str, str]:
    name, at, version = reference.rpartition("@")
    return (name, version) if at else (reference, "")


def _named(findings: Sequence[Row], name: str) -> list[Row]:
    """The versions of a piece, newest first; of NAME@VERSION that one."""
    plain, version = _split(name)
    own = [one for one in findings if _split(one["subject"])[0] == plain]
    found = [one for one in own if not version or one["subject"] == name]
    if found:
        return sorted(found, key=lambda one: _order(one["subject"]), reverse=True)
    known = [one["subject"] for one in own] or {_split(one["subject"])[0] for one in findings}
    hint = did_you_mean(name if own else plain, known)
    hint = hint or (f"known: {', '.join(sorted(known))}" if own else "maestro list shows them all")
    words = f'no impact is known of "{shorten(name)}"'
    raise MaestroError("M005", words, hint, exit_code=WRONG_USE)


def _order(reference: str) -> tuple[list[int], str]:
    version = _split(reference)[1]
    return [int(part) for part in version.split(".") if part.isdecimal()], version


def _narrowed(findings: Sequence[Row], wanted: Wanted, root: Path) -> list[Row]:
    """All versions that were asked for: with a number by effect, then the others by name."""
    problem_class = wanted.problem_class
    known = {one["problem_class"] for f in findings for one in f["detail"]["classes"]}
    if problem_class and problem_class not in known:
        hint = did_you_mean(problem_class, known) or f"known: {', '.join(sorted(known)) or 'none'}"
        words = f'no finished project of class "{shorten(problem_class)}" reused anything'
        raise MaestroError("M005", words, hint, exit_code=WRONG_USE)
    chosen = list(findings)
    if wanted.kinds or wanted.owners:
        names = _entries(root, wanted)
        chosen = [one for one in chosen if _split(one["subject"])[0] in names]
    rows = [_class_row(one, problem_class) if problem_class else _row(one) for one in chosen]
    if wanted.grades:
        rows = [row for row in rows if row["grade"] in wanted.grades]
    return sorted(
        rows, key=lambda row: (row["value"] is None, -(row["value"] or 0.0), row["reference"])
    )


def _entries(root: Path, wanted: Wanted) -> set[str]:
    from maestro.catalog.load import load_catalog
    from maestro.catalog.search import search
    from maestro.pipeline import open_cache
    from maestro.schema import ARTIFACTS

    catalog = load_catalog(root, cache=open_cache(root))
    for what, asked, known in (
        ("kind", wanted.kinds, (*ARTIFACTS, "model_cards")),
        ("owner", wanted.owners, tuple(catalog.owners.teams)),
    ):
        for one in asked:
            folded = one.casefold().replace("-", "_") if what == "kind" else one.casefold()
            if not {folded, f"{folded}s"} & {name.casefold() for name in known}:
                hint = did_you_mean(one, known) or f"known: {', '.join(sorted(known)) or 'none'}"
                words = f'no {what} is called "{shorten(one)}"'
                raise MaestroError("M005", words, hint, exit_code=WRONG_USE)
    hits = search(catalog, kinds=wanted.kinds, owners=wanted.owners)
    return {hit.entry.name for hit in hits}


def _cells(rows: Sequence[Row], problem_class: str, *, by_class: bool) -> Iterator[Row]:
    for row in rows:
        yield row
        for one in row["classes"] if by_class and not problem_class else ():
            blank = dict.fromkeys(COLUMNS)
            yield {**blank, "reference": row["reference"], **one, "verdict": one["label"]}


def _say_json(rows: Sequence[Row], first: Row, name: str | None) -> None:
    about = {"format": 1, "findings": "build/findings.json", "name": name}
    about |= {"as_of": first["as_of"], "method": first["method"], "unit": first["unit"]}
    say_json({**about, "versions": rows})


def _print_board(rows: Sequence[Row], wanted: Wanted) -> None:
    graded = [row for row in rows if row["value"] is not None]
    without = [row for row in rows if row["value"] is None]
    if graded:
        where = f" in projects of class {wanted.problem_class}" if wanted.problem_class else ""
        say(safe(f"points of success that go with reusing a version{where} (90 %: interval)"))
        numbers = [_effect(row) for row in graded]
        width = max(map(len, numbers))
        names = max(len(row["reference"]) for row in graded)
        for row, number in zip(graded, numbers, strict=True):
            said = f"{row['verdict']}; {_evidence(row)}"
            say(safe(f"  {number.ljust(width)}  {row['reference'].ljust(names)}  {said}"))
        _say_note(graded)
    if not rows:
        say("no version fits these filters")
        return
    _print_without(without, len(rows))


def _faults(root: Path, rows: Sequence[Row]) -> str | None:
    """Where no version has a number: how many records have faults, which may be why."""
    if any(row["value"] is not None for row in rows):
        return None
    return faulty(root) or None


def _print_without(without: Sequence[Row], looked: int) -> None:
    if not without:
        return
    say(f"no number for {len(without):,} of {plural(looked, 'version')}:")
    say("  versions  why")
    reasons = Counter("; ".join(row["quality"]) or row["verdict"] for row in without)
    for reason, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))[:_MOST_REASONS]:
        say(safe(f"  {count:8,}  {reason}"))
    left = len(reasons) - _MOST_REASONS
    if left > 0:
        say(f"            and {plural(left, 'other reason')}: --format csv has them all")


def _evidence(row: Row) -> str:
    projects = plural(row["n"] or 0, "project")
    if row["problem_class"]:
        return f"{projects} of the class"
    grade = f"{row['grade']} evidence: " if row["value"] is not None else ""
    return f"{grade}{projects}, {plural(row['teams'], 'team')}"


def _effect(row: Row, value: str = "value", lo: str = "lo", hi: str = "hi") -> str:
    ends = f" ({_points(row[lo])} to {_points(row[hi])})" if row.get(lo) is not None else ""
    return f"{_points(row[value])}{ends}"


def _points(value: float) -> str:
    text = f"{value:+.1f}"
    return "0.0" if float(text) == 0 else text


def _say_note(rows: Sequence[Row]) -> None:
    """What each number carries, once."""
    notes = [note for row in rows for note in row["quality"] if note.startswith(ASSOCIATED)]
    if any(row["value"] is not None for row in rows):
        say(safe(notes[0] if notes else f"{ASSOCIATED}, not caused by"))


def _print_versions(rows: Sequence[Row]) -> None:
    for row in rows:
        _print_version(row)
    _say_note(rows)


def _print_version(row: Row) -> None:
    say(safe(f"{row['reference']}: {row['verdict']}"))
    if row["value"] is not None:
        say(safe(f"  {_effect(row)} points, {row['level'] * 100:g} % interval; {_evidence(row)}"))
    else:
        say(f"  {_evidence(row)}")
    means = [row["naive_mean"], row["others_mean"]]
    # Without enough evidence there is no number, and these would be two.
    if row["value"] is not None and None not in means:
        say(f"  not adjusted: mean success {means[0]:.0f} with it, {means[1]:.0f} of all others")
    if row["joint"] is not None:
        said = _effect(row, "joint", "joint_lo", "joint_hi")
        say(safe(f"  {' and '.join(row['together'])} together: {said} points"))
    for note in row["quality"]:
        if not note.startswith(ASSOCIATED):
            say(safe(f"  {note}"))
    _print_lines("by problem class", [_class_line(one) for one in row["classes"]])
    _print_lines("from run to run", [_past_line(one) for one in row["history"]])


def _print_lines(title: str, lines: Sequence[str]) -> None:
    if lines:
        say(f"  {title}")
    for line in lines:
        say(safe(f"    {line}"))


def _class_line(one: Row) -> str:
    said = f"{_effect(one)}, " if one["value"] is not None else ""
    why = f": {one['reason']}" if one["reason"] else ""
    return f"{one['problem_class']}: {said}{one['label']} ({plural(one['n'], 'project')}){why}"


def _past_line(one: Row) -> str:
    said = f"{_effect(one)}, " if one["value"] is not None else ""
    count = f" ({plural(one['n'], 'project')})" if one["n"] is not None else ""
    why = f": {one['reason']}" if one["reason"] else ""
    return f"{one['at'][:10]} {one['commit'][:7]}  {said}{one['label']}{count}{why}"
