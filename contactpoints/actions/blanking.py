"""What is left of things whose retention period has passed. The caller says which and when."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, JSONField, TextField, Value
from django.utils.timezone import now

from ..models import CARD_WORDS, Absence, Alert, Broadcast, CapMessage


@transaction.atomic
def blank_cards(alerts: Iterable[Alert]) -> None:
    """Take the words off the cards of these alerts, at every desk, and say that they went."""
    away = Value(CARD_WORDS, ArrayField(TextField()))
    less = Func(F("card"), away, template="(%(expressions)s)", arg_joiner=" - ")
    gone = Value({"purged": True}, JSONField())
    marked = Func(less, gone, template="(%(expressions)s)", arg_joiner=" || ")
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(card=marked)


@transaction.atomic
def blank_absences(ids: Iterable[int]) -> int:
    """Leave of absences the time and the officer, and not why; returns how many."""
    rows = Absence.objects.filter(pk__in=list(ids), purged_at=None)
    return rows.update(ground="", purged_at=now())


@transaction.atomic
def blank_broadcast(broadcast: Broadcast) -> None:
    """Leave of a broadcast number, kind, times, people and who acknowledged, and not its words."""
    rows = Broadcast.objects.filter(pk=broadcast.pk, purged_at=None)
    if rows.update(text="", outcome="", said=None, purged_at=now()):
        blank_cards(Alert.objects.about(broadcast.ref))


@transaction.atomic
def blank_cap(message: CapMessage) -> None:
    """Leave of a CAP message its names, times and sum, and not the document."""
    rows = CapMessage.objects.filter(pk=message.pk, purged_at=None)
    if rows.update(xml=None, purged_at=now()) and message.alert is not None:
        blank_cards([message.alert])
