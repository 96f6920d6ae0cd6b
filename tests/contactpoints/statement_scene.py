"""A month of exchange at the land point, and the month after it, in which it is stated."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.utils.timezone import now

from contactpoints.actions import (
    acknowledge_delivery,
    dispute_line,
    make_statement,
    mark_delivered,
    propose_reading,
    raise_alert,
)
from contactpoints.models import Delivery, ExchangeStatement
from contactpoints.models.statements import sum_of
from contactpoints.months import before
from contactpoints.statements import content_of, last_month

OCTOBER = datetime(2025, 10, 15, 10, 0, tzinfo=UTC)
MONTH = OCTOBER.date().replace(day=1)
SEP = MONTH.replace(month=9)
P2 = "DESK-DGP>DESK-POL/P2"
P3 = "DESK-DGP>DESK-POL/P3"
BACK = "DESK-POL>DESK-DGP/P3"


def exchange(people, unit, time_machine):
    """October: Daugavpils sent three P3 (in time, late, never answered) and one P2 that reached
    Polotsk an hour late and was answered at once there; an exercise; Polotsk sent one P3."""
    time_machine.move_to(OCTOBER, tick=False)
    people.dgp_duty, people.pol_duty, people.lv_hq, people.by_hq
    desks = {"LV": unit("DESK-DGP"), "BY": unit("DESK-POL")}
    by = {"LV": people.dgp_duty, "BY": people.pol_duty}

    def send(side, priority, *, reached=None, after=None, status="actual", start=OCTOBER):
        other = "BY" if side == "LV" else "LV"
        time_machine.move_to(start, tick=False)
        alert = raise_alert(
            "meeting:00000000-0000-0000-0000-000000000001",
            card={"number": "X-1", "side": side, "exercise": status != "actual"},
            priority=priority, to=[desks[other]], sender=desks[side], status=status, by=by[side],
        )  # fmt: skip
        delivery = Delivery.objects.get(alert=alert)
        if reached is not None:
            time_machine.move_to(start + timedelta(minutes=reached), tick=False)
            mark_delivered(delivery)
        if after is not None:
            time_machine.move_to(start + timedelta(minutes=after), tick=False)
            acknowledge_delivery(delivery, line="Seen.", by=by[other])
        return delivery

    made = SimpleNamespace(send=send, people=people, desks=desks)
    made.quick = send("LV", "P3", reached=1, after=10)
    made.slow = send("LV", "P3", reached=1, after=90)
    made.unanswered = send("LV", "P3", reached=1)
    made.held_up = send("LV", "P2", reached=60, after=62)
    send("LV", "P2", reached=1, after=2, status="exercise")
    send("BY", "P3", reached=1, after=5)
    people.dgp_head, people.pol_head
    time_machine.move_to(datetime(2025, 11, 3, 9, 0, tzinfo=UTC), tick=False)
    return made


def stated(scene, by=None):
    return make_statement(MONTH, by=by or scene.people.dgp_head)


def written(month, kinds):
    """A statement with a line of each kind from Daugavpils to Polotsk; P1 is counted otherwise."""
    count = {"sent": 2, "answered": 2, "late": 0}
    lines = [
        {"from": "DESK-DGP", "to": "DESK-POL", "kind": kind, "LV": count,
         "BY": {**count, "late": 1} if kind == "P1" else count}
        for kind in kinds
    ]  # fmt: skip
    said = content_of(month, lines=lines, late=[], counted_at=now())
    return ExchangeStatement.objects.create(month=month, said=said, sha256=sum_of(said))


def scene_of_statements(people):
    """One that is reconciled, with something that each side said; one that can be signed."""
    made = written(last_month(), ("P1", "P2", "P3", "P4", "release", "recall"))
    key = "DESK-DGP>DESK-POL/{}".format
    heads = {"LV": people.dgp_head, "BY": people.pol_head}
    disputed = {"LV": key("P3"), "BY": key("P4")}
    for side, line in disputed.items():
        dispute_line(made, line, text="x", by=heads[side])
    return SimpleNamespace(
        open=made,
        settled=written(before(last_month()), ("P2",)),
        alike=key("P2"),
        differs=key("P1"),
        disputed=disputed,
        # By whom the reading is agreed: the other side proposed it.
        proposed={
            "BY": propose_reading(made, key("release"), reading=None, text="x", by=heads["LV"]),
            "LV": propose_reading(made, key("recall"), reading=None, text="x", by=heads["BY"]),
        },
    )
