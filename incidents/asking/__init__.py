"""Information requests between the desks of the two sides (docs/requests.md)."""
