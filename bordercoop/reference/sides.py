"""The sides: every record belongs to exactly one of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Side(models.TextChoices):
    LV = "LV", pgettext_lazy("side", "Latvia")
    BY = "BY", pgettext_lazy("side", "Belarus")
    EU = "EU", pgettext_lazy("side", "European Union")


# The civil time of a side's officers. Riga changes its clocks, Minsk does not: the gap is one hour
# in winter and none in summer, so never add a constant.
ZONE = {"LV": "Europe/Riga", "BY": "Europe/Minsk", "EU": "Europe/Warsaw"}
