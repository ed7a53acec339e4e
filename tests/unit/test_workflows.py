"""The workflows: least rights, pinned actions, and what each script does with each exit code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from maestro.catalog.init import plan_library
from maestro.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
OURS = ROOT / ".github"
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$")
USES = re.compile(r"^\s*(?:- )?uses: *(?P<name>[^@\s]+)@(?P<pin>.*)$", re.MULTILINE)
FORBIDDEN = (
    "allow-unsafe-pr-checkout",
    "pull_request_target",
    "workflow_run",
    "issue_comment",
    "zizmor: ignore",
    "secrets: inherit",
    "write-all",
)


def tool(name: str) -> str:
    """A program that came with the test packages."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CI files of a library that ``maestro init`` has just made."""
    folder = tmp_path_factory.mktemp("library")
    for path, data in plan_library(folder, "Ours", "core", "0.1.0").items():
        if path.startswith(".git"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    return folder


@pytest.fixture(params=["this repository", "a new library"])
def forge(request: pytest.FixtureRequest, theirs: Path) -> Path:
    """The ``.github`` folder of this repository, and of a library made by init."""
    return OURS if request.param == "this repository" else theirs / ".github"


def workflows(forge: Path) -> dict[str, Any]:
    """Name to content of the workflows of a ``.github`` folder."""
    loader = YAML(typ="safe")
    return {path.stem: loader.load(path) for path in sorted((forge / "workflows").glob("*.yml"))}


def jobs(forge: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every job, as ``workflow/job``."""
    for name, workflow in workflows(forge).items():
        for job, body in workflow["jobs"].items():
            yield f"{name}/{job}", body


def script(forge: Path, workflow: str, job: str, step: str) -> str:
    """The script of one step."""
    steps = workflows(forge)[workflow]["jobs"][job]["steps"]
    return next(item["run"] for item in steps if item.get("name") == step)


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """The audit by its sharpest persona, offline; a file that does not parse is an error."""
    line = [tool("zizmor"), "--offline", "--persona=auditor", "--strict-collection", "--no-config"]
    return subprocess.run([*line, str(folder)], capture_output=True, text=True, check=False)


def test_the_audit_finds_nothing(forge: Path) -> None:
    """The workflow auditor has no finding, and nothing is suppressed to get there."""
    done = zizmor(forge)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings to report" in done.stdout + done.stderr
    assert "ignored" not in done.stdout + done.stderr


def test_the_audit_is_awake(tmp_path: Path) -> None:
    """The same audit finds a workflow that runs a branch's name as shell."""
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.head_ref }}\n"
    )
    done = zizmor(tmp_path / ".github")
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_the_files_are_what_the_forges_read(forge: Path, theirs: Path) -> None:
    """Workflows, dependency updates and the GitLab file pass their published schemas."""
    checks = {
        "vendor.github-workflows": sorted((forge / "workflows").glob("*.yml")),
        "vendor.dependabot": [forge / "dependabot.yml"],
        "vendor.gitlab-ci": [theirs / ".gitlab-ci.yml"],
    }
    for schema, files in checks.items():
        line = [tool("check-jsonschema"), "--builtin-schema", schema, *map(str, files)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_actions_are_pinned_to_one_commit_each(theirs: Path) -> None:
    """Every action is named by a full commit id with its version; the same one everywhere."""
    pins: dict[str, set[str]] = {}
    for forge in (OURS, theirs / ".github"):
        for path in sorted(forge.rglob("*.yml")):
            text = path.read_text()
            for line in text.splitlines():
                assert "uses:" not in line or PINNED.search(line), f"{path.name}: {line}"
            for match in USES.finditer(text):
                pins.setdefault(match["name"], set()).add(match["pin"])
    assert pins and all(len(found) == 1 for found in pins.values()), pins


def test_dangerous_words_never_appear(theirs: Path) -> None:
    """No trigger that hands a right to a stranger's code, and no silenced audit."""
    for forge in (OURS, theirs / ".github"):
        for path in sorted(forge.rglob("*")):
            text = path.read_text() if path.is_file() else ""
            assert not [word for word in FORBIDDEN if word in text], path


def test_rights_are_given_job_by_job(forge: Path) -> None:
    """Nothing at the top; who may write the data branch may not publish, who fetches only reads."""
    for workflow in workflows(forge).values():
        assert workflow["permissions"] == {}
        assert "group" in workflow["concurrency"]
    rights = {name: body["permissions"] for name, body in jobs(forge)}
    special = {name: given for name, given in rights.items() if given != {"contents": "read"}}
    read = special.pop("fetch/fetch")
    assert set(read.values()) == {"read"}
    assert set(read) == {"actions", "contents", "deployments", "issues", "pull-requests"}
    assert special == {
        "fetch/store": {"contents": "write"},
        "publish/store": {"contents": "write"},
        "publish/deploy": {"pages": "write", "id-token": "write"},
    }
    assert all(body["timeout-minutes"] <= 120 for _, body in jobs(forge))


def test_a_secret_is_in_reach_of_what_fetches_only(forge: Path) -> None:
    """Each token is given to one step that fetches, in an environment; records' to one job."""
    holders: dict[str, str] = {}
    for name, body in jobs(forge):
        for step in body["steps"]:
            for secret in re.findall(r"secrets\.(\w+)", str(step)):
                assert secret not in holders
                holders[secret] = name
                assert step["name"] == "Fetch what is new"
                assert body["environment"] == "mine"
    assert holders == {"FORGE_READ_TOKEN": "fetch/fetch", "FORGE_CONTENTS_TOKEN": "publish/mine"}
    assert "--only git" in script(forge, "publish", "mine", "Fetch what is new")


def test_no_name_of_a_branch_is_written_down(forge: Path) -> None:
    """What fetches and publishes does so on the default branch, whatever its name is."""
    for workflow, job in (("publish", "mine"), ("fetch", "fetch")):
        condition = workflows(forge)[workflow]["jobs"][job]["if"]
        assert condition == (
            "github.event_name == 'schedule' || "
            "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
        )
    for path in (forge / "workflows").glob("*.yml"):
        assert not re.search(r"\b(main|master)\b", path.read_text()), path


def test_events_reach_scripts_through_the_environment_only(forge: Path) -> None:
    """No script holds an expression, and no checkout leaves its token behind."""
    for _, body in jobs(forge):
        for step in body["steps"]:
            assert "${{" not in step.get("run", "")
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_only_what_is_pinned_is_installed(forge: Path) -> None:
    """Workflows install wheels only: here from the hashed lock, there the pinned program."""
    wanted = (
        "--require-hashes --only-binary :all: -r requirements.lock"
        if forge == OURS
        else "--only-binary :all: -r requirements.txt"
    )
    for name, body in jobs(forge):
        for step in body["steps"]:
            if "pip install" in step.get("run", ""):
                assert step["run"] == f"python -m pip install {wanted}", name


def test_every_command_in_a_workflow_exists(forge: Path, theirs: Path) -> None:
    """Each ``maestro`` command that CI calls is one that the program has."""
    texts = [path.read_text() for path in (forge / "workflows").glob("*.yml")]
    texts.append((theirs / ".gitlab-ci.yml").read_text())
    called = set(re.findall(r"python -m maestro ([a-z]+)", "\n".join(texts)))
    assert called >= {"check", "fetch", "build", "store"}
    assert called <= set(COMMANDS)


def test_publish_is_never_cut_off_and_check_is(forge: Path) -> None:
    """A newer push ends an older check, but a running publication is left to finish."""
    found = workflows(forge)
    assert found["check"]["concurrency"]["cancel-in-progress"] is True
    assert found["publish"]["concurrency"]["cancel-in-progress"] is False
    assert found["check"]["on"] == {"pull_request": None, "merge_group": None}
    assert set(found["publish"]["on"]) == {"push", "schedule", "workflow_dispatch"}
    assert found["fetch"]["concurrency"]["cancel-in-progress"] is False
    assert set(found["fetch"]["on"]) == {"schedule", "workflow_dispatch"}
    crons = [found[name]["on"]["schedule"][0]["cron"].split() for name in ("fetch", "publish")]
    assert all(int(cron[0]) % 2 == 1 for cron in crons)
    assert int(crons[0][1]) < int(crons[1][1])


def test_one_job_at_a_time_writes_the_data_branch(forge: Path) -> None:
    """Jobs that push to the data branch wait for each other, and none is cut off."""
    writing = [body for _, body in jobs(forge) if body["permissions"].get("contents") == "write"]
    assert len(writing) == 2
    for body in writing:
        assert body["concurrency"] == {"group": "data-branch", "cancel-in-progress": False}


def test_only_facts_are_handed_on(forge: Path, tmp_path: Path) -> None:
    """What the fetch hands to the job that stores holds facts alone: no history, no finding."""
    for name in ("ci/github/a__b/2026-01.runs.jsonl", "tracking/x.jsonl", "history/runs.jsonl"):
        path = tmp_path / ".maestro" / "data" / name
        path.parent.mkdir(parents=True)
        path.write_text("{}\n")
    text = script(forge, "fetch", "fetch", "Fetch what is new")
    assert run_step(text, tmp_path, {"fetch": 0}) == 0
    given = sorted(
        p.relative_to(tmp_path / "new-facts") for p in (tmp_path / "new-facts").glob("*")
    )
    assert [str(path) for path in given] == ["ci", "tracking"]


def run_step(text: str, folder: Path, codes: dict[str, int], says: str = "") -> int:
    """The exit code of a step's script where ``python -m maestro X`` leaves with ``codes[X]``."""
    programs = folder / "programs"
    programs.mkdir()
    cases = "".join(f"  {name}) exit {code};;\n" for name, code in codes.items())
    (folder / "says").write_text(says)
    fake = f'#!/bin/sh\ncat "{folder}/says"\ncase "$3" in\n{cases}esac\n'
    (programs / "python").write_text(fake)
    (programs / "python").chmod(0o755)
    (folder / "data").mkdir()
    subprocess.run(["tar", "-czf", "facts.tar.gz", "data"], cwd=folder, check=True)
    env = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "BASE": "0" * 40,
    }
    # The forge runs scripts with these options.
    line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("code", "publishes"), [(0, True), (1, True), (2, False), (3, False)])
def test_a_site_is_published_on_0_and_1_only(
    code: int, publishes: bool, forge: Path, tmp_path: Path
) -> None:
    """A build that left something out is published; one that refused keeps the old site."""
    text = script(forge, "publish", "build", "Build the site")
    left = run_step(text, tmp_path, {"build": code})
    output = tmp_path / "output"
    assert (left == 0) == publishes
    assert ("publish=yes" in output.read_text() if output.exists() else False) == publishes


@pytest.mark.parametrize("job", ["publish/mine", "fetch/fetch"])
@pytest.mark.parametrize(("code", "left"), [(0, 0), (1, 0), (2, 2), (3, 3)])
def test_a_silent_source_does_not_stop_the_others(
    code: int, left: int, job: str, forge: Path, tmp_path: Path
) -> None:
    """``fetch`` with 1 (some source did not answer) goes on, anything above does not."""
    text = script(forge, *job.split("/"), "Fetch what is new")
    assert run_step(text, tmp_path, {"fetch": code}) == left


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_check_fails_as_the_command_does(code: int, forge: Path, tmp_path: Path) -> None:
    """The check step leaves with the command's own code, and the report is written all the same."""
    text = script(forge, "check", "catalog", "Check the catalog")
    assert run_step(text, tmp_path, {"check": code}, says="a fault\n") == code
    assert (tmp_path / "build" / "report" / "check.txt").read_text() == "a fault\n"
    assert (tmp_path / "build" / "report" / "check.json").read_text() == "a fault\n"


def test_the_summary_keeps_text_plain(forge: Path, tmp_path: Path) -> None:
    """Whatever a report says, each of its lines stands indented: text, never markup."""
    report = tmp_path / "build" / "report" / "check.txt"
    report.parent.mkdir(parents=True)
    report.write_bytes(b"one\n```\r<img src=x>\n# big\n" + b"x" * 100_000)
    text = script(forge, "check", "catalog", "Write the summary")
    assert run_step(text, tmp_path, {}) == 0
    title, empty, *lines = (tmp_path / "summary").read_bytes().split(b"\n")
    assert (title, empty) == (b"### maestro check", b"")
    assert all(line.startswith(b"    ") for line in lines if line)
    assert b"\r" not in b"".join(lines)
    assert len(b"".join(lines)) < 61_000
