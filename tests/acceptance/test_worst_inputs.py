"""The worst that people type: one sentence, the right exit code, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A healthy library that is no git repository and has never been built."""
    write_tree(tmp_path / "library", HEALTHY)
    return tmp_path / "library"


WRONG_USE = {
    "no such command": ("serch", "x"),
    "no such option": ("check", "--stirct"),
    "no such format": ("check", "--format", "yaml"),
    "folder missing": ("check", "-C", "{root}/nowhere"),
    "file for folder": ("check", "-C", "{root}/catalog/settings.yaml"),
    "no catalog": ("check", "-C", "{root}/catalog"),
    "path missing": ("check", "-C", "{root}", "nowhere.yaml"),
    "path outside": ("check", "-C", "{root}", "/etc/hostname"),
    "nothing of that name": ("show", "-C", "{root}", "churn-featurs"),
    "name with control characters": ("show", "-C", "{root}", "a\x1b[31mb"),
    "no such entry to verify": ("verify", "-C", "{root}", "churn-featurs"),
    "no such kind": ("new", "-C", "{root}", "datasett", "abc"),
    "bad name": ("new", "-C", "{root}", "dataset", "../abc"),
    "name taken": ("new", "-C", "{root}", "dataset", "churn-features"),
    "nobody to ask": ("new", "-C", "{root}", "dataset", "new-data"),
    "not an empty folder": ("init", "{root}"),
    "team that is no name": ("init", "{root}/new", "--team", "A Team"),
    "too small a simulation": ("demo", "{root}/demo", "--projects", "3"),
    "port out of range": ("serve", "-C", "{root}", "--port", "70000"),
}


@pytest.mark.parametrize("name", WRONG_USE)
def test_wrong_use_is_one_sentence(name: str, library: Path, maestro) -> None:
    """Wrong use ends with exit code 2, one sentence and a hint, and writes nothing."""
    before = sorted(library.rglob("*"))
    answer = maestro(*(str(arg).format(root=library) for arg in WRONG_USE[name]))
    assert answer.code == 2, answer
    assert answer.out == ""
    lines = answer.err.splitlines()
    assert 1 <= len(lines) <= 2, answer.err
    assert lines[0].startswith("maestro: ")
    assert "Traceback" not in answer.err and "\x1b" not in answer.err
    assert sorted(path for path in library.rglob("*") if ".maestro" not in path.parts) == before


CANNOT = {
    "no repository for a base": ("check", "-C", "{root}", "--base", "main"),
    "no finished build": ("status", "-C", "{root}"),
    "nothing to store": ("store", "-C", "{root}", "{root}/data"),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_done_says_why(name: str, library: Path, maestro) -> None:
    """What Maestro cannot do ends with exit code 3, a sentence and the next thing to do."""
    answer = maestro(*(str(arg).format(root=library) for arg in CANNOT[name]))
    assert answer.code == 3, answer
    first, hint = answer.err.splitlines()
    assert re.match(r"maestro: [A-Z]\d{3}: ", first)
    assert hint.startswith("    ")


def test_a_setting_from_the_environment_is_judged(library: Path, maestro, monkeypatch) -> None:
    """An unknown or unusable MAESTRO_ variable is named with its place, and stops the command."""
    monkeypatch.setenv("MAESTRO_CURENCY", "USD")
    answer = maestro("settings", "-C", library)
    assert answer.code == 2 and "MAESTRO_CURENCY" in answer.err and "currency" in answer.err
    monkeypatch.delenv("MAESTRO_CURENCY")
    monkeypatch.setenv("MAESTRO_AS_OF", "yesterday")
    answer = maestro("settings", "-C", library)
    assert answer.code == 2 and "as_of from the environment" in answer.err


def test_a_currency_from_the_environment_must_fit_the_settings(
    library: Path, maestro, monkeypatch
) -> None:
    """A part of success that counts facts in euros cannot be fed with dollars: wrong use."""
    settings = library / "catalog" / "settings.yaml"
    part = "{weight: 1, worst: 9, best: 1, unit: EUR, facts: compute_cost}"
    settings.write_text(f"{settings.read_text()}success:\n  parts:\n    bill: {part}\n")
    assert maestro("settings", "-C", library).code == 0
    monkeypatch.setenv("MAESTRO_CURRENCY", "USD")
    answer = maestro("settings", "-C", library)
    assert answer.code == 2 and 'part bill counts "EUR", prices are in USD' in answer.err


def test_settings_say_where_they_come_from(library: Path, maestro, monkeypatch) -> None:
    """A flag or variable wins over the file, the file over the default; each names its source."""
    monkeypatch.setenv("MAESTRO_CURRENCY", "USD")
    rows = json.loads(maestro("settings", "-C", library, "--format", "json").out)
    sources = {row["name"]: (row["value"], row["source"]) for row in rows}
    assert sources["currency"] == ("USD", "environment")
    assert sources["license"] == ("MIT", "catalog/settings.yaml")
    assert sources["branch"] == ("main", "default")


def test_our_own_fault_says_how_to_report_it(library: Path, maestro, monkeypatch) -> None:
    """A bug of ours is exit code 3 with a sentence and a file, not a traceback on the terminal."""
    import maestro.pipeline as pipeline

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("deliberate")

    monkeypatch.setattr(pipeline, "check", broken)
    answer = maestro("check", "-C", library)
    assert answer.code == 3
    assert "this is our fault" in answer.err and "Traceback" not in answer.err
    path = Path(re.search(r"with the file (\S+)", answer.err).group(1))
    assert "RuntimeError: deliberate" in path.read_text(encoding="utf-8")
    path.unlink()


def test_a_reader_that_leaves_is_no_fault(library: Path) -> None:
    """``maestro ... | head -1`` ends quietly."""
    done = subprocess.run(
        f"{sys.executable} -m maestro settings -C {library} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("setting")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_library_can_be_checked(library: Path, maestro) -> None:
    """Without permission to write, a check is slower and nothing else."""
    library.chmod(0o555)
    try:
        assert maestro("check", "-C", library).code == 0
    finally:
        library.chmod(0o755)


@pytest.mark.parametrize("name", ["", "check", "build", "new", "search"])
def test_help_is_an_answer(name: str, maestro) -> None:
    """``--help`` is on stdout, exit code 0, and ends with an example."""
    answer = maestro(*([name] if name else []), "--help")
    assert answer.code == 0 and answer.err == ""
    assert "Example:" in answer.out or not name
