"""A side's own tree: added to, edited, moved, retired by its own administrators; nobody else's."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.outbox.ticks import run_ticks
from contactpoints import actions
from contactpoints.access import forget_grants, may, units_for
from contactpoints.models import Unit, units
from incidents.models import Incident

pytestmark = pytest.mark.django_db

NAMES = {
    "name_en": "Skrudaliena post",
    "name_lv": "Skrudalienas postenis",
    "name_be": "Пост «Скрудаліена»",
    "name_ru": "Пост «Скрудалиена»",
}
VALUES = {**NAMES, "kind": "local", "place": "", "order": ""}


@pytest.fixture
def add(people, unit):
    def make(code="LV-DGP-SKR", below="LV-DGP", by=None, **changes):
        return actions.add_unit(
            code, parent=unit(below), values={**VALUES, **changes}, by=by or people.lv_admin
        )

    return make


def test_a_new_unit_is_reached_at_once_by_whoever_reaches_its_parent(add, people):
    people.dgp_officer, people.lv_admin
    made = add()
    assert (made.side, made.path, made.parent.code) == (
        "LV", "LV-SBG/LV-DGP/LV-DGP-SKR/", "LV-DGP",
    )  # fmt: skip
    for who in (people.dgp_officer, people.lv_admin):
        forget_grants(who)
    assert may(people.dgp_officer, "report_incidents", made)
    assert may(people.lv_admin, "administer_lists", made)
    assert not may(people.pol_officer, "report_incidents", made)
    assert "LV-DGP-SKR" in [u.code for u in units_for(people.dgp_officer, "report_incidents")]
    assert Entry.objects.get(verb="unit.added").about == "unit:LV-DGP-SKR"


def test_the_same_unit_added_twice_is_one(add):
    assert add() == add()
    with pytest.raises(Invalid) as refusal:
        add(name_lv="Cits")
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize("who", ["by_admin", "lv_hq", "dgp_head", "lv_auditor"])
def test_only_administrators_of_the_side_keep_its_tree(who, add, people, unit):
    by = getattr(people, who)
    with pytest.raises(NotAllowed):
        add(by=by)
    home = unit("LV-DGP-SIL")
    for attempt in (
        lambda: actions.edit_unit(home, version=1, values={**VALUES}, by=by),
        lambda: actions.move_unit(home, parent=unit("LV-RIX"), by=by),
        lambda: actions.retire_unit(home, by=by),
        lambda: actions.restore_unit(home, by=by),
        lambda: actions.edit_desk(unit("DESK-DGP").desk, values={}, by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_administrator_of_a_region_reaches_no_other_region(officer, add, unit):
    regional = officer("dgp.admin", "LV-DGP", "administrator")
    assert add(by=regional)
    with pytest.raises(NotAllowed):
        add(code="LV-RIX-NEW", below="LV-RIX", by=regional)
    with pytest.raises(NotAllowed):
        actions.move_unit(unit("LV-DGP-SKR"), parent=unit("LV-RIX"), by=regional)


@pytest.mark.parametrize(
    "code", ["DGP-SKR", "BY-SKR", "LV-", "LV--X", "LV-skr", "LV-Š", "LV-A\0", ""]
)
def test_the_code_of_a_unit_begins_with_its_side(code, add):
    with pytest.raises(Invalid) as refusal:
        add(code=code)
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_be": ""}, "name_be"),
        ({"name_ru": "x" * 201}, "name_ru"),
        ({"kind": "desk"}, "kind"),
        ({"kind": "castle"}, "kind"),
        ({"place": "ATLANTIS"}, "place"),
        ({"order": "-1"}, "order"),
        ({"order": "99999999999"}, "order"),
        ({"order": "٣"}, "order"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(changes, field, add):
    with pytest.raises(Invalid) as refusal:
        add(**changes)
    assert list(refusal.value.fields) == [field]


def test_a_desk_and_a_retired_unit_have_nothing_below_them(add, people, unit):
    with pytest.raises(Invalid):
        add(below="DESK-DGP")
    actions.retire_unit(unit("LV-DGP-SIL"), by=people.lv_admin)
    with pytest.raises(Invalid):
        add(below="LV-DGP-SIL")


# Editing


def values_of(unit):
    return {
        **{name: getattr(unit, name) for name in NAMES},
        "kind": unit.kind,
        "place": unit.place.code if unit.place else "",
        "order": unit.order,
    }


def test_names_kind_place_and_order_change_and_the_code_stays(people, unit):
    home = unit("LV-DGP-SIL")
    done = actions.edit_unit(
        home,
        version=1,
        values={**values_of(home), "name_lv": "Jauns vārds", "code": "LV-OTHER"},
        by=people.lv_admin,
    )
    assert (done.code, done.name_lv, done.version) == ("LV-DGP-SIL", "Jauns vārds", 2)
    assert units()["LV-DGP-SIL"].name_lv == "Jauns vārds"
    entry = Entry.objects.get(verb="unit.changed")
    assert entry.facts["after"] == {"name_lv": "Jauns vārds"}
    assert entry.facts["before"] == {"name_lv": home.name_lv}


def test_saved_twice_is_once_and_an_older_version_is_stale(people, unit):
    home, by = unit("LV-DGP-SIL"), people.lv_admin
    values = {**values_of(home), "name_lv": "Jauns vārds"}
    actions.edit_unit(home, version=1, values=values, by=by)
    assert actions.edit_unit(home, version=1, values=values, by=by).version == 2
    with pytest.raises(Stale) as refusal:
        actions.edit_unit(home, version=1, values={**values, "name_en": "Other"}, by=by)
    assert refusal.value.current.name_lv == "Jauns vārds"


def test_a_desk_stays_a_desk(people, unit):
    desk = unit("DESK-DGP")
    done = actions.edit_unit(
        desk, version=1, values={**values_of(desk), "kind": "local", "name_en": "D"},
        by=people.lv_admin,
    )  # fmt: skip
    assert done.kind == "desk"


# Moving


def test_a_moved_unit_takes_its_subtree_and_the_rights_with_it(add, people, unit):
    add(code="LV-DGP-SIL-A", below="LV-DGP-SIL")
    people.dgp_officer, people.rix_officer, people.lv_hq
    done = actions.move_unit(unit("LV-DGP-SIL"), parent=unit("LV-RIX"), by=people.lv_admin)
    assert done.path == "LV-SBG/LV-RIX/LV-DGP-SIL/"
    below = unit("LV-DGP-SIL-A")
    assert below.path == "LV-SBG/LV-RIX/LV-DGP-SIL/LV-DGP-SIL-A/"
    for who in (people.dgp_officer, people.rix_officer, people.lv_hq):
        forget_grants(who)
    for moved in (done, below):
        assert not may(people.dgp_officer, "report_incidents", moved)
        assert may(people.rix_officer, "report_incidents", moved)
        assert may(people.lv_hq, "validate_incidents", moved)
    assert Entry.objects.get(verb="unit.moved").facts["units"] == 2
    again = actions.move_unit(unit("LV-DGP-SIL"), parent=unit("LV-RIX"), by=people.lv_admin)
    assert again.version == done.version


def test_a_unit_is_moved_below_neither_itself_nor_a_desk_nor_another_side(people, unit):
    by = people.lv_admin
    for code, parent in (
        ("LV-DGP", "LV-DGP-SIL"),
        ("LV-DGP", "LV-DGP"),
        ("LV-DGP-SIL", "DESK-DGP"),
    ):
        with pytest.raises(Invalid):
            actions.move_unit(unit(code), parent=unit(parent), by=by)
    with pytest.raises(NotAllowed):
        actions.move_unit(unit("LV-DGP"), parent=unit("BY-POL"), by=by)
    with pytest.raises(Refused) as refusal:
        actions.move_unit(unit("LV-SBG"), parent=unit("LV-DGP"), by=by)
    assert refusal.value.code == "root"


# Retiring


def test_a_unit_that_nothing_holds_is_retired_and_taken_back(people, unit):
    home = unit("LV-DGP-SIL")
    done = actions.retire_unit(home, by=people.lv_admin)
    assert done.retired_at is not None
    assert "LV-DGP-SIL" not in [u.code for u in units_for(people.dgp_officer, "report_incidents")]
    assert actions.retire_unit(home, by=people.lv_admin).version == done.version
    assert actions.restore_unit(home, by=people.lv_admin).retired_at is None


def test_the_sentence_says_what_holds_a_unit(people, unit, incident, officer, add):
    add(code="LV-DGP-SIL-A", below="LV-DGP-SIL")
    incident(at="LV-DGP-SIL")
    officer("sil.one", "LV-DGP-SIL", "officer")
    with pytest.raises(Refused) as refusal:
        actions.retire_unit(unit("LV-DGP-SIL"), by=people.lv_admin)
    said = str(refusal.value)
    assert refusal.value.code == "held"
    for part in ("1 unit below it", "1 officer is posted", "1 incident of it is not closed"):
        assert part in said
    Incident.objects.filter(unit__code="LV-DGP-SIL").update(state="withdrawn")


@pytest.mark.parametrize("code", ["LV-SBG", "DESK-DGP"])
def test_the_head_of_a_tree_and_a_desk_are_not_retired_on_any_day(code, people, unit):
    for on in (None, (now() + timedelta(days=9)).date()):
        with pytest.raises(Refused) as refusal:
            actions.retire_unit(unit(code), on=on, by=people.lv_admin)
        assert refusal.value.code == "held"


def test_a_unit_is_retired_on_its_day_by_its_sides_calendar(people, unit, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    done = actions.retire_unit(
        unit("LV-DGP-SIL"), on=(now() + timedelta(days=2)).date(), by=people.lv_admin
    )
    assert (done.retired_at, done.retires_on.isoformat()) == (None, "2026-11-24")
    time_machine.move_to("2026-11-23T21:59:00+00:00", tick=False)  # 23:59 in Riga
    run_ticks()
    assert unit("LV-DGP-SIL").retired_at is None
    time_machine.move_to("2026-11-23T22:00:00+00:00", tick=False)
    run_ticks()
    assert unit("LV-DGP-SIL").retired_at == now()


def test_a_unit_that_is_held_on_its_day_stays_in_use(people, unit, officer, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    day = (now() + timedelta(days=2)).date()
    actions.retire_unit(unit("LV-DGP-SIL"), on=day, by=people.lv_admin)
    officer("sil.one", "LV-DGP-SIL", "officer")
    time_machine.move_to("2026-11-30T12:00:00+00:00", tick=False)
    assert actions.retire_due_units() == 0
    held = unit("LV-DGP-SIL")
    assert (held.retired_at, held.retires_on) == (None, day)
    assert actions.restore_unit(held, by=people.lv_admin).retires_on is None


@pytest.mark.parametrize("days", [-1, 368])
def test_a_unit_is_retired_today_or_within_a_year(days, people, unit):
    with pytest.raises(Invalid):
        actions.retire_unit(
            unit("LV-DGP-SIL"), on=(now() + timedelta(days=days)).date(), by=people.lv_admin
        )


def test_a_unit_below_a_retired_one_is_not_taken_back_first(add, people, unit):
    inner = add(code="LV-DGP-SIL-A", below="LV-DGP-SIL")
    actions.retire_unit(inner, by=people.lv_admin)
    actions.retire_unit(unit("LV-DGP-SIL"), by=people.lv_admin)
    with pytest.raises(Refused) as refusal:
        actions.restore_unit(inner, by=people.lv_admin)
    assert refusal.value.code == "parent_retired"


# Desks

DESK = {"hours": "24/7", "phone": "+371 65 000 111", "email": "Desk@lv.example",
        "languages": ["ru", "lv"]}  # fmt: skip


def test_how_a_desk_is_reached_is_set_by_its_own_side(people, unit):
    done = actions.edit_desk(unit("DESK-DGP").desk, values=DESK, by=people.lv_admin)
    assert (done.phone, done.email, done.languages) == (
        "+371 65 000 111", "desk@lv.example", ["lv", "ru"],
    )  # fmt: skip
    assert Entry.objects.get(verb="desk.changed").facts["after"]["phone"] == "+371 65 000 111"
    actions.edit_desk(unit("DESK-DGP").desk, values=DESK, by=people.lv_admin)
    assert Entry.objects.filter(verb="desk.changed").count() == 1
    with pytest.raises(NotAllowed):
        actions.edit_desk(unit("DESK-POL").desk, values=DESK, by=people.lv_admin)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": ""}, "hours"),
        ({"hours": "x" * 41}, "hours"),
        ({"phone": ""}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "+ ( )"}, "phone"),
        ({"email": "desk"}, "email"),
        ({"email": "a\0@lv.example"}, "email"),
        ({"languages": []}, "languages"),
        ({"languages": ["fr"]}, "languages"),
    ],
)
def test_what_cannot_be_right_about_a_desk_is_said_at_its_field(changes, field, people, unit):
    with pytest.raises(Invalid) as refusal:
        actions.edit_desk(unit("DESK-DGP").desk, values={**DESK, **changes}, by=people.lv_admin)
    assert list(refusal.value.fields) == [field]


def test_a_retired_unit_stays_in_the_table(people, unit):
    actions.retire_unit(unit("LV-DGP-SIL"), by=people.lv_admin)
    assert Unit.objects.get(code="LV-DGP-SIL").name_lv
