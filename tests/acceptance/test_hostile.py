"""Files that mean harm or are damaged: bytes that a text file of examples cannot hold."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree

ENTRY = "catalog/pipelines/odd-one.yaml"
HEAD = (
    "version: 1.0.0\ndescription: A record with something odd in its last line.\n"
    "owner: growth\nsource: {path: catalog/settings.yaml}\n"
)
LAUGHS = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

BYTES = {
    "alias bomb": ((HEAD + LAUGHS).encode(), "Y008", 5),
    "anchor": ((HEAD + "extra: &x {a: 1}\n").encode(), "Y008", 5),
    "merge key": ((HEAD + "extra: {<<: {a: 1}}\n").encode(), "Y013", 5),
    "deep flow": ((HEAD + "extra: " + "[" * 100_000).encode(), "Y015", 5),
    "deep block": (
        (HEAD + "extra:\n" + "".join(" " * n + "a:\n" for n in range(1, 200))).encode(),
        "Y015",
        None,
    ),
    "big": ((HEAD + "# comment\n" * 40_000).encode(), "Y003", 1),
    "many values": ((HEAD + "extra: [" + "1," * 20_001 + "]\n").encode(), "Y009", 5),
    "long value": ((HEAD + "usage: " + "x" * 70_000 + "\n").encode(), "Y009", 5),
    "NUL": ((HEAD + "usage: a\0b\n").encode(), "Y004", 5),
    "escaped NUL": ((HEAD + 'usage: "a\\0b"\n').encode(), "Y004", 5),
    "terminal": ((HEAD + 'usage: "\\e[31mred"\n').encode(), "Y004", 5),
    "bidi": ((HEAD + "usage: a\u202eb\n").encode(), "Y004", 5),
    "zero width": ((HEAD + "usage: a\u200bb\n").encode(), "Y004", 5),
    "bare CR": ((HEAD + "usage: a\rb\n").encode(), "Y004", 5),
    "BOM": (b"\xef\xbb\xbf" + HEAD.encode(), "Y002", 1),
    "UTF-16": (HEAD.encode("utf-16"), "Y001", 1),
    "Latin-1": ((HEAD + "usage: naïve\n").encode("latin-1"), "Y001", 5),
    "overlong": (HEAD.encode() + b"usage: \xc0\xaf\n", "Y001", 5),
    "surrogate": (HEAD.encode() + b"usage: \xed\xa0\x80\n", "Y001", 5),
    "tab": ((HEAD + "extra:\n\ta: 1\n").encode(), "Y017", 6),
    "key twice": ((HEAD + "version: 2.0.0\n").encode(), "Y011", 5),
    "key twice, other quotes": ((HEAD + '"version": 2.0.0\n').encode(), "Y011", 5),
    "key twice, full width": ((HEAD + "ｖersion: 2.0.0\n").encode(), "Y011", 5),
    "tag": ((HEAD + "extra: {a: !!python/object/apply:os.system [id]}\n").encode(), "Y014", 5),
    "int tag": ((HEAD + "extra: {a: !!int abc}\n").encode(), "Y014", 5),
    "directive": (("%YAML 1.2\n---\n" + HEAD).encode(), "Y006", None),
    "two documents": ((HEAD + "---\n" + HEAD).encode(), "Y007", 5),
    "empty": (b"", "Y016", 1),
    "list": (b"- version: 1.0.0\n", "Y016", 1),
    "only a comment": (b"# nothing yet\n", "Y016", 1),
    "list as key": ((HEAD + "? [a, b]\n: x\n").encode(), "Y010", 5),
    "number as key": ((HEAD + "extra: {1: x}\n").encode(), "Y010", 5),
    "template": ((HEAD + "{{ name }}: x\n").encode(), "Y010", 5),
    "conflict": ((HEAD + "<<<<<<< HEAD\nstatus: beta\n").encode(), "Y005", 5),
    "open quote": ((HEAD + 'usage: "abc\n').encode(), "Y005", None),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Y001", 1),
    "long number": ((HEAD + f"extra: {{a: {'9' * 5000}}}\n").encode(), "Y012", 5),
    **{
        f"plain {word}": ((HEAD + f"extra: {{a: {word}}}\n").encode(), "Y013", 5)
        for word in ("no", "On", "YES", "y", "True", "017", "1_000", "12:30", "1e3", "0x1F", ".inf")
    },
}


def _check(root: Path, maestro) -> list[dict]:
    answer = maestro("check", "-C", root, "--format", "json", "--no-cache")
    assert answer.err == ""
    assert answer.code in (0, 1)
    problems: list[dict] = json.loads(answer.out)["problems"]
    return problems


@pytest.mark.parametrize("name", BYTES)
def test_hostile_bytes_are_refused_at_their_line(name: str, tmp_path: Path, maestro) -> None:
    """A hostile or damaged file is refused with the rule that speaks and the right line."""
    data, code, line = BYTES[name]
    write_tree(tmp_path, HEALTHY)
    (tmp_path / ENTRY).parent.mkdir()
    (tmp_path / ENTRY).write_bytes(data)
    problems = _check(tmp_path, maestro)
    assert {problem["path"] for problem in problems} == {ENTRY}
    assert (code, line) in {(p["code"], line and p["line"]) for p in problems}


def test_one_bad_file_never_hides_the_others(tmp_path: Path, maestro) -> None:
    """With every hostile file in one tree, each is named and the healthy rest stays silent."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / ENTRY).parent.mkdir()
    for number, (data, _, _) in enumerate(BYTES.values()):
        (tmp_path / f"catalog/pipelines/odd-{number:02}.yaml").write_bytes(data)
    paths = {problem["path"] for problem in _check(tmp_path, maestro)}
    assert paths == {f"catalog/pipelines/odd-{number:02}.yaml" for number in range(len(BYTES))}


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _loop(path: Path) -> None:
    path.symlink_to(path.parent)


def _folder(path: Path) -> None:
    path.mkdir()


def _other_ending(path: Path) -> None:
    path.with_suffix(".yml").write_text(HEAD)


def _repository(path: Path) -> None:
    for name in ("HEAD", "config"):
        (path.parent / name).write_text("")
    (path.parent / "objects").mkdir()


ODD_FILES = {
    "link to a file": (_link, "F002"),
    "link to its own folder": (_loop, "F002"),
    "pipe": (os.mkfifo, "F002"),
    "folder": (_folder, "F002"),
    "other ending": (_other_ending, "F004"),
    "embedded repository": (_repository, "F009"),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files_are_refused_unopened(name: str, tmp_path: Path, maestro) -> None:
    """Links, pipes, folders and embedded repositories are named, not followed and not opened."""
    make, code = ODD_FILES[name]
    write_tree(tmp_path, HEALTHY)
    (tmp_path / ENTRY).parent.mkdir()
    make(tmp_path / ENTRY)
    assert [problem["code"] for problem in _check(tmp_path, maestro)] == [code]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_named(tmp_path: Path, maestro) -> None:
    """A file without read permission is a fault of that file, not of the run."""
    write_tree(tmp_path, {**HEALTHY, ENTRY: HEAD})
    (tmp_path / ENTRY).chmod(0)
    assert [problem["code"] for problem in _check(tmp_path, maestro)] == ["F001"]


@pytest.mark.parametrize(
    "name",
    ["--help", "-rf", "a\n::error::b", "x" * 240, "Foo", "con", "404", "__proto__", "a b", "a--b"],
)
def test_names_outside_the_alphabet_are_refused(name: str, tmp_path: Path, maestro) -> None:
    """A file name that is no name is refused on one line, whatever it tries to say."""
    write_tree(tmp_path, HEALTHY)
    (tmp_path / ENTRY).parent.mkdir()
    (tmp_path / f"catalog/pipelines/{name}.yaml").write_text(HEAD)
    problems = _check(tmp_path, maestro)
    assert [problem["code"] for problem in problems] == ["F003"]
    assert "\n" not in problems[0]["path"]
    for format_ in ("text", "github"):
        answer = maestro("check", "-C", tmp_path, "--format", format_)
        lines = [line for line in answer.out.splitlines() if line.lstrip().startswith("::")]
        assert len(lines) == (1 if format_ == "github" else 0)


def test_text_of_entries_cannot_issue_workflow_commands(tmp_path: Path, maestro) -> None:
    """A value that looks like a CI command comes out escaped in every format."""
    text = HEAD.replace("growth", '"::error::x%0A::set-env name=A::b"')
    write_tree(tmp_path, {**HEALTHY, ENTRY: text})
    github = maestro("check", "-C", tmp_path, "--format", "github").out
    assert github.count("\n") == 1
    assert github.startswith(f"::error file={ENTRY},line=3,col=8,title=R002::")
    assert "%250A" in github
    plain = maestro("check", "-C", tmp_path).out
    assert "::" not in plain


def test_gitlab_report_has_what_the_host_reads(tmp_path: Path, maestro) -> None:
    """``--format gitlab`` is a code-quality report: place, severity and a stable fingerprint."""
    write_tree(tmp_path, {**HEALTHY, ENTRY: HEAD.replace("growth", "grwoth")})
    first = json.loads(maestro("check", "-C", tmp_path, "--format", "gitlab").out)
    again = json.loads(maestro("check", "-C", tmp_path, "--format", "gitlab").out)
    assert first == again
    assert first[0]["location"] == {"path": ENTRY, "lines": {"begin": 3}}
    assert first[0]["check_name"] == "R002"
    assert first[0]["severity"] == "major"
    assert len(first[0]["fingerprint"]) == 64
