"""The act at the same moment: two sign, one signs while another changes, two begin or write."""

import pytest

from bordercoop.errors import Refused, Stale
from incidents import actions
from incidents.models import Act, ActSignature, ActVersion, CaseMove, Investigation
from tests.concurrency.test_races import errors, together
from tests.incidents.acts import TEXTS, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def state(act):
    return Investigation.objects.get(pk=act.investigation_id).state


def test_both_representatives_sign_at_once_and_both_signatures_stand(acts):
    act = acts.ready()
    results = together(lambda: acts.sign(act, acts.lv), lambda: acts.sign(act, acts.by))
    assert errors(results) == []
    assert state(act) == "signed"
    assert ActSignature.objects.filter(voided_at=None, sha256=act.sha256).count() == 2
    assert CaseMove.objects.filter(after="signed").count() == 1


def test_two_of_one_side_sign_at_once_and_one_signature_stands(acts, officer):
    act = acts.ready()
    second = officer("lv.second", "LV-SBG", "border_representative")
    results = together(
        lambda: acts.sign(act, acts.lv),
        lambda: acts.sign(act, acts.lv),
        lambda: acts.sign(act, second),
    )
    assert all(isinstance(error, Refused) for error in errors(results))
    assert ActSignature.objects.count() == 1
    assert state(act) == "signed_one"


def test_signed_while_somebody_changes_it_only_the_present_text_is_signed(acts):
    act = acts.ready()
    acts.sign(act, acts.by)
    read = fresh(act)
    results = together(
        lambda: actions.sign_act(read, sha256=read.sha256, by=acts.lv),
        lambda: actions.write_paragraph(
            read, section="goods", texts=TEXTS, revision=read.revision, by=acts.by
        ),
    )
    assert len(errors(results)) == 1
    assert isinstance(errors(results)[0], Refused)
    now = fresh(act)
    standing = ActSignature.objects.filter(voided_at=None)
    assert {row.sha256 for row in standing} <= {now.sha256}
    assert state(act) == ("signed" if standing.count() == 2 else "drafted")


def test_two_change_the_same_version_and_one_is_told(acts):
    act = acts.ready()
    results = together(
        *(
            lambda by=by: actions.write_paragraph(
                act, section="goods", texts=TEXTS, revision=act.revision, by=by
            )
            for by in (acts.lv, acts.by)
        )
    )
    assert [type(error) for error in errors(results)] == [Stale]
    assert ActVersion.objects.count() == 3


def test_two_begin_it_and_there_is_one(acts):
    case = acts.at("exchanged", by_language="be")
    acts.settle(case)
    results = together(*(lambda by=by: actions.draft_act(case, by=by) for by in (acts.lv, acts.by)))
    assert errors(results) == []
    assert Act.objects.count() == 1
    assert CaseMove.objects.filter(after="drafted").count() == 1
