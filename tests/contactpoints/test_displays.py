"""Displays: a board on a wall without an account, for one desk, until its end or its maker's."""

import asyncio
import json
import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from bordercoop.access.guessing import MOST
from bordercoop.access.sessions import SEEN
from bordercoop.audit.models import Entry
from bordercoop.live.app import Live
from bordercoop.live.models import Presence
from contactpoints import actions
from contactpoints.models import Display
from incidents.actions import mark_incident, release_incident, report_incident
from incidents.handling import Marking

pytestmark = pytest.mark.django_db


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


@pytest.fixture(autouse=True)
def _no_guesses():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def made(people, unit):
    """A display of Polotsk in English, and its address."""
    row, secret = actions.make_display(
        unit("DESK-POL"), name="Hall", language="en", by=people.pol_head
    )
    return row, f"/display/{secret}/"


def shown(client):
    answer = client.get("/display/")
    return answer.status_code, answer.content.decode()


def test_the_address_opens_one_browser_which_shows_the_wall_of_its_desk_alone(
    made, released, people, client
):
    display, address = made
    people.msq_duty
    released(priority="P1")
    released(desks=("DESK-MSQ",), headline="For Minsk alone")
    opened = client.get(address)
    assert (opened.status_code, opened["Location"]) == (302, "/display/")
    assert opened["Referrer-Policy"] == "no-referrer"
    cookie = opened.cookies["display"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value not in address
    status, page = shown(client)
    assert status == 200
    assert "Eight people at border sign 214" in page
    assert "For Minsk alone" not in page
    for never in ("<form", "<button", "tel:", "Sign in on this screen", "stays signed in",
                  people.pol_duty.phone, people.pol_head.username, address):  # fmt: skip
        assert never not in page
    assert "Display Hall." in page
    assert f'data-user="display-{display.uid}" data-display' in page
    assert page.index("Minsk</dt>") < page.index("Riga</dt>")
    # Nobody watches, nobody drew or opened the alert, and no other page is opened by the cookie.
    assert not Presence.objects.exists()
    assert not Entry.objects.filter(verb__startswith="delivery.").exists()
    for elsewhere in ("/", "/console/", "/console/board/", "/displays/", "/incidents/"):
        assert client.get(elsewhere).status_code == 302
    assert client.get("/api/v1/deliveries/").status_code == 401
    assert client.get("/console/?wall=1&desk=DESK-POL").status_code == 302
    # The same browser may begin at the address again, any other one finds nothing.
    assert client.get(address)["Location"] == "/display/"
    assert Client().get(address).status_code == 404
    assert Client().head(address).status_code == 405
    assert shown(Client())[0] == 404
    display.refresh_from_db()
    assert cookie.value not in str(vars(display))
    assert cookie.value not in str(list(Entry.objects.values_list("facts", "about")))
    assert [e.verb for e in Entry.objects.filter(about=display.ref).order_by("pk")] == [
        "display.made", "display.opened",
    ]  # fmt: skip


def test_an_exercise_is_marked_as_on_the_wall(
    made, people, client, unit, content, both_sides_on_duty
):
    drill = report_incident(
        unit=unit("LV-DGP"), content=content(headline="A drill"), client_ref=uuid.uuid4(),
        exercise=True, by=people.dgp_officer,
    )  # fmt: skip
    release_incident(drill, desks=[unit("DESK-POL")], fields=None, by=people.dgp_duty)
    client.get(made[1])
    page = shown(client)[1]
    assert "A drill" in page
    assert '<span class="chip bad">Exercise</span>' in page


def test_it_ends_by_hand_and_with_the_post_of_its_maker(
    made, people, unit, client, officer, time_machine
):
    display, address = made
    client.get(address)
    for _twice in range(2):
        actions.end_display(display, by=people.by_hq)
    status, page = shown(client)
    assert status == 404
    assert "No wallboard is shown here" in page
    told = client.get("/display/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert told.status_code == 401
    assert Client().get(address).status_code == 404
    assert Entry.objects.filter(verb="display.ended").count() == 1

    def another(by):
        row, secret = actions.make_display(unit("DESK-POL"), name="Hall", language="lv", by=by)
        browser = Client()
        browser.get(f"/display/{secret}/")
        assert shown(browser)[0] == 200
        return row, browser

    row, browser = another(people.pol_head)
    actions.end_posting(people.pol_head.postings.get(), by=people.by_admin)
    status, page = shown(browser)
    assert status == 404
    assert '<html lang="lv"' in page
    row.refresh_from_db()
    assert (row.ended_by, Entry.objects.filter(about=row.ref).latest("pk").facts["why"]) == (
        people.by_admin, "post",
    )  # fmt: skip
    second = officer("pol.second", "DESK-POL", "head_of_point")
    row, browser = another(second)
    actions.suspend_officer(second, reason="Left", by=people.by_admin)
    assert shown(browser)[0] == 404
    third = officer("pol.third", "DESK-POL", "head_of_point")
    row, browser = another(third)
    actions.set_posting_end(third.postings.get(), ends_at=now() + timedelta(hours=1), by=None)
    time_machine.move_to(now() + timedelta(hours=2))
    # At that very moment, and before anybody has written the end down.
    assert shown(browser)[0] == 404
    assert Display.objects.get(pk=row.pk).ended_at is None
    actions.end_due_postings()
    assert Display.objects.get(pk=row.pk).ended_at is not None
    # A new post does not light it again.
    actions.post_officer(third, unit=unit("DESK-POL"), role="head_of_point", by=people.by_admin)
    assert shown(browser)[0] == 404


def test_a_browser_that_is_a_display_becomes_another_one_only_when_it_says_so(
    made, people, unit, client
):
    hall, address = made
    door, secret = actions.make_display(
        unit("DESK-MSQ"), name="Door", language="en", by=people.by_hq
    )
    client.get(address)
    for _twice in range(2):
        asked = client.get(f"/display/{secret}/")
        page = asked.content.decode()
        assert (asked.status_code, asked["Referrer-Policy"]) == (409, "strict-origin")
        assert "It is the display Hall of" in page
        assert "This address is of the display Door of" in page
        assert "display" not in asked.cookies
    assert client.post(f"/display/{secret}/").status_code == 409
    assert client.post(f"/display/{secret}/", {"instead_of": str(door.uid)}).status_code == 409
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(f"/display/{secret}/", {"instead_of": str(hall.uid)}).status_code == 403
    assert "Display Hall." in shown(client)[1]
    door.refresh_from_db()
    assert door.opened_at is None
    for _twice in range(2):
        yes = client.post(f"/display/{secret}/", {"instead_of": str(hall.uid)})
        assert (yes.status_code, yes["Location"]) == (302, "/display/")
    assert "Display Door." in shown(client)[1]
    hall.refresh_from_db()
    assert hall.ended_at is not None
    assert Entry.objects.get(verb="display.ended").facts["why"] == "browser"
    # What ended stands in nobody's way.
    actions.end_display(door, by=people.by_hq)
    _again, secret = actions.make_display(unit("DESK-POL"), name="Hall", language="en",
                                          by=people.pol_head)  # fmt: skip
    assert client.get(f"/display/{secret}/").status_code == 302


def test_the_displays_of_a_desk_end_that_is_moved_away_or_closed(
    made, people, unit, client, officer
):
    _row, address = made
    regional = officer("pol.regional", "BY-POL", "head_of_point")
    far, secret = actions.make_display(unit("DESK-POL"), name="Far", language="en", by=regional)
    wall = Client()
    wall.get(f"/display/{secret}/")
    client.get(address)
    assert shown(wall)[0] == shown(client)[0] == 200
    desk = unit("DESK-POL")
    actions.move_unit(desk, parent=unit("BY-MSQ"), by=people.by_admin)
    far.refresh_from_db()
    assert (far.ended_by, Entry.objects.get(about=far.ref, verb="display.ended").facts["why"]) == (
        people.by_admin, "post",
    )  # fmt: skip
    assert shown(wall)[0] == 404
    # Whoever heads the desk itself heads it where it stands now.
    assert shown(client)[0] == 200
    point = desk.desk.point
    type(point).objects.filter(pk=point.pk).update(retired_at=now())
    assert shown(client)[0] == 404
    actions.end_due_postings()
    assert Entry.objects.filter(verb="display.ended").latest("pk").facts["why"] == "desk"
    type(point).objects.filter(pk=point.pk).update(retired_at=None)
    assert shown(client)[0] == 404


def test_a_wall_says_to_passers_by_that_something_came_and_not_its_words(
    made, released, people, client
):
    case, _delivery = released(headline="Zq words for certain readers")
    client.get(made[1])
    assert "Zq words" in shown(client)[1]
    mark_incident(case, marking=Marking("H2", "RED"), by=people.dgp_duty)
    page = shown(client)[1]
    assert "Zq words" not in page
    assert case.number in page


def test_a_display_keeps_nobody_signed_in(made, people, signed_in):
    browser = signed_in(english(people.pol_head))
    browser.get("/")
    browser.get(made[1])
    session = browser.session
    session[SEEN] = seen = session[SEEN] - 300
    session.save()
    assert shown(browser)[0] == 200
    assert browser.session[SEEN] == seen


def test_guesses_are_stopped_and_an_address_leads_nowhere_after_a_day(
    made, people, unit, client, time_machine
):
    _display, address = made
    time_machine.move_to(now() + timedelta(days=1, minutes=1))
    assert client.get(address).status_code == 404
    for strange in ("x", "x" * 3000, "%ff", "%D1%85"):
        assert client.get(f"/display/{strange}/").status_code in (400, 404)
    desk, head = unit("DESK-POL"), people.pol_head
    _lit, secret = actions.make_display(desk, name="Lit", language="en", by=head)
    wall = Client()
    wall.get(f"/display/{secret}/")
    answers = [client.get(f"/display/{n}/").status_code for n in range(MOST)]
    assert answers[-1] == 429
    # A wall behind the same address goes on, and starts again by itself.
    assert shown(wall)[0] == 200
    assert wall.get(f"/display/{secret}/")["Location"] == "/display/"
    assert wall.get("/display/x/").status_code == client.get(f"/display/{secret}/").status_code
    secret = actions.renew_calendar(by=people.pol_duty)
    assert client.get(f"/calendar/{secret}.ics").status_code == 429
    time_machine.move_to(now() + timedelta(minutes=1, seconds=1))
    assert client.get(f"/calendar/{secret}.ics").status_code == 200


def test_the_head_makes_lists_and_ends_displays_on_the_page(people, signed_in, client):
    browser = signed_in(english(people.pol_head))
    assert "Your desk has no display." in browser.get("/displays/").content.decode()
    typed = {"desk": "DESK-POL", "name": "Hall", "language": "be"}
    page = browser.post("/displays/make/", typed)
    address = page.context["address"]
    assert address in page.content.decode()
    assert "waits for its address" in page.content.decode()
    assert address not in browser.get("/displays/").content.decode()
    assert client.get("/" + address.split("/", 3)[3]).status_code == 302
    assert "shows the board" in browser.get("/displays/").content.decode()
    again = browser.post("/displays/make/", typed)
    assert again.status_code == 409
    assert "A display of this name stands already" in again.content.decode()
    assert 'value="Hall"' in again.content.decode()
    for wrong in ({"name": " "}, {"language": "xx"}, {"desk": "DESK-DGP"}, {"name": "x" * 61}):
        assert browser.post("/displays/make/", {**typed, **wrong}).status_code == 400
    row = Display.objects.get()
    for who in (people.pol_duty, people.dgp_head):
        other = signed_in(who)
        assert other.post(f"/displays/{row.uid}/end/").status_code == 404
    assert signed_in(people.pol_duty).get("/displays/").status_code == 404
    assert signed_in(people.pol_duty).post("/displays/make/", typed).status_code == 404
    for _twice in range(2):
        assert browser.post(f"/displays/{row.uid}/end/").status_code == 302
    assert "Ended displays" in browser.get("/displays/").content.decode()
    assert 'href="/displays/"' in browser.get("/points/CCP-LAND/").content.decode()


def test_programs_make_list_and_end_displays(people, api, client):
    head = api(english(people.pol_head))
    body = {"desk": "DESK-POL", "name": "Hall", "language": "be"}
    made = head.post("/api/v1/displays/", body)
    assert made.status_code == 201
    assert client.get("/" + made.json()["address"].split("/", 3)[3]).status_code == 302
    assert head.post("/api/v1/displays/", body).json()["code"] == "known_already"
    assert head.post("/api/v1/displays/", {**body, "desk": "?"}).status_code == 400
    assert head.post("/api/v1/displays/", {**body, "desk": "DESK-DGP"}).status_code == 403
    assert head.post("/api/v1/displays/", {**body, "name": "", "language": "x"}).status_code == 400
    (row,) = head.get("/api/v1/displays/").json()
    assert (row["standing"], row["desk"]) == ("lit", "DESK-POL")
    assert "address" not in row
    end = f"/api/v1/displays/{row['uid']}/end/"
    for who in (people.pol_duty, people.dgp_head):
        assert api(who).post(end).status_code == 404
    assert api(people.pol_duty).get("/api/v1/displays/").status_code == 404
    assert api(people.dgp_head).get("/api/v1/displays/").json() == []
    for _twice in range(2):
        assert head.post(end).json()["standing"] == "ended"


async def heard(key, deeds):
    """What a stream with this cookie got, for each deed that is done while it is open; the last
    element is None when the stream ended by itself."""
    live, got, more = Live(), asyncio.Queue(), asyncio.Event()
    scope = {
        "type": "http", "method": "GET", "path": "/live/", "query_string": b"display=1",
        "headers": [(b"host", b"localhost"), (b"cookie", f"display={key}".encode())],
    }  # fmt: skip

    async def receive():
        await more.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        await got.put(message)

    async def event(name):
        while True:
            message = await asyncio.wait_for(got.get(), 20)
            if message["type"] == "http.response.start" and message["status"] != 200:
                return message["status"]
            if not message.get("more_body", True):
                return None
            text = message.get("body", b"").decode()
            if text.startswith(f"event: {name}"):
                return json.loads(text.split("data: ")[1])

    live.start()
    while not live.hub.listening:
        await asyncio.sleep(0.02)
    stream = asyncio.create_task(live(scope, receive, send))
    found = []
    try:
        found.append(await event("beat"))
        for deed in deeds if isinstance(found[0], dict) else ():
            await asyncio.get_running_loop().run_in_executor(live.pool, deed)
            found.append(await event("change"))
        return found
    finally:
        more.set()
        await stream
        await asyncio.get_running_loop().run_in_executor(live.pool, connections.close_all)
        await live.stop()


@pytest.mark.django_db(transaction=True)
def test_a_display_hears_its_desk_alone_and_the_next_ring_after_its_end_closes_it(
    made, people, client, settings
):
    from bordercoop.live.doorbell import ring

    settings.LIVE_BEAT = 60  # nothing here waits for a beat
    display, address = made
    key = client.get(address).cookies["display"].value

    def elsewhere_and_here():
        ring("DESK-DGP")
        ring("BY-POL")
        ring("DESK-POL")

    beat, change, end = asyncio.run(
        heard(key, [elsewhere_and_here, lambda: actions.end_display(display, by=people.pol_head)])
    )
    assert beat["now"]
    assert change == {"desk": "DESK-POL"}
    assert end is None
    assert not Presence.objects.exists()
    assert asyncio.run(heard(key, [])) == [401]
    assert asyncio.run(heard("x", [])) == [401]
