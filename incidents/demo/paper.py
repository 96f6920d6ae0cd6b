"""Forms on paper at both ends of the land point: one of them spoiled."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.models import units

from ..actions import reserve_numbers, void_paper_form
from ..models import PaperSet

AHEAD = timedelta(days=2)
DESKS = [
    ("DESK-DGP", "dgp.duty", "Saplēsta drukājot. Demonstrācijas ieraksts."),
    ("DESK-POL", "pol.duty", "Порван при печати. Демонстрационная запись."),
]


def put_forms_by_the_telephone(people: Mapping[str, Any]) -> int:
    """Reserve five numbers for each desk that has none yet and declare one void; returns how many
    sets are new."""
    made = 0
    for code, who, reason in DESKS:
        desk = units()[code]
        if PaperSet.objects.filter(unit=desk).exists():
            continue
        with time_machine.travel(now() - AHEAD, tick=False):
            forms = reserve_numbers(desk, count=5, by=people[who]).forms.order_by("number")
        with time_machine.travel(now() - AHEAD + timedelta(minutes=4), tick=False):
            void_paper_form(forms[0], reason=reason, by=people[who])
        made += 1
    return made
