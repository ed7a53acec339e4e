"""The house rules, held by tests: who imports whom, sizes, docstrings, start-up, words."""
