"""The batch run: check, mine, measure, score, learn, report, publish."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro import __version__
from maestro.engine.cache import Cache, digest, remove_unfinished, write_atomic
from maestro.engine.journal import Journal
from maestro.engine.lock import only_run
from maestro.errors import MaestroError, Problem
from maestro.schema.details import HealthDetail
from maestro.schema.findings import Finding
from maestro.source import parse
from maestro.source.inside import refuse_links

from .checking import WORK, open_cache
from .history import read_runs
from .inputs import DIRTY, Inputs, read_inputs
from .kept import Kept
from .losses import losses
from .marks import content_of
from .results import BUILD, Changes, compare, find_findings, read_json

if TYPE_CHECKING:
    from maestro.publishing.site import SiteReport

SITE = "build/site"
NOT_HAD = ("failed", "missing")
"""States of sources that make a run end with exit code 1."""
STAGES = ("check", "mine and measure", "score", "learn", "report", "publish")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run."""

    accept_losses: bool = False
    """Publish even when many records that the last run had are gone."""
    use_cache: bool = True
    """Take results from earlier runs when their inputs are the same."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that may override settings (``MAESTRO_...``)."""
    pages: Callable[[], Mapping[str, str]] = dict
    """Makes further pages of the program itself: path below the site to Markdown."""
    is_draft: bool = False
    """Publish at once with what slow stages concluded last, when a change asks for them anew:
    for looking at a page while it is written. What is left in the folder says so to nobody, so a
    whole run has to follow."""
    kept: Kept | None = None
    """What earlier runs of this process left for this one, when it builds again and again."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a run did."""

    site: Path
    journal: Journal
    problems: tuple[Problem, ...]
    failed: tuple[str, ...]
    """Sources that could not be read, each with its reason."""
    findings: int
    pages: int
    pages_written: int
    """Pages that differ from those that were there before."""
    fresh: bool
    """False when nothing had changed and nothing was done."""
    is_behind: bool = False
    """True for a draft whose slow stages have not seen the last change."""
    changes: Changes | None = None
    """Against the build before; None when there was none, or nothing was done."""

    @property
    def is_clean(self) -> bool:
        """True when every record and every source is all right."""
        return not self.failed and not any(p.severity == "error" for p in self.problems)


def build(root: Path, options: Options, say: Say = lambda text: None) -> Built:
    """Run every stage and publish into ``build/site``; what fails is left out and named.

    Raises MaestroError when nothing may be published: no catalog, another run at work, faults in
    settings, owners or taxonomy, too many records lost against the last run, a link where files
    are written, or a fault of the site itself. The last good site then stays as it was.
    """
    refuse_elsewhere(root)
    with only_run(root / WORK):
        return _run(root, options, say)


def prepare(
    root: Path, options: Options, say: Say = lambda text: None, *, with_pages: bool
) -> None:
    """Load what the next run will ask for into ``options.kept``; results stay as they are.

    ``with_pages`` makes the pages as well, the same that stand there, so that all code and every
    template is loaded; in vain where slow stages of a draft are behind. Raises MaestroError as
    :func:`build` does.
    """
    refuse_elsewhere(root)
    with only_run(root / WORK):
        cache, inputs = _start(root, options, Journal(program=__version__), say)
        found, is_behind = _stages(inputs, cache, Journal(program=__version__), say, options)
        if with_pages and not is_behind:
            say("publish")
            parse(b"{}")  # What reads a record is loaded by the first one that no cache knows.
            _publish(inputs, found, options)


def refuse_elsewhere(root: Path) -> None:
    """Raise MaestroError M009 when a link leads out of the folders that a build writes into."""
    refuse_links(root, WORK, "everything")
    refuse_links(root, BUILD, "files")


def _run(root: Path, options: Options, say: Say) -> Built:
    journal = Journal(program=__version__)
    cache, inputs = _start(root, options, journal, say)
    key = inputs.key
    last = read_json(root / BUILD / "journal.json")
    if options.use_cache and last.get("key") == key and _results(root) == last.get("results"):
        return _nothing_new(root, inputs, journal, last)
    findings, is_behind = _stages(inputs, cache, journal, say, options)
    failed = _failed(findings)
    _guard(inputs, findings, last, options)
    with journal.step("publish") as step:
        say("publish")
        site = _publish(inputs, findings, options)
        step.note = f"{site.pages} pages"
    before = None if is_behind else find_findings(root)
    # A draft is no run: the next build must not take it for one.
    rows = [] if is_behind else _write_results(root, inputs, journal, findings, key)
    return Built(
        site=root / SITE,
        journal=journal,
        problems=inputs.problems,
        failed=failed,
        findings=len(findings),
        pages=site.pages,
        pages_written=site.pages_written,
        fresh=True,
        is_behind=is_behind,
        changes=None if before is None else compare(before, rows),
    )


def _start(root: Path, options: Options, journal: Journal, say: Say) -> tuple[Cache, Inputs]:
    """Remove what a killed run left, and read what this one starts from."""
    cache = open_cache(root, use=options.use_cache)
    for folder in (root / BUILD, root / WORK / "site", cache.folder):
        if folder is not None:
            remove_unfinished(folder)
    with journal.step("check") as step:
        say("check")
        content = options.kept.content if options.kept else content_of
        inputs = read_inputs(root, dict(options.overrides), cache, content)
        step.note = f"{len(inputs.catalog.texts)} files, {len(inputs.problems)} problems"
    journal.commit = inputs.moment.commit
    return cache, inputs


def _stages(
    inputs: Inputs, cache: Cache, journal: Journal, say: Say, options: Options
) -> tuple[list[Finding], bool]:
    """Every finding in order, and whether slow stages of a draft are behind."""
    kept = options.kept
    if kept and kept.facts == inputs.facts:
        for name in STAGES[1:-1]:
            with journal.step(name) as step:
                step.cached = True
        return list(kept.found), False
    found, is_behind = _found(inputs, cache, journal, say, options)
    if kept and not is_behind:
        kept.facts, kept.found = inputs.facts, list(found)
    return found, is_behind


def _found(
    inputs: Inputs, cache: Cache, journal: Journal, say: Say, options: Options
) -> tuple[list[Finding], bool]:
    from .advising import reported
    from .simulated import held_against_truth
    from .stages import Stages

    stages = Stages(inputs, cache, say, is_draft=options.is_draft, kept=options.kept)

    def run(name: str, make: Callable[[], list[Finding]]) -> list[Finding]:
        """Run one stage and note what it made and whether it came from the cache."""
        with journal.step(name) as step:
            say(name)
            hits, misses = cache.hits, cache.misses
            made = make()
            step.cached = cache.hits > hits and cache.misses == misses
            step.note = f"{len(made)} findings"
        return made

    found = run("mine and measure", lambda: stages.measure() + stages.cards())
    scores = run("score", lambda: stages.score(found))
    found += scores + run("learn", lambda: stages.learn(scores))
    found += run("report", lambda: reported(stages, found))
    found += held_against_truth(inputs.root, inputs.settings, found, inputs.moment.iso)
    if not stages.is_behind:
        stages.clean()
    return sorted(found, key=_order), stages.is_behind


def _order(finding: Finding) -> tuple[str, str, str]:
    detail = finding.detail.model_dump_json() if finding.detail else ""
    return finding.kind, finding.subject, detail


def _publish(inputs: Inputs, findings: list[Finding], options: Options) -> SiteReport:
    from maestro.publishing.library import Library
    from maestro.publishing.site import build_site

    library = Library(
        catalog=inputs.catalog,
        findings=tuple(findings),
        commit=inputs.moment.commit,
        generated_at=inputs.moment.iso,
        program=__version__,
        problems=inputs.problems,
        runs=tuple(read_runs(inputs.data)),
    )
    return build_site(library, inputs.root / SITE, inputs.work / "site", options.pages())


def _failed(findings: list[Finding]) -> tuple[str, ...]:
    """Sources that could not be had, or not as they are now, each with its reason."""
    return tuple(
        f"{finding.subject}: {finding.detail.reason}"
        for finding in findings
        if isinstance(finding.detail, HealthDetail) and finding.detail.state in NOT_HAD
    )


def published(inputs: Inputs, findings: list[Finding]) -> dict[str, list[str]]:
    """What a run has: entries, projects, and projects whose source could be read."""
    return {
        "entries": sorted(inputs.catalog.entries),
        "projects": sorted(inputs.catalog.projects),
        "sources": sorted(
            finding.subject
            for finding in findings
            if isinstance(finding.detail, HealthDetail)
            and finding.subject in inputs.catalog.projects
            and finding.detail.state in ("fresh", "stale")
        ),
    }


def _guard(
    inputs: Inputs, findings: list[Finding], last: Mapping[str, Any], options: Options
) -> None:
    """Refuse to publish when much that the last run had is gone."""
    runs = read_runs(inputs.data)
    before = last.get("published") or (runs[-1].get("published") if runs else None)
    if options.accept_losses or not isinstance(before, dict):
        return
    lost = losses(before, published(inputs, findings))
    if not lost.are_many:
        return
    from maestro.publishing.words import plural

    entries = plural(len(lost.entries), "entry", "entries")
    names = [*lost.entries, *lost.projects]
    shown = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
    raise MaestroError(
        "M007",
        f"not published: {entries} and {plural(len(lost.projects), 'project')} that "
        f"the last run had are gone, broken or cannot be read ({shown})",
        "maestro check and maestro fetch show why; if it is meant: maestro build --accept-losses",
    )


def _write_results(
    root: Path, inputs: Inputs, journal: Journal, findings: list[Finding], key: str
) -> list[dict[str, Any]]:
    """Leave findings and journal beside the site, for commands and for the next run."""
    rows = [finding.to_json() for finding in findings]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    write_atomic(root / BUILD / "findings.json", text.encode() + b"\n")
    had = published(inputs, findings)
    errors = sum(problem.severity == "error" for problem in inputs.problems)
    journal.facts = {
        "key": key,
        "results": _results(root),
        "commits": _commits(findings),
        "published": had,
        "findings": len(findings),
        "run": {
            "at": inputs.moment.iso,
            "commit": inputs.moment.commit,
            "seconds": journal.seconds,
            "problems": errors,
            "findings": len(findings),
            "failed": list(_failed(findings)),
            "published": had,
        },
        "is_committed": inputs.moment.note != DIRTY,
    }
    journal.write(root / BUILD / "journal.json")
    return rows


def _commits(findings: list[Finding]) -> dict[str, str]:
    """Source to the commit its figures are of."""
    rows = {}
    for finding in findings:
        if finding.kind == "source_health" and (commit := getattr(finding.detail, "commit", "")):
            rows[finding.subject] = commit
    return rows


def _nothing_new(root: Path, inputs: Inputs, journal: Journal, last: dict[str, Any]) -> Built:
    run = last.get("run", {})
    journal.steps[0].cached = True
    return Built(
        site=root / SITE,
        journal=journal,
        problems=inputs.problems,
        failed=tuple(run.get("failed", [])),
        findings=int(run.get("findings", 0)),
        pages=0,
        pages_written=0,
        fresh=False,
    )


def _results(root: Path) -> str:
    """A hash of the published files' names, sizes and times, and of the findings beside them."""
    site = root / SITE
    if not site.is_dir():
        return ""
    rows = []
    for path in [root / BUILD / "findings.json", *sorted(site.rglob("*"))]:
        try:
            found = path.lstat()
        except OSError:
            return ""
        if not path.is_dir():
            rows.append((path.relative_to(root).as_posix(), found.st_size, found.st_mtime_ns))
    return digest(rows)
