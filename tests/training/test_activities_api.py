"""The doors of activities in the API: each verb rightly, by the other side, without the right, with
nonsense. The verbs themselves are in test_activities.py."""

import re
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from contactpoints.actions import book_duty, enter_absence
from tests import made_files
from tests.incidents.kept import period, purge
from training import actions
from training.models import Activity, Participation, ProgrammeSession

pytestmark = pytest.mark.django_db
API = "/api/v1/"
# Nobody asks for these: ticks and the purge do.
OF_THE_SYSTEM = {
    "blank_parts", "blank_trainers",
    "mark_activity_file", "run_due_activities", "withdraw_gone", "blank_travels",
    "ask_for_evaluations", "remind_due", "take_answers", "follow_attendance", "note_course_held",
    "queue_retraining", "mark_material_version", "close_due_attendance",
}  # fmt: skip


@pytest.fixture
def ask(api):
    """A request as somebody, in English: (status, body)."""

    def send(user, path, body=None, method="post", **headers):
        User.objects.filter(pk=user.pk).update(language="en")
        answer = getattr(api(user), method)(f"{API}{path}", body or {}, **headers)
        return answer.status_code, answer.json()

    return send


def stated(made, **changes):
    """What `made` says, as a program sends it."""
    said = made.said(**changes)
    for name in ("starts_at", "ends_at", "nominations_until"):
        said[name] = said[name].isoformat()
    return {**said, "budget_planned": "12000.00"}


def test_every_verb_of_an_officer_has_a_door():
    text = " ".join(p.read_text() for p in (Path(actions.__file__).parents[1] / "api").glob("*.py"))
    behind = {name for name in actions.__all__ if re.search(rf'\bactions\.{name}\b|"{name}"', text)}
    assert behind | OF_THE_SYSTEM == set(actions.__all__)
    assert not behind & OF_THE_SYSTEM


def test_a_study_visit_is_planned_agreed_and_held_by_programs_of_both_sides(made, people, ask, api):
    lv, by = made.lv, made.by
    body = {**stated(made), "unit": "LV-SBG"}
    key = {"HTTP_IDEMPOTENCY_KEY": "a"}
    status, idea = ask(lv, "activities/", body, **key)
    assert (status, idea["state"], idea["agreed"], idea["edition"]) == (201, "idea", [], 1)
    assert ask(lv, "activities/", body, **key)[1] == idea
    assert Activity.objects.count() == 1
    assert datetime.fromisoformat(idea["starts_at"]) == made.said()["starts_at"]
    assert (idea["zone"], idea["budget_planned"]) == ("Europe/Vienna", 12000.0)
    at = f"activities/{idea['number']}/"
    assert api(by).get(f"{API}{at}").status_code == 404
    assert ask(by, f"{at}agree/", {"edition": 1})[0] == 404
    assert ask(lv, f"{at}put/")[1]["state"] == "planned"
    # Changed by a program that read another edition, by the other side, and rightly.
    change = {**stated(made, title="=Checks", nominations_until=made.said()["starts_at"])}
    assert ask(lv, at, {**change, "edition": 9}, "put")[1]["code"] == "stale_version"
    assert ask(by, at, {**change, "edition": 1}, "put")[0] == 403
    assert ask(lv, at, change, "put")[1]["fields"].keys() == {"edition"}
    status, changed = ask(lv, at, {**change, "edition": 1}, "put")
    assert (status, changed["title"], changed["edition"]) == (200, "=Checks", 2)
    assert ask(by, f"{at}agree/", {"edition": 1})[1]["code"] == "stale_version"
    assert ask(by, f"{at}agree/", {"edition": 2})[1]["agreed"] == ["BY"]
    assert ask(lv, f"{at}invite/")[1]["code"] == "not_agreed"
    assert ask(lv, f"{at}agree/", {"edition": 2})[1]["agreed"] == ["LV", "BY"]
    assert ask(by, f"{at}take-back/", {"reason": " "})[1]["fields"].keys() == {"reason"}
    assert ask(by, f"{at}take-back/", {"reason": "No money."})[1]["agreed"] == ["LV"]
    assert ask(by, f"{at}agree/", {"edition": 2})[0] == 200
    assert ask(by, f"{at}invite/")[0] == 403
    for deed, state in (("invite", "invited"), ("open-nominations", "nominations")):
        assert ask(lv, f"{at}{deed}/")[1]["state"] == state
    # The programme.
    starts = made.said()["starts_at"]
    item = {
        "title": "Lanes", "starts_at": starts.isoformat(), "room": "Hall 1", "language": "lv",
        "ends_at": (starts + timedelta(hours=1)).isoformat(), "interpreter_name": "A. Guest",
        "speaker": str(people.msq_duty.uid),
    }  # fmt: skip
    status, session = ask(by, f"{at}sessions/", item)
    assert (status, session["speaker_name"]) == (201, people.msq_duty.display_name)
    wrong = ask(by, f"{at}sessions/", {**item, "speaker": str(uuid.uuid4())})
    assert (wrong[0], list(wrong[1]["fields"])) == (400, ["speaker"])
    door = f"activity-sessions/{session['uid']}/"
    assert ask(lv, door, {**item, "title": "Gates"}, "put")[1]["title"] == "Gates"
    assert ask(people.dgp_officer, door, item, "put")[0] == 403
    assert [row["uid"] for row in ask(lv, f"{at}sessions/", method="get")[1]] == [session["uid"]]
    assert ask(by, f"{door}remove/")[1]["removed_at"] is not None
    assert ask(lv, f"{at}sessions/", method="get")[1] == []
    # Its people.
    parts = f"{at}participations/"
    nomination = {"officer": str(people.dgp_officer.uid), "unit": "LV-DGP", "level": "local",
                  "note": "Speaks German.", "sex": ""}  # fmt: skip
    status, part = ask(lv, parts, nomination)
    assert (status, part["state"], part["officer_name"]) == (
        201, "nominated", people.dgp_officer.display_name,
    )  # fmt: skip
    assert ask(lv, parts, {**nomination, "unit": "LV-RIX"})[1]["fields"].keys() == {"officer"}
    assert ask(lv, parts, {**nomination, "unit": "X"})[1]["fields"].keys() == {"unit"}
    assert ask(by, parts, nomination)[0] == 403
    own = f"participations/{part['uid']}/"
    assert ask(by, own, method="get")[0] == ask(people.rix_officer, own, method="get")[0] == 404
    assert ask(people.dgp_officer, f"{own}approve/")[0] == 403
    assert ask(people.dgp_head, f"{own}approve/")[0] in (200, 404)
    assert ask(lv, f"{own}approve/")[1]["state"] == "approved"
    assert ask(by, f"{parts}invite/")[1] == {"invited": 0, "waiting": 0}
    assert ask(lv, f"{parts}invite/")[1] == {"invited": 1, "waiting": 0}
    # The other side reads who has a seat, and no more of it.
    theirs = ask(by, own, method="get")[1]
    assert (theirs["state"], theirs["note"], theirs["sex"], theirs["moves"]) == (
        "invited", None, None, [],
    )  # fmt: skip
    (listed,) = ask(by, parts, method="get")[1]["results"]
    assert (listed["uid"], listed["note"], listed["nominated_at"]) == (part["uid"], None, None)
    assert ask(lv, own, method="get")[1]["note"] == "Speaks German."
    said = {"answer": "accepted"}
    assert ask(lv, f"{own}answer/", said)[0] == 403
    assert ask(people.dgp_officer, f"{own}answer/", {"answer": "maybe"})[0] == 400
    assert ask(people.dgp_officer, f"{own}answer/", said)[1]["state"] == "accepted"
    seats = {row["side"]: row for row in ask(by, at, method="get")[1]["quotas"]}
    assert (seats["LV"]["taken"], seats["LV"]["waiting"], seats["BY"]["waiting"]) == (1, None, 0)
    assert ask(lv, f"{own}withdraw/", {"reason": "Needed here."})[1]["state"] == "withdrawn"
    # To its end.
    assert ask(lv, f"{at}confirm/")[1]["state"] == "confirmed"
    assert ask(lv, f"{at}close-evaluation/")[1]["code"] == "wrong_state"
    with time_machine.travel(now() + timedelta(days=20), tick=True):
        assert actions.run_due_activities() == 2
        assert ask(lv, f"{at}close-evaluation/")[1]["state"] == "evaluated"
        status, done = ask(
            lv, f"{at}report/", {"lessons": "Queues by flights.", "budget_used": 11000.5}
        )
    assert (done["state"], done["budget_used"]) == ("reported", 11000.5)
    assert [move["after"] for move in done["moves"]][-2:] == ["evaluated", "reported"]
    assert ask(lv, f"{at}cancel/", {"reason": "x"})[1]["code"] == "wrong_state"


def test_either_side_puts_off_and_gives_up(made, ask):
    for user, deed, state in (
        (made.by, "postpone", "postponed"), (made.by, "cancel", "cancelled"),
    ):  # fmt: skip
        activity = made.planned()
        at = f"activities/{activity.number}/{deed}/"
        assert ask(user, at, {"reason": ""})[1]["fields"].keys() == {"reason"}
        status, done = ask(user, at, {"reason": "Strike."})
        assert (status, done["state"], done["reason"]) == (200, state, "Strike.")


def test_the_list_is_filtered_paged_and_taken_out(made, people, ask, api):
    first = made.planned(title="=SUM(1)", mode="rail", host_country="PL", kind="training")
    starts = first.starts_at + timedelta(days=30)
    later = made.planned(
        title="Later", starts_at=starts, ends_at=starts + timedelta(hours=5), levels=["central"]
    )
    idea = made.idea(title="Own idea")

    def numbers(query, user=made.lv):
        status, body = ask(user, f"activities/?{query}", method="get")
        assert status == 200, body
        return [row["number"] for row in body["results"]]

    assert numbers("") == [later.number, idea.number, first.number]
    assert numbers("", made.by) == [later.number, first.number]
    assert numbers("kind=training&mode=rail&country=PL&state=planned&side=LV") == [first.number]
    assert numbers("level=central") == [later.number]
    assert numbers("q=sum(1)+vienna") == numbers(f"q={first.number.lower()}") == [first.number]
    assert numbers("q=%25") == []
    day = f"{starts:%Y-%m-%d}"
    assert numbers(f"from={day}&to={day}") == [later.number]
    assert numbers(f"to={now():%Y-%m-%d}") == []
    page = ask(made.lv, "activities/?page_size=2", method="get")[1]
    rest = api(made.lv).get(page["next"]).json()
    assert [row["number"] for row in rest["results"]] == [first.number]
    assert api(made.lv).get(rest["previous"]).json()["results"] == page["results"]
    for wrong in ("kind=party", "from=yesterday-ish", "country=DE", "state=x", "cursor=x"):
        status, body = ask(made.lv, f"activities/?{wrong}", method="get")
        assert (status, list(body["fields"])) == (400, [wrong.partition("=")[0]]), wrong
    text = b"".join(api(made.by).get(f"{API}activities/export/?as=csv")).decode()
    assert "'=SUM(1)" in text
    assert "Own idea" not in text
    assert len([line for line in text.splitlines() if "ACT-" in line]) == 2
    assert Entry.objects.filter(verb="data.exported", about="export:activities").count() == 1
    assert b"".join(api(made.by).get(f"{API}activities/export/?as=xlsx&mode=rail"))[:2] == b"PK"
    assert api(made.by).get(f"{API}activities/export/?as=odt").status_code == 400
    # To strangers there are none.
    assert numbers("", people.stranger) == []
    for path in ("", "sessions/", "participations/"):
        at = f"{API}activities/{first.number}/{path}"
        assert api(people.stranger).get(at).status_code == 404
    assert api(people.stranger).get(f"{API}activities/export/?as=csv").status_code == 403


def test_what_takes_an_officers_time_is_told_to_the_own_side_alone(made, people, ask):
    activity = made.nominating()
    starts = activity.starts_at
    hours = {"starts_at": starts, "ends_at": starts + timedelta(hours=6)}
    book_duty(people.pol_duty, unit=made.unit("DESK-POL"), by=people.by_hq, **hours)
    enter_absence(
        people.dgp_duty, unit=made.unit("DESK-DGP"), ground="illness", by=people.dgp_duty, **hours
    )
    moment = lambda n: (starts + timedelta(hours=n)).isoformat().replace("+", "%2B")  # noqa: E731

    def clashes(user, officer, first=-1, last=1, more=""):
        query = f"officer={officer.uid}&from={moment(first)}&until={moment(last)}{more}"
        return ask(user, f"activities/clashes/?{query}", method="get")

    ((status, found),) = [clashes(made.by, people.pol_duty)]
    assert (status, [row["kind"] for row in found]) == (200, ["duty"])
    assert clashes(made.by, people.pol_duty, 6, 9)[1] == []
    ill = clashes(made.lv, people.dgp_duty)[1]
    assert ("illness" in str(ill), ill[0]["what"]) == (False, "an absence")
    for user in (made.lv, people.pol_officer, people.stranger):
        assert clashes(user, people.pol_duty)[0] == 404
    assert list(clashes(made.by, people.pol_duty, 3, 1)[1]["fields"]) == ["until"]
    assert ask(made.by, "activities/clashes/", method="get")[1]["fields"].keys() == {
        "officer", "from", "until",
    }  # fmt: skip
    # Nobody puts an officer of the other side on the programme: a refusal would read its rota.
    item = {"title": "x", **{n: at.isoformat() for n, at in hours.items()}}
    at = f"activities/{activity.number}/sessions/"
    status, body = ask(made.lv, at, {**item, "speaker": str(people.pol_duty.uid)})
    assert (status, list(body["fields"])) == (400, ["speaker"])
    assert "duty at" in ask(made.by, at, {**item, "speaker": str(people.pol_duty.uid)})[1]["detail"]
    assert not ProgrammeSession.objects.exists()


def test_whoever_leaves_the_unit_gives_the_seat_back(made, people, unit):
    from contactpoints.actions import end_posting, suspend_officer
    from contactpoints.models import Posting

    activity = made.nominating(quotas={"LV": 1, "BY": 1})
    first = made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    second = made.approved(activity, people.rix_officer, "LV-RIX", people.lv_hq)
    third = made.nominated(activity, people.dgp_leader, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    assert actions.withdraw_gone() == 0
    for posting in Posting.objects.filter(officer=people.dgp_officer):
        end_posting(posting, by=None)
    suspend_officer(people.dgp_leader, reason="x", by=people.lv_admin)
    assert (actions.withdraw_gone(), actions.withdraw_gone()) == (2, 0)
    states = [Participation.objects.get(pk=part.pk).state for part in (first, second, third)]
    assert states == ["withdrawn", "invited", "withdrawn"]
    assert first.moves.last().reason == "The officer does not serve at this unit any more."
    assert first.moves.last().by is None
    # A larger quota goes down the line at once.
    fourth = made.approved(activity, people.dgp_duty, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    assert Participation.objects.get(pk=fourth.pk).state == "waitlisted"
    actions.change_activity(activity, by=made.lv, **made.said(quotas={"LV": 2, "BY": 1}))
    assert Participation.objects.get(pk=fourth.pk).state == "invited"


def test_a_unit_is_held_by_what_it_plans_and_by_whom_it_nominated(made, people, unit):
    from training.units import what_holds

    activity = made.nominating()
    made.nominated(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    assert len(what_holds(unit("LV-SBG"))) == len(what_holds(unit("LV-DGP"))) == 1
    actions.cancel_activity(activity, reason="x", by=made.lv)
    assert what_holds(unit("LV-SBG")) == what_holds(unit("LV-DGP")) == []


def test_documents_go_to_both_sides_and_are_taken_away_by_their_own(made, people, api):
    activity = made.planned()
    at, body = f"{API}activities/{activity.number}/files/", made_files.pdf(b"1")
    for _twice in range(2):
        file = {"file": made_files.upload(body, "agenda.pdf")}
        answer = api(made.lv).post(at, file, format="multipart")
        assert (answer.status_code, answer.json()["name"]) == (201, "agenda.pdf")
    (row,) = api(made.by).get(at).json()
    door = f"{API}activity-files/{row['uid']}/"
    assert b"".join(api(made.by).get(f"{door}content/").streaming_content) == body
    assert Entry.objects.filter(verb="data.exported", about="export:file").count() == 1
    assert api(people.stranger).get(f"{door}content/").status_code == 404
    assert api(people.dgp_officer).post(f"{door}remove/").status_code == 403
    assert api(made.by).post(f"{door}remove/").status_code == 403
    assert api(made.lv).post(f"{door}remove/").json()["removed_at"]
    assert api(made.lv).get(at).json() == []
    assert api(made.lv).get(f"{door}content/").status_code == 404


def test_every_deed_has_a_word_for_the_auditor():
    from bordercoop.web.trail.words import VERBS
    from training.models import ActivityState, PartState

    wanted = {f"activity.{state}" for state in ActivityState.values if state != "idea"}
    wanted |= {f"participation.{state}" for state in PartState.values}
    code = " ".join(p.read_text() for p in Path(actions.__file__).parent.glob("*.py"))
    wanted |= {f"activity.{deed}" for deed in re.findall(r'keep\(activity, "(\w+)"', code)}
    assert len(wanted) > 25
    assert wanted <= set(VERBS)


def test_what_is_personal_of_participants_goes_with_its_period_and_a_certificate(
    made, people, later
):
    activity = made.nominating()
    ours = made.nominated(
        activity, people.dgp_officer, "LV-DGP", people.lv_hq, note="Zqnote", sex="F"
    )
    theirs = made.nominated(activity, people.pol_officer, "BY-POL", people.by_hq, note="Zqtheirs")
    actions.approve_nomination(ours, by=people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    actions.answer_invitation(ours, answer="declined", reason="Zqill", by=people.dgp_officer)
    period("part", days=30)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        ours.moves.update(after="accepted")
    later(days=41)  # it ended 12 days after today; a day before the last all is there at any hour
    assert purge() == []
    later(days=2)
    (done,) = purge()
    (line,) = done.lines.all()
    assert (line.kind, line.number, line.rows, line.incident) == ("part", activity.number, 1, None)
    assert purge() == []
    left = Participation.objects.get(pk=ours.pk)
    assert (left.sex, left.note, left.level, left.state) == ("", "", "local", "declined")
    assert not left.moves.exclude(reason="").exists()
    assert Participation.objects.get(pk=theirs.pk).note == "Zqtheirs"
    assert "Zq" not in str(Entry.objects.filter(verb__startswith="participation").values())
    with pytest.raises(IntegrityError, match="purged_is_empty"), transaction.atomic():
        Participation.objects.filter(pk=ours.pk).update(note="x")
