"""Two officers supplement the same incident: the later one sees both versions and loses nothing."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

FIRST, SECOND = "Twelve people, one injured.", "Tracks lead to the quarry."


def test_a_stale_supplement_shows_both_versions_and_goes_through_at_the_second_try(seat, colleague):
    incident = colleague("dgp.officer").report(headline="Eight people", people_total=8)
    address = f"/incidents/{incident['uid']}/"
    one = seat("dgp.officer", f"{address}supplement/")
    two = seat("dgp.leader", f"{address}supplement/")
    two.expect("status of 409")

    one.page.fill("[name=headline]", "Twelve people")
    one.page.fill("[name=narrative]", FIRST)
    one.page.fill("[name=people_total]", "12")
    one.page.keyboard.press("Control+Enter")
    one.page.wait_for_url(f"**{address}?sent=*")

    page = two.page
    page.fill("[name=narrative]", SECOND)
    page.fill("[name=internal_note]", "Ask Krāslava.")
    page.keyboard.press("Control+Enter")
    shown = page.locator("[data-focus]")
    expect(shown).to_be_focused()
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in shown.locator("tbody tr").all()
    }
    assert ["Twelve people", "Eight people"] in rows.values()
    assert ["12", "8"] in rows.values()
    assert [FIRST, SECOND] in rows.values()
    assert ["—", "Ask Krāslava."] in rows.values()
    assert len(rows) == 4, rows
    assert page.input_value("[name=narrative]") == SECOND
    assert page.input_value("[name=internal_note]") == "Ask Krāslava."
    two.accessible()

    page.fill("[name=headline]", "Twelve people")
    page.fill("[name=people_total]", "12")
    page.fill("[name=narrative]", f"{FIRST} {SECOND}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{address}?sent=*")

    now = colleague("dgp.officer").get(f"/incidents/{incident['uid']}/").json()
    assert now["version"] == 3
    assert (now["headline"], now["people_total"]) == ("Twelve people", 12)
    assert now["narrative"] == f"{FIRST} {SECOND}"
    assert now["internal_note"] == "Ask Krāslava."


def test_the_draft_of_a_stale_supplement_survives_a_reload(seat, colleague):
    incident = colleague("dgp.officer").report(headline="Eight people")
    address = f"/incidents/{incident['uid']}/"
    page = seat("dgp.leader", f"{address}supplement/").page
    page.fill("[name=narrative]", SECOND)
    page.keyboard.press("Control+s")
    expect(page.locator("#save .words")).to_contain_text(":")
    answer = colleague("dgp.officer").post(
        f"/incidents/{incident['uid']}/supplements/", {"version": 1, "narrative": FIRST}
    )
    assert answer.status_code == 200, answer.text
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    assert page.input_value("[name=narrative]") == SECOND


def test_an_open_record_says_that_it_has_changed_and_keeps_the_note_being_typed(seat, colleague):
    incident = colleague("dgp.officer").report(headline="Eight people")
    page = seat("dgp.duty", f"/incidents/{incident['uid']}/").page
    page.wait_for_selector("html[data-link=live]")
    page.fill("#note_text", "Half a sent")
    answer = colleague("dgp.officer").post(
        f"/incidents/{incident['uid']}/supplements/", {"version": 1, "headline": "Nine people"}
    )
    assert answer.status_code == 200, answer.text
    expect(page.locator("#newer")).to_be_visible()
    expect(page.locator("#note_text")).to_be_focused()
    assert page.input_value("#note_text") == "Half a sent"
    assert page.locator("h1").inner_text() == "Eight people"
