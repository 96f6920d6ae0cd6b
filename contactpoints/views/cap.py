"""CAP messages: the log, taking one in by hand, and the documents that go out."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop import keyset
from bordercoop.errors import Refused
from bordercoop.files.serving import POLICY
from bordercoop.web.paging import address_of_page

from .. import actions
from ..access import reads_delivery, units_where
from ..cap.addresses import address_of
from ..cap.incoming import ends_at
from ..cap.reading import (
    TYPE,
    content_of,
    delivery_to,
    desks_in,
    infos_of,
    later_of,
    line_of,
    receipt_of,
)
from ..cap.words import CapRefused
from ..cap_forms import CapUpload
from ..models import CapMessage, Delivery

PAGE = 50


def _rows(request: HttpRequest) -> Any:
    return CapMessage.objects.visible_to(request.user).whole()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cap_messages(request: HttpRequest) -> HttpResponse:
    """What came in and went out, the newest first; and a file to take in."""
    if not units_where(request.user, "view_alerts"):
        raise Http404
    desks = desks_in(request.user)
    form, status = CapUpload(request.POST or None, request.FILES or None, desks=desks), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            row, status = _take_in(request, form)
            if row is not None:
                return redirect("cap_message", uid=row.uid)
    page = keyset.page(_rows(request), ("-id",), size=PAGE, cursor=request.GET.get("cursor", ""))
    context = {
        "form": form,
        "desks": [(desk, address_of(desk)) for desk in desks],
        "lines": [line_of(row) for row in page.rows],
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
    }
    return render(request, "contactpoints/cap/messages.html", context, status=status)


def _take_in(request: HttpRequest, form: CapUpload) -> tuple[CapMessage | None, int]:
    """The row of what was taken in, or the status of the refusal that the form shows."""
    upload: Any = form.cleaned_data["file"]
    raw = upload.read(settings.CAP_MOST_BYTES + 1)
    try:
        if len(raw) > settings.CAP_MOST_BYTES:
            raise CapRefused("too_large", size=upload.size, most=settings.CAP_MOST_BYTES)
        return actions.receive_cap(raw, desk=form.taker, by=request.user), 303
    except Refused as refusal:
        actions.refuse_cap(raw, refusal, size=upload.size, desk=form.taker, by=request.user)
        form.add_error("file", str(refusal))
        return None, refusal.status


@login_required
@require_safe
@never_cache
def cap_message(request: HttpRequest, uid: Any) -> HttpResponse:
    """One message: what it says in each of its languages, or why it was refused."""
    row = get_object_or_404(_rows(request), uid=uid)
    context: dict[str, Any] = {"line": line_of(row), "row": row}
    if row.xml is not None:
        message = content_of(row)
        delivery = delivery_to(row.alert, row.desk)
        if delivery is not None and reads_delivery(request.user, delivery):
            actions.mark_opened(delivery, by=request.user)
        chain = later_of(row, request.user)
        context |= {
            "message": message,
            "infos": infos_of(message),
            "ends_at": ends_at(message) if message.infos else None,
            "chain": [line_of(one) for one in chain] if len(chain) > 1 else [],
            "delivery": delivery,
        }
    if row.way == CapMessage.Way.IN:
        context["has_receipt"] = row.state == CapMessage.State.REFUSED or row.kind not in (
            "Ack",
            "Error",
        )
    return render(request, "contactpoints/cap/message.html", context)


def _document(raw: bytes, name: str) -> HttpResponse:
    """A document to save, never one that the browser shows."""
    response = HttpResponse(raw, content_type=TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
@never_cache
def cap_message_xml(request: HttpRequest, uid: Any) -> HttpResponse:
    """An accepted message as it came."""
    row = get_object_or_404(_rows(request), uid=uid)
    if row.xml is None:
        raise Http404
    return _document(bytes(row.xml), f"{row.number}.xml")


@login_required
@require_safe
@never_cache
def cap_message_receipt(request: HttpRequest, uid: Any) -> HttpResponse:
    """The answer to what came in: an Ack, or an Error with the reason."""
    row = get_object_or_404(_rows(request), uid=uid)
    raw = receipt_of(row) if row.way == CapMessage.Way.IN else None
    if raw is None:
        raise Http404
    return _document(raw, f"{row.number or _day(row.at)}-answer.xml")


def _day(at: datetime) -> str:
    return f"CAP-{at:%Y%m%d-%H%M%S}"


def _delivery(request: HttpRequest, uid: Any) -> Delivery:
    rows = Delivery.objects.visible_to(request.user).bare()
    found: Delivery = get_object_or_404(rows, uid=uid)
    return found


@login_required
@require_safe
@never_cache
def delivery_cap(request: HttpRequest, uid: Any) -> HttpResponse:
    """The alert as a CAP message, with what the desk's copy holds now."""
    delivery = _delivery(request, uid)
    raw = actions.write_cap(delivery, by=request.user)
    return _document(raw, f"{_called(delivery)}.xml")


@login_required
@require_safe
@never_cache
def delivery_cap_answer(request: HttpRequest, uid: Any) -> HttpResponse:
    """What the desk answered, as a CAP message."""
    delivery = _delivery(request, uid)
    raw = actions.answer_cap(delivery, by=request.user)
    return _document(raw, f"{_called(delivery)}-answer.xml")


def _called(delivery: Delivery) -> str:
    return f"{delivery.card.get('number') or 'alert'}-{delivery.desk.code}"
