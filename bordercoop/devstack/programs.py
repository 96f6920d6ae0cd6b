"""What the portal consists of, as arguments to Python, for all who start it."""

CELERY = ["-m", "celery", "-A", "bordercoop.celery"]

RELAY = ["manage.py", "relay", "--forever"]

# One worker needs nobody to gossip with; threads share one Django instead of holding one each.
WORKER = [*CELERY, "worker", "--loglevel", "INFO", "--pool", "threads", "--concurrency", "2"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]

BEAT = [*CELERY, "beat", "--pidfile="]


def web(host: str, port: int) -> list[str]:
    """Pages, API and the live stream on one port. Open streams would else hold up its end."""
    command = ["-m", "uvicorn", "bordercoop.asgi:application", "--host", host, "--port", str(port)]
    command += ["--timeout-graceful-shutdown", "3", "--ws", "none"]
    # Nobody stands in front of this server: a forwarded address would be the visitor's claim.
    command += ["--no-proxy-headers", "--no-server-header"]
    return [*command, "--no-access-log", "--log-level", "warning"]
