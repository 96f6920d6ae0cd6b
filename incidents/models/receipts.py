"""A handover of persons or goods from one side to the other, and what is signed about it.

What both sides read is `Handover`, its `HandoverItem`s (receipt_items.py) and
`HandoverConfirmation`. What only the delivering side reads lies in receipt_checks.py.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Place, Term
from bordercoop.reference.sides import Side

from .case_team import CaseMember
from .investigation import SERVICES, Investigation


class HandoverKind(models.TextChoices):
    PERSONS = "persons", pgettext_lazy("handover receipt", "Persons")
    GOODS = "goods", pgettext_lazy("handover receipt", "Goods")


class HandoverState(models.TextChoices):
    PREPARED = "prepared", pgettext_lazy("handover receipt", "Prepared")
    OPENED = "opened", pgettext_lazy("handover receipt", "Opened")
    COMPLETED = "completed", pgettext_lazy("handover receipt", "Completed")
    STOPPED = "stopped", pgettext_lazy("handover receipt", "Stopped by the delivering side")
    CANCELLED = "cancelled", pgettext_lazy("handover receipt", "Cancelled")


class HandoverOutcome(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("handover receipt", "Accepted")
    PARTLY = "partly", pgettext_lazy("handover receipt", "Partly accepted")
    REFUSED = "refused", pgettext_lazy("handover receipt", "Not accepted")


class CancelReason(models.TextChoices):
    """Of a list, so that no words about a person cross with it."""

    WEATHER = "weather", pgettext_lazy("handover receipt", "Weather or road")
    TRANSPORT = "transport", pgettext_lazy("handover receipt", "Transport is missing")
    TIME = "time", pgettext_lazy("handover receipt", "Another time was agreed")
    MISTAKE = "mistake", pgettext_lazy("handover receipt", "Prepared by mistake")
    OTHER_ROAD = "other_road", pgettext_lazy("handover receipt", "It is settled in another way")


HANDOVER_MOVES = [
    ("prepared", "opened"),
    ("prepared", "stopped"),
    ("prepared", "cancelled"),
    ("opened", "completed"),
    ("opened", "stopped"),
    ("opened", "cancelled"),
]
GOING = (HandoverState.PREPARED, HandoverState.OPENED)
# Of which items, bases and checks the database wants to know before either state is reached.
OPEN_CONDITION = "NEW.state IN ('opened', 'completed')"
FROZEN = (
    "kind", "side", "planned_at", "sign_id", "border_sign", "place", "deliverer_id", "receiver_id",
    "interpreter_id", "basis_from_id", "basis_to_id", "opened_at",
)  # fmt: skip


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the cases that `user` reads."""
        return self.filter(investigation__in=Investigation.objects.visible_to(user))

    def whole(self) -> Self:
        """With everything that a page or an answer says of it."""
        return self.select_related(
            "investigation", "sign", "deliverer", "receiver", "interpreter", "basis_from",
            "basis_to", "prepared_by",
        )  # fmt: skip

    def going(self) -> Self:
        return self.filter(state__in=GOING)


class Handover(models.Model):
    """Persons or goods go from `side` to the other one, at `planned_at` at a border sign.

    Until it is opened its list is a draft of the delivering side; from then on the list is frozen,
    and the receiving side accepts or refuses item by item. `sha256` is that of everything both
    representatives confirm. A stop is for good and has no ground here.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="handovers"
    )
    kind = models.CharField(max_length=7, choices=HandoverKind.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(
        max_length=9, choices=HandoverState.choices, default=HandoverState.PREPARED
    )
    outcome = models.CharField(max_length=8, choices=HandoverOutcome.choices, blank=True)
    planned_at = models.DateTimeField()
    sign = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    border_sign = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=200, blank=True)
    deliverer = models.ForeignKey(
        CaseMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        CaseMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    interpreter = models.ForeignKey(
        CaseMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    basis_from = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    basis_to = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sha256 = models.CharField(max_length=64, blank=True)
    cancel_reason = models.CharField(max_length=10, choices=CancelReason.choices, blank=True)
    prepared_at = models.DateTimeField(default=now)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prepared_by", "client_ref"], name="handover_prepared_once"
            ),
            models.CheckConstraint(
                name="handover_side_is_a_service", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="open_handover_has_its_time_and_sum",
                condition=~Q(state__in=["opened", "completed"])
                | (Q(opened_at__isnull=False) & Q(sha256__regex=r"^[0-9a-f]{64}$")),
            ),
            models.CheckConstraint(
                name="ended_handover_has_its_time",
                condition=Q(state__in=["prepared", "opened"], ended_at=None)
                | Q(state__in=["completed", "stopped", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="completed_handover_has_an_outcome",
                condition=(Q(state="completed") & ~Q(outcome=""))
                | (~Q(state="completed") & Q(outcome="")),
            ),
            models.CheckConstraint(
                name="cancelling_a_handover_has_a_reason",
                condition=(Q(state="cancelled") & ~Q(cancel_reason=""))
                | (~Q(state="cancelled") & Q(cancel_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="handover_moves", field="state", transitions=HANDOVER_MOVES),
            pgtrigger.Protect(name="handover_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="handover_stays_whose_it_is",
                fields=["uid", "number", "investigation", "kind", "side", "prepared_by"],
            ),
            pgtrigger.Trigger(
                name="handover_begins_prepared",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state <> 'prepared'"),
                func="""
                RAISE EXCEPTION 'handover_begins_prepared' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Protect(
                name="open_handover_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.opened_at IS NOT NULL AND ("
                    + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FROZEN)
                    + ")"
                ),
            ),
            # One basis of each side, of that side, covering what is handed over, in force on the
            # present day of that side's clock.
            pgtrigger.Trigger(
                name="handover_stands_on_a_basis_of_each_side",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    f"{OPEN_CONDITION} AND NEW.state IS DISTINCT FROM OLD.state"
                ),
                func="""
                IF (SELECT count(DISTINCT t.facts->>'side') FROM public.reference_term t
                    WHERE t.vocabulary = 'handover_basis'
                      AND t.retired_at IS NULL
                      AND t.facts->'covers' ? NEW.kind
                      AND ((t.id = NEW.basis_from_id AND t.facts->>'side' = NEW.side)
                           OR (t.id = NEW.basis_to_id AND t.facts->>'side' <> NEW.side))
                      AND (t.facts->>'from')::date <= (now() AT TIME ZONE
                           CASE t.facts->>'side' WHEN 'BY' THEN 'Europe/Minsk'
                                                 ELSE 'Europe/Riga' END)::date
                      AND COALESCE((t.facts->>'until')::date, 'infinity') >= (now() AT TIME ZONE
                           CASE t.facts->>'side' WHEN 'BY' THEN 'Europe/Minsk'
                                                 ELSE 'Europe/Riga' END)::date
                   ) < 2 THEN
                    RAISE EXCEPTION 'handover_stands_on_a_basis_of_each_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # Each person listed: five clear answers in this handover, and nowhere a claim; nobody
            # is of age whom the list calls younger, or stands in an application for protection.
            pgtrigger.Trigger(
                name="no_handover_while_a_check_stops",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    f"{OPEN_CONDITION} AND NEW.state IS DISTINCT FROM OLD.state"
                ),
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.incidents_handoveritem i
                               WHERE i.handover_id = NEW.id AND i.removed_at IS NULL) THEN
                    RAISE EXCEPTION 'handover_has_an_item' USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.kind = 'persons' AND EXISTS (
                    SELECT 1 FROM public.incidents_handoveritem i
                    WHERE i.handover_id = NEW.id AND i.removed_at IS NULL
                      AND ((SELECT count(*) FROM (
                                SELECT DISTINCT ON (c.kind) c.stops, c.handover_id
                                FROM public.incidents_handovercheck c
                                WHERE c.person_id = i.person_id
                                ORDER BY c.kind, c.id DESC) AS latest
                            WHERE NOT latest.stops AND latest.handover_id = NEW.id) < 5
                           OR EXISTS (SELECT 1 FROM public.incidents_handovercheck c
                                      WHERE c.person_id = i.person_id AND c.stops
                                        AND c.kind IN ('protection', 'trafficking'))
                           OR EXISTS (SELECT 1 FROM public.reference_term t
                                      WHERE t.id = i.age_group_id AND t.facts @> '{"minor": true}'
                                        AND 'adult' = (
                                            SELECT c.answer FROM public.incidents_handovercheck c
                                            WHERE c.person_id = i.person_id AND c.kind = 'age'
                                            ORDER BY c.id DESC LIMIT 1))
                           OR EXISTS (SELECT 1 FROM public.incidents_handoverperson p
                                      JOIN public.incidents_incident n ON n.id = p.incident_id
                                      JOIN public.reference_term t ON t.id = n.category_id
                                      WHERE p.id = i.person_id
                                        AND (t.code ~ '^(ASY|SIR)(-|$)'
                                             OR t.facts @> '{"crosses": false}')))
                ) THEN
                    RAISE EXCEPTION 'no_handover_while_a_check_stops'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="completed_once_both_sides_confirmed_the_same",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.state = 'completed' AND OLD.state <> 'completed'"
                ),
                func="""
                IF (SELECT count(DISTINCT c.side) FROM public.incidents_handoverconfirmation c
                    WHERE c.handover_id = NEW.id AND c.sha256 = NEW.sha256) < 2
                   OR EXISTS (SELECT 1 FROM public.incidents_handoveritem i
                              WHERE i.handover_id = NEW.id AND i.removed_at IS NULL
                                AND i.accepted IS NULL) THEN
                    RAISE EXCEPTION 'completed_once_both_sides_confirmed_the_same'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF (SELECT v.state FROM public.incidents_investigation v
                    WHERE v.id = NEW.investigation_id) NOT IN ('signed', 'handed_over') THEN
                    RAISE EXCEPTION 'completed_after_the_act_is_signed'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"handover:{self.uid}"

    @property
    def to_side(self) -> str:
        return "BY" if self.side == "LV" else "LV"

    @property
    def going(self) -> bool:
        return self.state in GOING


class HandoverConfirmation(models.Model):
    """A side's representative confirmed the receipt with this sum. Void once the sum is another."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "side", "sha256"], name="a_side_confirms_a_receipt_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmation_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_confirmation_is_of_officer_and_receipt",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.incidents_handover h
                               WHERE h.id = NEW.handover_id AND h.state = 'opened'
                                 AND h.sha256 = NEW.sha256)
                   OR NEW.side NOT IN ('LV', 'BY')
                   OR NEW.side IS DISTINCT FROM (
                       SELECT u.side FROM public.access_user u WHERE u.id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_confirmation_is_of_officer_and_receipt'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.side}"


class HandoverSeries(models.Model):
    """The last number that was given in a year, as in HR-2026-00001."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"
