"""Advance notices as tests make them: Daugavpils tells Polotsk."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils.timezone import now

from incidents import actions
from incidents.models import AdvanceNotice, NoticeVersion

AT = {"lat": 55.79, "lon": 27.3}


def said(**more):
    """What a notice says: hunting around a point, from half an hour ago for six hours."""
    start = now().replace(microsecond=0) - timedelta(minutes=30)
    return {
        "kind": "hunting",
        "starts_at": start,
        "ends_at": start + timedelta(hours=6),
        "shape": "point",
        **AT,
        "radius_m": 3_000,
        "headline": "Driven hunt",
        "text": "Shots are to be expected.",
        "language": "en",
        "contact_name": "Head of the post",
        "contact_phone": "+371 600",
        **more,
    }


class Noticing:
    """`writer` writes at LV-DGP, `lv` sends from there, `by` acknowledges at DESK-POL."""

    def __init__(self, people, unit):
        self.writer, self.lv, self.by = people.dgp_officer, people.dgp_duty, people.pol_duty
        self.unit, self.to = unit("LV-DGP"), unit("DESK-POL")

    def write(self, *, by=None, unit=None, exercise=False, marking=None, client_ref=None, **more):
        return actions.write_notice(
            unit=unit or self.unit,
            content=said(**more),
            exercise=exercise,
            marking=marking,
            client_ref=client_ref,
            by=by or self.writer,
        )

    def send(self, notice=None, *, by=None, desks=None, **more):
        notice = notice or self.write(**more)
        return actions.send_notice(notice, desks=desks or [self.to], by=by or self.lv)


def fresh(notice):
    return AdvanceNotice.objects.select_related("unit").get(pk=notice.pk)


def standing(notice):
    return NoticeVersion.objects.get(notice=notice, current=True)


def scene_of_notices(people, unit):
    """By side, a draft and a notice that was sent; `to` is where each side's notices go."""
    noticing = Noticing(people, unit)
    writers = {"LV": (people.dgp_duty, unit("LV-DGP")), "BY": (people.pol_duty, unit("BY-POL"))}
    to = {"LV": unit("DESK-POL"), "BY": unit("DESK-DGP")}
    drafts, sent = (
        {side: noticing.write(by=by, unit=at) for side, (by, at) in writers.items()}
        for _ in range(2)
    )
    for side, notice in sent.items():
        noticing.send(notice, desks=[to[side]], by=writers[side][0])
    return SimpleNamespace(noticing=noticing, drafts=drafts, sent=sent, to=to)
