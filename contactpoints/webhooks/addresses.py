"""Where a webhook may lead: what of an address is allowed, when it is written and when it is used.

An administrator gives the address of a server, so the portal must not be led to its own network:
the host must be one that WEBHOOK_HOSTS names, and what its name leads to at the moment of sending
must be public, or in a network of WEBHOOK_NETWORKS.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid

MOST = 500
# Nothing that one reader of addresses takes for the end of the host and another does not.
SAFE = r"https?://[A-Za-z0-9.:\[\]\-]+(/[A-Za-z0-9._~/?&=+%,;!$*()@:\-]*)?"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def local(address: str) -> bool:
    """Whether it belongs to a whole origin of the settings: a receiver on this machine."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" in settings.WEBHOOK_HOSTS


def allowed(address: str) -> bool:
    """Whether the settings allow it."""
    if len(address) > MOST or not re.fullmatch(SAFE, address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or not host:
        return False
    if local(address):
        return True
    if parts.scheme != "https":
        return False
    for entry in settings.WEBHOOK_HOSTS:
        if "://" in entry:
            continue
        name, _colon, wanted = entry.partition(":")
        known = host.endswith(name[1:]) if name.startswith("*.") else host == name
        if known and (port or 443) == int(wanted or 443):
            return True
    return False


def address_of(typed: str) -> str:
    """The address as it is kept; Invalid with a sentence for one that is not allowed."""
    address = typed.strip()
    if allowed(address):
        return address
    if not settings.WEBHOOK_HOSTS:
        sentence = _("The operator of the portal has allowed no host for webhooks yet. Ask there.")
    elif not address.lower().startswith("https://"):
        sentence = _("Write the whole address; it begins with https://.")
    else:
        sentence = _(
            "The portal does not send to this address. Allowed are: %(hosts)s. Ask the operator "
            "for another one."
        ) % {"hosts": ", ".join(settings.WEBHOOK_HOSTS)}
    raise Invalid(sentence, fields={"address": [sentence]})


def reachable(found: Address, *, on_this_machine: bool) -> bool:
    """Whether a connection may be opened to what a name led to just now."""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if on_this_machine:
        return found.is_loopback
    if any(found in network for network in settings.WEBHOOK_NETWORKS):
        return True
    return found.is_global and not found.is_multicast
