"""Commands that read records: check, list, show, search, lineage, settings."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import click

from maestro.errors import WRONG_USE, MaestroError, did_you_mean

from .options import format_option, root_option
from .output import (
    count_problems,
    exit_code,
    plural,
    print_problems,
    safe,
    say,
    say_json,
    table,
)


@click.command("check", epilog="Example: maestro check --strict --format github")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@root_option
@click.option("--base", metavar="REV", help="Compare with this commit: merged versions are frozen.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@format_option("github", "gitlab", "markdown")
@click.option("--no-cache", is_flag=True, help="Read every file, and keep nothing.")
def check_command(
    paths: tuple[str, ...], root: Path, base: str | None, strict: bool, format_: str, no_cache: bool
) -> int:
    """Check every record and show every fault at its line.

    With PATHs, show only faults of these files or folders; they are still checked against the
    whole catalog. In Markdown, with --base, also what the last build here knows of the records
    that changed: their impact, and what is nearly the same.
    """
    from maestro import pipeline

    cache = pipeline.open_cache(root, use=not no_cache)
    before = pipeline.load_base(root, base) if base else None
    done = pipeline.check(root, cache, before)
    problems = _only(done.problems, paths, root)
    counts = count_problems(problems)
    if format_ == "markdown":
        from maestro.pipeline.results import known_of
        from maestro.publishing.report import summary as report

        say(report(problems, done.files, known_of(root, done.changed)).rstrip("\n"))
        return exit_code(problems, strict=strict)
    print_problems(problems, format_, {**counts, "files": done.files})
    if format_ in ("text", "github"):
        bad = len({problem.path for problem in problems})
        where = (
            f"in {bad} of {plural(done.files, 'file')}"
            if bad
            else f"in {plural(done.files, 'file')}"
        )
        cached = f", {done.cached:,} from cache" if done.cached else ""
        summary = f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}"
        say(f"{summary} {where} ({done.seconds:.1f} s{cached})", err=True)
    return exit_code(problems, strict=strict)


def _only(problems: list[Any], paths: tuple[str, ...], root: Path) -> list[Any]:
    if not paths:
        return problems
    wanted = []
    for path in paths:
        given = Path(path)
        found = (given if given.is_absolute() else Path.cwd() / given).absolute()
        if not found.exists():
            found = root / path
        if not found.exists() and not found.is_symlink():
            raise click.UsageError(f'path "{path}" does not exist')
        # Only the folder is resolved: a link in a record's place must be named, not followed.
        real = found.parent.resolve() / found.name
        if not real.is_relative_to(root):
            raise click.UsageError(f'path "{path}" lies outside the catalog repository')
        wanted.append(real.relative_to(root).as_posix())
    return [
        p
        for p in problems
        if any(w == "." or p.path == w or p.path.startswith(f"{w}/") for w in wanted)
    ]


def _load(root: Path) -> Any:
    from maestro import pipeline
    from maestro.catalog.load import load_catalog

    return load_catalog(root, cache=pipeline.open_cache(root))


def _facet_options(function: Any) -> Any:
    for name, what in (
        ("kind", "Only this kind: datasets, model_templates, ..."),
        ("owner", "Only entries of this team."),
        ("tag", "Only entries with this tag."),
        ("status", "Only entries with this status."),
        ("class", "Only entries for this problem class."),
        ("license", "Only entries under this licence."),
    ):
        function = click.option(f"--{name}", f"{name}_", multiple=True, help=what)(function)
    return function


@click.command("list", epilog="Example: maestro list --kind datasets --format json")
@root_option
@_facet_options
@format_option()
def list_command(root: Path, format_: str, **facets: tuple[str, ...]) -> None:
    """List the entries of the library by name."""
    _print_entries(_find(root, "", facets), format_)


@click.command("search", epilog='Example: maestro search "churn features" --status stable')
@click.argument("words", nargs=-1)
@root_option
@_facet_options
@click.option(
    "--min-impact",
    type=float,
    metavar="POINTS",
    help="Only entries whose current version goes with at least so many points of success.",
)
@format_option()
def search_command(
    words: tuple[str, ...],
    root: Path,
    min_impact: float | None,
    format_: str,
    **facets: tuple[str, ...],
) -> None:
    """Find entries by words and facets, best match first.

    Words find what they find on the page of the Library, and projects besides. Each must stand in
    name, title or description, or begin what kind, problem class, status, owner, tag, persona or
    licence is called; aliases of the taxonomy count, and the class of a project counts for all
    that it uses. What nothing holds is looked for in names of inputs and outputs.

    --min-impact reads the last build's findings; an entry without enough evidence of its impact
    never matches, and how many were left out for that is said.
    """
    text = " ".join(words)
    found = _find(root, text, facets)
    if min_impact is None:
        _print_entries(found, format_)
    elif math.isfinite(min_impact):
        _print_worthy(found, min_impact, root, format_)
    else:
        raise click.UsageError("--min-impact wants a number of points")
    if not found and format_ == "text":
        from maestro.catalog.search import suggest

        near = suggest(_load(root), text) if text else []
        guess = f"  did you mean {' or '.join(near)}?" if near else ""
        say(f"nothing found{guess}", err=True)


def _find(root: Path, text: str, facets: dict[str, tuple[str, ...]]) -> list[Any]:
    from maestro.catalog.search import search

    return search(
        _load(root),
        text,
        kinds=facets["kind_"],
        owners=facets["owner_"],
        tags=facets["tag_"],
        status=facets["status_"],
        classes=facets["class_"],
        licenses=facets["license_"],
    )


def _print_worthy(hits: list[Any], least: float, root: Path, format_: str) -> None:
    """Those with at least so much impact, each with its number, and how many have none."""
    from maestro.pipeline.results import read_findings

    known = {
        row["subject"]: (row["value"], row["label"])
        for row in read_findings(root)
        if row["kind"] == "impact" and row["value"] is not None
    }
    entries = [hit for hit in hits if hit.entry.kind != "projects"]
    graded = [hit for hit in entries if hit.entry.reference in known]
    kept = [hit for hit in graded if known[hit.entry.reference][0] >= least]
    _print_entries(kept, format_, {hit.entry.name: known[hit.entry.reference] for hit in kept})
    if unknown := len(entries) - len(graded):
        many = plural(unknown, "entry").replace("entrys", "entries")
        say(f"{many} left out: not enough evidence of their impact (maestro impact)", err=True)


def _print_entries(
    hits: list[Any], format_: str, impact: dict[str, tuple[float, str]] | None = None
) -> None:
    rows = [hit.entry for hit in hits]
    if format_ == "json":
        more = impact or {}
        say_json(
            [{**_summary(e), **_impact_of(more[e.name])} if more else _summary(e) for e in rows]
        )
        return
    if rows:
        cells = [
            [e.reference, e.kind, e.record.owner, e.record.status, e.record.description]
            for e in rows
        ]
        heads = ["entry", "kind", "owner", "status", "description"]
        if impact:
            heads.insert(1, "impact")
            for cell, entry in zip(cells, rows, strict=True):
                value, verdict = impact[entry.name]
                cell.insert(1, f"{value:+.1f} ({verdict})")
        for line in table(cells, heads):
            say(line if len(line) <= _LINE else f"{line[: _LINE - 1]}…")
    say(_counted(rows), err=True)


def _counted(rows: list[Any]) -> str:
    """How many entries there are, and apart from them how many projects."""
    projects = sum(entry.kind == "projects" for entry in rows)
    entries = plural(len(rows) - projects, "entry").replace("entrys", "entries")
    return f"{entries} and {plural(projects, 'project')}" if projects else entries


def _impact_of(known: tuple[float, str]) -> dict[str, Any]:
    return {"impact": known[0], "verdict": known[1]}


def _summary(entry: Any) -> dict[str, Any]:
    record = entry.record
    return {
        "name": entry.name,
        "kind": entry.kind,
        "version": entry.version,
        "title": entry.title,
        "description": record.description,
        "owner": record.owner,
        "status": record.status,
        "tags": record.tags,
        "path": entry.path,
    }


def _named(catalog: Any, name: str) -> Any:
    plain = name.partition("@")[0]
    found = catalog.entries.get(plain) or catalog.projects.get(plain)
    found = found or catalog.experiments.get(plain) or catalog.policies.get(plain)
    if found is None:
        known = [*catalog.entries, *catalog.projects, *catalog.experiments]
        hint = did_you_mean(plain, known) or "maestro list shows what there is"
        raise MaestroError("M005", f'nothing is called "{safe(plain)}"', hint, exit_code=WRONG_USE)
    return found


@click.command("show", epilog="Example: maestro show churn-features")
@click.argument("name")
@root_option
@format_option()
def show_command(name: str, root: Path, format_: str) -> None:
    """Show one entry, project or experiment: its record and who uses it."""
    from maestro.catalog.lineage import Lineage

    catalog = _load(root)
    entry = _named(catalog, name)
    lineage = Lineage(catalog)
    used_by, uses = lineage.used_by(entry.name), lineage.uses(entry.name)
    if format_ == "json":
        record = entry.record.model_dump(mode="json", by_alias=True, exclude_unset=True)
        head = {"name": entry.name, "kind": entry.kind, "path": entry.path}
        say_json({**head, "record": record, "uses": uses, "used_by": used_by})
        return
    say(f"{safe(entry.title)}  ({entry.reference}, {entry.kind})")
    say(safe(getattr(entry.record, "description", "") or getattr(entry.record, "hypothesis", "")))
    say()
    say("\n".join(safe(line) for line in _text_of(catalog, entry).splitlines()))
    say()
    say(f"uses:     {', '.join(uses) or 'nothing'}")
    say(f"used by:  {', '.join(used_by) or 'nobody yet'}")
    say(f"file:     {entry.path}")


def _text_of(catalog: Any, entry: Any) -> str:
    text: str = catalog.texts[entry.path].decode("utf-8")
    return text


@click.command("lineage", epilog="Example: maestro lineage churn-features")
@click.argument("name")
@root_option
@format_option()
def lineage_command(name: str, root: Path, format_: str) -> None:
    """Show what an entry is built on and what is built on it, directly and in full."""
    from maestro.catalog.lineage import Lineage

    catalog = _load(root)
    entry = _named(catalog, name)
    lineage = Lineage(catalog)
    answer = {
        "name": entry.name,
        "uses": lineage.uses(entry.name),
        "used_by": lineage.used_by(entry.name),
        "upstream": lineage.upstream(entry.name),
        "downstream": lineage.downstream(entry.name),
        "circles": [circle for circle in lineage.cycles() if entry.name in circle],
    }
    if format_ == "json":
        say_json(answer)
        return
    for word, key in (
        ("built on", "uses"),
        ("used by", "used_by"),
        ("all it is built on", "upstream"),
        ("all that is built on it", "downstream"),
    ):
        say(f"{word + ':':25}{', '.join(answer[key]) or 'nothing'}")
    for circle in answer["circles"]:
        say(f"{'in a circle:':25}{' -> '.join([*circle, circle[0]])}")


@click.command("settings", epilog="Example: MAESTRO_CURRENCY=USD maestro settings")
@root_option
@format_option()
def settings_command(root: Path, format_: str) -> None:
    """Show the settings in force and where each one comes from."""
    from maestro.settings import effective

    _, rows = effective(_load(root).settings, os.environ)
    plain = [{"name": row.name, "value": _plain(row.value), "source": row.source} for row in rows]
    if format_ == "json":
        say_json(plain)
        return
    cells = [[str(row["name"]), _shown(row["value"]), str(row["source"])] for row in plain]
    for line in table(cells, ["setting", "value", "from"]):
        say(line)


def _shown(value: Any) -> str:
    """A value in one cell: text as it stands, everything else as JSON, which is YAML too."""
    if value is None:
        return "not set"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


_CELL = 70
_LINE = 160


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
