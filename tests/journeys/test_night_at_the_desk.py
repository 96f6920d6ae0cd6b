"""A night at the Daugavpils desk, played by two officers there, one at Polotsk and headquarters."""

import re

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually

ADDRESS = r"[0-9a-f-]{36}/$"


@pytest.fixture
def night(seat, english):
    """The officer who leaves and the one who comes, and the other side's."""
    seats = {"duty": "dgp.duty", "head": "dgp.head", "other": "pol.duty", "chief": "lv.hq"}
    for username in seats.values():
        english(username)
    return {name: seat(username, "/console/") for name, username in seats.items()}


def take_over(leaving, coming, note):
    page = leaving.open("/handovers/DESK-DGP/")
    leaving.accessible()
    page.fill("[name=note]", note)
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/handovers/" + ADDRESS))
    there = coming.open("/console/")
    there.locator("p.banner a", has_text="Take the shift over").first.click()
    expect(there.locator("main")).to_contain_text(note)
    coming.accessible()
    there.click("button[value=take]")
    expect(there.locator("h1 + p .chip.ok")).to_have_text("Taken over")


def answer(screen, headline, line):
    """Acknowledge the card on the console by keyboard."""
    page = screen.page
    card = page.locator("[data-list=need] > li", has_text=headline).first
    expect(card).to_be_visible()
    field = card.locator("[name=note]")
    field.fill(line)
    field.press("Enter")
    expect(page.locator("[data-list=need] > li", has_text=headline)).to_have_count(0)
    expect(page.locator("[data-list=hand] > li", has_text=headline).first).to_be_visible()


def nobody_answers(portal, raised, sender, chief):
    """The alert climbs step by step, to headquarters' console; the sender reads that it did."""
    step = "SELECT step FROM contactpoints_delivery WHERE uid = %s"
    for number in (1, 2):
        # Its time passes; the relay does the rest.
        due = "UPDATE contactpoints_delivery SET escalate_at = now() WHERE uid = %s"
        portal.sql(due, raised["delivery"])
        eventually(lambda number=number: portal.sql(step, raised["delivery"])[0][0] == number)
    there = chief.page
    card = there.locator("[data-list=need] > li", has_text=raised["headline"]).first
    expect(card).to_be_visible()
    expect(card.locator("ol.ladder")).to_contain_text("Headquarters")
    chief.accessible()
    page = sender.open(f"/incidents/{raised['uid']}/")
    expect(page.locator("main .chip.warn", has_text="Escalated").first).to_be_visible()


def a_line_breaks(portal, caller, answerer):
    """Nobody hears the call, so both desks are alarmed; the next call is heard, and both are told
    that the line works again."""
    page, there = caller.open("/console/"), answerer.open("/console/")
    check_now = page.locator("[data-part=line] li", has_text="Polotsk").locator("button")
    check_now.click()
    heard = there.locator("[data-line-answer] button")
    expect(heard).to_be_visible()
    # Half an hour passes, in which the portal ran.
    portal.sql(
        "UPDATE outbox_pulse SET since = since - interval '1 hour';"
        "ALTER TABLE contactpoints_linecheck DISABLE TRIGGER USER;"
        "UPDATE contactpoints_linecheck SET at = at - interval '30 minutes',"
        " screen_at = screen_at - interval '30 minutes' WHERE state = 'waiting';"
        "ALTER TABLE contactpoints_linecheck ENABLE TRIGGER USER"
    )
    for screen in (caller, answerer):
        alarm = screen.page.locator("[data-list=need] > li", has_text="The line does not answer")
        expect(alarm.first).to_be_visible()
        screen.page.reload()
        expect(screen.page.locator("p.banner.bad", has_text="is broken")).to_be_visible()
    caller.accessible()
    check_now.click()
    there.reload()
    heard.click()
    for screen in (caller, answerer):
        told = screen.page.locator("[data-list=need] > li", has_text="The line works again")
        expect(told.first).to_be_visible()
        screen.page.reload()
        expect(screen.page.locator("p.banner.bad", has_text="is broken")).to_have_count(0)
    expect(page.locator("[data-part=line] .chip.ok", has_text="answered after")).to_be_visible()


def broadcast(sender, hearer):
    """One key and one confirmation; the other desk hears it wherever it is in the portal."""
    there = hearer.open("/incidents/")
    page = sender.open("/incidents/")
    expect(page.locator("html[data-link=live]")).to_be_visible()
    page.keyboard.press("b")
    page.wait_for_url("**/broadcasts/new/")
    sender.accessible()
    page.locator("[name=what][value=crowd]").check()
    page.fill("[name=text]", "Sign 214, both banks")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/broadcasts/" + ADDRESS))
    sender.accessible()
    board = page.url
    expect(there.locator("#siren")).to_be_visible()
    expect(there.locator("#siren")).to_contain_text("Many people move towards the line")
    there.click("#siren a")
    there.wait_for_url("**/console/")
    expect(there.locator("[data-list=need] > li").first).to_contain_text("Sign 214, both banks")
    hearer.accessible()
    there.locator("[data-list=need] > li").first.locator("button.primary").click()
    expect(there.locator("#siren")).to_be_hidden()
    polotsk = page.locator("#desk-DESK-POL")
    expect(polotsk.locator(".chip.ok")).to_be_visible()
    silent = page.locator("#desk-DESK-RIX")
    silent.locator("summary").click()
    silent.locator("[name=name]").fill("I. Ozola")
    silent.locator("[name=note]").fill("Patrol sent")
    silent.locator("button.primary").click()
    expect(page.locator("#desk-DESK-RIX")).to_contain_text("I. Ozola")
    page.goto(f"{board}sheet/")
    expect(page.locator(".sheet caption")).to_have_count(2)
    sender.accessible()
    page.goto(board)
    page.fill("[name=outcome]", "All went back")
    page.click("button:has-text('Give the all-clear')")
    expect(page.locator("p.banner.ok")).to_contain_text("All went back")
    return board


def ask_and_answer(asker, answerer):
    page = asker.open("/requests/new/")
    asker.accessible()
    page.locator("[name=to]").select_option("DESK-POL")
    page.fill("[name=subject]", "A grey van")
    page.fill("[name=question]", "Whose is it?")
    page.locator("[name=urgency]").select_option("urgent")
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/requests/" + ADDRESS))
    address = page.url
    number = re.search(r"RQ-\d{4}-\d{5}", page.locator("main").inner_text())[0]
    there = answerer.open(f"{address}answer/")
    answerer.accessible()
    there.locator("[name=kind]").select_option("partly")
    there.locator("main [name=text]").fill("It is known here; the owner follows.")
    there.click("main button.primary")
    there.wait_for_url(re.compile(r"/requests/" + ADDRESS))
    page.reload()
    expect(page.locator("main")).to_contain_text("Partly answered")
    expect(page.locator("main")).to_contain_text("the owner follows")
    asker.accessible()
    return number


def test_a_night_goes_from_the_evening_s_handover_to_the_morning_s(night, colleague, alert, portal):
    duty, head, other, chief = (night[name] for name in ("duty", "head", "other", "chief"))
    take_over(duty, head, "The radio of patrol 2 is mute.")

    unheard = alert("pol.duty", "dgp.duty", severity=3, headline="Lights at the old ford")
    nobody_answers(portal, unheard, other, chief)
    answer(chief, "Lights at the old ford", "Headquarters calls the desk")
    a_line_breaks(portal, head, other)

    raised = alert("pol.duty", "dgp.duty", severity=3, headline="Engine noise at the river")
    head.open("/console/")
    answer(head, "Engine noise at the river", "Boat goes out")

    board = broadcast(head, other)
    number = ask_and_answer(head, other)

    page = duty.open("/journal/DESK-DGP/")
    journal = page.locator("main table")
    for said in (raised["number"], "EB-", number, "A part of the answer, more follows"):
        expect(journal).to_contain_text(said)
    duty.accessible()
    take_over(head, duty, "One question is open at Polotsk.")
    listed = duty.page.locator("main table")
    expect(listed).to_contain_text("Asked there, no whole answer yet")

    # Nothing stays open for others: the all-clear and the answer are acknowledged.
    for username in ("dgp.duty", "pol.duty", "rix.duty", "msq.duty", "fp.duty"):
        waiting = colleague(username).get("/deliveries/?open=true").json()["results"]
        for delivery in waiting:
            about = delivery["alert"]["card"].get("event", "")
            if about.startswith(("broadcast", "request", "asked", "line")):
                done = colleague(username).post(
                    f"/deliveries/{delivery['uid']}/acknowledge/", {"note": "Read."}
                )
                assert done.status_code == 200
    told = colleague("dgp.duty").get(f"/broadcasts/{board.rstrip('/').split('/')[-1]}/").json()
    assert (told["outcome"], told["answered"], told["told"]) == ("All went back", 2, 4)
