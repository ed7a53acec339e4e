"""The builds of one server: quick by what the process keeps, and the same as any other build."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from maestro.cli import ahead
from maestro.cli.ahead import whole_run
from maestro.cli.reference import reference_pages
from maestro.cli.serve import Serving
from maestro.pipeline.building import Options, build, prepare
from maestro.pipeline.kept import Kept
from maestro.publishing import site as making
from maestro.publishing.assembly import generator

from .cases import HEALTHY, write_tree
from .repositories import commit_all
from .test_build import ENTRY, digests

PAGE = "build/site/library/churn-features.html"
FIRST_DRAFT = """
import json, sys
from pathlib import Path
from maestro.cli.reference import reference_pages
from maestro.engine.cache import Cache
from maestro.pipeline.building import Options, build, prepare
from maestro.pipeline.kept import Kept
root, entry = Path(sys.argv[1]), Path(sys.argv[2])
options = Options(is_draft=True, pages=reference_pages, kept=Kept())
prepare(root, options, with_pages=True)
loaded, asked, read = set(sys.modules), [], Cache.get
def get(cache, kind, key):
    asked.append(kind)
    return read(cache, kind, key)
Cache.get = get
entry.write_text(entry.read_text("utf-8").replace("Monthly", "Weekly"), "utf-8")
done = build(root, options)
print(json.dumps([done.is_behind, sorted(set(sys.modules) - loaded), sorted(set(asked))]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A healthy library with one commit, and its site."""
    root = tmp_path_factory.mktemp("built") / "library"
    write_tree(root, HEALTHY)
    (root / ".gitignore").write_text("build/\n.maestro/\n", encoding="utf-8")
    commit_all(root)
    build(root, Options(pages=reference_pages))
    return root


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Path:
    """A copy of it, as fresh as the original."""
    return shutil.copytree(built, tmp_path / "library", symlinks=True)


def _started(library: Path) -> Kept:
    """What a server keeps that has just started."""
    kept = Kept()
    prepare(library, _options(kept, is_draft=True), with_pages=False)
    return kept


def _options(kept: Kept, *, is_draft: bool) -> Options:
    return Options(is_draft=is_draft, pages=reference_pages, kept=kept)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_after_many_changes_the_site_is_that_of_a_first_build(
    library: Path, tmp_path: Path
) -> None:
    """Drafts and runs that keep everything in memory publish the bytes of a build from nothing."""
    kept, entry, guide = _started(library), library / ENTRY, library / "site/more.md"
    new, project = entry.with_name("second.yaml"), library / "projects/churn-2025/project.yaml"
    text = entry.read_text(encoding="utf-8")

    def write_guide() -> None:
        """A page written by hand."""
        guide.parent.mkdir(exist_ok=True)
        guide.write_text("# More\n\nWords.\n", encoding="utf-8")

    changes = (
        lambda: _replace(entry, "Monthly", "Weekly"),
        lambda: new.write_text(text, encoding="utf-8"),
        lambda: entry.write_text(f"{text}\nnonsense: [1\n", encoding="utf-8"),
        lambda: _replace(project, "complexity: ", "complexity: 1 # "),
        write_guide,
        lambda: entry.write_text(text.replace("Monthly", "Daily"), encoding="utf-8"),
        lambda: new.rename(new.with_name("third.yaml")),
    )
    for change in changes:
        change()
        assert build(library, _options(kept, is_draft=True)).fresh
    build(library, _options(kept, is_draft=False))
    place = tmp_path / "again"
    shutil.copytree(library, place, ignore=shutil.ignore_patterns("build", ".maestro"))
    build(place, Options(pages=reference_pages))
    assert digests(library / "build/site") == digests(place / "build/site")


def test_a_changed_page_of_prose_asks_no_stage_again(library: Path) -> None:
    """Findings stand on records and sources: with those the same, a draft is a whole run."""
    kept = _started(library)
    (library / "site").mkdir()
    (library / "site/more.md").write_text("# More\n\nWords.\n", encoding="utf-8")
    done = build(library, _options(kept, is_draft=True))
    assert done.fresh and not done.is_behind
    assert all(step.cached for step in done.journal.steps[1:-1])
    assert not build(library, _options(Kept(), is_draft=False)).fresh


def test_the_first_draft_finds_everything_loaded(library: Path) -> None:
    """After the preparation, a draft imports nothing and reads no result from the cache."""
    command = [sys.executable, "-c", FIRST_DRAFT, str(library), str(library / ENTRY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    is_behind, modules, asked = json.loads(done.stdout)
    assert is_behind
    assert modules == []
    # All records by name, and what is looked for anew and not there.
    assert asked == ["records", "similarity"]


def test_the_preparation_leaves_everything_as_it_was(library: Path) -> None:
    """Site, findings and journal keep their bytes, and there is still nothing to build."""
    there = digests(library / "build")
    prepare(library, _options(Kept(), is_draft=True), with_pages=True)
    assert digests(library / "build") == there
    assert not build(library, Options(pages=reference_pages)).fresh


def test_a_draft_makes_only_what_the_change_is_seen_on(library: Path) -> None:
    """Pages that say the same are the very files of the build before."""
    kept = _started(library)
    site = library / "build/site"
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    before = {path: file.stat().st_ino for path, file in files.items()}
    there = digests(site)
    _replace(library / ENTRY, "Monthly", "Weekly")
    build(library, _options(kept, is_draft=True))
    made = {path for path, file in files.items() if file.stat().st_ino != before[path]}
    now = digests(site)
    assert made == {path for path in files if now[path] != there[path]}
    assert "library/churn-features.html" in made
    assert not any(path.startswith(("guides/", "reference/", "teams/")) for path in made)
    assert len(made) < len(files) / 4


def test_pages_are_told_to_load_again_when_the_new_site_is_there(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hears of a build sees its site; of a change that cannot be built, nobody hears."""
    serving, seen = Serving(library), []
    page = library / PAGE
    monkeypatch.setattr(serving.builds, "announce", lambda: seen.append(page.read_text("utf-8")))
    first = serving.show()
    assert first is not None and not first.fresh and not seen
    serving.prepare(with_pages=True)
    _replace(library / ENTRY, "Monthly", "Weekly")
    shown = serving.show()
    assert shown is not None and shown.is_behind
    assert ["Weekly churn features" in text for text in seen] == [True]
    settings = library / "catalog/settings.yaml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text("[", encoding="utf-8")
    assert serving.show() is None
    assert len(seen) == 1
    settings.write_text(good, encoding="utf-8")
    serving.watch.before = serving.watch._marks()
    serving.follow(shown)
    assert len(seen) == 2
    assert not build(library, Options(pages=reference_pages)).fresh


def test_a_change_ends_the_run_that_nobody_waits_for(library: Path) -> None:
    """It is ended at once, the site stays as it was shown, and the next run does the work."""
    kept = _started(library)
    _replace(library / ENTRY, "Monthly", "Weekly")
    build(library, _options(kept, is_draft=True))
    there = digests(library / "build")
    with whole_run(library) as process:
        assert process.poll() is None
    assert process.returncode != 0
    assert digests(library / "build") == there
    with whole_run(library) as process:
        assert process.wait(timeout=120) == 0
    assert not build(library, _options(kept, is_draft=False)).fresh


def test_a_save_ends_the_run_before_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change during a whole run ends it, and no page is told of a build."""
    (tmp_path / "catalog").mkdir()
    serving, looked, announced = Serving(tmp_path), [], []

    def poll() -> int | None:
        """A run that is done when it was looked at for the third time."""
        looked.append(1)
        (tmp_path / "catalog/a.yaml").write_text("saved", encoding="utf-8")
        return 0 if len(looked) > 2 else None

    @contextmanager
    def running(_: Path) -> Iterator[SimpleNamespace]:
        """Its process."""
        yield SimpleNamespace(poll=poll, returncode=0)

    monkeypatch.setattr(ahead, "whole_run", running)
    monkeypatch.setattr(serving.builds, "announce", lambda: announced.append(1))
    serving.follow(cast("Any", SimpleNamespace(is_behind=True)))
    assert (len(looked), announced) == (1, [])


@pytest.mark.parametrize(("where", "name"), [(generator, "_run"), (making, "Press")])
def test_a_draft_is_shown_though_its_work_folder_was_deleted(
    where: Any, name: str, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may go at any time, before the generator or after: the change is seen, nothing is said."""
    serving, step, gone = Serving(library), getattr(where, name), []
    shutil.rmtree(library / ".maestro")

    def losing(*given: Any) -> Any:
        """Take the step, the first time without the work folder."""
        if not gone:
            gone.append(1)
            shutil.rmtree(library / ".maestro")
        return step(*given)

    monkeypatch.setattr(where, name, losing)
    _replace(library / ENTRY, "Monthly", "Weekly")
    shown = serving.show()
    assert gone and shown is not None and shown.fresh
    assert "Weekly churn features" in (library / PAGE).read_text(encoding="utf-8")
    assert serving.builds.after("", 0)["fault"] == ""


def test_a_run_is_this_program_and_takes_no_module_that_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in its folder or the current one stands in for nothing of the standard library."""
    program = tmp_path / "maestro/cli/ahead.py"
    program.parent.mkdir(parents=True)
    for folder in (program.parent, program.parents[1]):
        (folder / "__init__.py").write_text("", encoding="utf-8")
    code = "import json\ndef run(root):\n    (root / 'ran').write_text(json.dumps(__file__))\n"
    program.write_text(code, encoding="utf-8")
    (tmp_path / "json.py").write_text("raise SystemExit('not json')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ahead, "__file__", str(program))
    with whole_run(tmp_path) as process:
        assert process.wait(timeout=60) == 0
    assert json.loads((tmp_path / "ran").read_text(encoding="utf-8")) == str(program)


def test_the_reference_is_the_same_whichever_command_is_at_work() -> None:
    """The pages of ``serve`` are those of ``build``: no command's help leaves a trace in them."""

    def page(*first: str) -> str:
        """The page of commands, made in a process of its own that began with a command."""
        code = (
            "import sys\nfrom maestro.cli.main import cli\n"
            f"if {first!r}: cli.main({list(first)!r}, standalone_mode=False)\n"
            "from maestro.cli.reference import reference_pages\n"
            "sys.stdout.write('\\0' + reference_pages()['reference/commands.md'])\n"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.partition("\0")[2]

    plain = page()
    lines = [line for line in plain.splitlines() if "--help  " in line]
    assert len(lines) > 20
    assert all(line.startswith("  -h, --help") for line in lines)
    assert page("serve", "--help") == page("build", "--help") == plain
