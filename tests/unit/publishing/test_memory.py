"""Pages that are not made again: only those whose look-ups all give what they gave."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from maestro.errors import Problem
from maestro.publishing.assembly.generator import walk
from maestro.publishing.assembly.memory import Later, Memory, Row, _program, key_of
from maestro.publishing.assembly.traced import NEVER, Answers, Lookup, traced
from maestro.publishing.assembly.tree import Mark
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Site
from maestro.publishing.site import Places, SiteReport, build_site, made_pages
from maestro.schema import Owners
from maestro.schema.learned import ImpactDetail

from . import sample
from .conftest import Built

ENTRY = "churn-features"


def _without(library: Library, kind: str) -> Library:
    return replace(library, findings=tuple(f for f in library.findings if f.kind != kind))


def _louder(library: Library) -> Library:
    """Every impact with a number is half a point more."""
    found = tuple(
        f.model_copy(update={"value": f.value + 0.5, "hi": f.hi + 1})
        if f.kind == "impact" and f.value is not None and f.hi is not None
        else f
        for f in library.findings
    )
    return replace(library, findings=found)


def _reworded(library: Library) -> Library:
    entry = library.catalog.entries[ENTRY]
    record = entry.record.model_copy(update={"description": "Says something else."})
    changed = replace(entry, record=record, digest=hashlib.sha256(b"else").hexdigest())
    entries = {**library.catalog.entries, ENTRY: changed}
    return replace(library, catalog=replace(library.catalog, entries=entries))


def _renamed_team(library: Library) -> Library:
    owners = Owners.model_validate({"teams": {"growth": {"title": "Another name"}, "risk": {}}})
    return replace(library, catalog=replace(library.catalog, owners=owners))


def _without_project(library: Library) -> Library:
    projects = dict(library.catalog.projects)
    projects.pop("churn-2025")
    experiments = {n: e for n, e in library.catalog.experiments.items() if "churn-2025" not in n}
    left = replace(library.catalog, projects=projects, experiments=experiments)
    return replace(library, catalog=left)


def _only_detail(library: Library) -> Library:
    """What is said beside the numbers changes, and no number does."""
    found = tuple(
        f.model_copy(update={"detail": f.detail.model_copy(update={"grade": "strong"})})
        if isinstance(f.detail, ImpactDetail) and f.detail.grade in ("weak", "moderate")
        else f
        for f in library.findings
    )
    assert found != library.findings
    return replace(library, findings=found)


def _only_prose(library: Library) -> Library:
    entries = {n: replace(e, prose="Told anew.") for n, e in library.catalog.entries.items()}
    return replace(library, catalog=replace(library.catalog, entries=entries))


def _settings(library: Library, **update: object) -> Library:
    settings = library.catalog.settings.model_copy(update=update)
    return replace(library, catalog=replace(library.catalog, settings=settings))


CHANGES: dict[str, Callable[[Library], Library]] = {
    "no likeness": partial(_without, kind="similarity"),
    "other impact": _louder,
    "other words": _reworded,
    "other team": _renamed_team,
    "project gone": _without_project,
    "detail alone": _only_detail,
    "prose alone": _only_prose,
    "other margin": partial(_settings, impact_margin=3.0),
    "other commit": partial(replace, commit="e" * 40, generated_at="2026-11-22T09:00:00Z"),
}


def _bytes(folder: Path) -> dict[str, str]:
    return {p: hashlib.sha256((folder / p).read_bytes()).hexdigest() for p in walk(folder)}


def _build(library: Library, built: Built, folder: Path, *, fresh: bool) -> SiteReport:
    """Build with a work folder that has the shells of the shared build."""
    work = folder.parent / "work"
    if not work.exists():
        shutil.copytree(built.work, work, ignore=shutil.ignore_patterns("pages.json"))
    if fresh:
        (work / "pages.json").unlink(missing_ok=True)
    return build_site(library, folder, work, places=built.places)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_would_be_made(built: Built, tmp_path: Path, change: str) -> None:
    """After a change of records or findings the tree is that of a build from nothing."""
    _build(built.library, built, tmp_path / "site", fresh=True)
    library = CHANGES[change](built.library)
    report = _build(library, built, tmp_path / "site", fresh=False)
    clean = _build(library, built, tmp_path / "clean", fresh=True)
    assert _bytes(tmp_path / "site") == _bytes(tmp_path / "clean")
    assert 0 < report.written < clean.written
    assert report.made < clean.made


def test_a_frame_stands_on_every_page(built: Built, tmp_path: Path) -> None:
    """What all pages say, as the library's title, makes each of them anew."""
    _build(built.library, built, tmp_path / "site", fresh=True)
    for update in ({"title": "Called otherwise"}, {"title": "Called otherwise", "simulated": True}):
        library = _settings(built.library, **update)
        _build(library, built, tmp_path / "site", fresh=False)
        _build(library, built, tmp_path / "b" / "clean", fresh=True)
        assert _bytes(tmp_path / "site") == _bytes(tmp_path / "b" / "clean")


def test_each_commit_stands_in_its_own_documents(built: Built, tmp_path: Path) -> None:
    """From commit to commit and back, outside git too, each document names the present one."""
    _build(built.library, built, tmp_path / "site", fresh=True)
    other = replace(built.library, commit="e" * 40, generated_at="2027-01-01T00:00:00Z")
    bare = replace(built.library, commit="", generated_at="")
    for library in (other, built.library, bare, built.library):
        _build(library, built, tmp_path / "site", fresh=False)
        _build(library, built, tmp_path / "b" / "clean", fresh=True)
        assert _bytes(tmp_path / "site") == _bytes(tmp_path / "b" / "clean")


def test_the_program_is_part_of_what_a_page_is_told_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its parts, its packages and the version of Python each change the key."""
    keys = {key_of("a"), key_of("b"), key_of("a", ""), key_of("", "a")}
    for name, value in (("_PARTS", ("publishing",)), ("_PACKAGES", ("Jinja2",))):
        with monkeypatch.context() as patch:
            patch.setattr(f"maestro.publishing.assembly.memory.{name}", value)
            _program.cache_clear()
            keys.add(key_of("a"))
    _program.cache_clear()
    monkeypatch.setattr("sys.version", "3.99")
    keys.add(key_of("a"))
    _program.cache_clear()
    assert len(keys) == 7


def test_nothing_is_made_again_when_nothing_changed(built: Built, tmp_path: Path) -> None:
    """A second build makes no page of a record, and a touched file is made and mended."""
    first = _build(built.library, built, tmp_path / "site", fresh=True)
    assert first.made > 10
    assert _build(built.library, built, tmp_path / "site", fresh=False).made == 0
    page = tmp_path / "site" / "library" / f"{ENTRY}.html"
    good = page.read_bytes()
    page.unlink()
    page.write_bytes(good.replace(b"Churn", b"Churm"))
    report = _build(built.library, built, tmp_path / "site", fresh=False)
    assert (report.made, report.written) == (1, 1)
    assert page.read_bytes() == good


def test_a_damaged_memory_counts_as_none(built: Built, tmp_path: Path) -> None:
    """With a cut or foreign file of what was kept, everything is made anew, the same."""
    first = _build(built.library, built, tmp_path / "site", fresh=True)
    memory = tmp_path / "work" / "pages.json"
    whole = memory.read_text(encoding="utf-8")
    for bad in (whole[:1000], "[]", f'"0{whole[1:]}'):
        memory.write_text(bad, encoding="utf-8")
        again = _build(built.library, built, tmp_path / "site", fresh=False)
        assert (again.made, again.written) == (first.made, 0)


def test_every_lookup_of_a_page_can_be_repeated(built: Built) -> None:
    """No page of a record asks for something whose answer cannot be told from another."""
    site = Site(Shelf(built.library), frozenset())
    answers = Answers(site.shelf)
    later = [page for page in made_pages(site) if isinstance(page, Later)]
    assert later
    for page in later:
        log = page.lookups()
        page.make(replace(site, shelf=traced(site.shelf, log)), page.subject)
        assert NEVER not in log, page.path
        unknown = [lookup for lookup in log if not answers.of(lookup)]
        assert unknown == [], page.path


def test_answers_tell_values_apart(built: Built) -> None:
    """The same question has the same answer, another number or text another one."""
    one, other = Answers(Shelf(built.library)), Answers(Shelf(_louder(built.library)))
    asked = ("()", "one", "impact", f"{ENTRY}@1.3.0")
    assert one.of(asked) == Answers(Shelf(built.library)).of(asked) != other.of(asked)
    assert one.of(("#", "catalog.entries")) == other.of(("#", "catalog.entries"))
    assert one.of(("=", "catalog.root")) == ""


def test_a_maker_brings_nothing_along() -> None:
    """A page is made later by a plain function alone: what it closed over would go unnoticed."""
    seen = [1]
    with pytest.raises(TypeError, match="plain function"):
        Later("a.html", None, lambda site, subject: seen)
    with pytest.raises(TypeError, match="plain function"):
        Later("a.html", None, partial(max, 1))


def test_many_builds_in_a_row(built: Built, tmp_path: Path) -> None:
    """After change upon change, each on what was kept of the last, the tree is a clean one's."""
    _build(built.library, built, tmp_path / "site", fresh=True)
    library = built.library
    for change in (_louder, _reworded, _renamed_team, _louder):
        library = change(library)
        _build(library, built, tmp_path / "site", fresh=False)
    assert _build(library, built, tmp_path / "site", fresh=False).made == 0
    _build(library, built, tmp_path / "clean", fresh=True)
    assert _bytes(tmp_path / "site") == _bytes(tmp_path / "clean")


def _later(name: str, subject: object = "") -> Later:
    return Later(f"{name}.html", subject, _make)


def _make(*_: object) -> None:
    """It is never called."""


def test_a_page_of_plain_data_is_told_by_it(built: Built, tmp_path: Path) -> None:
    """What a page is of, when that is no record, decides like a look-up, to the last value."""
    answers, file = Answers(Shelf(built.library)), tmp_path / "kept.json"
    first = Memory("k", answers, file)
    first.note(_later("a", ("x" * 50, [1, 2.5])), [], ())
    first.write(lambda path: Mark(1, 2), {})
    for other in (("x" * 50, [1, 2.6]), ("x" * 50, [1, 2, 5]), ("x" * 51, [1, 2.5]), "", ()):
        assert Memory("k", answers, file).recall(_later("a", other)) is None
    assert Memory("k", answers, file).recall(_later("a", ("x" * 50, [1, 2.5]))) is not None


def test_what_no_page_needs_is_forgotten(built: Built, tmp_path: Path) -> None:
    """Look-ups keep their numbers, and vanish when most are needed by no page any more."""
    answers, file = Answers(Shelf(built.library)), tmp_path / "kept.json"
    names = [*built.library.catalog.entries][:3]
    first = Memory("k", answers, file)
    for name in names:
        first.note(_later(name), [("()", "page", name), ("()", "one", "reuse", name)], ())
    first.write(lambda path: Mark(1, 2), {})
    second = Memory("k", answers, file)
    assert second.recall(_later(names[2])) == Row(Mark(1, 2), ())
    second.keep(_later(names[2]), ())
    second.write(lambda path: Mark(1, 2), {})
    asked = json.loads(file.read_text(encoding="utf-8").splitlines()[1])
    assert asked == [["()", "page", names[2]], ["()", "one", "reuse", names[2]]]
    third = Memory("k", answers, file)
    assert third.recall(_later(names[0])) is None
    assert third.recall(_later(names[2])) == Row(Mark(1, 2), ())


def test_whatever_is_asked_of_a_mapping_is_noted(built: Built) -> None:
    """Whether it has a name, what it has there, how much it holds, and all of it."""
    log: dict[Lookup, None] = {}
    shelf = traced(Shelf(built.library), log)
    assert "churn-2025" in shelf.catalog.projects
    assert shelf.catalog.projects.get("gone") is None
    assert (len(shelf.replaces), next(iter(shelf.learners))) == (0, "customers")
    assert list(log) == [
        ("[]", "catalog.projects", "churn-2025"),
        ("[]", "catalog.projects", "gone"),
        ("#", "replaces"),
        ("=", "learners"),
    ]


def test_what_is_asked_by_one_name_or_path_is_noted_once(built: Built) -> None:
    """Findings, record and users of a name are one look-up; text and faults of a file another."""
    log: dict[Lookup, None] = {}
    shelf = traced(Shelf(built.library), log)
    entry = built.library.catalog.entries[ENTRY]
    assert shelf.about(entry)
    assert shelf.one("impact", entry.reference) is not None
    assert (shelf.of("gone", ENTRY), shelf.catalog.entries[ENTRY]) == ([], entry)
    assert (ENTRY in shelf.replaces, shelf.learners.get(ENTRY)) == (False, None)
    assert shelf.source_text(entry.path)
    assert shelf.problems_of(entry.path) == []
    assert entry.path in shelf.doubles
    assert shelf.changed.get(entry.path)
    assert shelf.page(entry.reference) == shelf.page(ENTRY)
    assert list(log) == [
        ("()", "known_of", ENTRY),
        ("()", "known_at", entry.path),
        ("()", "page", ENTRY),
    ]


def test_one_noted_lookup_tells_all_that_it_stands_for(built: Built) -> None:
    """Whatever a look-up by name or path gives, a change in it changes the one that is noted."""
    entry = built.library.catalog.entries[ENTRY]
    shelf = Shelf(built.library)
    of, at = ("()", "known_of", ENTRY), ("()", "known_at", entry.path)
    before = {lookup: Answers(shelf).of(lookup) for lookup in (of, at)}

    def changed(lookup: Lookup, change: Callable[[Shelf], None]) -> bool:
        """Whether the look-up gives something else on a shelf with this change."""
        other = Shelf(built.library)
        change(other)
        return Answers(other).of(lookup) != before[lookup]

    finding = shelf.about(entry)[0]
    fault = Problem(entry.path, 1, 1, "R001", "a fault", "mend it")
    assert not changed(of, lambda other: None)
    assert not changed(at, lambda other: None)
    assert changed(of, lambda other: other.replaces.update({ENTRY: ["a"]}))
    assert changed(of, lambda other: other.learners.update({ENTRY: [("", entry)]}))
    assert changed(at, lambda other: other.changed.update({entry.path: "2020-01-01"}))
    assert changed(at, lambda other: other.doubles.update({entry.path: [finding]}))
    assert changed(at, lambda other: other._problems[entry.path].append(fault))
    for found in shelf.about(entry):
        left = tuple(one for one in built.library.findings if one is not found)
        other = Answers(Shelf(replace(built.library, findings=left)))
        assert other.of(of) != before[of], found.kind
    reworded = Answers(Shelf(_reworded(built.library)))
    assert reworded.of(of) != before[of]
    texts = {**built.library.catalog.texts, entry.path: b"else"}
    catalog = replace(built.library.catalog, texts=texts)
    assert Answers(Shelf(replace(built.library, catalog=catalog))).of(at) != before[at]


def test_pages_are_made_again_for_the_guides_they_lead_to_alone(
    built: Built, tmp_path: Path
) -> None:
    """Another guide makes no page of a record again; one that they lead to, all that do."""
    guides, work = sample.guides(tmp_path / "guides"), tmp_path / "work"

    def build(folder: Path, work: Path) -> SiteReport:
        """Build with the guides that are there now."""
        return build_site(built.library, folder, work, places=Places(guides=guides))

    first = build(tmp_path / "site", work)
    (guides / "another.md").write_text("# Another\n\nOf something else.\n", encoding="utf-8")
    assert build(tmp_path / "site", work).made < first.made / 10
    build(tmp_path / "clean", tmp_path / "clean-work")
    assert _bytes(tmp_path / "site") == _bytes(tmp_path / "clean")
    (guides / "how-impact-is-measured.md").write_text("# Impact\n\nHow.\n", encoding="utf-8")
    build(tmp_path / "site", work)
    build(tmp_path / "other", tmp_path / "other-work")
    assert _bytes(tmp_path / "site") == _bytes(tmp_path / "other")
    page = (tmp_path / "site/library/churn-features.html").read_text(encoding="utf-8")
    assert "guides/how-impact-is-measured.html" in page
