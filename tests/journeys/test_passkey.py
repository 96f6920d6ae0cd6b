"""A passkey in a real browser: added, used as second factor, and signing in alone.

Chromium's own virtual authenticator holds it. Passkeys need a name, so the portal is opened as
localhost here.
"""

import re

import pytest
from playwright.sync_api import expect

from incidents.demo.people import PASSWORD

pytestmark = pytest.mark.journey
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
OFFICER = "msq.officer"


@pytest.fixture
def device(portal, screen):
    """A browser at localhost with a key in it: its Screen; `forget()` takes the key away."""
    device = screen(base_url=portal.url.replace("127.0.0.1", "localhost"))
    wire = device.context.new_cdp_session(device.page)
    wire.send("WebAuthn.enable")
    key = wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    device.forget = lambda: wire.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    yield device
    portal.sql(
        "DELETE FROM mfa_authenticator WHERE user_id = "
        "(SELECT id FROM access_user WHERE username = %s)",
        OFFICER,
    )


def sign_out(page):
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_passkey_is_added_and_then_signs_in_both_ways(device):
    device.expect("401")  # what a page still asked for while its officer signed out
    page = device.sign_in(OFFICER).page
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("[name=name]").fill("Key on my key ring")
    page.locator("#passkey-alone").check()
    device.accessible()
    page.locator("#passkey-add").click()
    expect(page.locator("[data-recovery-codes] li")).to_have_count(10)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("Key on my key ring")).to_be_visible()
    device.accessible()

    sign_out(page)
    page.locator("[name=login]").fill(OFFICER)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/accounts/2fa/authenticate/"))
    device.accessible()
    page.locator("#passkey-use").click()
    page.wait_for_selector("body[data-user]")

    sign_out(page)
    page.locator("#passkey-sign-in").click()
    page.wait_for_selector("body[data-user]")

    sign_out(page)
    device.forget()
    page.locator("#passkey-sign-in").click()
    expect(page.locator("#passkey-form [data-passkey-failed]")).to_be_visible()
    expect(page).to_have_url(re.compile("/accounts/login/"))
