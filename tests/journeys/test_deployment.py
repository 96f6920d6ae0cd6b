"""A Frontex document expert is asked for at the Minsk focal point, briefed, deployed and debriefed,
and loses access the same minute; a Latvian officer deploys to Minsk and a Belarusian to Riga."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.visit_kit import press

pytestmark = pytest.mark.journey
ROOT = "/deployments/"


@pytest.fixture(autouse=True)
def _english(english):
    for username in ("fp.head", "by.coordinator", "lv.coordinator", "rix.head", "expert"):
        english(username)


def days(side, last):
    today = datetime.now(ZoneInfo({"BY": "Europe/Minsk", "LV": "Europe/Riga"}[side])).date()
    return today, today + timedelta(last)


def expert_of(coordinator, name):
    rows = coordinator.api("GET", "/experts/").json()
    return next(row for row in rows if name in row["name"])["uid"]


def walked(who, at, *steps):
    """Each step by its officer, over the API."""
    for username, name, body in steps:
        answer = who(username).api("POST", f"{ROOT}{at}/{name}/", json=body)
        assert answer.status_code == 200, (name, answer.text)
    return answer.json()


BRIEF = {"held_at": "2026-01-01T10:00:00Z", "given_by": "Head", "text": "Second line.",
         "contact": "The desk", "language": "en"}  # fmt: skip
DEBRIEF = {"report": "Went well.", "lessons": ["Bring a lamp."], "language": "en"}


def test_a_document_expert_is_asked_for_briefed_deployed_and_gone(colleague, seat):
    # The one who is there goes home first.
    rows = colleague("fp.head").api("GET", ROOT).json()
    there = next(row for row in rows if row["sender"] == "EU" and row["state"] == "deployed")
    walked(colleague, there["uid"], ("fp.head", "debrief", DEBRIEF), ("fp.head", "end", {}))
    first, last = days("BY", 3)
    head = seat("fp.head", "/focal-point/")
    head.page.get_by_role("link", name="Ask for an expert to be deployed").click()
    for name, value in (("unit", "DESK-FP-MSQ"), ("sender", "EU"), ("profile", "ALDO")):
        head.page.select_option(f"[name={name}]", value)
    head.page.locator("[name=languages][value=ru]").check()
    for name, day in (("first_day", first), ("last_day", last)):
        head.page.fill(f"[name={name}]", f"{day:%d.%m.%Y}")
    for name in ("purpose", "tasks", "legal_basis"):
        head.page.fill(f"[name={name}]", f"Example: {name}")
    head.accessible()
    press(head, "Put it to the coordinator")
    page = head.page.url
    minsk = seat("by.coordinator", page)
    minsk.page.fill("[name=assessment]", "It is needed.")
    press(minsk, "Find it right")
    option = minsk.page.locator("[name=expert] option", has_text="Kestrel")
    minsk.page.select_option("[name=expert]", option.get_attribute("value"))
    minsk.accessible()
    for button in ("Offer", "Accept the expert", "Commit the expert"):
        press(minsk, button)
    # Without a briefing there is no button that deploys, and the verb says why.
    uid = page.rstrip("/").rpartition("/")[2]
    early = colleague("fp.head").api("POST", f"{ROOT}{uid}/start/", json={})
    assert (early.status_code, early.json()["code"]) == (409, "not_briefed")
    head.page.reload()
    head.page.get_by_role("button", name="Now").click()
    for name in ("given_by", "text", "contact"):
        head.page.fill(f"[name={name}]", f"Example: {name}")
    press(head, "Record the briefing")
    press(head, "The expert is here")
    expect(head.page.locator(".head .chip")).to_have_text("Deployed")
    own = f"/deployments/mine/{uid}/"
    guest = seat("expert", own)
    expect(guest.page.locator("main")).to_contain_text("Example: tasks")
    expect(guest.page.locator("main")).to_contain_text("No executive powers")
    guest.accessible()
    head.page.fill("[name=report]", "Went well.")
    head.page.fill("[name=lessons]", "Bring a lamp.")
    press(head, "Record the debriefing")
    press(head, "End the deployment")
    guest.expect("404")
    assert guest.page.goto(own).status == 404
    assert colleague("expert").api("GET", f"{ROOT}mine/").json() == []


@pytest.mark.parametrize(
    ("host", "unit", "asker", "sender", "name", "username"),
    [
        ("BY", "DESK-FP-MSQ", "fp.head", "LV", "Kļava", "dgp.officer"),
        ("LV", "DESK-RIX", "rix.head", "BY", "Verabei", "pol.officer"),
    ],
)
def test_officers_of_the_two_services_deploy_to_each_other(
    colleague, host, unit, asker, sender, name, username
):
    first, last = days(host, 0)
    need = colleague(asker).api(
        "POST", ROOT, json={
            "unit": unit, "sender": sender, "profile": "ALDO", "languages": ["ru"],
            "first_day": str(first), "last_day": str(last), "language": "en", "purpose": "x",
            "tasks": "Look at documents.", "legal_basis": "Example",
        },
    )  # fmt: skip
    assert need.status_code == 201, need.text
    uid = need.json()["uid"]
    hosts, sends = f"{host.lower()}.coordinator", f"{sender.lower()}.coordinator"
    expert = expert_of(colleague(sends), name)
    walked(
        colleague, uid, (asker, "request", {}), (hosts, "assess", {"assessment": "Right."}),
        (sends, "offer", {"expert": expert}), (hosts, "accept", {}), (sends, "commit", {}),
        (asker, "brief", BRIEF), (asker, "start", {}),
    )  # fmt: skip
    own = f"/deployments/mine/{uid}/"
    assert "Look at documents." in colleague(username).page(own).text
    done = walked(colleague, uid, (asker, "debrief", DEBRIEF), (asker, "end", {}))
    assert done["state"] == "ended"
    mine = colleague(username).api("GET", f"{ROOT}mine/").json()
    assert uid not in [row["uid"] for row in mine]
