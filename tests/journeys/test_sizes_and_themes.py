"""Every main screen, from a phone to a wall, in every theme: it fits, is legible, is whole."""

import pytest
from playwright.sync_api import expect

from .conftest import COLOURS

pytestmark = pytest.mark.journey

WIDTHS = (320, 390, 1440, 1920)
OVER = """() => {
  const scrolls = one => one && (['auto', 'scroll'].includes(getComputedStyle(one).overflowX)
    || scrolls(one.parentElement));
  const wide = document.documentElement.clientWidth;
  const over = [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > wide + 1 && !one.closest('.vh, thead, .map, dialog')
      && !scrolls(one);
  });
  return [document.documentElement.scrollWidth - wide, over.slice(0, 5).map(one =>
    one.outerHTML.slice(0, 120))];
}"""
# Files that a page names and that are not there: pictures, and symbols missing in the sprite.
LOST = """async () => {
  const lost = [...document.images].filter(one => one.complete && !one.naturalWidth)
    .map(one => one.src);
  const uses = [...document.querySelectorAll('use')].map(one => one.getAttribute('href'));
  const sprites = new Map();
  for (const href of new Set(uses)) {
    const [address, symbol] = href.split('#');
    if (!sprites.has(address)) {
      const text = await (await fetch(address)).text();
      sprites.set(address, new DOMParser().parseFromString(text, 'image/svg+xml'));
    }
    if (!sprites.get(address).getElementById(symbol)) lost.push(href);
  }
  await document.fonts.ready;
  for (const font of document.fonts) if (font.status === 'error') lost.push(font.family);
  if (![...document.fonts].some(font => font.status === 'loaded')) lost.push('any font');
  return lost;
}"""


# Words that keep the page's colours when the system sets its own. (axe-core reads the page's
# colours even then, so it cannot be asked.)
OWN_COLOURS = """() => [...document.querySelectorAll('body *')]
  .filter(one => getComputedStyle(one).forcedColorAdjust === 'none' && one.textContent.trim())
  .filter(one => !one.closest('svg, .map')).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def incident(portal, colleague):
    """Released, acknowledged and supplemented, so that its page shows all it can."""
    here, there = colleague("dgp.duty"), colleague("pol.duty")
    found = here.report(
        headline="A headline as long as officers write them when the night is calm and the form "
        "lets them, with Daugavpils-Zilupe-Kārsava-Robežsardzespārvaldesnodaļa in it",
        narrative="Eight tracks.\n\n" + "Astoņas pēdas pāri kontroles joslai. " * 20,
        internal_note="For us alone.",
        place=None,
    )
    delivery = here.release(found)
    there.post(f"/deliveries/{delivery['uid']}/acknowledge/", {"note": "Наряд выехал."})
    here.post(f"/incidents/{found['uid']}/supplements/", {"version": 1, "people_total": 9})
    return found


def paths(username, incident):
    record = f"/incidents/{incident['uid']}/"
    if username == "msq.duty":
        return ["/console/", "/incidents/new/"]
    mine = [f"{record}release/", f"{record}supplement/"] if username == "dgp.duty" else []
    return ["/", "/console/", "/incidents/", "/incidents/new/", record, *mine, "/profile/"]


def settled(page):
    """Loaded with its map and its fonts."""
    if page.locator("[data-map]:visible").count():
        expect(page.locator("[data-map]")).to_have_attribute("data-ready", "yes")
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("username", ["dgp.duty", "pol.duty", "msq.duty"])
def test_no_screen_scrolls_sideways_or_names_a_lost_file(seat, alert, incident, username):
    alert("dgp.duty", "pol.duty", severity=4)
    alert("pol.duty", "dgp.duty", severity=4)
    alert("rix.duty", "msq.duty", category="DOC")
    here = seat(username)
    page = here.page
    page.on("response", lambda a: here.complaints.append(a.url) if a.status >= 400 else None)
    told = []
    for path in paths(username, incident):
        page.goto(path)
        settled(page)
        told += [f"{path}: lost {one}" for one in page.evaluate(LOST)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over, where = page.evaluate(OVER)
            if over > 0 or where:
                told.append(f"{path} at {width}: {over} px, {where}")
    assert not told, "\n".join(told)


def test_the_sign_in_page_fits_and_is_legible_everywhere(screen):
    here = screen()
    page = here.page
    page.goto("/accounts/login/")
    assert page.evaluate(LOST) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVER) == [0, []]
    here.accessible()
    for theme in THEMES:
        dress(page, theme)
        here.accessible(COLOURS)


THEMES = ("dark", "night", "contrast")


def dress(page, theme):
    """Light, dark and more contrast as the system asks, night by the officer's choice."""
    page.emulate_media(
        color_scheme="dark" if theme == "dark" else "light",
        contrast="more" if theme == "contrast" else "no-preference",
    )
    page.evaluate(
        "night => { if (night) document.documentElement.dataset.theme = 'night';"
        " else delete document.documentElement.dataset.theme; }",
        theme == "night",
    )


def test_every_screen_is_accessible_in_every_theme(seat, alert, incident):
    alert("dgp.duty", "pol.duty", severity=4)
    alert("pol.duty", "dgp.duty", severity=4)
    here = seat("dgp.duty")
    page, record = here.page, f"/incidents/{incident['uid']}/"
    told = []
    for path in ("/", "/console/", "/incidents/?severity=3", "/incidents/new/", record,
                 f"{record}release/"):  # fmt: skip
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        settled(page)
        dress(page, "light")
        told += [f"{path} light: {line}" for line in here.violations()]
        for theme in THEMES:
            if theme != "contrast" or path in ("/console/", record):
                dress(page, theme)
                told += [f"{path} {theme}: {line}" for line in here.violations(COLOURS)]
        dress(page, "light")
        page.set_viewport_size({"width": 390, "height": 900})
        told += [f"{path} at 390: {line}" for line in here.violations()]
    assert not told, "\n".join(told)


def test_the_other_side_s_copy_and_the_settings_are_accessible(seat, incident):
    here = seat("pol.duty", f"/incidents/{incident['uid']}/")
    settled(here.page)
    here.accessible()
    here.page.goto("/profile/")
    here.accessible()


def test_the_theme_button_goes_through_all_themes_and_the_choice_stays(seat):
    page = seat("lv.approver", "/").page
    button = page.locator("form[data-theme-form] button")
    grounds = set()
    for theme in ("light", "dark", "night"):
        with page.expect_response("**/profile/theme/"):
            button.click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 3
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    with page.expect_response("**/profile/theme/"):
        button.click()
    assert page.locator("html").get_attribute("data-theme") is None


def test_the_system_s_high_contrast_keeps_shapes_words_and_borders(seat, alert, incident):
    alert("pol.duty", "dgp.duty", severity=4)
    page = seat("dgp.duty", "/console/", forced_colors="active").page
    card = page.locator("[data-list=need] .alert").first
    assert card.locator(".edge svg").first.is_visible()
    assert "4" in card.locator(".edge").inner_text()
    for one in ("button.primary", "input[name=note]"):
        width = card.locator(one).evaluate(
            "box => parseFloat(getComputedStyle(box).borderTopWidth)"
        )
        assert width >= 1, one
    page.keyboard.press("j")
    assert card.evaluate("box => parseFloat(getComputedStyle(box).outlineWidth)") >= 2
    for path in paths("dgp.duty", incident):
        page.goto(path)
        assert page.evaluate(OWN_COLOURS) == [], path
