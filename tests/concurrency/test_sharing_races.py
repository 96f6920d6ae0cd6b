"""After a release, at the same moment: recalled while acknowledged, answered by two, and so on."""

import pytest

from bordercoop.errors import Refused
from contactpoints import actions as duty
from contactpoints.models import Alert, Delivery
from incidents import actions
from incidents.models import IncidentPresence, Recall, Share
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_recalled_by_two_at_once_it_is_recalled_once(released, people, unit):
    case, _delivery = released()
    desk, who = [unit("DESK-POL")], (people.dgp_head, people.lv_hq)
    results = together(
        *(lambda by=by: actions.recall_release(case, desks=desk, reason="x", by=by) for by in who)
    )
    assert errors(results) == []
    assert Recall.objects.count() == 1
    assert Alert.objects.filter(kind="cancel").count() == 1


def test_recalled_while_somebody_acknowledges_and_the_content_is_gone_either_way(
    released, people, unit
):
    people.dgp_head
    for _round in range(3):
        case, delivery = released()
        results = together(
            lambda c=case: actions.recall_release(
                c, desks=[unit("DESK-POL")], reason="x", by=people.dgp_head
            ),
            lambda d=delivery: duty.acknowledge_delivery(d, line="x", by=people.pol_duty),
        )
        assert all(isinstance(error, Refused) for error in errors(results))
        delivery = Delivery.objects.select_related("alert").get(pk=delivery.pk)
        assert set(delivery.card) <= {"number", "side", "exercise"}
        assert delivery.escalate_at is None
        assert not Share.objects.filter(incident=case, own=False).exists()


def test_recalled_and_released_at_once_end_one_after_the_other(released, people, unit):
    people.dgp_head
    case, _delivery = released()
    desk = [unit("DESK-POL")]
    results = together(
        lambda: actions.recall_release(case, desks=desk, reason="x", by=people.dgp_head),
        lambda: actions.release_incident(
            case, desks=desk, fields=["people_total"], by=people.dgp_duty
        ),
    )
    assert errors(results) == []
    for copy in Share.objects.filter(incident=case, own=False):
        assert "headline" not in copy.fields
    cards = Delivery.objects.filter(desk=desk[0]).select_related("alert")
    assert not [d for d in cards if "headline" in d.card]


def test_a_proposal_answered_by_two_at_once_is_one_version(released, people):
    case, _delivery = released()
    copy = Share.objects.get(incident=case, own=False)
    made = actions.propose_fields(copy, values={"people_total": 9}, reason="x", by=people.pol_duty)
    results = together(
        *(
            lambda by=by: actions.answer_proposal(
                made, answers={"people_total": "accept"}, version=1, by=by
            )
            for by in (people.dgp_duty, people.lv_hq)
        )
    )
    assert errors(results) == []
    case.refresh_from_db()
    assert case.version == 2


def test_many_tabs_of_one_officer_are_one_presence(incident, people):
    case, reader = incident(), people.dgp_leader
    results = together(*[lambda: actions.be_present(case, by=reader)] * 4)
    assert errors(results) == []
    assert IncidentPresence.objects.count() == 1
