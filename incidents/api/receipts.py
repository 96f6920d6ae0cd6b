"""Handover receipts through the API. What the delivering side checks has a door of its own."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid
from bordercoop.web.pdf import as_file

from .. import actions
from ..investigation.receipts import checks_of, items_for, receipts_of
from ..models import (
    Handover,
    HandoverItem,
    HandoverKind,
    Incident,
    Investigation,
)
from .door import Door
from .receipt_shapes import (
    CheckedPersonOut,
    PersonCheckIn,
    ReceiptAnswerIn,
    ReceiptBasisIn,
    ReceiptCancelIn,
    ReceiptConfirmIn,
    ReceiptHandsIn,
    ReceiptItemIn,
    ReceiptOut,
    ReceiptPlanIn,
    ReceiptPrepareIn,
    ReceiptRowOut,
    ReceiptStopIn,
)
from .retention import LANGUAGES, languages_of

NOT_DELIVERING = OpenApiResponse(ERROR, "No such receipt, or the account's side takes over.")


class ReceiptDoor(Door):
    serializer_class: Any = ReceiptOut

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """An Idempotency-Key is accepted and not used: what it repeats is kept for 30 days, and
        lists of persons and their checks must not be. Every verb twice is once anyway, and a
        `client_ref` says what is the same."""
        super(Idempotent, self).initial(request, *args, **kwargs)

    def receipt(self, uid: Any) -> Handover:
        rows = Handover.objects.visible_to(self.request.user).whole()
        return get_object_or_404(rows, uid=uid)

    def item(self, handover: Handover, uid: Any) -> HandoverItem:
        """A line that the account may read."""
        user: Any = self.request.user
        for item in items_for(handover, user.side):
            if item.uid == uid:
                return item
        raise Http404

    def answer(self, handover: Handover, status: int = 200) -> Response:
        user: Any = self.request.user
        shown = ReceiptOut(self.receipt(handover.uid), context={"side": user.side})
        return Response(shown.data, status=status)


class Receipts(ReceiptDoor):
    initial = Door.initial  # what was just prepared has no list yet

    def case(self, uid: Any) -> Investigation:
        return get_object_or_404(Investigation.objects.visible_to(self.request.user), uid=uid)

    @extend_schema(responses=ReceiptRowOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The receipts of a joint investigation, the first one first."""
        return Response(ReceiptRowOut(receipts_of(self.case(uid)), many=True).data)

    @extend_schema(request=ReceiptPrepareIn, responses={201: ReceiptOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Prepare to hand persons or goods over to the other side."""
        made = actions.prepare_handover(
            self.case(uid), **self.parsed(ReceiptPrepareIn), by=request.user
        )
        return self.answer(made, 201)


class OneReceipt(ReceiptDoor):
    @extend_schema(responses=ReceiptOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One receipt as the account's side may read it."""
        return self.answer(self.receipt(uid))


class ReceiptPlan(ReceiptDoor):
    @extend_schema(request=ReceiptPlanIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Set another time or place."""
        given = self.parsed(ReceiptPlanIn)
        return self.answer(actions.plan_handover(self.receipt(uid), **given, by=request.user))


class ReceiptHands(ReceiptDoor):
    @extend_schema(request=ReceiptHandsIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Name who of the own side's team is there, and an interpreter."""
        handover, given = self.receipt(uid), self.parsed(ReceiptHandsIn)
        user: Any = request.user
        team = {one.uid: one for one in handover.investigation.members.filter(side=user.side)}
        for name, wanted in given.items():
            if wanted is not None and wanted not in team:
                sentence = _("Choose somebody of your own side's team.")
                raise Invalid(sentence, fields={name: [sentence]})
        named = {name: team.get(wanted) for name, wanted in given.items()}
        return self.answer(actions.name_hands(handover, **named, by=user))  # type: ignore[arg-type]


class ReceiptBasis(ReceiptDoor):
    @extend_schema(request=ReceiptBasisIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Name the own side's legal basis."""
        given = self.parsed(ReceiptBasisIn)
        return self.answer(actions.name_basis(self.receipt(uid), **given, by=request.user))


class ReceiptItems(ReceiptDoor):
    @extend_schema(request=ReceiptItemIn, responses={201: ReceiptOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Put a line on the list."""
        handover, facts = self.receipt(uid), self.parsed(ReceiptItemIn)
        user: Any = request.user
        person, incident = facts.pop("person"), facts.pop("incident")
        ref = facts.pop("client_ref")
        actions.add_item(
            handover,
            facts=facts,
            somebody_else=facts.pop("somebody_else"),
            person=get_object_or_404(
                handover.investigation.persons.filter(side=user.side), uid=person
            )
            if person
            else None,
            incident=get_object_or_404(Incident.objects.visible_to(user), uid=incident)
            if incident
            else None,
            client_ref=ref,
            by=user,
        )
        return self.answer(handover, 201)


class ReceiptItemRemoval(ReceiptDoor):
    @extend_schema(request=None, responses=ReceiptOut)
    def post(self, request: Request, uid: Any, item: Any) -> Response:
        """Take a line off the list."""
        handover = self.receipt(uid)
        actions.remove_item(self.item(handover, item), by=request.user)
        return self.answer(handover)


class ReceiptAnswer(ReceiptDoor):
    @extend_schema(request=ReceiptAnswerIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any, item: Any) -> Response:
        """Accept an item or not, for the receiving side."""
        handover = self.receipt(uid)
        actions.answer_item(
            self.item(handover, item), **self.parsed(ReceiptAnswerIn), by=request.user
        )
        return self.answer(handover)


class ReceiptOpening(ReceiptDoor):
    @extend_schema(request=None, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Open it, which freezes the list; 409 `not_ready` says everything that is missing."""
        return self.answer(actions.open_handover(self.receipt(uid), by=request.user))


class ReceiptStop(ReceiptDoor):
    @extend_schema(request=ReceiptStopIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Stop it for the delivering side, for good."""
        given = self.parsed(ReceiptStopIn)
        return self.answer(actions.stop_handover(self.receipt(uid), **given, by=request.user))


class ReceiptCancelling(ReceiptDoor):
    @extend_schema(request=ReceiptCancelIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Cancel it for the delivering side."""
        given = self.parsed(ReceiptCancelIn)
        return self.answer(actions.cancel_handover(self.receipt(uid), **given, by=request.user))


class ReceiptConfirmation(ReceiptDoor):
    @extend_schema(request=ReceiptConfirmIn, responses=ReceiptOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Sign for the own side what the receipt with this sum says."""
        given = self.parsed(ReceiptConfirmIn)
        return self.answer(actions.confirm_handover(self.receipt(uid), **given, by=request.user))


class ReceiptChecks(ReceiptDoor):
    serializer_class: Any = CheckedPersonOut

    def own(self, uid: Any) -> Handover:
        """A receipt of the own side; to the other one there is nothing here."""
        handover = self.receipt(uid)
        user: Any = self.request.user
        if user.side != handover.side or handover.kind != HandoverKind.PERSONS:
            raise Http404
        return handover

    def shown(self, handover: Handover, status: int = 200) -> Response:  # type: ignore[override]
        rows = checks_of(handover, items_for(handover, handover.side))
        return Response(
            CheckedPersonOut(rows, many=True).data, status, headers={"Cache-Control": "no-store"}
        )

    @extend_schema(responses={200: CheckedPersonOut(many=True), 404: NOT_DELIVERING})
    def get(self, request: Request, uid: Any) -> Response:
        """The checks of the persons, for the delivering side alone."""
        return self.shown(self.own(uid))

    @extend_schema(
        request=PersonCheckIn, responses={201: CheckedPersonOut(many=True), 404: NOT_DELIVERING}
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Record a check; a claim or a doubt stops the receipt at once."""
        handover, given = self.own(uid), self.parsed(PersonCheckIn)
        item = self.item(handover, given.pop("item"))
        actions.record_check(item, **given, by=request.user)
        return self.shown(handover, 201)


class PrintedReceipt(ReceiptDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        parameters=[LANGUAGES],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
        },
    )
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """The receipt as PDF, in the languages of the act unless told otherwise."""
        asked = request.query_params.get("languages")
        printed = actions.print_receipt(
            self.receipt(uid), languages=languages_of(request) if asked else None, by=request.user
        )
        return as_file(printed.content, printed.name)
