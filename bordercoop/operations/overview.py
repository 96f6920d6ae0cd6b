"""The health of the portal in words, and what to do where it is bad. No incident content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.clocks import duration
from bordercoop.web.health import LATE_SECONDS, SILENT_SECONDS, SKEW_SECONDS

from .health import LEAST_FREE_PERCENT

PROCESSES = ("web", "live", "relay", "worker", "beat")


@dataclass(frozen=True)
class Line:
    """One thing that is measured. `state` is ok, warn or bad; `advice` is "" where all is well."""

    name: str
    state: str
    says: str
    advice: str = ""
    url: str = ""

    @property
    def word(self) -> str:
        return {
            "ok": pgettext("state of the portal", "In order"),
            "warn": pgettext("state of the portal", "Look at it"),
            "bad": pgettext("state of the portal", "Act now"),
        }[self.state]


def everything(facts: dict[str, Any]) -> list[Line]:
    return [*lines(facts), *processes(facts)]


def lines(facts: dict[str, Any]) -> list[Line]:
    """What bordercoop.web.health.measure() found, line by line."""
    return [
        _broker(facts),
        _outbox(facts),
        _retrying(facts),
        _given_up(facts),
        _clock(facts),
        *_alerts(facts),
        *_lines(facts),
        _backup(facts),
        *_purge(facts),
        *_disks(facts),
        *_failed(facts),
    ]


def processes(facts: dict[str, Any]) -> list[Line]:
    """Each process with its last sign of life. Whoever reads this is answered by web."""
    silent = facts.get("silent", [])
    return [_process(name, facts["processes"].get(name), name in silent) for name in PROCESSES]


def _process(name: str, age: float | None, silent: bool) -> Line:
    does = {
        "web": _("Answers pages and the API."),
        "live": _("Tells open consoles at once that something has changed."),
        "relay": _("Sends what is due and escalates, every two seconds."),
        "worker": _("Sends what is due at once, and does the daily work."),
        "beat": _("Keeps the time for the worker."),
    }[name]
    if name == "web":
        now = _("It has just answered you.")
        return Line(name, "ok", f"{does} {now}")
    if age is None:
        return Line(
            name,
            "warn",
            f"{does} {_('It has never given a sign of life.')}",
            _("Start it, and look into its log if it does not stay up."),
        )
    seen = _("Last sign of life %(age)s ago.") % {"age": duration(age)}
    if age <= SILENT_SECONDS and not silent:
        return Line(name, "ok", f"{does} {seen}")
    return Line(name, "bad", f"{does} {seen}", _("Restart it and look into its log."))


def _broker(facts: dict[str, Any]) -> Line:
    name = _("Broker (Valkey)")
    if facts["broker"]:
        return Line(name, "ok", _("It answers."))
    return Line(
        name,
        "warn",
        _("It does not answer. Nothing is lost: the relay carries on, seconds later."),
        _("Restart Valkey and check REDIS_URL."),
    )


def _outbox(facts: dict[str, Any]) -> Line:
    name, age = _("Messages that are due"), facts["oldest_due_message_s"]
    if age is None:
        return Line(name, "ok", _("Nothing waits to be sent."))
    says = _("The oldest has been due for %(age)s.") % {"age": duration(age)}
    if age <= LATE_SECONDS:
        return Line(name, "ok", says)
    return Line(name, "bad", says, _("Nobody carries them out: restart the relay and the worker."))


def _retrying(facts: dict[str, Any]) -> Line:
    count = facts["retrying_messages"]
    says = ngettext(
        "%(n)s message is being tried again.",
        "%(n)s messages are being tried again.",
        count,
    ) % {"n": count}
    advice = _("A receiver does not take them. If the number grows, check the mail server.")
    return Line(_("Messages tried again"), "warn" if count else "ok", says, advice if count else "")


def _given_up(facts: dict[str, Any]) -> Line:
    name, count = _("Messages given up"), facts["given_up_messages"]
    if not count:
        return Line(name, "ok", _("Every message went out."))
    says = ngettext("%(count)s message was given up", "%(count)s messages were given up", count) % {
        "count": count
    }
    advice = _("Open the list, mend the cause, and send them again.")
    return Line(name, "bad", f"{says}.", advice, reverse("given_up"))


def _clock(facts: dict[str, Any]) -> Line:
    skew = abs(facts["clock_skew_s"])
    says = _("The clocks of portal and database differ by %(seconds)s s.") % {
        "seconds": number_format(skew, 1)
    }
    if skew <= SKEW_SECONDS:
        return Line(_("Clocks"), "ok", says)
    return Line(_("Clocks"), "bad", says, _("Set both machines by the same time server (NTP)."))


def _alerts(facts: dict[str, Any]) -> Iterator[Line]:
    if "oldest_unacknowledged_s" in facts:
        age = facts["oldest_unacknowledged_s"]
        says = _("Every alert has been acknowledged.")
        if age is not None:
            says = _("The oldest alert has waited for %(age)s.") % {"age": duration(age)}
        yield Line(_("Alerts nobody acknowledged"), "ok", says)
    if "desks_without_duty" in facts:
        desks, name = facts["desks_without_duty"], _("Desks without anybody on duty")
        if not desks:
            yield Line(name, "ok", _("Somebody is on duty at every desk."))
        else:
            yield Line(
                name,
                "warn",
                _("Nobody is on duty at %(desks)s.") % {"desks": ", ".join(desks)},
                _("Alerts to these desks are refused now. Tell the head of the point."),
            )


def _lines(facts: dict[str, Any]) -> Iterator[Line]:
    if "last_line_check_s" not in facts:
        return
    name, age, broken = _("Line checks"), facts["last_line_check_s"], facts["broken_lines"]
    says = _("The desks' lines were never checked by the schedule.")
    if age is not None:
        says = _("The desks' lines were checked %(age)s ago.") % {"age": duration(age)}
    if "last_line_check_s" in facts["problems"]:
        advice = _("Two periods went by without a check: restart the relay, the worker and beat.")
        yield Line(name, "bad", says, advice)
    elif broken:
        which = _("These do not answer: %(lines)s.") % {"lines": ", ".join(broken)}
        advice = _("Both desks were alarmed. Ask them whether they see the portal.")
        yield Line(name, "warn", f"{says} {which}", advice)
    else:
        yield Line(name, "ok", says)


def _backup(facts: dict[str, Any]) -> Line:
    name, age = _("Newest backup"), facts.get("backup_age_s")
    limit = settings.BACKUP_MAX_AGE_HOURS
    if age is None:
        says, advice = _("There is no backup."), _("Set up the backup as docs/operations.md says.")
        return Line(name, "bad" if limit else "warn", says, advice)
    says = _("It holds the portal as of %(age)s ago.") % {"age": duration(age)}
    if limit and age > limit * 3600:
        return Line(
            name, "bad", says, _("Find out why the daily backup did not run, and run it now.")
        )
    return Line(name, "ok", says)


def _purge(facts: dict[str, Any]) -> Iterator[Line]:
    age = facts.get("unfinished_purge_s")
    if age is None:
        return
    late = "unfinished_purge_s" in facts["problems"]
    yield Line(
        _("Purge of personal data"),
        "bad" if late else "ok",
        _("It began %(age)s ago and has not ended.") % {"age": duration(age)},
        _("Run manage.py purge_expired and read what it says.") if late else "",
    )


def _disks(facts: dict[str, Any]) -> Iterator[Line]:
    named = {
        "files": _("Disk of the files"),
        "data": _("Disk of logs and data"),
        "backups": _("Disk of the backups"),
    }
    for folder, percent in facts.get("disk_free_percent", {}).items():
        low = percent < LEAST_FREE_PERCENT
        yield Line(
            named.get(folder, folder),
            "bad" if low else "ok",
            _("%(percent)s %% is free.") % {"percent": number_format(percent, 0)},
            _("Make room: remove old backups and logs, or enlarge the disk.") if low else "",
        )


def _failed(facts: dict[str, Any]) -> Iterator[Line]:
    for check in facts.get("failed_checks", []):
        yield Line(
            check,
            "bad",
            _("This check itself failed."),
            _("Look into the log of the web process, and report it to the makers of the portal."),
        )
