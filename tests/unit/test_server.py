"""The server for looking at the site: pages follow the builds, files stay as they are."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from maestro.cli.server import ASK, SCRIPT, Builds, Watch, serve_folder

PAGE = b"<html><head></head><body><p>one</p></body></html>"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Builds, Path]]:
    """The address of a small site, its builds and its folder."""
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "data.json").write_bytes(b'{"a": 1}')
    builds = Builds(7)
    with serve_folder(tmp_path, 0, builds) as address:
        yield address, builds, tmp_path


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


def test_a_page_is_served_with_the_script_that_reloads_it(
    served: tuple[str, Builds, Path],
) -> None:
    """The script stands in what is served, by folder and by name, and not in the file."""
    address, _, folder = served
    tag = f'<script src="{SCRIPT}" defer></script></body>'.encode()
    assert _get(address) == _get(f"{address}index.html?q=1") == PAGE.replace(b"</body>", tag)
    assert (folder / "index.html").read_bytes() == PAGE
    assert b"location.reload()" in _get(address + SCRIPT[1:])


def test_other_files_are_served_as_they_are(served: tuple[str, Builds, Path]) -> None:
    """Data is served byte for byte, what is not there is not found, and nothing outside is."""
    address, _, _ = served
    assert _get(f"{address}data.json") == b'{"a": 1}'
    for path in ("gone.html", "../../etc/passwd", "%2e%2e/secret.html"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            _get(address + path)
        caught.value.close()
        assert caught.value.code == 404


def test_who_waits_is_told_of_the_next_build(served: tuple[str, Builds, Path]) -> None:
    """Who knows no build or an old one hears at once; who knows the last one hears of the next."""
    address, builds, _ = served
    ask = address + ASK[1:]
    known = {"turn": "7", "build": "7", "fault": ""}
    assert json.loads(_get(ask)) == json.loads(_get(f"{ask}?seen=3")) == known
    heard: list[bytes] = []
    waiting = threading.Thread(target=lambda: heard.append(_get(f"{ask}?seen=7")))
    waiting.start()
    waiting.join(0.3)
    assert heard == []
    builds.announce()
    waiting.join(20)
    assert [json.loads(one) for one in heard] == [{"turn": "8", "build": "8", "fault": ""}]


def test_a_fault_is_told_until_a_build_succeeds() -> None:
    """A fault is news but no new build; being well again is news, with a new build or without."""
    builds = Builds(7)
    builds.say("broken")
    assert builds.after("7", 20) == {"turn": "8", "build": "7", "fault": "broken"}
    builds.say("broken")
    assert builds.after("8", 0.01)["turn"] == "8"
    builds.say("")
    assert builds.after("8", 20) == {"turn": "9", "build": "7", "fault": ""}
    builds.say("worse")
    builds.announce()
    assert builds.after("10", 20) == {"turn": "11", "build": "11", "fault": ""}


def test_a_quiet_wait_ends_with_the_same_number() -> None:
    """A wait without a build ends with what was known, so that the page asks again."""
    assert Builds(7).after("7", 0.01) == {"turn": "7", "build": "7", "fault": ""}


def test_the_watch_notices_what_comes_changes_and_goes(tmp_path: Path) -> None:
    """Records, projects and hand-written pages count; anything else does not."""
    (tmp_path / "catalog").mkdir()
    record = tmp_path / "catalog" / "a.yaml"
    watch = Watch(tmp_path)
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert not watch.has_news()
    for text in ("one", "other"):
        record.write_text(text, encoding="utf-8")
        assert watch.has_news()
        watch.wait()
        assert not watch.has_news()
    record.unlink()
    assert watch.has_news()


def test_the_watch_looks_into_folders_and_at_the_settings_of_the_site(tmp_path: Path) -> None:
    """A file changed in place in a folder of a folder is news, and so is the site's own file."""
    project, settings = tmp_path / "projects/p/project.yaml", tmp_path / "mkdocs.yml"
    project.parent.mkdir(parents=True)
    for file in (project, settings):
        file.write_text("one", encoding="utf-8")
    watch = Watch(tmp_path)
    for file in (project, settings):
        assert not watch.has_news()
        file.write_text("other", encoding="utf-8")
        assert watch.has_news()
        watch.wait()
    settings.unlink()
    assert watch.has_news()
