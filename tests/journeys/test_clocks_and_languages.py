"""Each side reads its own clock first and the other's beside it, in its officers' languages."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.demo.people import ROWS
from tests.portal import Officer

pytestmark = pytest.mark.journey

RIGA, MINSK = "Europe/Riga", "Europe/Minsk"
STAMPS = """() => [...document.querySelectorAll('time[datetime*="T"]')]
  .map(stamp => [stamp.dateTime, stamp.textContent.replace(/\\s+/g, ' ').trim()])"""
# Where the same officers' own words for the two cities come from.
CLOCKS = """() => [...document.querySelectorAll('.clocks [data-city]')]
  .map(clock => [clock.dataset.clock, clock.dataset.city, clock.textContent])"""


def stamps(page, own, other):
    """Every stamp of the page says both walls, the own one first. How many there are."""
    cities = page.evaluate(CLOCKS)
    assert [zone for zone, _, _ in cities] == [own, other]
    found = page.evaluate(STAMPS)
    for written, text in found:
        at = datetime.fromisoformat(written)
        walls = [f"{at.astimezone(ZoneInfo(zone)):%H:%M} {city}" for zone, city, _ in cities]
        places = [text.find(wall) for wall in walls]
        assert -1 < places[0] < places[1], (page.url, written, text, walls)
    return len(found)


@pytest.mark.parametrize(
    ("username", "own", "other"), [("dgp.duty", RIGA, MINSK), ("pol.duty", MINSK, RIGA)]
)
def test_every_stamp_shows_both_clocks_with_the_own_one_first(
    seat, colleague, alert, username, own, other
):
    received = alert("pol.duty", "dgp.duty") if own == RIGA else alert("dgp.duty", "pol.duty")
    sent = alert("dgp.duty", "pol.duty") if own == RIGA else alert("pol.duty", "dgp.duty")
    partner = colleague("pol.duty" if own == RIGA else "dgp.duty")
    partner.post(f"/deliveries/{sent['delivery']}/acknowledge/", {"note": "Seen."})
    page = seat(username, "/console/").page
    assert stamps(page, own, other) >= 6
    badges = page.locator("[data-part=duty] .cc").all_inner_texts()
    assert badges == (["LV", "BY"] if own == RIGA else ["BY", "LV"])
    page.goto("/incidents/")
    assert stamps(page, own, other) >= 10
    for incident, least in ((sent, 8), (received, 4)):
        page.goto(f"/incidents/{incident['uid']}/")
        assert stamps(page, own, other) >= least
    zones = page.goto(f"/incidents/{sent['uid']}/supplement/") and page.locator(
        "[name=happened_zone] option"
    )
    assert [zone.get_attribute("value") for zone in zones.all()] == [own, other]


def test_the_line_below_a_time_says_both_walls_and_the_day_where_it_is_another(seat):
    page = seat("dgp.duty", "/incidents/new/").page
    page.fill("[name=happened_date]", "17.02.2026")
    page.fill("[name=happened_time]", "0207")
    line = page.locator("[data-triple]").first
    assert re.fullmatch(r"02:07 \S+ = 03:07 \S+ = 00:07 UTC", line.inner_text())
    page.fill("[name=happened_date]", "17.07.2026")
    assert re.fullmatch(r"02:07 \S+ = 02:07 \S+ = 16\.07\. 23:07 UTC", line.inner_text())


@pytest.mark.parametrize(
    "username", ["dgp.duty", "pol.duty", "msq.duty", "by.admin", "lv.auditor", "expert"]
)
def test_an_account_reads_its_own_language_and_its_name_in_that_script(portal, username):
    (row,) = [row for row in ROWS if row[0] == username]
    _, _, language, latin, local = row
    page = Officer(portal, username, token=False).sign_in().text
    assert re.search(r'<html lang="(\w+)"', page)[1] == language
    assert (local if language in ("be", "ru") else latin) in page


def test_the_four_languages_have_words_of_their_own(seat, colleague):
    words = {}
    officer = colleague("rix.officer")
    page = seat("rix.officer", "/incidents/new/").page
    try:
        for language in ("en", "be", "ru", "lv"):
            officer.speak(language)
            page.reload()
            words[language] = set(
                page.locator("main label, main legend, main h2").all_inner_texts()
            )
            assert page.evaluate("document.documentElement.lang") == language
    finally:
        officer.speak("lv")
    for one in words:
        for other in words:
            if one < other:
                same = {w.split("\n")[0] for w in words[one]} & {
                    w.split("\n")[0] for w in words[other]
                }
                assert len(same) <= len(words[one]) / 4, (one, other, same)
