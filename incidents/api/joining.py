"""Double entries in the API: what is near a report, merging, links, and two reports compared."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.moments import MomentIn
from bordercoop.errors import Invalid

from .. import actions
from ..access import share_for
from ..content import utc_text
from ..joining import absorbed_for, linked_for, pair_of, survivor_for
from ..models import Audience, Incident, Link, LinkKind, Precision, Share, State
from ..nearness import near_copies
from ..pairing import Mark, compared
from .door import Door
from .shapes import DegreesIn, IncidentOut


class RecordOut(serializers.Serializer):
    """Which record, in the words of the account's own copy."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    side = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    category = serializers.CharField()
    severity = serializers.IntegerField()
    headline = serializers.CharField(allow_blank=True)
    own = serializers.BooleanField(help_text="Whether the account's side is the originator.")


class WholeOut(IncidentOut):
    """A record and what it was merged with, as far as the account may know."""

    merged_into = serializers.SerializerMethodField(
        help_text="Of a merged record: the one that speaks for it; null when the account holds no "
        "copy of that one."
    )
    merged_from = serializers.SerializerMethodField(
        help_text="The records that this one speaks for."
    )

    @extend_schema_field(RecordOut(allow_null=True))
    def get_merged_into(self, share: Share) -> dict[str, Any] | None:
        if share.state != State.MERGED:
            return None
        survivor = survivor_for(self.context["user"], share.incident)
        return None if survivor is None else dict(RecordOut(survivor).data)

    @extend_schema_field(RecordOut(many=True))
    def get_merged_from(self, share: Share) -> list[Any]:
        absorbed = absorbed_for(self.context["user"], share.incident)
        return [dict(RecordOut(one.share).data) for one in absorbed]


class NearIn(serializers.Serializer):
    """What makes two reports alike. Without time, category and place nothing is near."""

    category = serializers.CharField(max_length=40)
    happened_at = MomentIn()
    happened_precision = serializers.ChoiceField(choices=Precision.choices, required=False)
    place = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    border_sign = serializers.CharField(
        max_length=40, required=False, allow_null=True, allow_blank=True
    )
    lat = DegreesIn(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = DegreesIn(required=False, allow_null=True, min_value=-180, max_value=180)
    people_total = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=100_000
    )
    exercise = serializers.BooleanField(required=False, default=False)


class NearOut(serializers.Serializer):
    incident = RecordOut(source="share")
    score = serializers.IntegerField(help_text="0 to 100, the likeliest first.")
    km = serializers.FloatField(
        allow_null=True, help_text="Distance; null where only the place or sign is the same."
    )
    same_place = serializers.BooleanField(help_text="Same crossing point or border sign.")
    minutes = serializers.IntegerField(
        allow_null=True,
        help_text="How much later it happened, negative for earlier; null where only a day is "
        "known.",
    )


class MergeIn(serializers.Serializer):
    into = serializers.UUIDField()
    reason = serializers.CharField(max_length=2000)


class UndoIn(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class LinkIn(serializers.Serializer):
    other = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.OWN)
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class LinkOut(serializers.Serializer):
    uid = serializers.UUIDField(source="link.uid")
    kind = serializers.ChoiceField(choices=LinkKind.choices, source="link.kind")
    follows = serializers.BooleanField(
        help_text="Of a follow-up: whether this record follows the other one."
    )
    incident = RecordOut(source="share")
    side = serializers.CharField(source="link.side", help_text="Whose officer linked them.")
    audience = serializers.ChoiceField(choices=Audience.choices, source="link.audience")
    note = serializers.CharField(source="link.note")
    at = serializers.DateTimeField(source="link.at")
    dismissed_at = serializers.DateTimeField(
        source="link.dismissed_at",
        allow_null=True,
        help_text="When it was logged as another event although the two looked alike.",
    )


class PairIn(serializers.Serializer):
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.SHARED)


class LineOut(serializers.Serializer):
    field = serializers.CharField(source="key")
    left = serializers.JSONField(allow_null=True)
    right = serializers.JSONField(allow_null=True)
    mark = serializers.ChoiceField(choices=Mark.choices)
    gap = serializers.FloatField(
        allow_null=True,
        help_text="Right minus left: minutes of a time, a number of a count, kilometres of a "
        "position.",
    )


class PairedOut(serializers.Serializer):
    """Two copies side by side, made of what the account holds of each."""

    left = RecordOut()
    right = RecordOut()
    paired = serializers.BooleanField()
    lines = LineOut(many=True)


class NearDoor(Door):
    pagination_class = None
    serializer_class = NearOut  # type: ignore[assignment]

    @extend_schema(request=NearIn, responses=NearOut(many=True))
    def post(self, request: Request) -> Response:
        """What may be the same event as a report that is about to be logged. Logs nothing."""
        given = self.parsed(NearIn)
        if (given.get("lat") is None) != (given.get("lon") is None):
            sentence = gettext_lazy("Give both latitude and longitude, or neither.")
            raise Invalid(sentence, fields={"lat": [sentence]})
        exercise = given.pop("exercise")
        found = near_copies(request.user, given, exercise=exercise)
        return Response(NearOut(found, many=True).data)


class Merging(Door):
    @extend_schema(request=MergeIn, responses=WholeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Merge this record into another one of the own side; answers with that one."""
        given = self.parsed(MergeIn)
        into = self.incident(given["into"])
        actions.merge_incidents(into, self.incident(uid), reason=given["reason"], by=request.user)
        return self.whole(into)

    def whole(self, incident: Incident) -> Response:
        share = share_for(self.request.user, Incident.objects.visible_to(self.request.user).get(
            pk=incident.pk))  # fmt: skip
        return Response(WholeOut(share, context={"user": self.request.user}).data)


class Unmerging(Merging):
    @extend_schema(request=UndoIn, responses=WholeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take the merge of this record back."""
        incident = self.incident(uid)
        actions.unmerge_incidents(incident, reason=self.parsed(UndoIn)["reason"], by=request.user)
        return self.whole(incident)


class Links(Door):
    serializer_class = LinkOut  # type: ignore[assignment]

    @extend_schema(responses=LinkOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """The links of a record whose other end the account may read too, newest first."""
        links = linked_for(request.user, self.incident(uid))
        return Response(LinkOut(links, many=True).data)

    @extend_schema(request=LinkIn, responses={201: LinkOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say what this record has in common with another one."""
        given = self.parsed(LinkIn)
        incident = self.incident(uid)
        link = actions.link_incidents(
            incident,
            self.incident(given["other"]),
            kind=given["kind"],
            note=given["note"],
            audience=given["audience"],
            by=request.user,
        )
        links = linked_for(request.user, incident)
        linked = next(one for one in links if one.link.pk == link.pk)
        return Response(LinkOut(linked).data, status=201)


class Unlinking(Door):
    @extend_schema(request=UndoIn, responses={204: None})
    def post(self, request: Request, uid: Any, link: Any) -> Response:
        """Take a link of this record away. It is kept, with the reason."""
        incident = self.incident(uid)
        readable = {
            one.link.uid
            for removed in (False, True)
            for one in linked_for(request.user, incident, removed=removed)
        }
        if link not in readable:
            raise Http404
        found = get_object_or_404(Link.objects.about(incident), uid=link)
        actions.unlink_incidents(found, reason=self.parsed(UndoIn)["reason"], by=request.user)
        return Response(status=204)


class Paired(Door):
    serializer_class = PairedOut  # type: ignore[assignment]

    @extend_schema(responses=PairedOut)
    def get(self, request: Request, uid: Any, other: Any) -> Response:
        """Two reports side by side, field by field."""
        return self.compared(self.incident(uid), self.incident(other))

    @extend_schema(request=PairIn, responses={201: PairedOut})
    def post(self, request: Request, uid: Any, other: Any) -> Response:
        """Say that a report of the own side and one of the other side are of one event."""
        own, theirs = self.incident(uid), self.incident(other)
        given = self.parsed(PairIn)
        actions.pair_reports(own, theirs, audience=given["audience"], by=request.user)
        return self.compared(own, theirs, status=201)

    def compared(self, one: Incident, two: Incident, status: int = 200) -> Response:
        left, right = (share_for(self.request.user, incident) for incident in (one, two))
        lines = compared(left, right)
        for line in lines:
            line.left, line.right = (
                utc_text(value) if isinstance(value, datetime) else copy.fields.get(line.key, value)
                for copy, value in ((left, line.left), (right, line.right))
            )
        shape = {
            "left": left,
            "right": right,
            "paired": pair_of(self.request.user, one, two) is not None,
            "lines": lines,
        }
        return Response(PairedOut(shape).data, status=status)


ALONE = OpenApiParameter(
    "alone",
    OpenApiTypes.BOOL,
    description="A merged record itself; without it the answer is the record that speaks for it.",
)
