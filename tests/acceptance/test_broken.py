"""What a build does with records that have faults: leave them out, or publish nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.pipeline import building

from .cases import HEALTHY, write_tree
from .repositories import git
from .test_build import digests, findings, library

__all__ = ["library"]

SETTINGS = "catalog/settings.yaml"
OWNERS = "catalog/owners.yaml"
TAXONOMY = "catalog/taxonomy.yaml"


def _break(library: Path, path: str, how: str) -> str:
    """Give a file a fault; the place that a message has to name."""
    file = library / path
    text = file.read_text(encoding="utf-8")
    if how == "syntax":
        file.write_text(f"title: [\n{text}", encoding="utf-8")
        return f"{path}:3:"
    if how == "field":
        file.write_text(f"{text}sucess: {{}}\n", encoding="utf-8")
        return f"{path}:{len(text.splitlines()) + 1}:1"
    if how == "bytes":
        file.write_bytes(b"\xff\xfe\x00")
    else:
        file.rename(library / "elsewhere.yaml")
        file.symlink_to(library / "elsewhere.yaml")
    return f"{path}:1:1"


@pytest.fixture
def built(library: Path, maestro) -> Path:
    """The library with a site and with findings."""
    assert maestro("build", "-C", library).code == 0
    return library


def test_a_library_is_not_published_as_another(built: Path, maestro) -> None:
    """While a file that all pages rest on has faults, site and findings stay as they are.

    The message names the file, the line and the remedy; the mended file is published again.
    """
    before = digests(built / "build")
    for path, how in (
        (SETTINGS, "syntax"),
        (SETTINGS, "field"),
        (SETTINGS, "bytes"),
        (SETTINGS, "link"),
        (OWNERS, "field"),
        (TAXONOMY, "field"),
    ):
        place = _break(built, path, how)
        refused = maestro("build", "-C", built)
        assert refused.code == 3, path
        assert f"M010: not published: {place}" in refused.err
        assert "maestro check shows every fault" in refused.err
        assert "learn" not in refused.err
        with pytest.raises(MaestroError, match="not published"):
            building.build(built, building.Options(is_draft=True))
        assert digests(built / "build") == before
        assert maestro("check", "-C", built).code == 1
        (built / path).unlink()
        git(built, "checkout", "-q", "--", path)
    assert maestro("build", "-C", built).code == 0


def test_every_reason_has_its_remedy(library: Path, maestro) -> None:
    """The hint is that of the check, and how many more faults there are is said."""
    write_tree(library, {SETTINGS: HEALTHY[SETTINGS] + "sucess: {}\ncurency: EUR\n"})
    refused = maestro("build", "-C", library)
    assert f'{SETTINGS}:4:1: V001 unknown field "sucess" (and 1 more)' in refused.err
    assert "did you mean success" in refused.err


def test_a_file_that_is_missing_has_its_defaults(library: Path, maestro) -> None:
    """Without any settings the library is published with defaults, and an error says so."""
    (library / SETTINGS).unlink()
    answer = maestro("build", "-C", library)
    assert answer.code == 1
    assert f"1 error, 0 warnings in records: {SETTINGS}; maestro check shows them all" in answer.err
    assert "library" in (library / "build/site/index.html").read_text(encoding="utf-8")
    assert findings(library, "success")


def test_nothing_is_stored_where_settings_cannot_be_read(library: Path, maestro) -> None:
    """``maestro store`` does not say of settings with faults that they name no data folder."""
    place = _break(library, SETTINGS, "syntax")
    refused = maestro("store", "-C", library)
    assert refused.code == 3
    assert f"M010: not stored: {place}" in refused.err


def test_a_build_names_the_records_with_faults(library: Path, maestro) -> None:
    """Three files by name, errors before warnings, the rest as a number."""
    text = HEALTHY["catalog/datasets/billing-events.yaml"].replace("1.2.0", "1.2")
    names = [f"catalog/datasets/wrong-{letter}.yaml" for letter in "abcd"]
    write_tree(library, dict.fromkeys(names, text))
    answer = maestro("build", "-C", library)
    assert answer.code == 1
    said = next(line for line in answer.err.splitlines() if " in records" in line)
    assert said.endswith(f"{', '.join(names[:3])} and 1 more file; maestro check shows them all")
    (library / names[3]).unlink()
    said = maestro("build", "-C", library).err
    assert f"{', '.join(names[:3])}; maestro check shows them all" in said
