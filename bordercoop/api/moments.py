"""Times in what systems send."""

from datetime import datetime

from django.utils.translation import gettext_lazy
from rest_framework import serializers


class MomentIn(serializers.DateTimeField):
    """A time that names its zone: without one, nobody knows which of two hours is meant."""

    default_error_messages = {
        name: gettext_lazy("Give the time with its zone, for example 2026-11-22T02:07:00Z.")
        for name in ("invalid", "date", "make_aware", "overflow")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("make_aware")
        return super().enforce_timezone(value)
