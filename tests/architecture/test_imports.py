"""The import plan of the house."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import rules
from .imports import offences

PACKAGE = Path(__file__).parents[2] / "maestro"

FAULTS = {
    "top level": ("catalog/a.py", "import maestro.mining.git\n", 1, "mining"),
    "from": ("catalog/a.py", "x = 1\nfrom maestro.learning import table\n", 2, "learning"),
    "from the root": ("learning/a.py", "from maestro import catalog\n", 1, "catalog"),
    "aliased": ("lab/a.py", "import maestro.publishing.text as t\n", 1, "publishing"),
    "inside a function": (
        "governance/a.py",
        "def f():\n    if True:\n        from maestro.repository import log\n",
        3,
        "repository",
    ),
    "in a method in a class": (
        "schema/a.py",
        "class A:\n    def f(self):\n        import maestro.settings\n",
        3,
        "settings",
    ),
    "relative": ("mining/ci/a.py", "from ...learning.table import build\n", 1, "learning"),
    "relative, bare": ("mining/a.py", "from .. import catalog\n", 1, "catalog"),
    "relative, in a package": ("lab/__init__.py", "from ..engine import cache\n", 1, "engine"),
    "type checking": (
        "publishing/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import maestro.lab.x as y\n",
        3,
        "lab",
    ),
    "importlib": (
        "engine/a.py",
        'import importlib\n\nimportlib.import_module("maestro.schema")\n',
        3,
        "schema",
    ),
    "importlib, aliased": (
        "engine/a.py",
        'from importlib import import_module as bring\nm = bring("maestro.schema.base")\n',
        2,
        "schema",
    ),
    "importlib, by another name": (
        "engine/a.py",
        'import importlib as i\nbring = i.import_module\nbring("maestro.schema")\n',
        3,
        "schema",
    ),
    "importlib, relative": (
        "engine/a.py",
        'import importlib\nimportlib.import_module("..lab", package="maestro.engine")\n',
        2,
        "lab",
    ),
    "dunder import": ("errors.py", 'def f():\n    return __import__("maestro.cli")\n', 2, "cli"),
    "resolve_name": (
        "errors.py",
        'import pkgutil\npkgutil.resolve_name("maestro.catalog.load:load_catalog")\n',
        2,
        "catalog",
    ),
    "computed": ("lab/a.py", 'n = "x"\n__import__("maestro." + n)\n', 2, "computed at run time"),
    "third party": ("catalog/a.py", "import json\nimport pandas as pd\n", 2, "pandas"),
    "third party, deep": (
        "mining/a.py",
        "def f():\n    from sklearn.linear_model import Ridge\n",
        2,
        "sklearn",
    ),
    "at home in one file only": ("mining/git.py", "import httpx\n", 1, "httpx"),
    "not shared": ("catalog/a.py", "from pydantic import BaseModel\n", 1, "pydantic"),
    "unknown third party": ("catalog/a.py", "import left_pad\n", 1, "left_pad has no home"),
    "unknown part": ("attic/a.py", "import maestro.errors\n", 1, "attic has no row"),
    "up to the joiner": ("catalog/a.py", "from maestro.pipeline import check\n", 1, "pipeline"),
    "joiner to exchange": ("pipeline.py", "import maestro.exchange.mlflow\n", 1, "exchange"),
    "client": ("client.py", "from maestro.errors import MaestroError\n", 1, "errors"),
}

FINE = {
    "catalog/a.py": "from maestro.errors import Problem\nfrom ..schema import Artifact\n"
    "from . import b\nfrom maestro import __version__\nimport json, packaging.licenses\n",
    "catalog/b.py": "from pydantic import ValidationError\n",
    "mining/http.py": "import httpx\n",
    "learning/a.py": "import numpy as np\nfrom scipy import stats\n",
    "engine/executors.py": "from concurrent.futures import ProcessPoolExecutor\n",
    "cli/main.py": "import importlib, click\nname = 'x'\n"
    "importlib.import_module(f'maestro.cli.{name}')\nimport maestro.exchange.x\n",
    "__main__.py": "from maestro.cli.main import run\n",
}


def plant(folder: Path, files: dict[str, str]) -> Path:
    """A package called maestro with these files."""
    for name, text in files.items():
        path = folder / "maestro" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "maestro"


def test_every_import_follows_the_plan() -> None:
    """No file imports a part or a package that its part may not import."""
    assert not offences(PACKAGE), "\n" + "\n".join(offences(PACKAGE))


@pytest.mark.parametrize("name", FAULTS)
def test_a_forbidden_import_is_named_with_file_and_line(name: str, tmp_path: Path) -> None:
    """An import that the plan forbids is found wherever it hides, at its file and line."""
    path, text, line, word = FAULTS[name]
    found = offences(plant(tmp_path, {**FINE, path: text}))
    assert len(found) == 1
    assert found[0].startswith(f"maestro/{path}:{line}: ")
    assert word in found[0]


def test_allowed_imports_pass(tmp_path: Path) -> None:
    """What the plan allows is no offence."""
    assert offences(plant(tmp_path, FINE)) == []


def test_every_part_has_a_row() -> None:
    """Each file and folder of the package stands in the table."""
    parts = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py")))
    }
    assert parts <= set(rules.MAY_IMPORT)


def test_neighbours_never_import_each_other() -> None:
    """Catalog, mining, learning, lab and governance know nothing of each other."""
    neighbours = {"catalog", "mining", "learning", "lab", "governance"}
    for one in neighbours:
        assert not neighbours & set(rules.MAY_IMPORT[one])


def test_the_table_has_no_circle() -> None:
    """Following the table never leads back to where it started."""

    def reach(part: str, seen: frozenset[str]) -> None:
        assert part not in seen, f"circle through {part}"
        for other in rules.MAY_IMPORT[part]:
            reach(other, seen | {part})

    for part in rules.MAY_IMPORT:
        reach(part, frozenset())
