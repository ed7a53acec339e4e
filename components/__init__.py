"""Pieces that the catalog of this repository offers: data, features, models and their evaluation.

Everything here is plain scikit-learn and can be imported on its own; nothing depends on the
``maestro`` program except :mod:`components.run_projects`, which measures with it. Run from the
repository's root.
"""
