"""The screens beside the main job: on a phone they fit, and they are legible in light and night."""

import pytest

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
    "msq.head": ["/glossary/", "/about/", "/help/lists/", "/accounts/sessions/", "/accounts/2fa/"],
}  # fmt: skip


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


def test_the_list_of_tokens_fits_a_phone(seat):
    here = seat("rix.leader", "/profile/tokens/")
    page = here.page
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/tokens/")
    page.locator("main form button[type=submit]").last.click()
    page.locator("main table").wait_for()
    assert faults(here, "tokens") == []
