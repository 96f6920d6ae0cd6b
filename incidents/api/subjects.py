"""Subject access through the API: the same search, the same log, the same limit."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.audit.actions import record_reading
from bordercoop.web.pdf import as_file
from contactpoints.access import audited_side

from .. import actions
from ..models import Kept, SubjectSearch
from .door import Door
from .retention import LANGUAGES, NOT_FOR_IT, ClockOut, languages_of
from .sealed import Shape

LIMIT = OpenApiResponse(ERROR, "The account has searched too often within an hour.")


class SubjectIn(Shape):
    """At least one of the first three."""

    name = serializers.CharField(required=False, allow_blank=True, default="")
    birth_date = serializers.CharField(
        required=False, allow_blank=True, default="", help_text='"1990", "1990-03" or "1990-03-13".'
    )
    document_number = serializers.CharField(required=False, allow_blank=True, default="")
    case_ref = serializers.CharField(help_text="Of the person's request; the log keeps it.")
    reason = serializers.CharField(help_text="In a few words; the log keeps it.")


class SubjectHitOut(serializers.Serializer):
    incident = serializers.UUIDField(source="incident.uid")
    number = serializers.CharField(source="incident.number")
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=Kept.choices))
    fields_kept = serializers.ListField(
        child=serializers.CharField(),
        source="names",
        help_text="Which fields, never what they say.",
    )
    desks = serializers.ListField(child=serializers.CharField())
    until = serializers.DateField(allow_null=True)
    held = serializers.BooleanField(help_text="Whether a legal hold stands.")
    clocks = ClockOut(many=True, help_text="Everything that the side keeps of the incident.")


class SubjectSearchOut(serializers.ModelSerializer[SubjectSearch]):
    officer = serializers.CharField(source="officer.username")
    criteria = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = SubjectSearch
        fields = [
            "uid", "officer", "case_ref", "reason", "criteria", "mark", "hits", "exported", "at",
        ]  # fmt: skip


class AnswerOut(serializers.Serializer):
    search = SubjectSearchOut()
    hits = SubjectHitOut(many=True)


class SubjectDoor(Door):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """An Idempotency-Key is accepted and not used: answers it would repeat are kept for 30
        days, and these say where a person stands."""
        super(Idempotent, self).initial(request, *args, **kwargs)


class SubjectAccess(SubjectDoor):
    @extend_schema(request=SubjectIn, responses={200: AnswerOut, 429: LIMIT})
    def post(self, request: Request) -> Response:
        """Search what the own side keeps of a person. Every search is kept in the log."""
        answer = actions.search_subjects(**self.parsed(SubjectIn), by=request.user)
        return Response(AnswerOut(answer).data, headers={"Cache-Control": "no-store"})


class PrintedSubjectAccess(SubjectDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        request=SubjectIn,
        parameters=[LANGUAGES],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            429: LIMIT,
            503: OpenApiResponse(ERROR, "Many documents are being made at this moment."),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        """The same search as a PDF; kept as a search and as an export."""
        printed = actions.print_subject_search(
            **self.parsed(SubjectIn), languages=languages_of(request), by=request.user
        )
        return as_file(printed.content, printed.name)


@extend_schema(responses={200: SubjectSearchOut(many=True), 404: NOT_FOR_IT})
class SubjectSearches(generics.ListAPIView):
    """The log of subject searches of the side that the account audits, newest first."""

    serializer_class = SubjectSearchOut
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        side = audited_side(user)
        if not side:
            raise Http404
        record_reading(f"trail:subjects:{side}", by=user)
        return SubjectSearch.objects.of_side(side)
