"""Governance records: policies, channel files and the owners of things."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Date, Extra, Line, Link, Model, Reference, Sentence, Term, Version

EntryKind = Literal[
    "datasets",
    "feature_pipelines",
    "model_cards",
    "model_templates",
    "notebooks",
    "pipelines",
    "schemas",
]
"""Kinds of entries of the library."""


class AppliesTo(Model):
    """What a policy is about; an empty list means all."""

    kinds: list[Line] = Field(default_factory=list)
    """Kinds of records: model_cards, datasets, ..."""
    channels: list[Term] = Field(default_factory=list)
    """Channels a version is promoted to."""
    status: list[Line] = Field(default_factory=list)
    """Steps of the maturity ladder."""


class Requirement(Model):
    """One named check with its parameters."""

    check: Term
    """The check's name."""
    params: Extra = Field(default_factory=dict)
    """Its parameters."""


class ApprovalRule(Model):
    """Who must agree."""

    roles: list[Term] = Field(min_length=1, max_length=10)
    """Roles of owners.yaml that may approve."""
    min: int = Field(default=1, ge=1, le=10)
    """How many of them."""
    author_excluded: bool = True
    """True when the author's own approval does not count."""


class PolicyException(Model):
    """One subject that is let off for a while."""

    subject: Reference
    """The entry it holds for."""
    reason: Line
    """Why."""
    approved_by: list[Term] = Field(min_length=1)
    """Who allowed it."""
    expires: Date
    """The day it ends."""


class Policy(Model):
    """A rule that is checked on every pull request."""

    applies_to: AppliesTo
    """What it is about."""
    require: list[Requirement] = Field(default_factory=list, max_length=50)
    """Checks that must pass."""
    title: Line | None = None
    """Its name for people."""
    description: Sentence | None = None
    """Why it exists, in one sentence of plain text."""
    approvals: list[ApprovalRule] = Field(default_factory=list, max_length=10)
    """Who must agree."""
    severity: Literal["error", "warning"] = "error"
    """Whether a breach blocks or only warns."""
    starts: Date | None = None
    """The day it comes into force."""
    exceptions: list[PolicyException] = Field(default_factory=list, max_length=50)
    """Who is let off."""


class Channel(Model):
    """Which version of one entry is live in a channel: the file's folder names the channel."""

    version: Version
    """The version that is live."""
    reason: Line
    """Why."""
    share: float | None = Field(default=None, gt=0, le=1)
    """The share of traffic it gets; all of it when missing."""
    evidence: list[Link] = Field(default_factory=list, max_length=20)
    """What the decision rests on."""
    expires: Date | None = None
    """The day it must be looked at again."""
    emergency: bool = False
    """True when it went live without the usual approvals."""


class Quota(Model):
    """How much a team may keep in the library."""

    entries: int | None = Field(default=None, ge=0)
    """Entries it may own."""
    projects: int | None = Field(default=None, ge=0)
    """Projects it may have active at a time."""


class TeamRecord(Model):
    """One team."""

    members: list[Term] = Field(default_factory=list, max_length=500)
    """Handles of the people in it."""
    title: Line | None = None
    """Its name for people."""
    contact: Line | None = None
    """How to reach it."""
    roles: dict[Term, list[Term]] = Field(default_factory=dict)
    """Role to the members who hold it: maintainer, reviewer-data, releaser, ..."""
    quota: Quota | None = None
    """How much it may keep in the library."""


class Owners(Model):
    """Who answers for what: ``catalog/owners.yaml``."""

    teams: dict[Term, TeamRecord] = Field(min_length=1)
    """The teams by name."""


class TermRecord(Model):
    """One word of the taxonomy."""

    title: Line | None = None
    """How it is shown."""
    description: Line | None = None
    """What it means."""
    aliases: list[Line] = Field(default_factory=list, max_length=50)
    """Other words for it."""
    needs: list[Line] = Field(default_factory=list, max_length=20)
    """For a persona: what it looks for in the library, in words."""
    kinds: list[EntryKind] = Field(default_factory=list, max_length=7)
    """For a persona: kinds of entries it looks for."""
    tags: list[Term] = Field(default_factory=list, max_length=20)
    """For a persona: tags of entries it looks for."""


class Taxonomy(Model):
    """The words the library uses: ``catalog/taxonomy.yaml``. A new word is one line."""

    problem_classes: dict[Term, TermRecord | None] = Field(default_factory=dict)
    """Kinds of problems."""
    tags: dict[Term, TermRecord | None] = Field(default_factory=dict)
    """Words to find entries by."""
    domains: dict[Term, TermRecord | None] = Field(default_factory=dict)
    """Fields of business."""
    personas: dict[Term, TermRecord | None] = Field(default_factory=dict)
    """Kinds of people, also the roles of a team."""


__all__ = ["Channel", "Owners", "Policy", "Taxonomy", "TeamRecord"]
