"""How a public event goes: phases, venues, the checklist, what belongs to it, cities that go."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bordercoop.reference.models import Term, forget, utc_today
from contactpoints.models import Role
from incidents.retention import today
from riskanalysis import actions
from riskanalysis.event_page import checklist_of, ladder_of, ties_of, wanting
from riskanalysis.event_set import shipped_items
from riskanalysis.models import (
    EventItem,
    EventItemMove,
    EventPhaseStep,
    EventTie,
    EventVenue,
    PublicEvent,
    side_of_city,
)
from riskanalysis.register_tiles import tasks_of
from riskanalysis.units import what_holds
from tests.contactpoints.procedures_made import someone
from tests.riskanalysis.risks_made import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(made):
    """A fair at Polotsk and Daugavpils that begins in forty days."""
    Term.objects.create(
        vocabulary="public_event", code="FAIR", name_en="Fair", name_lv="Gadatirgus",
        name_be="Кірмаш", name_ru="Ярмарка",
    )  # fmt: skip
    forget()
    first = utc_today() + timedelta(days=40)
    return actions.add_event(
        code="FAIR", starts_on=first, ends_on=first + timedelta(days=3),
        hosts=["Polotsk BY", "Daugavpils LV"], by=made.lv,
    )  # fmt: skip


@pytest.fixture
def coordinators(db):
    return SimpleNamespace(lv=someone("LV", Role.COORDINATOR), by=someone("BY", Role.COORDINATOR))


def test_an_event_is_in_one_phase_and_goes_back_with_a_reason(fair, made, coordinators, people):
    assert (fair.phase, ladder_of(fair)[0].standing) == ("planning", "present")
    with pytest.raises(NotAllowed):
        actions.move_event(fair, phase="live", by=people.dgp_officer)
    with pytest.raises(Invalid):
        actions.move_event(fair, phase="party", by=made.lv)
    moved = actions.move_event(fair, phase="heightened_readiness", came="planning",
                               by=coordinators.by)  # fmt: skip
    assert actions.move_event(fair, phase="heightened_readiness", by=made.lv).phase == moved.phase
    with pytest.raises(Stale):
        actions.move_event(fair, phase="live", came="planning", by=made.lv)
    with pytest.raises(Invalid) as wanted:
        actions.move_event(fair, phase="planning", by=made.lv)
    assert "reason" in wanted.value.fields
    actions.move_event(fair, phase="risk_assessment", reason="It was put off.", by=coordinators.lv)
    steps = list(fair.steps.values_list("number", "came", "phase", "reason"))
    assert steps == [
        (1, "planning", "heightened_readiness", ""),
        (2, "heightened_readiness", "risk_assessment", "It was put off."),
    ]
    rungs = ladder_of(fresh(fair))
    assert [rung.standing for rung in rungs[:3]] == ["over", "present", "coming"]
    assert rungs[1].step.by == coordinators.lv
    step = fair.steps.first()
    for wrong in (
        lambda: EventPhaseStep.objects.filter(pk=step.pk).update(reason="x"),
        lambda: step.delete(),
        lambda: EventPhaseStep.objects.create(
            event=fair, number=3, came="risk_assessment", phase="planning", by=made.lv
        ),
        lambda: EventPhaseStep.objects.create(
            event=fair, number=3, came="live", phase="wind_down", by=made.lv
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_a_checklist_is_ticked_by_the_side_that_it_is_for(fair, made, coordinators, people, unit):
    shipped = len(shipped_items())
    assert fair.items.filter(side="LV").count() == fair.items.filter(side="BY").count() == shipped
    actions.take_event_checklist(fair, by=coordinators.by)
    assert fair.items.count() == 2 * shipped
    late = fair.items.get(side="LV", code="contacts")
    assert late.due_on == fair.starts_on - timedelta(days=120)
    assert wanting(fair, made.lv) == (3, 3), "all of planning was due by now"
    first = checklist_of(fair, made.by)[0]
    assert (first.present, [side for side, _rows in first.sides]) == (True, ["BY", "LV"])
    for stranger in (made.by, coordinators.by, people.by_approver):
        with pytest.raises(NotAllowed):
            actions.tick_event_item(late, by=stranger)
    ticked = actions.tick_event_item(late, by=people.dgp_officer)
    again = actions.tick_event_item(late, by=made.lv)
    assert (again.ticked_by, again.ticked_at) == (people.dgp_officer, ticked.ticked_at)
    assert wanting(fair, made.lv) == (2, 2)
    with pytest.raises(Refused, match="Take the tick back"):
        actions.leave_out_event_item(late, reason="x", by=made.lv)
    with pytest.raises(Invalid):
        actions.untick_event_item(late, reason=" ", by=people.dgp_officer)
    actions.untick_event_item(late, reason="The list is old.", by=people.dgp_officer)
    assert actions.untick_event_item(late, reason="x", by=made.lv).ticked_at is None
    for by, why in ((made.by, "theirs"), (people.dgp_officer, "no runner")):
        with pytest.raises(NotAllowed):
            actions.leave_out_event_item(late, reason=why, by=by)
    actions.leave_out_event_item(late, reason="Known for years.", by=coordinators.lv)
    actions.leave_out_event_item(late, reason="y", by=made.lv)
    with pytest.raises(Refused, match="left out"):
        actions.tick_event_item(late, by=made.lv)
    moves = list(EventItemMove.objects.filter(item=late).values_list("move", "reason"))
    assert moves == [("ticked", ""), ("unticked", "The list is old."),
                     ("left_out", "Known for years.")]  # fmt: skip
    actions.take_event_checklist(fair, by=made.lv)
    assert fair.items.standing().filter(side="LV").count() == shipped - 1
    for wrong in (
        lambda: EventItem.objects.filter(pk=late.pk).update(left_out_at=None),
        lambda: EventItem.objects.filter(code="briefed").update(ticked_at=timezone.now()),
        lambda: EventItem.objects.filter(code="briefed").update(side="LV"),
        lambda: EventItemMove.objects.filter(item=late).update(reason="z"),
        lambda: EventItemMove.objects.filter(item=late).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    # An item of one's own, for a unit; its day may be counted from the first one of the event.
    desk, ref = unit("LV-DGP"), uuid.uuid4()
    said = {"phase": "live", "text": "Water at the crossing.", "language": "en"}
    own = actions.add_event_item(fair, unit=desk, due_days=-1, client_ref=ref, by=made.lv, **said)
    assert own.due_on == fair.starts_on - timedelta(days=1)
    again = {"unit": desk, "due_days": -1, "client_ref": ref, "by": made.lv, **said}
    assert actions.add_event_item(fair, **again) == own
    for other in ({"unit": None}, {"due_days": None}, {"phase": "planning"}, {"text": "Bread."}):
        with pytest.raises(KeyReused):
            actions.add_event_item(fair, **{**again, **other})
    for more, field in (
        ({"unit": unit("BY-GPK")}, "unit"), ({"phase": "x"}, "phase"), ({"text": ""}, "text"),
        ({"language": "xx"}, "language"), ({"text": "a\0b"}, "text"), ({"text": "x" * 501}, "text"),
        ({"due_on": date(1, 1, 1)}, "due_on"), ({"due_on": date.max}, "due_on"),
        ({"due_days": 10**9}, "due_days"),
        ({"due_on": utc_today(), "due_days": 1}, "due_days"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as wrong_said:
            actions.add_event_item(fair, by=made.lv, **{**said, **more})
        assert field in wrong_said.value.fields
    with pytest.raises(KeyReused):
        actions.add_event_item(
            PublicEvent.objects.get(code="IIHF2021"), client_ref=ref, by=made.lv, **said
        )
    assert any("checklist" in str(one) for one in what_holds(desk))


def test_a_city_that_drops_out_is_said_everywhere(fair, made, coordinators):
    polotsk, daugavpils = fair.hosts.order_by("-side")[1], fair.hosts.get(name="Daugavpils")
    assert (polotsk.name, polotsk.side, daugavpils.side) == ("Polotsk", "BY", "LV")
    days = {"first_on": fair.starts_on, "last_on": fair.ends_on}
    ref = uuid.uuid4()
    hall = actions.add_venue(polotsk, name="Hall", capacity=900, client_ref=ref, by=made.lv, **days)
    again = {"name": "Hall", "capacity": 900, "client_ref": ref, "by": made.lv, **days}
    assert actions.add_venue(polotsk, **again) == hall
    for other in ({"name": "Field"}, {"capacity": None}, {"last_on": fair.starts_on}):
        with pytest.raises(KeyReused):
            actions.add_venue(polotsk, **{**again, **other})
    for more, field in (
        ({"name": ""}, "name"), ({"name": "Hall"}, "name"), ({"capacity": 0}, "capacity"),
        ({"capacity": 10**10}, "capacity"), ({"first_on": date(1, 1, 1)}, "first_on"),
        ({"last_on": date.max}, "last_on"),
        ({"last_on": fair.starts_on - timedelta(days=1)}, "last_on"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as wrong:
            actions.add_venue(polotsk, by=made.by, **{"name": "Field", **days, **more})
        assert field in wrong.value.fields
    changed = actions.change_venue(
        hall, name="Old hall", capacity=None, edition=1, by=coordinators.by, **days
    )
    assert (changed.edition, changed.capacity) == (2, None)
    assert actions.add_venue(polotsk, **again) == hall, "it was changed since"
    with pytest.raises(Stale):
        actions.change_venue(hall, name="New hall", edition=1, by=made.lv, **days)
    out = actions.add_venue(daugavpils, name="Square", by=made.by, **days)
    actions.drop_venue(out, reason="It rains.", by=made.lv)
    assert actions.drop_venue(out, reason="x", by=made.by).reason == "It rains."
    with pytest.raises(Refused):
        actions.change_venue(out, name="Roof", by=made.lv, **days)
    with pytest.raises(DatabaseError), transaction.atomic():
        EventVenue.objects.filter(pk=out.pk).update(dropped_at=None, dropped_by=None, reason="")
    assert not any(line.gone for _s, rows in checklist_of(fair, made.lv)[0].sides for line in rows)
    actions.drop_host(polotsk, on=today("BY"), note="The organiser said so.", by=made.by)
    with pytest.raises(Refused) as gone:
        actions.add_venue(polotsk, name="Field", by=made.by, **days)
    assert gone.value.code == "dropped_out"
    event = fresh(fair)
    with translation.override("en"):
        (said,) = event.gone
        assert said.startswith("Polotsk no longer holds the event, since ")
    assert event.sides_gone == {"BY"}
    marked = {side: {(line.gone, line.late) for line in rows} for side, rows in
              checklist_of(event, made.lv)[0].sides}  # fmt: skip
    assert marked == {"LV": {(False, True)}, "BY": {(True, False)}}
    assert (wanting(event, made.lv), wanting(event, made.by)) == ((3, 3), (0, 0))
    assert checklist_of(event, made.lv)[0].count == 3, "nobody waits for theirs"
    # Once the lessons are learned what was not done before is history.
    actions.move_event(event, phase="lessons_learned", by=made.lv)
    assert wanting(fresh(event), made.lv)[1] == 0
    assert not any(part.late for part in checklist_of(fresh(event), made.lv))
    actions.move_event(event, phase="planning", reason="x", by=made.lv)
    actions.drop_host(daugavpils, on=today("LV"), note="No ice.", by=made.lv)
    assert fresh(event).sides_gone == {"LV", "BY"}
    assert wanting(fresh(event), made.lv) == (0, 0)
    with translation.override("en"):
        told = [tile["sentence"] for tile in tasks_of(made.lv) if "Fair" in tile["sentence"]]
    assert all("no longer holds" in sentence for sentence in told), "news, and nothing to tick"


def test_whose_a_city_is_goes_by_any_of_its_names(fair, made, people):
    for name, side in (
        ("Rīga", "LV"), ("Мінск", "BY"), ("МИНСК", "BY"), ("Даўгаўпілс", "LV"), ("polotsk", "BY"),
        ("Somewhere", ""), ("Patarnieki", ""),
    ):  # fmt: skip
        assert side_of_city(name) == side, name
    Term.objects.create(vocabulary="public_event", code="RUN", name_en="Run", name_lv="Skrējiens",
                        name_be="Прабег", name_ru="Пробег")  # fmt: skip
    forget()
    days = {"code": "RUN", "starts_on": fair.starts_on, "ends_on": fair.ends_on}
    run = actions.add_event(**days, hosts=["Somewhere", "Rīga", "Elsewhere by"], by=made.lv)
    sides = {host.name: host.side for host in run.hosts.all()}
    assert sides == {"Somewhere": "", "Rīga": "LV", "Elsewhere": "BY"}
    with translation.override("ru"):
        assert run.hosts.get(name="Rīga").called == "Рига"
    said = ["Somewhere LV", "Rīga", "Elsewhere"]
    assert actions.add_event(**days, hosts=said, by=made.by) == run
    somewhere = run.hosts.get(name="Somewhere")
    assert (somewhere.side, run.hosts.get(name="Elsewhere").side) == ("LV", "BY")
    with pytest.raises(Invalid) as wrong:
        actions.set_host_side(somewhere, side="EU", by=made.lv)
    assert "side" in wrong.value.fields
    with pytest.raises(NotAllowed):
        actions.set_host_side(somewhere, side="BY", by=people.dgp_officer)
    for _twice in range(2):
        assert actions.set_host_side(somewhere, side="BY", by=made.lv).side == "BY"
    assert Entry.objects.filter(verb="public_event.host_side").count() == 2
    # After midnight in Minsk it is still yesterday in UTC: both days are days on which one acts.
    with time_machine.travel("2027-06-01T22:30:00Z", tick=False):
        assert (utc_today(), today("BY")) == (date(2027, 6, 1), date(2027, 6, 2))
        with pytest.raises(Invalid):
            actions.drop_host(somewhere, on=date(2027, 6, 3), note="x", by=made.by)
        event = PublicEvent.objects.get(pk=run.pk)
        event = actions.change_event_days(
            event, starts_on=event.starts_on, ends_on=date(2027, 6, 9), reason="Later.", by=made.by
        )
        draft = actions.write_event_assessment(
            event, readiness="high", content={}, language="en", as_of=date(2027, 6, 2), by=made.by
        )
        assert draft.as_of == date(2027, 6, 2)
        assert actions.drop_host(somewhere, on=date(2027, 6, 2), note="x", by=made.by).dropped_on
        actions.add_event_item(event, phase="planning", text="Tents", language="en",
                               due_on=date(2027, 6, 1), by=made.by)  # fmt: skip
        rows = [line for part in checklist_of(event, made.by) for _s, rows in part.sides
                for line in rows if line.item.code == ""]  # fmt: skip
        assert [line.late for line in rows] == [True], "the day is over in Minsk, not yet in UTC"


def test_the_first_page_names_the_events_that_go_on_before_those_to_come(fair, made):
    assert [tile["count"] for tile in tasks_of(made.lv)] == [3]
    first = today("LV")
    for n, begins in enumerate((200, 150, 100, -1, 60, -30)):
        event = PublicEvent.objects.create(
            code=f"E{n}", starts_on=first + timedelta(days=begins),
            ends_on=first + timedelta(days=begins + 2), by=made.lv,
        )  # fmt: skip
        event.hosts.create(name="Riga", side="LV")
        actions.add_event_item(event, phase="planning", text="x", language="en", by=made.lv)
    named = [tile["sentence"].split(":")[0] for tile in tasks_of(made.lv)]
    assert named[0] == "E3"
    assert named[2:] == ["E4", "E2"], "after the fair; what is over comes last"


def test_what_belongs_to_an_event_is_known_to_whoever_reads_it(fair, made, coordinators, people):
    own, shared = made.risk(), made.shared()
    tie = actions.tie_to_event(fair, kind="risk", ref=str(shared.uid).upper(), by=made.lv)
    assert actions.tie_to_event(fair, kind="risk", ref=str(shared.uid), by=made.by) == tie
    hidden = actions.tie_to_event(fair, kind="risk", ref=str(own.uid), by=made.lv)
    for kind, ref in (
        ("risk", str(own.uid)), ("risk", "no"), ("risk", ""), ("risk", "\0"), ("moon", "1"),
        ("activity", "A-1"), ("plan", "' OR 1=1"), ("exercise", "x" * 999), ("risk_report", "7"),
        ("operation", str(uuid.uuid4())),
    ):  # fmt: skip
        with pytest.raises(Invalid) as wrong:
            actions.tie_to_event(fair, kind=kind, ref=ref, by=made.by)
        assert "ref" in wrong.value.fields
    with pytest.raises(NotAllowed):
        actions.tie_to_event(fair, kind="risk", ref=str(shared.uid), by=people.dgp_officer)
    read = {
        side: [one.tie for _kind, rows in ties_of(fair, by) for one in rows]
        for side, by in (("LV", made.lv), ("BY", made.by))
    }
    assert read == {"LV": [tie, hidden], "BY": [tie]}
    with pytest.raises(Refused) as unknown:
        actions.untie_from_event(hidden, by=made.by)
    assert unknown.value.status == 404
    actions.untie_from_event(tie, by=made.by)
    first = fresh(tie).untied_at
    assert actions.untie_from_event(tie, by=made.lv).untied_at == first
    assert actions.tie_to_event(fair, kind="risk", ref=str(shared.uid), by=made.lv) != tie
    for wrong_row in (
        lambda: EventTie.objects.filter(pk=tie.pk).update(untied_at=None, untied_by=None),
        lambda: EventTie.objects.filter(pk=hidden.pk).update(ref="x"),
        lambda: hidden.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong_row()
