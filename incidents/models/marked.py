"""The three columns of a marking, the same wherever one stands."""

from django.db import models
from django.db.models import Q

from .words import Handling, Tlp


class Marked(models.Model):
    """Under which handling code and TLP something goes; `restriction` says what H3 means here."""

    handling = models.CharField(
        max_length=2, choices=Handling.choices, default=Handling.H1, db_default=Handling.H1
    )
    tlp = models.CharField(
        max_length=12, choices=Tlp.choices, default=Tlp.AMBER, db_default=Tlp.AMBER
    )
    restriction = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        abstract = True


def marked_rules(what: str) -> list[models.BaseConstraint]:
    """The constraints of a marked table; `what` tells their names apart."""
    return [
        models.CheckConstraint(
            name=f"{what}_has_a_known_marking",
            condition=Q(handling__in=Handling.values, tlp__in=Tlp.values),
        ),
        models.CheckConstraint(
            name=f"{what}_says_its_restriction_only_with_h3",
            condition=Q(handling="H3") & ~Q(restriction="") | ~Q(handling="H3") & Q(restriction=""),
        ),
    ]
