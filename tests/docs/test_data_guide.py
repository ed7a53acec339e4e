"""The guide to the data: every example gives what the guide says, against a real server."""

from __future__ import annotations

import doctest
import functools
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from referencing.exceptions import Unresolvable

from maestro.publishing.api.openapi import PATHS
from maestro.publishing.api.publish import documents
from maestro.publishing.library import Shelf
from tests.unit.publishing import sample

from .pages import text_of

PAGE = "site/guides/read-it-as-data.md"
SITE = "https://library.example.org/"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sample library's data."""
    root = tmp_path_factory.mktemp("data")
    for path, data in documents(Shelf(sample.library(root / "repo"))):
        (root / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / path).write_bytes(data)
    return root / "site"


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    """The sample library's data on a loopback server."""
    handler = functools.partial(_Quiet, directory=str(published))
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/"
    made.shutdown()
    thread.join()
    made.server_close()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(PAGE), re.DOTALL | re.MULTILINE)


def test_the_python_examples_are_true(address: str) -> None:
    """Played from top to bottom, each example gives what stands below it."""
    text = "\n".join(_blocks("python")).replace(SITE, address)
    example = doctest.DocTestParser().get_doctest(text, {}, "guide", PAGE, 0)
    assert len(example.examples) > 10
    said: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE
    result = doctest.DocTestRunner(optionflags=flags).run(example, out=said.append)
    assert result.failed == 0, "".join(said)


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")),
    reason="curl or jq is missing: on Debian apt-get install curl jq",
)
def test_the_curl_examples_are_true(address: str) -> None:
    """Each line for curl and jq prints what stands below it."""
    played = 0
    for block in _blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            count = 1 + sum(line.startswith("> ") for line in lines)
            command = "\n".join(line.removeprefix("> ") for line in lines[:count])
            done = subprocess.run(
                ["bash", "-c", command.replace(SITE, address)],
                capture_output=True,
                text=True,
                check=True,
            )
            assert done.stdout.splitlines() == lines[count:], command
            played += 1
    assert played >= 4


def test_the_description_is_validated_as_the_guide_says(published: Path, address: str) -> None:
    """Both calls of the validator find no fault; without an address it finds no schema."""
    text = " ".join(text_of(PAGE).split())
    (path,) = re.findall(r"`openapi-spec-validator build/site/(\S+)`", text)
    program = [sys.executable, "-m", "openapi_spec_validator", str(published / path)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (base,) = re.findall(r'`validate\(description, base_uri="([^"]+)"\)`', text)
    description = json.loads((published / path).read_text("utf-8"))
    assert base == SITE + path
    validate(description, base_uri=base.replace(SITE, address))
    with pytest.raises(Unresolvable):
        validate(description)


def test_every_document_stands_in_the_table() -> None:
    """The table names every path that the description of the API has."""
    table = text_of(PAGE).split("## What there is")[1].split("**It stays")[0]
    named = {re.sub(r"<\w+>", "<>", one) for one in re.findall(r"`([^` ]+\.\w+)`", table)}
    for one in PATHS:
        if "{page}" not in one.path:
            assert re.sub(r"\{\w+\}", "<>", one.path) in named, one.path


def test_the_numbers_are_those_of_the_code() -> None:
    """Limits that the guide names are the limits that hold."""
    from maestro.client.reading import MOST_BYTES
    from maestro.publishing.api.feed import MOST_ENTRIES
    from maestro.publishing.api.publish import MOST_FINDINGS

    text = text_of(PAGE)
    assert f"at most {MOST_FINDINGS:,} in a document" in text
    assert f"newest {MOST_ENTRIES} changes" in text
    assert f"({MOST_BYTES // 2**20} MiB)" in text
