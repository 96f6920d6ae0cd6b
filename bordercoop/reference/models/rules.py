"""Dated rules that both sides share: deadlines, and texts with slots."""

from __future__ import annotations

from typing import cast

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy

from .vocabulary import Named


class Worded(Named):
    """A `Named` with a text in the four languages. Each field is plain text with line ends."""

    text_en = models.TextField()
    text_lv = models.TextField()
    text_be = models.TextField()
    text_ru = models.TextField()

    class Meta:
        abstract = True

    @property
    def text(self) -> str:
        return self.text_in(get_language() or "en")

    def text_in(self, language: str) -> str:
        """The text in `language` ("lv", "en-gb"), else in English."""
        return cast(str, getattr(self, f"text_{language.split('-')[0]}", "")) or self.text_en


class Deadline(Worded):
    """By when something has to be done. `text` says from when the time runs.

    The limit is `amount` in `unit`: a length, a day of the next month, or (without an amount) the
    next shift or at once.
    """

    class Unit(models.TextChoices):
        MINUTE = "minute", pgettext_lazy("unit of time", "Minutes")
        HOUR = "hour", pgettext_lazy("unit of time", "Hours")
        DAY = "day", pgettext_lazy("unit of time", "Days")
        WORKING_DAY = "working_day", pgettext_lazy("unit of time", "Working days")
        WEEK = "week", pgettext_lazy("unit of time", "Weeks")
        MONTH = "month", pgettext_lazy("unit of time", "Months")
        DAY_OF_MONTH = "day_of_month", pgettext_lazy("unit of time", "Day of the next month")
        NEXT_SHIFT = "next_shift", pgettext_lazy("unit of time", "The next shift")
        AT_ONCE = "at_once", pgettext_lazy("unit of time", "As soon as possible")

    class Matter(models.TextChoices):
        REPORT = "report", pgettext_lazy("deadline", "Incident reports")
        INDICATORS = "indicators", pgettext_lazy("deadline", "Indicators")
        SECTION = "section", pgettext_lazy("deadline", "Border sections")
        SERIOUS = "serious", pgettext_lazy("deadline", "Serious incidents")
        REQUEST = "request", pgettext_lazy("deadline", "Information requests")
        OPERATION = "operation", pgettext_lazy("deadline", "Joint operations")
        ALERT = "alert", pgettext_lazy("deadline", "Alerts")

    WITHOUT_AMOUNT = (Unit.NEXT_SHIFT, Unit.AT_ONCE)

    code = models.CharField(max_length=40, unique=True)
    matter = models.CharField(max_length=12, choices=Matter.choices)
    amount = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_limit_has_an_amount_where_its_unit_counts",
                condition=Q(unit__in=("next_shift", "at_once"), amount__isnull=True)
                | (~Q(unit__in=("next_shift", "at_once")) & Q(amount__isnull=False, amount__gt=0)),
            ),
            models.CheckConstraint(
                name="a_day_of_the_month_exists_in_every_month",
                condition=~Q(unit="day_of_month") | Q(amount__lte=28),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_deadline_is_retired_not_deleted", operation=pgtrigger.Delete)
        ]

    @property
    def limit(self) -> str:
        """The limit in words, such as "24 hours"."""
        n = self.amount or 0
        words = {
            "minute": ngettext("%(n)s minute", "%(n)s minutes", n),
            "hour": ngettext("%(n)s hour", "%(n)s hours", n),
            "day": ngettext("%(n)s day", "%(n)s days", n),
            "working_day": ngettext("%(n)s working day", "%(n)s working days", n),
            "week": ngettext("%(n)s week", "%(n)s weeks", n),
            "month": ngettext("%(n)s month", "%(n)s months", n),
            "day_of_month": pgettext("deadline", "day %(n)s of the next month"),
        }
        template = words.get(self.unit)
        return template % {"n": n} if template else str(self.get_unit_display())


class TextTemplate(Worded):
    """A text that officers start from. `text` has slots such as {place}; see `texts.SLOTS`."""

    class Use(models.TextChoices):
        ALERT = "alert", pgettext_lazy("template", "Alert")
        UPDATE = "update", pgettext_lazy("template", "Update")
        CANCEL = "cancel", pgettext_lazy("template", "Cancel")
        EXERCISE = "exercise", pgettext_lazy("template", "Exercise")
        REQUEST = "request", pgettext_lazy("template", "Information request")
        ANSWER = "answer", pgettext_lazy("template", "Answer")
        PLACE = "place", pgettext_lazy("template", "Opening of a place")
        HANDOVER = "handover", pgettext_lazy("template", "Handover")

    code = models.CharField(max_length=40, unique=True)
    use = models.CharField(max_length=10, choices=Use.choices)
    category = models.CharField(max_length=40, blank=True, default="")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        triggers = [
            pgtrigger.Protect(name="a_template_is_retired_not_deleted", operation=pgtrigger.Delete)
        ]
