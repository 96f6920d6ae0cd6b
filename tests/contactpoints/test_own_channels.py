"""An officer sets up, tests and switches the own channels, and nobody else does."""

import json
import uuid

import pytest
from django.db import IntegrityError, InternalError, transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Channel
from contactpoints.reaching.sealed import opened
from tests.receivers import Browser, browser, provider, push_service

__all__ = ["browser", "provider", "push_service"]
pytestmark = pytest.mark.django_db
NUMBER = "+37120000017"


@pytest.fixture
def officer_at_desk(people):
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    return people.pol_duty


def test_a_channel_is_used_only_after_its_test_arrived(
    officer_at_desk, provider, carry_out, signed_in
):
    page = signed_in(officer_at_desk)
    given = {"kind": "sms", "address": "+371 2000-0017"}
    assert page.post("/profile/channels/add/", given).status_code == 302
    (channel,) = Channel.objects.all()
    assert (channel.state, channel.name) == ("new", "…017")
    with pytest.raises(Refused):
        actions.answer_test(channel, arrived=True, by=officer_at_desk)
    with pytest.raises(Refused):
        actions.switch_channel(channel, on=True, by=officer_at_desk)
    page.post(f"/profile/channels/{channel.uid}/test/")
    assert "on its way" in page.get("/profile/channels/").content.decode()
    with pytest.raises(Refused, match="not left yet"):
        actions.answer_test(channel, arrived=True, by=officer_at_desk)
    carry_out()
    ((to, said),) = provider.texts
    assert to == NUMBER
    assert "test" in said
    assert "Did it arrive?" in page.get("/profile/channels/").content.decode()
    page.post(f"/profile/channels/{channel.uid}/answer/", {"arrived": "yes"})
    page.post(f"/profile/channels/{channel.uid}/answer/", {"arrived": "yes"})
    channel.refresh_from_db()
    assert (channel.state, channel.failures) == ("on", 0)
    verbs = Entry.objects.filter(verb__startswith="reach.").values_list("verb", flat=True)
    assert sorted(verbs) == ["reach.added", "reach.answered", "reach.tested"]


def test_an_answer_no_keeps_it_off_and_switching_is_safe_twice(
    officer_at_desk, provider, carry_out, later
):
    channel = actions.add_channel("sms", NUMBER, by=officer_at_desk)
    actions.test_channel(channel, by=officer_at_desk)
    with pytest.raises(Refused, match="half a minute"):
        actions.test_channel(channel, by=officer_at_desk)
    carry_out()
    assert actions.answer_test(channel, arrived=False, by=officer_at_desk).state == "new"
    later(seconds=31)
    actions.test_channel(channel, by=officer_at_desk)
    carry_out()
    actions.answer_test(channel, arrived=True, by=officer_at_desk)
    for _again in range(2):
        assert actions.switch_channel(channel, on=False, by=officer_at_desk).state == "off"
    for _again in range(2):
        assert actions.switch_channel(channel, on=True, by=officer_at_desk).state == "on"
    assert Entry.objects.filter(verb="reach.switched").count() == 2
    for _again in range(2):
        actions.remove_channel(channel, by=officer_at_desk)
    assert not Channel.objects.exists()


def test_numbers_are_sealed_and_stand_in_no_page_audit_or_message(
    officer_at_desk, provider, signed_in, api
):
    channel = actions.add_channel("sms", NUMBER, by=officer_at_desk)
    again = actions.add_channel("sms", "+371 200 000 17", by=officer_at_desk)
    assert again.pk == channel.pk
    actions.test_channel(channel, by=officer_at_desk)
    row = json.dumps(list(Channel.objects.values()), default=str)
    assert NUMBER[4:] not in row
    assert opened(channel.address) == NUMBER
    said = json.dumps(list(Entry.objects.values()), default=str)
    said += json.dumps(list(Message.objects.values()), default=str)
    said += signed_in(officer_at_desk).get("/profile/channels/").content.decode()
    said += api(officer_at_desk).get("/api/v1/channels/").content.decode()
    assert NUMBER not in said
    assert "SECRET-KEY" not in said
    assert actions.reseal_channels() == 1
    channel.refresh_from_db()
    assert opened(channel.address) == NUMBER


@pytest.mark.parametrize("door", ["page", "api"])
def test_hostile_numbers_are_refused_with_a_sentence(
    door, officer_at_desk, provider, signed_in, api
):
    hostile = [
        "", "20000017", "+0123456789", "+37120000017&to=+375290000000", "+٣٧١٢٠٠٠٠٠١٧",
        "http://127.0.0.1:6379/", "+371 2000\x0017", "+3712" * 20_000, "+37120000017\r\nX: y",
        "file:///etc/passwd", "+1;DROP TABLE",
    ]  # fmt: skip
    page, client = signed_in(officer_at_desk), api(officer_at_desk)
    for kind in ("sms", "voice"):
        for number in hostile:
            given = {"kind": kind, "address": number}
            answer = (
                page.post("/profile/channels/add/", given)
                if door == "page"
                else client.post("/api/v1/channels/", given)
            )
            assert answer.status_code == 400, number[:40]
    for handle in ("a b", "http://x", "{to}", "x/../y", "ā" * 5, "@" * 65):
        with pytest.raises(Invalid):
            actions.add_channel("messenger", handle, by=officer_at_desk)
    for kind in ("mail", "live", "pager", ""):
        with pytest.raises(Invalid):
            actions.add_channel(kind, NUMBER, by=officer_at_desk)
    assert not Channel.objects.exists()


def test_a_browser_may_name_no_host_but_an_allowed_push_service(officer_at_desk, browser):
    for endpoint in (
        "http://127.0.0.1:6379/", "http://169.254.169.254/latest", "https://evil.example/x",
        "https://fcm.googleapis.com.evil.example/x", "https://fcm.googleapis.com:8443/x",
        "http://fcm.googleapis.com/x", "https://user@fcm.googleapis.com/x", "file:///etc/passwd",
        f"https://evil.example@{browser.receiver.origin[7:]}/", "https://[::1", "", 5,
        "https://push.apple.com/x",
    ):  # fmt: skip
        given = json.dumps({**browser.subscription, "endpoint": endpoint})
        with pytest.raises(Invalid):
            actions.add_channel("push", given, by=officer_at_desk)
    for given in (
        "", "[]", "null", '{"endpoint": 1}', "{" * 3000,
        json.dumps({**browser.subscription, "keys": {"p256dh": "AA", "auth": "AA"}}),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            actions.add_channel("push", given, by=officer_at_desk)
    for host in ("fcm.googleapis.com", "web.push.apple.com"):
        given = json.dumps({**browser.subscription, "endpoint": f"https://{host}/x"})
        assert actions.add_channel("push", given, by=officer_at_desk).kind == "push"


def test_another_officers_channel_does_not_exist(people, provider, signed_in, api):
    channel = actions.add_channel("sms", NUMBER, by=people.pol_duty)
    other, client = signed_in(people.pol_head), api(people.pol_head)
    for verb, given in (
        ("test", {}),
        ("answer", {"arrived": "yes"}),
        ("switch", {}),
        ("remove", {}),
    ):
        path = f"/profile/channels/{channel.uid}/{verb}/"
        assert other.post(path, given).status_code == 404
        assert other.post(path.replace(str(channel.uid), str(uuid.uuid4()))).status_code == 404
    for verb in ("test/", "answer/", "switch/"):
        path = f"/api/v1/channels/{channel.uid}/{verb}"
        assert client.post(path, {"arrived": True, "on": True}).status_code == 404
    assert client.get(f"/api/v1/channels/{channel.uid}/").status_code == 404
    assert client.delete(f"/api/v1/channels/{channel.uid}/").status_code == 404
    for verb in (
        lambda: actions.test_channel(channel, by=people.pol_head),
        lambda: actions.answer_test(channel, arrived=True, by=people.pol_head),
        lambda: actions.switch_channel(channel, on=False, by=people.pol_head),
        lambda: actions.remove_channel(channel, by=people.pol_head),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_api_does_what_the_page_does(officer_at_desk, provider, carry_out, api):
    client = api(officer_at_desk)
    made = client.post("/api/v1/channels/", {"kind": "messenger", "address": "@pol.duty"})
    assert made.status_code == 201
    uid = made.json()["uid"]
    assert client.get("/api/v1/channels/").json()["offered"] == ["sms", "messenger", "voice"]
    assert client.post(f"/api/v1/channels/{uid}/test/").json()["state"] == "tested"
    assert client.post(f"/api/v1/channels/{uid}/test/").status_code == 429
    carry_out()
    assert provider.texts[0][0] == "@pol.duty"
    answer = client.post(f"/api/v1/channels/{uid}/answer/", {"arrived": True})
    assert answer.json()["state"] == "on"
    assert client.post(f"/api/v1/channels/{uid}/switch/", {"on": False}).json()["state"] == "off"
    assert client.delete(f"/api/v1/channels/{uid}/").status_code == 204
    assert client.get(f"/api/v1/channels/{uid}/").status_code == 404


def test_a_suspended_account_keeps_no_numbers(people, provider):
    actions.add_channel("sms", NUMBER, by=people.pol_duty)
    actions.suspend_officer(people.pol_duty, reason="Left the service.", by=people.by_admin)
    assert not Channel.objects.exists()


def test_the_database_knows_the_rules(people, provider):
    channel = actions.add_channel("sms", NUMBER, by=people.pol_duty)
    rows = Channel.objects.filter(pk=channel.pk)
    for change in ({"state": "on"}, {"state": "off"}, {"kind": "mail"}, {"state": "failed"},
                   {"officer": people.pol_head}):  # fmt: skip
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            rows.update(**change)


def test_there_is_an_end_to_how_many_channels_and_tests(people, provider, later):
    for place in range(12):
        actions.add_channel("sms", f"+3712000001{place:02}", by=people.pol_duty)
    with pytest.raises(Refused, match="12 channels"):
        actions.add_channel("sms", "+37129999999", by=people.pol_duty)
    tests = Message.objects.filter(key__startswith="reach-test:")
    for channel in Channel.objects.all():
        actions.test_channel(channel, by=people.pol_duty)
    later(seconds=31)
    for channel in Channel.objects.order_by("pk")[:8]:
        actions.test_channel(channel, by=people.pol_duty)
    assert tests.count() == 20
    with pytest.raises(Refused, match="in this hour"):
        actions.test_channel(Channel.objects.order_by("pk")[9], by=people.pol_duty)
    assert tests.count() == 20


def test_without_settings_nothing_is_offered_and_the_page_says_so(people, signed_in, settings):
    settings.CHANNEL_URLS, settings.VAPID_PRIVATE_KEY = {}, ""
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    page = signed_in(people.pol_duty).get("/profile/channels/").content.decode()
    assert "offers no further channels" in page
    with pytest.raises(Invalid):
        actions.add_channel("sms", NUMBER, by=people.pol_duty)


def test_the_head_of_the_point_sees_which_kinds_work_and_no_number(people, provider, signed_in):
    people.pol_head.language = "en"
    people.pol_head.save(update_fields=["language"])
    actions.add_channel("sms", NUMBER, by=people.pol_duty)
    actions.add_channel("sms", NUMBER, by=people.dgp_duty)
    page = signed_in(people.pol_head).get("/profile/channels/")
    shown = page.content.decode()
    assert [one.officer for one in page.context["officers"]] == [people.pol_duty]
    assert "Not tested" in shown
    assert "017" not in shown.split('id="officers"')[1].split("</section>")[0]
    assert not signed_in(people.pol_duty).get("/profile/channels/").context["officers"]


def test_the_service_worker_stands_at_the_root_and_may_run(client, signed_in, browser, people):
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    page = signed_in(people.pol_duty).get("/profile/channels/").content.decode()
    assert "data-push-key=" in page
    assert Browser(browser.receiver, "two").as_json not in page
