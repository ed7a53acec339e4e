"""The measure stage: what each project's sources say, one project at a time from the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from maestro.catalog.load import Entry
from maestro.mining.activity import DAY
from maestro.mining.ci.address import project_of, provider_of
from maestro.mining.ci.gather import Wanted, gather
from maestro.mining.ci.naming import folder_of_project
from maestro.mining.ci.state import read_state
from maestro.mining.collect import Harvest, Scope, collect
from maestro.mining.delivery import DeliveryRules
from maestro.mining.others import Others
from maestro.mining.process import Rules, process_findings
from maestro.mining.recorded import Recorded
from maestro.mining.tracking.reading import read_tracking
from maestro.schema.findings import Finding
from maestro.schema.project import Project

from .inputs import Inputs, first_moment
from .marks import EVIDENCE, named_files

Say = Callable[[str], None]
_NO_PACKAGE = "X001"


@dataclass(frozen=True)
class Measuring:
    """Everything that decides the figures of projects."""

    inputs: Inputs
    say: Say
    passing: set[str] = field(default_factory=set)
    """Projects measured without a package of this machine: not to be kept, as no mark tells."""

    @cached_property
    def rules(self) -> Rules:
        """What holds for all projects."""
        settings = self.inputs.settings
        return Rules(
            as_of=self.inputs.moment.seconds,
            window_weeks=settings.sources.window_weeks,
            people=settings.people,
            git_days=settings.freshness.git_days,
        )

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Project to the part of a repository that is its own."""
        return {scope.project: scope for scope in self.inputs.scopes}

    def parts(self, name: str) -> Any:
        """Everything that decides the figures of one project: what its cache key is made of."""
        inputs, entry = self.inputs, self.inputs.catalog.projects[name]
        record, settings = entry.record, self.inputs.settings
        folders = self._folders(entry)
        facts = {
            path: mark
            for path, mark in {**inputs.data_marks, **inputs.evidence}.items()
            if path.startswith(folders)
        }
        return [
            name,
            repr(self.scopes.get(name)),
            inputs.heads.get(name),
            record.ci.model_dump(mode="json") if record.ci else None,
            record.tracking.model_dump(mode="json") if record.tracking else None,
            inputs.tracking.get(name),
            sorted(facts.items()),
            [repr(row) for row in inputs.catalog.metrics.get(name, ())],
            [str(record.started), str(record.ended), self._shared(entry)],
            settings.people.model_dump(mode="json"),
            settings.freshness.model_dump(mode="json"),
            settings.delivery.model_dump(mode="json"),
            {label: runner.model_dump(mode="json") for label, runner in settings.runners.items()},
            [settings.deployment_pattern, settings.production_pattern, settings.incident_label],
            [settings.currency, self.rules.window_weeks, settings.data],
        ]

    def findings(self, names: Iterable[str]) -> dict[str, list[Finding]]:
        """The figures and the states of the sources of these projects, measured now."""
        wanted = sorted(names)
        found: dict[str, list[Finding]] = {name: [] for name in wanted}
        scopes = [self.scopes[name] for name in wanted if name in self.scopes]
        harvests = {
            name: self._without_root(harvest)
            for name, harvest in collect(scopes, self.inputs.places, self.say).items()
        }
        others = [self._others(name, harvests.get(name)) for name in wanted]
        for finding in process_findings(harvests.values(), self.rules, others):
            found[finding.subject].append(finding)
        return found

    def _folders(self, entry: Entry) -> tuple[str, ...]:
        """Beginnings of the paths of files that are about one project."""
        ci, places = entry.record.ci, [f"projects/{entry.name}/{EVIDENCE}/"]
        if ci and (source := self._ci_source(entry)):
            # A Jenkins project has its branches in folders of the same beginning.
            folder = f"{folder_of_project(provider_of(ci))}/{folder_of_project(source)}"
            places.append(f"ci/{folder}" + ("" if ci.provider == "jenkins" else "/"))
        if entry.record.tracking:
            places.append(f"tracking/mlflow/{entry.name}")
        return tuple(places)

    def _ci_source(self, entry: Entry) -> str:
        repository = entry.record.repository
        return project_of(entry.record.ci, repository.url if repository else None)

    def _shared(self, entry: Entry) -> str:
        """Why a project's CI records are not its own alone; empty when they are."""
        record, ci = entry.record, entry.record.ci
        if ci is None:
            return ""
        whole = not (record.repository and (record.repository.include or record.repository.exclude))
        if not whole and not ci.workflow:
            return "CI records are of the whole repository, the project is a part of it"
        for other in self._by_source[ci.provider, self._ci_source(entry)]:
            theirs = other.record.ci.workflow
            apart = ci.workflow and theirs and ci.workflow != theirs
            if other.name != entry.name and not apart and _overlap(record, other.record):
                return f"project {other.name} has the same CI records"
        return ""

    @cached_property
    def _by_source(self) -> dict[tuple[str, str], list[Entry]]:
        """Provider and name there to the projects whose CI records those are."""
        found: dict[tuple[str, str], list[Entry]] = {}
        for _, entry in sorted(self.inputs.catalog.projects.items()):
            if ci := entry.record.ci:
                found.setdefault((ci.provider, self._ci_source(entry)), []).append(entry)
        return found

    def _others(self, name: str, harvest: Harvest | None) -> Others:
        inputs, entry = self.inputs, self.inputs.catalog.projects[name]
        tracking, scope = entry.record.tracking, self.scopes.get(name)
        until = scope.until if scope else inputs.ends.get(name)
        tracked = None
        if tracking is not None:
            tracked = read_tracking(name, tracking, inputs.places, inputs.data, harvest)
            if tracked.code == _NO_PACKAGE:
                self.passing.add(name)
        return Others(
            project=name,
            until=until,
            recorded=self._recorded(entry, until),
            tracking=tracking,
            tracked=tracked,
            tracking_days=inputs.settings.freshness.tracking_days,
            metrics=inputs.catalog.metrics.get(name, ()),
            started=first_moment(entry.record.started),
            shared=self._shared(entry),
            currency=inputs.settings.currency,
        )

    def _recorded(self, entry: Entry, until: int | None) -> Recorded | None:
        """The CI records of a project; None when its record names none and none lie there."""
        inputs, settings, ci = self.inputs, self.inputs.settings, entry.record.ci
        folder = inputs.root / "projects" / entry.name / EVIDENCE
        source = self._ci_source(entry) if ci else ""
        wanted = Wanted(
            project=entry.name,
            provider=ci.provider if ci else "",
            source=source,
            workflow=(ci.workflow or "") if ci else "",
            evidence=folder,
            skip=frozenset(
                path.removeprefix(f"projects/{entry.name}/{EVIDENCE}/")
                for path in {*named_files(inputs.catalog), *inputs.catalog.measured}
            ),
        )
        gathered = gather(wanted, inputs.data)
        if ci is None and not gathered.tables:
            return None
        if ci is not None and inputs.data is None and not gathered.tables:
            reason = "its CI records are not kept: settings.yaml names no data folder"
            hint = "add data: to catalog/settings.yaml and run maestro fetch"
            gathered = replace(gathered, reason=reason, hint=hint)
        known = f"{provider_of(ci)} {source}" if ci else f"projects/{entry.name}/{EVIDENCE}"
        return Recorded(
            project=entry.name,
            source=known.strip(),
            gathered=gathered,
            rules=self._delivery(entry, source, _whole_until(gathered.fetched, until)),
            runners=settings.runners,
            currency=settings.currency,
            fresh_days=settings.freshness.ci_days,
            until=until,
        )

    def _delivery(self, entry: Entry, source: str, until: float | None) -> DeliveryRules:
        ci, settings = entry.record.ci, self.inputs.settings
        own: Mapping[str, str | None] = ci.model_dump() if ci else {}
        return DeliveryRules(
            profile=settings.delivery.profile,
            report=settings.delivery.report,
            deployment_pattern=own.get("deployment_pattern") or settings.deployment_pattern,
            production_pattern=own.get("production_pattern") or settings.production_pattern,
            incident_label=own.get("incident_label") or settings.incident_label,
            issues_read=self._issues_read(entry, source),
            known_until=until,
            since=first_moment(entry.record.started),
            bots=frozenset(bot.lower() for bot in settings.people.bots),
        )

    def _issues_read(self, entry: Entry, source: str) -> bool:
        if not entry.record.ci or not self.inputs.data or not source:
            return False
        provider = folder_of_project(provider_of(entry.record.ci))
        state = read_state(self.inputs.data / "ci" / provider / folder_of_project(source))
        return bool(state.fetched) and any(part.startswith("issues") for part in state.cursor)

    def _without_root(self, harvest: Harvest) -> Harvest:
        """The same with paths of this machine cut to paths inside the catalog's repository."""
        reason = harvest.reason
        for root in {str(self.inputs.root), os.path.realpath(self.inputs.root)}:
            reason = reason.replace(f"{root}{os.sep}", "").replace(root, ".")
        return replace(harvest, reason=reason)


def _overlap(one: Project, other: Project) -> bool:
    """True when two projects' times have a day in common; one without an end goes on."""
    return (one.ended or date.max) >= other.started and (other.ended or date.max) >= one.started


def _whole_until(fetched: str, until: int | None) -> float | None:
    """The moment up to which records are whole: the day of the fetch, else the project's end."""
    if not fetched:
        return until
    return datetime.fromisoformat(fetched).replace(tzinfo=UTC).timestamp() + DAY
