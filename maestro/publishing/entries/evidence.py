"""What stands behind an entry's impact: its users' outcomes, its classes, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import effects, words
from maestro.publishing.captions import term_title
from maestro.publishing.draw import charts, plots
from maestro.publishing.insights.leaderboard import class_bar
from maestro.publishing.library import Shelf
from maestro.schema import Finding
from maestro.schema.learned import ClassImpact, ImpactDetail, PastImpact, ReuseDetail

MOST_VERSIONS = 2
_SCALE = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class Strip:
    """Scores of some projects, each as a dot on the column's axis."""

    title: str
    count: int
    drawing: Markup


@dataclass(frozen=True, slots=True)
class ClassRow:
    """The effect in one problem class, drawn; without a number the drawing is empty."""

    impact: ClassImpact
    drawing: Markup


@dataclass(frozen=True, slots=True)
class PastRow:
    """What an earlier run said, drawn; without a number the drawing is empty."""

    past: PastImpact
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Behind:
    """All that stands behind the impact of one version."""

    says: effects.Says
    """How its differences are spoken of."""
    strips: tuple[Strip, ...]
    users: int
    """How many finished projects used it."""
    classes: tuple[ClassRow, ...]
    doubts: tuple[str, ...]
    """Where no class has a number: the classes with why, those of one reason together."""
    history: tuple[PastRow, ...]
    together: str
    """What can be said of it together with pieces it cannot be told from; else empty."""


def behind(shelf: Shelf, finding: Finding | None) -> Behind | None:
    """What stands behind an impact finding; None without a finding that has a detail."""
    detail = finding.detail if finding else None
    if finding is None or not isinstance(detail, ImpactDetail):
        return None
    margin = shelf.settings.impact_margin
    rows: list[ClassImpact | PastImpact] = [*detail.classes, *detail.history]
    ends = [end for one in rows for end in (one.value, one.lo, one.hi) if end is not None]
    scale = charts.axis([*ends, -margin, margin])
    return Behind(
        effects.says([finding]),
        _strips(shelf, detail) if finding.value is not None else (),
        len(detail.users),
        tuple(
            ClassRow(one, class_bar(finding.subject, one, margin, scale)) for one in detail.classes
        ),
        _doubts(shelf, detail.classes),
        tuple(PastRow(one, _past_bar(one, margin, scale)) for one in detail.history),
        _together(finding, detail),
    )


def _doubts(shelf: Shelf, classes: Sequence[ClassImpact]) -> tuple[str, ...]:
    if any(one.value is not None for one in classes):
        return ()
    terms = shelf.catalog.taxonomy.problem_classes
    found: dict[str, list[str]] = {}
    for one in classes:
        reason = one.reason or words.plural(one.n, "project")
        found.setdefault(reason, []).append(term_title(terms, one.problem_class))
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in found.items())


def _strips(shelf: Shelf, detail: ImpactDetail) -> tuple[Strip, ...]:
    users = set(detail.users)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for score in shelf.of_kind("success"):
        if score.value is not None:
            scores[score.subject in users].append(score.value)
    return tuple(
        _strip(title, scores[is_user])
        for is_user, title in ((True, "Used it"), (False, "All others"))
        if scores[is_user]
    )


def _strip(title: str, scores: Sequence[float]) -> Strip:
    said = f"{title}: {words.plural(len(scores), 'score')} from 0 to 100"
    return Strip(title, len(scores), plots.cell_dots(said, scores, _SCALE))


def _past_bar(one: PastImpact, margin: float, scale: tuple[float, float]) -> Markup:
    if one.value is None:
        return Markup("")
    said = f"{words.day(one.at)}: {words.points(one.value)} points"
    return charts.cell_bar(charts.Bar(said, one.value, one.lo, one.hi, margin), scale)


def _together(finding: Finding, detail: ImpactDetail) -> str:
    others = [name for name in detail.together if name != finding.subject]
    if not others or detail.joint is None:
        return ""
    ends = ""
    if detail.joint_lo is not None and detail.joint_hi is not None:
        ends = f" (90\u00a0%: {words.points(detail.joint_lo)} to {words.points(detail.joint_hi)})"
    return (
        f"It cannot be told from {', '.join(others)}: they are used together. "
        f"Together they go with {words.points(detail.joint)} points{ends}."
    )


@dataclass(frozen=True, slots=True)
class Other:
    """Another version of an entry that has a number."""

    finding: Finding
    says: str
    is_instead: bool
    """Whether it has to speak for the current version, which has no number."""
    behind: Behind | None
    """What stands behind it, where it has to speak for the current version; else None."""


def other_versions(shelf: Shelf, entry: Entry) -> list[Other]:
    """Other versions of an entry with a number; newest first, at most two.

    Where the current version has none, the first of them comes with all that stands behind it.
    """
    found = [shelf.one("impact", f"{entry.name}@{version}") for version in entry.versions]
    known = [f for f in found if f is not None and f.value is not None]
    others = [f for f in known if f.subject != entry.reference]
    is_first = not any(f.subject == entry.reference for f in known)
    made = []
    for at, f in enumerate(others[:MOST_VERSIONS]):
        is_instead = is_first and at == 0
        held = behind(shelf, f) if is_instead else None
        made.append(Other(f, effects.sentence_of(f), is_instead, held))
    return made


def reuse_says(finding: Finding | None) -> str:
    """How widely an entry is used, of those that could have used it, in one sentence."""
    detail = finding.detail if finding else None
    if not isinstance(detail, ReuseDetail):
        return ""
    said = f"Used by {words.plural(len(detail.projects), 'project')}"
    if not detail.projects and not detail.entries:
        said = "No project, no entry and no model names it."
    elif detail.entries:
        said += f" and {words.plural(len(detail.entries), 'entry or model', 'entries and models')}."
    else:
        said += ", no entry and no model."
    if detail.rate is None or detail.could is None:
        return said
    began = f"{words.plural(detail.could, 'project')} of its problem classes that began"
    return (
        f"{said} Reuse rate {words.percent(detail.rate)}: that share of the {began} "
        f"since it was there ({words.day(detail.since)})."
    )


__all__ = ["Behind", "Other", "behind", "other_versions", "reuse_says"]
