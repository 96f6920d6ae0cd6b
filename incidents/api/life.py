"""The life of a report: validating, revising, returning, withdrawing, reopening, its versions."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import actions
from ..access import share_for
from ..comparing import Kept, compared, kept_for
from ..filters import outcomes
from ..models import Impact, Incident, Scale, Share
from .door import Door
from .shapes import IncidentOut


class GradingIn(serializers.Serializer):
    scale = serializers.ChoiceField(choices=Scale.choices)
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=1, help_text="4x4: A, B, C, X. 6x6: A to F."
    )
    information = serializers.CharField(max_length=1, help_text="4x4: 1 to 4. 6x6: 1 to 6.")


class ValidateIn(serializers.Serializer):
    impact = serializers.ChoiceField(
        choices=Impact.choices, required=False, help_text="Follows the severity when left out."
    )
    grading = GradingIn(required=False, allow_null=True)


class TurnIn(serializers.Serializer):
    # The verb says what is wrong with it, in the same sentence as the page.
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class ImpactIn(TurnIn):
    impact = serializers.ChoiceField(choices=Impact.choices)


class VersionOut(serializers.Serializer):
    number = serializers.IntegerField(help_text="Counts what the account may read.")
    version = serializers.IntegerField(help_text="The originator's count.")
    at = serializers.DateTimeField(help_text="Saved; for a desk that was told, released.")
    by = serializers.CharField(allow_null=True)
    changed = serializers.ListField(child=serializers.CharField())
    content = serializers.JSONField()


class PieceOut(serializers.Serializer):
    how = serializers.ChoiceField(choices=["same", "gone", "new"])
    text = serializers.CharField()


class DifferenceOut(serializers.Serializer):
    field = serializers.CharField()
    old = serializers.JSONField()
    new = serializers.JSONField()
    old_words = PieceOut(many=True)
    new_words = PieceOut(many=True)


class VersionsOut(serializers.Serializer):
    versions = VersionOut(many=True)
    differences = DifferenceOut(many=True, help_text="Of `from` and `to`; empty without them.")


class OutcomeOut(serializers.Serializer):
    outcome = serializers.CharField(help_text="A ground of closing.")
    count = serializers.IntegerField()


class Validate(Door):
    @extend_schema(request=ValidateIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Validate a verified incident, for headquarters, with its impact and grading."""
        incident, given = self.incident(uid), self.parsed(ValidateIn)
        actions.validate_incident(
            incident, impact=given.get("impact"), grading=given.get("grading"), by=request.user
        )
        return self.shown(incident)


class ReviseImpact(Door):
    @extend_schema(request=ImpactIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give a validated incident another impact."""
        incident, given = self.incident(uid), self.parsed(ImpactIn)
        actions.revise_impact(
            incident, impact=given["impact"], reason=given["reason"], by=request.user
        )
        return self.shown(incident)


class Return(Door):
    @extend_schema(request=TurnIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give a report back to the unit that reported it."""
        incident, given = self.incident(uid), self.parsed(TurnIn)
        actions.return_incident(incident, reason=given["reason"], by=request.user)
        return self.shown(incident)


class Resubmit(Door):
    @extend_schema(request=None, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Submit a returned report again."""
        incident = self.incident(uid)
        actions.resubmit_incident(incident, by=request.user)
        return self.shown(incident)


class Withdraw(Door):
    @extend_schema(request=TurnIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a report back; each desk that holds a copy is asked to acknowledge it."""
        incident, given = self.incident(uid), self.parsed(TurnIn)
        actions.withdraw_incident(incident, reason=given["reason"], by=request.user)
        return self.shown(incident)


class Reopen(Door):
    @extend_schema(request=TurnIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Open a closed record again, by either side."""
        incident, given = self.incident(uid), self.parsed(TurnIn)
        actions.reopen_incident(incident, reason=given["reason"], by=request.user)
        return self.shown(incident)


class Versions(Door):
    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.INT, description="Number of the older one."),
            OpenApiParameter("to", OpenApiTypes.INT, description="Number of the newer one."),
        ],
        responses=VersionsOut,
    )
    def get(self, request: Request, uid: Any) -> Response:
        """The versions that the account may read, and how two of them differ."""
        rows = Incident.objects.visible_to(request.user)
        incident = get_object_or_404(rows, uid=uid)
        kept = kept_for(incident, share_for(request.user, incident))
        by_number = {str(one.number): one for one in kept}
        old = by_number.get(request.query_params.get("from", ""))
        new = by_number.get(request.query_params.get("to", ""))
        shape = {
            "versions": [{**vars(one), "by": one.by and one.by.display_name} for one in kept],
            "differences": _differences(old, new) if old and new else [],
        }
        return Response(VersionsOut(shape).data)


def _differences(old: Kept, new: Kept) -> list[dict[str, Any]]:
    found = []
    for row in compared(old.content, new.content):
        if not row.changed:
            continue
        words = row.kind == "text"
        values: list[Any]
        if row.key == "position":
            values = [[side.content.get("lat"), side.content.get("lon")] for side in (old, new)]
        else:
            values = [side.content.get(row.key) for side in (old, new)]
        found.append(
            {
                "field": row.key,
                "old": values[0],
                "new": values[1],
                "old_words": row.old if words else [],
                "new_words": row.new if words else [],
            }
        )
    return found


class Outcomes(Door):
    pagination_class = None

    @extend_schema(
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR)
            for name in ("category", "severity", "side", "place", "origin", "since", "until")
        ],
        responses=OutcomeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """How many closed incidents that the account may read ended on each ground; exercises are
        not counted."""
        rows = outcomes(Share.objects.visible_to(request.user), request.query_params)
        counted = [{"outcome": code, "count": count} for code, _words, count in rows]
        return Response(OutcomeOut(counted, many=True).data)
