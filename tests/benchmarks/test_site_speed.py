"""What the published site costs, in CPU seconds as ratios to its floor, and in bytes.

The floor: make what each entry's page says, put it into a ready shell and write the file; no
generator, search or link check, and no document of data, of which there is one for each entry
too: these are also told with it. Run with
``python3 start.py test tests/benchmarks/test_site_speed.py -n 0 -s -m slow``; the numbers are
printed. The sizes come from ``MAESTRO_SITE_ENTRIES`` (10,000 when it is not set).
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import statistics
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from maestro.cli.reference import reference_pages
from maestro.publishing.api import publish
from maestro.publishing.assembly.shell import frame_of, stub_shell
from maestro.publishing.assembly.stamping import built, stamped
from maestro.publishing.assembly.stubs import STUBS
from maestro.publishing.entries import artifacts
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Site
from maestro.publishing.site import SiteReport, build_site
from tests.unit.publishing.whole import check_links

from .big_library import library, with_change

pytestmark = pytest.mark.slow
ENTRIES = int(os.environ.get("MAESTRO_SITE_ENTRIES", "10000"))
"""Entries of the big library; the small one has a tenth."""


@dataclass(frozen=True)
class Made:
    """A built site and what it took."""

    library: Library
    site: Path
    report: SiteReport
    seconds: float
    memory_mb: float


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process and of what it started, and the result."""
    before = os.times()
    found = work()
    after = os.times()
    return sum(after[:4]) - sum(before[:4]), found


def resident_mb() -> float:
    """Memory of this process now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder that holds the generator's output."""
    folder = tmp_path_factory.mktemp("work")
    build_site(library(20), folder.parent / "first", folder, reference_pages())
    return folder


@pytest.fixture(scope="module")
def sites(work: Path) -> Iterator[list[Made]]:
    """A library of a tenth and the whole one, each built from nothing."""
    made = []
    for count in (ENTRIES // 10, ENTRIES):
        whole = library(count)
        site = work.parent / f"site-{count}"
        (work / "pages.json").unlink(missing_ok=True)
        before = resident_mb()
        peaks: list[float] = []
        seconds, report = cpu(lambda w=whole, s=site, p=peaks: _built(w, s, work, p))
        made.append(Made(whole, site, report, seconds, max(peaks) - before))
    yield made


def _built(whole: Library, site: Path, work: Path, peaks: list[float]) -> SiteReport:
    done = threading.Event()

    def look() -> None:
        """Note the memory ten times a second."""
        while not done.wait(0.1):
            peaks.append(resident_mb())

    watch = threading.Thread(target=look)
    watch.start()
    try:
        return build_site(whole, site, work, reference_pages())
    finally:
        peaks.append(resident_mb())
        done.set()
        watch.join()


def floor(whole: Library, work: Path, out: Path) -> None:
    """Each entry's page made, put into its shell and written, and nothing else."""
    shells = next((work / "shells").iterdir()) / "site"
    shelf = Shelf(whole)
    frame = frame_of(shelf.settings)
    cut = {
        stub.name: stub_shell(stub, (shells / built(stub.path)).read_text(encoding="utf-8"))
        for stub in STUBS.values()
    }
    wanted = {f"library/{name}.html" for name in whole.catalog.entries}
    (out / "library").mkdir(parents=True)
    site = Site(shelf, frozenset())
    for page in artifacts.pages(site):
        made = page.make(site, page.subject)
        assert made.path in wanted
        (out / made.path).write_bytes(stamped(cut[made.stub], frame, made).encode())


def floor_of_data(whole: Library, out: Path) -> None:
    """Each document of the API made and written, and nothing else."""
    for path, data in publish.documents(Shelf(whole)):
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)


def test_a_whole_site_near_its_floor(
    sites: list[Made], work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole site costs at most 2.5 times its floor; its memory stays below 17 KB an entry."""
    big = sites[1]
    # As in a build: the collector of garbage leaves alone what was there before.
    gc.freeze()
    least, _ = cpu(lambda: floor(big.library, work, work.parent / "floor"))
    data, _ = cpu(lambda: floor_of_data(big.library, work.parent / "floor"))
    gc.unfreeze()
    ratio = big.seconds / least
    with capsys.disabled():
        print(f"\n{ENTRIES:,} entries: {big.seconds:.1f} CPU s, {ratio:.2f} x the floor", end="")
        print(f" of {least:.1f} s, {big.seconds / (least + data):.2f} x with the documents", end="")
        print(f" of data, {data:.1f} s; {big.memory_mb:.0f} MB; {big.report.links:,} links")
    assert ratio <= 2.5
    assert big.memory_mb <= 17 * ENTRIES / 1000


def test_each_further_entry_costs_the_same(
    sites: list[Made], capsys: pytest.CaptureFixture[str]
) -> None:
    """From a tenth to the whole, an entry costs the same within 15 percent."""
    small, big = sites
    each = [made.seconds / len(made.library.catalog.entries) * 1000 for made in sites]
    with capsys.disabled():
        print(f"\nan entry: {each[0]:.2f} ms of {small.report.pages:,} pages, ", end="")
        print(f"{each[1]:.2f} ms of {big.report.pages:,}")
    assert each[1] <= 1.15 * each[0]


def test_one_changed_entry(sites: list[Made], work: Path, capsys: Any) -> None:
    """One changed entry costs a quarter of a whole build and writes its pages and lists alone.

    In a new commit every document of the API is written again, for each says which one it is of.
    """
    big = sites[1]
    same, report = cpu(lambda: build_site(big.library, big.site, work, reference_pages()))
    assert report.written == 0
    name = sorted(big.library.catalog.entries)[ENTRIES // 2]
    changed = with_change(big.library, name)
    one, report = cpu(lambda: build_site(changed, big.site, work, reference_pages()))
    merged = replace(changed, commit="d" * 40, generated_at="2026-07-01T12:00:00Z")
    merge, all_new = cpu(lambda: build_site(merged, big.site, work, reference_pages()))
    with capsys.disabled():
        print(f"\nnothing changed: {same:.1f} CPU s; one entry: {one:.1f} CPU s, ", end="")
        print(f"{report.written} files written; in a new commit {merge:.1f} CPU s, ", end="")
        print(f"{all_new.written} files; whole: {big.seconds:.1f} CPU s")
    assert report.written <= 20
    assert one <= big.seconds / 4


def test_links_of_the_whole_tree(sites: list[Made], capsys: pytest.CaptureFixture[str]) -> None:
    """Every link and anchor of the finished tree leads somewhere, in two fifths of a build."""
    big = sites[1]
    seconds, links = cpu(lambda: check_links(big.site))
    with capsys.disabled():
        print(f"\n{links:,} links and anchors read from disk in {seconds:.1f} CPU s: none broken")
    assert links == big.report.links
    assert seconds <= big.seconds / 2.5


def test_bytes(sites: list[Made], capsys: pytest.CaptureFixture[str]) -> None:
    """Entry pages, the search index and the catalog stay small."""
    big = sites[1]
    pages = sorted((big.site / "library").glob("*.html"))[:: max(1, ENTRIES // 200)]
    raw = [page.stat().st_size for page in pages]
    packed = [len(gzip.compress(page.read_bytes())) for page in pages]
    index = len(gzip.compress((big.site / "search/search_index.json").read_bytes()))
    words = json.loads((big.site / "search/search_index.json").read_text(encoding="utf-8"))
    ours = {f"library/{name}.html" for name in big.library.catalog.entries}
    docs = {**words, "docs": [one for one in words["docs"] if one["location"] in ours]}
    lean = len(gzip.compress(json.dumps(docs, separators=(",", ":")).encode()))
    catalog = len(gzip.compress((big.site / "api/v1/catalog.json").read_bytes()))
    p95 = sorted(raw)[int(len(raw) * 0.95)]
    with capsys.disabled():
        print(f"\npage: median {statistics.median(raw) / 1000:.1f} KB, ", end="")
        print(f"{statistics.median(packed) / 1000:.1f} KB gzipped, ", end="")
        print(f"p95 {p95 / 1000:.1f} KB; search index {index / 1000:.0f} KB gzipped, ", end="")
        print(f"{lean / ENTRIES:.0f} B an entry; catalog.json {catalog / 1000:.0f} KB gzipped")
    assert p95 <= 80_000
    assert lean <= 80 * ENTRIES
    assert statistics.median(raw) <= 30_000
    assert statistics.median(packed) <= 8_000
    assert catalog <= 80 * ENTRIES
