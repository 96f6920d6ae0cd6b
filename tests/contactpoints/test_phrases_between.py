"""Standard phrases by telephone, to posts, in broadcasts and in requests: each reads its own."""

import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django.utils.translation import override

from bordercoop.reference.models import Phrase, Place, forget
from contactpoints import actions
from contactpoints.cap.outgoing import message_of
from contactpoints.journal import journal_of_day, today_at
from contactpoints.models import Alert, Broadcast, Delivery, Forward, Role, units
from contactpoints.saying import say
from incidents.models import Note, RequestAnswer, RequestMessage
from tests.incidents.asking import Asking
from tests.incidents.doors import refused_by_database

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-27T10:00Z", tick=True)]

UNTIL = {"until": "2026-11-27T13:00:00+02:00"}
TYPED = {"until_date": "27.11.2026", "until_time": "14:00", "until_zone": "Europe/Minsk",
         "version": "1"}  # fmt: skip
LV, BY = "13:00 (Rīga)", "14:00 (Минск)"


@pytest.fixture
def speak(people):
    def set_(**languages):
        for name, language in languages.items():
            user = getattr(people, name)
            user.language = language
            user.save(update_fields=["language"])

    set_(pol_duty="ru", dgp_duty="lv")
    return set_


@pytest.fixture
def place():
    return Place.objects.filter(retired_at=None, kind=Place.Kind.CROSSING).first()


@pytest.fixture
def posts(released, officer, people, unit):
    """A P2 at Polotsk, and an officer at one of its posts."""
    code = next(one.code for one in units().values() if one.side == "BY"
                and one.kind == "crossing" and one.parent.code == "BY-POL")  # fmt: skip
    man = officer("first.post", code, Role.OFFICER)
    man.language = "be"
    man.save(update_fields=["language"])
    case, delivery = released(priority="P2")
    return SimpleNamespace(case=case, delivery=delivery, post=unit(code), man=man)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_post_reads_and_answers_in_its_own_language(
    posts, people, speak, signed_in, api, carry_out, mailbox
):
    at = f"/phrases/forward/{posts.delivery.uid}/"
    desk = signed_in(people.pol_duty)
    assert f"go_to_sign/?units={posts.post.code}" in page(desk, f"{at}?units={posts.post.code}&x=1")
    address = f"{at}go_to_sign/?units={posts.post.code}"
    assert f'value="{posts.post.code}" checked' in page(desk, address)
    typed = {**TYPED, "sign": "214", "do": "forward"}
    assert desk.post(address, typed).status_code == 400  # no post was ticked
    assert desk.post(address, {**typed, "units": ["BY-POL"]}).status_code == 400
    assert not Forward.objects.exists()
    for _twice in range(2):
        assert desk.post(address, {**typed, "units": [posts.post.code]}).status_code == 302
    made = Forward.objects.get()
    assert made.line == "Go to border sign 214 and report by 27.11. 11:00 (UTC)"
    carry_out()
    assert "памежнага знака 214" in mailbox.to(posts.man)[0].get_content()
    there = signed_in(posts.man)
    assert "далажыце да 27.11. 14:00 (Мінск)" in page(there, "/forwards/")
    assert f"/phrases/post_answer/{made.uid}/" in page(there, "/forwards/")
    answer = f"/phrases/post_answer/{made.uid}/on_the_way/"
    assert there.post(answer, {**TYPED, "do": "acknowledge"}).status_code == 302
    assert "Выехалі, будзем да 27.11. 14:00 (Мінск)" in page(there, "/forwards/")
    assert BY in page(desk, f"/deliveries/{posts.delivery.uid}/forward/")
    shown = api(people.pol_duty).get(
        f"/api/v1/deliveries/{posts.delivery.uid}/forwards/", HTTP_ACCEPT_LANGUAGE="ru"
    ).json()[0]  # fmt: skip
    assert shown["said"].keys() == {"line", "answer"}
    assert shown["line"].startswith("Направьтесь к пограничному знаку 214")
    unit = units()["DESK-POL"]
    with override("ru"):
        journal = journal_of_day(unit, today_at(unit), people.pol_duty)
    assert any(line.text.startswith("Выехали") for line in journal.lines)
    for path in (at, answer):
        assert signed_in(people.dgp_duty).get(path).status_code == 404
    with refused_by_database("a_forward_keeps_its_phrase"):
        Forward.objects.update(said={"answer": made.said["line"]})


def test_the_api_forwards_acknowledges_and_hands_back_with_phrases(posts, people, speak, api):
    by, there = api(people.pol_duty), api(posts.man)
    door = f"/api/v1/deliveries/{posts.delivery.uid}/"
    phrase = {"code": "go_to_sign", "values": {**UNTIL, "sign": "214"}}
    body = {"units": [posts.post.code], "phrase": phrase}
    assert by.post(f"{door}forwards/", {**body, "line": "and words"}).status_code == 400
    assert by.post(f"{door}forwards/", {"units": [posts.post.code]}).status_code == 400
    made = by.post(f"{door}forwards/", body)
    assert made.status_code == 201, made.content
    heard = there.post(
        f"/api/v1/forwards/{made.json()[0]['uid']}/acknowledge/",
        {"phrase": {"code": "on_the_way", "values": UNTIL}},
        HTTP_ACCEPT_LANGUAGE="be",
    )
    assert (heard.status_code, heard.json()["answer"]) == (
        200, "Выехалі, будзем да 27.11. 14:00 (Мінск)",
    )  # fmt: skip
    many = {"uids": [str(posts.delivery.uid)], "phrase": {"code": "read_acting"}}
    assert by.post("/api/v1/deliveries/acknowledge/", many).json()["acknowledged"]
    assert fresh(posts.delivery).said["line"]["phrase"] == "read_acting"
    nobody = {"phrase": {"code": "nobody_until", "values": UNTIL}, "turn": 0}
    assert by.post(f"{door}hand-back/", {"turn": 0}).status_code == 400
    assert by.post(f"{door}hand-back/", nobody).status_code == 200
    read = api(people.dgp_duty).get(door, HTTP_ACCEPT_LANGUAGE="lv").json()["handed_back"]
    assert read["reason"] == f"Šeit neviena nav līdz 27.11. {LV}"
    assert read["note"] == "Izlasīts, rīkojamies"
    assert read["said"].keys() == {"line", "reason"}


def test_a_desk_hands_back_with_a_phrase_once_and_the_sender_reads_it(
    posts, people, speak, signed_in
):
    actions.acknowledge_delivery(posts.delivery, line="On it.", by=people.pol_duty)
    at = f"/phrases/hand_back/{posts.delivery.uid}/nobody_until/"
    desk = signed_in(people.pol_duty)
    assert 'name="turn" value="0"' in page(desk, at)
    for _twice in range(2):
        assert desk.post(at, {**TYPED, "turn": "0", "do": "hand_back"}).status_code in (302, 200)
    assert fresh(posts.delivery).hand_backs.count() == 1
    here = signed_in(people.dgp_duty)
    for path in ("/console/", f"/incidents/{posts.case.uid}/"):
        assert f"Šeit neviena nav līdz 27.11. {LV}" in page(here, path)
    assert here.get(at).status_code == 404
    # Acknowledged again meanwhile: what was begun before the first hand-back is late.
    actions.acknowledge_delivery(fresh(posts.delivery), line="Now.", by=people.pol_duty)
    form = page(desk, f"/deliveries/{posts.delivery.uid}/hand-back/")
    assert f"/phrases/hand_back/{posts.delivery.uid}/?turn=1" in form
    assert "nobody_until/?turn=0" in page(desk, f"{at[: -len('nobody_until/')]}?turn=0")
    assert 'name="turn" value="0"' in page(desk, f"{at}?turn=0")
    assert 'name="turn" value="1"' in page(desk, f"{at}?turn=x")
    assert desk.post(f"{at}?turn=0", {**TYPED, "turn": "0", "do": "hand_back"}).status_code == 302
    assert fresh(posts.delivery).acknowledged_at is not None


def test_what_a_desk_said_by_telephone_is_read_by_both(posts, people, speak, signed_in):
    at = f"/phrases/phoned/{posts.delivery.uid}/nobody_until/"
    here = signed_in(people.dgp_duty)
    assert here.post(at, {**TYPED, "do": "phoned"}).status_code == 400
    assert here.post(at, {**TYPED, "name": "Kas", "do": "phoned"}).status_code == 302
    done = fresh(posts.delivery)
    assert (done.phoned, done.said["line"]["phrase"]) == ("Kas", "nobody_until")
    assert f"Здесь никого нет до 27.11. {BY}" in page(signed_in(people.pol_duty), "/console/")
    assert signed_in(people.rix_duty).get(at).status_code == 404


def test_every_desk_reads_a_broadcast_in_its_language(
    people, place, speak, both_sides_on_duty, signed_in, api, carry_out, mailbox
):
    here, there = signed_in(people.dgp_duty), signed_in(people.pol_duty)
    form = page(here, "/broadcasts/new/")
    assert "/phrases/broadcast/" in form
    ref = uuid.uuid4()
    at = f"/phrases/broadcast/{ref}/stop_traffic/?emergency=closed&sender=DESK-DGP"
    assert '<option value="closed" selected>' in page(here, at)
    typed = {**TYPED, "place": place.code, "emergency": "closed", "sender": "DESK-DGP"}
    assert here.post(at, {**typed, "sender": "DESK-POL", "do": "send"}).status_code == 400
    for _twice in range(2):
        assert here.post(at, {**typed, "do": "send"}).status_code == 302
    sent = Broadcast.objects.get()
    assert (sent.client_ref, sent.language, sent.said["text"]["phrase"]) == (
        ref, "en", "stop_traffic",
    )  # fmt: skip
    other = here.post(at.replace("stop_traffic", "point_closed"), {**typed, "do": "send"})
    assert other.status_code == 422
    ru = f"Остановите всё движение до 27.11. {BY}: {place.name_ru}"
    lv = f"Apturiet visu satiksmi līdz 27.11. {LV}: {place.name_lv}"
    board = f"/broadcasts/{sent.uid}/"
    for client, text in ((here, lv), (there, ru)):
        for path in (board, f"{board}sheet/"):
            assert text in page(client, path)
    assert f'<p lang="ru">{ru}</p>' in page(there, "/console/")
    assert ru in page(there, "/console/?wall=1")
    carry_out()
    assert ru in mailbox.to(people.pol_duty)[0].get_content()
    delivery = Delivery.objects.whole().get(alert=sent.alert, desk__code="DESK-POL")
    told = {info.language: info.description for info in message_of(delivery).infos}
    assert told["ru"].startswith("Остановите всё движение")
    shown = api(people.pol_duty).get(f"/api/v1{board}", HTTP_ACCEPT_LANGUAGE="ru").json()
    assert (shown["text"], shown["language"]) == (ru, "ru")
    card = api(people.pol_duty).get(
        f"/api/v1/deliveries/{delivery.uid}/", HTTP_ACCEPT_LANGUAGE="ru"
    ).json()["alert"]["card"]  # fmt: skip
    assert (card["text"], card["said"]["phrase"]) == (ru, "stop_traffic")
    with refused_by_database("a_broadcast_keeps_its_phrase"):
        Broadcast.objects.update(said=None)
    over = {"time_date": "27.11.2026", "time_time": "13:30", "time_zone": "Europe/Minsk"}
    clear = f"/phrases/all_clear/{sent.uid}/danger_over/"
    assert there.get(clear).status_code == 404
    for _twice in range(2):
        assert here.post(clear, {**over, "version": "1", "do": "end"}).status_code in (302, 200)
    assert fresh(sent).said.keys() == {"text", "outcome"}
    assert "Опасность миновала 27.11. 13:30 (Минск)" in page(there, board)
    assert "Briesmas beigušās 27.11. 12:30 (Rīga)" in page(here, board)
    assert signed_in(people.stranger).get(at).status_code == 404


def test_the_api_broadcasts_and_clears_with_phrases(people, place, both_sides_on_duty, api):
    lv = api(people.dgp_duty)
    body = {"sender": "DESK-DGP", "what": "other", "drill": True,
            "phrase": {"code": "answer_the_drill"}}  # fmt: skip
    assert lv.post("/api/v1/broadcasts/", {**body, "text": "x"}).status_code == 400
    assert lv.post("/api/v1/broadcasts/", {**body, "phrase": {"code": "x"}}).status_code == 400
    made = lv.post("/api/v1/broadcasts/", body, HTTP_ACCEPT_LANGUAGE="lv")
    assert (made.status_code, made.json()["text"]) == (
        201, "Šī ir mācību trauksme. Apstipriniet kā īstu",
    )  # fmt: skip
    door = f"/api/v1/broadcasts/{made.json()['uid']}/end/"
    assert lv.post(door, {}).status_code == 400
    over = {"phrase": {"code": "drill_over", "values": {"time": "2026-11-27T12:00:00+02:00"}}}
    done = lv.post(door, over, HTTP_ACCEPT_LANGUAGE="lv").json()
    assert done["outcome"] == "Mācību trauksme beigusies 27.11. 12:00 (Rīga)"


def test_a_request_is_answered_refused_and_talked_about_with_phrases(
    people, unit, speak, both_sides_on_duty, signed_in, api
):
    asking = Asking(people, unit)
    asked, other = asking.ask(), asking.ask()
    there, here = signed_in(people.pol_duty), signed_in(people.dgp_duty)
    at = f"/phrases/request_answer/{asked.uid}/known_more_follows/?kind=hit&tlp=GREEN"
    form = page(there, at)
    assert '<option value="hit" selected>' in form
    assert '<option value="GREEN" selected>' in form
    answer = {**TYPED, "handling": "H1", "tlp": "GREEN", "client_ref": str(uuid.uuid4()),
              "do": "answer"}  # fmt: skip
    assert there.post(at, {**answer, "kind": "refused"}).status_code == 400
    for _twice in range(2):
        assert there.post(at, {**answer, "kind": "hit"}).status_code == 302
    given = RequestAnswer.objects.get()
    assert (given.kind, given.language, given.tlp) == ("hit", "en", "GREEN")
    assert f"Ziņas ir, atbilde sekos līdz 27.11. {LV}" in page(here, f"/requests/{asked.uid}/")
    thread = f"/phrases/request_message/{asked.uid}/need_ground/"
    assert f"/phrases/request_message/{asked.uid}/" in page(here, f"/requests/{asked.uid}/")
    assert here.post(thread, {"version": "1", "do": "shared"}).status_code == 302
    assert RequestMessage.objects.get().audience == "shared"
    mine = page(there, f"/requests/{asked.uid}/")
    assert '<p class="prose" lang="ru">Просим уточнить правовое основание</p>' in mine
    assert here.get(at).status_code == 404
    assert signed_in(people.rix_duty).get(thread).status_code == 404
    by, lv = api(people.pol_duty), api(people.dgp_duty)
    door = f"/api/v1/requests/{other.uid}/"
    refusal = {"ground": "security", "phrase": {"code": "law_forbids"}}
    assert by.post(f"{door}refuse/", {**refusal, "text": "x"}).status_code == 400
    assert by.post(f"{door}refuse/", {"ground": "security", "text": "x"}).status_code == 400
    assert by.post(f"{door}refuse/", refusal).status_code == 201
    said = {"audience": "shared", "phrase": {"code": "call_us", "values": {"phone": "112"}}}
    assert by.post(f"{door}messages/", said).json()["said"]["text"]["phrase"] == "call_us"
    read = lv.get(door, HTTP_ACCEPT_LANGUAGE="lv").json()
    assert [(one["text"], one["language"]) for one in (read["answers"][0], read["thread"][0])] == [
        ("Mūsu tiesību akti neļauj atbildēt", "lv"), ("Lūdzam piezvanīt: 112", "lv"),
    ]  # fmt: skip


def reworded(code, text, **more):
    """Other words from now on, in every language."""
    phrase = Phrase.objects.get(code=code)
    names = {f"name_{language}": text for language in ("en", "lv", "be", "ru")}
    version = phrase.version + 1
    Phrase.objects.filter(code=code).update(version=version, **names, **more)
    forget()


@pytest.fixture
def _forgotten():
    yield
    forget()


@pytest.mark.usefixtures("_forgotten", "both_sides_on_duty", "speak")
def test_what_is_sent_again_after_its_wording_changed_is_the_same(
    posts, people, unit, signed_in, api
):
    lv, by, here = api(people.dgp_duty), api(people.pol_duty), signed_in(people.dgp_duty)
    asked = Asking(people, unit).ask()
    phrase = {"code": "nobody_until", "values": UNTIL, "version": 1}
    drill = {"sender": "DESK-DGP", "what": "other", "drill": True}
    doors = [
        (lv, f"/api/v1/alerts/{posts.delivery.alert.uid}/update/", {}, Alert),
        (by, f"/api/v1/requests/{asked.uid}/messages/", {"audience": "shared"}, RequestMessage),
        (by, f"/api/v1/requests/{asked.uid}/answer/", {"kind": "partly"}, RequestAnswer),
        (lv, "/api/v1/broadcasts/", drill, Broadcast),
    ]
    sent = [
        (client, path, {**more, "phrase": phrase, "client_ref": str(uuid.uuid4())}, rows.objects)
        for client, path, more, rows in doors
    ]
    for client, path, body, _rows in sent:
        assert (done := client.post(path, body)).status_code == 201, done.content
    note = f"/phrases/note/{posts.case.uid}/nobody_until/"
    pressed = {**TYPED, "client_ref": str(uuid.uuid4()), "do": "shared"}
    assert here.post(note, pressed).status_code == 302
    actions.end_broadcast(Broadcast.objects.get(), outcome="Over.", by=people.dgp_duty)
    counted = [(rows, rows.count()) for rows in (*(each[3] for each in sent), Note.objects)]
    reworded("nobody_until", "In other words {until}")
    for client, path, body, _rows in sent:
        unread = {key: value for key, value in phrase.items() if key != "version"}
        assert client.post(path, {**body, "phrase": unread}).status_code == 201, path
    for refused, more in ((409, {}), (400, {"retired_at": now()})):
        reworded("nobody_until", "In other words", **more)
        for client, path, body, _rows in sent:
            assert client.post(path, body).status_code == 201, path
            other = {**phrase, "values": {"until": "2026-11-27T14:00:00+02:00"}}
            assert client.post(path, {**body, "phrase": other}).status_code == 422, path
            anew = {**body, "client_ref": str(uuid.uuid4())}
            assert client.post(path, anew).status_code == refused, path
        assert here.post(note, pressed).status_code == 302
        anew = here.post(note, {**pressed, "client_ref": str(uuid.uuid4())})
        assert anew.status_code == refused
        assert [rows.count() for rows, _before in counted] == [before for _rows, before in counted]
    assert here.get(note).status_code == 404


def test_a_request_is_taken_back_with_a_phrase(
    people, unit, speak, both_sides_on_duty, signed_in, api
):
    asking = Asking(people, unit)
    asked, other = asking.ask(), asking.ask()
    there, here = signed_in(people.pol_duty), signed_in(people.dgp_duty)
    at = f"/phrases/request_withdrawal/{asked.uid}/settled/"
    assert f"/phrases/request_withdrawal/{asked.uid}/" in page(here, f"/requests/{asked.uid}/")
    assert there.get(at).status_code == signed_in(people.rix_duty).get(at).status_code == 404
    form = {"version": "1", "time_date": "27.11.2026", "time_time": "12:00",
            "time_zone": "Europe/Riga", "do": "withdraw"}  # fmt: skip
    assert here.post(at, {**form, "time_time": ""}).status_code == 400
    assert here.post(at, form).status_code == 302
    assert here.post(at, form).status_code == 200
    assert 'value="withdraw"' not in page(here, at)
    taken = fresh(asked)
    assert (taken.state, taken.said["reason"]["phrase"]) == ("withdrawn", "settled")
    assert taken.reason == "Settled at 27.11. 10:00 (UTC), no more help is needed"
    assert f"Решено 27.11. {BY.replace('14', '13')}" in page(there, f"/requests/{asked.uid}/")
    door = f"/api/v1/requests/{other.uid}/withdraw/"
    by = api(people.dgp_duty)
    for wrong in ({}, {"reason": "x", "phrase": {"code": "not_needed"}}, {"phrase": {"code": "x"}}):
        assert by.post(door, wrong).status_code == 400
    told = by.post(door, {"phrase": {"code": "not_needed"}}, HTTP_ACCEPT_LANGUAGE="lv").json()
    assert (told["reason"], told["state"]) == ("Atbilde vairs nav vajadzīga", "withdrawn")
    assert told["said"]["reason"]["phrase"] == "not_needed"


def test_a_longer_chain_costs_the_api_no_more_statements(posts, people, api):
    alert = posts.delivery.alert
    client = api(people.dgp_duty)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(f"/api/v1/alerts/{alert.uid}/")
        assert answer.status_code == 200
        return len(seen), len(answer.json()["chain"])

    for again in range(2):
        actions.update_alert(alert, line=f"More {again}", by=people.dgp_duty)
    actions.acknowledge_delivery(posts.delivery, line=say("read_acting"), by=people.pol_duty)
    before, links = cost()
    actions.hand_back_delivery(fresh(posts.delivery), reason="No.", by=people.pol_duty)
    for again in range(4):
        actions.update_alert(alert, line=f"Still more {again}", by=people.dgp_duty)
    after, more = cost()
    assert (links, more) == (3, 7)
    assert after <= before
