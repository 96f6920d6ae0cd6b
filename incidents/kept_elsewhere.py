"""What a side keeps that belongs to no incident, and of what the period has passed. Reads only.

An information request counts from its end or from what the side added last, a broadcast from its
end, a CAP message from when it came in, an absence from its last moment.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.utils.module_loading import import_string
from django.utils.timezone import now

from contactpoints.access import SERVICES
from contactpoints.models import Absence, Broadcast, CapMessage, Delivery

from .models import (
    Audience,
    InformationRequest,
    Kept,
    RequestAnswer,
    RequestFile,
    RequestLink,
    RequestMessage,
    RetentionPeriod,
)
from .retention import held, periods, today, until

# At most so many absences in one transaction.
TOGETHER = 500


def long_ago(period: RetentionPeriod) -> datetime:
    """A day more than any zone is wide; the exact day is compared after it."""
    return now() - timedelta(days=period.days - 1)


def over(rows: Iterable[tuple[Any, datetime]], side: str, period: RetentionPeriod) -> list[Any]:
    """(what, its last day) of those whose last day has passed."""
    day = today(side)
    found = [(row, until(start, side, period)) for row, start in rows]
    return [(row, last) for row, last in found if last < day]


def due_absences(side: str, period: RetentionPeriod) -> list[tuple[Absence, date]]:
    rows = Absence.objects.filter(
        purged_at=None, booking__officer__side=side, booking__period__endswith__lt=long_ago(period)
    )
    rows = rows.select_related("booking").order_by("pk")[:TOGETHER]
    return over(((row, row.ends_at) for row in rows), side, period)


def _waiting(word: str) -> set[str]:
    """What alerts are about that a desk still has to acknowledge, by the first word of it."""
    rows = Delivery.objects.open().filter(alert__about__startswith=f"{word}:")
    return set(rows.values_list("alert__about", flat=True))


def due_broadcasts(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[Broadcast, date]]:
    """Those that ended long ago, or of them the one `pk`; not what a desk still has to acknowledge,
    the all-clear among it."""
    rows = Broadcast.objects.filter(purged_at=None, side=side, ended_at__lt=long_ago(period))
    rows, waiting = rows if pk is None else rows.filter(pk=pk), _waiting("broadcast")
    ended = [
        (row, row.ended_at)
        for row in rows.order_by("pk")
        if row.ended_at is not None and row.ref not in waiting
    ]
    return over(ended, side, period)


def due_cap(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[CapMessage, date]]:
    """Those that came in at desks of the side and were accepted; not what its desk still has to
    acknowledge."""
    waiting = Delivery.objects.open().filter(alert__about__startswith="cap:").values("alert_id")
    rows = CapMessage.objects.taken().filter(
        Q(alert=None) | ~Q(alert__in=waiting),
        purged_at=None, desk__side=side, at__lt=long_ago(period),
    )  # fmt: skip
    rows = rows if pk is None else rows.filter(pk=pk)
    return over(((row, row.at) for row in rows.defer("xml").order_by("pk")), side, period)


def halves(asked: InformationRequest, side: str, *, inner: bool = False) -> list[Any]:
    """The rows of a request whose words are the side's, as querysets that hold something still;
    with `inner` only of what the other side does not read."""
    own = {"asked": asked, "side": side, "purge": None}
    read = {"audience": Audience.OWN} if inner else {}
    question = InformationRequest.objects.filter(pk=asked.pk, side=side, purge=None)
    answers = RequestAnswer.objects.filter(**own)
    return [
        question.none() if inner else question,
        answers.none() if inner else answers,
        RequestMessage.objects.filter(**own, **read),
        RequestFile.objects.filter(**own, **read),
    ]


def due_halves(asked: InformationRequest, side: str) -> list[Any]:
    """Of a request that is due what goes now. What both sides read stays while a hold of the other
    side stands: an answer is worth nothing without its question, nor the other way round."""
    return halves(asked, side, inner=bool(_held([asked.pk], *_others(side))))


def _others(side: str) -> list[str]:
    return [each for each in SERVICES if each != side]


def _held(requests: Iterable[int], *sides: str) -> set[int]:
    """Those of the requests that are linked to an incident on which a hold of the sides stands."""
    links = RequestLink.objects.filter(asked__in=list(requests))
    pairs = list(links.values_list("asked_id", "incident_id"))
    stopped: set[int] = set()
    for side in sides:
        stopped |= held((incident for _asked, incident in pairs), side)
    return {asked for asked, incident in pairs if incident in stopped}


def due_requests(
    side: str, period: RetentionPeriod, pk: int | None = None
) -> list[tuple[InformationRequest, date]]:
    """Ended requests of which the side still keeps something that goes now; none that is linked to
    an incident on which a hold of the side stands, nothing that both sides read where one of the
    other side does, and none of which a desk still has to acknowledge an alert."""
    mine = Q(side=side, purge=None)
    for name in ("answers", "messages", "files"):
        mine |= Q(**{f"{name}__side": side, f"{name}__purge": None})
    rows = InformationRequest.objects.filter(mine, ended_at__lt=long_ago(period)).distinct()
    rows = rows if pk is None else rows.filter(pk=pk)
    waiting = _waiting("information_request")
    ended = [asked for asked in rows.order_by("pk") if asked.ref not in waiting]
    found = over(((asked, request_start(asked, side)) for asked in ended), side, period)
    there = [asked.pk for asked, _last in found]
    kept, theirs = _held(there, side), _held(there, *_others(side))
    return [
        (asked, last)
        for asked, last in found
        if asked.pk not in kept
        and (
            asked.pk not in theirs or any(rows.exists() for rows in halves(asked, side, inner=True))
        )
    ]


def request_start(asked: InformationRequest, side: str) -> datetime:
    """From when a request that has ended counts for the side."""
    moments = [rows.aggregate(last=Max("at"))["last"] for rows in halves(asked, side)[1:]]
    return max(filter(None, [asked.ended_at, *moments]))


DUE: dict[str, Callable[..., list[Any]]] = {
    Kept.REQUEST: due_requests,
    Kept.BROADCAST: due_broadcasts,
    Kept.CAP: due_cap,
    Kept.ABSENCE: due_absences,
}


def due_of(kind: str) -> Callable[..., list[Any]] | None:
    """What finds the things of a kind that are due: here, or in an app above; None for what belongs
    to incidents."""
    if kind in settings.KEPT_ABOVE:
        found: Callable[..., list[Any]] = import_string(settings.KEPT_ABOVE[kind][0])
        return found
    return DUE.get(kind)


def due_elsewhere(side: str) -> list[tuple[str, str]]:
    """(kind, number) of what is due, absences without one. Nothing under a period that the service
    has not confirmed."""
    return [
        (kind, getattr(thing, "number", ""))
        for kind, period in periods(side).items()
        if period.confirmed and (due := due_of(kind))
        for thing, _last in due(side, period)
    ]
