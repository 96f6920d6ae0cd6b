"""Two administrators, two officers, two ticks at the same moment: the fact happens once."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.reference.models import Place, PlaceStatus, Proposal, Term, utc_today
from contactpoints import actions
from contactpoints.models import Unit, WaitingTime
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_proposal_is_made_once_and_decided_once_whoever_is_at_it(propose, people, officer):
    """One flush of the database for the five meetings: each has a row of its own."""
    second = officer("by.admin2", "BY-GPK", "administrator")
    first, own = people.by_admin, people.lv_admin

    def version(code):
        return Term.objects.get(vocabulary="incident_category", code=code).version

    made = together(*[propose] * 3)
    assert errors(made) == []
    assert Proposal.objects.count() == 1, "three tabs, one proposal"

    confirmed = together(
        lambda: actions.confirm_proposal(made[0], by=first),
        lambda: actions.confirm_proposal(made[0], by=second),
    )
    assert errors(confirmed) == []
    assert len({done.decided_by_id for done in confirmed}) == 1, "the first confirmation stands"
    assert version("REF") == 2
    assert Entry.objects.filter(verb="list.changed").count() == 1

    torn = propose(code="DOC", values={"name_lv": "Viltojums"})
    (refused,) = errors(
        together(
            lambda: actions.confirm_proposal(torn, by=first),
            lambda: actions.withdraw_proposal(torn, by=own),
        )
    )
    assert isinstance(refused, Refused)
    torn.refresh_from_db()
    assert torn.state in ("applied", "withdrawn")
    assert (torn.state == "applied") == (version("DOC") == 2)

    ours = propose(code="CBC", values={"name_lv": "Noziegums"})
    theirs = propose(code="CBC", by=first, values={"name_ru": "Преступление"})
    (stale,) = errors(
        together(
            lambda: actions.confirm_proposal(ours, by=first),
            lambda: actions.confirm_proposal(theirs, by=own),
        )
    )
    assert isinstance(stale, Stale)
    assert version("CBC") == 2

    later = propose(
        code="STY", values={"name_lv": "Citādi"}, effective_on=utc_today() + timedelta(days=1)
    )
    actions.confirm_proposal(later, by=first)
    with time_machine.travel(now() + timedelta(days=2)):
        assert sorted(together(*[actions.apply_due_changes] * 3)) == [0, 0, 1]
    assert version("STY") == 2


def test_two_moves_at_once_make_no_ring_and_two_records_no_overlap(people):
    by = people.lv_admin
    rix, vil = (Unit.objects.get(code=code) for code in ("LV-RIX", "LV-VIL"))
    results = together(
        lambda: actions.move_unit(rix, parent=vil, by=by),
        lambda: actions.move_unit(vil, parent=rix, by=by),
    )
    (refused,) = errors(results)
    assert isinstance(refused, Invalid)
    paths = set(Unit.objects.filter(code__in=["LV-RIX", "LV-VIL"]).values_list("path", flat=True))
    assert paths in (
        {"LV-SBG/LV-VIL/", "LV-SBG/LV-VIL/LV-RIX/"},
        {"LV-SBG/LV-RIX/", "LV-SBG/LV-RIX/LV-VIL/"},
    )

    place = Place.objects.get(code="PAT-GRI")
    people.dgp_head, people.lv_hq
    base = now()
    results = together(
        *[
            lambda by=by, ago=ago: actions.record_status(
                place, state="closed", since=base - timedelta(minutes=ago), reason="x", by=by
            )
            for by, ago in ((people.dgp_head, 30), (people.lv_hq, 20))
        ]
    )
    assert all(isinstance(error, Invalid) for error in errors(results))
    assert PlaceStatus.objects.current().filter(place=place, side="LV").count() == 1


def test_a_form_sent_twice_at_once_is_said_once_and_a_word_is_corrected_once(people):
    """The same form twice at the same moment, then two officers who correct the same word."""
    place, ref, at = Place.objects.get(code="PAT-GRI"), uuid.uuid4(), now()
    line = {"direction": "exit", "lane": "cars", "minutes": 90, "waiting": None}
    duty, head = people.dgp_duty, people.dgp_head

    def say():
        return actions.record_waiting(place, lines=[line], observed_at=at, client_ref=ref, by=duty)

    said = together(*[say] * 3)
    assert errors(said) == []
    assert WaitingTime.objects.count() == 1
    wrong = said[0][0]
    corrected = together(
        *(
            lambda by=by, minutes=minutes: actions.correct_waiting(
                wrong, minutes=minutes, waiting=None, reason="Typed wrong.", by=by
            )
            for by, minutes in ((duty, 9), (head, 19))
        )
    )
    (refused,) = errors(corrected)
    assert refused.code == "corrected_already"
    assert WaitingTime.objects.standing().get().minutes in (9, 19)
