"""The command that shows what was understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maestro.cli.main import guarded
from maestro.schema.facts import columns

from .payloads import job, run


def test_json_shows_every_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--format json`` is one document of facts, unknown fields and refusals."""
    (tmp_path / "a.json").write_text(json.dumps([run(mood=1), job()]))
    (tmp_path / "b.xml").write_text("<!DOCTYPE x><testsuite/>")
    assert guarded(["ci", "read", str(tmp_path), "--format", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["facts", "unknown", "refused"]
    assert list(answer["facts"]["run"][0]) == list(columns("run"))
    assert answer["facts"]["job"][0]["labels"] == ["ubuntu-latest", "gpu"]
    assert answer["unknown"] == {"workflow_run.mood": 1}
    (refusal,) = answer["refused"]
    assert (refusal["code"], refusal["where"]) == ("doctype", "")
    assert refusal["path"].endswith("b.xml")


def test_text_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text answer shows times as dates, masks commands of CI logs and counts the rest."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps([run(id=n, name="::error::x\x1b[2J") for n in range(1, 31)]))
    assert guarded(["ci", "read", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("30 runs\n")
    assert "2024-03-01T11:00:00Z" in said.out
    assert "and 10 more" in said.out
    assert "::" not in said.out and "\x1b" not in said.out
    assert said.err == "1 file: 30 runs\n"


def test_files_that_are_no_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other files beside CI records are named and no fault; alone they are one."""
    (tmp_path / "notes.txt").write_text("hello")
    assert guarded(["ci", "read", str(tmp_path)]) == 1
    (tmp_path / "a.json").write_text(json.dumps(run()))
    assert guarded(["ci", "read", str(tmp_path)]) == 0
    assert "notes.txt: text that is no CI record" in capsys.readouterr().out


def test_a_map_of_headings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--column`` and ``--kind`` read a table whose headings nobody knows."""
    path = tmp_path / "a.csv"
    path.write_text("Nr,Ende\n5,2024-03-01T10:00:00Z\n")
    options = ["--kind", "run", "--column", "id=Nr", "--column", "finished=Ende"]
    assert guarded(["ci", "read", str(path), *options, "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["facts"]["run"]
    assert (found["id"], found["finished"]) == ("5", 1709287200)


@pytest.mark.parametrize(
    "words",
    [
        ["ci", "read"],
        ["ci", "read", "no-such-file.json"],
        ["ci", "read", ".", "--column", "id"],
        ["ci", "read", ".", "--column", "mood=x"],
        ["ci", "reed", "."],
    ],
    ids=" ".join,
)
def test_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong words are one sentence and exit code 2."""
    assert guarded(words) == 2
    assert capsys.readouterr().err.startswith("maestro: ")
