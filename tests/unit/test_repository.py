"""The door to git: discovery, history, contents; hostile repositories and addresses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.repository import CODES, Access, Repository, clone_bare, is_allowed, remote
from maestro.repository.command import run
from tests.unit.mining.making import MONDAY, Git

BOUNDARY = "0123456789abcdef" * 2


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository of the test alone."""
    return Git(tmp_path / "repo")


def failed(call, *arguments: object) -> MaestroError:
    """The error that a call is refused with."""
    with pytest.raises(MaestroError) as caught:
        call(*arguments)
    assert caught.value.code in CODES
    assert caught.value.hint
    return caught.value


def test_import_is_cheap() -> None:
    """Importing the door does not import GitPython."""
    code = "import sys, maestro.repository; sys.exit('git' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_code_says_what_and_what_to_do() -> None:
    """Each code has one line: what it means, a colon, what to do."""
    assert all(text.count(": ") >= 1 and "\n" not in text for text in CODES.values())


def test_opens_worktree_subfolder_and_bare(git: Git, tmp_path: Path) -> None:
    """A work tree, a folder in it and a bare clone are all found, and know what they are."""
    commit = git.commit({"a/b/c.txt": "1\n"})
    top = Repository.open(git.folder)
    assert (top.top, top.prefix, top.is_bare) == (git.folder, "", False)
    below = Repository.open(git.folder / "a" / "b")
    assert (below.top, below.prefix) == (git.folder, "a/b")
    git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = Repository.open(tmp_path / "bare")
    assert bare.is_bare
    assert top.head() == below.head() == bare.head() == commit


def test_linked_worktree_has_its_own_head(git: Git, tmp_path: Path) -> None:
    """A linked work tree is opened with its own HEAD and the shared objects."""
    first = git.commit({"a": "1\n"})
    second = git.commit({"a": "2\n"})
    git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), first)
    linked = Repository.open(tmp_path / "linked")
    assert linked.head() == first
    assert linked.common_dir == Repository.open(git.folder).common_dir
    assert linked.is_ancestor(first, second)


def test_a_shallow_clone_tells_the_records_it_has(git: Git, tmp_path: Path) -> None:
    """The log of records works where older history is missing, and starts at its edge."""
    git.commit({"catalog/a": "1\n"})
    last = git.commit({"catalog/b": "1\n"}, MONDAY + 1)
    git("clone", "-q", "--depth", "1", f"file://{git.folder}", str(tmp_path / "shallow"))
    (entry,) = Repository.open(tmp_path / "shallow").record_log(["catalog"])
    assert (entry.commit, entry.committed) == (last, MONDAY + 1)
    assert entry.changes == [("A", "catalog/a"), ("A", "catalog/b")]


def test_damage_names_the_repository_and_not_where_git_ran(git: Git, tmp_path: Path) -> None:
    """What git says of a damaged object leaves no temporary folder in the error, nor on disk."""
    commit = git.commit({"a": "1\n"})
    blob = git("rev-parse", "HEAD:a")
    path = git.folder / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    error = failed(lambda: list(Repository.open(git.folder).log_numstat(commit, (), BOUNDARY)))
    assert error.code == "G005"
    assert "maestro-git-" not in error.message and str(git.folder) in error.message


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: None, "G002"),
        (lambda folder: folder.write_text("a file"), "G002"),
        (lambda folder: folder.mkdir(), "G003"),
    ],
)
def test_what_is_no_repository_is_named(tmp_path: Path, make, code: str) -> None:
    """A missing folder, a file and a plain folder each give their own code and a remedy."""
    make(tmp_path / "x")
    assert failed(Repository.open, tmp_path / "x").code == code


def test_damaged_repositories_are_named(git: Git) -> None:
    """A cut HEAD, a branch of nonsense and a missing commit are damage, not emptiness."""
    commit = git.commit({"a": "1\n"})
    branch = git.folder / ".git" / "refs" / "heads" / "main"
    for content in ("nonsense\n", "1" * 40 + "\n"):
        branch.write_text(content)
        assert failed(Repository.open(git.folder).head).code == "G005"
    branch.write_text(commit + "\n")
    loose = git.folder / ".git" / "objects" / commit[:2] / commit[2:]
    loose.chmod(0o600)
    loose.write_bytes(b"cut")
    assert failed(Repository.open(git.folder).head).code == "G005"
    (git.folder / ".git" / "config").write_text("[core\n")
    assert failed(Repository.open, git.folder).code == "G005"


def test_empty_and_detached_heads(git: Git) -> None:
    """An empty repository has no head and no log; a detached one has its commit."""
    repository = Repository.open(git.folder)
    assert repository.head() is None
    assert repository.record_log(["a"]) == []
    assert repository.changed_files(["a"]) == []
    commit = git.commit({"a": "1\n"})
    git("checkout", "-q", "--detach")
    assert repository.head() == commit


def test_resolves_branches_before_tags_and_full_ids(git: Git) -> None:
    """A branch wins over a tag of the same name; tags and full ids resolve too."""
    first = git.commit({"a": "1\n"})
    second = git.commit({"a": "2\n"})
    git("tag", "-a", "-m", "x", "main", first)
    git("tag", "v1", first)
    repository = Repository.open(git.folder)
    assert repository.resolve("main") == repository.resolve("HEAD") == second
    assert repository.resolve("v1") == repository.resolve(first) == first


@pytest.mark.parametrize(
    "ref",
    ["--output=pwned", "--all", "refs/heads/../../config", "^main", "main~1", "ma*n", "main.lock",
     "0" * 40, "", "-u", "@{u}", ":/x", "main^{/(a+)+$}", "a b", "a\nb", "nothing", "x" * 300],
)  # fmt: skip
def test_hostile_refs_resolve_to_nothing(git: Git, ref: str) -> None:
    """Options, ranges, searches and unknown names are refused, and nothing is written."""
    git.commit({"a": "1\n"})
    before = sorted(git.folder.rglob("*"))
    assert failed(Repository.open(git.folder).resolve, ref).code == "G007"
    assert sorted(git.folder.rglob("*")) == before


def test_commit_time_and_ancestry(git: Git) -> None:
    """Commit time is the committer's; ancestry includes the commit itself, not what is gone."""
    first = git.commit({"a": "1\n"}, at=MONDAY, late="60")
    second = git.commit({"a": "2\n"})
    repository = Repository.open(git.folder)
    assert repository.commit_time(first) == MONDAY + 60
    assert repository.is_ancestor(first, second)
    assert repository.is_ancestor(first, first)
    assert not repository.is_ancestor(second, first)
    assert not repository.is_ancestor("1" * 40, second)
    assert repository.only_in(second, first) == {second}


def test_record_log_is_newest_first_without_merges(git: Git) -> None:
    """Adding, changing and removing records is listed with the author; merges are not."""
    one = git.commit({'catalog/a\n\t"b': "1\n", "other": "1\n"}, at=MONDAY)
    git("checkout", "-q", "-b", "side")
    two = git.commit({"catalog/b": "1\n"}, at=MONDAY + 10, name="Bo")
    git("checkout", "-q", "main")
    git.commit({"other": "2\n"}, at=MONDAY + 20)
    git("merge", "-q", "--no-ff", "-m", "merge", "side", at=MONDAY + 30)
    (git.folder / "catalog" / "b").unlink()
    three = git.commit({"catalog/c": "1\n"}, at=MONDAY + 40)
    log = Repository.open(git.folder).record_log(["catalog"])
    assert log == [
        (three, MONDAY + 40, "Ada", [("D", "catalog/b"), ("A", "catalog/c")]),
        (two, MONDAY + 10, "Bo", [("A", "catalog/b")]),
        (one, MONDAY, "Ada", [("A", 'catalog/a\n\t"b')]),
    ]


def test_changed_files_names_what_differs_from_head(git: Git) -> None:
    """Edited, deleted and new files count, ignored ones and other folders do not."""
    git.commit({"catalog/a": "1\n", "catalog/b": "1\n", "x": "1\n", ".gitignore": "*.tmp\n"})
    repository = Repository.open(git.folder)
    assert repository.changed_files(["catalog"]) == []
    git.write("catalog/a", "1\r\n")
    assert repository.changed_files(["catalog"]) == []
    git.write("catalog/a", "2\n")
    git.write("catalog/new", "1\n")
    git.write("catalog/x.tmp", "1\n")
    git.write("x", "2\n")
    (git.folder / "catalog" / "b").unlink()
    assert repository.changed_files(["catalog"]) == ["catalog/a", "catalog/b", "catalog/new"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_a_file_is_a_change(git: Git) -> None:
    """It is not opened, which would wait for a writer for ever; nor is a link followed."""
    git.commit({"catalog/a": "1\n", "catalog/b": "1\n", "catalog/c": "1\n"})
    for name in "ab":
        (git.folder / "catalog" / name).unlink()
    os.mkfifo(git.folder / "catalog/a")
    (git.folder / "catalog/b").symlink_to("c")
    assert Repository.open(git.folder).changed_files(["catalog"]) == ["catalog/a", "catalog/b"]


def test_hostile_configuration_runs_nothing(git: Git, tmp_path: Path) -> None:
    """No command named by the repository runs, and none of its settings changes an answer."""
    mark = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\necho ran >> {mark}\ncat\n")
    script.chmod(0o755)
    git.commit(
        {"a.txt": "1\n2\n", "sub/b.txt": "1\n", ".gitattributes": "* diff=evil filter=evil\n"}
    )
    git("mv", "a.txt", "c.txt")
    commit = git.commit({})
    plain = b"".join(Repository.open(git.folder).log_numstat(commit, (), BOUNDARY))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-index-change").symlink_to(script)
    for key, value in {
        "core.fsmonitor": str(script), "diff.external": str(script), "core.pager": str(script),
        "diff.evil.command": str(script), "diff.evil.textconv": str(script),
        "diff.evil.binary": "true", "filter.evil.clean": str(script), "core.hooksPath": str(hooks),
        "filter.evil.smudge": str(script), "core.sshCommand": str(script),
        "gpg.program": str(script),
        "log.showSignature": "true", "log.showRoot": "false", "diff.renames": "false",
        "diff.algorithm": "patience", "log.diffMerges": "first-parent", "core.quotePath": "true",
        "diff.relative": "true", "format.pretty": "oneline",
        "core.alternateRefsCommand": str(script),
        "diff.default.binary": "true", "log.date": "iso", "color.ui": "always",
        "pager.log": str(script), "alias.log": f"!{script}", "credential.helper": str(script),
    }.items():  # fmt: skip
        git("config", key, value)
    git.write("c.txt", "9\n")
    repository = Repository.open(git.folder / "sub")
    assert b"".join(repository.log_numstat(commit, (), BOUNDARY)) == plain
    assert repository.head() == commit
    assert repository.changed_files(["c.txt", "sub"]) == ["c.txt"]
    assert repository.read_files(commit, ["sub"]) == {"sub/b.txt": b"1\n"}
    assert len(repository.record_log(["."])) == 2
    assert not mark.exists()


def test_variables_of_the_caller_change_nothing(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside a git hook, where GIT_DIR and others are set, the right repository is read."""
    commit = git.commit({"a": "1\n"})
    other = Git(tmp_path / "other")
    other.commit({"a": "2\n"})
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(other.folder / ".git"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=true'")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    repository = Repository.open(git.folder)
    assert repository.head() == commit
    assert repository.changed_files(["a"]) == []


def test_replaced_and_grafted_commits_are_read_as_they_are(git: Git) -> None:
    """Replace refs and graft files of the repository do not rewrite history."""
    first = git.commit({"a": "1\n"})
    second = git.commit({"a": "2\n"})
    git("replace", "--graft", second)
    (git.folder / ".git" / "info" / "grafts").write_text(f"{second}\n")
    assert Repository.open(git.folder).is_ancestor(first, second)


def test_shallow_clones_are_seen(git: Git, tmp_path: Path) -> None:
    """A shallow clone says that it is one."""
    git.commit({"a": "1\n"})
    git.commit({"a": "2\n"})
    git("clone", "-q", "--depth", "1", f"file://{git.folder}", str(tmp_path / "shallow"))
    assert Repository.open(tmp_path / "shallow").is_shallow
    assert not Repository.open(git.folder).is_shallow


@pytest.mark.parametrize(
    "url",
    ["ext::sh -c touch% pwned", "fd::17", "--upload-pack=touch pwned;", "-u", "file:///etc", "/etc",
     "ssh://-oProxyCommand=touch%20pwned/x", "git://git.example.org/x.git", "../other",
     "http://git.example.org/x.git", "https://github.com@evil.example/x.git", "https:///x",
     "https://git.example.org:99999/x.git", "https://h/a b", "https://h/x?y", "https://h/x#y",
     "https://g\u0456thub.com/x.git", "https://git\u3002example\uff0eorg/x.git", "https://h\\@x/y",
     "https://h/../x", "https://h/x\n", "", "https://" + "h" * 600 + "/x", "https://host"],
)  # fmt: skip
def test_odd_addresses_are_refused_before_anything_starts(url: str, tmp_path: Path) -> None:
    """Only https://host/path, or listed plain http, is an address; nothing is made for others."""
    assert not is_allowed(url, [])
    assert failed(clone_bare, url, tmp_path / "clone").code == "G010"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "169.254.169.254", "10.1.2.3", "localhost",
     "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "0.0.0.0", "192.168.0.1", "100.64.0.1", "0x7f.1",
     "[64:ff9b::a9fe:a9fe]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
)  # fmt: skip
def test_private_hosts_are_refused_however_they_are_spelt(host: str, tmp_path: Path) -> None:
    """A host is judged by the address it resolves to, and private ones are not asked."""
    assert failed(clone_bare, f"https://{host}/x.git", tmp_path / "c").code in ("G011", "G012")
    assert list(tmp_path.iterdir()) == []


def test_lists_of_hosts_allow_exactly_what_they_name() -> None:
    """A listed host allows https; http:// before it allows plain http, at that port only."""
    assert is_allowed("https://git.local/x", ["git.local"])
    assert not is_allowed("http://git.local/x", ["git.local"])
    assert is_allowed("http://git.local:8080/x", ["http://git.local:8080"])
    assert not is_allowed("http://git.local:8081/x", ["http://git.local:8080"])
    assert not is_allowed("http://git.local.evil.org/x", ["http://git.local"])


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that every name has; git is asked for its version anew."""
    found: list[str] = []
    monkeypatch.setattr(remote, "look_up", lambda host, port: found)
    remote._git_version.cache_clear()
    yield found
    remote._git_version.cache_clear()


def settings_for(url: str, *hosts: str) -> list[str]:
    """What git is told about addresses when it fetches ``url``."""
    reached = remote._reach(url, Access(hosts))
    return [one for one in reached.way.settings if one.startswith("http.curloptResolve=")]


def test_git_asks_the_address_that_was_judged(answers: list[str]) -> None:
    """A name is pinned to the addresses it had when they were found public, at its port."""
    answers += ["2606:4700:4700::1111", "93.184.216.34"]
    pinned = "2606:4700:4700::1111,93.184.216.34"
    assert settings_for("https://git.example.org/x") == [
        f"http.curloptResolve=git.example.org:443:{pinned}"
    ]
    assert settings_for("https://git.example.org:8443/x") == [
        f"http.curloptResolve=git.example.org:8443:{pinned}"
    ]
    assert settings_for("https://git.local/x", "git.local") == []


@pytest.mark.parametrize("number", ["10.0.0.7", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "fe80::1"])
def test_one_private_address_is_enough_to_refuse(answers: list[str], number: str) -> None:
    """A name with a public and a private address, however it is carried, is not asked."""
    answers += ["93.184.216.34", number]
    assert failed(settings_for, "https://git.example.org/x").code == "G011"


def test_a_git_that_cannot_pin_is_refused(
    answers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git before 2.37 would look the name up again: it fetches from no host that is not listed."""
    answers.append("93.184.216.34")
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.36.6\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    error = failed(clone_bare, "https://git.example.org/x", tmp_path / "clone")
    assert error.code == "G021" and "2.36" in error.message and "2.37" in error.hint
    assert settings_for("https://git.local/x", "git.local") == []


def test_no_credential_helper_is_asked(git: Git, tmp_path: Path) -> None:
    """A helper that a repository configures is neither started nor told a host."""
    git.commit({"a": "1\n"})
    mark = tmp_path / "mark"
    git("config", "credential.helper", f"!touch {mark}")
    asked = b"protocol=https\nhost=git.example.org\n\n"
    code, _, _ = run(git.folder, ("credential", "fill"), asked)
    assert code and not mark.exists()
