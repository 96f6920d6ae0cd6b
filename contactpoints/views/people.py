"""A side's people, for its administrators: who is posted where, and the verbs that change it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.access.models import User
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid
from bordercoop.web.exporting import export_page
from bordercoop.web.paging import address_of_page

from .. import actions
from ..access import administered, people_of, units_for
from ..exporting import people_listing
from ..forms import EndForm, InvitationForm, PersonForm, PostingForm
from ..models import ACTIVE, Posting, Role
from ..people import people_asked, people_found

PAGE = 50


def _administrator(request: HttpRequest) -> Any:
    """The officer, or 404: to others the page does not exist."""
    if not administered(request.user):
        raise Http404
    return request.user


def _person(request: HttpRequest, uid: Any) -> User:
    return get_object_or_404(people_of(_administrator(request)), uid=uid)


def _posting(request: HttpRequest, uid: Any) -> Posting:
    rows = Posting.objects.filter(officer__in=people_of(_administrator(request)))
    return get_object_or_404(rows.select_related("officer", "unit"), uid=uid)


@login_required
@require_safe
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (User with .held, postings in force or to come), `next`, `previous`, `asked`,
    `units`, `roles`, `filtered`."""
    by = _administrator(request)
    asked = people_asked(request.GET)
    rows = people_found(by, asked)
    page = keyset.page(rows, ("name_latin", "pk"), size=PAGE, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": page.rows,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "asked": asked,
        "filtered": any(asked.values()),
        "units": units_for(by, "administer_accounts"),
        "roles": Role.choices,
        "now": now(),
    }
    return render(request, "contactpoints/people.html", context)


@login_required
@never_cache
@require_safe
def people_export(request: HttpRequest) -> HttpResponseBase:
    """The filters of the list, and `as` for the format."""
    by = _administrator(request)
    return export_page(
        request,
        lambda: people_listing(by, request.GET),
        lambda form: actions.export_people(request.GET, form=form, by=by),
        back=reverse("people"),
    )


@login_required
@never_cache
def person_invite(request: HttpRequest) -> HttpResponse:
    by = _administrator(request)
    form = InvitationForm(
        request.POST or None,
        by=by,
        initial={"language": by.language, "unit": request.GET.get("unit", "")},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = actions.invite_officer(
                    username=given["username"],
                    language=given["language"],
                    unit=form.chosen_unit,
                    role=given["role"],
                    by=by,
                    **form.period(),
                    **form.identity(),
                )
            except Invalid as refusal:
                form.take(refusal)
            else:
                return redirect("person", uid=made.uid)
        status = 400
    return render(request, "contactpoints/person_invite.html", {"form": form}, status=status)


def _page(request: HttpRequest, officer: User, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `officer`, `postings` (newest first, .standing: now | later | over), `person_form`,
    `posting_form`, `ending` (uid of the posting whose end is being set), `end_form`, `own`."""
    postings = list(officer.postings.select_related("unit", "posted_by").order_by("-starts_at"))
    moment = now()
    force = set(officer.postings.filter(ACTIVE("", moment)).values_list("pk", flat=True))
    for posting in postings:
        posting.standing = (  # type: ignore[attr-defined]
            "now"
            if posting.pk in force
            else "later"
            if posting.ended_at is None and posting.starts_at > moment
            else "over"
        )
    context = {
        "officer": officer,
        "postings": postings,
        "person_form": PersonForm(
            initial={n: getattr(officer, n) for n in PersonForm.base_fields}, auto_id="person_%s"
        ),
        "posting_form": PostingForm(by=request.user, auto_id="posting_%s"),
        "end_form": EndForm(auto_id="end_%s"),
        "ending": "",
        "suspend_error": "",
        "own": officer.pk == request.user.pk,
        "now": moment,
        **more,
    }
    return render(request, "contactpoints/person.html", context, status=status)


@login_required
@require_safe
@never_cache
def person(request: HttpRequest, uid: Any) -> HttpResponse:
    """One account with its postings. Reading it is recorded once an hour."""
    by, officer = _administrator(request), _person(request, uid)
    record_reading(officer.ref, by=by)
    return _page(request, officer)


def _tried(
    request: HttpRequest, officer: User, form: Any, name: str, do: Callable[[], Any], **more: Any
) -> HttpResponse:
    """Do it and show the person again; on bad input with the form as typed."""
    if form.is_valid():
        try:
            do()
        except Invalid as refusal:
            form.take(refusal)
        else:
            return redirect("person", uid=officer.uid)
    return _page(request, officer, status=400, **{name: form}, **more)


@login_required
@require_POST
def person_correct(request: HttpRequest, uid: Any) -> HttpResponse:
    officer = _person(request, uid)
    form = PersonForm(request.POST, auto_id="person_%s")
    return _tried(
        request,
        officer,
        form,
        "person_form",
        lambda: actions.correct_officer(officer, by=request.user, **form.identity()),
    )


@login_required
@require_POST
def person_post(request: HttpRequest, uid: Any) -> HttpResponse:
    """A further posting, or with `instead` (uid of a posting) a transfer."""
    officer = _person(request, uid)
    form = PostingForm(request.POST, by=request.user, auto_id="posting_%s")
    old = request.POST.get("instead", "")

    def do() -> Any:
        to = {"unit": form.chosen_unit, "role": form.cleaned_data["role"], **form.period()}
        if not old:
            return actions.post_officer(officer, by=request.user, **to)
        posting = next((p for p in officer.postings.all() if str(p.uid) == old), None)
        if posting is None:
            raise Http404
        return actions.transfer_officer(posting, by=request.user, **to)

    return _tried(request, officer, form, "posting_form", do, instead=old)


@login_required
@require_POST
def posting_end(request: HttpRequest, uid: Any) -> HttpResponse:
    """End now (`now`), or set the last day."""
    posting = _posting(request, uid)
    if "now" in request.POST:
        actions.end_posting(posting, by=request.user)
        return redirect("person", uid=posting.officer.uid)
    form = EndForm(request.POST, auto_id="end_%s")
    return _tried(
        request,
        posting.officer,
        form,
        "end_form",
        lambda: actions.set_posting_end(posting, ends_at=form.ends_at(posting), by=request.user),
        ending=str(posting.uid),
    )


@login_required
@require_POST
def person_suspend(request: HttpRequest, uid: Any) -> HttpResponse:
    officer = _person(request, uid)
    reason = request.POST.get("reason", "")
    try:
        actions.suspend_officer(officer, reason=reason, by=request.user)
    except Invalid as refusal:
        return _page(
            request, officer, status=400, suspend_error=str(refusal), suspend_reason=reason
        )
    return redirect("person", uid=uid)


def _plain(verb: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A door to a verb that needs nothing but the person."""

    @login_required
    @require_POST
    def door(request: HttpRequest, uid: Any) -> HttpResponse:
        verb(_person(request, uid), by=request.user)
        return redirect("person", uid=uid)

    return door


person_reinstate = _plain(actions.reinstate_officer)
person_invite_again = _plain(actions.resend_invitation)
person_sign_out = _plain(actions.sign_out_officer)
person_reset_factor = _plain(actions.reset_second_factor)
