"""``maestro recommend``: what to reuse, whom to ask, and what to expect of a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro.errors import OK, WRONG_USE, MaestroError, did_you_mean, shorten

from .advice import COLUMNS, print_advice, rows_of
from .drafts import draft_of
from .figures import print_csv
from .forecasts import forecast_row, stored_row
from .left_out import not_built
from .options import format_option, root_option
from .output import from_here, say_json

if TYPE_CHECKING:
    from maestro.catalog.load import Catalog

Row = dict[str, Any]
_FILES = (".md", ".txt", ".yaml", ".yml")
_ORDER = ("duration", "cost", "success", "chance")
_STORED = 10
"""Pieces that a stored recommendation names at most."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked, and what the last build has found."""

    root: Path
    findings: list[Row]
    persona: str
    top: int

    def of_kind(self, kind: str, subject: str | None = None) -> list[Row]:
        """Findings of a kind, about one subject or any."""
        found = [one for one in self.findings if one["kind"] == kind]
        return [one for one in found if subject is None or one["subject"] == subject]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A project that is not in the library, with its identity."""

    name: str
    path: str
    record: Any
    kind: str = "projects"
    prose: str = ""


@click.command("recommend", epilog="Example: maestro recommend brief.md --persona analyst")
@click.argument("project", metavar="PROJECT|BRIEF.md|project.yaml")
@root_option
@click.option("--persona", metavar="NAME", default="", help="Only what this kind of person needs.")
@click.option(
    "--top", type=click.IntRange(1, 50), default=5, show_default=True, help="Pieces to reuse."
)
@format_option("csv")
def recommend_command(project: str, root: Path, persona: str, top: int, format_: str) -> int:
    """Recommend what PROJECT may reuse, whom to ask, and what to expect of it.

    PROJECT is a planned or active project of the library, a brief (text or Markdown), or a draft
    of a project.yaml; what a draft does not say counts as not known. Each line comes with its
    evidence and with the page of the built site to read on. Only the last build's findings and
    the records are read; nothing is trained.
    """
    from maestro.pipeline.results import read_findings

    asked = _Asked(root, read_findings(root), persona, top)
    answer = _of_draft(asked, Path(project)) if _is_file(project) else _of_project(asked, project)
    _add_pages(root, answer)
    if format_ == "json":
        say_json(answer)
    elif format_ == "csv":
        print_csv(COLUMNS, rows_of(answer))
    else:
        _from_here(root, answer)
        print_advice(answer)
    return OK


def _is_file(text: str) -> bool:
    return Path(text).suffix.lower() in _FILES or "/" in text or Path(text).is_file()


def _of_project(asked: _Asked, name: str) -> Row:
    """What the build has said of a project; made anew when something else is asked."""
    own = asked.of_kind("recommendation", name)
    if not own:
        raise _unknown(asked, name)
    detail, notes = own[0]["detail"], own[0]["quality"]
    if asked.persona or asked.top > _STORED:
        from maestro.catalog.load import load_catalog

        catalog = load_catalog(asked.root)
        if name not in catalog.projects:
            raise _unknown(asked, name)
        alike = [one["detail"] for one in asked.of_kind("similarity", name)]
        near = [other for one in alike if one["path"] == detail["path"] for other in one["alike"]]
        detail, notes = _advised(asked, catalog, catalog.projects[name], near)
    models = {one["subject"]: one for one in asked.of_kind("outcome_model")}
    predictions = [
        stored_row(one, models.get(one["detail"]["target"], {}))
        for one in asked.of_kind("prediction", name)
    ]
    return _answer(asked, (name, None), detail, notes, predictions)


def _unknown(asked: _Asked, name: str) -> MaestroError:
    names = {one["subject"] for one in asked.of_kind("recommendation")}
    path = f"projects/{name}/project.yaml"
    missing = not_built(asked.root, name)
    if missing is not None and not _is_over(asked.root, name):
        return missing
    if (asked.root / path).is_file():
        words = f'the last build has no recommendation for "{shorten(name)}"'
        hint = f"it is for planned and active projects; maestro recommend {path} asks anyway"
        return MaestroError("M005", words, hint, exit_code=WRONG_USE)
    hint = did_you_mean(name, names) or "name a project, a brief (.md) or a draft (.yaml)"
    words = f'no project is called "{shorten(name)}"'
    return MaestroError("M005", words, hint, exit_code=WRONG_USE)


def _is_over(root: Path, name: str) -> bool:
    """Whether a project has ended, so that no build will recommend anything to it."""
    from maestro.catalog.load import load_catalog

    entry = load_catalog(root).projects.get(name)
    return entry is not None and entry.record.status in ("done", "abandoned")


def _of_draft(asked: _Asked, path: Path) -> Row:
    """What the records and the build's findings say to a brief or a draft."""
    from maestro.catalog.load import load_catalog
    from maestro.learning.alike import finished_alike
    from maestro.learning.forecast import Planned, formulas_in

    catalog = load_catalog(asked.root)
    fields = draft_of(asked.root, path, catalog)
    draft = _draft(asked.root, path, fields)
    near = [one.model_dump() for one in finished_alike(draft, catalog.projects.values())]
    detail, notes = _advised(asked, catalog, draft, near)
    planned, formulas = Planned.of_record(fields), formulas_in(asked.findings)
    predictions = [
        forecast_row(model, formulas.get(model["subject"]), planned)
        for model in asked.of_kind("outcome_model")
    ]
    return _answer(asked, ("", str(path)), detail, notes, predictions)


def _draft(root: Path, path: Path, fields: Row) -> _Draft:
    """A record with what is known; a field that it should have and has not is None."""
    from maestro.schema.base import Model
    from maestro.schema.project import Project
    from maestro.schema.validate import assign

    model: type[Model] = Project
    record = model.model_construct()
    for name, field in Project.model_fields.items():
        if not (name in fields and assign(record, name, fields[name])) and field.is_required():
            record.__dict__[name] = None
    place = path.resolve()
    inside = place.relative_to(root).as_posix() if place.is_relative_to(root) else ""
    parts = inside.split("/")
    is_there = len(parts) == 3 and parts[0] == "projects" and parts[2] == "project.yaml"
    # A draft in its place stands for the project that is there.
    return _Draft(parts[1], inside, record) if is_there else _Draft("", str(path), record)


def _advised(
    asked: _Asked, catalog: Catalog, entry: Any, near: Iterable[Row]
) -> tuple[Row, list[str]]:
    """The detail of a recommendation as plain data, and what to know of the pieces in use."""
    from maestro.learning.advice import Adviser, sources_of
    from maestro.schema.findings import round_numbers
    from maestro.schema.learned import Alike

    personas = catalog.taxonomy.personas
    if asked.persona and asked.persona not in personas:
        hint = did_you_mean(asked.persona, personas) or f"known: {', '.join(personas) or 'none'}"
        words = f'persona "{shorten(asked.persona)}" is not in the taxonomy'
        raise MaestroError("M005", words, hint, exit_code=WRONG_USE)
    adviser = Adviser(sources_of(catalog, asked.findings))
    alike = [Alike.model_validate(one, strict=False) for one in near]
    detail, notes = adviser.advise(entry, alike, persona=asked.persona, most=asked.top)
    plain: Row = round_numbers(detail.model_dump(mode="json"))
    return plain, [*adviser.reasons(detail), *notes]


def _answer(
    asked: _Asked,
    whose: tuple[str, str | None],
    detail: Row,
    notes: list[str],
    predictions: list[Row],
) -> Row:
    new = [piece for piece in detail["pieces"] if piece["advice"] == "use"][: asked.top]
    instead = [piece for piece in detail["pieces"] if piece["advice"] != "use"]
    models = asked.of_kind("recommendation")
    return {
        "format": 1,
        "findings": "build/findings.json",
        "project": whose[0],
        "file": whose[1],
        "as_of": models[0]["as_of"] if models else "",
        "persona": asked.persona,
        "considered": detail["considered"],
        "quality": notes,
        "pieces": [*instead, *new],
        "peers": detail["peers"],
        "teams": detail["teams"],
        "predictions": sorted(predictions, key=lambda row: _ORDER.index(row["target"])),
    }


def _from_here(root: Path, answer: Row) -> None:
    """Name the pages as the current folder has them."""
    for one in (*answer["pieces"], *answer["peers"], *answer["predictions"]):
        one["page"] = from_here(root / one["page"]) if one["page"] else ""
    answer["guide"] = from_here(root / answer["guide"]) if answer["guide"] else ""


def _add_pages(root: Path, answer: Row) -> None:
    """Name the page of the built site to read on for each line, of those that are there."""
    from maestro.pipeline.building import SITE
    from maestro.publishing.library import page_of

    def page(path: str) -> str:
        """The path of a page in the catalog repository; empty when it was not built."""
        return f"{SITE}/{path}" if (root / SITE / path).is_file() else ""

    for piece in answer["pieces"]:
        piece["page"] = page(page_of(piece["kind"], piece["reference"].partition("@")[0]))
    for peer in answer["peers"]:
        peer["page"] = page(page_of("projects", peer["project"]))
    own = page_of("projects", answer["project"]) if answer["project"] else ""
    for row in answer["predictions"]:
        row["page"] = page(own or "insights/index.html")
    answer["guide"] = page("guides/how-recommendations-are-made.html")
