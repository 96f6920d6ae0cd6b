"""The points, the contacts, the call sheet and the pages to read, as a browser draws them."""

import re

import pytest

from .conftest import COLOURS
from .test_sizes_and_themes import LOST, OVER, dress, settled

pytestmark = pytest.mark.journey

PAGES = (
    "/points/", "/points/CCP-LAND/", "/contacts/", "/contacts/call-sheet/",
    "/help/console/", "/glossary/", "/about/",
)  # fmt: skip


def test_the_new_pages_fit_are_whole_and_accessible(seat):
    here = seat("dgp.duty", "/points/")
    page, told = here.page, []
    for path in PAGES:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        settled(page)
        dress(page, "light")
        told += [f"{path}: lost {one}" for one in page.evaluate(LOST)]
        told += [f"{path}: {line}" for line in here.violations()]
        dress(page, "night")
        told += [f"{path} night: {line}" for line in here.violations(COLOURS)]
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 900})
            over, where = page.evaluate(OVER)
            if over > 0 or where:
                told.append(f"{path} at {width}: {over} px, {where}")
    assert not told, "\n".join(told)


def test_the_call_sheet_prints_on_one_page_black_on_white_in_any_theme(seat):
    page = seat("dgp.duty", "/contacts/call-sheet/").page
    dress(page, "night")
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert pages == 1
    page.emulate_media(media="print")
    colours = page.evaluate(
        """() => [...document.querySelectorAll('.sheet, .sheet *')].map(one => {
          const look = getComputedStyle(one);
          return [look.color, look.backgroundColor];
        })"""
    )
    grounds = {ground for _ink, ground in colours}
    assert grounds <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert {ink for ink, _ground in colours} <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}
    assert not page.locator(".topbar, .rail, .foot").evaluate_all(
        "parts => parts.some(one => getComputedStyle(one).display !== 'none')"
    )
