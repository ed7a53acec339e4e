"""``maestro metrics``: the figures of the last build, or of any repository without a catalog."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro.errors import OK, WRONG_USE, MaestroError, did_you_mean, shorten

from .figures import Answer, print_figures, print_files
from .options import format_option, root_option
from .output import safe, say

if TYPE_CHECKING:
    from maestro.mining.single import Mined, Question
    from maestro.repository import Access
    from maestro.schema.findings import Finding
    from maestro.schema.settings import Settings

_SOURCES = ("git", "dora", "ci", "pull_requests", "tracking", "dvc", "custom")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@click.command("metrics", epilog="Example: maestro metrics --repo . --from 2026-01-05")
@click.argument("project", required=False)
@root_option
@click.option("--repo", metavar="PATH_OR_URL", help="Any repository, without a catalog.")
@click.option(
    "--path",
    "paths",
    metavar="GLOB",
    multiple=True,
    help="Count only files that match, or that lie in it; may be given again.",
)
@click.option("--from", "first", metavar="DATE", help="First day of the window, UTC.")
@click.option("--to", "last", metavar="DATE", help="The day after its last one, UTC.")
@click.option(
    "--ci",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="CI records in a file or folder; may be given again.",
)
@click.option(
    "--profile",
    type=click.Choice(["maestro", "devlake"]),
    help="Whose rules hold for CI and delivery.",
)
@click.option("--files", is_flag=True, help="Process metrics of each file, by commit time.")
@format_option("csv")
def metrics_command(project: str | None, root: Path, format_: str, **asked: Any) -> int:
    """Show how the work went: figures from git, CI, deployments and tracking.

    Without --repo those of the last build, of one PROJECT or of all. With --repo those of any
    repository: a folder is read where it lies, an https address is cloned into a temporary
    folder that is removed afterwards, with FORGE_TOKEN sent to FORGE_HOST only. Nothing else
    is written.

    The window is the 13 full weeks before the time of HEAD's commit, so that the same
    history gives the same answer on every day; --from and --to name another one. Averages are
    made over its full weeks, from Monday to Sunday; totals over all its days. Aliases, hosts
    and runner labels come from catalog/settings.yaml when DIR has one.

    Exit code 1 when a file of CI records was refused.
    """
    if asked["repo"] is None:
        given = [name for name in ("paths", "first", "last", "ci", "profile") if asked[name]]
        if given or asked["files"]:
            raise click.UsageError("these options need a repository: add --repo PATH_OR_URL")
        print_figures(_built(root, project), format_)
        return OK
    if project:
        raise click.UsageError("name a project of the library or a repository, not both")
    return _repository(root, asked, format_)


def _built(root: Path, project: str | None) -> Answer:
    """The figures in the last build's findings."""
    from maestro.pipeline.results import read_findings

    findings = read_findings(root)
    figures = [
        finding
        for finding in findings
        if finding["kind"] in ("metric", "dora")
        and (finding["kind"] == "dora" or finding["detail"].get("source") in _SOURCES)
    ]
    if project is not None:
        known = {f["subject"] for f in findings if f["kind"] == "success"}
        known |= {finding["subject"] for finding in figures}
        if project not in known:
            hint = did_you_mean(project, known) or "maestro list shows what there is"
            words = f'no project is called "{shorten(project)}"'
            raise MaestroError("M005", words, hint, exit_code=WRONG_USE)
        figures = [finding for finding in figures if finding["subject"] == project]
    about = {"findings": "build/findings.json"}
    notes = ("the last build made them: maestro build makes them again",)
    return Answer(about, figures, notes)


def _repository(root: Path, asked: dict[str, Any], format_: str) -> int:
    """The figures of one repository; the exit code."""
    from maestro.mining.single import changes_by_file, git_findings, mine, opened

    if asked["files"] and asked["ci"]:
        raise click.UsageError("--files shows git's files alone: leave out --ci")
    settings = _settings(root)
    question = _question(asked, settings)
    _refuse_absent(asked["ci"])
    with opened(question.repository, _access(settings)) as repository:
        mined = mine(question, repository, int(time.time()))
        _refuse_empty(mined, asked)
        if asked["files"]:
            notes = _said(mined, asked)
            about = {**_about(mined), "notes": list(notes)}
            print_files(about, changes_by_file(mined), format_)
            if format_ == "text":
                say("\n".join(notes))
            return OK
        found = git_findings(mined)
    code = OK
    if asked["ci"]:
        found, code = _with_ci(found, mined, asked, settings)
    figures = [one.to_json() for one in found]
    print_figures(Answer(_about(mined), figures, _said(mined, asked)), format_)
    return code


def _refuse_empty(mined: Mined, asked: dict[str, Any]) -> None:
    """A window after HEAD's day, or a pattern without a file, is a mistake and no zero."""
    from maestro.mining.figure import iso

    period = mined.period
    if asked["first"] and period.opening >= period.closing:
        now = iso(period.as_of)[:10]
        raise click.UsageError(f"--from {asked['first']} is after {now}, {_now(mined)}")
    for pattern in mined.unmatched():
        words = f'--path "{shorten(pattern, 80)}" matches no file of the history'
        raise click.UsageError(f"{words}: it is read from the folder of --repo, like src/**")


def _settings(root: Path) -> Settings:
    from maestro.schema.settings import Settings
    from maestro.settings import effective

    record = Settings(title="no library", format=1)
    if (root / "catalog" / "settings.yaml").is_file():
        from maestro.catalog.load import load_catalog

        record = load_catalog(root).settings
    named = {name: value for name, value in os.environ.items() if name.startswith("MAESTRO_")}
    return effective(record, named)[0]


def _question(asked: dict[str, Any], settings: Settings) -> Question:
    from maestro.mining.single import Question

    first, last = (_moment(asked[name], name) for name in ("first", "last"))
    if first is not None and last is not None and first >= last:
        raise click.UsageError(f"--from {asked['first']} is not before --to {asked['last']}")
    if not asked["repo"].strip():
        raise click.UsageError("--repo is empty: name a folder or an https address")
    return Question(
        asked["repo"],
        asked["paths"],
        first,
        last,
        settings.sources.window_weeks,
        settings.people,
        settings.sources.max_commits,
    )


def _moment(text: str | None, name: str) -> int | None:
    """Midnight of a day, in seconds since 1970, UTC."""
    if text is None:
        return None
    option = "--from" if name == "first" else "--to"
    try:
        day = date.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        day = None
    if day is not None and day.year < 1970:
        raise click.UsageError(f'{option} "{text}" is before 1970')
    if day is None:
        raise click.UsageError(f'{option} "{shorten(text, 40)}" is no day like 2026-01-05')
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _access(settings: Settings) -> Access:
    from maestro.repository import Access, Login, check_token

    token, host = os.environ.get("FORGE_TOKEN", ""), os.environ.get("FORGE_HOST", "")
    if not token:
        return Access(settings.hosts)
    check_token(token)
    if host:
        return Access(settings.hosts, Login.read(token, host))
    say("warning: FORGE_TOKEN is sent nowhere: say which host it is for, by FORGE_HOST", err=True)
    return Access(settings.hosts)


def _refuse_absent(paths: tuple[Path, ...]) -> None:
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise click.UsageError(f'"{path}" does not exist')


def _with_ci(
    found: list[Finding], mined: Mined, asked: dict[str, Any], settings: Settings
) -> tuple[list[Finding], int]:
    """``found`` and the findings from CI records, and the exit code."""
    from maestro.mining.ci.files import read_paths
    from maestro.mining.ci.gather import of_one_project
    from maestro.mining.ci.health import ci_figures
    from maestro.mining.delivery import DeliveryRules, History, delivery_figures
    from maestro.mining.recorded import told_better
    from maestro.mining.single import findings_of

    from .ci import exit_code, tell_refused

    understood = read_paths(asked["ci"])
    tables, projects = of_one_project(understood.tables)
    period = mined.period
    tell_refused(understood, err=True)
    if len(projects) > 1:
        say(f"the records of {safe(', '.join(projects))} are counted together", err=True)
    rules = DeliveryRules(
        asked["profile"] or settings.delivery.profile,
        settings.delivery.report,
        settings.deployment_pattern,
        settings.production_pattern,
        settings.incident_label,
        issues_read=bool(tables.get("incident")),
        bots=frozenset(bot.lower() for bot in settings.people.bots),
    )
    history = History(mined.facts.tables["commit"], mined.facts.cursor)
    figures = [
        *delivery_figures(tables, history, period, rules),
        *ci_figures(tables, period, settings.runners, settings.currency, rules.profile),
    ]
    return told_better([*found, *findings_of(mined, figures)]), exit_code(understood)


def _about(mined: Mined) -> dict[str, Any]:
    from maestro.mining.figure import iso

    period, question = mined.period, mined.question
    return {
        "repository": question.repository,
        "folder": mined.repository.prefix,
        "paths": list(question.paths),
        "commit": mined.facts.cursor,
        "from": iso(period.opening)[:10],
        "to": iso(period.closing)[:10],
        "full_weeks": period.weeks,
        "as_of": iso(period.as_of),
    }


def _now(mined: Mined) -> str:
    if mined.facts.moment is not None and mined.period.as_of < mined.facts.moment:
        return "this machine's day: HEAD's commit is dated in the future"
    return "the day of HEAD's commit"


def _said(mined: Mined, asked: dict[str, Any]) -> tuple[str, ...]:
    from maestro.mining.figure import iso

    when = "now is the time of HEAD's commit"
    if mined.facts.moment is not None and mined.period.as_of < mined.facts.moment:
        when = "HEAD's commit is dated in the future, so now is this machine's time"
    period, last = mined.period, mined.question.last
    if last is not None and last > period.closing:
        end = iso(period.closing)[:10]
        return when, f"--to {asked['last']} is after that: the window ends with that day, at {end}"
    if last is not None:
        return (when,)
    return (f"{when}; the window ends {'with its day' if asked['first'] else 'before it'}",)
