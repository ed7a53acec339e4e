"""``maestro spec``: a project brief in, a draft of its record out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maestro.errors import OK, PROBLEMS, MaestroError, shorten

from .figures import print_csv
from .options import format_option, root_option
from .output import plural, safe, say, say_json

if TYPE_CHECKING:
    from maestro.catalog.load import Catalog
    from maestro.learning.spec import Brief, Reading
    from maestro.learning.spec_words import Words

_REQUIRED = {
    "description": "what it is to achieve, in one sentence of 10 to 300 characters",
    "owner": "the team that answers for it, from owners.yaml",
    "problem_class": "the kind of problem, from the taxonomy",
    "complexity": "1 (a known recipe) to 10 (research)",
    "team": "{size: how many people work on it}",
    "started": "the first day of work, YYYY-MM-DD",
    "status": "planned, active, done or abandoned",
}
"""What a record needs, with what to write."""
_SHOWN_AS = {"team": "team_size"}
_PLACE = "projects/name/project.yaml"
_COUNTED = {"team_size": " people", "data_rows": " rows"}
"""What the numbers of a field count, where the value does not say it."""
_COLUMNS = ("field", "value", "confidence", "line", "sentence", "reason", "alternatives")


@click.command("spec", epilog="Example: maestro spec brief.md --draft")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@root_option
@click.option("--draft", is_flag=True, help="Only the draft, to be put into project.yaml.")
@format_option("csv")
def spec_command(file: Path, root: Path, draft: bool, format_: str) -> int:
    """Read a project brief into a draft of its record.

    FILE is plain text or Markdown in UTF-8, up to 256 KiB; - is standard input. Each field comes
    with the sentence it was read from and a confidence: high (stated plainly), medium (hedged or
    inferred), low (nothing was taken: a range, two values that compete, an ambiguous day). What
    the brief does not say stays empty. Nothing is written and nothing is looked up outside the
    library. --format csv has one row per field.
    """
    from maestro.catalog.load import load_catalog
    from maestro.learning.spec import read_brief

    if draft and format_ != "text":
        raise click.UsageError(f"--draft is YAML: leave out --format {format_}")
    text = brief_text(file)
    brief = read_brief(text, words_of(load_catalog(root)))
    if format_ == "json":
        say_json(_document(brief))
        return OK
    if format_ == "csv":
        print_csv(_COLUMNS, map(_row, brief.readings))
        return OK
    if not draft:
        for reading in brief.readings:
            _tell(reading)
        for line, sentence, reason in brief.skipped:
            say(f"not read, line {line}: {_quote(sentence)} {reason}")
        if brief.readings or brief.skipped:
            say()
    say(draft_text(brief).rstrip("\n"))
    taken = sum(one.value is not None for one in brief.readings)
    missing = [name for name in _REQUIRED if name not in brief.record()]
    left = f"; to be added: {', '.join(missing)}" if missing else ""
    say(f"{plural(taken, 'field')} read{left}", err=True)
    return OK


def brief_text(path: Path) -> str:
    """The text of a file that a user names, or of standard input (``-``).

    Raises UsageError or MaestroError when there is none.
    """
    from maestro.source import Unreadable, read_bytes

    if str(path) == "-":
        return _standard_input()
    if not path.exists() and not path.is_symlink():
        raise click.UsageError(f'"{path}" does not exist')
    if path.is_dir():
        raise click.UsageError(f'"{path}" is a folder, not a file')
    try:
        return read_bytes(path).decode("utf-8-sig")
    except Unreadable as error:
        fault = error.faults[-1]
        message, hint = f"{shorten(str(path), 200)} {fault.message}", fault.hint
        raise MaestroError(fault.code, message, hint, exit_code=PROBLEMS) from None
    except UnicodeDecodeError:
        message = f"{shorten(str(path), 200)} is not UTF-8 text"
        raise MaestroError("Y001", message, "save it as UTF-8", exit_code=PROBLEMS) from None


def _standard_input() -> str:
    from maestro.learning.spec_text import MAX_CHARACTERS

    with click.open_file("-", "rb") as stream:
        data: bytes = stream.read(MAX_CHARACTERS + 1)
    if len(data) > MAX_CHARACTERS:
        message = f"standard input has more than {MAX_CHARACTERS:,} bytes"
        raise MaestroError("Y003", message, "keep what describes the project", exit_code=PROBLEMS)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "standard input is not UTF-8 text"
        raise MaestroError("Y001", message, "send it as UTF-8", exit_code=PROBLEMS) from None


def words_of(catalog: Catalog) -> Words:
    """What a library calls things, for the reader of briefs."""
    from maestro.learning.spec_words import Words

    data = {name for name, entry in catalog.entries.items() if entry.kind == "datasets"}
    taxonomy = catalog.taxonomy
    return Words(
        problem_classes=_terms(taxonomy.problem_classes),
        domains=_terms(taxonomy.domains),
        personas=_terms(taxonomy.personas),
        owners=_terms(catalog.owners.teams),
        datasets=frozenset(data),
        artifacts=frozenset(catalog.entries) - data,
        currency=catalog.settings.currency,
    )


def _terms(records: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, record in records.items():
        title = getattr(record, "title", None)
        aliases = getattr(record, "aliases", ())
        found[name] = tuple(filter(None, (title, *aliases)))
    return found


def draft_text(brief: Brief) -> str:
    """The draft as YAML, with a comment for each field that a record needs and the brief lacks."""
    from maestro.catalog.write import editor_hint
    from maestro.source.edit import dump

    record = brief.record()
    lines = [editor_hint("projects", _PLACE)]
    if record:
        lines.append(dump(record).rstrip("\n"))
    for name, what in _REQUIRED.items():
        if name not in record:
            lines.append(f"# {name}: {what}{_open(brief, _SHOWN_AS.get(name, name))}")
    for name in ("domain", "deadline", "budget", "data_rows"):
        if name not in record and (note := _open(brief, name)):
            lines.append(f"# {name}:{note.removeprefix(';')}")
    return "\n".join(lines) + "\n"


def _open(brief: Brief, name: str) -> str:
    """Why a field that the brief speaks of is not in the draft."""
    reading = brief.get(name)
    if reading is None:
        return ""
    if reading.value is not None:
        return f"; {_value(reading.value)} is not in {shorten(brief.currency)}" * (name == "budget")
    return f"; {shorten(reading.reason, 150)}{_alternatives(reading)}"


def _alternatives(reading: Reading) -> str:
    several = _several(reading)
    return f": {several}" if several else ""


def _several(reading: Reading) -> str:
    shown = " or ".join(shorten(_value(one)) for one in reading.alternatives[:5])
    return f"{shown}{_COUNTED.get(reading.field, '')}" if shown else ""


def _row(reading: Reading) -> dict[str, Any]:
    """One field as a line of CSV: the draft's value as text, and its first sentence."""
    return {
        "field": reading.field,
        "value": "" if reading.value is None else _plain(reading.value),
        "confidence": reading.confidence,
        "line": reading.lines[0] if reading.lines else "",
        "sentence": " ".join(" / ".join(reading.sentences).split()),
        "reason": reading.reason,
        "alternatives": [_plain(one) for one in reading.alternatives],
    }


def _plain(value: Any) -> str:
    """A value without marks of thousands, for programs."""
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    if isinstance(value, dict):
        first, second = ("people", "role") if "role" in value else ("currency", "amount")
        return f"{value[first]} {value[second]}"
    return str(value)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        if "role" in value:
            return f"{value['people']} {value['role']}"
        amount = value["amount"]
        return f"{value['currency']} {amount:,.{0 if amount == int(amount) else 2}f}"
    if isinstance(value, list):
        return ", ".join(_value(one) for one in value)
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def _tell(reading: Reading) -> None:
    value = "-" if reading.value is None else _value(reading.value)
    say(f"{reading.field:13}  {reading.confidence:6}  {safe(shorten(value, 200))}")
    for line, sentence in zip(reading.lines, reading.sentences, strict=True):
        say(f"    line {line}: {_quote(sentence)}")
    if reading.reason:
        say(f"    {safe(reading.reason)}{safe(_alternatives(reading))}")


def _quote(sentence: str) -> str:
    return f'"{safe(" ".join(sentence.split()))}"'


def _document(brief: Brief) -> dict[str, Any]:
    record = brief.record()
    return {
        "format": 1,
        "fields": [
            {
                "field": one.field,
                "value": one.value,
                "confidence": one.confidence,
                "sentences": [
                    {"line": line, "text": text}
                    for line, text in zip(one.lines, one.sentences, strict=True)
                ],
                "reason": one.reason,
                "alternatives": list(one.alternatives),
            }
            for one in brief.readings
        ],
        "not_read": [
            {"line": line, "text": text, "reason": reason} for line, text, reason in brief.skipped
        ],
        "missing": [name for name in _REQUIRED if name not in record],
        "draft": record,
    }
