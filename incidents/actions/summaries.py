"""Summing up a day or a month of a side, once and for good. docs/summaries.md."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.relay import post
from bordercoop.reference.sides import ZONE
from bordercoop.tables.listing import Export, actor, taken_out
from bordercoop.web.clocks import written
from contactpoints.access import require, roles_of, units_where
from contactpoints.models import Unit, root_of, units

from ..models import Summary, SummaryMail
from ..models.summaries import digest_of
from ..summed import summary_listing
from ..summing import day_content, day_edges, month_content, month_edges

SIDES = ("LV", "BY")
# Days that a portal which was down makes up for.
MOST_DAYS = 7
# What committed at midnight has arrived.
GRACE = timedelta(minutes=5)
_summed: dict[str, date] = {}


def summarise_due() -> int:
    """The tick: the days of both sides that are over and not summed up yet; how many.

    Asks the database nothing once yesterday is. Safe twice and at once: the database keeps one.
    """
    made = 0
    for side in SIDES:
        yesterday = localdate(now() - GRACE, ZoneInfo(ZONE[side])) - timedelta(days=1)
        if _summed.get(side) == yesterday:
            continue
        days = Summary.objects.filter(side=side, kind=Summary.Kind.DAY)
        last = days.order_by("-period").values_list("period", flat=True).first()
        first = yesterday
        if last is not None:
            first = max(last + timedelta(days=1), yesterday - timedelta(days=MOST_DAYS - 1))
        while first <= yesterday:
            made += _summarise_day(side, first)
            first += timedelta(days=1)
        _summed[side] = yesterday
    return made


@transaction.atomic
def _summarise_day(side: str, day: date) -> bool:
    starts, ends = day_edges(side, day)
    summary, new = _frozen(
        Summary.Kind.DAY, Summary.Audience.OWN, side, day, starts, ends,
        lambda: day_content(side, day), by=None,
    )  # fmt: skip
    if not new:
        return False
    unwanted = set(SummaryMail.objects.filter(wanted=False).values_list("desk_id", flat=True))
    for desk in units().values():
        its = desk.side == side and desk.kind == Unit.Kind.DESK and desk.retired_at is None
        if its and desk.desk.email and desk.pk not in unwanted:
            key = f"{summary.ref}:{desk.code}"
            post("summary", key, {"summary": str(summary.uid), "desk": desk.code})
    return True


def _frozen(
    kind: str, audience: str, side: str, period: date, starts: Any, ends: Any, content: Any,
    *, by: Any,
) -> tuple[Summary, bool]:  # fmt: skip
    known = Summary.objects.filter(kind=kind, audience=audience, side=side, period=period).first()
    if known is not None:
        return known, False
    said = content()
    summary = Summary(
        kind=kind, audience=audience, side=side, period=period, starts_at=starts, ends_at=ends,
        content=said, digest=digest_of(said), by=by, at=now(),
    )  # fmt: skip
    made = Summary.objects.bulk_create([summary], ignore_conflicts=True)
    found = Summary.objects.get(kind=kind, audience=audience, side=side, period=period)
    if found.uid != made[0].uid:
        return found, False
    record(
        f"summary.{kind}", found.ref, by=by, trail=side,
        period=period.isoformat(), audience=str(audience), digest=found.digest,
    )  # fmt: skip
    return found, True


@transaction.atomic
def freeze_indicators(month: date, *, by: Any) -> Summary:
    """The indicators of a month of the officer's side: frozen for itself, and what of it was
    released for the other side too. Frozen twice they are the first ones.

    Raises Refused for a month that is not over, NotAllowed without the right at headquarters.
    """
    root = root_of(by.side)
    if root is None:
        raise Refused(_("Your side has no indicators."), code="no_side")
    require(by, "validate_incidents", root)
    month = month.replace(day=1)
    starts, ends = month_edges(root.side, month)
    if ends > now():
        raise Refused(
            _("This month is not over. Its indicators can be made from the first of the next."),
            code="month_not_over",
        )
    own, _new = _frozen(
        Summary.Kind.MONTH, Summary.Audience.OWN, root.side, month, starts, ends,
        lambda: month_content(root.side, month, shared=False), by=by,
    )  # fmt: skip
    _frozen(
        Summary.Kind.MONTH, Summary.Audience.SHARED, root.side, month, starts, ends,
        lambda: month_content(root.side, month, shared=True), by=by,
    )  # fmt: skip
    return own


@transaction.atomic
def set_summary_mail(desk: Unit, *, wanted: bool, by: Any) -> None:
    """Whether a desk gets the daily summary of its side by mail."""
    require(by, "set_rota", desk)
    row, new = SummaryMail.objects.get_or_create(desk=desk, defaults={"wanted": wanted})
    if wanted if new else row.wanted == wanted:
        return
    row.wanted = wanted
    row.save(update_fields=["wanted"])
    record("summary.mail_set", f"unit:{desk.code}", by=by, wanted=wanted)


def export_summary(summary: Summary, *, form: str, by: Any) -> Export:
    """A summary as PDF, CSV or XLSX; recorded as an export."""
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read incidents."))
    unit = next((unit for _role, unit in roles_of(by)), None)
    return taken_out(
        summary_listing(summary), form,
        of=actor(by, unit), at_clocks=lambda at: written(at, by.side), by=by,
    )  # fmt: skip
