"""Which experts of the pool fit a request, and why others do not. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from bordercoop.reference.models import terms
from contactpoints.models import Booking, Posting

from ..clashes import NAMED, clash_of
from .access import offers_for
from .models import Accreditation, AvailablePeriod, Deployment, Expert, LanguageLevel
from .models.deployments import BOUND

LEVELS = LanguageLevel.values


@dataclass
class Match:
    """An expert against a request: `misses` say in sentences what does not fit, `accredited`
    whether the host accredited the expert for all the days."""

    expert: Expert
    misses: list[str] = field(default_factory=list)
    accredited: bool = False

    @property
    def words(self) -> str:
        return "; ".join(self.misses)


def matches(user: Any, deployment: Deployment) -> list[Match]:
    """The pool of the side that is asked, for whoever offers: those who fit first. Statements do
    not grow with the pool."""
    if not offers_for(user, deployment):
        return []
    rows = Expert.objects.visible_to(user).standing().filter(side=deployment.sender)
    experts = list(rows.select_related("officer").prefetch_related("languages"))
    periods: dict[int, list[AvailablePeriod]] = {}
    for period in AvailablePeriod.objects.standing().filter(expert__in=experts):
        periods.setdefault(period.expert_id, []).append(period)
    taken = _taken(deployment, experts, user.side)
    serving = _serving(experts)
    days = (deployment.first_day, deployment.last_day)
    covered = set(
        Accreditation.objects.standing()
        .filter(expert__in=experts, side=deployment.side, kind="service")
        .filter(valid_from__lte=days[0], valid_until__gte=days[1])
        .values_list("expert_id", flat=True)
    )
    found = []
    for expert in experts:
        misses = [
            *_in_what(expert, deployment),
            *_spoken(expert, deployment),
            *_free(periods.get(expert.pk, []), deployment),
            *taken.get(expert.pk, []),
        ]
        if expert.officer_id is not None and expert.officer_id not in serving:
            misses.append(_("does not serve now"))
        found.append(Match(expert, misses, expert.pk in covered))
    return sorted(found, key=lambda one: (len(one.misses), not one.accredited, one.expert.number))


def _in_what(expert: Expert, deployment: Deployment) -> list[str]:
    if deployment.profile in expert.profiles:
        return []
    term = terms("deployment_profile").get(deployment.profile)
    name = term.name if term else deployment.profile
    return [_("another profile than %(profile)s") % {"profile": name}]


def _spoken(expert: Expert, deployment: Deployment) -> list[str]:
    known = {one.code: one.level for one in expert.languages.all()}
    found = []
    for code in deployment.languages:
        name = get_language_info(code)["name_translated"]
        if code not in known:
            found.append(_("language not spoken: %(language)s") % {"language": name})
        elif LEVELS.index(known[code]) < LEVELS.index(deployment.level):
            found.append(
                _("language at %(level)s, %(asked)s is asked: %(language)s")
                % {"language": name, "level": known[code], "asked": deployment.level}
            )
    return found


def _free(periods: list[AvailablePeriod], deployment: Deployment) -> list[str]:
    if not periods:
        return [_("no days stated as available")]
    reached = deployment.first_day
    for period in sorted(periods, key=lambda one: one.first_day):
        if period.first_day <= reached <= period.last_day:
            reached = period.last_day + timedelta(days=1)
    if reached > deployment.last_day:
        return []
    if reached > deployment.first_day:
        last = reached - timedelta(days=1)
        return [_("available until %(day)s only") % {"day": f"{last:%d.%m.%Y}"}]
    return [_("not available on the first day")]


def _taken(deployment: Deployment, experts: list[Expert], side: str) -> dict[int, list[str]]:
    """Duty, trainings, absences and deployments on these days; of who is not of the reader's side
    that they are not free, and no more."""
    by_officer = {one.officer_id: one.pk for one in experts if one.officer_id}
    period = DateTimeTZRange(deployment.starts_at, deployment.ends_at)
    rows = Booking.objects.filter(
        officer__in=by_officer, cancelled_at=None, period__overlap=period
    ).select_related("officer", *NAMED)
    found: dict[int, list[str]] = {}
    for booking in rows.order_by("officer", "period"):
        said = found.setdefault(by_officer[booking.officer_id], [])
        if not said:  # the first of a fortnight of shifts says enough
            own = booking.officer.side == side
            what = _("not free: %(what)s") % {"what": clash_of(booking).words} if own else ""
            said.append(what or _("not free"))
    others = Deployment.objects.filter(
        expert__in=experts, expert__officer=None, state__in=BOUND,
        first_day__lte=deployment.last_day, last_day__gte=deployment.first_day,
    ).exclude(pk=deployment.pk)  # fmt: skip
    for other in others:
        if other.expert_id is not None:
            found.setdefault(other.expert_id, []).append(
                _("not free: %(what)s") % {"what": _("a deployment")}
            )
    return found


def _serving(experts: list[Expert]) -> set[int]:
    """Officers of the services need a posting; a guest has one only while deployed."""
    officers = [one.officer for one in experts if one.officer is not None]
    guests = {one.pk for one in officers if one.side == "EU" and one.is_active}
    posts = Posting.objects.active().filter(
        officer__in=[one.pk for one in officers], officer__is_active=True
    )
    return guests | set(posts.values_list("officer_id", flat=True))
