"""Maestro: a library of an ML team's reusable work, kept as YAML in git."""

__version__ = "0.1.0"
