"""Escalation policies: versions, what no desk can set, quiet hours, who is told when."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Delivery, DutyShift, EscalationPolicy, Priority
from contactpoints.policies import after_working, policy_of, preview, quiet_until, stamped
from contactpoints.working_days import is_working_day

pytestmark = pytest.mark.django_db

WAIT = {"P1": 300, "P2": 900, "P3": 3600, "P4": "next_shift"}
NOTES = {"P1": 1800, "P2": 7200, "P3": 32_400, "P4": None}
HQ = {"who": "headquarters", "channels": ["live", "mail"]}


def step(who="primary", at="", channels=("live", "mail"), **wait):
    return {"who": who, "at": at, "channels": list(channels), "wait": {**WAIT, **wait}}


@pytest.fixture
def desk(unit):
    return unit("DESK-DGP")


@pytest.fixture
def put(desk, people):
    """Set a policy at the Daugavpils desk as its head; name what differs."""

    def put(*steps, by=None, version=None, at=desk, **more):
        said = {
            "steps": [*(steps or [step(), step("head")]), HQ],
            "note_within": NOTES,
            "why": "The deputy sits in another room.",
            "version": version if version is not None else policy_of(at).number,
            **more,
        }
        return actions.set_policy(at, by=by or people.dgp_head, **said)

    return put


QUIET = {"quiet_from": time(22), "quiet_until": time(7), "quiet_for": ["P3", "P4"]}


# --- setting


def test_a_change_is_a_new_version_and_the_old_one_stays(put, desk, people):
    first = policy_of(desk)
    made = put(step(P1=120), step("deputy"), step("point", "DESK-RIX"))
    assert (made.number, made.made_by, made.why) == (
        first.number + 1, people.dgp_head, "The deputy sits in another room.",
    )  # fmt: skip
    assert [row["who"] for row in made.steps] == ["primary", "deputy", "point", "headquarters"]
    assert policy_of(desk) == made
    assert EscalationPolicy.objects.get(pk=first.pk).steps == first.steps
    assert Entry.objects.get(verb="policy.set").facts["version"] == 2


def test_setting_the_same_twice_makes_one_version(put, desk):
    put(step(P1=120))
    assert put(step(P1=120), version=1).number == 2
    assert put(step(P1=120), version=2).number == 2


def test_whoever_read_an_older_version_is_told_and_nothing_is_overwritten(put, desk, people):
    put(step(P1=120))
    with pytest.raises(Stale) as refusal:
        put(step(P1=180), version=1)
    assert people.dgp_head.display_name in str(refusal.value)
    assert refusal.value.current == policy_of(desk)
    assert policy_of(desk).steps[0]["wait"]["P1"] == 120


@pytest.mark.parametrize("who", ["dgp_duty", "pol_head", "rix_head", "lv_admin"])
def test_only_who_sets_the_rota_sets_the_policy(who, put, people, desk):
    with pytest.raises(NotAllowed):
        put(step(P1=120), by=getattr(people, who))
    assert policy_of(desk).number == 1


def test_headquarters_sets_it_too(put, people):
    assert put(step(P1=120), by=people.lv_hq).number == 2


@pytest.mark.parametrize(
    ("steps", "field", "words"),
    [
        ([step(P1=30)], "steps.0.wait.P1", "minutes"),
        ([step(P1=None)], "steps.0.wait.P1", "minutes"),
        ([step(P2="next_shift")], "steps.0.wait.P2", "minutes"),
        ([step(P1=900), step("head", P1=960)], "chain.P1", "30 min"),
        ([step(), step()], "steps", "two steps"),
        ([step("point", "DESK-POL")], "steps.0.who", "own side|your side"),
        ([step("point", "DESK-DGP")], "steps.0.who", "your side"),
        ([step("minister")], "steps.0.who", "who is told"),
        ([step(channels=["pigeon"])], "steps.0.channels", "channel"),
        ([HQ], "steps", "two steps"),
        ([step(P1=True)], "steps.0.wait.P1", "minutes"),
    ],
)
def test_what_no_desk_can_set_is_refused_in_a_sentence(steps, field, words, put, desk):
    import re

    with pytest.raises(Invalid) as refusal:
        put(*steps)
    assert re.search(words, str(refusal.value.fields[field][0]))
    assert policy_of(desk).number == 1


def test_the_last_step_cannot_be_taken_away(put, desk, people):
    with pytest.raises(Invalid) as refusal:
        actions.set_policy(
            desk, steps=[step()], note_within=NOTES, why="Less.", version=1, by=people.dgp_head
        )
    assert "cannot be taken away" in str(refusal.value.fields["steps"][0])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({**QUIET, "quiet_for": ["P1"]}, "quiet_for"),
        ({**QUIET, "quiet_for": ["P2", "P3"]}, "quiet_for"),
        ({**QUIET, "quiet_for": []}, "quiet_for"),
        ({**QUIET, "quiet_until": None}, "quiet_until"),
        ({**QUIET, "quiet_until": time(22)}, "quiet_until"),
        ({"note_within": {**NOTES, "P1": None}}, "note_within.P1"),
        ({"note_within": {**NOTES, "P2": 10**9}}, "note_within.P2"),
        ({"why": " "}, "why"),
        ({"why": "NATO SECRET"}, "why"),
        ({"why": "x" * 301}, "why"),
        ({"why": "a\x00b"}, "why"),
    ],
)
def test_quiet_hours_limits_and_reasons_have_their_bounds(more, field, put, desk):
    with pytest.raises(Invalid) as refusal:
        put(step(P1=120), **more)
    assert field in refusal.value.fields
    assert policy_of(desk).number == 1


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("policy_ends_at_headquarters", {"steps": [step()]}),
        ("policy_ends_at_headquarters", {"steps": []}),
        ("policy_ends_at_headquarters", {"steps": {}}),
        ("the_screen_is_never_quiet", {"steps": [step(channels=["mail"]), HQ]}),
        ("every_step_but_the_last_has_a_wait", {"steps": [step(P1="next_shift"), HQ]}),
        ("every_step_but_the_last_has_a_wait", {"steps": [step(P3=None), HQ]}),
        ("quiet_hours_never_hold_an_emergency", {**QUIET, "quiet_for": ["P1"]}),
        ("quiet_hours_have_two_ends", {**QUIET, "quiet_until": None}),
    ],
)
def test_the_database_holds_the_rules(rule, change, desk):
    whole = {"steps": [step(), HQ], "note_within": NOTES, **change}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        EscalationPolicy.objects.create(desk=desk.desk, number=9, **whole)


def test_no_version_is_changed_or_deleted(desk):
    for change in (lambda p: p.delete(), lambda p: p.save()):
        with pytest.raises(Exception, match="version_of_a_policy"), transaction.atomic():
            change(policy_of(desk))


def test_no_urgent_delivery_can_be_held(released):
    _case, delivery = released(priority="P2")
    with pytest.raises(IntegrityError, match="urgent_is_never_held"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(held_until=now())


# --- quiet hours

RIGA = ZoneInfo("Europe/Riga")


def at(*when, fold=0):
    return datetime(*when, fold=fold, tzinfo=RIGA)


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (at(2026, 11, 25, 21, 59), None),
        (at(2026, 11, 25, 22, 0), at(2026, 11, 26, 7, 0)),
        (at(2026, 11, 26, 6, 59), at(2026, 11, 26, 7, 0)),
        (at(2026, 11, 26, 7, 0), None),
        # The night on which the clock goes back has an hour more, and one of its hours twice.
        (at(2026, 10, 25, 3, 30), at(2026, 10, 25, 7, 0)),
        (at(2026, 10, 25, 3, 30, fold=1), at(2026, 10, 25, 7, 0)),
        # The night on which it goes forward has an hour less.
        (at(2026, 3, 28, 23, 0), at(2026, 3, 29, 7, 0)),
    ],
)
def test_quiet_hours_are_those_of_the_wall(moment, ends, put):
    policy = put(**QUIET)
    for code in ("P3", "P4"):
        assert quiet_until(policy, code, moment, "Europe/Riga") == ends
    for code in ("P1", "P2"):
        assert quiet_until(policy, code, moment, "Europe/Riga") is None
    if ends:
        hours = (ends.astimezone(UTC) - at(*(moment.date() - timedelta(days=moment.hour < 12)).timetuple()[:3], 22).astimezone(UTC))  # noqa: E501  # fmt: skip
        expected = {10: 10, 3: 8}.get(moment.month, 9)
        assert hours == timedelta(hours=expected)


def test_quiet_hours_that_end_in_the_hour_shown_twice_end_once(put):
    policy = put(**{**QUIET, "quiet_until": time(3, 30)})
    ends = at(2026, 10, 25, 3, 30)
    assert quiet_until(policy, "P3", at(2026, 10, 25, 3, 15), "Europe/Riga") == ends
    for moment in (at(2026, 10, 25, 3, 30), at(2026, 10, 25, 3, 15, fold=1)):
        assert quiet_until(policy, "P3", moment, "Europe/Riga") is None


def test_by_day_only_the_screen_of_the_night_is_quiet(put):
    policy = put(**{**QUIET, "quiet_from": time(12), "quiet_until": time(13)})
    assert quiet_until(policy, "P3", at(2026, 11, 25, 12, 5), "Europe/Riga") == at(2026, 11, 25, 13)
    assert quiet_until(policy, "P3", at(2026, 11, 25, 23), "Europe/Riga") is None


@pytest.mark.parametrize("priority", Priority.values)
def test_a_mail_of_the_night_waits_for_the_morning_and_an_emergency_never(
    priority, put, unit, people, both_sides_on_duty, time_machine
):
    people.pol_head
    pol = unit("DESK-POL")
    actions.set_policy(
        pol, steps=[step(), step("head"), HQ], note_within=NOTES, why="Nights.", version=1,
        by=people.pol_head, **{**QUIET, "quiet_for": ["P3", "P4"]},
    )  # fmt: skip
    night = datetime.now(ZoneInfo("Europe/Minsk")).replace(hour=23, minute=10)
    time_machine.move_to(night if night > now() else night + timedelta(days=1), tick=False)
    alert = actions.raise_alert(
        "incident:x", card={}, priority=priority, to=[pol], sender=unit("DESK-DGP"), by=None
    )
    delivery = alert.deliveries.get()
    mails = Message.objects.filter(channel__in=("mail", "mail_p1", "digest"))
    live = Message.objects.get(channel="live")
    assert live.due_at <= now()
    if priority in ("P1", "P2"):
        assert delivery.held_until is None
        assert all(mail.due_at <= now() for mail in mails)
    else:
        ends = delivery.held_until
        assert ends.astimezone(ZoneInfo("Europe/Minsk")).time() == time(7)
        # P4 waits for the digest as well.
        dues = {mail.due_at for mail in mails}
        assert dues == {ends} or (priority == "P4" and min(dues) >= ends)
    assert mails.exists()
    assert delivery.escalate_at or priority == "P4"


# --- working hours


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(2026, 11, 26, 9), 2, at(2026, 11, 26, 11)),  # a Thursday
        (at(2026, 11, 26, 16), 2, at(2026, 11, 27, 9)),
        (at(2026, 11, 27, 16, 30), 9, at(2026, 11, 30, 16, 30)),  # over the weekend
        (at(2026, 11, 28, 12), 1, at(2026, 11, 30, 9)),  # a Saturday
        (at(2026, 11, 27, 8), 9, at(2026, 11, 30, 8)),  # a whole day ends when the next begins
        (at(2026, 11, 26, 3), 1, at(2026, 11, 26, 9)),
        (at(2026, 10, 23, 16), 2, at(2026, 10, 26, 9)),  # the clock goes back on the Sunday
        (at(2026, 3, 27, 16), 2, at(2026, 3, 30, 9)),  # and forward
    ],
)
def test_working_time_passes_on_working_days_only(start, hours, end):
    assert after_working(start, hours * 3600, "Europe/Riga", "LV") == end


@pytest.mark.parametrize(
    ("side", "day", "works"),
    [
        ("LV", "2026-11-18", False), ("BY", "2026-11-18", True),  # each side's own holiday
        ("BY", "2026-07-03", False), ("LV", "2026-07-03", True),
        ("BY", "2026-04-21", False),  # nine days after the Orthodox Easter
        ("LV", "2026-04-06", False), ("BY", "2026-04-06", True),  # Easter Monday
        ("LV", "2026-06-22", False), ("LV", "2026-06-27", True),  # exchanged by the government
        ("BY", "2026-04-20", False), ("BY", "2026-04-25", True),
        ("LV", "2026-04-25", False), ("EU", "2026-12-25", True), ("EU", "2026-12-26", False),
    ],
)  # fmt: skip
def test_each_side_rests_on_its_own_public_holidays(side, day, works):
    assert is_working_day(date.fromisoformat(day), side) is works


def test_working_time_does_not_pass_on_a_holiday_of_the_desks_side():
    eve = at(2026, 11, 17, 16)
    assert after_working(eve, 2 * 3600, "Europe/Riga", "LV") == at(2026, 11, 19, 9)
    assert after_working(eve, 2 * 3600, "Europe/Riga", "BY") == at(2026, 11, 18, 9)


# --- who is told


def test_the_chain_is_previewed_with_its_times_its_people_and_its_gaps(put, desk, people, on_duty):
    policy = put(step(P1=120), step("deputy", P1=180), step("point", "DESK-RIX"), **QUIET)
    people.dgp_duty
    moment = now()
    told = preview(policy, desk, "P1", moment)
    assert [(row.who, (row.at - moment).total_seconds()) for row in told] == [
        ("Duty officer", 0), ("Deputy", 120), ("Another point", 300), ("Headquarters", 600),
    ]  # fmt: skip
    assert [row.nobody for row in told] == [False, True, True, True]
    people.rix_duty, people.lv_hq
    on_duty(people.dgp_head, "DESK-DGP", rank=DutyShift.Rank.BACKUP)
    told = preview(policy, desk, "P1", moment)
    assert [[one.username for one in row.people] for row in told] == [
        ["dgp.duty"], ["dgp.head"], ["rix.duty"], ["lv.hq"],
    ]  # fmt: skip
    assert all(row.held_until is None for row in told)


def test_without_a_step_for_the_deputy_the_duty_step_tells_the_deputy_too(
    put, desk, people, on_duty
):
    people.dgp_duty
    on_duty(people.dgp_head, "DESK-DGP", rank=DutyShift.Rank.BACKUP)
    first = preview(put(step(P1=120)), desk, "P2")[0]
    assert [one.username for one in first.people] == ["dgp.duty", "dgp.head"]


def test_where_no_primary_is_the_deputy_stands_in_at_once(put, desk, people, on_duty):
    on_duty(people.dgp_head, "DESK-DGP", rank=DutyShift.Rank.BACKUP)
    first = preview(put(step(), step("deputy")), desk, "P2")[0]
    assert [one.username for one in first.people] == ["dgp.head"]


def test_an_alert_climbs_to_the_other_point_which_reads_and_answers_it(
    put, desk, people, unit, both_sides_on_duty, later, signed_in
):
    people.rix_duty
    put(step(P1=120), step("point", "DESK-RIX", P1=120))
    alert = actions.raise_alert(
        "incident:x", card={"number": "N-1"}, priority="P1", to=[desk],
        sender=unit("DESK-POL"), by=None,
    )  # fmt: skip
    delivery = alert.deliveries.get()
    assert delivery.policy.number == 2
    seen = Delivery.objects.visible_to(people.rix_duty)
    assert not seen.exists()
    with pytest.raises(NotAllowed):
        actions.acknowledge_delivery(delivery, line="On it.", by=people.rix_duty)
    assert "N-1" not in signed_in(people.rix_duty).get("/console/").content.decode()
    later(minutes=2, seconds=1)
    actions.escalate_due()
    assert seen.get() == delivery
    assert Message.objects.filter(key__endswith=f":1:mail:{people.rix_duty.pk}").exists()
    page = signed_in(people.rix_duty).get("/console/").content.decode()
    assert "N-1" in page
    assert f"/deliveries/{delivery.uid}/acknowledge/" in page
    assert not Delivery.objects.visible_to(people.msq_duty).exists()
    done = actions.acknowledge_delivery(delivery, line="On it.", by=people.rix_duty)
    assert done.acknowledged_by == people.rix_duty


def test_a_new_version_moves_no_alert_under_way(released, put, unit, people):
    _case, delivery = released()
    people.pol_head
    actions.set_policy(
        unit("DESK-POL"), steps=[HQ], note_within=NOTES, why="Short.", version=1,
        by=people.pol_head,
    )  # fmt: skip
    delivery.refresh_from_db()
    assert (len(delivery.steps), delivery.policy.number) == (3, 1)


def test_whoever_is_asked_by_name_is_missed_by_the_head_in_every_policy(put):
    policy = put(step("deputy"))
    whos = [s["who"] for s in stamped(policy, "P1", [], now(), by_name=True)]
    assert whos == ["deputy", "head", "headquarters"]


# --- doors


def typed(**changes):
    said = {
        "version": "1", "who_0": "primary", "who_1": "deputy", "channels_0": "sms",
        "quiet_from": "22:00", "quiet_until": "7:00", "quiet_for": ["P3", "P4"],
        "note_P1": "30", "note_P2": "120", "note_P3": "9", "note_P4": "", "why": "Nights.",
    }  # fmt: skip
    for row in (0, 1):
        said |= {f"wait_{row}_P1": "5", f"wait_{row}_P2": "15", f"wait_{row}_P3": "60"}
    return said | changes


def test_the_head_edits_on_the_page_and_loses_nothing_typed(people, signed_in, desk, unit):
    people.dgp_head.language = "en"
    people.dgp_head.save(update_fields=["language"])
    browser = signed_in(people.dgp_head)
    page = browser.get("/policies/DESK-DGP/edit/").content.decode()
    assert 'value="primary" selected' in page
    refused = browser.post("/policies/DESK-DGP/edit/", typed(wait_1_P1="forty"))
    assert refused.status_code == 400
    text = refused.content.decode()
    assert 'value="forty"' in text
    assert 'id="id_wait_1_P1-error"' in text
    slow = browser.post("/policies/DESK-DGP/edit/", typed(wait_1_P1="40")).content.decode()
    assert "30 min is the longest" in slow
    done = browser.post("/policies/DESK-DGP/edit/", typed())
    assert (done.status_code, done["Location"]) == (302, "/policies/DESK-DGP/")
    made = policy_of(desk)
    assert made.steps[1] == {
        "who": "deputy", "channels": ["live", "mail"], "wait": WAIT,
    }  # fmt: skip
    assert (made.quiet_from, made.quiet_for, made.note_within["P3"]) == (
        time(22), ["P3", "P4"], 32_400,
    )  # fmt: skip
    stale = browser.post("/policies/DESK-DGP/edit/", typed(why="Other nights.", wait_0_P1="7"))
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "changed this policy meanwhile" in text
    assert 'value="Other nights."' in text
    assert 'name="version" value="2"' in text
    page = browser.get("/policies/DESK-DGP/?priority=P3&time=23:30").content.decode()
    assert "held by the quiet hours until" in page
    assert "finds nobody" in page
    assert browser.get("/policies/DESK-DGP/?version=1").status_code == 200
    assert browser.get("/policies/DESK-DGP/?version=77").status_code == 404
    assert browser.get("/policies/DESK-DGP/?priority=P9&day=x&time=99").status_code == 200
    assert browser.get("/policies/").status_code == 200


@pytest.mark.parametrize(
    ("who", "read", "edit"),
    [
        ("dgp_duty", 200, 403),
        ("lv_admin", 200, 403),
        ("lv_hq", 200, 200),
        ("pol_head", 404, 404),
        ("by_hq", 404, 404),
        ("dgp_officer", 404, 404),
    ],
)
def test_the_own_side_reads_the_head_edits_and_the_other_side_finds_nothing(
    who, read, edit, people, signed_in, api
):
    officer = getattr(people, who)
    browser, client = signed_in(officer), api(officer)
    assert browser.get("/policies/DESK-DGP/").status_code == read
    assert browser.get("/policies/DESK-DGP/edit/").status_code == edit
    assert browser.post("/policies/DESK-DGP/edit/", {}).status_code in (edit, 400)
    for door in ("", "versions/", "preview/"):
        assert client.get(f"/api/v1/policies/DESK-DGP/{door}").status_code == read
    body = {"version": 1, "steps": [step(P1=120), HQ], "note_within": NOTES, "why": "Try."}
    put = client.put("/api/v1/policies/DESK-DGP/", body)
    assert put.status_code == edit, put.json()


def test_the_api_sets_refuses_previews_and_lists(people, api, desk):
    client = api(people.dgp_head)
    body = {
        "version": 1, "steps": [step(P1=120), HQ], "note_within": NOTES, "why": "Try.",
        "quiet_from": "22:00", "quiet_until": "07:00", "quiet_for": ["P3"],
    }  # fmt: skip
    assert client.put("/api/v1/policies/DESK-DGP/", body).json()["version"] == 2
    assert client.put("/api/v1/policies/DESK-DGP/", {**body, "why": "Twice."}).status_code == 200
    stale = client.put("/api/v1/policies/DESK-DGP/", {**body, "quiet_for": ["P4"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    for wrong in (
        {**body, "quiet_for": ["P1"]}, {**body, "steps": []}, {**body, "steps": [{"who": 5}]},
        {**body, "version": 2, "why": "x\x00"}, {**body, "note_within": {"P1": "soon"}},
        {**body, "steps": [{**step(), "wait": {"P1": {"a": 1}}}, HQ]},
    ):  # fmt: skip
        assert client.put("/api/v1/policies/DESK-DGP/", wrong).status_code == 400, wrong
    rows = client.get("/api/v1/policies/DESK-DGP/preview/?priority=P3&at=2026-11-26T00:10:00Z")
    assert rows.json()[0]["held_until"].startswith("2026-11-26T0")
    assert client.get("/api/v1/policies/DESK-DGP/preview/?priority=P9").status_code == 400
    assert client.get("/api/v1/policies/DESK-DGP/preview/?at=noon").status_code == 400
    assert len(client.get("/api/v1/policies/DESK-DGP/versions/").json()) == 2
    assert {row["desk"] for row in client.get("/api/v1/policies/").json()} == {"DESK-DGP"}


def test_a_desk_that_is_none_has_no_policy(unit, put):
    with pytest.raises(Refused) as refusal:
        put(at=unit("LV-DGP"), version=1)
    assert refusal.value.code == "not_a_desk"


def test_every_desk_starts_with_the_policy_that_comes_with_the_portal(desk):
    first = EscalationPolicy.objects.get(desk=desk.desk)
    assert (first.number, first.made_by, first.note_within["P1"]) == (1, None, 1800)
