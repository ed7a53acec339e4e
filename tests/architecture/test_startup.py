"""The speed promise: commands that only read load none of the heavy packages."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "git",
    "jinja2",
    "matplotlib",
    "mkdocs",
    "numpy",
    "optuna",
    "pandas",
    "scipy",
    "shap",
    "sklearn",
    "fsspec",
    "aiohttp",
}
SPY = """
import atexit, json, sys
def tell():
    loaded = sorted({name.partition('.')[0] for name in sys.modules})
    open(SPY_FILE, 'w').write(json.dumps(loaded))
atexit.register(tell)
import runpy
sys.argv = ['maestro', *ARGUMENTS]
runpy.run_module('maestro', run_name='__main__')
"""

RECORD = """\
version: 1.0.0
description: Counts the words of a text, for a first entry.
owner: core
source: {path: count.py}
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A catalog repository with one entry."""
    catalog = tmp_path / "library" / "catalog"
    (catalog / "feature_pipelines").mkdir(parents=True)
    (catalog / "settings.yaml").write_text("title: Small\nformat: 1\n")
    (catalog / "owners.yaml").write_text("teams:\n  core: {members: [ann]}\n")
    (catalog / "taxonomy.yaml").write_text("tags: {}\n")
    (catalog / "feature_pipelines" / "word-count.yaml").write_text(RECORD)
    (catalog.parent / "count.py").write_text("print(1)\n")
    return catalog.parent


def loaded_by(folder: Path, *arguments: str) -> tuple[int, str, set[str]]:
    """Exit code, output and the packages that a ``maestro`` command has loaded at its end."""
    spy = folder.parent / "loaded.json"
    code = f"SPY_FILE = {str(spy)!r}\nARGUMENTS = {list(arguments)!r}\n{SPY}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr, set(json.loads(spy.read_text()))


@pytest.mark.skipif(not importlib.util.find_spec("maestro.cli"), reason="no command line yet")
@pytest.mark.parametrize(
    "line",
    [
        ("--help",),
        ("check", "-C", "LIBRARY"),
        ("search", "words", "-C", "LIBRARY"),
        ("show", "word-count", "-C", "LIBRARY"),
    ],
    ids=lambda line: line[0],
)
def test_reading_commands_start_light(line: tuple[str, ...], library: Path) -> None:
    """``--help``, ``check``, ``search`` and ``show`` load no numbers, no git and no site."""
    arguments = [str(library) if word == "LIBRARY" else word for word in line]
    code, output, loaded = loaded_by(library, *arguments)
    assert code == 0, output
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_the_schema_starts_light() -> None:
    """``maestro.schema`` brings pydantic and nothing heavier."""
    code = "import sys, maestro.schema; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & (HEAVY | {"click", "rich", "yaml"}) == set()
