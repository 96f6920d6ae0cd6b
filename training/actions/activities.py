"""An activity: planned, put to both sides, changed, agreed."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Stale
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from bordercoop.web.finding.query import sought
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..access import agrees
from ..models import (
    Activity,
    ActivityKind,
    ActivitySeries,
    ActivityState,
    Agreement,
    Host,
    Level,
    Mode,
    Quota,
)
from ..models.activities import AHEAD, ZONE_OF_HOST
from .activity_kit import (
    digest_of,
    keep,
    locked_activity,
    moved,
    not_now,
    require_changeable,
    require_planner,
    void,
    wrong,
)
from .nominating import ask_anew, give_seats
from .numbering import next_in
from .plan_ties import untie_of_another_year
from .programme import move_programme, take_rooms
from .taken_times import fit_times, hold_people
from .telling import tell_seated

State = ActivityState
LONGEST, FARTHEST = timedelta(days=366), timedelta(days=3660)
MOST_SEATS = 1_000
MOST_MONEY = Decimal("99999999.99")
# What invited people must hear of when it changes.
HEARD = {"title", "place", "zone", "period", "host"}


def _next_number() -> str:
    year = now().astimezone(UTC).year
    return f"ACT-{year}-{next_in(ActivitySeries, year=year):05d}"


def sound_times(starts_at: datetime | None, ends_at: datetime | None) -> DateTimeTZRange:
    """Both aware. A plan may be noted down after its time: what was held is counted, too."""
    if starts_at is None or starts_at.tzinfo is None:
        raise wrong("starts_at", _("Say when it begins."))
    if ends_at is None or ends_at.tzinfo is None:
        raise wrong("ends_at", _("Say when it ends."))
    # Two moments of one wall are else compared by what the clock shows.
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if ends_at <= starts_at:
        raise wrong("ends_at", _("It ends before it begins. Check both times."))
    if ends_at - starts_at > LONGEST:
        raise wrong("ends_at", _("An activity lasts a year at most. Choose an earlier end."))
    if abs(starts_at - now()) > FARTHEST:
        raise wrong("starts_at", _("This is too long ago or too far ahead. Check the year."))
    return DateTimeTZRange(starts_at, ends_at)


def _one_of(field: str, value: str, known: Iterable[str], sentence: str) -> str:
    if value not in known:
        raise wrong(field, sentence)
    return value


def _each_of(field: str, values: Iterable[str], known: Iterable[str], sentence: str) -> list[str]:
    known, found = set(known), list(dict.fromkeys(str(value) for value in values or []))
    if set(found) - known:
        raise wrong(field, sentence)
    return sorted(found)


def _money(field: str, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value <= MOST_MONEY:
        raise wrong(field, _("Give an amount in euro from 0 to 99,999,999.99."))
    return value.quantize(Decimal("0.01"))


def _said(
    *,
    kind: str,
    mode: str,
    title: str,
    language: str,
    purpose: str,
    host_country: str,
    host: str,
    place: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    nominations_until: datetime | None,
    languages: Iterable[str],
    levels: Iterable[str],
    topics: Iterable[str],
    budget_line: str,
    budget_planned: Decimal | None,
) -> dict[str, Any]:
    period = sound_times(starts_at, ends_at)
    if nominations_until is not None:
        if nominations_until.tzinfo is None or nominations_until > period.lower:
            raise wrong(
                "nominations_until", _("Nominations end before the activity begins. Check the day.")
            )
        nominations_until = nominations_until.astimezone(UTC)
    _one_of("kind", kind, ActivityKind.values, _("Choose what kind of activity it is."))
    _one_of("mode", mode, ["", *Mode.values], _("Choose air, road or railway, or leave it open."))
    _one_of("host_country", host_country, Host.values, _("Choose the country where it is held."))
    _one_of("language", language, Language.values, _("Choose the language you write in."))
    return {
        "kind": kind,
        "mode": mode,
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "language": language,
        "purpose": worded(purpose, "purpose", most=4_000),
        "host_country": host_country,
        "host": worded(host, "host", most=200, one_line=True),
        "place": worded(place, "place", most=200, one_line=True, empty=_("Say where it is held.")),
        "zone": ZONE_OF_HOST[host_country],
        "period": period,
        "nominations_until": nominations_until,
        "languages": _each_of(
            "languages", languages, Language.values, _("Choose working languages from the list.")
        ),
        "levels": _each_of("levels", levels, Level.values, _("Choose levels from the list.")),
        "topics": _each_of(
            "topics", topics, terms("training_topic"), _("Choose topics from the list.")
        ),
        "budget_line": worded(budget_line, "budget_line", most=80, one_line=True),
        "budget_planned": _money("budget_planned", budget_planned),
    }


def _quotas(quotas: Mapping[str, int], joint: bool, side: str) -> dict[str, int]:
    sides = SERVICES if joint else (side,)
    found = {}
    for of, seats in quotas.items():
        if of not in sides or isinstance(seats, bool) or not 0 <= seats <= MOST_SEATS:
            raise wrong(
                "quotas",
                _("Give each side that takes part its seats, from 0 to %(most)s.")
                % {"most": MOST_SEATS},
            )
        found[of] = seats
    return found


def _write_quotas(activity: Activity, quotas: Mapping[str, int]) -> None:
    for side, seats in quotas.items():
        Quota.objects.update_or_create(activity=activity, side=side, defaults={"seats": seats})


@transaction.atomic
def plan_activity(
    *,
    unit: Unit,
    kind: str,
    title: str,
    language: str,
    host_country: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    joint: bool = True,
    mode: str = "",
    purpose: str = "",
    host: str = "",
    nominations_until: datetime | None = None,
    languages: Iterable[str] = (),
    levels: Iterable[str] = (),
    topics: Iterable[str] = (),
    budget_line: str = "",
    budget_planned: Decimal | None = None,
    quotas: Mapping[str, int] | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Activity:
    """Note an activity down as an idea, which the own side alone reads.

    Times are aware, money is in euro, `quotas` are seats by side. The same `client_ref` from one
    officer is one activity.
    """
    if by.side not in SERVICES or unit.side != by.side or unit.kind == Unit.Kind.DESK:
        raise NotAllowed(_("Coordinators of the two services plan activities of their units."))
    require(by, "plan_activities", unit)
    said = _said(
        kind=kind, mode=mode, title=title, language=language, purpose=purpose,
        host_country=host_country, host=host, place=place, starts_at=starts_at, ends_at=ends_at,
        nominations_until=nominations_until, languages=languages, levels=levels, topics=topics,
        budget_line=budget_line, budget_planned=budget_planned,
    )  # fmt: skip
    seats = _quotas(quotas or {}, joint, by.side)
    ref, mine = client_ref or uuid.uuid4(), Activity.objects.filter(by=by)
    if known := written_before(mine, ref, unit=unit, kind=kind):
        return known
    number = _next_number()  # holds the year's series: the same form sent at once waits here
    if known := written_before(mine, ref, unit=unit, kind=kind):
        return known
    activity = Activity.objects.create(
        number=number, side=by.side, unit=unit, joint=joint, client_ref=ref, by=by,
        words=sought(number, said["title"], said["place"], said["host"]), **said,
    )  # fmt: skip
    _write_quotas(activity, seats)
    keep(activity, "noted", by=by, unit=unit.code)
    return activity


@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    edition: int | None = None,
    quotas: Mapping[str, int] | None = None,
    by: Any,
    **said: Any,
) -> Activity:
    """Say anew what an activity is: the arguments of `plan_activity`, whole.

    What both sides agreed to before holds no longer, and a confirmed activity is open again. The
    same again changes nothing; Stale when somebody changed it after `edition`. The programme and
    the time of who takes part move with its begin: Refused, naming who, when somebody is elsewhere
    then. Whoever accepted is asked anew. Seats that are new go down the waiting list; a line of the
    plan of another year is untied.
    """
    activity = locked_activity(activity, by)
    require_planner(activity, by)
    require_changeable(activity)
    wanted = _said(**said)
    seats = _quotas(quotas, activity.joint, activity.side) if quotas is not None else {}
    held = {quota.side: quota.seats for quota in activity.quotas.all()}
    changes = [name for name, value in wanted.items() if getattr(activity, name) != value]
    if not changes and all(held.get(side) == count for side, count in seats.items()):
        return activity
    if edition is not None and edition != activity.edition:
        raise Stale(
            _("Somebody changed this activity while you worked on it. Look at it and save again."),
            current=activity,
        )
    _require_room(activity, seats)
    before, stood = digest_of(activity), (activity.starts_at, activity.zone)
    for name in changes:
        setattr(activity, name, wanted[name])
    _write_quotas(activity, seats)
    names = [*changes]
    if digest_of(activity) != before:
        void(activity)
        activity.edition += 1
        names.append("edition")
    if {"title", "place", "host"} & set(changes):
        activity.words = sought(activity.number, activity.title, activity.place, activity.host)
        names.append("words")
    if HEARD & set(changes):
        activity.sequence += 1
        names.append("sequence")
    if activity.state == State.CONFIRMED and "edition" in names:
        moved(activity, State.NOMINATIONS, *names, by=by)
    elif names:
        activity.save(update_fields=names)
    if {"period", "place", "zone"} & set(changes):
        move_programme(activity, *stood, by=by)
    if "period" in changes or seats:
        hold_people(activity)
    if "period" in changes:
        fit_times(activity, side=by.side)
    if {"period", "zone"} & set(changes):
        untie_of_another_year(activity, by=by)
        ask_anew(activity, by=by)
    if "sequence" in names and activity.state not in (State.IDEA, State.POSTPONED):
        tell_seated(activity)
    for side, count in seats.items():
        if count > held.get(side, 0):
            give_seats(activity, side, by=by)
    keep(activity, "changed", by=by, fields=sorted(changes))
    return activity


def _require_room(activity: Activity, seats: Mapping[str, int]) -> None:
    for side, count in seats.items():
        taken = activity.participations.seated().filter(side=side).count()
        if count < taken:
            raise wrong(
                "quotas",
                _("%(taken)s people of this side have a seat already. Give at least as many.")
                % {"taken": taken},
            )


@transaction.atomic
def put_activity(activity: Activity, *, by: Any) -> Activity:
    """Make a plan of an idea: with a joint one the other side reads it from now on, and is asked to
    agree. Put twice it is put once. Of one that was postponed the time of who has a seat is taken
    anew: Refused, naming who, when somebody is elsewhere then."""
    activity = locked_activity(activity, by)
    require_planner(activity, by)
    if activity.state not in (State.IDEA, State.POSTPONED):
        if activity.state == State.CANCELLED:
            raise not_now(activity)
        return activity
    names, again = ["reason"], activity.state == State.POSTPONED
    activity.reason = ""
    if activity.joint and activity.put_at is None:
        activity.put_at = now()
        names.append("put_at")
    if again:
        activity.sequence += 1
        names.append("sequence")
    moved(activity, State.PLANNED, *names, by=by)
    if again:  # who kept a seat is taken by the new time, and hears of it
        take_rooms(activity, by=by)
        fit_times(activity, side=by.side)
        tell_seated(activity)
    return activity


@transaction.atomic
def agree_activity(activity: Activity, *, edition: int, by: Any) -> Activity:
    """Agree for the own side to the activity as it stands at `edition`. Agreed twice is once.

    Stale when it was changed meanwhile: nobody agrees to what was not read.
    """
    activity = locked_activity(activity, by)
    if by.side not in activity.sides or not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side that takes part agrees to it."))
    if activity.state not in AHEAD:
        raise not_now(activity)
    if edition != activity.edition:
        raise Stale(
            _("This activity was changed while you read it. Read it again, then agree."),
            current=activity,
        )
    if activity.agreements.filter(side=by.side, voided_at=None).exists():
        return activity
    Agreement.objects.create(
        activity=activity, side=by.side, edition=edition, sha256=digest_of(activity), by=by
    )
    keep(activity, "agreed", by=by, edition=edition)
    return activity


@transaction.atomic
def take_back_agreement(activity: Activity, *, reason: str, by: Any) -> Activity:
    """The own side agrees no longer; a confirmed activity is open again. Refused once it began."""
    activity = locked_activity(activity, by)
    if by.side not in activity.sides or not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side that takes part agrees to it."))
    if activity.state not in AHEAD:
        raise not_now(activity)
    reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    if activity.agreements.filter(side=by.side, voided_at=None).update(voided_at=now()):
        if activity.state == State.CONFIRMED:
            moved(activity, State.NOMINATIONS, reason=reason, by=by)
        keep(activity, "agreement_taken_back", by=by, reason=reason)
    return activity
