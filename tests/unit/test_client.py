"""The client, against a folder and a real server on loopback, good ones and bad ones."""

from __future__ import annotations

import doctest
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import maestro.client as client
from maestro.client import Library, LibraryError, NotFound
from maestro.publishing.api.publish import documents
from maestro.publishing.library import Shelf
from tests.unit.publishing import sample

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The API of the sample library as a folder: ``build/site`` below it."""
    root = tmp_path_factory.mktemp("client")
    for path, data in documents(Shelf(sample.library(root / "repo"))):
        target = root / "build" / "site" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    """The sample library, read from its folder."""
    return Library(folder / "build" / "site")


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on loopback whose every answer to GET is made by ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer."""
            answer(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}/"
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


def send(handler: BaseHTTPRequestHandler, code: int, body: bytes = b"", **headers: str) -> None:
    """A whole answer."""
    handler.send_response(code)
    for name, value in {**headers, "Content-Length": str(len(body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def files(root: Path) -> Answer:
    """Answers with the files of a folder."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        """The file, or 404."""
        path = root / handler.path.lstrip("/")
        send(handler, 200, path.read_bytes()) if path.is_file() else send(handler, 404)

    return answer


def written(root: Path, more: dict[str, Any], api: str = "1") -> Path:
    """A tiny library in a folder, with these documents beside its index."""
    head = {"api": api, "format": 1, "commit": "", "generated_at": ""}
    index = {"title": "T", "documents": sorted(more), "counts": {}, "subjects": {}}
    for path, data in {"index.json": index, **more}.items():
        target = root / "api" / "v1" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(head | data), encoding="utf-8")
    return root


def test_a_server_and_a_folder_say_the_same(folder: Path, library: Library) -> None:
    """Every call gives the same from http as from disk, whichever page the address names."""
    with serving(files(folder / "build" / "site")) as address:
        for place in (address, address + "index.html", address + "api/v1/index.json"):
            assert Library(place).commit == sample.COMMIT
        there = Library(address)
        for one in (library, there):
            assert one.title == "Sample library"
            assert one.counts["projects"] == 2
        assert there.catalog() == library.catalog()
        assert there.table("projects") == library.table("projects")
        assert there.findings("impact") == library.findings("impact")
        assert there.changes() == library.changes()
        assert there.planner() == library.planner()
        assert there.artifact("churn-features") == library.artifact("churn-features")


def test_each_document_is_asked_for_once(folder: Path) -> None:
    """Repeated calls are answered from what was read."""
    asked = []
    answer = files(folder / "build" / "site")

    def count(handler: BaseHTTPRequestHandler) -> None:
        """Note the path and answer."""
        asked.append(handler.path)
        answer(handler)

    with serving(count) as address:
        there = Library(address)
        for _ in range(3):
            there.search("churn")
            there.project("churn-2025")
    assert len(asked) == len(set(asked)) == 4


def test_a_record_comes_with_its_findings(library: Library) -> None:
    """What the file says and what was found about it, numbers as they were put in."""
    found = library.artifact("churn-features@1.3.0")
    assert (found.kind, found.version) == ("feature_pipelines", "1.3.0")
    assert found.record["owner"] == "growth"
    impacts = {one.subject: one for one in found.findings if one.kind == "impact"}
    impact = impacts["churn-features@1.3.0"]
    assert (impact.value, impact.lo, impact.hi, impact.level) == (4.1, 1.2, 7.0, 0.9)
    assert library.model("churn-model").kind == "model_cards"
    assert library.experiment("churn-2025/call-or-letter").record["project"] == "churn-2025"
    assert library.about("duration")[0].kind == "outcome_model"


def test_search_takes_words_and_facets(library: Library) -> None:
    """All words and all facets hold; graded effects come first, then use, then names."""

    def names(*args: Any, **kw: Any) -> list[str]:
        """Names in the order they were found."""
        return [row["name"] for row in library.search(*args, **kw)]

    assert names()[0] == "churn-features"
    assert len(names()) == 5
    assert names("MONTHLY churn") == ["churn-features"]
    assert names(kind="datasets") == ["customers"]
    assert names(owner="growth", tag="churn", kind="feature_pipelines") == ["churn-features"]
    assert names(min_impact=4.1) == ["churn-features"]
    assert names(min_impact=4.2) == []
    assert names("churn", limit=1) == ["churn-features"]
    assert names("churn nowhere") == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda lib: lib.artifact("churn-feature"), 'no artifact "churn-feature"; did you mean'),
        (lambda lib: lib.artifact("churn-features@1.2.0"), "churn-features@1.3.0 is; its history"),
        (lambda lib: lib.model("churn-feature"), 'no model "churn-feature"'),
        (
            lambda lib: lib.model("churn-features"),
            'an artifact, not a model: use .artifact("churn-f',
        ),
        (
            lambda lib: lib.artifact("churn-model@1.0.0"),
            'a model, not an artifact: use .model("churn',
        ),
        (lambda lib: lib.artifact("churn-2025"), '"churn-2025" is a project, not an artifact: use'),
        (lambda lib: lib.project("churn-2025/call-or-letter"), "an experiment, not a project: use"),
        (lambda lib: lib.project("../../etc"), 'no project "../../etc"'),
        (lambda lib: lib.project("\x1b[2Jx"), 'no project "?[2Jx"'),
        (lambda lib: lib.findings("impct"), "did you mean impact"),
        (lambda lib: lib.table("project"), "did you mean projects"),
        (lambda lib: lib.search(kind="dataset"), "did you mean datasets"),
        (lambda lib: lib.search(colour="red"), 'no facet "colour"; there are'),
        (lambda lib: lib.about("nothing"), 'no subject "nothing"'),
    ],
)
def test_what_is_not_there_is_said_with_the_next_thing_to_do(
    library: Library, call: Callable[[Library], Any], words: str
) -> None:
    """An unknown name is met with close ones or with those there are, a version with what is."""
    with pytest.raises(NotFound) as caught:
        call(library)
    assert words in str(caught.value)


def test_findings_follow_every_page_once(tmp_path: Path) -> None:
    """Pages are read to the last, in order; one that names itself again does not go on for ever."""

    def page(name: str, following: str) -> dict[str, Any]:
        """One page with one finding, of a later version with a field more."""
        found = {"kind": "metric", "subject": name, "value": 1.0, "later": True}
        return {"findings": [found], "next": following, "later": 1}

    more = {
        "findings/metric.json": page("a", "findings/metric-2.json"),
        "findings/metric-2.json": page("b", "findings/metric-3.json"),
        "findings/metric-3.json": page("c", "findings/metric-2.json"),
    }
    found = Library(written(tmp_path, more)).findings("metric")
    assert [one.subject for one in found] == ["a", "b", "c"]
    assert [one.subject for one in found[1:]] == ["b", "c"]
    assert [one.subject for one in Library(tmp_path).findings("metric", about="b")] == ["b"]


@pytest.mark.parametrize("following", ["https://evil.example/x.json", "../../secret.json", "/x"])
def test_a_library_cannot_send_its_reader_elsewhere(tmp_path: Path, following: str) -> None:
    """The name of a next page that is no document of the library is refused."""
    more = {"findings/metric.json": {"findings": [], "next": following}}
    with pytest.raises(client.NotALibrary, match="is no document"):
        Library(written(tmp_path, more)).findings("metric")


def test_a_newer_api_is_told_apart(tmp_path: Path) -> None:
    """A document of version 2, here or in its place, asks for a newer client."""
    with pytest.raises(client.NewerVersion, match="pip install --upgrade"):
        Library(written(tmp_path / "a", {}, api="2"))
    (tmp_path / "b/api/v2").mkdir(parents=True)
    (tmp_path / "b/api/v2/index.json").write_text("{}", encoding="utf-8")
    with pytest.raises(client.NewerVersion, match="version 2"):
        Library(tmp_path / "b")


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"api": null', "<html>"])
def test_what_is_no_document_is_refused(tmp_path: Path, text: str) -> None:
    """Another page, half a file or a bomb at the library's place is one clear error."""
    place = written(tmp_path, {}) / "api/v1/index.json"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(client.NotALibrary, match=r"index\.json is no document"):
        Library(tmp_path)


@pytest.mark.parametrize(
    ("document", "call"),
    [
        ({"columns": {"name": ["a"], "kind": []}}, lambda lib: lib.catalog()),
        ({"columns": 3}, lambda lib: lib.catalog()),
        ({"changes": [{"kind": "change"}]}, lambda lib: lib.changes()),
        ({"changes": ["x"]}, lambda lib: lib.changes()),
    ],
)
def test_a_damaged_document_is_refused(
    tmp_path: Path, document: dict[str, Any], call: Callable[[Library], Any]
) -> None:
    """Columns of unequal length and findings without a subject are errors of the library."""
    made = Library(written(tmp_path, {"catalog.json": document, "changes.json": document}))
    with pytest.raises(client.NotALibrary, match="damaged"):
        call(made)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere", "there is no folder"),
        (".", "no library is published"),
        ("ftp://a.example/", "give https"),
        ("file:///etc", "give https"),
        ("https://", "give https"),
        ("http://[", "give https"),
        ("https://me:s3cret@a.example/", "leave it out"),
    ],
)
def test_places_that_are_none_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    """Only http, https and folders; a password in an address is refused and not repeated."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LibraryError) as caught:
        Library(place)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda h: send(h, 302, Location="file:///etc/passwd"), "where they may not follow"),
        (lambda h: send(h, 301, Location="ftp://a.example/"), 'to "ftp:", which is refused'),
        (lambda h: send(h, 302, Location="/round"), "sends its readers round"),
        (lambda h: send(h, 401), "answered 401 (it asks who you are)"),
        (lambda h: send(h, 500), "answered 500"),
        (lambda h: send(h, 404), "index.json is missing"),
        (lambda h: send(h, 200, b"x" * 20_001), "larger than 20,000 bytes"),
        (lambda h: h.connection.shutdown(socket.SHUT_RDWR), "broke off"),
    ],
)
def test_servers_that_misbehave_are_met_with_one_line(answer: Answer, words: str) -> None:
    """Other schemes, rounds, refusals, floods and broken lines each end in one clear error."""
    with serving(answer) as address, pytest.raises(LibraryError) as caught:
        Library(address, most_bytes=20_000, timeout=10)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_server_that_does_not_finish_is_given_up(tmp_path: Path) -> None:
    """One that is silent and one that sends a byte at a time both run into the limit."""
    done = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        """A byte now and then."""
        handler.send_response(200)
        handler.end_headers()
        try:
            while not done.wait(0.02):
                handler.wfile.write(b" ")
        except OSError:
            pass

    for answer in (lambda _: done.wait(), trickle):
        with serving(answer) as address:
            with pytest.raises(client.Unreachable, match=r"within 0\.2 s"):
                Library(address, timeout=0.2)
            done.set()
        done.clear()


def test_nobody_there_is_said_plainly() -> None:
    """A port where nobody listens is an error of the network, with the host named."""
    with serving(lambda h: send(h, 200)) as address:
        pass
    with pytest.raises(client.Unreachable, match=r"127\.0\.0\.1 could not be reached"):
        Library(address)


def test_tables_need_pandas_and_say_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and findings become frames, a column per field; without pandas the remedy is named."""
    frame = library.findings("impact").to_frame()
    assert len(frame) == len(library.findings("impact"))
    assert frame.set_index("subject").loc["churn-features@1.3.0", "value"] == 4.1
    assert list(library.catalog().to_frame()["name"]) == [r["name"] for r in library.catalog()]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(LibraryError, match="pip install pandas"):
        library.catalog().to_frame()


def test_the_examples_of_its_documentation_are_true(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every example in the docstrings gives what it shows."""
    monkeypatch.chdir(folder)
    scope = {"library": Library("build/site")}
    tests = doctest.DocTestFinder(recurse=True).find(client, extraglobs=scope)
    results = [doctest.DocTestRunner().run(one) for one in tests]
    assert sum(one.attempted for one in results) >= 4
    assert sum(one.failed for one in results) == 0


def test_it_loads_nothing_but_the_standard_library() -> None:
    """Importing the client brings in no other part of Maestro and no package of others."""
    code = (
        "import sys; before = set(sys.modules); import maestro.client\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before} - {'maestro'}\n"
        "own = {name for name in sys.modules if name.startswith('maestro.')}\n"
        "assert new <= sys.stdlib_module_names, new - sys.stdlib_module_names\n"
        "assert {name.split('.')[1] for name in own} == {'client'}, own\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
