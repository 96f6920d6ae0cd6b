"""The console on a wall: what waits and who is on duty, nothing to press, nobody's presence."""

import pytest

from bordercoop.live.models import Presence
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Delivery

pytestmark = pytest.mark.django_db


def test_the_wall_shows_what_waits_and_offers_nothing_to_press(released, people, client):
    _incident, delivery = released(priority="P1")
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    client.force_login(people.pol_duty)
    wall = client.get("/console/?wall=1")
    page = wall.content.decode()
    assert "Eight people at border sign 214" in page
    assert "<form" not in page
    assert "<button" not in page
    assert "tel:" not in page
    assert people.dgp_duty.phone not in page  # no telephone of a person
    assert "This screen stays signed in until" in page
    assert page.count('<dd data-clock="Europe/') == 2
    assert "Until" in page  # who is on duty, at both ends
    assert 'data-reload-at="2' in page
    assert "no-store" in wall["Cache-Control"]
    delivery.refresh_from_db()
    assert delivery.state in ("queued", "sent")  # nobody drew it, nobody opened it
    assert not Presence.objects.exists()
    assert 'data-live-desks=""' in page
    acknowledge_delivery(delivery, line="Goes", by=people.pol_duty)
    assert "No alert waits." in client.get("/console/?wall=1").content.decode()
    assert client.get("/console/?wall=1&desk=DESK-DGP").status_code == 404


def test_more_than_fit_are_counted_and_the_most_urgent_come_first(released, people, client):
    for n in range(14):
        released(severity=1 + n % 4, headline=f"Number {n}")
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    client.force_login(people.pol_duty)
    page = client.get("/console/?wall=1").content.decode()
    assert page.count("wall-card ") == 12
    assert "+<span data-rest>2</span></b> more" in page
    assert page.index("Number 3<") < page.index("Number 2<")
    assert Delivery.objects.open().count() == 14


def test_ready_lines_acknowledge_an_urgent_alert_without_scripts(released, people, client):
    _incident, delivery = released(priority="P1")
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    client.force_login(people.pol_duty)
    page = client.get("/console/").content.decode()
    # Enter presses the first button of a form: that must be the one that sends what was typed.
    assert page.index(">Acknowledge<") < page.index('class="ready-lines"')
    assert 'name="note" value="A patrol is on its way"' in page
    client.post(
        f"/deliveries/{delivery.uid}/acknowledge/", {"note": ["", "A patrol is on its way"]}
    )
    delivery.refresh_from_db()
    assert (delivery.state, delivery.line) == ("acknowledged", "A patrol is on its way")
