"""The channel of serious incidents, for the one who reported and for the handler.

Answers are never kept for an Idempotency-Key: `client_ref` makes a repeat harmless.
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.pagination import NewestFirst
from bordercoop.errors import Invalid

from .. import actions, serious
from ..models import SeriousGround, SeriousKind, SeriousReport, SeriousState


class SeriousIn(serializers.Serializer):
    kind = serializers.ChoiceField(choices=SeriousKind.choices)
    subject = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    circumstances = serializers.CharField(allow_blank=True, default="")
    anonymous = serializers.BooleanField(default=False)
    handler = serializers.CharField(
        allow_blank=True, default="", help_text="User name; the first handler when empty."
    )
    mail_wanted = serializers.BooleanField(default=False)
    client_ref = serializers.UUIDField(required=False)


class SeriousLineIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    for_reporter = serializers.BooleanField(default=True, help_text="False: the handler's note.")
    client_ref = serializers.UUIDField(required=False)


class SeriousReturnIn(serializers.Serializer):
    code = serializers.CharField(max_length=60)
    text = serializers.CharField(allow_blank=True, required=False)
    client_ref = serializers.UUIDField(required=False)


class SeriousStepIn(serializers.Serializer):
    step = serializers.ChoiceField(
        choices=["assess", "launch", "not_launch", "assign", "take_up", "finish", "close"]
    )
    text = serializers.CharField(allow_blank=True, default="")
    handler = serializers.CharField(allow_blank=True, default="")
    ground = serializers.ChoiceField(choices=SeriousGround.choices, allow_blank=True, default="")


class SeriousLineOut(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.CharField()
    from_reporter = serializers.BooleanField()
    for_reporter = serializers.BooleanField()
    text = serializers.CharField()
    at = serializers.DateTimeField(help_text="The start of the day for one without a name.")


class SeriousRowOut(serializers.Serializer):
    uid = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SeriousKind.choices)
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=SeriousState.choices)
    ground = serializers.CharField()
    reported_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField()
    anonymous = serializers.BooleanField()
    handler = serializers.CharField(source="handler.display_name")
    handling = serializers.BooleanField(help_text="Whether the account is its handler.")
    waits = serializers.BooleanField(help_text="Whether something new waits for the account.")


class SeriousOut(SeriousRowOut):
    text = serializers.CharField()
    circumstances = serializers.CharField()
    code = serializers.CharField(help_text="Given once, to a reporter without a name.")
    entries = SeriousLineOut(many=True, source="readable")


class CountOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class SeriousNumbersOut(serializers.Serializer):
    kinds = CountOut(many=True)
    states = CountOut(many=True)
    overdue = serializers.IntegerField()


class SeriousDoor(Idempotent, generics.GenericAPIView):
    """To guests of the two services it does not exist.

    An Idempotency-Key is accepted and not used: what it repeats is kept for 30 days under the
    account, and of who reported nothing may be. The `client_ref` makes a repeat harmless.
    """

    serializer_class = SeriousOut
    pagination_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super(Idempotent, self).initial(request, *args, **kwargs)
        if not serious.may_report(request.user):
            raise Http404

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def shape(self, report: SeriousReport, handling: bool) -> dict[str, Any]:
        rows = serious.lines_of(report, handling=handling)
        return dict(SeriousOut(self.seen(report, handling, readable=rows)).data)

    def seen(self, report: SeriousReport, handling: bool, **more: Any) -> SeriousReport:
        """The report with what depends on its reader."""
        waits = report.handler_waits if handling else report.reporter_waits
        for name, value in {"handling": handling, "waits": waits, **more}.items():
            setattr(report, name, value)
        return report


class SeriousList(SeriousDoor):
    pagination_class = NewestFirst
    ordering = ("-reported_at", "-pk")

    @extend_schema(responses=SeriousRowOut(many=True))
    def get(self, request: Request) -> Response:
        """What the account reported by name, and what it handles."""
        rows = serious.all_of(request.user).select_related("handler")
        page = self.paginate_queryset(rows) or []
        seen = [self.seen(row, row.reporter_id != request.user.pk) for row in page]
        return self.get_paginated_response(SeriousRowOut(seen, many=True).data)

    @extend_schema(request=SeriousIn, responses={201: SeriousOut})
    def post(self, request: Request) -> Response:
        """Report a serious incident to a handler of the own side."""
        report = actions.report_serious(**self.parsed(SeriousIn), by=request.user)
        return Response(self.shape(report, False), status=201)


class SeriousDetail(SeriousDoor):
    @extend_schema(responses=SeriousOut)
    def get(self, request: Request, uid: Any) -> Response:
        """One report, for who reported it by name and for its handler."""
        return Response(self.shape(*serious.one_of(request.user, uid)))


class SeriousLines(SeriousDoor):
    @extend_schema(request=SeriousLineIn, responses=SeriousOut)
    def post(self, request: Request, uid: Any) -> Response:
        """Write to the other of the two, or a note of the handler's own."""
        report, _handling = serious.one_of(request.user, uid)
        actions.write_serious(report, **self.parsed(SeriousLineIn), by=request.user)
        return Response(self.shape(*serious.one_of(request.user, uid)))


class SeriousSteps(SeriousDoor):
    @extend_schema(request=SeriousStepIn, responses={200: SeriousOut, 204: None})
    def post(self, request: Request, uid: Any) -> Response:
        """A step of the handler. 204 when the report went to another handler by it."""
        from ..views.serious import STEPS

        report, handling = serious.one_of(request.user, uid)
        if not handling:
            raise Http404
        given = self.parsed(SeriousStepIn)
        STEPS[given["step"]](report, given, request.user)
        if not serious.handled_by(request.user).filter(pk=report.pk).exists():
            return Response(status=204)
        return Response(self.shape(*serious.one_of(request.user, uid)))


class SeriousReturn(SeriousDoor):
    @extend_schema(request=SeriousReturnIn, responses=SeriousOut)
    def post(self, request: Request) -> Response:
        """Come back by the code of a report without a name; `text` is written to its handler."""
        given = self.parsed(SeriousReturnIn)
        report = serious.by_code(request.user, given["code"])
        if report is None:
            sentence = _("No report of your side has this code. Type it as you wrote it down.")
            raise Invalid(sentence, fields={"code": [sentence]})
        if "text" in given:
            actions.write_serious(report, **given, by=request.user)
        return Response(self.shape(report, False))


class SeriousNumbers(SeriousDoor):
    @extend_schema(responses=SeriousNumbersOut)
    def get(self, request: Request) -> Response:
        """How many serious incidents of the own side, for its handlers."""
        found = serious.statistics(request.user)
        if not found:
            raise Http404
        for name in ("kinds", "states"):
            found[name] = [
                {"code": code, "name": words, "count": count} for code, words, count in found[name]
            ]
        return Response(SeriousNumbersOut(found).data)
