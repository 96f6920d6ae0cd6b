"""Joint inspections of the line: one record that both sides confirm."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.models import Delivery
from incidents import actions
from incidents.investigation.register import stretch
from incidents.models import (
    Incident,
    LineConfirmation,
    LineInspection,
    LineResult,
    LineState,
    SignInspection,
)
from tests.incidents.signs import sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]


@pytest.fixture
def signs(db):
    return [sign(number) for number in (1, 2, 3)]


@pytest.fixture
def propose(people, unit, signs):
    def make(**more):
        said = {
            "first": signs[0], "last": signs[1], "at": now() + timedelta(hours=1),
            "language": "en", "client_ref": uuid.uuid4(), **more,
        }  # fmt: skip
        return actions.propose_line(unit=unit("LV-DGP"), by=people.dgp_officer, **said)

    return make


@pytest.fixture
def agreed(propose, people, unit):
    """A joint inspection of signs 1 and 2 that has begun."""
    with time_machine.travel(now() - timedelta(minutes=30)):
        line = propose(at=now() + timedelta(minutes=5))
        line = actions.agree_line(line, unit=unit("BY-POL"), by=people.pol_officer)
    return line


def write(line, one, by, **more):
    said = {"condition": "good", "language": "en", **more}
    return actions.write_result(line, one, by=by, **said)


def fresh(line):
    return LineInspection.objects.get(pk=line.pk)


def confirm(line, by):
    return actions.confirm_line(line, sha256=fresh(line).sha256, by=by)


def test_proposed_by_one_side_and_agreed_by_the_other(propose, people, unit):
    line = propose()
    with pytest.raises(NotAllowed) as refusal:
        actions.agree_line(line, unit=unit("LV-DGP"), by=people.dgp_leader)
    assert refusal.value.code == "own_proposal"
    for _ in range(2):
        line = actions.agree_line(line, unit=unit("BY-POL"), by=people.pol_officer)
    assert (line.state, line.other_unit.code) == (LineState.AGREED, "BY-POL")


def test_the_other_side_s_desk_is_asked_to_acknowledge_it(propose, people, unit, signs, signed_in):
    ref = uuid.uuid4()
    line = propose(client_ref=ref, note="Bring boots.")
    assert propose(client_ref=ref) == line
    delivery = Delivery.objects.get()
    assert (delivery.desk.code, delivery.alert.about) == ("DESK-POL", line.ref)
    assert delivery.card["headline"] == "SGN-001 – SGN-002"
    page = signed_in(people.pol_duty).get("/console/").content.decode()
    assert f"/signs/inspections/{line.uid}/" in page
    actions.agree_line(line, unit=unit("BY-POL"), by=people.pol_officer)
    actions.decline_line(line, reason="Flood.", by=people.dgp_officer)
    told = list(Delivery.objects.order_by("pk").values_list("desk__code", "alert__card__event"))
    assert told == [
        ("DESK-POL", "line_proposed"), ("DESK-DGP", "line_agreed"), ("DESK-POL", "line_ended"),
    ]  # fmt: skip


def test_nothing_is_proposed_where_nobody_is_on_duty_and_it_is_answered_all_the_same(
    propose, people, later
):
    line = propose(at=now() + timedelta(days=100))
    later(days=60)
    with pytest.raises(Refused) as refusal:
        propose()
    assert refusal.value.code == "nobody_on_duty"
    assert LineInspection.objects.get() == line
    assert actions.decline_line(line, reason="x", by=people.pol_officer).state == "declined"


def test_the_same_proposal_twice_is_one(propose):
    ref = uuid.uuid4()
    assert propose(client_ref=ref).pk == propose(client_ref=ref).pk


def test_a_stretch_has_every_sign_between_its_ends_in_either_direction(propose, signs):
    assert stretch(propose(first=signs[2], last=signs[0])) == signs


@pytest.mark.parametrize("days", [-3, 400])
def test_a_time_that_cannot_be_is_refused(propose, days):
    with pytest.raises(Invalid):
        propose(at=now() + timedelta(days=days))


def test_declined_by_the_other_side_with_a_reason(propose, people):
    line = propose()
    with pytest.raises(Invalid):
        actions.decline_line(line, reason="", by=people.pol_officer)
    for _ in range(2):
        line = actions.decline_line(line, reason="Flood.", by=people.pol_officer)
    assert (line.state, line.reason) == ("declined", "Flood.")
    with pytest.raises(Refused):
        actions.decline_line(line, reason="x", by=people.dgp_officer)


def test_taken_back_by_its_own_side(propose, people):
    assert actions.decline_line(propose(), reason="Flood.", by=people.dgp_leader).state == (
        "withdrawn"
    )


def test_nothing_is_written_down_before_it_begins(propose, people, unit, signs):
    line = actions.agree_line(propose(), unit=unit("BY-POL"), by=people.pol_officer)
    with pytest.raises(Refused) as refusal:
        write(line, signs[0], people.dgp_officer)
    assert refusal.value.code == "too_early"


def test_both_confirm_the_same_results_and_each_is_an_inspection(agreed, people, signs):
    write(agreed, signs[0], people.dgp_officer)
    write(agreed, signs[1], people.pol_officer, condition="worn", seen="Moss.")
    confirm(agreed, people.dgp_officer)
    assert fresh(agreed).state == "agreed"
    confirm(agreed, people.pol_officer)
    confirm(agreed, people.pol_officer)  # twice is once
    assert fresh(agreed).state == "confirmed"
    rows = SignInspection.objects.order_by("sign__code")
    assert [(row.sign, row.condition, row.line) for row in rows] == [
        (signs[0], "good", agreed),
        (signs[1], "worn", agreed),
    ]
    assert LineConfirmation.objects.count() == 2


def test_a_change_voids_the_confirmation(agreed, people, signs):
    for one in signs[:2]:
        write(agreed, one, people.dgp_officer)
    confirm(agreed, people.dgp_officer)
    read = fresh(agreed).sha256
    write(agreed, signs[0], people.pol_officer, condition="worn", seen="Moss.", version=1)
    with pytest.raises(Stale):
        actions.confirm_line(agreed, sha256=read, by=people.pol_officer)
    confirm(agreed, people.pol_officer)
    assert fresh(agreed).state == "agreed"
    confirm(agreed, people.dgp_officer)
    assert fresh(agreed).state == "confirmed"


def test_nobody_overwrites_a_result_that_was_not_read(agreed, people, signs):
    write(agreed, signs[0], people.dgp_officer)
    with pytest.raises(Stale):
        write(agreed, signs[0], people.pol_officer, condition="worn", seen="Moss.")


def test_a_sign_without_a_result_holds_the_confirmation_up(agreed, people, signs):
    write(agreed, signs[0], people.dgp_officer)
    with pytest.raises(Refused) as refusal:
        confirm(agreed, people.dgp_officer)
    assert refusal.value.code == "results_open"
    assert signs[1].name in str(refusal.value)


def test_a_sign_that_is_not_on_the_stretch_is_refused(agreed, people, signs):
    with pytest.raises(Invalid):
        write(agreed, signs[2], people.dgp_officer)


def test_damage_opens_one_incident_of_the_side_that_confirmed_last(agreed, people, signs):
    write(agreed, signs[0], people.dgp_officer, condition="damaged", seen="Broken.")
    write(agreed, signs[1], people.dgp_officer)
    confirm(agreed, people.dgp_officer)
    assert not Incident.objects.exists()
    confirm(agreed, people.pol_officer)
    case = Incident.objects.get()
    assert (case.unit.code, case.sign_inspection.sign) == ("BY-POL", signs[0])


def test_whoever_inspects_no_signs_has_no_part_in_it(agreed, people, signs):
    for attempt in (
        lambda: write(agreed, signs[0], people.pol_duty),
        lambda: confirm(agreed, people.pol_duty),
        lambda: actions.decline_line(agreed, reason="x", by=people.stranger),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_database_refuses_what_both_have_not_confirmed(agreed, people, signs):
    write(agreed, signs[0], people.dgp_officer)
    write(agreed, signs[1], people.dgp_officer)
    attempts = [
        lambda: LineInspection.objects.update(state="confirmed"),
        lambda: LineInspection.objects.update(side="BY"),
        lambda: LineConfirmation.objects.create(
            line=agreed, side="BY", sha256=fresh(agreed).sha256, by=people.dgp_officer
        ),
        lambda: LineConfirmation.objects.create(
            line=agreed, side="LV", sha256="0" * 64, by=people.dgp_officer
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    confirm(agreed, people.dgp_officer)
    confirm(agreed, people.pol_officer)
    for attempt in (
        lambda: LineResult.objects.update(condition="worn", seen="x"),
        lambda: LineConfirmation.objects.update(side="BY"),
        lambda: LineInspection.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_what_was_confirmed_changed_and_changed_back_is_confirmed_anew(agreed, people, signs):
    for one in signs[:2]:
        write(agreed, one, people.dgp_officer)
    confirm(agreed, people.dgp_officer)
    row = write(agreed, signs[0], people.pol_officer, condition="worn", seen="Paint.", version=1)
    write(agreed, signs[0], people.pol_officer, version=row.version)
    assert not agreed.confirmations.filter(sha256=fresh(agreed).sha256).exists()
    LineResult.objects.filter(sign=signs[0]).update(seen="Written past the verbs.")
    with pytest.raises(Stale):
        confirm(agreed, people.pol_officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        LineResult.objects.filter(sign=signs[0]).update(sign=signs[2])
