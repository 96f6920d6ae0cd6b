"""With scripts switched off: report, release after a look at the preview, acknowledge."""

import re
import time

import pytest

pytestmark = pytest.mark.journey

OFF = {"java_script_enabled": False}
SIDES = [("dgp.duty", "pol.duty", "DESK-POL"), ("pol.duty", "dgp.duty", "DESK-DGP")]
LINE = "  Наряд выехал · Patruļa izbrauca  "


@pytest.mark.parametrize(("sender", "receiver", "desk"), SIDES, ids=[s[0] for s in SIDES])
def test_an_incident_is_reported_released_and_acknowledged(seat, colleague, sender, receiver, desk):
    headline = f"Without scripts, {sender} at {time.time():.3f}"
    here = seat(sender, "/incidents/new/", **OFF).page
    assert here.locator("[data-needs-script]:visible").count() == 0
    here.locator("[name=category][value=UBC-LND]").check()
    here.locator("[name=severity][value='3']").check()
    here.fill("[name=headline]", headline)
    here.fill("[name=happened_date]", "1702 0800")
    here.fill("[name=people_total]", "8")
    here.fill("[name=narrative]", "Eight tracks.")
    here.fill("[name=internal_note]", "Only for us.")
    here.click("button[type=submit][form=report]")
    here.wait_for_url("**/release/**")

    preview = here.locator("[data-preview]")
    assert headline in preview.inner_text()
    assert "Eight tracks." in preview.inner_text()
    assert "Only for us." not in preview.inner_text()
    here.locator("[name=fields][value=narrative]").uncheck()
    here.click("button[name=show]")
    here.wait_for_url("**/release/?*show=1*")
    assert "Eight tracks." not in preview.inner_text()
    assert not here.locator("[name=fields][value=narrative]").is_checked()
    assert here.locator(f"[name=desks][value={desk}]").is_checked()
    here.locator("form[data-release] button.primary").click()
    here.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/(\?.*)?$"))

    there = seat(receiver, "/console/", **OFF)
    there.expect("status of 400")
    card = there.page.locator("[data-list=need] > li", has_text=headline)
    card.locator("button.primary").click()
    sentence = card.locator(".err")
    sentence.wait_for()
    assert there.page.url.endswith("/acknowledge/")
    note = card.locator("[name=note]")
    assert note.get_attribute("aria-describedby") == sentence.get_attribute("id")
    note.fill("x" * 500)
    note.evaluate("field => field.removeAttribute('maxlength')")
    note.fill("x" * 600)
    card.locator("button.primary").click()
    sentence.wait_for()
    assert note.input_value() == "x" * 600
    note.fill(LINE)
    card.locator("button.primary").click()
    there.page.wait_for_url("**/console/?desk=*")
    row = there.page.locator("[data-list=hand] > li", has_text=headline)
    assert LINE.strip() in row.inner_text()
    assert card.count() == 0

    here.reload()
    assert LINE.strip() in here.locator("[data-live-part=ladder]").inner_text()


def test_a_report_with_a_gap_comes_back_with_what_was_typed(seat):
    here = seat("dgp.duty", "/incidents/new/", **OFF)
    here.expect("status of 400")
    page = here.page
    page.locator("[name=severity][value='2']").check()
    page.fill("[name=headline]", "Kept")
    page.fill("[name=happened_date]", "31.02.2026")
    page.fill("[name=happened_time]", "0800")
    page.fill("[name=narrative]", "Kept too.\n\nSecond paragraph.")
    page.click("button[type=submit][form=report]")
    links = page.locator("#errors a")
    links.first.wait_for()
    assert links.count() == 2
    for target in links.evaluate_all("links => links.map(link => link.hash)"):
        assert page.locator(target).count() == 1, target
    assert page.locator("[name=severity][value='2']").is_checked()
    assert page.input_value("[name=headline]") == "Kept"
    assert page.input_value("[name=happened_date]") == "31.02.2026"
    assert page.input_value("[name=happened_time]") == "0800"
    assert page.input_value("[name=narrative]") == "Kept too.\n\nSecond paragraph."


def test_the_language_is_switched_before_and_after_signing_in(screen, colleague):
    page = screen(**OFF).page
    page.goto("/accounts/login/")
    words = set()
    for language in ("be", "ru", "en", "lv"):
        page.click(f"main button[name=language][value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        words.add(page.locator("main button.primary").inner_text())
    assert len(words) == 4, words
    officer = colleague("rix.officer")
    page.context.add_cookies(officer.cookies())
    page.goto("/incidents/")
    try:
        page.click("details:has(button[name=language]) > summary")
        page.locator("details button[name=language][value=en]:visible").click()
        page.wait_for_selector("html[lang=en]")
        assert page.url.endswith("/incidents/")
        assert page.locator("h1").inner_text() == "Incidents"
    finally:
        officer.speak("lv")
