"""Coordinators in Riga and in Minsk plan a study visit to an Austrian airport, each with their own
people: a clash with a duty shift is caught, invitations are answered by mail, who came is written
down, certificates are verified by a stranger, and the programme's report counts it."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.visit_after import (
    certificates_are_issued,
    close_the_list,
    here_by_the_code,
    paper_of,
    the_report_counts_it,
    verified_by_a_stranger,
    who_came,
)
from tests.journeys.visit_kit import (
    ARTIS,
    IRYNA,
    KARLIS,
    NATALLIA,
    TITLE,
    VIENNA,
    VOLHA,
    Post,
    pass_days,
    press,
    row,
)
from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey
PEOPLE = (
    *("lv.coordinator", "by.coordinator", "lv.hq", "by.hq", "dgp.officer", "rix.officer"),
    *("pol.head", "msq.officer", "pol.leader"),
)


@pytest.fixture(autouse=True)
def _english(english):
    for username in PEOPLE:
        english(username)


def stands(screen, officer, state):
    """The page says so of the officer, once the letter was taken."""

    def shown():
        screen.page.reload()
        return state in " ".join(row(screen, officer).all_inner_texts())

    eventually(shown, 20)


def at(screen, address, state):
    def shown():
        screen.page.goto(address)
        return state in screen.page.locator(".head").inner_text()

    eventually(shown, 20)


def to_by_keys(page, selector):
    """Tab until the focus is there."""
    wanted = page.locator(selector)
    for _press in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard")


def moment(page, name, day, hours):
    page.fill(f"[name={name}_date]", f"{day:%d.%m.%Y}")
    page.fill(f"[name={name}_time]", hours)
    page.select_option(f"[name={name}_zone]", "Europe/Vienna")


def plan(riga, first):
    page = riga.page
    page.fill("[name=title]", TITLE)
    page.select_option("[name=kind]", "study_visit")
    page.select_option("[name=mode]", "air")
    page.fill("[name=purpose]", "How lanes are opened for a charter full of supporters.")
    page.select_option("select[name=language]", "en")
    moment(page, "starts_at", first, "0900")
    moment(page, "ends_at", first + timedelta(2), "0000")
    page.select_option("[name=host_country]", "AT")
    page.fill("[name=place]", "Graz airport")
    page.fill("[name=host]", "Border police at Graz airport")
    page.fill("[name=seats_lv]", "2")
    page.fill("[name=seats_by]", "2")
    moment(page, "nominations_until", first - timedelta(7), "1800")
    page.locator("[name=levels][value=local]").check()
    page.locator("[name=topics][value=events]").check()
    page.fill("[name=budget_line]", "A.2.1")
    page.fill("[name=budget_planned]", "9 000,00")
    riga.accessible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/activities/ACT-\d{4}-\d{5}/$"))
    return re.search(r"/activities/ACT-\d{4}-\d{5}/", page.url)[0]


def agree_on_it(riga, minsk, address):
    """An idea is read by one side; put to both it is agreed to by each, for what the page shows."""
    minsk.expect("404")
    assert minsk.page.goto(address).status == 404
    press(riga, "Put it to both sides")
    minsk.page.goto("/activities/")
    minsk.page.get_by_role("link", name=TITLE).first.click()
    minsk.page.wait_for_url(f"**{address}")
    expect(minsk.page.get_by_role("button", name="Invitations are sent")).to_have_count(0)
    press(riga, "Agree for your side")
    riga.expect("409")
    press(riga, "Invitations are sent")
    expect(riga.page.locator("[data-refusal]")).to_contain_text("Belarus has not agreed")
    press(minsk, "Agree for your side")
    minsk.accessible()
    riga.page.goto(address)
    press(riga, "Invitations are sent")
    press(riga, "Open nominations")
    riga.accessible()
    for screen in (riga, minsk):
        screen.page.goto(address)
        screen.page.get_by_role("link", name="Nominate an officer").click()
        screen.page.wait_for_url("**/people/#nominate")


def choose(screen, officer):
    screen.page.locator("[name=officer]").select_option(label=officer)


def caught_on_duty(screen, officer, desk):
    """Said while the officer is chosen, and again when it is sent; nothing typed is lost."""
    page = screen.page
    choose(screen, officer)
    expect(page.locator("[data-clashes]")).to_contain_text(f"duty at {desk}")
    page.fill("[name=note]", "Knows the terminal.")
    screen.expect("409")
    press(screen, "Nominate")
    expect(page.locator(".errsum")).to_contain_text(f"{officer} is not free then: duty at {desk}")
    expect(page.locator("[name=note]")).to_have_value("Knows the terminal.")
    expect(page.locator("[data-clashes]")).to_be_empty()  # said once
    expect(row(screen, officer)).to_have_count(0)
    screen.accessible()


def nominate(riga, minsk):
    caught_on_duty(riga, "Mārtiņš Vējš", "Daugavpils")
    caught_on_duty(minsk, "Siarhei Dubovik", "Polotsk")
    nominate_by_keys(riga, ARTIS)
    choose(riga, KARLIS)
    press(riga, "Nominate")
    for officer in (NATALLIA, VOLHA, IRYNA):
        choose(minsk, officer)
        minsk.page.locator("[name=level]").select_option("regional")
        press(minsk, "Nominate")
        expect(row(minsk, officer)).to_have_count(1)


def nominate_by_keys(screen, officer):
    page = screen.page
    page.goto(screen.page.url)
    to_by_keys(page, "[name=officer]")
    page.keyboard.type(officer.split()[0])
    expect(page.locator("[data-clashes]")).to_contain_text("Free all that time")
    to_by_keys(page, "button[value=nominate]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(row(screen, officer)).to_have_count(1)


def let_go(screen):
    """By the headquarters of the side, in the order in which they were nominated."""
    buttons = screen.page.locator("main button[value=approve]")
    expect(buttons.first).to_be_visible()
    screen.accessible()
    for left in range(buttons.count() - 1, -1, -1):
        buttons.first.click()
        expect(buttons).to_have_count(left)


def seats_given(riga, minsk, people):
    for screen in (riga, minsk):
        screen.page.goto(people)
        press(screen, "Invite all approved")
        screen.accessible()
    expect(row(minsk, IRYNA)).to_contain_text("Place 1 in the line")
    riga.page.reload()
    expect(row(riga, NATALLIA)).to_have_count(1)
    expect(row(riga, IRYNA)).to_have_count(0)


def answered_by_mail(riga, minsk, post, people):
    letters = {
        name: post.letter(name, domain)
        for name, domain in (("dgp.officer", "lv"), ("rix.officer", "lv"), ("pol.head", "by"),
                             ("msq.officer", "by"))
    }  # fmt: skip
    post.answer(letters["dgp.officer"], "ACCEPTED")
    post.answer(letters["pol.head"], "ACCEPTED")
    post.answer(letters["msq.officer"], "DECLINED", comment="My sister marries.")
    post.answer(letters["rix.officer"], "TENTATIVE", "COUNTER", "A course ends.", days=7)
    stands(minsk, VOLHA, "Declined")
    expect(row(minsk, VOLHA)).to_contain_text("My sister marries.")
    # The seat went down the line by itself.
    post.answer(post.letter("pol.leader", "by"), "TENTATIVE")
    stands(minsk, IRYNA, "Tentative")
    stands(riga, ARTIS, "Accepted")
    stands(riga, NATALLIA, "Accepted")
    expect(row(riga, IRYNA)).to_have_count(1)
    expect(row(riga, VOLHA)).to_have_count(0)
    expect(riga.page.locator("main")).not_to_contain_text("My sister marries.")


def another_time_does_not_suit(riga, minsk, post, people):
    """Riga tries what its officer proposed: one of Minsk's people is away then, nobody says why."""
    page = riga.page
    eventually(lambda: page.reload() and page.locator(".proposed").count(), 20)
    expect(page.locator(".proposed")).to_contain_text(f"{KARLIS} proposes another time")
    riga.accessible()
    minsk.page.reload()
    expect(minsk.page.locator(".proposed")).to_be_visible()
    expect(page.locator(".proposed")).to_contain_text("A course ends.")
    expect(minsk.page.locator("main")).not_to_contain_text("A course ends.")
    expect(minsk.page.get_by_role("link", name="Move to this time")).to_have_count(0)
    page.get_by_role("link", name="Move to this time").click()
    page.wait_for_url("**/change/**")
    page.keyboard.press("Control+Enter")
    told = page.locator(".errsum, [role=alert]").first
    expect(told).to_contain_text(f"{NATALLIA} is not free then")
    expect(page.locator("main")).not_to_contain_text("absence")
    page.goto(people)
    page.locator(".proposed").get_by_role("button", name="Decline").click()
    expect(page.locator(".proposed")).to_have_count(0)
    post.letter("rix.officer", "lv", "DECLINECOUNTER")


def accept_by_keys(screen):
    page = screen.page
    screen.accessible()
    part = page.locator("article", has_text=TITLE)
    here = f"#{part.get_attribute('id')}"
    to_by_keys(page, f"{here} [name=reason]")
    page.keyboard.type("The course can wait.")
    page.keyboard.press("Enter")  # which of the answers is meant nobody said yet
    to_by_keys(page, f"{here} button[value=accepted]")
    expect(part.locator(".chip")).to_have_text("Invited")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(part.locator(".chip")).to_have_text("Accepted")
    expect(part).to_contain_text("The course can wait.")


def write_travel(screen, number, remarks):
    page = screen.page
    page.goto("/activities/mine/")
    part = page.locator("article", has_text=TITLE)
    part.get_by_role("link", name="My travel and crossing pass").click()
    page.fill("[name=pass_number]", number)
    page.fill("[name=remarks]", remarks)
    screen.accessible()
    press(screen, "Save")


def travel_is_read_by_who_needs_it(riga, minsk, people):
    """Riga plans for a third country, so it receives: it reads the pass of Minsk's people, and no
    more. Minsk reads nothing of the papers of Riga's people."""
    for screen in (riga, minsk):
        screen.page.goto(people)
    own = row(riga, ARTIS).get_by_role("link", name="Travel").get_attribute("href")
    expect(row(minsk, NATALLIA).get_by_role("link", name="Travel")).to_have_count(1)
    expect(row(minsk, ARTIS).get_by_role("link", name="Travel")).to_have_count(0)
    minsk.expect("403")
    assert minsk.page.goto(own).status == 403
    assert "PS-4711" not in minsk.page.content()
    row(riga, NATALLIA).get_by_role("link", name="Travel").click()
    expect(riga.page.locator("main")).not_to_contain_text("PS-0815")
    press(riga, "Read them")
    expect(riga.page.locator("main")).to_contain_text("PS-0815")
    expect(riga.page.locator("main")).not_to_contain_text("Nuts")
    riga.accessible()


def test_a_study_visit_is_planned_by_both_and_counted(seat, screen, portal):
    today = datetime.now(VIENNA).date()
    first = today + timedelta(42 + 1 - today.weekday())  # a Tuesday
    riga = seat("lv.coordinator", "/activities/new/", timezone_id="Europe/Riga")
    minsk = seat("by.coordinator", timezone_id="Europe/Minsk")
    address = plan(riga, first)
    people = f"{address}people/"
    agree_on_it(riga, minsk, address)
    away = seat("pol.head", "/duty/")
    away.page.fill("[name=absence-first_day]", f"{first + timedelta(7):%d.%m.%Y}")
    press(away, "Enter the absence")
    nominate(riga, minsk)
    for username in ("lv.hq", "by.hq"):
        let_go(seat(username, people))
    seats_given(riga, minsk, people)

    post = Post(portal)
    answered_by_mail(riga, minsk, post, people)
    another_time_does_not_suit(riga, minsk, post, people)
    accept_by_keys(seat("rix.officer", "/activities/mine/"))
    write_travel(seat("dgp.officer"), "PS-4711", "Vegan.")
    write_travel(away, "PS-0815", "Nuts.")
    travel_is_read_by_who_needs_it(riga, minsk, people)
    riga.page.goto(address)
    press(riga, "Confirm that it takes place")

    # It is the second day of the visit.
    pass_days(portal, address, (first + timedelta(1) - today).days)
    at(riga, address, "Running")
    here_by_the_code(seat, minsk, address)
    who_came(riga, minsk, address)
    # And the day after.
    pass_days(portal, address, 1)
    at(riga, address, "Held")
    for coordinator in (minsk, riga):
        close_the_list(coordinator, address)
    certificates_are_issued(riga, minsk, address)
    held, other = paper_of(away), paper_of(seat("dgp.officer"))
    days = today - timedelta(2), today - timedelta(1)
    verified_by_a_stranger(screen, held, other, *days)
    the_report_counts_it(riga, minsk, *days)
