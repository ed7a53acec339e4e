"""What no file of the project may say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Put together from pieces, so that this file passes its own test.
HOSTS = re.compile(
    r"\b("
    + "|".join(
        [
            r"pypi\.(org|io|python)",
            r"files\.python" + "hosted",
            "python" + r"hosted\.org",
            r"(registry\.)?npm" + r"js\.(com|org)",
            r"yarn" + r"pkg\.com",
            r"(deb|security|archive)\.(debian|ubuntu)\.(org|com)",
            r"conda\.anaconda\.org",
            r"ghcr\.io",
            r"docker\.io",
        ]
    )
    + r")",
    re.IGNORECASE,
)
MACHINE = re.compile(
    r"(?<![\w.$}~-])/(work|root|farm)(?=[/\s\"'`:)]|$)"
    r"|(?<![\w.])/home/[a-z]|(?<![\w.])/Users/[A-Za-z]|(?<![\w.])/tmp/[a-z]"
)


def texts() -> list[tuple[str, str]]:
    """Name and text of every tracked file that is text; of every file where git is missing."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout
    found = []
    for name in sorted(filter(None, listed.decode("utf-8", "surrogateescape").split("\0"))):
        path = ROOT / name
        if path.is_symlink() or not path.is_file():
            continue
        try:
            found.append((name, path.read_bytes().decode("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def bad_lines(pattern: re.Pattern[str]) -> list[str]:
    """``file:line: text`` of all that a pattern matches."""
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry() -> None:
    """Where packages come from is the reader's business: no file names a registry's host."""
    assert not bad_lines(HOSTS), "\n" + "\n".join(bad_lines(HOSTS))


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    """No file holds an absolute path that exists on one machine only."""
    assert not bad_lines(MACHINE), "\n" + "\n".join(bad_lines(MACHINE))


@pytest.mark.parametrize(
    ("pattern", "line", "hit"),
    [
        (HOSTS, "https://files.python" + "hosted.org/x", True),
        (HOSTS, "pypi" + ".org/simple", True),
        (HOSTS, "publish it to a registry", False),
        (MACHINE, "see /ro" + "ot/.cache", True),
        (MACHINE, "cd /wo" + "rk", True),
        (MACHINE, "/ho" + "me/ann/x", True),
        (MACHINE, "open /tm" + "p/x.txt", True),
        (MACHINE, "https://host/root/home", False),
        (MACHINE, "build/work/x and tmp_path", False),
        (MACHINE, "from tmp/x", False),
    ],
)
def test_the_patterns_hit_what_they_should(pattern: re.Pattern[str], line: str, hit: bool) -> None:
    """The two searches find what they are for and leave ordinary text alone."""
    assert bool(pattern.search(line)) == hit
