"""Emergency sessions in the API: the own ones, and their review by both sides' auditors.

None is opened here: it belongs to the signed-in browser that proved password and second factor.
"""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bordercoop.api.idempotency import Idempotent

from . import actions
from .emergency import kinds_of
from .models import BreakGlass, EmergencyReview


class EmergencyReviewOut(serializers.ModelSerializer):
    reviewer: Any = serializers.StringRelatedField()

    class Meta:
        model = EmergencyReview
        fields = ["side", "reviewer", "verdict", "text", "reviewed_at"]


class EmergencyOut(serializers.ModelSerializer):
    officer: Any = serializers.StringRelatedField()
    reviews = EmergencyReviewOut(many=True)

    class Meta:
        model = BreakGlass
        fields = [
            "uid", "officer", "side", "reason", "opened_at", "expires_at", "ended_at", "reviews",
        ]  # fmt: skip


class EmergencyKindOut(serializers.Serializer):
    kind = serializers.CharField(help_text="In words.")
    count = serializers.IntegerField()


class EmergencyDetailOut(EmergencyOut):
    requests = serializers.SerializerMethodField(help_text="How many of which kind there were.")

    class Meta(EmergencyOut.Meta):
        fields = [*EmergencyOut.Meta.fields, "requests"]

    def get_requests(self, emergency: BreakGlass) -> list[dict[str, Any]]:
        rows = [{"kind": kind, "count": count} for kind, count in kinds_of(emergency)]
        return list(EmergencyKindOut(rows, many=True).data)


class EmergencyReviewIn(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=EmergencyReview.Verdict.choices)
    text = serializers.CharField(max_length=2000)


class EmergencyList(generics.ListAPIView):
    """The account's own; for auditors of a whole side those of both sides."""

    serializer_class = EmergencyOut
    ordering = ("-opened_at", "-id")

    def get_queryset(self) -> Any:
        return BreakGlass.objects.visible_to(self.request.user).whole()


class _Emergency(APIView):
    def emergency(self, uid: Any) -> BreakGlass:
        rows = BreakGlass.objects.visible_to(self.request.user).whole()
        return get_object_or_404(rows, uid=uid)

    def shown(self, uid: Any) -> Response:
        return Response(EmergencyDetailOut(self.emergency(uid)).data)


class EmergencyDetail(_Emergency):
    @extend_schema(responses=EmergencyDetailOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One of them, with how many requests of which kind there were."""
        return self.shown(uid)


class EmergencyEnd(Idempotent, _Emergency):
    @extend_schema(request=None, responses=EmergencyDetailOut)
    def post(self, request: Request, uid: Any) -> Response:
        """End an own one early."""
        actions.end_emergency(self.emergency(uid), by=request.user)
        return self.shown(uid)


class EmergencyReviewed(Idempotent, _Emergency):
    @extend_schema(request=EmergencyReviewIn, responses=EmergencyDetailOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the own side whether it was in order. The first review of a side stands."""
        given = EmergencyReviewIn(data=request.data)
        given.is_valid(raise_exception=True)
        actions.review_emergency(self.emergency(uid), by=request.user, **given.validated_data)
        return self.shown(uid)
