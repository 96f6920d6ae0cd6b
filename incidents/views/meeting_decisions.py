"""Decisions of border representatives' meetings: what is followed up, and one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed

from .. import actions
from ..investigation.form_kit import carried_out
from ..investigation.meeting_forms import CommentForm, DecisionForm, MoveForm
from ..investigation.protocol import sided
from ..models import WRITTEN_UP, MeetingDecision, MeetingState
from .meetings import MOST, holds_meeting, own_first, reads_meetings


@login_required
@require_safe
@never_cache
def decisions(request: HttpRequest) -> HttpResponse:
    """Decisions that are followed up. Names: `rows`, `asked` (open | overdue | all), `counts`."""
    user = reads_meetings(request)
    followed = MeetingDecision.objects.visible_to(user).followed().select_related("meeting")
    asked = request.GET.get("show", "open")
    open_ = followed.filter(state="open").order_by("due", "pk")
    found = {"overdue": followed.overdue(), "all": followed.order_by("-meeting__at", "number")}
    rows = found.get(asked, open_)
    context = {"rows": sided(rows[:MOST], user), "asked": asked if asked in found else "open"}
    return render(request, "incidents/investigation/decisions.html", context)


@login_required
@never_cache
def decision(request: HttpRequest, uid: Any) -> HttpResponse:
    """One decision. Names: `decision`, `meeting`, `lines`, `own`, `move_form`, `comment_form`,
    `change_form` (each or None), `texts` by language."""
    user: Any = request.user
    rows = MeetingDecision.objects.visible_to(user).select_related("meeting", "ended_by")
    row = get_object_or_404(rows, uid=uid)
    meeting, holds = row.meeting, holds_meeting(row.meeting, user)
    signed = meeting.state == MeetingState.SIGNED
    own = row.side == user.side
    first = {
        "version": row.version,
        "side": row.side,
        "owner": row.owner,
        "due": f"{row.due:%d.%m.%Y}",
        "original": next((k for k, mark in row.marks.items() if mark == "original"), "lv"),
        **{f"text_{language}": row.texts.get(language, "") for language in meeting.languages},
    }
    states = MeetingDecision.State
    forms: dict[str, Any] = {
        "move_form": MoveForm(by=user, auto_id="move_%s") if holds and signed and own else None,
        "comment_form": CommentForm(by=user, auto_id="comment_%s") if holds and signed else None,
        "change_form": DecisionForm(by=user, meeting=meeting, initial=first, auto_id="change_%s")
        if holds and meeting.state in WRITTEN_UP
        else None,
    }
    if forms["move_form"]:
        following = (states.DONE, states.DROPPED) if row.state == states.OPEN else (states.OPEN,)
        forms["move_form"].fields["state"].choices = [(one.value, one.label) for one in following]
    status = 200
    if request.method == "POST":
        status, forms = _decision_done(request, row, forms)
        if not status:
            return redirect("decision", uid=uid)
    context = {
        "decision": sided([row], user)[0],
        "texts": own_first(row.texts, user),
        "meeting": meeting,
        "lines": list(row.lines.select_related("by")),
        "own": own,
        "status": status,
        **forms,
    }
    return render(request, "incidents/investigation/decision.html", context, status=status or 200)


def _decision_done(
    request: HttpRequest, row: MeetingDecision, forms: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Carry out what was pressed: 0, or the status and the forms that say why not."""
    user: Any = request.user
    asked = request.POST.get("do", "")
    deed: Callable[[dict[str, Any]], Any]
    if asked == "move":
        form: Any = MoveForm(request.POST, by=user, auto_id="move_%s")
        name, deed = "move_form", lambda given: actions.move_decision(
            row, state=given["state"], text=given["text"], language=given["language"], by=user
        )  # fmt: skip
    elif asked == "change":
        form = DecisionForm(request.POST, by=user, meeting=row.meeting, auto_id="change_%s")
        name, deed = "change_form", lambda given: actions.change_decision(
            row, texts=form.texts("text"), original=given["original"], side=given["side"],
            owner=given["owner"], due=given["due"], version=given["version"] or 0, by=user,
        )  # fmt: skip
    else:
        form = CommentForm(request.POST, by=user, auto_id="comment_%s")
        name, deed = "comment_form", lambda given: actions.comment_decision(
            row, text=given["text"], language=given["language"],
            client_ref=given["client_ref"], by=user,
        )  # fmt: skip
    if not form.is_valid() and not holds_meeting(row.meeting, user):
        raise NotAllowed(_("Your posting does not let you act in this meeting."))
    return carried_out(form, deed), {**forms, name: form, "form": form}
