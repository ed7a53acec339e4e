"""Scripts as they are published: packed, one for each kind of page, and few."""

from __future__ import annotations

import gzip

import pytest
from rjsmin import jsmin

from maestro.publishing.assembly.assets import THEME, assets
from maestro.publishing.assembly.docs import default_config
from maestro.publishing.assembly.stubs import STUBS

MOST_BYTES = 15_000
"""Scripts of ours that one page may load, gzipped."""


def _size(data: bytes) -> int:
    return len(gzip.compress(data, mtime=0))


@pytest.mark.parametrize("name", sorted(STUBS))
def test_scripts_of_a_page_are_small(name: str) -> None:
    """What a page loads from us stays below the limit, gzipped."""
    made = assets()
    config = default_config()
    everywhere = [*config["extra"]["polyfills"], *config.get("extra_javascript", [])]
    loaded = [path.removeprefix("assets/maestro/") for path in everywhere]
    loaded += STUBS[name].scripts[-1:]
    assert sum(_size(made[path]) for path in loaded) <= MOST_BYTES


def test_a_page_gets_its_scripts_in_one_file() -> None:
    """A chain of scripts is published as one, in order; its parts are not published."""
    made = assets()
    chain = STUBS["planner"].scripts
    assert set(chain) & set(made) == {chain[-1]}
    whole = made[chain[-1]].decode()
    packed = [jsmin((THEME / "assets" / part).read_text("utf-8")) for part in chain]
    places = [whole.index(script[200:400]) for script in packed]
    assert places == sorted(places)


def test_scripts_lose_comments_and_nothing_else() -> None:
    """A packed script is shorter, holds no comment, and keeps its texts."""
    made = assets()["maestro.js"].decode()
    source = (THEME / "assets" / "maestro.js").read_text("utf-8")
    assert "/*" in source and "/*" not in made
    assert len(made) < len(source)
    assert '"use strict"' in made
