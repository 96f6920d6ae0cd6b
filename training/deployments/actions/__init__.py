"""The verbs of experts and deployments."""

__all__: list[str] = []
