"""The audit trail: who did what to what, and when. Written by verbs, read by auditors."""

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from .context import request_id

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# TRUNCATE passes by every row trigger, so it needs one of its own.
NO_TRUNCATE = pgtrigger.Trigger(
    name="no_truncate",
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    level=pgtrigger.Statement,
    func="RAISE EXCEPTION 'The audit trail is append-only: % cannot be emptied', TG_TABLE_NAME;",
)


class Entry(models.Model):
    """One thing somebody did. Never changed, never deleted: the database refuses both.

    `about` is "<kind>:<public id>", for example "incident:6d2f..."; `facts` is JSON without
    personal data of the people in incidents; `side` is the actor's side, empty for the system.
    """

    at = models.DateTimeField(default=now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    side = models.CharField(max_length=2, blank=True)
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=120)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["about", "-id"], name="audit_about"),
            # Entries come in order of time: a block index costs an insert next to nothing.
            BrinIndex(fields=["at"], name="audit_at", autosummarize=True),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NO_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.about}"


def record(verb: str, about: object, *, by: "AbstractBaseUser | None", **facts: Any) -> Entry:
    """Write one entry in the caller's transaction: it stands if and only if the fact stands.

    `by` is the officer, or None when the system acted. Costs one INSERT.
    """
    return Entry.objects.create(
        verb=verb,
        about=str(about),
        actor_id=by.pk if by is not None else None,
        side=getattr(by, "side", "") or "",
        facts=facts,
        request_id=request_id.get()[:64],
    )
