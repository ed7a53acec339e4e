"""The settings in force: each value with where it comes from.

A flag wins over the environment (``MAESTRO_...``), which wins over ``catalog/settings.yaml``,
which wins over the default. There is no file per user: CI and laptop must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maestro.errors import WRONG_USE, MaestroError, did_you_mean
from maestro.schema import Settings
from maestro.schema.validate import fit

PREFIX = "MAESTRO_"
SIMPLE = ("title", "data", "currency", "license", "branch", "as_of", "repository_url")
"""Settings that a flag or the environment may override: one line of text each."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force and its source."""

    name: str
    value: Any
    source: str
    """``flag``, ``environment``, ``catalog/settings.yaml`` or ``default``."""


def effective(
    record: Settings, environ: Mapping[str, str], flags: Mapping[str, str] | None = None
) -> tuple[Settings, list[Setting]]:
    """The settings in force and, in the order of the fields, where each one comes from.

    Raises MaestroError for an unknown ``MAESTRO_...`` name or an unusable value.
    """
    changes = {name: (value, "flag") for name, value in (flags or {}).items()}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in SIMPLE:
            raise MaestroError(
                "M003",
                f"{variable} is no setting",
                did_you_mean(name, SIMPLE)
                or f"known: {', '.join(PREFIX + n.upper() for n in SIMPLE)}",
                exit_code=WRONG_USE,
            )
        changes.setdefault(name, (environ[variable], "environment"))
    settings = _changed(record, changes)
    return settings, [
        Setting(name, getattr(settings, name), _source(record, name, changes))
        for name in Settings.model_fields
    ]


def _changed(record: Settings, changes: Mapping[str, tuple[str, str]]) -> Settings:
    if not changes:
        return record
    plain = {name: getattr(record, name) for name in record.model_fields_set}
    plain.update({name: value for name, (value, _) in changes.items()})
    settings, misfits = fit(Settings, plain)
    if isinstance(settings, Settings):
        return settings
    misfit = misfits[0]
    if not misfit.place:
        # What was changed does not fit what the rest of the settings say.
        names = " and ".join(sorted(changes))
        hint = f"it does not go with {names} as the environment or the command has it"
        raise MaestroError("M003", str(misfit.context["text"]), hint, exit_code=WRONG_USE)
    name = str(misfit.place[0])
    source = changes[name][1] if name in changes else "settings"
    raise MaestroError(
        "M003",
        f"{name} from the {source} cannot be used",
        "check its spelling; maestro settings shows what is in force",
        exit_code=WRONG_USE,
    )


def _source(record: Settings, name: str, changes: Mapping[str, tuple[str, str]]) -> str:
    if name in changes:
        return changes[name][1]
    return "catalog/settings.yaml" if name in record.model_fields_set else "default"
