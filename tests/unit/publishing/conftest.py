"""One build of the sample library for all tests of a process, and one of the hostile one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from maestro.publishing.library import Library
from maestro.publishing.site import Places, SiteReport, build_site

from . import payloads, sample


@dataclass(frozen=True)
class Built:
    """A built site with what went in and what was reported."""

    library: Library
    site: Path
    work: Path
    report: SiteReport
    places: Places

    def page(self, path: str) -> str:
        """The text of one file of the site."""
        return (self.site / path).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample library's site; tests read it and change nothing."""
    root = tmp_path_factory.mktemp("sample")
    library = sample.library(root / "repo")
    places = Places(guides=sample.guides(root / "guides"))
    report = build_site(library, root / "site", root / "work", places=places)
    return Built(library, root / "site", root / "work", report, places)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, built: Built) -> Built:
    """The hostile library's site; the generator's output is that of the sample's build."""
    root = tmp_path_factory.mktemp("hostile")
    library = payloads.library(root / "repo")
    report = build_site(library, root / "site", built.work, places=built.places)
    return Built(library, root / "site", built.work, report, built.places)
