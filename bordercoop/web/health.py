"""GET /health/: the service level in a few numbers, for monitoring and for the operator's page."""

import logging
import time
from typing import Any

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Count, Min, Q
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.outbox.models import Message, Pulse

log = logging.getLogger(__name__)

BROKER_SECONDS = 0.5
LATE_SECONDS = 60  # a due message that waited so long has nobody to carry it out
SKEW_SECONDS = 2
SILENT_SECONDS = 120  # a sign of life comes at least every 10 s


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, "degraded" when something needs the operator; else 503.

    Ages are in seconds and null where there is nothing of the kind. `processes` tells how long ago
    relay, worker and live last proved that they work. `problems` names the fields that make it
    degraded. settings.HEALTH_CHECKS add more numbers, and problems of theirs.
    """
    try:
        facts = measure()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # it may only be the kept connection that PostgreSQL's restart ended
        try:
            facts = measure()
        except (OperationalError, InterfaceError):
            return JsonResponse({"status": "down", "database": False}, status=503)
    return JsonResponse(facts)


def measure() -> dict[str, Any]:
    """What the page says, as a dictionary; raises what the database raises when it is away."""
    asked = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        skew = cursor.fetchone()[0] - (asked + time.time()) / 2
    moment = now()
    outbox = Message.objects.filter(done_at=None).aggregate(
        oldest=Min("due_at", filter=Q(given_up_at=None, due_at__lte=moment)),
        retrying=Count("pk", filter=Q(given_up_at=None, attempts__gt=0)),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
    )
    facts: dict[str, Any] = {
        "status": "ok",
        "database": True,
        "broker": _broker_answers(),
        "oldest_due_message_s": _age(outbox["oldest"], moment),
        "retrying_messages": outbox["retrying"],
        "given_up_messages": outbox["given_up"],
        "clock_skew_s": round(skew, 3),
        "processes": {pulse.process: _age(pulse.at, moment) for pulse in Pulse.objects.all()},
    }
    troubles = {
        "broker": not facts["broker"],
        "oldest_due_message_s": (facts["oldest_due_message_s"] or 0) > LATE_SECONDS,
        "given_up_messages": facts["given_up_messages"] > 0,
        "clock_skew_s": abs(skew) > SKEW_SECONDS,
        "processes": any(age > SILENT_SECONDS for age in facts["processes"].values()),
    }
    facts["problems"] = [name for name, bad in troubles.items() if bad]
    _ask_the_apps(facts)
    if facts["problems"]:
        facts["status"] = "degraded"
    return facts


def _ask_the_apps(facts: dict[str, Any]) -> None:
    """Add what settings.HEALTH_CHECKS measure; those that failed are named in `failed_checks`."""
    failed = []
    for name in settings.HEALTH_CHECKS:
        try:
            found = dict(import_string(name)())
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("The health check %s failed.", name)
            failed.append(name)
        else:
            facts["problems"] += found.pop("problems", [])
            facts["processes"].update(found.pop("processes", {}))
            facts.update(found)
    if failed:
        facts["failed_checks"] = failed
        facts["problems"].append("failed_checks")


def _broker_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=BROKER_SECONDS,
            socket_connect_timeout=BROKER_SECONDS,
            retry=None,
        ) as broker:
            return bool(broker.ping())
    except (redis.RedisError, OSError):
        return False


def _age(at: Any, moment: Any) -> float | None:
    return round((moment - at).total_seconds(), 1) if at else None
