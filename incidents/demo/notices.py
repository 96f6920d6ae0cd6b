"""Invented advance notices between Daugavpils and Polotsk for the demonstration."""

import uuid
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints.models import units

from .. import actions
from ..models import AdvanceNotice

DEMO = uuid.UUID("7f1c2d7e-54a5-4c0e-9a62-2f0c6d1b8e31")


def live_with_notices(people: Mapping[str, Any]) -> int:
    """One in force, one of each side still to come, one cancelled and a draft; how many are new."""
    ours, theirs, tree = people["dgp.duty"], people["pol.duty"], units()
    if AdvanceNotice.objects.filter(client_ref=uuid.uuid5(DEMO, "hunt")).exists():
        return 0
    start = now().replace(minute=0, second=0, microsecond=0)

    def hours(**how: int) -> Any:
        return start + timedelta(**how)

    def write(name: str, by: Any, **said: Any) -> AdvanceNotice:
        return actions.write_notice(
            unit=tree["LV-DGP" if by.side == "LV" else "BY-POL"],
            content=said,
            client_ref=uuid.uuid5(DEMO, name),
            by=by,
        )

    def send(notice: AdvanceNotice, by: Any) -> None:
        to = tree["DESK-POL" if by.side == "LV" else "DESK-DGP"]
        actions.send_notice(notice, desks=[to], by=by)

    with time_machine.travel(start - timedelta(hours=20), tick=False):
        hunt = write(
            "hunt", ours, kind="hunting", starts_at=hours(hours=-2), ends_at=hours(hours=30),
            shape="point", lat=55.83, lon=27.36, radius_m=3_000, language="lv",
            headline="Dzinējmedības pie ezera",
            text="Var dzirdēt šāvienus. Mednieki oranžās vestēs.",
            contact_name="Posteņa priekšnieks (piemērs)", contact_phone="+371 60000001",
        )  # fmt: skip
        send(hunt, ours)
        works = write(
            "works", theirs, kind="works", starts_at=hours(days=1), ends_at=hours(days=6),
            daily_from=time(8), daily_to=time(18), shape="signs", from_sign="EX-004",
            to_sign="EX-006", language="ru", headline="Расчистка просеки вдоль линии",
            text="Две бригады с бензопилами, трактор.",
            contact_name="Начальник заставы (пример)", contact_phone="+375 210000001",
        )  # fmt: skip
        send(works, theirs)
        drone = write(
            "drone", ours, kind="drone", starts_at=hours(days=2), ends_at=hours(days=2, hours=5),
            shape="area", points=[[55.9, 27.55], [55.95, 27.6], [55.93, 27.7], [55.88, 27.64]],
            altitude_m=120, language="lv", headline="Mežu apsekošana ar dronu", text="",
            contact_name="", contact_phone="+371 60000002",
        )  # fmt: skip
        send(drone, ours)
        burning = write(
            "burning", theirs, kind="burning", starts_at=hours(hours=10), ends_at=hours(hours=16),
            shape="place", place="PAT-GRI", radius_m=2_000, language="ru",
            headline="Выжигание сухой травы", text="", contact_name="",
            contact_phone="+375 210000002",
        )  # fmt: skip
        send(burning, theirs)
        actions.cancel_notice(burning, reason="Сильный ветер.", by=theirs)
        actions.translate_notice(
            hunt,
            language="be",
            headline="Загоннае паляванне каля возера",
            text="Могуць быць чутныя стрэлы. Паляўнічыя ў аранжавых камізэльках.",
            by=theirs,
        )
    write(
        "shooting", ours, kind="shooting", starts_at=hours(days=4), ends_at=hours(days=4, hours=6),
        shape="point", lat=55.87, lon=26.75, radius_m=2_000, language="lv",
        headline="Mācību šaušana poligonā", text="", contact_name="", contact_phone="+371 60000003",
    )  # fmt: skip
    return 5
