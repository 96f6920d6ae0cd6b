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
NEVER = "Svaigas pēdas pie joslas Ludzas pusē"  # of the demo, like the one that was released
GIVEN = "Bezpilota lidaparāts naktī virs pierobežas joslas"
LOST = "Typed while the line was dead."
TITLE = "Night crossings north of Bigosovo"
PEOPLE = (
    *("lud.analyst", "msq.analyst", "lv.analyst", "lv.approver", "by.approver"),
    *("lv.hq", "pol.duty"),
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
    page.locator("[name=unit]").select_option("LV-LUD")
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
    keep_what_is_typed(screen, addresses[0])
    page = screen.page
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


def keep_what_is_typed(screen, address):
    """With the line dead and the tab closed; with a save that is refused; and in two tabs."""
    page = screen.page
    screen.expect("409", "400", "ERR_INTERNET_DISCONNECTED")
    page.goto(address)
    page.wait_for_selector("html[data-link=live]")
    text, line = page.locator("#id_text"), page.locator("#save .words")
    screen.context.set_offline(True)
    text.press_sequentially(LOST)
    expect(line).to_have_text(re.compile("waits|not sent", re.I))
    page.close(run_before_unload=False)
    screen.context.set_offline(False)
    page = screen.page = screen.context.new_page()
    page.goto(address)
    kept = page.locator("[data-kept]")
    expect(kept).to_contain_text(LOST)
    expect(page.locator("#id_text")).to_have_value("")
    kept.locator("[data-put-back]").click()
    saved = re.compile(r"Saved on server \d\d:\d\d")
    expect(page.locator("#save .words")).to_have_text(saved)

    # The other tab writes meanwhile; the first one shows both and decides.
    other = screen.context.new_page()
    other.goto(address)
    other.locator("#id_text").fill("Of the other tab.")
    expect(other.locator("#save .words")).to_have_text(saved)
    page.locator("#id_text").fill("Of the first tab.")
    stale = page.locator("[data-stale]")
    expect(stale).to_contain_text("Of the other tab.")
    expect(page.locator("#id_text")).to_have_value("Of the first tab.")
    screen.accessible()
    stale.locator("[data-take-both]").click()
    expect(page.locator("#save .words")).to_have_text(saved)
    other.goto(address)
    expect(other.locator("#id_text")).to_have_value("Of the first tab.\n\nOf the other tab.")

    # What is refused stays on this PC.
    other.close()
    page.locator("#id_text").fill("x" * 20_001)
    expect(page.locator("#save .words")).to_contain_text("20")
    expect(page.locator("#save [data-mark=bad]")).to_be_visible()
    expect(page.locator("#save [data-mark=good]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-kept-text]")).to_contain_text("xxx")
    page.locator("[data-throw-away]").click()
    expect(page.locator("[data-kept]")).to_be_hidden()


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
    form.locator("[name=unit]").select_option("LV-LUD")
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


def test_from_a_procedure_of_both_sides_to_a_report_that_is_acknowledged(seat):
    ludza, minsk = seat("lud.analyst"), seat("msq.analyst")
    minsk.expect("404")
    version = write_the_procedure(ludza, minsk)
    approve_the_procedure(version, seat("lv.approver"), seat("by.approver"))
    brochure_follows(minsk)

    centre = seat("lv.analyst")
    base = ask_for_the_report(centre)
    ludza.page.goto(base)
    write_the_parts(ludza, base)
    cite(ludza, base, "incident", GIVEN)
    cite(centre, base, "open_source", "")  # the centre alone reads these records
    cite(ludza, base, "incident", NEVER)
    page = ludza.page
    expect(page.locator("[id^=cite-]")).to_have_count(3)
    ludza.accessible()
    judge(ludza, base)
    page.goto(base)
    reviewer = page.locator("[name=reviewer] option", has_text="Mežs").get_attribute("value")
    page.locator("[name=reviewer]").select_option(reviewer)
    press(ludza, "ask", "do")
    review(seat("lv.hq"), ludza, base)
    approver = seat("lv.approver")
    approver.page.goto(f"{base}approve/")
    approver.accessible()
    press(approver, "approve", "do")
    send(ludza, base)
    acknowledge(seat("pol.duty"), base)
    page.goto(base)
    expect(page.locator("[aria-labelledby=told]")).to_contain_text("acknowledged")
