"""Screens on a wall that show the board of one desk without anybody being signed in there."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from bordercoop.access.models import Language


class DisplayQuerySet(models.QuerySet["Display"]):
    def visible_to(self, user: Any) -> "DisplayQuerySet":
        """Those of the desks at which `user` sets the rota."""
        from ..access import units_where

        return self.filter(unit__in=units_where(user, "set_rota"))

    def standing(self) -> "DisplayQuerySet":
        """Not ended. Whether one shows anything hangs on the post of its maker besides."""
        return self.filter(ended_at=None)

    def whole(self) -> "DisplayQuerySet":
        return self.select_related("unit__desk__point", "made_by", "ended_by")


class Display(models.Model):
    """A screen that shows the wallboard of `unit`, a desk, by an address instead of an account.

    `digest`: SHA-256 of the secret part of the address, which one browser opens once; `key_digest`
    of what that browser keeps from then on, "" before. It shows what its maker may see of the desk,
    and nothing once the maker sets the rota there no longer.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="displays")
    name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, choices=Language.choices)
    digest = models.CharField(max_length=64, unique=True)
    key_digest = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="displays"
    )
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DisplayQuerySet.as_manager()

    class Meta:
        ordering = ["unit__order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_display_of_a_name_at_a_desk",
                fields=["unit", "name"],
                condition=Q(ended_at=None),
            ),
            models.UniqueConstraint(
                name="a_key_opens_one_display",
                fields=["key_digest"],
                condition=~Q(key_digest=""),
            ),
            models.CheckConstraint(
                name="an_opened_display_has_a_key",
                condition=Q(opened_at=None, seen_at=None, key_digest="")
                | (Q(opened_at__isnull=False, seen_at__isnull=False) & ~Q(key_digest="")),
            ),
            models.CheckConstraint(
                name="a_display_ends_after_it_was_made",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("made_at")),
            ),
            models.CheckConstraint(name="a_display_has_a_name", condition=~Q(name="")),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_display_stays_at_its_desk",
                fields=["uid", "unit", "name", "digest", "made_at", "made_by"],
            ),
            pgtrigger.Protect(
                name="an_address_is_opened_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opened_at__isnull=False)
                & pgtrigger.Q(old__key_digest__df=pgtrigger.F("new__key_digest")),
            ),
            pgtrigger.Protect(
                name="a_display_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="a_display_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.unit_id}"

    @property
    def ref(self) -> str:
        return f"display:{self.uid}"
