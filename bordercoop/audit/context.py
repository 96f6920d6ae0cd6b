"""Which request an audit entry belongs to."""

from contextvars import ContextVar

# Set by the web middleware for the length of one request; empty for the system's own work.
request_id: ContextVar[str] = ContextVar("request_id", default="")
