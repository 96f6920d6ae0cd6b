"""After a study visit: who came, certificates, and the report that counts it."""

import csv
import io
import re

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.scanned import scanned
from tests.journeys.visit_kit import ARTIS, IRYNA, KARLIS, NATALLIA, TITLE, press, row


def tick_the_list(screen, address, wanted):
    """`wanted`: how many of the days, by officer."""
    page = screen.page
    page.goto(f"{address}attendance/")
    for officer, days in wanted.items():
        for day in range(days):
            row(screen, officer).locator("[name=p]").nth(day).check()
    screen.accessible()
    press(screen, "Save the list")


def here_by_the_code(seat, door, address):
    """Minsk shows the code at the door; the officer's telephone reads it."""
    page = door.page
    page.goto(f"{address}attendance/")
    page.get_by_role("link", name="Code for the door").click()
    picture = page.locator(".qr svg")
    door.accessible()
    size = int(picture.get_attribute("viewBox").split()[-1])
    read = scanned(picture.locator("path").get_attribute("d"), size)
    phone = seat("pol.head", read, viewport={"width": 390, "height": 800})
    press(phone, "I am here")
    expect(phone.page.locator("main [role=status]")).to_contain_text("you are here today")
    phone.accessible()
    stranger = seat("msq.officer")
    stranger.expect("409")
    stranger.page.goto(read)
    expect(stranger.page.locator("main")).to_contain_text("You have no seat")
    expect(stranger.page.get_by_role("button", name="I am here")).to_have_count(0)


def who_came(riga, minsk, address):
    tick_the_list(minsk, address, {NATALLIA: 1})
    expect(row(minsk, ARTIS).locator("[name=p]")).to_have_count(0)
    tick_the_list(riga, address, {ARTIS: 2, KARLIS: 1})
    expect(row(riga, NATALLIA).locator("[name=p]:checked")).to_have_count(2)
    expect(row(riga, NATALLIA)).to_contain_text("code")


def close_the_list(screen, address):
    screen.page.goto(f"{address}attendance/")
    press(screen, "Close the list")


def certify(screen, address):
    page = screen.page
    page.goto(f"{address}certificates/")
    screen.accessible()
    expect(page.locator("[name=part]").first).to_be_visible()
    press(screen, "Issue certificates")
    expect(page.locator("[name=share]")).to_have_count(0)  # it stays as it was then


def certificates_are_issued(riga, minsk, address):
    certify(minsk, address)
    expect(row(minsk, NATALLIA)).to_contain_text("CERT-")
    expect(row(minsk, ARTIS)).not_to_contain_text("CERT-")
    certify(riga, address)
    expect(row(riga, ARTIS)).to_contain_text("CERT-")
    # One day of two is not enough, and who never came is not on the list.
    expect(row(riga, KARLIS)).to_contain_text("50 %")
    expect(row(riga, KARLIS)).not_to_contain_text("CERT-")
    expect(row(riga, IRYNA)).to_have_count(0)


def paper_of(screen):
    """(number, code) as they stand on the officer's own paper."""
    page = screen.page
    page.goto("/activities/mine/certificates/")
    screen.accessible()
    link = page.locator("article", has_text=TITLE).get_by_role("link", name="(PDF)").first
    paper = page.request.get(link.get_attribute("href"))
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.body())).pages)
    return re.search(r"(CERT-\d{4}-\d{5}) · ([\w-]+)", text).groups()


def verified_by_a_stranger(screen, held, other, *days):
    """Nobody signed in; a false number, or the code of another paper, is not known."""
    anyone = screen(locale="en-GB")
    page = anyone.page

    def said(number, code):
        page.goto("/verify/")
        page.fill("[name=number]", number)
        page.fill("[name=code]", code)
        press(anyone, "Verify")
        anyone.accessible()
        return page.locator("main [role=status]")

    number, code = held
    expect(said(number, code)).to_contain_text(f"{number} was issued and holds")
    expect(page.locator("main")).to_contain_text(NATALLIA)
    expect(page.locator("main")).to_contain_text(TITLE)
    # It ends at midnight: the next day is none of it.
    expect(page.locator("main")).to_contain_text(f"{days[0]:%-d %b %Y} – {days[1]:%-d %b %Y}")
    for wrong in (("CERT-2026-99999", code), (number, other[1]), (other[0], code)):
        expect(said(*wrong)).to_contain_text("Not known")
        expect(page.locator("main")).not_to_contain_text(NATALLIA)


SUMS = {
    "Participants": ["2", "1", "3"],
    "Participant-days": ["3", "2", "5"],
    "Different people": ["2", "1", "3"],
}


def the_report_counts_it(riga, minsk, first, last):
    for screen in (riga, minsk):
        page = screen.page
        page.goto("/activities/report/")
        page.fill("[name=since]", f"{first:%d.%m.%Y}")
        page.fill("[name=until]", f"{last:%d.%m.%Y}")
        page.get_by_role("button", name="Apply").click()
        page.wait_for_url("**since=**")
        expect(page.locator("[name=period]")).to_have_value("")  # the days count, no period
        screen.accessible()
        for label, values in SUMS.items():
            found = page.locator(
                "[aria-labelledby=sums] tr", has=page.get_by_text(label, exact=True)
            )
            assert found.locator("td").all_inner_texts() == values, label
        expect(page.locator("[aria-labelledby=seats]")).to_contain_text("Belarus")
        link = page.locator("main .acts a", has_text="CSV").get_attribute("href")
        file = page.request.get(page.url.partition("?")[0] + link)
        rows = list(csv.reader(io.StringIO(file.body().decode("utf-8-sig")), delimiter=";"))
        for label, values in SUMS.items():
            assert [one[3] for one in rows if one[:2] == ["In one view", label]] == values
