"""Invented border signs, inspections and meetings for the demonstration.

No verified position of a sign is known: each stands at a point of the generalised border line and
says that it is an example.
"""

import json
import uuid
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.reference.border import LINE
from bordercoop.reference.models import Place, forget
from contactpoints.models import units

from .. import actions
from ..models import LineInspection, Meeting, SignInspection

HOW_MANY = 12
DEMO = uuid.UUID("c1f0a0de-98e5-4a71-8f0d-6f1f2c5f8b10")
NOTE = "Piemērs demonstrācijai, vispārināta līnija. / Пример для демонстрации, обобщённая линия."
NAMES = {
    "name_en": "Border sign {n} (example)",
    "name_lv": "Robežzīme {n} (piemērs)",
    "name_be": "Памежны знак {n} (прыклад)",
    "name_ru": "Пограничный знак {n} (пример)",
}


def _ref(what: str) -> uuid.UUID:
    return uuid.uuid5(DEMO, what)


def make_signs() -> list[Place]:
    """The example signs along the line; those that are there are left alone."""
    parts = json.loads(LINE.read_text(encoding="utf-8"))["geometry"]["coordinates"]
    line = max(parts, key=len)
    made = []
    for number in range(HOW_MANY):
        lon, lat = line[round((number + 0.5) * (len(line) - 1) / HOW_MANY)]
        n = f"{number + 1:03d}"
        place, _new = Place.objects.get_or_create(
            code=f"EX-{n}",
            defaults={
                **{name: text.format(n=n) for name, text in NAMES.items()},
                "kind": Place.Kind.SIGN,
                "lat": lat,
                "lon": lon,
                "position_note": NOTE,
                "source": "Invented for the demonstration.",
                "edited_at": now(),  # what was made in the portal is not retired by the files
                "order": 10_000 + number,
            },
        )
        made.append(place)
    forget()
    return made


def live_with_signs() -> int:
    """Signs, inspections of both sides, a repair and a joint inspection; how many are new."""
    signs, people = make_signs(), {user.username: user for user in User.objects.all()}
    if SignInspection.objects.filter(sign__in=signs).exists():
        return 0
    start, tree = now().replace(second=0, microsecond=0), units()
    ours, theirs = people["dgp.officer"], people["pol.officer"]
    seen = [
        (0, 9, ours, "good", ""),
        (1, 9, ours, "worn", "Krāsa nolobījusies ziemeļu pusē."),
        (2, 7, theirs, "good", ""),
        (3, 6, theirs, "worn", "Слуп пакрыўся мохам."),
        (4, 5, ours, "damaged", "Stabs nolauzts metra augstumā. Demonstrācijas ieraksts."),
        (5, 3, ours, "moved", "Stabs pārvietots apmēram par metru. Demonstrācijas ieraksts."),
        (6, 2, theirs, "good", ""),
    ]
    for index, days, by, condition, text in seen:
        at = start - timedelta(days=days)
        with time_machine.travel(at, tick=False):
            actions.inspect_sign(
                signs[index],
                unit=tree["LV-DGP" if by.side == "LV" else "BY-POL"],
                condition=condition,
                seen=text,
                at=at - timedelta(minutes=20),
                language="lv" if by.side == "LV" else "be",
                client_ref=_ref(f"inspection {index}"),
                by=by,
            )
    with time_machine.travel(start - timedelta(days=4), tick=False):
        mended, waiting = (
            actions.plan_repair(
                signs[index],
                unit=tree["LV-DGP"],
                what=what,
                due=(start - timedelta(days=due)).date(),
                language="lv",
                client_ref=_ref(f"repair {index}"),
                by=ours,
            )
            for index, what, due in ((4, "Jauns stabs.", 2), (5, "Novietot atpakaļ.", -5))
        )
    with time_machine.travel(start - timedelta(days=1), tick=False):
        actions.finish_repair(mended, note="Stabs nomainīts.", by=ours)
    with time_machine.travel(start - timedelta(days=2), tick=False):
        actions.propose_line(
            unit=tree["LV-DGP"],
            first=signs[7],
            last=signs[10],
            at=start + timedelta(days=3),
            note="Satikšanās pie pirmās zīmes.",
            language="lv",
            client_ref=_ref("line"),
            by=ours,
        )
    return len(seen) + LineInspection.objects.count() + (waiting.pk is not None)


def live_through_meetings() -> int:
    """A meeting with a confirmed protocol and an overdue decision, and one that is called."""
    people = {user.username: user for user in User.objects.all()}
    ours, theirs = people.get("lv.representative"), people.get("by.representative")
    if ours is None or theirs is None or Meeting.objects.exists():
        return 0
    start, tree = now().replace(second=0, microsecond=0), units()

    def call(title: str, days: int, ref: str, language: str, by: Any) -> Meeting:
        return actions.call_meeting(
            unit=tree["LV-SBG" if by.side == "LV" else "BY-GPK"],
            point="CCP-LAND",
            title=title,
            place="Pāternieki",
            at=now() + timedelta(days=days),
            language=language,
            client_ref=_ref(ref),
            by=by,
        )

    with time_machine.travel(start - timedelta(days=6), tick=False):
        meeting = call("Robežpārstāvju ceturkšņa tikšanās", 1, "meeting", "lv", ours)
        item = actions.propose_item(
            meeting, topic="Robežzīmju stāvoklis", language="lv", client_ref=_ref("item"), by=ours
        )
        actions.agree_meeting(meeting, by_language="ru", by=theirs)
        for by, name in ((ours, "Tulks (piemērs)"), (theirs, "Переводчик (пример)")):
            actions.add_participant(meeting, function="representative", officer=by, by=by)
            actions.add_participant(meeting, function="interpreter", name=name, by=by)
    with time_machine.travel(start - timedelta(days=4), tick=False):
        actions.hold_meeting(meeting, by=ours)
        actions.write_protocol(
            item,
            topics={"lv": "Robežzīmju stāvoklis", "ru": "Состояние пограничных знаков"},
            protocol={
                "lv": "Puses vienojās kopīgi apsekot līniju. Demonstrācijas ieraksts.",
                "ru": "Стороны договорились о совместном осмотре линии. Демонстрационная запись.",
            },
            original="lv",
            version=1,
            by=ours,
        )
        for number, (side, owner, due, texts) in enumerate(
            (
                (
                    "BY",
                    "BY-POL",
                    1,
                    {"lv": "Nopļaut joslu.", "ru": "Скосить полосу."},
                ),
                ("LV", "LV-DGP", -9, {"lv": "Atjaunot zīmi 006.", "ru": "Восстановить знак 006."}),
            )
        ):
            actions.write_decision(
                meeting,
                texts=texts,
                original="lv",
                side=side,
                owner=owner,
                due=(start - timedelta(days=due)).date(),
                client_ref=_ref(f"decision {number}"),
                by=ours,
            )
        for by in (ours, theirs):
            meeting.refresh_from_db()
            actions.confirm_protocol(meeting, sha256=meeting.sha256, by=by)
    with time_machine.travel(start - timedelta(hours=3), tick=False):
        call("Внеочередная встреча о знаках", 4, "second meeting", "ru", theirs)
    return 2
