"""How forecasts are said: rows of plain data, and sentences with what stands behind them."""

from __future__ import annotations

from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from maestro.errors import MaestroError
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.worth import percent_of, rounded, worth_of

from .output import plural, safe, say

if TYPE_CHECKING:
    from maestro.learning.planned import Planned
    from maestro.schema.formula import Formula

Row = dict[str, Any]
COLUMNS = (
    *("project", "target", "value", "lo", "hi", "level", "unit", "label", "n", "basis"),
    *("actual", "inside", "typical", "base_rate", "usual", "usual_lo", "usual_hi"),
    *("drivers", "quality"),
)
"""Columns of the CSV answer."""
_SHARES = {0.5: "half", 0.8: "eight of ten", 0.9: "nine of ten", 0.95: "nineteen of twenty"}
_DRIVERS = {"reuse": "how many pieces it reuses", "usual_reuse": "how much its team usually reuses"}
"""Driver to its words; others are said as they are named."""
_LEAST_SHOWN = 0.05
"""Effects below this are shown as 0.0."""
_LITTLE = 10
"""Finished projects below which a range says more than is known: their spread is hardly known,
and a plan unlike all of them may end outside of it. It is left to the data."""
_ORDER = ("duration", "cost", "success", "chance")
_BASES = {
    "now": "",
    "kept": "as predicted when it was first seen",
    "past only": "from what had finished before it began",
}


def stored_row(finding: Row, model: Row) -> Row:
    """A prediction of the build with what is known of its model."""
    detail = finding["detail"]
    return {
        "target": detail["target"],
        **{name: finding[name] for name in ("value", "lo", "hi", "level", "unit", "label", "n")},
        **{name: detail[name] for name in ("basis", "actual", "inside", "typical")},
        "drivers": detail["drivers"],
        "quality": finding["quality"],
        "team": detail["team"],
        "team_note": detail["team_note"],
        **_usual(model),
    }


def forecast_row(model: Row, formula: Formula | None, planned: Planned) -> Row:
    """What a formula says of a planned project, or why there is none."""
    from maestro.learning.forecast import forecast
    from maestro.schema.findings import round_numbers

    row: Row = {
        "target": model["subject"],
        **dict.fromkeys(("value", "lo", "hi", "level")),
        **{name: model[name] for name in ("unit", "label", "n")},
        "basis": "now",
        **dict.fromkeys(("actual", "inside", "typical")),
        "drivers": [],
        "quality": model["quality"],
        "team": [],
        "team_note": "",
        **_usual(model),
    }
    if formula is None:
        if model["value"] is not None:
            words = "the last build has kept no formulas"
            raise MaestroError("M006", words, "run maestro build")
        return row
    said = forecast(formula, planned)
    found: Row = round_numbers(asdict(said))
    row |= {name: found[name] for name in ("value", "lo", "hi", "level", "typical", "drivers")}
    row |= {"label": said.label, "quality": [*said.doubts, *said.warnings]}
    return row


def _usual(model: Row) -> Row:
    """Median of the finished projects with its interval, and the share of successes."""
    ends = {"usual": "value", "usual_lo": "lo", "usual_hi": "hi"}
    found = {name: model.get(field) for name, field in ends.items()}
    return {"base_rate": (model.get("detail") or {}).get("base_rate"), **found}


def as_row(project: str, row: Row) -> Row:
    """One line of the CSV answer."""
    drivers = [f"{one['name']} {one['effect']:+.6g}" for one in row["drivers"]]
    return {"project": project, **row, "drivers": drivers}


def print_forecasts(answer: Row) -> None:
    """One paragraph for each outcome: the number, what it rests on, and what to know."""
    say(safe(_head(answer)))
    rows = sorted(answer["predictions"], key=lambda row: _ORDER.index(row["target"]))
    for row in rows:
        say()
        for line in told(row):
            say(safe(line))
    if answer["similar"]:
        say()
        say(safe(f"Most similar finished projects: {', '.join(answer['similar'])}."))
    elif answer["given"]:
        say()
        say(safe(_elsewhere(answer)))


def _elsewhere(answer: Row) -> str:
    """Where to find what is shown of projects of the library only."""
    said = "Outcomes by size of team and similar projects are shown for projects of the library"
    if answer["file"]:
        return f"{said}; maestro recommend {answer['file']} shows similar projects."
    if answer["project"]:
        return f"{said}: maestro predict {answer['project']}, without options."
    return f"{said}; maestro recommend BRIEF.md shows projects similar to a brief."


def _head(answer: Row) -> str:
    name = answer["project"] or answer["file"] or "A project"
    given = answer["given"]
    if not given:
        return f"{name}, as the last build predicted it"
    known = [given["problem_class"], given["domain"], given["owner"]]
    known += [f"complexity {given['complexity']}"] if given["complexity"] else []
    known += [f"team of {given['team_size']}"] if given["team_size"] else []
    known += [f"{given['data_rows']:,} rows of data"] if given["data_rows"] else []
    known += [f"starts {given['started']}"] if given["started"] else []
    known += [f"with {', '.join(given['uses'])}"] if given["uses"] else []
    names = {"problem_class": "class", "complexity": "", "team_size": "", "owner": "team"}
    missing = [word or field.replace("_", " ") for field, word in names.items() if not given[field]]
    known += ["reuses nothing"] if given["uses"] == [] else []
    if given["may_use_more"]:
        missing += ["what it reuses" if given["uses"] is None else "what else it reuses"]
    head = f"{name}: {', '.join(filter(None, known)) or 'nothing is known of it'}"
    return f"{head}; not known: {', '.join(missing)}" if missing else head


def told(row: Row) -> list[str]:
    """The lines of one outcome."""
    title = "Chance of success" if row["target"] == "chance" else row["target"].capitalize()
    if row["value"] is None:
        said = f"{title}: {row['label'] or NOT_ENOUGH}: {'; '.join(row['quality'])}"
        return [said] if (usual := _usually(row)) is None else [said, f"    {usual}"]
    rests = plural(row["n"], "finished project")
    worth = worth_of(row["label"], row["target"]) if row["label"] else ""
    label = f"{worth}, " if worth and row["label"] != row["basis"] else ""
    lines = [f"{title}: {_sized(row)}  ({label}{rests})"]
    base = _base(row)
    if row["basis"] != "now":
        lines.append(f"    {_BASES[row['basis']]}")
    if row["actual"] is not None:
        lines.append(f"    {_ended(row)}")
    if (usual := _usually(row)) is not None:
        lines.append(f"    {usual}")
    if seen := [one for one in row["drivers"] if abs(one["effect"]) >= _LEAST_SHOWN]:
        moved = ", ".join(_moved(one, row["unit"]) for one in seen)
        typical = f" from {_amount(row['typical'], row['unit'])}" if row["typical"] else ""
        lines.append(f"    what moves it{typical}: {moved}")
    lines += [f"    team of {_point(one, row['unit'])}" for one in row["team"]]
    lines += [f"    {row['team_note']}"] if row["team_note"] else []
    return lines + [f"    {note}" for note in row["quality"] if note != base]


def _base(row: Row) -> str | None:
    """The base rate as a note says it, which stands beside the chance already."""
    if row["target"] != "chance" or row["basis"] != "now" or row["base_rate"] is None:
        return None
    return f"base rate {percent_of(row['base_rate'])}"


def _sized(row: Row) -> str:
    said = _amount(row["value"], row["unit"])
    if row["lo"] is None:
        return said if (base := _base(row)) is None else f"{said} ({base})"
    if row["basis"] == "now" and row["n"] < _LITTLE:
        number = f"{_plain(row['value'], 'points')} of 100" if row["unit"] == "points" else said
        return f"{number}; too few finished projects ({row['n']}) to say how far it may be off"
    share = _SHARES.get(row["level"]) or percent_of(row["level"])
    ends = f"{_plain(row['lo'], row['unit'])} to {_plain(row['hi'], row['unit'])}"
    if row["unit"] == "points":
        return f"{_plain(row['value'], 'points')} of 100 ({share} lie in {ends})"
    verb = "cost" if row["target"] == "cost" else "take"
    return f"{said}; {share} projects like this {verb} {ends}"


def _ended(row: Row) -> str:
    if row["target"] == "chance":
        return "it succeeded" if row["actual"] else "it did not succeed"
    where = {True: ", inside the interval", False: ", outside the interval"}
    actual = f"{_exact(row['actual'], row['unit'])} {row['unit']}"
    return f"it came to {actual}{where.get(row['inside'], '')}"


def _usually(row: Row) -> str | None:
    if row["target"] == "chance" or row["usual"] is None:
        return None
    if row["usual_lo"] is None:
        return f"all finished projects: {_amount(row['usual'], row['unit'])}"
    ends = f"{_plain(row['usual_lo'], row['unit'])} to {_plain(row['usual_hi'], row['unit'])}"
    return f"all finished projects: {_amount(row['usual'], row['unit'])} ({ends})"


def _point(point: Row, unit: str) -> str:
    ends = f"{_plain(point['lo'], unit)} to {_plain(point['hi'], unit)}"
    seen = "1 project" if point["n"] == 1 else f"{point['n']} projects"
    return f"{point['team']}: {_amount(point['value'], unit)} ({ends}), {seen} of that size"


def _moved(driver: Row, unit: str) -> str:
    sign = "+" if driver["effect"] > 0 else "-"
    name = _DRIVERS.get(driver["name"], driver["name"].replace("_", " "))
    return f"{name} {sign}{_plain(abs(driver['effect']), 'each')}"


def _amount(value: float, unit: str) -> str:
    return f"{_plain(value, unit)} {unit}"


def _plain(value: float, unit: str) -> str:
    """A predicted number without digits that say nothing."""
    return _exact(rounded(value), unit)


def _exact(value: float, unit: str) -> str:
    digits = 1 if abs(value) < 10 and unit not in ("%", "points") else 0
    # Halves go up, as in the browser, so that the planner says the same.
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


__all__ = ["COLUMNS", "Row", "as_row", "forecast_row", "print_forecasts", "stored_row", "told"]
