"""People of an activity on the screen: nominated, approved, invited; travel; calendars."""

import re
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now
from icalendar import Calendar

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.actions import book_duty, renew_calendar
from contactpoints.models import Booking
from incidents.actions import purge_expired
from incidents.models import PurgeLine, RetentionPeriod
from training import actions
from training.calendar_files import read_file
from training.models import Activity, AnswerLetter, Participation, TimeProposal, Travel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(people):
    for who in (people.lv_hq, people.by_hq, people.dgp_officer, people.dgp_head):
        who.language = "en"
        who.save(update_fields=["language"])


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_an_officer_is_nominated_approved_invited_and_answers(made, people, signed_in):
    activity = made.nominating(quotas={"LV": 1, "BY": 2})
    base = f"/activities/{activity.number}/people/"
    head, heads = signed_in(people.dgp_head), signed_in(people.lv_hq)
    page = head.get(base)
    assert "0 of 1 seat taken" in words(page)
    assert "People of the other side are seen here" in words(page)
    form = {"do": "nominate", "level": "local", "note": "Speaks German."}
    # The shift is named at once, while choosing and when it is sent, and nothing typed is lost.
    book_duty(
        people.dgp_duty, unit=made.unit("DESK-DGP"), starts_at=activity.starts_at,
        ends_at=activity.starts_at + timedelta(hours=8), by=people.lv_hq,
    )  # fmt: skip
    checked = head.get(f"{base}check/", {"officer": str(people.dgp_duty.uid)})
    assert "Not free then: duty at" in words(checked)
    assert "Free all that time" in words(
        head.get(f"{base}check/", {"officer": str(people.dgp_officer.uid)})
    )
    assert words(head.get(f"{base}check/", {"officer": str(people.pol_officer.uid)})) == ""
    refused = head.post(base, {**form, "officer": str(people.dgp_duty.uid)})
    assert refused.status_code == 409
    assert "is not free then: duty at" in words(refused)
    assert "Speaks German." in refused.content.decode()
    missing = head.post(base, {**form, "officer": str(people.pol_officer.uid)})
    assert missing.status_code == 400
    assert head.post(base, {**form, "officer": str(people.dgp_officer.uid)}).status_code == 302
    made.nominated(activity, people.rix_officer, "LV-RIX", people.lv_hq)
    assert "Nominations to approve" in words(heads.get("/"))
    for part in Participation.objects.all():
        heads.post(base, {"do": "approve", "part": str(part.uid)})
    assert heads.post(base, {"do": "invite"}).status_code == 302
    page = words(heads.get(base))
    assert "1 of 1 seat taken" in page
    assert "Place 1 in the line" in page
    # The other side's coordinators see who has a seat, without note, and nobody else.
    other = words(signed_in(people.by_hq).get(base))
    assert people.dgp_officer.name_for("en") in other
    assert people.rix_officer.name_for("en") not in other
    assert "Speaks German." not in other
    assert people.dgp_officer.name_for("en") not in words(signed_in(people.pol_officer).get(base))
    # The officer answers; the seat that is declined goes down the line by itself.
    own = signed_in(people.dgp_officer)
    assert "Invitations to answer" in words(own.get("/"))
    part = Participation.objects.get(officer=people.dgp_officer)
    mine = {"part": str(part.uid), "answer": "declined", "reason": "Ill."}
    assert own.post("/activities/mine/", {**mine, "reason": "x" * 501}).status_code == 400
    assert own.post("/activities/mine/", {**mine, "answer": "perhaps"}).status_code == 400
    assert own.post("/activities/mine/", mine).status_code == 302
    assert "Ill." in words(own.get("/activities/mine/"))
    assert "Ill." in words(heads.get(base))
    assert "Ill." not in words(signed_in(people.by_hq).get(base))
    assert Participation.objects.get(officer=people.rix_officer).state == "invited"
    # Withdrawn with a reason, asked for when it is missing.
    part = Participation.objects.get(officer=people.rix_officer)
    deed = {"do": "withdraw", "part": str(part.uid)}
    assert "Write the reason" in words(heads.post(base, deed))
    assert heads.post(base, {**deed, "reason": "Needed here."}).status_code == 302
    assert signed_in(people.by_hq).post(base, deed).status_code == 404


def test_an_idea_has_no_page_for_the_other_side_and_none_for_strangers(made, people, signed_in):
    activity = made.idea()
    for page in (f"{activity.number}/people/", f"{activity.number}/invite.ics",
                 f"{activity.number}/people/check/"):  # fmt: skip
        assert signed_in(people.lv_hq).get(f"/activities/{page}").status_code == 200
        assert signed_in(people.by_hq).get(f"/activities/{page}").status_code == 404
    assert signed_in(people.dgp_officer).get("/activities/letters/").status_code == 404
    assert signed_in(people.dgp_officer).get("/activities/import/").status_code == 403


SAID = {"transport": "car", "pass_number": "PS-4711", "document": "passport", "remarks": "Vegan."}


def test_travel_is_read_by_who_needs_it_and_each_reading_is_written_down(made, people, signed_in):
    activity = made.nominating(host_country="BY", place="Polotsk")
    made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    part = Participation.objects.get()
    page = f"/activities/{activity.number}/people/{part.uid}/"
    own = signed_in(people.dgp_officer)
    assert "Number of the crossing pass" in words(own.get(page))
    there = activity.starts_at.astimezone(UTC)
    typed = {
        **SAID, "do": "save",
        "arrives_at_date": f"{there:%d.%m.%Y}", "arrives_at_time": f"{there:%H:%M}",
        "arrives_at_zone": "Europe/Riga",
    }  # fmt: skip
    assert own.post(page, typed).status_code == 302
    travel = Travel.objects.get()
    assert (travel.pass_number, travel.arrives_at.date()) == ("PS-4711", there.date())
    assert "PS-4711" in own.get(page).content.decode()
    readings = Entry.objects.filter(verb="personal_data.read", about=part.ref)
    assert not readings.exists()  # one's own
    # The host side's coordinators read pass and times, after they said so; nobody else anything.
    host = signed_in(people.by_hq)
    assert "PS-4711" not in host.get(page).content.decode()
    shown = host.post(page, {"do": "open"}).content.decode()
    assert "PS-4711" in shown
    assert "Vegan" not in shown
    assert readings.get().actor_id == people.by_hq.pk
    assert host.post(page, typed).status_code == 403
    head = signed_in(people.lv_hq)
    assert "PS-4711" not in head.get(page).content.decode()
    assert "Vegan" in head.post(page, {"do": "open"}).content.decode()
    assert readings.count() == 2
    for stranger in (people.rix_officer, people.pol_officer, people.dgp_head):
        assert signed_in(stranger).get(page).status_code in (403, 404)
    with pytest.raises(Invalid):
        actions.write_travel(part, by=people.dgp_officer, arrives_at=there, departs_at=there)
    same = {"transport": "car", "by": people.dgp_officer}
    actions.write_travel(part, **same)
    count = Entry.objects.filter(verb="participation.travel_written").count()
    actions.write_travel(part, **same)
    assert Entry.objects.filter(verb="participation.travel_written").count() == count
    trail = str(list(Entry.objects.values_list("facts", flat=True)))
    assert "PS-4711" not in trail
    # When its period has passed the purge empties it, with a line that names no officer.
    RetentionPeriod.objects.create(
        side="LV", kind="travel", days=30, starts_on=now().date(), ground="x", confirmed=True
    )
    for days, blanked in ((29, False), (32, True), (33, True)):
        with time_machine.travel(activity.ends_at + timedelta(days=days)):
            purge_expired(process="command")
            assert bool(Travel.objects.get().blanked_at) is blanked, days
    line = PurgeLine.objects.get(kind="travel")
    assert (line.rows, line.number) == (1, activity.number)
    assert Travel.objects.get().transport == ""
    with pytest.raises(Refused):
        actions.write_travel(part, transport="bus", by=people.dgp_officer)
    actions.withdraw_participation(part, reason="x", by=people.lv_hq)
    with pytest.raises((NotAllowed, Refused)):
        actions.read_travel(part, by=people.by_hq)


def test_the_own_calendar_has_seats_and_sessions_and_nobody_elses_name(made, people, client):
    activity = made.nominating()
    made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    made.approved(activity, people.dgp_leader, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    starts = activity.starts_at
    for who, title in ((people.dgp_head, "Lanes"), (people.dgp_duty, "Queues")):
        actions.add_session(
            activity, title=title, starts_at=starts, ends_at=starts + timedelta(hours=1),
            speaker=who, by=made.lv,
        )  # fmt: skip

    def calendar(officer):
        content = client.get(f"/calendar/{renew_calendar(by=officer)}.ics").content
        assert content.count(b"BEGIN:VEVENT") == 1
        for other in (people.dgp_leader, people.dgp_duty, people.lv_hq):
            assert other.name_latin.encode() not in content
        return Calendar.from_ical(content).walk("VEVENT")[0]

    seat = calendar(people.dgp_officer)
    assert (str(seat["SUMMARY"]), str(seat["STATUS"])) == (made.said()["title"], "TENTATIVE")
    talk = calendar(people.dgp_head)
    assert (str(talk["SUMMARY"]), talk["DTSTART"].dt) == ("You speak: Lanes", starts)
    actions.cancel_activity(activity, reason="x", by=made.lv)
    secret = renew_calendar(by=people.dgp_officer)
    assert b"BEGIN:VEVENT" not in client.get(f"/calendar/{secret}.ics").content
    assert not Booking.objects.filter(kind="training", cancelled_at=None).exists()


FILE = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:x\r
BEGIN:VEVENT\r
UID:a\r
DTSTART:20270301T090000\r
DTEND:20270301T170000\r
SUMMARY:Checks in trains\r
LOCATION:Vienna\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:b\r
DTSTART:never\r
SUMMARY:Broken\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:c\r
DTSTART;VALUE=DATE:20270401\r
SUMMARY:Meeting <b>\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_calendar_file_becomes_ideas_after_it_was_looked_at(made, people, signed_in):
    heads, url = signed_in(people.lv_hq), "/activities/import/"

    def upload(content):
        return heads.post(url, {"file": SimpleUploadedFile("plan.ics", content)})

    assert heads.get(url).status_code == 200
    assert "Choose a file" in words(heads.post(url, {}))
    broken = upload(b"BEGIN:VCALENDAR\r\nSUMMARY\r\n")
    assert broken.status_code == 400
    assert "Line 2:" in words(broken)
    page = upload(FILE.encode())
    assert "Line 13: DTSTART cannot be read. (Broken)" in words(page)
    assert "<b>" not in page.content.decode().split('name="content"')[0].split("<main")[1] or (
        "Meeting &lt;b&gt;" in page.content.decode()
    )
    assert not Activity.objects.exists()
    chosen = {
        "content": FILE, "unit": "LV-SBG", "kind": "training", "host_country": "AT",
        "language": "en",
    }  # fmt: skip
    assert "Choose at least one event" in words(heads.post(url, chosen))
    keys = [one.key for one in read_file(FILE.encode(), "Europe/Vienna").events][:2]
    # The second one names no place.
    refused = heads.post(url, {**chosen, "chosen": keys})
    assert "Say where it is held" in words(refused)
    assert not Activity.objects.exists()
    for _twice in range(2):
        done = heads.post(url, {**chosen, "chosen": keys, "place": "Riga"})
        assert done.status_code == 302
    ideas = list(Activity.objects.order_by("number"))
    assert [(one.title, one.place, one.state) for one in ideas] == [
        ("Checks in trains", "Vienna", "idea"), ("Meeting <b>", "Riga", "idea"),
    ]  # fmt: skip
    assert ideas[0].starts_at.hour == 8  # nine o'clock in Vienna
    assert not Activity.objects.visible_to(people.by_hq).exists()


def test_coordinators_see_proposed_times_and_letters_and_look_after_them(made, people, signed_in):
    activity = made.nominating()
    part = made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    week = timedelta(days=7)
    letter = AnswerLetter.objects.create(
        identity="a" * 64, participation=part, side="LV", outcome="proposed"
    )
    proposal = TimeProposal.objects.create(
        participation=part,
        letter=letter,
        sequence=0,
        comment="Holidays.",
        period=DateTimeTZRange(activity.starts_at + week, activity.ends_at + week),
    )
    AnswerLetter.objects.create(
        identity="b" * 64, outcome="unread", reason={"en": "It is <i>odd</i>."}, line=3, file="1.x"
    )
    heads = signed_in(people.by_hq)
    home = words(heads.get("/"))
    assert "Times proposed" in home
    assert "Letters to look after" in home
    page = words(heads.get(f"/activities/{activity.number}/people/"))
    assert "proposes another time" in page
    assert "Move to this time" not in page  # that is the planning side's
    assert "Holidays." not in page  # and why, the officer's
    mine = signed_in(people.lv_hq).get(f"/activities/{activity.number}/people/")
    assert f"?proposed={proposal.uid}" in mine.content.decode()
    # "Move to this time" fills the form in, on the wall of the place.
    form = signed_in(people.lv_hq).get(
        f"/activities/{activity.number}/change/", {"proposed": str(proposal.uid)}
    )
    wall = proposal.period.lower.astimezone(ZoneInfo("Europe/Vienna"))
    assert f'name="starts_at_date" value="{wall:%d.%m.%Y}"' in form.content.decode()
    letters = heads.get("/activities/letters/")
    assert "It is <i>odd</i>." not in letters.content.decode()
    assert "Line 3 of its calendar part" in words(letters)
    url = f"/activities/{activity.number}/times/{proposal.uid}/decline/"
    assert signed_in(people.dgp_officer).post(url).status_code == 404
    assert heads.post(url).status_code == 302
    assert not TimeProposal.objects.open().exists()
    unread = AnswerLetter.objects.get(outcome="unread")
    heads.post("/activities/letters/", {"letter": str(unread.uid)})
    assert "Every letter was taken" in words(heads.get("/activities/letters/"))


def test_programs_do_the_same(made, people, api):
    activity = made.nominating(host_country="LV", place="Riga")
    part = made.approved(activity, people.pol_officer, "BY-POL", people.by_hq)
    actions.invite_participants(activity, by=made.by)
    letter = AnswerLetter.objects.create(
        identity="a" * 64, participation=part, side="BY", outcome="proposed"
    )
    proposal = TimeProposal.objects.create(
        participation=part, letter=letter, period=activity.period, sequence=0, comment="Ill."
    )
    unread = AnswerLetter.objects.create(identity="b" * 64, outcome="unread", reason={"en": "Odd."})
    lv, by, own = api(people.lv_hq), api(people.by_hq), api(people.pol_officer)
    at = "/api/v1"
    for reader, why in ((lv, ""), (by, "Ill.")):
        [said] = reader.get(f"{at}/time-proposals/").json()
        assert (said["uid"], said["comment"]) == (str(proposal.uid), why)
    assert api(people.dgp_officer).get(f"{at}/time-proposals/").json() == []
    for _twice in range(2):
        done = lv.post(f"{at}/time-proposals/{proposal.uid}/decline/")
        assert done.json()["decided_at"]
    assert by.get(f"{at}/answer-letters/").json()[0]["reason"] == "Odd."
    for _twice in range(2):
        assert by.post(f"{at}/answer-letters/{unread.uid}/settle/").json()["settled_at"]
    assert by.get(f"{at}/answer-letters/").json() == []
    travel = f"{at}/participations/{part.uid}/travel/"
    key = {"HTTP_IDEMPOTENCY_KEY": "a"}
    written = own.post(travel, {**SAID, "arrives_at": activity.starts_at.isoformat()}, **key)
    assert list(written.json()) == ["written_at"]
    assert own.post(travel, {**SAID, "document": "diary"}).status_code == 400
    assert lv.post(travel, SAID).status_code == 403
    shown = lv.post(f"{travel}read/", **key).json()
    assert (shown["pass_number"], shown["remarks"]) == ("PS-4711", None)
    assert own.post(f"{travel}read/").json()["remarks"] == "Vegan."
    assert api(people.rix_officer).post(f"{travel}read/").status_code == 404
    assert Entry.objects.filter(verb="personal_data.read", about=part.ref).count() == 1
    said = {"unit": "LV-SBG", "kind": "training", "host_country": "AT", "place": "Wien",
            "language": "en"}  # fmt: skip
    broken = lv.post(f"{at}/activities/import/", {**said, "content": FILE})
    assert broken.json()["fields"]["content"] == ["Line 13: DTSTART cannot be read."]
    assert lv.post(f"{at}/activities/import/", {**said, "content": "x"}).status_code == 400
    whole = FILE.replace("never", "20270303T090000")
    made_now = lv.post(f"{at}/activities/import/", {**said, "content": whole, "uids": ["b", "c"]})
    assert [one["title"] for one in made_now.json()] == ["Broken", "Meeting <b>"]
    assert by.post(f"{at}/activities/import/", {**said, "content": whole}).status_code == 403
