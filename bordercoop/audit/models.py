"""The audit trail: who did what to what, and when. Written by verbs, read by auditors."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from .context import request_id

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# A trail for each side, and "" for what belongs to none: the system's own work.
TRAILS = ("LV", "BY", "EU", "")

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
    personal data of the people in incidents; `side` is the actor's side, or the side whose account
    or desk it concerns when nobody acted, else empty. `once` makes a row unique where the same
    thing is worth one row in a minute or an hour; it is not part of what the row says.
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
    once = models.CharField(max_length=64, null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["about", "-id"], name="audit_about"),
            # A side's trail, newest first, and one day of it to be sealed.
            models.Index(fields=["side", "at", "id"], name="audit_side_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["once"], condition=Q(once__isnull=False), name="audit_row_once"
            ),
            models.CheckConstraint(condition=Q(side__in=TRAILS), name="audit_side_is_known"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NO_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.about}"


class Seal(models.Model):
    """One day (UTC) of one side's trail, closed: what it held, chained to the day before.

    `digest` follows from `previous`, the side, the day and the hashes of the rows, as written down
    in check_export.py. Days without rows are sealed too, so a day that is missing shows.
    """

    side = models.CharField(max_length=2, blank=True)
    day = models.DateField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    first_id = models.BigIntegerField(null=True)
    last_id = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("seal of a day")
        verbose_name_plural = _("seals of days")
        ordering = ["side", "day"]
        constraints = [
            models.UniqueConstraint(fields=["side", "day"], name="day_is_sealed_once"),
            models.UniqueConstraint(fields=["side", "previous"], name="audit_chain_has_no_fork"),
            models.CheckConstraint(condition=Q(side__in=TRAILS), name="seal_side_is_known"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="seal_has_a_digest"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NO_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.side or 'system'}:{self.day.isoformat()}:{self.digest}"


class SealPart(models.Model):
    """The hashes of up to a thousand rows of a sealed day: 32 bytes each, in the order of `ids`.

    They say which row is wrong; the seal's digest alone would only say that one is.
    """

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField())
    hashes = models.BinaryField()

    class Meta:
        verbose_name = _("part of a seal")
        verbose_name_plural = _("parts of seals")
        ordering = ["seal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["seal", "number"], name="part_of_a_seal_is_one"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            NO_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.number}"


def record(
    verb: str, about: object, *, by: "AbstractBaseUser | None", trail: str = "", **facts: Any
) -> Entry:
    """Write one entry in the caller's transaction: it stands if and only if the fact stands.

    `by` is the officer, or None when the system acted; `trail` is then the side whose account or
    desk it concerns, "" for none. Costs one INSERT, and what a follower of the verb costs.
    """
    entry = entry_of(verb, about, by=by, trail=trail, facts=facts)
    entry.save(force_insert=True)
    tell_followers(verb, [(entry.about, entry.side, facts)])
    return entry


def tell_followers(verb: str, told: "Iterable[tuple[str, str, Mapping[str, Any]]]") -> None:
    """Hand facts, (about, side, facts) each, to whoever follows their verb (settings.FOLLOWERS), in
    the caller's transaction.

    `record` and `record_many` do so by themselves; facts too small for the trail are told here.
    """
    if followers := settings.FOLLOWERS.get(verb):
        facts = list(told)
        for follower in [followers] if isinstance(followers, str) else followers:
            import_string(follower)(verb, facts)


def record_many(
    verb: str,
    abouts: "Iterable[tuple[object, dict[str, Any]]]",
    *,
    by: "AbstractBaseUser | None",
    trail: str = "",
) -> None:
    """The same for many things at once, (about, facts) each, by one INSERT."""
    entries = [entry_of(verb, about, by=by, trail=trail, facts=facts) for about, facts in abouts]
    Entry.objects.bulk_create(entries)
    tell_followers(verb, ((entry.about, entry.side, entry.facts) for entry in entries))


def entry_of(
    verb: str,
    about: object,
    *,
    by: "AbstractBaseUser | None",
    trail: str = "",
    facts: dict[str, Any],
    once: str | None = None,
) -> Entry:
    """An entry that is not written yet."""
    return Entry(
        verb=verb,
        about=str(about),
        actor_id=by.pk if by is not None else None,
        side=getattr(by, "side", "") or trail,
        facts=facts,
        request_id=request_id.get()[:64],
        once=once,
    )
