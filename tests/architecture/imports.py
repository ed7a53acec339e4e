"""Reads the imports of a package, wherever they hide, and holds them against the rules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import rules

LOADERS = {"import_module", "__import__", "run_module", "resolve_name"}
"""Functions that import what their first argument names."""
COMPUTED = "a name computed at run time"


@dataclass(frozen=True)
class Found:
    """One import: its line and the dotted name of what it brings."""

    line: int
    target: str


def imports_of(text: str, module: str, is_package: bool) -> Iterator[Found]:
    """Every import in ``text``: in functions, under TYPE_CHECKING, relative, by function call."""
    tree = ast.parse(text)
    package = module if is_package else module.rpartition(".")[0]
    loaders = _loader_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Found(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute("." * node.level + (node.module or ""), package)
            yield from (Found(node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _function(node.func) in loaders:
            yield Found(node.lineno, _called(node, package))


def _loader_names(tree: ast.AST) -> set[str]:
    """The loaders under every name that this file gives them."""
    names = set(LOADERS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname for a in node.names if a.asname and a.name in LOADERS}
        elif isinstance(node, ast.Assign) and _function(node.value) in LOADERS:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _function(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _called(node: ast.Call, package: str) -> str:
    """What a call of a loader imports."""
    words = {keyword.arg: keyword.value for keyword in node.keywords}
    first = node.args[0] if node.args else words.get("name")
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return COMPUTED
    anchor = node.args[1] if len(node.args) > 1 else words.get("package")
    if isinstance(anchor, ast.Constant) and isinstance(anchor.value, str):
        package = anchor.value
    return _absolute(first.value.replace(":", "."), package)


def _absolute(name: str, package: str) -> str:
    """``name`` with its leading dots resolved against ``package``."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if not level:
        return name
    base = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*base, bare] if bare else base)


def offences(root: Path, top: str = "maestro") -> list[str]:
    """``file:line: what is wrong`` for every import below ``root`` that the rules forbid."""
    bad = []
    for path in sorted(root.rglob("*.py")):
        inner = path.relative_to(root).with_suffix("").parts
        is_package = inner[-1] == "__init__"
        inner = inner[:-1] if is_package else inner
        module = ".".join([top, *inner])
        me = ".".join(inner) or "__init__"
        for found in imports_of(path.read_text("utf-8"), module, is_package):
            if wrong := _judge(found.target, me, top):
                bad.append((path.relative_to(root.parent).as_posix(), found.line, wrong))
    return [f"{path}:{line}: {wrong}" for path, line, wrong in sorted(set(bad))]


def _judge(target: str, me: str, top: str) -> str:
    """What is wrong with module ``me`` importing ``target``; empty when nothing is."""
    part = me.partition(".")[0]
    if target == COMPUTED:
        return "" if part in rules.COMPUTED else f"{part} imports {COMPUTED}"
    package, _, rest = target.partition(".")
    if package == top:
        return _judge_own(rest.partition(".")[0], part)
    if package in rules.HOMES:
        at_home = any(me == home or me.startswith(home + ".") for home in rules.HOMES[package])
        shared = rest in rules.SHARED.get(package, ())
        return "" if at_home or shared else f"{part} may not import {package}"
    free = package in sys.stdlib_module_names
    return "" if free else f"{package} has no home in tests/architecture/rules.py"


def _judge_own(other: str, part: str, table: Mapping[str, tuple[str, ...]] | None = None) -> str:
    table = table or rules.MAY_IMPORT
    if part not in table:
        return f"{part} has no row in tests/architecture/rules.py"
    if other in ("", "__version__", part) or other in table[part]:
        return ""
    return f"{part} may not import {other}"
