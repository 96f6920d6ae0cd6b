"""The verbs of exercises."""

__all__: list[str] = []
