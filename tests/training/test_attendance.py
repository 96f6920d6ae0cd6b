"""Who came: the list by side and day, the code at the door, corrections, closing."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from tests.incidents.doors import refused_by_database
from training import actions
from training.actions import blank_parts, run_due_activities
from training.attendance import code_for, days_of, shares_of
from training.models import AttendanceMark, Participation

pytestmark = pytest.mark.django_db


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def visit(made, people):
    """Confirmed, with two seats of Latvia and one of Belarus taken."""
    for who in (people.lv_hq, people.by_hq, people.dgp_officer, people.pol_officer):
        who.language = "en"
        who.save(update_fields=["language"])
    activity = made.nominating()
    for officer, code, by in (
        (people.dgp_officer, "LV-DGP", people.lv_hq),
        (people.rix_officer, "LV-RIX", people.lv_hq),
        (people.pol_officer, "BY-POL", people.by_hq),
    ):
        made.approved(activity, officer, code, by)
    for by in (made.lv, made.by):
        actions.invite_participants(activity, by=by)
    return actions.confirm_activity(activity, by=made.lv)


def part(officer):
    return Participation.objects.get(officer=officer)


def test_a_list_is_ticked_by_each_side_corrected_and_closed(visit, made, people, signed_in):
    address = f"/activities/{visit.number}/attendance/"
    first, second = days_of(visit)[:2]
    with time_machine.travel(visit.starts_at + timedelta(hours=2)):
        run_due_activities()
        heads, others = signed_in(people.lv_hq), signed_in(people.by_hq)
        page = heads.get(address)
        name = f"{part(people.dgp_officer).uid}:{first}"
        assert page.content.decode().count(f'value="{name}"') == 1
        assert f'value="{part(people.dgp_officer).uid}:{second}"' not in page.content.decode()
        assert heads.post(address, {"was": f"{name}:0", "p": name}).status_code == 302
        mark = AttendanceMark.objects.get()
        assert (mark.present, mark.by, mark.how, mark.day) == (True, people.lv_hq, "list", first)
        # The page of the other side was older: what it did not change stands.
        its = f"{part(people.pol_officer).uid}:{first}"
        assert others.post(address, {"was": [f"{its}:0"], "p": its}).status_code == 302
        assert AttendanceMark.objects.count() == 2
        # The planning side writes for all, the other one for its own.
        foreign = [(part(people.dgp_officer).uid, first, False)]
        with pytest.raises(NotAllowed):
            actions.mark_attendance(visit, marks=foreign, by=people.by_hq)
        assert actions.mark_attendance(
            visit, marks=[(part(people.pol_officer).uid, first, True)], by=people.lv_hq
        ) == 0  # fmt: skip
        for who in (people.dgp_officer, people.dgp_duty):
            assert signed_in(who).get(address).status_code == 403
        with pytest.raises(Invalid, match="not come"):
            actions.mark_attendance(
                visit, marks=[(part(people.dgp_officer).uid, second, True)], by=people.lv_hq
            )
        assert heads.post(address, {"was": "x:0", "p": "x"}).status_code == 400
        assert "cannot be read" in words(heads.post(address, {"was": "x:0", "p": "x"}))
        with pytest.raises(Refused):
            actions.close_attendance(visit, by=people.lv_hq)
    with time_machine.travel(visit.ends_at + timedelta(hours=1)):
        run_due_activities()
        assert "neither attended nor absent" in words(signed_in(people.lv_hq).get(address))
        assert actions.close_attendance(visit, by=people.by_hq) == (1, 0)
        assert actions.close_attendance(visit, by=people.lv_hq) == (1, 1)
        assert actions.close_attendance(visit, by=people.lv_hq) == (0, 0)
        assert part(people.rix_officer).state == "no_show"
        # A late list: who did not come came, and the reverse; what stood is kept.
        actions.mark_attendance(
            visit,
            marks=[(part(people.rix_officer).uid, second, True),
                   (part(people.dgp_officer).uid, first, False)],
            by=people.lv_hq,
        )  # fmt: skip
        assert (part(people.rix_officer).state, part(people.dgp_officer).state) == (
            "attended", "no_show",
        )  # fmt: skip
        assert "1 correction" in words(signed_in(people.lv_hq).get(address))
        assert shares_of(visit) == {
            part(people.rix_officer).pk: 33,
            part(people.pol_officer).pk: 33,
        }
        assert Entry.objects.filter(verb="activity.attendance_closed").count() == 2
        blank_parts(visit, "LV")
        kept = AttendanceMark.objects.filter(participation=part(people.dgp_officer))
        assert set(kept.values_list("by", "how")) == {(None, "")}
        for change in ({"present": True, "day": second}, {"at": now()}):
            with refused_by_database("a_mark_is_superseded"), transaction.atomic():
                kept.update(**change)
    with time_machine.travel(visit.ends_at + timedelta(days=91)), pytest.raises(Refused):
        actions.mark_attendance(
            visit, marks=[(part(people.rix_officer).uid, first, True)], by=people.lv_hq
        )


def test_a_list_that_nobody_closes_closes_itself(visit, people):
    with time_machine.travel(visit.ends_at + timedelta(days=6)):
        run_due_activities()
        run_due_activities()
        assert actions.close_due_attendance() == 0
    with time_machine.travel(visit.ends_at + timedelta(days=8)):
        assert actions.close_due_attendance() == 1
        assert actions.close_due_attendance() == 0
    assert set(Participation.objects.values_list("state", flat=True)) == {"no_show"}


def test_the_code_at_the_door_is_fresh_of_this_activity_and_for_who_has_a_seat(
    visit, made, people, signed_in, api
):
    door = f"/activities/{visit.number}/here/"
    assert 'class="qr"' not in signed_in(people.by_hq).get(door).content.decode()  # too early
    with time_machine.travel(visit.starts_at - timedelta(hours=1), tick=False) as clock:
        shown = signed_in(people.by_hq).get(door)
        assert 'class="qr"' in shown.content.decode()
        assert shown["Refresh"] == "30"
        assert signed_in(people.dgp_officer).get(door).status_code == 403
        code = code_for(visit)
        clock.shift(60)
        assert code_for(visit) != code
        own = signed_in(people.dgp_officer)
        page = own.get(f"{door}{code}/")
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]
        assert signed_in(people.dgp_duty).get(f"{door}{code}/").status_code == 409
        other = made.planned()
        wrong = own.get(f"{door}{code_for(other)}/")
        assert "not a code of this activity" in words(wrong)
        clock.shift(120)
        assert "This code is old" in words(own.get(f"{door}{code}/"))
        # The ticket is the officer's own, and lasts while the button is found.
        stolen = signed_in(people.pol_officer).post(f"{door}{code}/", {"ticket": ticket})
        assert "not a code of this activity" in words(stolen)
        for _twice in range(2):
            assert "here today" in words(own.post(f"{door}{code}/", {"ticket": ticket}))
        mark = AttendanceMark.objects.get()
        assert (mark.how, mark.by, mark.day) == ("code", people.dgp_officer, days_of(visit)[0])
        clock.shift(700)
        assert own.post(f"{door}{code}/", {"ticket": ticket}).status_code == 409
        program = api(people.pol_officer)
        sent = program.post(f"/api/v1{door}", {"code": code_for(visit)}, format="json")
        assert sent.status_code == 200, sent.content
        assert program.post(f"/api/v1{door}", {"code": "x"}, format="json").status_code == 409
        rows = api(people.by_hq).get(f"/api/v1/activities/{visit.number}/attendance/").json()
        assert [row["days"][0]["present"] for row in rows if row["side"] == "BY"] == [True]
    late = time_machine.travel(visit.ends_at + timedelta(hours=1), tick=False)
    with late, pytest.raises(Refused, match="door is open"):
        actions.say_here(visit, code=code_for(visit), by=people.rix_officer)
