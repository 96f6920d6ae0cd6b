"""The trainers' pool of both sides: the list, one trainer, the forms."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.access.models import Language
from bordercoop.errors import NotAllowed
from bordercoop.reference.models import terms
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import agrees, planning_units
from ..models import Trainer
from ..trainer_forms import TrainerForm, initial_of_trainer
from ..trainers import lines_of, pool
from .kit import reader


def _reader(request: HttpRequest) -> Any:
    """Who plans activities; to everybody else the pool does not exist."""
    user = reader(request)
    if not planning_units(user):
        raise Http404
    return user


def _keeper(request: HttpRequest) -> Any:
    user = _reader(request)
    if not agrees(user):
        raise NotAllowed(_("A coordinator at the head of a side keeps its trainers' pool."))
    return user


def _trainer_of(user: Any, uid: Any) -> Trainer:
    rows = Trainer.objects.visible_to(user).select_related("officer")
    found: Trainer = get_object_or_404(rows, uid=uid)
    return found


def _own(user: Any, uid: Any) -> Trainer:
    trainer = _trainer_of(user, uid)
    if trainer.side != user.side:
        raise NotAllowed(_("Each side keeps its own trainers."))
    return trainer


@login_required
@require_safe
@never_cache
def trainers(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (trainers.PoolLine), `may_write`, `topics`, `languages`, `asked`."""
    user = _reader(request)
    topics = [(code, term.name) for code, term in terms("training_topic").items()]
    asked = {
        "topic": request.GET.get("topic", ""),
        "language": request.GET.get("language", ""),
        "side": request.GET.get("side", ""),
    }
    known = {"topic": dict(topics), "language": Language.values, "side": ("LV", "BY")}
    asked = {name: value for name, value in asked.items() if value in known[name]}
    context = {
        "rows": pool(user, **asked),
        "may_write": agrees(user),
        "topics": topics,
        "languages": Language.values,
        "asked": asked,
    }
    return render(request, "training/trainers.html", context)


@login_required
@never_cache
def trainer_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `trainer` None."""
    user = _keeper(request)
    form, status = TrainerForm(request.POST or None, by=user), 200
    if request.method == "POST":
        made: list[Trainer] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.add_trainer(client_ref=given["client_ref"], by=user, **form.said())
            ),
        )
        if not status:
            return redirect("trainer", uid=made[0].uid)
    context = {"form": form, "trainer": None}
    return render(request, "training/trainer_form.html", context, status=status)


@login_required
@never_cache
def trainer_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """One trainer, who also leaves here. Names: `line` (trainers.PoolLine), `trainer`,
    `may_write`."""
    user = _reader(request)
    if request.method == "POST":
        actions.leave_pool(_trainer_of(user, uid), by=user)
        return redirect("trainers")
    line = lines_of(user, Trainer.objects.visible_to(user).filter(uid=_trainer_of(user, uid).uid))[
        0
    ]
    own = line.trainer.side == user.side
    context = {
        "line": line,
        "trainer": line.trainer,
        "own": own,
        "may_write": own and agrees(user) and line.trainer.left_at is None,
    }
    return render(request, "training/trainer.html", context)


@login_required
@never_cache
def trainer_change(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `trainer`."""
    user = _keeper(request)
    trainer, status = _own(user, uid), 200
    first = initial_of_trainer(trainer)
    form = TrainerForm(request.POST or None, by=user, trainer=trainer, initial=first)
    if request.method == "POST":
        status = carried_out(
            form, lambda _given: actions.change_trainer(trainer, by=user, **form.said())
        )
        if not status:
            return redirect("trainer", uid=uid)
    context = {"form": form, "trainer": trainer}
    return render(request, "training/trainer_form.html", context, status=status)
