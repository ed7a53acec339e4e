"""Size, shape and manners of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "maestro"
FILE_LINES = 400
FUNCTION_LINES = 60

MANNERS = {
    "sys.exit",
    "sys.stdout",
    "sys.stderr",
    "sys.argv",
    "os.environ",
    "os.environb",
    "os.getenv",
    "os._exit",
    "print",
    "input",
    "exit",
    "quit",
    "SystemExit",
}
"""What only the command line may do: print, ask, leave, and look at how it was called."""


TEMPLATE = PACKAGE / "catalog" / "template"
"""What init copies into a new library: programs of that library, not of this package."""


def files(*folders: str) -> list[Path]:
    """The Python files below these folders of the repository, the template's left out."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not path.is_relative_to(TEMPLATE))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def public(tree: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Functions, classes and their methods that a reader of the package may call."""
    for node in tree.body:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def bad_manners(text: str) -> list[tuple[int, str]]:
    """Line and name of all that only the command line may do."""
    tree = ast.parse(text)
    full = {}  # local name to the name it stands for
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            full |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            full |= {a.asname: a.name for a in node.names if a.asname}
    found = []
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{full.get(node.value.id, node.value.id)}.{node.attr}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            name = full.get(node.id, node.id)
        if name in MANNERS:
            found.append((node.lineno, name))
    return sorted(set(found))


def test_nothing_below_the_command_line_prints_exits_or_reads_the_environment() -> None:
    """Only ``maestro/cli`` talks to people, leaves the process or looks at its environment."""
    bad = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files("maestro")
        if path.relative_to(PACKAGE).parts[0] != "cli"
        for line, name in bad_manners(path.read_text("utf-8"))
    ]
    assert not bad, "\n" + "\n".join(bad)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\nprint(x)\n", 2),
        ("import sys\nsys.exit(1)\n", 2),
        ("import os as o\n\no.environ['A']\n", 3),
        ("from os import getenv as look\nlook('A')\n", 2),
        ("from sys import exit\ndef f():\n    exit(3)\n", 3),
        ("def f():\n    raise SystemExit(3)\n", 2),
        ("import sys\nsys.stderr.write('x')\n", 2),
    ],
)
def test_bad_manners_are_found_at_their_line(text: str, line: int) -> None:
    """Printing, leaving and reading the environment are found under any name."""
    assert [found for found, _ in bad_manners(text)] == [line]


def test_good_manners_are_left_alone() -> None:
    """Names that only look similar are no offence."""
    text = "import os, sys\nos.replace('a', 'b')\nsys.version_info\nlog.print\nprintable = 1\n"
    assert bad_manners(text) == []


def test_no_file_is_too_long() -> None:
    """A file has one subject and at most 400 lines."""
    bad = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in files("maestro", "tests", "components", ".github")
        if (lines := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    ]
    assert not bad, "\n" + "\n".join(bad)


def test_no_function_is_too_long() -> None:
    """A function has at most 60 lines, its decorators and docstring counted."""
    bad = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines"
        for path in files("maestro", "tests", "components", ".github")
        for node in functions(ast.parse(path.read_text("utf-8")))
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not bad, "\n" + "\n".join(bad)


def test_everything_public_has_a_docstring() -> None:
    """Each module, class and function that others may use says in a sentence what is true of it."""
    bad = []
    for path in files("maestro", "components"):
        tree = ast.parse(path.read_text("utf-8"))
        if tree.body and not ast.get_docstring(tree):
            bad.append(f"{path.relative_to(ROOT)}:1: the module")
        bad += [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
            for node in public(tree)
            if not ast.get_docstring(node)
        ]
    assert not bad, "\n" + "\n".join(bad)


def test_every_test_states_its_promise() -> None:
    """Each test has a docstring: the sentence that it holds."""
    bad = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in files("tests")
        for node in functions(ast.parse(path.read_text("utf-8")))
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not bad, "\n" + "\n".join(bad)
