"""What the buttons on the pages of a procedure do."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import ProcedureComment, ProcedureVersion

from .. import actions
from ..procedure_forms import AnswerForm, CommentForm, DaysForm, ReasonForm, ReviewForm
from ..procedures import kind_of

Deed = Callable[[Any, ProcedureVersion, dict[str, Any], Any], str]


def done(
    request: HttpRequest,
    version: ProcedureVersion,
    deeds: dict[str, Deed],
    forms: dict[str, Any],
    more: dict[str, Any],
) -> HttpResponse | None:
    """Do what the page's button says; None when it was refused, with the sentence in `more`."""
    deed = request.POST.get("deed", "")
    if deed not in deeds:
        raise Http404
    try:
        return redirect(deeds[deed](request.POST, version, forms, request.user))
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        more |= {"refusal": str(refusal), "status": refusal.status}
        form = forms.get(deed)
        if form is not None and form.is_bound:
            form.take(refusal)
    except _Unread:
        more |= {"refusal": _("Correct what is marked."), "status": 400}
    return None


class _Unread(Exception):
    """A form of the page could not be read; it shows why."""


def _read(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise _Unread
    given: dict[str, Any] = form.cleaned_data
    return given


def choices(version: ProcedureVersion) -> list[tuple[str, str]]:
    """The steps of a version, for a form that asks which one."""
    return [
        (step["code"], f"{number}. {version.text_of(step['title'])}")
        for number, step in enumerate(version.steps, start=1)
    ]


def _page(version: ProcedureVersion, more: str = "") -> str:
    base = kind_of(version.procedure).base
    return f"{base}{version.procedure.code}/{version.number}/{more}"


def _home(version: ProcedureVersion, more: str = "") -> str:
    return f"{kind_of(version.procedure).base}{version.procedure.code}/{more}"


def _whole(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 9 else 0


def _confirm(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    if str(version.number) != post.get("number"):
        raise Refused(_("Another version is in force by now. Read that one, then confirm it."))
    actions.confirm_reading(version, by=by)
    return _home(version)


def _draft(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    return _page(actions.draft_version(version.procedure, by=by))


def _start_review(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    actions.start_review(version, by=by)
    return _home(version)


def _end_review(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["review"] = forms["end_review"] = ReviewForm(post)
    actions.end_review(version, by=by, **_read(forms["review"]))
    return _home(version)


def _withdraw(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["withdraw"] = ReasonForm(post)
    actions.withdraw_version(version, by=by, **_read(forms["withdraw"]))
    return _page(version)


def _end(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["withdraw"] = ReasonForm(post)
    actions.end_version(version, by=by, **_read(forms["withdraw"]))
    return _page(version)


def _consult(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    actions.open_consultation(version, by=by)
    return _page(version)


def _comment(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["comment"] = CommentForm(post, steps=choices(version))
    made = actions.comment_step(version, by=by, **_read(forms["comment"]))
    return _page(version, f"#step-{made.step}" if made.step else "#comments")


def _answer(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["answer"] = form = AnswerForm(post)
    given = _read(form)
    rows = ProcedureComment.objects.filter(version__procedure=version.procedure_id)
    comment = rows.select_related("version").filter(uid=given["comment"]).first()
    if comment is None:
        raise Http404
    taken = given["taken_up"] == "yes"
    actions.answer_comment(comment, taken_up=taken, answer=given["answer"], by=by)
    return _page(version, f"#step-{comment.step}" if comment.step else "#comments")


def _days(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    forms["days"] = DaysForm(post)
    actions.set_version_days(version, by=by, **_read(forms["days"]))
    return _page(version)


def _approve(post: Any, version: ProcedureVersion, forms: dict[str, Any], by: Any) -> str:
    actions.approve_version(
        version, sha256=post.get("sha256", ""), revision=_whole(post.get("revision")), by=by
    )
    return _page(version)


HELD: dict[str, Deed] = {
    "read": _confirm,
    "draft": _draft,
    "review": _start_review,
    "end_review": _end_review,
    "withdraw": _end,
}
PREPARED: dict[str, Deed] = {
    "consult": _consult,
    "comment": _comment,
    "answer": _answer,
    "days": _days,
    "approve": _approve,
    "withdraw": _withdraw,
}
