"""The starter: what it says where it cannot work, when it sets up, and what it then becomes."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = '[build-system]\nrequires = ["hatchling"]\n'


class Machine:
    """A copy of the starter in a folder of its own, where nothing is really run."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        shutil.copy(ROOT / "start.py", folder)
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "constraints.txt").write_text("click==8.5.1\n")
        self.folder = folder
        self.venv = folder / ".venv"
        self.steps: list[list[str]] = []
        self.became: list[str] = []
        self.at = ""
        self.die_at = ""
        self.module = self._load()
        monkeypatch.setattr(self.module.subprocess, "call", self._call)
        monkeypatch.setattr(self.module.os, "execv", self._become)
        monkeypatch.setattr(self.module.os, "chdir", self._enter)

    def _load(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("starter", self.folder / "start.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def _call(self, command: list[str], **_: object) -> int:
        self.steps.append([str(word) for word in command])
        if "venv" in command:
            (self.venv / "bin").mkdir(parents=True, exist_ok=True)
            (self.venv / "bin" / "python").write_text("python")
        if self.die_at and self.die_at in command:
            raise KeyboardInterrupt
        return 0

    def _become(self, _: str, line: list[str]) -> None:
        self.became = line

    def _enter(self, folder: str) -> None:
        self.at = folder

    def run(self, *arguments: str) -> list[str]:
        """Start with these arguments; the words of the command that it became."""
        self.steps = []
        self.module.main(list(arguments))
        return self.became[1:]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A fresh clone, with the caller in another folder."""
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path / "clone", monkeypatch)


def test_old_pythons_can_read_it() -> None:
    """No syntax that Python 2.7 or 3.6 would stumble over, so that they can say what is missing."""
    text = (ROOT / "start.py").read_text("ascii")
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match))
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            assert node.returns is None
            assert not arguments.kwonlyargs and not arguments.posonlyargs
            assert all(argument.annotation is None for argument in arguments.args)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            assert not any(isinstance(item, ast.Starred) for item in node.elts)
        if isinstance(node, ast.Raise):
            assert node.cause is None


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.10"])
def test_an_old_python_is_told_how_to_get_a_newer_one(
    version: str, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Before 3.11 it stops with what is there, what is needed and how to get it."""
    parts = tuple(int(part) for part in version.split("."))
    fake = SimpleNamespace(
        version_info=(*parts, 1), executable="old", stderr=sys.stderr, exit=sys.exit
    )
    monkeypatch.setattr(machine.module, "sys", fake)
    with pytest.raises(SystemExit) as stop:
        machine.run("build")
    said = capsys.readouterr().err
    assert stop.value.code == 3
    assert "needs Python 3.11 or later" in said and f"this is {version}" in said
    assert "apt install" in said and not machine.steps


def test_a_missing_venv_module_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Where the system keeps ensurepip in a package of its own, that package is named."""
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit) as stop:
        machine.run("build")
    assert stop.value.code == 3
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}-venv" in capsys.readouterr().err


def test_nothing_to_do_is_wrong_use(machine: Machine) -> None:
    """Without arguments it says what it can do and leaves with 2."""
    with pytest.raises(SystemExit) as stop:
        machine.run()
    assert stop.value.code == 2


def test_the_first_run_sets_up_with_pinned_versions(machine: Machine) -> None:
    """The environment is made once, every install is held to constraints.txt."""
    machine.run("build")
    assert machine.steps[0][1:3] == ["-m", "venv"]
    installs = machine.steps[1:]
    assert all(str(machine.folder / "constraints.txt") in step for step in installs)
    assert installs[-1][-2:] == ["--editable", str(machine.folder)]
    machine.run("build")
    assert machine.steps == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_versions_set_up_again(name: str, machine: Machine) -> None:
    """A change of what is pinned makes a new environment, and leaves nothing of the old one."""
    machine.run("build")
    (machine.venv / "stale").write_text("left over")
    path = machine.folder / name
    path.write_text(path.read_text() + "# changed\n")
    machine.run("build")
    assert len(machine.steps) == 3
    assert not (machine.venv / "stale").exists()


def test_tests_add_their_packages_to_the_same_environment(machine: Machine) -> None:
    """``test`` after ``build`` only adds what tests need; ``build`` after that adds nothing."""
    machine.run("build")
    machine.run("test")
    assert len(machine.steps) == 1
    assert machine.steps[0][-1] == f"{machine.folder}[test,lint]"
    machine.run("build")
    assert machine.steps == []


@pytest.mark.parametrize("step", ["venv", "hatchling", "--editable"])
def test_a_half_made_environment_is_made_again(step: str, machine: Machine) -> None:
    """A set-up that was stopped anywhere is started over by the next run."""
    machine.die_at = step
    with pytest.raises(KeyboardInterrupt):
        machine.run("build")
    (machine.venv / "half").write_text("half")
    machine.die_at = ""
    machine.run("build")
    assert len(machine.steps) == 3
    assert not (machine.venv / "half").exists()


def test_a_missing_python_in_the_environment_is_repaired(machine: Machine) -> None:
    """An environment whose Python is gone is made again."""
    machine.run("build")
    (machine.venv / "bin" / "python").unlink()
    machine.run("build")
    assert len(machine.steps) == 3


def test_somebodys_own_environment_is_not_emptied(machine: Machine) -> None:
    """A ``.venv`` that it did not make keeps its files."""
    machine.venv.mkdir()
    (machine.venv / "mine").write_text("mine")
    machine.run("build")
    assert (machine.venv / "mine").read_text() == "mine"


def test_a_failed_step_stops_with_one_sentence(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """When pip fails, the exit code is 3 and the last line says what to do."""
    monkeypatch.setattr(machine.module.subprocess, "call", lambda *_, **__: 1)
    with pytest.raises(SystemExit) as stop:
        machine.run("build")
    assert stop.value.code == 3
    assert capsys.readouterr().err.splitlines()[-1].startswith("start.py: the set-up failed")
    assert machine.became == []


def test_build_works_on_this_repository_from_anywhere(machine: Machine) -> None:
    """Called from another folder, ``build`` still builds the starter's own library."""
    assert machine.run("build") == ["-m", "maestro", "build", "-C", str(machine.folder)]
    assert machine.run("build", "-C", "x") == ["-m", "maestro", "build", "-C", "x"]


def test_tests_run_in_parallel_unless_told_otherwise(machine: Machine) -> None:
    """Plain ``test`` uses two workers; with arguments, pytest gets just these."""
    assert machine.run("test") == ["-m", "pytest", "-n", "2", "--dist", "loadfile"]
    assert machine.at == str(machine.folder)
    assert machine.run("test", "-k", "x") == ["-m", "pytest", "-k", "x"]


def test_any_other_command_is_passed_through(machine: Machine) -> None:
    """Everything else is the maestro command, in the folder where it was called."""
    assert machine.run("check", "--format", "json") == [
        "-m",
        "maestro",
        "check",
        "--format",
        "json",
    ]
    assert machine.at == str(Path.cwd())


def test_ci_calls_the_same_command() -> None:
    """``.ci/run`` is a valid script whose last act is the README's test command."""
    script = ROOT / ".ci" / "run"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert script.read_text().rstrip().splitlines()[-1] == (
        'exec "${PYTHON:-python3}" start.py test "$@"'
    )
    assert script.stat().st_mode & 0o111
