"""The ``maestro`` command: a table of commands, loaded one at a time, and the outermost door."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from pathlib import Path

import click

from maestro import __version__
from maestro.errors import CANNOT, INTERRUPTED, OK, WRONG_USE, MaestroError, did_you_mean, shorten

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("maestro.cli.catalog", "check every record and show every fault at its line"),
    "fix": ("maestro.cli.edit", "apply the safe remedies, as a diff first"),
    "verify": ("maestro.cli.edit", "compare what records point at with their digests"),
    "init": ("maestro.cli.edit", "make a catalog repository"),
    "new": ("maestro.cli.edit", "write a new record"),
    "migrate": ("maestro.cli.edit", "rewrite records of an older format"),
    "list": ("maestro.cli.catalog", "list the entries of the library"),
    "show": ("maestro.cli.catalog", "show one entry or project"),
    "search": ("maestro.cli.catalog", "find entries by words and facets"),
    "lineage": ("maestro.cli.catalog", "show what an entry is built on and what is built on it"),
    "settings": ("maestro.cli.catalog", "show the settings in force and where they come from"),
    "build": ("maestro.cli.build", "mine, measure, score, learn, report and publish"),
    "fetch": ("maestro.cli.build", "clone and update project repositories (uses the network)"),
    "metrics": ("maestro.cli.metrics", "show how the work went, here or in any repository"),
    "impact": ("maestro.cli.impact", "show what goes with reusing a piece, and how sure that is"),
    "similar": ("maestro.cli.similar", "show what is most like a project or an entry"),
    "predict": ("maestro.cli.predict", "forecast duration, cost and success of a project"),
    "recommend": ("maestro.cli.recommend", "what to reuse, whom to ask, what to expect"),
    "ci": ("maestro.cli.ci", "show CI records as facts: what was understood, and what was not"),
    "spec": ("maestro.cli.spec", "read a project brief into a draft of its record"),
    "serve": ("maestro.cli.serve", "show the site and rebuild it on every change"),
    "status": ("maestro.cli.build", "show sources, findings and the last run"),
    "store": ("maestro.cli.build", "append this build's findings to the history"),
    "demo": ("maestro.cli.build", "make a simulated portfolio to look around in"),
    "schemas": ("maestro.cli.edit", "write the JSON Schemas that editors use"),
    "completion": ("maestro.cli.shell", "print the completion script for a shell"),
}


class Commands(click.Group):
    """A group that imports a command's file only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from its own file."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name, command and arguments; an unknown name gets a close one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            guess = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f'no command "{args[0]}"  {guess}'.strip(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="maestro %(version)s")
def cli() -> None:
    """A library of an ML team's reusable work, kept as YAML in git.

    \b
    maestro check          are my records all right?
    maestro search churn   is there something I can reuse?
    maestro build          make the site in build/site
    """


def run() -> None:
    """The outermost door: every fault becomes a sentence and an exit code."""
    # Short runs over many small objects: collecting garbage costs more than it gives back.
    gc.set_threshold(100_000, 50, 100)
    sys.exit(guarded(sys.argv[1:]))


def guarded(args: list[str]) -> int:
    """Run the command with ``args`` and return its exit code; no exception leaves here."""
    try:
        result = cli.main(args=args, prog_name="maestro", standalone_mode=False)
        return result if isinstance(result, int) else OK
    except MaestroError as error:
        complain(f"{error.code}: {error.message}", error.hint)
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "maestro"
        complain(error.format_message(), f"see {command} --help")
        return WRONG_USE
    except click.ClickException as error:
        complain(error.format_message(), "")
        return WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted", "")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (| head): nothing more to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        complain(*refused(error))
        return CANNOT
    except Exception as error:
        return our_fault(error)


def refused(error: OSError) -> tuple[str, str]:
    """What the operating system refused, with the file when it is known, and what to do."""
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    name = error.filename
    name = os.fsdecode(name) if isinstance(name, (str, bytes)) else ""
    message = f"M004: {reason}: {shorten(name, 200)}" if name else f"M004: {reason}"
    return message, _REMEDIES.get(error.errno or 0, "check the file, its permissions and the disk")


_SPACE = "free some space on the disk, or raise the limit, and run the command again"
_RIGHTS = "check who owns it and its permissions"
_REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "the disk is read-only: work in a copy that may be written",
    errno.ENOENT: "check the path, and whether another program removed it",
}


def complain(message: str, hint: str) -> None:
    """One sentence on stderr and, indented, the next thing to do."""
    click.echo(f"maestro: {message}", err=True)
    if hint:
        click.echo(f"    {hint}", err=True)


def our_fault(error: Exception) -> int:
    """Keep the traceback in a file and say how to report it."""
    import tempfile
    import traceback

    handle, path = tempfile.mkstemp(prefix="maestro-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(f"maestro {__version__}, python {sys.version}\n")
        traceback.print_exception(error, file=stream)
    complain(
        f"this is our fault: {type(error).__name__} in maestro {__version__}",
        f"please report it with the file {Path(path)} and what you typed",
    )
    return CANNOT
