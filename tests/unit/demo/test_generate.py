"""The demo folder: a whole library on disk, valid, closed and the same every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maestro import source
from maestro.catalog.checks import check_catalog
from maestro.catalog.load import load_catalog
from maestro.demo import TRUTH, DemoReport, Options, generate
from maestro.errors import MaestroError
from maestro.learning.success import score_success
from maestro.schema import RECORDS, Artifact, ModelCard, Project, Settings

from .gitdoor import Git

SMALL = Options(projects=24, artifacts=14, seed=7)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    """One generated folder for the tests that only look."""
    home = tmp_path_factory.mktemp("home")
    return generate(tmp_path_factory.mktemp("demo") / "library", Git(home).run_import, SMALL)


def kind_of(path: Path) -> str:
    """The kind of a record from its place."""
    match path.parts:
        case ("catalog", name):
            return Path(name).stem
        case ("catalog", kind, *_):
            return kind
    return "projects"


def records(folder: Path) -> Iterator[tuple[Path, Any]]:
    """Every record of a folder, read by the strict reader and validated."""
    for place in sorted([*folder.glob("catalog/**/*.yaml"), *folder.glob("projects/*/*.yaml")]):
        data, faults = source.parse(place.read_bytes())
        assert faults == [], place
        path = place.relative_to(folder)
        yield path, RECORDS[kind_of(path)].model_validate(data)


def test_every_record_is_valid(report: DemoReport) -> None:
    """All records read without a fault and fit their models; all kinds of artifacts are there."""
    kinds = {kind_of(path) for path, _ in records(report.folder)}
    assert kinds >= {
        "settings", "owners", "taxonomy", "projects", "model_cards", "channels", "datasets",
        "schemas", "feature_pipelines", "model_templates", "notebooks", "pipelines",
    }  # fmt: skip
    states = [r.status for _, r in records(report.folder) if isinstance(r, Project)]
    assert set(states) == {"planned", "active", "done", "abandoned"}
    assert len(states) == report.projects == 24


def test_references_lead_to_versions_that_exist(report: DemoReport) -> None:
    """Lineage, uses, cards and data sets name versions that their entries list."""
    found = list(records(report.folder))
    known = {
        f"{path.stem}@{version}"
        for path, record in found
        if isinstance(record, (Artifact, ModelCard))
        for version in [record.version, *[old.version for old in record.history]]
    }
    named = set()
    for _, record in found:
        match record:
            case Project():
                named |= {use.artifact for use in record.uses} | set(record.datasets)
            case ModelCard():
                named |= {*record.uses, *record.trained_on}
            case Artifact():
                named |= set(record.uses)
    assert named
    assert named <= known


def test_sources_have_the_digest_they_say(report: DemoReport) -> None:
    """Each artifact points at a file of the folder whose SHA-256 it states."""
    for _, record in records(report.folder):
        if isinstance(record, Artifact):
            assert record.source.path is not None
            content = (report.folder / record.source.path).read_bytes()
            assert record.source.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_everything_says_simulated(report: DemoReport) -> None:
    """Settings, titles, descriptions and files call themselves simulated."""
    for path, record in records(report.folder):
        if isinstance(record, Settings):
            assert record.simulated
            assert record.title.startswith("Simulated")
        if isinstance(record, (Artifact, ModelCard, Project)):
            assert "simulated" in record.description.lower(), path
            assert record.title is not None
            assert record.title.startswith("Simulated")
            assert path.stem.startswith("sim-") or path.parent.name.startswith("sim-")


def test_the_truth_stands_outside_the_catalog(report: DemoReport) -> None:
    """True effects are known for every version and project, and no record holds them."""
    truth = json.loads((report.folder / TRUTH).read_text())
    assert TRUTH == "simulated-truth.json"
    assert len(truth["projects"]) == 24
    used = {
        use.artifact
        for _, record in records(report.folder)
        if isinstance(record, Project)
        for use in record.uses
    }
    assert used <= set(truth["artifacts"])


def test_the_score_gives_back_the_true_success(report: DemoReport) -> None:
    """What is recorded scores what was simulated, where nothing is missing or clipped."""
    truth = json.loads((report.folder / TRUTH).read_text())["projects"]
    found = dict(records(report.folder))
    block = found[Path("catalog/settings.yaml")].success
    compared = 0
    for path, record in found.items():
        if not isinstance(record, Project) or record.status != "done":
            continue
        score = score_success(record, block, name="x", path="x", as_of="x")
        detail = score.detail
        assert detail is not None
        shares = [part.score for part in detail.parts]  # type: ignore[attr-defined]
        if all(share is not None and 0.5 < share < 99.5 for share in shares):
            # Values are recorded with three digits: at most 0.3 points a part.
            assert score.value == pytest.approx(truth[path.parts[1]]["success"], abs=0.3)
            compared += 1
    assert compared >= 3


def test_the_library_is_a_clean_git_repository(report: DemoReport, tmp_path: Path) -> None:
    """Branch main, nothing to commit, fixed dates, one simulated author."""
    git = Git(tmp_path)
    assert git.run(report.folder, "status", "--porcelain") == ""
    assert git.run(report.folder, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    log = git.run(report.folder, "log", "--format=%cI %ae").splitlines()
    assert log[0] == "2026-06-30T12:00:00+00:00 librarian@example.org"
    assert log[-1] == "2023-07-01T12:00:00+00:00 librarian@example.org"
    assert len(log) == report.commits
    started = git.run(report.folder, "log", "--diff-filter=M", "--format=%s", "--", "projects")
    assert started, "projects are recorded when they start and again when they end"


def test_projects_have_real_histories(report: DemoReport, tmp_path: Path) -> None:
    """Dozens of commits within the project's days, with merges and people of example.org."""
    git, merges, commits = Git(tmp_path), 0, 0
    for path, record in records(report.folder):
        if not isinstance(record, Project) or record.repository is None:
            continue
        place = report.folder / str(record.repository.path)
        assert place.name == path.parts[1]
        log = git.run(place, "log", "--format=%as %ae %P", "main").splitlines()
        commits += len(log)
        assert 12 <= len(log) <= 120
        last = record.ended or date(2026, 6, 30)
        for line in log:
            day, email, *parents = line.split()
            assert record.started <= date.fromisoformat(day) <= last
            assert email.endswith("example.org")
            merges += len(parents) == 2
        git.run(place, "fsck", "--strict")
    assert merges > 20
    assert commits == report.project_commits


def test_the_same_seed_gives_the_same_bytes(report: DemoReport, tmp_path: Path) -> None:
    """Two runs agree in every file, those of git included."""
    other = generate(tmp_path / "again", Git(tmp_path).run_import, SMALL)
    one, two = snapshot(report.folder), snapshot(other.folder)
    assert sorted(one) == sorted(two)
    assert [path for path in one if one[path] != two[path]] == []


def snapshot(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder, by path."""
    return {
        place.relative_to(folder).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


def test_what_machines_logged_is_there(report: DemoReport) -> None:
    """Records with ci or tracking lead to files of the data folder, which git ignores."""
    found = dict(records(report.folder))
    rules = found[Path("catalog/settings.yaml")]
    assert rules.data == "data"
    assert set(rules.runners) == {"sim-small", "sim-large", "sim-gpu"}
    data, seen = report.folder / rules.data, {"ci": 0, "tracking": 0}
    for path, record in found.items():
        if not isinstance(record, Project):
            continue
        if record.ci:
            provider = record.ci.provider.removesuffix("_actions")
            folder = str(record.ci.project).replace("/", "__")
            assert list((data / "ci" / provider / folder).glob("*.runs.jsonl")), path
            assert str(record.ci.url).endswith(".example.org")
            seen["ci"] += 1
        if record.tracking:
            assert (data / "tracking" / "mlflow" / f"{path.parts[1]}.jsonl").is_file()
            seen["tracking"] += 1
        assert record.status != "planned" or not (record.ci or record.tracking)
    assert min(seen.values()) > 8
    assert "data/" in (report.folder / ".gitignore").read_text().splitlines()
    assert "No machine ran" in (report.folder / "README.md").read_text()


def test_check_finds_nothing(report: DemoReport) -> None:
    """The whole library passes every check of records without an error or a warning."""
    catalog = load_catalog(report.folder)
    assert [*catalog.problems, *check_catalog(catalog)] == []


def test_histories_can_be_left_out(tmp_path: Path) -> None:
    """Without histories no project claims a repository, and no machine logs anything."""
    options = Options(projects=10, artifacts=6, histories=False)
    found = generate(tmp_path / "demo", Git(tmp_path).run_import, options)
    assert (found.repositories, found.project_commits) == (0, 0)
    assert not (found.folder / "repositories").exists()
    assert not (found.folder / "data").exists()
    for _, record in records(found.folder):
        if isinstance(record, Project):
            assert (record.repository, record.ci, record.tracking) == (None, None, None)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that holds anything is refused before anything is written."""
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(MaestroError, match="not an empty folder") as caught:
        generate(tmp_path, Git(tmp_path).run_import, SMALL)
    assert caught.value.exit_code == 2
    assert [place.name for place in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("options", [Options(projects=9), Options(artifacts=5), Options(seed=-1)])
def test_too_small_worlds_are_refused(options: Options, tmp_path: Path) -> None:
    """Below 10 projects or 6 artifacts there is nothing to simulate."""
    with pytest.raises(MaestroError, match="cannot simulate") as caught:
        generate(tmp_path / "demo", Git(tmp_path).run_import, options)
    assert caught.value.hint.startswith("ask for at least")
