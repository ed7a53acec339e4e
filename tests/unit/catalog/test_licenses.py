"""SPDX licences: canonical spellings and near misses."""

from __future__ import annotations

import pytest

from maestro.catalog.licenses import check_license, known_licenses


@pytest.mark.parametrize(
    "text", ["MIT", "Apache-2.0", "MIT OR Apache-2.0", "LicenseRef-Own", "GPL-2.0-or-later"]
)
def test_canonical_expressions_are_fine(text: str) -> None:
    """What SPDX spells so is fine and is its own canonical form."""
    assert check_license(text) == (True, text, ())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mit", "MIT"),
        ("apache-2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("Apache License 2.0", "Apache-2.0"),
        ("The MIT License", "MIT"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("MPL2", "MPL-2.0"),
        ("EUPL v1.2", "EUPL-1.2"),
        ("ISC licence", "ISC"),
    ],
)
def test_one_meaning_gives_one_suggestion(text: str, meant: str) -> None:
    """Texts that differ from one id in case, signs or filler words suggest exactly that id."""
    found = check_license(text)
    assert not found.ok and found.suggestions == (meant,)


@pytest.mark.parametrize("text", ["GPLv3", "LGPL 2.1", "Aapche-2.0", "CC0", "bsd"])
def test_several_meanings_are_a_choice(text: str) -> None:
    """Where the author must choose, there are several suggestions."""
    found = check_license(text)
    assert not found.ok and len(found.suggestions) > 1


@pytest.mark.parametrize("text", ["", "proprietary", "x" * 1000, "ask legal (see wiki)", "\x00"])
def test_nothing_alike_suggests_nothing_certain(text: str) -> None:
    """Texts like no id are refused without a single certain answer."""
    found = check_license(text)
    assert not found.ok and len(found.suggestions) != 1


def test_retired_ids_name_their_successors() -> None:
    """An id that SPDX has retired is allowed and its two successors are offered."""
    found = check_license("GPL-3.0")
    assert found == (True, "GPL-3.0", ("GPL-3.0-only", "GPL-3.0-or-later"))


def test_every_known_id_is_canonical() -> None:
    """Each current id passes its own check."""
    assert len(known_licenses()) > 400
    assert all(check_license(name).ok for name in known_licenses())
