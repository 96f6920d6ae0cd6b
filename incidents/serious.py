"""Who reads a serious incident: the one who reported it and its handler, nobody else."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.http import Http404
from django.utils.timezone import now

from contactpoints.access import SERVICES, may, serious_handlers
from contactpoints.models import root_of

from .models import SeriousKind, SeriousReport, SeriousState
from .models.serious import SeriousQuerySet, hash_of

OPEN_FIRST = ("shut", "due_at", "pk")


def may_report(user: Any) -> bool:
    """Whether the channel exists for this account: officers of the two services."""
    return getattr(user, "side", "") in SERVICES


def is_handler(user: Any) -> bool:
    root = root_of(user.side) if may_report(user) else None
    return root is not None and may(user, "handle_serious", root)


def _in_hands_of(user: Any) -> Q:
    """What this handler handles; a condition that nothing meets for everybody else."""
    if not is_handler(user):
        return Q(pk__in=[])
    whose = Q(handler=user)
    serving = [handler.pk for handler in serious_handlers(user.side)]
    if serving[:1] == [user.pk]:
        whose |= ~Q(handler__in=serving)
    return whose & Q(side=user.side) & (Q(reporter=None) | ~Q(reporter=user))


def handled_by(user: Any) -> SeriousQuerySet:
    """What this handler handles. What an officer handled who no longer does falls to the first
    handler of the side; nobody handles the own report."""
    return SeriousReport.objects.about(_in_hands_of(user))


def reported_by(user: Any) -> SeriousQuerySet:
    """What this officer reported with the own name."""
    return SeriousReport.objects.about(Q(reporter=user))


def all_of(user: Any) -> SeriousQuerySet:
    """What this officer reported by name or handles."""
    return SeriousReport.objects.about(Q(reporter=user) | _in_hands_of(user))


def open_first(rows: SeriousQuerySet) -> QuerySet[SeriousReport]:
    """For lists in `OPEN_FIRST`: what is not closed, the earliest deadline first."""
    closed = Case(When(state=SeriousState.CLOSED, then=1), default=0, output_field=IntegerField())
    return rows.annotate(shut=closed)


def one_of(user: Any, uid: Any) -> tuple[SeriousReport, bool]:
    """The report, and whether the reader is its handler; Http404 for everybody else."""
    report = all_of(user).filter(uid=uid).select_related("handler", "reporter").first()
    if report is None:
        raise Http404
    return report, report.reporter_id != user.pk


def by_code(user: Any, code: str) -> SeriousReport | None:
    """The report without a name of this side whose code this is."""
    if not may_report(user) or len(code) > 60:
        return None
    rows = SeriousReport.objects.about(Q(side=user.side, code_hash=hash_of(code)))
    return rows.select_related("handler").first()


def lines_of(report: SeriousReport, *, handling: bool) -> list[Any]:
    """The entries that the reader may read, in order."""
    rows = report.entries.select_related("by")
    return list(rows if handling else rows.filter(for_reporter=True))


def statistics(user: Any) -> dict[str, Any]:
    """For a handler, of the whole side: how many of each kind and state, how many are late.
    Empty for everybody else."""
    if not is_handler(user):
        return {}
    rows = SeriousReport.objects.about(Q(side=user.side))
    late = rows.exclude(state__in=["final_report", "administratively_closed", "not_launched"])

    def counted(name: str, words: Any) -> list[tuple[str, str, int]]:
        found = dict(rows.values_list(name).annotate(Count("pk")).order_by())
        return [(word.value, str(word.label), found[word.value]) for word in words
                if word.value in found]  # fmt: skip

    return {
        "kinds": counted("kind", SeriousKind),
        "states": counted("state", SeriousState),
        "overdue": late.filter(due_at__lt=now()).count(),
    }
