"""Advance notices: written, changed, ended early, cancelled, translated."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.wording import worded
from contactpoints.access import may, require
from contactpoints.actions import drop_held
from contactpoints.models import Alert, Priority, Unit

from .. import handling
from ..handling import Marking
from ..models import AdvanceNotice, NoticeState, NoticeText, NoticeVersion
from ..notices.content import LONGEST, SAID, cleaned
from .notice_moves import (
    draft_of,
    locked_notice,
    not_now,
    of_own_side,
    ring_notice,
    tell_desks,
)
from .request_moves import same_words, wrong_at
from .signs import SERVICES


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
    ring_notice(notice)
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
    side goes on reading the last one that was. `content` may hold only what changes. What a pause
    holds of the draft is held no longer: it has to be sent anew.

    Raises Stale when somebody saved after `edition`; with no real change nothing happens.
    """
    notice = locked_notice(notice, by)
    of_own_side(notice, by)
    require(by, "report_incidents", notice.unit)
    if notice.state not in (NoticeState.DRAFT, NoticeState.SENT):
        raise not_now(notice)
    draft = draft_of(notice)
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
    if draft is not None:
        # Nobody decided to send these words.
        drop_held(notice.ref, version=draft.number, why="changed", by=by)
    record("notice.changed", notice.ref, by=by, edition=notice.edition)
    ring_notice(notice)
    return notice


def _over(notice: AdvanceNotice, state: NoticeState, reason: str, by: Any) -> list[Unit]:
    notice.state, notice.ended_at, notice.ended_by, notice.reason = state, now(), by, reason
    notice.save(update_fields=["state", "ended_at", "ended_by", "reason"])
    notice.versions.filter(sent_at=None, dropped_at=None).update(dropped_at=notice.ended_at)
    drop_held(notice.ref, why="recalled", by=by)
    return list(notice.desks.all())


def _refuse_past(version: NoticeVersion) -> None:
    if version.ends_at <= now():
        raise Refused(_("This notice is over already."), code="over")


@transaction.atomic
def end_notice(notice: AdvanceNotice, *, reason: str = "", by: Any) -> AdvanceNotice:
    """Say that what was announced is over before its time; the desks acknowledge it as well. Twice
    is once. It goes out also when nobody is on duty there."""
    notice = locked_notice(notice, by)
    of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state == NoticeState.ENDED:
        return notice
    if notice.state != NoticeState.SENT:
        raise not_now(notice)
    version = notice.versions.get(current=True)
    _refuse_past(version)
    if version.starts_at > now():
        raise Refused(_("It has not begun yet. Cancel the notice instead."), code="not_begun")
    reason = worded(reason, "reason", most=500)
    desks = _over(notice, NoticeState.ENDED, reason, by)
    tell_desks(
        notice, version, event="notice_ended", kind=Alert.Kind.UPDATE, to=desks,
        priority=Priority.P4, unwatched=True, reason=reason, by=by,
    )  # fmt: skip
    record("notice.ended", notice.ref, by=by)
    ring_notice(notice, desks)
    return notice


@transaction.atomic
def cancel_notice(notice: AdvanceNotice, *, reason: str, by: Any) -> AdvanceNotice:
    """Take back what was announced, with a reason that both read; the desks acknowledge the cancel
    as well. Twice is once. It goes out also when nobody is on duty there."""
    notice = locked_notice(notice, by)
    of_own_side(notice, by)
    require(by, "release_incidents", notice.unit)
    if notice.state == NoticeState.CANCELLED:
        return notice
    if notice.state != NoticeState.SENT:
        raise not_now(notice)
    version = notice.versions.get(current=True)
    _refuse_past(version)
    reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the other side reads it.")
    )
    desks = _over(notice, NoticeState.CANCELLED, reason, by)
    # The copy stays where it is, marked: `withdrawn` tells it from a recall.
    tell_desks(
        notice, version, event="notice_cancelled", kind=Alert.Kind.CANCEL, to=desks,
        unwatched=True, reason=reason, withdrawn=False, by=by,
    )  # fmt: skip
    record("notice.cancelled", notice.ref, by=by)
    ring_notice(notice, desks)
    return notice


@transaction.atomic
def discard_notice(notice: AdvanceNotice, *, by: Any) -> AdvanceNotice:
    """Throw a draft away or, of a notice that was sent, the change that waits to be sent. Nobody
    else is told. Twice is once."""
    notice = locked_notice(notice, by)
    of_own_side(notice, by)
    require(by, "report_incidents", notice.unit)
    if notice.state == NoticeState.DISCARDED:
        return notice
    if notice.state == NoticeState.DRAFT:
        notice.state, notice.ended_at, notice.ended_by = NoticeState.DISCARDED, now(), by
        notice.save(update_fields=["state", "ended_at", "ended_by"])
        drop_held(notice.ref, why="recalled", by=by)
    else:
        draft = draft_of(notice)
        if draft is None:
            return notice
        draft.dropped_at = now()
        draft.save(update_fields=["dropped_at"])
        # A version that was sent goes on waiting where a pause holds it.
        drop_held(notice.ref, version=draft.number, why="recalled", by=by)
    record("notice.discarded", notice.ref, by=by)
    ring_notice(notice)
    return notice


@transaction.atomic
def translate_notice(
    notice: AdvanceNotice, *, language: str, headline: str, text: str = "", by: Any
) -> NoticeText:
    """Put the words of the version that stands into another language, for both sides. A translation
    may be bettered by the side that made it."""
    notice = locked_notice(notice, by)
    if notice.state in (NoticeState.DRAFT, NoticeState.DISCARDED):
        raise not_now(notice)
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
    ring_notice(notice, notice.desks.all())
    return known
