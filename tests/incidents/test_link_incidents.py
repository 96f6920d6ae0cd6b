"""Links between records, and both sides' reports side by side."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused
from incidents import actions
from incidents.models import Link
from tests.incidents.doors import refused_by_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(signed_in):
    """A browser in English, whatever the officer's own language."""

    def make(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return signed_in(user)

    return make


@pytest.fixture
def both(incident, released, people, unit):
    """A Latvian report that Polotsk holds, and a Belarusian one that Daugavpils holds."""
    at = now().replace(second=0, microsecond=0) - timedelta(hours=1)
    own, _delivery = released(happened_at=at, detected_at=None, people_total=8)
    theirs = incident(
        by=people.pol_officer, at="BY-POL", happened_at=at + timedelta(minutes=12),
        detected_at=None, people_total=10, lat=55.8012, place=None,
        narrative="Seen from the other bank.", internal_note="Stays in Polotsk.",
    )  # fmt: skip
    actions.release_incident(theirs, desks=[unit("DESK-DGP")], by=people.pol_duty)
    return own, theirs


def words(browser, case):
    return browser.get(f"/incidents/{case.uid}/").content.decode()


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        ("same_group", "Same group of people", "Same group of people"),
        ("same_vehicle", "Same vehicle", "Same vehicle"),
        ("same_method", "Same method", "Same method"),
        ("possible_duplicate", "Possible double entry", "Possible double entry"),
        ("follow_up_of", "Follow-up of", "Followed by"),
    ],
)
def test_a_link_is_read_from_both_ends(kind, here, there, incident, people, signed_in):
    old, new = incident(), incident()
    link = actions.link_incidents(new, old, kind=kind, note="A white van.", by=people.dgp_officer)
    assert actions.link_incidents(
        new, old, kind=kind, note="A white van.", by=people.dgp_officer
    ) == link  # fmt: skip
    browser = signed_in(people.dgp_officer)
    page = words(browser, new)
    assert here in page
    assert old.number in page
    assert "A white van." in page
    page = words(browser, old)
    assert there in page
    assert new.number in page


@pytest.mark.parametrize("door", ["html", "api"])
def test_linking_and_taking_away_through_each_door(door, incident, people, signed_in, api):
    one, two = incident(), incident()

    def link(by):
        if door == "html":
            body = {"number": two.number, "kind": "same_vehicle", "audience": "own", "note": ""}
            return signed_in(by).post(f"/incidents/{one.uid}/links/", body).status_code
        body = {"other": str(two.uid), "kind": "same_vehicle"}
        return api(by).post(f"/api/v1/incidents/{one.uid}/links/", body).status_code

    def unlink(by, reason="Another car."):
        uid = Link.objects.get().uid
        if door == "html":
            body = {"link": str(uid), "reason": reason}
            return signed_in(by).post(f"/incidents/{one.uid}/unlink/", body).status_code
        path = f"/api/v1/incidents/{one.uid}/links/{uid}/remove/"
        return api(by).post(path, {"reason": reason}).status_code

    assert link(people.lv_analyst) == 403
    assert link(people.pol_duty) == 404
    assert not Link.objects.exists()
    assert link(people.dgp_officer) == (302 if door == "html" else 201)
    rows = api(people.dgp_officer).get(f"/api/v1/incidents/{two.uid}/links/").json()
    assert [(row["kind"], row["incident"]["number"]) for row in rows] == [
        ("same_vehicle", one.number)
    ]
    assert unlink(people.lv_analyst) == 403
    assert unlink(people.pol_duty) == 404
    assert unlink(people.dgp_officer, reason="") == 400
    for _twice in range(2):
        assert unlink(people.dgp_leader) == (302 if door == "html" else 204)
    assert api(people.dgp_officer).get(f"/api/v1/incidents/{two.uid}/links/").json() == []
    kept = Link.objects.get()
    assert (kept.removed_reason, kept.removed_by) == ("Another car.", people.dgp_leader)
    page = signed_in(people.dgp_officer).get(f"/incidents/{one.uid}/links/").content.decode()
    assert "Another car." in page


def test_a_shared_link_is_shown_to_a_side_once_it_holds_both(
    incident, released, people, unit, signed_in, api
):
    one, _delivery = released()
    two = incident(headline="Not released")
    actions.link_incidents(
        one, two, kind="same_group", audience="shared", note="Noted", by=people.dgp_officer
    )
    there = signed_in(people.pol_duty)
    for address in (f"/incidents/{one.uid}/", f"/incidents/{one.uid}/links/"):
        page = there.get(address).content.decode()
        assert "Same group of people:" not in page
        assert two.number not in page
        assert "Noted" not in page
    assert api(people.pol_duty).get(f"/api/v1/incidents/{one.uid}/links/").json() == []
    actions.release_incident(two, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert two.number in words(there, one)


def test_an_own_link_stays_with_its_side_though_both_are_held(released, people, signed_in):
    (one, _a), (two, _b) = released(), released()
    link = actions.link_incidents(one, two, kind="same_method", by=people.dgp_officer)
    assert two.number not in words(signed_in(people.pol_duty), one)
    # What the other side links meanwhile is its own matter, and is not refused for that.
    theirs = actions.link_incidents(one, two, kind="same_method", by=people.pol_duty)
    assert theirs != link
    with pytest.raises(NotAllowed):
        actions.unlink_incidents(theirs, reason="x", by=people.dgp_officer)
    assert signed_in(people.dgp_officer).post(
        f"/incidents/{one.uid}/unlink/", {"link": str(theirs.uid), "reason": "x"}
    ).status_code == 404  # fmt: skip


def test_the_other_side_sees_a_shared_link_and_leaves_it(released, people, signed_in, api):
    (one, _a), (two, _b) = released(), released()
    link = actions.link_incidents(
        one, two, kind="same_group", audience="shared", by=people.dgp_officer
    )
    path = f"/api/v1/incidents/{one.uid}/links/{link.uid}/remove/"
    assert api(people.pol_duty).post(path, {"reason": "No."}).status_code == 403
    assert Link.objects.get().removed_at is None


def test_what_cannot_be_linked_is_refused_with_a_sentence(incident, people, both):
    own, theirs = both
    one, two = incident(), incident()
    hidden = incident(by=people.pol_officer, at="BY-POL")
    actions.link_incidents(one, two, kind="follow_up_of", by=people.dgp_officer)

    def link(first, second, kind="same_group", **more):
        return actions.link_incidents(first, second, kind=kind, by=people.dgp_duty, **more)

    for attempt, code in (
        (lambda: link(one, one), "same"),
        (lambda: link(two, one, "follow_up_of"), "both_ways"),
        (lambda: link(one, two, "paired"), "same_side"),
        (lambda: link(one, hidden), "not_found"),
        (lambda: link(one, two, "follow_up_of", audience="shared"), "linked_already"),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code == code
    for wrong in ({"kind": "friends"}, {"audience": "all"}, {"note": "\x00"}, {"note": "x" * 501}):
        with pytest.raises(Invalid):
            link(one, two, **wrong)
    with refused_by_database("paired_across_the_sides"):
        Link.objects.create(first=one, second=two, kind="paired", side="LV")
    with refused_by_database("link_is_kept"):
        Link.objects.all()._raw_delete("default")
    assert link(own, theirs, "paired").kind == "paired"


def test_a_wrong_link_form_keeps_what_was_typed(incident, people, signed_in):
    case = incident()
    browser = signed_in(people.dgp_officer)
    body = {"number": "LV-NO-1", "kind": "same_group", "audience": "own", "note": "Typed once"}
    for changes in ({}, {"number": "\x00"}, {"number": case.number}, {"kind": "?"},
                    {"note": "x" * 100_000}):  # fmt: skip
        answer = browser.post(f"/incidents/{case.uid}/links/", {**body, **changes})
        assert answer.status_code in (400, 409), changes
        if "note" not in changes:
            assert "Typed once" in answer.content.decode()
    wrong = browser.post(f"/incidents/{case.uid}/unlink/", {"link": "x", "reason": "y"})
    assert wrong.status_code == 404


@pytest.mark.parametrize("reader", ["dgp_duty", "pol_duty"])
def test_paired_reports_stand_side_by_side_with_their_differences(reader, both, people, signed_in):
    own, theirs = both if reader == "dgp_duty" else reversed(both)
    officer = getattr(people, reader)
    browser = signed_in(officer)
    for address in (f"{own.uid}/paired/{theirs.uid}", f"{theirs.uid}/paired/{own.uid}"):
        page = browser.get(f"/incidents/{address}/").content.decode()
        assert page.index(f'<span class="ref">{own.number}') < page.index(
            f'<span class="ref">{theirs.number}'
        )  # the own side first
        assert "Equal" in page
        assert "Different" in page
        assert "12 min" in page
        assert "1.11 km apart" in page
        assert "2 more" in page or "2 fewer" in page
        assert "Riga" in page
        assert "Minsk" in page
        assert "Seen from the other bank." in page
        assert "Stays in Polotsk." not in page
        assert "Ask the second patrol." not in page
    asked = browser.post(f"/incidents/{own.uid}/paired/{theirs.uid}/", {"audience": "shared"})
    assert asked.status_code == 302
    assert "Paired" in browser.get(asked["Location"]).content.decode()
    assert theirs.number in words(browser, own)


def test_each_reader_compares_only_what_it_may_read(both, people, unit, api):
    own, theirs = both
    actions.release_incident(own, desks=[unit("DESK-POL")], fields=["headline"], by=people.dgp_duty)
    path = f"/api/v1/incidents/{own.uid}/paired/{theirs.uid}/"
    lines = {line["field"]: line for line in api(people.pol_duty).get(path).json()["lines"]}
    assert lines["happened_at"]["left"] is None
    assert (lines["happened_at"]["mark"], lines["happened_at"]["gap"]) == ("one", None)
    assert (lines["position"]["mark"], lines["position"]["gap"]) == ("one", None)
    assert lines["people_total"]["left"] is None
    at_home = {line["field"]: line for line in api(people.dgp_duty).get(path).json()["lines"]}
    assert at_home["happened_at"]["gap"] == 12
    assert at_home["position"]["gap"] == pytest.approx(1.11, abs=0.01)
    assert at_home["people_total"]["gap"] == 2
    assert at_home["category"]["mark"] == "equal"
    assert "internal_note" not in at_home


@pytest.mark.parametrize("door", ["html", "api"])
def test_pairing_through_each_door_by_either_side(door, both, people, signed_in, api):
    own, theirs = both

    def pair(by, first, second):
        path = f"/incidents/{first.uid}/paired/{second.uid}/"
        if door == "html":
            return signed_in(by).post(path, {"audience": "shared"}).status_code
        return api(by).post(f"/api/v1{path}", {}).status_code

    assert pair(people.lv_analyst, own, theirs) == 403
    assert pair(people.rix_duty, own, theirs) == 404
    done = 302 if door == "html" else 201
    assert pair(people.dgp_duty, own, theirs) == done
    assert pair(people.dgp_duty, own, theirs) == done
    assert pair(people.pol_duty, theirs, own) == done
    assert Link.objects.filter(kind="paired").count() == 2  # one a side, each its own to take away


def test_a_pair_is_unknown_to_the_side_that_was_not_told(incident, both, people, signed_in, api):
    _own, theirs = both
    kept = incident(headline="Never told")
    actions.pair_reports(kept, theirs, by=people.dgp_duty)
    page = words(signed_in(people.pol_duty), theirs)
    assert kept.number not in page
    assert "Both sides' reports" not in page
    path = f"/incidents/{theirs.uid}/paired/{kept.uid}/"
    assert signed_in(people.pol_duty).get(path).status_code == 404
    assert api(people.pol_duty).get(f"/api/v1{path}").status_code == 404
    assert signed_in(people.dgp_duty).get(path).status_code == 200
    assert signed_in(people.dgp_duty).get(
        f"/incidents/{kept.uid}/paired/{kept.uid}/").status_code == 404  # fmt: skip
