"""Finding in the API: by words, over everything, on the map; the filters that are kept."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop import keyset
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from bordercoop.web.finding.groups import groups
from bordercoop.web.finding.query import read
from bordercoop.web.when import Unclear, parse_date

from .. import actions, search
from ..cells import cells, level_of, parse_box
from ..saved import saved_for, saved_one
from .door import unit_of

WORDS = (
    'Words that must all be there, "words in this order" and -words that must not; accents, '
    "capitals and alphabets do not matter. A number whole or in part, a place in any language."
)


class Found(NewestFirst):
    """Pages of what `q` asks for; of everything without it."""

    def rows(
        self,
        queryset: QuerySet[Any],
        ordering: Sequence[str],
        size: int,
        cursor: str,
        request: Request,
    ) -> keyset.Page:
        query = read(request.query_params.get("q", ""))
        if not query:
            return super().rows(queryset, ordering, size, cursor, request)
        return search.page(queryset, query, request.user, size=size, cursor=cursor)


class SnippetOut(serializers.Serializer):
    text = serializers.CharField()
    found = serializers.BooleanField()


class HitOut(serializers.Serializer):
    url = serializers.CharField(help_text="Its page in the portal.")
    title = serializers.CharField()
    second = serializers.CharField()
    side = serializers.CharField()
    pieces = serializers.SerializerMethodField()

    @extend_schema_field(SnippetOut(many=True))
    def get_pieces(self, hit: Any) -> list[dict[str, Any]]:
        return [{"text": text, "found": found} for text, found in hit.pieces]


class GroupOut(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    hits = HitOut(many=True)
    more = serializers.CharField(help_text="A page of the portal with the rest, or empty.")


class FoundOut(serializers.Serializer):
    query = serializers.CharField()
    groups = GroupOut(many=True)


class Search(GenericAPIView):
    serializer_class = FoundOut
    pagination_class = None

    @extend_schema(
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, description=WORDS)],
        responses=FoundOut,
    )
    def get(self, request: Request) -> Response:
        """Everything within the account's rights, by kind, the first five of each."""
        query = read(request.query_params.get("q", ""))
        found = {"query": query.text, "groups": groups(request.user, query)}
        return Response(FoundOut(found).data)


class CellOut(serializers.Serializer):
    lat = serializers.FloatField(help_text="Of its middle, degrees WGS 84.")
    lon = serializers.FloatField()
    west = serializers.FloatField()
    south = serializers.FloatField()
    east = serializers.FloatField()
    north = serializers.FloatField()
    count = serializers.IntegerField()


class MapOut(serializers.Serializer):
    level = serializers.IntegerField(help_text="0 for cells of 0.5 by 1 degree; 1 and 2 are finer.")
    cells = CellOut(many=True)


def since_of(text: str) -> date | None:
    """The day that was typed; None for nothing. Raises Invalid with a sentence."""
    if not text.strip():
        return None
    try:
        return parse_date(text.strip()[:40], today=localdate())
    except Unclear as unclear:
        raise Invalid(str(unclear), fields={"since": [str(unclear)]}) from unclear


class IncidentMap(GenericAPIView):
    serializer_class = MapOut
    pagination_class = None

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "box", OpenApiTypes.STR, description="West, south, east, north in degrees."
            ),
            OpenApiParameter(
                "since", OpenApiTypes.DATE, description="Reported on this UTC day or later."
            ),
        ],
        responses=MapOut,
    )
    def get(self, request: Request) -> Response:
        """How many incidents lie where, as the account's units see them; each counts once."""
        box = parse_box(request.query_params.get("box", ""))
        found = cells(request.user, box=box, since=since_of(request.query_params.get("since", "")))
        return Response(MapOut({"level": level_of(box), "cells": found}).data)


class SavedFilterOut(serializers.Serializer):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="The filters as a query string.")
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None)
    own = serializers.BooleanField()


class SavedFilterIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    query = serializers.CharField(max_length=4000)
    unit = serializers.CharField(max_length=40, required=False, allow_null=True)


class RenameIn(serializers.Serializer):
    name = serializers.CharField(max_length=200)


class SavedFilters(Idempotent, GenericAPIView):
    serializer_class = SavedFilterOut
    pagination_class = None

    @extend_schema(responses=SavedFilterOut(many=True))
    def get(self, request: Request) -> Response:
        """The account's own filters and those of its units."""
        return Response(SavedFilterOut(saved_for(request.user), many=True).data)

    @extend_schema(request=SavedFilterIn, responses={201: SavedFilterOut})
    def post(self, request: Request) -> Response:
        """Keep filters under a name, for the account or for a unit where it is posted."""
        given = SavedFilterIn(data=request.data)
        given.is_valid(raise_exception=True)
        code = given.validated_data.get("unit")
        saved = actions.save_filter(
            name=given.validated_data["name"],
            query=given.validated_data["query"],
            unit=unit_of(code) if code else None,
            by=request.user,
        )
        shown = saved_one(request.user, saved.uid)
        return Response(SavedFilterOut(shown).data, status=201)


class SavedFilterDoor(Idempotent, GenericAPIView):
    serializer_class = SavedFilterOut
    pagination_class = None

    @extend_schema(request=RenameIn, responses=SavedFilterOut)
    def patch(self, request: Request, uid: Any) -> Response:
        """Call one of the account's own filters otherwise."""
        given = RenameIn(data=request.data)
        given.is_valid(raise_exception=True)
        actions.rename_filter(
            saved_one(request.user, uid), name=given.validated_data["name"], by=request.user
        )
        return Response(SavedFilterOut(saved_one(request.user, uid)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: Any) -> Response:
        """Take one of the account's own filters away, for its unit too."""
        actions.delete_filter(saved_one(request.user, uid), by=request.user)
        return Response(status=204)
