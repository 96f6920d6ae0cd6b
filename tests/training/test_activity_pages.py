"""The calendar of activities and the page of one: who sees what, what is kept, what is refused."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.timezone import now
from psycopg2.extras import DateTimeTZRange

from bordercoop.web.finding.groups import groups
from bordercoop.web.finding.query import read
from contactpoints.actions import book_duty, cancel_duty
from tests import made_files
from training import actions
from training.activity_page import holidays_of
from training.activity_tiles import tasks_of
from training.models import Activity, ActivityFile, ProgrammeSession
from training.public_holidays import holidays_between

pytestmark = pytest.mark.django_db


@pytest.fixture
def browsers(people, signed_in):
    found = {}
    for who in ("lv_hq", "by_hq", "dgp_officer"):
        officer = getattr(people, who)
        officer.language = "en"
        officer.save(update_fields=["language"])
        found[who] = signed_in(officer)
    return found


def told(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def live_parts(page):
    return re.findall(r'data-live-part="(\w+)"', page.content.decode())


def typed(activity=None, **changes):
    """The form of an activity as a browser sends it."""
    return {
        "title": "Second-line checks", "kind": "training", "mode": "rail", "unit": "LV-SBG",
        "joint": "both", "language": "en", "purpose": "To compare.", "host_country": "LV",
        "host": "", "place": "Riga", "languages": ["lv", "ru"], "levels": ["local"],
        "topics": ["documents"], "budget_line": "A.3", "budget_planned": "1 950,50",
        "seats_lv": "4", "seats_by": "3", "starts_at_date": "05.02.2027",
        "starts_at_time": "09:00", "starts_at_zone": "Europe/Riga", "ends_at_date": "05.02.2027",
        "ends_at_time": "17:00", "ends_at_zone": "Europe/Riga", **changes,
    }  # fmt: skip


def test_an_activity_is_planned_changed_and_goes_its_road_on_its_page(browsers, people, made):
    lv, by = browsers["lv_hq"], browsers["by_hq"]
    bad = lv.post("/activities/new/", typed(ends_at_date="04.02.2027", seats_by="many"))
    assert bad.status_code == 400
    assert "Type a whole number of seats, such as 6." in told(bad)
    assert 'value="Second-line checks"' in bad.content.decode()
    late = lv.post("/activities/new/", typed(ends_at_date="04.02.2027"))
    assert "It ends before it begins. Check both times." in told(late)
    assert lv.post("/activities/new/", typed()).status_code == 302
    activity = Activity.objects.get()
    opened = lv.get(f"/activities/{activity.number}/")
    assert live_parts(opened) == ["ladder", "seats", "history"]
    assert 'data-version="1.0.idea"' in opened.content.decode()
    assert (activity.mode, str(activity.budget_planned), activity.zone) == (
        "rail", "1950.50", "Europe/Riga",
    )  # fmt: skip
    assert {quota.side: quota.seats for quota in activity.quotas.all()} == {"LV": 4, "BY": 3}
    address = f"/activities/{activity.number}/"
    assert by.get(address).status_code == 404
    assert "An idea: your side alone reads it" in told(lv.get(address))
    lv.post(address, {"do": "put"})
    page = told(by.get(address))
    assert "09:00 – 17:00 Riga" in page
    assert "10:00 – 18:00 Minsk" in page
    assert by.post(address, {"do": "put"}).status_code == 403
    assert by.get(f"{address}change/").status_code == 403
    assert browsers["dgp_officer"].get(f"{address}programme/new/").status_code == 403
    # Nobody agrees to what was not read.
    changed = typed(title="Third-line checks", edition="1")
    assert lv.post(f"{address}change/", changed).status_code == 302
    stale = by.post(address, {"do": "agree", "edition": "1"})
    assert (stale.status_code, "changed while you read it" in told(stale)) == (409, True)
    for browser in (by, lv):
        assert browser.post(address, {"do": "agree", "edition": "2"}).status_code == 302
    assert "Agreed by Belarus" in told(lv.get(address))
    by.post(address, {"do": "take_back", "reason": "The host asks for later."})
    assert "The agreement of Belarus holds no longer" in told(lv.get(address))
    assert by.post(address, {"do": "agree", "edition": "2"}).status_code == 302
    # The form that was open meanwhile is saved again on purpose.
    old = lv.post(f"{address}change/", typed(title="Other", edition="1"))
    assert old.status_code == 409
    assert 'name="edition" value="2"' in old.content.decode()
    refused = by.post(address, {"do": "postpone", "reason": " "})
    assert "Write the reason: everybody invited reads it." in told(refused)
    by.post(address, {"do": "cancel", "reason": "No train runs then."})
    assert "No train runs then." in told(lv.get(address))


def test_the_programme_is_written_by_either_side_and_moves_with_the_activity(browsers, made):
    activity = made.planned()
    address = f"/activities/{activity.number}/"
    starts = activity.starts_at.astimezone(ZoneInfo("Europe/Vienna"))
    item = {
        "title": "Lanes", "room": "Hall 1", "speaker_name": "A. Guest", "language": "ru",
        "starts_at_date": f"{starts:%d.%m.%Y}", "starts_at_time": f"{starts:%H:%M}",
        "starts_at_zone": "Europe/Vienna", "ends_at_date": f"{starts:%d.%m.%Y}",
        "ends_at_time": f"{starts + timedelta(hours=1):%H:%M}", "ends_at_zone": "Europe/Vienna",
    }  # fmt: skip
    by = browsers["by_hq"]
    outside = by.post(f"{address}programme/new/", {**item, "starts_at_date": "01.01.2026"})
    assert "outside the time of the activity" in told(outside)
    assert by.post(f"{address}programme/new/", item).status_code == 302
    session = ProgrammeSession.objects.get()
    page = told(browsers["lv_hq"].get(address))
    assert "A. Guest" in page
    assert f"{starts:%H:%M} – {starts + timedelta(hours=1):%H:%M}" in page
    where = f"{address}programme/{session.uid}/"
    assert by.get(where).context["form"]["language"].value() == "ru"
    assert by.post(where, {**item, "title": "Queues"}).status_code == 302
    moved = made.said(starts_at=activity.starts_at + timedelta(days=3),
                      ends_at=activity.ends_at + timedelta(days=3), place="Graz airport",
                      nominations_until=None)  # fmt: skip
    actions.change_activity(activity, by=made.lv, **moved)
    after = ProgrammeSession.objects.get()
    assert (after.title, after.starts_at) == ("Queues", session.starts_at + timedelta(days=3))
    assert after.venue == "at graz airport / hall 1"
    assert by.post(where, {"do": "remove"}).status_code == 302
    assert not ProgrammeSession.objects.standing().exists()


def test_a_drag_shows_what_it_clashes_with_and_saves_nothing(browsers, people, made, unit):
    activity = made.nominating()
    made.approved(activity, people.dgp_duty, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    lv, address = browsers["lv_hq"], f"/activities/{activity.number}/move/"
    to = (activity.starts_at + timedelta(days=20)).astimezone(ZoneInfo("Europe/Riga"))
    shift = book_duty(
        people.dgp_duty, unit=unit("DESK-DGP"), starts_at=to, ends_at=to + timedelta(hours=6),
        by=people.lv_hq,
    )  # fmt: skip
    seen = lv.get(address, {"day": f"{to:%Y-%m-%d}"})
    assert "1 of 1 people is not free then" in told(seen)
    assert "duty at" in told(seen)
    assert 'value="save"' not in seen.content.decode()
    form = {
        "starts_at_date": f"{to:%d.%m.%Y}", "starts_at_time": f"{to:%H:%M}",
        "starts_at_zone": "Europe/Riga", "edition": "1",
    }  # fmt: skip
    refused = lv.post(address, {**form, "do": "save"})
    assert refused.status_code == 409
    assert "is not free then" in told(refused)
    cancel_duty(shift, by=people.lv_hq)
    assert "1 person who takes part is free then." in told(lv.post(address, {**form, "do": "look"}))
    activity.refresh_from_db()
    assert activity.edition == 1
    # To an hour of the week, on the wall of the reader's side.
    hour = lv.get(address, {"day": f"{to:%Y-%m-%d}", "hour": "14"}).context["preview"]
    assert hour.starts_at.astimezone(ZoneInfo("Europe/Riga")).hour == 14
    assert lv.post(address, {**form, "do": "save"}).status_code == 302
    before, length = activity.starts_at, activity.ends_at - activity.starts_at
    activity.refresh_from_db()
    assert activity.starts_at == to
    assert activity.ends_at - to == length
    assert activity.nominations_until is not None
    assert (to - activity.nominations_until).days == (before - (before - timedelta(days=3))).days
    assert browsers["by_hq"].get(address).status_code == 403
    far = lv.post(address, {**form, "starts_at_date": "31.12.9999", "do": "look"})
    assert "too far ahead" in told(far)
    assert lv.get(address, {"day": "9999-12-31", "hour": "99"}).context["preview"] is None


def test_the_calendar_shows_what_the_reader_reads_by_list_month_and_week(
    browsers, made, django_assert_max_num_queries
):
    made.idea(title="Kept to ourselves", mode="rail", place="Rezekne")
    shown = made.planned(title="Put to both")
    lv, by = browsers["lv_hq"], browsers["by_hq"]
    day = shown.starts_at.astimezone(ZoneInfo("Europe/Riga")).date()
    week = "{}-W{:02d}".format(*day.isocalendar())
    for asked in ("", "?view=month&at=" + f"{day:%Y-%m}", f"?view=week&at={week}"):
        lv.get(f"/activities/{asked}")
        with django_assert_max_num_queries(8):
            page = told(lv.get(f"/activities/{asked}"))
        assert "Kept to ourselves" in page
        assert "Put to both" in page
        other = told(by.get(f"/activities/{asked}"))
        assert "Kept to ourselves" not in other
        assert "Put to both" in other
    for asked, found in (
        ("q=ourselves", True), ("mode=rail", True), ("mode=road", False), ("state=idea", True),
        ("country=AT", True), ("country=PL", False), ("side=BY", False), ("level=local", True),
        ("level=central", False), ("show=past", False), ("kind=study_visit", True),
        (f"since={day + timedelta(days=9):%d.%m.%Y}", False), ("show=all&q=rezekne", True),
        ("q=REZ%C4%92K", True), ("q=%D0%A0%D0%B5%D0%B7%D0%B5%D0%BA%D0%BD%D0%B5", True),
        ("q=oursel", True), ("q=kept+-rezekne", False), ("q=%25", False),
    ):  # fmt: skip
        assert ("Kept to ourselves" in told(lv.get(f"/activities/?{asked}"))) == found, asked
    for asked in (
        "view=month&at=2026-13",
        "view=week&at=2026-W60",
        "since=yesterday",
        "cursor=x",
        "until=31.12.9999",
    ):
        wrong = lv.get(f"/activities/?{asked}")
        assert wrong.status_code == 200
        assert wrong.context["wrong"], asked
    empty = told(lv.get("/activities/?view=month&at=2031-05"))
    assert "Nothing is planned then" in empty
    assert "Propose a visit" in empty
    assert browsers["dgp_officer"].get("/activities/").status_code == 200


def test_holidays_are_those_of_both_sides_and_the_host_by_year():
    found = holidays_between(date(2026, 12, 24), date(2027, 1, 7), ["AT"], order="BY")
    assert [one.country for one in found[date(2026, 12, 25)]] == ["BY", "LV", "AT"]
    assert [one.country for one in found[date(2027, 1, 7)]] == ["BY"]
    assert [one.country for one in found[date(2027, 1, 6)]] == ["AT"]
    [day] = holidays_between(date(2026, 8, 24), date(2026, 8, 24), ["UA"]).values()
    assert [(one.country, one.name) for one in day] == [
        ("UA", "Independence Day (a working day now)")]  # fmt: skip
    # What ends at midnight does not take the next day, Christmas in Belarus.
    period = DateTimeTZRange(*(datetime(2027, 1, day, 23, tzinfo=UTC) for day in (4, 6)))
    visit = Activity(period=period, zone="Europe/Vienna", host_country="AT")
    assert [day.day for day, _found in holidays_of(visit, "BY")] == [6]


def test_each_holiday_of_each_country_has_a_name_in_each_language():
    first, last = date(2026, 1, 1), date(2030, 12, 31)
    countries = ("UA", "PL", "AT", "SK")
    said = {}
    for code in ("en", "lv", "be", "ru"):
        with translation.override(code):
            said[code] = holidays_between(first, last, countries)
    for code in ("lv", "be", "ru"):
        for day, rows in said[code].items():
            for one, english in zip(rows, said["en"][day], strict=True):
                assert one.name != english.name, (code, day, english)
                alphabet = re.compile("[a-z]" if code != "lv" else "[а-я]", re.IGNORECASE)
                assert not alphabet.search(one.name), (code, day, one)


def test_documents_are_of_both_sides_and_taken_away_by_their_own(browsers, made):
    activity = made.planned()
    address = f"/activities/{activity.number}/"
    lv, by = browsers["lv_hq"], browsers["by_hq"]
    assert "Choose a file." in told(lv.post(address, {"do": "file"}))
    sent = {"do": "file", "file": made_files.upload(made_files.pdf(b"1"), "agenda.pdf")}
    assert lv.post(address, sent).status_code == 302
    file = ActivityFile.objects.get()
    assert "agenda.pdf" in told(by.get(address))
    got = by.get(f"/activities/documents/{file.uid}/")
    assert got.status_code == 200
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    again = {"do": "file", "file": made_files.upload(made_files.pdf(b"1"), "other.pdf")}
    lv.post(address, again)
    assert ActivityFile.objects.count() == 1
    assert browsers["dgp_officer"].post(address, {"do": "file"}).status_code in (400, 403)
    assert by.post(address, {"do": "remove_file", "file": str(file.uid)}).status_code == 403
    assert lv.post(address, {"do": "remove_file", "file": str(file.uid)}).status_code == 302
    assert by.get(f"/activities/documents/{file.uid}/").status_code == 404
    idea = made.idea()
    with_file = actions.add_activity_file(
        idea, made_files.upload(made_files.pdf(b"2"), "draft.pdf"), by=made.lv
    )
    assert by.get(f"/activities/documents/{with_file.uid}/").status_code == 404


def test_the_home_page_and_the_search_know_activities(people, made):
    activity = made.planned()
    assert [tile["count"] for tile in tasks_of(people.by_hq)] == [1]
    assert not tasks_of(people.dgp_officer)
    actions.agree_activity(activity, edition=1, by=people.by_hq)
    assert not tasks_of(people.by_hq)
    starts = now() + timedelta(days=2)
    soon = made.nominating(
        starts_at=starts, ends_at=starts + timedelta(hours=3), nominations_until=None
    )
    made.approved(soon, people.dgp_officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(soon, by=made.lv)
    (tile,) = tasks_of(people.dgp_officer)
    assert tile["url"].endswith(f"{soon.number}/")
    for words in (activity.number, "passengers", "Vienna"):
        found = {group.kind: group for group in groups(people.by_hq, read(words))}
        assert found["activities"].hits, words
