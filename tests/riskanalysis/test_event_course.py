"""How a public event goes: phases, venues, the checklist, what belongs to it, cities that go."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bordercoop.reference.models import Term, forget, utc_today
from contactpoints.models import Role
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
)
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
    assert actions.add_event_item(fair, client_ref=ref, by=made.lv, **said) == own
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
    assert actions.add_venue(polotsk, name="Hall", client_ref=ref, by=made.lv, **days) == hall
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
    actions.drop_host(polotsk, on=utc_today(), note="The organiser said so.", by=made.by)
    with pytest.raises(Refused) as gone:
        actions.add_venue(polotsk, name="Field", by=made.by, **days)
    assert gone.value.code == "dropped_out"
    event = fresh(fair)
    with translation.override("en"):
        (said,) = event.gone
        assert said.startswith("Polotsk no longer holds the event, since ")
    assert event.sides_gone == {"BY"}
    marked = {side: {line.gone for line in rows} for side, rows in
              checklist_of(event, made.lv)[0].sides}  # fmt: skip
    assert marked == {"LV": {False}, "BY": {True}}


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
