"""Makers of border signs and of meetings, by the verbs themselves."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import Place, forget
from incidents import actions
from incidents.models import Meeting, MeetingDecision


def sign(number=1, **more):
    """A sign of the register, as an agreement of both sides on the list of places makes it."""
    made = Place.objects.create(
        code=f"SGN-{number:03d}",
        kind=Place.Kind.SIGN,
        order=10_000 + number,
        **{
            **{f"name_{language}": f"Sign {number}" for language in ("en", "lv", "be", "ru")},
            "name_lv_side": f"LV {number}",
            "name_by_side": f"BY {number}",
            **more,
        },
    )
    forget()
    return made


def inspect(where, by, unit, **more):
    said = {
        "condition": "good",
        "at": now() - timedelta(minutes=5),
        "language": "en",
        "client_ref": uuid.uuid4(),
        **more,
    }
    return actions.inspect_sign(where, unit=unit, by=by, **said)


class Meetings:
    """Makes meetings by the border representatives of both sides."""

    def __init__(self, people, unit):
        self.unit = unit
        self.lv, self.by = people.lv_representative, people.by_representative

    def call(self, *, by=None, **more):
        by = by or self.lv
        said = {
            "title": "Quarterly meeting",
            "place": "Paternieki",
            "at": now() + timedelta(days=2),
            "language": "en",
            **more,
        }
        unit = self.unit("LV-SBG" if by.side == "LV" else "BY-GPK")
        return actions.call_meeting(unit=unit, point="CCP-LAND", by=by, **said)

    def held(self):
        """A meeting of a while ago with one point, held and not written up."""
        with time_machine.travel(now() - timedelta(minutes=30)):
            meeting = self.call(
                at=now() + timedelta(minutes=1), ends_at=now() + timedelta(minutes=20)
            )
            actions.agree_meeting(meeting, by=self.by)
            for by in (self.lv, self.by):
                actions.add_participant(meeting, function="representative", officer=by, by=by)
            actions.propose_item(meeting, topic="Signs", language="en", by=self.lv)
        return actions.hold_meeting(meeting, by=self.lv)

    def write(self, meeting, **more):
        said = {
            "topics": {"lv": "Zīmes", "ru": "Знаки"},
            "protocol": {"lv": "Vienojās.", "ru": "Договорились."},
            "original": "lv",
            **more,
        }
        item = meeting.items.get(number=1)
        return actions.write_protocol(item, version=item.version, by=self.lv, **said)

    def decide(self, meeting, **more):
        said = {
            "texts": {"lv": "Salabot zīmi.", "ru": "Починить знак."},
            "original": "lv",
            "side": "BY",
            "owner": "BY-POL",
            "due": now().date() + timedelta(days=3),
            "by": self.lv,
            **more,
        }
        return actions.write_decision(meeting, **said)

    def confirm(self, meeting, *who):
        for by in who or (self.lv, self.by):
            meeting = Meeting.objects.get(pk=meeting.pk)
            meeting = actions.confirm_protocol(meeting, sha256=meeting.sha256, by=by)
        return meeting

    def signed(self, **more):
        """A confirmed protocol with one decision; gives (meeting, decision)."""
        meeting = self.held()
        self.write(meeting)
        decision = self.decide(meeting, **more)
        return self.confirm(meeting), MeetingDecision.objects.get(pk=decision.pk)


def scene_of_signs(people, unit):
    """Signs, joint inspections and meetings at the states from which each verb goes on."""
    lv, by = people.lv_representative, people.by_representative
    at = {"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}
    one = sign(901)
    repairs = {
        who.side: actions.plan_repair(one, unit=at[who.side], what="x", language="en", by=who)
        for who in (lv, by)
    }
    with time_machine.travel(now() - timedelta(minutes=30)):
        proposed, walked = (
            actions.propose_line(unit=at["LV"], first=one, last=one, at=now(), language="en", by=lv)
            for _ in range(2)
        )
        walked = actions.agree_line(walked, unit=at["BY"], by=by)
    actions.write_result(walked, one, condition="good", language="en", by=lv)
    walked.refresh_from_db()
    meetings = Meetings(people, unit)
    called, put_off, ready = meetings.call(), meetings.call(), meetings.held()
    actions.postpone_meeting(put_off, reason="x", by=lv)
    with time_machine.travel(now() - timedelta(minutes=30)):
        agreed = meetings.call(at=now() + timedelta(minutes=1))
        actions.agree_meeting(agreed, by=by)
        for who in (lv, by):
            actions.add_participant(agreed, function="representative", officer=who, by=who)
    meetings.write(ready)
    draft = meetings.decide(ready)
    ready.refresh_from_db()
    signed = meetings.held()
    meetings.write(signed)
    decided = {side: meetings.decide(signed, side=side) for side in ("LV", "BY")}
    meetings.confirm(signed)
    return SimpleNamespace(
        at=at,
        one=one,
        repairs=repairs,
        proposed=proposed,
        walked=walked,
        called=called,
        put_off=put_off,
        agreed=agreed,
        ready=ready,
        people={side: ready.people.get(side=side) for side in ("LV", "BY")},
        draft=draft,
        decided=decided,
    )
