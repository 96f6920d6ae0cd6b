"""Deployments in the API."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.errors import Invalid

from .. import actions
from ..access import asking_units, operations_for, reads_deployments
from ..models import Deployment, Expert, Extension
from . import shapes


class DeploymentDoor(Idempotent, generics.GenericAPIView):
    """What every door stands on: deployments that the account does not read do not exist."""

    serializer_class: Any = shapes.DeploymentOut
    pagination_class: Any = None

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def deployment(self, uid: Any) -> Deployment:
        rows = Deployment.objects.visible_to(self.request.user).select_related("unit", "expert")
        found: Deployment = get_object_or_404(rows, uid=uid)
        return found

    def done(self, row: Any, status: int = 200) -> Response:
        return Response(shapes.DeploymentDoneOut(row).data, status=status)


class DeploymentList(DeploymentDoor):
    @extend_schema(responses=shapes.DeploymentRowOut(many=True), operation_id="deployments_list")
    def get(self, request: Request) -> Response:
        """The deployments that the account reads, those that begin last first; at most 500."""
        if not reads_deployments(request.user):
            raise Http404
        rows = Deployment.objects.visible_to(request.user).select_related(
            "unit", "expert", "operation"
        )[:500]
        return Response(shapes.DeploymentRowOut(rows, many=True).data)

    @extend_schema(request=shapes.NeedIn, responses={201: shapes.DeploymentDoneOut})
    def post(self, request: Request) -> Response:
        """Note that a desk or crossing point of the own side needs an expert."""
        given = self.parsed(shapes.NeedIn)
        code = given.pop("unit")
        unit = next((one for one in asking_units(request.user) if one.code == code), None)
        if unit is None:
            sentence = _("There is no such unit for which you ask.")
            raise Invalid(sentence, fields={"unit": [sentence]})
        number = given.pop("operation")
        operation = operations_for(request.user).filter(number=number).first() if number else None
        if number and operation is None:
            sentence = _("Choose an operation from the list.")
            raise Invalid(sentence, fields={"operation": [sentence]})
        need = actions.note_need(unit=unit, operation=operation, by=request.user, **given)
        return self.done(need, 201)


class DeploymentOne(DeploymentDoor):
    @extend_schema(responses=shapes.DeploymentOut, operation_id="deployments_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One deployment with its steps, briefing, debriefing and extensions."""
        return Response(shapes.DeploymentOut(self.deployment(uid)).data)


class DeploymentMine(DeploymentDoor):
    @extend_schema(
        responses=shapes.OwnDeploymentOut(many=True), operation_id="deployments_mine_list"
    )
    def get(self, request: Request) -> Response:
        """The account's own deployments while they last: what an expert is shown of them."""
        rows = Deployment.objects.own_of(request.user)
        rows = rows.select_related("unit", "briefing", "operation")
        made = shapes.OwnDeploymentOut(rows, many=True, context={"user": request.user})
        return Response(made.data)


def _door(name: str, shape: Any, deed: Any, told: str) -> Any:
    """A POST that carries one verb out on a deployment."""

    class Deed(DeploymentDoor):
        @extend_schema(
            request=shape, responses=shapes.DeploymentDoneOut,
            operation_id=f"deployments_{name}_create", description=told,
        )  # fmt: skip
        def post(self, request: Request, uid: Any) -> Response:
            one = self.deployment(uid)
            return self.done(deed(one, by=request.user, **self.parsed(shape)))

    Deed.__name__ = Deed.__qualname__ = f"Deployment{name.title()}"
    return Deed


def _offered(deployment: Deployment, *, expert: Any, by: Any) -> Deployment:
    found = Expert.objects.visible_to(by).standing().filter(uid=expert).first()
    if found is None:
        sentence = _("There is no such expert.")
        raise Invalid(sentence, fields={"expert": [sentence]})
    return actions.offer_expert(deployment, expert=found, by=by)


def _answered(
    deployment: Deployment, *, extension: Any, agreed: bool, answer: str, by: Any
) -> Deployment:
    asked: Extension = get_object_or_404(deployment.extensions, uid=extension)
    actions.answer_extension(asked, agreed=agreed, answer=answer, by=by)
    deployment.refresh_from_db()
    return deployment


def _extended(deployment: Deployment, *, by: Any, **said: Any) -> Deployment:
    actions.ask_extension(deployment, by=by, **said)
    return deployment


NOTHING = shapes.DeploymentNothingIn
DEEDS = {
    "request": (NOTHING, actions.request_deployment, "Put a need to the own coordinators."),
    "assess": (shapes.AssessIn, actions.assess_deployment, "Find the request right."),
    "offer": (shapes.ExpertOfferIn, _offered, "Offer an expert of the pool."),
    "accept": (NOTHING, actions.accept_expert, "Accept the expert who was offered."),
    "commit": (NOTHING, actions.commit_expert, "Bind the expert: the time is taken."),
    "brief": (shapes.BriefIn, actions.brief_expert, "Record the briefing."),
    "start": (NOTHING, actions.start_deployment, "The expert is there from now on."),
    "extend": (shapes.ExtendIn, _extended, "Ask for the expert until a later day."),
    "answer": (shapes.ExtensionAnswerIn, _answered, "Answer a request for a longer stay."),
    "powers": (shapes.PowersIn, actions.grant_powers, "Say by what executive powers are granted."),
    "debrief": (shapes.DebriefIn, actions.debrief_expert, "Record the debriefing."),
    "end": (NOTHING, actions.close_deployment, "End a deployment that was debriefed."),
    "decline": (shapes.DeploymentReasonIn, actions.decline_deployment, "Say no, and why."),
    "cancel": (shapes.DeploymentReasonIn, actions.cancel_deployment, "Give it up, and say why."),
}
DOORS = {name: _door(name, *deed) for name, deed in DEEDS.items()}
