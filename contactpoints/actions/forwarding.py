"""A desk forwards an alert to posts of its own side, and each of them acknowledges."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring_many

from ..access import require, require_posted
from ..forwards import posts_of_desk
from ..models import FORWARD_WITHIN, Delivery, Forward, Priority, Unit
from ..saying import Line, columns, keep, worded_line
from ..watch import posted_at
from .alerts import locked, topics_of_delivery
from .forward_ends import tell_posts


@transaction.atomic
def forward_delivery(
    delivery: Delivery, *, to: Iterable[Unit], line: Line, by: Any
) -> list[Forward]:
    """Ask posts of the own side within reach of the desk to acknowledge an alert at the desk;
    `line`, text or a standard phrase, says what for. A post to which it stands forwarded already is
    not told again.

    Refused for a post where nobody is posted who could acknowledge, and for what the sender took
    back. Returns what stands at these posts.
    """
    delivery = locked(delivery)
    require(by, "acknowledge_alerts", delivery.desk)
    line = worded_line(
        line, "line", most=500, one_line=True, empty=_("Write in one line what the post should do.")
    )
    if delivery.is_over:
        raise Refused(
            _("The sender took this alert back, so there is nothing to forward."), code="recalled"
        )
    posts = _posts(delivery, to)
    standing = delivery.forwards.filter(withdrawn_at=None, unit__in=posts)
    known = {forward.unit_id: forward for forward in standing.whole()}
    at, within = now(), FORWARD_WITHIN[Priority(delivery.priority)]
    made = [
        Forward.objects.create(
            delivery=delivery, unit=unit, at=at, by=by, due_at=at + within, **columns("line", line)
        )
        for unit in posts
        if unit.pk not in known
    ]
    if made:
        _count(delivery)
        record(
            "delivery.forwarded",
            delivery.ref,
            by=by,
            subject=delivery.alert.about,
            desk=delivery.desk.code,
            units=[forward.unit.code for forward in made],
        )
        tell_posts(made, "forwarded")
        ring_many(topics_of_delivery(delivery))
    return [*known.values(), *made]


def _posts(delivery: Delivery, to: Iterable[Unit]) -> list[Unit]:
    """The units in the order of the tree; raises where one cannot be asked."""
    wanted = {unit.pk for unit in to}
    offered = posts_of_desk(delivery.desk)
    posts = [unit for unit in offered if unit.pk in wanted]
    if not posts or len(posts) != len(wanted):
        sentence = _("Choose posts of your own side from the list.")
        raise Invalid(sentence, fields={"units": [sentence]})
    posted = posted_at(wanted)
    empty = [unit.name for unit in posts if unit.pk not in posted]
    if empty:
        sentence = _(
            "Nobody who could acknowledge is posted at %(units)s. Choose another post, or call."
        ) % {"units": ", ".join(empty)}
        raise Refused(sentence, code="nobody_posted", fields={"units": [sentence]})
    return posts


def _count(delivery: Delivery) -> None:
    """Keep on the delivery, under its lock, what the other side may read of its forwards."""
    rows = list(delivery.forwards.filter(withdrawn_at=None))
    delivery.forwarded = len(rows)
    delivery.forwards_heard = sum(row.acknowledged_at is not None for row in rows)
    delivery.forward_due = min((row.due_at for row in rows if row.waits), default=None)
    delivery.save(update_fields=["forwarded", "forwards_heard", "forward_due"])


def _locked(forward: Forward) -> tuple[Delivery, Forward]:
    """Both under their locks, the delivery first."""
    delivery = locked(Delivery(pk=forward.delivery_id))
    row = Forward.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
    return delivery, row.get(pk=forward.pk)


@transaction.atomic
def acknowledge_forward(forward: Forward, *, line: Line = "", by: Any) -> Forward:
    """Say for the post that it has read what the desk forwarded; of what the sender took back
    meanwhile, that it knows that. The first one stands with its person, time and line."""
    delivery, forward = _locked(forward)
    require_posted(by, forward.unit)
    line = worded_line(line, "note", most=500, one_line=True)
    if forward.withdrawn_at is not None:
        raise Refused(
            _("%(desk)s took this back, so there is nothing to acknowledge.")
            % {"desk": delivery.desk.name},
            code="withdrawn",
        )
    if forward.recall_waits:
        forward.recall_seen_at, forward.recall_seen_by = now(), by
        forward.save(update_fields=["recall_seen_at", "recall_seen_by"])
        verb = "forward.recall_seen"
    elif forward.recalled_at is None and forward.acknowledged_at is None:
        forward.acknowledged_at, forward.acknowledged_by = now(), by
        said = keep(forward, "answer", line)
        forward.save(update_fields=["acknowledged_at", "acknowledged_by", *said])
        _count(delivery)
        verb = "forward.acknowledged"
    else:
        return forward
    record(verb, forward.ref, by=by, subject=delivery.alert.about, unit=forward.unit.code)
    ring_many([*topics_of_delivery(delivery), forward.unit.code])
    return forward


@transaction.atomic
def withdraw_forward(forward: Forward, *, by: Any) -> Forward:
    """Take a forward back from a post, which is told. A repeat changes nothing."""
    delivery, forward = _locked(forward)
    require(by, "acknowledge_alerts", delivery.desk)
    if forward.withdrawn_at is None:
        forward.withdrawn_at, forward.withdrawn_by = now(), by
        forward.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _count(delivery)
        record(
            "forward.withdrawn",
            forward.ref,
            by=by,
            subject=delivery.alert.about,
            unit=forward.unit.code,
        )
        tell_posts([forward], "withdrawn")
        ring_many(topics_of_delivery(delivery))
    return forward


@transaction.atomic
def mark_forward_failed(forward: Forward) -> None:
    """A letter to the post was given up: the desk sees it."""
    if Forward.objects.waiting().filter(pk=forward.pk).update(failed_at=now()):
        delivery = Delivery.objects.bare().get(pk=forward.delivery_id)
        ring_many([delivery.desk.code])
