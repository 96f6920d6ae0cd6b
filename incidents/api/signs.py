"""The register of border signs: signs, inspections with photos, repairs, joint inspections."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.moments import MomentIn
from bordercoop.files.kinds import BY_CODE
from bordercoop.files.serving import as_attachment
from bordercoop.files.store import open_stored
from bordercoop.reference.models import Place
from bordercoop.web.exporting import answer
from contactpoints.exports_api import AS, FILE, FileDoor

from .. import actions
from ..investigation.register import (
    UNKNOWN,
    numbers_for,
    reads_register,
    register,
    rows_of,
    sign_with,
    stretch,
)
from ..models import Condition, LineInspection, LineState, SignInspection, SignPhoto, SignRepair
from .door import Door, unit_of

LANGUAGES = [(code, code) for code in ("lv", "be", "ru", "en")]


class ConditionField(serializers.CharField):
    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=8, help_text=", ".join(Condition.values), **more)


class SignOut(serializers.Serializer):
    code = serializers.CharField(source="place.code")
    name = serializers.CharField(source="place.name")
    name_lv_side = serializers.CharField(source="place.name_lv_side")
    name_by_side = serializers.CharField(source="place.name_by_side")
    lat = serializers.FloatField(source="place.lat", allow_null=True)
    lon = serializers.FloatField(source="place.lon", allow_null=True)
    position_verified = serializers.BooleanField(source="place.position_verified")
    position_note = serializers.CharField(source="place.position_note")
    condition = serializers.CharField(
        help_text=f"Of the last inspection or repair: {', '.join(Condition.values)}, or {UNKNOWN}."
    )
    since = serializers.DateTimeField(allow_null=True)
    inspected_at = serializers.DateTimeField(source="last.at", allow_null=True, default=None)
    repairs_open = serializers.SerializerMethodField()

    def get_repairs_open(self, row: Any) -> int:
        return len(row.repairs)


class SignPhotoOut(serializers.Serializer):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class SignInspectionOut(serializers.Serializer):
    uid = serializers.UUIDField()
    sign = serializers.CharField(source="sign.code")
    side = serializers.CharField()
    unit = serializers.CharField(source="unit.code")
    at = serializers.DateTimeField()
    condition = serializers.CharField()
    seen = serializers.CharField()
    language = serializers.CharField()
    joint = serializers.UUIDField(source="line.uid", allow_null=True, default=None)
    incident = serializers.SerializerMethodField(
        help_text="The incident that it opened, for whoever holds a copy of that; else null."
    )
    photos = SignPhotoOut(many=True)

    def get_incident(self, row: Any) -> str | None:
        found = self.context.get("numbers", {}).get(row.incident_id)
        return str(found[0]) if found else None


class SignRepairOut(serializers.Serializer):
    uid = serializers.UUIDField()
    side = serializers.CharField()
    unit = serializers.CharField(source="unit.code")
    what = serializers.CharField()
    language = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    state = serializers.CharField(help_text=", ".join(SignRepair.State.values))
    overdue = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class WholeSignOut(SignOut):
    inspections = SignInspectionOut(many=True)
    repairs = SignRepairOut(many=True)


class SignInspectionIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    condition = ConditionField()
    seen = serializers.CharField(required=False, default="", allow_blank=True)
    at = MomentIn()
    language = serializers.CharField(max_length=2)
    photos = serializers.ListField(
        child=serializers.FileField(max_length=255, allow_empty_file=True),
        required=False,
        default=list,
        help_text="JPEG or PNG, up to 6, as multipart/form-data.",
    )
    client_ref = serializers.UUIDField(required=False)


class SignRepairIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    what = serializers.CharField(allow_blank=True)
    due = serializers.DateField(required=False, allow_null=True, default=None)
    language = serializers.CharField(max_length=2)
    client_ref = serializers.UUIDField(required=False)


class RepairMoveIn(serializers.Serializer):
    state = serializers.ChoiceField(choices=[("done", "done"), ("dropped", "dropped")])
    done_at = MomentIn(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, default="", allow_blank=True)


class SignDoor(Door):
    serializer_class = SignOut  # type: ignore[assignment]

    def reader(self) -> Any:
        user: Any = self.request.user
        if not reads_register(user):
            raise Http404
        return user

    def sign(self, code: str) -> Place:
        self.reader()
        sign = sign_with(code)
        if sign is None:
            raise Http404
        return sign

    def inspection(self, row: SignInspection, status: int = 200) -> Response:
        numbers = numbers_for(self.request.user, [row])
        return Response(SignInspectionOut(row, context={"numbers": numbers}).data, status=status)


class Signs(SignDoor):
    pagination_class = None

    @extend_schema(
        parameters=[
            OpenApiParameter("condition", str, description="One of the conditions, or `broken`."),
            OpenApiParameter("position", str, description="`unverified`"),
            OpenApiParameter("q", str, description="Part of a code or name."),
        ],
        responses=SignOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """The register of border signs with the condition of each."""
        self.reader()
        return Response(SignOut(register(request.query_params), many=True).data)


class SignsExport(FileDoor):
    @extend_schema(parameters=[AS], responses=FILE)
    def get(self, request: Request) -> HttpResponseBase:
        """The register as a file; recorded in the audit as an export."""
        return answer(
            actions.export_signs(form=request.query_params.get("as", ""), by=request.user)
        )


class OneSign(SignDoor):
    @extend_schema(responses=WholeSignOut)
    def get(self, request: Request, code: str) -> Response:
        """A sign with the last 200 inspections and repairs of both sides."""
        sign, user = self.sign(code), self.reader()
        rows = SignInspection.objects.visible_to(user).filter(sign=sign)
        inspections = list(
            rows.select_related("sign", "unit", "line").prefetch_related("photos")[:200]
        )
        repairs = SignRepair.objects.visible_to(user).filter(sign=sign).select_related("unit")
        numbers = numbers_for(user, inspections)
        context = {"numbers": numbers}
        return Response(
            {
                **SignOut(rows_of([sign])[0]).data,
                "inspections": SignInspectionOut(inspections, many=True, context=context).data,
                "repairs": SignRepairOut(repairs[:200], many=True).data,
            }
        )


class SignInspections(SignDoor):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(request=SignInspectionIn, responses={201: SignInspectionOut})
    def post(self, request: Request, code: str) -> Response:
        """Record an inspection; a damaged, moved or missing sign opens an incident of the unit."""
        sign, given = self.sign(code), self.parsed(SignInspectionIn)
        unit = unit_of(given.pop("unit"))
        row = actions.inspect_sign(sign, unit=unit, by=request.user, **given)
        return self.inspection(row, status=201)


class SignPhotoContent(SignDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the picture, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses=FILE)
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """A photo of an inspection, without metadata."""
        photo = get_object_or_404(SignPhoto.objects.visible_to(self.reader()), uid=uid)
        return as_attachment(open_stored(photo.sha256), photo.name, BY_CODE[photo.kind].mime)


class SignRepairs(SignDoor):
    @extend_schema(request=SignRepairIn, responses={201: SignRepairOut})
    def post(self, request: Request, code: str) -> Response:
        """Take a repair on for the own side."""
        sign, given = self.sign(code), self.parsed(SignRepairIn)
        unit = unit_of(given.pop("unit"))
        row = actions.plan_repair(sign, unit=unit, by=request.user, **given)
        return Response(SignRepairOut(row).data, status=201)


class OneSignRepair(SignDoor):
    @extend_schema(request=RepairMoveIn, responses=SignRepairOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that a repair of the own side is done, or dropped with a reason (`note`)."""
        rows = SignRepair.objects.visible_to(self.reader())
        repair, given = get_object_or_404(rows, uid=uid), self.parsed(RepairMoveIn)
        if given["state"] == "done":
            row = actions.finish_repair(
                repair, done_at=given["done_at"], note=given["note"], by=request.user
            )
        else:
            row = actions.drop_repair(repair, reason=given["note"], by=request.user)
        return Response(SignRepairOut(row).data)


# --- joint inspections


class LineResultOut(serializers.Serializer):
    sign = serializers.CharField(source="sign.code")
    condition = serializers.CharField()
    seen = serializers.CharField()
    language = serializers.CharField()
    version = serializers.IntegerField()
    side = serializers.CharField()


class LineConfirmationOut(serializers.Serializer):
    side = serializers.CharField()
    sha256 = serializers.CharField()
    at = serializers.DateTimeField()


class LineInspectionOut(serializers.Serializer):
    uid = serializers.UUIDField()
    side = serializers.CharField(help_text="The side that proposed it.")
    state = serializers.CharField(help_text=", ".join(LineState.values))
    first = serializers.CharField(source="first.code")
    last = serializers.CharField(source="last.code")
    signs = serializers.SerializerMethodField(help_text="Codes of the stretch, in order.")
    at = serializers.DateTimeField()
    note = serializers.CharField()
    language = serializers.CharField()
    reason = serializers.CharField()
    sha256 = serializers.CharField(help_text="Sum of the present results, to confirm.")
    results = LineResultOut(many=True)
    confirmations = LineConfirmationOut(many=True)

    def get_signs(self, line: Any) -> list[str]:
        return [sign.code for sign in stretch(line)]


class LineInspectionIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)
    first = serializers.CharField(max_length=40)
    last = serializers.CharField(max_length=40)
    at = MomentIn()
    note = serializers.CharField(required=False, default="", allow_blank=True)
    language = serializers.CharField(max_length=2)
    client_ref = serializers.UUIDField(required=False)


class LineAgreeIn(serializers.Serializer):
    unit = serializers.CharField(max_length=40)


class LineDeclineIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class LineResultIn(serializers.Serializer):
    sign = serializers.CharField(max_length=40)
    condition = ConditionField()
    seen = serializers.CharField(required=False, default="", allow_blank=True)
    language = serializers.CharField(max_length=2)
    version = serializers.IntegerField(min_value=0, max_value=10_000, default=0)


class LineConfirmIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=64)


class LineDoor(SignDoor):
    serializer_class = LineInspectionOut  # type: ignore[assignment]

    def lines(self) -> Any:
        rows = LineInspection.objects.visible_to(self.reader())
        return rows.select_related("first", "last", "unit", "other_unit").prefetch_related(
            "results__sign", "confirmations"
        )

    def line(self, uid: Any) -> LineInspection:
        found: LineInspection = get_object_or_404(self.lines(), uid=uid)
        return found

    def told(self, line: LineInspection, status: int = 200) -> Response:
        return Response(LineInspectionOut(self.line(line.uid)).data, status=status)


class LineInspections(LineDoor, generics.ListAPIView):
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        return self.lines()

    @extend_schema(responses=LineInspectionOut(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Joint inspections of the line, the latest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=LineInspectionIn, responses={201: LineInspectionOut})
    def post(self, request: Request) -> Response:
        """Propose a joint inspection to the other side."""
        given = self.parsed(LineInspectionIn)
        line = actions.propose_line(
            unit=unit_of(given.pop("unit")),
            first=self.sign(given.pop("first")),
            last=self.sign(given.pop("last")),
            by=request.user,
            **given,
        )
        return self.told(line, status=201)


class OneLineInspection(LineDoor):
    @extend_schema(responses=LineInspectionOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One joint inspection with its results and confirmations."""
        return self.told(self.line(uid))


class AgreeLine(LineDoor):
    @extend_schema(request=LineAgreeIn, responses=LineInspectionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Agree to what the other side proposed."""
        line, given = self.line(uid), self.parsed(LineAgreeIn)
        return self.told(actions.agree_line(line, unit=unit_of(given["unit"]), by=request.user))


class DeclineLine(LineDoor):
    @extend_schema(request=LineDeclineIn, responses=LineInspectionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Decline it, or take the own proposal back; with a reason."""
        line, given = self.line(uid), self.parsed(LineDeclineIn)
        return self.told(actions.decline_line(line, reason=given["reason"], by=request.user))


class LineResults(LineDoor):
    @extend_schema(request=LineResultIn, responses=LineInspectionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Write down what both saw at one sign."""
        line, given = self.line(uid), self.parsed(LineResultIn)
        actions.write_result(line, self.sign(given.pop("sign")), by=request.user, **given)
        return self.told(line)


class ConfirmLine(LineDoor):
    @extend_schema(request=LineConfirmIn, responses=LineInspectionOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Confirm the results that were read for the own side."""
        line, given = self.line(uid), self.parsed(LineConfirmIn)
        return self.told(actions.confirm_line(line, sha256=given["sha256"], by=request.user))
