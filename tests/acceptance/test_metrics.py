"""``maestro metrics``: any repository without a catalog, and the last build's figures."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.figures import COLUMNS, FILE_COLUMNS
from tests.unit.mining.making import DAY, MONDAY, Git
from tests.unit.mining.serving import Server, serving

from .cases import HEALTHY, write_tree

WEEK = 7 * DAY
ASKED = ("--from", "2025-08-18", "--to", "2025-09-17")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Four weeks from 18 August 2025: 2, 0, 1 and 3 commits by two people, a bot, two folders."""
    git = Git(tmp_path / "work")
    start = MONDAY - 4 * WEEK
    git.commit({"src/a": "1\n" * 10}, start)
    git.commit({"docs/b": "1\n" * 5}, start + DAY, email="bo@x")
    git.commit({"src/a": "1\n" * 12}, start + 2 * WEEK)
    for number in range(3):
        git.commit({"src/a": "1\n" * (13 + number)}, start + 3 * WEEK + number * DAY)
    git.commit({"src/a": "1\n"}, start + 3 * WEEK + 4 * DAY, name="dep[bot]")
    git.commit({"src/new": "1\n"}, MONDAY + DAY)
    return git


def figures(answer: Any) -> dict[str, dict[str, Any]]:
    """Figures of a JSON answer by name."""
    assert answer.code == 0, answer.err
    return {row["name"]: row for row in json.loads(answer.out)["figures"]}


def test_a_repository_without_a_catalog(git: Git, maestro: Callable[..., Any]) -> None:
    """13 full weeks before HEAD's commit: six commits by two people, and what was looked at."""
    answer = maestro("metrics", "--repo", git.folder, "--format", "json")
    said = json.loads(answer.out)
    assert {key: said[key] for key in ("format", "from", "to", "full_weeks", "as_of")} == {
        "format": 1,
        "from": "2025-06-16",
        "to": "2025-09-15",
        "full_weeks": 13,
        "as_of": "2025-09-16T00:00:00Z",
    }
    assert said["commit"] == git("rev-parse", "HEAD")
    found = figures(answer)
    # The history begins on Monday 2025-08-18: four full weeks up to the window's end.
    assert found["commits_per_week"]["value"] == 6 / 4
    assert found["commits_per_week"]["from"] == "2025-08-18"
    assert found["unique_contributors"]["value"] == 2
    assert set(found["velocity"]) == {*COLUMNS, "series"}


def test_a_named_window_averages_over_its_full_weeks(git: Git, maestro: Callable[..., Any]) -> None:
    """From Tuesday to Tuesday: two full weeks for averages, all days for totals, halves drawn."""
    asked = ("--from", "2025-08-19", "--to", "2025-09-09", "--format", "json")
    found = figures(maestro("metrics", "--repo", git.folder, *asked))
    week = found["commits_per_week"]
    assert (week["value"], week["n"]) == (0.5, 1)
    assert (week["from"], week["to"]) == ("2025-08-25", "2025-09-08")
    assert week["series"] == [["2025-W34", 1], ["2025-W35", 0], ["2025-W36", 1], ["2025-W37", 1]]
    assert any("half weeks" in note for note in week["quality"])
    churn = found["churn_lines"]
    assert (churn["value"], churn["n"]) == (5 + 2 + 1, 3)
    assert (churn["from"], churn["to"]) == ("2025-08-19", "2025-09-09")
    assert found["unique_contributors"]["value"] == 2
    assert found["landed_churn_lines"]["value"] == 8
    assert found["text_lines"]["value"] == 18
    assert found["velocity"]["value"] == 0.5


def test_a_window_without_a_full_week_has_no_averages(
    git: Git, maestro: Callable[..., Any]
) -> None:
    """Totals are there, averages are missing with the reason."""
    asked = ("--from", "2025-09-09", "--to", "2025-09-11", "--format", "json")
    found = figures(maestro("metrics", "--repo", git.folder, *asked))
    assert found["churn_lines"]["value"] == 2
    for name in ("commits_per_week", "active_weeks", "code_churn_rate", "velocity"):
        assert found[name]["value"] is None
        assert any("no full week" in note for note in found[name]["quality"]), name


def test_the_window_never_reaches_past_now(git: Git, maestro: Callable[..., Any]) -> None:
    """A last day in the future is cut to the day of HEAD's commit: no empty weeks are counted."""
    asked = ("--from", "2025-08-18", "--to", "2030-01-01", "--format", "json")
    answer = maestro("metrics", "--repo", git.folder, *asked)
    said = json.loads(answer.out)
    assert (said["to"], said["full_weeks"]) == ("2025-09-17", 4)
    assert any("--to 2030-01-01 is after that" in note for note in said["notes"])
    files = json.loads(maestro("metrics", "--repo", git.folder, "--files", *asked).out)
    assert (files["to"], files["notes"]) == (said["to"], said["notes"])
    assert figures(answer)["commits_per_week"]["value"] == 6 / 4
    until = figures(maestro("metrics", "--repo", git.folder, *asked[2:3], "2025-09-15", *asked[4:]))
    assert until["commits_per_week"]["value"] == pytest.approx(6 / 13, abs=1e-6)


def test_patterns_and_folders_narrow_it(git: Git, maestro: Callable[..., Any]) -> None:
    """A pattern, and a folder that is named alone, count what lies in them."""
    docs = figures(
        maestro("metrics", "--repo", git.folder, "--path", "docs/**", "--format", "json")
    )
    assert docs["churn_lines"]["value"] == 5
    for same in ("docs", "docs/", "docs/b"):
        asked = ("--path", same, "--format", "json")
        assert figures(maestro("metrics", "--repo", git.folder, *asked)) == docs
    assert docs["text_lines"]["n"] == 1
    folder = git.folder / "docs"
    assert figures(maestro("metrics", "--repo", folder, "--format", "json"))["churn_lines"] | {
        "project": ""
    } == docs["churn_lines"] | {"project": ""}


def test_text_says_each_note_once(git: Git, maestro: Callable[..., Any]) -> None:
    """Value, unit, n, window and as-of stand in the text; notes and reasons stand once."""
    answer = maestro("metrics", "--repo", git.folder)
    lines = answer.out.splitlines()
    assert "window 2025-06-16 to 2025-09-15" in lines[1]
    (week,) = (line for line in lines if line.split()[:1] == ["commits_per_week"])
    assert week.split()[:5] == ["commits_per_week", "1.5", "commits/week", "n", "6;"]
    assert sum("1 commit by automata" in line for line in lines) == 1
    later = maestro("metrics", "--repo", git.folder, "--from", "2025-09-15", "--format", "json")
    found = figures(later)
    assert not any("automata" in note for note in found["churn_lines"]["quality"])
    assert "1 commit by automata left out" in found["all_contributors"]["quality"]
    assert any(line.startswith("  no number: no tag names a version") for line in lines)
    assert "HEAD's commit" in lines[-1]


def test_csv_has_stable_columns(git: Git, maestro: Callable[..., Any]) -> None:
    """One row a figure; a folder that looks like a formula is no formula."""
    git.commit({"=cmd()/x": "1\n" * 50}, MONDAY + DAY)
    answer = maestro("metrics", "--repo", git.folder, "--format", "csv", *ASKED)
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert tuple(rows[0]) == COLUMNS
    assert {row["name"]: row["value"] for row in rows}["unique_contributors"] == "2"
    assert "'=cmd()/" in {row["slice"] for row in rows}


def test_hostile_names_cannot_drive_a_terminal(git: Git, maestro: Callable[..., Any]) -> None:
    """Escape sequences in paths are shown, not sent."""
    git.commit({"\x1b[31mred/x": "1\n" * 50}, MONDAY + DAY)
    for format_ in ("text", "csv"):
        for more in (ASKED, (*ASKED, "--files")):
            answer = maestro("metrics", "--repo", git.folder, "--format", format_, *more)
            assert "\x1b" not in answer.out
            assert "\\x1b[31mred/" in answer.out


def test_process_metrics_of_files(git: Git, maestro: Callable[..., Any]) -> None:
    """One row a file: commits, lines, churn, contributors; the bot's commit counts as well."""
    asked = ("--files", *ASKED)
    answer = maestro("metrics", "--repo", git.folder, "--format", "csv", *asked)
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(answer.out))}
    assert tuple(rows["src/a"]) == FILE_COLUMNS
    assert [rows["src/a"][name] for name in ("commits", "lines_added", "lines_removed")] == [
        "6",
        "15",
        "14",
    ]
    said = json.loads(maestro("metrics", "--repo", git.folder, "--format", "json", *asked).out)
    assert (said["commits"], said["change_set_max"], len(said["files"])) == (8, 1, 3)
    assert "8 commits" in maestro("metrics", "--repo", git.folder, *asked).out


def test_nothing_is_written(git: Git, maestro: Callable[..., Any], monkeypatch, tmp_path) -> None:
    """Neither the repository, nor the folder it is asked from, nor the temporary folder changes."""
    monkeypatch.chdir(tmp_path)
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    assert maestro("metrics", "--repo", "work").code == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


@pytest.fixture
def server(git: Git, tmp_path: Path):
    """The repository behind a loopback port, which a library's settings allow."""
    Git(tmp_path / "served" / "repo", bare=True)
    git("push", "-q", str(tmp_path / "served" / "repo"), "main")
    with serving(tmp_path / "served") as found:
        settings = f"title: T\nformat: 1\nhosts: ['{found.host}']\n"
        write_tree(tmp_path / "library", {**HEALTHY, "catalog/settings.yaml": settings})
        yield found


def test_an_address_is_cloned_and_removed(
    git: Git, server: Server, tmp_path: Path, maestro: Callable[..., Any], monkeypatch
) -> None:
    """An address gives the same figures as the folder, and leaves no clone, interrupted or not."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    asked = ("metrics", "-C", tmp_path / "library", "--format", "json", "--repo")
    remote = figures(maestro(*asked, f"{server.host}/repo"))
    local = figures(maestro(*asked, git.folder))
    assert {k: v["value"] for k, v in remote.items()} == {k: v["value"] for k, v in local.items()}
    assert list(temporary.iterdir()) == []

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("maestro.mining.single.mine", stop)
    assert maestro(*asked, f"{server.host}/repo").code == 130
    assert list(temporary.iterdir()) == []


WRONG = {
    "no day": (("--from", "2025-13-01"), 2, "is no day"),
    "a day long ago": (("--from", "1969-12-31"), 2, "before 1970"),
    "from after HEAD": (("--from", "2025-09-17"), 2, "--from 2025-09-17 is after 2025-09-16"),
    "no such folder": (("--path", "nosuch/**"), 2, '--path "nosuch/**" matches no file'),
    "one of two": (("--path", "src", "--path", "nosuch"), 2, '"nosuch" matches no file'),
    "a folder above": (("--path", "../x"), 2, "matches no file"),
    "from the root": (("--path", "/src/**", "--files"), 2, "matches no file"),
    "files and records": (("--files", "--ci", "."), 2, "leave out --ci"),
    "from after to": (("--from", "2025-02-02", "--to", "2025-02-01"), 2, "is not before"),
    "absent records": (("--ci", "nowhere"), 2, "does not exist"),
    "no folder": (("--repo", "nowhere"), 3, "G002"),
    "an option": (("--repo", "--upload-pack=x"), 3, "G002"),
    "a helper": (("--repo", "ext::sh -c id"), 3, "G010"),
    "plain http": (("--repo", "http://example.org/x"), 3, "G010"),
    "a file address": (("--repo", "file:///etc"), 3, "G010"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_questions_are_one_sentence(name: str, git: Git, maestro: Callable[..., Any]) -> None:
    """One line says what is wrong, with the right exit code and nothing on stdout."""
    asked, code, words = WRONG[name]
    answer = maestro("metrics", "--repo", git.folder, *asked)
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words in answer.err.splitlines()[0]


def test_histories_that_cannot_be_counted_are_refused(
    git: Git, tmp_path: Path, maestro: Callable[..., Any]
) -> None:
    """No repository, an empty one, a shallow one and a damaged one: a code each, no number."""
    Git(tmp_path / "empty")
    (tmp_path / "plain").mkdir()
    git("clone", "-q", "--depth", "1", f"file://{git.folder}", str(tmp_path / "shallow"))
    found = {
        name: maestro("metrics", "--repo", tmp_path / name)
        for name in ("plain", "empty", "shallow")
    }
    blob = git("rev-parse", "HEAD:src/a")
    (git.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found["damaged"] = maestro("metrics", "--repo", git.folder)
    codes = {name: answer.err.split()[1] for name, answer in found.items()}
    assert codes == {"plain": "G003:", "empty": "G018:", "shallow": "G008:", "damaged": "G005:"}
    assert {answer.code for answer in found.values()} == {3}
    assert all(len(answer.err.splitlines()) == 2 and not answer.out for answer in found.values())


def test_the_last_build_is_asked(git: Git, tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """Without a build the remedy; with one the figures of one project or all, a typo is guessed."""
    write_tree(tmp_path / "library", HEALTHY)
    library = tmp_path / "library"
    answer = maestro("metrics", "-C", library)
    assert (answer.code, answer.err.splitlines()[1].strip()) == (3, "run maestro build")
    figure = {
        "kind": "metric",
        "subject": "churn-2025",
        "value": 2.5,
        "unit": "commits/week",
        "n": 5,
        "window": {"start": "2025-01-06", "end": "2025-01-20"},
        "as_of": "2025-01-21T00:00:00Z",
        "quality": ["a note"],
        "detail": {"name": "commits_per_week", "source": "git", "series": []},
    }
    card = {**figure, "detail": {"name": "auc", "source": "catalog/x.yaml"}}
    dora = {**figure, "kind": "dora", "detail": {"name": "deployments", "source": "dora"}}
    (library / "build").mkdir()
    rows = [figure, card, dora, {"kind": "success", "subject": "quiet"}]
    (library / "build" / "findings.json").write_text(json.dumps(rows), "utf-8")
    found = figures(maestro("metrics", "churn-2025", "-C", library, "--format", "json"))
    assert list(found) == ["commits_per_week", "deployments"]
    assert "2.5" in maestro("metrics", "-C", library).out
    assert "no figures" in maestro("metrics", "quiet", "-C", library).out
    text = maestro("metrics", "churn-2025", "-C", library).out
    assert "window 2025-01-06 to 2025-01-20, without its last day; as of 2025-01-21" in text
    wrong = maestro("metrics", "churn-2024", "-C", library)
    assert (wrong.code, wrong.err.splitlines()[1].strip()) == (2, "did you mean churn-2025?")


NOTES = {
    "change_lead_time": "proxy: no pull requests are known",
    "pr_merge_time_git": "an estimate from the commits of merged branches",
    "custom_metric": "units change: a, b",
}


def test_proxies_are_marked(tmp_path: Path, maestro: Callable[..., Any]) -> None:
    """A proxy says so beside its value and in a column; without any window none is named."""
    write_tree(tmp_path / "library", HEALTHY)
    rows = [
        {
            "kind": "metric", "subject": "churn-2025", "value": 2.5, "unit": "hours", "n": 5,
            "as_of": "2025-01-21T00:00:00Z", "quality": [note],
            "detail": {"name": name, "source": "custom", "series": []},
        }
        for name, note in NOTES.items()
    ]  # fmt: skip
    (tmp_path / "library" / "build").mkdir()
    (tmp_path / "library" / "build" / "findings.json").write_text(json.dumps(rows), "utf-8")
    asked = ("metrics", "churn-2025", "-C", tmp_path / "library")
    found = figures(maestro(*asked, "--format", "json"))
    assert {name: row["proxy"] for name, row in found.items()} == {
        "change_lead_time": True,
        "pr_merge_time_git": False,
        "custom_metric": False,
    }
    table = list(csv.DictReader(io.StringIO(maestro(*asked, "--format", "csv").out)))
    assert [row["proxy"] for row in table] == ["true", "false", "false"]
    said = maestro(*asked).out.splitlines()
    assert said[1] == "as of 2025-01-21T00:00:00Z"
    marks = [line.split()[3:5] for line in said if line.startswith("  ") and " 2.5 " in line]
    assert marks == [["proxy;", "n"], ["estimate;", "n"], ["n", "5;"]]


RUNS = {
    "workflow_runs": [
        {
            "id": number,
            "name": name,
            "run_attempt": 1,
            "head_branch": "main",
            "head_sha": "a" * 40,
            "status": "completed",
            "conclusion": result,
            "created_at": f"2025-{day}T10:00:00Z",
            "run_started_at": f"2025-{day}T10:00:00Z",
            "updated_at": f"2025-{day}T10:{minutes}:00Z",
            "repository": {"full_name": "o/r"},
        }
        for number, (day, name, result, minutes) in enumerate(
            (
                ("08-20", "tests", "success", 20),
                ("09-02", "deploy to production", "success", 10),
                ("09-03", "tests", "failure", 20),
                ("09-04", "tests", "success", 40),
            )
        )
    ]
}


def test_ci_records_add_their_figures(
    git: Git, tmp_path: Path, maestro: Callable[..., Any]
) -> None:
    """Runs in a file give durations, success and deployments; what is refused is told."""
    (tmp_path / "runs.json").write_text(json.dumps(RUNS), "utf-8")
    asked = ("metrics", "--repo", git.folder, "--format", "json", "--ci", tmp_path / "runs.json")
    found = figures(maestro(*asked))
    assert found["pipeline_duration"]["value"] == 20
    assert found["success_rate"]["value"] == 0.75
    assert found["deployments"]["n"] == 1
    assert found["change_failure_rate"]["value"] is None
    (tmp_path / "bad.xml").write_text("<testsuite><", "utf-8")
    answer = maestro(*asked, "--ci", tmp_path / "bad.xml")
    assert (answer.code, answer.err.count("refused: ")) == (1, 1)
