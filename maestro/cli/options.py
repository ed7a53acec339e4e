"""Options that mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def root_option(function: F) -> F:
    """``-C DIR``: the catalog repository; passed on as ``root``."""
    return click.option(
        "-C",
        "root",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=".",
        callback=lambda ctx, param, value: existing_folder(value),
        help="The catalog repository, when it is not this folder.",
    )(function)


def existing_folder(path: Path) -> Path:
    """The folder with links resolved; wrong use when it is not there."""
    if not path.exists():
        raise click.UsageError(f'folder "{path}" does not exist')
    if not path.is_dir():
        raise click.UsageError(f'"{path}" is a file, not a folder')
    return path.resolve()


def format_option(*formats: str) -> Callable[[F], F]:
    """``--format``: how to answer; text, json and what else the command offers."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["text", "json", *formats]),
        default="text",
        help="How to answer.",
    )


def dry_run_option(function: F) -> F:
    """``--dry-run``: show what would be written."""
    return click.option(
        "--dry-run", is_flag=True, help="Show what would be written, and write nothing."
    )(function)
