"""The batch run, end to end, on libraries that a user has just made."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree
from .repositories import commit_all, git

ENTRY = "catalog/feature_pipelines/churn-features.yaml"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A healthy library with one commit, one project of it mined from this very repository."""
    root = tmp_path / "library"
    project = HEALTHY["projects/churn-2025/project.yaml"] + 'repository: {path: "."}\n'
    write_tree(root, {**HEALTHY, "projects/churn-2025/project.yaml": project})
    (root / ".gitignore").write_text("build/\n.maestro/\n", encoding="utf-8")
    commit_all(root)
    return root


def digests(folder: Path) -> dict[str, str]:
    """Path to SHA-256 of every file below ``folder``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def findings(root: Path, kind: str) -> list[dict]:
    """The published findings of one kind."""
    return json.loads((root / f"build/site/api/v1/findings/{kind}.json").read_text())["findings"]


def run_apart(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "maestro", *arguments, "-C", str(root)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_build_publishes_and_a_second_one_does_nothing(library: Path, maestro) -> None:
    """The first build makes the site; the second, with nothing changed, touches no file of it."""
    first = maestro("build", "-C", library)
    assert first.code == 0, first.err
    assert Path(first.out.strip()).resolve() == library / "build/site/index.html"
    before = {path: path.stat().st_mtime_ns for path in (library / "build/site").rglob("*")}
    second = maestro("build", "-C", library, "--format", "json")
    assert json.loads(second.out)["fresh"] is False
    after = {path: path.stat().st_mtime_ns for path in (library / "build/site").rglob("*")}
    assert before == after
    journal = json.loads((library / "build/journal.json").read_text())
    assert journal["commit"] == git(library, "rev-parse", "HEAD")
    assert [step["name"] for step in journal["steps"]] == [
        "check",
        "mine and measure",
        "score",
        "learn",
        "report",
        "publish",
    ]


def test_every_number_is_of_this_history(library: Path, maestro) -> None:
    """Mined figures are those of the repository: one commit, one person, at its own date."""
    maestro("build", "-C", library)
    metrics = {row["detail"]["name"]: row for row in findings(library, "metric")}
    assert metrics["all_contributors"]["value"] == 1
    assert metrics["last_commit"]["label"] == "2025-03-01"
    commit = git(library, "rev-parse", "HEAD")
    assert any(commit in evidence["ref"] for evidence in metrics["all_contributors"]["evidence"])
    index = json.loads((library / "build/site/api/v1/index.json").read_text())
    assert index["generated_at"] == "2025-03-01T12:00:00Z"
    assert index["commit"] == commit


def test_what_is_not_known_has_no_number(library: Path, maestro) -> None:
    """Without finished projects, impact and outcome models say so instead of giving a value."""
    maestro("build", "-C", library)
    for kind in ("impact", "outcome_model", "success"):
        rows = findings(library, kind)
        assert rows
        for row in rows:
            assert row["value"] is None
            assert row["quality"], row


def test_a_broken_record_is_left_out_and_the_rest_is_published(library: Path, maestro) -> None:
    """A bad record does not stop the build: it is named on Operations and in the exit code."""
    text = (library / ENTRY).read_text(encoding="utf-8")
    maestro("build", "-C", library)
    (library / ENTRY).write_text(text.replace("version: 1.0.0", "version: 1.0"), encoding="utf-8")
    answer = maestro("build", "-C", library)
    assert answer.code == 1
    page = (library / "build/site/operations/index.html").read_text(encoding="utf-8")
    assert "V003" in page and "churn-features" in page
    assert (library / "build/site/library/billing-events.html").exists()


def test_a_broken_source_is_named_and_the_rest_is_published(library: Path, maestro) -> None:
    """A repository that cannot be read is a failed source, not a failed run."""
    project = library / "projects/churn-2025/project.yaml"
    text = project.read_text(encoding="utf-8").replace('path: "."', "path: nowhere")
    project.write_text(text, encoding="utf-8")
    answer = maestro("build", "-C", library)
    assert answer.code == 1
    assert "left out: churn-2025" in answer.err
    states = {row["subject"]: row["detail"]["state"] for row in findings(library, "source_health")}
    assert states["churn-2025"] == "failed"


def test_mass_loss_is_not_published(library: Path, maestro) -> None:
    """When all projects vanish, nothing is published until told otherwise."""
    maestro("build", "-C", library)
    before = digests(library / "build/site")
    (library / "projects/churn-2025/project.yaml").unlink()
    (library / "projects/churn-2025").rmdir()
    refused = maestro("build", "-C", library)
    assert refused.code == 3
    assert "M007" in refused.err and "churn-2025" in refused.err
    assert digests(library / "build/site") == before
    assert maestro("build", "-C", library, "--accept-losses").code == 0


def test_the_same_commit_gives_the_same_bytes_anywhere(library: Path, tmp_path: Path) -> None:
    """Two folders, other hash seed, time zone, locale, file order and umask: identical sites."""
    other = tmp_path / "elsewhere" / "copy"
    other.parent.mkdir()
    git(tmp_path, "clone", "-q", str(library), str(other))
    first = run_apart(library, "build", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    second = run_apart(
        other, "build", PYTHONHASHSEED="77", TZ="Asia/Tokyo", LC_ALL="C", OMP_NUM_THREADS="1"
    )
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert digests(library / "build/site") == digests(other / "build/site")


def test_a_warm_build_equals_a_cold_one(library: Path, maestro) -> None:
    """After a change, a build with caches gives the bytes of one without any."""
    maestro("build", "-C", library)
    taxonomy = library / "catalog/taxonomy.yaml"
    taxonomy.write_text(taxonomy.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    (library / ENTRY).write_text(
        (library / ENTRY).read_text(encoding="utf-8").replace("Monthly", "Weekly"),
        encoding="utf-8",
    )
    commit_all(library, "Reword", "2025-03-02")
    maestro("build", "-C", library)
    warm = digests(library / "build/site")
    assert maestro("build", "-C", library, "--no-cache").code == 0
    assert digests(library / "build/site") == warm


def test_two_runs_do_not_meet(library: Path, maestro) -> None:
    """While one run is at work, another leaves at once with a sentence; a dead one never blocks."""
    from maestro.engine.lock import only_run

    with only_run(library / ".maestro"):
        answer = maestro("build", "-C", library)
        assert answer.code == 3
        assert "M002" in answer.err
    assert maestro("build", "-C", library).code == 0


def test_history_grows_by_what_changed_only(library: Path, tmp_path: Path, maestro) -> None:
    """``store`` appends a run and its changed findings once; Operations shows earlier runs."""
    data = library / "data"
    settings = library / "catalog/settings.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "data: data\n", encoding="utf-8")
    commit_all(library, "Keep history", "2025-03-02")
    maestro("build", "-C", library)
    assert maestro("store", "-C", library).code == 0
    kept = digests(data)
    assert "history/runs.jsonl" in kept
    assert maestro("store", "-C", library).code == 0
    assert digests(data) == kept
    (library / ENTRY).write_text(
        (library / ENTRY).read_text(encoding="utf-8").replace("Monthly", "Weekly"),
        encoding="utf-8",
    )
    commit_all(library, "Reword", "2025-03-09")
    maestro("build", "-C", library)
    maestro("store", "-C", library)
    runs = (data / "history/runs.jsonl").read_text().splitlines()
    assert [json.loads(run)["at"] for run in runs] == [
        "2025-03-02T12:00:00Z",
        "2025-03-09T12:00:00Z",
    ]
    impact = (data / "history/impact.jsonl").read_text().splitlines()
    assert len(impact) == len({json.loads(row)["subject"] for row in impact})
    page = (library / "build/site/operations/index.html").read_text(encoding="utf-8")
    assert "2 March 2025" in page or "2025-03-02" in page


def test_what_is_not_committed_is_not_kept(library: Path, maestro) -> None:
    """A build of changed records is not stored: no commit would know what its lines tell."""
    settings = library / "catalog/settings.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "data: data\n", encoding="utf-8")
    maestro("build", "-C", library)
    answer = maestro("store", "-C", library)
    assert answer.code != 0
    assert "commit the records, then maestro build and maestro store" in answer.err
    assert not (library / "data").exists()
    commit_all(library, "Keep history", "2025-03-02")
    maestro("build", "-C", library)
    assert maestro("store", "-C", library).code == 0


def test_commands_that_ask_leave_nothing_behind(library: Path, maestro) -> None:
    """``list``, ``show``, ``search``, ``lineage`` and ``settings`` create no file of the user's."""
    before = set(library.rglob("*"))
    for command in (
        ("list",),
        ("show", "churn-features"),
        ("search", "churn"),
        ("lineage", "churn-features"),
        ("settings",),
        ("verify",),
        ("status",),
    ):
        maestro(*command, "-C", library)
    new = {path for path in set(library.rglob("*")) - before if ".maestro" not in path.parts}
    assert new == set()
    assert git(library, "status", "--porcelain") == ""


def test_no_page_names_a_folder_of_this_machine(library: Path, maestro) -> None:
    """What is said about a broken source holds in any folder that the library is cloned into."""
    project = library / "projects/churn-2025/project.yaml"
    text = project.read_text(encoding="utf-8").replace('path: "."', "path: nowhere/at/all")
    project.write_text(text, encoding="utf-8")
    maestro("build", "-C", library)
    states = {row["subject"]: row["detail"] for row in findings(library, "source_health")}
    assert "nowhere/at/all" in states["churn-2025"]["reason"]
    for path in (library / "build/site").rglob("*"):
        if path.suffix in (".html", ".json", ".xml"):
            assert str(library) not in path.read_text(encoding="utf-8"), path


CARD = """version: 1.0.0
description: Tells who is about to leave by last year's bills.
owner: growth
task: tabular-classification
trained_on: [billing-events@1.2.0]
intended_use: Weekly lists for the service team.
metrics:
  - {dataset: billing-events@1.2.0, metric: accuracy, predictions: PATH}
"""


def _card(library: Path, path: str) -> None:
    folder = library / "catalog/model_cards"
    folder.mkdir(exist_ok=True)
    (folder / "churn-model.yaml").write_text(CARD.replace("PATH", path), encoding="utf-8")


def _predictions(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ["row,actual,predicted", *(f"{i},yes,{'yes' if i % 4 else 'no'}" for i in range(40))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _card_metric(library: Path) -> dict:
    (row,) = [row for row in findings(library, "metric") if row["subject"] == "churn-model"]
    return row


def test_a_cards_metric_is_computed_from_its_predictions(library: Path, maestro) -> None:
    """30 of 40 right answers are 0.75, with Wilson's 90 % interval of 0.624 to 0.844."""
    _predictions(library / "projects/churn-2025/evidence/predictions.csv")
    _card(library, "projects/churn-2025/evidence/predictions.csv")
    maestro("build", "-C", library)
    row = _card_metric(library)
    assert (row["value"], row["n"]) == (0.75, 40)
    # By hand: z = 1.6449, z2 = 2.7055; (0.75 + z2/80 -+ z*sqrt(0.1875/40 + z2/6400)) / (1 + z2/40)
    assert row["lo"] == pytest.approx(0.6240, abs=5e-4)
    assert row["hi"] == pytest.approx(0.8445, abs=5e-4)


def test_other_predictions_make_another_number(library: Path, maestro) -> None:
    """Predictions of the same size and time with other answers are computed again."""
    path = library / "projects/churn-2025/evidence/predictions.csv"
    _predictions(path)
    _card(library, "projects/churn-2025/evidence/predictions.csv")
    maestro("build", "-C", library)
    before = path.stat()
    path.write_text(path.read_text().replace("3,yes,yes", "3,yes,not"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    maestro("build", "-C", library)
    assert _card_metric(library)["value"] == 0.65


def test_predictions_outside_the_repository_are_never_read(
    library: Path, tmp_path: Path, maestro
) -> None:
    """A linked folder on the way is an error for the check, and for the build no number."""
    _predictions(tmp_path / "outside/predictions.csv")
    (library / "linked").symlink_to(tmp_path / "outside")
    _card(library, "linked/predictions.csv")
    answer = maestro("check", "-C", library, "--format", "json")
    assert [p["code"] for p in json.loads(answer.out)["problems"]] == ["P001"]
    maestro("build", "-C", library)
    row = _card_metric(library)
    assert row["value"] is None and row["quality"]


def test_predictions_that_are_too_large_are_refused_unread(library: Path, maestro) -> None:
    """A file above the limit is a reason without a number, and is not read into memory."""
    path = library / "projects/churn-2025/evidence/predictions.csv"
    _predictions(path)
    os.truncate(path, 3 << 30)
    _card(library, "projects/churn-2025/evidence/predictions.csv")
    (library / ".gitignore").write_text("build/\n.maestro/\nevidence/\n", encoding="utf-8")
    maestro("build", "-C", library)
    row = _card_metric(library)
    assert row["value"] is None
    assert "67,108,864" in row["quality"][0]


def test_lost_sources_are_losses(library: Path, maestro) -> None:
    """When most projects' repositories can no longer be read, the last site stays."""
    maestro("build", "-C", library)
    before = digests(library / "build/site")
    project = library / "projects/churn-2025/project.yaml"
    text = project.read_text(encoding="utf-8").replace('path: "."', "path: nowhere")
    project.write_text(text, encoding="utf-8")
    refused = maestro("build", "-C", library)
    assert refused.code == 3
    assert "M007" in refused.err and "churn-2025" in refused.err
    assert digests(library / "build/site") == before


def test_findings_that_were_lost_are_made_again(library: Path, maestro) -> None:
    """Without build/findings.json there is something to do: commands that ask need it."""
    maestro("build", "-C", library)
    (library / "build/findings.json").unlink()
    maestro("build", "-C", library)
    assert maestro("status", "-C", library).code == 0


def test_a_source_never_fetched_is_in_the_exit_code(library: Path, maestro) -> None:
    """A repository that was never fetched is named in the summary and in the exit code."""
    project = library / "projects/churn-2025/project.yaml"
    text = project.read_text(encoding="utf-8")
    text = text.replace('{path: "."}', '{url: "https://git.example.org/growth/churn"}')
    project.write_text(text, encoding="utf-8")
    answer = maestro("build", "-C", library)
    assert answer.code == 1
    assert "churn-2025" in answer.err and "not been fetched" in answer.err


def test_a_build_says_what_became_of_the_findings(library: Path, maestro) -> None:
    """After a project ends well, the summary names the verdict that changed."""
    maestro("build", "-C", library)
    project = library / "projects/churn-2025/project.yaml"
    text = project.read_text(encoding="utf-8").replace("status: active", "status: done")
    outcome = "{value: 0.9, metric: auc, baseline: 0.6, target: 0.8}"
    text += f"ended: 2025-03-01\noutcomes: {{parts: {{model_performance: {outcome}}}}}\n"
    text = text.replace("model_performance:", "business_impact: {value: 90000}, model_performance:")
    project.write_text(text, encoding="utf-8")
    answer = maestro("build", "-C", library)
    assert "1 verdict changed: success churn-2025: not enough evidence -> reached" in answer.err


def test_a_dry_run_of_store_writes_nothing(library: Path, maestro) -> None:
    """``store --dry-run`` names the files and leaves the data folder as it was."""
    maestro("build", "-C", library)
    answer = maestro("store", library / "data", "-C", library, "--dry-run")
    assert answer.code == 0 and "would write" in answer.err
    assert not (library / "data").exists()
