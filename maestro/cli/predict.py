"""``maestro predict``: what a project may take and reach, from what the last build has learned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from maestro.errors import OK, WRONG_USE, MaestroError, did_you_mean, shorten

from .drafts import WhatIf, draft_of
from .figures import print_csv
from .forecasts import COLUMNS, Row, as_row, forecast_row, print_forecasts, stored_row
from .options import format_option, root_option
from .output import say_json

_FILES = (".md", ".txt", ".yaml", ".yml")


@click.command("predict", epilog="Example: maestro predict brief.md --team-size 4")
@click.argument("project", required=False, metavar="[PROJECT|BRIEF.md|project.yaml]")
@root_option
@click.option("--team-size", type=click.IntRange(1, 1000), help="People working on it.")
@click.option(
    "--complexity", type=click.IntRange(1, 10), help="1 (a known recipe) to 10 (research)."
)
@click.option("--class", "problem_class", metavar="CLASS", help="Its problem class.")
@click.option("--domain", metavar="DOMAIN", help="Its field of business.")
@click.option("--owner", metavar="TEAM", help="The team that answers for it.")
@click.option(
    "--with", "pieces", metavar="REF", multiple=True, help="A piece it reuses; may be repeated."
)
@format_option("csv")
def predict_command(
    project: str | None, root: Path, pieces: tuple[str, ...], format_: str, **fields: Any
) -> int:
    """Forecast duration, cost and success of PROJECT, a brief or a draft of a record.

    A project of the library is shown as the last build predicted it: from all that had finished,
    as made when it was first seen (kept), or from its past only. A brief (text or Markdown), a
    project.yaml, and any option that says what would be different, are answered by the
    formulas of the last build; what is not said counts as not known: a project that names no
    pieces counts as average in this, "uses: []" in a record as one that reuses nothing. Where no
    record lists what is reused, other pieces than those of --with count as average, too.
    """
    from maestro.pipeline.results import read_findings

    findings = read_findings(root)
    wanted = WhatIf(pieces=pieces, **fields)
    if project is None and not wanted:
        raise click.UsageError("name a project, a brief or a draft, or say with options what if")
    path = Path(project) if project and _is_file(project) else None
    if project and path is None and not wanted:
        answer = _stored(root, project, findings)
    else:
        answer = _made(root, None if path else project, path, wanted, findings)
    if format_ == "json":
        say_json(answer)
    elif format_ == "csv":
        print_csv(COLUMNS, [as_row(answer["project"], row) for row in answer["predictions"]])
    else:
        print_forecasts(answer)
    return OK


def _is_file(text: str) -> bool:
    return Path(text).suffix.lower() in _FILES or "/" in text or Path(text).is_file()


def _models(findings: list[Row]) -> dict[str, Row]:
    """Outcome to the finding about its model."""
    return {found["subject"]: found for found in findings if found["kind"] == "outcome_model"}


def _stored(root: Path, name: str, findings: list[Row]) -> Row:
    """What the build has said of a project."""
    own = [one for one in findings if one["kind"] == "prediction" and one["subject"] == name]
    if not own:
        known = {one["subject"] for one in findings if one["kind"] == "prediction"}
        raise _unknown(root, name, known)
    models = _models(findings)
    own.sort(key=lambda one: str(one["detail"]["target"]))
    return {
        **_about(name, None, own[0]["as_of"]),
        "given": {},
        "similar": _similar(findings, name),
        "predictions": [stored_row(one, models.get(one["detail"]["target"], {})) for one in own],
    }


def _about(name: str, path: Path | None, as_of: str) -> Row:
    about: Row = {"format": 1, "findings": "build/findings.json", "project": name}
    return {**about, "file": None if path is None else str(path), "as_of": as_of}


def _similar(findings: list[Row], name: str) -> list[str]:
    path = f"projects/{name}/project.yaml"
    for one in findings:
        if one["kind"] == "similarity" and (one["detail"] or {}).get("path") == path:
            return [other["name"] for other in one["detail"]["alike"]][:3]
    return []


def _unknown(root: Path, name: str, known: set[str]) -> MaestroError:
    words = f'no project is called "{shorten(name)}"'
    if name in _project_names(root):
        words = f'the last build has no prediction of "{name}"'
        return MaestroError("M006", words, "run maestro build, or say with options what if")
    hint = did_you_mean(name, known | _project_names(root))
    hint = hint or "name a project, a brief (.md) or a draft (.yaml)"
    return MaestroError("M005", words, hint, exit_code=WRONG_USE)


def _project_names(root: Path) -> set[str]:
    return {path.parent.name for path in root.glob("projects/*/project.yaml")}


def _made(
    root: Path, name: str | None, path: Path | None, wanted: WhatIf, findings: list[Row]
) -> Row:
    """What the formulas of the build say of a project that is not there, or is there otherwise."""
    from maestro.catalog.load import load_catalog
    from maestro.learning.forecast import Planned, formulas_in

    models = _models(findings)
    if not models:
        raise MaestroError("M006", "the last build has no models of outcomes", "run maestro build")
    catalog = load_catalog(root)
    record: Mapping[str, Any] = {}
    if path is not None:
        record = draft_of(root, path, catalog)
    elif name is not None:
        if name not in catalog.projects:
            raise _unknown(root, name, set(catalog.projects))
        record = catalog.projects[name].record.model_dump(mode="json", exclude_unset=True)
    planned = wanted.applied(Planned.of_record(record), catalog)
    formulas = formulas_in(findings)
    first = next(iter(models.values()))
    return {
        **_about(name or "", path, first["as_of"]),
        "given": _given(planned),
        "similar": [],
        "predictions": [
            forecast_row(model, formulas.get(target), planned)
            for target, model in sorted(models.items())
        ],
    }


def _given(planned: Any) -> Row:
    """What is known of the project; what is not stands there as null."""
    return {
        "problem_class": planned.problem_class,
        "domain": planned.domain,
        "owner": planned.team,
        "complexity": planned.complexity,
        "team_size": planned.team_size,
        "data_rows": planned.data_rows,
        "started": None if planned.started is None else planned.started.isoformat(),
        "uses": None if planned.uses is None else list(planned.uses),
        "may_use_more": planned.uses is None or planned.may_use_more,
        "roles": None if planned.roles is None else list(planned.roles),
    }
