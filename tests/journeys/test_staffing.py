"""Each side staffs its desk for a month: its administrator posts, its head of point sets the rota.
Neither touches the other's."""

import re
import time
from datetime import datetime, timedelta
from email import message_from_string, policy
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey

WALL = {"DESK-POL": "Europe/Minsk", "DESK-DGP": "Europe/Riga"}
WORDS = "a mild word kept between us 1"


def letter_to(portal, address):
    """The text of the last letter to an address, when it has come."""

    def found():
        for to, source in reversed(portal.mailbox.messages):
            if to == [address]:
                message = message_from_string(source, policy=policy.default)
                return message.get_content()
        return None

    return eventually(found, 20)


@pytest.mark.parametrize(
    ("admin", "head", "desk", "latin", "local"),
    [
        ("by.admin", "pol.head", "DESK-POL", "Yanka Verasen", "Янка Верасень"),
        ("lv.admin", "dgp.head", "DESK-DGP", "Jānis Silnieks", "Jānis Silnieks"),
    ],
)
def test_a_desk_is_staffed_for_a_month(screen, seat, portal, admin, head, desk, latin, local):
    domain = f"{admin[:2]}.example"
    name = f"new.{admin[:2]}{int(time.time()) % 100000}"
    last_day = datetime.now(ZoneInfo(WALL[desk])) + timedelta(days=31)
    office = seat(admin, "/people/")
    page = office.page
    office.accessible()
    page.locator("a.btn.primary").click()
    page.wait_for_url("**/people/invite/")
    office.accessible()
    page.fill("[name=name_latin]", latin)
    page.fill("[name=name_local]", local)
    page.fill("[name=username]", name)
    page.fill("[name=email]", f"{name}@{domain}")
    page.select_option("[name=unit]", desk)
    page.select_option("[name=role]", "duty_officer")
    page.fill("[name=ends]", f"{last_day:%d%m%Y}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/$"))
    office.accessible()
    person = page.url
    expect(page.locator(".posting")).to_contain_text(f"{last_day + timedelta(days=1):%d.%m.%Y}")

    # The new officer: link, password, first steps, tour, the desk's console.
    link = re.search(r"http\S+/password/reset/key/\S+", letter_to(portal, f"{name}@{domain}"))[0]
    new = screen()
    page = new.page
    page.goto(link)
    page.fill("[name=password1]", WORDS)
    page.fill("[name=password2]", WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/password/reset/key/done/")
    page.goto("/accounts/login/")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/welcome/")
    new.accessible()
    page.goto("/console/")
    assert page.url.endswith("/welcome/")
    page.check("[name=accept]")
    page.locator("main button.big").click()
    page.wait_for_url("**/profile/tour/")
    new.accessible()
    page.goto("/console/")
    expect(page.locator("h1 + p, .head p").first).to_be_visible()
    assert page.locator(f"[data-live-desks='{desk}']").count() == 1

    # The head of the point puts the new officer on duty, every day of the month.
    leader = seat(head, "/rota/")
    leader.page.click(f"a[href='/rota/{desk}/']")
    leader.page.wait_for_url(f"**/rota/{desk}/")
    leader.accessible()
    rota = leader.page
    rota.select_option("[name=officer]", label=latin)
    rota.fill("[name=start]", "0000")
    rota.fill("[name=end]", "0000")
    rota.fill("[name=last_day]", f"{last_day - timedelta(days=1):%d%m%Y}")
    rota.select_option("[name=rank]", "backup")
    rota.locator("main button.primary").click()
    expect(rota.locator(".rule", has_text=local)).to_have_count(1)
    expect(rota.locator(".rota-day", has_text=local)).to_have_count(31)
    leader.accessible()
    rota.goto("/contacts/")
    expect(rota.locator("main")).to_contain_text(local)
    page.goto("/console/")
    expect(page.locator(".duty", has_text=local)).to_be_visible()

    # The administrator of the other side finds nobody of them, by list or by address.
    other = seat("lv.admin" if admin == "by.admin" else "by.admin", "/people/")
    other.expect("404")
    assert name not in other.page.content()
    other.page.goto(person)
    assert latin not in other.page.content()
    other.page.goto(f"/rota/{desk}/")
    assert local not in other.page.content()

    # The end of the posting is the end of the session.
    office.page.goto(person)
    office.page.locator("[name=now]").click()
    expect(office.page.locator(".posting.over")).to_have_count(1)
    rota.goto(f"/rota/{desk}/")
    expect(rota.locator(".rota-day .chip.warn").first).to_be_visible()
    page.goto("/console/")
    page.wait_for_url("**/accounts/login/**")
    page.fill("[name=login]", name)
    page.fill("[name=password]", WORDS)
    new.expect("403")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text(re.compile(r"norīkojum|назначени"))
