"""Messages of the Common Alerting Protocol that came in and went out (docs/cap.md)."""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from .alerting import Alert
from .delivering import Delivery
from .tree import Unit


class CapMessageQuerySet(models.QuerySet["CapMessage"]):
    def visible_to(self, user: Any) -> Self:
        """What came in at desks whose alerts `user` sees, or by `user`; what went out about
        deliveries that `user` sees."""
        from ..access import units_where

        mine = list(units_where(user, "view_alerts"))
        came = Q(way=CapMessage.Way.IN) & (Q(desk_id__in=mine) | Q(by_id=user.pk))
        seen = (
            Q(delivery__desk_id__in=mine)
            | Q(delivery__alert__sender_id__in=mine)
            | Q(delivery__passed_to__overlap=mine)
        )
        return self.filter(came | Q(way=CapMessage.Way.OUT) & seen)

    def taken(self) -> Self:
        """What came in and was accepted."""
        return self.filter(way=CapMessage.Way.IN, state=CapMessage.State.ACCEPTED)

    def given(self, delivery: Delivery) -> Self:
        """What went out about a delivery, its answers excepted, oldest first."""
        alerts = Q(kind__in=["Alert", "Update", "Cancel"])
        return self.filter(alerts, way=CapMessage.Way.OUT, delivery=delivery).order_by("pk")

    def whole(self) -> Self:
        return self.select_related("desk", "by", "alert", "delivery", "references")


class CapMessage(models.Model):
    """A CAP message: came `in` at a desk, where it was accepted or refused, or went `out` about a
    delivery.

    `identifier`, `sender` and `sent` name it among all messages of the world; `kind` and `status`
    are the words of the standard. What was accepted is kept as it came (`xml`), with its SHA-256;
    of what was refused the sum stays, and why: `code` and `facts` make the sentence in the reader's
    language, or it is `reason`, as it was said. Of what went out the sum is that of its content,
    whatever its name and time. `alert` is what a message raised, `delivery` what it is about, and
    `references` the earlier message that it changes. `signed`: it carries a signature, which nobody
    has verified.
    """

    class Way(models.TextChoices):
        IN = "in", pgettext_lazy("message", "Came in")
        OUT = "out", pgettext_lazy("message", "Went out")

    class State(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("message", "Accepted")
        REFUSED = "refused", pgettext_lazy("message", "Refused")
        GIVEN = "given", pgettext_lazy("message", "Given out")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    way = models.CharField(max_length=3, choices=Way.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    number = models.CharField(max_length=20, blank=True)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    identifier = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=200, blank=True)
    sent = models.DateTimeField(null=True)
    kind = models.CharField(max_length=6, blank=True)
    status = models.CharField(max_length=8, blank=True)
    signed = models.BooleanField(default=False)
    xml = models.BinaryField(null=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=1000, blank=True)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")
    references = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    # Since when the document is kept no longer.
    purged_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CapMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "identifier", "sender", "sent"],
                condition=Q(way="in", state="accepted"),
                name="a_cap_message_is_taken_once_at_a_desk",
            ),
            models.UniqueConstraint(
                fields=["identifier"],
                condition=Q(way="out"),
                name="a_cap_message_goes_out_under_one_name",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="a_cap_number_is_given_once"
            ),
            models.CheckConstraint(
                name="an_accepted_cap_message_is_kept_as_it_came",
                condition=~Q(state="accepted")
                | Q(way="in", desk__isnull=False, sent__isnull=False, code="")
                & ~Q(sha256="")
                & ~Q(identifier=""),
            ),
            models.CheckConstraint(
                name="the_document_of_a_cap_message_is_there_until_it_is_purged",
                condition=~Q(state="accepted") & Q(purged_at=None)
                | Q(state="accepted", xml__isnull=False, purged_at=None)
                | Q(state="accepted", xml=None, purged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_cap_message_has_a_reason_and_no_content",
                condition=~Q(state="refused")
                | Q(way="in", xml=None, alert=None, delivery=None, number="") & ~Q(code=""),
            ),
            models.CheckConstraint(
                name="a_given_cap_message_is_about_a_delivery",
                condition=~Q(state="given")
                | Q(way="out", delivery__isnull=False, sent__isnull=False, xml=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_cap_message_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_cap_message_stays", exclude=["xml", "purged_at"]),
            pgtrigger.Protect(
                name="a_document_goes_by_a_purge_alone",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.purged_at IS NOT NULL OR NEW.purged_at IS NULL OR NEW.xml IS NOT NULL"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.identifier or str(self.uid)

    @property
    def ref(self) -> str:
        return f"cap:{self.uid}"
