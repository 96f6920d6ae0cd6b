"""What the risk register adds to the frame and to the home page."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.reference.models import utc_today
from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from incidents.retention import today

from .event_page import news_of, wanting_of
from .levels import changed_lately
from .models import EventPhase, MatrixVersion, PublicEvent, Risk, SectionLevel, Treatment
from .register_access import may_approve, reads_own, reads_shared, runs_events, writing_units

# Events that were over so long ago want nothing any more; tiles of so many at most.
OLD, EVENTS_MOST = timedelta(days=120), 4
# For how long the first page says what happened to an event.
NEWS = timedelta(days=7)


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Public events with open items, overdue treatments of the own side, scales to approve,
    critical levels that ran out, levels that the other side changed; nothing and no statement for
    whoever only reads."""
    tiles = _events(user)
    if not reads_own(user):
        return tiles
    late = Treatment.objects.visible_to(user).overdue(today(user.side)).filter(side=user.side)
    if not writing_units(user):
        late = late.filter(officer=user.pk)
    if count := late.count():
        sentence = ngettext(
            "%(count)s treatment of a risk is overdue.",
            "%(count)s treatments of risks are overdue.",
            count,
        )
        tiles.append(
            _tile(_("Treatments overdue"), sentence, count,
                  f"{reverse('risk_treatments')}?show=overdue", icon="clock-x", urgent=True)
        )  # fmt: skip
    if may_approve(user):
        asked = MatrixVersion.objects.filter(state="proposed")
        waiting = [
            one
            for one in asked
            if not one.approvals.filter(side=user.side, revision=one.revision).exists()
            and user.pk not in one.writers
        ]
        if waiting:
            url = reverse("risk_scales_version", args=[waiting[0].uid])
            sentence = _("A version of the scales was put to both sides.")
            tiles.append(_tile(_("Scales to approve"), sentence, len(waiting), url, urgent=True))
    if writing_units(user):
        over = SectionLevel.objects.run_out().filter(side=user.side)
        if count := over.count():
            sentence = ngettext(
                "The level of %(count)s section ran out. Say what holds now.",
                "The levels of %(count)s sections ran out. Say what holds now.",
                count,
            )
            tiles.append(
                _tile(_("Section levels ran out"), sentence, count, reverse("section_levels"),
                      urgent=True)
            )  # fmt: skip
    other = "BY" if user.side == "LV" else "LV"
    if count := len({change.code for change in changed_lately(side=other)}):
        sentence = ngettext(
            "The other side changed the level of %(count)s section in the last seven days.",
            "The other side changed the levels of %(count)s sections in the last seven days.",
            count,
        )
        tiles.append(
            _tile(_("Section levels changed"), sentence, count, reverse("section_levels"),
                  icon="bell", urgent=False)
        )  # fmt: skip
    return tiles


def _events(user: Any) -> list[dict[str, Any]]:
    """For analysts and coordinators: what their side has still to look to, event by event."""
    if not runs_events(user):
        return []
    day = today(user.side)
    going = PublicEvent.objects.filter(called_off_at=None).exclude(
        phase=EventPhase.LESSONS_LEARNED, ends_on__lt=day - OLD
    )
    counts = wanting_of(going.prefetch_related("hosts"), user, day)
    wanted = [(event, *found) for event, found in counts.items() if any(found)]
    # Those that are not over stand first, the nearest before the others.
    wanted.sort(key=lambda one: (one[0].ends_on < day, one[0].starts_on, one[0].code))
    tiles = []
    for event, opened, late in wanted[:EVENTS_MOST]:
        sentence = ngettext(
            "%(event)s: %(count)s item of this phase is open for your side, overdue: %(late)s.",
            "%(event)s: %(count)s items of this phase are open for your side, overdue: %(late)s.",
            opened,
        ) % {"event": event.name, "count": opened, "late": late}
        url = f"{reverse('public_event', args=[event.uid])}#checklist"
        title = _("Checklist of a public event")
        tiles.append(
            {"title": title, "sentence": sentence, "count": late or opened, "url": url,
             "icon": "calendar-event", "urgent": bool(late)}
        )  # fmt: skip
    return tiles + _event_news()


def _event_news() -> list[dict[str, Any]]:
    """Quietly, for a week: an event came into another phase, a city dropped out, or its days
    changed. The latest of each event."""
    since, tiles = now() - NEWS, []
    lately = Q(steps__at__gte=since) | Q(changes__at__gte=since) | Q(hosts__dropped_at__gte=since)
    going = PublicEvent.objects.filter(lately, ends_on__gte=utc_today() - OLD)
    rows = going.distinct().prefetch_related("hosts")
    for event in rows[:EVENTS_MOST]:
        news = news_of(event, since)
        if news:
            tiles.append({
                "title": _("News of a public event"), "sentence": f"{event.name}: {news[0]}",
                "count": len(news), "url": reverse("public_event", args=[event.uid]),
                "icon": "bell", "urgent": False,
            })  # fmt: skip
    return tiles


def _tile(
    title: str, sentence: str, count: int, url: str, *, icon: str = "grid-dots", urgent: bool
) -> dict[str, Any]:
    return {
        "title": title,
        "sentence": sentence % {"count": count},
        "count": count,
        "url": url,
        "icon": icon,
        "urgent": urgent,
    }


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Risks by code and by every title."""
    if not reads_shared(user):
        return None
    risks = [
        risk
        for risk in Risk.objects.visible_to(user)
        if query.found_in(risk.code, *risk.title.values())
    ]
    hits = [Hit(reverse("risk_page", args=[risk.uid]), str(risk.name), second=risk.code)
            for risk in risks]  # fmt: skip
    more = reverse("risk_register") if len(hits) > most else ""
    return Group("risks", _("Risks"), "grid-dots", hits[:most], more)


def events_in(user: Any, query: Query, most: int) -> Group | None:
    """Public events by code, by name in the active language and by the cities that hold them."""
    if not reads_shared(user):
        return None
    events = [
        event
        for event in PublicEvent.objects.prefetch_related("hosts")
        if query.found_in(
            event.code, event.name, *(word for host in event.hosts.all()
                                      for word in (host.name, host.called))
        )
    ]  # fmt: skip
    hits = [Hit(reverse("public_event", args=[one.uid]), one.name,
                second=one.called_off_said or one.code)
            for one in events]  # fmt: skip
    more = reverse("public_events") if len(hits) > most else ""
    return Group("public_events", _("Public events"), "calendar-event", hits[:most], more)
