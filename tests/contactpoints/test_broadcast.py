"""Emergency broadcasts: to every desk, again until each has acknowledged, and as a drill."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.broadcasts import board_of
from contactpoints.models import Alert, Broadcast, Delivery, Unit, units

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(unit):
    return unit("DESK-DGP")


@pytest.fixture
def send(desk, people, both_sides_on_duty):
    def make(**more):
        said = {"what": "crowd", "text": "Sign 214.", "by": people.dgp_duty, **more}
        return actions.send_broadcast(said.pop("sender", desk), **said)

    return make


def fresh(sent):
    return Broadcast.objects.whole().get(pk=sent.pk)


def at(sent, unit):
    return Delivery.objects.whole().get(alert=sent.alert, desk=unit)


def answer_all(sent, people, but=()):
    for delivery in sent.alert.deliveries.whole().exclude(desk__in=but):
        actions.acknowledge_by_phone(delivery, name="Somebody", line="x", by=people.dgp_duty)


def mails(sent):
    uids = {str(uid) for uid in sent.alert.deliveries.values_list("uid", flat=True)}
    rows = Message.objects.filter(channel="mail_p1")
    return [row for row in rows if row.payload.get("delivery") in uids]


def refused(deed, rule):
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        deed()


def test_it_reaches_every_desk_of_every_point_watched_or_not(send, people, desk):
    sent = send()
    told = {delivery.desk.code for delivery in sent.alert.deliveries.select_related("desk")}
    every = {unit.code for unit in units().values() if unit.kind == Unit.Kind.DESK}
    assert told == every - {desk.code}
    assert len(told) >= 4
    assert (sent.number, sent.alert.priority) == (f"EB-{now().year}-0001", "P1")
    assert set(sent.alert.card) == {
        "number", "side", "severity", "event", "emergency", "text", "language", "exercise",
    }  # fmt: skip
    to = {message.payload["to"] for message in mails(sent)}
    assert {people.pol_duty.pk, people.by_hq.pk} <= to
    assert (
        actions.send_broadcast(
            desk, what="crowd", text="Sign 214.", client_ref=sent.client_ref, by=people.dgp_duty
        )
        == sent
    )
    assert Alert.objects.count() == 1


def test_a_repeat_under_its_key_is_one_and_a_second_one_meanwhile_is_refused(send, people):
    ref = uuid.uuid4()
    sent = send(client_ref=ref)
    with pytest.raises(KeyReused):
        send(client_ref=ref, text="Other.")
    with pytest.raises(Refused) as refusal:
        send()
    assert (refusal.value.code, sent.number in str(refusal.value)) == ("broadcast_goes_on", True)
    assert send(drill=True).drill  # a drill beside it is its own
    actions.end_broadcast(sent, outcome="False alarm.", by=people.dgp_duty)
    assert send().number.endswith("0003")


def test_only_who_answers_alerts_of_a_service_sends_one(send, people, unit):
    for by in (people.dgp_officer, people.dgp_leader, people.pol_duty, people.stranger):
        with pytest.raises(NotAllowed):
            send(by=by)
    with pytest.raises(NotAllowed):
        send(sender=unit("DESK-POL"))
    for field, wrong in (("what", {"what": "war"}), ("language", {"language": "xx"}),
                         ("text", {"what": "other", "text": " "}),
                         ("text", {"text": "x" * 501})):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            send(**wrong)
        assert field in refusal.value.fields
    assert not Alert.objects.exists()
    assert send(sender=unit("LV-SBG"), by=people.lv_hq).sender.code == "LV-SBG"


def test_it_is_repeated_until_the_last_desk_has_acknowledged_and_ends_then(
    send, people, unit, later, settings
):
    sent = send()
    assert actions.repeat_broadcasts() == 0
    before = len(mails(sent))
    later(seconds=settings.BROADCAST_REPEAT_S + 1)
    actions.acknowledge_delivery(at(sent, unit("DESK-POL")), line="On it.", by=people.pol_duty)
    assert actions.repeat_broadcasts() == 1
    assert actions.repeat_broadcasts() == 0  # twice at once is one round
    assert fresh(sent).rounds == 2
    again = mails(sent)[before:]
    silent = {str(d.uid) for d in sent.alert.deliveries.all() if d.acknowledged_at is None}
    assert again
    assert {message.payload["delivery"] for message in again} <= silent
    answer_all(sent, people)
    later(seconds=settings.BROADCAST_REPEAT_S + 1)
    actions.repeat_broadcasts()
    done = fresh(sent)
    assert done.ended_at is not None
    assert (done.ended_by, done.repeat_at, done.rounds) == (None, None, 2)
    later(hours=1)
    assert actions.repeat_broadcasts() == 0


def test_letters_go_out_in_the_loud_rounds_only(send, people, later, settings):
    sent = send()
    counts = []
    for _round in range(2, 7):
        before = len(mails(sent))
        later(seconds=settings.BROADCAST_REPEAT_S + 1)
        actions.repeat_broadcasts()
        counts.append(len(mails(sent)) > before)
    assert counts == [True, True, False, True, False]


def test_the_board_shows_who_is_silent_first_and_who_answered_how_fast(send, people, unit, later):
    sent = send()
    later(seconds=42)
    actions.acknowledge_delivery(at(sent, unit("DESK-POL")), line="On it.", by=people.pol_duty)
    board = board_of(fresh(sent), people.dgp_duty)
    assert [line.silent for line in board.lines] == sorted(
        (line.silent for line in board.lines), reverse=True
    )
    assert (board.answered, len(board.silent)) == (1, len(board.lines) - 1)
    (polotsk,) = [line for line in board.lines if line.staff.unit.code == "DESK-POL"]
    assert 42 <= polotsk.after_s < 60
    assert polotsk.by == people.pol_duty.name_for("en")
    assert board.may_end
    assert not board_of(fresh(sent), people.pol_duty).may_end


def test_what_was_said_by_telephone_stands_with_both_names(send, people, unit):
    sent = send()
    waiting = at(sent, unit("DESK-RIX"))
    with pytest.raises(Invalid) as refusal:
        actions.acknowledge_by_phone(waiting, name=" ", line="x", by=people.dgp_duty)
    assert "name" in refusal.value.fields
    with pytest.raises(Invalid):
        actions.acknowledge_by_phone(waiting, name="A. Ozols", line="", by=people.dgp_duty)
    for by in (people.pol_duty, people.dgp_officer, people.stranger):
        with pytest.raises(NotAllowed):
            actions.acknowledge_by_phone(waiting, name="A. Ozols", line="x", by=by)
    for _twice in range(2):
        actions.acknowledge_by_phone(waiting, name="A. Ozols", line="Patrol.", by=people.dgp_duty)
    done = at(sent, unit("DESK-RIX"))
    assert (done.phoned, done.line, done.acknowledged_by) == (
        "A. Ozols", "Patrol.", people.dgp_duty,
    )  # fmt: skip
    assert done.escalate_at is None
    own = at(sent, unit("DESK-POL"))  # the desk itself writes down what it said before
    actions.acknowledge_by_phone(own, name="P. Novik", line="x", by=people.pol_head)
    assert at(sent, unit("DESK-POL")).phoned == "P. Novik"


def test_the_all_clear_silences_the_rest_and_is_acknowledged_by_every_desk(send, people, unit):
    sent = send()
    actions.acknowledge_delivery(at(sent, unit("DESK-POL")), line="On it.", by=people.pol_duty)
    for by in (people.pol_duty, people.pol_head, people.dgp_officer):
        with pytest.raises(NotAllowed):
            actions.end_broadcast(sent, outcome="Over.", by=by)
    with pytest.raises(Invalid):
        actions.end_broadcast(sent, outcome="", by=people.dgp_head)
    for _twice in range(2):
        done = actions.end_broadcast(sent, outcome="False alarm.", by=people.dgp_head)
    assert (done.outcome, done.ended_by, done.repeat_at) == (
        "False alarm.", people.dgp_head, None,
    )  # fmt: skip
    assert at(sent, unit("DESK-RIX")).recalled_at is not None
    assert at(sent, unit("DESK-POL")).recalled_at is None
    (clear,) = Alert.objects.filter(kind="update")
    assert (clear.priority, clear.references, clear.card["text"]) == (
        "P3", sent.alert, "False alarm.",
    )  # fmt: skip
    assert clear.deliveries.count() == sent.alert.deliveries.count()
    assert board_of(fresh(sent), people.pol_duty).outcome == "False alarm."


def test_a_drill_goes_to_those_on_duty_at_the_desks_and_to_nobody_beyond(
    send, people, later, settings
):
    sent = send(drill=True)
    assert sent.alert.status == "exercise"
    later(seconds=settings.BROADCAST_REPEAT_S + 1)
    actions.repeat_broadcasts()
    later(hours=1)
    assert actions.escalate_due() == 0
    to = {message.payload["to"] for message in mails(sent)}
    assert people.pol_duty.pk in to
    assert not to & {people.pol_head.pk, people.by_hq.pk, people.lv_hq.pk}
    row = sent.alert.deliveries.first()
    rows = Delivery.objects.filter(pk=row.pk)
    refused(lambda: rows.update(escalate_at=now()), "an_exercise_climbs_no_step")
    refused(lambda: rows.update(step=1), "an_exercise_climbs_no_step")


def test_the_database_refuses_impossible_broadcasts(send, people, desk):
    sent, drill = send(), send(drill=True)
    rows = Broadcast.objects.filter(pk=sent.pk)
    silent = Delivery.objects.filter(alert=sent.alert)
    other = Alert.objects.get(pk=drill.alert_id)
    other.pk, other.uid = None, uuid.uuid4()
    other.save(force_insert=True)
    for rule, deed in (
        ("words_of_a_broadcast_go", lambda: rows.update(text="Other.")),
        ("stays_as_it_was_sent", lambda: rows.update(drill=True)),
        ("a_broadcast_is_kept", lambda: rows._raw_delete("default")),
        ("repeats_until_it_ends", lambda: rows.update(repeat_at=None)),
        ("repeats_until_it_ends", lambda: rows.update(ended_at=now())),
        ("what_was_said_by_phone", lambda: silent.update(phoned="Nobody")),
        ("a_drill_is_no_actual", lambda: Broadcast.objects.create(
            number="x", side="LV", sender=desk, alert=other, what="crowd", language="en",
            by=people.dgp_head, repeat_at=now() + timedelta(minutes=1), ended_at=None)),
        ("who_ends_a_broadcast", lambda: rows.update(
            ended_at=now(), repeat_at=None, ended_by=people.dgp_duty)),
    ):  # fmt: skip
        refused(deed, rule)
    actions.end_broadcast(sent, outcome="Over.", by=people.dgp_duty)
    refused(lambda: rows.update(outcome="Other."), "a_broadcast_ends_once")


def test_pages_send_show_print_write_down_and_end(send, people, signed_in, unit):
    for who in (people.dgp_duty, people.pol_duty):
        who.language = "en"
        who.save(update_fields=["language"])
    here = signed_in(people.dgp_duty)
    assert here.get("/console/").context["may_broadcast"]
    page = here.get("/broadcasts/new/")
    assert "Wake every desk now" in page.content.decode()
    ref = str(page.context["form"]["client_ref"].value())
    empty = here.post("/broadcasts/new/", {"what": "other", "text": "", "language": "en",
                                           "sender": "DESK-DGP", "client_ref": ref})  # fmt: skip
    assert (empty.status_code, "Write what happened." in empty.content.decode()) == (400, True)
    said = {"what": "closed", "text": "Evacuated <b>now</b>", "language": "en",
            "sender": "DESK-DGP", "client_ref": ref}  # fmt: skip
    for _twice in range(2):
        answer = here.post("/broadcasts/new/", said)
        assert answer.status_code == 302
    (sent,) = Broadcast.objects.all()
    there = signed_in(people.pol_duty)
    for browser in (here, there):
        text = browser.get(f"/broadcasts/{sent.uid}/").content.decode()
        assert "Evacuated &lt;b&gt;now&lt;/b&gt;" in text
        assert sent.number in browser.get("/broadcasts/").content.decode()
    console = there.get("/console/").content.decode()
    assert "data-siren" in console
    assert "A crossing point is closed or evacuated" in console
    sheet = here.get(f"/broadcasts/{sent.uid}/sheet/").content.decode()
    assert people.pol_duty.phone in sheet
    waiting = at(sent, unit("DESK-RIX"))
    bad = here.post(f"/broadcasts/{sent.uid}/phoned/{waiting.uid}/", {"name": "", "note": "Kept"})
    assert (bad.status_code, 'value="Kept"' in bad.content.decode()) == (400, True)
    done = here.post(
        f"/broadcasts/{sent.uid}/phoned/{waiting.uid}/", {"name": "A. Ozols", "note": "Patrol."}
    )
    assert done.status_code == 302
    assert "A. Ozols" in here.get(f"/broadcasts/{sent.uid}/").content.decode()
    assert there.post(f"/broadcasts/{sent.uid}/end/", {"outcome": "x"}).status_code == 403
    assert here.post(f"/broadcasts/{sent.uid}/end/", {"outcome": ""}).status_code == 400
    assert here.post(f"/broadcasts/{sent.uid}/end/", {"outcome": "Over."}).status_code == 302
    assert "Over." in there.get(f"/broadcasts/{sent.uid}/").content.decode()
    stranger = signed_in(people.stranger)
    for path in ("", "new/", f"{sent.uid}/", f"{sent.uid}/sheet/"):
        assert stranger.get(f"/broadcasts/{path}").status_code in (403, 404), path


def test_the_api_sends_shows_and_ends(send, people, api):
    program = api(people.dgp_duty)
    said = {"sender": "DESK-DGP", "what": "rescue", "drill": True}
    made = program.post("/api/v1/broadcasts/", said)
    assert (made.status_code, made.json()["drill"]) == (201, True)
    uid = made.json()["uid"]
    for wrong in ({"sender": "DESK-POL"}, {"what": "war"}, {"sender": "x\x00"}):
        assert program.post("/api/v1/broadcasts/", {**said, **wrong}).status_code == 400
    assert program.post("/api/v1/broadcasts/", said).json()["code"] == "broadcast_goes_on"
    first = made.json()["desks"][0]
    assert first["silent"]
    phoned = program.post(
        f"/api/v1/deliveries/{first['delivery']}/phoned/", {"name": "A. Ozols", "note": "x"}
    )
    assert (phoned.status_code, phoned.json()["phoned"]) == (200, "A. Ozols")
    shown = api(people.pol_duty).get(f"/api/v1/broadcasts/{uid}/").json()
    assert shown["answered"] == 1
    assert (
        api(people.pol_duty).post(f"/api/v1/broadcasts/{uid}/end/", {"outcome": "x"}).status_code
        == 403
    )
    ended = program.post(f"/api/v1/broadcasts/{uid}/end/", {"outcome": "Over."}).json()
    assert ended["outcome"] == "Over."
    (row,) = program.get("/api/v1/broadcasts/").json()["results"]
    assert (row["uid"], row["told"], row["answered"]) == (uid, len(shown["desks"]), 1)
    assert api(people.stranger).get(f"/api/v1/broadcasts/{uid}/").status_code == 404
