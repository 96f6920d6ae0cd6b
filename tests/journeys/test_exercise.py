"""An exercise of twelve injects is played at the desks of Daugavpils and Polotsk and scores itself;
nothing real is left behind."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.visit_kit import press
from tests.kernel.machinery import eventually

pytestmark = pytest.mark.journey
POL, DGP = ["DESK-POL"], ["DESK-DGP"]
BOTH = [*POL, *DGP]
# (seconds after the begin, desks, severity); the last three wait for a hand or a jump.
INJECTS = [
    (0, POL, 3), (0, DGP, 2), (1, BOTH, 4), (1, POL, 2), (2, DGP, 2), (2, BOTH, 2), (3, POL, 2),
    (3, DGP, 2), (4, BOTH, 2), (3600, DGP, 2), (7200, BOTH, 2), (7201, POL, 2),
]  # fmt: skip
STEPS = ["Call the other desk", "Send a patrol"]
USERS = ("lv.coordinator", "by.coordinator", "dgp.duty", "pol.duty", "dgp.officer", "pol.officer")
REAL = """SELECT (SELECT count(*) FROM incidents_incident),
    (SELECT count(*) FROM contactpoints_alert WHERE status = 'actual' AND about NOT LIKE 'line:%%'),
    (SELECT count(*) FROM incidents_release)"""
TIMES = """SELECT i.number, u.code, extract(epoch FROM d.delivered_at - d.queued_at)::float,
    extract(epoch FROM d.opened_at - d.queued_at)::float,
    extract(epoch FROM d.acknowledged_at - d.queued_at)::float
  FROM contactpoints_delivery d JOIN contactpoints_unit u ON u.id = d.desk_id
  JOIN exercises_injectrelease r ON r.alert_id = d.alert_id
  JOIN exercises_inject i ON i.id = r.inject_id
  JOIN exercises_exercise e ON e.id = i.exercise_id WHERE e.number = %s"""


@pytest.fixture(autouse=True)
def _english(english):
    for username in USERS:
        english(username)


def headline(number):
    return f"Inject number {number:02d} of the journey"


@pytest.fixture
def exercise(portal, colleague):
    """Planned, put and agreed by both sides; its number."""
    lv, by = colleague("lv.coordinator"), colleague("by.coordinator")

    def ask(who, path, status=(200, 201), **body):
        answer = who.api("POST", path, json=body)
        assert answer.status_code in status, answer.text
        return answer.json()

    number = ask(
        lv, "/exercises/", unit="LV-SBG", kind="functional", title="People beside the road",
        language="en", place="PAT-GRI", category="UBC", pauses_for_real=False,
        planned_at=(datetime.now(UTC) + timedelta(days=1)).isoformat(),
    )["number"]  # fmt: skip
    at = f"/exercises/{number}/"
    for place, (offset, desks, severity) in enumerate(INJECTS, 1):
        ask(
            lv, f"{at}injects/", offset_s=offset, desks=desks, sender="DESK-RIX", language="en",
            headline=headline(place), severity=severity, category="UBC", place="PAT-GRI",
            acknowledge_s=120, steps=STEPS if place == 1 else [],
        )  # fmt: skip
    for text in ("The desks call each other", "A patrol goes out"):
        ask(lv, f"{at}objectives/", text=text, language="en")
    ask(lv, f"{at}put/")
    uids = dict(portal.sql("SELECT username, uid FROM access_user WHERE username = ANY(%s)",
                           list(USERS)))  # fmt: skip
    for who, username, part in (
        (lv, "lv.coordinator", "director"), (by, "by.coordinator", "director"),
        (lv, "dgp.officer", "evaluator"), (by, "pol.officer", "observer"),
    ):  # fmt: skip
        ask(who, f"{at}people/", officer=str(uids[username]), part=part)
    edition = lv.api("GET", at).json()["edition"]
    for who in (lv, by):
        ask(who, f"{at}agree/", edition=edition)
    return number


def card_of(page, number, part="need"):
    return page.locator(f"[data-list={part}] > li", has_text=headline(number)).first


def opened_and_ticked(desk, number):
    """From the card to what is expected: the first step is done."""
    card = card_of(desk.page, number)
    expect(card.locator(".chip.bad", has_text="Exercise")).to_be_visible()
    card.locator("h3 a").click()
    own = desk.page.locator("[aria-labelledby=own]")
    expect(own).to_contain_text(headline(number))
    if (step := own.get_by_role("button", name=STEPS[0])).count():
        step.first.click()
        expect(own).to_contain_text("Polotsk")
    desk.accessible()
    desk.page.goto("/console/")


def acknowledged(desk, number):
    card = card_of(desk.page, number)
    expect(card).to_be_visible()
    field = card.locator("[name=note]")
    if field.count():
        field.fill("Exercise: on the way")
    card.locator("form[data-answer=acknowledge] button.primary").click()
    expect(card_of(desk.page, number, "hand")).to_be_visible()
    expect(desk.page.locator("[data-list=need] > li", has_text=headline(number))).to_have_count(0)


def test_an_exercise_is_played_at_two_desks_and_scores_itself(portal, colleague, seat, exercise):
    before = portal.sql(REAL)
    at = f"/exercises/{exercise}/"
    desks = {code: seat(name, "/console/") for code, name in
             (("DESK-POL", "pol.duty"), ("DESK-DGP", "dgp.duty"))}  # fmt: skip
    pol, dgp = desks["DESK-POL"], desks["DESK-DGP"]
    director = seat("lv.coordinator", at)
    press(director, "Start the exercise")
    for number in (1, 2, 9):
        expect(director.page.locator("tr", has_text=headline(number))).to_contain_text("Released")
    for desk in desks.values():
        expect(card_of(desk.page, 9)).to_be_visible()
        desk.accessible()
    director.accessible()
    opened_and_ticked(pol, 1)
    opened_and_ticked(dgp, 2)
    # Nobody answered this one for ten minutes: a real alert would have climbed.
    late = f"{exercise}/6"
    portal.sql(
        "UPDATE contactpoints_delivery d SET queued_at = queued_at - interval '2 hours',"
        " sent_at = sent_at - interval '2 hours', delivered_at = delivered_at - interval '2 hours'"
        " FROM contactpoints_alert a, contactpoints_unit u WHERE a.id = d.alert_id AND"
        " u.id = d.desk_id AND u.code = 'DESK-POL' AND a.card ->> 'number' = %s",
        late,
    )
    for place, (offset, to, _severity) in enumerate(INJECTS, 1):
        if offset < 60:
            for code in to:
                acknowledged(desks[code], place)
    shown = director.page.locator("tr", has_text=headline(9)).locator(".chip.ok, .chip.warn")
    expect(shown).to_have_count(3)  # released, and acknowledged at both desks
    page = director.page
    press(director, "Pause")
    expect(page.locator(".head .chip")).to_contain_text("Paused")
    press(director, "Go on")
    page.locator("tr", has_text=headline(10)).get_by_role("button", name="Release now").click()
    acknowledged(dgp, 10)
    page.locator("tr", has_text=headline(11)).get_by_role("button", name="Jump here").click()
    acknowledged(dgp, 11)
    acknowledged(pol, 12)
    expect(card_of(pol.page, 11)).to_be_visible()  # and nobody opens it
    answer = colleague("pol.officer").api(
        "POST", f"{at}notes/", json={"text": "They called at once.", "language": "en"}
    )
    assert answer.status_code == 201, answer.text
    expect(page.locator("[aria-labelledby=notes]")).to_contain_text("They called at once.")
    press(director, "Stop")
    # The officer stands on this card: it stays, and says that nobody waits for it any more.
    expect(card_of(pol.page, 11).locator(".alert.gone")).to_be_visible()
    pol.page.reload()
    expect(card_of(pol.page, 11)).to_have_count(0)
    pol.accessible()

    for row, mark in zip(
        portal.sql(
            "SELECT o.uid FROM exercises_exerciseobjective o JOIN exercises_exercise e"
            " ON e.id = o.exercise_id WHERE e.number = %s ORDER BY o.id", exercise,
        ),
        ("fully", "partly"), strict=True,
    ):  # fmt: skip
        answer = colleague("dgp.officer").api(
            "POST", f"{at}objectives/{row[0]}/mark/",
            json={"mark": mark, "words": "Late at one desk.", "language": "en"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
    page.reload()
    page.select_option("[name=kind]", "lesson")
    page.fill("#debrief_text", "Call before you write.")
    press(director, "Add the sentence")
    press(director, "Close the evaluation")
    expect(page.locator("main")).to_contain_text("Call before you write.")
    director.accessible()

    results = colleague("by.coordinator").api("GET", f"{at}results/").json()
    whole, answers = results["whole"], results["answers"]
    assert (whole["sent"], whole["acknowledged"], whole["would_escalate"]) == (16, 15, 1)
    assert (whole["judged"], whole["in_time"], whole["done"]) == (15, 14, 1)
    assert whole["score"] == round(100 * 15 / 17)
    found = {(row["number"], row["desk"]): row for row in answers}
    assert found[11, "DESK-POL"]["called_off"]
    assert found[11, "DESK-POL"]["opened_s"] is None
    assert found[6, "DESK-POL"]["would_escalate"]
    for number, desk, *spans in portal.sql(TIMES, exercise):
        row = found[number, desk]
        said = [row[name] for name in ("delivered_s", "opened_s", "acknowledged_s")]
        assert said == [span and pytest.approx(span, abs=1e-3) for span in spans], (number, desk)
        aged = (number, desk) == (6, "DESK-POL")
        assert all(span is None or aged or 0 <= span < 60 for span in spans), (number, spans)
    assert found[1, "DESK-POL"]["delivered_s"] is not None
    assert found[1, "DESK-POL"]["opened_s"] < found[1, "DESK-POL"]["acknowledged_s"]
    paper = colleague("pol.duty").page(f"{at}report.pdf")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(paper.content)).pages)
    scores = [f"{row['score']} %" for row in results["desks"]]
    for words in (*scores, headline(12), "Call before you write.", "EXERCISE"):
        assert words in text, words
    assert portal.sql(REAL) == before
    open_ones = ("SELECT count(*) FROM contactpoints_delivery d JOIN contactpoints_alert a"
                 " ON a.id = d.alert_id WHERE a.card ->> 'number' LIKE %s AND"
                 " d.acknowledged_at IS NULL AND d.recalled_at IS NULL")  # fmt: skip
    eventually(lambda: portal.sql(open_ones, f"{exercise}/%") == [(0,)])
