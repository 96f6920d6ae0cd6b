"""Which kinds of channels this installation offers, and what an address of each must look like.

Officers give numbers and handles, never addresses of servers: those come from the settings, and a
browser's subscription must lead to a push service that the settings name.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

from ..models import ChannelKind

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
FILLING = re.compile(r"[ ()./\u00a0-]")
HANDLE = re.compile(r"[A-Za-z0-9_@+.-]{3,64}")
LONGEST_ENDPOINT = 1500


def offered(kind: str) -> bool:
    """Whether the settings name what this kind needs."""
    if kind == ChannelKind.PUSH:
        return bool(settings.VAPID_PRIVATE_KEY)
    return bool(settings.CHANNEL_URLS.get(kind))


def provider_address(kind: str, to: str) -> str:
    """The provider's address with the officer's number in it. Never to be logged or shown."""
    return str(settings.CHANNEL_URLS[kind]).replace("{to}", quote(to, safe=""))


def number_of(typed: str) -> str:
    """A telephone number as E.164; Invalid with a sentence for anything else."""
    number = FILLING.sub("", typed)
    if not NUMBER.fullmatch(number):
        sentence = _(
            "Write the whole number with + and the code of the country, such as +371 20000000."
        )
        raise Invalid(sentence, fields={"address": [sentence]})
    return number


def handle_of(typed: str) -> str:
    handle = typed.strip()
    if not HANDLE.fullmatch(handle):
        sentence = _(
            "Write the name or number you have in the messenger: 3 to 64 letters, digits and signs "
            "such as @ and +, without spaces."
        )
        raise Invalid(sentence, fields={"address": [sentence]})
    return handle


# Nothing that one reader of addresses takes for the end of the host and another does not.
SAFE_ENDPOINT = r"https?://[A-Za-z0-9.:\-]+(/[A-Za-z0-9._~:/?&=+%,;!$*()@\-]*)?"


def allowed_push_host(endpoint: str) -> bool:
    """Whether an endpoint belongs to a push service that PUSH_HOSTS names.

    An entry is a host ("*." before it: any name below), taken at https on its usual port; or a
    whole origin on a loopback address, for receivers of demonstrations and tests.
    """
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or "@" in parts.netloc:
        return False
    # Others read an address that holds anything else in other pieces than this one does.
    if not re.fullmatch(r"[A-Za-z0-9.\-]+", host) or not re.fullmatch(SAFE_ENDPOINT, endpoint):
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.PUSH_HOSTS:
        return True
    if parts.scheme != "https" or port not in (None, 443):
        return False
    return any(
        host.endswith(entry[1:]) if entry.startswith("*.") else host == entry
        for entry in settings.PUSH_HOSTS
        if "://" not in entry
    )


def _bytes_of(text: Any) -> bytes:
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_=-]{1,200}", text):
        return b""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (ValueError, binascii.Error):
        return b""


def subscription_of(given: str) -> str:
    """A browser's subscription as JSON in one order; Invalid for one that is not whole, or whose
    push service the settings do not name."""
    try:
        found = json.loads(given[:4000])
        endpoint, keys = found["endpoint"], found["keys"]
        whole = (
            isinstance(endpoint, str)
            and 0 < len(endpoint) <= LONGEST_ENDPOINT
            and endpoint.isascii()
            and endpoint.isprintable()
            and " " not in endpoint
            and isinstance(keys, Mapping)
            and len(_bytes_of(keys.get("p256dh"))) == 65
            and len(_bytes_of(keys.get("auth"))) == 16
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        sentence = _("The browser gave no usable subscription. Try again, or take another browser.")
        raise Invalid(sentence, fields={"address": [sentence]})
    if not allowed_push_host(endpoint):
        sentence = _(
            "The notifications of this browser go through a service that the portal does not "
            "allow. Take another browser, or ask your administrator."
        )
        raise Invalid(sentence, fields={"address": [sentence]})
    kept = {"endpoint": endpoint, "keys": {name: keys[name] for name in ("auth", "p256dh")}}
    return json.dumps(kept, sort_keys=True)


def address_of(kind: str, typed: str) -> str:
    """What is kept of what was typed; Invalid with a sentence when it is no such address."""
    if kind == ChannelKind.PUSH:
        return subscription_of(typed)
    if kind == ChannelKind.MESSENGER:
        return handle_of(typed)
    return number_of(typed)


def masked(kind: str, address: str) -> str:
    """What of an address tells its officer which one it is."""
    return f"…{address[-3:]}" if kind != ChannelKind.PUSH else ""
