"""The life of a report in four browsers: reported, verified, validated and released here; answered,
corrected by a proposal and closed there as well as here."""

import re
import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

RECORD = re.compile(r"/incidents/([0-9a-f-]{36})/(\?.*)?$")


@pytest.fixture(autouse=True)
def _english(english):
    for username in ("dgp.officer", "dgp.leader", "lv.hq", "dgp.duty", "pol.duty"):
        english(username)


def press(screen, name):
    """The one button or link of this name, as somebody who reads it would press it."""
    found = screen.page.get_by_role("button", name=name).or_(
        screen.page.get_by_role("link", name=name)
    )
    found.first.click()


def state(screen):
    return screen.page.locator("[data-live-part=state]")


def version_of(screen):
    return screen.page.locator("[data-version]").get_attribute("data-version")


def report(officer, headline):
    """By the officer, who may not release: the record opens, with nothing to verify there."""
    page = officer.page
    page.locator("label:has([name=category][value=UBC-LND])").click()
    page.locator("label:has([name=severity][value='3'])").click()
    page.fill("[name=headline]", headline)
    page.fill("[name=people_total]", "8")
    page.fill("[name=narrative]", "Eight tracks across the control strip.")
    page.keyboard.press("Alt+2")
    page.keyboard.type("1102 0315")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(RECORD)
    expect(state(officer)).to_contain_text("Submitted")
    expect(page.get_by_role("button", name="Verify")).to_have_count(0)
    return RECORD.search(page.url)[1]


def acknowledge(there, line):
    waiting = there.page.locator("form[data-answer=acknowledge]")
    if waiting.locator("[name=note]").count():
        waiting.locator("[name=note]").fill(line)
    waiting.get_by_role("button").click()
    expect(waiting).to_have_count(0)


def release(here, version):
    page = here.page
    assert (
        page.locator("[name=desks][value=DESK-POL]").is_checked()
        or not page.locator("label:has([name=desks][value=DESK-POL])").click()
    )
    here.accessible()
    press(here, f"Release version {version}")
    page.wait_for_url(RECORD)
    expect(page.locator("[data-live-part=ladder]")).to_contain_text(f"Version {version}")


def test_a_report_goes_from_the_patrol_to_the_closing_of_both_sides(seat):
    headline = f"Eight people at the stream, {time.time():.0f}"
    uid = report(seat("dgp.officer", "/incidents/new/"), headline)
    address = f"/incidents/{uid}/"

    leader = seat("dgp.leader", address)
    expect(state(leader)).to_contain_text("Unverified")
    press(leader, "Verify")
    expect(state(leader)).to_contain_text("Verified")

    headquarters = seat("lv.hq", address)
    press(headquarters, "Validate")
    page = headquarters.page
    page.locator("label:has([name=impact])").nth(1).click()
    page.locator("label:has([name=scale][value='4x4'])").click()
    for part in page.locator("[data-scale='4x4'] select").all():
        part.select_option(index=1)
    headquarters.accessible()
    press(headquarters, "Validate")
    page.wait_for_url(RECORD)
    expect(state(headquarters)).to_contain_text("Validated")
    expect(state(headquarters)).not_to_contain_text("Unverified")

    here = seat("dgp.duty", address)
    press(here, "Preview and release")
    release(here, 1)

    there = seat("pol.duty", address)
    expect(there.page.get_by_role("heading", level=1)).to_have_text(headline)
    expect(state(there)).to_contain_text("Validated")
    expect(there.page.get_by_role("link", name="Supplement")).to_have_count(0)
    acknowledge(there, "The patrol looks along the stream.")
    there.accessible()
    expect(here.page.locator("[data-live-part=ladder]")).to_contain_text("The patrol looks")
    # The one sees that the desk reads; the desk does not see who reads on the other side. An open
    # page asks every 20 seconds, a new one at once.
    here.page.reload()
    expect(here.page.locator("[data-presence]")).to_contain_text("Polotsk", timeout=60_000)
    expect(there.page.locator("[data-presence]")).not_to_contain_text("Daugavpils")

    there.page.goto(f"{address}propose/")
    there.page.fill("[name=people_total]", "9")
    there.page.fill("[name=reason]", "The camera shows nine.")
    there.accessible()
    press(there, "Send the proposal")
    there.page.wait_for_url(f"**{address}proposals/**")

    here.page.goto(f"{address}proposals/")
    line = here.page.get_by_role("row", name=re.compile("People"))
    expect(line).to_contain_text("8")
    expect(line).to_contain_text("9")
    line.locator("label:has([value=accept])").click()
    here.accessible()
    press(here, "Send the answer")
    expect(here.page.get_by_text("became version 2")).to_be_visible()

    there.page.goto(address)
    assert version_of(there) == "1"
    here.page.goto(address)
    assert version_of(here) == "2"
    press(here, "Preview and send version 2")
    release(here, 2)
    there.page.goto(address)
    acknowledge(there, "Nine, as we see it.")
    assert version_of(there) == "2"

    for side in (here, there):
        side.page.goto(address)
        side.page.select_option("#close_ground", "event_over_response_complete")
        press(side, "Close the part of your side")
        expect(side.page.locator("section[aria-labelledby=parts] .chip.ok").first).to_be_visible()
    expect(state(there)).to_contain_text("Closed")
    here.page.goto(address)
    expect(state(here)).to_contain_text("Closed")
    here.accessible()
