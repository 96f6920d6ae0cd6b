"""The days of a public event change, it is called off, and held after all."""

from datetime import date, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import Term, forget, utc_today
from contactpoints.models import Role
from riskanalysis import actions
from riskanalysis.event_beside import beside
from riskanalysis.event_forms import EventAssessmentForm
from riskanalysis.event_page import checklist_of, venues_of, wanting
from riskanalysis.events import seats_of, wants_new_version
from riskanalysis.models import EventChange, EventItem, PublicEvent
from riskanalysis.register_tiles import tasks_of
from tests.contactpoints.procedures_made import someone
from tests.riskanalysis.risks_made import fresh

pytestmark = pytest.mark.django_db
LATER = timedelta(days=60)


@pytest.fixture
def fair(made):
    """A fair that begins in forty days, with a venue, items and what Latvia expects."""
    Term.objects.create(
        vocabulary="public_event", code="FAIR", name_en="Fair", name_lv="Gadatirgus",
        name_be="Кірмаш", name_ru="Ярмарка",
    )  # fmt: skip
    forget()
    first = utc_today() + timedelta(days=40)
    event = actions.add_event(
        code="FAIR", starts_on=first, ends_on=first + timedelta(days=3),
        hosts=["Polotsk BY", "Daugavpils LV"], by=made.lv,
    )  # fmt: skip
    host = event.hosts.get(name="Polotsk")
    venue = actions.add_venue(host, name="Square", first_on=first, last_on=first, by=made.by)
    item = {"phase": "live", "language": "en", "by": made.lv}
    counted = actions.add_event_item(event, text="Water", due_days=-2, **item)
    fixed = actions.add_event_item(event, text="Tents", due_on=first, **item)
    flows = [
        {"day": day, "place": "PAT-GRI", "host": "Polotsk", "people": 70}
        for day in (first, first + timedelta(days=17))
    ]
    draft = actions.write_event_assessment(
        event, readiness="high", content={"flows": flows}, language="en", by=made.lv
    )
    actions.give_event_assessment(draft, by=made.lv)
    return SimpleNamespace(
        event=event, first=first, venue=venue, counted=counted, fixed=fixed, given=fresh(draft)
    )


def moved(fair, by, **more):
    start = fair.first + LATER
    said = {"starts_on": start, "ends_on": start + timedelta(days=3), "reason": "Ice.", **more}
    return actions.change_event_days(fair.event, by=by, **said)


def test_what_was_counted_moves_with_the_days_and_what_was_not_says_so(fair, made, people):
    event = fair.event
    left = event.items.get(side="LV", code="travel_rules")
    actions.leave_out_event_item(left, reason="x", by=made.lv)
    done = event.items.get(side="LV", code="contacts")
    actions.tick_event_item(done, by=made.lv)
    for by in (people.dgp_officer, someone("LV", Role.COORDINATOR), people.stranger):
        for refused in (
            lambda by=by: moved(fair, by),
            lambda by=by: actions.call_off_event(event, reason="x", by=by),
            lambda by=by: actions.reinstate_event(event, reason="x", by=by),
        ):
            with pytest.raises(NotAllowed):
                refused()
    for field, more in (
        ("reason", {"reason": " "}), ("starts_on", {"starts_on": date(1999, 1, 1)}),
        ("ends_on", {"ends_on": fair.first}), ("starts_on", {"starts_on": date.max}),
        ("ends_on", {"ends_on": date.max}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as wrong:
            moved(fair, made.lv, **more)
        assert field in wrong.value.fields
    late = wanting(event, made.lv)[1]
    new = moved(fair, made.by, edition=1)
    assert (new.edition, moved(fair, made.lv, edition=1).edition) == (2, 2), "twice is once"
    with pytest.raises(Stale) as stale:
        moved(fair, made.lv, edition=1, starts_on=new.starts_on + timedelta(days=1))
    assert stale.value.current.edition == 2
    (change,) = event.changes.all()
    assert (change.started_on, change.starts_on, change.reason, change.by) == (
        fair.first, new.starts_on, "Ice.", made.by,
    )  # fmt: skip
    assert Entry.objects.filter(verb="public_event.days_changed", about=event.ref).count() == 1
    # Items: counted ones move, also those that are ticked; fixed ones and those left out stay.
    assert fresh(fair.counted).due_on == new.starts_on - timedelta(days=2)
    assert fresh(done).due_on == new.starts_on - timedelta(days=120)
    last = event.items.get(side="BY", code="lessons_filed")
    assert last.due_on == new.ends_on + timedelta(days=45)
    assert (fresh(fair.fixed).due_on, fresh(left).due_on) == (fair.first, left.due_on)
    assert wanting(new, made.lv)[1] < late
    # What lies outside says so, on both sides, and a new version is wanted.
    with translation.override("en"):
        (venue,) = venues_of(new)
        assert venue.gone == ["Outside the days of the event."]
        standing = seats_of(new, made.by)[1].standing
        assert (standing.people, standing.lost, len(standing.gone)) == (0, 140, 1)
    assert all(flow.outside for flow in standing.flows)
    assert (wants_new_version(new, "LV"), wants_new_version(new, "BY")) == (True, False)
    assert EventAssessmentForm.initial_of(fair.given)["flows"] == ""
    inside = {"first_on": new.starts_on, "last_on": new.ends_on}
    assert actions.change_venue(venue, name="Square", by=made.lv, **inside).gone == []
    again = {"code": "FAIR", "hosts": ["Polotsk", "Daugavpils"], "by": made.lv}
    first = {"starts_on": fair.first, "ends_on": fair.first + timedelta(days=3)}
    assert actions.add_event(**again, **first) == new, "a late answer to the first taking in"
    # Moved back by two weeks and three days, one of the days is within two weeks of the event.
    near = fair.first + timedelta(days=31)
    event = moved(fair, made.lv, starts_on=near, ends_on=near)
    assert [flow.outside for flow in seats_of(event, made.lv)[0].standing.flows] == [True, False]


def test_an_event_that_was_called_off_says_so_everywhere_until_it_is_held_after_all(
    fair, made, people
):
    event = fair.event
    assert wanting(event, made.lv)[1] > 0
    with pytest.raises(Invalid):
        actions.call_off_event(event, reason="", by=made.lv)
    with pytest.raises(Stale):
        actions.call_off_event(event, reason="x", edition=7, by=made.lv)
    off = actions.call_off_event(event, reason="No ice.", edition=1, by=made.lv)
    at = off.called_off_at
    assert actions.call_off_event(event, reason="y", edition=1, by=made.by).called_off_at == at
    assert (wanting(off, made.lv), EventItem.objects.overdue(date(2999, 1, 1)).filter(
        event=off).exists()) == ((0, 0), False)  # fmt: skip
    assert not any(line.late for part in checklist_of(off, made.lv) for _s, rows in part.sides
                   for line in rows)  # fmt: skip
    with translation.override("en"):
        said = f"The event was called off on {at.astimezone(ZoneInfo('Europe/Riga')):%d.%m.%Y}."
        assert off not in (beside("risk", "R1", made.lv) or {"offered": []})["offered"]
        assert (off.gone, venues_of(off)[0].gone) == ([said], [said])
        assert seats_of(off, made.by)[1].standing.gone == [said]
        assert not wants_new_version(off, "LV"), "nothing is expected any more"
        for by in (made.lv, made.by, someone("BY", Role.COORDINATOR)):
            tiles = [tile["sentence"] for tile in tasks_of(by) if "Fair" in tile["sentence"]]
            assert tiles == [f"Fair: {said}"], "news, and nothing to tick"
        assert not any("Fair" in tile["sentence"] for tile in tasks_of(people.dgp_officer))
    for refused in (
        lambda: moved(fair, made.lv),
        lambda: actions.add_venue(
            event.hosts.first(), name="x", first_on=fair.first, last_on=fair.first, by=made.lv
        ),
    ):
        with pytest.raises(Refused) as wrong:
            refused()
        assert wrong.value.code == "called_off"
    with pytest.raises(Stale):
        actions.reinstate_event(event, reason="x", edition=1, by=made.lv)
    held = actions.reinstate_event(event, reason="It froze.", edition=2, by=made.by)
    assert (held.called_off_at, held.edition, held.gone) == (None, 3, [])
    assert actions.reinstate_event(event, reason="z", by=made.lv).edition == 3
    assert list(event.changes.values_list("number", "kind", "reason")) == [
        (2, "called_off", "No ice."), (3, "reinstated", "It froze."),
    ]  # fmt: skip
    with translation.override("en"), time_machine.travel(now() + timedelta(days=8), tick=False):
        assert not any("held after all" in tile["sentence"] for tile in tasks_of(made.lv))


def test_the_database_keeps_how_an_event_changed(fair, made):
    rows, event = PublicEvent.objects.filter(pk=fair.event.pk), fair.event
    moved(fair, made.lv)
    days = {"starts_on": fair.first, "ends_on": fair.first}
    stood = {"started_on": fair.first + LATER, "ended_on": fair.first + LATER + timedelta(days=3)}
    same = {"starts_on": stood["started_on"], "ends_on": stood["ended_on"]}
    change = {"event": event, "number": 3, "by": made.lv, "reason": "x", **stood}
    for wrong in (
        lambda: rows.update(starts_on=fair.first),
        lambda: rows.update(starts_on=fair.first, edition=3),
        lambda: rows.update(called_off_at=now()),
        lambda: rows.update(edition=3),
        lambda: event.changes.update(reason="y"),
        lambda: event.changes.all().delete(),
        lambda: EventChange.objects.create(**{**change, "reason": ""}, kind="days", **days),
        lambda: EventChange.objects.create(**{**change, "number": 4}, kind="days", **days),
        lambda: EventChange.objects.create(**change, kind="days", **same),
        lambda: EventChange.objects.create(**change, kind="reinstated", **same),
        lambda: EventChange.objects.create(**change, kind="called_off", **days),
        lambda: EventItem.objects.filter(pk=fair.fixed.pk).update(due_on=utc_today()),
        lambda: EventItem.objects.filter(pk=fair.counted.pk).update(due_on=utc_today()),
        lambda: EventItem.objects.filter(pk=fair.counted.pk).update(due_days=1),
        lambda: EventItem.objects.filter(pk=fair.fixed.pk).update(counted_from="first", due_days=0),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_the_pages_and_the_api_do_the_same(fair, made, people, signed_in, api):
    for user in (made.lv, made.by, people.dgp_officer):
        user.language = "en"
        user.save(update_fields=["language"])
    ours, theirs, officer = signed_in(made.lv), signed_in(made.by), signed_in(people.dgp_officer)
    here, there = f"/risk/events/{fair.event.uid}/", f"/api/v1/public-events/{fair.event.uid}/"
    later = fair.first + LATER
    typed = {"do": "days", "starts_on": f"{later:%d.%m.%Y}", "ends_on": f"{later:%d.%m.%Y}",
             "reason": "<b>Ice</b>", "edition": "1"}  # fmt: skip
    assert officer.post(here, typed).status_code == 403
    assert signed_in(people.stranger).post(here, typed).status_code == 404
    page = ours.post(here, {**typed, "starts_on": "", "ends_on": "99.99.2021"})
    assert (page.status_code, "Type a date with its year." in page.content.decode()) == (400, True)
    assert "99.99.2021" in page.content.decode()
    for _twice in range(2):
        assert ours.post(here, typed).url == here
    page = theirs.post(here, {**typed, "reason": "Kept & typed", "ends_on": "31.12.2999"})
    assert page.status_code == 400
    page = theirs.post(
        here, {**typed, "reason": "Kept & typed", "starts_on": f"{fair.first:%d.%m.%Y}"}
    )
    assert (page.status_code, "Kept &amp; typed" in page.content.decode()) == (409, True)
    page = officer.get(here).content.decode()
    assert "&lt;b&gt;Ice&lt;/b&gt;" in page
    assert "<del>Square</del>" in page
    assert "outside the days of the event" in page
    assert "It takes place on other days" not in page
    assert "Write a new version" in ours.get(here).content.decode()
    back, forth = api(made.lv), api(made.by)
    days = {"starts_on": str(fair.first), "ends_on": str(fair.first), "reason": "Sun."}
    assert forth.post(f"{there}days/", {**days, "edition": 1}).status_code == 409
    answer = forth.post(f"{there}days/", {**days, "edition": 2}).json()
    assert (answer["starts_on"], answer["edition"]) == (str(fair.first), 3)
    assert back.post(f"{there}days/", {**days, "starts_on": "x"}).status_code == 400
    assert api(people.dgp_officer).post(f"{there}days/", days).status_code == 403
    assert api(people.stranger).get(f"{there}days/").status_code == 404
    assert theirs.post(here, {"do": "call_off", "reason": "x", "edition": "1"}).status_code == 409
    assert theirs.post(here, {"do": "call_off", "reason": "x", "edition": "3"}).url == here
    for address in (here, f"{here}now/", f"{here}versions/{fair.given.uid}/", "/risk/events/"):
        page = officer.get(address).content.decode()
        assert "alled off" in page, address
    assert "<del>Fair</del>" in page
    assert ours.post(here, typed | {"edition": "4"}).status_code == 409
    assert back.post(f"{there}call-off/", {"reason": "y"}).json()["edition"] == 4
    assert back.get(f"{there}venues/").json()[0]["struck"].startswith("The event was called off")
    assert back.post(f"{there}reinstate/", {}).status_code == 400
    assert back.post(f"{there}reinstate/", {"reason": "y"}).json()["called_off_at"] is None
    assert ours.post(here, {"do": "reinstate", "reason": "z"}).url == here
    said = [(one["number"], one["kind"]) for one in forth.get(f"{there}days/").json()]
    assert said == [(2, "days"), (3, "days"), (4, "called_off"), (5, "reinstated")]
    items = {one["uid"]: one for one in back.get(f"{there}items/").json()}
    assert items[str(fair.counted.uid)]["due_days"] == -2
