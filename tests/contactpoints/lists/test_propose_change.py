"""Proposing a change of a common list: who may, what is refused, what the other side is told."""

from datetime import timedelta

import pytest
import time_machine

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference import lists
from bordercoop.reference.models import Proposal, Term, utc_today
from contactpoints import actions
from tests.contactpoints.lists.conftest import NEW_CATEGORY
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db


def test_a_proposal_changes_nothing_until_the_other_side_agrees(propose, people, row):
    before = row().name_lv
    made = propose()
    assert (made.state, made.side, made.version) == ("open", "LV", 1)
    assert made.before["name_lv"] == before
    assert made.after == {**made.before, "name_lv": "Ieceļošana liegta"}
    assert row().name_lv == before
    entry = Entry.objects.get(verb="proposal.made", about=made.ref)
    assert (entry.actor, entry.facts["code"]) == (people.lv_admin, "REF")


@pytest.mark.parametrize("who", ["lv_hq", "dgp_head", "lv_auditor", "lv_analyst", "stranger"])
def test_only_an_administrator_at_the_head_of_a_side_proposes(who, propose, people):
    with pytest.raises(NotAllowed):
        propose(by=getattr(people, who))
    assert not Proposal.objects.exists()


def test_an_administrator_of_one_region_keeps_its_units_and_proposes_nothing(officer, propose):
    with pytest.raises(NotAllowed):
        propose(by=officer("regional.admin", "LV-DGP", "administrator"))


def test_the_other_sides_administrators_get_a_mail_in_their_language(
    propose, people, carry_out, mailbox
):
    people.by_admin, people.lv_admin
    made = propose()
    carry_out()
    (letter,) = mailbox.letters
    text = letter.get_content()
    assert letter["To"] == people.by_admin.email
    assert "REF" in letter["Subject"]
    assert f"/administration/proposals/{made.uid}/" in text
    assert "Ieceļošana liegta" in text
    assert letter["Message-ID"] == f"<proposal.{made.uid}.{people.by_admin.pk}@127.0.0.1>"


def test_a_proposal_decided_before_its_mail_went_out_is_not_mailed(
    propose, people, carry_out, mailbox
):
    people.by_admin
    actions.withdraw_proposal(propose(), by=people.lv_admin)
    carry_out()
    assert mailbox.letters == []


def test_the_same_proposal_sent_twice_is_one(propose):
    assert propose() == propose()
    assert Proposal.objects.count() == 1


def test_a_second_proposal_of_a_side_about_a_row_waits_for_the_first(propose, people):
    propose()
    with pytest.raises(Refused) as refusal:
        propose(values={"name_lv": "Cits"})
    assert refusal.value.code == "open_proposal"
    assert propose(by=people.by_admin, values={"name_ru": "Иначе"}).side == "BY"


def test_a_proposal_on_what_was_changed_meanwhile_is_stale_and_shows_what_stands(propose, row):
    Term.objects.filter(code="REF").update(version=2, name_lv="Kas stāv")
    with pytest.raises(Stale) as refusal:
        propose(version=1)
    assert refusal.value.current["name_lv"] == "Kas stāv"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name_lv": ""}, "name_lv"),
        ({"name_lv": "x" * 201}, "name_lv"),
        ({"name_lv": "a\0b"}, "name_lv"),
        ({"borders": ["sea"]}, "borders"),
        ({"borders": []}, "borders"),
        ({"icon": "skull"}, "icon"),
        ({"crosses": False}, "crosses"),
        ({"parent": "UBC"}, "parent"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(values, field, propose):
    with pytest.raises(Invalid) as refusal:
        propose(values=values)
    assert list(refusal.value.fields) == [field]
    assert not Proposal.objects.exists()


def test_nothing_different_is_not_a_proposal(propose, row):
    with pytest.raises(Refused) as refusal:
        propose(values={"name_lv": row().name_lv})
    assert refusal.value.code == "no_change"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\0"])
def test_a_proposal_has_a_reason(reason, propose):
    with pytest.raises(Invalid) as refusal:
        propose(reason=reason)
    assert list(refusal.value.fields) == ["reason"]


@pytest.mark.parametrize("days", [-1, 367])
def test_a_change_takes_effect_today_or_within_a_year(days, propose):
    with pytest.raises(Invalid) as refusal:
        propose(effective_on=utc_today() + timedelta(days=days))
    assert list(refusal.value.fields) == ["effective_on"]


def test_today_is_the_day_in_utc_not_that_of_riga_or_minsk():
    with time_machine.travel("2026-11-22T22:30:00+00:00", tick=False):  # 00:30 in Riga, 01:30 Minsk
        assert utc_today().isoformat() == "2026-11-22"


def test_a_new_category_is_added_below_its_parent(propose, people):
    made = propose(code="RGM-COW", deed="add", values=NEW_CATEGORY)
    assert (made.version, made.before) == (0, {})
    actions.confirm_proposal(made, by=people.by_admin)
    term = Term.objects.get(code="RGM-COW")
    assert (term.parent.code, term.facts["crosses"], term.name_be) == (
        "RGM", True, "Згубленая жывёла",
    )  # fmt: skip
    assert term.order == max(child.order for child in term.parent.children.all())


@pytest.mark.parametrize("code", ["ref", "A", "RGM COW", "RGM--COW", "X" * 31, "РГМ", "REF", ""])
def test_a_new_code_is_plain_and_not_in_use(code, propose):
    with pytest.raises(Invalid) as refusal:
        propose(code=code, deed="add", values=NEW_CATEGORY)
    assert list(refusal.value.fields) == ["code"]


@pytest.mark.parametrize("listed", ["severities", "closing-grounds"])
def test_lists_whose_codes_the_portal_acts_on_change_their_names_only(listed, propose):
    code = "1" if listed == "severities" else "did_not_occur"
    for deed, name in (("retire", code), ("add", "NEW")):
        with pytest.raises(Refused) as refusal:
            propose(listed=listed, code=name, deed=deed)
        assert refusal.value.code == "fixed_codes"
    assert propose(listed=listed, code=code, values={"name_lv": "Cits vārds"})


# What never crosses


@pytest.mark.parametrize("code", ["ASY", "SIR"])
def test_what_never_crosses_is_neither_opened_nor_retired(code, propose):
    with pytest.raises(Invalid) as refusal:
        propose(code=code, values={"crosses": True})
    assert list(refusal.value.fields) == ["crosses"]
    with pytest.raises(Refused) as refusal:
        propose(code=code, deed="retire")
    assert refusal.value.code == "never_crosses"
    assert propose(code=code, values={"name_lv": "Cits vārds"}).after["crosses"] is False


def test_below_what_never_crosses_nothing_crosses(propose):
    inside = {**NEW_CATEGORY, "parent": "SIR"}
    with pytest.raises(Invalid) as refusal:
        propose(code="SIR-NEW", deed="add", values=inside)
    assert list(refusal.value.fields) == ["crosses"]
    assert propose(code="SIR-NEW", deed="add", values={**inside, "crosses": False})


@pytest.mark.parametrize(
    ("code", "deed", "changes"),
    [
        ("ASY", "change", {"crosses": True}),
        ("ASY", "retire", {}),
        ("SIR-NEW", "add", {"crosses": True, "parent": "SIR"}),
    ],
)
def test_the_database_takes_no_proposal_that_lets_it_cross(code, deed, changes, people):
    term = Term.objects.get(code="ASY")
    after = {**lists.values(lists.CATEGORIES, term), **changes}
    with refused_by_database("no_proposal_lets_a_kept_category_cross"):
        Proposal.objects.create(
            listed="categories", code=code, deed=deed, version=1, after=after, reason="x",
            effective_on=utc_today(), side="LV", proposed_by=people.lv_admin,
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"crosses": True}},
        {"facts": {}},
        {"retired_at": "2026-01-01T00:00:00Z"},
        {"code": "OLD"},
    ],
)
def test_the_database_keeps_the_category_itself(change):
    with refused_by_database("a_category_that_never_crosses_stays"):
        Term.objects.filter(code="ASY").update(**change)


# What others need


def test_what_is_still_needed_is_not_retired(propose):
    with pytest.raises(Refused) as refusal:
        propose(code="RGM", deed="retire")
    assert "RGM-SGN" in str(refusal.value)
    with pytest.raises(Refused) as refusal:
        propose(listed="places", code="SIL-URB", deed="retire")
    assert "LV-DGP-SILBCP" in str(refusal.value)


def test_a_place_has_both_coordinates_or_none(propose):
    with pytest.raises(Invalid) as refusal:
        propose(listed="places", code="MEI-GAV", values={"lat": "55,9"})
    assert list(refusal.value.fields) == ["lon"]
    made = propose(listed="places", code="MEI-GAV", values={"lat": "55,9", "lon": "27.1"})
    assert (made.after["lat"], made.after["lon"]) == (55.9, 27.1)


@pytest.mark.parametrize(
    "values", [{"lat": "95"}, {"lat": "north"}, {"lat": "nan"}, {"lon": "1e9"}]
)
def test_a_coordinate_is_a_number_of_degrees(values, propose):
    with pytest.raises(Invalid):
        propose(listed="places", code="MEI-GAV", values={"lat": "1", "lon": "1", **values})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"unit": "next_shift"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"unit": "day_of_month", "amount": "31"}, "amount"),
        ({"amount": "1.5"}, "amount"),
    ],
)
def test_a_limit_has_a_number_where_its_unit_counts(values, field, propose):
    with pytest.raises(Invalid) as refusal:
        propose(listed="deadlines", code="first_report", values=values)
    assert list(refusal.value.fields) == [field]
