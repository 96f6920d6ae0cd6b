"""The watch-list: an entry is written, approved by its own side, shared, changed, withdrawn."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference import personal
from bordercoop.reference.wording import worded
from bordercoop.tables.listing import Export
from contactpoints.access import SERVICES, require, units_where
from contactpoints.actions.exporting import hand_out
from contactpoints.models import Unit, root_of
from incidents.retention import today

from ..models import (
    Risk,
    RiskReport,
    WatchEntry,
    WatchLevel,
    WatchStanding,
    WatchState,
    WatchVersion,
)
from ..watch_exporting import watch_listing
from ..watch_terms import sound_terms
from ..wordings import require_language
from .risks import sound_owner

LOCK = 5_251_027  # any number that no other advisory lock of the portal uses
AHEAD, LONGEST = timedelta(days=366), timedelta(days=731)
TITLE_MOST, TEXT_MOST, WHY_MOST, TODO_MOST = 200, 4_000, 2_000, 500


def _locked(entry: WatchEntry, by: Any) -> WatchEntry:
    """The entry under a lock. Raises Refused (404) for one that `by` does not read."""
    WatchEntry.objects.filter(pk=entry.pk).select_for_update(no_key=True).values_list("pk").get()
    rows = WatchEntry.objects.visible_to(by).select_related("unit", "holding")
    fresh = rows.filter(pk=entry.pk).first()
    if fresh is None:
        raise Refused(_("There is no such entry."), code="not_found", status=404)
    return fresh


def _require_writer(entry: WatchEntry, by: Any) -> None:
    if by.side != entry.side:
        raise NotAllowed(_("This entry is the other side's."), code="other_side")
    require(by, "write_risks", entry.unit)


def _require_standing(entry: WatchEntry) -> None:
    if entry.state == WatchState.WITHDRAWN:
        raise Refused(_("This entry was withdrawn. Write another one."), code="wrong_state")


def _require_read(entry: WatchEntry, edition: int | None) -> None:
    """Raise Stale when another text is the newest than the one that was read."""
    if edition is not None and edition != entry.edition:
        raise Stale(
            _("Somebody changed this entry while you worked on it. Look at it, then do it again."),
            current=entry,
        )


def _said(given: Mapping[str, Any], *, before: WatchVersion | None, by: Any) -> dict[str, Any]:
    """What a version says, out of what was typed. Raises Invalid with a sentence."""
    level = str(given.get("level") or "")
    if level not in WatchLevel.values:
        sentence = _("Choose whether it is of operational or of strategic level.")
        raise Invalid(sentence, fields={"level": [sentence]})
    return {
        "level": level,
        "title": _about_nobody(
            given, "title", TITLE_MOST, one_line=True, empty=_("Say in a few words what to watch.")
        ),
        "text": _about_nobody(given, "text", TEXT_MOST, empty=_("Describe what to look out for.")),
        "why": _about_nobody(given, "why", WHY_MOST),
        "todo": _about_nobody(
            given, "todo", TODO_MOST, one_line=True, empty=_("Write what the officer should do.")
        ),
        "language": require_language(str(given.get("language") or "")),
        **sound_terms(given),
        **_days(given.get("valid_from"), given.get("review_by"), before, by.side),
        "risk": _cited(Risk, given.get("risk"), "risk", before, by),
        "report": _cited(RiskReport, given.get("report"), "report", before, by),
    }


def _about_nobody(
    given: Mapping[str, Any], name: str, most: int, *, one_line: bool = False, empty: str = ""
) -> str:
    text = worded(str(given.get(name) or ""), name, most=most, one_line=one_line, empty=empty)
    if sentence := personal.refusal(text):
        raise Invalid(sentence, code="personal_data", fields={name: [sentence]})
    return text


def _days(
    first: date | None, last: date | None, before: WatchVersion | None, side: str
) -> dict[str, date]:
    day = today(side)
    begin = first or (before.valid_from if before else day)
    if begin != (before and before.valid_from) and not day <= begin <= day + AHEAD:
        sentence = _("It begins today or on a day within a year. Choose such a day.")
        raise Invalid(sentence, fields={"valid_from": [sentence]})
    if last is None or not max(begin, day) <= last <= max(begin, day) + LONGEST:
        sentence = _("Say by which day it is reviewed: after it began, and within two years.")
        raise Invalid(sentence, fields={"review_by": [sentence]})
    return {"valid_from": begin, "review_by": last}


def _cited(kind: Any, row: Any, field: str, before: WatchVersion | None, by: Any) -> Any:
    """What is cited, as far as the author reads it or it was cited before."""
    if row is None or (before and getattr(before, f"{field}_id") == row.pk):
        return row
    if not kind.objects.visible_to(by).filter(pk=row.pk).exists():
        sentence = _("You do not read what you cite. Choose from the list.")
        raise Invalid(sentence, fields={field: [sentence]})
    return row


def _stays_at_home(category: str, field: str) -> None:
    if category.startswith("ASY"):
        sentence = _(
            "What is watched for among applications for protection never goes to the other side."
        )
        raise Invalid(sentence, code="never_crosses", fields={field: [sentence]})


@transaction.atomic
def write_watch(
    *, unit: Unit, said: Mapping[str, Any], client_ref: uuid.UUID | None = None, by: Any
) -> WatchEntry:
    """Write an entry of a unit, a draft that its own side's analysts and approvers read.

    `said` has level, title, text, why, todo, language, the terms (`watch_terms.TERMS`), valid_from,
    review_by, risk and report. The same `client_ref` from one officer is one entry.
    """
    require(by, "write_risks", unit)
    if unit.side not in SERVICES:
        raise NotAllowed(_("The two services keep the watch-list."))
    sound_owner(unit, None, unit.side)
    found = _said(said, before=None, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    ref = client_ref or uuid.uuid4()
    open_day = not said.get("valid_from")
    if known := WatchEntry.objects.filter(by=by, client_ref=ref).first():
        if known.unit_id == unit.pk and _repeats(known, found, open_day=open_day):
            return known
        # The page was gone back to and something else was written: another entry, once as well.
        ref = _other_ref(ref, unit, found, open_day=open_day)
        if known := WatchEntry.objects.filter(by=by, client_ref=ref).first():
            return known
    last = WatchEntry.objects.filter(side=unit.side).aggregate(last=Max("own_number"))["last"] or 0
    entry = WatchEntry.objects.create(
        own_number=last + 1, side=unit.side, unit=unit, client_ref=ref, by=by
    )
    WatchVersion.objects.create(entry=entry, number=1, by=by, **found)
    record("watch.written", entry.ref, by=by, unit=unit.code)
    return entry


def _same(version: WatchVersion, found: Mapping[str, Any]) -> bool:
    return all(getattr(version, name) == value for name, value in found.items())


def _repeats(known: WatchEntry, found: Mapping[str, Any], *, open_day: bool) -> bool:
    """Whether `found` is what the entry began with; without a first day, that of its writing."""
    first = today(known.side, known.at) if open_day else found["valid_from"]
    return _same(known.versions.get(number=1), {**found, "valid_from": first})


def _other_ref(
    ref: uuid.UUID, unit: Unit, found: Mapping[str, Any], *, open_day: bool
) -> uuid.UUID:
    words = {name: getattr(value, "pk", value) for name, value in found.items()}
    if open_day:
        del words["valid_from"]
    return uuid.uuid5(ref, repr((unit.pk, sorted(words.items()))))


@transaction.atomic
def change_watch(
    entry: WatchEntry, *, said: Mapping[str, Any], edition: int | None = None, by: Any
) -> WatchEntry:
    """Write a new version, which waits for its approval; what is in force stays so until then.

    The same again changes nothing. Raises Stale when somebody changed it after `edition`.
    """
    entry = _locked(entry, by)
    _require_writer(entry, by)
    newest = entry.versions.get(number=entry.edition)
    found = _said(said, before=newest, by=by)
    if _same(newest, found):
        return entry
    _require_standing(entry)
    _require_read(entry, edition)
    if entry.shared_at is not None:
        _stays_at_home(found["category"], "category")
    entry.edition += 1
    WatchVersion.objects.create(
        entry=entry, number=entry.edition, given_at=now() if entry.shared_at else None, by=by,
        **found,
    )  # fmt: skip
    entry.save(update_fields=["edition"])
    record("watch.changed", entry.ref, by=by, edition=entry.edition)
    return entry


@transaction.atomic
def approve_watch(entry: WatchEntry, *, edition: int, by: Any) -> WatchEntry:
    """Let the version that was read come into force for the own side, from its day on.

    Never by somebody who wrote it, or any text since the last approval. Twice is once.
    """
    entry = _locked(entry, by)
    root = root_of(by.side)
    if by.side != entry.side or root is None:
        raise NotAllowed(_("This entry is the other side's."), code="other_side")
    require(by, "approve_risks", root)
    if entry.holding is not None and entry.holding.number == edition:
        return entry
    _require_standing(entry)
    _require_read(entry, edition)
    held = entry.holding.number if entry.holding else 0
    if entry.versions.filter(number__gt=held, by=by).exists():
        raise NotAllowed(
            _("You wrote some of this entry. Another approver of your side approves it."),
            code="own_text",
        )
    version = entry.versions.get(number=edition)
    if version.review_by < today(entry.side):
        raise Refused(
            _("The day of its review is over. Let it be changed first."), code="wrong_state"
        )
    if entry.standing() == WatchStanding.IN_FORCE and version.valid_from > today(entry.side):
        raise Refused(
            _(
                "What is in force would end before this begins. Approve it on its first day, or "
                "let it begin today."
            ),
            code="wrong_state",
        )
    version.approved_at, version.approved_by = now(), by
    version.save(update_fields=["approved_at", "approved_by"])
    entry.holding, entry.state = version, WatchState.IN_FORCE
    entry.save(update_fields=["holding", "state"])
    record("watch.approved", entry.ref, by=by, edition=edition)
    return entry


@transaction.atomic
def share_watch(entry: WatchEntry, *, edition: int | None = None, by: Any) -> WatchEntry:
    """Put an entry to the other side for good: it reads what holds, what waits, and all that comes
    later. Twice is once; Stale when somebody changed it after `edition`."""
    entry = _locked(entry, by)
    _require_writer(entry, by)
    if entry.shared_at is not None:
        return entry
    _require_standing(entry)
    _require_read(entry, edition)
    crossing = {entry.edition, entry.holding.number if entry.holding else entry.edition}
    rows = entry.versions.filter(number__in=crossing)
    for version in rows:
        _stays_at_home(version.category, "category")
    entry.shared_at, entry.shared_by = now(), by
    rows.update(given_at=entry.shared_at)
    entry.save(update_fields=["shared_at", "shared_by"])
    record("watch.shared", entry.ref, by=by, edition=entry.edition)
    return entry


@transaction.atomic
def withdraw_watch(
    entry: WatchEntry, *, reason: str, edition: int | None = None, by: Any
) -> WatchEntry:
    """Take an entry off the list for good, with a reason. Twice is once."""
    entry = _locked(entry, by)
    _require_writer(entry, by)
    reason = _about_nobody(
        {"reason": reason}, "reason", 500, empty=_("Write why it is taken off the list.")
    )
    if entry.state == WatchState.WITHDRAWN:
        return entry
    _require_read(entry, edition)
    entry.state, entry.reason = WatchState.WITHDRAWN, reason
    entry.ended_at, entry.ended_by = now(), by
    entry.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    record("watch.withdrawn", entry.ref, by=by)
    return entry


def export_watch_list(query: Mapping[str, Any], *, form: str, by: Any) -> Export:
    """The entries that the query asks for and the officer reads, as CSV, XLSX or PDF; recorded as
    an export."""
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read the watch-list."))
    return hand_out(watch_listing(by, query), form, by)
