"""Of a serious incident nobody but its reporter and its handler is given anything, by no door."""

import re
from pathlib import Path

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed
from incidents import actions

pytestmark = pytest.mark.django_db

WHO = "hq admin auditor analyst representative"
OTHERS = [
    *(f"{side}_{part}" for side in ("lv", "by") for part in WHO.split()),
    *(f"{at}_{part}" for at in ("dgp", "pol", "rix") for part in ("leader", "duty", "head")),
    "by_handler", "rix_officer", "pol_officer", "stranger",
]  # fmt: skip
ADDRESSES = ["/incidents/", "/incidents/?category=SIR", "/console/", "/audit/", "/people/",
             "/operations/", "/messages/", "/lists/", "/health/", "/metrics", "/", "/serious/",
             "/serious/handling/", "/emergency/", "/api/v1/incidents/", "/api/v1/serious/",
             "/api/v1/incidents/outcomes/", "/api/v1/deliveries/",
             "/api/v1/serious/statistics/"]  # fmt: skip

WORDS = re.compile("Zq(?:subject|text|message|assessment)")


@pytest.fixture
def full(people):
    """Reports of Daugavpils with and without a name, with lines of both sides of the talk."""
    people.lv_handler
    said = {
        "kind": "SIR-RIGHTS",
        "subject": "Zqsubject",
        "text": "Zqtext",
        "by": people.dgp_officer,
    }
    named = actions.report_serious(**said)
    hidden = actions.report_serious(**said, anonymous=True)
    actions.write_serious(named, text="Zqmessage", by=people.dgp_officer)
    actions.write_serious(hidden, text="Zqmessage", code=hidden.code, by=people.dgp_officer)
    actions.assess_serious(named, text="Zqassessment", by=people.lv_handler)
    return named, hidden


def told(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace") + str(sorted(answer.headers.items()))


@pytest.mark.parametrize("who", OTHERS)
def test_no_page_list_count_or_door_gives_anything_to_anybody_else(
    who, full, people, signed_in, api
):
    user = getattr(people, who)
    browser, program = signed_in(user), api(user)
    secret = re.compile(f"{WORDS.pattern}|" + "|".join(str(report.uid) for report in full))
    wrong = []
    for address in ADDRESSES:
        answer = (program if "/api/" in address else browser).get(address)
        if secret.search(told(answer)):
            wrong.append(address)
    said = {"text": "x", "step": "assess"}
    for report in full:
        for client, path, parts in (
            (browser, f"/serious/{report.uid}/", ("message/", "step/")),
            (program, f"/api/v1/serious/{report.uid}/", ("messages/", "steps/")),
        ):
            answers = [client.get(path), *(client.post(path + part, said) for part in parts)]
            if any(answer.status_code != 404 or WORDS.search(told(answer)) for answer in answers):
                wrong.append(path)
        for client, path in ((browser, "/incidents/"), (program, "/api/v1/incidents/")):
            if client.get(f"{path}{report.uid}/").status_code != 404:
                wrong.append(path)
        with pytest.raises(NotAllowed), transaction.atomic():
            actions.write_serious(report, text="x", by=user)
    assert wrong == []
    assert not [row for row in Entry.objects.all() if "serious/" in str(row.facts)]


def test_the_two_are_given_it_so_that_the_search_is_known_to_work(full, people, signed_in, api):
    for user in (people.dgp_officer, people.lv_handler):
        assert "Zqtext" in told(signed_in(user).get(f"/serious/{full[0].uid}/"))
        assert "Zqsubject" in told(api(user).get("/api/v1/serious/"))
        assert "Zqmessage" in told(api(user).get(f"/api/v1/serious/{full[0].uid}/"))


def test_an_auditor_reads_that_something_was_kept_and_neither_who_nor_what(full, people, signed_in):
    page = told(signed_in(people.lv_auditor).get("/audit/?verb=channel.kept"))
    rows = page.split("<tbody")[1].split("</tbody")[0]
    assert rows.count("channel:") >= 5
    assert not re.search(r"dgp\.officer|Dgp Officer|lv\.handler|serious", rows)
    assert "channel:" not in told(signed_in(people.by_auditor).get("/audit/?verb=channel.kept"))


def test_an_emergency_session_opens_nothing_and_notes_nothing_of_it(full, people, signed_in):
    browser = signed_in(people.dgp_head)
    actions_before = Entry.objects.filter(verb="emergency.request").count()
    browser.post("/emergency/open/", {"reason": "The line to the desks is down for an hour."})
    assert browser.get(f"/serious/{full[0].uid}/").status_code == 404
    assert browser.get("/serious/").status_code == 200
    browser.get("/help/")
    rows = list(Entry.objects.all())
    assert not [row for row in rows if "serious/" in str(row.facts) + row.about]
    assert len(rows) >= actions_before


def test_no_log_and_no_count_says_who_asked_for_a_page_of_the_channel(
    full, people, signed_in, caplog
):
    caplog.set_level("INFO")
    browser = signed_in(people.dgp_officer)
    browser.get("/serious/")
    browser.get("/help/")
    lines = [str(record.args) for record in caplog.records if record.name == "bordercoop.request"]
    assert any("help" in line for line in lines)
    assert not any("serious" in line for line in lines)


def test_nothing_outside_the_channel_names_its_tables():
    """Whatever reads incidents, counts or exports cannot come by them."""
    root = Path(__file__).resolve().parents[2]
    channel = {"serious.py", "serious_forms.py", "serious_tiles.py", "serious_urls.py"}
    for app in ("bordercoop", "contactpoints", "incidents", "riskanalysis", "training"):
        for path in (root / app).rglob("*.py"):
            own = path.name in channel or "migrations" in path.parts
            if own or path.parts[-3:] == ("incidents", "models", "__init__.py"):
                continue
            text = path.read_text("utf-8")
            assert not re.search(r"Serious(Report|Entry)\b|incidents_serious", text), path
