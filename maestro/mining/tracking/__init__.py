"""Training runs: what MLflow and DVC logged of them, and the figures of a project."""

from __future__ import annotations

CODES = {
    "X001": "A package that reads tracking data is missing. Install maestro-library[mlflow].",
    "X002": "The tracking source cannot be read: it is no tracking address, mlruns folder or "
    "SQLite store, or one of a newer version of MLflow.",
    "X003": "The tracking source has no experiment of that name. See tracking.experiment in the "
    "project's record.",
    "X004": "The tracking server did not answer as it should. Check its address and the login.",
    "X005": "The tracking server has not been asked yet. Run maestro fetch.",
    "X006": "A file of DVC cannot be read. The message says which and where.",
}
"""Code of what is wrong with a tracking source to what it means and what to do."""
