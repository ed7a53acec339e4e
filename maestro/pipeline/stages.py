"""The stages between reading and publishing: measure, score, learn, report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from maestro.catalog.files import classify
from maestro.catalog.lineage import Lineage
from maestro.errors import MaestroError
from maestro.governance.changes import Touched, change_findings, version_in
from maestro.lab.predictions import MAX_BYTES
from maestro.learning.reuse import reuse_findings
from maestro.learning.success import score_success
from maestro.learning.table import Table, make_table
from maestro.learning.targets import Setting
from maestro.mining.custom import taken
from maestro.mining.outcomes import COST, DEPLOYMENT
from maestro.repository import LogEntry, Repository
from maestro.schema.details import HealthDetail, LineageDetail, MetricDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.settings import DEFAULT_SUCCESS
from maestro.source.digest import digest_bytes, read_inside

from .chances import chances_of
from .history import earlier_impacts, earlier_models, kept_predictions
from .measuring import Measuring
from .remembered import Findings, Remembered

LOGGED = (DEPLOYMENT, COST)
"""Figures that parts of the success score are made of."""


class Stages(Remembered):
    """The stages of one run."""

    def measure(self) -> Findings:
        """Figures of every project's sources, and the state of each source."""
        measuring = Measuring(self.inputs, self.say)
        keys = {}
        for name in self._projects:
            # What a finished project came to does not change as time goes on.
            end = min(self.inputs.moment.seconds, self.inputs.ends.get(name, sys.maxsize))
            keys[name] = self._key("measure", measuring.parts(name), end)
        found = {name: self._stored("measure", key) for name, key in keys.items()}
        new = measuring.findings(name for name, known in found.items() if known is None)
        for name in new.keys() - measuring.passing:
            new[name] = self._store("measure", keys[name], new[name])
        every = [finding for name in keys for finding in found[name] or new.get(name, [])]
        return every + self._unread_projects()

    @property
    def _projects(self) -> list[str]:
        return sorted(self.inputs.catalog.projects)

    def _unread_projects(self) -> Findings:
        """Projects without a repository that may be read say so."""
        mined = {scope.project for scope in self.inputs.scopes}
        found = []
        for name, entry in self.inputs.catalog.projects.items():
            if name in mined:
                continue
            repository = entry.record.repository
            reason = "its host may not be asked" if repository else "no repository in the record"
            hint = "list it under hosts:" if repository else f"add repository: to {entry.path}"
            detail = HealthDetail(source="git", state="skipped", reason=reason, hint=hint)
            found.append(self._health(name, detail))
        return found

    def cards(self) -> Findings:
        """Metrics of model cards: computed from predictions, or as typed and labelled so."""
        found: Findings = []
        for entry in self.inputs.catalog.cards():
            for index, metric in enumerate(entry.record.metrics):
                found += self._card_metric(entry, index, metric)
        return found

    def _card_metric(self, entry: Any, index: int, metric: Any) -> Findings:
        if metric.predictions is None:
            return [self._typed_metric(entry, metric)]
        try:
            data = read_inside(self.inputs.root, metric.predictions, MAX_BYTES)
        except MaestroError as error:
            return [self._metric(entry, metric, quality=[error.message], label="not measured")]
        asked = [entry.reference, index, metric.model_dump(mode="json"), digest_bytes(data)]
        return self.cached("cards", asked, lambda: [self._computed(entry, metric, data)])

    def _computed(self, entry: Any, metric: Any, data: bytes) -> Finding:
        from maestro.lab.evaluation import evaluate_predictions
        from maestro.lab.predictions import Unusable

        try:
            done = evaluate_predictions(data, metric.metric)
        except Unusable as unusable:
            fault = unusable.faults[0]
            reason = f"{metric.predictions}:{fault.line}:{fault.column}: {fault.message}"
            return self._metric(entry, metric, quality=[reason], label="not measured")
        return self._metric(
            entry,
            metric,
            value=done.value,
            lo=done.lo,
            hi=done.hi,
            level=0.9 if done.lo is not None else None,
            n=done.n,
            method=done.method,
            quality=[done.note] if done.note else [],
        )

    def _typed_metric(self, entry: Any, metric: Any) -> Finding:
        interval = metric.interval
        return self._metric(
            entry,
            metric,
            value=metric.value,
            lo=interval.lo if interval else None,
            hi=interval.hi if interval else None,
            level=interval.level if interval else None,
            method="as declared in the card",
            quality=["declared by hand" + ("" if interval else ", without an interval")],
        )

    def _metric(self, entry: Any, metric: Any, **values: Any) -> Finding:
        where = metric.predictions or metric.evidence
        evidence = [Evidence(kind="record", ref=entry.path)]
        evidence += [Evidence(kind="file", ref=where)] if where else []
        detail = MetricDetail(
            name=metric.metric,
            source=where or entry.path,
            dataset=metric.dataset,
            slice=metric.slice or "",
        )
        return Finding(
            kind="metric",
            subject=entry.name,
            as_of=self.as_of,
            method=values.pop("method", "card"),
            evidence=evidence,
            detail=detail,
            **values,
        )

    def score(self, measured: Sequence[Finding] = ()) -> Findings:
        """The success of every project; ``measured`` holds what machines logged of outcomes."""
        block = self.inputs.settings.success or DEFAULT_SUCCESS
        logged = _logged_outcomes(measured)
        found = []
        for name, entry in self.inputs.catalog.projects.items():
            rows = self.inputs.catalog.metrics.get(name, ())
            end = self.inputs.ends.get(name)
            facts = taken(rows, block.parts, None if end is None else end - 1)
            found.append(
                score_success(
                    entry.record,
                    block,
                    name=name,
                    path=entry.path,
                    as_of=self.as_of,
                    facts=facts,
                    logged=logged.get(name),
                )
            )
        return found

    def learn(self, scores: Findings) -> Findings:
        """Impact of every reused version, models of outcomes, predictions of projects."""
        from maestro.learning import metamodel
        from maestro.learning.moved import with_history

        settings, data = self.inputs.settings, self.inputs.data
        commit = self.inputs.moment.commit
        block = settings.success or DEFAULT_SUCCESS
        projects = self.inputs.catalog.projects
        table = make_table({name: entry.record for name, entry in projects.items()}, scores)
        known = metamodel.Known(
            kept=kept_predictions(data),
            models=earlier_models(data),
            past=self._past(table),
            commit=commit,
            success_version=block.version,
            margin=settings.impact_margin,
        )
        setting = Setting(self.as_of, 0.9, commit, block.version)
        impacts, models = self._fitted(table, replace(setting, as_of="", commit=""))
        outcomes = metamodel.followed(
            models, table, setting, currency=settings.currency, known=known
        )
        impacts = [one.model_copy(update={"as_of": self.as_of}) for one in impacts]
        return with_history(impacts, earlier_impacts(data), commit) + outcomes

    def _fitted(self, table: Table, setting: Setting) -> tuple[Findings, Findings]:
        """Impacts, and models with predictions: the same until a project or a setting changes."""
        from maestro.learning import impact, metamodel
        from maestro.learning.threads import one_thread

        catalog, settings = self.inputs.catalog, self.inputs.settings
        also = sorted({f"{e.name}@{v}" for e in catalog.artifacts() for v in e.versions})
        rule = impact.Rule(margin=settings.impact_margin)
        version = setting.success_version

        def make() -> Findings:
            """Fit anew."""
            self.say("learning what reused pieces bring")
            with one_thread():
                return [
                    *impact.impact_findings(
                        table, as_of="", rule=rule, also=also, success_version=version
                    ),
                    *metamodel.fitted_findings(
                        table,
                        setting,
                        currency=settings.currency,
                        margin=rule.margin,
                        say=self.say,
                    ),
                ]

        parts = [repr(table), repr(rule), also, settings.currency, repr(setting)]
        found = self.cached("learn", parts, make, 0)
        impacts = [one for one in found if one.kind in ("impact", "use_impact")]
        return impacts, [one for one in found if one.kind not in ("impact", "use_impact")]

    def _past(self, table: Table) -> tuple[Finding, ...]:
        """What could have been predicted of ended projects: the same whenever it is asked."""
        from maestro.learning.past import past_findings
        from maestro.learning.threads import one_thread

        currency = self.inputs.settings.currency

        def make() -> Findings:
            """Fit anew."""
            with one_thread():
                return past_findings(table, currency, say=self.say)

        return tuple(self.cached("past", [repr(table.finished), currency], make, 0))

    def report(self) -> Findings:
        """Reuse, lineage, likeness, and what changed in the library."""
        catalog = self.inputs.catalog
        lineage = Lineage(catalog)
        users = {name: lineage.used_by(name) for name in catalog.entries}
        uses = {
            name: tuple(use.artifact for use in entry.record.uses)
            for name, entry in catalog.projects.items()
        }
        changes, is_whole = self._changes()
        today = date.fromisoformat(self.as_of[:10])
        chances = chances_of(catalog, changes if is_whole else (), today)
        found = reuse_findings(users, uses, as_of=self.as_of, chances=chances)
        for name in catalog.entries:
            detail = LineageDetail(
                uses=lineage.uses(name),
                used_by=users[name],
                upstream=lineage.upstream(name),
                downstream=lineage.downstream(name),
            )
            found.append(
                Finding(
                    kind="lineage",
                    subject=name,
                    as_of=self.as_of,
                    method="references in records",
                    evidence=[Evidence(kind="record", ref=catalog.entries[name].path)],
                    detail=detail,
                )
            )
        return found + self._likeness() + changes + self._own_health()

    def _likeness(self) -> Findings:
        """What is like what among projects and entries, and which entries are nearly the same."""
        from maestro.learning.alike import similarity_findings

        projects = list(self.inputs.catalog.projects.values())
        entries = list(self.inputs.catalog.entries.values())
        parts = [[entry.path, entry.digest, entry.prose] for entry in (*projects, *entries)]
        return self.cached(
            "similarity", parts, lambda: similarity_findings(projects, entries, as_of=self.as_of)
        )

    def _changes(self) -> tuple[Findings, bool]:
        """Changes of records, and whether their whole history is known."""
        if not self.inputs.moment.commit:
            return [], False
        try:
            repository = Repository.open(self.inputs.root)
            start = f"{repository.prefix}/" if repository.prefix else ""
            log = repository.record_log([f"{start}catalog", f"{start}projects"])
        except MaestroError as error:
            self.say(f"no history of records: {error.message}")
            return [], False
        found = self.kept.once(
            "changes",
            [self.as_of, repository.is_shallow, [repr(one) for one in log]],
            lambda: self._changed(repository, log, start),
        )
        return list(found), not repository.is_shallow

    def _changed(self, repository: Repository, log: Sequence[LogEntry], start: str) -> Findings:
        """Changes of records, from the log of the folder ``start`` of its repository."""
        touched = []
        for commit in log:
            if commit.committed is None:
                continue
            at = datetime.fromtimestamp(commit.committed, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            for status, path in commit.changes:
                inside = path.removeprefix(start)
                if record := classify(inside):
                    touched.append(
                        Touched(commit.commit, at, status, record.kind, record.name, inside)
                    )
        written = [(one.commit, f"{start}{one.path}") for one in touched if one.status != "D"]
        versions = {}
        try:
            versions = {at: version_in(text) for at, text in repository.files_at(written)}
        except MaestroError as error:
            self.say(f"no versions of earlier records: {error.message}")
        touched = [
            replace(one, version=versions.get((one.commit, f"{start}{one.path}"), ""))
            for one in touched
        ]
        return change_findings(touched, as_of=self.as_of, is_whole=not repository.is_shallow)

    def _own_health(self) -> Findings:
        """The state of the records themselves and of the history of findings."""
        inputs, moment = self.inputs, self.inputs.moment
        counts = {
            "entries": len(inputs.catalog.entries),
            "projects": len(inputs.catalog.projects),
            "left out": len(inputs.catalog.broken),
        }
        records = HealthDetail(
            source="catalog/ and projects/",
            state="stale" if moment.note else "fresh",
            reason=moment.note,
            hint="commit them" if moment.note else "",
            commit=moment.commit,
            last_good=moment.iso,
            counts=counts,
        )
        found = [self._health("records", records)]
        if inputs.data is None:
            history = HealthDetail(
                source="history",
                state="skipped",
                reason="no history is kept: settings.yaml names no data folder",
                hint="add data: to catalog/settings.yaml",
            )
            found.append(self._health("history", history))
        return found

    def _health(self, subject: str, detail: HealthDetail) -> Finding:
        return Finding(
            kind="source_health",
            subject=subject,
            as_of=self.as_of,
            method="state of a source",
            label=detail.state,
            detail=detail,
        )


def _logged_outcomes(measured: Sequence[Finding]) -> dict[str, dict[str, Finding]]:
    """Project to the outcomes that machines logged, by what they are called."""
    found: dict[str, dict[str, Finding]] = {}
    for finding in measured:
        detail = finding.detail
        if isinstance(detail, MetricDetail) and detail.name in LOGGED and detail.source == "ci":
            found.setdefault(finding.subject, {})[detail.name] = finding
    return found
