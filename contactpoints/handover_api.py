"""The API's part of the change of shift and of the duty journal. Only the own side reads them."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file

from . import actions
from .access import officers_with
from .handovers import carried, journal_desks, shown
from .journal import Journal, journal_of_day, today_at
from .models import ShiftHandover, Unit

DESK = OpenApiParameter("desk", OpenApiTypes.STR, description="Code of one desk.")
DAY = OpenApiParameter(
    "day", OpenApiTypes.DATE, description="A day by the desk's own clock; today when left out."
)
LANGUAGES = OpenApiParameter(
    "languages",
    OpenApiTypes.STR,
    description="Two of lv, be, ru and en with a comma between; the account's own and the other "
    "side's when left out.",
)
PDF: Any = {
    (200, "application/pdf"): OpenApiTypes.BINARY,
    503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
}


class OpenItemOut(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="waiting, no_progress, sent, to_answer, unanswered, task or draft."
    )
    number = serializers.CharField()
    priority = serializers.CharField(help_text="Empty where there is none.")
    at = serializers.DateTimeField(allow_null=True, help_text="Since when, or until when.")
    title = serializers.CharField(help_text="As the account may read it now; else empty.")
    link = serializers.CharField(help_text="Page of the portal.")


class ShiftHandoverOut(serializers.ModelSerializer[ShiftHandover]):
    desk: Any = serializers.SlugRelatedField("code", source="unit", read_only=True)
    left_by: Any = serializers.StringRelatedField()
    to: Any = serializers.StringRelatedField(allow_null=True, help_text="Who was expected.")
    taken_by: Any = serializers.StringRelatedField(allow_null=True)
    items = serializers.SerializerMethodField()

    class Meta:
        model = ShiftHandover
        fields = [
            "uid", "desk", "since", "note", "items", "left_by", "signed_at", "to",
            "taken_by", "taken_at", "remark", "withdrawn_at",
        ]  # fmt: skip

    @extend_schema_field(OpenItemOut(many=True))
    def get_items(self, handover: ShiftHandover) -> Any:
        return OpenItemOut(shown(handover.items, self.context["user"]), many=True).data


class ShiftHandOverIn(serializers.Serializer[Any]):
    desk = serializers.CharField(max_length=40)
    note = serializers.CharField()
    to = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Public id of who is expected."
    )


class ShiftTakeOverIn(serializers.Serializer[Any]):
    remark = serializers.CharField(required=False, allow_blank=True, default="")


class HandoverNothingIn(serializers.Serializer[Any]):
    pass


class DutyNoteIn(serializers.Serializer[Any]):
    text = serializers.CharField()
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one line.")


class DutyNoteOut(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class JournalShiftOut(serializers.Serializer[Any]):
    officer: Any = serializers.CharField(source="officer.display_name")
    rank = serializers.CharField()
    starts_at = serializers.DateTimeField(source="period.lower")
    ends_at = serializers.DateTimeField(source="period.upper")


class JournalLineOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    sentence = serializers.CharField(help_text="In the language of the account.")
    text = serializers.CharField(help_text="What somebody wrote, if anything.")
    link = serializers.CharField(help_text="Page of the portal, or empty.")
    exercise = serializers.BooleanField()


class DutyJournalOut(serializers.Serializer[Journal]):
    desk = serializers.CharField(source="unit.code")
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    shifts = JournalShiftOut(many=True)
    lines = JournalLineOut(many=True)
    more = serializers.BooleanField(help_text="Whether lines were left out.")


class _Door(Idempotent, generics.GenericAPIView):
    serializer_class: Any = ShiftHandoverOut

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "user": self.request.user}

    def get_queryset(self) -> Any:
        return ShiftHandover.objects.visible_to(self.request.user).whole()

    def desk(self, code: str) -> Unit:
        """The desk, or 404 for one whose shifts the account does not read."""
        found = next((one for one in journal_desks(self.request.user) if one.code == code), None)
        if found is None:
            raise Http404
        return found

    def named(self, code: str) -> Unit:
        """The desk that a query or a body names; Invalid at `desk` for any other."""
        try:
            return self.desk(code)
        except Http404:
            sentence = _("There is no such code: %(code)s.") % {"code": code[:40]}
            raise Invalid(sentence, fields={"desk": [sentence]}) from None

    def shown(self, handover: ShiftHandover, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=handover.pk)
        return Response(self.get_serializer(fresh).data, status=status)

    def handover(self, uid: Any) -> ShiftHandover:
        found: ShiftHandover = get_object_or_404(self.get_queryset(), uid=uid)
        return found

    def day(self, unit: Unit) -> date:
        text = self.request.query_params.get("day", "")
        today = today_at(unit)
        try:
            asked = date.fromisoformat(text) if text else today
        except ValueError:
            asked = None
        if asked is None or not date(2019, 1, 1) <= asked <= today:
            sentence = _("This is not a day of the journal. Give one as 2026-11-22, up to today.")
            raise Invalid(sentence, fields={"day": [sentence]})
        return asked

    def languages(self) -> tuple[str, str]:
        user: Any = self.request.user
        asked = self.request.query_params.get("languages", "")
        first, _comma, second = asked.replace(" ", "").partition(",")
        first = first or user.language
        return first, second or partner_language(user.side, first)


class _Paper(_Door):
    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)


class ShiftHandoverList(_Door, generics.ListAPIView):
    ordering = ("-id",)

    @extend_schema(parameters=[DESK])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Handovers of the desks whose alerts the account sees, newest first."""
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        if code := self.request.query_params.get("desk"):
            queryset = queryset.filter(unit=self.named(code))
        return queryset

    @extend_schema(request=ShiftHandOverIn, responses={201: ShiftHandoverOut})
    def post(self, request: Request) -> Response:
        """Leave a desk to the next officer: sign the note and what is open at this moment."""
        given = self.parsed(ShiftHandOverIn)
        unit, to = self.named(given["desk"]), None
        if given["to"] is not None:
            here = officers_with("acknowledge_alerts", unit)
            to = next((one for one in here if one.uid == given["to"]), None)
            if to is None:
                sentence = _("Choose an officer who answers alerts at %(unit)s, not yourself.") % {
                    "unit": unit.name
                }
                raise Invalid(sentence, fields={"to": [sentence]})
        done = actions.hand_over_shift(unit, note=given["note"], to=to, by=request.user)
        return self.shown(done, 201)


class OpenAtDesk(_Door):
    pagination_class = None

    @extend_schema(parameters=[DESK], responses=OpenItemOut(many=True))
    def get(self, request: Request) -> Response:
        """What is open at a desk now, as a handover would keep it."""
        unit = self.named(request.query_params.get("desk", ""))
        items = shown(carried(unit, by=request.user), request.user)
        return Response(OpenItemOut(items, many=True).data)


class ShiftHandoverDetail(_Door):
    @extend_schema(responses=ShiftHandoverOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One handover, with what was open as the account may read it now."""
        return self.shown(self.handover(uid))


class ShiftTakeOver(_Door):
    @extend_schema(request=ShiftTakeOverIn, responses=ShiftHandoverOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Sign as the officer who arrives. The first one has it; a repeat changes nothing."""
        remark = self.parsed(ShiftTakeOverIn)["remark"]
        return self.shown(
            actions.take_over_shift(self.handover(uid), remark=remark, by=request.user)
        )


class ShiftHandoverWithdraw(_Door):
    @extend_schema(request=HandoverNothingIn, responses=ShiftHandoverOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a handover back before anybody took the shift over."""
        return self.shown(actions.withdraw_handover(self.handover(uid), by=request.user))


class ShiftHandoverPdf(_Paper):
    @extend_schema(parameters=[LANGUAGES], responses=PDF)
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """A handover with the log of its shift, in two languages."""
        printed = actions.print_handover(
            self.handover(uid), languages=self.languages(), by=request.user
        )
        return as_file(printed.content, printed.name)


class DutyJournal(_Door):
    pagination_class = None

    @extend_schema(parameters=[DAY], responses=DutyJournalOut)
    def get(self, request: Request, code: str) -> Response:
        """What happened at a desk from midnight to midnight of a day, in order."""
        unit = self.desk(code)
        return Response(DutyJournalOut(journal_of_day(unit, self.day(unit), request.user)).data)

    @extend_schema(request=DutyNoteIn, responses={201: DutyNoteOut})
    def post(self, request: Request, code: str) -> Response:
        """Write a line into the journal, as of now. It is never changed."""
        note = actions.write_duty_note(self.desk(code), by=request.user, **self.parsed(DutyNoteIn))
        return Response(DutyNoteOut(note).data, status=201)


class DutyJournalPdf(_Paper):
    @extend_schema(parameters=[DAY, LANGUAGES], responses=PDF)
    def get(self, request: Request, code: str) -> HttpResponse:
        """A day of the journal, in two languages."""
        unit = self.desk(code)
        printed = actions.print_journal(
            unit, day=self.day(unit), languages=self.languages(), by=request.user
        )
        return as_file(printed.content, printed.name)
