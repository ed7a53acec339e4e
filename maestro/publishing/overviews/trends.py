"""How many records there were, told from the changes in git: for the counts on Home."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts
from maestro.publishing.library import KINDS, Shelf
from maestro.schema.details import ChangeDetail

DAYS = 90
"""How far back the counts on Home look."""
POINTS = 12
"""Points of the line beside a count."""
_KIND = {many: kind for kind, (many, _) in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Counted:
    """One sort of record: how many there are, and how many came and went lately."""

    label: str
    count: int
    page: str
    added: int | None
    """Added in the last :data:`DAYS` days; None when no history tells."""
    removed: int
    drawing: Markup
    """How many there were, over time; empty without history."""
    left_out: int = 0
    """Records of this sort that could not be read."""

    @property
    def says(self) -> str:
        """What came and went lately, in words; of what there is none, how to add one."""
        if not self.count and self.left_out:
            return f"{self.left_out:,} could not be read: see Operations"
        if not self.count and not self.removed:
            kind = _KIND.get(self.label, "record")
            return f"none recorded yet: write one with maestro new {kind.removesuffix('s')}"
        if self.added is None:
            return "no trend known"
        gone = f", {words.MINUS}{self.removed:,}" if self.removed else ""
        return f"+{self.added:,}{gone} in {DAYS} days" if self.added or gone else "none new"


@dataclass(frozen=True, slots=True)
class _Step:
    """One record that came (1) or went (-1) on a day."""

    day: date
    size: int


def cut_off(shelf: Shelf) -> str:
    """Why the known history does not tell what is new; empty when it does."""
    return next((note for f in shelf.of_kind("change") for note in f.quality), "")


def since(shelf: Shelf) -> str:
    """The day of the oldest change that is known; empty without a whole history."""
    if cut_off(shelf):
        return ""
    days = [step.day for steps in _steps(shelf).values() for step in steps]
    return min(days).isoformat() if days else ""


def counted(shelf: Shelf, counts: Sequence[tuple[str, int, str]]) -> list[Counted]:
    """The counts (words, how many, page) with what git tells of their course."""
    steps, today = {} if cut_off(shelf) else _steps(shelf), _today(shelf)
    every = [step.day for found in steps.values() for step in found]
    first = min(every) if every else None
    broken = Counter(one.kind for one in shelf.broken)
    made = []
    for label, count, page in counts:
        found, out = steps.get(_KIND.get(label, ""), []), broken[_KIND.get(label, "")]
        if today is None or first is None:
            made.append(Counted(label, count, page, None, 0, Markup(""), out))
            continue
        recent = [step.size for step in found if step.day > today - timedelta(days=DAYS)]
        course = _course(label, count, found, (first, today))
        added, removed = recent.count(1), recent.count(-1)
        made.append(Counted(label, count, page, added, removed, course, out))
    return made


def _today(shelf: Shelf) -> date | None:
    now = words.parse_time(shelf.library.generated_at)
    return now.date() if now else None


def _steps(shelf: Shelf) -> dict[str, list[_Step]]:
    """Kind of record to what came and went, from the changes of records."""
    found: dict[str, list[_Step]] = defaultdict(list)
    for finding in shelf.of_kind("change"):
        detail = finding.detail
        if not isinstance(detail, ChangeDetail) or detail.action == "changed":
            continue
        moment = words.parse_time(detail.at)
        if moment is not None:
            size = 1 if detail.action == "added" else -1
            found[detail.record_kind].append(_Step(moment.date(), size))
    return found


def _course(label: str, count: int, steps: Sequence[_Step], ends: tuple[date, date]) -> Markup:
    """How many there were on some days, counted back from today; empty where nothing moved."""
    first, today = ends
    span = (today - first).days
    if not steps or span < POINTS:
        return Markup("")
    days = [first + timedelta(days=span * place // (POINTS - 1)) for place in range(POINTS)]
    series = [
        (day.isoformat(), float(count - sum(step.size for step in steps if step.day > day)))
        for day in days
    ]
    return charts.spark(charts.Course(label, series, "records"))
