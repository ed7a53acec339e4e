"""The lines to copy get the exact version: run in a real shell, and safe with any value."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from maestro.publishing import editing
from maestro.publishing.entries.getting import Place, fetch_lines
from maestro.schema import Settings
from maestro.schema.artifact import Source
from maestro.schema.model_card import ModelFile

HOME = "https://git.example.org/team/library.git"
DIGEST = "sha256:" + "cd" * 32


def _settings(**more: object) -> Settings:
    return Settings.model_validate({"title": "T", "format": 1, **more})


def _run(command: str, folder: Path, **more: str) -> str:
    """What a command prints, with a home and an identity of its own."""
    who = {
        f"GIT_{role}_{what}": "a@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder)}
    env = {"PATH": os.environ["PATH"], **who, **alone, **more}
    done = subprocess.run(
        ["bash", "-ec", command], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_lines_bring_the_version_of_the_record(tmp_path: Path) -> None:
    """Run as they stand, they leave the file as it was at the record's commit, not the newest."""
    remote = tmp_path / "remote"
    remote.mkdir()
    _run("git init -q -b main; mkdir src; echo old > src/f.py; git add .; git commit -qm a", remote)
    commit = _run("git rev-parse HEAD", remote).strip()
    _run("echo new > src/f.py; git commit -qam b", remote)
    source = Source.model_validate({"path": "src/f.py"})
    lines = fetch_lines(source, "piece", Place(_settings(repository_url=HOME), commit))
    here = tmp_path / "here"
    here.mkdir()
    rewritten = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{remote}.insteadOf",
        "GIT_CONFIG_VALUE_0": HOME,
    }
    assert _run(lines, here, **rewritten) == "library/src/f.py\n"
    assert (here / "library/src/f.py").read_text() == "old\n"


def test_a_download_is_checked_by_its_digest(tmp_path: Path) -> None:
    """The line accepts the file that the digest is of, and refuses any other."""
    (tmp_path / "m.bin").write_bytes(b"model")
    digest = f"sha256:{hashlib.sha256(b'model').hexdigest()}"
    about = {"url": "https://files.example.org/a/m.bin?v=1", "digest": digest}
    lines = fetch_lines(ModelFile.model_validate(about), "m", Place(_settings(), ""))
    fetch, check = lines.splitlines()
    assert fetch.startswith("curl --fail ")
    assert _run(check, tmp_path) == "m.bin: OK\n"
    (tmp_path / "m.bin").write_bytes(b"other")
    with pytest.raises(subprocess.CalledProcessError):
        _run(check, tmp_path)


@pytest.mark.parametrize(
    ("about", "lines"),
    [
        (
            {"path": "src/f.py", "digest": DIGEST},
            [
                f"git clone {HOME} library",
                "git -C library checkout abc --",
                "ls -- library/src/f.py",
                "maestro verify -C library piece",
                f"# {DIGEST}",
            ],
        ),
        (
            {"git": "https://git.example.org/o/p", "ref": "v1", "path": "a", "digest": DIGEST},
            [
                "git clone https://git.example.org/o/p piece",
                "git -C piece checkout v1 --",
                "ls -- piece/a",
                "maestro verify --remote piece",
                f"# {DIGEST}",
            ],
        ),
        (
            {"url": "s3://bucket/odd%20\u00e9 name", "digest": DIGEST},
            [
                "aws s3 cp -- 's3://bucket/odd%20\u00e9 name' .",
                "maestro verify --remote piece",
                f"# {DIGEST}",
            ],
        ),
    ],
    ids=["here", "elsewhere", "an unusual name"],
)
def test_each_place_has_its_lines(about: dict[str, str], lines: list[str]) -> None:
    """A clone and the exact commit or ref, where it lies, the check and the digest."""
    place = Place(_settings(repository_url=HOME), "abc")
    source = Source.model_construct(**{"git": None, "path": None, "ref": None, "url": None} | about)
    assert fetch_lines(source, "piece", place).splitlines() == lines


def test_without_an_address_the_lines_are_for_a_clone() -> None:
    """The commit is named all the same; a mail address is nothing to clone."""
    source = Source.model_validate({"path": "src/f.py"})
    place = Place(_settings(repository_url="mailto:a@example.org"), "abc")
    assert fetch_lines(source, "p", place) == "git checkout abc --\nls -- src/f.py"
    assert fetch_lines(source, "p", Place(_settings(), "")) == "ls -- src/f.py"


@pytest.mark.parametrize(
    "bad", ["a b", "$(touch x)", "a\nrm -rf .", "';x;'", "`x`", "-rf", "a\u2028b"]
)
def test_no_value_leaves_its_word_or_its_line(bad: str) -> None:
    """Even what the schema would refuse stays one word of one line."""
    settings = _settings(repository_url=HOME)
    here = Source.model_construct(git=None, path=bad, ref=None, url=None, digest=DIGEST)
    there = Source.model_construct(git=bad, path=bad, ref=bad, url=None, digest=DIGEST)
    file = Source.model_construct(
        git=None, path=None, ref=None, url=f"https://h/{bad}", digest=DIGEST
    )
    shown = bad.replace("\n", "?").replace("\u2028", "?")
    counts = []
    for source in (here, there, file):
        lines = fetch_lines(source, "n", Place(settings, bad)).splitlines()
        counts.append(len(lines))
        for line in lines:
            words = shlex.split(line)
            assert words[0] in ("git", "ls", "maestro", "curl", "echo", "#")
            assert all(shown in word for word in words if "touch" in word or "rm" in word)
    assert counts == [5, 5, 3]


@pytest.mark.parametrize(
    ("url", "kind", "address"),
    [
        ("https://github.com/a/b.git", None, "https://github.com/a/b/blob/abc/c%20d/e.md"),
        ("https://gitlab.com/g/s/b/", None, "https://gitlab.com/g/s/b/-/blob/abc/c%20d/e.md"),
        ("https://codeberg.org/a/b", None, "https://codeberg.org/a/b/src/commit/abc/c%20d/e.md"),
        ("https://bitbucket.org/a/b", None, "https://bitbucket.org/a/b/src/abc/c%20d/e.md"),
        ("https://git.x.org/a/b", "gitea", "https://git.x.org/a/b/src/commit/abc/c%20d/e.md"),
        ("https://git.x.org/a/b", None, ""),
        (None, "github", ""),
    ],
)
def test_files_have_the_address_of_their_host(
    url: str | None, kind: str | None, address: str
) -> None:
    """Each kind of host has its own path to a file at a commit; without a commit there is none."""
    settings = _settings(repository_url=url, repository_kind=kind)
    assert editing.file_address(settings, "abc", "c d/e.md") == address
    assert editing.file_address(settings, "", "c d/e.md") == ""
