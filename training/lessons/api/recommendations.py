"""Recommendations in the API: raised, changed, carried out, confirmed; what they changed."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from bordercoop.files.serving import as_attachment
from bordercoop.reference.models import Place, places
from incidents.api.door import unit_of
from training.api.activities import AS_IT_STANDS, ActivityDoor

from .. import actions
from ..forms import answering_officers, things_for
from ..models import Recommendation, RecommendationChange
from ..register import asked_of, listed
from .shapes import (
    LessonEvidenceIn,
    LessonNothingIn,
    LessonReasonIn,
    LessonSaidIn,
    RecommendationChangeIn,
    RecommendationIn,
    RecommendationNewIn,
    RecommendationOut,
    RecommendationRowOut,
    TieIn,
)

FILTERS = [OpenApiParameter(name, OpenApiTypes.STR) for name in ("show", "source", "q", "about")]


def place_named(code: str) -> Place:
    """The place with this code; Invalid with a sentence when there is none."""
    found = places().get(code)
    if found is None:
        sentence = _("There is no such code: %(code)s.") % {"code": code}
        raise Invalid(sentence, fields={"place": [sentence]})
    return found


class RecommendationDoor(ActivityDoor):
    serializer_class: Any = RecommendationOut

    def recommendation(self, number: str) -> Recommendation:
        rows = Recommendation.objects.visible_to(self.request.user)
        rows = rows.select_related("owner_unit", "owner_officer", "place", "by")
        found: Recommendation = get_object_or_404(rows.prefetch_related("moves__by"), number=number)
        return found

    def shown_row(self, number: str, status: int = 200) -> Response:
        context = {"user": self.request.user}
        row = self.recommendation(number)
        return Response(RecommendationOut(row, context=context).data, status=status)

    def said(self, shape: type[RecommendationIn]) -> dict[str, Any]:
        given = self.parsed(shape)
        given["place"] = place_named(given["place"]) if given["place"] else None
        given["owner_unit"] = unit_of(given["owner_unit"], "owner_unit")
        if (uid := given["owner_officer"]) is not None:
            given["owner_officer"] = found = answering_officers().get(str(uid))
            if found is None:
                sentence = _("This officer does not answer for that unit.")
                raise Invalid(sentence, fields={"owner_officer": [sentence]})
        return given


class RecommendationList(RecommendationDoor):
    serializer_class = RecommendationRowOut
    pagination_class = NewestFirst
    ordering = ("-at", "-id")

    def get_queryset(self) -> Any:
        asked = asked_of({"show": "all", **self.request.query_params.dict()})
        return listed(self.request.user, asked)

    @extend_schema(
        responses=RecommendationRowOut(many=True), parameters=FILTERS,
        operation_id="recommendations_list",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The recommendations that the account reads, the newest first. `show` is under_way,
        overdue, mine, to_confirm or all."""
        rows = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(RecommendationRowOut(rows, many=True).data)

    @extend_schema(request=RecommendationNewIn, responses={201: RecommendationOut})
    def post(self, request: Request) -> Response:
        """Raise a recommendation."""
        given = self.said(RecommendationNewIn)
        made = actions.raise_recommendation(by=request.user, **given)
        return self.shown_row(made.number, 201)


class RecommendationOne(RecommendationDoor):
    @extend_schema(responses=RecommendationOut, operation_id="recommendations_retrieve")
    def get(self, request: Request, number: str) -> Response:
        """One recommendation with its history and what it changed."""
        return self.shown_row(number)

    @extend_schema(
        request=RecommendationChangeIn, responses={200: RecommendationOut, **AS_IT_STANDS}
    )
    def put(self, request: Request, number: str) -> Response:
        """Say it anew, whole."""
        row, given = self.recommendation(number), self.said(RecommendationChangeIn)
        actions.change_recommendation(row, by=request.user, **given)
        return self.shown_row(number)


class RecommendationTake(RecommendationDoor):
    @extend_schema(request=None, responses={200: RecommendationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Its owner takes it in hand."""
        self.parsed(LessonNothingIn)
        actions.take_in_hand(self.recommendation(number), by=request.user)
        return self.shown_row(number)


class RecommendationSaying(RecommendationDoor):
    shape: type[serializers.Serializer] = LessonReasonIn
    verb: Any = None

    def done(self, number: str) -> Response:
        row, given = self.recommendation(number), self.parsed(self.shape)
        type(self).verb(row, by=self.request.user, **given)
        return self.shown_row(number)


class RecommendationFinish(RecommendationSaying):
    shape, verb = LessonEvidenceIn, staticmethod(actions.finish_recommendation)

    @extend_schema(request=LessonEvidenceIn, responses={200: RecommendationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Its owner has done it, and says what shows that."""
        return self.done(number)


class RecommendationDecline(RecommendationSaying):
    verb = staticmethod(actions.decline_recommendation)

    @extend_schema(request=LessonReasonIn, responses={200: RecommendationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """Its owner does not accept it, and says why."""
        return self.done(number)


class RecommendationConfirm(RecommendationSaying):
    shape, verb = LessonSaidIn, staticmethod(actions.confirm_recommendation)

    @extend_schema(request=LessonSaidIn, responses={200: RecommendationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """A coordinator of the side that raised it has seen that it is done."""
        return self.done(number)


class RecommendationReopen(RecommendationSaying):
    verb = staticmethod(actions.reopen_recommendation)

    @extend_schema(request=LessonReasonIn, responses={200: RecommendationOut, **AS_IT_STANDS})
    def post(self, request: Request, number: str) -> Response:
        """A coordinator of the side that raised it opens it again."""
        return self.done(number)


class RecommendationTies(RecommendationDoor):
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        request={"multipart/form-data": TieIn, "application/json": TieIn},
        responses={201: RecommendationOut},
    )
    def post(self, request: Request, number: str) -> Response:
        """Write down what it changed, with words, a file or both as evidence."""
        row, given = self.recommendation(number), self.parsed(TieIn)
        key = given.pop("thing")
        _label, thing = things_for(request.user, row).get(key, ("", None))
        actions.tie_change(
            row, kind=key.partition(":")[0], thing=thing, upload=given.pop("file"),
            by=request.user, **given,
        )  # fmt: skip
        return self.shown_row(number, 201)


class RecommendationTieDoor(RecommendationDoor):
    def change(self, uid: Any) -> RecommendationChange:
        rows = RecommendationChange.objects.visible_to(self.request.user)
        found: RecommendationChange = get_object_or_404(
            rows.select_related("recommendation"), uid=uid
        )
        return found


class RecommendationUntie(RecommendationTieDoor):
    @extend_schema(request=None, responses=RecommendationOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take away what the own side wrote down."""
        self.parsed(LessonNothingIn)
        change = self.change(uid)
        actions.untie_change(change, by=request.user)
        return self.shown_row(change.recommendation.number)


class RecommendationFile(RecommendationTieDoor):
    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
    )
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """The file that shows it, to save; recorded in the audit."""
        found = actions.download_evidence(self.change(uid), by=request.user)
        return as_attachment(found.file, found.name, found.mime)
