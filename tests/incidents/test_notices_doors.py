"""Doors to advance notices: pages, form, map, console, search, API; who reads nothing of them."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from contactpoints.models import Delivery
from incidents.models import AdvanceNotice, NoticeMatch, NoticeVersion
from tests.incidents.doors import typed
from tests.incidents.notices import AT, Noticing, fresh, said, standing

pytestmark = pytest.mark.django_db
API = "/api/v1/notices/"
RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture
def noticing(people, unit, both_sides_on_duty):
    made = Noticing(people, unit)
    for who in (made.writer, made.lv, made.by):
        who.language = "en"
        who.save(update_fields=["language"])
    return made


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def form(**more):
    """The form as it is typed: from an hour ago for half a day, around a point."""
    begin, end = ((now() + timedelta(hours=hours)).astimezone(RIGA) for hours in (-1, 12))
    return {
        "unit": "LV-DGP", "kind": "hunting", "headline": "Driven hunt", "text": "Shots.",
        "language": "en", "starts_at_date": f"{begin:%d%m}", "starts_at_time": f"{begin:%H%M}",
        "starts_at_zone": "Europe/Riga", "ends_at_date": f"{end:%d.%m.%Y}",
        "ends_at_time": f"{end:%H:%M}", "ends_at_zone": "Europe/Riga", "shape": "point",
        "coordinates": "55.79, 27.3", "radius_m": "2,5", "contact_phone": "+371 600",
        "handling": "H1", "tlp": "AMBER", "restriction": "", "desks": "DESK-POL",
        "client_ref": str(uuid.uuid4()), **more,
    }  # fmt: skip


def test_written_sent_acknowledged_and_matched_in_the_browser(noticing, signed_in):
    here, there = signed_in(noticing.lv), signed_in(noticing.by)
    assert 'name="coordinates"' in page(here, "/notices/new/")
    given = {**form(), "do": "send"}
    for _ in range(2):
        answer = here.post("/notices/new/", given)
        assert answer.status_code == 302, answer.content.decode()[:3000]
    notice = AdvanceNotice.objects.get()
    path = answer["Location"]
    assert path == f"/notices/{notice.uid}/"
    assert standing(notice).radius_m == 2_500
    assert notice.state == "sent"
    for client in (here, there):
        assert notice.number in page(client, "/notices/")
        assert notice.number in page(client, "/incidents/map/")
        assert "In force here now" in page(client, "/console/")
        assert notice.number in page(client, f"/search/?q={notice.number}")
    assert "Advance notice" in page(there, "/console/")
    assert "Waits" not in page(there, path)
    there.post(f"/deliveries/{Delivery.objects.get().uid}/acknowledge/", {"note": "Read."})
    assert Delivery.objects.get().acknowledged_at
    for client in (here, there):
        assert noticing.by.name_for("en") in page(client, path)
    wall = now().astimezone(RIGA)
    near = typed(
        coordinates="55.80, 27.31",
        happened_date=f"{wall:%d.%m.%Y}",
        happened_time=f"{wall:%H:%M}",
    )
    body = here.post("/incidents/near/", near).content.decode()
    assert "May it belong to a notice?" in body
    assert f'value="{notice.uid}"' in body
    answer = here.post("/incidents/new/", {**near, "notice": [str(notice.uid), "x\x00"]})
    assert answer.status_code == 302
    match = NoticeMatch.objects.get()
    assert (match.side, match.state) == ("LV", "linked")
    number = match.incident.number
    assert number in page(here, path)
    assert number not in page(there, path)
    record = f"/incidents/{match.incident.uid}/"
    assert "Belongs to it" in page(here, record)
    said_no = {"incident": str(match.incident.uid), "state": "dismissed"}
    assert here.post(f"{path}match/", said_no).status_code == 302
    assert "Does not belong to it" in page(here, record)
    assert number not in page(here, path)
    assert there.post(f"{path}match/", said_no).status_code == 404
    for text in ("", "x\x00", "9" * 5_000):
        assert here.post(f"{path}match/", {"incident": text}).status_code == 404
    pdf = here.get(f"{path}print/")
    assert pdf.content.startswith(b"%PDF")


def test_a_draft_is_kept_changed_sent_and_cancelled_on_its_page(noticing, signed_in):
    writer, here, there = (signed_in(who) for who in (noticing.writer, noticing.lv, noticing.by))
    path = writer.post("/notices/new/", {**form(), "do": "save"})["Location"]
    for page_ in ("", "change/", "print/"):
        page(there, path + page_, 404)
    assert "Driven hunt" not in page(there, "/notices/?show=draft")
    assert "waits to be sent" in page(here, "/")
    assert writer.post(path, {"do": "send", "desks": "DESK-POL"}).status_code == 403
    assert there.post(path, {"do": "send", "desks": "DESK-POL"}).status_code == 404
    answer = here.post(path, {"do": "send"})
    assert answer.status_code == 400
    assert "Choose at least one desk." in answer.content.decode()
    assert here.post(path, {"do": "send", "desks": "DESK-POL"}).status_code == 302
    notice = AdvanceNotice.objects.get()
    body = page(writer, f"{path}change/")
    assert 'value="2.5"' in body
    changed = {**form(headline="Longer hunt"), "edition": notice.edition, "do": "save"}
    assert writer.post(f"{path}change/", changed).status_code == 302
    assert "Longer hunt" not in page(there, path)
    assert "Longer hunt" in page(here, path)
    answer = writer.post(f"{path}change/", {**changed, "headline": "A third one"})
    assert answer.status_code == 409
    assert "A third one" in answer.content.decode()
    assert f'name="edition" value="{fresh(notice).edition}"' in answer.content.decode()
    page(there, f"{path}change/", 403)
    assert here.post(path, {"do": "send"}).status_code == 302
    assert "Longer hunt" in page(there, path)
    words = {"do": "translate", "language": "ru", "headline": "Охота", "text": "Выстрелы."}
    assert there.post(path, words).status_code == 302
    assert here.post(path, {"do": "cancel", "reason": ""}).status_code == 400
    assert here.post(path, {"do": "cancel", "reason": "Bad weather."}).status_code == 302
    assert "Bad weather." in page(there, path)
    assert notice.number in page(there, "/notices/?show=past")
    assert here.post(path, {"do": "end"}).status_code == 409
    assert here.post(path, {"do": "nothing"}).status_code == 404


def test_nothing_typed_is_lost_and_a_time_shown_twice_is_asked_about(noticing, signed_in):
    here = signed_in(noticing.lv)
    answer = here.post("/notices/new/", form(corners="55.1, 27.1\nnowhere", text="z" * 9_000))
    assert answer.status_code == 400
    body = answer.content.decode()
    assert "Line 2" in body
    assert "z" * 9_000 in body
    # The night of the 31st of October 2027 has 03:30 twice in Riga.
    twice = form(ends_at_date="31.10.2027", ends_at_time="03:30")
    body = here.post("/notices/new/", twice).content.decode()
    assert "shown twice" in body
    assert "summer time" in body
    hostile = form(kind="\x00", radius_m="1e999", altitude_m="9" * 50, shape="x" * 100_000)
    assert here.post("/notices/new/", hostile).status_code == 400
    assert not AdvanceNotice.objects.exists()


def test_saved_and_not_sent_when_nobody_would_hear(noticing, signed_in):
    here = signed_in(noticing.lv)
    answer = here.post("/notices/new/", {**form(desks="DESK-MSQ"), "do": "send"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "Nobody is on duty" in body
    assert "it was not sent" in body
    assert AdvanceNotice.objects.get().state == "draft"


def test_lists_filters_and_who_reads_none(noticing, signed_in, people):
    later = now() + timedelta(days=3)
    noticing.send()
    noticing.send(kind="works", headline="Mending", starts_at=later,
                  ends_at=later + timedelta(days=1))  # fmt: skip
    here = signed_in(noticing.by)
    assert "Driven hunt" in page(here, "/notices/")
    assert "Mending" in page(here, "/notices/?show=coming")
    assert "Mending" not in page(here, "/notices/?show=coming&kind=hunting")
    assert "Mending" not in page(here, "/notices/?show=coming&side=BY")
    for wrong in ("show=x", "kind=x%00", "side=EU", "cursor=abc"):
        page(here, f"/notices/?{wrong}", 400)
    page(signed_in(people.stranger), "/notices/", 404)
    page(signed_in(people.lv_admin), "/notices/", 404)


def test_the_journal_says_that_it_was_sent(noticing, signed_in):
    notice = noticing.send()
    body = page(signed_in(noticing.lv), "/journal/DESK-DGP/")
    assert f"sent the advance notice {notice.number}" in body


def json(**more):
    given = said(**more)
    for name in ("starts_at", "ends_at"):
        given[name] = given[name].isoformat()
    return {"unit": "LV-DGP", **given}


def test_the_same_through_the_api(noticing, api, incident):
    here, there = api(noticing.lv), api(noticing.by)
    answer = here.post(API, json(tlp="GREEN"), HTTP_IDEMPOTENCY_KEY="n1")
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["state"], made["number"], made["tlp"]) == ("draft", None, "GREEN")
    path = f"{API}{made['uid']}/"
    assert there.get(path).status_code == 404
    assert here.post(f"{path}send/", {"desks": ["NOPE"]}).status_code == 400
    sent_ = here.post(f"{path}send/", {"desks": ["DESK-POL"]}).json()
    assert sent_["deliveries"][0]["desk"] == "DESK-POL"
    theirs = there.get(path).json()
    assert theirs["number"] == sent_["number"]
    assert there.post(f"{path}change/", {"headline": "x"}).status_code == 403
    waiting = here.post(f"{path}change/", {"headline": "Longer", "edition": 1}).json()
    assert waiting["waiting"]["headline"] == "Longer"
    assert waiting["waiting"]["tlp"] == "GREEN"
    assert there.get(path).json()["waiting"] is None
    assert here.post(f"{path}change/", {"text": "y", "edition": 1}).status_code == 409
    here.post(f"{path}discard/")
    case = incident(
        lat=AT["lat"], lon=AT["lon"], happened_at=now() - timedelta(minutes=5), detected_at=None
    )
    rows = here.get(f"/api/v1/incidents/{case.uid}/notices/").json()
    assert [(row["said"], row["notice"]["uid"]) for row in rows] == [("", made["uid"])]
    linked = {"incident": str(case.uid), "state": "linked"}
    assert here.post(f"{path}incidents/", linked).json()["incidents"][0]["number"] == case.number
    assert there.post(f"{path}incidents/", linked).status_code == 404
    assert there.get(path).json()["incidents"] == []
    assert there.get(f"/api/v1/incidents/{case.uid}/notices/").status_code == 404
    words = {"language": "be", "headline": "Паляванне", "text": "Стрэлы."}
    assert there.post(f"{path}translations/", words).status_code == 201
    assert here.post(f"{path}end/").json()["state"] == "ended"
    assert here.post(f"{path}cancel/", {"reason": "x"}).status_code == 409
    assert [row["number"] for row in there.get(f"{API}?show=past").json()["results"]] == [
        sent_["number"]
    ]
    assert here.get(f"{API}?show=x").status_code == 400


def test_hostile_json_is_refused_with_its_field(noticing, api):
    here = api(noticing.lv)
    for wrong in (
        {"kind": "x"}, {"kind": "a\x00"}, {"lat": "NaN"}, {"lat": 1e308}, {"radius_m": 10**40},
        {"points": [[1]], "shape": "area"}, {"points": "x"}, {"starts_at": "x"},
        {"starts_at": "0001-01-01T00:00:00Z"}, {"headline": "h" * 100_000}, {"unit": "DESK-NOPE"},
        {"daily_from": "25:00"}, {"language": ["en"]}, {"altitude_m": -1}, {"handling": "H9"},
    ):  # fmt: skip
        answer = here.post(API, {**json(), **wrong})
        assert answer.status_code == 400, (wrong, answer.content[:300])
        assert answer.json()["fields"] or wrong == {"kind": "a\x00"}, wrong
    answer = here.post(API, {**json(), "unit": "BY-POL"})
    assert answer.status_code == 403
    assert not NoticeVersion.objects.exists()
