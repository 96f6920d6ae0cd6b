"""What becomes of an alert on its way: raised, delivered, restated, taken back, escalated."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Value
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record, tell_followers
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many

from ..following import chain_of, links_of
from ..models import (
    NUMBER_ONLY,
    TAKES_BACK,
    Alert,
    AskedByName,
    Delivery,
    DeliveryState,
    Priority,
    Unit,
    Who,
    units,
)
from ..policies import asked_by_name, expects_progress, policies_of, quiet_until, stamped
from ..reaching.posting import post_step
from ..watch import headquarters_of, heads, on_duty, told_unit
from .forward_ends import recall_forwards

# What the sender says of a report later, on cards that a desk reads less of as well.
STATED = {
    "unverified", "validated_at", "withdrawn", "reopened", "handling", "tlp", "restriction",
    "called_off", "chain",
}  # fmt: skip
State = DeliveryState
FOLLOWING = 4_106_026


def _nobody(desk: Unit, at: Unit) -> Refused:
    names = ", ".join(
        f"{head.display_name} {head.phone}".strip() for head in heads([desk.pk]).get(desk.pk, [])
    )
    if names:
        fix = _("Ask its head to fill the rota: %(heads)s. Or choose another desk.") % {
            "heads": names
        }
    else:
        fix = _("It has no head posted either: choose another desk, and tell headquarters.")
    missing = _("Nobody is on duty at %(unit)s now, so %(desk)s would not hear the alert.") % {
        "unit": at.name,
        "desk": desk.name,
    }
    return Refused(f"{missing} {fix}", code="nobody_on_duty")


def enter_step(delivery: Delivery, at: datetime) -> None:
    """Let the delivery, in memory, arrive at its present step: when it goes on, how long quiet
    hours hold its personal messages, and which other point reads it from now on."""
    step = delivery.steps[delivery.step]
    delivery.escalate_at = _due(delivery, at)
    delivery.held_until = quiet_until(delivery.policy, delivery.priority, at, delivery.desk.zone)
    if step["who"] == Who.POINT:
        passed = {*(delivery.passed_to or []), told_unit(step, delivery.desk).pk}
        delivery.passed_to = sorted(passed)


def _due(delivery: Delivery, at: datetime) -> datetime | None:
    wait = delivery.steps[delivery.step]["wait"]
    if delivery.alert.status != Alert.Status.ACTUAL or wait is None:
        return None
    return at + timedelta(seconds=wait)


def arrived(delivery: Delivery) -> tuple[Any, ...]:
    """What the arrival at a step has set."""
    passed = delivery.passed_to
    others = None if passed is None else tuple(passed)
    return delivery.step, delivery.escalate_at, delivery.held_until, others


def topics_of_delivery(delivery: Delivery) -> list[str]:
    """Whose doorbell rings when this delivery changes: the desk, the sender, and once the alert
    was passed to them, headquarters and desks of other points."""
    topics = {delivery.desk.code, delivery.alert.sender.code}
    for step in delivery.steps[: delivery.step + 1]:
        if step["who"] == Who.POINT:
            topics.add(step["at"])
    if delivery.alert.about.startswith("broadcast:"):  # every desk sees who has not answered yet
        topics |= {unit.code for unit in units().values() if unit.kind == Unit.Kind.DESK}
    if delivery.steps[delivery.step]["who"] == Who.HEADQUARTERS:
        topics.add(headquarters_of(delivery.desk).code)
    return sorted(topics)


@transaction.atomic
def raise_alert(
    about: str,
    *,
    card: dict[str, Any],
    priority: Priority | str,
    to: Iterable[Unit],
    sender: Unit,
    kind: Alert.Kind | str = Alert.Kind.ALERT,
    status: Alert.Status | str = Alert.Status.ACTUAL,
    references: Alert | None = None,
    named: Iterable[Any] = (),
    unwatched: bool = False,
    uid: UUID | None = None,
    by: Any,
) -> Alert:
    """Ask desks to acknowledge `about`. Refused when nobody is on duty at one of them, except with
    `unwatched`, and for a cancel that takes a copy back: these must not wait for anybody.

    `card` holds released fields only (see Alert). `named` are public ids of officers on duty at
    these desks, or heading them, who all have to acknowledge. `uid` is the public id where the
    caller has one. The caller has asked the permission to send.
    """
    desks = sorted(set(to), key=lambda desk: desk.pk)
    at = now()
    alert = Alert(
        about=about,
        kind=kind,
        status=status,
        priority=priority,
        card=card,
        sender=sender,
        references=references,
        raised_at=at,
        raised_by=by,
        **({"uid": uid} if uid else {}),
    )
    watched = on_duty([u.pk for desk in desks for u in (desk, headquarters_of(desk))], at)
    for desk in desks:
        if desk.kind != Unit.Kind.DESK:
            raise Refused(
                _("%(unit)s is not a desk of a contact point. Choose a desk.")
                % {"unit": desk.name},
                code="not_a_desk",
            )
        for needed in (desk, headquarters_of(desk)):
            if needed.pk not in watched and not (unwatched or alert.takes_back):
                raise _nobody(desk, needed)
    wanted = asked_by_name(desks, named, by)
    policies = policies_of(desks)
    alert.save(force_insert=True)
    if references is not None and not alert.takes_back:
        # All cards of the chain say what came after what.
        chain = chain_of(alert)
        restate_alerts(about, only=[each.pk for each in chain], chain=links_of(chain))
        alert.card = {**alert.card, "chain": links_of(chain)}
    for desk in desks:
        policy, people = policies.get(desk.pk), wanted.get(desk.pk, [])
        if policy is None:
            raise Refused(
                _("%(desk)s has no escalation policy. Ask its administrator to set one.")
                % {"desk": desk.name},
                code="no_escalation_policy",
            )
        delivery = Delivery(
            alert=alert,
            desk=desk,
            priority=priority,
            queued_at=at,
            policy=policy,
            steps=stamped(
                policy, str(priority), watched.get(desk.pk, []), at, by_name=bool(people)
            ),
            note_within=policy.note_within.get(str(priority)) if expects_progress(alert) else None,
            asked=len(people),
        )
        enter_step(delivery, at)
        delivery.save(force_insert=True)
        if people:
            AskedByName.objects.bulk_create(
                AskedByName(delivery=delivery, officer=officer) for officer in people
            )
        post_step(delivery, also=[officer.pk for officer in people])
    more: dict[str, Any] = {"asked_by_name": sum(map(len, wanted.values()))} if wanted else {}
    record(
        "alert.raised",
        alert.ref,
        by=by,
        subject=about,
        priority=str(priority),
        desks=[desk.code for desk in desks],
        **more,
    )
    return alert


def locked(delivery: Delivery) -> Delivery:
    """The delivery under its lock, with alert, sender and desk."""
    return (
        Delivery.objects.select_for_update(no_key=True, of=("self",))
        # What can change while this waits for the lock is not joined: it would come out empty.
        .select_related("alert__sender", "desk")
        .get(pk=delivery.pk)
    )


@transaction.atomic
def mark_sent(delivery: Delivery) -> None:
    """A channel took it. Later news changes nothing."""
    moved = Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)
    if moved.update(state=State.SENT, sent_at=now(), failed_at=None, failure=""):
        tell_followers("delivery.sent", [(delivery.ref, delivery.desk.side, {})])
        ring_many(topics_of_delivery(delivery))


@transaction.atomic
def mark_delivered(delivery: Delivery) -> None:
    """The mail server accepted it, or a signed-in browser drew the card."""
    at = now()
    moved = Delivery.objects.filter(pk=delivery.pk, state__in=[State.QUEUED, State.SENT])
    if moved.update(state=State.DELIVERED, delivered_at=at, failed_at=None, failure=""):
        Delivery.objects.filter(pk=delivery.pk, sent_at=None).update(sent_at=at)
        tell_followers("delivery.delivered", [(delivery.ref, delivery.desk.side, {})])
        ring_many(topics_of_delivery(delivery))


@transaction.atomic
def mark_failed(delivery: Delivery, *, failure: str) -> None:
    """A channel gave up; a fact beside the state, shown red to the sender."""
    _fail(delivery, failure, by=None)


@transaction.atomic
def mark_not_taken(delivery: Delivery, *, failure: str, system: str, by: Any) -> None:
    """The desk's own `system` could not take it, as it said through the account `by`; shown like a
    channel that gave up. The caller has asked the permission."""
    _fail(delivery, failure, by=by, system=system)


def _fail(delivery: Delivery, failure: str, *, by: Any, **facts: str) -> None:
    unheard = Delivery.objects.open().filter(pk=delivery.pk)
    if unheard.update(failed_at=now(), failure=failure[:200]):
        record(
            "delivery.failed",
            delivery.ref,
            by=by,
            trail=delivery.desk.side,
            failure=failure[:200],
            **facts,
        )
        ring_many(topics_of_delivery(delivery))


@transaction.atomic
def mark_opened(delivery: Delivery, *, by: Any) -> None:
    """Somebody who answers for the desk opened it. The first one stands."""
    early = [State.QUEUED, State.SENT, State.DELIVERED]
    moved = Delivery.objects.filter(pk=delivery.pk, state__in=early)
    if moved.update(state=State.OPENED, opened_at=now(), opened_by=by):
        record("delivery.opened", delivery.ref, by=by, subject=delivery.alert.about)
        ring_many(topics_of_delivery(delivery))


def lock_about(about: str) -> None:
    """Those who follow an alert up and those who take it back go one after the other: an update
    tells only the desks that still hold what it is about. Taken before deliveries are read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [FOLLOWING, about])


@transaction.atomic
def restate_alerts(about: str, *, only: Iterable[int] | None = None, **facts: Any) -> None:
    """Change facts on the cards of every alert about something, such as `unverified=False`; or
    of those with the ids `only`."""
    merged = Func(
        F("card"), Value(facts, JSONField()), template="%(expressions)s", arg_joiner=" || "
    )
    # What took a copy back says nothing of it, and nothing of what became of it.
    alerts = Alert.objects.about(about).exclude(TAKES_BACK)
    if only is not None:
        alerts = alerts.filter(pk__in=only)
    forwarded: list[Delivery] = []
    if facts.get("withdrawn"):  # deliveries are locked before alerts
        rows = Delivery.objects.filter(alert__in=alerts, forwarded__gt=0)
        forwarded = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    alerts.update(card=merged)
    recall_forwards(forwarded)


@transaction.atomic
def narrow_cards(about: str, *, desk: Unit, away: Iterable[str]) -> None:
    """From now on the desk reads the cards about something without these keys."""
    away = set(away)
    lock_about(about)
    rows = Delivery.objects.about(about).at([desk.pk]).filter(recalled_at=None)
    for delivery in (
        rows.select_related("alert").select_for_update(no_key=True, of=("self",)).order_by("pk")
    ):
        kept = sorted((delivery.card.keys() | STATED) - away)
        if away & delivery.card.keys():
            delivery.kept = kept
            delivery.save(update_fields=["kept"])


@transaction.atomic
def cancel_deliveries(about: str, *, desks: Iterable[Unit], by: Any) -> list[Delivery]:
    """Take the alerts about something back from desks: nobody has to acknowledge them any more,
    and of their cards the number stays. Returns those taken back now, oldest first.

    The caller has asked the permission. Called twice, the second time changes nothing.
    """
    lock_about(about)
    rows = Delivery.objects.about(about).at([desk.pk for desk in desks]).filter(recalled_at=None)
    found = list(
        rows.exclude(alert__in=Alert.objects.about(about).filter(TAKES_BACK))
        .select_for_update(no_key=True, of=("self",))
        .select_related("alert__sender", "desk")
        .order_by("pk")
    )
    at = now()
    for delivery in found:
        delivery.recalled_at, delivery.escalate_at, delivery.kept = at, None, NUMBER_ONLY
        delivery.note_by = delivery.woken_at = None
        delivery.save(update_fields=["recalled_at", "escalate_at", "kept", "note_by", "woken_at"])
        record("delivery.recalled", delivery.ref, by=by, subject=about, desk=delivery.desk.code)
    recall_forwards(found)
    ring_many(sorted({topic for delivery in found for topic in topics_of_delivery(delivery)}))
    return found


@transaction.atomic
def let_rest(about: str, *, event: str = "", desks: Iterable[Unit] = (), by: Any) -> None:
    """What nobody has acknowledged of the alerts about something waits for nobody any more, at
    these desks or at all; only of one `event`, if named. The cards stay as they are. Posts to which
    they were forwarded are told, of what the desk has acknowledged as well.

    The caller has asked the permission. Called twice, the second time changes nothing.
    """
    rows = Delivery.objects.about(about)
    rows = rows.open() | rows.filter(forwarded__gt=0, recalled_at=None)
    if ids := [desk.pk for desk in desks]:
        rows = rows.at(ids)
    if event:
        rows = rows.filter(alert__card__event=event)
    found = list(
        rows.select_for_update(no_key=True, of=("self",))
        .select_related("alert__sender", "desk")
        .order_by("pk")
    )
    for delivery in found:
        if not delivery.waits:
            continue
        delivery.recalled_at, delivery.escalate_at = now(), None
        delivery.note_by = delivery.woken_at = None
        delivery.kept = sorted(delivery.card)
        delivery.save(update_fields=["recalled_at", "escalate_at", "kept", "note_by", "woken_at"])
        trail = "" if by else delivery.desk.side
        record("delivery.recalled", delivery.ref, by=by, trail=trail, subject=about)
    recall_forwards(found)
    ring_many(sorted({topic for delivery in found for topic in topics_of_delivery(delivery)}))
