"""Meetings of border representatives: list, calling one, its page, its protocol."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.pdf import as_file
from contactpoints.access import may, people_of_side, units_for, units_where
from contactpoints.models import Unit

from .. import actions
from ..investigation.form_kit import ReasonForm, carried_out
from ..investigation.meeting_forms import (
    AgainForm,
    AgreeForm,
    CallForm,
    DecisionForm,
    HoldForm,
    ItemForm,
    PersonForm,
    ProtocolForm,
)
from ..investigation.protocol import cases_of, gaps_of, sided
from ..models import (
    MEETING_ROAD,
    PREPARED,
    WRITTEN_UP,
    Meeting,
    MeetingDecision,
    MeetingState,
)
from .signs import _uid

MOST = 200


def reads_meetings(request: HttpRequest) -> Any:
    """The officer, who may read meetings; 404 for everybody else."""
    user: Any = request.user
    if not units_where(user, "view_investigations") and not (
        Meeting.objects.visible_to(user).exists()
    ):
        raise Http404
    return user


def own_first(texts: dict[str, str], user: Any) -> list[tuple[str, str]]:
    """Texts by language, the one of the reader's side first."""
    return sorted(texts.items(), key=lambda one: (one[0] == "lv") != (user.side == "LV"))


def _units(user: Any) -> list[Unit]:
    return [u for u in units_for(user, "hold_meetings") if u.kind != Unit.Kind.DESK]


@login_required
@require_safe
@never_cache
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Names: `coming`, `past` (meetings), `overdue` (decisions of both sides), `may_call`."""
    user = reads_meetings(request)
    rows = list(Meeting.objects.visible_to(user)[:MOST])
    done = (MeetingState.SIGNED, MeetingState.CANCELLED)
    decisions = MeetingDecision.objects.visible_to(user).overdue().select_related("meeting")
    context = {
        "coming": sorted((m for m in rows if m.state not in done), key=lambda m: m.at),
        "past": [m for m in rows if m.state in done],
        "overdue": sided(decisions[:MOST], user),
        "may_call": bool(_units(user)),
    }
    return render(request, "incidents/investigation/meetings.html", context)


@login_required
@never_cache
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`."""
    user = reads_meetings(request)
    units = _units(user)
    if not units:
        raise NotAllowed(_("Your posting does not let you call meetings."))
    form, status = CallForm(by=user, units=units), 200
    if request.method == "POST":
        form = CallForm(request.POST, by=user, units=units)
        made: list[Meeting] = []
        names = ("title", "place", "at", "ends_at", "point", "by_language", "language")
        status = carried_out(
            form,
            lambda given: made.append(
                actions.call_meeting(
                    unit=form.unit or units[0],
                    client_ref=given["client_ref"],
                    by=user,
                    **{name: given[name] for name in names},
                )
            ),
        )
        if not status:
            return redirect("meeting", uid=made[0].uid)
    context = {"form": form}
    return render(request, "incidents/investigation/meeting_new.html", context, status=status)


def _meeting(request: HttpRequest, uid: Any) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).select_related("called_by")
    return get_object_or_404(rows, uid=uid)


def holds_meeting(meeting: Meeting, user: Any) -> bool:
    """Whether the officer acts in the meeting for the own side."""
    part = meeting.sides.filter(side=user.side).first()
    return part is not None and may(user, "hold_meetings", part.unit_id)


def _page(request: HttpRequest, meeting: Meeting, status: int = 200, **more: Any) -> HttpResponse:
    """Names for meeting.html: `meeting`, `road`, `parts`, `people` by side, `items` (with `case`:
    an Investigation or None), `decisions`, `confirmed` (confirmations of the present protocol),
    `gaps`, `holds` (may act for the own side), forms by name, `refusal`."""
    user: Any = request.user
    items: list[Any] = list(meeting.items.all())
    known = cases_of(items, user)
    for item in items:
        item.case = known.get(item.about)
        if item.case is not None:
            item.case_link = settings.ABOUT_LINKS["investigation"].format(uid=item.case.uid)
    people = list(meeting.people.filter(removed_at=None).select_related("officer"))
    order = ("BY", "LV") if user.side == "BY" else ("LV", "BY")
    present = list(meeting.confirmations.filter(sha256=meeting.sha256).select_related("by"))
    holds = holds_meeting(meeting, user)
    languages = list(meeting.languages)
    if user.side == "BY":
        languages.reverse()
    forms = {
        "agree_form": AgreeForm(
            by=user, auto_id="agree_%s", initial={"by_language": meeting.by_language}
        ),
        "again_form": AgainForm(by=user, auto_id="again_%s"),
        "hold_form": HoldForm(
            by=user,
            auto_id="hold_%s",
            initial={"held_at": meeting.at, "ended_at": meeting.ends_at},
        ),
        "postpone_form": ReasonForm(by=user, auto_id="postpone_%s"),
        "person_form": PersonForm(
            by=user, officers=people_of_side(user.side) if holds else [], auto_id="person_%s"
        ),
        "item_form": ItemForm(by=user, auto_id="item_%s"),
        "decision_form": DecisionForm(by=user, meeting=meeting, auto_id="decision_%s"),
    }
    context = {
        "meeting": meeting,
        "road": [(state, state.label) for state in MEETING_ROAD],
        "parts": list(meeting.sides.select_related("unit", "desk", "representative")),
        "people": [(side, [one for one in people if one.side == side]) for side in order],
        "items": items,
        "decisions": sided(meeting.decisions.all(), user, meeting=meeting),
        "languages": languages,
        "confirmed": present,
        "confirmed_own": any(one.side == user.side for one in present),
        "gaps": gaps_of(meeting) if meeting.state in WRITTEN_UP else [],
        "moves": list(meeting.moves.select_related("by").order_by("-pk")),
        "holds": holds,
        "prepared": meeting.state in PREPARED,
        "written_up": meeting.state in WRITTEN_UP,
        "begun": meeting.at <= now(),
        "asked": "",
        "refusal": "",
        **(forms if holds else {}),
        **more,
    }
    return render(request, "incidents/investigation/meeting.html", context, status=status)


def _deeds(
    meeting: Meeting, user: Any, data: Any
) -> dict[str, tuple[str, Any, Callable[..., Any]]]:
    """What the page can do: the form's name there, the form, the verb with its fields."""
    ref = "client_ref"
    return {
        "agree": (
            "agree_form",
            lambda: AgreeForm(data, by=user, auto_id="agree_%s"),
            lambda given: actions.agree_meeting(
                meeting, by_language=given["by_language"] if user.side == "BY" else "", by=user
            ),
        ),
        "again": (
            "again_form",
            lambda: AgainForm(data, by=user, auto_id="again_%s"),
            lambda given: actions.call_again(
                meeting, at=given["at"], ends_at=given["ends_at"], place=given["place"], by=user
            ),
        ),
        "hold": (
            "hold_form",
            lambda: HoldForm(data, by=user, auto_id="hold_%s"),
            lambda given: actions.hold_meeting(
                meeting, held_at=given["held_at"], ended_at=given["ended_at"], by=user
            ),
        ),
        "postpone": (
            "postpone_form",
            lambda: ReasonForm(data, by=user, auto_id="postpone_%s"),
            lambda given: actions.postpone_meeting(meeting, reason=given["reason"], by=user),
        ),
        "cancel": (
            "postpone_form",
            lambda: ReasonForm(data, by=user, auto_id="postpone_%s"),
            lambda given: actions.cancel_meeting(meeting, reason=given["reason"], by=user),
        ),
        "person": (
            "person_form",
            lambda: PersonForm(
                data, by=user, officers=people_of_side(user.side), auto_id="person_%s"
            ),
            None,  # type: ignore[dict-item]
        ),
        "item": (
            "item_form",
            lambda: ItemForm(data, by=user, auto_id="item_%s"),
            lambda given: actions.propose_item(
                meeting,
                topic=given["topic"],
                language=given["language"],
                about=given["about"],
                client_ref=given[ref],
                by=user,
            ),
        ),
        "decision": (
            "decision_form",
            lambda: DecisionForm(data, by=user, meeting=meeting, auto_id="decision_%s"),
            None,  # type: ignore[dict-item]
        ),
    }


@login_required
@never_cache
def meeting_page(request: HttpRequest, uid: Any) -> HttpResponse:
    user: Any = request.user
    meeting = _meeting(request, uid)
    if request.method != "POST":
        return _page(request, meeting)
    asked = request.POST.get("do", "")
    if asked in ("confirm", "remove"):
        try:
            if asked == "confirm":
                sha256 = request.POST.get("sha256", "")[:64]
                actions.confirm_protocol(meeting, sha256=sha256, by=user)
            else:
                who = _uid(request.POST.get("person", ""))
                person = get_object_or_404(meeting.people.all(), uid=who)
                actions.remove_participant(person, by=user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return _page(request, _meeting(request, uid), refusal.status, refusal=str(refusal))
        return redirect("meeting", uid=uid)
    deeds = _deeds(meeting, user, request.POST)
    if asked not in deeds:
        raise Http404
    name, make, deed = deeds[asked]
    form = make()
    if asked == "decision":
        deed = lambda given: _decided(meeting, form, given, user)  # noqa: E731
    elif asked == "person":
        deed = lambda given: actions.add_participant(  # noqa: E731
            meeting,
            function=given["function"],
            officer=form.chosen_officer,
            name=given["name"],
            by=user,
        )
    if not form.is_valid() and not holds_meeting(meeting, user):
        raise NotAllowed(_("Your posting does not let you act in this meeting."))
    if status := carried_out(form, deed):
        more = {name: form, "form": form, "asked": asked}
        return _page(request, _meeting(request, uid), status, **more)
    return redirect("meeting", uid=uid)


def _decided(meeting: Meeting, form: DecisionForm, given: Any, user: Any) -> MeetingDecision:
    return actions.write_decision(
        meeting,
        texts=form.texts("text"),
        original=given["original"],
        side=given["side"],
        owner=given["owner"],
        due=given["due"],
        client_ref=given["client_ref"],
        by=user,
    )


@login_required
@never_cache
def meeting_item(request: HttpRequest, uid: Any, number: int) -> HttpResponse:
    """The protocol of one point. Names: `meeting`, `item`, `versions`, `form` (or None)."""
    user: Any = request.user
    meeting = _meeting(request, uid)
    item = get_object_or_404(meeting.items.all(), number=number)
    writes = holds_meeting(meeting, user) and meeting.state in WRITTEN_UP
    first: dict[str, Any] = {"version": item.version}
    for language in meeting.languages:
        first[f"topic_{language}"] = item.topics.get(language, "")
        first[f"protocol_{language}"] = item.protocol.get(language, "")
        if item.marks.get(language) == "original":
            first["original"] = language
    form: Any = ProtocolForm(by=user, meeting=meeting, initial=first) if writes else None
    status = 200
    if request.method == "POST":
        form = ProtocolForm(request.POST, by=user, meeting=meeting)
        status = carried_out(
            form,
            lambda given: actions.write_protocol(
                item,
                topics=form.texts("topic"),
                protocol=form.texts("protocol"),
                original=given["original"],
                version=given["version"],
                by=user,
            ),
        )
        if not status:
            return redirect("meeting", uid=uid)
    context = {
        "meeting": meeting,
        "item": item,
        "versions": [
            (one, own_first(one.protocol, user))
            for one in item.versions.select_related("by").order_by("-number")
        ],
        "form": form,
    }
    return render(request, "incidents/investigation/meeting_item.html", context, status=status)


@login_required
@require_safe
@never_cache
def meeting_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    printed = actions.print_protocol(_meeting(request, uid), by=request.user)
    return as_file(printed.content, printed.name)
