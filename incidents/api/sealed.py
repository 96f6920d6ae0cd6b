"""The sealed personal part through the API: opened with a reason, as on the page."""

from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid
from contactpoints.access import may_audit

from .. import actions
from ..models import Incident, OpeningReason, SealedCopy, SealedReading
from ..sealed_content import FIELDS, RELEASABLE, birth_precision
from ..sealed_reading import Door as Way
from ..sealed_reading import (
    Shown,
    door_to,
    given_of,
    people_in,
    people_of,
    person_of,
    persons_of,
    recalls_waiting,
)
from .door import Door, unit_of


class Shape(serializers.Serializer):
    """Input that names every unknown field."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            sentence = _("There is no such field.")
            raise serializers.ValidationError({name: [sentence] for name in sorted(unknown)})
        return attrs


class OpenIn(Shape):
    reason = serializers.ChoiceField(choices=OpeningReason.choices)
    text = serializers.CharField(help_text="In a few words; the reading log keeps it.")
    desk = serializers.CharField(
        max_length=40, required=False, help_text="Whose copy; needed where several hold one."
    )


class PersonIn(Shape):
    """Fields of a person, all optional. `birth_date` is "1990", "1990-03" or "1990-03-13"."""

    client_ref = serializers.UUIDField(required=False)
    content = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="Keys: " + ", ".join(FIELDS) + ".",
    )


class CorrectionIn(Shape):
    version = serializers.IntegerField(min_value=1)
    changes = serializers.DictField(child=serializers.CharField(allow_blank=True))
    reason = serializers.CharField()


class WrittenOut(serializers.Serializer):
    """Says that it was written, and never what."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()


class SealedPersonOut(serializers.Serializer):
    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    content = serializers.DictField(child=serializers.CharField())
    birth_precision = serializers.SerializerMethodField(help_text='"day", "month", "year" or "".')
    earlier = serializers.SerializerMethodField(
        help_text="Superseded versions, newest first: version, content, at, reason."
    )

    def get_birth_precision(self, shown: Shown) -> str:
        return birth_precision(shown.content)

    def get_earlier(self, shown: Shown) -> list[dict[str, Any]]:
        return [
            {"version": e.version, "content": e.content, "at": e.at, "reason": e.reason}
            for e in shown.earlier
        ]


class GivenOut(serializers.Serializer):
    """A release of personal data, without the data."""

    uid = serializers.UUIDField()
    desk = serializers.CharField(source="desk.code")
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    legal_basis = serializers.CharField(source="legal_basis.code")
    purpose = serializers.CharField()
    recipient = serializers.CharField()
    at = serializers.DateTimeField()
    replaced_at = serializers.DateTimeField(allow_null=True)
    recalled_at = serializers.DateTimeField(allow_null=True)
    recall_reason = serializers.CharField(source="why_recalled")
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class ReadAtDeskOut(GivenOut):
    readings = serializers.SerializerMethodField(
        help_text="How often the desk opened it, by hour: hour, count."
    )

    def get_readings(self, copy: SealedCopy) -> list[dict[str, Any]]:
        return [
            {"hour": hour, "count": count}
            for hour, count, _officer in self.context["readings"].get(copy.pk, [])
        ]


class SealedOut(serializers.Serializer):
    own = serializers.BooleanField(help_text="The own part, or a copy released to a desk.")
    people = SealedPersonOut(many=True)
    releases = ReadAtDeskOut(many=True, help_text="For the owner: every release.")
    release = GivenOut(allow_null=True, help_text="For a desk: the decision behind its copy.")


class SealedReleaseIn(Shape):
    persons = serializers.DictField(
        child=serializers.IntegerField(min_value=1),
        help_text="uid of each person: the version that was read.",
    )
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(max_length=40),
        help_text="Any of " + ", ".join(RELEASABLE) + ".",
    )
    desk = serializers.CharField(max_length=40)
    legal_basis = serializers.CharField(max_length=40)
    purpose = serializers.CharField()
    recipient = serializers.CharField()


class SealedRecallIn(Shape):
    copy = serializers.UUIDField()
    reason = serializers.CharField()


class SealedReadingOut(serializers.Serializer):
    """`officer`, `reason` and `text` are null for readings of the other side."""

    incident = serializers.CharField(source="incident.number")
    side = serializers.CharField()
    desk = serializers.SerializerMethodField()
    hour = serializers.DateTimeField()
    count = serializers.IntegerField()
    officer = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    def _own(self, reading: SealedReading) -> bool:
        return bool(self.context["request"].user.side == reading.side)

    def get_desk(self, reading: SealedReading) -> str | None:
        return reading.desk.code if reading.desk else None

    def get_officer(self, reading: SealedReading) -> str | None:
        return reading.officer.username if self._own(reading) else None

    def get_reason(self, reading: SealedReading) -> str | None:
        return reading.reason if self._own(reading) else None

    def get_text(self, reading: SealedReading) -> str | None:
        return reading.text if self._own(reading) else None


class SealedDoor(Door):
    serializer_class: Any = SealedOut

    def own(self, uid: Any) -> Incident:
        """An incident of the own side; to the other side there is nothing here."""
        incident = self.incident(uid)
        if cast(Any, self.request.user).side != incident.side:
            raise Http404
        return incident

    def content(self, incident: Incident, way: Way) -> Response:
        """What was opened in this hour; the verbs count the showing and refuse without."""
        user: Any = self.request.user
        if way.copy is not None:
            actions.read_sealed_copy(way.copy, by=user)
            shown = {"own": False, "people": people_in(way.copy), "releases": []}
            return self.answer({**shown, "release": way.copy})
        actions.read_sealed_part(incident, by=user)
        given = given_of(incident, user.side)
        readings = {each.copy.pk: each.readings for each in given}
        shown = {"own": True, "people": people_of(incident), "releases": [g.copy for g in given]}
        return self.answer({**shown, "release": None}, readings)

    def answer(self, shown: dict[str, Any], readings: Any = None) -> Response:
        out = SealedOut(shown, context={"readings": readings or {}})
        return Response(out.data, headers={"Cache-Control": "no-store"})

    def way(self, incident: Incident, desk: str) -> Way:
        """How the account comes to the content; 404 when only a recall is left."""
        found = door_to(self.request.user, incident, desk[:40])
        if found.copy is None and found.recalled:
            raise Http404
        return found


class SealedPart(SealedDoor):
    @extend_schema(parameters=[OpenApiParameter("desk", OpenApiTypes.STR)], responses=SealedOut)
    def get(self, request: Request, uid: Any) -> Response:
        """The sealed part, once it was opened in this hour; 403 `reason_needed` before."""
        incident = self.incident(uid)
        return self.content(incident, self.way(incident, request.query_params.get("desk", "")))


class OpenSealed(SealedDoor):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """An Idempotency-Key is accepted and not used: what it repeats is kept for 30 days, and
        personal data must not be. Opening twice in an hour is opening once anyway."""
        super(Idempotent, self).initial(request, *args, **kwargs)

    @extend_schema(request=OpenIn, responses=SealedOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Open the sealed part until the end of this hour, say why, and read it."""
        incident, given = self.incident(uid), self.parsed(OpenIn)
        way = self.way(incident, given.pop("desk", ""))
        if way.copy is not None:
            actions.open_sealed_copy(way.copy, **given, by=request.user)
        else:
            actions.open_sealed_part(incident, **given, by=request.user)
        return self.content(incident, way)


class SealedPersons(SealedDoor):
    @extend_schema(request=PersonIn, responses={201: WrittenOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Write a person into the sealed part."""
        given = self.parsed(PersonIn)
        person = actions.add_sealed_person(self.own(uid), **given, by=request.user)
        return Response(WrittenOut(person).data, status=201)


class SealedPersonDoor(SealedDoor):
    @extend_schema(request=CorrectionIn, responses=WrittenOut)
    def post(self, request: Request, uid: Any, person: Any) -> Response:
        """Correct a person: changed fields only, and the version they are based on."""
        incident = self.own(uid)
        corrected = actions.correct_sealed_person(
            person_of(incident, person), **self.parsed(CorrectionIn), by=request.user
        )
        return Response(WrittenOut(corrected).data)


class ReleaseSealed(SealedDoor):
    @extend_schema(request=SealedReleaseIn, responses={201: GivenOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let a desk that holds the incident read these fields of these people."""
        incident, given = self.own(uid), self.parsed(SealedReleaseIn)
        versions = _uids(given.pop("persons"))
        copy = actions.release_sealed(
            incident,
            persons=persons_of(incident, versions),
            versions=versions,
            desk=unit_of(given.pop("desk"), "desk"),
            **given,
            by=request.user,
        )
        return Response(GivenOut(copy).data, status=201)


def _uids(given: dict[str, int]) -> dict[Any, int]:
    field = serializers.UUIDField()
    try:
        return {field.to_internal_value(uid): version for uid, version in given.items()}
    except serializers.ValidationError as error:
        sentence = _("There is no such person.")
        raise Invalid(sentence, fields={"persons": [sentence]}) from error


class RecallSealed(SealedDoor):
    @extend_schema(request=SealedRecallIn, responses=GivenOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take personal data back from a desk."""
        incident, given = self.own(uid), self.parsed(SealedRecallIn)
        copy = SealedCopy.objects.about(incident).whole().filter(uid=given["copy"]).first()
        if copy is None:
            raise Http404
        copy = actions.recall_sealed(copy, reason=given["reason"], by=request.user)
        return Response(GivenOut(copy).data)


class AcknowledgeSealedRecall(SealedDoor):
    @extend_schema(request=None, responses=GivenOut(many=True))
    def post(self, request: Request, uid: Any) -> Response:
        """Acknowledge the recalls that wait at the account's desks for this incident."""
        recalled = recalls_waiting(request.user, uid)
        if not recalled:
            door_to(request.user, self.incident(uid))  # says why not
        done = [actions.acknowledge_sealed_recall(copy, by=request.user) for copy in recalled]
        return Response(GivenOut(done, many=True).data)


@extend_schema(
    parameters=[OpenApiParameter("whose", enum=["own", "other"])],
    responses={
        200: SealedReadingOut(many=True),
        404: OpenApiResponse(ERROR, "The account audits no side."),
    },
)
class SealedReadings(generics.ListAPIView):
    """The reading log, for who audits a side: own readings, or the other side's of what is ours."""

    serializer_class = SealedReadingOut
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        user: Any = self.request.user
        if not may_audit(user):
            raise Http404
        record_reading(f"trail:sealed:{user.side}", by=user)
        whose = self.request.query_params.get("whose", "own")
        if whose not in ("own", "other"):
            sentence = _("There is no such code: %(code)s.") % {"code": whose[:40]}
            raise Invalid(sentence, fields={"whose": [sentence]})
        if whose == "other":
            rows = SealedReading.objects.of_what_others_opened(user.side).filter(count__gt=0)
        else:
            rows = SealedReading.objects.of_side(user.side)
        return rows.whole()
