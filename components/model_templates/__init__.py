"""Model templates: each module has one ``build(...)`` that returns an unfitted estimator.

The defaults are sensible, not tuned; every random choice hangs on a seed in the arguments.
"""
