"""Small facts made up for the tests, around one Monday."""

from __future__ import annotations

from typing import Any

from maestro.mining.activity import Period
from maestro.mining.base import Row, Tables
from maestro.mining.ci.reading import row
from maestro.mining.delivery import DeliveryRules, History, delivery_figures
from maestro.mining.figure import Figure

MONDAY = 1_757_894_400
"""2025-09-15 00:00:00 UTC."""
HOUR, DAY, WEEK = 3600, 86_400, 604_800
FOUR_WEEKS = Period(MONDAY + 4 * WEEK, 4)
"""The window from MONDAY on, up to the moment that counts as now."""


def commit(id_: str, *parents: str, at: float = MONDAY, subject: str = "change") -> Row:
    """A commit that entered the history when it was written."""
    who = ("Ada", "ada@example.org", "Carl", "carl@example.org")
    return (id_, list(parents), int(at), int(at), *who, subject, [])


def run(id_: str, at: float, **values: Any) -> Row:
    """A successful Actions run to production, ten minutes long."""
    base = {
        "provider": "github",
        "project": "team/churn",
        "id": id_,
        "attempt": 1,
        "name": "Deploy to prod",
        "status": "completed",
        "result": "success",
        "created": at - 600,
        "started": at - 600,
        "finished": at,
        "updated": at,
    }
    return row("run", base | values)


def job(id_: str, run_id: str, at: float, **values: Any) -> Row:
    """A successful job of a run."""
    base = {
        "provider": "github",
        "project": "team/churn",
        "run_id": run_id,
        "attempt": 1,
        "id": id_,
        "name": "build",
        "status": "completed",
        "result": "success",
        "started": at - 300,
        "finished": at,
    }
    return row("job", base | values)


def recorded(id_: str, at: float, **values: Any) -> Row:
    """A deployment that GitHub recorded."""
    base = {
        "provider": "github",
        "project": "team/churn",
        "id": id_,
        "environment": "production",
        "status": "completed",
        "result": "success",
        "created": at - 60,
        "finished": at,
        "updated": at,
    }
    return row("deployment", base | values)


def pull(id_: str, created: float, merged: float | None, **values: Any) -> Row:
    """A pull request, merged when it has a time of merging."""
    base = {
        "provider": "github",
        "project": "team/churn",
        "id": id_,
        "author": "ada",
        "state": "open" if merged is None else "merged",
        "created": created,
        "merged": merged,
        "closed": merged,
    }
    return row("pull_request", base | values)


def incident(id_: str, created: float, resolved: float | None, **values: Any) -> Row:
    """An issue with the usual label."""
    base = {
        "provider": "github",
        "project": "team/churn",
        "id": id_,
        "labels": ["incident"],
        "created": created,
        "resolved": resolved,
    }
    return row("incident", base | values)


def figures(
    tables: Tables, rules: DeliveryRules | None = None, period: Period = FOUR_WEEKS
) -> dict[str, Figure]:
    """The figures by name; the history is that of the tables' commits."""
    history = History(tables.get("commit", ()))
    found = delivery_figures(tables, history, period, rules or DeliveryRules())
    return {figure.name: figure for figure in found}
