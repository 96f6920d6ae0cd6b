"""What this app adds to the frame and to the home page."""

from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.outbox.models import Message

from .access import administered, may, may_operate, units_where
from .board import desks_of
from .models import Delivery, ShiftSwap
from .rota import SOON, gaps, rota_units


def _waiting(user: Any) -> int:
    return Delivery.objects.reaching([desk.pk for desk in desks_of(user)]).open().count()


def navigation(user: Any) -> list[dict[str, Any]]:
    """The duty console with how many alerts wait; messages given up, for operators."""
    items = [_people()] if administered(user) else []
    if may_operate(user):
        items.append(_given_up())
    if items or not units_where(user, "view_alerts"):
        return items
    count = _waiting(user)
    return [
        {
            "url": reverse("console"),
            "icon": "bell-ringing",
            "label": _("Duty console"),
            "short": pgettext("navigation", "Duty"),
            "count": count,
            "count_label": ngettext(
                "%(count)s needs acknowledgement", "%(count)s need acknowledgement", count
            )
            % {"count": count},
        }
    ]


def _people() -> dict[str, Any]:
    return {
        "url": reverse("people"),
        "icon": "users",
        "label": pgettext("officers", "People"),
        "short": pgettext("officers", "People"),
        "count": 0,
        "count_label": "",
    }


def navigation_of_contacts(user: Any) -> list[dict[str, Any]]:
    """The directory and the three points, for everybody signed in."""
    return [
        {
            "url": reverse("contacts"),
            "icon": "address-book",
            "label": _("Contacts"),
            "short": pgettext("navigation", "Contacts"),
        },
        {
            "url": reverse("contact_points"),
            "icon": "arrows-exchange",
            "label": _("Contact points"),
            "short": pgettext("navigation", "Points"),
        },
    ]


def _given_up() -> dict[str, Any]:
    count = Message.objects.given_up().count()
    return {
        "url": reverse("given_up"),
        "icon": "send",
        "label": _("Messages given up"),
        "short": pgettext("navigation", "Messages"),
        "count": count,
        "count_label": ngettext(
            "%(count)s message was given up", "%(count)s messages were given up", count
        )
        % {"count": count},
    }


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Tiles of the home page: title, sentence, count, url, icon, urgent."""
    if may_operate(user):
        return [_given_up_tile()]
    if not units_where(user, "acknowledge_alerts"):
        return []
    count = _waiting(user)
    mine = units_where(user, "view_alerts")
    sent = Delivery.objects.open().filter(alert__sender_id__in=mine).count()
    return [
        {
            "title": _("Alerts to acknowledge"),
            "sentence": ngettext(
                "%(count)s alert waits at your desks.",
                "%(count)s alerts wait at your desks.",
                count,
            )
            % {"count": count}
            if count
            else _("Nothing waits at your desks."),
            "count": count,
            "url": reverse("console"),
            "icon": "bell-ringing",
            "urgent": count > 0,
        },
        {
            "title": _("Sent and waiting"),
            "sentence": ngettext(
                "%(count)s alert of your side has not been acknowledged yet.",
                "%(count)s alerts of your side have not been acknowledged yet.",
                sent,
            )
            % {"count": sent}
            if sent
            else _("Everything your side sent has been acknowledged."),
            "count": sent,
            "url": reverse("console"),
            "icon": "send",
            "urgent": False,
        },
    ]


def rota_tasks_of(user: Any) -> list[dict[str, Any]]:
    """For whoever sets a rota: at how many of those desks nobody is on duty some time soon; and
    the shifts that are offered to the officer."""
    at = [unit for unit in rota_units(user) if may(user, "set_rota", unit)]
    if not at:
        return _offers(user)
    missing = {pk: spans for pk, spans in gaps(at, now() + SOON).items() if spans}
    count = len(missing)
    only = next((unit for unit in at if unit.pk in missing), at[0])
    return [
        {
            "title": _("Rota"),
            "sentence": ngettext(
                "At %(count)s desk nobody is on duty at some hour of the next 14 days.",
                "At %(count)s desks nobody is on duty at some hour of the next 14 days.",
                count,
            )
            % {"count": count}
            if count
            else _("Somebody is on duty at every hour of the next 14 days."),
            "count": count,
            "url": reverse("rota", args=[only.code])
            if len(at) == 1 or count == 1
            else reverse("rotas"),
            "icon": "calendar-event",
            "urgent": count > 0,
        },
        *_offers(user),
    ]


def _offers(user: Any) -> list[dict[str, Any]]:
    """Shifts that others offer to the officer, while there are any."""
    if not units_where(user, "acknowledge_alerts"):
        return []
    count = ShiftSwap.objects.open().filter(to=user).count()
    if not count:
        return []
    return [
        {
            "title": _("My duty"),
            "sentence": ngettext(
                "%(count)s shift is offered to you.", "%(count)s shifts are offered to you.", count
            )
            % {"count": count},
            "count": count,
            "url": reverse("my_duty"),
            "icon": "arrows-exchange",
            "urgent": True,
        }
    ]


def _given_up_tile() -> dict[str, Any]:
    item = _given_up()
    return {
        "title": item["label"],
        "sentence": item["count_label"] if item["count"] else _("Every message went out."),
        "count": item["count"],
        "url": item["url"],
        "icon": item["icon"],
        "urgent": item["count"] > 0,
    }
