"""The client before libraries and servers that are damaged or mean it ill: always one error."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maestro.client as client
from maestro.client import Finding, Library, LibraryError, NotFound
from maestro.publishing.api.publish import documents
from maestro.publishing.library import Shelf
from tests.unit.publishing import sample
from tests.unit.test_client import send, serving

BODY = b'{"api": "1", "title": "T"}'
ODD = (
    None,
    True,
    -1,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    "../../x",
    [],
    [1],
    [None],
    {},
    {"x": 1},
)
CALLS: dict[str, Callable[[Library], Any]] = {
    "catalog": lambda lib: lib.catalog(),
    "table": lambda lib: lib.table("projects"),
    "search": lambda lib: lib.search("churn"),
    "search by effect": lambda lib: lib.search(min_impact=0.5, tag="churn"),
    "artifact": lambda lib: lib.artifact("churn-features@1.3.0"),
    "earlier version": lambda lib: lib.artifact("churn-features@1.2.0"),
    "model": lambda lib: lib.model("churn-model"),
    "project": lambda lib: lib.project("churn-2025"),
    "findings": lambda lib: lib.findings("impact", about="churn-features@1.3.0"),
    "about": lambda lib: lib.about("duration"),
    "changes": lambda lib: lib.changes(),
    "planner": lambda lib: lib.planner(),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every document of the sample library by its path."""
    root = tmp_path_factory.mktemp("damage")
    made = documents(Shelf(sample.library(root)))
    return {path: json.loads(data) for path, data in made if path.endswith(".json")}


def _opened(found: dict[str, Any]) -> Library:
    """A library whose documents are these."""

    def read(path: str) -> bytes:
        """One document."""
        if path not in found:
            raise NotFound(path)
        return json.dumps(found[path]).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "reader", lambda *_: read)
        return Library("https://a.example/")


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a document; of long lists the first three."""
    if place:
        yield place
    rows = value.items() if isinstance(value, dict) else ()
    rows = list(enumerate(value))[:3] if isinstance(value, list) else rows
    for key, inner in rows:
        yield from _places(inner, (*place, key))


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_is_an_error_of_the_library(
    whole: dict[str, Any], name: str, data: st.DataObject
) -> None:
    """With any value of the documents replaced or gone, a call answers or says what is wrong."""
    read: dict[str, Any] = {}

    class Noting(dict[str, Any]):
        """Documents that note which of them were asked for."""

        def __getitem__(self, path: str) -> Any:
            read[path] = super().__getitem__(path)
            return read[path]

    try:
        CALLS[name](_opened(Noting(whole)))
    except NotFound:
        assert name == "earlier version"
    found = copy.deepcopy(read)
    path = data.draw(st.sampled_from(sorted(found)))
    for _ in range(data.draw(st.integers(1, 2))):
        *way, last = data.draw(st.sampled_from(list(_places(found[path]))))
        place = found[path]
        for key in way:
            place = place[key]
        if data.draw(st.booleans()):
            place[last] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        elif isinstance(place, dict):
            place.pop(last)
    try:
        CALLS[name](_opened(whole | found))
    except LibraryError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("path", "change", "call"),
    [
        ("index.json", {"counts": None}, "catalog"),
        ("index.json", {"counts": [1]}, "catalog"),
        ("index.json", {"documents": 5}, "artifact"),
        ("index.json", {"documents": [None]}, "artifact"),
        ("index.json", {"subjects": {"duration": 5}}, "about"),
        ("artifacts/churn-features.json", {"kind": None}, "artifact"),
        ("artifacts/churn-features.json", {"record": None}, "artifact"),
        ("artifacts/churn-features.json", {"findings": None}, "artifact"),
        ("catalog.json", {"columns": {"name": ["a"], "impact": ["x"]}}, "search"),
        ("catalog.json", {"columns": {"name": ["a"], "used_by": ["x"]}}, "search"),
        ("catalog.json", {"columns": {"name": [None]}}, "search"),
        ("catalog.json", {"columns": "ab"}, "catalog"),
        ("findings/impact.json", {"findings": 5}, "findings"),
    ],
)
def test_damage_is_named(
    whole: dict[str, Any], path: str, change: dict[str, Any], call: str
) -> None:
    """Values of another kind than they have to be are refused with what to do next."""
    found = whole | {f"api/v1/{path}": whole[f"api/v1/{path}"] | change}
    with pytest.raises(client.NotALibrary, match="is damaged: build it again"):
        CALLS[call](_opened(found))


@pytest.mark.parametrize(
    "call",
    [
        lambda lib: lib.artifact(None),
        lambda lib: lib.project(5),
        lambda lib: lib.table(None),
        lambda lib: lib.about([]),
        lambda lib: lib.search(None),
        lambda lib: lib.search(kind=5),
        lambda lib: lib.search(min_impact="much"),
        lambda lib: lib.search(limit="few"),
        lambda lib: Library(None),  # type: ignore[arg-type]
    ],
)
def test_a_mistaken_argument_is_an_error_with_words(
    whole: dict[str, Any], call: Callable[[Any], Any]
) -> None:
    """What is no text where a text is asked for is said, not stumbled over."""
    with pytest.raises(LibraryError, match=r" is a text, not | are numbers|is named by its"):
        call(_opened(whole))


def test_an_empty_table_has_its_columns(whole: dict[str, Any]) -> None:
    """A listing of nothing gives a table with the columns that one of something has."""
    library = _opened(whole)
    none = library.search("nothing is called like this").to_frame()
    assert len(none) == 0
    assert list(none.columns) == list(library.catalog().to_frame().columns)
    names = [one.name for one in fields(Finding)]
    assert list(library.findings("impact", about="nothing").to_frame().columns) == names
    assert list(library.changes(limit=0).to_frame().columns) == names
    assert list(library.catalog()[:0].to_frame().columns) == list(none.columns)


def test_a_head_that_drips_is_given_up() -> None:
    """The limit holds for the whole answer: a byte of its head now and then does not extend it."""
    done = threading.Event()

    def drip(handler: Any) -> None:
        """A head that never ends."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        try:
            while not done.wait(0.02):
                handler.wfile.write(b"x")
                if handler.wfile.closed:
                    return
        except OSError:
            pass

    with serving(drip) as address:
        stop = threading.Timer(5, done.set)  # without the limit the test would not end
        stop.start()
        with pytest.raises(client.Unreachable, match=r"within 0\.3 s"):
            Library(address, timeout=0.3)
        assert not done.is_set()
        stop.cancel()
        done.set()


def test_an_answer_that_is_cut_short_is_refused() -> None:
    """Fewer bytes than were announced are no document, even when they read like one."""

    def cut(handler: Any) -> None:
        """A whole JSON text, announced as longer."""
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(BODY)

    with serving(cut) as address, pytest.raises(client.Unreachable, match="broke off"):
        Library(address, timeout=10)


def test_redirects_stay_on_their_host() -> None:
    """Another host and another port are refused by name and not asked; the same place is read."""
    asked: list[str] = []
    target = [""]

    def elsewhere(handler: Any) -> None:
        """A library that nobody was asked to read."""
        asked.append(handler.path)
        send(handler, 200, BODY)

    def here(handler: Any) -> None:
        """Redirect to the place that stands in the path, and answer below it."""
        if handler.path.startswith("/there/"):
            send(handler, 200, BODY)
        else:
            send(handler, 302, b"", Location=target[0] + handler.path)

    with serving(elsewhere) as other, serving(here) as address:
        port = other.rsplit(":", 1)[1].strip("/")
        for place in (other.rstrip("/"), f"http://localhost:{port}", "//127.0.0.2"):
            target[0] = place
            with pytest.raises(client.Unreachable, match="to another place"):
                Library(address, timeout=10)
        target[0] = "/there"
        assert Library(address, timeout=10).title == "T"
    assert asked == []
