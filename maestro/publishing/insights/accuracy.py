"""How good predictions were: each outcome's predictions from before the end, against the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts, plots
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site
from maestro.publishing.projects.advice import tried
from maestro.publishing.projects.predictions import TARGETS, actual_of, basis_of
from maestro.schema import Finding
from maestro.schema.learned import ModelDetail, PredictionDetail
from maestro.schema.worth import LUCK

from .cards import Card, board_page, project_keys
from .knowledge import knowledge

MOST_ROWS = 120
"""Predictions in one table; the data below ``api/v1/findings/`` has them all."""
MOST_DRAWN = 120
"""Predictions in one drawing, the newest."""
_CLAIMED = 0.9
"""What ranges claim where a finding does not say it."""
_SURE = "evidence"
"""Label of a model whose gain is hardly luck; what may be luck is named apart."""
_TESTED = "today's model, each project held out once"
_BASIS = {
    "kept": "kept since the project was first seen",
    "past only": "made afterwards from what had finished before",
}


@dataclass(frozen=True, slots=True)
class PastRow:
    """One prediction that can be held against what happened."""

    finding: Finding
    detail: PredictionDetail
    key: str = ""
    """What ties it to its mark in the drawing."""
    is_first: bool = True
    """Whether no row further up on the page is about the same project."""

    @property
    def actual(self) -> str:
        """What happened, in words."""
        return actual_of(self.finding, self.detail)

    @property
    def basis(self) -> str:
        """When and from what it was made."""
        return basis_of(self.finding, self.detail)

    @property
    def made(self) -> str:
        """The same in few words, for a column of many rows."""
        if self.detail.basis == "kept":
            return f"kept since {words.day(self.detail.made_at)}"
        known = f" from {words.plural(self.finding.n, 'project')}" if self.finding.n else ""
        return f"afterwards{known}"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One outcome: its model, the drawing and the table of past predictions."""

    key: str
    title: str
    finding: Finding
    detail: ModelDetail
    says: str
    drawing: Markup
    rows: tuple[PastRow, ...]
    left_out: int
    course: Markup
    """Skill from run to run; empty with fewer than two runs."""
    chances: tuple[tuple[str, int, Markup], ...] = ()
    """Of a chance: what happened, how often, and the chances that were given."""

    @property
    def most_drawn(self) -> int:
        """How many are drawn, the newest, where it is not all of them; else 0."""
        return MOST_DRAWN if len(self.rows) + self.left_out > MOST_DRAWN else 0

    @property
    def has_kept(self) -> bool:
        """Whether any of them was made before the end and kept."""
        return any(row.detail.basis == "kept" for row in self.rows)

    @property
    def has_past(self) -> bool:
        """Whether any of them was made afterwards."""
        return any(row.detail.basis == "past only" for row in self.rows)


@dataclass(frozen=True, slots=True)
class RangeRow:
    """How many ranges of one outcome, made in one way, held what happened."""

    title: str
    made: str
    """When and from what they were made."""
    claimed: float
    """Share of ranges that should hold, 0 to 1."""
    inside: int
    count: int
    drawing: Markup


def pages(site: Site) -> Iterator[Page]:
    """The dashboard of accuracy."""
    shelf = site.shelf
    judged = accuracies(shelf)
    values = {
        "judged": judged,
        "answer": _answer(judged),
        "ranges": ranges(judged),
        "insight": knowledge(shelf),
        "tried": tried(shelf),
        "has_truth": shelf.settings.simulated and bool(shelf.of_kind("simulated_truth")),
    }
    yield board_page(site, "accuracy", values)


def card(shelf: Shelf) -> Card:
    """What the overview says of accuracy."""
    judged = accuracies(shelf)
    tested = [item for item in judged if item.detail.skill is not None]
    if not tested:
        said = "; ".join(words.why(item.finding, "").rstrip(".") for item in judged[:1])
        return Card("accuracy", words.sentence(said or "No model of outcomes was fitted"))
    scale = charts.axis([100 * (item.detail.skill or 0.0) for item in tested])
    drawn = tuple(
        (
            item.title,
            charts.cell_length(_skill(item), 100 * item.detail.skill, scale),
            f"{_gain(item)} ({_tried_on(item)})",
        )
        for item in tested
        if item.detail.skill is not None
    )
    beat = len(_with_label(tested, _SURE))
    verb = "is" if len(tested) == 1 else "are"
    of = f"of {words.plural(len(tested), 'outcome')} {verb} foreseen better than by the plain "
    of += f"guess, {LUCK[_SURE]}"
    says = "Error of projects the model had not seen, against that of the plain guess: the median, "
    says += "or of a chance the base rate; n is how many projects were held out once each. "
    says += f"{_beaten(tested)} {_held(judged)}"
    return Card("accuracy", says.strip(), f"{beat:,}", of, drawn)


def _gain(item: Accuracy) -> str:
    """How much smaller or larger the error is than that of the plain guess."""
    skill = item.detail.skill or 0.0
    return f"{words.percent(abs(skill))} {'smaller' if skill > 0 else 'larger'}"


def _tried_on(item: Accuracy) -> str:
    """On how many projects the error was measured: ``n = 55``."""
    return f"n{words.NO_BREAK}={words.NO_BREAK}{item.detail.projects:,}"


def _skill(item: Accuracy) -> str:
    """The same with its outcome, for a drawing's title."""
    return f"{item.title}: error {_gain(item)} than that of the plain guess, {_tried_on(item)}"


def _with_label(tested: Sequence[Accuracy], label: str) -> list[Accuracy]:
    return [item for item in tested if item.finding.label == label]


def _doubted(tested: Sequence[Accuracy]) -> list[tuple[str, list[Accuracy]]]:
    """Outcomes by how likely the gain of their model is luck, then those without any gain."""
    found = [(luck, _with_label(tested, label)) for label, luck in LUCK.items() if label != _SURE]
    return [*found, ("", [item for item in tested if item.finding.label not in LUCK])]


def _beaten(tested: Sequence[Accuracy]) -> str:
    """Which outcomes are foreseen better perhaps by luck, and which not; nothing without any."""
    said = []
    for luck, items in _doubted(tested):
        names = ", ".join(item.title.lower() for item in items)
        if names:
            said.append(f"{f'Better {luck}' if luck else 'Not shown to beat it'}: {names}.")
    return " ".join(said)


def _held(judged: Sequence[Accuracy]) -> str:
    """How many ranges of today's models held, by outcome; a sentence, or nothing."""
    rows = [row for row in ranges(judged) if row.made == _TESTED]
    if not rows:
        return ""
    held = ", ".join(f"{row.title.lower()} {row.inside:,} of {row.count:,}" for row in rows)
    claimed = words.percent(rows[0].claimed)
    return (
        f"Ranges that held what happened, where {claimed} should: {held}; a wide range holds, too."
    )


def _answer(judged: Sequence[Accuracy]) -> str:
    """What today's models foresee better than the plain guess, what not, and which ranges held."""
    tested = [item for item in judged if item.detail.skill is not None]
    if not tested:
        said = "What could be foreseen of projects, from what was known before they ended."
        return _held(judged) or said
    said = "Nothing is shown to be foreseen better than by the median or the base rate."
    if good := _with_label(tested, _SURE):
        said = "Foreseen better than by the median or the base rate, "
        said += f"{LUCK[_SURE]}: {_errors(good)}."
    for luck, rest in _doubted(tested):
        if rest:
            said += f" {f'Better {luck}' if luck else 'Not shown to be'}: {_errors(rest)}."
    return f"{said} {_held(judged)}".strip()


def _errors(items: Sequence[Accuracy]) -> str:
    """Each outcome with how much its model gains and on how many projects."""
    return ", ".join(
        f"{item.title.lower()} ({_gain(item)} error, {_tried_on(item)})" for item in items
    )


def ranges(judged: Sequence[Accuracy]) -> list[RangeRow]:
    """Every way in which ranges were made and could be counted, by outcome."""
    found = []
    for item in judged:
        claimed = item.finding.level or _CLAIMED
        if item.detail.inside is not None:
            counts = item.detail.inside, item.detail.projects
            found.append(_range(item.title, _TESTED, claimed, counts))
        for one in item.detail.scored:
            made = one.n if one.ranges is None else one.ranges
            if one.inside is not None and made:
                said = _BASIS[one.basis]
                found.append(_range(item.title, said, claimed, (one.inside, made)))
    return found


def _range(title: str, made: str, claimed: float, counts: tuple[int, int]) -> RangeRow:
    inside, count = counts
    said = f"{title}, {made}: {inside:,} of {count:,} held, {words.percent(claimed)} should"
    bar = charts.Bar(said, 100 * inside / count, None, None, actual=100 * claimed)
    return RangeRow(title, made, claimed, inside, count, charts.cell_bar(bar, (0.0, 100.0)))


def accuracies(shelf: Shelf) -> list[Accuracy]:
    """Every outcome that has a model, in the order of pages."""
    keys = project_keys(shelf)
    past: dict[str, list[PastRow]] = {}
    for finding in shelf.of_kind("prediction"):
        detail = finding.detail
        if isinstance(detail, PredictionDetail) and _can_be_judged(finding, detail):
            past.setdefault(detail.target, []).append(
                PastRow(finding, detail, keys.get(finding.subject, ""))
            )
    found = []
    for key, title in TARGETS.items():
        model = shelf.one("outcome_model", key)
        if model is not None and isinstance(model.detail, ModelDetail):
            found.append(_accuracy(key, title, model, model.detail, past.get(key, [])))
    return list(_with_firsts(found))


def _with_firsts(found: Sequence[Accuracy]) -> Iterator[Accuracy]:
    """The same with each project's first row known: it says what the project is for all."""
    seen: set[str] = set()
    for item in found:
        rows = []
        for row in item.rows:
            rows.append(replace(row, is_first=row.key not in seen))
            seen.add(row.key)
        yield replace(item, rows=tuple(rows))


def _can_be_judged(finding: Finding, detail: PredictionDetail) -> bool:
    return finding.value is not None and detail.actual is not None and detail.basis != "now"


def _accuracy(
    key: str, title: str, model: Finding, detail: ModelDetail, rows: Sequence[PastRow]
) -> Accuracy:
    newest = sorted(rows, key=lambda row: (row.detail.made_at, row.finding.subject), reverse=True)
    is_chance = key == "chance"
    return Accuracy(
        key,
        title,
        model,
        detail,
        _says(title, detail, rows),
        Markup("") if is_chance else _drawing(title, model, detail, newest[:MOST_DRAWN]),
        tuple(newest[:MOST_ROWS]),
        max(0, len(rows) - MOST_ROWS),
        _course(title, detail),
        _chances(rows) if is_chance else (),
    )


def _says(title: str, detail: ModelDetail, rows: Sequence[PastRow]) -> str:
    """How many predictions came true inside their range, of each way of making them."""
    said = []
    for scored in detail.scored:
        if not scored.n:
            continue
        text = words.plural(scored.n, "prediction")
        text += f" {_BASIS[scored.basis]}"
        if scored.inside is not None:
            made = scored.n if scored.ranges is None else scored.ranges
            text += f": {_came_true(scored.inside, made)}"
        if scored.skill is not None:
            better = "better" if scored.skill > 0 else "worse"
            gain = words.percent(abs(scored.skill))
            plain = "base rate" if detail.target == "chance" else "median"
            text += f", {gain} {better} than the {plain} of what was finished then"
        said.append(text)
    if said:
        return f"{title}: {'; '.join(said)}."
    if rows:
        return f"{title}: {words.plural(len(rows), 'prediction')} can be held against the end."
    return f"{title}: no prediction from before a project's end can be judged yet."


def _came_true(inside: int, made: int) -> str:
    if made == 1:
        return "it came true " + ("inside its range" if inside else "outside its range")
    return f"{inside:,} of {made:,} came true inside their range"


def _drawing(title: str, model: Finding, detail: ModelDetail, rows: Sequence[PastRow]) -> Markup:
    size = words.factor(model.unit)

    def scaled(value: float | None) -> float | None:
        """The value as it is shown."""
        return None if value is None else value * size

    dots = [
        plots.Dot(
            (row.finding.value or 0.0) * size,
            scaled(row.finding.lo),
            scaled(row.finding.hi),
            (row.detail.actual or 0.0) * size,
            is_open=row.detail.basis == "past only",
            key=row.key,
            title=row.finding.subject if row.key else "",
        )
        for row in rows
    ]
    stored = words.unit_of(model.unit)
    return plots.pairs(
        plots.Pairs(
            f"{title}: predicted against actual, {words.plural(len(dots), 'project')}",
            _says(title, detail, rows),
            f"predicted, with its range ({stored})",
            f"what it came to ({stored})",
            dots,
            is_ratio=model.unit != "points",
        )
    )


def _chances(rows: Sequence[PastRow]) -> tuple[tuple[str, int, Markup], ...]:
    found = []
    for is_success, said in ((True, "a success"), (False, "no success")):
        given = [
            (row.finding.value or 0.0) * words.factor(row.finding.unit)
            for row in rows
            if ((row.detail.actual or 0.0) > 0) is is_success
        ]
        if given:
            title = f"chances given to projects that became {said}, in %"
            drawing = plots.cell_dots(title, given, (0.0, 100.0))
            found.append((said, len(given), drawing))
    return tuple(found)


def _course(title: str, detail: ModelDetail) -> Markup:
    points = [(run.at[:10], run.skill) for run in detail.earlier if run.skill is not None]
    if len(points) < 2:
        return Markup("")
    return charts.trend(charts.Course(f"Skill of the model of {title.lower()}", points, "skill"))
