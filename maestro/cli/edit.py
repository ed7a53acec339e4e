"""Commands that write records: fix, new, init, migrate, schemas; and verify."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from maestro import __version__
from maestro.errors import OK, PROBLEMS, WRONG_USE, MaestroError

from .options import dry_run_option, format_option, root_option
from .output import plural, safe, say, say_json


def _agreed(question: str, yes: bool) -> bool:
    """Whether to go on: said with ``--yes``, or asked on a terminal; never asked elsewhere."""
    if yes:
        return True
    return sys.stdin.isatty() and click.confirm(question, default=False)


@click.command("fix", epilog="Example: maestro fix --dry-run")
@root_option
@dry_run_option
@click.option("--yes", is_flag=True, help="Write without asking.")
def fix_command(root: Path, dry_run: bool, yes: bool) -> int:
    """Apply the safe remedies: near-miss licences, tag spellings, missing quotes.

    The change is shown as a diff first. What is not certain is left to you.
    """
    from maestro import pipeline
    from maestro.catalog.fix import fixed_texts, plan_fixes
    from maestro.catalog.load import load_catalog
    from maestro.catalog.write import replace_files, unified_diff

    problems = pipeline.check(root, pipeline.open_cache(root)).problems
    catalog = load_catalog(root)
    fixes = plan_fixes(catalog, problems)
    if not fixes:
        left = plural(len(problems), "problem")
        say(f"nothing to fix by itself; {left} left" if problems else "nothing to fix", err=True)
        return OK
    changes = fixed_texts(catalog, fixes)
    say("\n".join(safe_diff(line) for line in unified_diff(changes).splitlines()))
    if dry_run or not _agreed(f"Write {plural(len(changes), 'file')}?", yes):
        say("nothing written; maestro fix --yes writes it", err=True)
        return OK
    written = replace_files(root, changes)
    say(f"wrote {plural(len(written), 'file')}: {safe(', '.join(written))}", err=True)
    return OK


def safe_diff(line: str) -> str:
    """A line of a diff without anything that drives a terminal."""
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line)


@click.command("verify", epilog="Example: maestro verify churn-features --remote")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@root_option
@click.option("--remote", is_flag=True, help="Also read sources on other hosts (uses the network).")
@format_option()
def verify_command(names: tuple[str, ...], root: Path, remote: bool, format_: str) -> int:
    """Compare what records point at with the digests they hold.

    Without --remote only sources in this repository are read.
    """
    from maestro.catalog.load import load_catalog
    from maestro.catalog.verify import verify
    from maestro.pipeline.fetching import git_blob

    catalog = load_catalog(root)
    done = verify(
        catalog,
        names or None,
        remote=remote,
        git_blob=git_blob(root, catalog) if remote else None,
        access=_access() if remote else None,
    )
    if format_ == "json":
        say_json([_verified(one) for one in done])
    else:
        for one in done:
            say(f"{one.state:10}  {one.entry.reference}  {safe(one.message)}".rstrip())
            if one.hint and one.is_fault:
                say(f"    {safe(one.hint)}")
        bad = sum(one.is_fault for one in done)
        say(f"{plural(len(done), 'source')}, {bad} wrong", err=True)
    return PROBLEMS if any(one.is_fault for one in done) else OK


def _verified(one: Any) -> dict[str, str]:
    return {
        "name": one.entry.name,
        "version": one.entry.version,
        "state": one.state,
        "expected": one.expected,
        "found": one.found,
        "message": one.message,
        "hint": one.hint,
    }


def _access() -> Any:
    """How to ask object stores: the endpoint and the credentials that the environment names."""
    from maestro.source.remote import Access

    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    s3: dict[str, Any] = {"endpoint_url": endpoint} if endpoint else {}
    if {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"} & os.environ.keys():
        s3["anon"] = False
    gs = {"token": "google_default"} if "GOOGLE_APPLICATION_CREDENTIALS" in os.environ else {}
    return Access(storage_options={"s3": s3, "gs": gs})


@click.command(
    "init", epilog="Example: maestro init my-library --title 'Our library' --team growth"
)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@root_option
@click.option("--title", help="The library's name; made from the folder's when missing.")
@click.option("--team", default="library", show_default=True, help="The team that owns it.")
@dry_run_option
def init_command(folder: Path, root: Path, title: str | None, team: str, dry_run: bool) -> int:
    """Make a catalog repository: records, CI workflows, editor settings.

    Existing files are never overwritten.
    """
    from maestro.catalog.init import plan_library, write_library

    plan = plan_library(root / folder, title, team, __version__)
    if not dry_run:
        write_library(root / folder, plan)
    for path in sorted(plan):
        say(("would write " if dry_run else "wrote ") + path, err=True)
    if not dry_run:
        target = root / folder
        where = "" if target == Path.cwd() else f"cd {os.path.relpath(target)} && "
        say(f"next: {where}git init && maestro check && maestro build", err=True)
    return OK


FIELDS = ("description", "owner", "path", "git", "ref", "url", "digest")


@click.command(
    "new", epilog="Example: maestro new dataset billing-events --owner data --path data/billing.csv"
)
@click.argument("kind")
@click.argument("name")
@root_option
@click.option("--description", help="What it does, in one sentence.")
@click.option("--owner", help="The team that answers for it.")
@click.option("--path", help="Where it lies in this repository (or in --git).")
@click.option("--git", help="Repository that holds it, by https.")
@click.option("--ref", help="Branch, tag or commit id in --git.")
@click.option("--url", help="Address of the file; needs --digest.")
@click.option("--digest", help="sha256:... of the file.")
@click.option("--set", "more", multiple=True, metavar="FIELD=VALUE", help="Another field.")
@dry_run_option
def new_command(
    kind: str, name: str, root: Path, more: tuple[str, ...], dry_run: bool, **given: Any
) -> int:
    """Write a new record with the fields it needs, unless it would have errors.

    KIND is dataset, feature_pipeline, model_template, schema, notebook, pipeline, model_card,
    project, experiment (named project/id), policy or channel (named channel/name). On a
    terminal, what is missing is asked for. VALUE is text, a list with commas, or YAML:
    --set team='{size: 3}'.
    """
    from maestro.catalog.load import load_catalog
    from maestro.catalog.write import new_record, record_path, replace_file
    from maestro.source.inside import refuse_links

    from .ask import fields_of, plural_kind

    kind = plural_kind(kind)
    path = record_path(kind, name)
    catalog = load_catalog(root)
    refuse_links(root, path.rpartition("/")[0])
    _refuse_taken(root, path, kind, name, catalog)
    text = new_record(kind, name, fields_of(kind, name, given, more, catalog))
    _refuse_errors(root, path, text)
    if dry_run:
        say(text.rstrip("\n"))
        return OK
    replace_file(root / path, text.encode())
    say(f"wrote {path}", err=True)
    say("next: maestro check", err=True)
    return OK


def _refuse_taken(root: Path, path: str, kind: str, name: str, catalog: Any) -> None:
    """Raise MaestroError W011 when the file is there, or the name belongs to another record."""
    groups = {
        "projects": catalog.projects,
        "experiments": catalog.experiments,
        "channels": catalog.channels,
        "policies": catalog.policies,
    }
    taken = groups.get(kind, catalog.entries)
    message = f'name "{name}" is taken by {taken[name].path}' if name in taken else ""
    if (root / path).exists() or (root / path).is_symlink():
        message = f"{path} is there already"
    if message:
        raise MaestroError("W011", message, "choose another name", exit_code=WRONG_USE)


def _refuse_errors(root: Path, path: str, text: str) -> None:
    """Print every fault that the new record would have; raise MaestroError W006 for errors."""
    from maestro.catalog.draft import check_draft

    problems = check_draft(root, path, text)
    for one in problems:
        kind = "" if one.severity == "error" else f"{one.severity}: "
        say(f"{safe(one.place)}: {one.code} {kind}{safe(one.message)}", err=True)
        if one.hint:
            say(f"    {safe(one.hint)}", err=True)
    errors = sum(one.severity == "error" for one in problems)
    if errors:
        message = f"the new record would have {plural(errors, 'error')}; nothing was written"
        raise MaestroError("W006", message, "give other values", exit_code=WRONG_USE)


@click.command("migrate", epilog="Example: maestro migrate --dry-run")
@root_option
@dry_run_option
def migrate_command(root: Path, dry_run: bool) -> int:
    """Rewrite records of an older format, keeping comments, all or none."""
    from maestro.catalog.migrate import plan_migration
    from maestro.catalog.write import unified_diff

    plan = plan_migration(root)
    if not plan.changes:
        say("every record is of the current format", err=True)
        return OK
    say("\n".join(safe_diff(line) for line in unified_diff(plan.changes).splitlines()))
    if dry_run:
        say("nothing written", err=True)
        return OK
    written = plan.apply()
    say(f"wrote {plural(len(written), 'file')}", err=True)
    return OK


@click.command("schemas", epilog="Example: maestro schemas --check")
@click.argument("folder", type=click.Path(path_type=Path), default="schemas")
@root_option
@click.option("--check", "only_check", is_flag=True, help="Only say whether they are up to date.")
def schemas_command(folder: Path, root: Path, only_check: bool) -> int:
    """Write the JSON Schemas that make editors complete and check records."""
    from maestro.engine.cache import write_atomic
    from maestro.schema.export import schema_files

    place = root / folder
    stale = [
        name
        for name, text in schema_files().items()
        if not (place / name).is_file() or (place / name).read_text(encoding="utf-8") != text
    ]
    if only_check:
        for name in stale:
            say(f"{folder / name} is not up to date")
        return PROBLEMS if stale else OK
    for name in stale:
        write_atomic(place / name, schema_files()[name].encode())
    say(f"wrote {plural(len(stale), 'schema')} into {folder}", err=True)
    return OK
