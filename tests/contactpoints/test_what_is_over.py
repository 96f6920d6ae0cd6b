"""What the sender called off, withdrew or took back asks nothing of anybody any more."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from contactpoints import actions
from contactpoints.models import Alert, Delivery, HandBack, Role, units
from incidents import actions as incidents
from incidents.desk_work import open_items
from tests.incidents.doors import later

__all__ = ["later"]
pytestmark = pytest.mark.django_db
NOTHING_TO_DO = {"recalled", "called_off"}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def post(officer):
    """Somebody at a post below Polotsk; gives its unit."""
    found = next(
        one for one in units().values()
        if one.side == "BY" and one.kind == "crossing" and one.parent.code == "BY-POL"
    )  # fmt: skip
    officer("at.post", found.code, Role.OFFICER)
    return found


@pytest.fixture
def in_hand(released, people, post):
    """An alert that Polotsk forwarded and accepted; gives (incident, delivery, forward)."""

    def make(**how):
        case, delivery = released(**how)
        made = actions.forward_delivery(delivery, to=[post], line="Go there.", by=people.pol_duty)
        actions.accept_delivery(delivery, line="On it.", by=people.pol_duty)
        return case, fresh(delivery), made[0]

    return make


@pytest.mark.parametrize("end", ["called off", "withdrawn"])
def test_posts_hear_of_the_end_and_nothing_is_begun_anew(end, in_hand, people, post):
    case, delivery, forward = in_hand()
    assert forward.recalled_at is None
    if end == "called off":
        actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    else:
        incidents.withdraw_incident(case, reason="Hunters.", by=people.dgp_duty)
    assert fresh(forward).recalled_at is not None, "the post is told"
    assert fresh(delivery).forward_due is None
    assert fresh(delivery).accepted_at is not None, "what the desk did stays"
    for verb in (
        lambda: actions.hand_back_delivery(fresh(delivery), reason="No car.", by=people.pol_duty),
        lambda: actions.forward_delivery(
            fresh(delivery), to=[post], line="Go.", by=people.pol_duty
        ),
    ):
        with pytest.raises(Refused) as caught:
            verb()
        assert caught.value.code in NOTHING_TO_DO
    assert not HandBack.objects.exists()
    assert fresh(delivery).escalate_at is None
    carried = open_items(units()["DESK-POL"], by=people.pol_duty)
    assert not [item for item in carried if item["about"] == delivery.alert.about]


def test_what_was_called_off_is_not_accepted_and_its_cancel_is_acknowledged(released, people):
    _case, delivery = released(priority="P3")
    actions.acknowledge_delivery(delivery, by=people.pol_duty)
    cancel = actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    with pytest.raises(Refused) as caught:
        actions.accept_delivery(fresh(delivery), by=people.pol_duty)
    assert caught.value.code == "called_off"
    told = cancel.deliveries.get()
    assert actions.acknowledge_delivery(told, by=people.pol_duty).acknowledged_at is not None
    with pytest.raises(Refused):
        actions.hand_back_delivery(told, reason="No car.", by=people.pol_duty)


def test_what_waited_when_it_was_called_off_is_on_the_trail_of_its_delivery(released, people):
    _case, delivery = released()
    actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    (entry,) = Entry.objects.filter(about=delivery.ref, verb="delivery.recalled")
    assert entry.actor == people.dgp_duty


def test_an_all_clear_reaches_posts_to_which_the_call_was_forwarded(
    people, unit, post, both_sides_on_duty
):
    people.pol_head
    sent = actions.send_broadcast(
        unit("DESK-DGP"), what="crowd", text="Smoke at the bridge.", by=people.dgp_duty
    )
    delivery = sent.alert.deliveries.get(desk__code="DESK-POL")
    (forward,) = actions.forward_delivery(
        delivery, to=[post], line="Close the road.", by=people.pol_duty
    )
    actions.acknowledge_delivery(fresh(delivery), line="Heard.", by=people.pol_duty)
    actions.end_broadcast(sent, outcome="The fire is out.", by=people.dgp_duty)
    assert fresh(forward).recalled_at is not None


def test_a_phrase_declines_what_was_acknowledged_without_a_line(released, people, signed_in):
    """The page takes the exact words of a phrase for the phrase."""
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    _case, delivery = released(priority="P3")
    actions.acknowledge_delivery(delivery, by=people.pol_duty)
    answer = signed_in(people.pol_duty).post(
        f"/deliveries/{delivery.uid}/decline/", {"reason": "Read, acting on it"}
    )
    assert answer.status_code == 302
    declined = fresh(delivery)
    assert (declined.state, declined.said["reason"]["phrase"]) == ("declined", "read_acting")


def test_a_late_hand_back_undoes_no_answer_that_was_given_since(released, later, people):
    people.pol_head
    _case, delivery = released(priority="P1")
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    for turn in (0, 1):
        actions.hand_back_delivery(fresh(delivery), reason="No car.", turn=turn, by=people.pol_head)
        actions.acknowledge_delivery(fresh(delivery), line=f"Again {turn}.", by=people.pol_duty)
    actions.hand_back_delivery(fresh(delivery), reason="Old form.", turn=0, by=people.pol_duty)
    assert fresh(delivery).line == "Again 1."
    assert HandBack.objects.count() == 2


def test_a_failure_of_an_earlier_turn_does_not_come_back(released, people):
    _case, delivery = released(priority="P3")
    actions.mark_failed(delivery, failure="TimeoutError: mail.example")
    actions.acknowledge_delivery(fresh(delivery), by=people.pol_duty)
    actions.hand_back_delivery(fresh(delivery), reason="No car.", by=people.pol_duty)
    assert (fresh(delivery).failed_at, fresh(delivery).failure) == (None, "")


def test_news_after_a_cancel_is_an_alert_of_its_own_that_can_be_called_off(released, people, unit):
    case, delivery = released()
    actions.cancel_alert(delivery.alert, reason="Hunters.", by=people.dgp_duty)
    for by in (people.dgp_duty, people.pol_duty):
        incidents.close_part(case, ground="event_over_response_complete", by=by)
    case.refresh_from_db()
    incidents.reopen_incident(case, reason="They came back.", by=people.dgp_duty)
    news = Alert.objects.about(case.ref).order_by("-pk").first()
    assert (news.kind, news.references) == ("alert", None)
    made = actions.cancel_alert(news, reason="Hunters again.", by=people.dgp_duty)
    assert made.references == news
    assert not Delivery.objects.open().filter(alert=news).exists()
