"""An emergency session: who may open it, what it opens, through which doors, and its end."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.access import sessions
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.access import (
    EMERGENCY,
    emergency_of,
    forget_grants,
    grants_of,
    topics_of,
)
from contactpoints.models import BreakGlass, Unit
from tests.conftest import PASSWORD
from tests.contactpoints.emergencies import REASON, lines

pytestmark = pytest.mark.django_db


# --- opening


@pytest.mark.parametrize("who", ["rix_head", "lv_hq", "pol_head", "by_hq"])
def test_heads_and_headquarters_open_one_for_an_hour(people, who):
    opened = actions.open_emergency(REASON, by=getattr(people, who))
    assert opened.expires_at - opened.opened_at == timedelta(minutes=60)
    assert Entry.objects.filter(verb="emergency.opened", about=opened.ref).count() == 1


@pytest.mark.parametrize("who", ["rix_duty", "rix_officer", "lv_admin", "lv_auditor", "stranger"])
def test_nobody_else_opens_one(people, who, signed_in):
    with pytest.raises(NotAllowed):
        actions.open_emergency(REASON, by=getattr(people, who))
    browser = signed_in(getattr(people, who))
    assert browser.get("/emergency/open/").status_code == 403
    assert browser.post("/emergency/open/", {"reason": REASON}).status_code == 403
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    "reason", ["", "too short", " " * 40, "x" * 1001, "See LV-DGP-2026-00012 for what happened."]
)
def test_a_reason_is_a_sentence_without_numbers_of_incidents(people, reason):
    with pytest.raises(Invalid) as refusal:
        actions.open_emergency(reason, by=people.rix_head)
    assert "reason" in refusal.value.fields


@pytest.mark.parametrize("minutes", [0, 61, -5, 10**9])
def test_it_never_lasts_longer_than_an_hour(people, minutes):
    with pytest.raises(Invalid):
        actions.open_emergency(REASON, minutes=minutes, by=people.rix_head)


def test_opening_twice_is_opening_once_and_never_longer(people, later):
    first = actions.open_emergency(REASON, by=people.rix_head)
    later(minutes=20)
    again = actions.open_emergency(REASON, by=people.rix_head)
    assert (again.pk, again.expires_at) == (first.pk, first.expires_at)
    other = actions.open_emergency(REASON + " And now the rail.", by=people.rix_head)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert BreakGlass.objects.running().get() == other


def test_auditors_of_both_sides_are_told_in_their_language(people, carry_out, mailbox):
    people.lv_auditor, people.by_auditor, people.lv_admin
    opened = actions.open_emergency(REASON, by=people.rix_head)
    told = Message.objects.filter(channel="emergency")
    assert {row.payload["to"] for row in told} == {people.lv_auditor.pk, people.by_auditor.pk}
    carry_out()
    letters = {letter["To"]: letter for letter in mailbox.letters}
    assert set(letters) == {people.lv_auditor.email, people.by_auditor.email}
    for letter in letters.values():
        text = letter.get_content()
        assert f"/emergency/{opened.uid}/" in text
        assert REASON not in text, "a reason is not for the mail servers on the way"
        assert letter["Subject"].strip().startswith("BorderCoop")


@pytest.mark.parametrize("asked_factor", [False, True])
def test_the_page_asks_for_password_then_factor_then_reason(people, signed_in, asked_factor):
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

    user, secret = people.rix_head, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    if asked_factor:
        TOTP.activate(user, secret)
    browser = signed_in(user)
    answer = browser.get("/emergency/open/")
    assert answer.url == "/accounts/reauthenticate/?next=%2Femergency%2Fopen%2F"
    assert browser.post("/emergency/open/", {"reason": REASON}).status_code == 302
    assert not BreakGlass.objects.exists(), "not without a confirmation"
    answer = browser.post(answer.url, {"password": PASSWORD})
    assert answer.url == "/emergency/open/"
    if asked_factor:
        answer = browser.get("/emergency/open/")
        assert answer.url == "/accounts/2fa/reauthenticate/?next=%2Femergency%2Fopen%2F"
        code = format_hotp_value(hotp_value(secret, int(now().timestamp()) // 30))
        assert browser.post(answer.url, {"code": code}).url == "/emergency/open/"
    page = browser.get("/emergency/open/").content.decode()
    assert REASON in page, "what was typed before is still there"
    assert browser.post("/emergency/open/", {"reason": REASON, "minutes": 15}).url == "/"
    opened = BreakGlass.objects.get()
    assert opened.expires_at - opened.opened_at == timedelta(minutes=15)
    assert "data-emergency-until" in browser.get("/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [{}, {"reason": "short", "minutes": 60}, {"reason": REASON, "minutes": 600},
     {"reason": "x" * 100_000, "minutes": 60}, {"reason": f"{REASON}\0", "minutes": 60}],
)  # fmt: skip
def test_bad_input_on_the_page_is_a_sentence(people, signed_in, typed):
    browser = signed_in(people.rix_head)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = browser.post("/emergency/open/", typed)
    assert answer.status_code == 400
    assert 'class="errsum"' in answer.content.decode()
    assert not BreakGlass.objects.exists()


# --- what it opens


def test_it_reads_the_own_side_and_answers_at_its_desks(people, signed_in, incident, emergency):
    case = incident()
    before = signed_in(people.rix_head)
    assert before.get(f"/incidents/{case.uid}/").status_code == 404
    browser, opened = emergency(people.rix_head)
    assert browser.get(f"/incidents/{case.uid}/").status_code == 200
    assert case.number in browser.get("/incidents/").content.decode()
    assert browser.get(f"/api/v1/incidents/{case.uid}/").status_code == 200
    assert lines(opened) == [
        ("GET", "incidents/<uuid:uid>/", 200),
        ("GET", "incidents/", 200),
        ("GET", "api/v1/incidents/<uuid:uid>/", 200),
    ]
    first = Entry.objects.filter(verb="emergency.request").order_by("pk").first()
    assert first.facts["object"] == {"uid": str(case.uid)}


def test_it_answers_an_alert_at_another_desk_of_the_own_side(people, released, emergency):
    _case, delivery = released()
    browser, opened = emergency(people.msq_head)
    path = f"/deliveries/{delivery.uid}/acknowledge/"
    assert browser.post(path, {"note": "Taken from Minsk."}).status_code == 302
    delivery.refresh_from_db()
    assert delivery.acknowledged_by == people.msq_head
    assert lines(opened) == [("POST", "deliveries/<uuid:uid>/acknowledge/", 302)]


def test_it_opens_nothing_of_the_other_side(people, unit, incident, released, emergency):
    theirs = incident(by=people.pol_officer, at="BY-POL")
    _case, delivery = released()
    browser, opened = emergency(people.rix_head)
    assert browser.get(f"/incidents/{theirs.uid}/").status_code == 404
    assert browser.get(f"/api/v1/incidents/{theirs.uid}/").status_code == 404
    assert theirs.number not in browser.get("/incidents/").content.decode()
    answer = browser.post(f"/deliveries/{delivery.uid}/acknowledge/", {"note": "x"})
    assert answer.status_code in (403, 404)
    assert browser.get("/console/?desk=DESK-POL").status_code == 404
    assert [status for _m, _r, status in lines(opened)][:2] == [404, 404], "refusals are audited"


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_what_never_crosses_stays_on_its_side(people, incident, emergency, category):
    ours = incident(category=category)
    theirs = incident(by=people.pol_officer, at="BY-POL", category=category)
    browser, _opened = emergency(people.rix_head)
    assert browser.get(f"/incidents/{ours.uid}/").status_code == 200
    assert browser.get(f"/incidents/{theirs.uid}/").status_code == 404


def test_it_gives_three_codenames_and_no_other(people, emergency):
    user = people.rix_head
    before = dict(grants_of(user))
    _browser, opened = emergency(user)
    user.__dict__["_session"] = {EMERGENCY: str(opened.uid)}
    forget_grants(user)
    after = grants_of(user)
    own = {unit.pk for unit in Unit.objects.filter(side="LV")}
    desks = {unit.pk for unit in Unit.objects.filter(side="LV", kind="desk")}
    widened = {"view_incidents", "view_alerts", "acknowledge_alerts"}
    assert after["view_incidents"] == after["view_alerts"] == own
    assert after["acknowledge_alerts"] == desks | before["acknowledge_alerts"]
    assert {name: after[name] for name in after.keys() - widened} == {
        name: before[name] for name in before.keys() - widened
    }


def test_rights_in_an_emergency_are_still_one_statement(people, django_assert_num_queries):
    user = people.rix_head
    opened = actions.open_emergency(REASON, by=user)
    user.__dict__["_session"] = {EMERGENCY: str(opened.uid)}
    grants_of(user)
    forget_grants(user)
    with django_assert_num_queries(1):
        grants_of(user)
        assert emergency_of(user)["uid"] == str(opened.uid)


def test_it_holds_in_the_session_that_opened_it_and_nowhere_else(
    people, incident, emergency, signed_in, api
):
    case = incident()
    emergency(people.rix_head)
    assert signed_in(people.rix_head).get(f"/incidents/{case.uid}/").status_code == 404
    program = api(people.rix_head)
    assert program.get(f"/api/v1/incidents/{case.uid}/").status_code == 404


def test_a_forged_or_foreign_mark_in_a_session_opens_nothing(people, incident, signed_in):
    case = incident()
    other = actions.open_emergency(REASON, by=people.lv_hq)
    for mark in (str(other.uid), "nonsense", "0" * 36, 7):
        browser = signed_in(people.rix_head)
        kept = browser.session
        kept[EMERGENCY] = mark
        kept.save()
        assert browser.get(f"/incidents/{case.uid}/").status_code == 404


def test_the_live_stream_hears_the_own_side_while_it_lasts(people, emergency):
    browser, opened = emergency(people.rix_head)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    heard = topics_of(sessions.user_of(key))
    assert {"DESK-DGP", "LV-DGP"} <= heard
    assert not any(code.startswith(("BY-", "DESK-POL", "DESK-MSQ")) for code in heard)
    actions.end_emergency(opened, by=people.rix_head)
    assert "DESK-DGP" not in topics_of(sessions.user_of(key))


def test_the_banner_is_on_every_page_while_it_lasts(people, emergency, later):
    browser, _opened = emergency(people.rix_head)
    for path in ("/", "/incidents/", "/console/", "/emergency/", "/profile/", "/no-such-page/"):
        page = browser.get(path).content.decode()
        assert "data-emergency-until" in page, path
        assert 'action="/emergency/end/"' in page, path
    later(minutes=61)
    assert "data-emergency-until" not in browser.get("/").content.decode()


def test_a_session_without_one_pays_nothing_for_it(people, signed_in, emergency):
    plain = signed_in(people.rix_head)
    plain.get("/profile/")
    with CaptureQueriesContext(connection) as queries:
        plain.get("/profile/")
    assert not [each for each in queries if "breakglass" in each["sql"]]


# --- its end


def test_it_is_over_after_an_hour_with_nobody_tidying(people, incident, emergency, later):
    case = incident()
    browser, opened = emergency(people.rix_head)
    later(minutes=59)
    assert browser.get(f"/incidents/{case.uid}/").status_code == 200
    later(minutes=1, seconds=1)
    assert browser.get(f"/incidents/{case.uid}/").status_code == 404
    assert opened.is_over
    assert len(lines(opened)) == 1


@pytest.mark.parametrize("how", ["end", "sign out", "posting", "suspended"])
def test_it_is_over_at_once(people, incident, emergency, how):
    case = incident()
    browser, opened = emergency(people.rix_head)
    assert browser.get(f"/incidents/{case.uid}/").status_code == 200
    if how == "end":
        assert browser.post("/emergency/end/").url == "/"
    elif how == "sign out":
        browser.post("/accounts/logout/")
    elif how == "posting":
        actions.end_posting(people.rix_head.postings.get(), by=None)
    else:
        people.rix_head.is_active = False
        people.rix_head.save(update_fields=["is_active"])
    assert browser.get(f"/incidents/{case.uid}/").status_code in (302, 404)
    if how in ("end", "sign out"):
        opened.refresh_from_db()
        assert opened.ended_at is not None
        assert Entry.objects.filter(verb="emergency.ended", about=opened.ref).count() == 1


def test_ending_twice_or_late_changes_nothing(people, later):
    opened = actions.open_emergency(REASON, by=people.rix_head)
    ended = actions.end_emergency(opened, by=people.rix_head)
    later(minutes=5)
    assert actions.end_emergency(opened, by=people.rix_head).ended_at == ended.ended_at
    second = actions.open_emergency(REASON, by=people.rix_head)
    later(minutes=90)
    assert actions.end_emergency(second, by=people.rix_head).ended_at is None, "it ran out"


def test_nobody_ends_it_for_the_officer(people):
    opened = actions.open_emergency(REASON, by=people.rix_head)
    with pytest.raises(NotAllowed):
        actions.end_emergency(opened, by=people.lv_hq)


# --- what the database refuses


def refused(rule, do):
    with pytest.raises((IntegrityError, InternalError), match=rule), transaction.atomic():
        do()


def test_the_database_keeps_the_rules_by_itself(people):
    opened = actions.open_emergency(REASON, by=people.rix_head)
    rows = BreakGlass.objects.filter(pk=opened.pk)
    facts = {"officer": people.lv_hq, "side": "LV", "reason": REASON, "opened_at": now()}

    def make(**changes):
        fresh = {**facts, "expires_at": now() + timedelta(minutes=30), **changes}
        return lambda: BreakGlass.objects.create(**fresh)

    longer = now() + timedelta(minutes=61)
    refused("emergency_lasts_an_hour_at_most", make(expires_at=longer))
    refused("emergency_has_a_reason", make(reason="x" + " " * 30))
    refused("emergency_side_is_reviewed", make(side="EU"))
    refused("one_emergency_at_a_time", make(officer=people.rix_head))
    refused("emergency_is_never_extended|read.?only", lambda: rows.update(expires_at=longer))
    refused("emergency_ends_within_its_time", lambda: rows.update(ended_at=longer))
    refused("emergency_is_kept|delete", rows.delete)
    rows.update(ended_at=now())
    refused("emergency_ends_once|update", lambda: rows.update(ended_at=None))
