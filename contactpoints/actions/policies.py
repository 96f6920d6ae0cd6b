"""Setting how alerts climb at a desk: always as a new version of the whole policy."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from bordercoop.web.clocks import duration

from ..access import require
from ..models import FLOOR, HELD, NEXT_SHIFT, Desk, EscalationPolicy, Priority, Unit, Who
from ..policies import other_points, policy_of, whole_chain

MOST_STEPS = 8
Wrong = dict[str, list[Any]]


@transaction.atomic
def set_policy(
    unit: Unit,
    *,
    steps: Sequence[Mapping[str, Any]],
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    quiet_for: Sequence[str] = (),
    note_within: Mapping[str, int | None],
    why: str,
    version: int,
    by: Any,
) -> EscalationPolicy:
    """Put a new version of a desk's escalation policy in force. Alerts under way keep theirs.

    Values as in EscalationPolicy. `version` is the number that was read before: Stale, with the
    one in force as `current`, when somebody set another one meanwhile. Setting what is in force
    already changes nothing.
    """
    desk = Desk.objects.select_for_update(no_key=True, of=("self",)).filter(unit=unit).first()
    if desk is None or unit.retired_at is not None:
        raise Refused(
            _("%(unit)s is not a desk of a contact point. Choose a desk.") % {"unit": unit.name},
            code="not_a_desk",
        )
    require(by, "set_rota", unit)
    wrong: Wrong = {}
    said = {
        "steps": _steps(unit, steps, wrong),
        **_quiet(quiet_from, quiet_until, quiet_for, wrong),
        "note_within": _limits(note_within, wrong),
    }
    needed = _("Write in one line why the policy changes.")
    try:
        why = worded(why, "why", most=300, empty=needed, one_line=True)
    except Invalid as refusal:
        wrong.update(refusal.fields)
    if wrong:
        raise Invalid(
            _("This policy cannot be put in force as it is. Correct what is marked."), fields=wrong
        )
    current = policy_of(unit)
    if current is not None and current.said == said and version <= current.number:
        return current
    if current is not None and current.number != version:
        who = current.made_by.display_name if current.made_by else _("The portal")
        raise Stale(
            _(
                "%(who)s changed this policy meanwhile: version %(number)s is in force now. "
                "Nothing you entered is lost. Compare it with that version, then save it again."
            )
            % {"who": who, "number": current.number},
            current=current,
        )
    policy = EscalationPolicy.objects.create(
        desk=desk,
        number=current.number + 1 if current else 1,
        why=why,
        made_at=now(),
        made_by=by,
        **said,
    )
    record("policy.set", f"unit:{unit.code}", by=by, desk=unit.code, version=policy.number)
    ring_many([unit.code])
    return policy


def _steps(unit: Unit, steps: Sequence[Mapping[str, Any]], wrong: Wrong) -> list[dict[str, Any]]:
    rows = [_step(unit, place, step, wrong) for place, step in enumerate(steps)]
    whos = [(row["who"], row.get("at", "")) for row in rows]
    if len(rows) > MOST_STEPS:
        wrong["steps"] = [_("A policy has at most %(most)s steps.") % {"most": MOST_STEPS}]
    elif not rows or rows[-1]["who"] != Who.HEADQUARTERS:
        wrong["steps"] = [
            _("The last step is the duty officer of your headquarters. It cannot be taken away.")
        ]
    elif len(set(whos)) != len(whos):
        wrong["steps"] = [_("Somebody stands in two steps. Each may stand in one.")]
    last = len(rows) - 1
    for place, row in enumerate(rows):
        row["wait"] = {} if place == last else _waits(place, steps[place], wrong)
    if not wrong:
        _refuse_slow(rows, wrong)
    return rows


def _step(unit: Unit, place: int, step: Mapping[str, Any], wrong: Wrong) -> dict[str, Any]:
    who, code = str(step.get("who") or ""), str(step.get("at") or "")
    if who not in Who.values:
        wrong[f"steps.{place}.who"] = [_("Choose who is told.")]
    row: dict[str, Any] = {"who": who}
    if who == Who.POINT:
        if code not in {other.code for other in other_points(unit)}:
            wrong[f"steps.{place}.who"] = [_("Choose a desk of another point of your side.")]
        row["at"] = code
    asked = {str(channel) for channel in step.get("channels") or ()}
    if asked - set(settings.ESCALATION_CHANNELS):
        wrong[f"steps.{place}.channels"] = [_("There is no such channel.")]
    # Screen and e-mail tell at every step, whatever was ticked.
    row["channels"] = [c for c in settings.ESCALATION_CHANNELS if c in FLOOR or c in asked]
    return row


def _waits(place: int, step: Mapping[str, Any], wrong: Wrong) -> dict[str, Any]:
    given = step.get("wait") or {}
    waits: dict[str, Any] = {}
    for code in Priority.values:
        wait = given.get(code)
        until_shift = wait == NEXT_SHIFT and code in HELD
        if not until_shift and not _whole(wait, 60, 172_800):
            wrong[f"steps.{place}.wait.{code}"] = [
                _("Say after how many minutes it goes on: from 1 to 2,880.")
            ]
        waits[code] = wait
    return waits


def _whole(value: Any, least: int, most: int) -> bool:
    """Whether it is a whole number within bounds; True is none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _refuse_slow(rows: list[dict[str, Any]], wrong: Wrong) -> None:
    for code, most in settings.ESCALATION_CEILINGS.items():
        takes = whole_chain(rows, code)
        if takes > most:
            wrong[f"chain.{code}"] = [
                _(
                    "%(priority)s: headquarters would be told after %(time)s, and %(most)s is the "
                    "longest. Shorten a step or take one out."
                )
                % {"priority": code, "time": duration(takes), "most": duration(most)}
            ]


def _quiet(
    starts: time | None, ends: time | None, held: Sequence[str], wrong: Wrong
) -> dict[str, Any]:
    asked = {str(code) for code in held}
    if asked - set(HELD):
        wrong["quiet_for"] = [_("Quiet hours never hold a P1 or P2 alert. Choose P3, P4 or both.")]
    if starts is None and ends is None and not asked:
        return {"quiet_from": None, "quiet_until": None, "quiet_for": []}
    if starts is None or ends is None:
        wrong["quiet_from" if starts is None else "quiet_until"] = [
            _("Quiet hours need a beginning and an end, or neither.")
        ]
    elif starts == ends:
        wrong["quiet_until"] = [_("Quiet hours cannot last all day. Choose another end.")]
    if not asked:
        wrong["quiet_for"] = [_("Choose what the quiet hours hold: P3, P4 or both.")]
    return {
        "quiet_from": starts,
        "quiet_until": ends,
        "quiet_for": [code for code in HELD if code in asked],
    }


def _limits(given: Mapping[str, int | None], wrong: Wrong) -> dict[str, int | None]:
    limits: dict[str, int | None] = {}
    for code, most in settings.PROGRESS_CEILINGS.items():
        limit = given.get(code)
        if limit is None and code == Priority.P4:
            limits[code] = None
            continue
        if not _whole(limit, 60, most):
            wrong[f"note_within.{code}"] = [
                _("Say within what time somebody has to note progress: at most %(most)s.")
                % {"most": duration(most)}
            ]
        limits[code] = limit
    return limits
