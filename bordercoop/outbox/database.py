"""Connections of processes that live longer than PostgreSQL does between two restarts."""

from django.db import connections


def drop_broken_connections() -> None:
    """Close this thread's connections that broke or are too old; the next query opens them anew.

    Inside a transaction nothing is touched: its end belongs to whoever began it.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
