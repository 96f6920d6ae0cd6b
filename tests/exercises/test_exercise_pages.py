"""Pages and API of exercises: each deed through its door, and what a reader does not see."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from contactpoints.models import Delivery
from training.exercises import actions
from training.exercises.models import Exercise, Inject, InjectRelease


@pytest.fixture
def page(client):
    def get(who, address, status=200, **post):
        who.language = "en"
        who.save(update_fields=["language"])
        client.force_login(who)
        answer = client.post(address, post) if post else client.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.content[:600])
        return answer.content.decode() if status != 302 else answer["Location"]

    return get


@pytest.fixture
def api(client):
    def ask(who, method, address, status=200, **body):
        client.force_login(who)
        call = getattr(client, method)
        kwargs = {} if method == "get" else {"data": body, "content_type": "application/json"}
        answer = call(f"/api/v1/{address}", **kwargs)
        assert answer.status_code == status, (address, answer.status_code, answer.content[:600])
        return answer.json() if answer.content and status != 204 else None

    return ask


def fields(**more):
    return {"client_ref": str(uuid.uuid4()), "language": "en", **more}


def test_an_exercise_is_written_agreed_played_and_reported_on_its_pages(made, people, page):
    lv, by = made.lv, made.by
    starts = now() + timedelta(days=2)
    place = page(
        lv, "/exercises/new/", 302, **fields(
            title="On foot", kind="drill", unit="LV-SBG", purpose="x", place="PAT-GRI",
            category="UBC", pauses="yes", planned_at_date=f"{starts:%d.%m.%Y}",
            planned_at_time="10:00", planned_at_zone="Europe/Riga",
        )
    )  # fmt: skip
    exercise = Exercise.objects.get()
    assert place.endswith(f"{exercise.number}/")
    at = f"/exercises/{exercise.number}/"
    assert "Choose the desks" in page(
        lv, f"{at}injects/new/", 400,
        **fields(offset_s="1:00", sender="DESK-DGP", headline="Seen", severity="3", category="UBC"),
    )  # fmt: skip
    said = fields(
        offset_s="0:30", sender="DESK-DGP", desks=["DESK-POL"], headline="Seen at the fence",
        severity="3", category="UBC", acknowledge_s="2:00", steps="Call\nSend a patrol",
    )  # fmt: skip
    page(lv, f"{at}injects/new/", 302, **said)
    page(lv, f"{at}injects/new/", 302, **{**said, "client_ref": "", "offset_s": "1:00:00"})
    inject = Inject.objects.order_by("number").first()
    assert (inject.offset_s, inject.acknowledge_s, len(inject.steps)) == (30, 120, 2)
    assert "0:30" in page(lv, f"{at}injects/{inject.uid}/")
    page(lv, f"{at}injects/{inject.uid}/", 302, **{**said, "edition": "1", "severity": "2"})
    assert "A draft" in page(lv, at)
    page(by, at, 404)
    page(lv, at, 302, do="objective", **fields(text="To call", tied_kind="", tied_ref=""))
    page(lv, at, 302, do="put")
    for who in (lv, by):
        page(who, at, 302, do="person", officer=str(who.uid), part="director")
    assert "has not agreed" in page(lv, at, 409, do="start")
    exercise = made.fresh(exercise)
    for who in (lv, by):
        page(who, at, 302, do="agree", edition=exercise.edition)
    assert "open to those who run" in page(people.pol_duty, at)
    assert "Seen at the fence" not in page(people.pol_duty, at)
    page(people.pol_duty, f"{at}control/", 403)
    page(people.pol_duty, f"{at}injects/{inject.uid}/", 403)
    assert page(lv, at, 302, do="start").endswith("/control/")
    with time_machine.travel(now() + timedelta(seconds=40), tick=False):
        actions.release_due_injects()
        assert "Released" in page(by, f"{at}control/")
        later = Inject.objects.get(offset_s=3600)
        page(by, f"{at}control/", 302, do="note", **fields(text="Quick", inject=str(inject.uid)))
        uid = Exercise.objects.get().uid
        assert page(people.pol_duty, f"/exercises/{uid}/", 302) == at
        assert "Send a patrol" in page(people.pol_duty, at)
        console = page(people.pol_duty, "/console/")
        assert "Seen at the fence" in console
        assert f"/exercises/{uid}/" in console
        page(people.pol_duty, at, 302, do="tick", inject=str(inject.uid), desk="DESK-POL", step="1")
        page(lv, f"{at}control/", 302, do="pause")
        page(lv, f"{at}control/", 302, do="resume")
        page(lv, f"{at}control/", 302, do="jump", inject=str(later.uid))
        page(lv, f"{at}control/", 302, do="release", inject=str(later.uid))
        assert page(lv, f"{at}control/", 302, do="stop").endswith("/results/")
        assert InjectRelease.objects.count() == 2
        assert not Delivery.objects.about(f"exercise:{uid}").open().exists()
        assert "no mark yet" in page(lv, f"{at}results/", 409, do="report")
        objective = exercise.objectives.get()
        assert "what was missing" in page(
            lv, f"{at}results/", 400,
            **fields(do="mark", objective=str(objective.uid), mark="not", words=""),
        )  # fmt: skip
        page(
            lv, f"{at}results/", 302,
            **fields(do="mark", objective=str(objective.uid), mark="fully", words=""),
        )  # fmt: skip
        page(by, f"{at}results/", 302, **fields(do="debrief", kind="lesson", text="Call first."))
        page(lv, f"{at}results/", 302, do="report")
        for who in (lv, people.pol_duty):
            assert "Call first." in page(who, f"{at}results/")
            assert "What each desk knew by 0:00" in page(who, f"{at}replay/?at=0")
            assert "Seen at the fence" in page(who, at)
    assert exercise.number in page(people.dgp_duty, "/exercises/?state=reported")
    assert exercise.number in page(people.dgp_duty, "/search/?q=foot")


def test_the_api_has_the_same_verbs(made, people, api):
    lv, by = made.lv, made.by
    said = {**made.said(), "planned_at": (now() + timedelta(days=1)).isoformat()}
    found = api(lv, "post", "exercises/", 201, unit="LV-SBG", **said)
    at = f"exercises/{found['number']}/"
    api(by, "get", at, 404)
    inject = api(lv, "post", f"{at}injects/", 201, **made.inject(offset_s=0))
    wrong = api(lv, "post", f"{at}injects/", 400, **made.inject(desks=["LV-SBG"]))
    assert "desks" in wrong["fields"]
    other = api(lv, "post", f"{at}injects/", 201, **made.inject(offset_s=900))
    api(lv, "put", f"{at}injects/{other['uid']}/", **made.inject(offset_s=600))
    objective = api(lv, "post", f"{at}objectives/", 201, text="To call", language="en")
    api(lv, "post", f"{at}put/")
    for who in (lv, by):
        api(who, "post", f"{at}people/", 201, officer=str(who.uid), part="director")
    api(lv, "post", f"{at}people/", 400, officer=str(by.uid), part="observer")
    edition = api(lv, "get", at)["edition"]
    api(lv, "post", f"{at}agree/", 409, edition=edition - 1)
    for who in (lv, by):
        api(who, "post", f"{at}agree/", edition=edition)
    api(people.pol_duty, "get", f"{at}injects/", 404)
    assert api(lv, "post", f"{at}start/")["state"] == "running"
    released = api(lv, "post", f"{at}injects/{inject['uid']}/release/")
    assert released["failure"] == ""
    again = api(by, "post", f"{at}injects/{inject['uid']}/release/")
    assert again["alert"] == released["alert"]
    tick = {"desk": "DESK-POL", "step": 0}
    api(people.pol_duty, "post", f"{at}injects/{other['uid']}/tick/", 404, **tick)
    api(people.pol_duty, "post", f"{at}injects/{inject['uid']}/tick/", 204, **tick)
    api(by, "post", f"{at}notes/", 201, text="Quick", language="en", inject=inject["uid"])
    api(by, "post", f"{at}pause/", reason="Coffee")
    assert api(by, "get", at)["reason"] == "Coffee"
    api(lv, "post", f"{at}resume/")
    assert api(lv, "post", f"{at}injects/{other['uid']}/jump/")["clock_s"] >= 600
    api(lv, "post", f"{at}stop/")
    api(lv, "post", f"{at}objectives/{objective['uid']}/mark/", mark="fully", language="en")
    api(lv, "post", f"{at}debrief/", 201, kind="lesson", text="Call first.", language="en")
    assert api(lv, "post", f"{at}report/")["state"] == "reported"
    results = api(people.pol_duty, "get", f"{at}results/")
    assert results["whole"]["sent"] == 1
    assert results["answers"][0]["called_off"] is True
    assert [row["what"] for row in api(by, "get", f"{at}replay/")] == ["sent", "called_off"]
    like = api(by, "post", "exercises/", 201, unit="BY-GPK", **said)
    api(by, "post", f"exercises/{like['number']}/scenario/", like=found["number"])
    assert len(api(by, "get", f"exercises/{like['number']}/injects/")) == 2
    api(by, "post", f"exercises/{like['number']}/cancel/", reason="Only a trial")
    assert api(lv, "get", "exercises/?state=reported")["results"][0]["number"] == found["number"]


def test_the_control_room_answers_with_nothing_while_nothing_changed(
    made, people, client, django_assert_max_num_queries
):
    exercise = made.running(
        [{"offset_s": number // 4} for number in range(12)] + [{"offset_s": 900}]
    )
    client.force_login(made.lv)
    at = f"/exercises/{exercise.number}/control/"
    whole = client.get(at)
    mark = whole.context["mark"]

    def part(mark, most):
        with django_assert_max_num_queries(most):
            return client.get(at, {"part": "live"}, headers={"If-None-Match": mark})

    assert part(mark, 20).status_code == 304
    assert part(f"W/{mark}", 20).status_code == 304
    with time_machine.travel(now() + timedelta(seconds=30), tick=False):
        while actions.release_due_injects():
            pass
        changed = part(mark, 40)  # as many for twelve injects as for one
        assert (changed.status_code, changed["ETag"] == mark) == (200, False)
        assert "<html" not in changed.content.decode()
        assert changed.content.decode().count("data-due") == 1
        assert part(changed["ETag"], 20).status_code == 304
        # A desk's time to acknowledge is over, and nobody did anything.
        with time_machine.travel(now() + timedelta(seconds=300), tick=False):
            assert part(changed["ETag"], 40).status_code == 200
    delivery = Delivery.objects.about(exercise.ref).first()
    # A page that a script draws again is no receipt; one that is opened is, once.
    client.force_login(people.pol_duty)
    page = f"/exercises/{exercise.number}/"
    client.get(page, headers={"X-Requested-With": "XMLHttpRequest"})
    delivery.refresh_from_db()
    assert delivery.opened_at is None
    client.get(page)
    delivery.refresh_from_db()
    assert delivery.opened_by == people.pol_duty
    client.force_login(made.lv)
    assert part(changed["ETag"], 40).status_code == 200


def test_what_is_refused_of_an_exercise_is_noted_as_of_it(made, people, page, api):
    exercise = made.agreed()
    inject = exercise.injects.get()
    at = f"exercises/{exercise.number}/"
    page(people.pol_duty, f"/{at}control/", 403)
    page(people.pol_duty, f"/{at}injects/{inject.uid}/", 403)
    api(people.pol_duty, "post", f"{at}injects/{inject.uid}/release/", 404)
    api(people.pol_duty, "post", f"{at}start/", 403)
    page(people.pol_duty, f"/exercises/{uuid.uuid4()}/", 404)
    rows = Entry.objects.filter(verb="access.refused").order_by("pk")
    *told, last = rows.values_list("about", "facts__path")
    assert len(told) >= 2, told  # alike ones are noted once a minute
    assert {about for about, _path in told} == {f"exercise:{exercise.number}"}, told
    assert last[0].startswith("exercise:")


def test_an_exercise_says_whose_scenario_it_took(made, page, api):
    old = made.written([{"offset_s": 10}])
    exercise = made.draft(title="Another one")
    api(made.lv, "post", f"exercises/{exercise.number}/scenario/", like=old.number)
    assert made.fresh(exercise).copied_from == old
    assert api(made.lv, "get", f"exercises/{exercise.number}/")["copied_from"] == old.number
    assert f"/exercises/{old.number}/" in page(made.lv, f"/exercises/{exercise.number}/")
    # One that the other side does not read yet is not told to it.
    hidden = made.draft(title="Hidden")
    actions.add_inject(hidden, by=made.lv, **made.inject())
    third = made.draft(title="Third")
    actions.use_scenario(third, like=hidden, by=made.lv)
    actions.put_exercise(third, by=made.lv)
    assert api(made.by, "get", f"exercises/{third.number}/")["copied_from"] == ""
    assert hidden.number not in page(made.by, f"/exercises/{third.number}/")
    over = made.running()
    actions.stop_exercise(over, by=made.lv)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Exercise.objects.filter(pk=over.pk).update(copied_from=old)
