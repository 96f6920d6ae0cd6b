"""The screens beside the main job: on a phone they fit, and they are legible in light and night."""

import re

import pytest
from playwright.sync_api import expect

from incidents.demo.people import PASSWORD

from .conftest import COLOURS
from .test_sizes_and_themes import OVER, dress

pytestmark = pytest.mark.journey

WIDTHS = (320, 390)
LISTS = "/administration/lists/"
SCREENS = {
    "lv.admin": [
        LISTS, f"{LISTS}units/", f"{LISTS}units/DESK-DGP/", f"{LISTS}categories/",
        f"{LISTS}templates/place_closes/", f"{LISTS}deadlines/first_report/change/",
        "/administration/proposals/", "/places/PAT-GRI/", "/people/", "/people/invite/",
        "/operations/", "/messages/", "/profile/",
    ],
    "by.auditor": ["/audit/", "/emergency/reviews/", "/contacts/", "/contacts/call-sheet/"],
    "lv.hq": ["/", "/incidents/import/", "/summaries/", "/exchange/"],
    "by.dpo": ["/retention/", "/subject-access/"],
    "msq.head": ["/glossary/", "/about/", "/help/lists/", "/accounts/sessions/", "/accounts/2fa/"],
}  # fmt: skip


# Wide enough for the rail, and where the top bar changes; the names of these roles are long.
TOP_BARS = (961, 1024, 1121, 1281, 1537)
BAR = """() => {
  const bar = document.querySelector('.topbar');
  const low = [...bar.querySelectorAll('*')].filter(one => !one.closest('.panel')
    && one.getClientRects().length && one.getBoundingClientRect().bottom > bar.offsetHeight);
  return [bar.scrollWidth - bar.clientWidth, low.map(one => one.outerHTML.slice(0, 120))];
}"""


def faults(here, path):
    page, told = here.page, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 850})
        over, where = page.evaluate(OVER)
        if over > 0 or where:
            told.append(f"{path} at {width}: {over} px, {where}")
    told += [f"{path}: {line}" for line in here.violations()]
    dress(page, "night")
    told += [f"{path} at night: {line}" for line in here.violations(COLOURS)]
    dress(page, "light")
    return told


@pytest.mark.parametrize("username", SCREENS)
def test_the_other_screens_fit_a_phone_and_are_legible(seat, username):
    here, told = seat(username), []
    for path in SCREENS[username]:
        assert here.page.goto(path).ok, path
        told += faults(here, path)
    assert not told, "\n".join(told)


# Where one begins, and the links that lead on from there, the last of each kind.
JOINT = [
    ("/investigations/", "ul.cases a", "ul.brought a"),
    ("/investigations/", "ul.cases a", "a[href$='/receipts/']", "a.receipt-link"),
    ("/investigations/", "ul.cases a", "a[href$='/act/']"),
    ("/meetings/", "td.headline > a[href^='/meetings/']", "a[href*='/decisions/']"),
    ("/signs/", "td.headline a", "a[href$='/inspect/']"),
    ("/guidelines/", "th.headline a"),
    ("/guidelines/JI/2/changes/",),
    ("/notices/", "td.headline > a"),
    ("/incidents/map/",),
    ("/risk/",),
]
MAPS = "#signs-map, [data-notices-map], [data-cells]"


def test_the_screens_of_joint_investigation_fit_a_phone_and_are_legible(seat):
    here, told, seen = seat("lv.representative"), [], set()
    page = here.page
    for path, *links in JOINT:
        for link in [None, *links]:
            path = page.locator(link).last.get_attribute("href") if link else path
            assert page.goto(path).ok, path
            if path in seen:
                continue
            seen.add(path)
            if page.locator(MAPS).count():
                page.locator(MAPS).and_(page.locator(".leaflet-container")).first.wait_for()
            told += faults(here, path)
    assert not told, "\n".join(told)
    assert len(seen) == 19


def test_the_list_of_tokens_fits_a_phone(seat):
    here = seat("rix.leader", "/profile/tokens/")
    page = here.page
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/tokens/")
    page.locator("main form button[type=submit]").last.click()
    page.locator("main table").wait_for()
    assert faults(here, "tokens") == []


@pytest.mark.parametrize(("username", "language"), [("by.dpo", "be")])
def test_the_top_bar_keeps_its_one_line_at_every_width(seat, colleague, username, language):
    before = re.search(r'<html lang="(\w+)"', colleague(username).page("/").text)[1]
    colleague(username).speak(language)
    page, told = seat(username).page, []
    for width in TOP_BARS:
        page.set_viewport_size({"width": width, "height": 700})
        over, low = page.evaluate(BAR)
        if over > 0 or low:
            told.append(f"{width}: {over} px, {low}")
    colleague(username).speak(before)
    assert not told, "\n".join(told)


@pytest.mark.parametrize("username", ["by.auditor"])
def test_a_phone_without_scripts_reaches_every_entry_of_the_menu(seat, username):
    here = seat(username, java_script_enabled=False, viewport={"width": 320, "height": 700})
    page, menu = here.page, here.page.locator(".rail")
    known = {one.get_attribute("href") for one in menu.locator("> a").all()}
    shown = {one.get_attribute("href") for one in menu.locator("> a:visible").all()}
    assert len(shown) <= 5
    if menu.locator("summary").count():
        menu.locator("summary").click()
        shown |= {one.get_attribute("href") for one in menu.locator(".panel a:visible").all()}
        page.locator(".rail .panel a").last.click()
        expect(page.locator(".rail .panel [aria-current=page]")).to_have_count(1)
    assert shown == known
