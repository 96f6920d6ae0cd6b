"""An invented training that is over: both sides came, said what it was worth and hold certificates,
one of them revoked; and the trainers' pool that gave it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.utils.timezone import localdate, now

from bordercoop.errors import Refused
from bordercoop.outbox.models import Message
from contactpoints.models import units

from .. import actions
from ..access import reads_activities
from ..attendance import days_of
from ..evaluation import questions
from ..models import Activity, Participation
from ..people import to_nominate
from .activities import DEMO, _monday
from .over_texts import LESSONS, OVER, POOL, SESSIONS, WORDS

REF = uuid.uuid5(DEMO, "over")
HEADS = {"LV": ("lv.hq", "lv.coordinator"), "BY": ("by.hq", "by.coordinator")}
COME = 4


def live_with_what_is_over(people: Mapping[str, Any]) -> str:
    """Lived through from ten weeks ago until two. Done once."""
    if Activity.objects.filter(client_ref=REF).exists():
        return "demo training that is over: there already"
    starts = _monday(-4, "Europe/Riga") + timedelta(days=1, hours=9)
    with time_machine.travel(starts - timedelta(weeks=5), tick=False) as clock:
        _fill_pool(people)
        activity = _planned(people, starts, clock)
        clock.move_to(starts - timedelta(weeks=3))
        _invited(activity, people)
        clock.move_to(starts - timedelta(weeks=1))
        actions.confirm_activity(activity, by=people["lv.coordinator"])
        clock.move_to(activity.ends_at + timedelta(hours=1))
        actions.run_due_activities()
        _came(activity, people)
        clock.shift(timedelta(days=1))
        _said(activity)
        clock.shift(timedelta(days=5))
        _certified(activity, people)
        clock.shift(timedelta(days=3))
        _closed(activity, people)
    # All of it was answered, so none of its letters goes out.
    for uid in activity.participations.values_list("uid", flat=True):
        told = Message.objects.filter(key__startswith=f"activity_letter:{uid}:", done_at=None)
        told.update(done_at=now())
    return "demo training that is over: 1 new"


def _fill_pool(people: Mapping[str, Any]) -> None:
    today = localdate()
    for number, said in enumerate(POOL):
        until = said["valid_days"]
        actions.add_trainer(
            officer=people[said["officer"]] if said["officer"] else None,
            valid_until=today + timedelta(days=until) if until else None,
            client_ref=uuid.uuid5(DEMO, f"trainer {number}"),
            by=people[said["by"]],
            **{name: said[name] for name in ("name", "organisation", "topics", "languages",
                                             "qualification", "note")},
        )  # fmt: skip


def _planned(people: Mapping[str, Any], starts: datetime, clock: Any) -> Activity:
    lv, by = people["lv.coordinator"], people["by.coordinator"]
    activity = actions.plan_activity(
        unit=units()["LV-SBG"], client_ref=REF, starts_at=starts,
        ends_at=starts + timedelta(days=1, hours=7),
        nominations_until=starts - timedelta(weeks=1), by=lv, **OVER,
    )  # fmt: skip
    activity = actions.put_activity(activity, by=lv)
    for said in SESSIONS:
        who = people[said["speaker"]] if said["speaker"] else None
        begins = starts + timedelta(days=said["day"], hours=said["hour"] - 9)
        actions.add_session(
            activity, title=said["title"], starts_at=begins,
            ends_at=begins + timedelta(hours=said["hours"]), room=said["room"], speaker=who,
            speaker_name=said["guest"], language=said["language"], by=people[said["by"]],
        )  # fmt: skip
    for who in (lv, by):
        clock.shift(timedelta(hours=5))
        activity = actions.agree_activity(activity, edition=activity.edition, by=who)
    activity = actions.send_invitations(activity, by=lv)
    return actions.open_nominations(activity, by=lv)


def _invited(activity: Activity, people: Mapping[str, Any]) -> None:
    """Who is on duty or away then is not nominated, as in life."""
    speak = {said["speaker"] for said in SESSIONS}
    for side in activity.sides:
        head, coordinator = (people[name] for name in HEADS[side])
        count = 0
        for unit, officers in reversed(to_nominate(activity, head)):  # from the regions first
            for officer in officers:
                if count == COME or officer in (head, coordinator) or officer.username in speak:
                    continue
                if not reads_activities(officer):
                    continue  # nobody who could not answer
                try:
                    part = actions.nominate(
                        activity, officer=officer, unit=unit, by=head,
                        level="local" if count % 2 else "regional", sex="F" if count % 2 else "M",
                    )  # fmt: skip
                except Refused:
                    continue
                actions.approve_nomination(part, by=head)
                count += 1
        actions.invite_participants(activity, by=coordinator)
    for part in activity.participations.filter(state="invited").select_related("officer"):
        actions.answer_invitation(part, answer="accepted", by=part.officer)


def _came(activity: Activity, people: Mapping[str, Any]) -> None:
    """Of each side one missed a day; one of Belarus did not come at all."""
    first, last = days_of(activity)
    for side in activity.sides:
        parts = list(activity.participations.filter(side=side, state="accepted").order_by("pk"))
        marks = [(part.uid, first, True) for part in parts[: None if side == "LV" else -1]]
        marks += [(part.uid, last, True) for part in parts[1 : None if side == "LV" else -1]]
        actions.mark_attendance(activity, marks=marks, by=people[HEADS[side][1]])
    actions.close_attendance(activity, by=people["lv.coordinator"])


def _said(activity: Activity) -> None:
    parts = Participation.objects.filter(activity=activity, state="attended")
    for number, part in enumerate(parts.select_related("officer").order_by("pk")):
        officer, activity = part.officer, Activity.objects.get(pk=activity.pk)
        marks = {
            code: max(1, min(5, (2 if code.startswith("before.") else 4) + (number + at) % 3 - 1))
            for at, (code, _question) in enumerate(questions(activity, "took_part"))
        }
        words = WORDS.get(officer.language, "") if number % 2 else ""
        actions.answer_evaluation(activity, marks=marks, words=words, by=officer)


def _certified(activity: Activity, people: Mapping[str, Any]) -> None:
    """The first was printed with a wrong spelling: it is revoked, and another one issued."""
    for side in activity.sides:
        by = people[HEADS[side][1]]
        found = actions.issue_certificates(activity, by=by)
        if side == "LV" and found:
            wrong = actions.revoke_certificate(
                found[0], reason="Pasākuma nosaukums uz papīra bija nepareizs.", by=by
            )
            actions.issue_certificates(activity, participations=[wrong.participation.uid], by=by)


def _closed(activity: Activity, people: Mapping[str, Any]) -> None:
    lv, by = people["lv.coordinator"], people["by.coordinator"]
    for who, mark in ((lv, 5), (by, 4)):
        marks = {code: mark for code, _question in questions(activity, "results")}
        actions.answer_evaluation(activity, asked="results", marks=marks, by=who)
    activity = actions.close_evaluation(activity, by=lv)
    actions.report_activity(activity, lessons=LESSONS, budget_used=Decimal("2870.40"), by=lv)
