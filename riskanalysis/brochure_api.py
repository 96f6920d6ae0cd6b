"""The API's part of the brochure: its editions, what they say, and their files."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.web.pdf import as_file
from contactpoints.procedure_pages import chosen_language

from .access import reads_brochure
from .brochure import of_now, versions_in_force
from .brochure.paper import file_name
from .models import BrochureEdition, BrochurePaper, BrochurePart

LANGUAGE = OpenApiParameter(
    "language", OpenApiTypes.STR, description="lv, be, ru or en; the account's own when left out."
)


class BrochurePartOut(serializers.ModelSerializer[BrochurePart]):
    code = serializers.CharField(source="version.procedure.code")
    version = serializers.IntegerField(source="version.number")

    class Meta:
        model = BrochurePart
        fields = ["code", "version", "sha256"]


class BrochurePaperOut(serializers.ModelSerializer[BrochurePaper]):
    class Meta:
        model = BrochurePaper
        fields = ["language", "sha256", "size"]


class BrochureEditionOut(serializers.ModelSerializer[BrochureEdition]):
    current = serializers.SerializerMethodField(
        help_text="Whether it was built from exactly what is in force now."
    )
    parts = BrochurePartOut(many=True, help_text="The versions that it was built from.")
    papers = BrochurePaperOut(many=True, help_text="Its files: sum and size in bytes.")

    class Meta:
        model = BrochureEdition
        fields = ["number", "made_at", "sum", "current", "parts", "papers"]

    def get_current(self, edition: BrochureEdition) -> bool:
        return of_now(edition, self.context["versions"])


class BrochureContentOut(BrochureEditionOut):
    language = serializers.CharField(source="shown.language")
    content = serializers.JSONField(
        source="shown.content", help_text="Everything that the edition says in this language."
    )

    class Meta(BrochureEditionOut.Meta):
        fields = [*BrochureEditionOut.Meta.fields, "language", "content"]


class _Door(generics.GenericAPIView):
    """To whoever does not read procedures, the brochure does not exist."""

    serializer_class: Any = BrochureEditionOut
    pagination_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not reads_brochure(request.user):
            raise Http404

    def rows(self) -> Any:
        return BrochureEdition.objects.visible_to(self.request.user).with_papers()

    def edition(self, number: int) -> BrochureEdition:
        found: BrochureEdition = get_object_or_404(self.rows(), number=number)
        return found

    def language(self) -> str:
        return chosen_language(self.request.query_params.get("language"))


class BrochureList(_Door):
    @extend_schema(responses=BrochureEditionOut(many=True), operation_id="brochure_list")
    def get(self, request: Request) -> Response:
        """Every edition, the newest first."""
        context = {"versions": versions_in_force()}
        return Response(BrochureEditionOut(self.rows(), many=True, context=context).data)


class BrochureDetail(_Door):
    @extend_schema(responses=BrochureContentOut, parameters=[LANGUAGE])
    def get(self, request: Request, number: int) -> Response:
        """One edition with all that it says in one language."""
        edition: Any = self.edition(number)
        edition.shown = edition.papers.defer(None).defer("pdf").get(language=self.language())
        context = {"versions": versions_in_force()}
        return Response(BrochureContentOut(edition, context=context).data)


class BrochurePdf(_Door):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, parameters=[LANGUAGE])
    def get(self, request: Request, number: int) -> HttpResponse:
        """The file of an edition in one language, byte for byte as it was built."""
        rows = BrochureEdition.objects.visible_to(request.user)
        edition = get_object_or_404(rows, number=number)
        kept = edition.papers.get(language=self.language())
        return as_file(bytes(kept.pdf), file_name(kept.language, edition.number))
