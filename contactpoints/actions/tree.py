"""A side's own units, kept by its own administrators."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.reference.lists import clean_names
from bordercoop.reference.models import LANGUAGES, Place

from ..access import forget_grants, require
from ..listing import what_holds
from ..models import Unit, forget_units
from .displays import end_lost_displays
from .postings import grant_roles

AHEAD = timedelta(days=366)
NAMES = tuple(f"name_{language}" for language in LANGUAGES)
# A desk is the end of a contact point, and these are agreed between the sides.
KINDS = [kind for kind in Unit.Kind if kind != Unit.Kind.DESK]
PATH_LONGEST = Unit._meta.get_field("path").max_length or 200


def _lock_tree(side: str) -> None:
    """One change of a side's tree at a time: two moves at once could make a ring."""
    list(
        Unit.objects.filter(side=side, parent=None)
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )


def _fresh(unit: Unit) -> Unit:
    rows = Unit.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("parent", "place").get(pk=unit.pk)


def _changed_tree() -> None:
    forget_units()
    transaction.on_commit(forget_units, robust=True)


def _facts(unit: Unit) -> dict[str, Any]:
    names = {name: getattr(unit, name) for name in NAMES}
    place = unit.place.code if unit.place else ""
    return {**names, "kind": unit.kind, "place": place, "order": unit.order}


def _read(values: Mapping[str, Any], unit: Unit | None = None) -> dict[str, Any]:
    """Names, kind, place (or None) and order out of what was typed. Raises Invalid."""
    wrong: dict[str, list[Any]] = {}
    found = clean_names(values, wrong)
    kind = values.get("kind")
    fixed = unit is not None and unit.kind == Unit.Kind.DESK
    if fixed:
        kind = Unit.Kind.DESK.value
    elif kind not in KINDS:
        wrong["kind"] = [_("Choose a kind of unit. Desks come with an agreement of both sides.")]
    place = None
    if code := values.get("place"):
        place = Place.objects.filter(code=str(code)[:40].replace("\0", "")).first()
        if place is None or (
            place.retired_at is not None and not (unit and unit.place_id == place.pk)
        ):
            wrong["place"] = [_("There is no place with this code. Choose one from the list.")]
    order = values.get("order")
    if order in (None, ""):
        order = unit.order if unit else 0
    if not (str(order).isascii() and str(order).isdigit() and int(str(order)[:9]) <= 9999):
        wrong["order"] = [
            _("Type a number from %(least)s to %(most)s.") % {"least": 0, "most": 9999}
        ]
    if wrong:
        raise Invalid(
            _("This unit cannot be saved as it is. Correct what is marked."), fields=wrong
        )
    return {**found, "kind": kind, "place": place, "order": int(str(order))}


@transaction.atomic
def add_unit(code: str, *, parent: Unit, values: Mapping[str, Any], by: Any) -> Unit:
    """Add a unit below another one of the own side; every role above reaches it at once.

    `code` stays for good. `values`: names, kind, place (a code or ""), order (at the end of its
    siblings when left out). The same unit sent twice is one.
    """
    require(by, "administer_lists", parent)
    _lock_tree(parent.side)
    parent = _fresh(parent)
    if parent.retired_at is not None or parent.kind == Unit.Kind.DESK:
        raise _no_parent(parent)
    read = _read(values)
    _check_code(code, parent.side)
    path = f"{parent.path}{code}/"
    if len(path) > PATH_LONGEST:
        raise Refused(_("The tree is too deep here. Choose a unit further up."), code="too_deep")
    if values.get("order") in (None, ""):
        last = Unit.objects.filter(path__startswith=parent.path).aggregate(last=Max("order"))
        read["order"] = last["last"] or 0
    unit = Unit(code=code, side=parent.side, parent=parent, path=path, edited_at=now(), **read)
    unit.source = _("Added in the portal by the side's administrator.")
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as clash:
        same = Unit.objects.select_related("parent", "place").get(code=code)
        if same.parent_id == parent.pk and all(getattr(same, n) == read[n] for n in NAMES):
            return same
        taken = _("The code %(code)s is in use already. Choose another one.") % {"code": code}
        raise Invalid(taken, fields={"code": [taken]}) from clash
    record("unit.added", f"unit:{code}", by=by, parent=parent.code, after=_facts(unit))
    _changed_tree()
    grant_roles()
    if by is not None:
        forget_grants(by)
    return unit


def _check_code(code: str, side: str) -> None:
    """Raise Invalid unless a new unit of the side may have this code: "LV-DGP-NEW"."""
    start = f"{side}-"
    rest = code.removeprefix(start)
    plain = rest.replace("-", "")
    if not (
        code.startswith(start)
        and len(code) <= 40
        and plain.isascii()
        and plain.isalnum()
        and plain.upper() == plain
        and not rest.startswith("-")
    ):
        sentence = _(
            "The code of a unit begins with %(start)s and goes on with capital Latin letters, "
            "digits and hyphens, 40 characters at most."
        ) % {"start": start}
        raise Invalid(sentence, fields={"code": [sentence]})


def _no_parent(parent: Unit) -> Invalid:
    sentence = _("%(unit)s cannot have units below it. Choose another one.") % {"unit": parent.name}
    return Invalid(sentence, fields={"parent": [sentence]})


def _stale(unit: Unit) -> Stale:
    return Stale(
        _("%(unit)s was changed meanwhile. Compare, and save again if yours should stand.")
        % {"unit": unit.name},
        current=unit,
    )


@transaction.atomic
def edit_unit(unit: Unit, *, version: int, values: Mapping[str, Any], by: Any) -> Unit:
    """Change names, kind, place and order of a unit of the own side; its code never.

    From then on the files of the portal leave it alone. Raises Stale (`current`) when somebody
    changed it since `version`; the same values saved twice change nothing the second time.
    """
    require(by, "administer_lists", unit)
    unit = _fresh(unit)
    read = _read(values, unit)
    before = _facts(unit)
    after = {**read, "place": read["place"].code if read["place"] else ""}
    if before == after:
        return unit
    if version != unit.version:
        raise _stale(unit)
    for name, value in read.items():
        setattr(unit, name, value)
    unit.version, unit.edited_at = unit.version + 1, now()
    unit.save(update_fields=[*read, "version", "edited_at"])
    changed = [name for name in after if before[name] != after[name]]
    record("unit.changed", f"unit:{unit.code}", by=by,
           before={name: before[name] for name in changed},
           after={name: after[name] for name in changed})  # fmt: skip
    _changed_tree()
    return unit


@transaction.atomic
def move_unit(unit: Unit, *, parent: Unit, by: Any) -> Unit:
    """Hang a unit, with everything below it, under another one of the same side.

    Who reaches it changes with the commit: rights from above the old place end, those from above
    the new one begin, and displays end that hang on a right that ended.
    """
    require(by, "administer_lists", unit)
    require(by, "administer_lists", parent)
    _lock_tree(unit.side)
    unit, parent = _fresh(unit), _fresh(parent)
    if unit.parent_id == parent.pk:
        return unit
    if unit.parent_id is None:
        raise Refused(_("The head of a side's tree stays where it is."), code="root")
    if parent.side != unit.side:
        raise Refused(_("A unit stays in the tree of its own side."), code="other_side")
    if parent.retired_at is not None or parent.kind == Unit.Kind.DESK:
        raise _no_parent(parent)
    if parent.path.startswith(unit.path):
        sentence = _("%(unit)s cannot stand below itself.") % {"unit": unit.name}
        raise Invalid(sentence, fields={"parent": [sentence]})
    old = unit.path
    moved = list(Unit.objects.filter(path__startswith=old).order_by("pk"))
    paths = {row.pk: f"{parent.path}{unit.code}/{row.path[len(old) :]}" for row in moved}
    if max(len(path) for path in paths.values()) > PATH_LONGEST:
        raise Refused(_("The tree is too deep here. Choose a unit further up."), code="too_deep")
    for row in moved:
        row.path = paths[row.pk]
    Unit.objects.bulk_update(moved, ["path"])
    before = unit.parent.code if unit.parent else ""
    unit.parent, unit.path = parent, paths[unit.pk]
    unit.version, unit.edited_at = unit.version + 1, now()
    unit.save(update_fields=["parent", "version", "edited_at"])
    record("unit.moved", f"unit:{unit.code}", by=by, before=before, after=parent.code,
           units=len(moved))  # fmt: skip
    _changed_tree()
    grant_roles()
    end_lost_displays(by=by)
    if by is not None:
        forget_grants(by)
    return unit


def _today(unit: Unit) -> date:
    return now().astimezone(ZoneInfo(unit.zone)).date()


@transaction.atomic
def retire_unit(unit: Unit, *, on: date | None = None, by: Any) -> Unit:
    """Take a unit of the own side out of use, now or on a later day of its side's calendar.

    Refused while something holds it, and the sentence says what. For a later day that is asked
    again when the day comes. Nothing is deleted: old records keep its name.
    """
    require(by, "administer_lists", unit)
    unit = _fresh(unit)
    if unit.retired_at is not None:
        return unit
    today = _today(unit)
    if on is not None and not today <= on <= today + AHEAD:
        sentence = _("A unit is retired today or within a year. Choose such a day.")
        raise Invalid(sentence, fields={"on": [sentence]})
    if on is None or on == today:
        if held := what_holds(unit):
            raise Refused(
                _("%(unit)s cannot be retired now. %(why)s")
                % {"unit": unit.name, "why": " ".join(str(sentence) for sentence in held)},
                code="held",
            )
        _retire(unit, by=by)
    elif unit.retires_on != on:
        if unit.parent_id is None or unit.kind == Unit.Kind.DESK:
            raise Refused(" ".join(str(sentence) for sentence in what_holds(unit)[:1]), code="held")
        unit.retires_on, unit.version, unit.edited_at = on, unit.version + 1, now()
        unit.save(update_fields=["retires_on", "version", "edited_at"])
        record("unit.retirement_set", f"unit:{unit.code}", by=by, on=on)
    _changed_tree()
    return unit


def _retire(unit: Unit, *, by: Any) -> None:
    unit.retired_at, unit.retires_on = now(), None
    unit.version, unit.edited_at = unit.version + 1, now()
    unit.save(update_fields=["retired_at", "retires_on", "version", "edited_at"])
    record("unit.retired", f"unit:{unit.code}", by=by)


@transaction.atomic
def restore_unit(unit: Unit, *, by: Any) -> Unit:
    """Take a retired unit into use again, or take back the day set for its retirement."""
    require(by, "administer_lists", unit)
    unit = _fresh(unit)
    if unit.retired_at is None and unit.retires_on is None:
        return unit
    if unit.parent is not None and unit.parent.retired_at is not None:
        raise Refused(
            _("%(unit)s, above it, is retired. Take that one into use first.")
            % {"unit": unit.parent.name},
            code="parent_retired",
        )
    unit.retired_at = unit.retires_on = None
    unit.version, unit.edited_at = unit.version + 1, now()
    unit.save(update_fields=["retired_at", "retires_on", "version", "edited_at"])
    record("unit.restored", f"unit:{unit.code}", by=by)
    _changed_tree()
    return unit


def retire_due_units() -> int:
    """Retire every unit whose day has come and which nothing holds; how many. Runs with each tick.

    One that is held stays in use, and its page says by what, until somebody decides.
    """
    due = list(Unit.objects.filter(retired_at=None, retires_on__isnull=False))
    retired = 0
    for unit in (unit for unit in due if unit.retires_on and unit.retires_on <= _today(unit)):
        with transaction.atomic():
            fresh = _fresh(unit)
            if fresh.retired_at is None and fresh.retires_on and not what_holds(fresh):
                _retire(fresh, by=None)
                _changed_tree()
                retired += 1
    return retired
