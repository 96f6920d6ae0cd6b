"""The trainers' pool: who comes in, what changes, who leaves."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from incidents.actions.once import written_before

from ..access import agrees
from ..models import Course, Trainer
from ..staff import speakers_for
from .activity_kit import wrong

MOST_NAME = 58


def require_pool_keeper(by: Any) -> None:
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side keeps its trainers' pool."))


def _codes(field: str, values: Iterable[str], known: Iterable[str], sentence: str) -> list[str]:
    found = sorted({str(value) for value in values or []})
    if not found or set(found) - set(known):
        raise wrong(field, sentence)
    return found


def _said(
    *,
    by: Any,
    kept: Iterable[Course] = (),
    topics: Iterable[str],
    languages: Iterable[str],
    courses: Iterable[Course],
    qualification: str,
    valid_until: date | None,
    note: str,
) -> tuple[dict[str, Any], list[Course]]:
    taught, known = list(courses or []), {one.pk for one in kept}
    read = Course.objects.visible_to(by).exclude(state="retired")
    given = {one.pk for one in taught} - known
    if read.filter(pk__in=given).count() < len(given):
        raise wrong("courses", _("Choose courses from the list."))
    return {
        "topics": _codes(
            "topics", topics, terms("training_topic"), _("Choose what the trainer teaches.")
        ),
        "languages": _codes(
            "languages", languages, Language.values,
            _("Choose the languages in which the trainer teaches."),
        ),
        "qualification": worded(qualification, "qualification", most=200, one_line=True),
        "valid_until": valid_until,
        "note": worded(note, "note", most=1_000),
        "language": by.language if by.language in Language.values else "en",
    }, taught  # fmt: skip


def _who(officer: Any, name: str, organisation: str, by: Any) -> dict[str, Any]:
    if officer is not None:
        if not speakers_for(by).filter(pk=officer.pk).exists():
            raise wrong("officer", _("Choose an officer of your side who serves now."))
        return {"officer": officer, "name": "", "organisation": ""}
    return {
        "officer": None,
        "name": worded(
            name, "name", most=MOST_NAME, one_line=True,
            empty=_("Choose an officer, or write the name of somebody outside."),
        ),
        "organisation": worded(
            organisation, "organisation", most=MOST_NAME, one_line=True,
            empty=_("Write for whom this person works."),
        ),
    }  # fmt: skip


@transaction.atomic
def add_trainer(
    *,
    officer: Any = None,
    name: str = "",
    organisation: str = "",
    topics: Iterable[str],
    languages: Iterable[str],
    courses: Iterable[Course] = (),
    qualification: str = "",
    valid_until: date | None = None,
    note: str = "",
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Trainer:
    """Put somebody into the pool of the own side: an officer of it who serves now, or a person
    outside by name and organisation. Refused for who is in it already."""
    require_pool_keeper(by)
    ref = client_ref or uuid.uuid4()
    if known := written_before(Trainer.objects.filter(by=by), ref):
        return known
    who = _who(officer, name, organisation, by)
    said, taught = _said(
        by=by, topics=topics, languages=languages, courses=courses, qualification=qualification,
        valid_until=valid_until, note=note,
    )  # fmt: skip
    try:
        with transaction.atomic():
            trainer = Trainer.objects.create(side=by.side, by=by, client_ref=ref, **who, **said)
    except IntegrityError as error:
        if known := written_before(Trainer.objects.filter(by=by), ref):
            return known
        if "once_in_" not in str(error):
            raise
        raise Refused(
            _("%(who)s is in the pool already. Change what stands there.")
            % {"who": officer.display_name if officer else who["name"]},
            code="in_the_pool",
        ) from error
    trainer.courses.set(taught)
    record("trainer.added", trainer.ref, by=by)
    return trainer


def _locked(trainer: Trainer, by: Any) -> Trainer:
    rows = Trainer.objects.filter(pk=trainer.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if not Trainer.objects.visible_to(by).filter(pk=trainer.pk).exists():
        raise Refused(_("There is no such trainer."), code="not_found", status=404)
    require_pool_keeper(by)
    found = Trainer.objects.select_related("officer").get(pk=trainer.pk)
    if found.side != by.side:
        raise NotAllowed(_("Each side keeps its own trainers."), code="other_side")
    return found


@transaction.atomic
def change_trainer(trainer: Trainer, *, by: Any, **said: Any) -> Trainer:
    """Say anew what the trainer teaches: the arguments of `add_trainer` without who it is, whole.
    The same again changes nothing."""
    trainer = _locked(trainer, by)
    before = list(trainer.courses.all())
    wanted, taught = _said(by=by, kept=before, **said)
    if trainer.left_at is not None:
        raise Refused(_("This trainer left the pool. Add the person anew."), code="left")
    same = all(getattr(trainer, name) == wanted[name] for name in wanted if name != "language")
    if same and set(before) == set(taught):
        return trainer
    for name, value in wanted.items():
        setattr(trainer, name, value)
    trainer.save(update_fields=list(wanted))
    trainer.courses.set(taught)
    record("trainer.changed", trainer.ref, by=by)
    return trainer


@transaction.atomic
def leave_pool(trainer: Trainer, *, by: Any) -> Trainer:
    """The trainer leaves the pool; what was given stays. Left twice is left once."""
    trainer = _locked(trainer, by)
    if trainer.left_at is None:
        trainer.left_at, trainer.left_by = now(), by
        trainer.save(update_fields=["left_at", "left_by"])
        record("trainer.left", trainer.ref, by=by)
    return trainer
