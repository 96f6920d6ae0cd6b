"""The alerts that wait at desks, and which of them can be acknowledged together. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.web import groups

from .access import units_where
from .models import URGENT, AskedByName, Delivery, DeliveryQuerySet, Priority, Unit

MOST_AT_ONCE = 500
PAGE = 50


class Left(models.TextChoices):
    """Why an alert was left out when many were acknowledged."""

    ANSWERED = "answered", gettext_lazy("It was acknowledged already.")
    RECALLED = "recalled", gettext_lazy("The sender took it back.")
    EMERGENCY = "emergency", gettext_lazy("It is an emergency: say for it alone what will be done.")
    ASKED_BY_NAME = (
        "asked_by_name",
        gettext_lazy("The sender asked people by name: each of them acknowledges it."),
    )
    AWAKE = "awake", gettext_lazy("It woke up again: a note of progress puts it to rest.")
    NOT_ALLOWED = "not_allowed", gettext_lazy("Your posting does not answer for its desk.")


def why_left(delivery: Delivery, *, answers: bool, missing: int) -> Left | None:
    """Why a delivery cannot be acknowledged with others, None when it can. `answers`: whether the
    officer answers for the desk; `missing`: how many asked by name have not acknowledged."""
    if not answers:
        return Left.NOT_ALLOWED
    if delivery.recalled_at is not None:
        return Left.RECALLED
    if delivery.woken_at is not None:
        return Left.AWAKE
    if delivery.acknowledged_at is not None:
        return Left.ANSWERED
    if delivery.priority == Priority.P1:
        return Left.EMERGENCY
    return Left.ASKED_BY_NAME if missing else None


def missing_by_name(rows: Iterable[Delivery]) -> Counter[int]:
    """Delivery id -> how many were asked by name and have not acknowledged."""
    asked = [row.pk for row in rows if row.asked]
    if not asked:
        return Counter()
    missing = AskedByName.objects.missing().filter(delivery_id__in=asked)
    return Counter(missing.values_list("delivery_id", flat=True))


@dataclass(frozen=True)
class Wanted:
    """What the list of open alerts was narrowed to; empty words narrow nothing."""

    priority: str = ""
    category: str = ""
    side: str = ""
    # What the alerts are about, where a filter of an app above says it.
    about: tuple[str, ...] | None = None

    @property
    def narrowed(self) -> bool:
        return bool(self.priority or self.category or self.side or self.about is not None)


def wanted_of(given: Mapping[str, Any], reader: str = "") -> Wanted:
    """The filter as it was asked for by a reader of that side. Raises Invalid at the field for an
    unknown code."""
    known: dict[str, Iterable[str]] = {
        "priority": Priority.values,
        "category": terms("incident_category"),
        "side": Side.values,
    }
    said = {}
    for name, codes in known.items():
        code = str(given.get(name) or "")
        if code and code not in codes:
            sentence = _("There is no such code: %(code)s.") % {"code": code[:40].replace("\0", "")}
            raise Invalid(sentence, fields={name: [sentence]})
        said[name] = code
    refs = groups.refs_asked(given, reader)
    about = tuple(set.intersection(*map(set, refs))) if refs else None
    return Wanted(**said, about=about)


def open_alerts_at(desks: Iterable[Unit], wanted: Wanted) -> DeliveryQuerySet:
    """What waits at these desks, the most urgent first and the oldest of those."""
    rows = Delivery.objects.reaching([desk.pk for desk in desks]).open()
    if wanted.priority:
        rows = rows.filter(priority=wanted.priority)
    if wanted.category:
        # Only where the desk may still read the category of its card.
        rows = rows.filter(alert__card__category=wanted.category)
        rows = rows.filter(Q(kept=None) | Q(kept__contains=["category"]))
    if wanted.side:
        rows = rows.filter(alert__sender__side=wanted.side)
    if wanted.about is not None:
        rows = rows.filter(alert__about__in=wanted.about)
    return rows.order_by("priority", "queued_at", "pk")


def after(rows: DeliveryQuerySet, last: Delivery | None) -> DeliveryQuerySet:
    """Those that come after `last` in that order."""
    if last is None:
        return rows
    same = Q(priority=last.priority)
    return rows.filter(
        Q(priority__gt=last.priority)
        | same & Q(queued_at__gt=last.queued_at)
        | same & Q(queued_at=last.queued_at, pk__gt=last.pk)
    )


@dataclass
class Together:
    """What would be acknowledged at one go, and what would not: counts by priority and by reason.

    `over` is how many more could be, beyond MOST_AT_ONCE.
    """

    uids: list[UUID] = field(default_factory=list)
    priorities: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    over: int = 0

    @property
    def count(self) -> int:
        return len(self.uids)

    @property
    def needs_line(self) -> bool:
        return any(self.priorities[priority] for priority in URGENT)

    @property
    def by_priority(self) -> list[tuple[Priority, int]]:
        return [(one, self.priorities[one]) for one in Priority if self.priorities[one]]

    @property
    def left_out(self) -> list[tuple[Left, int]]:
        return [(one, self.left[one]) for one in Left if self.left[one]]


def together(rows: DeliveryQuerySet, user: Any) -> Together:
    """Of these, what `user` could acknowledge at one go now; two statements."""
    found = list(rows.only(
        "uid", "priority", "recalled_at", "woken_at", "acknowledged_at", "passed_to", "asked",
        "desk_id",
    ))  # fmt: skip
    mine = units_where(user, "acknowledge_alerts")
    named = missing_by_name(found)
    result = Together()
    for row in found:
        answers = any(pk in mine for pk in (row.desk_id, *(row.passed_to or [])))
        left = why_left(row, answers=answers, missing=named[row.pk])
        if left is not None:
            result.left[left] += 1
        elif result.count < MOST_AT_ONCE:
            result.uids.append(row.uid)
            result.priorities[row.priority] += 1
        else:
            result.over += 1
    return result
