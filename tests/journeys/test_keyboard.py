"""By keyboard alone, on any layout: hotkeys, the way of the focus, dialogs."""

import pytest
from playwright.sync_api import expect

from .signs import link

pytestmark = pytest.mark.journey

FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const own_button = !here.matches(':focus');  // the browser's own, inside a date field
  const around = here.matches('input[type=radio], input[type=checkbox]')
    ? here.closest('label') ?? here : here;
  const drawn = one => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
      || style.boxShadow !== 'none';
  };
  const box = around.getBoundingClientRect();
  const x = Math.min(innerWidth - 2, Math.max(1, box.left + Math.min(box.width / 2, 40)));
  const y = Math.min(innerHeight - 2, Math.max(1, box.top + Math.min(box.height / 2, 12)));
  const hit = document.elementFromPoint(x, y);
  return {
    name: here.outerHTML.slice(0, 160),
    drawn: drawn(here) || drawn(around) || own_button,
    seen: Boolean(hit) && (around.contains(hit) || hit.contains(around)),
    main: Boolean(here.closest('#main')),
  };
}"""


def inside(page, selector):
    return page.locator(selector).evaluate("box => box.contains(document.activeElement)")


class Keys:
    """A keyboard on which a physical key types a letter of another layout."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def press(self, code, key, shift=False):
        facts = {"code": code, "key": key, "modifiers": 8 if shift else 0}
        self.session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key, **facts})
        self.session.send("Input.dispatchKeyEvent", {"type": "keyUp", **facts})


def test_hotkeys_work_where_the_keys_type_cyrillic_letters(seat, alert):
    alert("dgp.duty", "pol.duty")
    page = seat("pol.duty", "/console/").page
    link(page, "live")
    keys = Keys(page)
    card = page.locator("[data-list=need] [data-card]").first
    keys.press("KeyJ", "о")
    expect(card).to_be_focused()
    keys.press("KeyA", "ф")
    field = card.locator("[name=note]")
    expect(field).to_be_focused()
    assert field.input_value() == ""
    for code, key in (("KeyN", "т"), ("KeyA", "ф"), ("KeyJ", "о"), ("Slash", ".")):
        keys.press(code, key)
    assert field.input_value() == "тфо."
    expect(field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    keys.press("Digit7", "?", shift=True)
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    keys.press("KeyN", "т")
    page.wait_for_url("**/incidents/new/")


def test_the_full_stop_lets_new_alerts_in_on_both_layouts(seat, alert):
    for code in ("Period", "Slash"):
        first = alert("dgp.duty", "pol.duty")
        page = seat("pol.duty", "/console/").page
        link(page, "live")
        page.keyboard.press("j")
        new = alert("dgp.duty", "pol.duty", severity=4)
        expect(page.locator("#new-alerts")).to_be_visible()
        Keys(page).press(code, "." if code == "Slash" else "ю")
        expect(page.locator("#new-alerts")).to_be_hidden()
        need = page.locator("[data-list=need]")
        expect(need).to_contain_text(new["headline"])
        expect(need).to_contain_text(first["headline"])


def test_letters_with_alt_gr_are_letters(seat):
    page = seat("dgp.duty", "/incidents/new/").page
    link(page, "live")
    typed = """([code, key, held]) => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true, ...held }))"""
    page.focus("[name=headline]")
    for held in ({"altKey": True, "modifierAltGraph": True}, {"altKey": True, "ctrlKey": True}):
        assert page.evaluate(typed, ["KeyN", "ņ", held]), "the page took the letter"
    assert page.input_value("[name=happened_date]") == ""
    assert not page.evaluate(typed, ["KeyN", "n", {"altKey": True}])
    assert page.input_value("[name=happened_date]") != ""
    page.goto("/console/")
    page.focus("#main")
    for held in ({"modifierAltGraph": True}, {"altKey": True, "ctrlKey": True}):
        assert page.evaluate(typed, ["KeyN", "ņ", held])
        assert page.evaluate(typed, ["KeyJ", "j", held])
    assert page.url.endswith("/console/")


def test_single_letters_can_be_switched_off(seat, alert):
    alert("rix.duty", "msq.duty", category="DOC")
    page = seat("msq.head", "/profile/").page
    form = page.locator("form[action$='/profile/hotkeys/']")
    form.locator("[name=hotkeys]").uncheck()
    form.locator("button").click()
    page.wait_for_selector("body[data-hotkeys=off]")
    try:
        page.goto("/console/")
        link(page, "live")
        page.focus("#main")
        for key in ("j", "a", "n", ".", "?"):
            page.keyboard.press(key)
        expect(page.locator("#main")).to_be_focused()
        expect(page.locator("dialog#keys")).to_be_hidden()
        page.goto("/incidents/new/")
        page.keyboard.press("Alt+4")
        expect(page.locator("[name=narrative]")).to_be_focused()
    finally:
        page.goto("/profile/")
        form.locator("[name=hotkeys]").check()
        form.locator("button").click()
        page.wait_for_selector("body[data-hotkeys=on]")


def test_the_list_is_walked_and_opened_by_letters(seat):
    page = seat("dgp.duty", "/incidents/").page
    links = page.locator("table.rows tbody a.headline")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("jk/")
    assert page.input_value("[data-search]") == "jk/"
    links.nth(1).focus()
    address = links.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


@pytest.mark.parametrize(
    ("username", "path", "width"),
    [
        ("dgp.duty", "/console/", 1440),
        ("dgp.duty", "/incidents/", 390),
        ("pol.duty", "/incidents/new/", 1440),
        ("pol.duty", "/incidents/new/", 390),
    ],
)
def test_the_focus_is_seen_wherever_tab_leads(seat, alert, username, path, width):
    alert("pol.duty", "dgp.duty")
    page = seat(username, "/console/", viewport={"width": width, "height": 800}).page
    link(page, "live")
    page.goto(path)
    link(page, "live")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    assert page.evaluate(FOCUS)["seen"]
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["main"]

    page.reload()
    lost, names = [], set()
    for _ in range(45):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        names.add(focus["name"])
        if not (focus["drawn"] and focus["seen"]):
            lost.append(focus)
    assert not lost
    assert len(names) > 12


def test_a_dialog_holds_the_focus_and_gives_it_back(seat):
    page = seat("dgp.duty", "/console/").page
    link(page, "live")
    dialog = page.locator("dialog#keys")
    page.focus("#help")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert inside(page, "dialog#keys")
    for _ in range(4):
        page.keyboard.press("Tab")
        outside = page.evaluate("document.activeElement.closest('dialog') === null")
        assert not outside or page.evaluate("document.activeElement === document.body")
    page.keyboard.press("n")
    assert page.url.endswith("/console/")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#help")).to_be_focused()

    page.focus("#main")
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    dialog.locator("button").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()

    menu = page.locator("details.menu:not(.only-m)").last
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
