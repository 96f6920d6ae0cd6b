"""The duty journal of a desk: everything that happened there on a day of its own, in order."""

import io
import uuid
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from django.db import InternalError, transaction
from django.utils import translation
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.journal import day_of, journal_of_day, today_at
from contactpoints.models import DutyNote, Role
from incidents import actions as incidents

pytestmark = pytest.mark.django_db


def told(unit, user, day=None):
    with translation.override("en"):
        kept = journal_of_day(unit, day or today_at(unit), user)
        return [(line.kind, line.sentence, line.text) for line in kept.lines]


@pytest.fixture
def noon(time_machine):
    """In the middle of a day of both sides, so that an hour more or less stays in it."""
    time_machine.move_to(datetime(2027, 5, 12, 9, tzinfo=UTC), tick=True)


def test_both_desks_read_the_same_alert_each_from_its_end(noon, released, people, unit, later):
    case, delivery = released()
    later(minutes=20)
    actions.escalate_due()
    later(minutes=1)
    actions.accept_delivery(delivery, line="Patrol is out.", by=people.pol_duty)
    incidents.add_note(case, text="Two are found.", audience="own", by=people.pol_duty)
    here, there = unit("DESK-DGP"), unit("DESK-POL")
    kinds = [kind for kind, _said, _text in told(there, people.pol_duty)]
    assert kinds == ["duty_began", "alert_in", "escalated", "acknowledged", "accepted", "note"]
    said = told(there, people.pol_duty)
    assert case.number in said[1][1]
    assert unit("DESK-DGP").name_en in said[1][1]
    assert said[3][2] == "Patrol is out."
    assert said[5][2] == "Two are found."
    lines = told(here, people.dgp_duty)
    assert {kind for kind, _said, _text in lines} == {
        "duty_began", "released", "alert_out", "acknowledged_there", "accepted_there",
    }  # fmt: skip
    assert "Two are found." not in str(lines)


def test_a_day_is_that_of_the_desk_s_own_clock(people, unit, time_machine):
    riga, minsk = unit("DESK-DGP"), unit("DESK-POL")
    hours = [
        (day_of(riga, day)[1].timestamp() - day_of(riga, day)[0].timestamp()) / 3600
        for day in (date(2027, 3, 28), date(2027, 5, 12), date(2027, 10, 31))
    ]
    assert hours == [23, 24, 25]
    time_machine.move_to(datetime(2027, 1, 12, 21, 30, tzinfo=UTC), tick=False)
    people.dgp_duty, people.pol_duty
    assert (today_at(riga), today_at(minsk)) == (date(2027, 1, 12), date(2027, 1, 13))
    for desk, who in ((riga, people.dgp_duty), (minsk, people.pol_duty)):
        actions.write_duty_note(desk, text="Phoned the other side.", by=who)
    assert "noted" in str(told(riga, people.dgp_duty, date(2027, 1, 12)))
    assert "wrote" not in str(told(riga, people.dgp_duty, date(2027, 1, 13)))
    assert "wrote" in str(told(minsk, people.pol_duty, date(2027, 1, 13)))


def test_the_journal_says_who_was_on_duty_and_when_the_shift_changed(noon, people, unit, later):
    desk = unit("DESK-POL")
    handover = actions.hand_over_shift(desk, note="All quiet.", by=people.pol_duty)
    later(minutes=5)
    actions.take_over_shift(handover, by=people.pol_head)
    kept = journal_of_day(desk, today_at(desk), people.by_auditor)
    assert [shift.officer for shift in kept.shifts] == [people.pol_duty]
    kinds = [line.kind for line in kept.lines]
    assert kinds == ["duty_began", "handed_over", "taken_over"]
    assert kept.lines[1].link == f"/handovers/{handover.uid}/"


def test_a_line_is_written_once_and_never_changed(people, unit):
    desk, ref = unit("DESK-POL"), uuid.uuid4()
    write = {"text": "Phoned Daugavpils.", "client_ref": ref, "by": people.pol_duty}
    first = actions.write_duty_note(desk, **write)
    assert actions.write_duty_note(desk, **write) == first
    with pytest.raises(Refused):
        actions.write_duty_note(desk, **{**write, "text": "Something else."})
    for change in (lambda: DutyNote.objects.update(text="Nobody phoned."), first.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    for text in ("", "x" * 1001, "a\x00b"):
        with pytest.raises(Invalid):
            actions.write_duty_note(desk, text=text, by=people.pol_duty)
    for who in (people.pol_officer, people.dgp_duty, people.by_auditor):
        with pytest.raises(NotAllowed):
            actions.write_duty_note(desk, text="x", by=who)


def test_an_incident_out_of_reach_is_not_mentioned(noon, incident, people, unit, officer):
    desk = unit("DESK-POL")
    both = officer("pol.both", "DESK-POL", Role.DUTY_OFFICER)
    actions.post_officer(both, unit=unit("BY-MSQ"), role=Role.OFFICER, by=None)
    far, near = (incident(by=both, at=code) for code in ("BY-MSQ", "BY-POL"))
    said = str(told(desk, people.pol_duty))
    assert near.number in said
    assert far.number not in said


def test_the_page_shows_a_day_takes_a_line_and_keeps_what_was_refused(
    noon, released, people, signed_in
):
    case, _delivery = released()
    browser = signed_in(people.pol_duty)
    page = browser.get("/journal/")
    assert (page.status_code, page.url) == (302, "/journal/DESK-POL/")
    page = browser.get("/journal/DESK-POL/")
    assert case.number in page.content.decode()
    ref = str(page.context["form"]["client_ref"].value())
    for _twice in range(2):
        done = browser.post("/journal/DESK-POL/", {"text": "Phoned.", "client_ref": ref})
        assert done.status_code == 302
    assert DutyNote.objects.count() == 1
    long = browser.post("/journal/DESK-POL/", {"text": "y" * 1001})
    assert long.status_code == 400
    assert "y" * 1001 in long.content.decode()
    before = browser.get("/journal/DESK-POL/", {"day": f"{now() - timedelta(days=2):%Y-%m-%d}"})
    assert case.number not in before.content.decode()
    assert not before.context["may_write"]
    for bad in ("", "x", "2027-13-40", "9999-12-31", "0001-01-01"):
        page = browser.get("/journal/DESK-POL/", {"day": bad})
        assert (page.status_code, page.context["day"]) == (200, date(2027, 5, 12)), bad
        assert bool(page.context["wrong"]) == bool(bad)
        assert page.context["wrong"] in page.content.decode()
    assert browser.get("/journal/DESK-POL/", {"day": "10.5"}).context["day"] == date(2027, 5, 10)


def test_the_api_gives_a_day_and_takes_a_line(noon, released, people, api):
    case, _delivery = released()
    program = api(people.pol_duty)
    made = program.post("/api/v1/journal/DESK-POL/", {"text": "Phoned."})
    assert made.status_code == 201
    kept = program.get("/api/v1/journal/DESK-POL/?day=2027-05-12").json()
    assert {line["kind"] for line in kept["lines"]} == {"duty_began", "alert_in", "noted"}
    assert case.number in str(kept)
    assert kept["shifts"][0]["rank"] == "primary"
    for bad in ("x", "2030-01-01"):
        assert program.get(f"/api/v1/journal/DESK-POL/?day={bad}").status_code == 400
    assert (
        api(people.by_auditor).post("/api/v1/journal/DESK-POL/", {"text": "x"}).status_code == 403
    )


def test_a_day_on_paper_in_two_languages(noon, released, people, signed_in):
    case, _delivery = released()
    made = signed_in(people.pol_duty).get("/journal/DESK-POL/pdf/?day=2027-05-12")
    assert made["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert case.number in text
    assert "12.05.2027" in text


def test_a_day_costs_the_same_however_much_happened(
    noon, released, people, unit, django_assert_max_num_queries
):
    for _number in range(3):
        case, delivery = released()
        actions.accept_delivery(delivery, line="x", by=people.pol_duty)
        incidents.add_note(case, text="x", audience="own", by=people.pol_duty)
    desk = unit("DESK-POL")
    with django_assert_max_num_queries(18):
        assert len(told(desk, people.pol_duty)) > 10
