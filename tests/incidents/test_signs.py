"""The register of border signs: inspections, the incident of a broken sign, repairs."""

import os
import time
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now
from PIL import Image

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.files import store
from bordercoop.reference.loader import load_reference
from bordercoop.reference.models import Place
from incidents import actions
from incidents.demo.signs import make_signs
from incidents.investigation.register import UNKNOWN, numbers_for, register, rows_of
from incidents.models import Incident, SignInspection, SignPhoto, SignRepair
from tests import made_files as made
from tests.incidents.signs import inspect, sign

pytestmark = pytest.mark.django_db


def condition(one):
    return rows_of([one])[0].condition


@pytest.fixture
def ours(people, unit):
    return people.dgp_officer, unit("LV-DGP")


def test_a_sign_that_nobody_inspected_is_of_unknown_condition():
    assert condition(sign()) == UNKNOWN


def test_the_condition_is_that_of_the_latest_inspection_whichever_side_made_it(ours, people, unit):
    one = sign()
    inspect(one, *ours, condition="worn", seen="Paint is off.")
    inspect(one, people.pol_officer, unit("BY-POL"), at=now() - timedelta(days=2))
    assert condition(one) == "worn"
    assert SignInspection.objects.visible_to(people.pol_officer).count() == 2


def test_a_broken_sign_opens_an_incident_at_the_unit_with_the_sign_named(ours):
    one = sign(lat=55.8, lon=27.6)
    found = inspect(one, *ours, condition="moved", seen="Two metres to the west.")
    case = found.incident
    said = case.versions.get().content
    assert (case.unit.code, case.category.code) == ("LV-DGP", "RGM-SGN")
    assert (said["border_sign"], said["narrative"]) == (one.code, "Two metres to the west.")
    assert (said["lat"], said["lon"]) == (None, None), "a position that is not verified"
    assert "moved" in said["headline"]


def test_a_verified_position_goes_with_the_incident(ours):
    one = sign(lat=55.8, lon=27.6, position_verified=True)
    found = inspect(one, *ours, condition="missing", seen="Gone.")
    assert found.incident.versions.get().content["lat"] == 55.8


def test_a_sign_that_is_not_broken_opens_nothing(ours):
    inspect(sign(), *ours, condition="worn", seen="Moss.")
    assert not Incident.objects.exists()


def test_the_same_form_sent_twice_is_one_inspection_and_one_incident(ours):
    one, ref = sign(), uuid.uuid4()
    first, second = (
        inspect(one, *ours, condition="damaged", seen="Broken off.", client_ref=ref)
        for _ in range(2)
    )
    assert first.pk == second.pk
    assert (Incident.objects.count(), SignInspection.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="sign.inspected").count() == 1


def test_a_representative_who_logs_no_incidents_opens_one_for_a_broken_sign(people, unit):
    by = people.lv_representative
    found = inspect(sign(), by, unit("LV-SBG"), condition="damaged", seen="Broken.")
    assert found.incident.reported_by == by


def test_the_other_side_reads_the_inspection_and_no_number_until_it_holds_a_copy(
    ours, people, unit, both_sides_on_duty
):
    found = inspect(sign(), *ours, condition="damaged", seen="Broken.")
    assert numbers_for(people.dgp_duty, [found])
    assert numbers_for(people.pol_duty, [found]) == {}
    actions.release_incident(found.incident, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert numbers_for(people.pol_duty, [found])[found.incident_id][1] == found.incident.number


def test_whoever_inspects_no_signs_is_refused(people, unit):
    with pytest.raises(NotAllowed):
        inspect(sign(), people.dgp_duty, unit("LV-DGP"))
    with pytest.raises(NotAllowed):
        inspect(sign(2), people.stranger, unit("LV-DGP"))


def test_nobody_inspects_for_a_unit_of_the_other_side(people, unit):
    with pytest.raises(NotAllowed):
        inspect(sign(), people.dgp_officer, unit("BY-POL"))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("condition", {"condition": "burnt"}),
        ("seen", {"condition": "damaged", "seen": " "}),
        ("seen", {"seen": "x" * 2001}),
        ("seen", {"seen": "\0"}),
        ("seen", {"seen": "SECRET UE/EU SECRET"}),
        ("language", {"language": "de"}),
        ("at", {"at": None}),
        ("at", {"at": "soon"}),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(ours, field, more):
    with pytest.raises(Invalid) as refusal:
        inspect(sign(), *ours, **more)
    assert field in refusal.value.fields
    assert not SignInspection.objects.exists()


def test_an_inspection_does_not_lie_in_the_future(ours):
    with pytest.raises(Invalid):
        inspect(sign(), *ours, at=now() + timedelta(hours=1))


def test_only_signs_that_are_in_use_are_inspected(ours):
    for wrong in (
        Place.objects.get(code="PAT-GRI"),
        sign(retired_at=now()),
    ):
        with pytest.raises(Invalid):
            inspect(wrong, *ours)


def test_a_photo_is_kept_without_what_it_says_beside_itself(ours):
    # Of a size of its own: the store holds what other tests have brought.
    photo = made.photo(width=43)
    found = inspect(sign(), *ours, photos=[made.upload(photo), made.upload(photo)])
    photo = found.photos.get()  # the same picture twice is one
    with store.open_stored(photo.sha256) as file:
        content = file.read()
    assert not any(secret in content for secret in made.SECRETS)
    assert not store.path_of(photo.original_sha256).exists()
    with store.open_stored(photo.sha256) as file, Image.open(file) as image:
        assert not image.getexif()


def test_photos_survive_the_sweep_of_strays(ours):
    found = inspect(sign(), *ours, photos=[made.upload(made.photo())])
    path = store.path_of(found.photos.get().sha256)
    old = time.time() - 3 * 24 * 3600
    os.utime(path, (old, old))
    actions.forget_stray_files()
    assert path.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [(made.pdf(b"1"), "a.pdf"), (b"nothing", "photo.jpg"), (made.tiff(pages=2), "a.tif")],
    ids=["pdf", "damaged", "pages"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(ours, content, name):
    with pytest.raises(Invalid) as refusal:
        inspect(sign(), *ours, photos=[made.upload(content, name)])
    assert "photos" in refusal.value.fields
    assert not SignInspection.objects.exists()


def test_more_photos_than_fit_are_refused(ours):
    many = [made.upload(made.photo(width=40 + n)) for n in range(7)]
    with pytest.raises(Invalid) as refusal:
        inspect(sign(), *ours, photos=many)
    assert refusal.value.code == "too_many_files"
    assert not SignPhoto.objects.exists()


# --- repairs


def plan(one, by, unit, **more):
    return actions.plan_repair(one, unit=unit, what="Set it upright.", language="en", by=by, **more)


def test_a_finished_repair_closes_the_circle_until_somebody_sees_otherwise(ours):
    one = sign()
    found = inspect(one, *ours, condition="damaged", seen="Broken.")
    repair = plan(one, *ours, inspection=found, due=now().date())
    assert condition(one) == "damaged"
    actions.finish_repair(repair, by=ours[0])
    actions.finish_repair(repair, by=ours[0])
    assert condition(one) == "good"
    assert Entry.objects.filter(verb="sign.repaired").count() == 1
    inspect(one, *ours, condition="moved", seen="Again.", at=now() + timedelta(seconds=1))
    assert condition(one) == "moved"


def test_a_repair_that_is_planned_twice_is_one(ours):
    one, ref = sign(), uuid.uuid4()
    assert plan(one, *ours, client_ref=ref).pk == plan(one, *ours, client_ref=ref).pk


def test_the_other_side_neither_finishes_nor_drops_a_repair(ours, people):
    repair = plan(sign(), *ours)
    for attempt in (
        lambda: actions.finish_repair(repair, by=people.pol_officer),
        lambda: actions.drop_repair(repair, reason="x", by=people.pol_officer),
    ):
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert refusal.value.code == "not_yours"


def test_dropping_a_repair_takes_a_reason_and_ends_it(ours):
    repair = plan(sign(), *ours)
    with pytest.raises(Invalid):
        actions.drop_repair(repair, reason=" ", by=ours[0])
    actions.drop_repair(repair, reason="The sign is replaced.", by=ours[0])
    with pytest.raises(Refused) as refusal:
        actions.finish_repair(repair, by=ours[0])
    assert refusal.value.code == "wrong_state"


def test_a_repair_is_overdue_the_day_after(ours):
    one = sign()
    repair = plan(one, *ours, due=now().date() - timedelta(days=1))
    assert repair.overdue
    assert list(SignRepair.objects.overdue()) == [repair]
    assert register({})[0].overdue


def test_a_repair_names_an_inspection_of_its_own_sign(ours):
    other = inspect(sign(1), *ours)
    with pytest.raises(Invalid):
        plan(sign(2), *ours, inspection=other)


# --- the list


def test_the_register_is_filtered_and_nonsense_asks_for_nothing(ours):
    one, two = sign(1, lat=55.8, lon=27.6), sign(2, lat=55.8, lon=27.6, position_verified=True)
    inspect(one, *ours, condition="damaged", seen="Broken.")

    def codes(**query):
        return [row.place.code for row in register(query)]

    assert codes(condition="broken") == [one.code]
    assert codes(condition="unknown") == [two.code]
    assert codes(position="unverified") == [one.code]
    assert codes(q="sign 2") == [two.code]
    assert codes(condition="\0", q="") == [one.code, two.code]


def test_the_register_takes_three_statements_however_many_signs(ours, django_assert_num_queries):
    for number in range(5):
        inspect(sign(number), *ours)
    register({})  # the places are remembered from here on
    with django_assert_num_queries(3):
        assert len(register({})) == 5


# --- the database


def raw(model, **fields):
    with transaction.atomic():
        model.objects.update(**fields)


def test_the_database_keeps_what_was_seen(ours, people):
    found = inspect(sign(), *ours, photos=[made.upload(made.photo())])
    repair = plan(found.sign, *ours)
    for attempt in (
        lambda: raw(SignInspection, condition="worn", seen="x"),
        lambda: raw(SignPhoto, name="x"),
        lambda: raw(SignRepair, side="BY"),
        lambda: raw(SignRepair, state="done"),
        lambda: raw(SignRepair, ended_by=people.pol_officer),
        lambda: SignInspection.objects.all()._raw_delete("default"),
        lambda: SignRepair.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert SignRepair.objects.get().pk == repair.pk


def test_the_database_takes_no_inspection_of_a_town_or_in_the_other_sides_name(ours, people, unit):
    good = {
        "side": "LV", "unit": unit("LV-DGP"), "at": now(), "condition": "good", "language": "en",
        "by": ours[0],
    }  # fmt: skip
    for more in (
        {"sign": Place.objects.get(code="PAT-GRI")},
        {"sign": sign(), "side": "BY"},
        {"sign": sign(2), "by": people.pol_officer},
        {"sign": sign(3), "condition": "damaged", "seen": "x"},  # without its incident
        {"sign": sign(4), "condition": "worn"},  # without a word
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            SignInspection.objects.create(**{**good, **more})


def test_the_next_start_leaves_the_example_signs_in_use():
    made = make_signs()
    load_reference()
    assert not Place.objects.filter(pk__in=[one.pk for one in made]).exclude(retired_at=None)
