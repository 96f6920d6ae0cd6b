"""The library of materials in the API."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid
from bordercoop.files.serving import as_attachment

from .. import actions
from ..models import Course, Material, MaterialVersion
from .activities import ActivityDoor
from .activity_shapes import _codes, _words


class MaterialVersionOut(serializers.ModelSerializer):
    scan = serializers.CharField()

    class Meta:
        model = MaterialVersion
        fields = ["uid", "number", "name", "kind", "size", "sha256", "scan", "at"]


class MaterialOut(serializers.ModelSerializer):
    course = serializers.UUIDField(source="course.uid", allow_null=True, default=None)
    topics = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Material
        fields = ["uid", "side", "joint", "title", "language", "topics", "course", "at",
                  "removed_at"]  # fmt: skip


class MaterialChangeIn(serializers.Serializer):
    title = _words()
    language = serializers.CharField(max_length=2)
    joint = serializers.BooleanField(required=False, default=True)
    topics = _codes()
    course = serializers.UUIDField(required=False, allow_null=True, default=None)


class MaterialIn(MaterialChangeIn):
    file = serializers.FileField(max_length=255, allow_empty_file=True)
    client_ref = serializers.UUIDField(required=False)


class MaterialFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class MaterialDoor(ActivityDoor):
    serializer_class: Any = MaterialOut

    def material(self, uid: Any) -> Material:
        rows = Material.objects.visible_to(self.request.user).select_related("course")
        found: Material = get_object_or_404(rows, uid=uid)
        return found

    def said(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = self.parsed(shape)
        if given["course"] is not None:
            rows = Course.objects.visible_to(self.request.user)
            given["course"] = found = rows.filter(uid=given["course"]).first()
            if found is None:
                sentence = _("There is no such course.")
                raise Invalid(sentence, fields={"course": [sentence]})
        return given

    def shown_material(self, material: Material, status: int = 200) -> Response:
        return Response(MaterialOut(self.material(material.uid)).data, status=status)


class MaterialList(MaterialDoor):
    pagination_class = NewestFirst
    parser_classes = [MultiPartParser]

    @extend_schema(responses=MaterialOut(many=True), operation_id="materials_list")
    def get(self, request: Request) -> Response:
        """The materials that the account reads, the newest first."""
        rows = Material.objects.visible_to(request.user).standing().select_related("course")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(MaterialOut(page, many=True).data)

    @extend_schema(request={"multipart/form-data": MaterialIn}, responses={201: MaterialOut})
    def post(self, request: Request) -> Response:
        """Add a material with its first version."""
        given = self.said(MaterialIn)
        material = actions.add_material(given.pop("file"), by=request.user, **given)
        return self.shown_material(material, 201)


class MaterialOne(MaterialDoor):
    @extend_schema(responses=MaterialOut, operation_id="materials_retrieve")
    def get(self, request: Request, uid: Any) -> Response:
        """One material."""
        return self.shown_material(self.material(uid))

    @extend_schema(request=MaterialChangeIn, responses=MaterialOut)
    def put(self, request: Request, uid: Any) -> Response:
        """Say anew what it is and who reads it."""
        material, given = self.material(uid), self.said(MaterialChangeIn)
        return self.shown_material(actions.change_material(material, by=request.user, **given))


class MaterialRemove(MaterialDoor):
    @extend_schema(request=None, responses=MaterialOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Take it from the library; its versions are kept."""
        return self.shown_material(actions.remove_material(self.material(uid), by=request.user))


class MaterialVersions(MaterialDoor):
    serializer_class = MaterialVersionOut
    parser_classes = [MultiPartParser]

    @extend_schema(responses=MaterialVersionOut(many=True), operation_id="material_versions_list")
    def get(self, request: Request, uid: Any) -> Response:
        """The versions, the newest first."""
        rows = MaterialVersion.objects.visible_to(request.user).filter(material=self.material(uid))
        return Response(MaterialVersionOut(rows, many=True).data)

    @extend_schema(
        request={"multipart/form-data": MaterialFileIn}, responses={201: MaterialVersionOut}
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Add the next version; those before it are kept."""
        material, given = self.material(uid), self.parsed(MaterialFileIn)
        row = actions.add_material_version(material, given["file"], by=request.user)
        return Response(MaterialVersionOut(row).data, status=201)


class MaterialDownload(MaterialDoor):
    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)}
    )
    def get(self, request: Request, uid: Any, number: int) -> HttpResponseBase:
        """A version, to save; recorded in the audit."""
        rows = MaterialVersion.objects.visible_to(request.user)
        row = get_object_or_404(rows, material=self.material(uid), number=number)
        found = actions.download_material(row, by=request.user)
        return as_attachment(found.file, found.name, found.mime)
