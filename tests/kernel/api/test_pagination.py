import functools
import operator
from datetime import timedelta

import pytest
from django.utils.timezone import now
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bordercoop import keyset
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid

pytestmark = pytest.mark.django_db
ORDER = ("-at", "-id")


def make(*minutes):
    """Things made so many minutes ago; their ids in the order of the list."""
    moment = now()
    rows = Entry.objects.bulk_create(
        Entry(verb="thing.made", about=str(n), at=moment - timedelta(minutes=ago))
        for n, ago in enumerate(minutes)
    )
    return [row.pk for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)]


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def walk(client, address, way):
    found = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        found.append(ids(answer))
        address = answer.json()[way]
    return found


def test_a_list_is_newest_first_in_pages_of_fifty(api):
    wanted = make(*range(120))
    pages = walk(api(), "/api/v1/things/", "next")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert functools.reduce(operator.iadd, pages, []) == wanted


def test_rows_of_one_instant_are_neither_lost_nor_repeated(api):
    wanted = make(*[1] * 7, *[2] * 7)
    pages = walk(api(), "/api/v1/things/?page_size=3", "next")
    assert functools.reduce(operator.iadd, pages, []) == wanted


def test_the_way_back_shows_the_same_pages(api):
    make(*[1] * 5, *range(5), 3, 3)
    client = api()
    forward = walk(client, "/api/v1/things/?page_size=4", "next")
    last = client.get("/api/v1/things/?page_size=4")
    while last.json()["next"]:
        last = client.get(last.json()["next"])
    back = walk(client, last.json()["previous"], "previous")
    assert back[::-1] == forward[:-1]


def test_a_first_page_has_no_previous_and_a_last_no_next(api):
    make(1, 2)
    body = api().get("/api/v1/things/").json()
    assert (body["next"], body["previous"]) == (None, None)


def test_an_empty_list_is_an_empty_page(api):
    body = api().get("/api/v1/things/").json()
    assert body == {"next": None, "previous": None, "results": []}


def test_what_arrives_meanwhile_shifts_no_page(api):
    make(*range(10, 16))
    client = api()
    first = client.get("/api/v1/things/?page_size=3")
    make(0, 1)
    assert not set(ids(first)) & set(ids(client.get(first.json()["next"])))


def test_the_addresses_are_absolute_and_keep_the_filters(api):
    make(*range(3))
    body = api().get("/api/v1/things/?page_size=2&state=open").json()
    assert body["next"].startswith("http://testserver/api/v1/things/?")
    assert "page_size=2" in body["next"]
    assert "state=open" in body["next"]


def test_a_page_has_at_most_two_hundred_rows(api):
    make(*range(205))
    assert len(ids(api().get("/api/v1/things/?page_size=1000"))) == 200


def test_a_page_costs_one_statement_and_counts_nothing(api, django_assert_num_queries):
    make(*range(60))
    client = api()
    address = client.get("/api/v1/things/").json()["next"]
    with django_assert_num_queries(2) as asked:  # the token; the page
        client.get(address)
    assert "COUNT" not in asked.captured_queries[-1]["sql"]


def test_a_cursor_of_one_list_is_unknown_to_another(db):
    make(*range(3))
    cursor = keyset.page(Entry.objects.all(), ORDER, size=1).next
    with pytest.raises(Invalid):
        keyset.page(Entry.objects.all(), ("-id",), size=1, cursor=cursor)


def test_rows_of_values_have_pages_too(db):
    wanted = make(3, 1, 1, 2)
    rows, cursor, found = Entry.objects.values("at", "id"), "", []
    while cursor is not None:
        page = keyset.page(rows, ORDER, size=3, cursor=cursor)
        found += [row["id"] for row in page.rows]
        cursor = page.next
    assert found == wanted


@examples(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    minutes=st.lists(st.integers(0, 3), max_size=12),
    size=st.integers(1, 5),
    order=st.sampled_from([("-at", "-id"), ("at", "id"), ("-at", "id"), ("at", "-id")]),
)
def test_any_ordering_gives_every_row_once(db, minutes, size, order):
    mine = make(*minutes)
    rows = Entry.objects.filter(pk__in=mine)
    wanted = list(rows.order_by(*order).values_list("pk", flat=True))
    found, cursor = [], ""
    while cursor is not None:
        page = keyset.page(rows, order, size=size, cursor=cursor)
        found += [row.pk for row in page.rows]
        cursor = page.next
    assert found == wanted
