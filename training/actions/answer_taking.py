"""Answers that come by letter: each letter in the Maildir is taken once, and none is lost."""

from __future__ import annotations

import hashlib
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.outbox.relay import post

from ..access import agrees
from ..answer_letters import (
    MOST_BYTES,
    MOST_HEAD,
    Answer,
    Envelope,
    Unreadable,
    answer_in,
    clean,
    envelope_of,
    identity_of,
    opened,
)
from ..aside import clear_aside, is_stuck, lay_aside, remember_stuck
from ..itip import uid_of
from ..models import AnswerLetter, Outcome, Participation, PartMove, TimeProposal
from ..models.activities import AHEAD
from ..models.people import SEATED
from .activities import sound_times
from .activity_kit import locked_activity, not_now, require_either, ring_activity
from .nominating import answer_invitation

log = logging.getLogger(__name__)
# Letters in one tick.
MOST = 20


def take_answers() -> int:
    """Take the letters that the mail server delivered to `ANSWERS_MAILDIR`, some at a time; returns
    how many. Safe twice, at once and killed anywhere: a letter leaves the folder after what it
    says was committed, and what was taken once is taken no more. One that cannot be taken at all
    is laid aside, so that it does not stop those behind it, for `ANSWERS_ASIDE_DAYS`."""
    if not settings.ANSWERS_MAILDIR:
        return 0
    folder = Path(settings.ANSWERS_MAILDIR)
    count = 0
    for file in _delivered(folder):
        try:
            count += _take(folder, file)
        except (OperationalError, InterfaceError):
            raise  # not the letter's fault: it stays where it is
        except Exception:
            log.exception("The letter %r was not taken.", file.name)
            try:
                lay_aside(folder, file)
            except OSError:
                remember_stuck(file)
    if cleared := clear_aside(folder):
        log.info("%s letters lay aside long enough and were taken away.", cleared)
    return count


def _delivered(folder: Path) -> list[Path]:
    """The oldest letters; those that somebody looked at with a mail program as well."""
    found: list[Path] = []
    for part in ("new", "cur"):
        with suppress(FileNotFoundError), os.scandir(folder / part) as rows:
            found += [Path(row.path) for row in rows if row.is_file(follow_symlinks=False)]
    return sorted((file for file in found if not is_stuck(file)), key=lambda one: one.name)[:MOST]


def _take(folder: Path, file: Path) -> int:
    try:
        size = file.stat().st_size
        with file.open("rb") as opened_file:
            content = opened_file.read(MOST_HEAD if size > MOST_BYTES else MOST_BYTES)
    except FileNotFoundError:  # another process took it
        return 0
    envelope = envelope_of(content)
    if envelope.uid is None:
        log.info("The letter %r came to no address of an invitation: laid aside.", file.name)
        lay_aside(folder, file)
        return 0
    identity = (
        hashlib.sha256(f"large {size} {file.name}".encode("utf-8", "replace")).hexdigest()
        if size > MOST_BYTES
        else identity_of(content)
    )
    name = clean(file.name)[:255]
    read = _read(envelope, content, too_large=size > MOST_BYTES)
    with transaction.atomic():
        letter, fresh = AnswerLetter.objects.get_or_create(
            identity=identity,
            defaults={"outcome": Outcome.UNREAD, "file": name, "reason": {"en": "—"}},
        )
        if fresh:
            _carried_out(letter, envelope.uid, read)
        aside = fresh and letter.outcome in (Outcome.UNREAD, Outcome.REFUSED)
    if aside:
        lay_aside(folder, file)
    else:
        with suppress(FileNotFoundError):
            if not fresh and letter.file == name:
                lay_aside(folder, file)  # killed before it was laid there
            else:
                file.unlink()
    return int(fresh)


@dataclass(frozen=True)
class _Fault:
    """Why a letter cannot be read: a sentence by language, and the line to blame."""

    reason: dict[str, str]
    line: int | None


def _read(envelope: Envelope, content: bytes, *, too_large: bool) -> Answer | _Fault:
    """Before the database is asked anything: a long letter holds no lock."""

    letter: list[Message] = []

    def attempt() -> Answer:
        if too_large:
            raise Unreadable(_("It is too large for an answer."))
        if not letter:
            letter.append(opened(content))
        return answer_in(letter[0], envelope.senders)

    try:
        with translation.override("en"):
            return attempt()
    except Unreadable as refusal:
        return _Fault(dict(_in_each_language(attempt, str(refusal))), refusal.line)


def _carried_out(letter: AnswerLetter, uid: uuid.UUID, read: Answer | _Fault) -> None:
    """Do what the letter says, and write down what it came to."""
    rows = Participation.objects.select_related("activity", "officer")
    part = rows.filter(uid=uid).first()
    if part is not None:
        letter.participation, letter.side = part, part.side

    def attempt() -> Outcome:
        if part is None:
            raise Unreadable(_("It did not come to the address of an invitation."))
        assert not isinstance(read, _Fault)
        return _answered(letter, part, read)

    try:
        if isinstance(read, _Fault) and part is not None:
            letter.outcome, letter.reason, letter.line = Outcome.UNREAD, read.reason, read.line
        else:
            with translation.override("en"), transaction.atomic():
                letter.outcome = attempt()
                letter.reason, letter.file = {}, ""
    except (Unreadable, Refused) as refusal:
        letter.outcome = Outcome.REFUSED if isinstance(refusal, Refused) else Outcome.UNREAD
        letter.reason = dict(_in_each_language(attempt, str(refusal)))
    except (OperationalError, InterfaceError):
        raise  # not the letter's fault: it stays where it is
    except Exception:
        # Nothing that is in a letter may stop those behind it.
        log.exception("The answer %s was not taken.", letter.uid)
        letter.outcome = Outcome.UNREAD
        letter.reason = dict(_in_each_language(None, ""))
    letter.save(update_fields=["participation", "side", "outcome", "reason", "line", "file"])
    if letter.outcome != Outcome.ANSWERED:
        trail = letter.side or "LV"
        about = letter.participation.ref if letter.participation else f"answer_letter:{letter.uid}"
        # participation.letter_proposed, .letter_outdated, .letter_refused, .letter_unread
        record(f"participation.letter_{letter.outcome}", about, by=None, trail=trail)
    if letter.participation is not None:
        ring_activity(letter.participation.activity)


def _in_each_language(
    attempt: Callable[[], Any] | None, sentence: str
) -> Iterator[tuple[str, str]]:
    """The sentence of the refusal as every reader reads it: it refuses alike in each language."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said = sentence or _("The portal could not take it. Whoever runs it finds why.")
            if attempt is not None and code != "en":
                try:
                    with transaction.atomic():
                        attempt()
                        transaction.set_rollback(True)
                except (Unreadable, Refused) as refusal:
                    said = str(refusal)
            yield code, clean(said)


def _answered(letter: AnswerLetter, part: Participation, answer: Answer) -> Outcome:
    if part.officer.email.casefold() not in answer.senders:
        raise Unreadable(_("It is not from the officer whose invitation it answers."))
    if answer.event != uid_of(part.activity):
        raise Unreadable(_("It answers another invitation."))
    activity = locked_activity(part.activity, None)
    part = Participation.objects.select_related("activity", "officer").get(pk=part.pk)
    if answer.sequence > activity.sequence:
        raise Unreadable(_("It answers an invitation that was never sent."))
    if answer.sequence < activity.sequence:
        return Outcome.OUTDATED
    if answer.stamp is not None:
        # The officer's own answer in the portal, later than the letter (RFC 5546, 2.1.5).
        since = answer.stamp + timedelta(seconds=1)
        own = PartMove.objects.filter(participation=part, by=part.officer_id, at__gte=since)
        if own.filter(after__in=("accepted", "tentative", "declined")).exists():
            return Outcome.OUTDATED
    if answer.proposed is not None:
        _propose(letter, part, answer)
        return Outcome.PROPOSED
    answer_invitation(part, answer=answer.answer, reason=answer.comment, by=None)
    return Outcome.ANSWERED


def _propose(letter: AnswerLetter, part: Participation, answer: Answer) -> None:
    """Another time, kept until coordinators move the activity or decline it."""
    assert answer.proposed is not None
    activity = part.activity
    if part.state not in SEATED or activity.state not in AHEAD:
        raise not_now(activity)
    period = sound_times(*answer.proposed)
    earlier = TimeProposal.objects.filter(participation=part, decided_at=None)
    earlier.update(decided_at=now())  # the officer thought again
    same = (activity.starts_at, activity.ends_at) == (period.lower, period.upper)
    TimeProposal.objects.create(
        participation=part, letter=letter, comment=answer.comment, sequence=answer.sequence,
        period=DateTimeTZRange(period.lower, period.upper), decided_at=now() if same else None,
    )  # fmt: skip


@transaction.atomic
def decline_time(proposal: TimeProposal, *, by: Any) -> TimeProposal:
    """The time stays as it is; the officer who proposed another hears of it by a letter
    (DECLINECOUNTER). By coordinators of either side; declined twice it is declined once."""
    activity = locked_activity(proposal.participation.activity, by)
    require_either(activity, by)
    proposal = TimeProposal.objects.select_related("participation__officer").get(pk=proposal.pk)
    if proposal.decided_at is not None:
        return proposal
    proposal.decided_at, proposal.decided_by = now(), by
    proposal.save(update_fields=["decided_at", "decided_by"])
    part = proposal.participation
    post(
        "activity_letter",
        f"activity_letter:{part.uid}:declined:{proposal.uid}",
        {"participation": str(part.uid), "declined": str(proposal.uid)},
    )
    record("participation.time_declined", part.ref, by=by, activity=activity.number)
    ring_activity(activity)
    return proposal


@transaction.atomic
def settle_letter(letter: AnswerLetter, *, by: Any) -> AnswerLetter:
    """A coordinator looked after a letter that could not be taken. The letter stays in its folder.
    Settled twice it is settled once."""
    rows = AnswerLetter.objects.select_for_update(no_key=True, of=("self",))
    kept = rows.get(pk=letter.pk)
    if not agrees(by) or kept.side not in ("", by.side):
        raise Refused(_("There is no such letter."), code="not_found", status=404)
    if kept.settled_at is not None:
        return kept
    kept.settled_at, kept.settled_by = now(), by
    kept.save(update_fields=["settled_at", "settled_by"])
    about = kept.participation.ref if kept.participation else f"answer_letter:{kept.uid}"
    record("participation.letter_settled", about, by=by)
    return kept
