"""Entries as rows and columns: what the Library, its plain tables and the API say of each one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from maestro.catalog.load import Entry
from maestro.schema import Finding
from maestro.schema.findings import round_numbers
from maestro.schema.learned import ImpactDetail, ReuseDetail

from . import effects, words
from .library import Shelf, page_of

NOT_MEASURED = "not measured"
BY_METRICS = "by its own metrics"
"""What stands for the effect of a model: its card has metrics, and no effect is computed."""


@dataclass(frozen=True)
class Row:
    """One entry as a table lists it."""

    shelf: Shelf
    entry: Entry
    impact: Finding | None
    """The effect of its current version."""
    reuse: Finding | None
    changed: str
    """The day of its record's last change, as an ISO date; empty when it is not known."""

    @cached_property
    def used_by(self) -> int | None:
        """How many projects use it, as listed; None when nobody counted."""
        detail = self.reuse.detail if self.reuse else None
        return len(detail.projects) if isinstance(detail, ReuseDetail) else None

    @property
    def grade(self) -> str:
        """The grade of evidence of its effect; empty when nothing was measured."""
        return _grade(self.impact)

    @cached_property
    def is_graded(self) -> bool:
        """Whether its effect has a number that rests on enough evidence."""
        return _is_graded(self.impact)

    @cached_property
    def told(self) -> Finding | None:
        """The effect with enough evidence of its newest version that has one, if any has."""
        if self.is_graded:
            return self.impact
        others = (version for version in self.entry.versions if version != self.entry.version)
        found = (self.shelf.one("impact", f"{self.entry.name}@{version}") for version in others)
        return next((finding for finding in found if _is_graded(finding)), None)

    @property
    def license(self) -> str:
        """Its licence, or the library's default; empty when neither is stated."""
        return self.entry.record.license or self.shelf.settings.license or ""

    @property
    def personas(self) -> list[str]:
        """Whom it is for, as its record says; a model card does not say."""
        return list(getattr(self.entry.record, "personas", ()))

    @cached_property
    def classes(self) -> list[str]:
        """Problem classes of the projects that use it, and those that its record names, sorted."""
        detail = self.reuse.detail if self.reuse else None
        projects = self.shelf.catalog.projects
        users = detail.projects if isinstance(detail, ReuseDetail) else []
        found = {projects[user].record.problem_class for user in users if user in projects}
        known = self.shelf.catalog.taxonomy.problem_classes.keys()
        task = getattr(self.entry.record, "task", None)
        return sorted(found | (set(self.entry.record.tags) & known) | ({task} if task else set()))

    @cached_property
    def says(self) -> str:
        """Its effect in words, or the reason why there is none; an earlier version is named."""
        if self.told is not None:
            points = points_of(self.told)
            return points if self.is_graded else f"version {_version(self.told)}: {points}"
        if self.entry.kind == "model_cards":
            return BY_METRICS
        if self.impact is None:
            return "not measured: no finished project used it"
        if self.impact.value is not None:
            return points_of(self.impact)
        return self._reason

    @property
    def behind(self) -> str:
        """Verdict and evidence: ``helps: weak evidence, 6 projects``; empty without an effect.

        Of an earlier version it is also said why the present one has no number.
        """
        found = self.told
        if found is None:
            return ""
        users = f", {words.plural(found.n, 'project')}" if found.n is not None else ""
        said = f"{found.label}: " if found.label else ""
        text = f"{said}{_grade(found)} evidence{users}"
        if self.is_graded:
            return text
        reason = self._reason
        return f"{text}; present {self.entry.version}: {reason[0].lower()}{reason[1:]}"

    @property
    def _reason(self) -> str:
        """Why the present version has no number."""
        if self.impact is None:
            return NOT_MEASURED
        return effects.short_reason(self.impact, is_data=self.entry.kind == "datasets")


def _grade(finding: Finding | None) -> str:
    detail = finding.detail if finding else None
    return detail.grade if isinstance(detail, ImpactDetail) else ""


def _is_graded(finding: Finding | None) -> bool:
    has_number = finding is not None and finding.value is not None
    return has_number and _grade(finding) not in ("", "insufficient")


def _version(finding: Finding) -> str:
    return finding.subject.partition("@")[2]


def points_of(finding: Finding) -> str:
    """An effect that has a number: its points with their interval."""
    assert finding.value is not None
    return f"{words.points(finding.value)} {words.interval(finding, signed=True, decimals=1)}"


@lru_cache(maxsize=1)
def rows(shelf: Shelf) -> tuple[Row, ...]:
    """Every artifact and model card: graded effects first, the largest on top, then by use.

    An entry stands by the effect of its newest version with enough evidence. Ranking by effect
    among graded entries found as good ones as ranking by the interval's lower end in our
    simulations. Ties go by name; what nobody counted comes after what nobody uses. The rows of
    the last shelf are kept: several files are made of them.
    """
    return tuple(sorted((row_of(shelf, one) for one in shelf.catalog.entries.values()), key=_order))


def row_of(shelf: Shelf, entry: Entry) -> Row:
    """One artifact or model card as a table lists it."""
    impact, reuse = shelf.one("impact", entry.reference), shelf.one("reuse", entry.name)
    return Row(shelf, entry, impact, reuse, shelf.changed.get(entry.path, ""))


def _order(row: Row) -> tuple[bool, float, int, str]:
    value = row.told.value if row.told else None
    used = -1 if row.used_by is None else row.used_by
    return value is None, -(value or 0.0), -used, row.entry.name


COLUMNS: dict[str, str] = {
    "changed": "Day of the record's last change; null when it is not known.",
    "classes": "Problem classes of the projects that use it, and those its record names.",
    "description": "What it does, in one sentence.",
    "grade": "Grade of the evidence of its effect: strong, moderate, weak or insufficient; null "
    "when nothing was measured.",
    "impact": "Effect of the current version on success, in points; null when there is none.",
    "impact_hi": "Upper end of the effect's interval.",
    "impact_label": "Verdict on the effect, or why there is none.",
    "impact_lo": "Lower end of the effect's interval.",
    "impact_version": "The newest version whose effect has a number that rests on enough evidence, "
    "the current one first: the Library ranks by it; null when no version has one.",
    "impact_version_grade": "Grade of the evidence of that version's effect.",
    "impact_version_hi": "Upper end of the interval of that version's effect.",
    "impact_version_label": "Verdict on that version's effect.",
    "impact_version_lo": "Lower end of the interval of that version's effect.",
    "impact_version_value": "Effect of that version on success, in points.",
    "kind": "Kind of record.",
    "license": "Its licence as its record says; null when it does not.",
    "name": "Its name.",
    "owner": "The team that answers for it.",
    "page": "Its page, relative to the site's root.",
    "personas": "Whom it is for.",
    "status": "How far it has come.",
    "tags": "Words to find it by.",
    "title": "Its name for people.",
    "used_by": "How many projects use it; null when nobody counted.",
    "version": "Its current version.",
}
"""The columns of ``catalog.json`` and what each one says."""


def catalog_columns(shelf: Shelf) -> dict[str, list[Any]]:
    """The columns of ``catalog.json``, one value per entry, entries by name."""
    found = sorted(rows(shelf), key=lambda row: row.entry.name)
    made: dict[str, list[Any]] = {
        "changed": [row.changed or None for row in found],
        "classes": [row.classes for row in found],
        "grade": [row.grade or None for row in found],
        "impact_label": [row.impact.label if row.impact else NOT_MEASURED for row in found],
        "kind": [row.entry.kind for row in found],
        "name": [row.entry.name for row in found],
        "page": [page_of(row.entry.kind, row.entry.name) for row in found],
        "personas": [row.personas for row in found],
        "title": [row.entry.title for row in found],
        "used_by": [row.used_by for row in found],
        "version": [row.entry.version for row in found],
    }
    for field in ("description", "owner", "status", "license", "tags"):
        made[field] = [getattr(row.entry.record, field) for row in found]
    told = [row.told for row in found]
    made["impact_version"] = [_version(one) if one else None for one in told]
    made["impact_version_grade"] = [_grade(one) or None for one in told]
    made["impact_version_label"] = [one.label if one else None for one in told]
    for column, field in (("", "value"), ("_lo", "lo"), ("_hi", "hi")):
        numbers = [getattr(row.impact, field) if row.impact else None for row in found]
        made[f"impact{column}"] = round_numbers(numbers)
        numbers = [getattr(one, field) if one else None for one in told]
        made[f"impact_version{column or '_value'}"] = round_numbers(numbers)
    return {name: made[name] for name in COLUMNS}
