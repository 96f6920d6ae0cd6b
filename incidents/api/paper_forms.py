"""Forms on paper: numbers reserved ahead, entered afterwards, declared void."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.models import Priority

from .. import actions
from ..models import PaperCall, PaperForm, PaperSet, PaperState
from ..paper_forms import Called
from .door import Door, unit_of
from .shapes import ReportIn, marking_in


class PaperCallOut(serializers.ModelSerializer):
    desk: Any = serializers.SlugRelatedField("code", read_only=True)
    told = serializers.SerializerMethodField(
        help_text="Whether the desk got the incident with this call as its acknowledgement."
    )

    class Meta:
        model = PaperCall
        fields = ["desk", "at", "said_by", "answered_by", "read_back", "acknowledged_at", "line",
                  "told"]  # fmt: skip

    def get_told(self, call: PaperCall) -> bool:
        return call.delivery_id is not None


class PaperFormOut(serializers.ModelSerializer):
    desk: Any = serializers.SlugRelatedField("code", source="unit", read_only=True)
    state = serializers.CharField(help_text=", ".join(PaperState.values))
    reserved_at = serializers.DateTimeField(source="set.at")
    reserved_by: Any = serializers.StringRelatedField(source="set.by")
    incident: Any = serializers.SlugRelatedField(
        "uid", read_only=True, help_text="The incident that was entered; null for others."
    )
    ended_by: Any = serializers.StringRelatedField()
    calls = PaperCallOut(many=True)

    class Meta:
        model = PaperForm
        fields = ["uid", "number", "desk", "state", "reserved_at", "reserved_by", "incident",
                  "ended_at", "ended_by", "reason", "calls"]  # fmt: skip


class PaperSetOut(serializers.ModelSerializer):
    desk: Any = serializers.SlugRelatedField("code", source="unit", read_only=True)
    numbers = serializers.SerializerMethodField()

    class Meta:
        model = PaperSet
        fields = ["uid", "desk", "first", "last", "count", "at", "numbers"]

    def get_numbers(self, made: PaperSet) -> list[str]:
        return [form.number for form in made.forms.all()]


class ReserveIn(serializers.Serializer):
    desk = serializers.CharField(max_length=40)
    count = serializers.IntegerField(help_text="1 to 20.")
    client_ref = serializers.UUIDField(required=False)


class PaperVoidIn(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class PaperCallIn(serializers.Serializer):
    """A telephone call as it stands on the paper."""

    desk = serializers.CharField(max_length=40)
    at = serializers.DateTimeField()
    said_by = serializers.CharField(max_length=80)
    answered_by = serializers.CharField(max_length=80)
    read_back = serializers.BooleanField(default=False)
    acknowledged_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Left out: nobody acknowledged."
    )
    line = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


class EnterIn(ReportIn):
    number = serializers.CharField(max_length=30, help_text="As it stands on the paper.")
    calls = PaperCallIn(many=True, required=False, help_text="One for each desk that was told.")
    priority = serializers.ChoiceField(choices=Priority.choices, required=False, allow_null=True)


class UntoldOut(serializers.Serializer):
    desk = serializers.CharField()
    why = serializers.CharField()


class EnteredOut(serializers.Serializer):
    form = PaperFormOut()
    incident = serializers.UUIDField()
    told = serializers.ListField(
        child=serializers.CharField(), help_text="Desks whose acknowledgement was written down."
    )
    untold = UntoldOut(many=True, help_text="Desks that do not have it yet, and why.")


class PaperDoor(Door):
    serializer_class: Any = PaperFormOut

    def forms(self) -> Any:
        rows = PaperForm.objects.visible_to(self.request.user)
        return rows.select_related("unit", "set__by", "ended_by", "incident").prefetch_related(
            "calls__desk"
        )


class PaperForms(PaperDoor, generics.ListAPIView):
    """The numbers on paper of the desks for which the account logs incidents."""

    def get_queryset(self) -> Any:
        rows, asked = self.forms(), self.request.query_params
        if state := asked.get("state"):
            if state not in PaperState.values:
                sentence = _("Choose one of %(names)s.") % {"names": ", ".join(PaperState.values)}
                raise Invalid(sentence, fields={"state": [sentence]})
            rows = rows.filter(state=state)
        if desk := asked.get("desk"):
            rows = rows.filter(unit=unit_of(desk, "desk"))
        return rows

    @extend_schema(
        parameters=[
            OpenApiParameter("state", enum=PaperState.values),
            OpenApiParameter("desk", OpenApiTypes.STR),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The numbers on paper, entered and void, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=ReserveIn, responses={201: PaperSetOut})
    def post(self, request: Request) -> Response:
        """Reserve numbers for forms on paper."""
        given = self.parsed(ReserveIn)
        made = actions.reserve_numbers(unit_of(given.pop("desk"), "desk"), by=request.user, **given)
        return Response(PaperSetOut(made).data, status=201)


class PaperSetPdf(PaperDoor):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 409: ERROR, 503: ERROR}
    )
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """The forms of a set whose numbers are still free, a page each."""
        user: Any = request.user
        sets = PaperSet.objects.visible_to(user).select_related("unit")
        printed = actions.print_paper_forms(
            get_object_or_404(sets, uid=uid),
            languages=(user.language, partner_language(user.side, user.language)),
            by=user,
        )
        return as_file(printed.content, printed.name)


class OnePaperForm(PaperDoor):
    @extend_schema(responses=PaperFormOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One number on paper, with the calls that stood on it."""
        return Response(PaperFormOut(get_object_or_404(self.forms(), uid=uid)).data)


class EnterPaperForm(PaperDoor):
    @extend_schema(request=EnterIn, responses={201: EnteredOut})
    def post(self, request: Request) -> Response:
        """Log what stands on a paper form, under its number."""
        given = self.parsed(EnterIn)
        number = given.pop("number")
        form = self.forms().filter(number=number).first()
        if form is None:
            sentence = _(
                "%(number)s is not on a form of your desks. Compare it with the paper, digit by "
                "digit. A form of another desk is entered there."
            ) % {"number": number}
            raise Invalid(sentence, fields={"number": [sentence]})
        calls = [
            Called(**{**call, "desk": unit_of(call["desk"], f"calls.{at}.desk")})
            for at, call in enumerate(given.pop("calls", []))
        ]
        done = actions.enter_paper_form(
            form,
            unit=unit_of(given.pop("unit")),
            calls=calls,
            priority=given.pop("priority", None),
            exercise=given.pop("exercise"),
            marking=marking_in(given),
            content=given,
            by=request.user,
        )
        said = {
            "form": self.forms().get(pk=form.pk),
            "incident": done.incident.uid,
            "told": [desk.code for desk in done.told],
            "untold": [{"desk": desk.code, "why": why} for desk, why in done.untold],
        }
        return Response(EnteredOut(said).data, status=201)


class VoidPaperForm(PaperDoor):
    @extend_schema(request=PaperVoidIn, responses=PaperFormOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Declare a form void, so that its number is never used."""
        form = get_object_or_404(self.forms(), uid=uid)
        actions.void_paper_form(form, by=request.user, **self.parsed(PaperVoidIn))
        return Response(PaperFormOut(self.forms().get(pk=form.pk)).data)
