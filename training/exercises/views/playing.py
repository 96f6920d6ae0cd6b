"""An exercise played: the control room, its results, its report."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.models import units
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..control import mark_of, room_of
from ..forms import DebriefForm, MarkForm, NoteForm
from ..models import DebriefKind, Exercise
from ..reading import clock_of, may_do
from ..scoring import score_of
from .kit import deed, inject_of, readable, reader, uid_of

VERBS = require_http_methods(["GET", "HEAD", "POST"])
CLOCK = {
    "start": actions.start_exercise,
    "resume": actions.resume_exercise,
    "stop": actions.stop_exercise,
}


@login_required
@VERBS
@never_cache
def exercise_control(request: HttpRequest, number: str) -> HttpResponse:
    """The control room: the clock, the injects with their state, notes. `?part=live` is what its
    script draws anew, 304 while nothing changed. Names: those of `control.room_of`, `mark`,
    `note_form`, `refusal`."""
    user = reader(request)
    exercise, status = readable(user, number), 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        status, refusal = deed(request, lambda do: _control(do, request, exercise, user, more))
        if not status:
            over = request.POST.get("do") == "stop"
            return redirect("exercise_results" if over else "exercise_control", number=number)
        more["refusal"] = refusal
        exercise = readable(user, number)
    mark = mark_of(exercise, user)
    if request.method != "POST" and request.GET.get("part") == "live":
        # A proxy that compresses the answer makes a weak one of it.
        if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
            return HttpResponseNotModified(headers={"ETag": mark})
        answer = render(request, "exercises/control_parts.html", room_of(exercise, user))
        answer["ETag"] = mark
        return answer
    room = room_of(exercise, user)
    if "note" in room["may"]:
        injects = [line["inject"] for line in room["lines"]]
        more.setdefault("note_form", NoteForm(by=user, injects=injects, auto_id="note_%s"))
    context = {**room, "mark": mark, **more}
    return render(request, "exercises/control.html", context, status=status)


def _control(
    do: str, request: HttpRequest, exercise: Exercise, user: Any, more: dict[str, Any]
) -> int:
    post = request.POST
    if do in CLOCK:
        CLOCK[do](exercise, by=user)
    elif do == "pause":
        actions.pause_exercise(exercise, reason=post.get("reason", ""), by=user)
    elif do in ("release", "jump"):
        inject = inject_of(exercise, uid_of(post.get("inject", "")))
        (actions.release_inject if do == "release" else actions.jump_to_inject)(inject, by=user)
    elif do == "note":
        injects = list(exercise.injects.standing())
        form = NoteForm(post, by=user, injects=injects, auto_id="note_%s")
        more |= {"note_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.note_exercise(
                exercise, text=given["text"], language=given["language"],
                inject=form.known.get(given["inject"]), client_ref=given["client_ref"], by=user,
            ),
        )  # fmt: skip
    return 0


@login_required
@VERBS
@never_cache
def exercise_results(request: HttpRequest, number: str) -> HttpResponse:
    """Scores, marks and the hot debrief. Names: `exercise`, `score`, `objectives` (row, marks,
    form), `debrief` (kind, label, lines), `debrief_form`, `notes`, `may`, `played`, `refusal`."""
    user = reader(request)
    exercise, status = readable(user, number), 200
    more: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        status, refusal = deed(
            request, lambda do: _judged(do, request, exercise, user, more, wrong)
        )
        if not status:
            return redirect("exercise_results", number=number)
        more["refusal"] = refusal
        exercise = readable(user, number)
    may = may_do(exercise, user)
    said = list(exercise.debrief.select_related("by"))
    if "debrief" in may:
        more.setdefault("debrief_form", DebriefForm(by=user, auto_id="debrief_%s"))
    objectives = []
    for row in exercise.objectives.standing().prefetch_related("marks__by"):
        marks = list(row.marks.all())
        own = next((one for one in marks if one.by_id == user.pk), None)
        first = {"mark": own.mark, "words": own.words, "language": own.language} if own else {}
        form = wrong.get(str(row.uid)) or MarkForm(
            by=user, initial=first, auto_id=f"mark_{row.pk}_%s"
        )
        objectives.append((row, marks, form if "mark" in may else None))
    context = {
        "exercise": exercise,
        "score": score_of(exercise),
        "played": clock_of(exercise.clock()),
        "objectives": objectives,
        "debrief": [
            (code, label, [one for one in said if one.kind == code])
            for code, label in DebriefKind.choices
        ],
        "notes": [
            (note, clock_of(note.clock)) for note in exercise.notes.select_related("by", "inject")
        ],
        "may": may,
        **more,
    }
    return render(request, "exercises/results.html", context, status=status)


def _judged(
    do: str,
    request: HttpRequest,
    exercise: Exercise,
    user: Any,
    more: dict[str, Any],
    wrong: dict[str, Any],
) -> int:
    post = request.POST
    if do == "report":
        actions.report_exercise(exercise, by=user)
    elif do == "mark":
        rows = exercise.objectives.standing().select_related("exercise")
        objective = get_object_or_404(rows, uid=uid_of(post.get("objective", "")))
        form: Any = MarkForm(post, by=user, auto_id=f"mark_{objective.pk}_%s")
        wrong[str(objective.uid)] = form
        more["form"] = form
        return carried_out(
            form,
            lambda given: actions.mark_objective(
                objective, mark=given["mark"], words=given["words"], language=given["language"],
                by=user,
            ),
        )  # fmt: skip
    elif do == "tick":
        desk = units().get(post.get("desk", ""))
        step = post.get("step", "")
        if desk is not None and step.isascii() and step.isdigit() and len(step) < 4:
            inject = inject_of(exercise, uid_of(post.get("inject", "")))
            actions.tick_step(inject, desk=desk, step=int(step), by=user)
    elif do == "debrief":
        form = DebriefForm(post, by=user, auto_id="debrief_%s")
        more |= {"debrief_form": form, "form": form}
        return carried_out(form, lambda given: actions.write_debrief(exercise, by=user, **given))
    return 0


@login_required
@require_safe
@never_cache
def exercise_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The report as a PDF in the reader's language and the other side's; `?with=` is another."""
    user = reader(request)
    first = get_language() or "en"
    second = request.GET.get("with", "") or partner_language(user.side, first)
    made, name = actions.print_exercise(readable(user, number), languages=(first, second), by=user)
    return as_file(made, name)
