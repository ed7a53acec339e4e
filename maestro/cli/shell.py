"""Shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .output import say


@click.command(
    "completion", epilog='Example: maestro completion bash >> ~/.bashrc, or eval "$(...)"'
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell."""
    from .main import cli

    maker = get_completion_class(shell)
    assert maker is not None
    say(maker(cli, {}, "maestro", "_MAESTRO_COMPLETE").source())
