"""Merging two records of one event and taking it back, through the verb, the page and the API."""

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions as duty
from contactpoints.models import Delivery
from incidents import actions
from incidents.models import Incident, Merge, Share, State
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

WHY = "The same patrol wrote twice."


@pytest.fixture
def signed_in(signed_in):
    """A browser in English, whatever the officer's own language."""

    def make(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return signed_in(user)

    return make


@pytest.fixture
def merged(incident, people):
    """Two own records, the second merged into the first."""

    def make(**changes):
        into, from_ = incident(headline="Kept"), incident(headline="Twin", **changes)
        actions.merge_incidents(into, from_, reason=WHY, by=people.lv_hq)
        return into, from_

    return make


@pytest.fixture
def by_door(signed_in, api, people):
    """Merge through a door; gives the status."""

    def go(door, into, from_, by, reason=WHY):
        if door == "html":
            body = {"number": into.number, "keep": str(into.uid), "reason": reason}
            return signed_in(by).post(f"/incidents/{from_.uid}/merge/", body).status_code
        path = f"/api/v1/incidents/{from_.uid}/merge/"
        return api(by).post(path, {"into": str(into.uid), "reason": reason}).status_code

    return go


@pytest.mark.parametrize(("door", "done"), [("html", 302), ("api", 200)])
def test_headquarters_merges_and_others_of_the_side_may_not(door, done, by_door, incident, people):
    into, from_ = incident(), incident()
    for other in (people.dgp_head, people.dgp_leader, people.lv_analyst):
        assert by_door(door, into, from_, other) == 403
    assert by_door(door, into, from_, people.by_hq) == 404
    assert by_door(door, into, from_, people.lv_hq, reason=" ") == 400
    assert not Merge.objects.exists()
    assert by_door(door, into, from_, people.lv_hq) == done
    from_.refresh_from_db()
    assert (from_.state, Merge.objects.get().before) == ("merged", "submitted")
    assert set(Entry.objects.filter(actor=people.lv_hq.pk).values_list("verb", flat=True)) >= {
        "incident.merged", "incident.absorbed",
    }  # fmt: skip


def test_merged_twice_is_merged_once_and_taken_back_twice_is_taken_back_once(merged, people):
    into, from_ = merged()
    again = actions.merge_incidents(into, from_, reason="Again.", by=people.lv_hq)
    assert again.reason == WHY
    for reason in ("Not so.", "Once more."):
        merge = actions.unmerge_incidents(from_, reason=reason, by=people.lv_hq)
    assert merge.undone_reason == "Not so."
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("state", ["submitted", "verified", "validated"])
def test_taking_back_gives_the_state_before_exactly(incident, people, state):
    into, from_ = incident(), incident()
    if state != "submitted":
        actions.verify_incident(from_, by=people.dgp_leader)
    if state == "validated":
        actions.validate_incident(from_, by=people.lv_hq)

    def whole():
        rows = sql("SELECT to_jsonb(i) FROM incidents_incident i WHERE id = %s", from_.pk)
        return rows, sql("SELECT to_jsonb(s) FROM incidents_share s WHERE incident_id = %s ORDER "
                         "BY id", from_.pk)  # fmt: skip

    before = whole()
    actions.merge_incidents(into, from_, reason=WHY, by=people.lv_hq)
    assert whole() != before
    assert Share.objects.get(incident=from_).unverified == (state != "validated")
    actions.unmerge_incidents(from_, reason="Two events.", by=people.lv_hq)
    assert whole() == before
    actions.merge_incidents(into, from_, reason="One after all.", by=people.lv_hq)
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_both_numbers_and_both_addresses_lead_to_the_record_that_lives_on(
    merged, people, signed_in, api
):
    into, from_ = merged()
    browser, program = signed_in(people.dgp_officer), api(people.dgp_officer)
    answer = browser.get(f"/incidents/{from_.uid}/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"/incidents/{into.uid}/")
    assert f"{from_.number} was merged into {into.number}" in answer.content.decode()
    alone = browser.get(f"/incidents/{from_.uid}/?alone=1")
    assert alone.status_code == 200
    assert f"was merged into {into.number}" in alone.content.decode()

    record = program.get(f"/api/v1/incidents/{from_.uid}/").json()
    assert record["uid"] == str(into.uid)
    assert [one["number"] for one in record["merged_from"]] == [from_.number]
    itself = program.get(f"/api/v1/incidents/{from_.uid}/?alone=1").json()
    assert (itself["number"], itself["state"]) == (from_.number, "merged")
    assert itself["merged_into"]["number"] == into.number


def test_the_list_shows_one_and_finds_it_by_the_old_number(merged, people, api, signed_in):
    into, from_ = merged()
    program = api(people.dgp_officer)

    def numbers(query=""):
        rows = program.get(f"/api/v1/incidents/{query}").json()["results"]
        return [row["number"] for row in rows]

    assert numbers() == [into.number]
    page = signed_in(people.dgp_officer).get(f"/incidents/?number={from_.number}").content.decode()
    assert into.number in page
    assert numbers("?state=merged") == [from_.number]
    actions.unmerge_incidents(from_, reason="No.", by=people.lv_hq)
    assert sorted(numbers()) == sorted([into.number, from_.number])


def test_the_timeline_tells_both_with_their_numbers_in_order(merged, people, signed_in):
    into, from_ = merged()
    actions.add_note(into, text="First on the kept one", by=people.dgp_officer)
    actions.add_note(from_, text="Later on the twin", by=people.dgp_officer)
    page = signed_in(people.dgp_officer).get(f"/incidents/{into.uid}/").content.decode()
    timeline = page[page.index('<ol class="tl">') :]
    assert timeline.index("Later on the twin") < timeline.index("First on the kept one")
    assert timeline.count(f'<span class="ref">{from_.number}</span>') >= 2
    assert timeline.count(f'<span class="ref">{into.number}</span>') >= 2
    assert WHY in timeline


def test_copies_releases_and_alerts_of_both_survive(
    incident, released, people, unit, signed_in, api
):
    into = incident(headline="Kept")
    from_, delivery = released(headline="Twin")
    actions.merge_incidents(into, from_, reason=WHY, by=people.lv_hq)
    there = signed_in(people.pol_duty)
    page = there.get(f"/incidents/{from_.uid}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Twin" in text
    assert "merged with another record of its owner" in text
    assert into.number not in text
    assert str(into.uid) not in text
    assert WHY not in text
    record = api(people.pol_duty).get(f"/api/v1/incidents/{from_.uid}/").json()
    assert (record["state"], record["merged_into"]) == ("merged", None)
    rows = api(people.pol_duty).get("/api/v1/incidents/").json()["results"]
    assert [row["number"] for row in rows] == [from_.number]
    # Only what the desk reads is found by its old number.
    assert (
        api(people.pol_duty).get(f"/api/v1/incidents/?number={into.number}").json()["results"] == []
    )
    duty.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    assert Delivery.objects.get(pk=delivery.pk).acknowledged_at
    # The owner sees on the record that lives on what desks hold of the other.
    home = signed_in(people.dgp_duty).get(f"/incidents/{into.uid}/").content.decode()
    assert "holds its version 1" in home
    assert "On it." in home

    actions.release_incident(into, desks=[unit("DESK-POL")], by=people.dgp_duty)
    text = there.get(f"/incidents/{from_.uid}/").content.decode()
    assert f"was merged into {into.number}" in text
    assert WHY not in text


def test_an_alert_of_the_merged_record_is_answered_on_the_one_that_lives_on(
    incident, released, people, signed_in
):
    from_, _delivery = released(desks=("DESK-DGP",))
    into = incident()
    actions.merge_incidents(into, from_, reason=WHY, by=people.lv_hq)
    page = signed_in(people.dgp_head).get(f"/incidents/{from_.uid}/", follow=True)
    delivery = Delivery.objects.get(desk__code="DESK-DGP")
    assert str(delivery.uid) in page.content.decode()
    assert delivery.opened_at is not None


def test_a_chain_leads_to_its_end_and_opens_again_in_the_middle(incident, people, api):
    a, b, c = (incident() for _ in range(3))
    actions.merge_incidents(b, a, reason=WHY, by=people.lv_hq)
    actions.merge_incidents(c, b, reason=WHY, by=people.lv_hq)
    program = api(people.dgp_officer)

    def leads_to():
        return [program.get(f"/api/v1/incidents/{one.uid}/").json()["number"] for one in (a, b, c)]

    assert leads_to() == [c.number] * 3
    merged = program.get(f"/api/v1/incidents/{c.uid}/").json()["merged_from"]
    assert {one["number"] for one in merged} == {a.number, b.number}
    with pytest.raises(Refused) as circle:
        actions.merge_incidents(a, c, reason=WHY, by=people.lv_hq)
    assert circle.value.code == "merged_already"
    actions.unmerge_incidents(b, reason="No.", by=people.lv_hq)
    assert leads_to() == [b.number, b.number, c.number]


def test_the_database_knows_no_circle_and_no_merge_across_the_sides(incident, people, merged):
    into, from_ = merged()
    facts = {"before": "submitted", "reason": "x"}
    with refused_by_database("merge_never_in_a_circle"):
        Merge.objects.create(source=into, into=from_, **facts)
    theirs = incident(by=people.pol_officer, at="BY-POL")
    with refused_by_database("merge_stays_with_its_side"):
        Merge.objects.create(source=into, into=theirs, **facts)
    with refused_by_database("merged_into_one_at_a_time"):
        Merge.objects.create(source=from_, into=into, **facts)
    with refused_by_database("merge_has_a_reason"):
        Merge.objects.create(source=into, into=incident(), before="submitted", reason="")
    with refused_by_database("merge_stands_as_decided"):
        Merge.objects.update(reason="Other")
    with refused_by_database("merge_is_kept"):
        Merge.objects.all()._raw_delete("default")


def test_the_sides_never_merge_with_each_other(incident, people, released, unit):
    theirs = incident(by=people.pol_officer, at="BY-POL")
    people.dgp_duty, people.pol_duty
    actions.release_incident(theirs, desks=[unit("DESK-DGP")], by=people.pol_duty)
    own = incident()
    with pytest.raises(Refused) as refusal:
        actions.merge_incidents(theirs, own, reason=WHY, by=people.lv_hq)
    assert refusal.value.code == "other_side"
    with pytest.raises(NotAllowed):
        actions.merge_incidents(own, theirs, reason=WHY, by=people.lv_hq)


@pytest.mark.parametrize("kept", ["ASY", "SIR"])
@pytest.mark.parametrize("turned", [False, True])
def test_what_never_leaves_its_side_is_not_merged_with_what_the_other_side_holds(
    incident, released, people, kept, turned
):
    told, _delivery = released()
    hidden = incident(category=kept)
    pair = (told, hidden) if turned else (hidden, told)
    with pytest.raises(Refused) as refusal:
        actions.merge_incidents(*pair, reason=WHY, by=people.lv_hq)
    assert refusal.value.code == "never_released"
    # Nor by a third that is merged between them.
    between = incident()
    actions.merge_incidents(between, told, reason=WHY, by=people.lv_hq)
    with pytest.raises(Refused):
        actions.merge_incidents(hidden, between, reason=WHY, by=people.lv_hq)
    with pytest.raises(Refused) as refusal:
        actions.supplement_incident(
            between, version=1, changes={"category": kept}, by=people.dgp_officer
        )
    # Nothing turns into a serious incident: those have a channel of their own.
    assert refusal.value.code == ("never_released" if kept == "ASY" else "invalid")


def test_what_never_leaves_its_side_may_be_merged_at_home_and_still_betrays_nothing(
    incident, people, unit, signed_in, both_sides_on_duty
):
    into, hidden = incident(), incident(category="ASY", headline="Asks for protection")
    actions.merge_incidents(into, hidden, reason="Asked later.", by=people.lv_hq)
    actions.add_note(hidden, text="Shared by mistake", audience="shared", by=people.dgp_officer)
    actions.release_incident(into, desks=[unit("DESK-POL")], by=people.dgp_duty)
    page = signed_in(people.pol_duty).get(f"/incidents/{into.uid}/").content.decode()
    for word in (hidden.number, "Asks for protection", "Shared by mistake", "Asked later."):
        assert word not in page
    assert "erged" not in page


def test_what_cannot_be_one_is_refused_with_a_sentence(incident, people, merged):
    case, closed, drill = incident(), incident(), incident()
    actions.close_part(closed, ground="did_not_occur", by=people.dgp_leader)
    Incident.objects.filter(pk=drill.pk).update(exercise=True)
    for into, from_, code in (
        (case, case, "same"),
        (case, closed, "wrong_state"),
        (case, drill, "exercise"),
        (merged()[1], case, "merged_already"),
        (case, merged()[1], "merged_already"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.merge_incidents(into, from_, reason=WHY, by=people.lv_hq)
        assert (refusal.value.code, refusal.value.status) == (code, 409)
    for reason in ("", " \t", "\x00", "x" * 501):
        with pytest.raises(Invalid):
            actions.merge_incidents(case, drill, reason=reason, by=people.lv_hq)
    with pytest.raises(Refused) as refusal:
        actions.unmerge_incidents(case, reason=WHY, by=people.lv_hq)
    assert refusal.value.code == "not_merged"


def test_a_double_entry_found_late_is_merged_into_the_closed_record(incident, people):
    closed, late = incident(), incident()
    actions.close_part(closed, ground="did_not_occur", by=people.dgp_leader)
    actions.merge_incidents(closed, late, reason=WHY, by=people.lv_hq)
    late.refresh_from_db()
    assert late.state == State.MERGED


def test_a_merged_record_takes_no_more_of_what_moves_it(merged, people, unit):
    _into, from_ = merged()
    for attempt in (
        lambda: actions.supplement_incident(from_, version=1, changes={}, by=people.dgp_officer),
        lambda: actions.verify_incident(from_, by=people.dgp_leader),
        lambda: actions.release_incident(from_, desks=[unit("DESK-POL")], by=people.dgp_duty),
        lambda: actions.close_part(from_, ground="did_not_occur", by=people.dgp_leader),
    ):
        with pytest.raises(Refused):
            attempt()


@pytest.mark.parametrize("door", ["html", "api"])
def test_taking_back_through_each_door(door, merged, people, signed_in, api):
    _into, from_ = merged()

    def go(by, reason="Two events."):
        if door == "html":
            address = f"/incidents/{from_.uid}/unmerge/"
            return signed_in(by).post(address, {"reason": reason}).status_code
        address = f"/api/v1/incidents/{from_.uid}/unmerge/"
        return api(by).post(address, {"reason": reason}).status_code

    assert go(people.dgp_head) == 403
    assert go(people.by_hq) == 404
    assert go(people.lv_hq, reason="\x00") == 400
    assert go(people.lv_hq) == (302 if door == "html" else 200)
    from_.refresh_from_db()
    assert from_.state == "submitted"


def test_the_page_compares_first_and_keeps_what_was_typed(incident, people, signed_in):
    into, from_ = incident(), incident(people_total=9)
    browser = signed_in(people.lv_hq)
    address = f"/incidents/{from_.uid}/merge/"
    first = browser.get(address).content.decode()
    assert into.number in first  # it is near, so it is offered
    compared = browser.get(f"{address}?number={into.number.lower()}").content.decode()
    assert "Different" in compared
    assert "Equal" in compared
    missing = browser.post(address, {"number": into.number, "reason": "Typed once"})
    assert missing.status_code == 400
    assert "Typed once" in missing.content.decode()
    assert browser.get(f"{address}?number=LV-NO-1").status_code == 400
    assert browser.get(f"{address}?number=%00").status_code == 400
    theirs = incident(by=people.pol_officer, at="BY-POL")
    assert browser.get(f"{address}?number={theirs.number}").status_code == 400
    assert signed_in(people.dgp_head).get(address).status_code == 403


def test_an_old_merge_is_told_on_the_timeline_after_it_was_taken_back(merged, people, signed_in):
    into, from_ = merged()
    actions.unmerge_incidents(from_, reason="Two groups, seen at once.", by=people.lv_hq)
    for case in (into, from_):
        page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
        assert "Two groups, seen at once." in page
        assert WHY in page
    assert Merge.objects.get().undone_at <= now()
