"""Asylum matters never leave their side, and the screens say so before anything is sent."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("username", ["dgp.duty", "pol.duty"])
def test_an_asylum_report_says_that_it_stays_and_cannot_be_released(seat, colleague, username):
    here = seat(username, "/incidents/new/")
    page = here.page
    never = page.locator("#never")
    page.locator("[name=category][value=UBC-LND]").check()
    expect(never).to_be_hidden()
    asylum = page.locator("[name=category][value=ASY]")
    if not asylum.is_visible():
        page.click("details.more > summary")
    asylum.check()
    expect(never).to_be_visible()
    here.accessible()
    page.locator("[name=severity][value='3']").check()
    page.fill("[name=headline]", "Family asks for protection")
    page.fill("[name=happened_date]", "1702 0800")
    page.locator("[name=next][value=release]").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/\?sent="))
    uid = re.search(r"[0-9a-f-]{36}", page.url)[0]
    assert page.locator("a[href$='/release/']").count() == 0

    page.goto(f"/incidents/{uid}/release/")
    expect(page.locator("p.banner.bad")).to_be_visible()
    button = page.locator("form[data-release] button.primary")
    assert button.get_attribute("aria-disabled") == "true"
    here.expect("status of 4")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        button.click(force=True)
    assert sent.value.status in (403, 409)
    expect(page.locator("main [role=alert]")).to_have_text(re.compile(r"^.{20,}\.$"))
    officer = colleague(username)
    answer = officer.post(f"/incidents/{uid}/release/", {"desks": ["DESK-RIX", "DESK-MSQ"]})
    assert answer.status_code in (403, 409), answer.text
    other = colleague("pol.duty" if username == "dgp.duty" else "dgp.duty")
    assert other.get(f"/incidents/{uid}/").status_code == 404
