"""`load_reference` runs at every start. What was changed in the portal survives it."""

import shutil
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.reference import loader
from bordercoop.reference.loader import load_reference
from bordercoop.reference.models import (
    Deadline,
    Place,
    PlaceStatus,
    Term,
    TextTemplate,
    utc_today,
)
from bordercoop.reference.rules import load as load_rules
from contactpoints import actions
from contactpoints.loader import load
from contactpoints.models import Desk, Unit
from tests.contactpoints.lists.conftest import NEW_CATEGORY
from tests.contactpoints.lists.test_own_units import DESK, VALUES, values_of

pytestmark = pytest.mark.django_db


def line(lines, what):
    return next(row for text in lines for row in text.splitlines() if row.startswith(what))


def test_a_second_load_changes_nothing_anywhere():
    load_reference()
    for row in "\n".join(load_reference()).splitlines():
        if "added" in row:
            assert "0 added, 0 changed, 0 retired" in row, row


def test_what_both_sides_agreed_to_is_left_and_named(propose, people):
    actions.confirm_proposal(propose(), by=people.by_admin)
    actions.confirm_proposal(
        propose(code="RGM-COW", deed="add", values=NEW_CATEGORY), by=people.by_admin
    )
    actions.confirm_proposal(propose(code="OTH", deed="retire"), by=people.by_admin)
    told = line(load_reference(), "terms")
    assert "0 added, 0 changed, 0 retired" in told
    assert "3 changed in the portal and left so" in told
    assert all(code in told for code in ("OTH", "REF", "RGM-COW"))
    assert Term.objects.get(code="REF").name_lv == "Ieceļošana liegta"
    assert Term.objects.get(code="RGM-COW").retired_at is None
    assert Term.objects.get(code="OTH").retired_at is not None


def test_a_change_that_waits_for_its_day_is_not_overtaken_by_the_files(
    propose, people, time_machine
):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    Term.objects.filter(code="REF").update(name_en="Older than the file")
    made = propose(effective_on=utc_today() + timedelta(days=1))
    actions.confirm_proposal(made, by=people.by_admin)
    load_reference()
    assert Term.objects.get(code="REF").name_en == "Older than the file"
    time_machine.shift(timedelta(days=2))
    assert actions.apply_due_changes() == 1


def test_an_edited_an_added_a_moved_and_a_retired_unit_are_left(people, unit):
    by = people.lv_admin
    actions.add_unit("LV-DGP-SKR", parent=unit("LV-DGP"), values=VALUES, by=by)
    home = unit("LV-DGP-SIL")
    actions.edit_unit(home, version=1, values={**values_of(home), "name_lv": "Jauns"}, by=by)
    actions.move_unit(unit("LV-VIL"), parent=unit("LV-RIX"), by=by)
    actions.retire_unit(unit("LV-VNT"), by=by)
    told = load()
    assert "0 added, 0 changed, 0 retired" in told
    assert all(code in told for code in ("LV-DGP-SKR", "LV-DGP-SIL", "LV-VIL", "LV-VNT"))
    assert unit("LV-DGP-SIL").name_lv == "Jauns"
    assert unit("LV-VIL").path == "LV-SBG/LV-RIX/LV-VIL/"
    assert unit("LV-DGP-SKR").retired_at is None
    assert unit("LV-VNT").retired_at is not None
    assert unit("LV-DGP-PAT").path == "LV-SBG/LV-DGP/LV-DGP-PAT/"


def test_what_hangs_below_a_moved_unit_keeps_hanging_there(people, unit):
    """The files still name it below LV-DGP, whose own row nobody has edited."""
    actions.move_unit(unit("LV-DGP"), parent=unit("LV-RIX"), by=people.lv_admin)
    load()
    assert unit("LV-DGP-PAT").path == "LV-SBG/LV-RIX/LV-DGP/LV-DGP-PAT/"
    assert not Unit.objects.filter(path__startswith="LV-SBG/LV-DGP/").exists()


def test_how_a_desk_is_reached_survives(people, unit):
    values = {**DESK, "hours": "08:00-20:00"}
    actions.edit_desk(unit("DESK-DGP").desk, values=values, by=people.lv_admin)
    load()
    desk = Desk.objects.get(unit__code="DESK-DGP")
    assert (desk.hours, desk.languages, desk.phone) == (
        "08:00-20:00", ["lv", "ru"], "+371 65 000 111",
    )  # fmt: skip
    other = Desk.objects.get(unit__code="DESK-RIX")
    assert (other.hours, other.edited_at) == ("24/7", None)


def test_what_nobody_edited_follows_its_file_and_its_version_grows():
    Term.objects.filter(code="REF").update(name_lv="Vecs")
    load_reference()
    term = Term.objects.get(code="REF")
    assert (term.name_lv, term.version) == ("Ieceļošanas atteikums", 2)


def test_deadlines_texts_and_what_sources_say_are_shipped():
    assert Deadline.objects.get(code="first_report").limit == "24 hours"
    assert Deadline.objects.filter(verified=True).count() == 4
    assert TextTemplate.objects.count() >= 8
    status = PlaceStatus.objects.get(place__code="SIL-URB")
    assert (status.side, status.state, status.recorded_by) == ("LV", "closed", None)
    assert status.since.isoformat() == "2023-09-19T17:00:00+00:00"


def test_a_source_does_not_speak_over_the_side_itself(people):
    place = Place.objects.get(code="SIL-URB")
    actions.record_status(place, state="open", since=now() - timedelta(hours=1), by=people.lv_hq)
    load_reference()
    assert PlaceStatus.objects.current().get(place=place, side="LV").state == "open"
    assert PlaceStatus.objects.filter(place=place).count() == 2


@pytest.mark.parametrize(
    ("file", "find", "put", "reason"),
    [
        ("deadlines.yaml", "matter: report", "matter: weather", "record first_report: matter"),
        ("deadlines.yaml", "amount: 24", "amount: many", "record first_report: amount"),
        ("texts.yaml", "{place}", "{palce}", "record crossing_group: text_en has other slots"),
        ("statuses.yaml", "SIL-URB\n", "ATLANTIS\n", "names a place or a state"),
        ("statuses.yaml", "+03:00", " yesterday", "since must be a time"),
    ],
)
def test_a_bad_record_of_the_new_files_is_refused_by_name(file, find, put, reason, tmp_path):
    folder = shutil.copytree(loader.DATA, tmp_path / "data")
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(find, put, 1), "utf-8")
    with pytest.raises(loader.Malformed, match=reason):
        load_rules(folder)
