"""A lost second factor: the administrator of the officer's own side takes it away."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed
from bordercoop.outbox.models import Message
from contactpoints import actions
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def lost(people):
    """rix_duty, whose phone is at the bottom of the Daugava."""
    TOTP.activate(people.rix_duty, SECRET)
    return people.rix_duty


def test_the_administrator_of_the_own_side_resets_it(people, lost, client):
    client.post("/accounts/login/", {"login": lost.username, "password": PASSWORD})
    code = format_hotp_value(hotp_value(SECRET, int(now().timestamp()) // 30))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/").status_code == 200
    assert actions.reset_second_factor(lost, by=people.lv_admin) == 1
    assert not Authenticator.objects.exists()
    assert client.get("/").status_code == 302, "every session has ended"
    entry = Entry.objects.get(verb="account.factors_reset")
    assert (entry.actor, entry.about) == (people.lv_admin, f"user:{lost.username}")
    assert Message.objects.get(channel="factor_reset").payload == {"account": lost.pk}
    assert actions.reset_second_factor(lost, by=people.lv_admin) == 0
    assert Message.objects.filter(channel="factor_reset").count() == 1, "told once"


@pytest.mark.parametrize("who", ["by_admin", "rix_head", "lv_hq", "lv_auditor", "stranger"])
def test_nobody_else_resets_it(people, lost, who):
    with pytest.raises(NotAllowed):
        actions.reset_second_factor(lost, by=getattr(people, who))
    assert Authenticator.objects.exists()


def test_nobody_resets_the_own_one(people):
    TOTP.activate(people.lv_admin, SECRET)
    with pytest.raises(NotAllowed):
        actions.reset_second_factor(people.lv_admin, by=people.lv_admin)


def test_an_account_without_a_posting_is_nobodys_to_reset(people):
    TOTP.activate(people.stranger, SECRET)
    with pytest.raises(NotAllowed):
        actions.reset_second_factor(people.stranger, by=people.lv_admin)
    assert actions.reset_second_factor(people.stranger, by=None) == 1, "an operator may"
