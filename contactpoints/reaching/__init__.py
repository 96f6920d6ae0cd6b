"""How officers are reached beside the console: their own channels, floods, the digest.

Only the outbox's processes send anything from here (docs/channels.md).
"""
