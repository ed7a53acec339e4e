"""What every miner promises, held by each: a class to inherit, with a way to make a source."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.mining.base import Facts, Miner
from maestro.mining.git import GitMiner
from maestro.mining.store import refresh
from maestro.repository import CODES, Repository
from maestro.schema.facts import FACTS, columns
from tests.unit.mining.making import DAY, MONDAY, Git


class MinerPromises(ABC):
    """The promises. A subclass says how its source is made, grown, rewritten and broken."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    @abstractmethod
    def start(self) -> None:
        """Make a source with something in it."""

    @abstractmethod
    def grow(self) -> None:
        """Add something to it."""

    @abstractmethod
    def rewrite(self) -> None:
        """Take away what was last added and put something else there."""

    @abstractmethod
    def break_it(self) -> None:
        """Make it give no right numbers any more."""

    @abstractmethod
    def miner(self) -> Miner:
        """A new miner of the source as it is now."""

    def facts(self, name: str = "store") -> Facts:
        """What the store and the miner give together."""
        return refresh(self.folder / name, self.miner())

    def cold(self) -> dict[str, list]:
        """Everything, mined at once, in a fixed order."""
        return ordered(self.miner().mine("").tables)

    def test_rows_have_the_columns_of_their_kind(self) -> None:
        """Every row is a tuple with one value per column, of a type its model accepts."""
        self.start()
        self.grow()
        miner = self.miner()
        found = miner.mine("")
        assert set(found.tables) == set(miner.kinds) <= set(FACTS)
        for kind, rows in found.tables.items():
            assert rows
            for row in rows:
                assert type(row) is tuple
                FACTS[kind].model_validate(dict(zip(columns(kind), row, strict=True)))

    def test_mining_twice_gives_the_same(self) -> None:
        """The same source gives the same rows and the same cursor."""
        self.start()
        assert self.miner().mine("") == self.miner().mine("")

    def test_steps_give_what_one_go_gives(self) -> None:
        """Any number of increments ends with the rows of mining at once."""
        self.start()
        for _ in range(4):
            self.facts()
            self.grow()
        assert ordered(self.facts().tables) == self.cold()
        assert ordered(self.facts("other").tables) == self.cold()

    def test_nothing_new_changes_nothing(self) -> None:
        """Without news the store keeps its bytes and no row is mined."""
        self.start()
        self.facts()
        before = (self.folder / "store").read_bytes()
        again = self.facts()
        assert again.fresh_rows == 0
        assert (self.folder / "store").read_bytes() == before
        assert ordered(again.tables) == self.cold()

    def test_what_was_rewritten_is_forgotten(self) -> None:
        """After a rewrite the store gives what mining at once gives, nothing of before."""
        self.start()
        self.grow()
        self.facts()
        self.rewrite()
        assert ordered(self.facts().tables) == self.cold()
        assert ordered(self.facts().tables) == self.cold()

    def test_an_unknown_cursor_means_all_of_it(self) -> None:
        """A cursor the source does not know gives everything, and says so."""
        self.start()
        found = self.miner().mine("no such place")
        assert found.whole
        assert ordered(found.tables) == self.cold()

    def test_rows_survive_being_written(self) -> None:
        """Rows are plain JSON: written and read again they are equal."""
        self.start()
        for rows in self.miner().mine("").tables.values():
            assert [tuple(row) for row in json.loads(json.dumps(rows))] == rows

    def test_a_broken_source_is_an_error_not_a_number(self) -> None:
        """What cannot be read raises an error with a known code and a remedy."""
        self.start()
        self.break_it()
        with pytest.raises(MaestroError) as caught:
            self.miner().mine("")
        assert caught.value.code in CODES
        assert caught.value.hint


def ordered(tables: dict[str, list]) -> dict[str, list]:
    """Tables with their rows in a fixed order: miners promise none."""
    return {kind: sorted(rows, key=repr) for kind, rows in tables.items()}


class TestGitMiner(MinerPromises):
    """The miner of git histories."""

    count = 0

    def start(self) -> None:
        """A repository with two commits and a rename."""
        self.git = Git(self.folder / "repo")
        self.git.commit({"a": "1\n2\n3\n", "b": "x\n"})
        self.git("mv", "a", "c")
        self.grow()

    def grow(self) -> None:
        """A branch that is merged, and a commit after it."""
        self.count += 1
        at = MONDAY + self.count * DAY
        name = f"side{self.count}"
        self.git("checkout", "-q", "-b", name)
        self.git.commit({name: "1\n"}, at, name="Bo", email="bo@x")
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", name, at=at + 1)
        self.git.commit(
            {"b": f"{self.count}\n"}, at + 2, message="Größe\n\nCo-authored-by: C <c@x>"
        )

    def rewrite(self) -> None:
        """A forced push."""
        self.git("reset", "-q", "--hard", "HEAD~2")
        self.git.commit({"b": "other\n"}, MONDAY + 50 * DAY)

    def break_it(self) -> None:
        """The content of a file is lost."""
        blob = self.git("rev-parse", "HEAD:c")
        (self.git.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    def miner(self) -> Miner:
        """A miner of HEAD."""
        return GitMiner(Repository.open(self.git.folder))
