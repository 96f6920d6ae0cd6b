"""Marking an incident, passing a copy on, and the originator's consent."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from .. import actions, handling
from ..models import Consent
from .door import Door, unit_of
from .shapes import IncidentOut, MarkingIn, marking_in


class PassOnIn(serializers.Serializer):
    to = serializers.CharField(max_length=40, help_text="Code of a unit.")


class AskConsentIn(PassOnIn):
    purpose = serializers.CharField()


class GiveConsentIn(serializers.Serializer):
    conditions = serializers.CharField(required=False, allow_blank=True, default="")


class RefuseConsentIn(serializers.Serializer):
    reason = serializers.CharField()


class ConsentOut(serializers.ModelSerializer):
    incident = serializers.UUIDField(source="incident.uid")
    unit: Any = serializers.SlugRelatedField("code", read_only=True)
    to: Any = serializers.SlugRelatedField("code", read_only=True)
    fields_covered = serializers.SerializerMethodField()

    class Meta:
        model = Consent
        fields = [
            "uid", "incident", "unit", "to", "purpose", "version", "fields_covered", "handling",
            "tlp", "state", "asked_at", "decided_at", "text",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_fields_covered(self, consent: Consent) -> list[str]:
        return list(consent.fields)


class PassedOut(serializers.Serializer):
    unit = serializers.CharField(source="unit.code")
    version = serializers.IntegerField()
    handling = serializers.CharField()
    tlp = serializers.CharField()


class MarkingDoor(Door):
    @extend_schema(request=MarkingIn, responses=IncidentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Give an incident of the own side another marking; a stricter one binds copies at once."""
        given, incident = self.parsed(MarkingIn), self.incident(uid)
        own = handling.of(incident)
        actions.mark_incident(incident, marking=marking_in(given, own) or own, by=request.user)
        return self.shown(incident)


class PassOnDoor(Door):
    @extend_schema(request=PassOnIn, responses={201: PassedOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let one unit more read the copy that the account's unit holds; 403 `consent_needed`."""
        incident, to = self.incident(uid), unit_of(self.parsed(PassOnIn)["to"], "to")
        return Response(
            PassedOut(actions.pass_on(incident, to=to, by=request.user)).data, status=201
        )


class Consents(Door):
    @extend_schema(responses=ConsentOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The consent log as far as the account's side may read it, newest first."""
        rows = Consent.objects.visible_to(request.user).filter(incident=self.incident(uid))
        rows = rows.select_related("incident", "unit", "to").order_by("-pk")
        return Response(ConsentOut(rows, many=True).data)

    @extend_schema(request=AskConsentIn, responses={201: ConsentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Ask the originator whether the copy may be passed on to a unit."""
        incident, given = self.incident(uid), self.parsed(AskConsentIn)
        consent = actions.ask_consent(
            incident, to=unit_of(given["to"], "to"), purpose=given["purpose"], by=request.user
        )
        return Response(ConsentOut(consent).data, status=201)


class Decision(Door):
    """What giving and refusing a consent share."""

    def consent(self, uid: Any) -> Consent:
        return get_object_or_404(Consent.objects.visible_to(self.request.user), uid=uid)


class GiveConsent(Decision):
    @extend_schema(request=GiveConsentIn, responses=ConsentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Consent for the originator, under conditions in words."""
        conditions = self.parsed(GiveConsentIn)["conditions"]
        consent = actions.give_consent(self.consent(uid), conditions=conditions, by=request.user)
        return Response(ConsentOut(consent).data)


class RefuseConsent(Decision):
    @extend_schema(request=RefuseConsentIn, responses=ConsentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Refuse for the originator, with the reason."""
        reason = self.parsed(RefuseConsentIn)["reason"]
        consent = actions.refuse_consent(self.consent(uid), reason=reason, by=request.user)
        return Response(ConsentOut(consent).data)
