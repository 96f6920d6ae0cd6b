"""The live link: its heartbeat, its sound, one stream for all tabs, the end of a session."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from incidents.demo.people import PASSWORD
from tests.kernel.machinery import answers, eventually

from .conftest import Colleague
from .signs import link, sound, tones, word

pytestmark = pytest.mark.journey

MISSED = "Released while nobody was connected"
WHILE_DOWN = f"""
from django.utils.timezone import now
from bordercoop.access.models import User
from contactpoints.models import units
from incidents.actions import release_incident, report_incident
officer = User.objects.get(username="dgp.duty")
content = dict(category="UBC-LND", severity=3, headline={MISSED!r}, happened_at=now(),
    happened_precision="minute", language="lv")
incident = report_incident(unit=units()["LV-DGP"], content=content, by=officer)
release_incident(incident, desks=[units()["DESK-POL"]], by=officer)
"""


@pytest.fixture
def watched(screen, colleague):
    """A console with a clock that can be moved on."""

    def watched(username):
        here = screen()
        here.page.clock.install()
        here.open("/console/", colleague(username))
        link(here.page, "live")
        return here

    return watched


def test_a_dead_server_is_seen_and_what_was_missed_is_fetched_when_it_is_back(watched, portal):
    here = watched("pol.duty")
    here.expect("ERR_", "Failed to load", "NetworkError")
    page, web = here.page, portal.processes["web"]
    sign, banner = page.locator("#live"), page.locator("#link-down")
    page.keyboard.press("j")
    sound(page, "on")
    web.kill()
    assert not web.alive()
    assert not answers(portal.port)
    since = datetime.now(UTC)

    try:
        page.clock.fast_forward(20_000)
        link(page, "slow")
        expect(sign.locator(".word")).to_have_text(word(page, "link_slow"))
        expect(banner).to_be_hidden()
        page.clock.fast_forward(30_000)
        link(page, "down")
        expect(sign.locator(".word")).to_have_text(word(page, "link_down"))
        told = banner.inner_text()
        minsk = {
            f"{(since - timedelta(seconds=ago)).astimezone(ZoneInfo('Europe/Minsk')):%H:%M}"
            for ago in (0, 5, 10)
        }
        assert minsk & set(re.findall(r"\d\d:\d\d", told)), (minsk, told)
        phone = page.locator("[data-phone]").first.get_attribute("data-phone")
        assert phone in told
        here.accessible()
        heard = tones(page)
        page.clock.fast_forward(15_000)
        eventually(lambda: tones(page) >= heard + 3, 20)
        portal.run("shell", "-c", WHILE_DOWN)
    finally:
        portal.start("web")
    link(page, "live")
    expect(banner).to_be_hidden()
    card = page.locator("[data-list=need] > li", has_text=MISSED)
    expect(card).to_be_visible()
    card.locator("[name=note]").fill("Seen.")
    card.locator("[name=note]").press("Enter")
    expect(card).to_have_count(0)


def test_a_server_that_hangs_is_no_live_link(watched, portal):
    here = watched("dgp.duty")
    page, web = here.page, portal.processes["web"]
    web.signal(19)
    try:
        page.clock.fast_forward(20_000)
        link(page, "slow")
        page.clock.fast_forward(30_000)
        link(page, "down")
        expect(page.locator("#link-down")).to_be_visible()
    finally:
        web.signal(18)
    link(page, "live")
    expect(page.locator("#link-down")).to_be_hidden()


def test_the_sound_is_blocked_until_a_key_then_on_and_off_by_its_button(seat, alert):
    page = seat("msq.duty", "/console/").page
    link(page, "live")
    sound(page, "blocked")
    first = alert("rix.duty", "msq.duty", category="DOC")
    expect(page.locator("[data-list=need]")).to_contain_text(first["headline"])
    assert tones(page) == 0
    page.keyboard.press("j")
    sound(page, "on")
    eventually(lambda: tones(page) > 0, 20)

    button = page.locator("button[data-sound]")
    button.click()
    sound(page, "off")
    silent = tones(page)
    second = alert("rix.duty", "msq.duty", category="DOC", severity=4)
    page.mouse.move(0, 0)
    page.locator("h1").click()
    expect(page.locator("[data-list=need]")).to_contain_text(second["headline"])
    assert tones(page) == silent
    page.reload()
    sound(page, "off")
    page.locator("button[data-sound]").click()
    sound(page, "on")
    eventually(lambda: tones(page) > 0, 20)


def test_the_tabs_of_an_officer_share_one_stream(seat, alert):
    first = seat("rix.duty", "/console/")
    link(first.page, "live")
    context = first.context
    streams = []
    context.on("request", lambda r: streams.append(r.url) if "/live/" in r.url else None)
    first.page.reload()
    link(first.page, "live")
    second, third = context.new_page(), context.new_page()
    second.goto("/console/")
    third.goto("/incidents/")
    for page in (second, third):
        link(page, "live")
    assert len(streams) == 1, streams
    sent = alert("msq.duty", "rix.duty", category="DOC")
    for page in (first.page, second):
        expect(page.locator("[data-list=need]")).to_contain_text(sent["headline"])
    expect(third.locator("#toasts")).to_contain_text(sent["headline"])
    expect(third.locator("[data-need-count]").first).to_be_visible()

    first.page.close()
    sent = alert("msq.duty", "rix.duty", category="DOC")
    expect(second.locator("[data-list=need]")).to_contain_text(sent["headline"])
    link(second, "live")
    eventually(lambda: len(streams) == 2, 20)


def test_signed_out_elsewhere_the_page_says_so_and_the_text_can_still_be_sent(screen, portal):
    here = screen("by.hq")
    here.expect("status of 401")
    page = here.page
    page.goto("/incidents/new/")
    link(page, "live")
    page.locator("[name=category][value=UBC-LND]").check()
    page.locator("[name=severity][value='2']").check()
    page.fill("[name=headline]", "Typed before the session ended")
    page.fill("[name=happened_date]", "1702 0800")
    page.locator("[name=next][value=record]").check()
    elsewhere = Colleague(portal, "by.hq")
    answer = elsewhere.page("/accounts/sessions/", all="yes")
    assert answer.ok, answer.text[:500]

    banner = page.locator("#signed-out")
    expect(banner).to_be_visible()
    here.accessible()
    assert page.input_value("[name=headline]") == "Typed before the session ended"
    page.keyboard.press("Control+Enter")
    expect(page.locator("#save .words")).to_have_text(word(page, "not_sent"))
    assert page.url.endswith("/incidents/new/")
    address = urlsplit(banner.locator("a").get_attribute("href"))
    assert address.path == "/accounts/login/"
    assert "next=/incidents/new/" in address.query.replace("%2F", "/")
    with here.context.expect_page() as opened:
        banner.locator("a").click()
    tab = opened.value
    tab.fill("[name=login]", "by.hq")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("body[data-user]")
    assert urlsplit(tab.url).path == "/incidents/new/"
    tab.close()
    page.evaluate("dispatchEvent(new Event('focus'))")  # Playwright's pages never lose it
    expect(banner).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/\?sent="))
    expect(page.locator("h1")).to_have_text("Typed before the session ended")
