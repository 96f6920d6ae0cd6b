"""What indicators are counted from: sections and cells of the border, facts, and sums of them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from bordercoop.reference.sides import Side

WITHIN_KM = 20
# Where an incident lies that lies in no section: farther away, or nowhere that was said.
AWAY, NOWHERE = "away", "nowhere"


class Flat(models.Field):
    """A shape of PostgreSQL in kilometres, east and north of 0° 0' (`riskanalysis_flat`)."""

    def __init__(self, *args: Any, shape: str = "path", **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return self.shape

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "shape": self.shape}


class Section(models.Model):
    """One of the ten sections of the common line, counted from west to east.

    Written by the loader out of the shipped geometry; names are in `reference/sections.yaml`.
    `points` are [lat, lon] in degrees; an incident belongs to the section whose line is nearest, up
    to `WITHIN_KM` from it.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    points = models.JSONField()
    line = Flat(shape="path")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class Hexagon(models.Model):
    """A cell of H3, resolution 6 (about 36 km²), whose middle lies up to `WITHIN_KM` from the line.

    `points` are the corners, [lat, lon] each.
    """

    cell = models.CharField(max_length=15, primary_key=True)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.JSONField()
    outline = Flat(shape="polygon")

    class Meta:
        indexes = [GistIndex(fields=["outline"], name="hexagon_outline")]

    def __str__(self) -> str:
        return self.cell


class IndicatorChange(models.Model):
    """An incident whose copies changed since it was counted.

    Written by a trigger with the copy, in its transaction; taken away by whoever counts anew.
    """

    incident_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=models.functions.Now())

    def __str__(self) -> str:
        return str(self.incident_id)


class Fact(models.Model):
    """What an incident is counted as now, for whom. `docs/indicators.md` says how a reader counts
    once.

    `holders` are units whose copies say this; whoever also reads a unit of `better` sees another
    one. `day` is the day of the report in the calendar of its side, `slot` the hour when it
    happened there, counted from Monday 00:00. `section` is a number, `away` or `nowhere`.
    """

    incident_id = models.BigIntegerField(db_index=True)
    holders = ArrayField(models.IntegerField())
    better = ArrayField(models.IntegerField())
    day = models.DateField()
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.CharField(max_length=40)
    section = models.CharField(max_length=8)
    cell = models.CharField(max_length=15, null=True)
    slot = models.PositiveSmallIntegerField(null=True)
    means = ArrayField(models.CharField(max_length=40))
    groups = ArrayField(models.CharField(max_length=10))
    routes = ArrayField(models.CharField(max_length=60))
    event = models.CharField(max_length=40, null=True)

    class Meta:
        # The watch-list asks for the facts of some weeks.
        indexes = [models.Index(fields=["day"], name="fact_day")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.day}"


class Tally(models.Model):
    """How many facts of the same holders have one value, in a week or, of sections, also in a day.

    `start` is the day, or the Monday of the week. No constraint on `count`: PostgreSQL would check
    it before it adds a taking away to its row.
    """

    class Span(models.TextChoices):
        DAY = "d"
        WEEK = "w"

    class Kind(models.TextChoices):
        SECTION = "s"
        CELL = "h"
        SLOT = "t"
        MEANS = "m"
        GROUP = "n"
        ROUTE = "r"
        EVENT = "e"

    span = models.CharField(max_length=1, choices=Span.choices)
    kind = models.CharField(max_length=1, choices=Kind.choices)
    start = models.DateField()
    value = models.CharField(max_length=60)
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.CharField(max_length=40)
    holders = ArrayField(models.IntegerField())
    better = ArrayField(models.IntegerField())
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["span", "kind", "start", "value", "side", "category", "holders", "better"],
                name="a_tally_is_counted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.span}{self.kind} {self.start} {self.value} {self.count}"
