"""Advance notices: written, changed, sent, ended early, cancelled, translated."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import may, require
from contactpoints.actions import let_rest, raise_alert
from contactpoints.models import Alert, Priority, Unit

from .. import handling
from ..access import sender_for
from ..handling import Marking
from ..models import (
    AdvanceNotice,
    NoticeDesk,
    NoticeState,
    NoticeText,
    NoticeVersion,
)
from ..notices.content import LONGEST, SAID, cleaned
from .request_moves import same_words, wrong_at
from .signs import SERVICES

# What begins so soon is told as routine, the rest as information.
SOON = timedelta(hours=24)
NEXT_NOTICE = """
    INSERT INTO incidents_noticeseries (side, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (side, year) DO UPDATE SET last = incidents_noticeseries.last + 1
    RETURNING last
"""


def _gone() -> Refused:
    return Refused(_("There is no such notice."), code="not_found", status=404)


def _locked(notice: AdvanceNotice, by: Any) -> AdvanceNotice:
    """The notice under its lock. Raises Refused (404) for whoever reads nothing of it."""
    rows = AdvanceNotice.objects.filter(pk=notice.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if by is not None and not AdvanceNotice.objects.visible_to(by).filter(pk=notice.pk).exists():
        raise _gone()
    return rows.select_related("unit").get()


def _of_own_side(notice: AdvanceNotice, by: Any) -> None:
    if by is not None and by.side != notice.side:
        raise NotAllowed(_("The side that wrote the notice changes it."), code="not_own")


def _not_now(notice: AdvanceNotice) -> Refused:
    return Refused(
        _("This notice is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": NoticeState(notice.state).label},
        code="wrong_state",
    )


def _draft(notice: AdvanceNotice) -> NoticeVersion | None:
    """What is written and was not sent yet."""
    return notice.versions.filter(sent_at=None, dropped_at=None).first()


def _ring(notice: AdvanceNotice, desks: Iterable[Unit] = ()) -> None:
    ring_many(sorted({notice.unit.code, *(desk.code for desk in desks)}))


@transaction.atomic
def write_notice(
    *,
    unit: Unit,
    content: Mapping[str, Any],
    marking: Marking | None = None,
    exercise: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> AdvanceNotice:
    """Write a notice of a unit, as a draft that its own side alone reads.

    `content` holds parsed values under the names of `notices.content.SAID`. The same `client_ref`
    from one officer is one notice.
    """
    require(by, "report_incidents", unit)
    if unit.side not in SERVICES:
        raise NotAllowed(_("The two services give each other notice."))
    said, marking = cleaned(content), marking or handling.default()
    ref = client_ref or uuid.uuid4()
    try:
        with transaction.atomic():
            notice = AdvanceNotice.objects.create(
                client_ref=ref, side=unit.side, unit=unit, exercise=exercise, by=by
            )
            NoticeVersion.objects.create(
                notice=notice, number=1, current=True, by=by, **said, **marking.columns
            )
    except IntegrityError as clash:
        if "notice_written_once" not in str(clash):
            raise
        known = AdvanceNotice.objects.select_related("unit").get(by=by, client_ref=ref)
        same_words(known, unit_id=unit.pk, exercise=exercise)
        same_words(known.versions.get(number=1), **said, **marking.columns)
        return known
    record("notice.written", notice.ref, by=by, unit=unit.code)
    _ring(notice)
    return notice


@transaction.atomic
def change_notice(
    notice: AdvanceNotice,
    *,
    content: Mapping[str, Any],
    marking: Marking | None = None,
    edition: int | None = None,
    by: Any,
) -> AdvanceNotice:
    """Write a draft anew or, once it was sent, its next version, which waits to be sent; the other
    side goes on reading the last one that was. `content` may hold only what changes.

    Raises Stale when somebody saved after `edition`; with no real change nothing happens.
    """
    notice = _locked(notice, by)
    _of_own_side(notice, by)
    require(by, "report_incidents", notice.unit)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SENT):
        raise _not_now(notice)
    draft = _draft(notice)
    last = draft or notice.versions.get(current=True)
    said = cleaned({**{name: getattr(last, name) for name in SAID}, **content})
    said |= (marking or handling.of(last)).columns
    if all(getattr(last, name) == value for name, value in said.items()):
        return notice
    if edition is not None and edition != notice.edition:
        raise Stale(
            _("Somebody saved this notice while you worked on it. Look at it and save again."),
            current=last,
        )
    if draft is None:
        number = notice.versions.count() + 1
        NoticeVersion.objects.create(notice=notice, number=number, by=by, **said)
    else:
        for name, value in {**said, "by": by, "at": now()}.items():
            setattr(draft, name, value)
        draft.save(update_fields=[*said, "by", "at"])
    notice.edition += 1
    notice.save(update_fields=["edition"])
    record("notice.changed", notice.ref, by=by, edition=notice.edition)
    _ring(notice)
    return notice


def _tell(
    notice: AdvanceNotice,
    version: NoticeVersion,
    *,
    event: str,
    kind: Alert.Kind,
    to: Iterable[Unit],
    priority: Priority | None = None,
    unwatched: bool = False,
    by: Any,
    **more: Any,
) -> Alert:
    """Ask desks to acknowledge what became of a notice; what they had not acknowledged of it
    before waits no longer."""
    soon = version.starts_at - now() <= SOON
    texts = {
        text.language: {"headline": text.headline, "mark": "human"} for text in version.texts.all()
    }
    card = {
        "number": notice.number,
        "side": notice.side,
        "version": version.number,
        "exercise": notice.exercise,
        "headline": version.headline,
        "language": version.language,
        "event": event,
        "handling": version.handling,
        "tlp": version.tlp,
        **({"texts": texts} if texts else {}),
        **({"restriction": version.restriction} if version.restriction else {}),
        **({"place": version.place} if version.place else {}),
        **more,
    }
    to = list(to)
    let_rest(notice.ref, desks=to, by=by)
    earlier = Alert.objects.about(notice.ref).order_by("-pk").first()
    return raise_alert(
        notice.ref,
        card=card,
        priority=priority or (Priority.P3 if soon else Priority.P4),
        to=to,
        sender=sender_for(by, notice),
        kind=kind,
        status=Alert.Status.EXERCISE if notice.exercise else Alert.Status.ACTUAL,
        references=None if kind == Alert.Kind.ALERT else earlier,
        unwatched=unwatched,
        by=by,
    )


def _numbered(notice: AdvanceNotice, at: datetime) -> str:
    year = at.astimezone(UTC).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NOTICE, [notice.side, year])
        return f"N-{notice.side}-{year}-{cursor.fetchone()[0]:05d}"


@transaction.atomic
def send_notice(notice: AdvanceNotice, *, desks: Iterable[Unit] = (), by: Any) -> AdvanceNotice:
    """Send what is written to desks of the other side, which are asked to acknowledge it. Those
    that were told before get every later version as an update, named or not.

    With nothing new to say, and no new desk, nothing happens. Refused when nobody is on duty there.
    """
    notice = _locked(notice, by)
    _of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SENT):
        raise _not_now(notice)
    told = {desk.pk: desk for desk in notice.desks.all()}
    named = {desk.pk: desk for desk in desks}
    for desk in named.values():
        foreign = desk.side in SERVICES and desk.side != notice.side
        if desk.kind != Unit.Kind.DESK or not foreign or desk.retired_at is not None:
            raise wrong_at("desks", _("Choose desks of the other side."))
    if not told and not named:
        raise wrong_at("desks", _("Choose at least one desk."))
    draft = _draft(notice)
    fresh = [desk for pk, desk in sorted(named.items()) if pk not in told]
    if draft is None and not fresh:
        return notice
    version = draft or notice.versions.get(current=True)
    at = now()
    if version.ends_at <= at:
        raise Refused(_("This notice is over already. Change its times first."), code="over")
    if draft is not None:
        notice.versions.filter(current=True).exclude(pk=draft.pk).update(current=False)
        draft.current, draft.sent_at, draft.sent_by = True, at, by
        draft.save(update_fields=["current", "sent_at", "sent_by"])
    first = notice.state == NoticeState.DRAFT
    if first:
        notice.number, notice.state, notice.sent_at = _numbered(notice, at), NoticeState.SENT, at
        notice.save(update_fields=["number", "state", "sent_at"])
    NoticeDesk.objects.bulk_create(NoticeDesk(notice=notice, desk=desk) for desk in fresh)
    before = [] if draft is None else list(told.values())
    if fresh:
        _tell(notice, version, event="notice", kind=Alert.Kind.ALERT, to=fresh, by=by)
    if before:
        _tell(notice, version, event="notice_changed", kind=Alert.Kind.UPDATE, to=before, by=by)
    record(
        "notice.sent",
        notice.ref,
        by=by,
        number=notice.number,
        version=version.number,
        desks=[desk.code for desk in (*fresh, *before)],
    )
    _ring(notice, [*fresh, *before])
    return notice


def _over(notice: AdvanceNotice, state: NoticeState, reason: str, by: Any) -> list[Unit]:
    notice.state, notice.ended_at, notice.ended_by, notice.reason = state, now(), by, reason
    notice.save(update_fields=["state", "ended_at", "ended_by", "reason"])
    notice.versions.filter(sent_at=None, dropped_at=None).update(dropped_at=notice.ended_at)
    return list(notice.desks.all())


def _refuse_past(version: NoticeVersion) -> None:
    if version.ends_at <= now():
        raise Refused(_("This notice is over already."), code="over")


@transaction.atomic
def end_notice(notice: AdvanceNotice, *, reason: str = "", by: Any) -> AdvanceNotice:
    """Say that what was announced is over before its time; the desks acknowledge it as well. Twice
    is once. It goes out also when nobody is on duty there."""
    notice = _locked(notice, by)
    _of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state == NoticeState.ENDED:
        return notice
    if notice.state != NoticeState.SENT:
        raise _not_now(notice)
    version = notice.versions.get(current=True)
    _refuse_past(version)
    if version.starts_at > now():
        raise Refused(_("It has not begun yet. Cancel the notice instead."), code="not_begun")
    reason = worded(reason, "reason", most=500)
    desks = _over(notice, NoticeState.ENDED, reason, by)
    _tell(
        notice, version, event="notice_ended", kind=Alert.Kind.UPDATE, to=desks,
        priority=Priority.P4, unwatched=True, reason=reason, by=by,
    )  # fmt: skip
    record("notice.ended", notice.ref, by=by)
    _ring(notice, desks)
    return notice


@transaction.atomic
def cancel_notice(notice: AdvanceNotice, *, reason: str, by: Any) -> AdvanceNotice:
    """Take back what was announced, with a reason that both read; the desks acknowledge the cancel
    as well. Twice is once. It goes out also when nobody is on duty there."""
    notice = _locked(notice, by)
    _of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state == NoticeState.CANCELLED:
        return notice
    if notice.state != NoticeState.SENT:
        raise _not_now(notice)
    version = notice.versions.get(current=True)
    _refuse_past(version)
    reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    desks = _over(notice, NoticeState.CANCELLED, reason, by)
    # The copy stays where it is, marked: `withdrawn` tells it from a recall.
    _tell(
        notice, version, event="notice_cancelled", kind=Alert.Kind.CANCEL, to=desks,
        unwatched=True, reason=reason, withdrawn=False, by=by,
    )  # fmt: skip
    record("notice.cancelled", notice.ref, by=by)
    _ring(notice, desks)
    return notice


@transaction.atomic
def discard_notice(notice: AdvanceNotice, *, by: Any) -> AdvanceNotice:
    """Throw a draft away or, of a notice that was sent, the change that waits to be sent. Nobody
    else is told. Twice is once."""
    notice = _locked(notice, by)
    _of_own_side(notice, by)
    require(by, "report_incidents", notice.unit)
    if notice.state == NoticeState.DISCARDED:
        return notice
    if notice.state == NoticeState.DRAFT:
        notice.state, notice.ended_at, notice.ended_by = NoticeState.DISCARDED, now(), by
        notice.save(update_fields=["state", "ended_at", "ended_by"])
    else:
        waiting = notice.versions.filter(sent_at=None, dropped_at=None)
        if not waiting.update(dropped_at=now()):
            return notice
    record("notice.discarded", notice.ref, by=by)
    _ring(notice)
    return notice


@transaction.atomic
def translate_notice(
    notice: AdvanceNotice, *, language: str, headline: str, text: str = "", by: Any
) -> NoticeText:
    """Put the words of the version that stands into another language, for both sides. A translation
    may be bettered by the side that made it."""
    notice = _locked(notice, by)
    if notice.state in (NoticeState.DRAFT, NoticeState.DISCARDED):
        raise _not_now(notice)
    unit = notice.unit
    if by.side != notice.side:
        told = list(notice.desks.order_by("pk"))
        unit = next((desk for desk in told if may(by, "translate_incidents", desk)), told[0])
    require(by, "translate_incidents", unit)
    version = notice.versions.get(current=True)
    if language not in Language.values or language == version.language:
        raise wrong_at("language", _("Choose a language that the notice is not written in."))
    said = {
        "headline": worded(
            headline,
            "headline",
            most=LONGEST["headline"],
            one_line=True,
            empty=_("Say in one line what will be done."),
        ),
        "text": worded(text, "text", most=LONGEST["text"]),
    }
    if bool(version.text) != bool(said["text"]):
        raise Invalid(
            sentence := _("Translate the headline and the text, as they were written."),
            fields={"text": [sentence]},
        )
    known = version.texts.filter(language=language).first()
    if known and known.side != by.side:
        raise Refused(
            _("The other side has translated it into this language already."), code="translated"
        )
    if known and all(getattr(known, name) == value for name, value in said.items()):
        return known
    if known:
        known.headline, known.text, known.by, known.at = said["headline"], said["text"], by, now()
        known.save(update_fields=["headline", "text", "by", "at"])
    else:
        known = NoticeText.objects.create(
            version=version, language=language, side=by.side, by=by, **said
        )
    record("notice.translated", notice.ref, by=by, language=language)
    _ring(notice, notice.desks.all())
    return known
