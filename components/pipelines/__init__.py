"""Pipelines: several pieces joined into one run."""
