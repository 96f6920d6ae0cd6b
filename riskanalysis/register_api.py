"""The risk register's part of the API: risks, what each side says of them, what is done."""

from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid
from contactpoints.access import officers_with
from contactpoints.models import root_of
from incidents.api.door import unit_of
from incidents.models import Incident

from . import actions
from .matrix import matrix_part
from .models import Assessment, MatrixVersion, Risk, Treatment
from .register import Asked, asked_of, register
from .register_access import reads_shared
from .register_shapes import (
    RiskAssessmentIn,
    RiskAssessmentOut,
    RiskChangeIn,
    RiskDropIn,
    RiskEvidenceIn,
    RiskIn,
    RiskJoinIn,
    RiskMatrixOut,
    RiskMoveIn,
    RiskNothingIn,
    RiskOut,
    RiskRowOut,
    RiskShareIn,
    RiskTreatmentChangeIn,
    RiskTreatmentIn,
    RiskTreatmentOut,
)

MOST = 1_000


class RiskDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: to whoever may not read them, risks do not exist."""

    serializer_class: Any = RiskOut
    pagination_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not reads_shared(request.user):
            raise Http404
        actions.advance_matrix()

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def risk(self, uid: Any) -> Risk:
        rows = Risk.objects.visible_to(self.request.user)
        found: Risk = get_object_or_404(
            rows.select_related("unit", "officer", "other_unit"), uid=uid
        )
        return found

    def shown(self, risk: Risk, status: int = 200) -> Response:
        return Response(RiskOut(self.risk(risk.uid)).data, status=status)

    def owned(self, given: dict[str, Any]) -> dict[str, Any]:
        """The unit and the officer that were named by code and public id."""
        given["unit"] = unit_of(given["unit"])
        user: Any = self.request.user
        wanted, root = given.get("officer"), root_of(user.side)
        known = officers_with("read_risks", root) if wanted and root else []
        given["officer"] = next((one for one in known if one.uid == wanted), None)
        if wanted and given["officer"] is None:
            sentence = _("There is no such officer.")
            raise Invalid(sentence, fields={"officer": [sentence]})
        return given


def _filters() -> list[OpenApiParameter]:
    return [OpenApiParameter(name, OpenApiTypes.STR) for name in Asked.__dataclass_fields__]


class RiskList(RiskDoor):
    @extend_schema(
        responses=RiskRowOut(many=True), parameters=_filters(), operation_id="risks_list"
    )
    def get(self, request: Request) -> Response:
        """The register: each risk with both views, the highest score first. Filters as on the
        page; one that means nothing filters nothing."""
        rows = register(request.user, asked_of(request.query_params))
        return Response(RiskRowOut(rows[:MOST], many=True).data)

    @extend_schema(request=RiskIn, responses={201: RiskOut})
    def post(self, request: Request) -> Response:
        """Write a risk of an own unit; its side alone reads it until it is shared."""
        given = self.owned(self.parsed(RiskIn))
        return self.shown(actions.write_risk(by=request.user, **given), 201)


class RiskDetail(RiskDoor):
    @extend_schema(responses=RiskOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One risk."""
        return self.shown(self.risk(uid))

    @extend_schema(request=RiskChangeIn, responses=RiskOut, operation_id="risks_change")
    def post(self, request: Request, uid: Any) -> Response:
        """Write anew what it says and who owns it."""
        given = self.owned(self.parsed(RiskChangeIn))
        return self.shown(actions.change_risk(self.risk(uid), by=request.user, **given))


class RiskDeed(RiskDoor):
    """A door to one verb on one risk."""

    verb: ClassVar[str] = ""
    shape: ClassVar[type[serializers.Serializer]] = RiskNothingIn

    def done(self, uid: Any) -> Response:
        risk, given = self.risk(uid), self.parsed(self.shape)
        if "unit" in given:
            given["unit"] = unit_of(given["unit"])
        return self.shown(getattr(actions, self.verb)(risk, by=self.request.user, **given))


class RiskShare(RiskDeed):
    verb, shape = "share_risk", RiskShareIn

    @extend_schema(request=RiskShareIn, responses=RiskOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Put a risk to both sides, for good."""
        return self.done(uid)


class RiskJoin(RiskDeed):
    verb, shape = "join_risk", RiskJoinIn

    @extend_schema(request=RiskJoinIn, responses=RiskOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the other side that it is its risk as well."""
        return self.done(uid)


class RiskLeave(RiskDeed):
    verb = "leave_risk"

    @extend_schema(request=RiskNothingIn, responses=RiskOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the other side that it is not its risk any more."""
        return self.done(uid)


class RiskMove(RiskDeed):
    verb, shape = "move_risk", RiskMoveIn

    @extend_schema(request=RiskMoveIn, responses=RiskOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Open, watch or close it."""
        return self.done(uid)


class RiskAssessments(RiskDoor):
    serializer_class = RiskAssessmentOut

    @extend_schema(responses=RiskAssessmentOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Every assessment of a risk that you read, the newest first."""
        rows = Assessment.objects.visible_to(request.user).filter(risk=self.risk(uid))
        rows = rows.select_related("matrix", "by")[:MOST]
        return Response(RiskAssessmentOut(rows, many=True, context={"user": request.user}).data)

    @extend_schema(request=RiskAssessmentIn, responses={201: RiskAssessmentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Say for the own side how it stands, by the scales that hold."""
        given = self.parsed(RiskAssessmentIn)
        wanted = given.pop("incidents", [])
        cites = list(Incident.objects.visible_to(request.user).filter(uid__in=wanted))
        if len(cites) < len(set(wanted)):
            sentence = _("You do not read one of these incidents.")
            raise Invalid(sentence, fields={"incidents": [sentence]})
        if "matrix" in given:
            given["matrix"] = _scales(given["matrix"], request.user)
        made = actions.assess_risk(self.risk(uid), cites=cites, by=request.user, **given)
        shape = RiskAssessmentOut(made, context={"user": request.user})
        return Response(shape.data, status=201)


def _scales(number: int, user: Any) -> MatrixVersion:
    found: MatrixVersion | None = (
        MatrixVersion.objects.readable_by(user.side).filter(number=number).first()
    )
    if found is None:
        sentence = _("There is no such version of the scales.")
        raise Invalid(sentence, fields={"matrix": [sentence]})
    return found


class RiskMatrix(RiskDoor):
    serializer_class = RiskMatrixOut

    @extend_schema(responses=RiskMatrixOut, operation_id="risk_matrix_retrieve")
    def get(self, request: Request) -> Response:
        """Every cell with its score, its band and the risks in it, now and when last month
        ended."""
        matrix = matrix_part(request.user)["matrix"]
        if matrix is None:
            raise Http404
        return Response(RiskMatrixOut(matrix).data)


# --- treatments


class RiskTreatments(RiskDoor):
    serializer_class = RiskTreatmentOut

    @extend_schema(responses=RiskTreatmentOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What is done about a risk."""
        rows = Treatment.objects.visible_to(request.user).filter(risk=self.risk(uid))
        rows = rows.select_related("risk", "unit", "officer")[:MOST]
        return Response(RiskTreatmentOut(rows, many=True).data)

    @extend_schema(request=RiskTreatmentIn, responses={201: RiskTreatmentOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Plan what the own side does about it."""
        given = self.owned(self.parsed(RiskTreatmentIn))
        made = actions.plan_treatment(self.risk(uid), by=request.user, **given)
        return Response(RiskTreatmentOut(made).data, status=201)


class TreatmentDoor(RiskDoor):
    serializer_class = RiskTreatmentOut

    def treatment(self, uid: Any) -> Treatment:
        rows = Treatment.objects.visible_to(self.request.user)
        found: Treatment = get_object_or_404(
            rows.select_related("risk", "unit", "officer"), uid=uid
        )
        return found


class RiskTreatmentDetail(TreatmentDoor):
    @extend_schema(request=RiskTreatmentChangeIn, responses=RiskTreatmentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Write anew what is done, by whom and by when."""
        given = self.owned(self.parsed(RiskTreatmentChangeIn))
        done = actions.change_treatment(self.treatment(uid), by=request.user, **given)
        return Response(RiskTreatmentOut(done).data)


class RiskTreatmentFinish(TreatmentDoor):
    @extend_schema(request=RiskEvidenceIn, responses=RiskTreatmentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that it is done, and what shows it."""
        given = self.parsed(RiskEvidenceIn)
        done = actions.finish_treatment(self.treatment(uid), by=request.user, **given)
        return Response(RiskTreatmentOut(done).data)


class RiskTreatmentDrop(TreatmentDoor):
    @extend_schema(request=RiskDropIn, responses=RiskTreatmentOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Say that it will not be done, and why."""
        given = self.parsed(RiskDropIn)
        done = actions.drop_treatment(self.treatment(uid), by=request.user, **given)
        return Response(RiskTreatmentOut(done).data)
