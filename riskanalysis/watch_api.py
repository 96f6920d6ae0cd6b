"""The watch-list in the API."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid
from incidents.api.door import unit_of

from . import actions
from .models import Risk, RiskReport, WatchEntry, WatchLevel, WatchStanding, WatchVersion
from .register_access import reads_shared
from .register_shapes import LanguageField, WordField
from .watching import (
    MOST,
    Filter,
    Row,
    filter_of,
    first_day,
    matches_by_day,
    rows_of,
    watch_list,
)

CODE: dict[str, Any] = {"max_length": 40, "required": False, "allow_blank": True}


class WatchTermsShape(serializers.Serializer):
    """By what incidents are found; what is left out or empty says nothing."""

    category = serializers.CharField(help_text="It or one below it.", **CODE)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=20,
        help_text="S01 to S10 from west to east.",
    )  # fmt: skip
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), required=False, max_length=7,
        help_text="0 is Monday.",
    )  # fmt: skip
    hour_from = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=23,
        help_text="A full hour on the clock of the reporting side.",
    )  # fmt: skip
    hour_to = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=24, help_text="Not included."
    )
    means = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=50
    )
    groups = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=10,
        help_text="Groups of nationality as in the indicators; never alone.",
    )  # fmt: skip
    route = serializers.CharField(
        max_length=200, required=False, allow_blank=True,
        help_text="Countries in their order, such as IRQ>BLR; others may lie between them.",
    )  # fmt: skip
    event = serializers.CharField(help_text="Of `public_event`, `any` or `claimed`.", **CODE)


def cited_by(versions: Iterable[WatchVersion], user: Any) -> dict[str, Any]:
    """The context of the shapes below: what these versions cite, as far as `user` reads it."""
    versions = list(versions)
    risks, reports = ({getattr(v, f"{name}_id") for v in versions} for name in ("risk", "report"))
    rows = Risk.objects.visible_to(user).filter(pk__in=risks - {None})
    told = RiskReport.objects.visible_to(user).filter(pk__in=reports - {None})
    return {
        "risks": dict(rows.values_list("pk", "uid")),
        "reports": dict(told.values_list("pk", "uid")),
    }


class WatchVersionOut(serializers.ModelSerializer):
    level = WordField(WatchLevel.values)
    language = LanguageField()
    risk = serializers.SerializerMethodField(help_text="null for none that you read.")
    report = serializers.SerializerMethodField(help_text="null for none that you read.")

    class Meta:
        model = WatchVersion
        fields = [
            "number", "level", "title", "text", "why", "todo", "language", "category", "sections",
            "days", "hour_from", "hour_to", "means", "groups", "route", "event", "valid_from",
            "review_by", "risk", "report", "at", "approved_at",
        ]  # fmt: skip

    def get_risk(self, version: WatchVersion) -> str | None:
        uid = self.context["risks"].get(version.risk_id)
        return str(uid) if uid else None

    def get_report(self, version: WatchVersion) -> str | None:
        uid = self.context["reports"].get(version.report_id)
        return str(uid) if uid else None


class WatchEntryOut(serializers.Serializer):
    uid = serializers.UUIDField(source="entry.uid")
    code = serializers.CharField(source="entry.code")
    side = serializers.CharField(source="entry.side")
    unit = serializers.CharField(source="entry.unit.code")
    standing = WordField(WatchStanding.values)
    edition = serializers.IntegerField(help_text="Number of the newest that you read.")
    waits = serializers.BooleanField(help_text="A text waits for its approval.")
    shared_at = serializers.DateTimeField(source="entry.shared_at", allow_null=True)
    reason = serializers.CharField(source="entry.reason", help_text="Why it was withdrawn.")
    matches = serializers.IntegerField(
        source="count", help_text="Incidents of the last 28 days that match and that you may count."
    )
    says = serializers.SerializerMethodField(help_text="What holds, else the newest text.")

    @extend_schema_field(WatchVersionOut)
    def get_says(self, row: Row) -> Any:
        return WatchVersionOut(row.version, context=self.context).data


class WatchOneOut(WatchEntryOut):
    versions = serializers.SerializerMethodField(
        help_text="Every text that you read, newest first."
    )

    @extend_schema_field(WatchVersionOut(many=True))
    def get_versions(self, row: Row) -> Any:
        return WatchVersionOut(self.context["versions"], many=True, context=self.context).data


class WatchChangeIn(WatchTermsShape):
    level = WordField(WatchLevel.values)
    title = serializers.CharField()
    text = serializers.CharField()
    why = serializers.CharField(required=False, allow_blank=True)
    todo = serializers.CharField(help_text="What the officer should do.")
    language = LanguageField()
    valid_from = serializers.DateField(required=False, allow_null=True, help_text="Today without.")
    review_by = serializers.DateField(help_text="Its last day.")
    risk = serializers.UUIDField(required=False, allow_null=True)
    report = serializers.UUIDField(required=False, allow_null=True)
    edition = serializers.IntegerField(required=False, help_text="409 when another one stands.")


class WatchIn(WatchChangeIn):
    edition = None  # type: ignore[assignment]
    unit = serializers.CharField(max_length=40, help_text="Code of the unit that owns it.")
    client_ref = serializers.UUIDField(required=False)


class WatchApproveIn(serializers.Serializer):
    edition = serializers.IntegerField(help_text="Number of the version that was read.")


class WatchShareIn(serializers.Serializer):
    edition = serializers.IntegerField(required=False, help_text="409 when another one stands.")


class WatchWithdrawIn(serializers.Serializer):
    reason = serializers.CharField()
    edition = serializers.IntegerField(required=False)


class WatchDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: to whoever may not read it, the watch-list does not exist."""

    serializer_class: Any = WatchOneOut
    pagination_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not reads_shared(request.user):
            raise Http404

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def entry(self, uid: Any) -> WatchEntry:
        rows = WatchEntry.objects.visible_to(self.request.user).select_related("unit", "holding")
        found: WatchEntry = get_object_or_404(rows, uid=uid)
        return found

    def shown(self, entry: WatchEntry, status: int = 200) -> Response:
        user = self.request.user
        row = rows_of([self.entry(entry.uid)], user)[0]
        row.by_day = matches_by_day([row.version], user, first_day(user))[row.version.pk]
        rows = WatchVersion.objects.visible_to(user).filter(entry=entry).order_by("-number")
        context = {"versions": list(rows), **cited_by(rows, user)}
        return Response(WatchOneOut(row, context=context).data, status=status)

    def said(self, given: dict[str, Any], entry: WatchEntry | None = None) -> dict[str, Any]:
        """With the risk and the report that were named by public id; what the newest text of
        `entry` cites may stay."""
        texts = WatchVersion.objects.visible_to(self.request.user)
        newest = texts.filter(entry=entry, number=entry.edition) if entry else texts.none()
        for name, kind in (("risk", Risk), ("report", RiskReport)):
            if (uid := given.get(name)) is None:
                continue
            rows: Any = kind.objects  # type: ignore[attr-defined]
            read = rows.visible_to(self.request.user).filter(uid=uid).first()
            given[name] = read or rows.filter(uid=uid, pk__in=newest.values(name)).first()
            if given[name] is None:
                sentence = _("You do not read what you cite.")
                raise Invalid(sentence, fields={name: [sentence]})
        return given


class WatchList(WatchDoor):
    @extend_schema(
        responses=WatchEntryOut(many=True),
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR) for name in Filter.__dataclass_fields__
        ],
        operation_id="risk_watch_list",
    )
    def get(self, request: Request) -> Response:
        """The entries that you read, those in force first. Filters as on the page; one that means
        nothing filters nothing; at most 200."""
        rows = watch_list(request.user, filter_of(request.query_params), most=MOST)[:MOST]
        context = cited_by([row.version for row in rows], request.user)
        return Response(WatchEntryOut(rows, many=True, context=context).data)

    @extend_schema(request=WatchIn, responses={201: WatchOneOut})
    def post(self, request: Request) -> Response:
        """Write an entry of an own unit, a draft that waits for its approval."""
        given = self.parsed(WatchIn)
        unit, ref = unit_of(given.pop("unit")), given.pop("client_ref", None)
        made = actions.write_watch(
            unit=unit, said=self.said(given), client_ref=ref, by=request.user
        )
        return self.shown(made, 201)


class WatchDetail(WatchDoor):
    @extend_schema(responses=WatchOneOut, operation_id="risk_watch_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One entry with every text of it that you read."""
        return self.shown(self.entry(uid))

    @extend_schema(request=WatchChangeIn, responses=WatchOneOut, operation_id="risk_watch_change")
    def post(self, request: Request, uid: Any) -> Response:
        """Write a new version; what is in force stays so until it is approved."""
        entry, given = self.entry(uid), self.parsed(WatchChangeIn)
        edition = given.pop("edition", None)
        changed = actions.change_watch(
            entry, said=self.said(given, entry), edition=edition, by=request.user
        )
        return self.shown(changed)


class WatchApprove(WatchDoor):
    @extend_schema(request=WatchApproveIn, responses=WatchOneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Let the version that was read come into force for the own side."""
        entry, given = self.entry(uid), self.parsed(WatchApproveIn)
        return self.shown(actions.approve_watch(entry, by=request.user, **given))


class WatchShare(WatchDoor):
    @extend_schema(request=WatchShareIn, responses=WatchOneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put an entry to the other side, for good."""
        entry, given = self.entry(uid), self.parsed(WatchShareIn)
        return self.shown(actions.share_watch(entry, by=request.user, **given))


class WatchWithdraw(WatchDoor):
    @extend_schema(request=WatchWithdrawIn, responses=WatchOneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take an entry off the list for good, with a reason."""
        entry, given = self.entry(uid), self.parsed(WatchWithdrawIn)
        return self.shown(actions.withdraw_watch(entry, by=request.user, **given))
