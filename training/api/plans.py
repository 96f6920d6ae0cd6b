"""The yearly joint plan in the API: written, put to both, signed; which activity carries it out."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.confirming import require_confirmed
from bordercoop.api.schema import ERROR
from bordercoop.web.pdf import as_file
from contactpoints.exports_api import FileDoor

from .. import actions
from ..models import ActivityKind, Host, Measure, PlanLine, PlanSignature, PlanVersion, YearPlan
from ..plan_progress import progress_of
from ..plans import number_of, state_of
from .activities import AS_IT_STANDS, ActivityDoor
from .activity_shapes import ActivityNothingIn

LONG = 60_000  # the verb says how much fits


class PlanSignatureOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")

    class Meta:
        model = PlanSignature
        fields = ["side", "by", "at", "sha256", "voided_at"]


class PlanVersionRowOut(serializers.ModelSerializer):
    signatures = PlanSignatureOut(many=True)

    class Meta:
        model = PlanVersion
        fields = ["number", "sha256", "at", "signed_at", "voided_at", "signatures"]


class PlanVersionOut(PlanVersionRowOut):
    said = serializers.CharField(help_text="Canonical JSON: the bytes that were signed.")

    class Meta:
        model = PlanVersion
        fields = [*PlanVersionRowOut.Meta.fields, "said"]


class PlanLineOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.display_name")
    kind = serializers.CharField()
    host_country = serializers.CharField()
    measure = serializers.CharField()
    language = serializers.CharField()
    amount = serializers.FloatField(allow_null=True, help_text="In euro.")

    class Meta:
        model = PlanLine
        fields = [
            "uid", "number", "edition", "side", "by", "kind", "title", "language", "topic",
            "quarter", "host_country", "seats_lv", "seats_by", "budget_line", "amount", "measure",
            "indicator", "target", "removed_at",
        ]  # fmt: skip


class PlanProgressOut(serializers.Serializer):
    line = PlanLineOut()
    state = serializers.CharField(source="code", help_text="open, under_way, done or late.")
    tied = serializers.IntegerField()
    held = serializers.IntegerField()
    participants = serializers.IntegerField()
    people = serializers.IntegerField()
    days = serializers.IntegerField()
    planned = serializers.FloatField(help_text="Euro, of the activities that are tied to it.")
    used = serializers.FloatField(help_text="Euro.")
    reached = serializers.IntegerField(allow_null=True)
    late = serializers.CharField(help_text="A sentence, empty for none.")


class YearPlanRowOut(serializers.ModelSerializer):
    number = serializers.SerializerMethodField()

    class Meta:
        model = YearPlan
        fields = ["number", "year", "edition", "at"]

    def get_number(self, plan: YearPlan) -> str:
        return number_of(plan.year)


class YearPlanOut(YearPlanRowOut):
    state = serializers.SerializerMethodField(help_text="draft, put or in_force.")
    lines = serializers.SerializerMethodField()
    versions = PlanVersionRowOut(many=True)

    class Meta:
        model = YearPlan
        fields = [*YearPlanRowOut.Meta.fields, "state", "versions", "lines"]

    def get_state(self, plan: YearPlan) -> str:
        return state_of(plan).code

    @extend_schema_field(PlanProgressOut(many=True))
    def get_lines(self, plan: YearPlan) -> Any:
        rows = list(plan.lines.standing().select_related("by"))
        return PlanProgressOut(progress_of(plan.year, rows), many=True).data


class YearPlanIn(serializers.Serializer):
    year = serializers.IntegerField(min_value=0, max_value=9999)
    like = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=9999,
        help_text="The year whose lines it begins with.",
    )  # fmt: skip


class PlanEditionIn(serializers.Serializer):
    edition = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class PlanSignIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=200, help_text="Of the version as it was read.")


class PlanLineIn(serializers.Serializer):
    kind = serializers.CharField(max_length=40, help_text=", ".join(ActivityKind.values))
    title = serializers.CharField(max_length=LONG)
    language = serializers.CharField(max_length=40)
    topic = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    quarter = serializers.IntegerField(min_value=1, max_value=4)
    host_country = serializers.CharField(max_length=40, help_text=", ".join(Host.values))
    seats_lv = serializers.IntegerField(required=False, default=0, min_value=0, max_value=1000)
    seats_by = serializers.IntegerField(required=False, default=0, min_value=0, max_value=1000)
    budget_line = serializers.CharField(
        max_length=LONG, required=False, allow_blank=True, default=""
    )
    amount = serializers.DecimalField(
        max_digits=10, decimal_places=2, required=False, allow_null=True, default=None,
        help_text="In euro.",
    )  # fmt: skip
    measure = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="",
        help_text=", ".join(Measure.values),
    )  # fmt: skip
    indicator = serializers.CharField(max_length=LONG, required=False, allow_blank=True, default="")
    target = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=1_000_000
    )


class PlanLineNewIn(PlanLineIn):
    client_ref = serializers.UUIDField(required=False)


class PlanLineChangeIn(PlanLineIn):
    edition = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class PlanTieIn(serializers.Serializer):
    line = serializers.UUIDField(allow_null=True, help_text="Null unties it.")


class PlanTieOut(serializers.Serializer):
    line = serializers.UUIDField(allow_null=True)


class PlanDoor(ActivityDoor):
    serializer_class: Any = YearPlanOut

    def plan(self, year: int) -> YearPlan:
        rows = YearPlan.objects.visible_to(self.request.user)
        found: YearPlan = get_object_or_404(
            rows.prefetch_related("versions__signatures__by"), year=year
        )
        return found

    def line(self, uid: Any) -> PlanLine:
        rows = PlanLine.objects.visible_to(self.request.user).select_related("plan", "by")
        found: PlanLine = get_object_or_404(rows, uid=uid)
        return found

    def version(self, year: int, number: int) -> PlanVersion:
        rows = PlanVersion.objects.visible_to(self.request.user).select_related("plan")
        found: PlanVersion = get_object_or_404(
            rows.prefetch_related("signatures__by"), plan__year=year, number=number
        )
        return found

    def shown_plan(self, year: int, status: int = 200) -> Response:
        return Response(YearPlanOut(self.plan(year)).data, status=status)


class YearPlanList(PlanDoor):
    @extend_schema(responses=YearPlanRowOut(many=True), operation_id="year_plans_list")
    def get(self, request: Request) -> Response:
        """The joint plans of all years, the latest first."""
        rows = YearPlan.objects.visible_to(request.user)
        return Response(YearPlanRowOut(rows, many=True).data)

    @extend_schema(request=YearPlanIn, responses={201: YearPlanOut})
    def post(self, request: Request) -> Response:
        """Begin the plan of a year, empty or with the lines of another year."""
        given = self.parsed(YearPlanIn)
        like = self.plan(given["like"]) if given["like"] is not None else None
        made = actions.open_plan(year=given["year"], like=like, by=request.user)
        return self.shown_plan(made.year, 201)


class YearPlanOne(PlanDoor):
    @extend_schema(responses=YearPlanOut, operation_id="year_plans_retrieve")
    def get(self, request: Request, year: int) -> Response:
        """A plan with its versions, signatures and the progress of each line."""
        return self.shown_plan(year)


class YearPlanPut(PlanDoor):
    @extend_schema(request=PlanEditionIn, responses={200: YearPlanOut, **AS_IT_STANDS})
    def post(self, request: Request, year: int) -> Response:
        """Put the plan as it was read to both sides."""
        plan, given = self.plan(year), self.parsed(PlanEditionIn)
        actions.put_plan(plan, by=request.user, **given)
        return self.shown_plan(year)


class YearPlanSign(PlanDoor):
    @extend_schema(
        request=PlanSignIn,
        responses={
            201: YearPlanOut,
            403: OpenApiResponse(ERROR, "No right to sign, or not confirmed within five minutes."),
            **AS_IT_STANDS,
        },
    )
    def post(self, request: Request, year: int) -> Response:
        """Sign the version with this SHA-256 for the own side. Only in a session that confirmed
        the password, and the second factor where there is one, within the last five minutes."""
        plan, given = self.plan(year), self.parsed(PlanSignIn)
        require_confirmed(request)
        actions.sign_plan(plan, by=request.user, **given)
        return self.shown_plan(year, 201)


class YearPlanLines(PlanDoor):
    @extend_schema(request=PlanLineNewIn, responses={201: PlanLineOut})
    def post(self, request: Request, year: int) -> Response:
        """Add a line, which the own side changes. What was put to both is void."""
        plan, given = self.plan(year), self.parsed(PlanLineNewIn)
        made = actions.add_plan_line(plan, by=request.user, **given)
        return Response(PlanLineOut(self.line(made.uid)).data, status=201)


class YearPlanLineOne(PlanDoor):
    serializer_class = PlanLineOut

    @extend_schema(responses=PlanLineOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One line."""
        return Response(PlanLineOut(self.line(uid)).data)

    @extend_schema(request=PlanLineChangeIn, responses={200: PlanLineOut, **AS_IT_STANDS})
    def put(self, request: Request, uid: Any) -> Response:
        """Say a line anew, whole. What was put to both is void."""
        line, given = self.line(uid), self.parsed(PlanLineChangeIn)
        actions.change_plan_line(line, by=request.user, **given)
        return Response(PlanLineOut(self.line(uid)).data)


class YearPlanLineRemove(PlanDoor):
    serializer_class = PlanLineOut

    @extend_schema(request=None, responses=PlanLineOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take a line out of the plan."""
        self.parsed(ActivityNothingIn)
        actions.remove_plan_line(self.line(uid), by=request.user)
        return Response(PlanLineOut(self.line(uid)).data)


class YearPlanVersionOne(PlanDoor):
    serializer_class = PlanVersionOut

    @extend_schema(responses=PlanVersionOut)
    def get(self, request: Request, year: int, number: int) -> Response:
        """A version as it was put to both, with its signatures."""
        return Response(PlanVersionOut(self.version(year, number)).data)


class YearPlanPaper(FileDoor, PlanDoor):
    @extend_schema(
        parameters=[OpenApiParameter("languages", OpenApiTypes.STR, description="lv,ru")],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 400: OpenApiResponse(ERROR)},
    )
    def get(self, request: Request, year: int, number: int) -> HttpResponse:
        """A version as a PDF in two languages, the same for both sides; recorded."""
        asked = (request.query_params.get("languages", "") or "lv,be").split(",")
        two = [*asked, "", ""][:2]
        made, name = actions.print_plan(self.version(year, number), languages=two, by=request.user)
        return as_file(made, name)


class ActivityPlanLine(PlanDoor):
    serializer_class = PlanTieOut

    @extend_schema(responses=PlanTieOut)
    def get(self, request: Request, number: str) -> Response:
        """The line of the plan that the activity carries out."""
        link = self.activity(number).plan_links.standing().select_related("line").first()
        return Response(PlanTieOut({"line": link.line.uid if link else None}).data)

    @extend_schema(request=PlanTieIn, responses=PlanTieOut)
    def post(self, request: Request, number: str) -> Response:
        """Tie an activity to a line of the plan of its year, or untie it."""
        activity, given = self.activity(number), self.parsed(PlanTieIn)
        line = self.line(given["line"]) if given["line"] else None
        actions.tie_activity(activity, line, by=request.user)
        return Response(PlanTieOut({"line": line.uid if line else None}).data)
