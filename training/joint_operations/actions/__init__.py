"""The verbs of joint operations."""

__all__: list[str] = []
