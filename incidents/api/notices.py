"""Advance notices: written, sent, changed, ended, cancelled, translated, matched to incidents."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from contactpoints.pausing import held_for

from .. import actions
from ..access import share_for
from ..handling import of
from ..models import AdvanceNotice, NoticeMatch, NoticeShape, NoticeState, NoticeText, NoticeVersion
from ..notices.content import SAID
from ..notices.matching import matches_of
from ..notices.reading import SHOWN, deliveries_of, listed, matched, reads_notices, versions
from .door import Door, unit_of
from .shapes import MarkingIn, marking_in

STATES = ", ".join(state for state in NoticeState.values if state != "discarded")


class NoticeTextOut(serializers.ModelSerializer):
    class Meta:
        model = NoticeText
        fields = ["language", "headline", "text", "side", "at"]


class NoticeOut(serializers.ModelSerializer):
    """The version of a notice that stands."""

    uid = serializers.UUIDField(source="notice.uid")
    number = serializers.CharField(source="notice.number", allow_null=True)
    version = serializers.IntegerField(source="number")
    side = serializers.CharField(source="notice.side")
    unit = serializers.CharField(source="notice.unit.code")
    state = serializers.CharField(source="notice.state", help_text=STATES)
    exercise = serializers.BooleanField(source="notice.exercise")
    ended_at = serializers.DateTimeField(source="notice.ended_at", allow_null=True)
    reason = serializers.CharField(source="notice.reason")
    zone = serializers.CharField(source="notice.zone", help_text="The clock of the daily hours.")
    shape = serializers.CharField(help_text=", ".join(NoticeShape.values))
    texts = NoticeTextOut(many=True)

    class Meta:
        model = NoticeVersion
        fields = [
            "uid", "number", "version", "side", "unit", "state", "exercise", "kind", "starts_at",
            "ends_at", "daily_from", "daily_to", "zone", "shape", "place", "from_sign", "to_sign",
            "lat", "lon", "radius_m", "points", "altitude_m", "headline", "text", "language",
            "texts", "contact_name", "contact_phone", "handling", "tlp", "restriction", "sent_at",
            "ended_at", "reason",
        ]  # fmt: skip


class NoticeDeliveryOut(serializers.Serializer):
    uid = serializers.UUIDField()
    desk = serializers.CharField(source="desk.code")
    kind = serializers.CharField(source="alert.kind")
    priority = serializers.CharField()
    state = serializers.CharField()
    queued_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.SerializerMethodField()

    def get_acknowledged_by(self, delivery: Any) -> str | None:
        by = delivery.acknowledged_by
        return by.display_name if by else None


class NoticeIncidentOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.CharField()


class WholeNoticeOut(NoticeOut):
    """With who acknowledged it, the incidents that the reader's side linked, and, for the side that
    wrote it, the change that waits to be sent."""

    edition = serializers.IntegerField(source="notice.edition")
    desks = serializers.SerializerMethodField()
    deliveries = serializers.SerializerMethodField()
    incidents = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField(
        help_text="For the side that wrote it: desks that are told when a pause is over."
    )

    class Meta(NoticeOut.Meta):
        fields = [
            *NoticeOut.Meta.fields, "edition", "desks", "deliveries", "incidents", "waiting",
            "held",
        ]  # fmt: skip

    def get_desks(self, version: Any) -> list[str]:
        return sorted(desk.code for desk in version.notice.desks.all())

    def get_deliveries(self, version: Any) -> list[dict[str, Any]]:
        rows: Any = deliveries_of(version.notice) if version.sent_at else []
        return list(NoticeDeliveryOut(rows, many=True).data)

    def get_incidents(self, version: Any) -> list[dict[str, Any]]:
        rows: Any = matched(version.notice, self.context["user"])
        return list(NoticeIncidentOut(rows, many=True).data)

    def get_waiting(self, version: Any) -> dict[str, Any] | None:
        rows = versions().visible_to(self.context["user"]).filter(notice=version.notice)
        waiting = rows.filter(sent_at=None, current=False).first()
        return dict(NoticeOut(waiting).data) if waiting else None

    def get_held(self, version: Any) -> list[str]:
        if self.context["user"].side != version.notice.side:
            return []
        return [held.desk.code for held in held_for(version.notice.ref)]


class NoticeChangeIn(MarkingIn):
    kind = serializers.CharField(max_length=40, required=False, help_text="Of `notice_kind`.")
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    daily_from = serializers.TimeField(required=False, allow_null=True)
    daily_to = serializers.TimeField(required=False, allow_null=True)
    shape = serializers.CharField(
        max_length=5, required=False, help_text=", ".join(NoticeShape.values)
    )
    place = serializers.CharField(max_length=40, required=False, allow_blank=True)
    from_sign = serializers.CharField(required=False, allow_blank=True)
    to_sign = serializers.CharField(required=False, allow_blank=True)
    lat = serializers.FloatField(required=False, allow_null=True)
    lon = serializers.FloatField(required=False, allow_null=True)
    radius_m = serializers.IntegerField(required=False, allow_null=True)
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), max_length=2),
        max_length=500,
        required=False,
        allow_null=True,
        help_text="[[latitude, longitude], ...]",
    )
    altitude_m = serializers.IntegerField(required=False, allow_null=True)
    headline = serializers.CharField(required=False, allow_blank=True)
    text = serializers.CharField(required=False, allow_blank=True)
    language = serializers.CharField(max_length=2, required=False)
    contact_name = serializers.CharField(required=False, allow_blank=True)
    contact_phone = serializers.CharField(required=False, allow_blank=True)
    edition = serializers.IntegerField(
        required=False, help_text="Of which the change was made; 409 when another one stands."
    )


class NoticeIn(NoticeChangeIn):
    unit = serializers.CharField(max_length=40, help_text="Code of the own unit.")
    exercise = serializers.BooleanField(default=False)
    client_ref = serializers.UUIDField(required=False)
    edition = None  # type: ignore[assignment]


class NoticeDesksIn(serializers.Serializer):
    desks = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=50,
        default=list,
        help_text="Codes of desks of the other side; those told before are told in any case.",
    )


class NoticeReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True, default="")


class NoticeTextIn(serializers.Serializer):
    language = serializers.CharField(max_length=2)
    headline = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True, default="")


class NoticeMatchIn(serializers.Serializer):
    incident = serializers.UUIDField()
    state = serializers.CharField(max_length=9, help_text=", ".join(NoticeMatch.State.values))


class NoticeMatchOut(serializers.Serializer):
    """`said`: "" where nobody of the own side has said anything."""

    said = serializers.CharField()
    notice = NoticeOut(source="told.version")


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in SAID if name in given}


class NoticeDoor(Door):
    serializer_class = NoticeOut  # type: ignore[assignment]

    def notice(self, uid: Any) -> AdvanceNotice:
        rows = AdvanceNotice.objects.visible_to(self.request.user).select_related("unit")
        return get_object_or_404(rows, uid=uid)

    def whole(self, notice: AdvanceNotice, status: int = 200) -> Response:
        rows = versions().visible_to(self.request.user).filter(current=True)
        version = get_object_or_404(rows, notice=notice)
        data = WholeNoticeOut(version, context={"user": self.request.user}).data
        return Response(data, status=status)


class Notices(NoticeDoor, generics.ListAPIView):
    ordering = ("-starts_at", "-id")

    def get_queryset(self) -> Any:
        if not reads_notices(self.request.user):
            raise Http404
        return listed(self.request.user, self.request.query_params)[0]

    @extend_schema(
        parameters=[
            OpenApiParameter("show", str, description=f"{', '.join(SHOWN)}; now by default"),
            OpenApiParameter("kind", str, description="A code of `notice_kind`."),
            OpenApiParameter("side", str, description="LV, BY"),
        ],
        responses=NoticeOut(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Advance notices that the reader may read, the latest to begin first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NoticeIn, responses={201: WholeNoticeOut})
    def post(self, request: Request) -> Response:
        """Write a notice, as a draft."""
        given = self.parsed(NoticeIn)
        notice = actions.write_notice(
            unit=unit_of(given["unit"]),
            content=_said(given),
            marking=marking_in(given),
            exercise=given["exercise"],
            client_ref=given.get("client_ref"),
            by=request.user,
        )
        return self.whole(notice, status=201)


class OneNotice(NoticeDoor):
    @extend_schema(responses=WholeNoticeOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One notice: the version that stands."""
        return self.whole(self.notice(uid))


class ChangeNotice(NoticeDoor):
    @extend_schema(request=NoticeChangeIn, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Change a draft, or write the next version of a notice that was sent."""
        notice, given = self.notice(uid), self.parsed(NoticeChangeIn)
        rows = versions().visible_to(request.user).filter(notice=notice, dropped_at=None)
        last = rows.order_by("-number").first()
        marking = marking_in(given, otherwise=of(last) if last else None)
        actions.change_notice(
            notice,
            content=_said(given),
            marking=marking,
            edition=given.get("edition"),
            by=request.user,
        )
        return self.whole(notice)


class SendNotice(NoticeDoor):
    @extend_schema(request=NoticeDesksIn, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Send what is written to desks of the other side."""
        notice, given = self.notice(uid), self.parsed(NoticeDesksIn)
        desks = [unit_of(code, "desks") for code in given["desks"]]
        return self.whole(actions.send_notice(notice, desks=desks, by=request.user))


class EndNotice(NoticeDoor):
    @extend_schema(request=NoticeReasonIn, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that it is over early."""
        notice, given = self.notice(uid), self.parsed(NoticeReasonIn)
        return self.whole(actions.end_notice(notice, by=request.user, **given))


class CancelNotice(NoticeDoor):
    @extend_schema(request=NoticeReasonIn, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take it back, with a reason."""
        notice, given = self.notice(uid), self.parsed(NoticeReasonIn)
        return self.whole(actions.cancel_notice(notice, by=request.user, **given))


class DiscardNotice(NoticeDoor):
    @extend_schema(request=None, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Throw the draft, or the change that waits to be sent, away."""
        return self.whole(actions.discard_notice(self.notice(uid), by=request.user))


class TranslateNotice(NoticeDoor):
    @extend_schema(request=NoticeTextIn, responses={201: NoticeTextOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Put its words into another language, for both sides."""
        notice, given = self.notice(uid), self.parsed(NoticeTextIn)
        row = actions.translate_notice(notice, by=request.user, **given)
        return Response(NoticeTextOut(row).data, status=201)


class MatchNotice(NoticeDoor):
    @extend_schema(request=NoticeMatchIn, responses=WholeNoticeOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the own side whether an incident belongs to it."""
        notice, given = self.notice(uid), self.parsed(NoticeMatchIn)
        incident = self.incident(given["incident"])
        actions.match_notice(notice, incident, state=given["state"], by=request.user)
        return self.whole(notice)


class NoticesOfIncident(NoticeDoor):
    @extend_schema(responses=NoticeMatchOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Notices that an incident belongs to, by what the own side said, or may belong to."""
        incident: Any = self.incident(uid)
        found = matches_of(request.user, incident, share_for(request.user, incident))
        return Response(NoticeMatchOut(found, many=True).data)
