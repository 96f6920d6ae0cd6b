"""A statement made, disputed and signed by several at the same moment: each fact happens once."""

import pytest

from bordercoop.errors import Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.actions import statements as verbs
from contactpoints.models import ExchangeStatement, StatementSignature
from contactpoints.statements import last_month
from tests.concurrency.test_races import errors, together
from tests.contactpoints.statement_scene import written

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_statement_at_once(people):
    heads = people.dgp_head, people.pol_head
    colleague = people.lv_hq
    verbs._stated.clear()
    # Made by both sides and by a tick: one, and one letter to each signer.
    results = together(
        *(lambda by=by: actions.make_statement(last_month(), by=by) for by in (*heads, None))
    )
    assert errors(results) == []
    assert len({made.pk for made in results}) == 1
    keys = Message.objects.filter(channel="statement").values_list("key", flat=True)
    assert len(keys) == len(set(keys)) == 3
    # Two of one side: the first signature stands. Two sides: it is closed, whoever came first.
    empty = ExchangeStatement.objects.get()
    results = together(
        *(
            lambda by=by: actions.sign_statement(empty, sha256=empty.sha256, by=by)
            for by in (*heads, colleague)
        )
    )
    (refused,) = errors(results)
    assert isinstance(refused, Refused)
    empty.refresh_from_db()
    assert empty.closed_at is not None
    assert sorted(StatementSignature.objects.values_list("side", flat=True)) == ["BY", "LV"]
    # One signs while the other disputes: either the sum was another one, or the signature is void.
    other = written(last_month().replace(year=2024), ("P2",))
    signing, _disputing = together(
        lambda: actions.sign_statement(other, sha256=other.sha256, by=heads[0]),
        lambda: actions.dispute_line(other, "DESK-DGP>DESK-POL/P2", text="Two.", by=heads[1]),
    )
    standing = StatementSignature.objects.filter(statement=other, voided_at=None)
    assert not standing.exists()
    assert isinstance(signing, (Stale, StatementSignature)), signing
