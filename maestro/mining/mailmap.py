"""Who is who by a repository's own ``.mailmap``; asked when figures are made, never stored."""

from __future__ import annotations

import re
from dataclasses import replace

from maestro.repository import Repository, mailmapped

from .base import Row
from .people import Identities, split_trailer

_NOT_IN_A_NAME = re.compile(r"[<>\x00-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"[^<>\s\x00-\x1f]+\Z")


def with_mailmap(
    identities: Identities, repository: Repository, commit: str, commits: list[Row]
) -> Identities:
    """``identities`` that know the ``.mailmap`` of ``commit`` for everybody in ``commits``.

    Raises MaestroError when git cannot read it.
    """
    pairs = {(row[4], row[5]) for row in commits}
    trailers = {trailer for row in commits for trailer in row[9]}
    pairs |= {pair for trailer in trailers if (pair := split_trailer(trailer))}
    asked = sorted(pair for pair in pairs if _ADDRESS.match(pair[1]))
    if not asked:
        return identities
    contacts = [f"{_NOT_IN_A_NAME.sub('', name)} <{email}>".lstrip() for name, email in asked]
    answers = mailmapped(repository, commit, contacts)
    mapped = {
        pair: found
        for pair, contact, answer in zip(asked, contacts, answers, strict=True)
        if answer != contact and (found := split_trailer(answer))
    }
    return replace(identities, mapped=mapped) if mapped else identities
