"""Where the evidence is of an earlier version, the page offers that version to copy."""

from __future__ import annotations

import html
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

from maestro.publishing.entries.measured import search_line
from maestro.publishing.library import Library, Shelf

from . import sample
from .sample_findings import finding, impact
from .whole import all_pages

PAGE = "library/churn-features.html"
RECORD = "catalog/feature_pipelines/churn-features.yaml"
COMMIT = "ab12" * 10
DIGEST = "sha256:" + "12" * 32
NAMED = "- artifact: churn-features@1.2.0"


def _part(library: Library, section: str, path: str = PAGE) -> str:
    page = next(page for page in all_pages(Shelf(library)) if page.path == path)
    return str(page.parts[section])


def _words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def _unproven(library: Library, *more: object) -> Library:
    """The library, in which the current version of one piece has no effect yet."""
    gone = "churn-features@1.3.0"
    found = [f for f in library.findings if f.kind != "change" and f.subject != gone]
    return replace(library, findings=(*found, impact(gone, None, None), *more))  # type: ignore[arg-type]


def test_the_version_that_was_measured_is_offered(tmp_path: Path) -> None:
    """It says of which version the evidence is, offers its line, and says what is not known."""
    library = sample.library(tmp_path)
    said = _words(_part(_unproven(library), "use"))
    assert (
        "The evidence is of 1.2.0 (no clear effect); 1.3.0 has not enough of its own yet." in said
    )
    assert "- artifact: churn-features@1.3.0" in said
    assert NAMED in said
    assert "It cannot be fetched exactly: no commit with 1.2.0 is recorded." in said
    assert f"git log --oneline -S 1.2.0 -- {RECORD}" in said
    assert "has the digest" not in said


def test_what_is_known_of_it_is_told(tmp_path: Path) -> None:
    """The commit of a change with that version, and the digest of its history, to the letter."""
    record = sample.FEATURES.replace("note: First", f"digest: '{DIGEST}', note: First")
    library = sample.library(tmp_path, {RECORD: record})
    detail = {
        "action": "added",
        "record_kind": "feature_pipelines",
        "path": RECORD,
        "commit": COMMIT,
        "at": "2025-01-10T08:00:00Z",
        "version": "1.2.0",
    }
    said = _words(_part(_unproven(library, finding("change", "churn-features", detail)), "use"))
    assert f"git -C library checkout {COMMIT} --" in said
    assert "maestro show -C library churn-features" in said
    assert f"Its content has the digest {DIGEST}" in said
    assert "cannot be fetched exactly" not in said


def test_the_line_finds_the_commit(tmp_path: Path) -> None:
    """Run as it stands, it names the commit that wrote the version, and no other."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "a"),
            ("EMAIL", "a@example.org"),
            ("DATE", "2025-01-10T08:00:00Z"),
        )
    }
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(tmp_path)}

    def run(line: str) -> str:
        """What a shell line prints in the folder."""
        env = {"PATH": os.environ["PATH"], **who, **alone}
        done = ["bash", "-ec", line]
        return subprocess.run(
            done, cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        ).stdout

    run("git init -q")
    for version, history in (("1.1.0", ""), ("1.2.0", "1.1.0"), ("1.3.0", "1.2.0 1.1.0")):
        text = f"version: {version}\nhistory: [{history}]\n"
        (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
        run(f"git add r.yaml && git commit -qm 'release {version}'")
    assert run(search_line("1.2.0", "r.yaml")).split(maxsplit=1)[1] == "release 1.2.0\n"


def test_a_version_with_evidence_of_its_own_stands_alone(tmp_path: Path) -> None:
    """Nothing of an earlier version is offered where the current one has a number, or none has."""
    library = sample.library(tmp_path)
    assert NAMED not in _words(_part(library, "use"))
    bare = replace(library, findings=tuple(f for f in library.findings if f.kind != "impact"))
    assert NAMED not in _words(_part(bare, "use"))


def test_projects_are_named_once(tmp_path: Path) -> None:
    """Those behind an effect are counted, with a link to the table that has each of them."""
    library = sample.library(tmp_path)
    helps = _part(library, "helps")
    users = _part(library, "lineage")
    said = "3 finished projects; each with its version, success and outcome stands below Used by ."
    assert said in _words(helps)
    assert 'href="#used-by"' in helps
    assert ">Churn 2025</a>" not in helps
    assert 'id="used-by"' in users
    assert ">Churn 2025</a>" in users
