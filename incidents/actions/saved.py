"""Filters of the incident list that officers keep under a name."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.access import roles_of, units_where
from contactpoints.models import Unit

from ..filters import address_of
from ..models import SavedFilter

LONGEST = 60
MOST = 30


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", " ").split())
    if not name or len(name) > LONGEST:
        sentence = _("Give the filter a name of at most %(count)s characters.") % {"count": LONGEST}
        raise Invalid(sentence, fields={"name": [sentence]})
    return name


def _known(name: str) -> Invalid:
    sentence = _("You have a filter called %(name)s already. Choose another name.") % {"name": name}
    return Invalid(sentence, fields={"name": [sentence]})


def _require_own(saved: SavedFilter, by: Any) -> None:
    if saved.owner_id != by.pk:
        raise NotAllowed(_("Only the officer who saved this filter may change it."))


@transaction.atomic
def save_filter(*, name: str, query: str, unit: Unit | None = None, by: Any) -> SavedFilter:
    """Keep the filters of a query string under a name; with a unit, everybody posted there sees it.

    Saved twice with the same filters it is one. Raises Invalid for a name that is empty, too long
    or taken, and for filters that ask for nothing; NotAllowed for a unit of somebody else.
    """
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read incidents."))
    if unit is not None and unit.pk not in {at.pk for _role, at in roles_of(by)}:
        raise NotAllowed(
            _("You are not posted at %(unit)s, so you cannot share a filter there.")
            % {"unit": unit.name}
        )
    name, kept = _name(name), address_of(query)
    if not kept:
        sentence = _("Set at least one filter before you save it.")
        raise Invalid(sentence, fields={"query": [sentence]})
    if SavedFilter.objects.filter(owner=by).count() >= MOST:
        raise Refused(
            _("You have %(count)s filters. Delete one before you save another.") % {"count": MOST},
            code="too_many",
        )
    try:
        with transaction.atomic():
            saved = SavedFilter.objects.create(owner=by, unit=unit, name=name, query=kept)
    except IntegrityError as clash:
        saved = SavedFilter.objects.get(owner=by, name=name)
        if (saved.query, saved.unit_id) != (kept, unit and unit.pk):
            raise _known(name) from clash
        return saved
    record("filter.saved", f"filter:{saved.uid}", by=by, unit=unit.code if unit else "")
    return saved


@transaction.atomic
def rename_filter(saved: SavedFilter, *, name: str, by: Any) -> None:
    """Call it otherwise. Raises Invalid for a name that is empty, too long or taken."""
    saved = SavedFilter.objects.select_for_update(no_key=True).get(pk=saved.pk)
    _require_own(saved, by)
    saved.name, before = _name(name), saved.name
    if saved.name == before:
        return
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
    except IntegrityError as clash:
        raise _known(saved.name) from clash
    record("filter.renamed", f"filter:{saved.uid}", by=by)


@transaction.atomic
def delete_filter(saved: SavedFilter, *, by: Any) -> None:
    """Take it away, for the unit too; safe twice."""
    _require_own(saved, by)
    if SavedFilter.objects.filter(pk=saved.pk).delete()[0]:
        record("filter.deleted", f"filter:{saved.uid}", by=by)
