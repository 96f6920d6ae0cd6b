"""The verbs of recommendations and contingency plans."""

__all__: list[str] = []
