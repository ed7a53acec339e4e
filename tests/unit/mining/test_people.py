"""Who is who: one key per person, automata apart."""

from __future__ import annotations

from maestro.mining.people import Identities, split_trailer
from maestro.schema.settings import People

PEOPLE = People.model_validate(
    {
        "aliases": {"ada": {"emails": ["Ada@Work.org", "7+ada-l@users.noreply.github.com"]}},
        "bots": ["Build Robot", "ci@example.org"],
    }
)


def test_addresses_fold_to_one_person() -> None:
    """Case does not matter, noreply addresses fold to the login, aliases to the handle."""
    who = Identities.of(PEOPLE)
    assert who.person("A", "ada@work.ORG") == "ada"
    assert who.person("A", "ada-l@users.noreply.github.com") == "ada"
    bo = who.person("Bo", "123+Bo-X@users.noreply.github.com")
    assert bo == who.person("x", "bo-x@users.noreply.github.com") == "github:bo-x"
    assert who.person("Cy ", " ") == "cy"
    assert who.person("", "") == ""


def test_automata_are_told_apart() -> None:
    """Names ending in [bot], such addresses, and what settings list are automata; others not."""
    who = Identities.of(PEOPLE)
    assert who.is_bot("dependabot[bot]", "x@y")
    assert who.is_bot("d", "49699333+dependabot[bot]@users.noreply.github.com")
    assert who.is_bot("build robot", "r@x") and who.is_bot("x", "CI@example.org")
    assert not who.is_bot("Robot Smith", "bot@example.org")


def test_trailers_are_split_or_refused() -> None:
    """A trailer gives name and address; a text without an address gives nothing."""
    assert split_trailer("Bo B <bo@x.org>") == ("Bo B", "bo@x.org")
    assert split_trailer("<bo@x.org> ") == ("", "bo@x.org")
    assert [split_trailer(text) for text in ("Bo", "Bo <>", "Bo <a b>", "<a@x> more")] == [None] * 4
