"""What the frame around every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from bordercoop.access.models import Language, Theme, User

from .clocks import clocks

# Entries that fit side by side at the lower edge of a phone, "More" among them.
ON_A_PHONE = 5


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: nothing in it costs a statement before a template reads it.

    side: "LV" | "BY" | "EU" | ""; theme; hotkeys; demo; languages: [(code, name)];
    clocks: own side first, each with city, zone, time, short_day, gap; now: aware UTC;
    awaits_factor: signed in, and nothing may be done before the second factor is set up or proved;
    unreached: whether settings.UNREACHED says that a channel of the officer does not work;
    emergency: what settings.EMERGENCY gives for the officer: uid and expires_at, or None;
    role: the name of the officer's first role, as settings.ROLE_NAME gives it;
    help: the address of the help page of this screen, else of the index of help;
    nav: what the functions named in settings.NAVIGATION give for the officer, in their order:
    [{"url", "icon", "label", "short", "count", "count_label"}]. An item may name in "also" where
    the pages of its subject stand besides. Added here: "current"; "apart", true for the first of
    a further group; "more", true for what the bar of a phone has no room for.
    """
    user = getattr(request, "user", None)
    officer = user if isinstance(user, User) else None
    cookie = request.COOKIES.get("theme", "")
    now = timezone.now()
    side = officer.side if officer else ""
    return {
        "shell": {
            "side": side,
            "theme": officer.theme if officer else (cookie if cookie in Theme.values else "auto"),
            "hotkeys": officer.hotkeys if officer else True,
            "demo": settings.DEMO,
            "languages": Language.choices,
            "now": now,
            "clocks": clocks(now, side),
            "awaits_factor": getattr(request, "awaits_factor", False),
            "emergency": SimpleLazyObject(lambda: emergency(officer)),
            "unreached": SimpleLazyObject(lambda: unreached(officer)),
            "help": help_of(request),
            "role": SimpleLazyObject(lambda: role_name(officer)),
            "finds": SimpleLazyObject(lambda: finds(officer)),
            "nav": SimpleLazyObject(lambda: navigation(request, officer)),
        }
    }


def finds(officer: User | None) -> bool:
    kept_out = import_string(settings.KEPT_OUT)
    return officer is not None and not kept_out(officer, reverse("search"))


def help_of(request: HttpRequest) -> str:
    match = request.resolver_match
    topic = settings.HELP_TOPICS.get(match.url_name or "") if match else None
    return reverse("help_topic", args=[topic]) if topic else reverse("help")


def role_name(officer: User | None) -> str:
    return str(import_string(settings.ROLE_NAME)(officer)) if officer else ""


def unreached(officer: User | None) -> bool:
    return bool(import_string(settings.UNREACHED)(officer)) if officer else False


def emergency(officer: User | None) -> Any:
    return import_string(settings.EMERGENCY)(officer) if officer else None


def navigation(request: HttpRequest, officer: User | None) -> list[dict[str, Any]]:
    if officer is None or getattr(request, "awaits_factor", False):
        return []
    items: list[dict[str, Any]] = []
    kept_out = import_string(settings.KEPT_OUT)
    for group in settings.NAVIGATION:
        found = [dict(item) for name in group for item in import_string(name)(officer)]
        found = [item for item in found if not kept_out(officer, item["url"])]
        items += [{**item, "apart": bool(items) and not place} for place, item in enumerate(found)]
    # The longest address that leads here is the current one: /incidents/new/ is not the list.
    here = {item["url"]: _reach(request.path, item) for item in items}
    current = max(here, key=lambda url: here[url], default=None)
    for item in items:
        item["current"] = item["url"] == current and here[item["url"]] > 0
    for place, item in enumerate(items):
        item["more"] = len(items) > ON_A_PHONE and place >= ON_A_PHONE - 1
    return items


def _reach(path: str, item: dict[str, Any]) -> int:
    """How much of a path the item's addresses cover; 0: it leads elsewhere."""
    addresses = (item["url"].split("?")[0], *item.get("also", ()))
    return max((len(address) for address in addresses if path.startswith(address)), default=0)
