"""The first day outside demo mode: a letter, a password, a second factor, the first steps, work."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.core.management import call_command
from django.test import Client

from bordercoop.access.models import User

pytestmark = pytest.mark.django_db
WORDS = "a mild word kept between us 1"


def code_of(secret):
    """RFC 6238 as any app does it."""
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1
    ).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def test_the_first_administrator_gets_from_the_letter_to_inviting_the_first_officer(
    settings, capsys
):
    settings.SECOND_FACTOR = "required"
    call_command("invite_administrator", "LV", "first.one", "one@lv.example", "First One",
                 language="en", print_link=True)  # fmt: skip
    link = capsys.readouterr().out.strip().split()[-1]
    browser = Client()
    form = browser.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    browser.post(form.redirect_chain[-1][0], {"password1": WORDS, "password2": WORDS})
    browser.post("/accounts/login/", {"login": "first.one", "password": WORDS})

    # Nothing opens without the factor: neither the pages nor the first steps.
    for path in ("/", "/people/", "/welcome/"):
        led = browser.get(path, follow=True).redirect_chain
        assert led[-1][0].startswith("/accounts/"), (path, led)
    at = "/accounts/2fa/totp/activate/"
    page = browser.get(at)
    if page.status_code == 302:
        browser.post(page["Location"], {"password": WORDS})
        page = browser.get(at)
    secret = re.search(r"\b[A-Z2-7]{32}\b", page.content.decode().replace(" ", ""))[0]
    assert browser.post(at, {"code": code_of(secret)}).status_code == 302

    # Then the first steps, and then the work.
    assert browser.get("/people/")["Location"] == "/welcome/"
    steps = {"name_latin": "First One", "name_local": "Pirmais", "accept": "on"}
    assert browser.post("/welcome/", steps).status_code == 302
    invited = browser.post(
        "/people/invite/",
        {
            "username": "second.one", "name_latin": "Second One", "email": "two@lv.example",
            "language": "lv", "unit": "DESK-DGP", "role": "duty_officer",
        },
    )  # fmt: skip
    assert invited.status_code == 302
    assert User.objects.get(username="second.one").invited_by.username == "first.one"
