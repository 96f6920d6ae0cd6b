"""What is kept of joint operations."""

__all__: list[str] = []
