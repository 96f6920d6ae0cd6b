"""The register of recommendations: the list, one of them, its form, its files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop import keyset
from bordercoop.errors import NotAllowed
from bordercoop.files.serving import as_attachment
from bordercoop.web.paging import address_of_page
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import keeps, keeps_lessons
from ..forms import (
    RecommendationForm,
    SaidForm,
    TieForm,
    initial_of_recommendation,
)
from ..models import LessonSource, Recommendation, RecommendationChange
from ..register import (
    asked_of,
    came_from,
    changes_of,
    deeds_of,
    history,
    listed,
)
from ..sources import said_of
from .kit import reader, refused

VERBS = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 50


def recommendation_of(user: Any, number: str) -> Recommendation:
    rows = Recommendation.objects.visible_to(user)
    rows = rows.select_related("owner_unit", "owner_officer", "place", "by")
    found: Recommendation = get_object_or_404(rows, number=number)
    return found


@login_required
@require_safe
@never_cache
def recommendations(request: HttpRequest) -> HttpResponse:
    """Names: `rows`, `asked`, `shows`, `sources`, `may_add`, `next`, `previous`."""
    user, asked = reader(request), asked_of(request.GET)
    page = keyset.page(
        listed(user, asked), ("due_on", "id"), size=PAGE, cursor=request.GET.get("cursor", "")
    )
    context = {
        "rows": page.rows,
        "asked": asked,
        "shows": [
            ("under_way", _("Under way")), ("overdue", _("Overdue")), ("mine", _("For my unit")),
            ("to_confirm", _("To be confirmed")), ("all", _("All")),
        ],
        "sources": LessonSource.choices,
        "may_add": keeps_lessons(user),
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
    }  # fmt: skip
    return render(request, "lessons/recommendations.html", context)


def _keeper(request: HttpRequest) -> Any:
    user = reader(request)
    if not keeps_lessons(user):
        raise NotAllowed(_("Coordinators of the two services do this."))
    return user


SOURCE_OF = {"activity": "visit", "investigation": "investigation", "exercise": "exercise",
             "operation": "operation"}  # fmt: skip


@login_required
@VERBS
@never_cache
def recommendation_new(request: HttpRequest) -> HttpResponse:
    """`?about=` names what it comes from; what an activity taught stands in the form already.
    Names: `form`, `row` None."""
    user = _keeper(request)
    about = request.GET.get("about", "")[:80].replace("\0", "")
    kind = about.partition(":")[0]
    initial: dict[str, Any] = {}
    if about:
        initial = {"about": about, "source": SOURCE_OF.get(kind, "own"), **said_of(about, user)}
    form, status = RecommendationForm(request.POST or None, by=user, initial=initial), 200
    if request.method == "POST":
        made: list[Recommendation] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.raise_recommendation(client_ref=given["client_ref"], by=user, **form.said())
            ),
        )
        if not status:
            return redirect("recommendation", number=made[0].number)
    context = {"form": form, "row": None}
    return render(request, "lessons/recommendation_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def recommendation_change(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `row`."""
    user = _keeper(request)
    row = recommendation_of(user, number)
    if not keeps(user, row):
        raise NotAllowed(_("A coordinator of the side that raised this recommendation does this."))
    form = RecommendationForm(
        request.POST or None, by=user, known=row, initial=initial_of_recommendation(row)
    )
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_recommendation(
                row, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("recommendation", number=number)
    context = {"form": form, "row": row}
    return render(request, "lessons/recommendation_form.html", context, status=status)


def _labels() -> dict[str, tuple[Any, str]]:
    """By deed: what its words are called, and the argument of the verb."""
    return {
        "finish": (_("What shows that it is done"), "evidence"),
        "decline": (_("Why it is not accepted"), "reason"),
        "confirm": (_("What you saw (not required)"), "said"),
        "reopen": (_("Why it is opened again"), "reason"),
    }


SAYING: dict[str, Any] = {
    "finish": actions.finish_recommendation,
    "decline": actions.decline_recommendation,
    "confirm": actions.confirm_recommendation,
    "reopen": actions.reopen_recommendation,
}


@login_required
@VERBS
@never_cache
def recommendation_page(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `row`, `may` (deeds), `changes` (Tied), `history`, `came_from`, `refusal`, `form` of
    what was refused, and a form for each deed that asks for words: `finish_form` and so on,
    `tie_form`."""
    user = reader(request)
    row, status = recommendation_of(user, number), 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        status = _do(request, row, user, more)
        if not status:
            return redirect("recommendation", number=number)
        row = recommendation_of(user, number)
    may = deeds_of(user, row)
    for deed, (label, field) in _labels().items():
        if deed in may:
            more.setdefault(
                f"{deed}_form", SaidForm(by=user, label=label, field=field, auto_id=f"{deed}_%s")
            )
    if "tie" in may:
        more.setdefault("tie_form", TieForm(by=user, recommendation=row, auto_id="tie_%s"))
    context = {
        "row": row,
        "may": may,
        "changes": changes_of(user, row),
        "history": history(row),
        "came_from": came_from(user, row),
        **more,
    }
    return render(request, "lessons/recommendation.html", context, status=status)


def _do(request: HttpRequest, row: Recommendation, user: Any, more: dict[str, Any]) -> int:
    do = request.POST.get("do", "")
    if do == "take":
        more["refusal"], status = refused(lambda: actions.take_in_hand(row, by=user))
        return status
    if do == "untie":
        rows = RecommendationChange.objects.visible_to(user).filter(recommendation=row)
        uid = request.POST.get("change", "")
        found = next((one for one in rows if str(one.uid) == uid), None)
        if found is None:
            raise Http404
        more["refusal"], status = refused(lambda: actions.untie_change(found, by=user))
        return status
    form: Any
    if do == "tie":
        form = TieForm(request.POST, request.FILES, by=user, recommendation=row, auto_id="tie_%s")
        more |= {"tie_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.tie_change(
                row, client_ref=given["client_ref"], by=user, **form.said()
            ),
        )
    if do in SAYING:
        label, field = _labels()[do]
        form = SaidForm(request.POST, by=user, label=label, field=field, auto_id=f"{do}_%s")
        more |= {f"{do}_form": form, "form": form}
        return carried_out(
            form, lambda given: SAYING[do](row, by=user, **{field: given["said"] or ""})
        )
    return 0


@login_required
@require_safe
@never_cache
def recommendation_file(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """A file that shows what was changed, to save."""
    user = reader(request)
    row = get_object_or_404(RecommendationChange.objects.visible_to(user), uid=uid)
    found = actions.download_evidence(row, by=user)
    return as_attachment(found.file, found.name, found.mime)
