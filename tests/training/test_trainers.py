"""The trainers' pool: who keeps it, who reads what of it, what was given, who is free; and the
letters that ask for the evaluation."""

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints.models import Booking
from training import actions
from training.evaluation import questions
from training.models import Activity, AskedToEvaluate, ProgrammeSession, Trainer
from training.trainers import lines_of, offered_to, pool

pytestmark = pytest.mark.django_db
TEACHES = {"topics": ["events"], "languages": ["lv", "en"]}
WHOLE = {**TEACHES, "courses": [], "qualification": "", "valid_until": None, "note": ""}


def full(activity, mark):
    return {code: mark for code, _said in questions(activity, "took_part")}


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def both(people, made):
    """An officer of each side and somebody outside."""
    for who in (made.lv, made.by):
        who.language = "en"
        who.save(update_fields=["language"])
    return (
        actions.add_trainer(officer=people.dgp_officer, note="Ask early.", by=made.lv, **TEACHES),
        actions.add_trainer(officer=people.pol_officer, note="Ask late.", by=made.by, **TEACHES),
        actions.add_trainer(name="M. Gruber", organisation="Airport police", by=made.lv, **TEACHES),
    )


def test_each_side_keeps_its_own_and_the_other_reads_all_but_the_note(
    both, people, made, signed_in, api
):
    own, theirs, guest = both
    # Once in the pool, by whatever door; the same client_ref is the same trainer.
    for again in ({"officer": people.dgp_officer},
                  {"name": "M. Gruber", "organisation": "Airport  police"}):  # fmt: skip
        with pytest.raises(Refused, match="in the pool already"):
            actions.add_trainer(by=made.lv, **again, **TEACHES)
    twice = {"name": "X", "organisation": "Y", "client_ref": own.uid, "by": made.lv, **TEACHES}
    assert actions.add_trainer(**twice) == actions.add_trainer(**twice)
    for bad in ({"officer": people.pol_officer}, {"name": "Z"}, {"name": " ", "organisation": "Y"},
                {"name": "Z", "organisation": "Y", "topics": []},
                {"name": "Z", "organisation": "Y", "topics": ["nothing"]},
                {"name": "Z", "organisation": "Y", "languages": ["xx"]}):  # fmt: skip
        with pytest.raises(Invalid):
            actions.add_trainer(by=made.lv, **{**TEACHES, **bad})
    for who, one in ((people.dgp_officer, own), (people.dgp_duty, own), (made.by, own)):
        with pytest.raises(Refused):
            actions.leave_pool(one, by=who)
        with pytest.raises(Refused):
            actions.change_trainer(one, by=who, **WHOLE)
    with pytest.raises(NotAllowed):
        actions.add_trainer(name="Z", organisation="Y", by=people.dgp_officer, **TEACHES)
    said = words(signed_in(made.by).get("/activities/trainers/"))
    assert "Airport police" in said
    page = f"/activities/trainers/{own.uid}/"
    assert "Ask early." in words(signed_in(made.lv).get(page))
    assert "Ask early." not in words(signed_in(made.by).get(page))
    assert signed_in(made.by).get(f"{page}change/").status_code == 403
    for path in ("", f"{own.uid}/", "new/"):
        assert signed_in(people.dgp_officer).get(f"/activities/trainers/{path}").status_code == 404
        assert api(people.dgp_officer).get("/api/v1/trainers/").status_code == 404
    rows = {one["uid"]: one for one in api(made.by).get("/api/v1/trainers/").json()}
    assert rows[str(theirs.uid)]["note"] == "Ask late."
    assert rows[str(own.uid)]["note"] == ""
    # Left is left: the own side reads it still, nobody changes it, and it may be added anew.
    actions.leave_pool(own, by=made.lv)
    actions.leave_pool(own, by=made.lv)
    with pytest.raises(Refused, match="left the pool"):
        actions.change_trainer(own, by=made.lv, **WHOLE)
    assert signed_in(made.lv).get(page).status_code == 200
    assert signed_in(made.by).get(page).status_code == 404
    actions.add_trainer(officer=people.dgp_officer, by=made.lv, **TEACHES)
    for change in ({"note": "x"}, {"left_at": None, "left_by": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Trainer.objects.filter(pk=own.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Trainer.objects.filter(pk=guest.pk).update(name="Other")
    assert Entry.objects.filter(verb="trainer.left").count() == 1


def test_the_pages_and_the_api_write(both, people, made, signed_in, api):
    browser, address = signed_in(made.lv), "/activities/trainers/"
    typed = {"name": "R. Kalns", "organisation": "College", "topics": ["trains"],
             "languages": ["lv"], "qualification": "Instructor", "valid_until": "31.12.2099",
             "note": "Not in July."}  # fmt: skip
    refused = browser.post(f"{address}new/", {**typed, "organisation": ""})
    assert refused.status_code == 400
    assert "Write for whom this person works." in words(refused)
    assert "Not in July." in refused.content.decode()
    assert browser.post(f"{address}new/", typed).status_code == 302
    kept = Trainer.objects.get(name="R. Kalns")
    assert (kept.valid_until, kept.topics) == (date(2099, 12, 31), ["trains"])
    page = f"{address}{kept.uid}/"
    assert "31.12.2099" in browser.get(f"{page}change/").content.decode()
    changed = {**typed, "topics": ["trains", "documents"], "valid_until": ""}
    assert browser.post(f"{page}change/", changed).status_code == 302
    kept.refresh_from_db()
    assert (kept.valid_until, kept.topics) == (None, ["documents", "trains"])
    before = Entry.objects.count()
    actions.change_trainer(kept, by=made.lv, **{**WHOLE, "topics": ["trains", "documents"],
                           "languages": ["lv"], "qualification": "Instructor",
                           "note": "Not in July."})  # fmt: skip
    assert Entry.objects.count() == before
    shown = words(browser.get(address, {"topic": "trains"}))
    assert "College" in shown
    assert "Airport police" not in shown
    assert browser.post(page, {"do": "leave"}).status_code == 302
    assert "College" not in words(browser.get(address))
    # A draft of the other side's courses is none that could be named.
    sent = api(made.by).post("/api/v1/trainers/", {
        "officer": str(people.msq_officer.uid), **TEACHES, "valid_until": "2030-01-31",
    }, format="json")  # fmt: skip
    assert sent.status_code == 201, sent.content
    one = f"/api/v1/trainers/{sent.json()['uid']}/"
    for refused in (api(made.by).post("/api/v1/trainers/", {
        "officer": str(people.dgp_officer.uid), **TEACHES}, format="json"),
        api(made.by).put(one, {**TEACHES, "courses": [str(kept.uid)]}, format="json"),
    ):  # fmt: skip
        assert refused.status_code == 400
    put = api(made.by).put(one, {**TEACHES, "note": "x"}, format="json")
    assert (put.status_code, put.json()["valid_until"]) == (200, None)
    assert api(made.lv).put(one, TEACHES, format="json").status_code == 403
    assert api(made.by).post(f"{one}leave/", {}, format="json").json()["left_at"]


def test_the_programme_offers_the_pool_and_says_who_is_not_free(both, people, made, signed_in):
    own, theirs, guest = both
    activity = made.agreed()
    first = activity.starts_at + timedelta(hours=1)
    taken = (first, first + timedelta(hours=2))
    for officer in (people.dgp_officer, people.pol_officer):
        Booking.objects.create(officer=officer, kind=Booking.Kind.DEPLOYMENT, period=taken)

    def hints(by, what):
        return {one.trainer: (list(map(str, one.hint)), one.may_choose)
                for one in offered_to(by, what)}  # fmt: skip

    found = hints(made.lv, activity)
    assert found[own][0][0].startswith("not free: a deployment")
    assert found[theirs] == (["not free"], False)
    assert found[guest] == ([], True)
    # Nobody reads the rota of the other side by ideas or by the times of an item.
    assert hints(made.lv, made.idea())[theirs] == ([], False)
    later = (first + timedelta(hours=3), first + timedelta(hours=4))
    apart = {one.trainer: one.hint for one in offered_to(made.lv, activity, later)}
    assert (apart[own], list(map(str, apart[theirs]))) == ([], ["not free"])
    address = f"/activities/{activity.number}/programme/new/"
    shown = words(signed_in(made.lv).get(address))
    assert "M. Gruber, Airport police" in shown
    assert "which chooses them itself" in shown
    typed = {"title": "Lanes", "speaker": str(guest.uid)}
    for name, moment in zip(("starts_at", "ends_at"), later, strict=True):
        there = moment.astimezone(ZoneInfo(activity.zone))
        typed |= {f"{name}_date": f"{there:%d.%m.%Y}", f"{name}_time": f"{there:%H:%M}",
                  f"{name}_zone": activity.zone}  # fmt: skip
    assert signed_in(made.lv).post(address, typed).status_code == 302
    assert activity.sessions.get().speaker_name == "M. Gruber, Airport police"
    refused = signed_in(made.lv).post(address, {**typed, "speaker": str(people.pol_officer.uid)})
    assert refused.status_code == 400


def test_what_was_given_counts_where_it_may_be_shown(both, held, people, made):
    own, _theirs, guest = both
    ProgrammeSession.objects.create(
        activity=held, title="A", speaker_name=guest.label, added_by=made.lv,
        period=(held.starts_at, held.starts_at + timedelta(minutes=90)),
    )  # fmt: skip
    for who in (people.dgp_officer, people.pol_officer):
        actions.answer_evaluation(held, marks={**full(held, 3), "speakers": 5}, by=who)
    rows = {one.trainer: one.given for one in pool(made.by)}
    assert (len(rows[guest].sessions), rows[guest].hours, rows[guest].mean) == (1, 1.5, None)
    assert rows[own].sessions == []
    actions.answer_evaluation(held, marks={**full(held, 3), "speakers": 4}, by=people.rix_officer)
    assert {one.trainer: one.given.mean for one in pool(made.by)}[guest] is None
    actions.close_evaluation(held, by=made.lv)
    given = {one.trainer: one.given for one in pool(made.by)}[guest]
    assert (given.answers, given.mean) == (3, 4.7)
    # An activity that the other side does not read counts for the own side alone.
    Activity.objects.filter(pk=held.pk).update(joint=False)
    assert {one.trainer: one.given.sessions for one in pool(made.by)}[guest] == []
    with CaptureQueriesContext(connection) as few:
        lines_of(made.lv, Trainer.objects.all())
    for number in range(5):
        actions.add_trainer(name=f"N{number}", organisation="O", by=made.lv, **TEACHES)
    with CaptureQueriesContext(connection) as many:
        lines_of(made.lv, Trainer.objects.all())
    assert len(many) == len(few)


def test_who_attended_is_asked_once_and_reminded_once(held, people, mailbox, carry_out):
    carry_out()
    mailbox.raw.clear()
    assert actions.ask_for_evaluations() == 4
    assert actions.ask_for_evaluations() == 0
    actions.answer_evaluation(held, marks=full(held, 4), by=people.dgp_officer)
    carry_out()
    first = {letter["To"] for letter in mailbox.letters}
    assert first == {who.email for who in (people.rix_officer, people.pol_officer,
                                           people.msq_officer)}  # fmt: skip
    [letter] = mailbox.to(people.rix_officer)
    assert f"/activities/{held.number}/evaluation/" in letter.get_body().get_content()
    with time_machine.travel(now() + timedelta(days=6)):
        assert actions.ask_for_evaluations() == 0
    with time_machine.travel(now() + timedelta(days=8)):
        assert actions.ask_for_evaluations() == 4
        actions.answer_evaluation(held, marks=full(held, 4), by=people.pol_officer)
        carry_out()
        assert actions.ask_for_evaluations() == 0
    assert [len(mailbox.to(who)) for who in (people.rix_officer, people.pol_officer)] == [2, 1]
    assert "only reminder" in mailbox.to(people.rix_officer)[-1].get_body().get_content()
    # For everybody alike, whether they answered or not: the rows tell nobody apart.
    assert AskedToEvaluate.objects.count() == 8
    rows = Message.objects.filter(channel="evaluation_letter")
    assert {(row.done_at is None, row.attempts, row.last_error) for row in rows} == {
        (False, rows[0].attempts, "")
    }
    assert rows.count() == 8


def test_nobody_is_asked_once_the_evaluation_is_closed(held, people, mailbox, carry_out):
    carry_out()
    mailbox.raw.clear()
    assert actions.ask_for_evaluations() == 4
    actions.close_evaluation(held, by=people.lv_hq)
    carry_out()
    with time_machine.travel(now() + timedelta(days=8)):
        assert actions.ask_for_evaluations() == 0
    assert mailbox.letters == []
