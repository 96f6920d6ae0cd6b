"""Both sides review an emergency session; the other side learns how many, never about what."""

import pytest
from django.db import InternalError, transaction

from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.emergency import kind_of
from contactpoints.models import EmergencyReview, Role
from tests.contactpoints.emergencies import REASON

pytestmark = pytest.mark.django_db
GOOD = {"verdict": "in_order", "text": "The reason fits what was read."}


@pytest.fixture
def over(people, incident, emergency):
    """One of rix_head that read an incident and has ended: (emergency, incident)."""
    case = incident()
    browser, opened = emergency(people.rix_head)
    browser.get(f"/incidents/{case.uid}/")
    browser.get("/incidents/")
    browser.get("/console/board/")
    browser.post("/emergency/end/")
    opened.refresh_from_db()
    return opened, case


@pytest.mark.parametrize("who", ["lv_auditor", "by_auditor"])
def test_an_auditor_of_either_side_reviews_it_once(people, over, signed_in, who):
    reader, (done, _case) = getattr(people, who), over
    reader.language = "en"
    reader.save(update_fields=["language"])
    browser = signed_in(reader)
    assert "1 emergency session waits" in browser.get("/").content.decode()
    assert "To review" in browser.get("/emergency/reviews/").content.decode()
    assert browser.post(f"/emergency/{done.uid}/", GOOD).url == "/emergency/reviews/"
    review = EmergencyReview.objects.get()
    assert (review.reviewer, review.verdict) == (getattr(people, who), "in_order")
    assert review.side == getattr(people, who).side
    page = browser.get("/").content.decode()
    assert "Your side has reviewed every emergency session." in page
    assert browser.post(f"/emergency/{done.uid}/", GOOD).status_code == 302, "the same is the same"
    other = browser.post(f"/emergency/{done.uid}/", {**GOOD, "verdict": "not_in_order"})
    assert other.status_code == 409
    assert EmergencyReview.objects.count() == 1


def test_both_sides_have_a_review_of_their_own(people, over):
    done, _case = over
    actions.review_emergency(done, by=people.lv_auditor, **GOOD)
    bad = {"verdict": "not_in_order", "text": "The reason does not carry an hour."}
    actions.review_emergency(done, by=people.by_auditor, **bad)
    assert {each.side: each.verdict for each in done.reviews.all()} == {
        "LV": "in_order",
        "BY": "not_in_order",
    }


def test_the_own_auditor_sees_every_request_and_the_other_only_how_many(people, over, signed_in):
    done, case = over
    for auditor in (people.lv_auditor, people.by_auditor):
        auditor.language = "en"
        auditor.save(update_fields=["language"])
    own = signed_in(people.lv_auditor).get(f"/emergency/{done.uid}/").content.decode()
    there = signed_in(people.by_auditor).get(f"/emergency/{done.uid}/").content.decode()
    for page in (own, there):
        assert REASON in page
        assert people.rix_head.name_for("en") in page
        assert "<dt>Records of incidents</dt><dd>1</dd>" in page
        assert "<dt>Lists of incidents</dt><dd>1</dd>" in page
    assert str(case.uid) in own
    assert "/incidents/&lt;uuid:uid&gt;/" in own
    for betrayal in (str(case.uid), case.number, "Eight people at border sign", "&lt;uuid"):
        assert betrayal not in there


def test_the_officer_sees_the_own_one_and_nobody_else_any(people, over, signed_in):
    done, case = over
    page = signed_in(people.rix_head).get(f"/emergency/{done.uid}/").content.decode()
    assert REASON in page
    assert str(case.uid) not in page
    for who in ("rix_duty", "lv_hq", "lv_admin", "pol_head", "stranger"):
        browser = signed_in(getattr(people, who))
        assert browser.get(f"/emergency/{done.uid}/").status_code == 404, who
        assert browser.get("/emergency/reviews/").status_code == 403, who
        assert browser.post(f"/emergency/{done.uid}/", GOOD).status_code == 404, who


def test_nobody_reviews_the_own_one_whatever_roles_they_hold(people, over, unit):
    done, _case = over
    user = people.rix_head
    actions.post_officer(user, unit=unit("LV-SBG"), role=Role.AUDITOR, by=None)
    with pytest.raises(NotAllowed):
        actions.review_emergency(done, by=user, **GOOD)
    row = {"emergency": done, "side": "LV", "reviewer": user, **GOOD}
    with pytest.raises(InternalError, match="reviewer_is_never"), transaction.atomic():
        EmergencyReview.objects.create(**row)


@pytest.mark.parametrize("code", ["LV-DGP", "EU-FRX"])
def test_an_auditor_of_less_than_a_side_or_of_a_third_one_reviews_none(
    over, officer, signed_in, code
):
    done, _case = over
    auditor = officer("an.auditor", code, Role.AUDITOR)
    with pytest.raises(NotAllowed):
        actions.review_emergency(done, by=auditor, **GOOD)
    assert signed_in(auditor).get(f"/emergency/{done.uid}/").status_code == 404


def test_a_running_one_waits(people):
    opened = actions.open_emergency(REASON, by=people.rix_head)
    with pytest.raises(Refused) as refusal:
        actions.review_emergency(opened, by=people.by_auditor, **GOOD)
    assert refusal.value.code == "still_running"


@pytest.mark.parametrize(
    "typed",
    [{"verdict": "", "text": "Fine by me."}, {"verdict": "perhaps", "text": "Fine by me."},
     {**GOOD, "text": ""}, {**GOOD, "text": "x" * 100_000}, {**GOOD, "text": "a\0b"},
     {**GOOD, "text": "See LV-DGP-2026-00012 there."}],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_keeps_what_was_typed(people, over, signed_in, typed):
    done, _case = over
    answer = signed_in(people.by_auditor).post(f"/emergency/{done.uid}/", typed)
    assert answer.status_code == 400
    assert 'class="err"' in answer.content.decode()
    assert not EmergencyReview.objects.exists()


def test_the_verb_refuses_what_the_form_would(people, over):
    done, _case = over
    for bad in ({**GOOD, "verdict": "perhaps"}, {**GOOD, "text": "x"}):
        with pytest.raises(Invalid):
            actions.review_emergency(done, by=people.by_auditor, **bad)


@pytest.mark.parametrize(
    ("method", "route", "kind"),
    [
        ("GET", "incidents/", "lists"),
        ("GET", "incidents/<uuid:uid>/", "records"),
        ("GET", "api/v1/incidents/<uuid:uid>/", "records"),
        ("GET", "console/board/", "alerts"),
        ("GET", "api/v1/deliveries/<uuid:uid>/", "alerts"),
        ("POST", "deliveries/<uuid:uid>/acknowledge/", "answers"),
        ("GET", "", "other"),
        ("GET", "?", "other"),
    ],
)
def test_requests_are_counted_by_kind(method, route, kind):
    assert kind_of(method, route) == kind


def test_the_list_costs_the_same_for_one_and_for_four(people, signed_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, counts = signed_in(people.lv_auditor), []
    for heads in (["rix_head"], ["dgp_head", "pol_head", "by_hq"]):
        for who in heads:
            done = actions.open_emergency(REASON, by=getattr(people, who))
            actions.end_emergency(done, by=getattr(people, who))
            actions.review_emergency(done, by=people.by_auditor, **GOOD)
        browser.get("/emergency/reviews/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/emergency/reviews/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
