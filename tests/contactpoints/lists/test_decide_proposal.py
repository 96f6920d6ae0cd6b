"""Confirming, declining and withdrawing: never by the own side, once, and on the day."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.outbox.ticks import run_ticks
from bordercoop.reference.models import Proposal, Term, offered, terms, utc_today
from contactpoints import actions
from contactpoints.actions import apply_due_changes, confirm_proposal, decline_proposal
from tests.contactpoints.lists.conftest import NEW_CATEGORY
from tests.incidents.doors import refused_by_database, rolled_back

pytestmark = pytest.mark.django_db


def test_the_other_side_confirms_and_the_change_holds_at_once(propose, people, row):
    made = propose()
    done = confirm_proposal(made, by=people.by_admin)
    assert (done.state, done.decided_side, done.decided_by) == ("applied", "BY", people.by_admin)
    changed = row()
    assert (changed.name_lv, changed.version) == ("Ieceļošana liegta", 2)
    assert changed.edited_at is not None
    assert terms("incident_category")["REF"].name_lv == "Ieceļošana liegta", "nothing old is kept"
    verbs = Entry.objects.filter(about__in=[made.ref, "categories:REF"]).values_list("verb", "side")
    assert set(verbs) == {
        ("proposal.made", "LV"), ("proposal.confirmed", "BY"), ("list.changed", "BY"),
    }  # fmt: skip


def test_neither_the_proposer_nor_anybody_of_the_own_side_decides(propose, people, officer, row):
    made = propose()
    colleague = officer("lv.admin2", "LV-SBG", "administrator")
    for by in (people.lv_admin, colleague, people.by_hq, people.by_auditor, people.stranger):
        with pytest.raises(NotAllowed):
            confirm_proposal(made, by=by)
        with pytest.raises(NotAllowed):
            decline_proposal(made, reason="No.", by=by)
    made.refresh_from_db()
    assert (made.state, row().version) == ("open", 1)


def test_confirmed_twice_is_once(propose, people, row):
    made = propose()
    confirm_proposal(made, by=people.by_admin)
    again = confirm_proposal(made, by=people.by_admin)
    assert (again.state, row().version) == ("applied", 2)
    assert Entry.objects.filter(verb="list.changed").count() == 1


def test_the_other_side_declines_with_a_reason_and_nothing_changes(propose, people, row):
    made = propose()
    with pytest.raises(Invalid):
        decline_proposal(made, reason=" ", by=people.by_admin)
    done = decline_proposal(made, reason="The old word is in the agreement.", by=people.by_admin)
    assert (done.state, done.decision) == ("declined", "The old word is in the agreement.")
    assert row().version == 1
    with pytest.raises(Refused) as refusal:
        confirm_proposal(made, by=people.by_admin)
    assert refusal.value.code == "decided"
    assert propose().pk != made.pk, "a new one may follow"


def test_the_proposing_side_withdraws_while_nobody_has_decided(propose, people, officer):
    made = propose()
    with pytest.raises(NotAllowed):
        actions.withdraw_proposal(made, by=people.by_admin)
    colleague = officer("lv.admin2", "LV-SBG", "administrator")
    done = actions.withdraw_proposal(made, by=colleague)
    assert (done.state, done.withdrawn_by) == ("withdrawn", colleague)
    assert actions.withdraw_proposal(made, by=people.lv_admin).withdrawn_by == colleague
    with pytest.raises(Refused):
        confirm_proposal(made, by=people.by_admin)


def test_what_was_decided_is_not_withdrawn(propose, people):
    made = propose()
    confirm_proposal(made, by=people.by_admin)
    with pytest.raises(Refused) as refusal:
        actions.withdraw_proposal(made, by=people.lv_admin)
    assert refusal.value.code == "decided"


def test_a_stale_proposal_is_not_confirmed_but_may_be_declined(propose, people, row):
    ours, theirs = propose(), propose(by=people.by_admin, values={"name_ru": "Отказано"})
    confirm_proposal(ours, by=people.by_admin)
    with pytest.raises(Stale) as refusal:
        confirm_proposal(theirs, by=people.lv_admin)
    assert refusal.value.current["name_lv"] == "Ieceļošana liegta"
    assert row().name_ru != "Отказано"
    assert decline_proposal(theirs, reason="Older.", by=people.lv_admin).state == "declined"


# The day


def test_a_change_waits_for_00_00_utc_of_its_day(propose, people, row, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    made = propose(effective_on=utc_today() + timedelta(days=2))
    assert confirm_proposal(made, by=people.by_admin).state == "confirmed"
    for moment in ("2026-11-23T22:30:00+00:00", "2026-11-23T23:59:59+00:00"):  # the 24th in Riga
        time_machine.move_to(moment, tick=False)
        assert apply_due_changes() == 0
    assert row().version == 1
    time_machine.move_to("2026-11-24T00:00:00+00:00", tick=False)
    run_ticks()  # as the relay does it without any broker
    made.refresh_from_db()
    assert (made.state, row().name_lv) == ("applied", "Ieceļošana liegta")
    assert apply_due_changes() == 0
    assert Entry.objects.get(verb="list.changed").actor is None


def test_a_page_of_the_lists_applies_what_is_due_though_nothing_ticks(
    propose, people, row, signed_in, time_machine
):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    made = propose(effective_on=utc_today() + timedelta(days=1))
    confirm_proposal(made, by=people.by_admin)
    time_machine.move_to("2026-11-23T06:00:00+00:00", tick=False)
    assert (
        "Ieceļošana liegta"
        in signed_in(people.lv_hq).get("/administration/lists/categories/REF/").content.decode()
    )
    assert row().version == 2


def test_a_proposal_confirmed_after_its_day_holds_at_once(propose, people, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    made = propose(effective_on=utc_today() + timedelta(days=1))
    time_machine.move_to("2026-11-29T12:00:00+00:00", tick=False)
    assert confirm_proposal(made, by=people.by_admin).state == "applied"


def test_one_confirmed_change_of_a_row_waits_at_a_time(propose, people):
    later = utc_today() + timedelta(days=5)
    confirm_proposal(propose(effective_on=later), by=people.by_admin)
    second = propose(by=people.by_admin, values={"name_ru": "Отказано"}, effective_on=later)
    with pytest.raises(Refused) as refusal:
        confirm_proposal(second, by=people.lv_admin)
    assert refusal.value.code == "another_waits"


def test_a_confirmed_change_lapses_when_the_row_changed_behind_its_back(
    propose, people, row, time_machine
):
    made = propose(effective_on=utc_today() + timedelta(days=1))
    confirm_proposal(made, by=people.by_admin)
    Term.objects.filter(code="REF").update(version=7)
    time_machine.move_to(now() + timedelta(days=2))
    assert apply_due_changes() == 0
    made.refresh_from_db()
    assert (made.state, row().version) == ("lapsed", 7)


def test_what_came_to_be_needed_before_its_day_is_not_retired(propose, people, row, time_machine):
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    made = propose(code="OTH", deed="retire", effective_on=utc_today() + timedelta(days=1))
    confirm_proposal(made, by=people.by_admin)
    child = propose(code="OTH-NEW", deed="add", values={**NEW_CATEGORY, "parent": "OTH"})
    confirm_proposal(child, by=people.by_admin)
    time_machine.move_to("2026-11-24T12:00:00+00:00", tick=False)
    assert apply_due_changes() == 0
    made.refresh_from_db()
    assert (made.state, row("OTH").retired_at) == ("lapsed", None)


# Retiring and offering again


def test_a_retired_category_is_not_offered_and_keeps_its_words(propose, people):
    made = propose(code="OTH", deed="retire")
    assert (made.before["retired"], made.after["retired"]) == (False, True)
    confirm_proposal(made, by=people.by_admin)
    assert "OTH" not in [term.code for term in offered("incident_category")]
    assert terms("incident_category")["OTH"].name
    with pytest.raises(Refused):
        propose(code="OTH", deed="retire", reason="Again.")
    confirm_proposal(propose(code="OTH", deed="restore"), by=people.by_admin)
    assert "OTH" in [term.code for term in offered("incident_category")]


def test_every_change_of_a_row_stays_in_its_history(propose, people):
    confirm_proposal(propose(), by=people.by_admin)
    decline_proposal(
        propose(by=people.by_admin, values={"name_lv": "Cits"}), reason="No.", by=people.lv_admin
    )
    told = [
        (p.side, p.state, p.before["name_lv"], p.after["name_lv"])
        for p in Proposal.objects.about("categories", "REF").order_by("pk")
    ]
    assert told == [
        ("LV", "applied", "Ieceļošanas atteikums", "Ieceļošana liegta"),
        ("BY", "declined", "Ieceļošana liegta", "Cits"),
    ]


# What the database refuses whatever the code does


def test_the_database_refuses_a_decision_by_the_proposing_side(propose, people, officer):
    made = propose()
    rows = Proposal.objects.filter(pk=made.pk)
    colleague = officer("lv.admin2", "LV-SBG", "administrator")
    for by, side in ((people.lv_admin, "LV"), (colleague, "BY")):  # a false side does not help
        with refused_by_database("the_other_side_decides"):
            rows.update(state="confirmed", decided_by=by, decided_side=side, decided_at=now())
    with rolled_back():
        rows.update(
            state="confirmed", decided_by=people.by_admin, decided_side="BY", decided_at=now()
        )


def test_the_database_refuses_a_withdrawal_by_the_other_side(propose, people):
    made = propose()
    with refused_by_database("the_proposing_side_withdraws"):
        Proposal.objects.filter(pk=made.pk).update(
            state="withdrawn", withdrawn_by=people.by_admin, withdrawn_at=now()
        )


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"after": {}}, "stays_as_it_was_made|Cannot update"),
        ({"reason": "Another"}, "Cannot update"),
        ({"state": "confirmed"}, "a_decision_has_officer_side_and_time"),
        ({"state": "withdrawn"}, "withdrawn_has_officer_and_time"),
        ({"state": "lapsed"}, "Invalid transition"),
    ],
)
def test_the_database_keeps_a_proposal_as_it_was_made(change, rule, propose):
    made = propose()
    with refused_by_database(rule):
        Proposal.objects.filter(pk=made.pk).update(**change)


def test_the_database_keeps_every_proposal(propose):
    made = propose()
    with refused_by_database("Cannot delete"):
        Proposal.objects.filter(pk=made.pk).delete()


def test_a_guest_of_neither_side_is_no_party(propose, people, officer):
    guest = officer("eu.admin", "EU-FRX", "administrator")
    with pytest.raises(NotAllowed):
        propose(by=guest)
    with pytest.raises(NotAllowed):
        confirm_proposal(propose(), by=guest)


def test_two_proposals_of_one_new_code_make_one_row(propose, people):
    ours = propose(code="RGM-COW", deed="add", values=NEW_CATEGORY)
    theirs = propose(
        code="RGM-COW", deed="add", by=people.by_admin, values={**NEW_CATEGORY, "tile": True}
    )
    confirm_proposal(ours, by=people.by_admin)
    with pytest.raises(Stale):
        confirm_proposal(theirs, by=people.lv_admin)
    assert not Term.objects.get(code="RGM-COW").facts.get("tile")
