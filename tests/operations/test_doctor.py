"""The doctor names what is wrong and how to mend it. Each thing is broken for real."""

import shutil
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils.timezone import now

from bordercoop.operations.doctor import examine
from bordercoop.operations.models import Backup
from bordercoop.outbox.models import Message, Pulse
from incidents.models import Purge
from tests.operations.conftest import Database
from tests.smtp import mailbox  # noqa: F401  used as a fixture

SOUND = {
    "DEMO": False,
    "DEBUG": False,
    "HTTPS": True,
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS",
    "BASE_URL": "https://portal.service.lv",
    "ALLOWED_HOSTS": ["portal.service.lv"],
    "DEFAULT_FROM_EMAIL": "BorderCoop <portal@service.lv>",
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    "BACKUP_MAX_AGE_HOURS": 26,
}


def alive(copy):
    """All processes of this installation are at work, and there is a backup."""
    with copy.current():
        for process in ("live", "relay", "worker", "beat"):
            Pulse.beat(process)
        at = now() - timedelta(hours=1)
        Backup.objects.create(file="b", taken_at=at, finished_at=at, size=1, rows=1, sha256="0")
        Message.objects.filter(done_at=None).update(done_at=now())
    return copy


@pytest.fixture(scope="module")
def one_for_reading(databases, demo_database):
    return alive(databases(demo_database))


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def sound(settings, tmp_path, collected, mailbox):  # noqa: F811
    """The settings of an installation in which nothing is wrong."""
    for name, value in SOUND.items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.STATIC_ROOT = collected
    return settings


def found():
    """Name of the check -> its finding; every line is one line."""
    findings = list(examine())
    for finding in findings:
        assert "\n" not in str(finding)
        assert finding.says[-1] == "."
        assert finding.state == "ok" or finding.mend or finding.name == "DEMO"
    return {finding.name: finding for finding in findings}


def wrong():
    return {name for name, finding in found().items() if finding.state == "wrong"}


@pytest.fixture
def whole(one_for_reading, sound):
    """A sound installation, but for the role: the suite works as the owner of its tables."""
    with one_for_reading.current():
        yield one_for_reading


@pytest.fixture
def own(databases, demo_database, sound):
    """The same for a test that breaks it."""
    copy = alive(databases(demo_database))
    with copy.current():
        yield copy


def test_a_sound_installation_has_nothing_wrong_but_the_role_of_this_suite(whole):
    findings = found()
    assert {name for name, one in findings.items() if one.state != "ok"} == {"role"}
    assert "owns the tables" in findings["role"].says
    assert len(findings) > 22


def test_the_command_prints_a_line_a_check_and_fails(whole, capsys):
    with pytest.raises(CommandError) as error:
        call_command("doctor", no_color=True)
    assert error.value.returncode == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(line.split()[0] in ("ok", "warning", "wrong") for line in lines)
    assert sum(line.startswith("wrong") for line in lines) == 1


def test_in_a_demonstration_nothing_is_wrong(whole, settings, capsys):
    settings.DEMO, settings.HTTPS = True, False
    settings.BASE_URL, settings.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["127.0.0.1"]
    call_command("doctor", no_color=True)
    assert "Nothing is wrong; warnings: 1." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "value", "check", "says"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY", "too short"),
        ("SECRET_KEY", "a" * 80, "SECRET_KEY", "too simple"),
        ("DEBUG", True, "DEBUG", "shows|show the code"),
        ("DEMO", True, "DEMO", "known password"),
        ("HTTPS", False, "HTTPS", "in clear"),
        ("BASE_URL", "http://portal.service.lv", "HTTPS", "do not begin with https"),
        ("BASE_URL", "https://other.lv", "ALLOWED_HOSTS", "other.lv, is refused"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS", "Any name"),
        ("DEFAULT_FROM_EMAIL", "portal@bordercoop.example", "DEFAULT_FROM_EMAIL", "refuse"),
        ("DEFAULT_FROM_EMAIL", "nobody", "DEFAULT_FROM_EMAIL", "no mail address"),
        ("METRICS_TOKEN", "abc", "METRICS_TOKEN", "too short"),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:1/0", "broker", "does not answer"),
        ("CELERY_BROKER_URL", "nonsense", "broker", "does not answer"),
        ("EMAIL_PORT", 1, "mail server", "does not answer"),
        ("EMAIL_HOST", "nowhere.invalid", "mail server", "does not answer"),
        ("EMAIL_USE_TLS", True, "mail server", "does not answer"),
    ],
)
def test_a_setting_that_is_wrong_is_named(whole, settings, setting, value, check, says):
    import re

    setattr(settings, setting, value)
    finding = found()[check]
    assert finding.state == "wrong"
    assert re.search(says, finding.says)


def test_a_mail_server_that_says_nothing_is_not_waited_for_long(whole, settings, monkeypatch):
    from bordercoop.operations.doctor import servers
    from tests.kernel.machinery import HangingReceiver

    monkeypatch.setattr(servers, "SECONDS", 0.3)
    hanging = HangingReceiver()
    settings.EMAIL_PORT = hanging.port
    assert found()["mail server"].state == "wrong"
    hanging.close()


def test_files_that_were_not_collected_or_compiled_are_counted(whole, settings, tmp_path):
    static = settings.STATIC_ROOT = shutil.copytree(settings.STATIC_ROOT, tmp_path / "static")
    (static / "css" / "app.css").unlink()
    (static / "css" / "shell.css").write_text("old")
    assert "1 are not collected and 1 differ" in found()["static files"].says
    shutil.copytree(portal_settings.BASE_DIR / "locale", tmp_path / "locale")
    (tmp_path / "locale" / "be" / "LC_MESSAGES" / "django.mo").unlink(missing_ok=True)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert "be" in found()["translations"].says


def test_a_database_that_is_away_is_named_and_the_other_checks_go_on(sound, databases):
    databases()  # unblocks the database for this test
    with Database("there_is_none").current():
        findings = found()
    assert 'database "there_is_none" does not exist' in findings["database"].says
    assert findings["migrations"].state == "wrong"
    assert findings["broker"].state == "ok"
    assert findings["mail server"].state == "ok"


def test_an_empty_database_asks_for_its_tables(sound, databases):
    with databases().current():
        findings = found()
    assert "manage.py prepare" in findings["migrations"].mend
    assert findings["triggers"].state == findings["extensions"].state == "wrong"


def test_what_is_broken_in_the_database_is_found(own):
    own.sql(
        "DELETE FROM django_migrations WHERE app = 'incidents' AND name ="
        " (SELECT max(name) FROM django_migrations WHERE app = 'incidents')"
    )
    own.sql("REVOKE SELECT ON incidents_share FROM CURRENT_USER")
    ((trigger,),) = own.sql(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass"
        " AND tgname LIKE 'pgtrigger_append_only%%'"
    )
    own.sql(f"ALTER TABLE audit_entry DISABLE TRIGGER {trigger}")
    findings = found()
    assert "1 are not applied, from incidents." in findings["migrations"].says
    assert "incidents_share" in findings["rights"].says
    assert "audit_entry.append_only is switched off" in findings["triggers"].says
    own.sql(f"DROP TRIGGER {trigger} ON audit_entry")
    assert "audit_entry.append_only is uninstalled" in found()["triggers"].says
    own.sql("DROP EXTENSION btree_gist CASCADE")
    assert "btree_gist is missing" in found()["extensions"].says


def test_a_clock_that_is_off_is_found(whole):
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert "clock" in wrong()


def test_work_that_is_not_done_is_found(own, settings):
    Pulse.objects.filter(process="relay").delete()
    Pulse.objects.filter(process="worker").update(at=now() - timedelta(hours=1))
    Message.objects.create(channel="mail", key="k", payload={}, due_at=now() - timedelta(hours=1))
    Backup.objects.update(taken_at=now() - timedelta(hours=40))
    findings = found()
    assert "never given" in findings["relay"].says
    assert "1 h 00 min old" in findings["worker"].says
    assert "has been due for 1 h" in findings["outbox"].says
    assert findings["backup"].state == "wrong"
    Message.objects.filter(key="k").update(given_up_at=now())
    assert "1 messages were given up" in found()["outbox"].says
    Purge.objects.create(side="LV", process="schedule", at=now() - timedelta(days=2))
    assert found()["purge"].mend.startswith("Run manage.py purge_expired")
    Backup.objects.all().delete()
    settings.BACKUP_MAX_AGE_HOURS = 0
    assert found()["backup"].state == "warning"


def test_a_desk_without_duty_and_a_full_disk_are_found(whole, monkeypatch):
    from bordercoop.operations import health
    from bordercoop.operations.doctor import work

    with time_machine.travel(now() + timedelta(days=400)):
        assert "Nobody is on duty at DESK-" in found()["duty"].says
    monkeypatch.setattr(work, "LEAST_FREE_PERCENT", 101)
    monkeypatch.setattr(health, "LEAST_FREE_PERCENT", 101)
    assert found()["disk of data"].state == "wrong"


def test_no_secret_is_shown(whole, settings, capsys):
    settings.METRICS_TOKEN = settings.EMAIL_HOST_PASSWORD = "a-secret-that-is-long-enough"
    settings.EMAIL_HOST_USER = "portal"
    with pytest.raises(CommandError):
        call_command("doctor")
    said = capsys.readouterr().out
    from django.db import connection

    for secret in (
        settings.SECRET_KEY,
        settings.METRICS_TOKEN,
        connection.settings_dict["PASSWORD"],
    ):
        assert secret not in said
