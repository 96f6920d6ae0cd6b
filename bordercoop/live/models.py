"""Who is listening at which unit, as the live stream sees it."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Presence(models.Model):
    """A signed-in officer has a live screen of this unit open, last seen at `seen_at`.

    Renewed at every beat; it proves an open screen, not that somebody looks at it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit_code = models.CharField(max_length=40)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit_code"], name="one_presence_per_officer_and_unit"
            ),
        ]
        indexes = [models.Index(fields=["unit_code", "seen_at"], name="live_presence_unit")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.unit_code}"
