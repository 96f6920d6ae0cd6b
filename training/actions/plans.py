"""The yearly joint plan: begun, written line by line by both sides, put to both, signed by both."""

import uuid
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.relay import post, posting_together
from bordercoop.reference.models import terms
from bordercoop.reference.wording import worded
from contactpoints.access import SERVICES, units_where
from contactpoints.models import root_of
from contactpoints.models.statements import canonical, sum_of
from incidents.actions.once import written_before

from ..access import plan_signers
from ..models import (
    ActivityKind,
    Host,
    Measure,
    PlanLine,
    PlanSignature,
    PlanVersion,
    YearPlan,
)
from ..models.plans import FIRST_YEAR, LAST_YEAR
from ..plans import SAID, content_of, signs_plans
from .activity_kit import wrong

MOST_LINES, MOST_SEATS, MOST_TARGET = 300, 1_000, 1_000_000
MOST_MONEY = Decimal("99999999.99")
YEARS_AHEAD = 5


def require_drafter_of_plans(by: Any) -> None:
    """Raise NotAllowed unless `by` plans activities somewhere on one of the two sides."""
    if by.side not in SERVICES or not units_where(by, "plan_activities"):
        raise NotAllowed(_("Coordinators of the two services write the yearly plan."))


def require_signer_of_plans(by: Any) -> None:
    """Raise NotAllowed unless `by` signs the plan for its side."""
    if not signs_plans(by):
        raise NotAllowed(_("An approver at the head of a side signs the yearly plan."))


def locked_plan(plan: YearPlan) -> YearPlan:
    return YearPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)


def keep_plan(plan: YearPlan, deed: str, *, by: Any, **facts: Any) -> None:
    record(f"year_plan.{deed}", plan.ref, by=by, trail=by.side, year=plan.year, **facts)
    ring_many(sorted(root.code for root in map(root_of, SERVICES) if root is not None))


@transaction.atomic
def open_plan(*, year: int, like: YearPlan | None = None, by: Any) -> YearPlan:
    """Begin the plan of a year, with the lines of the plan `like` where one is named: each keeps
    its side and who wrote it. Opened twice it is opened once; Refused where the plan of
    that year began otherwise.
    """
    require_drafter_of_plans(by)
    if isinstance(year, bool) or not FIRST_YEAR <= year <= min(LAST_YEAR, now().year + YEARS_AHEAD):
        raise wrong("year", _("Choose a year up to five years ahead."))
    if like is not None and like.year == year:
        raise wrong("like", _("A plan is copied from another year."))
    plan, new = YearPlan.objects.get_or_create(year=year, defaults={"copied_from": like, "by": by})
    if not new:
        if like is None or plan.copied_from_id == like.pk:
            return plan
        raise Refused(
            _("The plan of %(year)s has been begun already. Add lines to it.") % {"year": year},
            code="begun",
        )
    if like is not None:
        rows = like.lines.standing().select_related("by")
        for number, row in enumerate(rows, 1):
            PlanLine.objects.create(
                plan=plan, number=number, side=row.side, by=row.by, editors=_editors(row),
                **{name: getattr(row, name) for name in SAID},
            )  # fmt: skip
    keep_plan(plan, "opened", by=by, like=like.year if like else None)
    return plan


def _whole(field: str, value: Any, least: int, most: int, sentence: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise wrong(field, sentence)
    return value


def _said(**said: Any) -> dict[str, Any]:
    for field, known, sentence in (
        ("kind", ActivityKind.values, _("Choose what kind of activity it is.")),
        ("language", Language.values, _("Choose the language you write in.")),
        ("host_country", Host.values, _("Choose the country where it is held.")),
        ("topic", ["", *terms("training_topic")], _("Choose a topic from the list.")),
        ("measure", ["", *Measure.values], _("Choose what the indicator counts.")),
    ):
        if said[field] not in known:
            raise wrong(field, sentence)
    amount = said["amount"]
    if amount is not None:
        if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
            raise wrong("amount", _("Give an amount in euro from 0 to 99,999,999.99."))
        amount = amount.quantize(Decimal("0.01"))
    seats = _("Give a number of seats from 0 to %(most)s.") % {"most": MOST_SEATS}
    found = {
        **said,
        "title": worded(
            said["title"], "title", most=160, one_line=True,
            empty=_("Say in one line what is planned."),
        ),
        "quarter": _whole("quarter", said["quarter"], 1, 4, _("Choose a quarter of the year.")),
        "seats_lv": _whole("seats_lv", said["seats_lv"], 0, MOST_SEATS, seats),
        "seats_by": _whole("seats_by", said["seats_by"], 0, MOST_SEATS, seats),
        "budget_line": worded(said["budget_line"], "budget_line", most=80, one_line=True),
        "amount": amount,
    }  # fmt: skip
    return {**found, **_indicator(said)}


def _indicator(said: dict[str, Any]) -> dict[str, Any]:
    name = worded(said["indicator"], "indicator", most=120, one_line=True)
    target = said["target"]
    if not said["measure"]:
        if name or target is not None:
            raise wrong("measure", _("Choose what the indicator counts."))
        return {"indicator": "", "target": None}
    if not name:
        raise wrong("indicator", _("Name the indicator, such as: staff trained."))
    sentence = _("Give the target as a whole number from 1 to %(most)s.") % {"most": MOST_TARGET}
    return {"indicator": name, "target": _whole("target", target, 1, MOST_TARGET, sentence)}


def void_waiting(plan: YearPlan, *, by: Any) -> None:
    """The plan changes: the version that waits is void, and what was signed of it too."""
    for version in plan.versions.open():
        at = now()
        gone = version.signatures.filter(voided_at=None)
        sides = sorted(gone.values_list("side", flat=True))
        gone.update(voided_at=at)
        version.voided_at = at
        version.save(update_fields=["voided_at"])
        keep_plan(plan, "voided", by=by, version=version.number, signed_by=sides)


def grow(plan: YearPlan) -> None:
    plan.edition += 1
    plan.save(update_fields=["edition"])


@transaction.atomic
def add_plan_line(
    plan: YearPlan,
    *,
    kind: str,
    title: str,
    language: str,
    quarter: int,
    host_country: str,
    topic: str = "",
    seats_lv: int = 0,
    seats_by: int = 0,
    budget_line: str = "",
    amount: Decimal | None = None,
    measure: str = "",
    indicator: str = "",
    target: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> PlanLine:
    """Write a line of the plan, which the own side alone changes. Money is in euro. What was put
    to both and not signed by both yet is void. The same `client_ref` is one line."""
    require_drafter_of_plans(by)
    said = _said(
        kind=kind, title=title, language=language, quarter=quarter, host_country=host_country,
        topic=topic, seats_lv=seats_lv, seats_by=seats_by, budget_line=budget_line, amount=amount,
        measure=measure, indicator=indicator, target=target,
    )  # fmt: skip
    plan, ref = locked_plan(plan), client_ref or uuid.uuid4()
    if known := written_before(PlanLine.objects.filter(by=by), ref, plan=plan):
        return known
    numbers = list(plan.lines.values_list("number", flat=True))
    if len(numbers) >= MOST_LINES:
        raise Refused(_("A plan has at most %(most)s lines.") % {"most": MOST_LINES}, code="full")
    void_waiting(plan, by=by)
    line = PlanLine.objects.create(
        plan=plan, number=max(numbers, default=0) + 1, side=by.side, client_ref=ref, by=by, **said
    )
    grow(plan)
    keep_plan(plan, "line_added", by=by, line=line.number)
    return line


def _own_line(line: PlanLine, by: Any) -> tuple[YearPlan, PlanLine]:
    require_drafter_of_plans(by)
    plan = locked_plan(line.plan)
    # Who ties an activity to it holds the line, not the plan.
    line = PlanLine.objects.select_for_update(no_key=True).get(pk=line.pk)
    if line.side != by.side:
        raise NotAllowed(_("The side that wrote this line changes it."), code="other_side")
    return plan, line


def _editors(line: PlanLine) -> list[int]:
    """Whoever changed it so far, by id."""
    return sorted({*line.editors, *([line.changed_by_id] if line.changed_by_id else [])})


def _edited(line: PlanLine, by: Any) -> None:
    line.editors = sorted({*_editors(line), by.pk})
    line.changed_at, line.changed_by = now(), by


@transaction.atomic
def change_plan_line(
    line: PlanLine, *, edition: int | None = None, by: Any, **said: Any
) -> PlanLine:
    """Say a line anew, whole: the arguments of `add_plan_line`. The same again changes nothing;
    Stale when somebody changed it after `edition`. What was put to both is void."""
    plan, line = _own_line(line, by)
    wanted = _said(**said)
    if line.removed_at is not None:
        raise Refused(_("This line was taken out of the plan."), code="removed")
    changes = [name for name in SAID if getattr(line, name) != wanted[name]]
    if not changes:
        return line
    if edition is not None and edition != line.edition:
        raise Stale(
            _("Somebody changed this line while you worked on it. Look at it and save again."),
            current=line,
        )
    void_waiting(plan, by=by)
    for name in changes:
        setattr(line, name, wanted[name])
    _edited(line, by)
    line.edition += 1
    line.save(update_fields=[*changes, "edition", "changed_at", "changed_by", "editors"])
    grow(plan)
    keep_plan(plan, "line_changed", by=by, line=line.number, fields=changes)
    return line


@transaction.atomic
def remove_plan_line(line: PlanLine, *, by: Any) -> PlanLine:
    """Take a line out of the plan. What was put to both is void; what both signed says it still.
    Refused while an activity is tied to it. Taken out twice it is taken out once."""
    plan, line = _own_line(line, by)
    if line.removed_at is not None:
        return line
    if line.links.standing().exists():
        raise Refused(
            _("An activity carries out this line. Untie the activity first."), code="carried_out"
        )
    void_waiting(plan, by=by)
    _edited(line, by)
    line.removed_at = now()
    line.save(update_fields=["removed_at", "changed_at", "changed_by", "editors"])
    grow(plan)
    keep_plan(plan, "line_removed", by=by, line=line.number)
    return line


@transaction.atomic
def put_plan(plan: YearPlan, *, edition: int, by: Any) -> PlanVersion:
    """Put the plan as it stands at `edition` to both sides: a version that their approvers sign;
    they hear of it by letter.
    Put twice it is put once. Stale when it was changed meanwhile: nobody puts what was not read."""
    require_drafter_of_plans(by)
    plan = locked_plan(plan)
    if edition != plan.edition:
        raise Stale(
            _("The plan was changed while you read it. Read it again, then put it to both."),
            current=plan,
        )
    latest = plan.versions.first()
    if latest is not None and latest.edition == plan.edition:
        return latest
    number = latest.number + 1 if latest else 1
    content = content_of(plan, number)
    if not content["lines"]:
        raise Refused(_("The plan has no line yet. Add one first."), code="empty")
    said = canonical(content)
    version = PlanVersion.objects.create(
        plan=plan, number=number, edition=plan.edition, said=said, sha256=sum_of(said), by=by
    )
    keep_plan(plan, "put", by=by, version=number, sha256=version.sha256)
    with posting_together():
        for side in SERVICES:
            for officer in plan_signers(side):
                key = f"plan_waits:{version.pk}:{officer.pk}"
                post("plan_waits", key, {"version": version.pk, "to": officer.pk})
    return version


@transaction.atomic
def sign_plan(plan: YearPlan, *, sha256: str, by: Any) -> PlanSignature:
    """Sign for the own side the version whose sum is `sha256`, which is what the officer read.

    Signed twice by the same officer it is signed once. With the signatures of both sides it is in
    force. Stale when the plan was changed meanwhile; never by whoever wrote a line of it. The door
    has asked the password, and the second factor where there is one, anew.
    """
    require_signer_of_plans(by)
    plan, sha256 = locked_plan(plan), sha256.strip().lower()
    version = plan.versions.filter(voided_at=None).first()
    if version is None or version.sha256 != sha256:
        raise Stale(
            _("The plan has another SHA-256 by now. Read how it stands, then sign that."),
            current=plan,
        )
    standing = {one.side: one for one in version.signatures.filter(voided_at=None)}
    if (known := standing.get(by.side)) is not None:
        if known.by_id == by.pk:
            return known
        raise Refused(_("Your side has signed this plan already."), code="signed")
    uids = [line["uid"] for line in version.content["lines"]]
    wrote = plan.lines.filter(uid__in=uids)
    if wrote.filter(Q(by=by) | Q(changed_by=by) | Q(editors__contains=[by.pk])).exists():
        raise NotAllowed(
            _("You wrote some of this plan. Another approver of your side signs it."),
            code="own_text",
        )
    signature = PlanSignature.objects.create(
        version=version, side=by.side, sha256=sha256, name_latin=by.name_latin,
        name_local=by.name_local, by=by,
    )  # fmt: skip
    keep_plan(plan, "signed", by=by, version=version.number, sha256=sha256)
    if standing:
        version.signed_at = now()
        version.save(update_fields=["signed_at"])
        keep_plan(plan, "in_force", by=by, version=version.number, sha256=sha256)
    return signature
