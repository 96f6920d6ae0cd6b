"""What posts are told when the alert that was forwarded to them ends."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.timezone import now

from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post

from ..models import Delivery, Forward
from ..watch import posted_at


def recall_forwards(deliveries: Iterable[Delivery] | QuerySet[Delivery]) -> None:
    """The sender wants nothing of these alerts any more: every post that has one is told, and says
    that it knows. Called under the locks of the deliveries; a repeat changes nothing."""
    ids = [delivery.pk for delivery in deliveries if delivery.forwarded]
    if not ids:
        return
    rows = Forward.objects.filter(delivery_id__in=ids, withdrawn_at=None, recalled_at=None)
    found = list(rows.select_for_update(no_key=True).order_by("pk"))
    for forward in found:
        forward.recalled_at = now()
        forward.save(update_fields=["recalled_at"])
    Delivery.objects.filter(pk__in=ids).update(forward_due=None)
    tell_posts(Forward.objects.filter(pk__in=[one.pk for one in found]).whole(), "recalled")


def tell_posts(forwards: Iterable[Forward], what: str) -> None:
    """Ring at the posts and write to everybody posted there. `what`: forwarded | withdrawn |
    recalled."""
    forwards = list(forwards)
    posted = posted_at([forward.unit_id for forward in forwards]) if forwards else {}
    for forward in forwards:
        for officer in posted.get(forward.unit_id, []):
            post(
                "forward",
                f"{forward.ref}:{what}:mail:{officer.pk}",
                {"forward": str(forward.uid), "to": officer.pk, "what": what},
            )
    ring_many(sorted({forward.unit.code for forward in forwards}))
