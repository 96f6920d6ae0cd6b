"""Settings of officers' own channels (docs/channels.md) and of webhooks (docs/webhooks.md). Part of
the settings; read from the environment like the rest. What is set wrongly stops the start with a
sentence that repeats no address: a provider's holds its password.
"""

import base64
import ipaddress
import re
from datetime import time
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.FileAwareEnv()

# Kinds of providers that apprise may reach for the portal: own gateways by HTTP, SMS and telephone
# services, messengers. Everything else apprise knows (files, desktops, social networks) is refused.
CHANNEL_SCHEMES = {
    "json", "jsons", "form", "forms", "xml", "xmls",
    "bulksms", "clickatell", "clicksend", "httpsms", "infobip", "msgbird", "plivo", "seven",
    "sinch", "smseagle", "smseagles", "smsmanager", "smsmgr", "telnyx", "twilio", "vonage",
    "voipms", "46elks", "elks",
    "matrix", "matrixs", "signal", "signals", "tgram", "threema", "viber", "whatsapp",
}  # fmt: skip


def _provider(name: str) -> str:
    address = str(_env.str(name, default="")).strip()
    if not address:
        return ""
    if address.partition("://")[0].lower() not in CHANNEL_SCHEMES:
        raise ImproperlyConfigured(f"{name} begins with a kind of provider that is not allowed.")
    if "{to}" not in address:
        raise ImproperlyConfigured(f"{name} must have {{to}} where the officer's number belongs.")
    return address


# Providers as apprise writes them, {to} for the officer's number or handle; empty: not offered.
CHANNEL_URLS = {
    "sms": _provider("CHANNEL_SMS_URL"),
    "messenger": _provider("CHANNEL_MESSENGER_URL"),
    "voice": _provider("CHANNEL_VOICE_URL"),
}
# What the messenger is called to officers.
CHANNEL_MESSENGER_NAME = _env.str("CHANNEL_MESSENGER_NAME", default="")
# Failed attempts in a row after which a channel is switched off; six are one message's attempts.
CHANNEL_FAILURES_MOST = _env.int("CHANNEL_FAILURES_MOST", default=6)
# Messages of their own by one channel within a minute; what comes more is told together.
FLOOD_MOST = _env.int("FLOOD_MOST", default=3)
# When alerts of priority P4 are told by mail, by the clock of the officer's side.
DIGEST_AT = [text.strip() for text in _env.list("DIGEST_AT", default=["07:30", "19:30"])]
try:
    _hours = [time.fromisoformat(text) for text in DIGEST_AT]
except ValueError as error:
    raise ImproperlyConfigured("DIGEST_AT must be hours such as 07:30,19:30.") from error
if not _hours or any(hour.tzinfo for hour in _hours):
    raise ImproperlyConfigured("DIGEST_AT must be hours such as 07:30,19:30.")

# Web Push: `manage.py make_vapid_key` makes one. Without it no browser is offered notifications.
VAPID_PRIVATE_KEY = str(_env.str("VAPID_PRIVATE_KEY", default="")).strip()
if VAPID_PRIVATE_KEY:
    try:
        _raw = base64.urlsafe_b64decode(VAPID_PRIVATE_KEY + "=" * (-len(VAPID_PRIVATE_KEY) % 4))
    except ValueError:
        _raw = b""
    if len(_raw) != 32:
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY is no such key: make one with manage.py make_vapid_key."
        )
# Whom a push service writes to when something is wrong with our pushes.
VAPID_SUBJECT = _env.str("VAPID_SUBJECT", default="mailto:portal@bordercoop.example")
if not VAPID_SUBJECT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured("VAPID_SUBJECT must be mailto:ADDRESS or https://ADDRESS.")
# Push services that browsers may name. "*." takes every name below; a whole origin is for
# receivers on this machine alone.
PUSH_HOSTS = [
    entry.strip().rstrip("/")
    for entry in _env.list(
        "PUSH_HOSTS",
        default=[
            "fcm.googleapis.com",
            "updates.push.services.mozilla.com",
            "*.push.apple.com",
            "*.notify.windows.com",
        ],
    )
]
for _entry in PUSH_HOSTS:
    _origin = urlsplit(_entry)
    if "://" in _entry and _origin.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ImproperlyConfigured("PUSH_HOSTS takes hosts; whole origins only of this machine.")
    if "://" not in _entry and not re.fullmatch(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", _entry):
        raise ImproperlyConfigured("PUSH_HOSTS must be hosts such as fcm.googleapis.com.")

# --- webhooks: systems of a side that are told by HTTP what happens at its desks

# Hosts to which they may lead, always by https: "host", "host:port", "*.host" for every name below.
# A whole origin is for receivers on this machine alone.
WEBHOOK_HOSTS = [
    entry.strip().rstrip("/")
    for entry in _env.list(
        "WEBHOOK_HOSTS",
        # Names that lead nowhere, so that the demo can show what an installation has.
        default=["dispatch.lv.example", "dispatch.by.example"]
        if _env.bool("DEMO", default=False)
        else [],
    )
]
for _entry in WEBHOOK_HOSTS:
    _origin = urlsplit(_entry)
    if "://" in _entry and _origin.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ImproperlyConfigured("WEBHOOK_HOSTS takes hosts; whole origins only of this machine.")
    if "://" not in _entry and not re.fullmatch(
        r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?", _entry
    ):
        raise ImproperlyConfigured("WEBHOOK_HOSTS must be hosts such as dispatch.example.org.")
# A name of these hosts may lead to public addresses, and to private ones in these networks alone.
try:
    WEBHOOK_NETWORKS = [
        ipaddress.ip_network(text.strip()) for text in _env.list("WEBHOOK_NETWORKS", default=[])
    ]
except ValueError as error:
    raise ImproperlyConfigured("WEBHOOK_NETWORKS must be networks such as 10.1.0.0/16.") from error
# Hours for which the secret before the present one signs as well.
WEBHOOK_OVERLAP_HOURS = _env.int("WEBHOOK_OVERLAP_HOURS", default=24)
# Days without one success after which the portal switches a webhook off.
WEBHOOK_FAILING_DAYS = _env.int("WEBHOOK_FAILING_DAYS", default=5)
if not 1 <= WEBHOOK_OVERLAP_HOURS <= 720 or not 1 <= WEBHOOK_FAILING_DAYS <= 30:
    raise ImproperlyConfigured(
        "WEBHOOK_OVERLAP_HOURS must be from 1 to 720, WEBHOOK_FAILING_DAYS from 1 to 30."
    )
