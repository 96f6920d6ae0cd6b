"""Public events: taken into the register, assessed in versions, and hosts that drop out."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import places, terms
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES
from incidents.actions.once import written_before
from incidents.retention import today

from ..models import (
    FLOWS_AROUND,
    EventAssessment,
    EventHost,
    PublicEvent,
    Readiness,
    side_of_city,
)
from ..wordings import require_language
from .event_checklist import take_in_shipped
from .event_kit import locked_event, require_analyst, require_event_days, ring_at_event, wrong

LOCK = 5_251_023  # any number that no other advisory lock of the portal uses
HOSTS_MOST, FLOWS_MOST, PEOPLE_MOST = 20, 2_000, 1_000_000
WORDS = ("threats", "vulnerabilities", "measures")


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def add_event(
    *, code: str, starts_on: date, ends_on: date, hosts: Sequence[str], by: Any
) -> PublicEvent:
    """Take an event of the common list into the register, with its days and the cities that are to
    hold it, and with the first set of its checklist. Both sides read it at once. The same again is
    the same event; a city of which nobody said the side has it from then on.

    A city may have its side behind it (“Polotsk BY”); of some the portal knows it.
    """
    require_analyst(by)
    if code not in terms("public_event"):
        raise wrong("code", _("Choose an event of the common list."))
    require_event_days(starts_on, ends_on)
    cities = dict(_city(name) for name in hosts)
    names = [name for name in cities if name]
    if not names or len(names) > HOSTS_MOST:
        raise wrong("hosts", _("Name the cities that hold it, at most %(most)s.")
                     % {"most": HOSTS_MOST})  # fmt: skip
    _one_at_a_time()
    known = PublicEvent.objects.filter(code=code).first()
    if known is not None:
        first = known.changes.first()
        taken_in = (first.started_on, first.ended_on) if first else (known.starts_on, known.ends_on)
        held = list(known.hosts.all())
        if taken_in == (starts_on, ends_on) and {host.name for host in held} == set(names):
            for host in held:
                if not host.side and cities[host.name]:
                    set_host_side(host, side=cities[host.name], by=by)
            return known
        raise Refused(_("This event is in the register already."), code="known")
    made = PublicEvent.objects.create(code=code, starts_on=starts_on, ends_on=ends_on, by=by)
    EventHost.objects.bulk_create(
        EventHost(event=made, name=name, side=cities[name]) for name in names
    )
    take_in_shipped(made, by)
    record("public_event.added", made.ref, by=by, code=code, hosts=names)
    ring_at_event()
    return made


def _city(typed: str) -> tuple[str, str]:
    """The name of a city and its side, "" where nobody said it."""
    name = worded(typed, "hosts", most=80, one_line=True)
    word, _space, last = name.rpartition(" ")
    if word and last.upper() in SERVICES:
        return word.rstrip(), last.upper()
    return name, side_of_city(name)


@transaction.atomic
def set_host_side(host: EventHost, *, side: str, by: Any) -> EventHost:
    """Say on which side a city lies, also after it dropped out. Twice is once."""
    require_analyst(by)
    if side not in SERVICES:
        raise wrong("side", _("Choose the side on which the city lies."))
    host = _locked_host(host)
    if host.side == side:
        return host
    before, host.side = host.side, side
    host.save(update_fields=["side"])
    record("public_event.host_side", host.event.ref, by=by, host=host.name, side=side,
           before=before)  # fmt: skip
    ring_at_event()
    return host


def _locked_host(host: EventHost) -> EventHost:
    event = locked_event(host.event)
    found: EventHost = EventHost.objects.select_for_update(no_key=True).get(pk=host.pk)
    found.event = event
    return found


@transaction.atomic
def drop_host(host: EventHost, *, on: date, note: str, by: Any) -> EventHost:
    """Say that a city does not hold the event from that day on (of the own side's calendar), and
    where that is said.

    What both sides expected because of it is struck in their assessments from then on. Twice is
    once, and the first day stands.
    """
    require_analyst(by)
    host = _locked_host(host)
    note = worded(note, "note", most=500, empty=_("Write where that is said."))
    if host.dropped_on is not None:
        return host
    if on > today(by.side):
        raise wrong("on", _("Write this down once it has happened."))
    if on > host.event.ends_on:
        raise wrong("on", _("The event is over by that day."))
    host.dropped_on, host.note, host.dropped_at, host.dropped_by = on, note, now(), by
    host.save(update_fields=["dropped_on", "note", "dropped_at", "dropped_by"])
    record("public_event.host_dropped", host.event.ref, by=by, host=host.name, on=on)
    ring_at_event()
    return host


def sound_flows(
    event: PublicEvent, given: Iterable[Mapping[str, Any]], as_of: date
) -> list[dict[str, Any]]:
    """Expected travellers by day, crossing and host, in that order. Raises Invalid, also for a city
    of which it was known by that day that it does not hold the event."""
    hosts = {
        host.name
        for host in event.hosts.all()
        if host.dropped_on is None or host.dropped_on > as_of
    }
    known, found = places(), {}
    for number, row in enumerate(given, start=1):
        line = _("Line %(number)s") % {"number": number}
        day, place = row.get("day"), str(row.get("place", ""))
        host, people = str(row.get("host", "")), row.get("people")
        if not isinstance(day, date) or not event.has_within(day, FLOWS_AROUND):
            said = _("the day lies further than two weeks from the event.")
        elif place not in known or known[place].kind != "crossing":
            said = _("there is no crossing point with this code.")
        elif host not in hosts:
            said = _("that city does not hold the event.")
        elif not isinstance(people, int) or not 0 <= people <= PEOPLE_MOST:
            said = _("write how many people as a whole number.")
        elif (day, place, host) in found:
            said = _("this day, crossing and city stand there twice.")
        else:
            found[day, place, host] = people
            continue
        raise wrong("flows", f"{line}: {said}")
    if len(found) > FLOWS_MOST:
        raise wrong("flows", _("At most %(most)s lines are possible.") % {"most": FLOWS_MOST})
    return [
        {"day": day.isoformat(), "place": place, "host": host, "people": people}
        for (day, place, host), people in sorted(found.items())
    ]


def _content(event: PublicEvent, given: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    said: dict[str, Any] = {"flows": sound_flows(event, given.get("flows") or [], as_of)}
    for name in WORDS:
        said[name] = worded(str(given.get(name) or ""), name, most=4_000)
    return said


@transaction.atomic
def write_event_assessment(
    event: PublicEvent,
    *,
    readiness: str,
    content: Mapping[str, Any],
    language: str,
    as_of: date | None = None,
    edition: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> EventAssessment:
    """Write what the own side expects of an event: a draft that it alone reads, or that draft anew.

    `content` holds flows and words as `EventAssessment` says, with days as dates. `as_of` is the
    day by whose knowledge it is written, the own side's today without it. The same again changes
    nothing; Stale when somebody saved the draft after `edition`, KeyReused for a `client_ref` of
    another event.
    """
    require_analyst(by)
    if readiness not in Readiness.values:
        raise wrong("readiness", _("Choose how far your side gets ready."))
    as_of = as_of or today(by.side)
    if as_of > today(by.side):
        raise wrong("as_of", _("Nobody knows yet what will be known on that day."))
    said = {
        "readiness": readiness,
        "as_of": as_of,
        "content": _content(event, content, as_of),
        "language": require_language(language),
    }
    _one_at_a_time()
    mine = EventAssessment.objects.filter(event=event, side=by.side)
    own = EventAssessment.objects.filter(by=by)
    ref = client_ref or uuid.uuid4()
    known = written_before(own, ref, event=event, side=by.side)
    if known is not None:
        if all(getattr(known, name) == value for name, value in said.items()):
            if known.dropped_at is not None:
                raise Refused(
                    _("This draft was thrown away. Open the event and begin a new one."),
                    code="thrown_away",
                )
            return known
        ref = uuid.uuid4()
    mine = mine.standing()
    draft = mine.filter(given_at=None).first()
    if draft is None:
        number = (mine.values_list("number", flat=True).order_by("-number").first() or 0) + 1
        made = EventAssessment.objects.create(
            event=event, side=by.side, number=number, by=by,
            client_ref=ref, **said,
        )  # fmt: skip
        record("public_event.assessment_written", event.ref, by=by, number=number)
        return made
    if all(getattr(draft, name) == value for name, value in said.items()):
        return draft
    if edition is None or edition != draft.edition:
        raise Stale(
            _("Somebody of your side saved this draft meanwhile. Look at it and save again."),
            current=draft,
        )
    for name, value in {**said, "by": by, "at": now(), "edition": draft.edition + 1}.items():
        setattr(draft, name, value)
    draft.save(update_fields=[*said, "by", "at", "edition"])
    record("public_event.assessment_changed", event.ref, by=by, number=draft.number)
    return draft


@transaction.atomic
def give_event_assessment(
    assessment: EventAssessment, *, edition: int | None = None, by: Any
) -> EventAssessment:
    """Put a draft to both sides, for good: the next change is a new version. Twice is once; Stale
    when somebody saved it after `edition`."""
    fresh = _locked(assessment, by)
    if fresh.dropped_at is not None:
        raise Refused(_("There is no such assessment."), code="not_found", status=404)
    if fresh.given_at is not None:
        return fresh
    _require_edition(fresh, edition)
    fresh.given_at = now()
    fresh.save(update_fields=["given_at"])
    record("public_event.assessment_given", fresh.event.ref, by=by, number=fresh.number)
    ring_at_event()
    return fresh


@transaction.atomic
def discard_event_assessment(
    assessment: EventAssessment, *, edition: int | None = None, by: Any
) -> EventAssessment:
    """Throw a draft away: nobody reads it any more, and its number is free. Twice is once; Refused
    for what both sides read, Stale when somebody saved it after `edition`."""
    fresh = _locked(assessment, by)
    if fresh.dropped_at is not None:
        return fresh
    if fresh.given_at is not None:
        raise Refused(
            _("Both sides read this version. Write a new one instead."), code="given_already"
        )
    _require_edition(fresh, edition)
    fresh.dropped_at = now()
    fresh.save(update_fields=["dropped_at"])
    record("public_event.assessment_dropped", fresh.event.ref, by=by, number=fresh.number)
    return fresh


def _locked(assessment: EventAssessment, by: Any) -> EventAssessment:
    """The row as it stands, for an analyst of its side. Raises Refused (404) for a draft of the
    other one."""
    rows = EventAssessment.objects.filter(pk=assessment.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    fresh: EventAssessment = rows.select_related("event").get()
    if fresh.side != by.side:
        if fresh.given_at is None:
            raise Refused(_("There is no such assessment."), code="not_found", status=404)
        raise NotAllowed(_("This is an assessment of the other side."))
    require_analyst(by)
    return fresh


def _require_edition(fresh: EventAssessment, edition: int | None) -> None:
    if edition is not None and edition != fresh.edition:
        raise Stale(
            _("Somebody of your side saved this draft meanwhile. Look at it first."), current=fresh
        )
