"""What is kept of exercises."""

__all__: list[str] = []
