"""Files that arrive, are handed over and withdrawn at the same moment."""

import uuid

import pytest
from django.test import override_settings

from bordercoop.audit.models import Entry
from bordercoop.files import store
from incidents import actions
from incidents.models import Attachment, CustodyEntry
from tests import made_files as made
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def attach(case, by, inside=b""):
    return actions.attach_file(case, made.upload(made.pdf(inside), "a.pdf"), by=by)


def test_the_same_bytes_from_two_officers_at_once_are_one_file(incident, people):
    case = incident()
    results = together(
        *(lambda by=by: attach(case, by) for by in (people.dgp_officer, people.dgp_leader))
    )
    assert errors(results) == []
    row = Attachment.objects.get()
    assert store.path_of(row.sha256).exists()
    assert (row.custody.count(), Entry.objects.filter(verb="file.added").count()) == (1, 1)


@override_settings(FILES_MOST=2)
def test_the_last_place_is_taken_once(incident, people):
    case = incident()
    attach(case, people.dgp_officer, b"first")
    results = together(*(lambda n=n: attach(case, people.dgp_officer, b"%d" % n) for n in range(3)))
    assert [error.code for error in errors(results)] == ["too_many_files"] * 2
    assert sorted(Attachment.objects.values_list("number", flat=True)) == [1, 2]


def test_one_form_sent_twice_at_once_is_one_line_and_one_withdrawal(incident, people):
    row, ref = attach(incident(), people.dgp_officer), uuid.uuid4()
    results = together(
        *(
            lambda: actions.hand_over(
                row, to="x", purpose="x", client_ref=ref, by=people.dgp_officer
            )
            for _ in range(2)
        ),
        *(
            lambda by=by: actions.withdraw_attachment(row, reason=by.username, by=by)
            for by in (people.dgp_officer, people.dgp_leader)
        ),
    )
    assert errors(results) == []
    deeds = list(CustodyEntry.objects.order_by("deed").values_list("deed", flat=True))
    assert deeds == ["handed_over", "received", "withdrawn"]
