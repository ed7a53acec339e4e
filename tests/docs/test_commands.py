"""Pages show commands and options that exist, and every command is shown somewhere."""

from __future__ import annotations

import re

import click
import pytest

from maestro.cli.main import COMMANDS, cli

from .pages import GUIDES, NAMES, commands, prose_of, shell_lines, text_of

SHOWN = [(page, place, line) for page in NAMES for place, line in shell_lines(page)]


def find_command(name: str) -> click.Command:
    """The command of that name."""
    command = cli.get_command(click.Context(cli, info_name="maestro"), name)
    assert command is not None, f'maestro has no command "{name}"'
    return command


def inner_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, that of a group too, and the words behind its name."""
    command, rest = find_command(words[0]), list(words[1:])
    while isinstance(command, click.Group) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    return command, rest


def assert_usable(words: list[str]) -> None:
    """Fail unless ``maestro`` would take these words; nothing is run."""
    assert words, "maestro without a command"
    command, rest = inner_command(words)
    ctx = click.Context(command, info_name=words[0])
    options, left, _ = command.make_parser(ctx).parse_args(rest)
    assert not left, f"{words[0]} takes no further words: {left}"
    for parameter in command.get_params(ctx):
        value = options.get(parameter.name)
        if parameter.name in options and isinstance(value, str | tuple):
            given = value if isinstance(value, tuple) else (value,)
            for item in given:
                if isinstance(parameter.type, click.Choice | click.IntRange):
                    parameter.type.convert(item, parameter, ctx)
        elif isinstance(parameter, click.Argument) and parameter.required:
            raise AssertionError(f"{words[0]} needs {parameter.human_readable_name}")


def maestro_words(line: str) -> list[list[str]]:
    """What stands behind ``maestro``, or ``start.py``, in each command of a line."""
    found = []
    for words in commands(line):
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words[:1] == ["maestro"]:
            found.append(words[1:])
        elif words[:2] == ["python3", "start.py"] and words[2:3] != ["test"]:
            found.append(words[2:])
    return found


def test_pages_show_commands() -> None:
    """The search for command lines finds some: without them the tests below say nothing."""
    pages = {page for page, _, line in SHOWN if maestro_words(line)}
    assert {"README.md", "site/guides/start.md", "site/guides/run-it.md"} <= pages


@pytest.mark.parametrize(("page", "place", "line"), SHOWN, ids=[place for _, place, _ in SHOWN])
def test_shown_commands_can_be_used(page: str, place: str, line: str) -> None:
    """Every command line of a page names a command, options and choices that exist."""
    for words in maestro_words(line):
        try:
            assert_usable(words)
        except click.UsageError as error:
            pytest.fail(f"{place}: {line}: {error.format_message()}")


@pytest.mark.parametrize("page", NAMES)
def test_commands_in_sentences_exist(page: str) -> None:
    """A command that a sentence names, in code, is one, with options that exist."""
    for span in re.findall(r"`(maestro [^`]*)`", prose_of(page)):
        command, rest = inner_command(span.split()[1:])
        known = {word for option in command.params for word in option.opts}
        unknown = [word for word in rest if word.startswith("-") and word not in known]
        assert not unknown, f"{page}: `{span}`: {unknown}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    """README or guides mention every command, and its help ends with an example of itself."""
    pages = [*GUIDES.glob("*.md"), GUIDES.parents[1] / "README.md"]
    assert any(f"maestro {name}" in page.read_text(encoding="utf-8") for page in pages)
    epilog = find_command(name).epilog or ""
    assert epilog.startswith("Example: ") and f"maestro {name}" in epilog


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_in_help_can_be_used(name: str) -> None:
    """The example in a command's help is one that the command takes."""
    example = (find_command(name).epilog or "").removeprefix("Example: ").partition(", or ")[0]
    found = maestro_words(example.replace(">> ~/.bashrc", ""))
    assert found
    for words in found:
        assert_usable(words)


def test_the_readme_lists_every_command() -> None:
    """The README's table of commands leaves none out."""
    table = [line for line in text_of("README.md").splitlines() if line.startswith("| `maestro")]
    listed = set(re.findall(r"`maestro (\w+)`", "\n".join(table)))
    assert listed == set(COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ["chek"],
        ["check", "--stric"],
        ["check", "--format", "yaml"],
        ["serve", "--port", "100000"],
        ["show"],
        ["show", "one", "two"],
    ],
    ids=" ".join,
)
def test_wrong_commands_would_be_noticed(words: list[str]) -> None:
    """A page with a wrong command, option, choice, number or argument would fail."""
    with pytest.raises((AssertionError, click.UsageError)):
        assert_usable(words)
