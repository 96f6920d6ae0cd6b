"""Addresses of officers' channels, and secrets of webhooks, as they lie in the database."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "contactpoints.channel"


def _keys(salt: str = SALT) -> MultiFernet:
    """Seals with a key derived from SECRET_KEY; opens what a former key has sealed."""

    def key(secret: str) -> Fernet:
        raw = salted_hmac(salt, "", secret=secret, algorithm="sha256")
        return Fernet(base64.urlsafe_b64encode(raw.digest()))

    return MultiFernet(
        [key(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def seal(address: str, salt: str = SALT) -> str:
    return _keys(salt).encrypt(address.encode()).decode()


def opened(sealed: str, salt: str = SALT) -> str:
    """The address, or "" when no key of ours has sealed it (SECRET_KEY was lost)."""
    try:
        return _keys(salt).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def resealed(sealed: str, salt: str = SALT) -> str:
    """Sealed anew with the present key; as it was when no key of ours opens it."""
    try:
        return _keys(salt).rotate(sealed.encode()).decode()
    except InvalidToken:
        return sealed


def mark_of(kind: str, address: str) -> str:
    """Equal for equal addresses; says nothing of them to whoever lacks SECRET_KEY."""
    return salted_hmac(f"{SALT}.mark", f"{kind}:{address}", algorithm="sha256").hexdigest()


def opaque_tag(text: str) -> str:
    """A short word that names a thing on an officer's device and tells nothing of it."""
    return salted_hmac(f"{SALT}.tag", text, algorithm="sha256").hexdigest()[:24]
