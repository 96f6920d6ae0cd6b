"""Analysts of both sides write a procedure, approvers agree it, and the brochure follows. By that
procedure a report is written, reviewed, approved, sent and acknowledged on the other side; nothing
of what was never released crosses with it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey

SOP = "/sops/SOP-OPERATIONAL/"
MARK = "Say which shifts had nobody at the section"
IN_WORDS = {
    "lv": "Norādiet, kurās maiņās posmā neviena nebija",
    "be": "Назавіце змены, калі на ўчастку нікога не было",
    "ru": "Назовите смены, когда на участке никого не было",
    "en": MARK,
}
REPORT = re.compile(r"/risk/reports/([0-9a-f-]{36})/")
NEVER = "A boat that nobody released"
TITLE = "Night crossings north of Bigosovo"
PEOPLE = (
    *("lud.analyst", "msq.analyst", "lv.analyst", "lv.approver", "by.approver"),
    *("dgp.duty", "pol.duty"),
)


@pytest.fixture(autouse=True)
def _english(english):
    for username in PEOPLE:
        english(username)


def press(screen, value, name="deed"):
    """The button of this deed, or the only one of the form that names it."""
    page = screen.page
    hidden = page.locator(f"form:has(input[type=hidden][name={name}][value={value}]) button")
    with page.expect_navigation():  # the editor keeps the text before it sends it
        page.locator(f"main button[name={name}][value={value}]").or_(hidden).first.click()


def typed(day):
    return f"{day:%d.%m.%Y}"


def write_the_procedure(ludza, minsk):
    """Ludza drafts the next version, Minsk proposes other words; the number of the version."""
    page = ludza.page
    page.goto(SOP)
    press(ludza, "draft")
    version = re.search(rf"{SOP}(\d+)/", page.url)[1]
    base = f"{SOP}{version}/"
    assert minsk.page.goto(base).status == 404
    page.goto(f"{base}steps/lay_out_facts/")
    for language, words in IN_WORDS.items():
        field = page.locator(f"[name=text_{language}]")
        field.fill(f"{field.input_value()} {words}.")
    page.locator("main form button[type=submit].primary").click()
    page.goto(base)
    ludza.accessible()
    press(ludza, "consult")

    other = minsk.page
    assert other.goto(base).ok
    form = other.locator("form#comment")
    form.locator("[name=step]").select_option("lay_out_facts")
    form.locator("[name=text]").fill("Of both sides, else a quiet night looks safe.")
    form.locator("[name=proposed]").fill(f"{MARK}, on either side")
    form.locator("button[type=submit]").click()

    page.goto(f"{base}steps/lay_out_facts/")
    field = page.locator("[name=text_en]")
    field.fill(field.input_value().replace(MARK, f"{MARK}, on either side"))
    page.locator("main form button[type=submit].primary").click()
    page.goto(base)
    page.locator("input[id^=answer-]").first.fill("Taken up in these words.")
    page.locator("button[name=taken_up][value=yes]").first.click()
    days = page.locator("form:has([name=deed][value=days])")
    days.locator("[name=effective_on]").fill(typed(datetime.now(UTC)))
    days.locator("button[type=submit]").click()
    page.goto(f"{base}changes/")
    expect(page.locator("main")).to_contain_text("on either side")
    ludza.accessible()
    return version


def approve_the_procedure(version, *approvers):
    for screen in approvers:
        screen.page.goto(f"{SOP}{version}/")
        press(screen, "approve")
        expect(screen.page.locator("[aria-labelledby=approvals] .chip.ok").first).to_be_visible()
    page = approvers[0].page
    page.goto(SOP)
    expect(page.locator(".head")).to_contain_text(f"Version {version}")


def brochure_follows(reader):
    """The newest edition says the new words in each language, as page and on paper."""
    page = reader.page

    def shown(language):
        page.goto(f"/brochure/?language={language}")
        return IN_WORDS[language] in page.locator("main").inner_text()

    eventually(lambda: shown("en"), 60)
    for language in IN_WORDS:
        assert shown(language), language
        link = page.locator("main a[href*='/pdf/']").first.get_attribute("href")
        paper = page.request.get(link)
        assert paper.ok, link
        assert paper.body().startswith(b"%PDF-"), link


def ask_for_the_report(screen):
    page, today = screen.page, datetime.now(UTC).date()
    page.goto("/risk/reports/new/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=tasking]").fill("Will people cross by night in the next three weeks?")
    page.locator("[name=starts_on]").fill(typed(today - timedelta(21)))
    page.locator("[name=ends_on]").fill(typed(today))
    page.locator("[name=sections][value=S07]").check()
    page.locator("[name=deadline_date]").fill(typed(today + timedelta(5)))
    page.locator("[name=deadline_time]").fill("12:00")
    page.locator("main form button.primary").click()
    page.wait_for_url(REPORT)
    return REPORT.search(page.url)[0]


def write_the_parts(screen, base):
    """Each step of the procedure as a part; what was typed is there again after the tab closed."""
    page = screen.page
    press(screen, "begin", "do")
    parts = page.locator("a[href*='/parts/']")
    addresses = sorted({link.get_attribute("href") for link in parts.all()})
    assert len(addresses) >= 4
    page.goto(addresses[1])
    expect(page.locator("aside.guide")).to_contain_text("on either side")
    page.locator("#id_text").press_sequentially("Four nights with boats [1], one from afar [2].")
    expect(page.locator("#save")).to_contain_text(re.compile(r"Saved on server \d\d:\d\d"))
    page.goto(addresses[1])
    expect(page.locator("#id_text")).to_have_value(re.compile("Four nights"))
    screen.accessible()
    for number, address in enumerate(addresses, 1):
        page.goto(address)
        text = page.locator("#id_text")
        if text.is_visible():
            text.fill(text.input_value() or f"What belongs to step {number}.")
            press(screen, "done", "do")
        if number == 2:
            page.goto(base)
            press(screen, "draft", "do")


def cite(screen, base, kind, words):
    page = screen.page
    page.goto(f"{base}evidence/?kind={kind}&q={words}")
    page.locator("#pick button[name=cite]").first.click()
    page.wait_for_load_state()


def judge(screen, base):
    page = screen.page
    page.goto(f"{base}judgements/")
    form = page.locator("#judge")
    form.locator("[name=text]").fill("Boats will be used again on nights without a moon.")
    form.locator("[name=probability][value=likely]").check(force=True)
    form.locator("[name=confidence][value=moderate]").check(force=True)
    form.locator("[name=alternative]").fill("The boats belong to fishermen of the lake.")
    for box in form.locator("[name=cites]").all():
        box.check()
    press(screen, "judge", "do")
    form = page.locator("#advise")
    form.locator("[name=text]").fill("Watch the lake from the water on these nights.")
    form.locator("[name=unit]").select_option("LV-DGP")
    form.locator("[name=due]").fill(typed(datetime.now(UTC) + timedelta(14)))
    press(screen, "advise", "do")
    expect(page.locator("#recommendation-1")).to_be_visible()
    screen.accessible()


def review(reviewer, author, base):
    """The reviewer asks, the author answers, and it is ready to be approved."""
    page = reviewer.page
    page.goto(f"{base}review/")
    page.locator("summary", has_text="Comment on this").first.click()
    page.locator("textarea[id^=c-]").first.fill("Which nights exactly?")
    page.locator("button[name=do][value=comment]").first.click()
    author.page.goto(f"{base}review/")
    author.page.locator("[name=resolution]").fill("They are named in the list of evidence.")
    press(author, "resolve", "do")
    page.reload()
    reviewer.accessible()
    press(reviewer, "pass", "do")


def send(screen, base):
    page = screen.page
    page.goto(f"{base}send/")
    expect(page.locator("[aria-labelledby=theirs-title]")).to_contain_text("withheld")
    page.locator("[name=desks][value=DESK-POL]").check()
    screen.accessible()
    page.locator("form[aria-labelledby=send-title] button.primary").click()
    page.wait_for_url("**" + base)


def acknowledge(screen, base):
    """The desk of the other side hears of it, reads its own copy, and acknowledges."""
    page = screen.page
    page.goto("/console/")
    expect(page.locator("main")).to_contain_text(TITLE, timeout=60_000)
    page.goto(base)
    said = page.locator("main").inner_text()
    assert TITLE in said
    assert "Boats will be used again" in said
    assert NEVER not in page.content()
    screen.accessible()
    paper = page.request.get(f"{base}paper.pdf")
    assert paper.ok
    assert paper.body().startswith(b"%PDF-")
    page.locator("form[action*='/acknowledge/'] button").click()
    expect(page.locator("form[action*='/acknowledge/']")).to_have_count(0)


def test_from_a_procedure_of_both_sides_to_a_report_that_is_acknowledged(seat, colleague, alert):
    ludza, minsk = seat("lud.analyst"), seat("msq.analyst")
    minsk.expect("404")
    version = write_the_procedure(ludza, minsk)
    approve_the_procedure(version, seat("lv.approver"), seat("by.approver"))
    brochure_follows(minsk)

    known = alert("dgp.duty", "pol.duty", "Rubber boat found at the lake")
    colleague("dgp.duty").report(unit="LV-DGP", headline=NEVER, language="en")
    centre = seat("lv.analyst")
    page, base = centre.page, ask_for_the_report(centre)
    write_the_parts(centre, base)
    cite(centre, base, "incident", known["number"])
    cite(centre, base, "open_source", "")
    cite(centre, base, "incident", NEVER)
    expect(page.locator("[id^=cite-]")).to_have_count(3)
    centre.accessible()
    judge(centre, base)
    page.goto(base)
    reviewer = page.locator("[name=reviewer] option", has_text="Smilga").get_attribute("value")
    page.locator("[name=reviewer]").select_option(reviewer)
    press(centre, "ask", "do")
    review(ludza, centre, base)
    approver = seat("lv.approver")
    approver.page.goto(f"{base}approve/")
    approver.accessible()
    press(approver, "approve", "do")
    send(centre, base)
    acknowledge(seat("pol.duty"), base)
    page.goto(base)
    expect(page.locator("[aria-labelledby=told]")).to_contain_text("acknowledged")
