"""Advance notices from one side to the other (docs/notices.md)."""
