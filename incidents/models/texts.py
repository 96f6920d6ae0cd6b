"""What a report says in a language other than its own."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from bordercoop.reference.translated import TextMark
from contactpoints.models import Unit

from .incident import Incident
from .remarks import Audience


class Translation(models.Model):
    """A translation of what one version says. Kept for ever: a better one is another row.

    `whole` when it was made by the unit of the incident, from the record itself: then it goes with
    a release. Else somebody who was told translated the copy of `unit`: it stays with that side
    (`audience` own) or is given back to all who hold the same text (shared).
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="translations")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=2, choices=Language.choices)
    headline = models.CharField(max_length=200, blank=True)
    narrative = models.TextField(blank=True)
    mark = models.CharField(max_length=8, choices=TextMark.choices)
    whole = models.BooleanField()
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_person_or_a_machine_translates", condition=Q(mark__in=["human", "machine"])
            ),
            models.CheckConstraint(
                name="a_translation_says_something",
                condition=~Q(headline="") | ~Q(narrative=""),
            ),
            models.CheckConstraint(
                name="the_owner_gives_texts_by_a_release",
                condition=Q(whole=False) | Q(audience="own"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="translation_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version} {self.language}"
