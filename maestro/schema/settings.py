"""What ``catalog/settings.yaml`` may say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from maestro.errors import did_you_mean, shorten

from .base import Date, Extra, Line, Link, Model, Name, Number, Positive, RepoPath, Term, _bad

FORMAT = 1
"""The version of the record format that this program reads and writes."""


class SuccessPart(Model):
    """One part of the success score."""

    weight: float = Field(gt=0, le=100)
    """Its weight; weights are renormalised over the parts a project has."""
    kind: Literal["range", "skill"] = "range"
    """range: from ``worst`` to ``best``; skill: from the project's own baseline to its target."""
    worst: Number | None = None
    """The value that scores 0."""
    best: Number | None = None
    """The value that scores 100."""
    scale: Literal["linear", "log", "log1p"] = "linear"
    """How the way from worst to best is measured."""
    unit: Line | None = None
    """Its unit."""
    metric: Line | None = None
    """Name of a custom metric that gives the value: the files in a project's ``evidence/``."""
    take: Literal["last", "mean", "min", "max", "sum"] = "last"
    """What is taken of the custom metric's values."""
    facts: Literal["time_to_deployment", "compute_cost", "none"] | None = None
    """What machines logged that gives the value where no custom metric does: days from the start
    to the first deployment to production, or the cost of CI and training runs. When missing it is
    what the part is called, if that is one of the two; none: only the record counts."""

    @model_validator(mode="after")
    def _has_ends(self) -> SuccessPart:
        if self.kind == "range" and (self.worst is None or self.best is None):
            raise _bad("V014", "part has no worst or no best", "write both, or kind: skill")
        if self.kind == "range" and self.worst == self.best:
            raise _bad("V014", "worst and best are equal", "write two different values")
        if self.scale == "log" and min(self.worst or 0, self.best or 0) <= 0:
            raise _bad("V014", "scale log needs worst and best above 0", "use log1p")
        if self.facts == "time_to_deployment" and self.unit not in (None, "days"):
            hint = "write unit: days, or facts: none"
            raise _bad("V014", f'facts count days, the part "{self.unit[:40]}"', hint)
        return self


class Abandoned(Model):
    """How abandoned projects count."""

    cap: float = Field(default=20, ge=0, le=100)
    """The most points an abandoned project can have."""


class Success(Model):
    """How success is measured. Change ``version`` whenever anything here changes."""

    version: int = Field(default=1, ge=1)
    """The version of this block; scores of different versions are never mixed."""
    parts: dict[Term, SuccessPart] = Field(min_length=1, max_length=20)
    """The parts and their weights."""
    min_weight: float = Field(default=0.5, ge=0, le=1)
    """The share of weights a project needs to have a score at all."""
    require_any: list[Term] = Field(default_factory=list)
    """At least one of these parts must be there."""
    abandoned: Abandoned = Abandoned()
    """How abandoned projects count."""
    success_at: float = Field(default=60, ge=0, le=100)
    """The score from which a project counts as a success where nothing is declared."""

    @field_validator("require_any")
    @classmethod
    def _requires_parts(cls, names: list[str], info: ValidationInfo) -> list[str]:
        # Parts that are themselves faulty are not here: then there is nothing to compare with.
        parts: dict[str, SuccessPart] = info.data.get("parts") or {}
        for name in names:
            if parts and name not in parts:
                listed = shorten(f"parts are {', '.join(parts)}", 200)
                hint = f"{did_you_mean(name, parts)}  {listed}".strip()
                raise _bad("V014", f'require_any names "{name}", which is no part', hint)
        return names


class Runner(Model):
    """One runner label of the CI."""

    vcpu: Positive
    """Its virtual processors."""
    gpu: Positive = 0
    """Its GPUs."""
    price: Positive | None = None
    """Its price per hour, in the library's currency."""


class Freshness(Model):
    """How old sources may be before the site says that they are stale, in days."""

    git_days: Positive = 7
    """Age of a project's last fetch."""
    ci_days: Positive = 2
    """Age of the last CI fetch."""
    tracking_days: Positive = 7
    """Age of the last tracking fetch."""


class Delivery(Model):
    """How CI and delivery figures are counted."""

    profile: Literal["maestro", "devlake"] = "maestro"
    """Whose rules hold where they differ: our own, or those of Apache DevLake."""
    report: Literal[2023, 2021] = 2023
    """The year of the DORA report whose bands and rules hold."""


class Person(Model):
    """One person under several names in git."""

    emails: list[Line] = Field(default_factory=list, max_length=50)
    """Addresses in commits that belong to this person."""


class People(Model):
    """Who is who in git histories."""

    aliases: dict[Term, Person] = Field(default_factory=dict)
    """Handle to the addresses of one person."""
    bots: list[Line] = Field(default_factory=list, max_length=200)
    """Names or addresses of automata; they are counted apart."""


class Site(Model):
    """How the site looks."""

    url: Link | None = None
    """Where it is published."""
    logo: RepoPath | None = None
    """A picture below ``site/``."""
    notice: Line | None = None
    """A line shown on every page."""


class SourceSettings(Model):
    """Limits of what is fetched and read."""

    window_weeks: int = Field(default=13, ge=2, le=520)
    """Weeks that activity figures look back."""
    max_commits: int = Field(default=1_000_000, ge=1)
    """The most commits read of one repository."""
    max_requests: int = Field(default=800, ge=10, le=100_000)
    """The most requests that one ``maestro fetch`` sends to CI servers; the next one goes on."""
    since: Date | None = None
    """The first day whose CI records are fetched; a year back when missing."""


class Settings(Model):
    """Everything a library can set for itself."""

    title: Line
    """The library's name."""
    format: int
    """The version of the record format."""
    description: Line | None = None
    """What it is, in one line."""
    repository_url: Link | None = None
    """Where people suggest changes; makes the edit links."""
    repository_kind: Literal["github", "gitlab", "gitea", "bitbucket"] | None = None
    """What kind of host ``repository_url`` is at (gitea: Forgejo, too); told by the host's name
    when missing."""
    branch: Line = "main"
    """The branch that changes go to."""
    license: Line | None = None
    """The licence of entries that name none."""
    currency: Line = "EUR"
    """The currency of costs and prices."""
    data: Line | None = None
    """Folder with what machines logged: CI, tracking, approvals, history."""
    sources: SourceSettings = SourceSettings()
    """Limits of what is fetched and read."""
    hosts: list[Line] = Field(default_factory=list, max_length=200)
    """Hosts that may be asked although they are not public; http:// before one allows http."""
    local_roots: list[Line] = Field(default_factory=list, max_length=50)
    """Folders outside this repository whose git repositories may be mined in place."""
    channels: list[Term] = Field(default_factory=lambda: ["staging", "production"])
    """Channels, in the order a version passes them."""
    runners: dict[Line, Runner] = Field(default_factory=dict)
    """CI runner labels with what they are and cost."""
    deployment_pattern: Line = "*deploy*"
    """Names of CI runs and jobs that are deployments."""
    production_pattern: Line = "*prod*"
    """Names that mark production."""
    incident_label: Line = "incident"
    """The label of issues that are incidents."""
    delivery: Delivery = Delivery()
    """How CI and delivery figures are counted."""
    freshness: Freshness = Freshness()
    """How old sources may be."""
    people: People = People()
    """Who is who in git histories."""
    success: Success | None = None
    """How success is measured; the built-in block when missing."""
    impact_margin: Positive = 1.0
    """Points of success below which an effect is called negligible."""
    site: Site = Site()
    """How the site looks."""
    simulated: bool = False
    """True for a made-up library: every page says so."""
    as_of: Date | None = None
    """The day that counts as today; the commit's own time when missing."""
    extra: Extra = Field(default_factory=dict)
    """A free map for other tools."""

    @model_validator(mode="after")
    def _known_format(self) -> Settings:
        if self.format != FORMAT:
            hint = "run maestro migrate" if self.format < FORMAT else "update Maestro"
            raise _bad("V017", f"format {self.format} is not format {FORMAT}", hint)
        return self

    @model_validator(mode="after")
    def _costs_in_one_currency(self) -> Settings:
        for name, part in (self.success.parts if self.success else {}).items():
            if part.facts == "compute_cost" and part.unit not in (None, self.currency):
                fault = f'part {name} counts "{part.unit[:40]}", prices are in {self.currency[:40]}'
                hint = f"write unit: {self.currency[:40]}, or facts: none"
                raise _bad("V014", fault, hint)
        return self


DEFAULT_SUCCESS = Success(
    parts={
        "model_performance": SuccessPart(weight=0.4, kind="skill"),
        "business_impact": SuccessPart(
            weight=0.3, worst=0.0, best=250_000.0, scale="log1p", unit="EUR/year"
        ),
        "time_to_deployment": SuccessPart(
            weight=0.2,
            worst=180.0,
            best=14.0,
            scale="log",
            unit="days",
            facts="time_to_deployment",
        ),
        "compute_cost": SuccessPart(
            weight=0.1, worst=5000.0, best=50.0, scale="log", unit="EUR", facts="compute_cost"
        ),
    },
    min_weight=0.5,
    require_any=["model_performance", "business_impact"],
)
"""The block that holds where settings.yaml has none."""

__all__ = ["DEFAULT_SUCCESS", "FORMAT", "Name", "Settings", "Success", "SuccessPart"]
