"""What is kept of experts and deployments."""

__all__: list[str] = []
