"""The bands of the DORA reports of 2021 and 2023, in the limits that Apache DevLake gives them.

The reports name words ("on demand", "between once per day and once per week"); DevLake's
dashboards turn them into limits, and its limits are taken here, so that both show one band.
"""

from __future__ import annotations

from collections.abc import Sequence

from maestro.mining.figure import Band

_BANDS: tuple[Band, ...] = ("elite", "high", "medium", "low")
_LEAD_HOURS = {2023: (24.0, 168.0, 720.0), 2021: (1.0, 168.0, 4320.0)}
_FAILURE_SHARES = {2023: (0.05, 0.10, 0.15), 2021: (0.15, 0.20, 0.30)}
_RECOVERY_HOURS = (1.0, 24.0, 168.0)


def frequency_band(weekly: float, monthly: float | None, report: int) -> Band:
    """Band of the median days with a deployment in a week, and in a month.

    ``monthly`` is None when the window holds no full month; the band is then empty unless the
    weeks alone decide. The report of 2021 tells medium from low by half years, which no
    window of weeks holds: empty.
    """
    if weekly >= 5:
        return "elite"
    if report == 2023 and weekly >= 1:
        return "high"
    if monthly is None:
        return ""
    if report == 2023:
        return "medium" if monthly >= 1 else "low"
    return "high" if monthly >= 1 else ""


def lead_time_band(hours: float, report: int) -> Band:
    """Band of a median lead time: below each limit."""
    return _below(hours, _LEAD_HOURS[report])


def recovery_band(hours: float) -> Band:
    """Band of a median time to recover: hour, day, week in both reports."""
    return _below(hours, _RECOVERY_HOURS)


def failure_band(share: float, report: int) -> Band:
    """Band of a change failure rate: up to and with each limit."""
    limits = _FAILURE_SHARES[report]
    return _BANDS[sum(share > limit for limit in limits)]


def _below(value: float, limits: Sequence[float]) -> Band:
    return _BANDS[sum(value >= limit for limit in limits)]
