"""Commands that run the batch: build, fetch, status, store, demo."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from maestro.errors import OK, PROBLEMS, MaestroError

from .options import dry_run_option, format_option, root_option
from .output import count_problems, faults_line, from_here, plural, safe, say, say_json, table


def overrides() -> dict[str, str]:
    """The environment variables that may override settings."""
    return {name: value for name, value in os.environ.items() if name.startswith("MAESTRO_")}


@contextmanager
def _progress(stages: int) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, plain lines otherwise; both on stderr."""
    if not sys.stderr.isatty():
        yield lambda text: say(f"  {safe(text)}", err=True)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from maestro.pipeline.building import STAGES

    columns = (BarColumn(bar_width=24), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=stages)

        def tell(text: str) -> None:
            """Say one line of progress."""
            if text in STAGES:
                bar.update(task, completed=STAGES.index(text))
            bar.update(task, description=escape(safe(text))[:60])

        yield tell


@click.command("build", epilog="Example: maestro build --fetch")
@root_option
@click.option("--fetch", is_flag=True, help="First clone and update repositories (network).")
@click.option(
    "--accept-losses", is_flag=True, help="Publish even when much that was there is gone."
)
@click.option("--no-cache", is_flag=True, help="Do everything again.")
@format_option()
def build_command(
    root: Path, fetch: bool, accept_losses: bool, no_cache: bool, format_: str
) -> int:
    """Check, mine, measure, score, learn, report and publish into build/site.

    What fails is left out, named on the Operations page and in the exit code (1).
    """
    from maestro.pipeline import building

    from .reference import reference_pages

    failed = _fetch(root) if fetch else 0
    options = building.Options(accept_losses, not no_cache, overrides(), reference_pages)
    with _progress(len(building.STAGES)) as tell:
        done = building.build(root, options, tell)
    if format_ == "json":
        say_json(_built(done))
    else:
        _summary(done)
    return OK if done.is_clean and not failed else PROBLEMS


def _built(done: Any) -> dict[str, Any]:
    return {
        "site": str(done.site),
        "fresh": done.fresh,
        "commit": done.journal.commit,
        "pages": done.pages,
        "pages_written": done.pages_written,
        "findings": done.findings,
        "problems": count_problems(done.problems),
        "failed": list(done.failed),
        "steps": [
            {"name": s.name, "seconds": s.seconds, "cached": s.cached, "note": s.note}
            for s in done.journal.steps
        ],
    }


def _summary(done: Any) -> None:
    """Five lines: what was new, what is wrong, what failed, where the site is, how long."""
    what = f"{_pages(done)} written" if done.fresh else "nothing new, nothing to do"
    say(f"{what}; {plural(done.findings, 'finding')}", err=True)
    if done.changes:
        say(_changed(done.changes), err=True)
    say(faults_line(done.problems), err=True)
    for reason in done.failed:
        say(f"left out: {safe(reason)}", err=True)
    cached = [step.name for step in done.journal.steps if step.cached]
    say(f"{done.journal.seconds:.1f} s; from cache: {', '.join(cached) or 'nothing'}", err=True)
    say(from_here(done.site / "index.html"))


def _pages(done: Any) -> str:
    """How many pages are not as they were, and of how many."""
    every = plural(done.pages, "page")
    return every if done.pages_written == done.pages else f"{done.pages_written:,} of {every}"


def _changed(changes: Any) -> str:
    """What became of the findings, with the first verdicts that changed."""
    text = f"findings: {changes.new:,} new, {changes.gone:,} gone, "
    text += plural(len(changes.verdicts), "verdict") + " changed"
    shown = "; ".join(safe(verdict) for verdict in changes.verdicts[:3])
    text = f"{text}: {shown}" if shown else text
    skills = ", ".join(safe(skill) for skill in changes.skills)
    return f"{text}; skill of models: {skills}" if skills else text


@click.command("fetch", epilog="Example: maestro fetch --only records")
@root_option
@click.option(
    "--only",
    type=click.Choice(["git", "records"]),
    help="Fetch the repositories alone, or the records of CI and training runs alone.",
)
@format_option()
def fetch_command(root: Path, only: str | None, format_: str) -> int:
    """Fetch what projects name: repositories, CI records and training runs. Uses the network.

    Every other command reads what lies on this machine. Repositories are cloned into .maestro;
    CI records and the runs of MLflow servers go to the folder that data: in
    catalog/settings.yaml names. What one fetch may not ask for, the next one does. The token in
    FORGE_TOKEN, if there is one, logs in to the host in FORGE_HOST, or else to that of
    repository_url in catalog/settings.yaml, and goes to no other; GITLAB_TOKEN goes to
    GITLAB_HOST, JENKINS_TOKEN with JENKINS_USER to JENKINS_HOST, and MLflow's own login to the
    server in MLFLOW_TRACKING_URI.
    """
    return PROBLEMS if _fetch(root, only or "", format_) else OK


def _tokens() -> tuple[Any, ...]:
    from maestro.pipeline.keys import Token

    def of(name: str, user: str = "") -> Token:
        """The token of one kind of server, as its variables give it."""
        token, host = (os.environ.get(f"{name}_{word}", "") for word in ("TOKEN", "HOST"))
        return Token(name, token, host, user)

    return of("FORGE"), of("GITLAB"), of("JENKINS", os.environ.get("JENKINS_USER", ""))


def _mlflow_login() -> Any:
    from maestro.mining.tracking.mlflow import Credentials

    words = ("URI", "TOKEN", "USERNAME", "PASSWORD")
    return Credentials(*(os.environ.get(f"MLFLOW_TRACKING_{word}", "") for word in words))


def _fetch(root: Path, only: str = "", format_: str = "text") -> int:
    """Fetch every source; how many could not be had."""
    from maestro.pipeline.fetching import fetch_all

    def tell(text: str) -> None:
        """Say one line of progress."""
        say(f"  {safe(text)}", err=True)

    login = _mlflow_login()
    done = fetch_all(root, overrides(), tell, tokens=_tokens(), mlflow=login, only=only)
    failed = [(one.code, one.url, one.reason, one.hint) for one in done.git if one.code]
    failed += [(one.code, one.source.name, one.reason, one.hint) for one in done.ci if one.code]
    failed += [(one.code, one.project, one.reason, one.hint) for one in done.tracking if one.code]
    for code, name, reason, hint in failed:
        say(f"{code}: {safe(name)}: {safe(reason)}", err=True)
        say(f"    {safe(hint)}", err=True)
    for one in done.ci:
        if one.left:
            why = f" ({safe(one.reason)})" if one.reason and not one.code else ""
            say(f"{safe(one.source.name)}: left for the next fetch: {one.left}{why}", err=True)
    say(_came(done), err=True)
    if format_ == "json":
        say_json(_fetched(done))
    return len(failed)


def _came(done: Any) -> str:
    """One line: how many sources, how many failed, what came."""
    asked = done.git[done.broken :]
    bad = sum(bool(one.code) for one in asked)
    count = plural(len(asked), "repository").replace("repositorys", "repositories")
    text = f"{count}, {bad} failed"
    if done.broken:
        text += f"; {plural(done.broken, 'record')} with faults"
    if done.ci:
        facts, asked = (sum(getattr(one, x) for one in done.ci) for x in ("taken", "requests"))
        bad = sum(bool(one.code) for one in done.ci)
        text += f"; {plural(len(done.ci), 'CI source')}, {bad} failed"
        text += f": {plural(facts, 'fact')} with {plural(asked, 'request')}"
    if done.tracking:
        bad = sum(bool(one.code) for one in done.tracking)
        text += f"; training runs of {plural(len(done.tracking), 'project')}, {bad} failed"
        text += f": {plural(sum(one.runs for one in done.tracking), 'run')}"
    return text


def _fetched(done: Any) -> dict[str, Any]:
    names = ("code", "reason", "hint", "taken", "refused", "requests", "left")
    return {
        "git": [asdict(one) for one in done.git],
        "ci": [
            {"provider": one.source.provider, "project": one.source.project, "url": one.source.url}
            | {name: getattr(one, name) for name in names}
            for one in done.ci
        ],
        "tracking": [asdict(one) for one in done.tracking],
        "failed": done.failed,
    }


@click.command("status", epilog="Example: maestro status --format json")
@root_option
@format_option()
def status_command(root: Path, format_: str) -> int:
    """Show the last run, the sources it read and what it concluded."""
    from maestro.pipeline.results import BUILD, read_findings, read_json

    journal = read_json(root / BUILD / "journal.json")
    if not journal:
        raise MaestroError("M006", "there is no finished build here", "run maestro build")
    findings = read_findings(root)
    sources = [f for f in findings if f["kind"] == "source_health"]
    kinds: dict[str, int] = {}
    for finding in findings:
        kinds[finding["kind"]] = kinds.get(finding["kind"], 0) + 1
    if format_ == "json":
        say_json(
            {
                "run": journal.get("run"),
                "steps": journal.get("steps"),
                "findings": kinds,
                "sources": sources,
            }
        )
        return OK
    run = journal.get("run", {})
    say(f"last run: {run.get('at')} commit {str(run.get('commit'))[:12] or 'none'}")
    for name, count in sorted(kinds.items()):
        say(f"  {count:6,}  {name}")
    rows = [
        [f["subject"], f["detail"]["state"], f["detail"]["last_good"], f["detail"]["reason"]]
        for f in sources
    ]
    for line in table(rows, ["source", "state", "last good", "reason"]):
        say(line)
    return OK


@click.command("store", epilog="Example: maestro store data")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@root_option
@dry_run_option
def store_command(folder: Path | None, root: Path, dry_run: bool) -> int:
    """Append the last build's run and changed findings to the history.

    FOLDER is the data folder; the one that settings.yaml names when missing. Appending the
    same build twice changes nothing.
    """
    from maestro.catalog.load import load_catalog
    from maestro.pipeline.history import append_run
    from maestro.pipeline.inputs import refuse_faults
    from maestro.pipeline.results import BUILD, read_findings, read_json
    from maestro.settings import effective
    from maestro.source.inside import refuse_links

    if folder is None:
        catalog = load_catalog(root)
        refuse_faults(catalog, "not stored", ("settings",))
        settings, _ = effective(catalog.settings, overrides())
        if not settings.data:
            raise click.UsageError(
                "settings.yaml names no data folder; name one: maestro store DIR"
            )
        refuse_links(root, f"{settings.data}/history", "files")
        folder = root / settings.data
    refuse_links(folder, "history", "files")
    journal = read_json(root / BUILD / "journal.json")
    written = append_run(folder, journal, read_findings(root), dry_run=dry_run)
    for path in written:
        say(f"{'would write' if dry_run else 'wrote'} {path}", err=True)
    if not written:
        say("nothing new to keep", err=True)
    return OK


@click.command("demo", epilog="Example: maestro demo tour && maestro build -C tour")
@click.argument("folder", type=click.Path(path_type=Path))
@root_option
@click.option("--projects", type=click.IntRange(10, 5000), default=60, show_default=True)
@click.option("--artifacts", type=click.IntRange(6, 20000), default=40, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=20260630, show_default=True)
@click.option(
    "--no-histories",
    is_flag=True,
    help="Make no git repositories, CI records or training runs.",
)
@dry_run_option
def demo_command(root: Path, folder: Path, dry_run: bool, **sizes: Any) -> int:
    """Make a simulated portfolio with known true effects, to look around in.

    Everything in it is made up, and every page built from it says so.
    """
    from maestro.demo import generate
    from maestro.demo.simulator import Options
    from maestro.repository.imports import import_stream

    options = Options(
        sizes["projects"], sizes["artifacts"], sizes["seed"], not sizes["no_histories"]
    )
    if dry_run:
        made = f"{plural(options.projects, 'project')} and {plural(options.artifacts, 'artifact')}"
        say(f"would write {made} into {root / folder}", err=True)
        return OK
    done = generate(root / folder, import_stream, options)
    say(
        f"wrote {plural(done.projects, 'project')}, {plural(done.artifacts, 'artifact')}, "
        f"{done.repositories} repositories with {done.project_commits:,} commits",
        err=True,
    )
    say(f"next: maestro build -C {folder}", err=True)
    return OK
