"""The exercises of the demo: one that is over and scored, and one that waits for an agreement."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.outbox.models import Message
from contactpoints.actions import acknowledge_delivery, mark_delivered, mark_opened
from contactpoints.models import Delivery, units

from . import actions
from .models import Exercise

DEMO = uuid.UUID("0b6f4c1e-93cf-4d6c-9f6e-5f7e3f0f9a11")
# (seconds, desks, as from, severity, category, headline lv, be, ru, en, within, steps)
INJECTS: list[tuple[Any, ...]] = [
    (0, ("DESK-POL",), "DESK-DGP", 2, "UBC", "Trīs cilvēki ar kājām pie ceļa zīmes",
     "Трое людзей пешшу каля дарожнага знака", "Трое пешком у дорожного знака",
     "Three people on foot by the road sign", 300, ("Ask the post what it sees",)),
    (240, ("DESK-DGP", "DESK-POL"), "DESK-RIX", 3, "UBC", "Grupa sadalās divās daļās",
     "Група падзяляецца на дзве", "Группа разделяется на две", "The group parts in two", 120,
     ("Call the other desk", "Send a patrol")),
    (600, ("DESK-DGP",), "DESK-POL", 3, "UBC", "Viens cilvēks lūdz ārstu",
     "Адзін чалавек просіць лекара", "Один человек просит врача", "One person asks for a doctor",
     180, ("Call an ambulance", "Tell the other desk")),
    (900, ("DESK-POL", "DESK-DGP"), "DESK-MSQ", 4, "UBC", "Divi šķērso upi",
     "Двое пераходзяць раку", "Двое переходят реку", "Two cross the river", 60,
     ("Call the other desk",)),
]  # fmt: skip
OBJECTIVES = [
    ("Dežūrdaļas sazvanās divu minūšu laikā", "lv", "recommendation", "REC-2026-00001", "fully",
     ""),
    ("Дежурная часть вызывает врача сама", "ru", "", "", "partly",
     "Врача вызвали, вторую дежурную часть известили поздно."),
]  # fmt: skip
DEBRIEF = [
    ("lv.coordinator", "well", "lv", "Abas dežūrdaļas strādāja ar vienu un to pašu karti."),
    ("by.coordinator", "not_well", "ru", "Вызов врача сообщили только через пять минут."),
    ("by.coordinator", "lesson", "ru",
     "Телефон скорой помощи нужен на листе вызовов обеих частей."),
]  # fmt: skip
DUTY = {"DESK-DGP": "dgp.duty", "DESK-POL": "pol.duty"}


def live_with_exercises(people: Mapping[str, Any]) -> str:
    """Lived through three weeks ago, and planned for next week. Done once."""
    if Exercise.objects.filter(client_ref__in=[DEMO, uuid.uuid5(DEMO, "next")]).exists():
        return "demo exercises: there already"
    began = (now() - timedelta(weeks=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    with time_machine.travel(began - timedelta(days=2), tick=False) as clock:
        over = _planned(people, began)
        clock.move_to(began)
        actions.start_exercise(over, by=people["lv.coordinator"])
        _played(over, people, clock)
        clock.shift(timedelta(minutes=5))
        _judged(over, people)
    # Everything was answered, so none of its messages goes out.
    for uid in Delivery.objects.about(over.ref).values_list("uid", flat=True):
        told = Message.objects.filter(key__startswith=f"delivery:{uid}:", done_at=None)
        told.update(done_at=now())
    coming = actions.plan_exercise(
        unit=units()["BY-GPK"], kind="functional", title="Задержка поезда перед границей",
        language="ru", place="PAT-GRI", category="UBC", planned_at=now() + timedelta(days=8),
        client_ref=uuid.uuid5(DEMO, "next"), by=people["by.coordinator"],
    )  # fmt: skip
    actions.put_exercise(coming, by=people["by.coordinator"])
    actions.use_scenario(coming, like=over, by=people["by.coordinator"])
    for name in ("lv.coordinator", "by.coordinator"):
        actions.name_person(coming, officer=people[name], part="director", by=people[name])
    coming.refresh_from_db()
    actions.agree_exercise(coming, edition=coming.edition, by=people["by.coordinator"])
    return "demo exercises: 2 new"


def _planned(people: Mapping[str, Any], began: Any) -> Exercise:
    lv, by = people["lv.coordinator"], people["by.coordinator"]
    exercise = actions.plan_exercise(
        unit=units()["LV-SBG"], kind="tabletop", title="Cilvēki ar kājām pie robežpunkta",
        language="lv", purpose="Izmēģināt saziņu starp abām dežūrdaļām un ārsta izsaukumu.",
        place="PAT-GRI", category="UBC", planned_at=began, pauses_for_real=False, client_ref=DEMO,
        by=lv,
    )  # fmt: skip
    for number, row in enumerate(INJECTS):
        seconds, desks, sender, severity, category, *words, within, steps = row
        actions.add_inject(
            exercise, offset_s=seconds, desks=desks, sender=sender, severity=severity,
            category=category, headline=words[0], language="lv",
            headlines=dict(zip(("be", "ru", "en"), words[1:], strict=True)), place="PAT-GRI",
            acknowledge_s=within, steps=steps, client_ref=uuid.uuid5(DEMO, str(number)), by=lv,
        )  # fmt: skip
    for text, language, kind, ref, _mark, _words in OBJECTIVES:
        actions.add_objective(
            exercise, text=text, language=language, tied_kind=kind, tied_ref=ref, by=lv
        )
    actions.put_exercise(exercise, by=lv)
    for name, part, who in (
        ("lv.coordinator", "director", lv), ("by.coordinator", "director", by),
        ("dgp.officer", "evaluator", lv), ("pol.officer", "observer", by),
    ):  # fmt: skip
        actions.name_person(exercise, officer=people[name], part=part, by=who)
    exercise.refresh_from_db()
    for who in (lv, by):
        actions.agree_exercise(exercise, edition=exercise.edition, by=who)
    return exercise


def _played(exercise: Exercise, people: Mapping[str, Any], clock: Any) -> None:
    begun = now()
    for place, inject in enumerate(exercise.injects.standing()):
        clock.move_to(begun + timedelta(seconds=inject.offset_s))
        actions.release_due_injects()
        for late, delivery in enumerate(
            Delivery.objects.about(exercise.ref)
            .filter(alert=inject.release.alert)
            .select_related("alert__sender", "desk")
            .order_by("desk__code")
        ):
            officer = people[DUTY[delivery.desk.code]]
            clock.shift(timedelta(seconds=3))
            mark_delivered(delivery)
            clock.shift(timedelta(seconds=9 + 7 * place))
            mark_opened(delivery, by=officer)
            clock.shift(timedelta(seconds=12 + 35 * late + 10 * place))
            acknowledge_delivery(delivery, line="Exercise: on the way", by=officer)
            for step in range(len(inject.steps) - late):
                actions.tick_step(inject, desk=delivery.desk, step=step, by=officer)
        if place == 1:
            actions.note_exercise(
                exercise, text="Полоцк позвонил раньше, чем подтвердил.", language="ru",
                inject=inject, by=people["pol.officer"],
            )  # fmt: skip
    clock.shift(timedelta(minutes=2))
    actions.stop_exercise(exercise, by=people["by.coordinator"])


def _judged(exercise: Exercise, people: Mapping[str, Any]) -> None:
    objectives = exercise.objectives.standing()
    for row, (_text, _language, _kind, _ref, mark, words) in zip(
        objectives, OBJECTIVES, strict=True
    ):
        actions.mark_objective(row, mark=mark, words=words, language="ru", by=people["dgp.officer"])
    for name, kind, language, text in DEBRIEF:
        actions.write_debrief(exercise, kind=kind, text=text, language=language, by=people[name])
    actions.report_exercise(exercise, by=people["lv.coordinator"])
