"""The purge of what belongs to no incident: requests, broadcasts, CAP messages, absences, and what
apps above keep (settings.KEPT_ABOVE)."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from bordercoop.audit.models import record
from contactpoints.actions import blank_absences, blank_broadcast, blank_cap, blank_cards
from contactpoints.models import Alert

from ..kept_elsewhere import due_absences, due_halves, due_of
from ..models import InformationRequest, Kept, Purge, PurgeLine, RetentionPeriod
from ..retention import periods


def purge_elsewhere(
    side: str, *, process: Purge.Process, wait_for_turn: Callable[[], None]
) -> None:
    """Blank what is due on a side, each thing in one transaction under `wait_for_turn`, and write
    it into the side's open certificate. Stopped anywhere, the next run goes on."""
    for kind, period in periods(side).items():
        due = due_of(kind)
        if not period.confirmed or due is None:
            continue
        if kind == Kept.ABSENCE:
            while _absences(side, period, process, wait_for_turn):
                pass
            continue
        for thing, _last in due(side, period):
            _one(kind, side, thing.pk, period, process, wait_for_turn)


@transaction.atomic
def _one(
    kind: str, side: str, pk: int, period: RetentionPeriod, process: Purge.Process,
    wait_for_turn: Callable[[], None],
) -> None:  # fmt: skip
    """Blank one thing, looked at again in its turn."""
    wait_for_turn()
    find = due_of(kind)
    due = find(side, period, pk) if find else []
    if not due:
        return
    [(thing, last)] = due
    purge = _open(side, process)
    rows = 1
    if kind == Kept.REQUEST:
        rows = _blank_request(thing, side, purge)
    elif kind == Kept.BROADCAST:
        blank_broadcast(thing)
    elif kind == Kept.CAP:
        blank_cap(thing)
    else:
        rows = import_string(settings.KEPT_ABOVE[kind][1])(thing, side)
    _certify(purge, kind, thing.number, rows, period, last)
    record("data.purged", thing.ref, by=None, trail=side, kind=kind, rows=rows)


@transaction.atomic
def _absences(
    side: str, period: RetentionPeriod, process: Purge.Process, wait_for_turn: Callable[[], None]
) -> bool:
    """Blank the grounds of some absences, by one line that names nobody; whether there were any."""
    wait_for_turn()
    due = due_absences(side, period)
    if not due:
        return False
    rows = blank_absences(absence.pk for absence, _last in due)
    last = max(last for _absence, last in due)
    _certify(_open(side, process), Kept.ABSENCE, "", rows, period, last)
    record("data.purged", f"absences:{side}", by=None, trail=side, kind="absence", rows=rows)
    return True


def _blank_request(asked: InformationRequest, side: str, purge: Purge) -> int:
    """Of a request what the side wrote; how many rows. Whoever asked decides about the question,
    and with it about the words on the cards."""
    question, answers, messages, files = due_halves(asked, side)
    rows = question.update(
        subject="", question="", ground_text="", reason="", said=None, purge=purge
    )
    if rows:
        blank_cards(Alert.objects.about(asked.ref))
    for words in (answers, messages):
        rows += words.update(text="", said=None, purge=purge)
    return rows + files.update(name="", purge=purge)  # type: ignore[no-any-return]


def _open(side: str, process: Purge.Process) -> Purge:
    purge, _new = Purge.objects.get_or_create(
        side=side, finished_at=None, defaults={"process": process}
    )
    return purge


def _certify(
    purge: Purge, kind: str, number: str, rows: int, period: RetentionPeriod, last: date
) -> None:
    PurgeLine.objects.create(
        purge=purge,
        number=number,
        kind=kind,
        rows=rows,
        days=period.days,
        ground=period.ground,
        kept_until=last,
    )
