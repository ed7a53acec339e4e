"""Feature pipelines: each module has one ``build()`` that returns an unfitted transformer.

All of them learn from the rows they are fitted on and from nothing else, take a pandas
DataFrame of numbers and give one back with the same index.
"""
