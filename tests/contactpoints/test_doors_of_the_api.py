"""Each verb that an officer asks for has a door in the API: rightly, twice, without the right, with
nonsense. The verbs themselves have their own files."""

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.reference.models import OPENABLE, Place, PlaceStatus, Proposal, Term
from contactpoints import actions
from contactpoints.models import (
    BreakGlass,
    CalendarFeed,
    DutyShift,
    EmergencyReview,
    Posting,
    RotaRule,
    Unit,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/"
NOBODY = uuid.UUID(int=0)

# What belongs to a browser, and why (docs/api.md).
IN_A_BROWSER = {
    "mark_check_drawn", "mark_delivered", "mark_opened", "open_display", "open_emergency",
    "reset_second_factor", "see_display",
}  # fmt: skip
# Nobody asks for these: ticks, channels, the apps above and the command line do.
OF_THE_SYSTEM = {
    "alarm_rota_gaps", "blank_absences", "blank_broadcast", "blank_cap", "blank_cards",
    "cancel_deliveries", "check_lines", "drop_held", "drop_one", "end_due_postings",
    "end_pauses", "escalate_all_due", "escalate_due", "extend_rotas", "fail_channel",
    "forget_webhook_attempts", "grant_roles", "hold_release", "let_rest", "make_due_statement",
    "mark_failed", "mark_forward_failed", "mark_held_gone", "mark_sent", "narrow_cards",
    "note_attempts", "note_failure", "note_request", "note_sent", "note_test_sent",
    "note_webhook_attempt", "note_webhook_given_up", "raise_alert", "repeat_broadcasts",
    "reseal_channels", "reseal_webhooks", "restate_alerts", "retire_due_units", "send_held",
    "send_held_update", "set_rota_rule", "settle_deliveries", "take_held",
}  # fmt: skip


def test_every_verb_of_an_officer_has_a_door_or_a_reason():
    text = " ".join(p.read_text() for p in Path(actions.__file__).parents[1].glob("*api.py"))
    named = r'\bactions\.{0}\b|"{0}"'
    behind = {name for name in actions.__all__ if re.search(named.format(name), text)}
    assert not behind & (IN_A_BROWSER | OF_THE_SYSTEM)
    assert behind | IN_A_BROWSER | OF_THE_SYSTEM == set(actions.__all__)


@pytest.fixture
def ask(api):
    """POST as somebody, in English: (status, body)."""

    def post(user, path, body=None, **headers):
        User.objects.filter(pk=user.pk).update(language="en")
        answer = api(user).post(f"{API}{path}", body or {}, **headers)
        return answer.status_code, answer.json()

    return post


def at(hours):
    return (now() + timedelta(hours=hours)).replace(microsecond=0).isoformat()


def test_the_rota_is_read_and_set(people, unit, ask, api):
    head, officer = people.dgp_head, people.dgp_duty
    duty = {"officer": str(officer.uid), "starts_at": at(48), "ends_at": at(60)}
    for _twice in range(2):
        status, shift = ask(head, "rota/DESK-DGP/shifts/", duty)
        assert (status, shift["rank"], shift["officer"]) == (201, "primary", str(officer.uid))
    assert DutyShift.objects.filter(uid=shift["uid"]).count() == 1
    key = {"HTTP_IDEMPOTENCY_KEY": "a"}
    first = ask(head, "rota/DESK-DGP/shifts/", {**duty, "rank": "backup",
                "officer": str(head.uid)}, **key)  # fmt: skip
    assert first[0] == 201
    assert ask(head, "rota/DESK-DGP/shifts/", {**duty, "rank": "backup",
               "officer": str(head.uid)}, **key) == first  # fmt: skip
    clash = {**duty, "officer": str(head.uid), "starts_at": at(47), "ends_at": at(50)}
    assert ask(head, "rota/DESK-DGP/shifts/", clash)[1]["code"] == "booked_elsewhere"
    strange = ask(head, "rota/DESK-DGP/shifts/", {**duty, "officer": str(people.pol_duty.uid)})
    assert (strange[0], strange[1]["fields"]) == (400, {"officer": ["Choose the officer."]})
    assert ask(head, "rota/DESK-DGP/shifts/", {"starts_at": "noon"})[0] == 400
    back = ask(head, "rota/DESK-DGP/shifts/", {**duty, "ends_at": at(40)})
    assert (back[0], back[1]["code"]) == (409, "invalid")
    # The same officer without the right, and the other side for whom this rota does not exist.
    assert ask(officer, "rota/DESK-DGP/shifts/", duty)[1]["code"] == "not_allowed"
    assert ask(people.pol_head, "rota/DESK-DGP/shifts/", duty)[0] == 404

    day = (now() + timedelta(days=20)).date()
    rule = {
        "officer": str(officer.uid), "start": "08:00", "end": "20:00", "rank": "primary",
        "first_day": day.isoformat(), "last_day": (day + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    for _twice in range(2):
        status, made = ask(head, "rota/DESK-DGP/rules/", rule)
        assert (status, made["start"]) == (201, "08:00:00")
    assert RotaRule.objects.get().dutyshift_set.count() == 2
    assert ask(head, "rota/DESK-DGP/rules/", {**rule, "last_day": "2020-01-01"})[0] == 400
    assert ask(head, "rota/DESK-DGP/rules/", {**rule, "start": "25:99"})[0] == 400
    assert ask(officer, "rota/DESK-DGP/rules/", rule)[0] == 403
    shown = api(officer).get(f"{API}rota/DESK-DGP/").json()
    assert shown["zone"] == "Europe/Riga"
    assert {made["uid"]} == {row["uid"] for row in shown["rules"]}
    assert shift["uid"] in {row["uid"] for row in shown["shifts"]}
    later = api(officer).get(f"{API}rota/DESK-DGP/?from={day}").json()
    assert [row["starts_at"][:10] for row in later["shifts"]][:1] == [str(day)]
    for nonsense in ("x", "9999-12-31", "0001-01-01"):
        assert api(officer).get(f"{API}rota/DESK-DGP/?from={nonsense}").status_code == 400
    assert api(people.pol_head).get(f"{API}rota/DESK-DGP/").status_code == 404

    assert ask(officer, f"shifts/{shift['uid']}/cancel/")[0] == 403
    assert ask(people.pol_head, f"shifts/{shift['uid']}/cancel/")[0] == 404
    cancelled = ask(head, f"shifts/{shift['uid']}/cancel/")
    assert cancelled[1]["cancelled_at"]
    assert ask(head, f"shifts/{shift['uid']}/cancel/") == cancelled
    end = f"rota-rules/{made['uid']}/end/"
    assert ask(officer, end)[0] == 403
    assert ask(people.pol_head, end)[0] == 404
    assert ask(head, end, {"last_day": "soon"})[0] == 400
    assert ask(head, end, {"last_day": day.isoformat()})[1]["last_day"] == day.isoformat()
    assert ask(head, end, {"last_day": rule["last_day"]})[1]["fields"]["last_day"]
    assert ask(head, end) == ask(head, end)
    assert not DutyShift.objects.filter(rule__uid=made["uid"], cancelled_at=None).exists()


def test_what_a_side_says_of_a_place_is_read_and_recorded(people, ask, api):
    place = Place.objects.filter(kind__in=OPENABLE, unit=None).first()
    path = f"places/{place.code}/status/"
    before = PlaceStatus.objects.filter(place=place).count()
    said = {"state": "closed", "since": at(-1), "reason": "Repairs", "expected_on": None}
    by = people.lv_hq
    for _twice in range(2):
        status, row = ask(by, path, said)
        assert (status, row["side"], row["state"], row["until"]) == (201, "LV", "closed", None)
    assert PlaceStatus.objects.filter(place=place).count() == before + 1
    assert api(people.pol_duty).get(f"{API}{path}").json()[0]["reason"] == "Repairs"
    assert ask(by, path, {**said, "state": "shut"})[0] == 400
    assert "since" in ask(by, path, {**said, "since": at(5)})[1]["fields"]
    assert "reason" in ask(by, path, {**said, "since": at(-0.1), "reason": ""})[1]["fields"]
    assert ask(people.dgp_officer, path, said)[1]["code"] == "not_allowed"
    assert ask(by, "places/NOWHERE/status/", said)[0] == 404


def test_an_administrator_invites_posts_moves_and_suspends(people, ask, api, carry_out):
    by = people.lv_admin
    anna = {
        "username": "anna.new", "name_latin": "Anna New", "name_local": "", "phone": "",
        "email": "anna@lv.example", "language": "lv", "unit": "LV-DGP", "role": "officer",
    }  # fmt: skip
    for _twice in range(2):
        status, made = ask(by, "people/", anna)
        assert status == 201
    assert [p["unit"] for p in made["postings"]] == ["LV-DGP"]
    assert User.objects.filter(username="anna.new").count() == 1
    assert set(ask(by, "people/", {**anna, "username": "!!", "email": "x"})[1]["fields"]) == {
        "username", "email",
    }  # fmt: skip
    assert "unit" in ask(by, "people/", {**anna, "unit": "NOWHERE"})[1]["fields"]
    assert ask(by, "people/", {**anna, "username": "b.new", "unit": "BY-POL"})[0] == 403
    # To whoever administers nobody, these addresses do not exist.
    for who in (people.dgp_head, people.by_admin):
        assert ask(who, f"people/{made['uid']}/suspend/", {"reason": "No"})[0] == 404
    assert ask(people.dgp_head, "people/", anna)[0] == 404
    assert api(people.dgp_head).get(f"{API}people/").status_code == 404
    listed = api(by).get(f"{API}people/?standing=invited&q=anna").json()["results"]
    assert [row["uid"] for row in listed] == [made["uid"]]
    assert api(by).get(f"{API}people/{made['uid']}/").json()["email"] == "anna@lv.example"
    exported = api(by).get(f"{API}people/export/?as=csv&q=anna")
    assert b"anna.new" in b"".join(exported.streaming_content)
    assert api(people.dgp_head).get(f"{API}people/export/?as=csv").status_code == 403

    at_anna = f"people/{made['uid']}"
    assert ask(by, f"{at_anna}/invite/")[0] == 200
    named = {"name_latin": "Anna Other", "name_local": "Анна", "email": "anna@lv.example",
             "phone": "+371 1"}  # fmt: skip
    assert ask(by, f"{at_anna}/correct/", named) == ask(by, f"{at_anna}/correct/", named)
    assert (
        "name_latin" in ask(by, f"{at_anna}/correct/", {**named, "name_latin": "Анна"})[1]["fields"]
    )
    second = {"unit": "DESK-DGP", "role": "duty_officer", "ends_at": at(24 * 30)}
    for _twice in range(2):
        status, posting = ask(by, f"{at_anna}/postings/", second)
        assert status == 201
    assert Posting.objects.filter(officer__uid=made["uid"]).count() == 2
    assert "ends_at" in ask(by, f"{at_anna}/postings/", {**second, "ends_at": at(-1)})[1]["fields"]
    assert ask(by, f"{at_anna}/postings/", {**second, "role": "king"})[0] == 400
    assert ask(by, f"people/{by.uid}/postings/", second)[1]["code"] == "own_account"
    path = f"postings/{posting['uid']}"
    assert ask(by, f"{path}/set-end/", {"ends_at": None})[1]["ends_at"] is None
    assert "ends_at" in ask(by, f"{path}/set-end/", {"ends_at": at(-1)})[1]["fields"]
    assert ask(by, f"{path}/set-end/")[0] == 400
    to = {"unit": "LV-RIX", "role": "officer"}
    moved = ask(by, f"{path}/transfer/", to)
    assert (moved[0], moved[1]["unit"]) == (201, "LV-RIX")
    assert ask(by, f"{path}/transfer/", to)[1]["code"] == "posting_ended"
    last = f"postings/{moved[1]['uid']}/end/"
    assert ask(people.by_admin, last)[0] == 404
    assert ask(by, last)[1]["ended_at"] == ask(by, last)[1]["ended_at"]

    assert "reason" in ask(by, f"{at_anna}/suspend/", {"reason": ""})[1]["fields"]
    for _twice in range(2):
        assert ask(by, f"{at_anna}/suspend/", {"reason": "Left"})[1]["suspended_at"]
    assert ask(by, f"{at_anna}/invite/")[1]["code"] == "not_invited"
    for _twice in range(2):
        assert ask(by, f"{at_anna}/reinstate/")[1]["suspended_at"] is None
    assert ask(by, f"{at_anna}/sign-out/")[0] == 200
    assert ask(by, f"people/{NOBODY}/sign-out/")[0] == 404
    # What guards an account is not taken away with a token.
    assert ask(by, f"{at_anna}/factor/")[0] == 404


def test_an_administrator_keeps_the_units_and_desks_of_the_own_side(people, ask, api):
    by = people.lv_admin
    new = {
        "code": "LV-DGP-API", "parent": "LV-DGP", "kind": "local", "name_lv": "Jauna",
        "name_be": "Новая", "name_ru": "Новая", "name_en": "New",
    }  # fmt: skip
    for _twice in range(2):
        status, made = ask(by, "units/", new)
        assert (status, made["parent"], made["version"]) == (201, "LV-DGP", 1)
    assert Unit.objects.filter(code="LV-DGP-API").count() == 1
    assert "code" in ask(by, "units/", {**new, "code": "x"})[1]["fields"]
    assert "parent" in ask(by, "units/", {**new, "code": "LV-X", "parent": "?"})[1]["fields"]
    assert "kind" in ask(by, "units/", {**new, "code": "LV-X", "kind": "desk"})[1]["fields"]
    for who in (people.dgp_head, people.by_admin):
        assert ask(who, "units/", {**new, "code": "LV-X"})[0] == 403
    path = "units/LV-DGP-API"
    facts = {n: v for n, v in new.items() if n not in ("code", "parent")} | {"version": 1}
    assert ask(by, f"{path}/change/", {**facts, "name_en": "Newer"})[1]["name_en"] == "Newer"
    assert ask(by, f"{path}/change/", {**facts, "name_en": "Newest"})[1]["code"] == "stale_version"
    assert ask(people.by_admin, f"{path}/change/", {**facts, "version": 2})[0] == 403
    assert "name_lv" in ask(by, f"{path}/change/", {**facts, "name_lv": ""})[1]["fields"]
    assert ask(by, f"{path}/move/", {"parent": "LV-SBG"})[1]["parent"] == "LV-SBG"
    assert ask(by, f"{path}/move/", {"parent": "BY-GPK"})[0] == 403
    assert ask(people.dgp_head, f"{path}/move/", {"parent": "LV-DGP"})[0] == 403
    assert ask(by, f"{path}/retire/", {"on": "2020-01-01"})[1]["fields"]["on"]
    for _twice in range(2):
        assert ask(by, f"{path}/retire/")[1]["retired_at"]
    assert ask(people.dgp_head, f"{path}/restore/")[0] == 403
    for _twice in range(2):
        assert ask(by, f"{path}/restore/")[1]["retired_at"] is None
    held = ask(by, "units/DESK-DGP/retire/")
    assert (held[0], held[1]["code"]) == (409, "held")
    reached = {"hours": "24/7", "phone": "+371 600", "email": "", "languages": ["lv", "ru"]}
    for _twice in range(2):
        assert ask(by, "units/DESK-DGP/desk/", reached)[1]["desk"]["phone"] == "+371 600"
    assert "phone" in ask(by, "units/DESK-DGP/desk/", {**reached, "phone": "call"})[1]["fields"]
    assert ask(people.by_admin, "units/DESK-DGP/desk/", reached)[0] == 403
    assert ask(by, f"{path}/desk/", reached)[0] == 404
    read = api(people.pol_duty).get(f"{API}units/DESK-DGP/").json()
    assert (read["desk"]["phone"], read["holds"]) == ("+371 600", [])
    assert api(by).get(f"{API}units/DESK-DGP/").json()["holds"]
    assert api(people.stranger).get(f"{API}units/DESK-DGP/").status_code == 404


def test_one_side_proposes_and_the_other_decides(people, ask, api):
    by, other = people.lv_admin, people.by_admin
    slugs = {row["slug"] for row in api(people.dgp_duty).get(f"{API}lists/").json()}
    assert "categories" in slugs
    rows = api(by).get(f"{API}lists/categories/").json()
    row = next(r for r in rows if r["code"] == "UBC-LND")
    change = {
        "list": "categories", "code": "UBC-LND", "deed": "change", "version": row["version"],
        "values": {"name_en": "Another name"}, "reason": "Clearer",
    }  # fmt: skip
    for _twice in range(2):
        status, made = ask(by, "proposals/", change)
        assert (status, made["state"], made["after"]["name_en"]) == (201, "open", "Another name")
    assert Proposal.objects.count() == 1
    assert ask(by, "proposals/", {**change, "values": {"x": 1}})[0] == 400
    assert ask(by, "proposals/", {**change, "values": "x"})[0] == 400
    assert ask(by, "proposals/", {**change, "version": 99})[1]["code"] == "stale_version"
    assert ask(by, "proposals/", {**change, "list": "nothing"})[0] == 400
    assert ask(people.dgp_head, "proposals/", change)[0] == 403
    path = f"proposals/{made['uid']}"
    assert ask(by, f"{path}/confirm/")[0] == 403
    assert "reason" in ask(other, f"{path}/decline/", {"reason": " "})[1]["fields"]
    for _twice in range(2):
        assert ask(other, f"{path}/confirm/")[1]["state"] == "applied"
    assert Term.objects.get(vocabulary="incident_category", code="UBC-LND").name_en == (
        "Another name"
    )
    assert ask(other, f"{path}/decline/", {"reason": "No"})[1]["code"] == "decided"
    again = {**change, "version": row["version"] + 1, "values": {"name_en": "Third"}}
    for verb, who, body, state in (
        ("withdraw", by, {}, "withdrawn"), ("decline", other, {"reason": "No"}, "declined"),
    ):  # fmt: skip
        second = f"proposals/{ask(by, 'proposals/', again)[1]['uid']}"
        stranger = other if who == by else by
        assert ask(stranger, f"{second}/{verb}/", body)[0] == 403
        for _twice in range(2):
            assert ask(who, f"{second}/{verb}/", body)[1]["state"] == state
    listed = api(people.dgp_duty).get(f"{API}proposals/?state=declined").json()["results"]
    assert [row["decision"] for row in listed] == ["No"]
    assert api(by).get(f"{API}{path}/").json()["decided_side"] == "BY"
    for nothing in ("lists/nothing/", f"proposals/{NOBODY}/"):
        assert api(by).get(f"{API}{nothing}").status_code == 404
    assert api(people.stranger).get(f"{API}lists/").status_code == 404


def test_an_emergency_session_is_ended_and_reviewed(people, ask, api):
    head = people.dgp_head
    opened = actions.open_emergency("The line is down and nobody answers.", by=head)
    path = f"emergencies/{opened.uid}"
    review = {"verdict": "in_order", "text": "The line was down."}
    assert ask(people.lv_auditor, f"{path}/review/", review)[1]["code"] == "still_running"
    assert ask(people.lv_auditor, f"{path}/end/")[0] == 403
    assert ask(people.dgp_duty, f"{path}/end/")[0] == 404
    for _twice in range(2):
        assert ask(head, f"{path}/end/")[1]["ended_at"]
    assert BreakGlass.objects.get().is_over
    assert ask(head, f"{path}/review/", review)[0] == 403
    assert ask(people.by_auditor, f"{path}/review/", {**review, "text": ""})[0] == 400
    assert ask(people.by_auditor, f"{path}/review/", {**review, "verdict": "fine"})[0] == 400
    for who in (people.by_auditor, people.lv_auditor):
        for _twice in range(2):
            assert ask(who, f"{path}/review/", review)[0] == 200
    assert EmergencyReview.objects.count() == 2
    other = ask(people.lv_auditor, f"{path}/review/", {**review, "verdict": "not_in_order"})
    assert other[1]["code"] == "already_reviewed"
    for who, count in ((head, 1), (people.by_auditor, 1), (people.dgp_duty, 0)):
        assert len(api(who).get(f"{API}emergencies/").json()["results"]) == count
    assert api(people.dgp_duty).get(f"{API}{path}/").status_code == 404
    assert ask(head, "emergencies/", {"reason": "x" * 30})[0] == 405


def test_the_own_calendar_gets_an_address_once(people, ask, api, client, settings):
    duty = people.dgp_duty
    assert api(duty).get(f"{API}calendar/").json() == {"made_at": None}
    first, second = (ask(duty, "calendar/renew/")[1]["address"] for _time in range(2))
    ends = [client.get(a.removeprefix(settings.BASE_URL.rstrip("/"))) for a in (first, second)]
    assert [each.status_code for each in ends] == [404, 200]
    assert api(duty).get(f"{API}calendar/").json()["made_at"]
    assert ask(people.dgp_officer, "calendar/renew/")[0] == 404
    for _twice in range(2):
        assert ask(duty, "calendar/close/") == (200, {"made_at": None})
    assert not CalendarFeed.objects.exists()
