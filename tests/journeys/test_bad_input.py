"""What cannot be right comes back with a sentence at its field, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


@pytest.fixture
def form(seat):
    screen = seat("dgp.duty", "/incidents/new/")
    screen.expect("status of 400")
    return screen


def fill(page, day, clock="0800", **more):
    page.locator("[name=category][value=UBC-LND]").check()
    page.locator("[name=severity][value='2']").check()
    page.fill("[name=headline]", "Tracks")
    page.fill("[name=narrative]", "Eight tracks.")
    page.locator("[name=next][value=record]").check()
    page.fill("[name=happened_date]", day)
    page.fill("[name=happened_time]", clock)
    for name, value in more.items():
        page.fill(f"[name={name}]", value)


def refused(screen, field):
    """Send; the summary has the focus and its only line leads to the field. The sentence."""
    page = screen.page
    page.keyboard.press("Control+Enter")
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    links = summary.locator("a")
    assert links.count() == 1, summary.inner_text()
    sentence = links.inner_text()
    box = page.locator(f"[name={field}]")
    assert box.get_attribute("aria-invalid") == "true"
    error = page.locator(f"[id='{box.get_attribute('aria-describedby')}']")
    assert error.inner_text().strip() == sentence
    assert error.bounding_box()["y"] < box.bounding_box()["y"]
    links.press("Enter")
    expect(box).to_be_focused()
    assert page.input_value("[name=headline]") == "Tracks"
    assert page.input_value("[name=narrative]") == "Eight tracks."
    assert page.locator("[name=category][value=UBC-LND]").is_checked()
    assert page.locator("[name=severity][value='2']").is_checked()
    assert page.locator("[name=next][value=record]").is_checked()
    return sentence


def sent(page, colleague):
    """Send; what the server has stored."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/\?sent="))
    uid = re.search(r"[0-9a-f-]{36}", page.url)[0]
    return colleague("dgp.duty").get(f"/incidents/{uid}/").json()


def test_a_time_still_to_come_is_refused(form):
    fill(form.page, "01.01.2199")
    refused(form, "happened_date")
    assert form.page.input_value("[name=happened_date]") == "01.01.2199"
    assert form.page.input_value("[name=happened_time]") == "0800"
    form.accessible()


@pytest.mark.parametrize(("fold", "utc"), [("0", "T00:30:00"), ("1", "T01:30:00")])
def test_a_time_that_came_twice_is_asked_for(form, colleague, fold, utc):
    page = form.page
    fill(page, "25.10.2026", "03:30")
    question = page.locator("[data-when]").first.locator("[data-twice]")
    expect(question).to_be_visible()
    refused(form, "happened_date")
    expect(question).to_be_visible()
    assert page.locator("[name=happened_fold]:checked").count() == 0
    first, second = question.locator("[data-reading]").all_inner_texts()
    assert "00:30 UTC" in first
    assert "01:30 UTC" in second
    page.locator(f"[name=happened_fold][value='{fold}']").check()
    stored = sent(page, colleague)
    assert stored["happened_at"].startswith(f"2026-10-25{utc}"), stored["happened_at"]


def test_the_clock_of_minsk_had_that_time_once(form, colleague):
    page = form.page
    fill(page, "25.10.2026", "03:30")
    question = page.locator("[data-when]").first.locator("[data-twice]")
    expect(question).to_be_visible()
    page.select_option("[name=happened_zone]", "Europe/Minsk")
    expect(question).to_be_hidden()
    assert sent(page, colleague)["happened_at"].startswith("2026-10-25T00:30:00")


def test_a_time_that_did_not_exist_is_refused(form):
    page = form.page
    fill(page, "29.03.2026", "03:30")
    line = page.locator("[data-when]").first.locator("[data-triple]")
    told = line.inner_text()
    sentence = refused(form, "happened_date")
    assert "29.03.2026" in sentence
    assert "03:30" in sentence
    assert told
    assert page.input_value("[name=happened_time]") == "03:30"
    page.fill("[name=happened_time]", "0430")
    page.locator("[name=happened_time]").blur()
    expect(line).to_have_text(re.compile(r"04:30 .+ = 04:30 .+ = 01:30 UTC"))


@pytest.mark.parametrize("typed", ["95.0000, 27.3010", "55.79, 197.3", "somewhere in the wood"])
def test_coordinates_that_cannot_be_are_refused(form, typed):
    fill(form.page, "17.02.2026", coordinates=typed)
    refused(form, "coordinates")
    assert form.page.input_value("[name=coordinates]") == typed


def test_a_place_far_from_the_line_is_only_warned_about(form, colleague):
    page = form.page
    fill(page, "17.02.2026", coordinates="56.9500, 24.1000")
    warning = page.locator("[data-position-line]")
    expect(warning).to_contain_text(re.compile(r"\d\d\d,\d km"))
    form.accessible()
    page.click("details.more > summary")
    page.locator("[name=category][value=UBC-AIR]").check()
    expect(warning).to_be_hidden()
    page.locator("[name=category][value=UBC-LND]").check()
    expect(warning).to_be_visible()
    page.fill("[name=coordinates]", "55.6900, 27.0500")
    page.fill("[name=coordinates]", "56.9500, 24.1000")
    expect(warning).to_be_visible()
    stored = sent(page, colleague)
    assert (stored["lat"], stored["lon"]) == (56.95, 24.1)


def test_all_gaps_are_told_at_once_in_the_order_of_the_form(form):
    page = form.page
    page.fill("[name=narrative]", "Only this.")
    page.keyboard.press("Control+Enter")
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    targets = summary.locator("a").evaluate_all("links => links.map(link => link.hash)")
    assert targets == ["#id_category", "#id_severity", "#id_headline", "#id_happened"]
    for target in targets:
        page.locator(f"#errors a[href='{target}']").click()
        inside = page.evaluate(
            "target => document.querySelector(target).contains(document.activeElement)", target
        )
        assert inside, target
    assert page.input_value("[name=narrative]") == "Only this."
    form.accessible()
