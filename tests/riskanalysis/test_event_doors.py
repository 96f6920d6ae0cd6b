"""Pages and API of how a public event goes: both sides at once, hostile input, what is hidden."""

import uuid
from datetime import timedelta

import pytest

from bordercoop.reference.models import utc_today
from incidents.actions import report_incident
from riskanalysis import actions
from riskanalysis.events import dashboard_of
from riskanalysis.models import EventItem, PublicEvent
from tests.riskanalysis.risks_made import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(people):
    for user in (people.lv_analyst, people.by_analyst, people.dgp_officer, people.pol_officer):
        user.language = "en"
        user.save(update_fields=["language"])


@pytest.fixture
def cup(db):
    return PublicEvent.objects.get(code="IIHF2021")


def words(page):
    return page.content.decode()


def test_both_sides_see_an_event_go_on_by_its_page(cup, made, people, english, signed_in):
    ours, theirs = signed_in(made.lv), signed_in(made.by)
    officer, strange = signed_in(people.dgp_officer), signed_in(people.stranger)
    here = f"/risk/events/{cup.uid}/"
    assert "Take the first set in" not in words(ours.get(here)), "it is over"
    to_come = PublicEvent.objects.create(code="TO-COME", starts_on=utc_today() + timedelta(days=9),
                                         ends_on=utc_today() + timedelta(days=9))  # fmt: skip
    assert "Take the first set in" in words(ours.get(f"/risk/events/{to_come.uid}/"))
    assert ours.post(here, {"do": "take"}).status_code == 302
    assert officer.post(here, {"do": "take"}).status_code == 403
    assert strange.post(here, {"do": "take"}).status_code == 404
    page = ours.post(here, {"do": "move", "phase": "live", "came": "lessons_learned"})
    assert (page.status_code, "Say why the event goes back" in words(page)) == (400, True)
    back = {"do": "move", "phase": "live", "came": "lessons_learned", "reason": "Once <b>more</b>"}
    assert ours.post(here, back).url == here
    assert theirs.post(here, {**back, "phase": "planning"}).status_code == 409
    page = words(theirs.get(here))
    assert "Once &lt;b&gt;more&lt;/b&gt;" in page
    assert 'class="is-present" aria-current="step"' in page
    assert "Minsk no longer holds the event, since" in page
    for part in ("phase", "gone", "move", "hosts", "seat-LV", "seat-BY", "phases", "checklist"):
        assert page.count(f'data-live-part="{part}"') == 1, part
    # Whose a city is, said afterwards.
    host = to_come.hosts.create(name="Somewhere")
    there = f"/risk/events/{to_come.uid}/"
    assert "Say on which side it lies" in words(ours.get(there))
    side = {"do": "side", "host": host.uid, "side": "BY"}
    assert ours.post(there, {**side, "side": "EU"}).status_code == 400
    assert officer.post(there, side).status_code == 403
    assert ours.post(there, side).url == there
    assert "Say on which side it lies" not in words(theirs.get(there))
    # The list: each side ticks its own.
    item = cup.items.get(side="BY", code="first_day_told")
    assert ours.post(here, {"do": "tick", "item": item.uid}).status_code == 403
    assert theirs.post(here, {"do": "tick", "item": item.uid}).url == f"{here}#checklist"
    assert theirs.post(here, {"do": "tick", "item": "x"}).status_code == 404
    page = theirs.post(here, {"do": "untick", "item": item.uid, "reason": " "})
    assert (page.status_code, "Say why it is not done." in words(page)) == (400, True)
    assert theirs.post(here, {"do": "leave", "item": item.uid, "reason": "x"}).status_code == 409
    typed = {"do": "item", "phase": "live", "text": "Tents & water", "language": "en",
             "due_on": "99.99.2021"}  # fmt: skip
    page = ours.post(here, typed)
    assert (page.status_code, "Tents &amp; water" in words(page)) == (400, True)
    ref = str(uuid.uuid4())
    for _twice in range(2):
        again = ours.post(here, {**typed, "due_on": "20.05.2021", "client_ref": ref})
        assert again.url == f"{here}#checklist"
    assert EventItem.objects.filter(code="").count() == 1
    assert "Tents &amp; water" in words(theirs.get(here))
    # Venues: only in a city that holds it.
    riga, minsk = cup.hosts.get(name="Riga"), cup.hosts.get(name="Minsk")
    hall = {"do": "venue", "host": riga.uid, "name": "Arena", "capacity": "lots",
            "first_on": "21.05.2021", "last_on": "06.06.2021"}  # fmt: skip
    page = ours.post(here, hall)
    assert (page.status_code, "as a whole number" in words(page)) == (400, True)
    assert ours.post(here, {**hall, "capacity": "12 000"}).url == here
    assert ours.post(here, {**hall, "host": minsk.uid, "capacity": ""}).status_code == 400
    venue = cup.venues.get()
    change = {**hall, "do": "venue_change", "venue": venue.uid, "capacity": "9", "edition": "7"}
    assert theirs.post(here, change).status_code == 409
    assert theirs.post(here, {**change, "edition": "1"}).url == here
    page = ours.post(here, {"do": "venue_drop", "venue": venue.uid, "reason": ""})
    assert (page.status_code, "Say why it is taken out." in words(page)) == (400, True)
    for do in ("untie", "venue_drop", "venue_change", "leave"):
        assert ours.post(here, {"do": do, "tie": "x", "venue": "x", "item": "x"}).status_code == 404
    actions.drop_host(riga, on=cup.starts_on, note="Invented.", by=made.by)
    page = words(ours.get(here))
    assert "<del>Arena</del>" in page
    assert page.count("Riga no longer holds the event") > 3, "on the venue and on its side's list"
    for reader in (ours, theirs, officer):
        assert "Riga no longer holds the event" in words(reader.get(f"{here}now/"))
        assert reader.get("/").status_code == 200


def test_what_belongs_to_it_names_it_with_its_phase_and_the_city_that_left(
    cup, made, people, english, signed_in, unit, content
):
    cup = actions.move_event(cup, phase="wind_down", reason="x", by=made.lv)
    risk, own = made.shared(), made.risk()
    ours, theirs = signed_in(made.lv), signed_in(made.by)
    tie = {"do": "tie", "kind": "risk", "ref": str(risk.uid), "event": cup.uid}
    assert "Belongs to the public event" in words(theirs.get(f"/risk/register/{risk.uid}/"))
    assert theirs.post("/risk/events/tie/", tie).url == f"/risk/register/{risk.uid}/"
    assert theirs.post("/risk/events/tie/", {**tie, "ref": str(own.uid)}).status_code == 404
    for more in ({"event": "x"}, {"kind": "moon"}, {"ref": "\0"}):
        assert theirs.post("/risk/events/tie/", {**tie, **more}).status_code == 404
    assert signed_in(people.dgp_officer).post("/risk/events/tie/", tie).status_code == 403
    assert ours.post("/risk/events/tie/", {**tie, "ref": str(own.uid)}).status_code == 302
    incident = report_incident(
        unit=unit("LV-DGP"), content=content(public_event="IIHF2021"), by=people.dgp_officer
    )
    officer = signed_in(people.dgp_officer)
    for reader, address in (
        (ours, f"/risk/register/{risk.uid}/"), (theirs, f"/risk/register/{risk.uid}/"),
        (officer, f"/incidents/{incident.uid}/"),
    ):  # fmt: skip
        page = words(reader.get(address))
        assert "Minsk no longer holds the event, since" in page, address
        assert "Winding down" in page, address
    here = f"/risk/events/{cup.uid}/"
    assert own.name.text in words(ours.get(here))
    assert str(own.uid) not in words(theirs.get(here))
    assert f"/incidents/{incident.uid}/" in words(officer.get(here))
    drill = report_incident(
        unit=unit("LV-DGP"), content=content(public_event="IIHF2021"), exercise=True,
        by=people.dgp_officer,
    )  # fmt: skip
    for page in (here, f"{here}now/"):
        assert f"/incidents/{drill.uid}/" not in words(officer.get(page)), page
    assert dashboard_of(cup, people.dgp_officer).count == 1
    assert f"/incidents/{incident.uid}/" not in words(theirs.get(here))
    assert theirs.post("/risk/events/tie/", {**tie, "do": "untie"}).status_code == 302
    assert str(risk.uid) not in words(officer.get(here))


def test_the_api_does_the_same_and_refuses_in_words(cup, made, people, english, api):
    ours, theirs, strange = api(made.lv), api(made.by), api(people.stranger)
    here = f"/api/v1/public-events/{cup.uid}/"
    said = ours.get(here).json()
    assert (said["phase"], said["hosts"][0]["side"], len(said["gone"])) == (
        "lessons_learned", "BY", 1,
    )  # fmt: skip
    for door in ("phases/", "venues/", "items/", "ties/"):
        assert theirs.get(here + door).json() == []
        assert strange.get(here + door).status_code == 404
        assert strange.post(here + door, {}).status_code == 404
    assert len(ours.post(f"{here}items/take/", {}).json()) > 20
    move = {"phase": "live", "came": "lessons_learned", "reason": "x"}
    assert theirs.post(f"{here}phases/", move).json()["phase"] == "live"
    assert ours.post(f"{here}phases/", {**move, "phase": "planning"}).status_code == 409
    assert ours.post(f"{here}phases/", {"phase": "moon"}).status_code == 400
    assert [one["phase"] for one in ours.get(f"{here}phases/").json()] == ["live"]
    item = cup.items.get(side="LV", code="briefed")
    for verb, body, status in (
        ("tick", {}, 200), ("leave", {"reason": "x"}, 409), ("untick", {}, 400),
        ("untick", {"reason": "x"}, 200), ("leave", {"reason": "x"}, 200), ("tick", {}, 409),
    ):  # fmt: skip
        answer = ours.post(f"{here}items/{item.uid}/{verb}/", body)
        assert answer.status_code == status, (verb, answer.content)
        assert theirs.post(f"{here}items/{item.uid}/tick/", {}).status_code == 403
    body = {"phase": "live", "text": "Water", "language": "en", "due_days": -2, "unit": "LV-DGP"}
    made_item = ours.post(f"{here}items/", body).json()
    assert made_item["due_on"] == str(cup.starts_on - timedelta(days=2))
    for more in ({"unit": "BY-GPK"}, {"unit": "x"}, {"text": "\0"}, {"due_days": 10**30},
                 {"due_on": "x"}, {"phase": []}, {"due_on": str(utc_today())}):  # fmt: skip
        answer = ours.post(f"{here}items/", {**body, **more})
        assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), more
    riga = cup.hosts.get(name="Riga")
    hall = {"host": str(riga.uid), "name": "Arena", "first_on": "2021-05-21",
            "last_on": "2021-05-30", "capacity": 12_000}  # fmt: skip
    venue = theirs.post(f"{here}venues/", hall).json()
    for more in ({"capacity": -1}, {"capacity": 10**30}, {"name": "x" * 121},
                 {"last_on": "2021-05-01"}):  # fmt: skip
        assert theirs.post(f"{here}venues/", {**hall, **more}).status_code == 400, more
    assert theirs.post(f"{here}venues/", {**hall, "host": str(uuid.uuid4())}).status_code == 404
    there = f"{here}venues/{venue['uid']}/"
    changed = ours.post(there, {**hall, "name": "Arena Riga", "edition": 1}).json()
    assert (changed["name"], changed["edition"], changed["struck"]) == ("Arena Riga", 2, "")
    assert ours.post(f"{there}drop/", {"reason": "x"}).status_code == 200
    assert ours.get(f"{here}venues/").json() == []
    side = f"{here}hosts/{riga.uid}/side/"
    for given, status in (({"side": "EU"}, 400), ({}, 400), ({"side": "LV"}, 200)):
        assert ours.post(side, given).status_code == status, given
    assert api(people.dgp_officer).post(side, {"side": "LV"}).status_code == 403
    ref = str(uuid.uuid4())
    assert ours.post(f"{here}items/", {**body, "client_ref": ref}).status_code == 201
    other = ours.post(f"{here}items/", {**body, "client_ref": ref, "text": "Bread"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    own = made.risk()
    tied = ours.post(f"{here}ties/", {"kind": "risk", "ref": str(own.uid)})
    assert (tied.status_code, own.name.text in tied.json()["title"]) == (201, True)
    assert theirs.get(f"{here}ties/").json() == []
    assert theirs.post(f"{here}ties/{tied.json()['uid']}/untie/", {}).status_code == 404
    assert theirs.post(f"{here}ties/", {"kind": "risk", "ref": str(own.uid)}).status_code == 400
    assert ours.post(f"{here}ties/{tied.json()['uid']}/untie/", {}).json() == []
    assert fresh(cup).phase == "live"
