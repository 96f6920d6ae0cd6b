"""What the page of one report does: each deed parses, calls its verb, and says how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from incidents.investigation.form_kit import carried_out

from .. import actions
from ..models import RiskReport
from ..register_access import writing_units
from ..report_forms import (
    AnswerForm,
    JoinForm,
    LeaveForm,
    NewerForm,
    ReasonForm,
    ReviewerForm,
    ScopeForm,
)
from .reports_read import newer_than
from .reports_space import reviewers_for

Deed = Callable[[HttpRequest, RiskReport, Any, dict[str, Any]], int]


def _plain(verb: Any, said: str) -> Deed:
    def deed(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
        verb(report, by=user)
        messages.success(request, said_of(said))
        return 0

    return deed


def said_of(code: str) -> str:
    return {
        "begin": _("The collection has begun. The steps are yours."),
        "draft": _("The drafting has begun."),
        "invite": _("The other side is asked."),
        "archive": _("The report is archived."),
    }[code]


def _ask(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = ReviewerForm(request.POST, by=user, people=reviewers_for(report, user))
    more |= {"review_form": form, "form": form}
    return carried_out(
        form, lambda given: actions.ask_review(report, reviewer=form.chosen, by=user)
    )


def _join(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = JoinForm(request.POST, by=user, units=writing_units(user), auto_id="join_%s")
    more |= {"join_form": form, "form": form}
    return carried_out(form, lambda given: actions.join_report(report, unit=form.unit, by=user))


def _decline(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    actions.decline_report(report, by=user)
    messages.success(request, _("Your side does not take part."))
    more["to"] = "reports"
    return 0


def _leave(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = LeaveForm(request.POST, by=user, auto_id="leave_%s")
    more |= {"leave_form": form, "form": form}
    status = carried_out(
        form, lambda given: actions.leave_report(report, words=given["words"], by=user)
    )
    if not status:
        messages.success(request, _("Your side writes this report no longer."))
        more["to"] = "reports"
    return status


def _cancel(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = ReasonForm(request.POST, by=user, auto_id="cancel_%s")
    more |= {"cancel_form": form, "form": form}
    return carried_out(
        form, lambda given: actions.cancel_report(report, reason=given["reason"], by=user)
    )


def _change(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = ScopeForm(request.POST, by=user, places=report.places, auto_id="scope_%s")
    more |= {"scope_form": form, "form": form}
    return carried_out(
        form,
        lambda given: actions.change_report(report, by=user, **form.said()),
    )


def _withdraw(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = ReasonForm(request.POST, by=user, auto_id="withdraw_%s")
    more |= {"withdraw_form": form, "form": form}
    return carried_out(
        form, lambda given: actions.withdraw_report(report, reason=given["reason"], by=user)
    )


def _supersede(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
    form = NewerForm(request.POST, by=user, rows=newer_than(report, user), auto_id="newer_%s")
    more |= {"supersede_form": form, "form": form}
    return carried_out(
        form, lambda given: actions.supersede_report(report, newer=form.chosen, by=user)
    )


def _answer(state: str) -> Deed:
    def deed(request: HttpRequest, report: RiskReport, user: Any, more: dict[str, Any]) -> int:
        number = request.POST.get("number", "")
        if not (number.isascii() and number.isdigit() and len(number) < 5):
            raise Http404
        form = AnswerForm(request.POST, by=user, auto_id=f"answer{number}_%s")
        more |= {"answer_form": form, "answer_of": int(number), "form": form}
        return carried_out(
            form,
            lambda given: actions.answer_recommendation(
                report, int(number), state=state, answer=given["answer"], by=user
            ),
        )

    return deed


DEEDS: dict[str, Deed] = {
    "begin": _plain(actions.begin_collection, "begin"),
    "draft": _plain(actions.begin_drafting, "draft"),
    "invite": _plain(actions.invite_side, "invite"),
    "archive": _plain(actions.archive_report, "archive"),
    "ask": _ask,
    "join": _join,
    "decline": _decline,
    "leave": _leave,
    "cancel": _cancel,
    "change": _change,
    "withdraw": _withdraw,
    "supersede": _supersede,
    "accepted": _answer("accepted"),
    "declined": _answer("declined"),
    "done": _answer("done"),
}
