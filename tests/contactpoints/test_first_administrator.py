"""`manage.py invite_administrator`: how a new installation gets somebody who invites the others."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bordercoop.access.models import User
from contactpoints.access import administered
from contactpoints.models import Unit

pytestmark = pytest.mark.django_db


def invite(*args, **options):
    out = StringIO()
    call_command("invite_administrator", *args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.mark.parametrize(("side", "root"), [("LV", "LV-SBG"), ("BY", "BY-GPK")])
def test_each_side_gets_its_own(side, root, client):
    link = invite(side, "first.one", "one@side.example", "First One", print_link=True)
    user = User.objects.get(username="first.one")
    assert administered(user) == {
        unit.pk for unit in Unit.objects.filter(path__startswith=f"{root}/", side=side)
    }
    page = client.get(link.strip().removeprefix("http://127.0.0.1:8000"), follow=True)
    assert b"password1" in page.content


def test_without_being_asked_no_link_is_printed():
    assert invite("LV", "first.one", "one@side.example", "First One") == ""


def test_what_cannot_be_is_a_sentence():
    with pytest.raises(CommandError, match="Latin letters"):
        invite("LV", "first.one", "one@side.example", "Первый")
    with pytest.raises(CommandError, match="user name"):
        invite("LV", "X Y", "one@side.example", "First One")
    assert not User.objects.exists()
