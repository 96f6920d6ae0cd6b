"""What stands on the list of a handover: goods, or persons without a name."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.reference.models import Term

from .receipts import Handover

# What the receiving side says of an item.
ANSWERED = ("accepted", "refusal_id", "refusal_text", "received_condition", "received_remark")


class HandoverItem(models.Model):
    """One line of the list: goods, or a person under a running number and without a name.

    `condition` and `remark` are the delivering side's words; `received_condition`, `accepted`,
    `refusal` (a ground of the list), `refusal_text` and `received_remark` those of the receiving
    side. `person` is known to the delivering side alone.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    handover = models.ForeignKey(
        Handover, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    number = models.PositiveIntegerField()
    person = models.ForeignKey(
        "HandoverPerson", on_delete=models.PROTECT, null=True, related_name="items"
    )
    age_group = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    sex = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    description = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    unit = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    mark = models.CharField(max_length=120, blank=True)
    condition = models.CharField(max_length=1_000)
    remark = models.CharField(max_length=500, blank=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    received_condition = models.CharField(max_length=1_000, blank=True)
    accepted = models.BooleanField(null=True)
    refusal = models.ForeignKey(
        Term, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    refusal_text = models.CharField(max_length=500, blank=True)
    received_remark = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "number"],
                condition=Q(removed_at=None),
                name="item_of_a_handover_counted_once",
            ),
            models.UniqueConstraint(
                fields=["handover", "person"],
                condition=Q(removed_at=None),
                name="a_person_is_listed_once",
            ),
            models.UniqueConstraint(fields=["by", "client_ref"], name="item_listed_once"),
            models.CheckConstraint(
                name="no_names_in_a_handover_of_persons",
                condition=Q(person__isnull=True, age_group=None, sex=None)
                | Q(
                    person__isnull=False,
                    age_group__isnull=False,
                    sex__isnull=False,
                    description="",
                    mark="",
                    quantity=None,
                    unit=None,
                ),
            ),
            models.CheckConstraint(
                name="goods_have_a_description_and_a_quantity",
                condition=Q(person__isnull=False)
                | (~Q(description="") & Q(quantity__gt=0, unit__isnull=False)),
            ),
            models.CheckConstraint(
                name="refusing_an_item_has_a_ground",
                condition=Q(accepted=None, refusal=None, answered_at=None)
                | Q(accepted=True, refusal=None, answered_at__isnull=False)
                | Q(accepted=False, refusal__isnull=False, answered_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="item_of_a_handover_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="item_stays_on_its_list", fields=["uid", "handover"]),
            # Whoever writes the row: the sum that was confirmed is that of the receipt no more.
            pgtrigger.Trigger(
                name="an_answer_voids_what_was_confirmed",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.Condition(
                    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in ANSWERED)
                ),
                func="""
                UPDATE public.incidents_handover h
                SET sha256 = encode(sha256(convert_to(
                    h.sha256 || NEW.id || clock_timestamp(), 'UTF8')), 'hex')
                WHERE h.id = NEW.handover_id AND h.state = 'opened';
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="list_is_frozen_once_open",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("which", "public.incidents_handover%ROWTYPE")],
                func="""
                SELECT * INTO which FROM public.incidents_handover h WHERE h.id = NEW.handover_id
                    FOR NO KEY UPDATE;
                IF (NEW.person_id IS NOT NULL) <> (which.kind = 'persons') THEN
                    RAISE EXCEPTION 'items_are_of_the_kind_of_their_handover'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.person_id IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM public.incidents_handoverperson p
                    WHERE p.id = NEW.person_id AND p.side = which.side
                      AND p.investigation_id = which.investigation_id) THEN
                    RAISE EXCEPTION 'persons_are_of_the_delivering_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (SELECT 1 FROM public.access_user u
                           WHERE (u.id = NEW.by_id AND u.side <> which.side)
                              OR (u.id = NEW.answered_by_id AND u.side = which.side)) THEN
                    RAISE EXCEPTION 'each_side_writes_its_part_of_a_list'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'INSERT' THEN
                    IF which.state <> 'prepared' OR NEW.accepted IS NOT NULL THEN
                        RAISE EXCEPTION 'list_is_frozen_once_open'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END IF;
                IF which.state <> 'prepared'
                   AND (NEW.handover_id, NEW.number, NEW.person_id, NEW.age_group_id, NEW.sex_id,
                        NEW.description, NEW.quantity, NEW.unit_id, NEW.mark, NEW.condition,
                        NEW.remark, NEW.removed_at)
                       IS DISTINCT FROM
                       (OLD.handover_id, OLD.number, OLD.person_id, OLD.age_group_id, OLD.sex_id,
                        OLD.description, OLD.quantity, OLD.unit_id, OLD.mark, OLD.condition,
                        OLD.remark, OLD.removed_at) THEN
                    RAISE EXCEPTION 'list_is_frozen_once_open' USING ERRCODE = 'check_violation';
                END IF;
                IF which.state <> 'opened'
                   AND (NEW.accepted, NEW.refusal_id, NEW.refusal_text, NEW.received_condition,
                        NEW.received_remark)
                       IS DISTINCT FROM
                       (OLD.accepted, OLD.refusal_id, OLD.refusal_text, OLD.received_condition,
                        OLD.received_remark) THEN
                    RAISE EXCEPTION 'items_are_answered_while_it_is_open'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.number}"
