"""Certificates in the API: listed, issued, printed, revoked, the share of days that they take."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.models import Language
from bordercoop.api.pagination import NewestFirst
from bordercoop.api.schema import ERROR
from bordercoop.web.pdf import as_file
from contactpoints.exports_api import FileDoor

from .. import actions
from ..access import agrees
from ..certificates import own_certificates, share_needed
from ..models import Certificate, CertificateLevel
from .activities import ActivityDoor
from .activity_shapes import ActivityReasonIn


class TrainingCertificateOut(serializers.ModelSerializer):
    """A certificate; its code, which verifies it, stands on the paper alone."""

    activity = serializers.CharField(source="participation.activity.number")
    participation = serializers.UUIDField(source="participation.uid")
    officer = serializers.UUIDField(source="participation.officer.uid")
    officer_name = serializers.CharField(source="participation.officer.display_name")
    side = serializers.CharField(source="participation.side")
    level = serializers.CharField(help_text=", ".join(CertificateLevel.values))
    reason = serializers.SerializerMethodField(
        help_text="Of a revocation, for the officer and coordinators of the own side; else empty."
    )

    class Meta:
        model = Certificate
        fields = [
            "uid", "number", "activity", "participation", "officer", "officer_name", "side",
            "level", "issued_at", "revoked_at", "reason",
        ]  # fmt: skip

    def get_reason(self, row: Certificate) -> str:
        part, reader = row.participation, self.context["reader"]
        own = part.officer_id == reader.pk or (part.side == reader.side and self.context["agrees"])
        return row.reason if own else ""


class CertificatesIn(serializers.Serializer):
    level = serializers.CharField(
        max_length=40, default="attended", help_text=", ".join(CertificateLevel.values)
    )
    participations = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None,
        max_length=1_000, help_text="Without them: all who were there long enough.",
    )  # fmt: skip


class CertificateShare(serializers.Serializer):
    share = serializers.IntegerField(help_text="Per cent of the days, 1 to 100; 80 at first.")


class CertificateDoor(ActivityDoor):
    serializer_class: Any = TrainingCertificateOut

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {**super().context(), "reader": user, "agrees": agrees(user)}

    def certificates(self) -> Any:
        rows = Certificate.objects.visible_to(self.request.user)
        return rows.select_related("participation__activity__unit", "participation__officer")


class ActivityCertificates(CertificateDoor):
    pagination_class = NewestFirst

    @extend_schema(
        responses=TrainingCertificateOut(many=True), operation_id="activity_certificates_list"
    )
    def get(self, request: Request, number: str) -> Response:
        """Those of an activity that the account sees, revoked ones too."""
        rows = self.certificates().filter(participation__activity=self.activity(number))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            TrainingCertificateOut(page, many=True, context=self.context()).data
        )

    @extend_schema(request=CertificatesIn, responses={201: TrainingCertificateOut(many=True)})
    def post(self, request: Request, number: str) -> Response:
        """Certify who attended long enough; whoever holds one already keeps it."""
        activity, given = self.activity(number), self.parsed(CertificatesIn)
        made = actions.issue_certificates(activity, by=request.user, **given)
        rows = self.certificates().filter(pk__in=[one.pk for one in made]).order_by("pk")
        shape = TrainingCertificateOut(rows, many=True, context=self.context())
        return Response(shape.data, status=201)


class OwnCertificates(CertificateDoor):
    @extend_schema(responses=TrainingCertificateOut(many=True), operation_id="own_certificates")
    def get(self, request: Request) -> Response:
        """Those of the account's own officer, the newest 200."""
        rows = own_certificates(request.user)
        shape = TrainingCertificateOut(rows, many=True, context=self.context())
        return Response(shape.data)


class CertificatePaper(FileDoor, CertificateDoor):
    @extend_schema(
        parameters=[OpenApiParameter("language", str, description="lv, be, ru or en")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """A certificate as a PDF; recorded."""
        found = get_object_or_404(self.certificates(), number=number)
        asked = request.query_params.get("language", "")
        reader = cast(Any, request.user)
        language = asked if asked in Language.values else reader.language
        made = actions.print_certificate(found, language=language, by=request.user)
        return as_file(made, f"{found.number}-{language}.pdf")


class ActivityCertificateRule(ActivityDoor):
    serializer_class = CertificateShare

    @extend_schema(responses=CertificateShare)
    def get(self, request: Request, number: str) -> Response:
        """The share of the days that a certificate takes."""
        return Response({"share": share_needed(self.activity(number))})

    @extend_schema(request=CertificateShare, responses=CertificateShare)
    def post(self, request: Request, number: str) -> Response:
        """Set it, until the first certificate is issued."""
        activity, given = self.activity(number), self.parsed(CertificateShare)
        rule = actions.set_certificate_rule(activity, by=request.user, **given)
        return Response({"share": rule.share})


class CertificateRevoke(CertificateDoor):
    @extend_schema(request=ActivityReasonIn, responses=TrainingCertificateOut)
    def post(self, request: Request, number: str) -> Response:
        """The certificate holds no longer."""
        found = get_object_or_404(self.certificates(), number=number)
        given = self.parsed(ActivityReasonIn)
        actions.revoke_certificate(found, by=request.user, **given)
        held = self.certificates().get(pk=found.pk)
        return Response(TrainingCertificateOut(held, context=self.context()).data)
