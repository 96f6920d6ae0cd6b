"""A common list changes when both sides want it: proposed in Riga, read and decided in Minsk."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from playwright.sync_api import expect

from .test_staffing import letter_to

pytestmark = pytest.mark.journey

LISTS = "/administration/lists/"
PROPOSAL = re.compile(r"/administration/proposals/[0-9a-f-]{36}/$")


def offered(colleague, username):
    """Code -> words of the categories that an officer may choose in the form; the filter has the
    same words."""
    officer = colleague(username)
    form = officer.page("/incidents/new/").text
    tile = r'name="category" value="([A-Z-]+)" data-category.*?<span>(.*?)</span>'
    words = {code: unescape(word) for code, word in re.findall(tile, form, re.S)}
    asked = officer.page("/incidents/").text
    options = dict(re.findall(r'<option value="([A-Z-]+)" *(?:selected)?>(.*?)</option>', asked))
    assert len(words) > 10
    assert {code: unescape(options[code]) for code in words} == words
    return words


def propose(here, reason, *, day="", **values):
    """Fill the open form, look at the difference, send: the address of the proposal."""
    page = here.page
    here.accessible()
    for name, value in values.items():
        field = page.locator(f"[name={name}]")
        if field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") == "checkbox":
            page.locator(f"label:has([name={name}][value={value}])").click()
        else:
            field.fill(value)
    if day:
        page.fill("[name=effective_on]", day)
    page.fill("[name=reason]", reason)
    page.keyboard.press("Enter")
    preview = page.locator("section[aria-labelledby=preview]")
    expect(preview).to_be_focused()
    here.accessible()
    shown = preview.inner_text()
    assert [
        value for name, value in values.items() if name[:4] == "name" and value not in shown
    ] == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("button[value=send]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(PROPOSAL)
    here.accessible()
    return page.url


def columns(page):
    """The table of differences, row by row, as its columns stand on the page."""
    return page.locator("table.rows tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )


def decline(here, reason=""):
    here.page.fill("[name=reason]", reason)
    here.page.locator("form[action$='/decline/'] button").click()


def test_a_name_holds_on_both_sides_once_the_other_side_has_confirmed(seat, colleague, portal):
    riga = seat("lv.admin", f"{LISTS}categories/REF/")
    riga.accessible()
    riga.page.locator("a[href$='/REF/change/']").click()
    names = {
        "name_lv": "Ieceļošana liegta uz robežas",
        "name_be": "Адмоўлена ва ўездзе на мяжы",
        "name_ru": "Отказано во въезде на границе",
    }
    address = propose(riga, "The courts use these words.", **names)
    expect(riga.page.locator("form[action$='/withdraw/']")).to_be_visible()
    expect(riga.page.locator("form[action$='/confirm/']")).to_have_count(0)
    assert offered(colleague, "dgp.duty")["REF"] == "Ieceļošanas atteikums", "nothing holds yet"
    path = address.removeprefix(portal.url)
    assert path in letter_to(portal, "by.admin@by.example")

    # Minsk: from the home page to what waits, side by side, confirmed by keyboard.
    minsk = seat("by.admin", "/")
    page = minsk.page
    minsk.accessible()
    page.locator(f"a.hot[href='{LISTS}'], .hot a[href='{LISTS}']").first.click()
    page.wait_for_url(f"**{LISTS}")
    minsk.accessible()
    page.locator(f"section[aria-labelledby=open] a[href='{path}']").click()
    page.wait_for_url(address)
    minsk.accessible()
    head, *rows = columns(page)
    assert len(head) == 3
    assert [row[1:] for row in rows] == [
        ["Ieceļošanas atteikums", names["name_lv"]],
        ["Адмова ва ўездзе", names["name_be"]],
        ["Отказ во въезде", names["name_ru"]],
    ]
    assert "The courts use these words." in page.locator("main").inner_text()
    page.locator("form[action$='/confirm/'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip.ok").first).to_be_visible()
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)
    minsk.accessible()

    for who, name in (("dgp.duty", "lv"), ("pol.duty", "ru"), ("msq.duty", "be")):
        assert offered(colleague, who)["REF"] == names[f"name_{name}"]
    riga.page.goto(f"{LISTS}categories/REF/")
    expect(riga.page.locator("h1")).to_have_text(names["name_lv"])
    expect(riga.page.locator(".tl")).to_contain_text("Mikalai Sarokin")
    riga.accessible()


def test_a_new_category_waits_for_the_day_that_both_sides_agreed_on(seat, colleague):
    riga = seat("lv.admin", f"{LISTS}categories/")
    riga.accessible()
    riga.page.locator(f"a[href='{LISTS}categories/new/']").click()
    day = datetime.now(UTC) + timedelta(days=2)
    address = propose(
        riga,
        "Cattle cross every spring.",
        day=f"{day:%d%m%Y}",
        code="CATTLE",
        name_lv="Pazuduši lopi",
        name_be="Згубленая жывёла",
        name_ru="Пропавший скот",
        name_en="Lost cattle",
        borders="land",
        icon="paw",
        cap="Safety",
        tso="PSW/SUS",
        source="Agreed at the meeting in Daugavpils.",
    )
    minsk = seat("by.admin", address)
    minsk.page.locator("form[action$='/confirm/'] button").click()
    expect(minsk.page.locator("form[action$='/confirm/']")).to_have_count(0)
    for here in (riga, minsk):
        here.page.goto(LISTS)
        waits = here.page.locator("section[aria-labelledby=waiting]")
        expect(waits.locator(f"a[href$='{address[-46:]}']")).to_be_visible()
        here.accessible()
        here.page.goto(address)
        expect(here.page.locator("main")).to_contain_text(f"{day:%d.%m.}")
    assert "CATTLE" not in offered(colleague, "dgp.duty")
    assert "CATTLE" not in offered(colleague, "pol.duty")


def test_riga_reads_why_minsk_declined(seat, colleague):
    before = offered(colleague, "dgp.duty")["STY"]
    riga = seat("lv.admin", f"{LISTS}categories/STY/change/")
    address = propose(riga, "Shorter on a telephone.", name_lv="Uzturēšanās pārkāpums")
    minsk = seat("by.admin", address)
    minsk.expect("400")
    decline(minsk)
    expect(minsk.page.locator(".field .err")).to_be_visible()
    expect(minsk.page.locator("[name=reason]")).to_have_attribute("aria-invalid", "true")
    minsk.accessible()
    decline(minsk, "Слово «выезд» нужно обеим сторонам.")
    expect(minsk.page.locator("form[action$='/decline/']")).to_have_count(0)
    minsk.accessible()

    riga.page.goto(LISTS)
    riga.page.locator(f"a[href='{address[address.index('/administration') :]}']").click()
    expect(riga.page.locator("main")).to_contain_text("Слово «выезд» нужно обеим сторонам.")
    expect(riga.page.locator("main")).to_contain_text("Mikalai Sarokin")
    expect(riga.page.locator("form[action$='/withdraw/']")).to_have_count(0)
    riga.accessible()
    riga.page.goto(f"{LISTS}categories/STY/")
    expect(riga.page.locator(".tl")).to_contain_text("Слово «выезд» нужно обеим сторонам.")
    assert offered(colleague, "dgp.duty")["STY"] == before


def test_a_proposal_overtaken_by_another_is_compared_and_proposed_again(seat, colleague):
    """Both sides want another name of one category; Riga agrees with Minsk's first."""
    row = f"{LISTS}categories/STY/change/"
    riga, minsk = seat("lv.admin", row), seat("by.admin", row)
    mine = propose(riga, "As in the regulation.", name_lv="Pārsniegts uzturēšanās laiks")
    theirs = propose(minsk, "Two words are enough.", name_lv="Uzturēšanās pārkāpums")
    minsk.page.goto(mine)
    riga.page.goto(theirs)
    riga.page.locator("form[action$='/confirm/'] button").click()
    expect(riga.page.locator(".chip.ok").first).to_be_visible()

    # Minsk still has the page from before, and presses the button.
    minsk.expect("409")
    minsk.page.locator("form[action$='/confirm/'] button").click()
    expect(minsk.page.locator("[role=alert]")).to_be_focused()
    riga.page.goto(mine)
    for here in (riga, minsk):
        head, *rows = columns(here.page)
        assert len(head) == 4
        (names,) = [cells for cells in rows if "Pārsniegts uzturēšanās laiks" in cells]
        assert names[1] == "Izceļojot konstatēts uzturēšanās noteikumu pārkāpums"
        assert names[2].startswith("Uzturēšanās pārkāpums")
        expect(here.page.locator("td .chip.warn")).to_have_count(1)
        here.accessible()

    # Riga takes it back, and starts again from what stands now with its own words.
    riga.page.locator("form[action$='/withdraw/'] button").click()
    riga.page.locator("a[href*='?again=']").click()
    expect(riga.page.locator("[name=name_lv]")).to_have_value("Pārsniegts uzturēšanās laiks")
    again = propose(riga, "As in the regulation.")
    assert again != mine
    minsk.page.goto(again)
    minsk.page.locator("form[action$='/confirm/'] button").click()
    expect(minsk.page.locator(".chip.ok").first).to_be_visible()
    assert offered(colleague, "rix.duty")["STY"] == "Pārsniegts uzturēšanās laiks"


@pytest.mark.parametrize(
    ("admin", "own", "other"), [("lv.admin", "DGP", "POL"), ("by.admin", "POL", "DGP")]
)
def test_the_other_sides_units_and_desks_are_read_and_not_touched(
    seat, colleague, admin, own, other
):
    here = seat(admin, f"{LISTS}units/DESK-{own}/")
    changing = here.page.locator("main form[method=post]")
    assert changing.count() > 0
    here.accessible()
    here.page.goto(f"{LISTS}units/DESK-{other}/")
    expect(changing).to_have_count(0)
    here.accessible()
    shown = here.page.locator("main").inner_text()
    sent = {"phone": "+000", "name_lv": "Mans", "parent": "LV-SBG", "on": ""}
    for verb in ("", "move/", "retire/", "restore/", "desk/"):
        answer = colleague(admin).page(f"{LISTS}units/DESK-{other}/{verb}", **sent)
        assert answer.status_code == 403, verb
    here.page.reload()
    assert here.page.locator("main").inner_text() == shown
