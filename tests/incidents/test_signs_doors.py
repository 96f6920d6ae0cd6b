"""Doors to border signs and meetings: pages, API, home page, and who is told of nothing."""

import io
import uuid
from datetime import timedelta

import pypdf
import pytest
from django.utils.timezone import now

from bordercoop.reference.models import usable_places
from incidents.models import (
    Incident,
    LineInspection,
    Meeting,
    MeetingDecision,
    SignInspection,
    SignRepair,
)
from tests import made_files as made
from tests.incidents.signs import Meetings, inspect, scene_of_signs, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def meetings(people, unit, both_sides_on_duty):
    return Meetings(people, unit)


def stamp(name, at):
    local = at.astimezone()
    return {
        f"{name}_date": f"{local:%d.%m.%Y}",
        f"{name}_time": f"{local:%H:%M}",
        f"{name}_zone": "Europe/Riga",
    }


# --- signs do not crowd out the places


def test_signs_stand_in_no_list_of_places(people, signed_in, api):
    one = sign(7, **{f"name_{code}": "Xylophone" for code in ("en", "lv", "be", "ru")})
    assert one not in usable_places()
    officer = signed_in(people.dgp_officer)
    for path in ("/incidents/new/", "/incidents/", "/places/", "/incidents/map/"):
        assert "Xylophone" not in officer.get(path).content.decode(), path
    listed = api(people.dgp_officer).get("/api/v1/places/").json()
    assert one.code not in str(listed)
    assert "Xylophone" in officer.get("/search/?q=xylophone").content.decode()


# --- pages of signs


def test_the_register_shows_condition_and_marks_what_is_not_verified(people, unit, signed_in):
    one = sign(lat=55.8, lon=27.5)
    inspect(one, people.dgp_officer, unit("LV-DGP"), condition="moved", seen="Aside.")
    for who in (people.dgp_officer, people.pol_officer):
        page = signed_in(who).get("/signs/").content.decode()
        assert one.code in page
        assert '"condition": "moved"' in page
        assert '"verified": false' in page
        assert "chip bad" in page


def test_the_other_side_sees_the_inspection_and_not_the_number(people, unit, signed_in, api):
    one = sign()
    found = inspect(
        one, people.dgp_officer, unit("LV-DGP"), condition="damaged", seen="Broken off.",
        photos=[made.upload(made.photo())],
    )  # fmt: skip
    number = found.incident.number
    theirs = signed_in(people.pol_officer).get(f"/signs/{one.code}/").content.decode()
    assert "Broken off." in theirs
    assert number not in theirs
    assert str(found.incident.uid) not in theirs
    assert number in signed_in(people.dgp_officer).get(f"/signs/{one.code}/").content.decode()
    for path in ("/", "/signs/", "/signs/export/?as=csv"):
        answer = signed_in(people.pol_officer).get(path)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert number.encode() not in said, path
    own = signed_in(people.dgp_officer).get(f"/incidents/{found.incident.uid}/")
    assert f'href="/signs/{one.code}/"' in own.content.decode()
    whole = api(people.pol_officer).get(f"/api/v1/signs/{one.code}/").json()
    assert whole["inspections"][0]["incident"] is None
    photo = f"/signs/photos/{found.photos.get().uid}/"
    answer = signed_in(people.pol_officer).get(photo)
    assert answer["Content-Type"] == "image/jpeg"
    assert not any(secret in b"".join(answer.streaming_content) for secret in made.SECRETS)
    assert signed_in(people.stranger).get(photo).status_code == 404


def test_a_sign_is_inspected_on_its_page_once_even_when_sent_twice(people, signed_in):
    one, ref = sign(), str(uuid.uuid4())
    client = signed_in(people.dgp_officer)
    said = {
        "client_ref": ref, "condition": "missing", "seen": "Gone.", "unit": "LV-DGP",
        "language": "en", **stamp("at", now() - timedelta(minutes=3)),
    }  # fmt: skip
    for _ in range(2):
        answer = client.post(
            f"/signs/{one.code}/inspect/", {**said, "photos": [made.upload(made.photo())]}
        )
        assert answer.status_code == 302, answer.content.decode()[:3000]
    assert (SignInspection.objects.count(), Incident.objects.count()) == (1, 1)


def test_nothing_typed_is_lost_when_something_is_wrong(people, signed_in):
    one = sign()
    answer = signed_in(people.dgp_officer).post(
        f"/signs/{one.code}/inspect/",
        {"condition": "damaged", "seen": "x" * 2500, "unit": "LV-DGP", "language": "en",
         **stamp("at", now())},
    )  # fmt: skip
    assert answer.status_code == 400
    assert "x" * 2500 in answer.content.decode()


@pytest.mark.parametrize(
    "junk", ["\0", "x" * 100_000, "../..", "🛂"], ids=["nul", "long", "path", "sign"]
)
def test_junk_never_breaks_a_page(people, unit, signed_in, junk, meetings):
    one, client = sign(), signed_in(people.lv_representative)
    meeting, decision = meetings.signed()
    fields = ("seen", "condition", "unit", "language", "what", "due", "repair", "first", "last",
              "note", "title", "place", "point", "topic", "about", "name", "function", "state",
              "text", "reason", "sha256", "sign", "version", "person", "at_date", "at_time",
              "at_zone", "client_ref")  # fmt: skip
    data = dict.fromkeys(fields, junk)
    for path, deeds in (
        (f"/signs/{one.code}/", ("plan", "finish", "drop")),
        (f"/signs/{one.code}/inspect/", ("",)),
        ("/signs/inspections/", ("",)),
        ("/meetings/new/", ("",)),
        (f"/meetings/{meeting.uid}/", ("confirm", "remove", "person", "item", "hold", "again",
                                       "postpone", "cancel", "agree", "decision", junk[:50])),
        (f"/meetings/{meeting.uid}/items/1/", ("",)),
        (f"/meetings/decisions/{decision.uid}/", ("move", "comment", "change")),
    ):  # fmt: skip
        for deed in deeds:
            assert client.post(path, {**data, "do": deed}).status_code < 500, (path, deed)
    for path in ("/signs/", "/meetings/decisions/"):
        asked = {"q": junk[:500], "condition": junk[:500], "show": junk[:500]}
        assert client.get(path, asked).status_code < 500


def test_a_repair_is_planned_and_finished_on_the_page_and_not_by_the_other_side(people, signed_in):
    one, client = sign(), signed_in(people.dgp_officer)
    said = {"what": "New post.", "unit": "LV-DGP", "language": "en", "due": "", "do": "plan"}
    assert client.post(f"/signs/{one.code}/", said).status_code == 302
    repair = SignRepair.objects.get()
    done = {"do": "finish", "repair": str(repair.uid), "note": ""}
    theirs = signed_in(people.pol_officer).post(f"/signs/{one.code}/", done)
    assert theirs.status_code == 403
    assert client.post(f"/signs/{one.code}/", done).status_code == 302
    assert SignRepair.objects.get().state == "done"


def test_whoever_inspects_nothing_gets_403_and_whoever_reads_nothing_404(people, signed_in):
    one = sign()
    assert signed_in(people.dgp_duty).get(f"/signs/{one.code}/inspect/").status_code == 403
    for path in ("/signs/", f"/signs/{one.code}/", "/signs/inspections/", "/signs/export/"):
        assert signed_in(people.stranger).get(path).status_code == 404, path
    assert signed_in(people.dgp_officer).get("/signs/NONE/").status_code == 404


def test_the_register_is_exported(people, unit, signed_in):
    one = sign()
    inspect(one, people.dgp_officer, unit("LV-DGP"))
    answer = signed_in(people.pol_officer).get("/signs/export/?as=csv")
    assert one.code.encode() in b"".join(answer.streaming_content)


def test_a_joint_inspection_goes_its_road_on_the_pages(people, signed_in, both_sides_on_duty):
    one = sign()
    ours, theirs = signed_in(people.dgp_officer), signed_in(people.pol_officer)
    said = {"first": one.code, "last": one.code, "unit": "LV-DGP", "language": "en", "note": "",
            **stamp("at", now())}  # fmt: skip
    answer = ours.post("/signs/inspections/", said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    path = f"/signs/inspections/{LineInspection.objects.get().uid}/"
    assert theirs.get("/").status_code == 200
    assert ours.post(path, {"do": "agree", "unit": "LV-DGP"}).status_code == 403
    assert theirs.post(path, {"do": "agree", "unit": "BY-POL"}).status_code == 302
    result = {"do": "result", "sign": one.code, "version": 0, "condition": "good", "seen": "",
              "language": "en"}  # fmt: skip
    assert ours.post(path, result).status_code == 302
    assert ours.post(path, {"do": "confirm", "sha256": "0" * 64}).status_code == 409
    for client in (ours, theirs):
        sha256 = LineInspection.objects.get().sha256
        assert client.get(path).status_code == 200
        assert client.post(path, {"do": "confirm", "sha256": sha256}).status_code == 302
    assert LineInspection.objects.get().state == "confirmed"


# --- meetings


def test_a_meeting_is_called_and_agreed_on_the_pages(meetings, signed_in):
    ours, theirs = signed_in(meetings.lv), signed_in(meetings.by)
    said = {
        "title": "Quarterly", "place": "Paternieki", "point": "CCP-LAND", "by_language": "ru",
        "unit": "LV-SBG", "language": "en", **stamp("at", now() + timedelta(days=2)),
    }  # fmt: skip
    answer = ours.post("/meetings/new/", said)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    meeting = Meeting.objects.get()
    path = f"/meetings/{meeting.uid}/"
    assert "Quarterly" in theirs.get("/meetings/").content.decode()
    assert theirs.post(path, {"do": "agree", "by_language": "be"}).status_code == 302
    item = {"do": "item", "topic": "Signs", "language": "ru", "about": ""}
    assert theirs.post(path, item).status_code == 302
    person = {"do": "person", "name": "A B", "function": "interpreter"}
    assert ours.post(path, person).status_code == 302
    assert "A B" in theirs.get(path).content.decode()


def test_an_officer_who_takes_part_is_chosen_on_the_page(meetings, people, signed_in):
    meeting, own, theirs = meetings.call(), people.dgp_officer, people.pol_officer
    path, browser = f"/meetings/{meeting.uid}/", signed_in(meetings.lv)
    page = browser.get(path).content.decode()
    assert f'value="{own.uid}"' in page
    assert str(theirs.uid) not in page
    named = {"do": "person", "function": "expert", "officer": own.uid}
    assert browser.post(path, {**named, "officer": theirs.uid}).status_code == 400
    assert browser.post(path, {"do": "person", "function": "expert"}).status_code == 400
    assert browser.post(path, named).status_code == 302
    assert meeting.people.get().officer == own
    assert signed_in(own).get(path).status_code == 200


def test_a_long_protocol_of_hostile_words_goes_on_paper_with_its_sum_on_each_page(
    meetings, signed_in
):
    words = (
        '#import "x": * @a \\ "q" $x$ <b> \u202eRTL\u202c Z\u0338\u0321 \u200d ``` */ //\n' * 150
    )
    meeting = meetings.held()
    meetings.write(meeting, protocol={"lv": words, "ru": words})
    answer = signed_in(meetings.by).get(f"/meetings/{meeting.uid}/protocol.pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) > 2
    sha256 = Meeting.objects.get().sha256
    assert all(sha256 in "".join(page.extract_text().split()) for page in pages)
    assert '#import"x":*@a' in "".join(pages[0].extract_text().split())


def test_the_protocol_is_written_and_confirmed_on_the_pages(meetings, signed_in):
    meeting = meetings.held()
    path = f"/meetings/{meeting.uid}/"
    ours, theirs = signed_in(meetings.lv), signed_in(meetings.by)
    said = {
        "topic_lv": "Zīmes", "topic_ru": "Знаки", "protocol_lv": "Jā.", "protocol_ru": "Да.",
        "original": "ru", "version": 1,
    }  # fmt: skip
    assert theirs.get(f"{path}items/1/").status_code == 200
    assert theirs.post(f"{path}items/1/", said).status_code == 302
    assert ours.post(f"{path}items/1/", {**said, "topic_lv": "x"}).status_code == 409
    decision = {
        "do": "decision", "text_lv": "Labot.", "text_ru": "Чинить.", "original": "lv",
        "side": "BY", "owner": "BY-POL", "due": f"{now() + timedelta(days=5):%d.%m.%Y}",
    }  # fmt: skip
    assert ours.post(path, decision).status_code == 302
    row = MeetingDecision.objects.get()
    change = {**decision, "do": "change", "text_lv": "Salabot.", "version": 1}
    assert ours.post(f"/meetings/decisions/{row.uid}/", change).status_code == 302
    for client in (ours, theirs):
        sha256 = Meeting.objects.get().sha256
        assert client.post(path, {"do": "confirm", "sha256": sha256}).status_code == 302
    assert Meeting.objects.get().state == "signed"
    assert ours.get(path).status_code == 200
    done = {"do": "move", "state": "done", "text": "Act 12", "language": "ru"}
    page = f"/meetings/decisions/{row.uid}/"
    assert ours.post(page, done).status_code == 403
    assert ours.post(page, {"do": "comment", "text": "And?", "language": "lv"}).status_code == 302
    assert theirs.post(page, done).status_code == 302
    assert "Act 12" in ours.get(page).content.decode()


def test_the_protocol_goes_on_paper_in_both_languages_and_for_readers_alone(
    meetings, people, signed_in
):
    called, path = meetings.call(), "/meetings/{}/protocol.pdf"
    assert signed_in(meetings.lv).get(path.format(called.uid)).status_code == 409
    meeting, _decision = meetings.signed()
    answer = signed_in(people.pol_duty).get(path.format(meeting.uid))
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    pages = [page.extract_text() for page in reader.pages]
    for said in ("Vienojās.", "Договорились.", "Salabot zīmi."):
        assert said in " ".join(pages)
    assert all(meeting.sha256 in "".join(page.split()) for page in pages)
    assert signed_in(people.msq_officer).get(path.format(meeting.uid)).status_code == 404


def test_overdue_decisions_are_on_the_home_pages_of_both(meetings, signed_in):
    _meeting, decision = meetings.signed(due=now().date() - timedelta(days=2))
    for who in (meetings.lv, meetings.by):
        client = signed_in(who)
        assert "/meetings/decisions/?show=overdue" in client.get("/").content.decode()
        for path in ("/meetings/", "/meetings/decisions/?show=overdue"):
            assert str(decision.uid) in client.get(path).content.decode(), path


def test_meetings_are_nothing_to_whoever_reads_none(meetings, people, signed_in, api):
    meeting, decision = meetings.signed()
    for who in (people.dgp_officer, people.msq_officer, people.stranger):
        client = signed_in(who)
        for path in (
            "/meetings/", f"/meetings/{meeting.uid}/", f"/meetings/{meeting.uid}/items/1/",
            f"/meetings/decisions/{decision.uid}/", "/meetings/new/",
        ):  # fmt: skip
            assert client.get(path).status_code in (403, 404), path
        assert api(who).get(f"/api/v1/meetings/{meeting.uid}/").status_code in (403, 404)
    reader = signed_in(people.pol_duty)
    assert reader.get(f"/meetings/{meeting.uid}/").status_code == 200
    comment = {"do": "comment", "text": "x", "language": "ru"}
    assert reader.post(f"/meetings/decisions/{decision.uid}/", comment).status_code == 403


# --- the API


def test_every_address_of_the_api_answers(people, unit, both_sides_on_duty, api):
    scene = scene_of_signs(people, unit)
    client, line = api(people.by_representative), scene.walked
    for path in (
        "signs/", f"signs/{scene.one.code}/", "signs/inspections/",
        f"signs/inspections/{line.uid}/", "meetings/", f"meetings/{scene.ready.uid}/",
        "meetings/decisions/", f"meetings/decisions/{scene.draft.uid}/",
    ):  # fmt: skip
        assert client.get(f"/api/v1/{path}").status_code == 200, path
    soon = (now() + timedelta(days=1)).isoformat()
    texts = {"lv": "x", "ru": "y"}
    decision = {"texts": texts, "original": "lv", "side": "BY", "owner": "x",
                "due": now().date().isoformat()}  # fmt: skip
    ready = f"meetings/{scene.ready.uid}"
    posts = [
        (f"signs/{scene.one.code}/inspect/", 201,
         {"unit": "BY-POL", "condition": "good", "at": now().isoformat(), "language": "ru"}),
        (f"signs/{scene.one.code}/plan-repair/", 201,
         {"unit": "BY-POL", "what": "x", "language": "ru"}),
        (f"signs/repairs/{scene.repairs['BY'].uid}/", 200, {"state": "done"}),
        (f"signs/repairs/{scene.repairs['LV'].uid}/", 403, {"state": "done"}),
        ("signs/inspections/", 201,
         {"unit": "BY-POL", "first": scene.one.code, "last": scene.one.code, "at": soon,
          "language": "ru"}),
        (f"signs/inspections/{scene.proposed.uid}/agree/", 200, {"unit": "BY-POL"}),
        (f"signs/inspections/{scene.proposed.uid}/decline/", 409, {"reason": "x"}),
        (f"signs/inspections/{line.uid}/results/", 200,
         {"sign": scene.one.code, "condition": "worn", "seen": "x", "language": "ru",
          "version": 1}),
        (f"signs/inspections/{line.uid}/confirm/", 409, {"sha256": line.sha256}),
        ("meetings/", 201,
         {"unit": "BY-GPK", "point": "CCP-LAND", "title": "x", "place": "x", "at": soon,
          "language": "ru"}),
        (f"meetings/{scene.called.uid}/items/", 201, {"topic": "x", "language": "ru"}),
        (f"meetings/{scene.called.uid}/agree/", 200, {}),
        (f"meetings/{scene.called.uid}/people/", 201, {"function": "expert", "name": "x"}),
        (f"meetings/{scene.called.uid}/postpone/", 200, {"reason": "x"}),
        (f"meetings/{scene.put_off.uid}/call-again/", 200, {"at": soon}),
        (f"meetings/{scene.put_off.uid}/cancel/", 200, {"reason": "x"}),
        (f"meetings/{scene.agreed.uid}/held/", 200, {}),
        (f"{ready}/items/1/protocol/", 200,
         {"topics": texts, "protocol": texts, "original": "lv", "version": 2}),
        (f"{ready}/decisions/", 201, decision),
        (f"meetings/decisions/{scene.draft.uid}/change/", 200, {**decision, "version": 1}),
        (f"{ready}/people/{scene.people['BY'].uid}/remove/", 200, {}),
        (f"{ready}/confirm/", 409, {"sha256": "0" * 64}),
        (f"meetings/decisions/{scene.decided['BY'].uid}/move/", 200,
         {"state": "done", "text": "x", "language": "ru"}),
        (f"meetings/decisions/{scene.decided['LV'].uid}/move/", 403,
         {"state": "done", "text": "x", "language": "ru"}),
        (f"meetings/decisions/{scene.decided['LV'].uid}/comments/", 201,
         {"text": "x", "language": "ru"}),
    ]  # fmt: skip
    for path, status, body in posts:
        answer = client.post(f"/api/v1/{path}", body)
        assert answer.status_code == status, (path, answer.content)
