"""What finding rests on: the cells of the map and the filters that officers keep."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now

from contactpoints.models import Unit


class CellChange(models.Model):
    """An incident whose copies moved on the map since its cells were counted.

    Written by a trigger with the copy, in its transaction; taken away by whoever counts anew.
    """

    incident_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.incident_id)


class Spot(models.Model):
    """Where an incident is counted now, for whom. `docs/finding.md` says how a reader counts once.

    `holders` are units whose copies say this position; whoever also reads a unit of `better` sees
    another one. `day` is the UTC day of the report.
    """

    incident_id = models.BigIntegerField(db_index=True)
    holders = ArrayField(models.IntegerField())
    better = ArrayField(models.IntegerField())
    lat = models.FloatField()
    lon = models.FloatField()
    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.incident_id} at {self.lat}, {self.lon}"


class Cell(models.Model):
    """How many spots of the same holders lie in one cell, of all time, a year or a month.

    Level 0 has cells of 0.5 degrees of latitude, level 1 of 0.125, level 2 of 0.03125; twice as
    many of longitude. `x` and `y` count cells from the meridian of Greenwich and the equator. No
    constraint on `count`: PostgreSQL would check it before it adds a taking away to its row.
    """

    class Span(models.TextChoices):
        ALL = "a"
        YEAR = "y"
        MONTH = "m"

    level = models.PositiveSmallIntegerField()
    span = models.CharField(max_length=1, choices=Span.choices)
    start = models.DateField()
    x = models.IntegerField()
    y = models.IntegerField()
    holders = ArrayField(models.IntegerField())
    better = ArrayField(models.IntegerField())
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "span", "start", "x", "y", "holders", "better"],
                name="a_cell_is_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}:{self.x}:{self.y} {self.count}"


class SavedFilter(models.Model):
    """Filters of the incident list under a name; one officer's own, or also of a whole unit.

    `query` is the address's query string with names of `filters.NAMES` only.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="saved_filters",
        db_index=False,
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="saved_filters"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="a_filter_name_is_used_once"),
        ]

    def __str__(self) -> str:
        return self.name
