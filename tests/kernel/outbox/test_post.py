import pytest
import redis
from django.conf import settings
from django.db import transaction

from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import post, posting_together
from tests.kernel.machinery import rolled_back

pytestmark = pytest.mark.django_db
QUEUE = "celery"


@pytest.fixture
def knocks():
    """How many knocks lie in the broker since the test began."""
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    broker.delete(QUEUE)
    yield lambda: broker.llen(QUEUE)
    broker.delete(QUEUE)


def test_the_same_key_twice_is_the_same_message():
    post("live", "delivery:1:0", {"topic": "DESK-POL"})
    post("live", "delivery:1:0", {"topic": "DESK-DGP"})
    assert [m.payload for m in Message.objects.all()] == [{"topic": "DESK-POL"}]


def test_a_message_costs_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        post("live", "delivery:1:0", {"topic": "DESK-POL"})
    assert asked[0]["sql"].startswith("INSERT")


def test_messages_posted_together_cost_one_insert_and_go_with_the_block(django_assert_num_queries):
    with django_assert_num_queries(1), posting_together():
        for number in range(5):
            post("live", f"delivery:{number}", {"topic": "DESK-POL"})
        post("live", "delivery:0", {"topic": "DESK-DGP"})
    assert Message.objects.count() == 5
    with rolled_back(), posting_together():
        post("live", "delivery:9", {"topic": "DESK-POL"})
    post("live", "delivery:10", {"topic": "DESK-POL"})
    assert Message.objects.count() == 6


def test_a_message_goes_with_the_fact_that_was_rolled_back():
    with rolled_back():
        post("live", "delivery:1:0", {"topic": "DESK-POL"})
    assert not Message.objects.exists()


def test_a_channel_that_does_not_exist_is_found_out_at_once():
    with pytest.raises(LookupError):
        post("pigeon", "delivery:1:0", {})


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_once_per_channel(knocks):
    with transaction.atomic():
        for number in range(5):
            post("live", f"delivery:{number}", {"topic": "DESK-POL"})
            post("mail", f"mail:{number}", {"port": 1})
        assert knocks() == 0
    assert knocks() == 2


@pytest.mark.django_db(transaction=True)
def test_a_rollback_wakes_nobody(knocks):
    with rolled_back():
        post("live", "delivery:1", {"topic": "DESK-POL"})
    assert knocks() == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_after_a_rolled_back_savepoint_wakes_a_worker(knocks):
    with transaction.atomic():
        with rolled_back():
            post("live", "delivery:1", {"topic": "DESK-POL"})
        post("live", "delivery:2", {"topic": "DESK-POL"})
    assert knocks() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_before_a_rolled_back_savepoint_wakes_a_worker(knocks):
    with transaction.atomic():
        post("live", "delivery:1", {"topic": "DESK-POL"})
        with rolled_back():
            post("live", "delivery:2", {"topic": "DESK-POL"})
    assert knocks() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_any_transaction_wakes_a_worker(knocks):
    post("live", "delivery:1", {"topic": "DESK-POL"})
    assert knocks() == 1
