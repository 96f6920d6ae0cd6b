"""Whether a place is open: each side says so for itself."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.lists import check_text_line
from bordercoop.reference.models import OPENABLE, Place, PlaceStatus

from ..access import may_record_status
from .waiting import ring_at

State = PlaceStatus.State
NOT_YOURS_TO_RECORD = gettext_lazy(
    "Heads of the contact point, headquarters and administrators of a side record what it says "
    "about a place."
)
TOLERANCE = timedelta(minutes=2)  # two PCs never agree to the second


@transaction.atomic
def record_status(
    place: Place,
    *,
    state: str,
    since: datetime,
    reason: str = "",
    expected_on: date | None = None,
    by: Any,
) -> PlaceStatus:
    """Record what the officer's own side says about the opening of a place from `since` on.

    Ends the side's present status at that moment and leaves the other side's alone. `since` is
    aware, not in the future, and after the present status began; anything but open has a reason.
    The same status recorded twice is one.
    """
    if not may_record_status(by, place):
        raise NotAllowed(NOT_YOURS_TO_RECORD)
    # The place's row orders two officers of the same side.
    place = Place.objects.select_for_update(no_key=True, of=("self",)).get(pk=place.pk)
    reason = _checked(place, state, since, reason, expected_on)
    last = PlaceStatus.objects.current().filter(place=place, side=by.side).first()
    if last is not None:
        if (last.state, last.since, last.reason, last.expected_on) == (
            state, since, reason, expected_on,
        ):  # fmt: skip
            return last
        if since <= last.since:
            sentence = _(
                "Your side's present status began later than this, or at the same time. "
                "A new one begins after it."
            )
            raise Invalid(sentence, fields={"since": [sentence]})
        last.period = DateTimeTZRange(last.since, since)
        last.save(update_fields=["period"])
    try:
        with transaction.atomic():
            status = PlaceStatus.objects.create(
                place=place,
                side=by.side,
                state=state,
                period=DateTimeTZRange(since, None),
                reason=reason,
                expected_on=expected_on,
                recorded_by=by,
                recorded_at=now(),
            )
    except IntegrityError as clash:
        if "a_side_says_one_thing_about_a_place_at_a_time" not in str(clash):
            raise
        raise Refused(
            _("Your side has recorded another status for that time. Reload the page."),
            code="overlaps",
        ) from clash
    record("place.status", f"place:{place.code}", by=by, state=state, since=since, reason=reason,
           expected_on=expected_on, before=last.state if last else "")  # fmt: skip
    ring_at(place)
    return status


def _checked(
    place: Place, state: str, since: datetime, reason: str, expected_on: date | None
) -> str:
    wrong: dict[str, list[Any]] = {}
    if place.retired_at is not None:
        raise Refused(_("%(place)s is retired.") % {"place": place.name}, code="retired")
    if place.kind not in OPENABLE:
        raise Refused(
            _("%(place)s is not a place that opens and closes.") % {"place": place.name},
            code="never_opens",
        )
    if state not in State.values:
        wrong["state"] = [_("Say whether the place is open, open with restrictions or closed.")]
    if since > now() + TOLERANCE:
        wrong["since"] = [_("This time is still to come. Record the change when it holds.")]
    elif since.year < 1991:
        wrong["since"] = [_("This is too long ago. Check the year.")]
    text = check_text_line("reason", reason, 500, wrong, required=state != State.OPEN)
    if expected_on is not None:
        if state == State.OPEN:
            wrong["expected_on"] = [_("A place that is open has no day of reopening.")]
        elif expected_on < since.date():
            wrong["expected_on"] = [_("It cannot reopen before it closed. Check the day.")]
    if wrong:
        raise Invalid(_("This cannot be recorded as it is. Correct what is marked."), fields=wrong)
    return text
