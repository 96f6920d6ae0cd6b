"""Who holds a copy proposes; the originator answers field by field; nothing is edited directly."""

import re

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from incidents.actions import (
    answer_proposal,
    propose_fields,
    release_incident,
    supplement_incident,
    withdraw_fields,
)
from incidents.models import ContentProposal, Share
from tests.incidents.doors import refused_by_database, sql, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(released):
    """(incident, the copy of Polotsk)."""

    def make(**how):
        case, _delivery = released(**how)
        return case, Share.objects.get(incident=case, unit__code="DESK-POL")

    return make


@pytest.fixture
def propose(people):
    def make(copy, by=None, reason="We counted again.", **values):
        return propose_fields(copy, values=values, reason=reason, by=by or people.pol_duty)

    return make


def test_a_proposal_changes_nothing_by_itself(held, propose):
    case, copy = held()
    made = propose(copy, people_total=11, headline="Eleven people")
    case.refresh_from_db()
    assert case.version == 1
    assert made.before == {"people_total": 8, "headline": "Eight people at border sign 214"}
    assert made.values == {"people_total": 11, "headline": "Eleven people"}
    assert Share.objects.get(pk=copy.pk).fields == copy.fields
    assert Entry.objects.get(verb="content_proposal.made").facts["fields"] == [
        "headline", "people_total",
    ]  # fmt: skip


def test_accepted_fields_are_the_next_version_and_refused_ones_are_not(held, propose, people):
    case, copy = held()
    made = propose(copy, people_total=11, headline="Eleven people")
    done = answer_proposal(
        made,
        answers={"people_total": "accept", "headline": "refuse"},
        reason="The headline stays.",
        version=1,
        by=people.dgp_duty,
    )
    case.refresh_from_db()
    version = case.versions.get(number=2)
    assert (version.changed, version.by) == (["people_total"], people.dgp_duty)
    assert version.content["people_total"] == 11
    assert version.content["internal_note"] == "Ask the second patrol."
    assert (done.state, done.became) == ("answered", 2)
    # What was released does not change by itself.
    assert Share.objects.get(pk=copy.pk).fields["people_total"] == 8


def test_with_every_field_refused_there_is_no_new_version(held, propose, people):
    case, copy = held()
    made = propose(copy, people_total=11)
    with pytest.raises(Invalid), transaction.atomic():
        answer_proposal(made, answers={"people_total": "refuse"}, by=people.dgp_duty)
    answer_proposal(made, answers={"people_total": "refuse"}, reason="No.", by=people.dgp_duty)
    case.refresh_from_db()
    assert case.version == 1


def test_answered_the_same_twice_is_answered_once_and_otherwise_refused(held, propose, people):
    case, copy = held()
    made = propose(copy, people_total=11)
    for _ in range(2):
        answer_proposal(made, answers={"people_total": "accept"}, by=people.dgp_duty)
    case.refresh_from_db()
    assert case.version == 2
    with pytest.raises(Refused) as no:
        answer_proposal(made, answers={"people_total": "refuse"}, reason="x", by=people.dgp_duty)
    assert no.value.code == "ended"


def test_an_answer_to_an_older_version_is_stale(held, propose, people):
    case, copy = held()
    made = propose(copy, people_total=11)
    supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    with pytest.raises(Stale), transaction.atomic():
        answer_proposal(made, answers={"people_total": "accept"}, version=1, by=people.dgp_duty)
    made.refresh_from_db()
    assert made.state == "open"
    answer_proposal(made, answers={"people_total": "accept"}, version=2, by=people.dgp_duty)


@pytest.mark.parametrize(
    "answers",
    [{}, {"people_total": "maybe"}, {"people_total": "accept", "narrative": "accept"}],
)
def test_each_proposed_field_and_no_other_is_answered(answers, held, propose, people):
    _case, copy = held()
    made = propose(copy, people_total=11)
    with pytest.raises(Invalid):
        answer_proposal(made, answers=answers, by=people.dgp_duty)


@pytest.mark.parametrize("who", ["pol_duty", "pol_head", "by_hq", "rix_duty"])
def test_nobody_else_answers(who, held, propose, people):
    _case, copy = held()
    made = propose(copy, people_total=11)
    with pytest.raises(Refused) as no:
        answer_proposal(made, answers={"people_total": "accept"}, by=getattr(people, who))
    assert no.value.status == 403


# --- what may be proposed


@pytest.mark.parametrize("name", ["narrative", "internal_note", "place", "number", "x"])
def test_only_fields_of_the_copy_can_be_proposed(name, held, propose):
    _case, copy = held(fields=["headline", "people_total"])
    with pytest.raises(Invalid) as no:
        propose(copy, **{name: "x"})
    assert list(no.value.fields) == [name]


def test_a_wrong_value_is_judged_by_the_copy_alone(held, propose):
    """A refusal that looked at unreleased fields would tell them."""
    _case, copy = held(fields=["people_minors"], people_total=8, people_minors=2)
    assert propose(copy, people_minors=500).values == {"people_minors": 500}
    _case, copy = held(fields=["people_minors", "people_total"], people_minors=2)
    with pytest.raises(Invalid) as no:
        propose(copy, people_minors=500)
    assert list(no.value.fields) == ["people_minors"]


def test_a_value_that_is_wrong_in_the_whole_record_is_refused_to_the_originator(
    held, propose, people
):
    _case, copy = held(fields=["people_minors"], people_total=8, people_minors=2)
    made = propose(copy, people_minors=500)
    with pytest.raises(Invalid), transaction.atomic():
        answer_proposal(made, answers={"people_minors": "accept"}, by=people.dgp_duty)
    made.refresh_from_db()
    assert made.state == "open"


def test_what_the_copy_says_already_is_no_proposal(held, propose):
    _case, copy = held()
    with pytest.raises(Invalid):
        propose(copy, people_total=8, headline="Eight people at border sign 214")


@pytest.mark.parametrize("category", ["ASY", "SIR"])
def test_what_never_crosses_is_no_proposal(category, held, propose):
    _case, copy = held()
    with pytest.raises(Invalid) as no:
        propose(copy, category=category)
    assert list(no.value.fields) == ["category"]


@pytest.mark.parametrize("reason", ["", "x" * 501, "\x00"])
def test_a_reason_is_written(reason, held, propose):
    _case, copy = held()
    with pytest.raises(Invalid):
        propose(copy, people_total=9, reason=reason)


def test_who_owns_the_record_supplements_it(incident, propose, people):
    copy = Share.objects.get(incident=incident())
    with pytest.raises(NotAllowed) as no:
        propose(copy, people_total=9, by=people.dgp_duty)
    assert no.value.code == "own_record"


def test_who_reads_nothing_proposes_nothing(held, propose, people):
    _case, copy = held()
    with pytest.raises(Refused) as no:
        propose(copy, people_total=9, by=people.msq_duty)
    assert no.value.status == 404


# --- who reads it


def test_the_proposer_reads_the_outcome_and_no_version(held, propose, people, signed_in, api):
    for user in (people.pol_duty, people.dgp_duty):
        user.language = "en"
        user.save(update_fields=["language"])
    case, copy = held()
    made = propose(copy, people_total=11, headline="Eleven people")
    answer_proposal(
        made,
        answers={"people_total": "accept", "headline": "refuse"},
        reason="The headline stays.",
        by=people.dgp_duty,
    )
    theirs = signed_in(people.pol_duty)
    for path in (f"/incidents/{case.uid}/proposals/", f"/incidents/{case.uid}/"):
        page = theirs.get(path).content.decode()
        assert "The headline stays." in page
        assert not re.search(r"version 2", page, re.IGNORECASE)
    assert (
        "became version 2"
        in signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/proposals/").content.decode()
    )
    (told,) = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/proposals/").json()
    assert {line["name"]: line["answer"] for line in told["lines"]} == {
        "people_total": "accept", "headline": "refuse",
    }  # fmt: skip
    assert "became" not in told
    assert "Your proposals" in theirs.get("/").content.decode()


def test_another_desk_that_holds_a_copy_reads_nothing_of_it(held, propose, people, signed_in):
    people.msq_duty
    case, copy = held(desks=("DESK-POL", "DESK-MSQ"))
    propose(copy, people_total=4321, reason="Zqreason")
    browser = signed_in(people.msq_duty)
    for path in ("", "proposals/"):
        text = browser.get(f"/incidents/{case.uid}/{path}").content.decode()
        assert "Zqreason" not in text
        assert "4321" not in text


def test_a_field_that_is_taken_from_the_copy_goes_from_its_proposals(
    held, propose, people, unit, signed_in
):
    case, copy = held(headline="Zqheadline")
    propose(copy, headline="Other words", people_total=9)
    release_incident(case, desks=[unit("DESK-POL")], fields=["people_total"], by=people.dgp_duty)
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/proposals/").content.decode()
    assert "Zqheadline" not in page
    own = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/proposals/").content.decode()
    assert "Zqheadline" in own


def test_withdrawn_by_its_side_only_and_twice_is_once(held, propose, people):
    _case, copy = held()
    made = propose(copy, people_total=9)
    with pytest.raises(NotAllowed), transaction.atomic():
        withdraw_fields(made, by=people.dgp_duty)
    for _ in range(2):
        assert withdraw_fields(made, by=people.pol_head).state == "withdrawn"
    with pytest.raises(Refused):
        answer_proposal(made, answers={"people_total": "accept"}, by=people.dgp_duty)


def test_what_was_proposed_stays_as_it_was(held, propose):
    _case, copy = held()
    made = propose(copy, people_total=9)
    with refused_by_database("."):
        sql("UPDATE incidents_contentproposal SET values = '{}' WHERE id = %s", made.pk)
    with refused_by_database("[Cc]annot delete"):
        sql("DELETE FROM incidents_contentproposal WHERE id = %s", made.pk)


# --- doors


def form_of(**changes):
    values = typed("BY", **{"people_total": "11", "reason": "We counted again.", **changes})
    for name in ("unit", "internal_note"):
        values.pop(name)
    return values


def test_from_the_form_only_what_was_changed_is_proposed(held, people, signed_in):
    case, _copy = held()
    browser = signed_in(people.pol_duty)
    form = browser.get(f"/incidents/{case.uid}/propose/").context["form"]
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if hasattr(field, "zones"):
            parts = field.widget.decompress(value)
            ends = [f"{name}_{part}" for part in ("date", "time", "zone", "fold")]
            sent |= dict(zip(ends, parts, strict=True))
        else:
            sent[name] = "" if value is None else value
    sent |= {"people_total": "11", "reason": "We counted again."}
    answer = browser.post(f"/incidents/{case.uid}/propose/", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert ContentProposal.objects.get().values == {"people_total": 11}
    again = browser.post(f"/incidents/{case.uid}/propose/", sent)
    assert again.status_code == 302
    assert ContentProposal.objects.count() == 1


@pytest.mark.parametrize("changes", [{"reason": ""}, {"happened_date": "99.99.2026"},
                                     {"headline": "a\x00b"}, {"category": "ASY"}])  # fmt: skip
def test_nothing_typed_is_lost(changes, held, people, signed_in):
    case, _copy = held()
    sent = form_of(**{"narrative": "Kept words", **changes})
    answer = signed_in(people.pol_duty).post(f"/incidents/{case.uid}/propose/", sent)
    assert answer.status_code == 400
    assert "Kept words" in answer.content.decode()
    assert not ContentProposal.objects.exists()


def test_the_form_shows_the_fields_of_the_copy_only(held, people, signed_in):
    case, _copy = held(fields=["people_total"])
    form = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/propose/").context["form"]
    assert set(form.fields) == {"client_ref", "category", "severity", "people_total", "reason"}


@pytest.mark.parametrize(
    ("who", "status"), [("dgp_duty", 403), ("msq_duty", 404), ("by_analyst", 403)]
)
def test_the_form_is_for_holders_who_may_write(who, status, held, people, signed_in):
    case, _copy = held()
    browser = signed_in(getattr(people, who))
    assert browser.get(f"/incidents/{case.uid}/propose/").status_code == status


def test_answered_from_the_page(held, propose, people, signed_in):
    case, copy = held()
    made = propose(copy, people_total=11, headline="Eleven people")
    browser = signed_in(people.dgp_duty)
    assert "Eleven people" in browser.get(f"/incidents/{case.uid}/proposals/").content.decode()
    path = f"/incidents/{case.uid}/proposals/{made.uid}/answer/"
    half = browser.post(path, {"answer_people_total": "accept", "version": 1})
    assert half.status_code == 400
    sent = {"answer_people_total": "accept", "answer_headline": "refuse", "version": 1}
    assert browser.post(path, sent).status_code == 400  # why it is refused is missing
    supplement_incident(case, version=1, changes={"severity": 2}, by=people.dgp_officer)
    stale = browser.post(path, {**sent, "reason": "It stays."})
    assert stale.status_code == 409
    assert "It stays." in stale.content.decode()
    assert browser.post(path, {**sent, "reason": "It stays.", "version": 2}).status_code == 302
    case.refresh_from_db()
    assert case.version == 3


@pytest.mark.parametrize(("who", "status"), [("pol_duty", 403), ("msq_duty", 404)])
def test_the_page_lets_nobody_else_answer(who, status, held, propose, people, signed_in):
    case, copy = held()
    made = propose(copy, people_total=11)
    path = f"/incidents/{case.uid}/proposals/{made.uid}/answer/"
    sent = {"answer_people_total": "accept", "version": 1}
    assert signed_in(getattr(people, who)).post(path, sent).status_code == status
    made.refresh_from_db()
    assert made.state == "open"


def test_withdrawn_from_the_page(held, propose, people, signed_in):
    case, copy = held()
    made = propose(copy, people_total=11)
    path = f"/incidents/{case.uid}/proposals/{made.uid}/withdraw/"
    assert signed_in(people.dgp_duty).post(path).status_code == 403
    assert signed_in(people.pol_duty).post(path).status_code == 302


def test_from_the_api(held, people, api):
    case, _copy = held()
    path = f"/api/v1/incidents/{case.uid}/proposals/"
    theirs, ours = api(people.pol_duty), api(people.dgp_duty)
    sent = {"people_total": 11, "reason": "We counted again."}
    assert ours.post(path, sent).status_code == 403
    assert theirs.post(path, {"internal_note": "x", "reason": "x"}).status_code == 400
    made = theirs.post(path, sent)
    assert made.status_code == 201, made.content
    one = f"{path}{made.json()['uid']}/"
    yes = {"answers": {"people_total": "accept"}, "version": 1}
    assert theirs.post(f"{one}answer/", yes).status_code == 403
    assert api(people.msq_duty).post(f"{one}answer/", yes).status_code == 404
    assert ours.post(f"{one}answer/", {"answers": {"people_total": "?"}}).status_code == 400
    assert ours.post(f"{one}answer/", yes).json()["state"] == "answered"
    assert theirs.post(f"{one}withdraw/").status_code == 409


def test_the_originator_is_told_on_the_first_page(held, propose, people, signed_in):
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    case, copy = held()
    browser = signed_in(people.dgp_duty)
    assert "No proposal of another side waits" in browser.get("/").content.decode()
    propose(copy, people_total=11)
    page = browser.get("/").content.decode()
    assert "1 proposal of another side waits" in page
    assert f"/incidents/{case.uid}/proposals/" in page
