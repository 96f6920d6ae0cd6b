"""What the portal must remember about its own running."""

import uuid
from typing import Self

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Backup(models.Model):
    """One backup that was finished and lies on disk; written after the last byte was.

    `taken_at` is the moment whose data it holds; `file` is a name without its folder; `size` is in
    bytes; `sha256` is that of the encrypted file, in hexadecimal.
    """

    file = models.CharField(max_length=255)
    taken_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        indexes = [models.Index(fields=["-taken_at"], name="backup_newest")]
        constraints = [
            models.CheckConstraint(
                name="a_backup_ends_after_it_began",
                condition=models.Q(finished_at__gte=models.F("taken_at")),
            )
        ]

    def __str__(self) -> str:
        return self.file


class Silences(models.QuerySet["Silence"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class Silence(models.Model):
    """A process (relay, worker, beat) gave no sign of life from `since` on; it was noticed, and
    ended when it gave one again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    process = models.CharField(max_length=20)
    since = models.DateTimeField()
    noticed_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Silences.as_manager()

    class Meta:
        verbose_name = _("silent process")
        verbose_name_plural = _("silent processes")
        indexes = [models.Index(fields=["-noticed_at"], name="silence_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["process"],
                condition=models.Q(ended_at=None),
                name="one_silence_of_a_process_at_a_time",
            ),
            models.CheckConstraint(
                name="a_silence_ends_after_it_was_noticed",
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("noticed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.since:%Y-%m-%d %H:%M:%S}"
