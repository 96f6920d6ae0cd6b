"""A closed incident is replayed by what a reader may read, and practised again without a word of
what anybody wrote."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import places
from contactpoints.actions import acknowledge_delivery, mark_delivered, mark_opened
from incidents import handling
from incidents.actions import add_note, close_part, recall_release, release_incident
from incidents.models import Incident, Share
from training.exercises import actions
from training.exercises.from_incident import injects_of
from training.exercises.models import Exercise, Inject
from training.exercises.replaying import replay_of_incident

OVER = "event_over_response_complete"
SECRET = "Jānis Bērziņš"


@pytest.fixture
def closed(released, incident, people, unit):
    """Told to Polotsk at once and to Minsk after an hour; answered, noted, closed by both."""

    assert people.msq_duty  # posted, and on duty

    def make(marking=None, fields=None, **said):
        with time_machine.travel(now(), tick=False) as clock:
            said = {"headline": f"{SECRET} at the fence", **said}
            case = incident(narrative=f"{SECRET} said so.", **said)
            alert = release_incident(
                case, desks=[unit("DESK-POL")], fields=fields, marking=marking, by=people.dgp_duty
            )
            delivery = alert.deliveries.get()
            clock.shift(timedelta(seconds=20))
            mark_delivered(delivery)
            clock.shift(timedelta(seconds=100))
            mark_opened(delivery, by=people.pol_duty)
            acknowledge_delivery(delivery, line=f"{SECRET} is known", by=people.pol_duty)
            for by, audience, text in (
                (people.dgp_duty, "own", "Latvia alone"), (people.dgp_duty, "shared", "Both read"),
                (people.pol_duty, "own", "Belarus alone"),
            ):  # fmt: skip
                add_note(case, text=text, audience=audience, client_ref=uuid.uuid4(), by=by)
            clock.shift(timedelta(hours=1))
            release_incident(
                case, desks=[unit("DESK-MSQ")], fields=fields, marking=marking, by=people.dgp_duty
            )
            for by in (people.dgp_duty, people.pol_duty):
                close_part(case, ground=OVER, by=by)
        return Incident.objects.get(pk=case.pk)

    return make


def words_of(who, case, at=None):
    share = Share.objects.visible_to(who).select_related("incident", "unit").get(incident=case)
    replay = replay_of_incident(case, share, who, at)
    known = {
        desk.code: " ".join(f"{m.words} {m.text}" for m in said) for desk, said in replay.known
    }
    return replay, known


def test_a_closed_incident_is_replayed_by_what_each_side_reads(
    closed, made, people, unit, incident, signed_in, api
):
    case = closed()
    assert case.state == "closed"
    replay, known = words_of(people.lv_hq, case)
    assert {"DESK-POL", "DESK-MSQ", ""} == set(known)
    assert "came onto the screen" in known["DESK-POL"]
    assert "is known" in known["DESK-POL"]
    assert "Latvia alone" in known[""]
    assert "Both read" in known[""]
    assert "Belarus alone" not in str(known)
    _replay, there = words_of(people.pol_duty, case)
    assert "Belarus alone" in there[""]
    assert "Both read" in there[""]
    assert "Latvia alone" not in str(there)
    # In the first minute Polotsk had it on the screen, and Minsk knew of nothing.
    at_polotsk = replay.desks.index(unit("DESK-POL"))
    minute = next(one.number for one in replay.minutes if one.cells[at_polotsk])
    _replay, early = words_of(people.lv_hq, case, minute)
    assert "came onto the screen" in early["DESK-POL"]
    assert "acknowledged" not in early["DESK-POL"]
    assert early["DESK-MSQ"] == ""
    at = f"/exercises/replay/{case.uid}/"
    for who, reads, never in (
        (people.lv_hq, "Latvia alone", "Belarus alone"),
        (people.pol_duty, "Belarus alone", "Latvia alone"),
    ):
        page = signed_in(who).get(at).content.decode()
        rows = api(who).get(f"/api/v1{at}").json()
        assert [row["minute"] for row in rows] == sorted(row["minute"] for row in rows)
        for said in (page, str(rows)):
            assert reads in said
            assert never not in said
        assert at in signed_in(who).get(f"/incidents/{case.uid}/").content.decode()
    assert signed_in(people.dgp_officer).get(f"{at}scenario/").status_code == 403
    assert signed_in(people.rix_duty).get(at).status_code == 404
    assert Entry.objects.filter(verb="access.refused", about=f"incident:{case.uid}").exists()
    open_one = incident()
    assert signed_in(people.lv_hq).get(f"/exercises/replay/{open_one.uid}/").status_code == 409
    assert at.encode() not in signed_in(people.lv_hq).get(f"/incidents/{open_one.uid}/").content


def test_it_becomes_a_draft_without_anything_that_somebody_wrote(
    closed, made, people, incident, signed_in, api
):
    case = closed()
    said, ref = made.said(), uuid.uuid4()
    exercise = actions.plan_from_incident(
        case, unit=made.unit("LV-SBG"), client_ref=ref, by=made.lv, **said
    )
    again = actions.plan_from_incident(
        case, unit=made.unit("LV-SBG"), client_ref=ref, by=made.lv, **said
    )
    assert again.pk == exercise.pk
    assert exercise.incident == case
    first, second = exercise.injects.all()
    assert (first.offset_s, first.desks, first.sender.code) == (0, ["DESK-POL"], "DESK-DGP")
    assert (second.offset_s, second.desks) == (3720, ["DESK-MSQ"])
    assert first.acknowledge_s == 900
    assert SECRET not in str(list(Inject.objects.values()))
    assert {"lv", "be", "ru"} == set(first.headlines)
    assert first.headline_for("lv") != first.headline_for("ru")
    page = signed_in(made.lv).get(f"/exercises/{exercise.number}/").content.decode()
    assert case.number in page
    # The other side makes its own of what its desks were told; without rights nobody does.
    made_there = api(made.by).post(
        f"/api/v1/exercises/replay/{case.uid}/",
        {**said, "unit": "BY-GPK", "planned_at": said["planned_at"].isoformat()}, format="json",
    )  # fmt: skip
    assert made_there.status_code == 201, made_there.content
    assert made_there.json()["incident"] == str(case.uid)
    assert SECRET not in str(list(Inject.objects.values()))
    with pytest.raises(NotAllowed):
        actions.plan_from_incident(case, unit=made.unit("LV-SBG"), by=people.dgp_officer, **said)
    form = signed_in(made.by).get(f"/exercises/replay/{case.uid}/scenario/").content.decode()
    assert case.number in form
    place = signed_in(made.by).post(
        f"/exercises/replay/{case.uid}/scenario/",
        {
            "title": "Again", "kind": "drill", "unit": "BY-GPK", "language": "en",
            "place": "PAT-GRI", "category": "UBC", "pauses": "yes",
            "planned_at_date": f"{now() + timedelta(days=3):%d.%m.%Y}", "planned_at_time": "10:00",
            "planned_at_zone": "Europe/Minsk", "client_ref": str(uuid.uuid4()),
        },
    )  # fmt: skip
    assert place.status_code == 302, place.content.decode()[:500]
    assert Exercise.objects.filter(incident=case).count() == 3
    with pytest.raises(Refused) as no:
        actions.plan_from_incident(incident(), unit=made.unit("LV-SBG"), by=made.lv, **said)
    assert no.value.code == "not_closed"


@pytest.mark.parametrize(("tlp", "code"), [("RED", "H1"), ("AMBER+STRICT", "H1"), ("AMBER", "H2")])
def test_what_is_marked_for_few_is_practised_by_nobody(closed, made, people, tlp, code):
    case = closed(handling.Marking(code, tlp))
    share = Share.objects.visible_to(made.lv).select_related("incident", "unit").get(incident=case)
    assert injects_of(case, share, made.lv) == []
    with pytest.raises(Refused) as no:
        actions.plan_from_incident(case, unit=made.unit("LV-SBG"), by=made.lv, **made.said())
    assert no.value.code == "no_injects"
    assert not Exercise.objects.exists()


def test_what_was_taken_back_is_read_and_practised_no_more(closed, made, people, unit):
    case = closed()
    for code in ("DESK-POL", "DESK-MSQ"):
        recall_release(case, desks=[unit(code)], reason="By mistake", by=made.lv)
    assert not Share.objects.visible_to(made.by).filter(incident=case).exists()
    with pytest.raises(Refused) as no:
        actions.plan_from_incident(case, unit=made.unit("BY-GPK"), by=made.by, **made.said())
    assert no.value.status == 404
    share = Share.objects.visible_to(made.lv).select_related("incident", "unit").get(incident=case)
    assert injects_of(case, share, made.lv) == []


@pytest.mark.parametrize("fields", [(), ("headline", "place"), None])
def test_a_scenario_says_no_more_than_crossed_although_its_author_reads_all(
    fields, closed, made, people, signed_in, monkeypatch
):
    """A headline from the list goes only with every field that it says."""
    case = closed(
        fields=fields, headline="", headline_template={"code": "crossed_near_place"},
        place="PAT-GRI", people_total=7341,
    )  # fmt: skip
    share = Share.objects.visible_to(made.lv).select_related("incident", "unit").get(incident=case)
    rows = injects_of(case, share, made.lv)
    told = ("7341" in str(rows), {row["place"] for row in rows})
    assert told == (fields is None, {"PAT-GRI"} if fields != () else {""})
    page = signed_in(made.lv).get(f"/exercises/replay/{case.uid}/scenario/")
    initial = page.context["form"].initial
    assert initial["place"] == rows[0]["place"]
    assert (places()["PAT-GRI"].name_in("lv") in initial["title"]) == (fields != ())
    # What an escalation waits is longer than an inject may; and there are not too many.
    monkeypatch.setattr("training.exercises.from_incident.LONGEST_S", 60)
    monkeypatch.setattr("training.exercises.from_incident.MOST_INJECTS", 1)
    exercise = actions.plan_from_incident(case, unit=made.unit("LV-SBG"), by=made.lv, **made.said())
    assert [one.acknowledge_s for one in exercise.injects.all()] == [60]
    assert Entry.objects.get(verb="exercise.from_incident").facts["injects"] == 1
