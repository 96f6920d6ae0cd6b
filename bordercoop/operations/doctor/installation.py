"""Settings, and the files that belong to them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http.request import validate_host

from bordercoop.reference.sides import ZONE

from . import OK, WARNING, WRONG, Check, Finding

# Offsets from UTC in hours that only data kept up to date know: Minsk has had no summer since 2011.
KNOWN_HOURS = {"Europe/Riga": (2, 3), "Europe/Minsk": (3, 3), "Europe/Warsaw": (1, 2)}


def production() -> bool:
    return not (settings.DEMO or settings.DEBUG)


def secret_key() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure"):
        mend = "Set SECRET_KEY to 50 random characters or more: openssl rand -base64 48"
        yield Finding("SECRET_KEY", WRONG, "It is too short or too simple.", mend + ".")
    else:
        yield Finding("SECRET_KEY", OK, "It is long enough.")


def mode() -> Iterator[Finding]:
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.DEMO and host not in ("127.0.0.1", "localhost", "::1"):
        says = f"Demo accounts have a known password, and the portal is opened as {host}."
        yield Finding("DEMO", WRONG, says, "Set DEMO=0 and start with a new database.")
    elif settings.DEMO:
        yield Finding("DEMO", WARNING, "This is a demonstration with known passwords.")
    else:
        yield Finding("DEMO", OK, "Demo mode is off.")
    if settings.DEBUG:
        yield Finding("DEBUG", WRONG, "Errors show the code and its values.", "Set DEBUG=0.")
    else:
        yield Finding("DEBUG", OK, "It is off.")


def addresses() -> Iterator[Finding]:
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if not production():
        yield Finding("HTTPS", OK, "It is not needed on this machine alone.")
    elif not settings.HTTPS:
        yield Finding("HTTPS", WRONG, "Passwords and cookies travel in clear.", "Set HTTPS=1.")
    elif parts.scheme != "https":
        says = "Links in mails do not begin with https."
        yield Finding("HTTPS", WRONG, says, "Set BASE_URL=https://... as officers open the portal.")
    else:
        yield Finding("HTTPS", OK, "It is asked for.")
    if "*" in settings.ALLOWED_HOSTS:
        says = "Any name is accepted, so a forged one gets into answers."
        yield Finding("ALLOWED_HOSTS", WRONG, says, "Name the hosts, separated by commas.")
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        says = f"The name in BASE_URL, {host or 'none'}, is refused."
        yield Finding("ALLOWED_HOSTS", WRONG, says, "Put it into ALLOWED_HOSTS.")
    else:
        yield Finding("ALLOWED_HOSTS", OK, f"The portal is opened as {host}.")
    if production() and settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0:
        says = "Behind a proxy everybody seems to come from one address."
        mend = "Set TRUSTED_PROXIES=1, or wrong passwords of one lock out all."
        yield Finding("TRUSTED_PROXIES", WARNING, says, mend)
    token = settings.METRICS_TOKEN
    if token and len(token) < 20:
        yield Finding("METRICS_TOKEN", WRONG, "It is too short.", "Set it to: openssl rand -hex 24")


def sender() -> Iterator[Finding]:
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">").strip()
    domain = address.rpartition("@")[2]
    if "@" not in address or not domain:
        mend = "Set DEFAULT_FROM_EMAIL=Name <address@your.domain>."
        yield Finding("DEFAULT_FROM_EMAIL", WRONG, "It is no mail address.", mend)
    elif production() and (domain.endswith(".example") or domain == "localhost"):
        says = f"Mails come from {domain}, which nobody can answer and servers refuse."
        yield Finding("DEFAULT_FROM_EMAIL", WRONG, says, "Set it to an address of your domain.")
    else:
        yield Finding("DEFAULT_FROM_EMAIL", OK, f"Mails come from {domain}.")


def static_files() -> Iterator[Finding]:
    name, mend = "static files", "Run: manage.py collectstatic --no-input"
    root, missing, other = Path(settings.STATIC_ROOT), 0, 0
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            copy = root / (getattr(storage, "prefix", "") or "") / path
            if not copy.is_file():
                missing += 1
            elif copy.stat().st_size != os.path.getsize(storage.path(path)):
                other += 1
    if (missing or other) and settings.DEMO:
        yield Finding(name, OK, "The demonstration serves them from the sources.")
    elif missing or other:
        says = f"{missing} are not collected and {other} differ from the sources."
        yield Finding(name, WARNING if settings.WHITENOISE_USE_FINDERS else WRONG, says, mend + ".")
    else:
        yield Finding(name, OK, "All are collected.")


def catalogues() -> Iterator[Finding]:
    folder = Path(settings.LOCALE_PATHS[0])
    bad = []
    for language, _name in settings.LANGUAGES:
        po, mo = (folder / language / "LC_MESSAGES" / f"django.{end}" for end in ("po", "mo"))
        if not mo.is_file() or (po.is_file() and po.stat().st_mtime > mo.stat().st_mtime):
            bad.append(language)
    if bad:
        says = f"{', '.join(bad)} are not compiled, or older than their texts."
        yield Finding("translations", WRONG, says, "Run: manage.py catalogues --compile.")
    else:
        yield Finding("translations", OK, "All are compiled.")


def time_zones() -> Iterator[Finding]:
    for zone in sorted(set(ZONE.values())):
        winter, summer = (
            datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
            for month in (1, 7)
        )
        assert winter is not None
        assert summer is not None
        hours = (winter.total_seconds() // 3600, summer.total_seconds() // 3600)
        if hours != KNOWN_HOURS[zone]:
            mend = "Bring the time zone data of this machine up to date (package tzdata)."
            yield Finding("time zones", WRONG, f"{zone} is {hours} hours from UTC.", mend)
            return
    yield Finding("time zones", OK, "Riga, Minsk and Warsaw are as they should be.")


def files_folder() -> Iterator[Finding]:
    folder = Path(settings.MEDIA_ROOT)
    if not folder.is_dir():
        yield Finding("files", OK, f"There is no folder {folder} yet, and no file.")
    elif not os.access(folder, os.W_OK | os.X_OK):
        mend = f"Give the folder to the user that the portal runs as (number {os.geteuid()})."
        yield Finding("files", WRONG, f"{folder} cannot be written to.", mend)
    else:
        yield Finding("files", OK, f"{folder} can be written to.")


CHECKS: list[Check] = [
    secret_key,
    mode,
    addresses,
    sender,
    static_files,
    catalogues,
    time_zones,
    files_folder,
]
