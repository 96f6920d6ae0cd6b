"""What the portal must remember about its own running."""

from django.db import models
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
