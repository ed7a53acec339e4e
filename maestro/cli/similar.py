"""``maestro similar``: what is most like a project or an entry, from the last build's findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maestro.errors import OK, WRONG_USE, MaestroError, did_you_mean, shorten

from .figures import print_csv
from .left_out import faulty, not_built
from .options import format_option, root_option
from .output import plural, safe, say, say_json

COLUMNS = ("name", "path", "relation", "other", "version", "kind", "score", "shared")
"""Columns of the CSV answer."""
Row = dict[str, Any]


@click.command("similar", epilog="Example: maestro similar churn-features --format json")
@click.argument("name")
@root_option
@format_option("csv")
def similar_command(name: str, root: Path, format_: str) -> int:
    """Show what is most like NAME, a project or an entry, and what they share.

    A project is compared with the projects that have ended, an entry with all other entries;
    entries of its kind that are nearly the same are told first. Scores go from 0 (nothing
    shared) to 1 (the same content). Only the last build's findings are read.
    """
    from maestro.pipeline.results import read_findings

    findings = read_findings(root)
    told = [finding for finding in findings if finding["kind"] == "similarity"]
    wanted = name.partition("@")[0]
    own = [finding for finding in told if finding["subject"] == wanted]
    if not own:
        raise _unknown(root, wanted, {finding["subject"] for finding in told})
    pairs = [finding for finding in findings if finding["kind"] == "duplicate"]
    records = [_record(finding, pairs) for finding in own]
    if format_ == "json":
        about = {"format": 1, "findings": "build/findings.json", "name": wanted}
        say_json(
            {**about, "as_of": own[0]["as_of"], "method": own[0]["method"], "records": records}
        )
    elif format_ == "csv":
        print_csv(COLUMNS, [row for record in records for row in _rows(record)])
    else:
        for record in records:
            _print_text(record)
    return OK


def _unknown(root: Path, name: str, known: set[str]) -> MaestroError:
    if missing := not_built(root, name):
        return missing
    if not known:
        words = "the last build compared nothing with anything"
        return MaestroError("M006", words, faulty(root) or "run maestro build")
    hint = did_you_mean(name, known) or "maestro list shows what there is"
    words = f'no project or entry is called "{shorten(name)}"'
    return MaestroError("M005", words, hint, exit_code=WRONG_USE)


def _record(finding: Row, pairs: list[Row]) -> Row:
    """One record of that name, with its neighbours and its near-duplicates on either side."""
    detail = finding["detail"]
    path = detail["path"]
    duplicates = []
    for pair in pairs:
        younger, older = pair["evidence"][0]["ref"], pair["detail"]["path"]
        if path not in (younger, older):
            continue
        reason = pair["detail"]["reason"]
        other = pair["detail"]["other"]
        if path == older:
            other = {**other, "name": pair["subject"], "version": ""}
        duplicates.append({**other, "label": pair["label"], "reason": reason})
    return {
        "name": finding["subject"],
        "path": path,
        "compared": detail["compared"],
        "label": finding["label"],
        "quality": finding["quality"],
        "alike": detail["alike"],
        "duplicates": sorted(duplicates, key=lambda one: (-one["score"], one["name"])),
    }


def _rows(record: Row) -> Iterator[Row]:
    for relation, others in (("duplicate", record["duplicates"]), ("similar", record["alike"])):
        for other in others:
            yield {
                "name": record["name"],
                "path": record["path"],
                "relation": relation,
                "other": other["name"],
                **{key: other[key] for key in ("version", "kind", "score", "shared")},
            }


def _print_text(record: Row) -> None:
    project = record["path"].startswith("projects/")
    what = "finished project" if project else "entry"
    count = record["compared"]
    many = f"{count:,} entries" if what == "entry" and count != 1 else plural(count, what)
    say(safe(f"{record['name']} ({record['path']}), compared with {many}"))
    for other in record["duplicates"]:
        say(f"  nearly the same: {_line(other)}")
        why = f"why both: {other['reason']}" if other["reason"] else ""
        say(f"        {safe(why) or 'reuse one of the two, or say in reason: why both are needed'}")
    told = {(other["kind"], other["name"]) for other in record["duplicates"]}
    for other in record["alike"]:
        if (other["kind"], other["name"]) not in told:
            say(f"  {_line(other)}")
    if not record["alike"]:
        say(safe(f"  {record['label']}: {'; '.join(record['quality'])}"))


def _line(other: Row) -> str:
    reference = f"{other['name']}@{other['version']}" if other["version"] else other["name"]
    kind = other["kind"].removesuffix("s").replace("_", " ")
    shared = "; ".join(other["shared"])
    return safe(f"{other['score']:.2f}  {reference} ({kind}): {shared}")
