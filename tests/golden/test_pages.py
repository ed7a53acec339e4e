"""Whole pages, as they stand in the repository: a change of a page shows in the change's diff.

``python -m tests.golden.test_pages`` writes the files anew; look at the diff before it is
committed.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from maestro.publishing.api.publish import documents
from maestro.publishing.assembly.stubs import STUBS
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page
from maestro.publishing.text import escaped
from tests.unit.publishing import sample
from tests.unit.publishing.whole import all_pages

FOLDER = Path(__file__).parent / "pages"
PAGES = (
    "index.html",
    "library/index.html",
    "library/churn-features.html",
    "library/customers.html",
    "library/broken-one.html",
    "models/churn-model.html",
    "projects/churn-2025.html",
    "experiments/churn-2025/call-or-letter.html",
    "insights/index.html",
    "insights/success.html",
    "insights/reuse.html",
    "insights/health.html",
    "operations/index.html",
    "projects/index.html",
    "projects/timeline/index.html",
    "governance/index.html",
    "teams/growth/index.html",
)
DOCUMENTS = ("api/v1/catalog.json", "api/v1/artifacts/churn-features.json", "api/v1/planner.json")


def plain(page: Page) -> str:
    """A page's own HTML under its headings, without the theme's shell; blank lines taken out."""
    lines = [f"<title>{escaped(page.title)}</title>", f"<p>{escaped(page.description)}</p>"]
    for section, heading in STUBS[page.stub].sections:
        lines += [f'<section id="{section}">', f"<h2>{heading}</h2>" if heading else ""]
        lines += [str(page.parts[section]), "</section>"]
    found = "\n".join(lines).splitlines()
    return "\n".join(line.rstrip() for line in found if line.strip()) + "\n"


def laid_out(data: bytes) -> str:
    """A document with a line per value, so that a change shows where it is."""
    return json.dumps(json.loads(data), ensure_ascii=False, indent=1) + "\n"


def rendered(root: Path) -> dict[str, str]:
    """Golden file name to what it should hold."""
    shelf = Shelf(sample.library(root / "repo"))
    pages = {page.path: plain(page) for page in all_pages(shelf)}
    found = {path: pages[path] for path in PAGES}
    data = dict(documents(shelf))
    found |= {path: laid_out(data[path]) for path in DOCUMENTS}
    return {path.replace("/", "__"): text for path, text in found.items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the sample library."""
    return rendered(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("path", [*PAGES, *DOCUMENTS])
def test_pages_are_as_they_were(made: dict[str, str], path: str) -> None:
    """Each page and document says exactly what the committed one says."""
    name = path.replace("/", "__")
    assert made[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_there_is_no_golden_file_too_many(made: dict[str, str]) -> None:
    """Every golden file belongs to a page that is compared."""
    assert {path.name for path in FOLDER.iterdir()} == set(made)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for file_name, content in rendered(Path(place)).items():
            (FOLDER / file_name).write_text(content, encoding="utf-8")
