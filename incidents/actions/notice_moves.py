"""What every step of an advance notice needs: its lock, its side, and telling desks."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.actions import let_rest, raise_alert
from contactpoints.models import Alert, Priority, Unit

from ..access import sender_for
from ..models import AdvanceNotice, NoticeState, NoticeVersion

# What begins so soon is told as routine, the rest as information.
SOON = timedelta(hours=24)


def _gone() -> Refused:
    return Refused(_("There is no such notice."), code="not_found", status=404)


def locked_notice(notice: AdvanceNotice, by: Any) -> AdvanceNotice:
    """The notice under its lock. Raises Refused (404) for whoever reads nothing of it."""
    rows = AdvanceNotice.objects.filter(pk=notice.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if by is not None and not AdvanceNotice.objects.visible_to(by).filter(pk=notice.pk).exists():
        raise _gone()
    return rows.select_related("unit").get()


def of_own_side(notice: AdvanceNotice, by: Any) -> None:
    if by is not None and by.side != notice.side:
        raise NotAllowed(_("The side that wrote the notice changes it."), code="not_own")


def not_now(notice: AdvanceNotice) -> Refused:
    return Refused(
        _("This notice is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": NoticeState(notice.state).label},
        code="wrong_state",
    )


def draft_of(notice: AdvanceNotice) -> NoticeVersion | None:
    """What is written and was not sent yet."""
    return notice.versions.filter(sent_at=None, dropped_at=None).first()


def ring_notice(notice: AdvanceNotice, desks: Iterable[Unit] = ()) -> None:
    ring_many(sorted({notice.unit.code, *(desk.code for desk in desks)}))


def tell_desks(
    notice: AdvanceNotice,
    version: NoticeVersion,
    *,
    event: str,
    kind: Alert.Kind,
    to: Iterable[Unit],
    priority: Priority | None = None,
    unwatched: bool = False,
    sender: Unit | None = None,
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
        sender=sender or sender_for(by, notice),
        kind=kind,
        status=Alert.Status.EXERCISE if notice.exercise else Alert.Status.ACTUAL,
        references=None if kind == Alert.Kind.ALERT else earlier,
        unwatched=unwatched,
        by=by,
    )
