"""Mining one history: the rows are those that git itself shows, whatever the history holds."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.mining.git import GitMiner
from maestro.repository import Repository

from .making import DAY, MONDAY, Git, block, import_stream


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository of the test alone."""
    return Git(tmp_path / "repo")


def mine(git: Git, cursor: str = "", **options):
    """What the miner gives from a cursor on."""
    return GitMiner(Repository.open(git.folder), **options).mine(cursor)


def rows(git: Git) -> tuple[dict, list]:
    """Commits by id, and file changes."""
    tables = mine(git).tables
    return {row[0]: row for row in tables["commit"]}, tables["file_change"]


def test_one_commit_has_every_column(git: Git) -> None:
    """Ids, parents, both dates, both people, subject and co-authors come as git has them."""
    first = git.commit({"a": "1\n"})
    message = "Subject\n\nBody\n\nCo-authored-by: Bo <bo@x>\nCo-Authored-By: Cy <cy@x>\n"
    second = git.commit({"a": "1\n2\n"}, MONDAY + DAY, late="7", message=message)
    commits, files = rows(git)
    assert commits[second] == (
        *(second, [first], MONDAY + DAY, MONDAY + DAY + 7, "Ada", "ada@example.org"),
        *("Carl", "carl@example.org", "Subject", ["Bo <bo@x>", "Cy <cy@x>"]),
    )
    assert sorted(files) == sorted([(first, "a", None, 1, 0), (second, "a", None, 1, 0)])


def test_merges_have_no_files_and_every_parent(git: Git) -> None:
    """A merge and an octopus merge list their parents and add no lines a second time."""
    base = git.commit({"a": "1\n"})
    tips = []
    for name in ("x", "y", "z"):
        git("checkout", "-q", "-b", name, base)
        tips.append(git.commit({name: f"{name}\n"}, MONDAY + len(tips)))
    git("merge", "-q", "-m", "octopus", "x", "y", at=MONDAY + 99)
    octopus = git("rev-parse", "HEAD")
    commits, files = rows(git)
    assert commits[octopus][1] == [tips[2], tips[0], tips[1]]
    assert sum(row[3] for row in files) == 4
    assert octopus not in {row[0] for row in files}


def test_odd_names_come_through(git: Git) -> None:
    """Names with newline, tab, quote, arrow and braces stay whole, also in renames."""
    odd = ["new\nline", "tab\tin", 'quo"te', "a => b", "{x => y}/z", "émoji 🎉", "-dash", "\\x"]
    first = git.commit({name: f"{name}\n" * 3 for name in odd})
    git("mv", "a => b", "c => d")
    git("mv", "new\nline", "{x => y}/new\nline")
    second = git.commit({}, MONDAY + 1)
    _, files = rows(git)
    assert {row[1:] for row in files if row[0] == first} == {
        (name, None, 6 if name == "new\nline" else 3, 0) for name in odd
    }
    assert {row[1:] for row in files if row[0] == second} == {
        ("c => d", "a => b", 0, 0),
        ("{x => y}/new\nline", "new\nline", 0, 0),
    }


def test_binary_files_have_no_lines_and_submodules_no_rows(git: Git) -> None:
    """Binary content counts None, and a submodule's entry is left out when it comes and moves."""
    first = git.commit({"b.bin": b"\0\1" * 99, "t": "1\n"})
    for target in ("1" * 40, "2" * 40):
        git("update-index", "--add", "--cacheinfo", f"160000,{target},sub")
        git("commit", "-q", "-m", "module")
    commits, files = rows(git)
    assert len(commits) == 3
    assert sorted(files) == [(first, "b.bin", None, None, None), (first, "t", None, 1, 0)]


def test_odd_people_messages_and_dates(git: Git) -> None:
    """Latin-1 bytes, nobody, no message, 1970, 2099 and 10^14 seconds: no commit is lost."""
    import_stream(
        git,
        [
            block(b"J\xf6rg <j@x>", b"0 +0000", b"caf\xe9", {b"caf\xe9.txt": b"1\n"}),
            block(b" <>", b"4070908800 +0000", b"", {b"b": b"1\n"}),
            block(b"C <c@x>", b"100000000000000 +0000", b"x" * 5000, {b"c": b"1\n"}),
            block(b"D <d@x>", b"1600000000 -0800", b"\x1b[31m::error::x\nbody", {b"d": b"1\n"}),
        ],
    )
    commits, files = rows(git)
    by_date = {row[2]: row for row in commits.values()}
    assert set(by_date) == {0, 4070908800, None, 1600000000}
    assert by_date[0][4] == "J\ufffdrg"
    assert by_date[4070908800][4:6] == ("", "")
    assert by_date[4070908800][8] == ""
    assert by_date[None][8] == "x" * 200
    assert sorted(row[1] for row in files) == ["b", "c", "caf\ufffd.txt", "d"]


def test_a_malformed_author_line_loses_nothing(git: Git) -> None:
    """A commit object whose author line git cannot read keeps its files and its place."""
    first = git.commit({"a": "1\n"})
    tree = git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nparent {first}\nauthor nobody\ncommitter C <c@x> 1600000000 +0000\n\nm\n"
    odd = git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw.encode())
    git("reset", "-q", "--hard", odd)
    last = git.commit({"a": "2\n"})
    commits, _ = rows(git)
    assert list(commits) == [last, odd, first]
    assert commits[odd][2] is None


def test_no_text_can_pose_as_the_next_commit(git: Git) -> None:
    """A message that imitates the log's own marks stays one message of one commit."""
    evil = "a\x1e\x01b\n\n" + "0123456789abcdef" * 2 + "1" * 40
    git.commit({"a": "1\n"}, message=evil, name="x\x1ey")
    commits, files = rows(git)
    assert len(commits) == len(files) == 1


def test_tokens_in_subjects_are_masked(git: Git) -> None:
    """What looks like a token or a password in an address is not kept."""
    token = "ghp_" + "a1B2" * 9
    git.commit({"a": "1\n"}, message=f"use {token} at https://me:secret@host/x")
    (row,) = mine(git).tables["commit"]
    assert row[8] == "use *** at https://***@host/x"


def test_going_on_gives_what_starting_over_gives(git: Git) -> None:
    """After new commits only those are read, and together they are the whole."""
    first = git.commit({"a": "1\n"})
    git.commit({"a": "2\n"})
    third = git.commit({"a": "3\n"})
    more = mine(git, first)
    assert (more.cursor, more.whole, more.gone) == (third, False, frozenset())
    assert len(more.tables["commit"]) == 2
    assert mine(git, third).tables == {}


def test_a_rewritten_history_names_what_is_gone(git: Git) -> None:
    """After a forced push the lost commits are named; after a lost cursor all is read anew."""
    git.commit({"a": "1\n"})
    old = git.commit({"a": "2\n"})
    git("reset", "-q", "--hard", "HEAD~1")
    new = git.commit({"a": "3\n"}, MONDAY + 5)
    found = mine(git, old)
    assert (found.cursor, found.gone, found.whole) == (new, {old}, False)
    assert [row[0] for row in found.tables["commit"]] == [new]
    again = mine(git, "1" * 40)
    assert again.whole and len(again.tables["commit"]) == 2


def test_incomplete_histories_are_refused_by_name(git: Git, tmp_path: Path) -> None:
    """Shallow, partial, empty, damaged and too long histories each have their own refusal."""
    assert refused(git) == "G018"
    git.commit({"a": "1\n"})
    blob = git("rev-parse", "HEAD:a")
    git.commit({"a": "2\n"})
    git("config", "uploadpack.allowFilter", "true")
    url = f"file://{git.folder}"
    git("clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    git("clone", "-q", "--bare", "--filter=blob:none", url, str(tmp_path / "partial"))
    for name, code in (("shallow", "G008"), ("partial", "G009")):
        with pytest.raises(MaestroError) as caught:
            GitMiner(Repository.open(tmp_path / name)).mine("")
        assert caught.value.code == code and caught.value.hint
    assert refused(git, max_commits=1) == "G016"
    assert refused(git, ref="gone") == "G007"
    (git.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert refused(git) == "G005"


def refused(git: Git, **options) -> str:
    """The code that mining is refused with."""
    with pytest.raises(MaestroError) as caught:
        mine(git, **options)
    assert caught.value.hint
    return caught.value.code


def test_work_tree_attributes_do_not_change_counts(git: Git) -> None:
    """What .gitattributes says in the work tree at this moment has no part in the numbers."""
    git.commit({"a.txt": "1\n"})
    git.write(".gitattributes", "*.txt -diff\n")
    (row,) = mine(git).tables["file_change"]
    assert row[3:] == (1, 0)


ATTRIBUTES = {
    "no diff": "* -diff\n",
    "binary": "* binary\n",
    "text": "* text eol=crlf\n*.bin diff\n",
    "a driver": "* diff=foo\n",
    "another encoding": "* working-tree-encoding=UTF-16\n",
}
SETTINGS = (
    *("diff.foo.binary=true", "diff.foo.textconv=false", "diff.context=abc", "diff.relative=true"),
    *("diff.interHunkContext=9", "diff.renameLimit=1", "diff.renames=false", "diff.external=false"),
    *("diff.orderFile=nowhere", "diff.ignoreSubmodules=none", "diff.suppressBlankEmpty=true"),
    *("diff.algorithm=minimal", "diff.noprefix=true", "diff.wsErrorHighlight=all"),
    *("core.bigFileThreshold=1", "core.ignoreCase=true", "core.precomposeUnicode=true"),
    *("core.commitGraph=false", "core.quotePath=true", "core.attributesFile=.gitattributes"),
    *("core.autocrlf=true", "log.showRoot=false", "log.diffMerges=on", "log.follow=true"),
    *("log.date=relative", "log.mailmap=true", "log.excludeDecoration=x", "log.decorate=full"),
    *("format.pretty=oneline", "i18n.logOutputEncoding=latin1", "grep.fullName=true"),
)


def everything(git: Git) -> tuple[object, ...]:
    """All that lines are counted from: rows, a merge's changes, lines at two commits."""
    repository, boundary = Repository.open(git.folder), "ab" * 16
    head = repository.head() or ""
    merges = b"".join(repository.landed_merges([head], boundary))
    first = git("rev-list", "--max-parents=0", "HEAD")
    lines = (repository.text_lines(first), repository.line_changes([first, head]))
    return mine(git).tables, merges, lines, repository.record_log(["b"])


@pytest.fixture
def merged(git: Git) -> Git:
    """Text, binary and renamed files on two branches, and a merge of both."""
    numbers = [f"{number}\n" for number in range(40)]
    git.commit({"a.txt": "".join(numbers), "x.bin": b"\0\1", "sub/é": "1\r\n2\r\n"})
    git("checkout", "-q", "-b", "side")
    git.commit({"b": "1\n\n"}, MONDAY + 1, name="J\u00f6rg")
    git("checkout", "-q", "main")
    numbers[3] = numbers[9] = numbers[30] = "x\n"
    git.commit({"a.txt": "".join(numbers)}, MONDAY + 2)
    git("mv", "a.txt", "c.txt")
    git("mv", "sub/é", "sub/A.txt")
    git.commit({}, MONDAY + 3)
    git("merge", "-q", "--no-ff", "-m", "merge", "side", at=MONDAY + 4)
    return git


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_change_no_count(merged: Git, tmp_path: Path, name: str) -> None:
    """Own, work tree's and named attribute files of a repository have no part in the numbers."""
    before = everything(merged)
    merged.write(".gitattributes", ATTRIBUTES[name])
    merged("config", "core.attributesFile", str(merged.folder / ".gitattributes"))
    (merged.folder / ".git" / "info" / "attributes").write_text(ATTRIBUTES[name], "utf-8")
    merged("config", "diff.foo.binary", "true")
    merged("config", "diff.foo.textconv", "false")
    assert everything(merged) == before
    assert everything(merged)[2][0] == {"a.txt": 40, "sub/é": 2, "x.bin": None}


def test_committed_attributes_count_the_same_in_every_kind_of_clone(
    merged: Git, tmp_path: Path
) -> None:
    """A bare clone, a work tree, a linked one, one that borrows objects and a changed one agree."""
    merged.commit({".gitattributes": "*.txt -diff\n*.bin diff\n"}, MONDAY + 5)
    merged.commit({"c.txt": "1\n"}, MONDAY + 6)
    here, url = str(merged.folder), f"file://{merged.folder}"
    merged("clone", "-q", "--bare", url, str(tmp_path / "bare"))
    merged("clone", "-q", "--shared", here, str(tmp_path / "shared"))
    merged("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    expected = mine(merged).tables
    assert ("c.txt", None, 0, 39) in {row[1:] for row in expected["file_change"]}
    for name in ("bare", "shared", "linked"):
        assert GitMiner(Repository.open(tmp_path / name)).mine("").tables == expected, name
    merged.write(".gitattributes", "* binary\n")
    assert mine(merged).tables == expected


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_of_the_repository_change_no_count(merged: Git, setting: str) -> None:
    """Whatever a repository configures for logs and diffs, also nonsense, the numbers stay."""
    before = everything(merged)
    (merged.folder / ".git" / "info" / "attributes").write_text("* diff=foo\n", "utf-8")
    name, _, value = setting.partition("=")
    merged("config", name, value)
    assert everything(merged) == before


def test_a_missing_commit_is_damage(merged: Git) -> None:
    """A commit object that is gone is G005; no partial clone is blamed for what it is not."""
    gone = merged("rev-parse", "HEAD~2")
    (merged.folder / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    assert refused(merged) == "G005"


def test_only_a_missing_object_makes_a_partial_clone_unusable(merged: Git, monkeypatch) -> None:
    """A partial clone whose git stops for another reason gives that reason, not G009."""
    (merged.folder / ".git" / "objects" / "pack" / "x.promisor").write_text("", "utf-8")
    assert len(mine(merged).tables["commit"]) == 5

    def stop(*_: object) -> None:
        raise MaestroError("G006", "git failed: no space left", "make space")

    monkeypatch.setattr(Repository, "log_numstat", stop)
    assert refused(merged) == "G006"


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_blocks_may_be_cut_anywhere(git: Git, size: int) -> None:
    """The rows do not depend on where the stream's blocks end."""
    for number in range(12):
        git.commit({f"f{number % 3}": f"{number}\n" * number}, MONDAY + number)
    boundary = "ab" * 16
    repository = Repository.open(git.folder)
    stream = b"".join(repository.log_numstat(repository.head() or "", (), boundary))
    blocks = [stream[at : at + size] for at in range(0, len(stream), size)]
    commits, files = GitMiner(repository)._rows(iter(blocks), boundary)
    assert (commits, files) == GitMiner(repository)._rows(iter([stream]), boundary)
    assert len(commits) == 12


def test_totals_equal_plain_git(git: Git) -> None:
    """Files, added and deleted lines equal ``git log --numstat`` read line by line."""
    for number in range(30):
        text = "".join(f"{line * number % 7}\n" for line in range(40))
        git.commit({f"d{number % 4}/f": text, f"n{number}": "x\n"}, MONDAY + number * DAY)
    shown = git("log", "--numstat", "--format=", "--no-merges")
    lines = [line.split("\t") for line in shown.splitlines()]
    files = mine(git).tables["file_change"]
    assert len(files) == len(lines)
    assert sum(row[3] for row in files) == sum(int(line[0]) for line in lines)
    assert sum(row[4] for row in files) == sum(int(line[1]) for line in lines)


def test_stopping_early_leaves_no_process(git: Git) -> None:
    """When reading stops in the middle, git is ended and no pipe stays open."""
    git.commit({f"f{number}": "x\n" for number in range(50)})
    stream = Repository.open(git.folder).log_numstat(git("rev-parse", "HEAD"), (), "ab" * 16)
    next(stream)
    stream.close()
    running = subprocess.run(["ps", "-o", "args="], capture_output=True, text=True, check=False)
    assert "ab" * 16 not in running.stdout


def test_dates_of_1970_and_2106_are_dates(git: Git) -> None:
    """The first second of 1970 and those around the end of 32 bits, in 2106, come through."""
    dates = (0, 4_294_967_295, 4_294_967_296)
    import_stream(
        git, [block(b"A <a@x>", b"%d +0000" % at, b"m", {b"f%d" % at: b"1\n"}) for at in dates]
    )
    commits, files = rows(git)
    assert sorted(row[2] for row in commits.values()) == list(dates)
    assert len(files) == 3


def test_repositories_with_longer_ids_are_read(tmp_path: Path) -> None:
    """A repository with SHA-256 ids gives the same rows, and goes on where it was."""
    folder = tmp_path / "long"
    folder.mkdir()
    subprocess.run(
        ["git", "init", "-q", "-b", "main", "--object-format=sha256", folder], check=True
    )
    git = Git(folder)
    first = git.commit({"a": "1\n2\n", "b": b"\0"})
    second = git.commit({"a": "1\n"}, MONDAY + 1)
    assert len(first) == 64
    commits, files = rows(git)
    assert commits[second][1] == [first]
    assert sorted(files, key=repr) == sorted(
        [(first, "a", None, 2, 0), (first, "b", None, None, None), (second, "a", None, 0, 1)],
        key=repr,
    )
    assert [row[0] for row in mine(git, first).tables["commit"]] == [second]
    assert Repository.open(folder).text_lines(second) == {"a": 1, "b": None}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder to somebody else")
def test_a_repository_of_another_user_is_read_or_refused_by_name(git: Git) -> None:
    """A folder that another user owns gives right numbers: its configuration starts nothing."""
    git.commit({"a": "1\n"})
    for folder, _, names in os.walk(git.folder):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, 12345, 12345)
    (row,) = mine(git).tables["file_change"]
    assert row[1:] == ("a", None, 1, 0)
