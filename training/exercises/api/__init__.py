"""The API of exercises."""
