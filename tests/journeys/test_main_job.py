"""The main job in two browsers, by keyboard alone: logged here, acknowledged there."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey

PAIRS = [
    ("dgp.duty", "pol.duty", "DESK-POL"),
    ("pol.duty", "dgp.duty", "DESK-DGP"),
    ("rix.duty", "msq.duty", "DESK-MSQ"),
]


def tones(page):
    return int(page.evaluate("document.documentElement.dataset.tones || 0"))


def report_by_keyboard(page, headline):
    """From the console to the release page, without a mouse."""
    page.keyboard.press("n")
    page.wait_for_url("**/incidents/new/**")
    page.wait_for_selector("[data-send]")
    page.keyboard.press("Alt+1")
    page.keyboard.press("1")
    assert page.locator("[name=category]:checked").get_attribute("value") == "UBC-LND"
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "severity":
            break
    page.keyboard.press("3")
    assert page.locator("[name=severity]:checked").get_attribute("value") == "3"
    page.keyboard.press("Tab")
    page.keyboard.type(headline)
    page.keyboard.press("Tab")
    page.keyboard.type("8")
    page.keyboard.press("Alt+2")
    page.keyboard.type("1702 0800")
    page.keyboard.press("Alt+4")
    page.keyboard.type("Eight tracks across the control strip.")
    assert page.locator("[name=headline]").input_value() == headline
    assert page.locator("[name=people_total]").input_value() == "8"
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/release/**")


@pytest.mark.parametrize(("sender", "receiver", "desk"), PAIRS, ids=[p[0] for p in PAIRS])
def test_an_incident_logged_here_is_acknowledged_there(screen, sender, receiver, desk):
    here, there = screen(sender), screen(receiver)
    headline = f"Group of eight, told by {sender} at {time.time():.0f}"

    there.page.goto("/console/")
    there.page.wait_for_selector("html[data-link=live]")
    assert there.page.locator("html").get_attribute("data-sound") == "blocked"
    assert tones(there.page) == 0
    there.page.keyboard.press("j")
    there.page.wait_for_selector("html[data-sound=on]")
    before = tones(there.page)
    there.accessible()

    here.page.goto("/console/")
    report_by_keyboard(here.page, headline)
    assert here.page.locator(f"[name=desks][value={desk}]").is_checked()
    preview = here.page.locator("[data-preview]").inner_text()
    assert headline in preview
    assert "Eight tracks across the control strip." in preview
    here.accessible()
    here.page.keyboard.press("Control+Enter")
    here.page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/(\?.*)?$"))
    here.accessible()

    card = there.page.locator("[data-list=need] > li", has_text=headline)
    card.wait_for()
    eventually(lambda: tones(there.page) > before, 20)
    there.accessible()

    there.page.keyboard.press("j")
    while headline not in there.page.evaluate("document.activeElement.innerText || ''"):
        there.page.keyboard.press("j")
    there.page.keyboard.press("a")
    expect(there.page.locator("[name=note]:focus")).to_be_visible()
    there.page.keyboard.type("Patrol on its way.")
    there.page.keyboard.press("Enter")
    card.wait_for(state="detached")
    there.page.locator("[data-list=hand] > li", has_text=headline).wait_for()

    ladder = here.page.locator("[data-live-part=ladder]")
    ladder.get_by_text("Patrol on its way.").or_(
        here.page.locator("[data-live-part]").get_by_text("Patrol on its way.")
    ).first.wait_for()
    text = ladder.inner_text()
    name = NAMES[receiver]
    assert any(form in text for form in name), text
    assert re.search(r"\d\d:\d\d .*·.*\d\d:\d\d ", text.replace("\n", " ")), text


NAMES = {}


@pytest.fixture(autouse=True)
def _names(portal):
    rows = portal.sql("SELECT username, name_latin, name_local FROM access_user")
    NAMES.update({username: (latin, local) for username, latin, local in rows})


def test_a_click_on_the_map_writes_the_coordinates(screen):
    here = screen("dgp.duty")
    here.page.goto("/incidents/new/")
    canvas = here.page.locator("[data-map].leaflet-container")
    canvas.wait_for()
    field = here.page.locator("[name=coordinates]")
    assert field.input_value() == ""
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.5})
    expect(field).not_to_have_value("")
    lat, lon = (float(part) for part in field.input_value().split(","))
    assert 55 < lat < 57
    assert 26 < lon < 29
    here.accessible()
