"""Reference pages that the program writes about itself: commands, codes, records, settings."""

from __future__ import annotations

import importlib
from typing import Any

import click

from maestro.schema import RECORDS
from maestro.schema.validate import fields_of, models_in

from .main import COMMANDS, cli

CODE_MODULES = (
    "maestro.errors",
    "maestro.source",
    "maestro.catalog.files",
    "maestro.catalog.evidence",
    "maestro.catalog.validation",
    "maestro.catalog.checks",
    "maestro.catalog.write",
    "maestro.catalog.init",
    "maestro.catalog.migrate",
    "maestro.catalog.verify",
    "maestro.source.edit",
    "maestro.source.digest",
    "maestro.source.remote",
    "maestro.source.hosts",
    "maestro.repository",
    "maestro.mining.tracking",
    "maestro.lab.predictions",
    "maestro.mining.http",
    "maestro.mining.ci.fetching.keeper",
    "maestro.publishing.site",
)
_RULES = ("rules_references", "rules_values", "rules_words", "rules_history")


def all_codes() -> dict[str, str]:
    """Every code of a problem or an error to what it means and what to do, sorted."""
    for name in _RULES:
        importlib.import_module(f"maestro.catalog.{name}")
    codes: dict[str, str] = {}
    for name in CODE_MODULES:
        codes.update(getattr(importlib.import_module(name), "CODES", {}))
    return dict(sorted(codes.items()))


def reference_pages() -> dict[str, str]:
    """Path below the site to Markdown, for every reference page."""
    pages = {
        "reference/index.md": _index(),
        "reference/commands.md": _commands(),
        "reference/codes.md": _codes(),
    }
    for code, meaning in all_codes().items():
        pages[f"reference/codes/{code.lower()}.md"] = _code(code, meaning)
    for kind in RECORDS:
        pages[f"reference/records/{kind}.md"] = _record(kind)
    return pages


def _index() -> str:
    kinds = "\n".join(f"- [{_title(kind)}](records/{kind}.md)" for kind in RECORDS)
    return (
        "# Reference\n\nMade from the program itself.\n\n"
        "- [Commands](commands.md)\n- [Problem codes](codes.md)\n\n## Records\n\n" + kinds + "\n"
    )


def _title(kind: str) -> str:
    words = kind.replace("_", " ")
    return words[:1].upper() + words[1:]


def _commands() -> str:
    parts = [
        "# Commands\n\nThe same option means the same everywhere. Exit codes: 0 fine, 1 your "
        "files or your policy have problems, 2 wrong use, 3 Maestro could not do it, "
        "130 interrupted.\n"
    ]
    whole = cli.make_context("maestro", ["build"])
    whole.max_content_width = whole.terminal_width = 88
    for name in COMMANDS:
        command = cli.get_command(whole, name)
        assert command is not None
        parts.append(_help(name, command, whole, "##"))
    return "\n".join(parts)


def _help(name: str, command: click.Command, above: click.Context, marks: str) -> str:
    """What ``--help`` says, and below it the same of the commands of a group.

    ``above`` is the context in which a user's command runs: a command keeps what its first context
    says of it, and the page must not depend on which command is at work.
    """
    word = name.rpartition(" ")[2]
    with click.Context(command, parent=above, info_name=word) as ctx:
        text = command.get_help(ctx)
    parts = [f"{marks} {name}\n\n```text\n{text}\n```\n"]
    if isinstance(command, click.Group):
        parts += [
            _help(f"{name} {word}", one, ctx, f"{marks}#") for word, one in command.commands.items()
        ]
    return "\n".join(parts)


def _codes() -> str:
    parts = [
        "# Problem codes\n\nWhat each code means and what to do.\n",
        "| Code | What it means | How severe |",
        "| --- | --- | --- |",
    ]
    for code, meaning in all_codes().items():
        link = f"[{code}](codes/{code.lower()}.md)"
        severe = " or ".join(severities(code)) or "ends the command"
        parts.append(f"| {link} | {_inert(meaning)} | {severe} |")
    return "\n".join(parts) + "\n"


_OF_FILES = (
    "maestro.source",
    "maestro.catalog.files",
    "maestro.catalog.evidence",
    "maestro.catalog.validation",
)
_WHAT_FOLLOWS = {
    "error": "An error: the check fails, and the record is not published until it is fixed.",
    "warning": "A warning: the check fails with --strict only.",
    "info": "A note: the check never fails for it.",
}


def severities(code: str) -> tuple[str, ...]:
    """How severe the problems of a code can be; empty for codes of what ends a command."""
    from maestro.catalog.checks import SEVERITIES

    if code in SEVERITIES:
        return SEVERITIES[code]
    of_files = (importlib.import_module(name).CODES for name in _OF_FILES)
    return ("error",) if any(code in codes for codes in of_files) else ()


def _code(code: str, meaning: str) -> str:
    """The page of one code: what it means and what to do, and what follows from it."""
    parts = [f"# {code}", _inert(meaning)]
    parts += [_WHAT_FOLLOWS[severity] for severity in severities(code)]
    parts.append("[All problem codes](../codes.md)")
    return "\n\n".join(parts) + "\n"


def _record(kind: str) -> str:
    model = RECORDS[kind]
    parts = [f"# {_title(kind)}\n\n{_inert((model.__doc__ or '').strip())}\n"]
    seen = []
    todo: list[Any] = [model]
    while todo:
        part = todo.pop(0)
        if part in seen:
            continue
        seen.append(part)
        if part is not model:
            parts.append(f"## {part.__name__}\n\n{_inert((part.__doc__ or '').strip())}\n")
        parts.append(_fields(part))
        todo += models_in(part)
    return "\n".join(parts)


def _fields(model: Any) -> str:
    rows = ["| Field | Needed | What it is |", "| --- | --- | --- |"]
    for item in fields_of(model):
        needed = "yes" if item.is_required else "no"
        rows.append(f"| `{item.name}` | {needed} | {_inert(item.description)} |")
    return "\n".join(rows) + "\n"


def _inert(text: str) -> str:
    """Our own docstrings as Markdown: double backquotes become code, bars stay in their cell."""
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())
