"""GET /metrics: the portal's numbers in the format of Prometheus."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from typing import Any

import prometheus_client
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bordercoop.web.health import measure

# Field of the health page -> name and meaning of the gauge; null counts as 0, for nothing waits.
GAUGES = {
    "oldest_due_message_s": ("outbox_oldest_due_seconds", "Age of the oldest message that is due"),
    "retrying_messages": ("outbox_retrying_messages", "Messages that are being tried again"),
    "given_up_messages": ("outbox_given_up_messages", "Messages that were given up"),
    "oldest_unacknowledged_s": (
        "alerts_oldest_unacknowledged_seconds",
        "Age of the oldest real alert that nobody has acknowledged",
    ),
    "clock_skew_s": ("clock_skew_seconds", "Clock of the database minus clock of the portal"),
}


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper inside the private network that knows settings.METRICS_TOKEN; to everybody
    else, and where no token is set, the address does not exist."""
    if not _may_read(request):
        raise Http404
    registry = prometheus_client.REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = prometheus_client.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    portal = prometheus_client.CollectorRegistry()
    portal.register(_Portal(measure()))
    body = prometheus_client.generate_latest(registry) + prometheus_client.generate_latest(portal)
    return HttpResponse(body, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    # Whoever comes through the proxy comes from outside, whatever address the proxy has itself.
    if not token or "X-Forwarded-For" in request.headers:
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    given = request.headers.get("Authorization", "")
    near = address.is_loopback or address.is_private
    return near and constant_time_compare(given, f"Bearer {token}")


class _Portal(Collector):
    """The health page as gauges, measured when they are asked for."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts

    def collect(self) -> Iterator[Metric]:
        for field, (name, meaning) in GAUGES.items():
            if field in self.facts:
                yield _gauge(name, meaning, self.facts[field] or 0)
        yield _gauge("broker_up", "1 while the broker answers", int(self.facts["broker"]))
        desks = len(self.facts.get("desks_without_duty", []))
        yield _gauge("desks_without_duty", "Desks where nobody is on duty now", desks)
        problems = len(set(self.facts["problems"]))
        yield _gauge("problems", "Measures of /health/ that are bad", problems)
        if (age := self.facts.get("backup_age_s")) is not None:
            yield _gauge("backup_age_seconds", "Seconds since the newest backup", age)
        silent = GaugeMetricFamily(
            "bordercoop_process_silent_seconds", "Since the last sign of life", labels=["process"]
        )
        for process, seconds in self.facts["processes"].items():
            silent.add_metric([process], seconds)
        yield silent
        free = GaugeMetricFamily(
            "bordercoop_disk_free_percent", "Free part of a disk", labels=["folder"]
        )
        for folder, percent in self.facts.get("disk_free_percent", {}).items():
            free.add_metric([folder], percent)
        yield free


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"bordercoop_{name}", meaning, value=value)
