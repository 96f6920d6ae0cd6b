"""The watch-list: who reads and does what, that it points to no person, and what matches."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from incidents.actions import release_incident, verify_incident
from incidents.models import Share
from riskanalysis import actions
from riskanalysis.actions import count_indicators
from riskanalysis.indicators import asked_by, picture
from riskanalysis.models import WatchEntry, WatchVersion
from riskanalysis.watching import (
    Filter,
    first_day,
    matches_by_day,
    matching,
    watch_list,
    weeks_matched,
)
from tests.riskanalysis.risks_made import fresh, watched

pytestmark = pytest.mark.django_db
SECTION_2, SECTION_6 = {"lat": 55.72, "lon": 26.87}, {"lat": 55.822, "lon": 27.6}


@pytest.fixture(autouse=True)
def english(people):
    for user in (people.lv_analyst, people.by_analyst, people.dgp_officer, people.pol_officer,
                 people.lv_approver, people.by_approver):  # fmt: skip
        user.language = "en"
        user.save(update_fields=["language"])


def words(page):
    return page.content.decode()


def listed(user):
    return [row.entry.code for row in watch_list(user)]


def matches(entry, user):
    version = fresh(entry).holding or entry.versions.last()
    return sum(matches_by_day([version], user, first_day(user))[version.pk].values())


# --- rights and the road


def test_a_side_approves_its_own_entry_and_the_other_reads_it_once_it_is_shared(
    made, people, signed_in, api
):
    entry = made.watch(category="DOC", title="Zqx first")
    page, door = f"/risk/watch/{entry.uid}/", f"/api/v1/risk/watch/{entry.uid}/"
    # A draft: analysts and approvers of the own side; to everybody else it does not exist.
    unseen = [people.dgp_officer, made.by, people.by_approver, people.pol_officer]
    for user in unseen:
        assert signed_in(user).get(page).status_code == 404
        assert signed_in(user).post(page, {"do": "approve", "edition": 1}).status_code == 404
        assert signed_in(user).get(f"{page}change/").status_code == 404
        for verb in ("", "approve/", "share/", "withdraw/"):
            body = {**watched(category="DOC", review_by="2030-01-01"), "edition": 1, "reason": "x"}
            assert api(user).post(door + verb, body).status_code == 404, verb
        assert api(user).get(door).status_code == 404
        assert listed(user) == []
    assert signed_in(people.lv_approver).get(page).status_code == 200
    assert signed_in(people.stranger).get("/risk/watch/").status_code == 404
    home = words(signed_in(people.lv_approver).get("/"))
    assert "1 entry of the watch-list waits for an approver." in home
    found = {user: "Zqx first" in words(signed_in(user).get("/search/?q=Zqx")) for user in
             (people.lv_approver, made.by, people.dgp_officer)}  # fmt: skip
    assert list(found.values()) == [True, False, False]
    with pytest.raises(NotAllowed):
        actions.approve_watch(entry, edition=1, by=made.lv)
    with pytest.raises(Stale):
        actions.approve_watch(entry, edition=2, by=people.lv_approver)
    approved = signed_in(people.lv_approver).post(page, {"do": "approve", "edition": "1"})
    assert approved.status_code == 302
    actions.approve_watch(entry, edition=1, by=people.lv_approver)  # twice is once
    assert Entry.objects.filter(verb="watch.approved").count() == 1
    assert listed(people.dgp_officer) == ["W-LV-1"]
    assert listed(made.by) == []

    # A change waits, and what is in force stays so; the other side never reads what was before.
    actions.change_watch(entry, said=watched(category="DOC", title="Zqx next"), by=made.lv)
    actions.approve_watch(entry, edition=2, by=people.lv_approver)
    said = watched(category="UBC", title="Zqx last")
    changed = actions.change_watch(entry, said=said, edition=2, by=made.lv)
    assert actions.change_watch(changed, said=said, edition=2, by=made.lv).edition == 3
    with pytest.raises(Stale):
        actions.change_watch(entry, said=watched(category="RGM"), edition=2, by=made.lv)
    with pytest.raises(Stale):
        actions.share_watch(entry, edition=2, by=made.lv)
    for user, seen in ((people.dgp_officer, False), (people.lv_approver, True)):
        text = words(signed_in(user).get(page))
        assert "Zqx next" in text
        assert ("Zqx last" in text) is seen
    assert api(made.lv).post(f"{door}share/", {"edition": 3}).json()["shared_at"]
    theirs = api(made.by).get(door).json()
    assert [one["number"] for one in theirs["versions"]] == [3, 2]
    assert (theirs["says"]["number"], theirs["waits"], theirs["standing"]) == (2, True, "in_force")
    text = words(signed_in(people.pol_officer).get(page))
    assert "Zqx last" in text
    assert "Zqx first" not in text
    for user in (made.by, people.by_approver):
        assert api(user).post(f"{door}approve/", {"edition": 3}).status_code == 403
        assert api(user).post(f"{door}withdraw/", {"reason": "x"}).status_code == 403
        assert signed_in(user).get(f"{page}change/").status_code == 403

    gone = signed_in(made.lv).post(page, {"do": "withdraw", "reason": " ", "edition": "3"})
    assert gone.status_code == 400
    assert "Write why it is taken off the list." in words(gone)
    assert api(made.lv).post(f"{door}withdraw/", {"reason": "It is over."}).status_code == 200
    actions.withdraw_watch(entry, reason="Again.", by=made.lv)
    assert fresh(entry).reason == "It is over."
    assert "It is over." in words(signed_in(people.pol_officer).get(page))
    for late in (
        lambda: actions.change_watch(entry, said=watched(category="PEV"), by=made.lv),
        lambda: actions.approve_watch(entry, edition=3, by=people.lv_approver),
    ):
        with pytest.raises(Refused, match="withdrawn"):
            late()


def test_who_wrote_any_text_since_the_last_approval_does_not_approve(made, people, monkeypatch):
    """Also where one account is an analyst and an approver."""
    entry = made.watch(category="DOC")
    monkeypatch.setattr("riskanalysis.actions.watching.require", lambda *a: None)
    with pytest.raises(NotAllowed, match="Another approver"):
        actions.approve_watch(entry, edition=1, by=made.lv)
    actions.change_watch(entry, said=watched(category="UBC"), by=people.lv_hq)
    with pytest.raises(NotAllowed, match="Another approver"):
        actions.approve_watch(entry, edition=2, by=made.lv)
    with pytest.raises(DatabaseError), transaction.atomic():
        WatchVersion.objects.filter(entry=entry, number=1).update(
            approved_at=now(), approved_by=made.lv
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        WatchVersion.objects.filter(entry=entry).update(title="Other words")
    with pytest.raises(DatabaseError), transaction.atomic():
        WatchEntry.objects.filter(pk=entry.pk).update(
            holding=entry.versions.first(), state="in_force"
        )


def test_what_is_about_asylum_stays_at_home(made):
    entry = made.watch(category="ASY")
    with pytest.raises(Invalid, match="never goes"):
        actions.share_watch(entry, by=made.lv)
    shared = actions.share_watch(made.watch(category="DOC"), by=made.lv)
    with pytest.raises(Invalid, match="never goes"):
        actions.change_watch(shared, said=watched(category="ASY"), by=made.lv)
    with pytest.raises(DatabaseError), transaction.atomic():
        WatchVersion.objects.filter(entry=entry).update(given_at=now())


# --- it points to nobody


@pytest.mark.parametrize(
    "text",
    [
        "Ask for P. at pavel.k@example.by", "write to ivan (at) mail.ru", "call +371 29 123 456",
        "29123456", "8 (029) 123-45-67", "passport LV1234567", "MP 7654321", "131245-11234",
        "3120590A012PB4", "a grey van AB-1234", "plate 1234 AB-7", "номер А 123 ВС 77",
        "MP\u200b7654321", "２９１２３４５６",
    ],
)  # fmt: skip
def test_a_text_with_somebodys_number_is_refused_in_every_field(made, text):
    for field in ("title", "text", "why", "todo"):
        with pytest.raises(Invalid, match="looks like the number") as refused:
            made.watch(category="DOC", **{field: f"Look for: {text}."})
        assert refused.value.code == "personal_data"
        assert list(refused.value.fields) == [field]
    entry = made.watch(category="DOC")
    with pytest.raises(Invalid, match="looks like the number"):
        actions.withdraw_watch(entry, reason=text, by=made.lv)


@pytest.mark.parametrize(
    "more", [{}, {"sections": [f"S{n:02}" for n in range(1, 11)]}, {"days": list(range(7))},
             {"event": "any"}, {"hour_from": 0, "hour_to": 24}],
)  # fmt: skip
def test_a_nationality_alone_is_no_profile(made, more):
    with pytest.raises(Invalid, match="nationality alone"):
        made.watch(groups=["other"], **more)
    assert made.watch(groups=["other"], means=["boat"]).edition == 1
    version = WatchVersion.objects.get()
    version.pk, version.uid, version.number = None, uuid.uuid4(), 2
    version.means = []
    with pytest.raises(DatabaseError, match="a_profile_is_not_by_nationality_alone"):
        version.save(force_insert=True)


def test_hostile_input_gets_a_sentence_and_nothing_typed_is_lost(made, people, signed_in, api):
    writer, program = signed_in(made.lv), api(made.lv)
    good = {**watched(category="DOC", review_by=f"{utc_today() + timedelta(days=9)}"),
            "unit": "LV-SBG"}  # fmt: skip
    wrong = [
        ("category", "NOPE"), ("category", "SIR"), ("sections", ["S99"]), ("days", [9]),
        ("hour_from", 25), ("hour_from", 4), ("means", ["nothing"]), ("groups", ["IRQ"]),
        ("route", "IRQ>.*"), ("route", "IRQ') OR true--"), ("event", "x" * 39), ("level", "high"),
        ("title", "x" * 201), ("title", "\ud800"), ("todo", " "), ("language", "de"),
        ("review_by", "2001-01-01"), ("valid_from", "2001-01-01"), ("unit", "BY-GPK"),
        ("risk", str(uuid.uuid4())), ("text", "SECRET\nx"), ("unit", "NOWHERE"),
    ]  # fmt: skip
    for field, value in wrong:
        body = {**good, field: value}
        if value == "\ud800":
            body[field] = "x\x00"
        answer = program.post("/api/v1/risk/watch/", body)
        assert answer.status_code in (400, 403), (field, value, answer.content)
    nothing = program.post("/api/v1/risk/watch/", {**good, "category": ""})
    assert nothing.json()["detail"].startswith("Say by what incidents are found")
    assert not WatchEntry.objects.exists()

    typed = {
        "unit": "LV-SBG", "level": "strategic", "language": "en", "title": "Zqx boats",
        "text": "Call +371 29123456 <b>", "todo": "Look.", "category": "UBC", "means": ["boat"],
        "days": ["5", "6"], "sections": ["S02"], "hour_from": "22", "hour_to": "4",
        "route": "Iraq > BLR", "valid_from": "", "review_by": "31.12.2099",
        "client_ref": str(uuid.uuid4()),
    }  # fmt: skip
    page = writer.post("/risk/watch/new/", typed)
    assert page.status_code == 400
    assert "looks like the number of a document" in words(page)
    assert "Call +371 29123456 &lt;b&gt;" in words(page)
    for kept in ('value="Zqx boats"', 'value="boat" checked', 'value="5" checked', "Iraq &gt; BLR"):
        assert kept in words(page), kept
    typed |= {"text": "By boat.", "review_by": f"{utc_today() + timedelta(days=40):%d.%m.%Y}"}
    for _twice in range(2):
        assert writer.post("/risk/watch/new/", typed).status_code == 302
    version = WatchVersion.objects.get()
    assert (version.route, version.days, version.hour_to) == ("IRQ>BLR", [5, 6], 4)
    change = f"/risk/watch/{version.entry.uid}/change/"
    assert 'value="22" selected' in words(writer.get(change))
    other = {**typed, "edition": "1", "text": "By boat at dusk."}
    assert writer.post(change, other).status_code == 302
    late = writer.post(change, {**typed, "edition": "1", "text": "Zqx other words"})
    assert late.status_code == 409
    assert "Somebody changed this entry" in words(late)
    assert "Zqx other words" in words(late)
    for do in ("", "nothing", "share"):
        answer = writer.post(f"/risk/watch/{version.entry.uid}/", {"do": do, "edition": "9" * 40})
        assert answer.status_code in (400, 409)
    assert writer.get("/risk/watch/?standing=x&side=EU&section=S99&q=%27%25").status_code == 200
    for user in (people.dgp_officer, people.lv_approver):
        assert signed_in(user).get("/risk/watch/new/").status_code == 403


# --- what matches


def test_what_matches_is_what_the_risk_picture_counts(incident, made, people):
    happened = now() - timedelta(hours=3)
    there = happened.astimezone(ZoneInfo("Europe/Riga"))
    incident(
        **SECTION_6, category="UBC-LND", happened_at=happened, means=["boat", "guide"],
        people=[{"count": 3, "nationality": "IRQ"}],
        transit={"origin": "IRQ", "countries": ["TUR", "BLR"], "destination": "DEU",
                 "event_ticket": "yes"},
    )  # fmt: skip
    incident(**SECTION_2, category="UBC-LND", people=[{"count": 1, "nationality": "POL"}],
             happened_precision="day", public_event="IIHF2021")  # fmt: skip
    incident(lat=None, lon=None, category="CRI-ACC", means=["boat"])
    hidden = incident(**SECTION_6, means=["boat"])
    Share.objects.filter(incident=hidden).update(exercise=True)
    hour = {"hour_from": there.hour, "hour_to": (there.hour + 1) % 24}
    week = datetime.now(UTC).date().isocalendar()
    code = f"{week.year}-W{week.week:02d}"
    wanted = [
        ({"category": "UBC"}, lambda p: p.of["c"].get("UBC", 0), 2),
        ({"category": "UBC-LND", "sections": ["S06"]}, lambda p: p.of["s"].get("6", 0), 1),
        ({"sections": ["S02", "S06"]}, lambda p: p.of["s"]["2"] + p.of["s"]["6"], 2),
        ({"means": ["boat"]}, lambda p: p.of["m"]["boat"], 2),
        ({"category": "UBC", "groups": ["EU"]}, lambda p: p.of["n"]["EU"], 1),
        ({"route": "IRQ>TUR>BLR>DEU"}, lambda p: p.of["r"]["IRQ>TUR>BLR>DEU"], 1),
        ({"event": "IIHF2021"}, lambda p: p.of["e"]["IIHF2021"], 1),
        ({"event": "any"}, lambda p: p.events[-1].count, 2),
        ({**hour, "days": [there.weekday()], "category": "UBC"},
         lambda p: p.of["t"][str(there.weekday() * 24 + there.hour)], 1),
    ]  # fmt: skip
    entries = [(made.in_force(**terms), counted, n) for terms, counted, n in wanted]
    # Before the tick as after it.
    for _turn in range(2):
        found = picture(asked_by(people.lv_hq, week=code))
        for entry, counted, n in entries:
            assert matches(entry, people.lv_hq) == n, entry.holding.__dict__
            if _turn:
                assert counted(found) == n
        count_indicators()
    for terms, n in (
        ({"route": "IRQ>DEU"}, 1), ({"route": "DEU>IRQ"}, 0), ({"means": ["boat"], **hour}, 1),
        ({"hour_from": (there.hour + 1) % 24, "hour_to": there.hour, "means": ["guide"]}, 0),
        ({"days": [(there.weekday() + 1) % 7], "means": ["guide"]}, 0),
    ):  # fmt: skip
        assert matches(made.watch(**terms), people.lv_hq) == n, terms
    assert matches(entries[0][0], people.stranger) == 0


def test_the_weeks_are_those_of_the_picture(incident, made, people):
    when = datetime.now(UTC) - timedelta(days=datetime.now(UTC).weekday())
    for days in (4, 5, 11, 12, 25, 40):
        one = incident(**SECTION_2, category="UBC-LND")
        Share.objects.filter(incident=one).update(reported_at=when - timedelta(days=days))
    count_indicators()
    entry = made.in_force(category="UBC", sections=["S02"])
    weeks, _arrivals, recent = weeks_matched(entry.holding, people.lv_hq)
    theirs = picture(asked_by(people.lv_hq, category="UBC", section="2")).weeks
    assert weeks == theirs
    assert sum(week.count or 0 for week in weeks) >= 4
    day = first_day(people.lv_hq)
    held = matching(entry.holding, people.lv_hq, day)
    assert recent == len(held) >= 4


def test_a_reader_counts_by_its_own_copies_and_exports_say_under_3(
    incident, made, people, unit, both_sides_on_duty, signed_in
):
    entry = made.in_force(means=["boat"], shared=True)
    one, _other = incident(**SECTION_6, means=["boat"]), incident(means=["boat"])
    release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
    without = incident(means=["boat"])
    release_incident(without, desks=[unit("DESK-POL")], fields=["headline"], by=people.dgp_duty)
    assert (matches(entry, people.lv_hq), matches(entry, people.pol_duty)) == (3, 1)
    assert [s.incident_id for s in matching(fresh(entry).holding, people.pol_duty,
                                            first_day(people.pol_duty))] == [one.pk]  # fmt: skip
    for user, told in ((people.pol_officer, ";under 3\r"), (made.lv, ";3\r")):
        csv = b"".join(signed_in(user).get("/risk/watch/export/?as=csv")).decode()
        assert told in csv, csv
    assert Entry.objects.filter(about="export:watch-list").count() == 2


def test_the_page_of_an_incident_names_what_is_in_force_at_once(
    incident, made, people, unit, both_sides_on_duty, signed_in
):
    today = utc_today()
    made.in_force(category="UBC", title="Zqx ours")
    made.in_force(by=made.by, category="UBC", title="Zqx theirs", shared=True)
    made.in_force(by=made.by, category="UBC", title="Zqx kept")
    made.in_force(category="UBC", title="Zqx coming", valid_from=today + timedelta(days=5))
    made.in_force(category="DOC", title="Zqx other")
    made.watch(category="UBC", title="Zqx draft")
    one = incident(category="UBC-LND")
    release_incident(one, desks=[unit("DESK-POL")], by=people.dgp_duty)
    verify_incident(one, by=people.dgp_leader)

    def shown(user):
        text = words(signed_in(user).get(f"/incidents/{one.uid}/"))
        names = ("ours", "theirs", "kept", "coming", "other", "draft")
        return [name for name in names if f"Zqx {name}" in text]

    assert shown(people.dgp_duty) == ["ours", "theirs"]
    assert shown(people.pol_duty) == ["theirs", "kept"]
    with time_machine.travel(now() + timedelta(days=7), tick=False):
        assert shown(people.dgp_duty) == ["ours", "theirs", "coming"]
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        assert shown(people.dgp_duty) == []
        assert listed(people.dgp_duty) == []
        (ours, *_rest) = watch_list(people.dgp_duty, Filter(show="review"))
        assert ours.standing == "expired"
        assert "show=waiting&amp;side=LV" in words(signed_in(people.lv_approver).get("/"))
        home = words(signed_in(made.lv).get("/"))
        assert "of the watch-list end within a week or have ended." in home
        entry = actions.change_watch(
            ours.entry, said=watched(category="UBC", title="Zqx ours"), by=made.lv
        )
        assert shown(people.dgp_duty) == []
        actions.approve_watch(entry, edition=2, by=people.lv_approver)
        assert shown(people.dgp_duty) == ["ours"]
