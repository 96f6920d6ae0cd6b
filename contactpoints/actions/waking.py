"""What becomes of an acknowledged alert by itself: it wakes up when nothing followed, and rests."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.live.doorbell import ring_many

from ..models import AskedByName, Delivery, Posting
from ..reaching.posting import post_step
from ..saying import kept_in
from .alerts import enter_step, topics_of_delivery
from .answering import complete


@transaction.atomic
def settle_deliveries(limit: int = 100) -> int:
    """Wake what was acknowledged and not followed by progress within its limit, put to rest what
    was, and ask no longer for those whose posting at the desk ended. Returns how many changed.

    May run in several processes at once: each delivery changes once.
    """
    at = now()
    changed = [*_rest(at), *_wake(at, limit), *_excuse(at, limit)]
    if changed:
        ring_many(sorted({topic for one in changed for topic in topics_of_delivery(one)}))
    return len(changed)


def _followed(deliveries: Iterable[Delivery]) -> set[int]:
    """The ids of those after whose acknowledgement the desk noted progress."""
    asked: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        asked[delivery.alert.about.partition(":")[0]].append(delivery)
    found: set[int] = set()
    for subject, some in asked.items():
        telling = settings.PROGRESS_OF.get(subject)
        if telling is None:
            continue
        rows = [(d.alert.about.partition(":")[2], d.desk, d.acknowledged_at) for d in some]
        found |= {some[place].pk for place in import_string(telling)(rows)}
    return found


def _locked(ids: Iterable[int], **still: Any) -> list[Delivery]:
    """Those of them that are still so, under their locks; what another process holds is left."""
    return list(
        Delivery.objects.filter(pk__in=list(ids), recalled_at=None, **still)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("alert__sender", "desk", "policy", "acknowledged_by")
        .order_by("pk")
    )


def _rest(at: datetime) -> list[Delivery]:
    """Put to rest what woke up and was followed by progress since."""
    awake = Delivery.objects.filter(woken_at__isnull=False).bare()
    followed = _followed(awake)
    found = _locked(followed, woken_at__isnull=False) if followed else []
    for delivery in found:
        delivery.woken_at = delivery.escalate_at = delivery.held_until = None
        delivery.save(update_fields=["woken_at", "escalate_at", "held_until"])
        _record("delivery.rested", delivery)
    return found


def _wake(at: datetime, limit: int) -> list[Delivery]:
    """Wake those whose limit is up; whatever was followed, or repeated by a newer alert about the
    same at the same desk, sleeps on for good."""
    ids = Delivery.objects.filter(note_by__lte=at).order_by("note_by", "pk")
    due = _locked(ids.values_list("pk", flat=True)[:limit], note_by__lte=at)
    followed = _followed(due)
    woken = []
    for delivery in due:
        delivery.note_by = None
        if delivery.pk in followed or _repeated(delivery):
            delivery.save(update_fields=["note_by"])
            continue
        delivery.woken_at, delivery.step = at, 0
        delivery.wakes += 1
        enter_step(delivery, at)
        delivery.save(
            update_fields=[
                "note_by", "woken_at", "step", "wakes", "escalate_at", "held_until", "passed_to",
            ]
        )  # fmt: skip
        post_step(delivery)
        _record("delivery.woken", delivery, acknowledged=delivery.acknowledged_at)
        woken.append(delivery)
    return woken


def _repeated(delivery: Delivery) -> bool:
    newer = Delivery.objects.about(delivery.alert.about).at([delivery.desk_id])
    return newer.filter(pk__gt=delivery.pk, recalled_at=None).exists()


def _excuse(at: datetime, limit: int) -> list[Delivery]:
    """Ask no longer for those who cannot answer at the desk any more. Where all others did, the
    desk has acknowledged; where nobody is left, anybody of the desk may."""
    answers = Posting.objects.active(at).filter(
        officer=OuterRef("officer"),
        officer__is_active=True,
        group__unitgroupgrant__permission__codename="acknowledge_alerts",
        group__unitgroupgrant__content_object=OuterRef("delivery__desk"),
    )
    gone = AskedByName.objects.missing().exclude(Exists(answers))
    gone = gone.filter(delivery__acknowledged_at=None, delivery__recalled_at=None)
    ids = set(gone.order_by("pk").values_list("delivery_id", flat=True)[:limit])
    found = _locked(ids, acknowledged_at=None) if ids else []
    for delivery in found:
        for row in gone.filter(delivery=delivery).select_related("officer"):
            row.excused_at = at
            row.save(update_fields=["excused_at"])
            _record("delivery.excused", delivery, officer=row.officer.username)
        rows = list(delivery.named.order_by("acknowledged_at"))
        signed = [row for row in rows if row.acknowledged_at is not None]
        if not any(row.is_missing for row in rows):
            if signed:
                fields = complete(delivery, kept_in(signed[-1], "line"), signed[-1].acknowledged_by)
                delivery.save(update_fields=fields)
                _record("delivery.acknowledged", delivery)
            else:
                delivery.asked = 0
                delivery.save(update_fields=["asked"])
    return found


def _record(verb: str, delivery: Delivery, **facts: Any) -> None:
    said = {
        name: fact.isoformat() if isinstance(fact, datetime) else fact
        for name, fact in facts.items()
    }
    record(
        verb,
        delivery.ref,
        by=None,
        trail=delivery.desk.side,
        subject=delivery.alert.about,
        desk=delivery.desk.code,
        **said,
    )
