"""Path patterns: what they match, and that none takes long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro.mining.globs import Glob, PathFilter, is_made

CASES = [
    ("*.py", ["a.py", ".py"], ["a/b.py", "a.pyc", "a"]),
    ("**/*.py", ["a.py", "a/b.py", "a/b/c.py"], ["a.pyc", "a/b"]),
    ("**/x", ["x", "a/x", "a/b/x"], ["ax", "a/xx", "x/a"]),
    ("a/**", ["a/b", "a/b/c"], ["a", "ab", "a/", "b/a/c"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "a/b/c"]),
    ("**/a/**", ["a/b", "x/a/b", "x/a/b/c"], ["a", "xa/b", "x/a"]),
    ("**", ["a", "a/b"], []),
    ("a?c", ["abc", "a*c"], ["a/c", "ac"]),
    ("a**c", ["ac", "a/b/c", "abc"], ["a", "a/b"]),
    ("a/*/c", ["a/b/c"], ["a/c", "a/b/b/c"]),
    ("src/a.py", ["src/a.py"], ["src/a_py", "src/a.py/b", "xsrc/a.py"]),
    ("[ab](+.py", ["[ab](+.py"], ["a(+.py"]),
    ("é*", ["é", "éa"], ["e"]),
]


@pytest.mark.parametrize(("pattern", "fits", "fails"), CASES)
def test_patterns_match_as_documented(pattern: str, fits: list[str], fails: list[str]) -> None:
    """One star stays in its folder, two cross folders and may match nothing; all else is text."""
    glob = Glob(pattern)
    assert [path for path in fits if not glob.matches(path)] == []
    assert [path for path in fails if glob.matches(path)] == []


def naive(pattern: str, path: str) -> bool:
    """The same rules written as plain recursion, slow and evident."""
    if not pattern:
        return not path
    if pattern.startswith("**"):
        return naive(pattern[2:], path) or (bool(path) and naive(pattern, path[1:]))
    if pattern[0] == "*":
        return naive(pattern[1:], path) or (
            bool(path) and path[0] != "/" and naive(pattern, path[1:])
        )
    if not path:
        return False
    return (pattern[0] == path[0] or (pattern[0] == "?" and path[0] != "/")) and naive(
        pattern[1:], path[1:]
    )


@given(st.text("ab*?", max_size=6).filter(lambda p: "***" not in p), st.text("ab/", max_size=6))
def test_it_equals_the_plain_rules(pattern: str, path: str) -> None:
    """Without whole-segment stars the answer is that of the plain recursive definition."""
    folder = pattern.endswith("**") and not set(pattern[:-2]) & {"*", "?"} and path == pattern[:-2]
    assert Glob(pattern).matches(path) == (naive(pattern, path) and not folder)


def test_no_pattern_explodes() -> None:
    """Eight stars against a long path that nearly fits need one pass over it, state by state."""
    glob = Glob("**/*a*a*a*a*a*a")
    steps = 0
    inner = glob._step

    def counted(states: int, char: str) -> int:
        nonlocal steps
        steps += 1
        return inner(states, char)

    glob._step = counted  # type: ignore[method-assign]
    assert not glob.matches("a" * 4000 + "b")
    assert steps <= 4001


def test_a_filter_joins_folder_include_and_exclude() -> None:
    """Patterns count from the folder; excluded goes before included; a prefix is no likeness."""
    paths = PathFilter(["src/**"], ["**/*.md"], "team/churn")
    assert paths.accepts("team/churn/src/a.py")
    assert not paths.accepts("team/churn/src/a.md")
    assert not paths.accepts("team/churn-2/src/a.py")
    assert not paths.accepts("src/a.py")
    assert PathFilter().takes_all and not paths.takes_all


def test_a_name_without_a_star_is_a_file_or_a_folder() -> None:
    """``src`` and ``src/`` take what lies below, ``a.py`` the file; neighbours are no likeness."""
    paths = PathFilter(["src", "lib/", "a.py"], ["src/old"])
    assert all(map(paths.accepts, ("src/a", "src/x/b", "lib/c", "a.py", "src/older")))
    assert not any(map(paths.accepts, ("srcs/a", "src/old/a", "x/src/a", "a.pyc", "b")))


@pytest.mark.parametrize(
    ("path", "made"),
    [("uv.lock", True), ("web/package-lock.json", True), ("vendor/x.go", True),
     ("a/x.min.js", True),
     ("a/vendor.py", False), ("lock.py", False), ("api_pb2.py", True), ("world.map", False)],
)  # fmt: skip
def test_made_files_are_known(path: str, made: bool) -> None:
    """Locks, vendored and generated files are told from what people write."""
    assert is_made(path) is made
