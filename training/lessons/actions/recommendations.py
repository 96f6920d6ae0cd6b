"""A recommendation: raised, changed, taken in hand, done, confirmed, not accepted, reopened."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language, User
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import Place, utc_today
from bordercoop.reference.wording import worded
from bordercoop.web.finding.query import sought
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit
from incidents.actions.once import written_before

from ..access import officers_of_owner
from ..models import LessonSource, Recommendation, RecommendationMove, RecommendationState
from ..models.recommendations import UNDER_WAY
from ..sources import resolved
from .kit import keep, next_number, require_keeper, ring_sides, wrong

State = RecommendationState
MOST_TEXT, MOST_SAID = 4_000, 2_000
FARTHEST = timedelta(days=3660)


def locked_recommendation(recommendation: Recommendation, by: Any) -> Recommendation:
    """It under its lock. Raises Refused (404) unless `by` reads it."""
    rows = Recommendation.objects.filter(pk=recommendation.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    found = Recommendation.objects.visible_to(by).filter(pk=recommendation.pk).first()
    if found is None:
        raise Refused(_("There is no such recommendation."), code="not_found", status=404)
    return found


def not_now(recommendation: Recommendation) -> Refused:
    return Refused(
        _("This recommendation is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": State(recommendation.state).label},
        code="wrong_state",
    )


def require_raiser(recommendation: Recommendation, by: Any) -> None:
    """Raise NotAllowed unless `by` coordinates for the side that raised it."""
    require_keeper(by)
    if by.side != recommendation.side:
        raise NotAllowed(
            _("A coordinator of the side that raised this recommendation does this."),
            code="other_side",
        )


def require_answering(recommendation: Recommendation, by: Any) -> None:
    """Raise NotAllowed unless `by` answers for the unit that owns it."""
    require(by, "answer_recommendations", recommendation.owner_unit)


def _said(
    *,
    source: str,
    title: str,
    text: str,
    language: str,
    owner_unit: Unit,
    owner_officer: User | None,
    due_on: date | None,
    about: str,
    place: Place | None,
    joint: bool,
    known: Recommendation | None,
    by: Any,
) -> dict[str, Any]:
    if source not in LessonSource.values:
        raise wrong("source", _("Choose where it comes from."))
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    about = about.strip()
    # What somebody tied it to before stays, though another reader does not see it.
    if about and (known is None or known.about != about) and resolved(about, by) is None:
        raise wrong("about", _("What it comes from was not found. Check the number."))
    _require_owner_of(owner_unit, joint, known, by)
    if owner_officer is not None and (
        owner_officer not in officers_of_owner(owner_unit)
        and (known is None or known.owner_officer_id != owner_officer.pk)
    ):
        raise wrong("owner_officer", _("This officer does not answer for that unit."))
    if not isinstance(due_on, date):
        raise wrong("due_on", _("Say by which day it is to be done."))
    if abs(due_on - utc_today()) > FARTHEST:
        raise wrong("due_on", _("This is too long ago or too far ahead. Check the year."))
    return {
        "source": source,
        "about": about,
        "title": worded(
            title, "title", most=160, one_line=True,
            empty=_("Say in one line what is recommended."),
        ),
        "text": worded(text, "text", most=MOST_TEXT),
        "language": language,
        "place": place,
        "owner_unit": owner_unit,
        "owner_officer": owner_officer,
        "due_on": due_on,
    }  # fmt: skip


def _require_owner_of(unit: Unit, joint: bool, known: Recommendation | None, by: Any) -> None:
    if known is not None and known.owner_unit_id == unit.pk:
        return
    if unit.side not in SERVICES or unit.kind == Unit.Kind.DESK or unit.retired_at is not None:
        raise wrong("owner_unit", _("Choose a unit of either side, not a desk."))
    if not joint and unit.side != by.side:
        raise wrong(
            "owner_unit",
            _("The other side does not read it. Put it to both sides, or choose a unit of yours."),
        )


@transaction.atomic
def raise_recommendation(
    *,
    source: str,
    title: str,
    language: str,
    owner_unit: Unit,
    due_on: date | None,
    text: str = "",
    about: str = "",
    place: Place | None = None,
    joint: bool = True,
    owner_officer: User | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Recommendation:
    """Enter a recommendation into the register. `about` names what it comes from as "kind:ref",
    such as "activity:ACT-2026-00003", which the officer must read. Only the own side reads one that
    is not `joint`, and then owns it. The same `client_ref` is one recommendation."""
    require_keeper(by)
    said = _said(
        source=source, title=title, text=text, language=language, owner_unit=owner_unit,
        owner_officer=owner_officer, due_on=due_on, about=about, place=place, joint=joint,
        known=None, by=by,
    )  # fmt: skip
    ref, mine = client_ref or uuid.uuid4(), Recommendation.objects.filter(by=by)
    if known := written_before(mine, ref, source=source):
        return known
    number = next_number("REC")  # the same form sent at once waits here
    if known := written_before(mine, ref, source=source):
        return known
    made = Recommendation.objects.create(
        number=number, side=by.side, joint=bool(joint), client_ref=ref, by=by,
        words=sought(number, said["title"], said["text"]), **said,
    )  # fmt: skip
    keep(made, "raised", by=by, source=source, owner=owner_unit.code)
    ring_sides(made.sides)
    return made


@transaction.atomic
def change_recommendation(
    recommendation: Recommendation, *, edition: int | None = None, by: Any, **said: Any
) -> Recommendation:
    """Say it anew, whole: the arguments of `raise_recommendation` but `joint`, by a coordinator of
    the side that raised it, while it is under way. The same again changes nothing; Stale when
    somebody changed it after `edition`."""
    row = locked_recommendation(recommendation, by)
    require_raiser(row, by)
    wanted = _said(joint=row.joint, known=row, by=by, **said)
    changes = [name for name, value in wanted.items() if getattr(row, name) != value]
    if not changes:
        return row
    if row.state not in UNDER_WAY:
        raise not_now(row)
    if edition is not None and edition != row.edition:
        raise Stale(
            _("Somebody changed this recommendation while you worked on it. Look at it and save "
              "again."),
            current=row,
        )  # fmt: skip
    for name in changes:
        setattr(row, name, wanted[name])
    row.edition += 1
    row.words = sought(row.number, row.title, row.text)
    row.save(update_fields=[*changes, "edition", "words"])
    keep(row, "changed", by=by, fields=sorted(changes))
    ring_sides(row.sides)
    return row


def _moved(row: Recommendation, after: str, *fields: str, said: str = "", by: Any) -> None:
    before, row.state = row.state, State(after)
    row.save(update_fields=["state", *fields])
    RecommendationMove.objects.create(
        recommendation=row, before=before, after=after, said=said, by=by
    )
    # recommendation.in_hand, .done, .confirmed, .not_accepted, .open
    keep(row, str(after), by=by)
    ring_sides(row.sides)


@transaction.atomic
def take_in_hand(recommendation: Recommendation, *, by: Any) -> Recommendation:
    """The owner works on it. Taken twice it is taken once."""
    row = locked_recommendation(recommendation, by)
    require_answering(row, by)
    if row.state == State.IN_HAND:
        return row
    if row.state != State.OPEN:
        raise not_now(row)
    _moved(row, State.IN_HAND, by=by)
    return row


@transaction.atomic
def finish_recommendation(
    recommendation: Recommendation, *, evidence: str, by: Any
) -> Recommendation:
    """The owner has done it, and says in `evidence` where that is seen. Done twice is once."""
    row = locked_recommendation(recommendation, by)
    require_answering(row, by)
    said = worded(
        evidence, "evidence", most=MOST_SAID, empty=_("Write what shows that it is done.")
    )
    if row.state == State.DONE and row.done_by_id == by.pk:
        return row
    if row.state != State.IN_HAND:
        raise not_now(row)
    row.done_at, row.done_by = now(), by
    _moved(row, State.DONE, "done_at", "done_by", said=said, by=by)
    return row


@transaction.atomic
def confirm_recommendation(
    recommendation: Recommendation, *, said: str = "", by: Any
) -> Recommendation:
    """A coordinator of the side that raised it has seen the evidence: never its owner, nor whoever
    did it. Confirmed twice is once."""
    row = locked_recommendation(recommendation, by)
    require_raiser(row, by)
    if by.pk in (row.done_by_id, row.owner_officer_id):
        raise NotAllowed(
            _("You did this yourself. Another coordinator of your side confirms it."),
            code="own_deed",
        )
    words = worded(said, "said", most=MOST_SAID)
    if row.state == State.CONFIRMED:
        return row
    if row.state != State.DONE:
        raise not_now(row)
    row.confirmed_at, row.confirmed_by = now(), by
    _moved(row, State.CONFIRMED, "confirmed_at", "confirmed_by", said=words, by=by)
    return row


@transaction.atomic
def decline_recommendation(
    recommendation: Recommendation, *, reason: str, by: Any
) -> Recommendation:
    """The owner does not accept it, and says why. Twice is once."""
    row = locked_recommendation(recommendation, by)
    require_answering(row, by)
    said = worded(
        reason, "reason", most=MOST_SAID, empty=_("Write why it is not accepted.")
    )  # fmt: skip
    if row.state == State.NOT_ACCEPTED:
        return row
    if row.state not in UNDER_WAY:
        raise not_now(row)
    _moved(row, State.NOT_ACCEPTED, said=said, by=by)
    return row


@transaction.atomic
def reopen_recommendation(
    recommendation: Recommendation, *, reason: str, by: Any
) -> Recommendation:
    """A coordinator of the side that raised it opens it again. Twice is once."""
    row = locked_recommendation(recommendation, by)
    require_raiser(row, by)
    said = worded(reason, "reason", most=MOST_SAID, empty=_("Write why it is opened again."))
    if row.state == State.OPEN:
        return row
    if row.state == State.IN_HAND:
        raise not_now(row)
    row.done_at = row.done_by = row.confirmed_at = row.confirmed_by = None
    _moved(
        row, State.OPEN, "done_at", "done_by", "confirmed_at", "confirmed_by", said=said, by=by
    )  # fmt: skip
    return row
