"""The day and the month of a side: counted by its own calendar, frozen, small numbers hidden."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from contactpoints import actions as duty
from incidents import actions, summing
from incidents.actions import summaries as work
from incidents.handling import Marking
from incidents.models import Share, Summary
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def nothing_remembered():
    work._summed.clear()


@pytest.fixture
def at(time_machine):
    return lambda *when: time_machine.move_to(datetime(*when, tzinfo=UTC), tick=True)


def line(content, key):
    return {code: count for one in content["lines"] if one["key"] == key
            for code, count in one["rows"]}  # fmt: skip


@pytest.mark.parametrize(
    ("side", "day", "hours"),
    [("LV", date(2026, 3, 29), 23), ("LV", date(2026, 10, 25), 25), ("LV", DAY, 24),
     ("BY", date(2026, 3, 29), 24), ("BY", date(2026, 10, 25), 24)],
)  # fmt: skip
def test_a_day_is_that_of_the_side_s_calendar(side, day, hours):
    starts, ends = summing.day_edges(side, day)
    assert summing.hours(starts, ends) == hours
    assert summing.day_content.__doc__
    assert (starts.hour, starts.date(), ends.date()) == (0, day, day + timedelta(days=1))


def test_reports_count_on_the_side_s_day_whatever_the_clock_of_the_server(
    at, people, incident, unit
):
    at(2026, 11, 24, 21, 59)
    incident()  # 23:59 in Riga on the 24th
    at(2026, 11, 24, 22, 1)
    incident(category="ASY")
    at(2026, 11, 25, 21, 59)
    incident(severity=4, happened_at=datetime(2026, 11, 23, 12, tzinfo=UTC), detected_at=None)
    at(2026, 11, 25, 22, 1)
    incident()
    content = summing.day_content("LV", DAY)
    assert content["facts"]["reported"] == 2
    assert line(content, "category") == {"ASY": 1, "UBC-LND": 1}
    assert line(content, "severity") == {"3": 1, "4": 1}
    assert line(content, "section") == {"LV-DGP": 2}
    assert content["facts"]["people"] == 16
    # 00:01 tells of 23:41 the day before: late as well.
    assert line(content, "late") == {"2026-11-23": 1, "2026-11-24": 1}
    assert summing.day_content("BY", DAY)["facts"]["reported"] == 0


def test_the_day_is_summed_up_after_midnight_once_and_mailed_to_the_desks(
    at, people, incident, unit, carry_out, mailbox
):
    at(2026, 11, 25, 10)
    case = incident()
    at(2026, 11, 25, 22, 1)  # 00:01 in Riga: what committed at midnight may still come
    work.summarise_due()
    assert not Summary.objects.filter(side="LV", period=DAY).exists()
    at(2026, 11, 25, 22, 6)
    work.summarise_due()
    made = Summary.objects.get(side="LV", period=DAY)
    assert made.content["facts"]["reported"] == 1
    assert made.intact
    work._summed.clear()
    assert work.summarise_due() == 0
    actions.supplement_incident(case, version=1, changes={"severity": 4}, by=people.dgp_officer)
    assert Summary.objects.get(pk=made.pk).content == made.content
    for change in (lambda: Summary.objects.update(digest="0" * 64), made.delete):
        with refused_by_database("Cannot (update|delete)"):
            change()
    assert Entry.objects.get(verb="summary.day", about=made.ref).facts["digest"] == made.digest


def test_days_that_were_missed_are_made_up_for(at, people, incident):
    at(2026, 11, 20, 12)
    work.summarise_due()
    at(2026, 11, 24, 12)
    work.summarise_due()
    days = Summary.objects.filter(side="LV").order_by("period").values_list("period", flat=True)
    assert list(days) == [date(2026, 11, n) for n in range(19, 24)]
    at(2027, 2, 1, 12)
    work.summarise_due()
    assert Summary.objects.filter(side="LV").count() == 12


def test_a_desk_gets_the_letter_unless_its_head_stopped_it(at, people, unit):
    from bordercoop.outbox.models import Message

    for code in ("DESK-DGP", "DESK-RIX"):
        desk = unit(code).desk
        desk.email = f"{code.lower()}@lv.example"
        desk.save(update_fields=["email"])
    from contactpoints.models import forget_units

    forget_units()
    actions.set_summary_mail(unit("DESK-RIX"), wanted=False, by=people.rix_head)
    with pytest.raises(NotAllowed):
        actions.set_summary_mail(unit("DESK-DGP"), wanted=False, by=people.rix_head)
    at(2026, 11, 26, 12)
    work.summarise_due()
    told = Message.objects.filter(channel="summary").values_list("payload__desk", flat=True)
    assert "DESK-DGP" in told
    assert "DESK-RIX" not in told


def test_alerts_of_the_day_are_counted(at, people, request):
    at(2026, 11, 25, 10)
    released = request.getfixturevalue("released")  # with people on duty at that hour
    _case, delivery = released()
    duty.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    released()
    facts = summing.day_content("LV", DAY)["facts"]
    assert (facts["sent"], facts["sent_acknowledged"], facts["received"]) == (2, 1, 0)
    facts = summing.day_content("BY", DAY)["facts"]
    assert (facts["received"], facts["received_acknowledged"]) == (2, 1)


OCTOBER = date(2026, 10, 1)


@pytest.fixture
def october(at, people, request):
    """Seven crossings and four others released to Polotsk; what stays at home beside them."""
    at(2026, 10, 7, 9)
    released, incident = map(request.getfixturevalue, ("released", "incident"))
    for _n in range(7):
        released(fields=["happened_at", "people"], people=[{"count": 4, "nationality": "AFG"}])
    for _n in range(4):
        released(category="CRI-ACC", fields=["headline"])
    for _n in range(5):
        incident(category="ASY")
        incident(category="SIR")
        incident(category="REF")
    secret, _theirs = released(category="CRI-ACC", fields=["headline"])
    actions.mark_incident(secret, marking=Marking("H1", "RED"), by=people.dgp_duty)
    at(2026, 11, 3, 9)


def test_what_the_other_side_gets_is_counted_from_what_it_holds(october, people):
    own = summing.month_content("LV", OCTOBER, shared=False)
    assert line(own, "category")["ASY"] == 5
    assert line(own, "section") == {"LV-DGP": 27}
    shared = summing.month_content("LV", OCTOBER, shared=True)
    told = line(shared, "category")
    assert {code for code, count in told.items() if count} == {"UBC", "CRI"}
    assert (told["UBC"], told["CRI"]) == (7, 4)
    assert line(shared, "section") == {"LV-DGP": 11}
    assert not {"ASY", "SIR"} & set(told)
    # Only where the time was released, and the groups of people.
    assert sum(line(shared, "hour").values()) == 7
    assert line(shared, "nationality")["other"] == 28
    assert "27" not in json.dumps(shared["lines"])


def test_small_numbers_are_hidden_in_every_line_that_would_tell_them(at, people, incident):
    at(2026, 10, 7, 9)
    for _n in range(5):
        incident()
    incident(category="REF")
    at(2026, 11, 3, 9)
    content = summing.month_content("LV", OCTOBER, shared=False)
    told = line(content, "category")
    assert told["REF"] is None
    assert told["UBC"] is None
    at(2026, 9, 7, 9)
    incident(category="REF")
    content = summing.month_content("LV", date(2026, 9, 1), shared=False)
    assert [one.get("few") for one in content["lines"][:3]] == [True, True, True]
    assert all(one["total"] is None and one["rows"] == [] for one in content["lines"][:3])


def test_headquarters_freezes_a_month_once_and_for_both(october, people, signed_in, api):
    with pytest.raises(Refused, match="not over"):
        actions.freeze_indicators(date(2026, 11, 1), by=people.lv_hq)
    for who in ("dgp_head", "dgp_duty", "lv_analyst"):
        with pytest.raises(NotAllowed):
            actions.freeze_indicators(OCTOBER, by=getattr(people, who))
    browser = signed_in(people.lv_hq)
    assert browser.get("/summaries/months/2026-10/").status_code == 200
    answer = browser.post("/summaries/months/2026-10/")
    own = Summary.objects.get(kind="month", audience="own")
    assert answer["Location"] == f"/summaries/{own.uid}/"
    again = api(people.lv_hq).post("/api/v1/summaries/months/2026-10/")
    assert again.json()["uid"] == str(own.uid)
    shared = Summary.objects.get(kind="month", audience="shared")
    assert Entry.objects.filter(verb="summary.month").count() == 2
    # The other side reads what was shared and does not know of the rest.
    there = signed_in(people.pol_duty)
    assert there.get(f"/summaries/{shared.uid}/").status_code == 200
    for path in (f"/summaries/{own.uid}/", f"/summaries/{own.uid}/export/?as=csv"):
        assert there.get(path).status_code == 404
    listed = api(people.pol_duty).get("/api/v1/summaries/").json()
    assert [row["uid"] for row in listed] == [str(shared.uid)]
    assert api(people.pol_duty).get(f"/api/v1/summaries/{own.uid}/").status_code == 404
    page = there.get(f"/api/v1/summaries/{shared.uid}/").content.decode()
    assert "ASY" not in page
    assert "SIR" not in page


def test_the_tile_says_when_indicators_are_due_and_late(at, people, signed_in):
    from incidents.tiles import indicators_of

    at(2026, 11, 10, 9)
    tile = indicators_of(people.lv_hq)[0]
    assert not tile["urgent"]
    assert tile["url"] == "/summaries/months/2026-10/"
    at(2026, 11, 16, 9)
    assert indicators_of(people.lv_hq)[0]["urgent"]
    assert indicators_of(people.dgp_head) == indicators_of(people.stranger) == []
    actions.freeze_indicators(OCTOBER, by=people.lv_hq)
    assert indicators_of(people.lv_hq) == []
    assert len(indicators_of(people.by_hq)) == 1


def test_the_pages_and_files_of_a_day(at, people, incident, signed_in, api):
    at(2026, 11, 25, 10)
    incident()
    at(2026, 11, 26, 10)
    work.summarise_due()
    made = Summary.objects.get(side="LV")
    browser = signed_in(people.dgp_head)
    assert str(made.uid) in browser.get("/summaries/").content.decode()
    assert made.digest in browser.get(f"/summaries/{made.uid}/").content.decode()
    for form in ("pdf", "csv", "xlsx"):
        answer = browser.get(f"/summaries/{made.uid}/export/?as={form}")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
        program = api(people.dgp_head).get(f"/api/v1/summaries/{made.uid}/export/?as={form}")
        assert program.status_code == 200
    whole = api(people.dgp_head).get(f"/api/v1/summaries/{made.uid}/").json()
    assert whole["content"]["facts"]["reported"] == 1
    for who in ("pol_duty", "by_hq", "stranger"):
        assert signed_in(getattr(people, who)).get(f"/summaries/{made.uid}/").status_code == 404
    assert signed_in(people.stranger).get("/summaries/").status_code == 403
    browser.post("/summaries/mail/DESK-DGP/", {"wanted": "no"})
    assert not work.SummaryMail.objects.get().wanted
    assert browser.post("/summaries/mail/DESK-POL/", {"wanted": "no"}).status_code == 404
    wish = {"desk": "DESK-DGP", "wanted": True}
    assert api(people.dgp_head).post("/api/v1/summaries/mail/", wish).status_code == 204
    assert work.SummaryMail.objects.get().wanted
    assert Share.objects.count() == 1


@pytest.mark.parametrize("month", ["2026-13", "x", "2026-1", "0000-01", "9999-12"])
def test_a_month_that_does_not_exist_is_nowhere(month, people, signed_in, api):
    assert signed_in(people.lv_hq).get(f"/summaries/months/{month}/").status_code == 404
    assert api(people.lv_hq).post(f"/api/v1/summaries/months/{month}/").status_code in (404, 409)


def test_the_letter_holds_totals_and_no_categories(at, people, incident, unit, carry_out, mailbox):
    from contactpoints.models import forget_units

    desk = unit("DESK-DGP").desk
    desk.email = "desk@lv.example"
    desk.save(update_fields=["email"])
    forget_units()
    at(2026, 11, 25, 10)
    incident(category="ASY", headline="Zqheadline")
    at(2026, 11, 26, 10)
    work.summarise_due()
    carry_out()
    letters = [one for one in mailbox.letters if one["To"] == "desk@lv.example"]
    assert len(letters) == 1
    text = letters[0].get_content()
    assert "/summaries/" in text
    assert "Zqheadline" not in text
    assert "ASY" not in text
