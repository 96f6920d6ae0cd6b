"""The pool of experts in the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.errors import Invalid

from .. import actions
from ..models import Accreditation, AvailablePeriod, Expert
from ..people import who_may_be_experts
from . import shapes
from .deployments import DeploymentDoor


class ExpertDoor(DeploymentDoor):
    serializer_class = shapes.ExpertOut

    def rows(self) -> Any:
        rows = Expert.objects.visible_to(self.request.user).select_related("officer")
        return rows.prefetch_related("languages", "periods", "accreditations")

    def expert(self, uid: Any) -> Expert:
        found: Expert = get_object_or_404(self.rows(), uid=uid)
        return found

    def told(self, rows: Any, **more: Any) -> Response:
        side = getattr(self.request.user, "side", "")
        return Response(shapes.ExpertOut(rows, context={"side": side}, **more).data)


class ExpertList(ExpertDoor):
    @extend_schema(responses=shapes.ExpertOut(many=True), operation_id="experts_list")
    def get(self, request: Request) -> Response:
        """Who is in the pool; nobody for who plans no activities. At most 500."""
        return self.told(self.rows().standing()[:500], many=True)

    @extend_schema(request=shapes.ExpertIn, responses={201: shapes.DeploymentDoneOut})
    def post(self, request: Request) -> Response:
        """Put an officer of the own side, or a guest of Frontex, into the pool."""
        given = self.parsed(shapes.ExpertIn)
        if given["officer"] is not None:
            given["officer"] = who_may_be_experts(request.user).filter(uid=given["officer"]).first()
            if given["officer"] is None:
                sentence = _("There is no such officer.")
                raise Invalid(sentence, fields={"officer": [sentence]})
        return self.done(actions.add_expert(by=request.user, **given), 201)


class ExpertOne(ExpertDoor):
    @extend_schema(responses=shapes.ExpertOut, operation_id="experts_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One expert."""
        return self.told(self.expert(uid))

    @extend_schema(request=shapes.ExpertChangeIn, responses=shapes.DeploymentDoneOut)
    def put(self, request: Request, uid: Any) -> Response:
        """Say anew, whole, in what the expert works and what languages."""
        given = self.parsed(shapes.ExpertChangeIn)
        return self.done(actions.change_expert(self.expert(uid), by=request.user, **given))


class ExpertLeave(ExpertDoor):
    @extend_schema(request=shapes.DeploymentNothingIn, responses=shapes.DeploymentDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """The expert leaves the pool."""
        self.parsed(shapes.DeploymentNothingIn)
        return self.done(actions.leave_experts(self.expert(uid), by=request.user))


class ExpertAvailable(ExpertDoor):
    @extend_schema(request=shapes.AvailableIn, responses={201: shapes.DeploymentDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Note days on which the expert can be deployed."""
        given = self.parsed(shapes.AvailableIn)
        return self.done(
            actions.state_availability(self.expert(uid), by=request.user, **given), 201
        )


class ExpertAvailableRemove(ExpertDoor):
    @extend_schema(request=shapes.DeploymentNothingIn, responses=shapes.DeploymentDoneOut)
    def post(self, request: Request, uid: Any, period: Any) -> Response:
        """Take such days back."""
        self.parsed(shapes.DeploymentNothingIn)
        rows = AvailablePeriod.objects.filter(expert=self.expert(uid))
        return self.done(
            actions.remove_availability(get_object_or_404(rows, uid=period), by=request.user)
        )


class ExpertAccredit(ExpertDoor):
    @extend_schema(request=shapes.AccreditIn, responses={201: shapes.DeploymentDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Let the expert work on the territory of the own side for some days."""
        given = self.parsed(shapes.AccreditIn)
        granted = actions.accredit_expert(self.expert(uid), by=request.user, **given)
        return self.done(granted, 201)


class AccreditationWithdraw(ExpertDoor):
    @extend_schema(request=shapes.DeploymentReasonIn, responses=shapes.DeploymentDoneOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Withdraw an accreditation of the own side, saying why."""
        given = self.parsed(shapes.DeploymentReasonIn)
        found = get_object_or_404(Accreditation.objects.visible_to(request.user), uid=uid)
        return self.done(actions.withdraw_accreditation(found, by=request.user, **given))
