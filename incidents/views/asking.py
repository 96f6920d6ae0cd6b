"""Information requests: list, asking, one request with its thread, answering, files."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed
from bordercoop.files.serving import as_attachment

from .. import actions
from ..asking.forms import (
    AnswerForm,
    AskForm,
    DecideForm,
    FileForm,
    LinkForm,
    MessageForm,
    PassForm,
)
from ..asking.reading import (
    acts_for,
    desk_of,
    files_of,
    first_delivery,
    goals,
    ground_name,
    linkable,
    linked,
    open_goals,
    other_desks,
    own_desks,
    passed_to,
    reads_requests,
    thread,
)
from ..investigation.form_kit import ReasonForm, carried_out
from ..models import AnswerKind, Consent, InformationRequest, RequestFile

MOST = 200
SHOWN = ("open", "to_answer", "mine", "overdue", "all")


def _reader(request: HttpRequest) -> Any:
    """The officer, who may read requests; 404 for everybody else."""
    user: Any = request.user
    if not reads_requests(user) and not InformationRequest.objects.passed_to(user).exists():
        raise Http404
    return user


@login_required
@require_safe
@never_cache
def request_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (requests), `passed` (those passed on to the reader's units), `show` (which are
    shown), `may_ask`."""
    user = _reader(request)
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    rows = InformationRequest.objects.visible_to(user).select_related("desk", "to")
    if show == "overdue":
        rows = rows.overdue()
    elif show != "all":
        rows = rows.open()
    if show == "to_answer":
        rows = rows.exclude(side=user.side).order_by("due_at")
    elif show == "mine":
        rows = rows.filter(side=user.side)
    passed = InformationRequest.objects.passed_to(user).select_related("desk", "to")
    context = {
        "rows": list(rows[:MOST]),
        "passed": list(passed[:MOST]),
        "show": show,
        "may_ask": bool(own_desks(user)),
    }
    return render(request, "incidents/requests/list.html", context)


@login_required
@never_cache
def request_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`."""
    user = _reader(request)
    desks = own_desks(user)
    if not desks:
        raise NotAllowed(_("Your posting does not let you ask in the name of a desk."))
    known: dict[str, Any] = {
        "desks": desks,
        "others": other_desks(user),
        "hours": settings.REQUEST_HOURS,
    }
    # What another page asks about, for the officer to finish.
    begun = {name: request.GET.get(name, "")[:160] for name in ("subject", "question")}
    form, status = AskForm(by=user, initial={k: v for k, v in begun.items() if v}, **known), 200
    if request.method == "POST":
        form = AskForm(request.POST, by=user, **known)
        made: list[InformationRequest] = []
        status = carried_out(
            form, lambda _given: made.append(actions.ask_information(by=user, **form.said()))
        )
        if not status:
            return redirect("information_request", uid=made[0].uid)
    return render(request, "incidents/requests/new.html", {"form": form}, status=status)


def _found(request: HttpRequest, uid: Any) -> InformationRequest:
    rows = InformationRequest.objects.visible_to(request.user).select_related("desk", "to", "by")
    return get_object_or_404(rows, uid=uid)


def _named(answers: Iterable[Any]) -> list[Any]:
    """The answers, each with `ground_name`."""
    found = list(answers)
    for answer in found:
        answer.ground_name = ground_name("request_refusal", answer.ground)
    return found


def _page(
    request: HttpRequest, asked: InformationRequest, status: int = 200, **more: Any
) -> HttpResponse:
    """Names for request.html: `asked`, `own` (of the reader's side), `ground`, `answers` (with
    `ground_name`), `told` (the first delivery or None), `messages_` (the thread), `files`,
    `linked` (the reader's copies), `consents`, `passed`, `acts` (may act), forms by name."""
    user: Any = request.user
    acts = acts_for(asked, user)
    consents: list[Any] = list(asked.consents.select_related("unit", "to", "asked_by"))
    for consent in consents:
        waits = acts and consent.state == Consent.State.ASKED and consent.unit.side != user.side
        consent.form = DecideForm(by=user, auto_id=f"decide_{consent.pk}_%s") if waits else None
    holder = desk_of(asked, user)
    goal = open_goals(asked, holder)
    forms: dict[str, Any] = {}
    if acts:
        forms = {
            "message_form": MessageForm(by=user, auto_id="message_%s"),
            "file_form": FileForm(auto_id="file_%s"),
            "pass_form": PassForm(by=user, goals=goal, auto_id="pass_%s") if goal else None,
        }
        if shares := linkable(asked, user):
            forms["link_form"] = LinkForm(by=user, shares=shares, auto_id="link_%s")
        if asked.open and user.side == asked.side:
            forms["withdraw_form"] = ReasonForm(by=user, auto_id="withdraw_%s")
    context = {
        "asked": asked,
        "own": user.side == asked.side,
        "ground": ground_name("request_ground", asked.ground),
        "answers": _named(asked.answers.select_related("by")),
        "told": first_delivery(asked),
        "thread": thread(asked, user),
        "files": files_of(asked, user),
        "linked": linked(asked, user),
        "consents": consents,
        "passed": [p for p in asked.passed.select_related("to", "unit") if p.unit == holder],
        "acts": acts,
        **forms,
        **more,
    }
    return render(request, "incidents/requests/request.html", context, status=status)


def _deeds(asked: InformationRequest, user: Any, post: Any, files: Any) -> dict[str, Any]:
    """What the page can do: the form's name there, the form, the verb with its fields."""
    holder = desk_of(asked, user)

    def message(given: dict[str, Any]) -> None:
        names = ("text", "audience", "language", "client_ref")
        actions.write_to_request(asked, by=user, **{name: given[name] for name in names})

    def link(given: dict[str, Any]) -> None:
        share = link_form().shares[given["incident"]]
        actions.link_request(asked, share.incident, by=user)

    def link_form() -> LinkForm:
        return LinkForm(post, by=user, shares=linkable(asked, user), auto_id="link_%s")

    def pass_form() -> PassForm:
        return PassForm(post, by=user, goals=goals(asked, holder), auto_id="pass_%s")

    def consent(given: dict[str, Any]) -> None:
        to = pass_form().goals[given["to"]]
        actions.ask_request_consent(asked, to=to, purpose=given["purpose"], by=user)

    return {
        "message": (
            "message_form",
            lambda: MessageForm(post, by=user, auto_id="message_%s"),
            message,
        ),
        "withdraw": (
            "withdraw_form",
            lambda: ReasonForm(post, by=user, auto_id="withdraw_%s"),
            lambda given: actions.withdraw_request(asked, reason=given["reason"], by=user),
        ),
        "link": ("link_form", link_form, link),
        "file": (
            "file_form",
            lambda: FileForm(post, files, auto_id="file_%s"),
            lambda given: actions.add_request_file(
                asked, given["file"], audience=given["audience"], by=user
            ),
        ),
        "pass": (
            "pass_form",
            pass_form,
            lambda given: actions.pass_request_on(
                asked, to=pass_form().goals[given["to"]], by=user
            ),
        ),
        "consent": ("pass_form", pass_form, consent),
    }


@login_required
@never_cache
def request_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """One request. Whoever it was passed on to reads the question and the answers alone: names
    `asked`, `answers`, `ground`."""
    user: Any = request.user
    rows = InformationRequest.objects.passed_to(user).select_related("desk", "to", "by")
    if not InformationRequest.objects.visible_to(user).filter(uid=uid).exists() and (
        narrow := rows.filter(uid=uid).first()
    ):
        if request.method != "GET":
            raise NotAllowed(_("It was passed on to you to read. You can do nothing in it."))
        told = passed_to(narrow, user)
        context = {
            "asked": narrow,
            "answers": _named(told.answers),
            "ground": ground_name("request_ground", narrow.ground),
        }
        return render(request, "incidents/requests/passed.html", context)
    asked = _found(request, uid)
    if request.method != "POST":
        return _page(request, asked)
    asked_to = request.POST.get("do", "")
    if asked_to in ("give", "not_give"):
        return _decide(request, asked, asked_to == "give")
    deeds: dict[str, tuple[str, Callable[[], Any], Callable[..., Any]]] = _deeds(
        asked, user, request.POST, request.FILES
    )
    if asked_to not in deeds:
        raise Http404
    if not acts_for(asked, user):
        raise NotAllowed(_("Your posting does not let you act for this desk."))
    name, make, deed = deeds[asked_to]
    form = make()
    if status := carried_out(form, deed):
        return _page(request, _found(request, uid), status, form=form, **{name: form})
    return redirect("information_request", uid=uid)


def _decide(request: HttpRequest, asked: InformationRequest, given: bool) -> HttpResponse:
    """A consent given or not; its public id is in `consent`."""
    number = request.POST.get("consent", "")
    consent = next((c for c in asked.consents.all() if str(c.uid) == number), None)
    if consent is None:
        raise Http404
    form = DecideForm(request.POST, by=request.user, auto_id=f"decide_{consent.pk}_%s")
    status = carried_out(
        form,
        lambda typed: actions.decide_request_consent(
            consent, given=given, text=typed["text"], by=request.user
        ),
    )
    if status:
        return _page(request, _found(request, asked.uid), status, form=form)
    return redirect("information_request", uid=asked.uid)


@login_required
@never_cache
def request_answer(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `asked`, `form`, `ground`."""
    user: Any = request.user
    asked = _found(request, uid)
    if not acts_for(asked, user):
        raise NotAllowed(_("Your posting does not let you act for this desk."))
    if user.side == asked.side:
        raise NotAllowed(_("The side that was asked answers it."), code="own_request")
    form, status = AnswerForm(by=user, asked=asked), 200
    if request.method == "POST":
        form = AnswerForm(request.POST, by=user, asked=asked)

        def deed(given: dict[str, Any]) -> None:
            said = {
                "text": given["text"],
                "language": given["language"],
                "marking": form.marking(),
                "client_ref": given["client_ref"],
                "by": user,
            }
            if given["kind"] == AnswerKind.REFUSED:
                actions.refuse_request(asked, ground=given["ground"], **said)
            else:
                actions.answer_request(asked, kind=given["kind"], **said)

        status = carried_out(form, deed)
        if not status:
            return redirect("information_request", uid=uid)
    context = {
        "asked": asked,
        "form": form,
        "ground": ground_name("request_ground", asked.ground),
    }
    return render(request, "incidents/requests/answer.html", context, status=status)


@login_required
@require_safe
@never_cache
def request_file(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """A file beside a request, to save."""
    row = get_object_or_404(RequestFile.objects.visible_to(request.user), uid=uid)
    found = actions.download_request_file(row, by=request.user)
    return as_attachment(found.file, found.name, found.mime)
