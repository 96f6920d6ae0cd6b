"""Two border representatives in two browsers: from a proposal to two signatures; a change after the
first one voids it, and a claim for protection stops the handover."""

import re

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey

CASE = re.compile(r"/investigations/([0-9a-f-]{36})/(#steps)?$")
# What the demo's desks acknowledged in its time, or what was put to rest, was never sent.
UNSENT = """SELECT 1 FROM contactpoints_delivery
            WHERE sent_at IS NULL AND failed_at IS NULL AND acknowledged_at IS NULL
            AND recalled_at IS NULL"""
LEADS = ("lv.representative", "by.representative", "dgp.duty", "pol.duty")


@pytest.fixture(autouse=True)
def _english(english):
    for username in LEADS:
        english(username)


def press(screen, name):
    found = screen.page.get_by_role("button", name=name).or_(
        screen.page.get_by_role("link", name=name)
    )
    found.first.click()


def at(screen, state, reload=True):
    """The case is at this state: on the screen that pressed the button, or on another one."""
    if reload:
        screen.page.reload()
    expect(screen.page.locator(".road [aria-current=step]")).to_contain_text(state)


def settle(screen):
    """Tick every step of the present state that waits for this side."""
    page = screen.page
    page.reload()
    done = page.locator("section[aria-labelledby=steps] > .body > ol.guide button[value=done]")
    left = done.count()
    while left:
        done.first.click()
        left -= 1
        expect(done).to_have_count(left)


def name_team(screen):
    page = screen.page
    for function, name in (("leader", "Patrol leader"), ("interpreter", "Interpreter")):
        form = page.locator("form", has=page.locator("button[value=member]"))
        if not form.is_visible():
            page.locator("details", has=page.locator("button[value=member]")).first.click()
        form.locator("[name=name]").fill(name)
        form.locator("[name=function]").select_option(function)
        form.locator("button[value=member]").click()
        expect(page.locator("ul.team").first).to_contain_text(name)


def bring_in(screen, address, title):
    """An entry, given to the other side at once."""
    page = screen.page
    page.goto(f"{address}entries/new/")
    page.select_option("[name=kind]", "trace")
    page.fill("[name=title]", title)
    page.fill("[name=text]", "Four prints, from east to west.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/entries/\d+/$"))
    screen.accessible()
    press(screen, "Give it to the other side")
    expect(page.locator(".chip.ok", has_text="Exchanged").first).to_be_visible()
    page.goto(address)


def write_paragraph(screen, address, latvian, russian):
    page = screen.page
    page.goto(f"{address}act/new/")
    page.select_option("[name=section]", "facts")
    page.fill("[name=text_lv]", latvian)
    page.fill("[name=text_ru]", russian)
    screen.accessible()
    press(screen, "Save the paragraph")
    page.wait_for_url("**/act/#text")
    expect(page.locator("#text")).to_contain_text(russian)


def sign(screen, address):
    page = screen.page
    page.goto(f"{address}act/sign/")
    if page.locator("[name=password]").count():
        page.fill("[name=password]", "border-demo-2026")
        page.keyboard.press("Enter")
        page.wait_for_url("**/act/sign/")
    screen.accessible()
    press(screen, "Sign this text")
    page.wait_for_url("**/act/")


def acknowledge_all(duty):
    """At the desk's console, which every step of the other side has reached or is about to."""
    waiting = duty.page.locator("form[data-answer=acknowledge]")
    expect(waiting.first).to_be_visible()
    while waiting.count():
        action = waiting.first.get_attribute("action")
        answered = duty.page.locator(f"form[data-answer=acknowledge][action='{action}']")
        try:
            if answered.locator("[name=note]").count():
                answered.locator("[name=note]").fill("The representative is told.", timeout=5000)
            answered.get_by_role("button").click(timeout=5000)
        except TimeoutError:  # a later step of the case may have put it to rest meanwhile
            pass
        expect(answered).to_have_count(0)


def test_a_case_goes_from_the_proposal_to_two_signatures(seat, portal):
    here = seat("lv.representative", "/investigations/new/")
    page = here.page
    page.fill("[name=title]", "Tracks across the control strip")
    page.select_option("[name=category]", "UBC-LND")
    page.fill("[name=grounds]", "Four people were detained; the tracks begin on the other side.")
    page.fill("[name=happened_date]", "1102 0315")
    page.fill("[name=border_sign]", "214")
    page.select_option("[name=unit]", "LV-DGP")
    page.select_option("[name=by_language]", "ru")
    here.accessible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(CASE)
    address = f"/investigations/{CASE.search(page.url)[1]}/"
    expect(page.get_by_role("button", name="Agree")).to_have_count(0)

    there = seat("by.representative", "/investigations/")
    there.page.get_by_role("link", name="Tracks across the control strip").first.click()
    there.page.wait_for_url(f"**{address}")
    there.accessible()
    press(there, "Agree to investigate together")
    at(there, "Agreed", reload=False)
    at(here, "Agreed")

    for screen in (here, there):
        name_team(screen)
        settle(screen)
    here.accessible()
    press(here, "Both teams are complete")
    at(here, "Team formed", reload=False)
    at(there, "Team formed")
    meet = there.page.locator("form", has=there.page.locator("button[value=meet]"))
    meet.locator("[name=meet_date]").fill("31.12.2026")
    meet.locator("[name=meet_time]").fill("10:00")
    meet.locator("button[value=meet]").click()
    expect(there.page.locator("dd", has_text="31 Dec 2026")).to_be_visible()
    for screen in (there, here):
        settle(screen)
    press(here, "Both teams are on the line")
    at(here, "On site", reload=False)

    bring_in(here, address, "Shoe prints")
    expect(there.page.locator("body")).not_to_contain_text("Shoe prints")
    bring_in(there, address, "A dog's track")
    expect(there.page.locator("ul.brought").first).to_contain_text("Shoe prints")
    for screen in (here, there):
        settle(screen)
    press(here, "Both sides have exchanged their evidence")
    at(here, "Evidence exchanged", reload=False)
    for screen in (there, here):
        settle(screen)

    press(here, "Begin the act")
    press(here, "Begin the act")
    expect(here.page.get_by_role("link", name="Add a paragraph")).to_be_visible()
    write_paragraph(here, address, "Pēdas ved uz rietumiem.", "Следы ведут на запад.")
    write_paragraph(there, address, "Pēdas sākas pie zīmes.", "Следы начинаются у знака.")
    for screen in (here, there):
        screen.page.goto(address)
        settle(screen)
    sign(here, address)
    at_case(here, address, "Signed by one side")

    # A change after the first signature voids it.
    write_paragraph(there, address, "Cilvēki bija četri.", "Людей было четверо.")
    at_case(there, address, "Findings drafted")
    here.page.goto(f"{address}act/")
    expect(here.page.locator("aside")).to_contain_text("void")
    sign(here, address)
    there.page.goto(address)
    settle(there)
    sign(there, address)
    at_case(here, address, "Signed by both sides")
    here.page.goto(f"{address}act/")
    here.accessible()
    expect(here.page.locator("main")).to_contain_text("Both sides have signed this text")
    expect(here.page.get_by_role("link", name="Add a paragraph")).to_have_count(0)
    with here.page.expect_download() as paper:
        press(here, "Print as PDF")
    assert paper.value.suggested_filename.endswith(".pdf")
    stop_by_a_claim(here, there, address)
    eventually(lambda: not portal.sql(UNSENT), 20)
    for username in ("pol.duty", "dgp.duty"):
        duty = seat(username, "/console/")
        expect(duty.page.locator(".alert", has_text="Tracks across").first).to_be_visible()
        acknowledge_all(duty)


def at_case(screen, address, state):
    screen.page.goto(address)
    expect(screen.page.locator(".road [aria-current=step]")).to_contain_text(state)


def stop_by_a_claim(here, there, address):
    """Latvia prepares to hand a person over; the person asks for protection."""
    page = here.page
    page.goto(f"{address}receipts/")
    page.locator("label:has([name=kind][value=persons])").click()
    page.fill("[name=planned_at_date]", "31.12.2026")
    page.fill("[name=planned_at_time]", "12:00")
    here.accessible()
    press(here, "Prepare the handover")
    page.wait_for_url("**/receipts/*/")
    receipt = page.url
    page.locator("[name=age_group]").select_option(index=1)
    page.locator("[name=sex]").select_option(index=1)
    page.fill("[name=condition]", "Calm, warmly dressed.")
    press(here, "Put it on the list")
    there.page.goto(receipt)
    expect(there.page.locator("main")).not_to_contain_text("protection")
    asked = page.locator("form.receipt-check", has=page.locator("[name=kind][value=protection]"))
    asked.locator("label:has([name=answer][value=claim])").click()
    asked.locator("button[value=check]").click()
    expect(page.locator("main")).to_contain_text("Stopped by the delivering side")
    here.accessible()
    there.page.reload()
    there.accessible()
    told = there.page.locator("main")
    expect(told).to_contain_text("Stopped by the delivering side")
    expect(told).not_to_contain_text("protection")
    expect(there.page.get_by_role("button")).not_to_contain_text(["Open"])
