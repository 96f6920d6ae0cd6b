"""A contingency plan: begun, written part by part, put to the approvers, put out of use."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.outbox.relay import post, posting_together
from bordercoop.reference.models import places, terms, utc_today
from bordercoop.reference.wording import worded
from bordercoop.web.finding.query import sought
from contactpoints.models import Unit, units
from contactpoints.models.statements import canonical, sum_of
from incidents.actions.once import written_before

from ..access import approves_plans, plan_approvers
from ..contingency import content_of
from ..models import ContingencyPlan, ContingencyVersion
from ..models.contingency import empty_content
from .kit import keep, next_number, require_keeper, ring_sides, wrong

PARTS = ("phases", "tasks", "contacts")
MOST = {"phases": 12, "tasks": 150, "contacts": 60}
MOST_MINUTES = 14_400
MOST_PLACES = 40


def locked_contingency(plan: ContingencyPlan, by: Any) -> ContingencyPlan:
    """It under its lock. Raises Refused (404) unless `by` reads it."""
    rows = ContingencyPlan.objects.filter(pk=plan.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    found = ContingencyPlan.objects.visible_to(by).filter(pk=plan.pk).first()
    if found is None:
        raise Refused(_("There is no such plan."), code="not_found", status=404)
    return found


def require_in_use(plan: ContingencyPlan) -> None:
    if plan.retired_at is not None:
        raise Refused(_("This plan is out of use."), code="retired")


def require_plan_keeper(plan: ContingencyPlan, by: Any) -> None:
    """Raise NotAllowed unless `by` coordinates for a side of the plan."""
    require_keeper(by)
    if by.side not in plan.sides:
        raise NotAllowed(_("Coordinators of the two services do this."))


def _codes(field: str, given: Iterable[str], known: Iterable[str], sentence: str) -> list[str]:
    found = sorted({str(code) for code in given})
    if set(found) - set(known) or len(found) > MOST_PLACES:
        raise wrong(field, sentence)
    return found


def _head(
    *,
    title: str,
    language: str,
    triggers: str,
    places_of: Iterable[str],
    categories: Iterable[str],
    effective_on: date | None,
    known: Mapping[str, Any],
) -> dict[str, Any]:
    """What stands at the head of a plan. Codes that it had stay, though retired by now."""
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    usable = [code for code, place in places().items() if place.kind in ("crossing", "airport")]
    return {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is for.")
        ),
        "language": language,
        "content": {
            "triggers": worded(
                triggers, "triggers", most=4_000, empty=_("Write when the plan is activated.")
            ),
            "places": _codes(
                "places_of", places_of, [*usable, *known["places"]],
                _("Choose crossing points from the list."),
            ),
            "categories": _codes(
                "categories", categories, [*terms("incident_category"), *known["categories"]],
                _("Choose what it is for from the list."),
            ),
            "effective_on": effective_on.isoformat() if effective_on else None,
        },
    }  # fmt: skip


@transaction.atomic
def begin_contingency(
    *,
    title: str,
    language: str,
    triggers: str,
    places_of: Iterable[str] = (),
    categories: Iterable[str] = (),
    effective_on: date | None = None,
    joint: bool = True,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> ContingencyPlan:
    """Begin a contingency plan; both sides read and write a joint one. `places_of` are codes of
    crossing points, `categories` those of incidents. The same `client_ref` is one plan."""
    require_keeper(by)
    head = _head(
        title=title, language=language, triggers=triggers, places_of=places_of,
        categories=categories, effective_on=effective_on, known=empty_content(),
    )  # fmt: skip
    ref, mine = client_ref or uuid.uuid4(), ContingencyPlan.objects.filter(by=by)
    if known := written_before(mine, ref):
        return known
    number = next_number("CPL")  # the same form sent at once waits here
    if known := written_before(mine, ref):
        return known
    made = ContingencyPlan.objects.create(
        number=number, side=by.side, joint=bool(joint), title=head["title"], language=language,
        content={**empty_content(), **head["content"]}, editors=[by.pk], client_ref=ref,
        words=sought(number, head["title"], head["content"]["triggers"]), by=by,
    )  # fmt: skip
    keep(made, "begun", by=by)
    return made


def _to_change(plan: ContingencyPlan, edition: int | None, by: Any) -> ContingencyPlan:
    plan = locked_contingency(plan, by)
    require_plan_keeper(plan, by)
    require_in_use(plan)
    if edition is not None and edition != plan.edition:
        raise Stale(
            _("Somebody changed this plan while you worked on it. Look at it and save again."),
            current=plan,
        )
    return plan


def void_approvals(plan: ContingencyPlan, *, by: Any) -> None:
    """The plan changes: the version that waits is void, and what was approved of it too."""
    for version in plan.versions.open():
        at = now()
        gone = version.approvals.filter(voided_at=None)
        sides = sorted(gone.values_list("side", flat=True))
        gone.update(voided_at=at)
        version.voided_at = at
        version.save(update_fields=["voided_at"])
        keep(plan, "voided", by=by, version=version.number, approved_by=sides)


def _write(plan: ContingencyPlan, content: dict[str, Any], *fields: str, by: Any) -> None:
    void_approvals(plan, by=by)
    plan.content = content
    plan.edition += 1
    plan.editors = sorted({*plan.editors, by.pk})
    plan.words = sought(plan.number, plan.title, content["triggers"])
    plan.save(update_fields=["content", "edition", "editors", "words", *fields])
    ring_sides(plan.sides)


@transaction.atomic
def change_contingency(
    plan: ContingencyPlan, *, edition: int | None = None, by: Any, **said: Any
) -> ContingencyPlan:
    """Say anew what stands at its head: the arguments of `begin_contingency` but `joint`. The same
    again changes nothing; Stale when somebody changed it after `edition`. A version that waits for
    approval is void."""
    stood = ContingencyPlan.objects.get(pk=plan.pk)
    head = _head(known=stood.content, **said)
    plan = _to_change(plan, None, by)
    content = {**plan.content, **head["content"]}
    if (plan.title, plan.language, plan.content) == (head["title"], head["language"], content):
        return plan
    _to_change(plan, edition, by)
    plan.title, plan.language = head["title"], head["language"]
    _write(plan, content, "title", "language", by=by)
    keep(plan, "changed", by=by)
    return plan


def _item(part: str, content: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    if part == "phases":
        return {
            "name": worded(
                said.get("name", ""), "name", most=120, one_line=True, empty=_("Name the phase.")
            ),
            "begins": worded(said.get("begins", ""), "begins", most=500),
        }
    if part == "tasks":
        if said.get("phase") not in [phase["code"] for phase in content["phases"]]:
            raise wrong("phase", _("Choose a phase of the plan."))
        minutes = said.get("minutes")
        if (
            not isinstance(minutes, int) or isinstance(minutes, bool)
            or not 0 <= minutes <= MOST_MINUTES
        ):  # fmt: skip
            raise wrong(
                "minutes",
                _("Give the minutes after the phase began, from 0 to %(most)s.")
                % {"most": MOST_MINUTES},
            )
        return {
            "phase": said["phase"],
            "what": worded(said.get("what", ""), "what", most=500, empty=_("Write what is done.")),
            "who": worded(
                said.get("who", ""), "who", most=160, one_line=True, empty=_("Write who does it.")
            ),
            "minutes": minutes,
        }
    desk = said.get("desk") or ""
    if desk and (desk not in units() or units()[desk].kind != Unit.Kind.DESK):
        raise wrong("desk", _("Choose a desk from the list."))
    empty = "" if desk else _("Name the contact, or choose a desk.")
    return {
        "desk": desk,
        "name": worded(said.get("name", ""), "name", most=160, one_line=True, empty=empty),
        "words": worded(said.get("words", ""), "words", most=500),
    }


@transaction.atomic
def set_contingency_item(
    plan: ContingencyPlan,
    *,
    part: str,
    code: str = "",
    edition: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
    **said: Any,
) -> ContingencyPlan:
    """Write a phase (`name`, `begins`), a task (`phase`, `what`, `who`, `minutes` after the phase
    began) or a contact (`desk`, or `name` and `words`): `part` is phases, tasks or contacts.
    Without `code` a new one at the end, the same `client_ref` once; else the one with this code
    anew. What waits for approval is void."""
    if part not in PARTS:
        raise wrong("part", _("Choose what to write."))
    plan = _to_change(plan, None, by)
    rows = list(plan.content[part])
    fresh = not code
    if fresh:
        # Not its first digits: those of UUIDs of one moment may be the same.
        said_once = sha256((client_ref or uuid.uuid4()).bytes).hexdigest()
        code = f"{part[0]}{said_once[:10]}"
    at = next((n for n, row in enumerate(rows) if row["code"] == code), None)
    item = {"code": code, **_item(part, plan.content, said)}
    if at is None and not fresh:
        raise Refused(_("This was taken out of the plan."), code="removed")
    if at is not None and (fresh or rows[at] == item):
        return plan
    if at is None and len(rows) >= MOST[part]:
        raise Refused(
            _("No more than %(most)s fit into a plan.") % {"most": MOST[part]}, code="full"
        )
    if not fresh:
        _to_change(plan, edition, by)
    if at is None:
        rows.append(item)
    else:
        rows[at] = item
    _write(plan, {**plan.content, part: rows}, by=by)
    keep(plan, "part_written", by=by, part=part, item=code)
    return plan


@transaction.atomic
def remove_contingency_item(
    plan: ContingencyPlan, *, code: str, edition: int | None = None, by: Any
) -> ContingencyPlan:
    """Take a phase without tasks, a task or a contact out. Twice is once."""
    plan = _to_change(plan, None, by)
    part = next(
        (one for one in PARTS if any(row["code"] == code for row in plan.content[one])), None
    )
    if part is None:
        return plan
    if part == "phases" and any(task["phase"] == code for task in plan.content["tasks"]):
        raise Refused(
            _("This phase still has tasks. Take them out or move them first."), code="has_tasks"
        )
    _to_change(plan, edition, by)
    rows = [row for row in plan.content[part] if row["code"] != code]
    _write(plan, {**plan.content, part: rows}, by=by)
    keep(plan, "part_removed", by=by, part=part, item=code)
    return plan


@transaction.atomic
def put_contingency(plan: ContingencyPlan, *, edition: int, by: Any) -> ContingencyVersion:
    """Put the plan as it stands at `edition` to the approvers of its sides, who hear of it by
    letter. Put twice it is put once. Stale when it was changed meanwhile."""
    plan = locked_contingency(plan, by)
    require_plan_keeper(plan, by)
    require_in_use(plan)
    if edition != plan.edition:
        raise Stale(
            _("The plan was changed while you read it. Read it again, then put it to approval."),
            current=plan,
        )
    latest = plan.versions.first()
    if latest is not None and latest.edition == plan.edition:
        return latest
    for part, sentence in (
        ("places", _("The plan names no crossing point yet.")),
        ("phases", _("The plan has no phase yet.")),
        ("tasks", _("The plan has no task yet.")),
    ):
        if not plan.content[part]:
            raise Refused(sentence, code="empty")
    number = latest.number + 1 if latest else 1
    said = canonical(content_of(plan, number))
    named = plan.content["effective_on"]
    version = ContingencyVersion.objects.create(
        plan=plan, number=number, edition=plan.edition, said=said, sha256=sum_of(said),
        authors=plan.editors, by=by,
        effective_on=max(date.fromisoformat(named), utc_today()) if named else utc_today(),
    )  # fmt: skip
    keep(plan, "put", by=by, version=number, sha256=version.sha256)
    ring_sides(plan.sides)
    with posting_together():
        for side in plan.sides:
            for officer in plan_approvers(side):
                key = f"contingency_waits:{version.pk}:{officer.pk}"
                post("contingency_waits", key, {"version": version.pk, "to": officer.pk})
    return version


@transaction.atomic
def retire_contingency(plan: ContingencyPlan, *, reason: str, by: Any) -> ContingencyPlan:
    """Put a plan out of use, by an approver of a side in it. Refused while it is active. Twice is
    once."""
    plan = locked_contingency(plan, by)
    require_plan_approver(plan, by)
    said = worded(reason, "reason", most=500, empty=_("Write why it is put out of use."))
    if plan.retired_at is not None:
        return plan
    if plan.activations.going_on().exists():
        raise Refused(_("This plan is active now. Stand it down first."), code="active")
    void_approvals(plan, by=by)
    plan.retired_at, plan.retired_by, plan.reason = now(), by, said
    plan.save(update_fields=["retired_at", "retired_by", "reason"])
    keep(plan, "retired", by=by)
    ring_sides(plan.sides)
    return plan


def require_plan_approver(plan: ContingencyPlan, by: Any) -> None:
    """Raise NotAllowed unless `by` approves for a side of the plan."""
    if by.side not in plan.sides or not approves_plans(by):
        raise NotAllowed(_("An approver at the head of a side does this."))
