"""What is typed is kept on the PC until it is sent, and then it is gone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

SAVED_HERE = r"Draft saved on this PC \d\d:\d\d:\d\d · not sent yet"
SAVED_THERE = r"Saved on server \d\d:\d\d:\d\d"
NOT_SAVED = "Not saved: disk full or blocked, keep this page open"
SECRET = "Nobody else reads this"
KEPT = """async () => {
  const opened = indexedDB.open('bordercoop');
  const base = await new Promise(done => { opened.onsuccess = () => done(opened.result); });
  if (!base.objectStoreNames.contains('drafts')) { base.close(); return []; }
  const asked = base.transaction('drafts').objectStore('drafts').getAll();
  const all = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
  base.close();
  return all.map(draft => Object.values(draft).map(part => part instanceof ArrayBuffer
    ? new TextDecoder().decode(part) : JSON.stringify(part)).join(' '));
}"""


def save_line(page, pattern):
    """Wait until the one save line says exactly this."""
    expect(page.locator("#save .words")).to_have_text(re.compile(f"^(?:{pattern})$"))


def kept(page):
    return page.evaluate(KEPT)


def fill(page):
    """Something in every kind of field."""
    page.locator("[name=category][value=UBC-LND]").check()
    page.locator("[name=severity][value='4']").check()
    page.fill("[name=headline]", "Āboli, яблокі & <b>яблоки</b>")
    page.fill("[name=happened_date]", "1702 0800")
    page.locator("[name=happened_date]").blur()
    page.select_option("[name=happened_zone]", "Europe/Minsk")
    page.select_option("[name=detected_precision]", "day")
    page.fill("[name=detected_date]", "18.02.2026")
    page.fill("[name=coordinates]", "55.7912, 27.3010")
    page.fill("[name=people_total]", "8")
    page.fill("[name=narrative]", "First line\n\nThird line")
    page.fill("[name=internal_note]", SECRET)
    page.locator("[name=exercise]").check()
    page.locator("[name=next][value=record]").check()


def content(page):
    """All that the form would send, but for its token and its key."""
    return page.evaluate(
        "[...new FormData(document.getElementById('report'))]"
        ".filter(([name]) => name !== 'csrfmiddlewaretoken')"
    )


@pytest.fixture
def form(seat, english):
    """An empty form of an officer who reads English."""
    english("rix.duty")
    return seat("rix.duty", "/incidents/new/")


def test_a_reload_gives_everything_back_and_discarding_gives_an_empty_form(form):
    page = form.page
    fill(page)
    typed = content(page)
    save_line(page, "Saving…|" + SAVED_HERE)
    save_line(page, SAVED_HERE)
    page.reload()
    notice = page.locator("#kept")
    notice.wait_for()
    assert content(page) == typed
    assert re.search(r"Your draft of \d\d:\d\d is back", notice.inner_text())
    assert page.locator("[name=detected_time]:visible").count() == 0

    with page.expect_navigation():
        notice.locator("button").click()
    page.wait_for_selector("html[data-link=live]")
    assert page.input_value("[name=headline]") == ""
    assert page.locator("[name=category]:checked").count() == 0
    assert notice.is_hidden()
    assert kept(page) == []


def test_the_save_line_says_saving_at_once_and_the_time_of_the_write_after(form):
    page = form.page
    page.clock.install()
    page.reload()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    page.locator("[name=headline]").press_sequentially("abc")
    save_line(page, "Saving…")
    assert kept(page) == []
    page.clock.fast_forward(700)
    page.locator("[name=headline]").press_sequentially("d")
    page.clock.fast_forward(700)
    save_line(page, "Saving…")
    page.clock.fast_forward(100)
    save_line(page, SAVED_HERE)
    page.keyboard.press("Control+s")
    save_line(page, SAVED_HERE)
    assert len(kept(page)) == 1


def test_a_sent_draft_is_gone_and_the_page_says_saved_on_server(form, colleague):
    page = form.page
    fill(page)
    page.fill("[name=headline]", "Sent once and kept no longer")
    save_line(page, SAVED_HERE)
    assert len(kept(page)) == 1
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/\?sent="))
    page.locator("#toasts", has_text=re.compile(SAVED_THERE)).wait_for()
    assert kept(page) == []
    page.goto("/incidents/new/")
    page.wait_for_selector("html[data-link=live]")
    assert page.locator("#kept").is_hidden()
    assert page.input_value("[name=headline]") == ""
    rows = colleague("rix.duty").get("/incidents/?category=UBC-LND").json()["results"]
    assert [row["headline"] for row in rows].count("Sent once and kept no longer") == 1


def test_a_full_disk_is_told_and_the_page_keeps_the_text(form):
    page = form.page
    session = page.context.new_cdp_session(page)
    origin = page.evaluate("location.origin")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    page.fill("[name=headline]", "Nowhere to be kept")
    save_line(page, NOT_SAVED)
    assert page.input_value("[name=headline]") == "Nowhere to be kept"
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    page.locator("[name=headline]").press_sequentially(" but here")
    save_line(page, SAVED_HERE)


def test_signing_out_wipes_the_drafts_of_the_pc(screen):
    page = screen("rix.duty").page
    page.goto("/incidents/new/")
    page.fill("[name=internal_note]", SECRET)
    expect(page.locator("#save .words")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    (draft,) = kept(page)
    assert SECRET not in draft
    page.locator("nav form[data-sign-out] button").click()
    page.wait_for_url("**/accounts/login/**")
    assert kept(page) == []


def test_a_draft_of_an_ended_session_cannot_be_read(screen):
    here = screen("rix.duty")
    page = here.page
    page.goto("/incidents/new/")
    page.fill("[name=internal_note]", SECRET)
    expect(page.locator("#save .words")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert len(kept(page)) == 1
    page.goto("about:blank")
    here.context.clear_cookies()
    here.sign_in("rix.duty")
    page.goto("/incidents/new/")
    page.wait_for_selector("html[data-link=live]")
    assert page.input_value("[name=internal_note]") == ""
    assert page.locator("#kept").is_hidden()
    assert kept(page) == []
