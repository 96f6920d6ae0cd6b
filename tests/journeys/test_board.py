"""The duty board under the officer's hands: nothing moves, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually

from .signs import link, tones, word

pytestmark = pytest.mark.journey


def card_of(page, incident):
    return page.locator("[data-list=need] > li", has_text=incident["headline"])


def test_a_new_alert_waits_in_its_bar_while_an_answer_is_being_typed(seat, alert):
    first = alert("dgp.duty", "pol.duty", severity=3)
    here = seat("pol.duty", "/console/")
    page = here.page
    link(page, "live")
    card, bar = card_of(page, first), page.locator("#new-alerts")
    field = card.locator("[name=note]")
    field.focus()
    page.keyboard.type("Half a sent")
    box = card.bounding_box()
    second = alert("dgp.duty", "pol.duty", severity=4)
    expect(bar).to_be_visible()
    forms = word(page, "new_alerts")
    assert bar.locator(".word").inner_text() == forms["one"].replace("%(n)s", "1")
    expect(card_of(page, second)).to_have_count(0)
    expect(field).to_be_focused()
    assert field.input_value() == "Half a sent"
    assert card.bounding_box() == box
    here.accessible()

    page.keyboard.type("ence.")
    expect(card_of(page, second)).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.tagName") not in ("INPUT", "TEXTAREA")
    page.keyboard.press(".")
    expect(card_of(page, second)).to_have_count(1)
    expect(bar).to_be_hidden()
    expect(card_of(page, second).locator("[data-card]")).to_be_focused()
    keys = page.locator("[data-list=need] > li").evaluate_all(
        "cards => cards.map(card => card.dataset.key)"
    )
    assert keys.index(second["delivery"]) < keys.index(first["delivery"])
    assert field.input_value() == "Half a sentence."


def test_a_new_alert_comes_in_by_itself_when_no_card_has_the_focus(seat, alert):
    page = seat("pol.duty", "/console/").page
    link(page, "live")
    new = alert("dgp.duty", "pol.duty", severity=4)
    expect(card_of(page, new)).to_be_visible()
    expect(page.locator("#new-alerts")).to_be_hidden()
    expect(page.locator("#say-now")).to_contain_text(new["headline"])
    expect(page.locator("[data-need-count]").first).to_be_visible()


def test_an_answer_that_did_not_arrive_is_told_and_can_be_sent_again(seat, alert, colleague):
    sent = alert("dgp.duty", "pol.duty")
    here = seat("pol.duty", "/console/")
    here.expect("ERR_FAILED")
    page = here.page
    link(page, "live")
    page.keyboard.press("j")
    expect(page.locator("html")).to_have_attribute("data-sound", "on")
    card = card_of(page, sent)
    field = card.locator("[name=note]")
    eventually(lambda: tones(page) >= 3, 20)
    heard = tones(page)
    page.route("**/acknowledge/", lambda route: route.abort())
    field.fill("Patrol on its way.")
    field.press("Enter")
    expect(card.locator(".err")).to_contain_text(word(page, "ack_failed"))
    assert field.input_value() == "Patrol on its way."
    eventually(lambda: tones(page) > heard, 20)
    page.unroute("**/acknowledge/")

    held = []
    page.route("**/acknowledge/", lambda route: held.append(route))
    with page.expect_request("**/acknowledge/"):
        field.press("Enter")
    field.press("Enter")
    expect(card.locator("button.primary .word")).to_have_text(word(page, "ack_pending"))
    assert len(held) == 1
    held[0].continue_()
    expect(card).to_have_count(0)
    row = page.locator("[data-list=hand] > li", has_text=sent["headline"])
    expect(row).to_contain_text("Patrol on its way.")
    stored = colleague("dgp.duty").delivery(sent["delivery"])
    assert stored["state"] == "acknowledged"


def test_a_card_that_a_colleague_answered_says_so_and_keeps_the_words(seat, alert, colleague):
    sent = alert("dgp.duty", "pol.duty")
    here = seat("pol.head", "/console/")
    page = here.page
    link(page, "live")
    card = card_of(page, sent)
    field = card.locator("[name=note]")
    field.fill("My own pl")
    answer = colleague("pol.duty").post(
        f"/deliveries/{sent['delivery']}/acknowledge/", {"note": "Taken."}
    )
    assert answer.status_code == 200, answer.text
    expect(card.locator(".said.over")).to_contain_text("Дуб")
    assert field.input_value() == "My own pl"
    expect(field).to_be_focused()
    here.accessible()
    field.fill("")
    page.locator("h1").click()
    expect(card).to_have_count(0)


def test_an_urgent_alert_is_not_acknowledged_without_its_line(seat, alert, colleague):
    sent = alert("pol.duty", "dgp.duty")
    here = seat("dgp.duty", "/console/")
    page = here.page
    link(page, "live")
    card = card_of(page, sent)
    field = card.locator("[name=note]")
    field.focus()
    page.keyboard.press("Enter")
    expect(card.locator(".err")).to_have_text(field.get_attribute("data-missing"))
    expect(field).to_be_focused()
    assert field.get_attribute("aria-invalid") == "true"
    here.accessible()
    assert colleague("pol.duty").delivery(sent["delivery"])["state"] != "acknowledged"
