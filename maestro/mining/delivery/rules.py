"""What a project's record and the library's settings decide about its delivery figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Literal

_PRODUCTION = "*prod*"
_NO_PRODUCTION = re.compile(r"(?<![a-z])(?:non|pre)[-_ ]?prod")


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    """The rules of one project. Patterns have ``*`` and ``?`` and are compared without case."""

    profile: Literal["maestro", "devlake"] = "maestro"
    """Whose rules hold where they differ."""
    report: Literal[2023, 2021] = 2023
    """The year of the DORA report whose bands and rules hold."""
    deployment_pattern: str = "*deploy*"
    """Names of runs, workflows and jobs that are deployments."""
    production_pattern: str = _PRODUCTION
    """Names of runs, branches, jobs and environments that mark production."""
    incident_label: str = "incident"
    """The label of issues that are incidents."""
    issues_read: bool = False
    """True when the project's issues were read, whether or not one has the label."""
    known_until: float | None = None
    """The moment up to which the records are whole, seconds since 1970: up to it a week without
    a run is one without a deployment. None: up to the newest record."""
    since: int | None = None
    """The first moment of the project's first day: weeks before it are none without a change."""
    bots: frozenset[str] = frozenset()
    """Logins of automata besides those that end in ``[bot]``, in lower case."""

    def is_deployment(self, *names: str) -> bool:
        """True when one of the names matches the deployment pattern."""
        return matches(self.deployment_pattern, names)

    def is_production(self, *names: str) -> bool:
        """True when one of the names matches the production pattern.

        The default pattern does not mean what stands before production or is none.
        """
        if self.production_pattern.casefold() == _PRODUCTION:
            names = tuple(_NO_PRODUCTION.sub("", name.casefold()) for name in names if name)
        return matches(self.production_pattern, names)

    def is_bot(self, login: str) -> bool:
        """True for an automaton's login."""
        folded = login.casefold()
        return folded.endswith("[bot]") or folded in self.bots

    @property
    def is_devlake(self) -> bool:
        """True for the profile of that name."""
        return self.profile == "devlake"

    @property
    def standard(self) -> str:
        """The report that bands come from, as it is shown."""
        return f"DORA {self.report}"


def matches(pattern: str, names: Iterable[str]) -> bool:
    """True when one of the names, as a whole, fits the pattern; an empty name fits none."""
    fits = _compiled(pattern.casefold()).match
    return any(name and fits(name.casefold()) for name in names)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
