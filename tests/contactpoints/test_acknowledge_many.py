"""Many alerts acknowledged at one go: the ones confirmed, no other, each on its own record."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from contactpoints import actions
from contactpoints.models import Alert, Delivery, units

pytestmark = pytest.mark.django_db
LINE = "All are watched by the patrol."


@pytest.fixture
def pile(both_sides_on_duty, unit, people):
    """Alerts from Daugavpils to Polotsk, of these priorities, without the work of releasing."""

    def make(*priorities, desk="DESK-POL", **card):
        first = actions.raise_alert(
            "meeting:x", card={"number": "M-1"}, priority="P4", to=[unit(desk)],
            sender=unit("DESK-DGP"), by=None,
        ).deliveries.get()  # fmt: skip
        like = {
            name: getattr(first, name)
            for name in ("desk_id", "steps", "policy_id", "note_within", "queued_at")
        }
        alerts = Alert.objects.bulk_create(
            Alert(about=f"meeting:{n}", priority=priority, sender=unit("DESK-DGP"),
                  card={"number": f"M-{n}", "severity": 2, **card})
            for n, priority in enumerate(priorities)
        )  # fmt: skip
        made = Delivery.objects.bulk_create(
            Delivery(alert=alert, priority=alert.priority, **like) for alert in alerts
        )
        first.recalled_at, first.kept, first.escalate_at = first.queued_at, [], None
        first.save(update_fields=["recalled_at", "kept", "escalate_at"])
        return made

    return make


def states(rows):
    return list(
        Delivery.objects.filter(pk__in=[row.pk for row in rows])
        .order_by("pk").values_list("state", flat=True)
    )  # fmt: skip


def test_those_confirmed_are_acknowledged_and_each_other_says_why_not(pile, people, later, officer):
    people.pol_head
    rows = pile("P1", "P2", "P3", "P4", "P3", "P3")
    _p1, urgent, _routine, _information, answered, recalled = rows
    actions.acknowledge_delivery(answered, by=people.pol_head)
    actions.cancel_deliveries("meeting:5", desks=[recalled.desk], by=None)
    named = actions.raise_alert(
        "meeting:n", card={}, priority="P3", to=[urgent.desk], sender=units()["DESK-DGP"],
        named=[people.pol_head.uid], by=people.dgp_duty,
    ).deliveries.get()  # fmt: skip
    uids = [row.uid for row in rows] + [named.uid, uuid.uuid4()]
    came_later = pile("P3")[0]
    with pytest.raises(Invalid, match="urgent alert needs it"):
        actions.acknowledge_many(uids, by=people.pol_duty)
    result = actions.acknowledge_many(uids, line=LINE, by=people.pol_duty)
    assert [one.priority for one in result.done] == ["P2", "P3", "P4"]
    assert {str(why) for _one, why in result.left} == {
        "emergency", "answered", "recalled", "asked_by_name",
    }  # fmt: skip
    assert result.missing == 1
    row = Delivery.objects.get(pk=urgent.pk)
    assert (row.acknowledged_by, row.line, row.escalate_at) == (people.pol_duty, LINE, None)
    assert Delivery.objects.get(pk=came_later.pk).waits
    trail = Entry.objects.filter(verb="delivery.acknowledged", actor=people.pol_duty)
    assert {entry.about for entry in trail} == {one.ref for one in result.done}
    again = actions.acknowledge_many(uids, line="Other.", by=people.pol_duty)
    assert (again.done, trail.count()) == ([], 3)
    assert Delivery.objects.get(pk=urgent.pk).line == LINE


def test_five_hundred_take_few_statements(pile, people):
    rows = pile(*["P3"] * 500)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        result = actions.acknowledge_many([row.uid for row in rows], line=LINE, by=people.pol_duty)
    assert len(result.done) == 500
    assert len(asked) <= 12
    with pytest.raises(Invalid, match="At most 500"):
        actions.acknowledge_many([uuid.uuid4() for _n in range(501)], by=people.pol_duty)


def test_nobody_answers_for_a_desk_that_is_not_the_own(pile, people):
    rows = pile("P3", "P3")
    uids = [row.uid for row in rows]
    with pytest.raises(NotAllowed):
        actions.acknowledge_many(uids, by=people.pol_officer)
    sent = actions.acknowledge_many(uids, by=people.dgp_duty)  # they sent them, and see them
    assert {str(why) for _one, why in sent.left} == {"not_allowed"}
    assert actions.acknowledge_many(uids, by=people.msq_duty).missing == 2
    assert states(rows) == ["queued", "queued"]


def test_the_page_selects_beyond_what_it_shows_and_confirms_a_number(pile, people, signed_in):
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    rows = pile("P1", *["P2"] * 3, *["P3"] * 60, category="UBC-LND")
    duty = signed_in(people.pol_duty)
    assert "/console/alerts/?desk=DESK-POL" in duty.get("/console/").content.decode()
    page = duty.get("/console/alerts/", {"desk": "DESK-POL"})
    assert len(page.context["cards"]) == 50
    assert "Acknowledge 63 alerts" in page.content.decode()
    second = duty.get(f"/console/alerts/?{page.context['next']}")
    assert len(second.context["cards"]) == 14
    assert not second.context["next"]
    narrow = duty.get("/console/alerts/", {"priority": "P2", "category": "UBC-LND", "side": "LV"})
    assert narrow.context["total"] == 3
    asked = duty.post(
        "/console/alerts/confirm/", {"all": "1", "desk": "DESK-POL", "category": "UBC-LND"}
    )
    words = asked.content.decode()
    assert "Acknowledge 63 alerts?" in words
    assert "1 stays open:" in words
    uids = " ".join(str(uid) for uid in asked.context["together"].uids)
    late = pile("P3")[0]
    without = duty.post("/console/alerts/acknowledge/", {"uids": uids, "note": ""})
    assert (without.status_code, "urgent alert needs it" in without.content.decode()) == (400, True)
    assert without.context["together"].count == 63
    actions.acknowledge_delivery(rows[1], line="Mine.", by=people.pol_duty)
    for done in (62, 0):
        said = duty.post("/console/alerts/acknowledge/", {"uids": uids, "note": LINE})
        assert said.status_code == 200
        assert len(said.context["result"].done) == done
    assert "acknowledged already" in said.content.decode()
    assert Delivery.objects.get(pk=late.pk).waits
    ticked = duty.post("/console/alerts/confirm/", {"uids": [str(late.uid), str(rows[0].uid)]})
    assert ticked.context["together"].count == 1


def test_each_door(pile, people, signed_in, api):
    rows = pile("P1", "P3", "P3")
    duty = signed_in(people.pol_duty)
    for bad in ({}, {"uids": "x"}, {"uids": "a\0"}, {"uids": f"{uuid.uuid4()} " * 501}):
        assert duty.post("/console/alerts/confirm/", bad).status_code == 400
        assert duty.post("/console/alerts/acknowledge/", bad).status_code == 400
    for bad in ("priority=P9", "side=XX", "category=%00"):
        assert duty.get(f"/console/alerts/?{bad}").status_code == 400
    assert duty.get("/console/alerts/?desk=DESK-DGP").status_code == 404
    assert duty.get("/console/alerts/?after=nonsense").status_code == 200
    assert signed_in(people.pol_officer).get("/console/alerts/").status_code == 404
    ours = api(people.pol_duty)
    address = "/api/v1/deliveries/acknowledge/"
    for bad in ({}, {"uids": []}, {"uids": ["x"]}, {"uids": "x"},
                {"uids": [str(rows[0].uid)] * 501}):  # fmt: skip
        assert ours.post(address, bad).status_code == 400
    said = ours.post(address, {"uids": [str(row.uid) for row in rows], "note": LINE}).json()
    assert set(said["acknowledged"]) == {str(row.uid) for row in rows[1:]}
    assert [left["reason"] for left in said["left"]] == ["emergency"]
    assert api(people.pol_officer).post(address, {"uids": [str(rows[0].uid)]}).status_code == 403
