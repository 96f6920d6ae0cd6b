"""The operator's page says in words what /health/ says in numbers."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.operations.models import Backup
from bordercoop.outbox.models import Message, Pulse
from incidents.models import Purge

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(people, signed_in):
    def page(who=None):
        answer = signed_in(who or people.lv_admin).get(
            "/operations/", headers={"Accept-Language": "en"}
        )
        return answer.status_code, answer.content.decode()

    return page


@pytest.fixture
def operator(people):
    people.lv_admin.language = "en"
    people.lv_admin.save(update_fields=["language"])
    return people.lv_admin


def backup(hours):
    at = now() - timedelta(hours=hours)
    return Backup.objects.create(
        file="b", taken_at=at, finished_at=at, size=1, rows=1, sha256="0" * 64
    )


def test_an_operator_reads_what_is_wrong_and_what_to_do(page, operator):
    Message.objects.create(channel="mail", key="k", payload={}, given_up_at=now())
    Pulse.objects.create(process="relay", at=now() - timedelta(minutes=30))
    Pulse.beat("live")
    status, text = page(operator)
    assert status == 200
    assert "1 message was given up." in text
    assert 'href="/messages/"' in text
    assert "Last sign of life 30 min ago." in text
    assert "Restart it and look into its log." in text
    assert "It has never given a sign of life." in text
    assert "There is no backup." in text


@pytest.mark.parametrize("who", ["dgp_duty", "lv_hq", "lv_auditor", "stranger"])
def test_to_others_the_page_does_not_exist(page, people, who):
    assert page(getattr(people, who))[0] == 404


def test_whoever_is_not_signed_in_is_asked_to(client):
    assert client.get("/operations/")["Location"].startswith("/accounts/login/")


def test_it_shows_nothing_of_an_incident(page, operator, released):
    case, _delivery = released(headline="A word that stands nowhere else")
    text = page(operator)[1]
    assert "A word that stands nowhere else" not in text
    assert case.number not in text


def test_the_first_page_and_the_menu_lead_operators_there(people, signed_in, operator):
    assert 'href="/operations/"' in signed_in(operator).get("/").content.decode()
    assert "/operations/" not in signed_in(people.dgp_duty).get("/").content.decode()


def test_the_age_of_the_newest_backup_is_told(client, settings):
    assert client.get("/health/").json()["backup_age_s"] is None
    backup(hours=30)
    backup(hours=5)
    facts = client.get("/health/").json()
    assert 5 * 3600 <= facts["backup_age_s"] < 5 * 3600 + 60


def test_a_missing_or_old_backup_degrades_only_where_one_is_expected(client, settings):
    assert "backup_age_s" not in client.get("/health/").json()["problems"]
    settings.BACKUP_MAX_AGE_HOURS = 26
    assert client.get("/health/").json()["problems"] == ["backup_age_s"]
    made = backup(hours=27)
    assert client.get("/health/").json()["status"] == "degraded"
    made.delete()
    backup(hours=25)
    assert client.get("/health/").json()["status"] == "ok"


@pytest.mark.parametrize(
    ("hours", "late", "says"), [(2, False, "2 h 00 min"), (27, True, "1 d 3 h")]
)
def test_a_purge_without_its_certificate_degrades_when_a_daily_run_has_passed(
    hours, late, says, client, page, operator
):
    assert client.get("/health/").json()["unfinished_purge_s"] is None
    Purge.objects.create(side="LV", process="schedule", at=now() - timedelta(hours=hours))
    facts = client.get("/health/").json()
    assert round(facts["unfinished_purge_s"] / 3600) == hours
    assert ("unfinished_purge_s" in facts["problems"]) is late
    text = page(operator)[1]
    assert f"It began {says} ago and has not ended." in text
    assert ("manage.py purge_expired" in text) is late


def test_a_disk_that_is_nearly_full_degrades(client, settings, monkeypatch):
    from bordercoop.operations import health

    assert 0 < client.get("/health/").json()["disk_free_percent"]["data"] <= 100
    monkeypatch.setattr(health, "LEAST_FREE_PERCENT", 101)
    assert client.get("/health/").json()["problems"] == ["disk_free_percent"]


def test_a_process_that_fell_silent_degrades(client):
    Pulse.objects.create(process="relay", at=now() - timedelta(seconds=110))
    assert client.get("/health/").json()["status"] == "ok"
    Pulse.objects.update(at=now() - timedelta(seconds=130))
    assert client.get("/health/").json()["problems"] == ["processes"]


def test_the_page_costs_no_more_with_more_rows(
    people, signed_in, operator, released, django_assert_max_num_queries
):
    client = signed_in(operator)
    client.get("/operations/")
    for number in range(5):
        Message.objects.create(channel="mail", key=f"k{number}", payload={}, given_up_at=now())
    with django_assert_max_num_queries(17):
        client.get("/operations/")
