"""Public events: versions that stand, hosts that drop out, what goes on during the event."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bordercoop.reference.models import Term, forget, utc_today
from incidents.actions import report_incident
from incidents.models import Share
from incidents.retention import today
from riskanalysis import actions
from riskanalysis.events import dashboard_of, seats_of, wants_new_version
from riskanalysis.models import EventAssessment, PublicEvent
from tests.riskanalysis.risks_made import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db):
    """The championship of 2021 as it came with the portal."""
    return PublicEvent.objects.get(code="IIHF2021")


def flow(host, day=21, people=100, place="PAT-GRI"):
    return {"day": date(2021, 5, day), "place": place, "host": host, "people": people}


def write(event, by, *flows, **more):
    said = {"readiness": "high", "language": "en", "as_of": date(2021, 1, 10), **more}
    content = {"flows": list(flows), "threats": "Forged tickets.", **said.pop("content", {})}
    return actions.write_event_assessment(event, content=content, by=by, **said)


def test_the_worked_case_says_dates_and_no_reasons(event):
    minsk, riga = event.hosts.all()
    assert (event.starts_on, event.ends_on) == (date(2021, 5, 21), date(2021, 6, 6))
    assert (minsk.name, minsk.dropped_on) == ("Minsk", date(2021, 1, 18))
    assert (riga.name, riga.dropped_on, event.verified) == ("Riga", None, True)
    assert "2 February 2021" in event.source


def test_a_version_is_its_sides_draft_until_it_is_given_and_never_changes_after(event, made):
    draft = write(event, made.lv, flow("Riga"))
    assert [seat.draft for seat in seats_of(event, made.lv)] == [draft, None]
    assert [seat.draft for seat in seats_of(event, made.by)] == [None, None]
    assert write(event, made.lv, flow("Riga")) == draft
    with pytest.raises(Stale):
        write(event, made.lv, flow("Riga", people=5))
    changed = write(event, made.lv, flow("Riga", people=5), edition=1)
    assert (changed.pk, changed.edition) == (draft.pk, 2)
    with pytest.raises(Refused) as missing:
        actions.give_event_assessment(draft, by=made.by)
    assert missing.value.status == 404
    with pytest.raises(Stale):
        actions.give_event_assessment(draft, edition=1, by=made.lv)
    given = actions.give_event_assessment(draft, edition=2, by=made.lv)
    assert actions.give_event_assessment(draft, by=made.lv).given_at == given.given_at
    with pytest.raises(NotAllowed):
        actions.give_event_assessment(given, by=made.by)
    with pytest.raises(DatabaseError), transaction.atomic():
        EventAssessment.objects.filter(pk=given.pk).update(readiness="normal")
    with pytest.raises(Refused, match="Both sides read"):
        actions.discard_event_assessment(given, by=made.lv)
    thrown = uuid.uuid4()
    away = write(event, made.lv, flow("Riga", day=23), client_ref=thrown)
    with pytest.raises(Stale):
        actions.discard_event_assessment(away, edition=9, by=made.lv)
    with pytest.raises(Refused):
        actions.discard_event_assessment(away, edition=1, by=made.by)
    first_time = actions.discard_event_assessment(away, edition=1, by=made.lv).dropped_at
    assert actions.discard_event_assessment(away, edition=1, by=made.lv).dropped_at == first_time
    assert [seat.draft for seat in seats_of(event, made.lv)] == [None, None]
    with pytest.raises(Refused, match="thrown away"):
        write(event, made.lv, flow("Riga", day=23), client_ref=thrown)
    with pytest.raises(Refused):
        actions.give_event_assessment(away, by=made.lv)
    with pytest.raises(DatabaseError), transaction.atomic():
        EventAssessment.objects.filter(pk=away.pk).update(dropped_at=None)
    ref = uuid.uuid4()
    second = write(event, made.lv, flow("Riga", day=22), client_ref=ref)
    assert write(event, made.lv, flow("Riga", day=22), client_ref=ref) == second
    assert second.number == 2
    assert [seat.standing.assessment for seat in seats_of(event, made.by) if seat.standing] == [
        given
    ]


def test_a_host_that_drops_out_strikes_what_was_expected_of_it(made, people):
    Term.objects.create(
        vocabulary="public_event",
        code="FAIR",
        name_en="Fair",
        name_lv="Gadatirgus",
        name_be="Кірмаш",
        name_ru="Ярмарка",
    )
    forget()
    days = {"starts_on": utc_today(), "ends_on": utc_today() + timedelta(days=3)}
    for first in (date(1, 1, 1), date(1999, 12, 31), utc_today() + timedelta(3660), date.max):
        with pytest.raises(Invalid) as wrong:
            actions.add_event(
                code="FAIR", hosts=["Riga"], starts_on=first, ends_on=first, by=made.lv
            )
        assert "starts_on" in wrong.value.fields
    event = actions.add_event(code="FAIR", hosts=["Polotsk", " Daugavpils "], **days, by=made.by)
    assert (
        actions.add_event(code="FAIR", hosts=["Daugavpils", "Polotsk"], **days, by=made.lv) == event
    )
    with pytest.raises(Refused) as known:
        actions.add_event(code="FAIR", hosts=["Riga"], **days, by=made.lv)
    assert known.value.code == "known"

    def expect(host, people):
        return {"day": utc_today(), "place": "PAT-GRI", "host": host, "people": people}

    given = write(event, made.lv, expect("Polotsk", 70), expect("Daugavpils", 30), as_of=None)
    actions.give_event_assessment(given, by=made.lv)
    with pytest.raises(KeyReused):
        write(
            PublicEvent.objects.get(code="IIHF2021"), made.lv, flow("Riga"),
            client_ref=given.client_ref,
        )  # fmt: skip
    assert not wants_new_version(event, "LV")
    host = event.hosts.get(name="Polotsk")
    for more in (
        {"on": today("BY") + timedelta(days=1), "note": "x"},
        {"on": utc_today(), "note": ""},
    ):
        with pytest.raises(Invalid):
            actions.drop_host(host, by=made.by, **more)
    with pytest.raises(NotAllowed):
        actions.drop_host(host, on=utc_today(), note="x", by=people.dgp_officer)
    actions.drop_host(host, on=utc_today(), note="The organiser said so.", by=made.by)
    again = actions.drop_host(host, on=utc_today() - timedelta(days=1), note="y", by=made.lv)
    assert (again.dropped_on, again.note) == (utc_today(), "The organiser said so.")
    event = fresh(event)
    (seat,) = [seat for seat in seats_of(event, people.pol_officer) if seat.standing]
    assert (seat.standing.people, seat.standing.lost) == (30, 70)
    with translation.override("lv"):
        (said,) = seats_of(event, made.lv)[0].standing.gone
        assert said.startswith("Polocka pasākumu vairs nerīko kopš ")
        assert {one.host for one in seats_of(event, made.lv)[0].standing.flows} == {
            "Polocka", "Daugavpils"
        }  # fmt: skip
    assert (wants_new_version(event, "LV"), wants_new_version(event, "BY")) == (True, False)
    with pytest.raises(Invalid) as wrong:
        write(event, made.lv, expect("Polotsk", 1), as_of=None)
    assert "flows" in wrong.value.fields
    new = write(event, made.lv, expect("Daugavpils", 35), as_of=None)
    actions.give_event_assessment(new, by=made.lv)
    assert not wants_new_version(event, "LV")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.hosts.filter(pk=host.pk).update(dropped_on=None)


@pytest.mark.parametrize(
    ("field", "rows", "more"),
    [
        ("readiness", [], {"readiness": ""}),
        ("language", [], {"language": "lt"}),
        ("as_of", [], {"as_of": date(2199, 1, 1)}),
        ("threats", [], {"content": {"threats": "x" * 4001}}),
        ("flows", [flow("Minsk")], {"as_of": date(2021, 2, 3)}),
        ("flows", [flow("Paris")], {}),
        ("flows", [flow("Riga", place="RIX")], {}),
        ("flows", [flow("Riga", people=-1)], {}),
        ("flows", [flow("Riga"), flow("Riga")], {}),
        ("flows", [{**flow("Riga"), "day": date(2020, 5, 1)}], {}),
    ],
)
def test_what_cannot_be_expected_is_refused_at_its_field(event, made, field, rows, more):
    with pytest.raises(Invalid) as wrong:
        write(event, made.lv, *rows, **more)
    assert field in wrong.value.fields


def test_the_dashboard_shows_only_what_its_reader_may_see(
    made, people, content, event, released, signed_in
):
    tagged = report_incident(
        unit=made.unit("LV-DGP"), content=content(public_event="IIHF2021"), by=people.dgp_officer
    )
    case, delivery = released(public_event="IIHF2021")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = Share.objects.filter(fields__public_event="IIHF2021")
    assert "share_public_event" in found.explain(), "found without reading every copy"
    page = signed_in(people.dgp_duty).get(f"/risk/events/{event.uid}/now/").content.decode()
    assert "js/detail.js" in page
    assert {"alerts", "incidents", "expected", "duty"} <= set(
        re.findall(r'data-live-part="(\w+)"', page)
    )
    ours, theirs = dashboard_of(event, people.dgp_duty), dashboard_of(event, people.pol_duty)
    assert {share.incident for share in ours.incidents} == {tagged, case}
    assert {share.incident for share in theirs.incidents} <= {case}
    assert [one.pk for one in theirs.alerts] == [delivery.pk]
    assert ours.phase == "after"
    assert next(watch.desk.side for watch in theirs.watches) == "BY"
