"""The API's part of the monthly statements of exchange."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.confirming import require_confirmed
from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.errors import Invalid
from bordercoop.web.both import partner_language
from bordercoop.web.exporting import answer
from bordercoop.web.pdf import as_file

from . import actions
from .exports_api import AS, FILE, FileDoor
from .handover_api import LANGUAGES, PDF
from .ledger_api import CountsOut, MonthField
from .models import ExchangeStatement, StatementEntry, StatementSignature
from .months import month_of
from .statements import Line, lines_of

STALE: Any = {409: OpenApiResponse(ERROR, "Closed, not settled, or another SHA-256 by now.")}


class StatementSignatureOut(serializers.ModelSerializer[StatementSignature]):
    by: Any = serializers.StringRelatedField()

    class Meta:
        model = StatementSignature
        fields = ["side", "by", "at", "sha256", "revision", "voided_at", "voided_why"]


class StatementEntryOut(serializers.ModelSerializer[StatementEntry]):
    by: Any = serializers.StringRelatedField()
    reading = CountsOut(allow_null=True)

    class Meta:
        model = StatementEntry
        fields = ["uid", "kind", "side", "text", "reading", "at", "by"]


class StatementLineOut(serializers.Serializer[Line]):
    line = serializers.CharField(source="key", help_text="Names the line in every request.")
    sender = serializers.CharField()
    desk = serializers.CharField()
    kind = serializers.CharField()
    counts = serializers.DictField(child=CountsOut(), help_text="By side, as it counts.")
    state = serializers.CharField(help_text="alike, differs, disputed, proposed or agreed.")
    reading = CountsOut(allow_null=True, help_text="What both sides agreed to read instead.")
    proposal = serializers.UUIDField(
        source="proposal.uid", default=None, help_text="The reading that waits for an answer."
    )
    entries = StatementEntryOut(many=True)


class StatementShortOut(serializers.ModelSerializer[ExchangeStatement]):
    month = MonthField()
    signed_by = serializers.SerializerMethodField()

    class Meta:
        model = ExchangeStatement
        fields = [
            "uid", "number", "month", "sha256", "revision", "made_at", "due_at", "overdue",
            "closed_at", "signed_by",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_signed_by(self, statement: ExchangeStatement) -> list[str]:
        return [signature.side for signature in statement.standing]


class LateEntryOut(serializers.Serializer[Any]):
    month = serializers.CharField()
    sender = serializers.CharField(source="from")
    desk = serializers.CharField(source="to")
    kind = serializers.CharField()
    was = serializers.DictField(child=CountsOut())
    now = serializers.DictField(child=CountsOut())


class StatementOut(StatementShortOut):
    counted_at = serializers.DateTimeField()
    zone = serializers.CharField(default="UTC", read_only=True)
    lines = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    signatures = StatementSignatureOut(many=True)
    said = serializers.CharField(help_text="The canonical form; its SHA-256 is `sha256`.")

    class Meta(StatementShortOut.Meta):
        fields = [
            *StatementShortOut.Meta.fields,
            "counted_at", "zone", "lines", "late", "signatures", "said",
        ]  # fmt: skip

    @extend_schema_field(StatementLineOut(many=True))
    def get_lines(self, statement: ExchangeStatement) -> Any:
        lines: Any = lines_of(statement)
        return StatementLineOut(lines, many=True).data

    @extend_schema_field(LateEntryOut(many=True))
    def get_late(self, statement: ExchangeStatement) -> Any:
        return LateEntryOut(statement.content["late"], many=True).data


class StatementMakeIn(serializers.Serializer[Any]):
    month = serializers.CharField(max_length=7, help_text="YYYY-MM, over by UTC.")


class _LineIn(serializers.Serializer[Any]):
    line = serializers.CharField(max_length=100)
    text = serializers.CharField(help_text="Both sides read it.")
    client_ref = serializers.UUIDField(required=False, help_text="Makes a repeat one entry.")


class StatementSayIn(_LineIn):
    pass


class StatementReadingIn(_LineIn):
    reading = CountsOut(allow_null=True, help_text="Null lets both counts stand side by side.")


class StatementAgreeIn(serializers.Serializer[Any]):
    proposal = serializers.UUIDField()


class StatementWithdrawIn(serializers.Serializer[Any]):
    line = serializers.CharField(max_length=100)


class StatementSignIn(serializers.Serializer[Any]):
    sha256 = serializers.CharField(max_length=200, help_text="Of the statement as it was read.")


class StatementNothingIn(serializers.Serializer[Any]):
    pass


class _Door(Idempotent, generics.GenericAPIView):
    serializer_class: Any = StatementOut

    def parsed(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def get_queryset(self) -> Any:
        return ExchangeStatement.objects.visible_to(self.request.user).whole()

    def statement(self, uid: Any) -> ExchangeStatement:
        found: ExchangeStatement = get_object_or_404(self.get_queryset(), uid=uid)
        return found

    def shown(self, uid: Any, status: int = 200) -> Response:
        return Response(StatementOut(self.statement(uid)).data, status=status)


class StatementList(_Door, generics.ListAPIView):
    serializer_class = StatementShortOut
    ordering = ("-month",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Statements of exchange between the two services, newest month first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=StatementMakeIn, responses={201: StatementOut})
    def post(self, request: Request) -> Response:
        """Make the statement of a month that is over. Made again it is the same one."""
        month = month_of(self.parsed(StatementMakeIn)["month"].strip() or "-")
        made = actions.make_statement(month, by=request.user)
        return self.shown(made.uid, 201)


class StatementDetail(_Door):
    @extend_schema(responses=StatementOut)
    def get(self, request: Request, uid: Any) -> Response:
        """A statement with its lines, what was said of them, and its signatures."""
        return self.shown(uid)


class StatementRecount(_Door):
    @extend_schema(request=StatementNothingIn, responses={200: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Count the month anew; where anything is counted otherwise, signatures are void."""
        actions.recount_statement(self.statement(uid), by=request.user)
        return self.shown(uid)


class StatementDispute(_Door):
    @extend_schema(request=StatementSayIn, responses={201: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Say that a line is not right, and why."""
        actions.dispute_line(self.statement(uid), **self.parsed(StatementSayIn), by=request.user)
        return self.shown(uid, 201)


class StatementAnswer(_Door):
    @extend_schema(request=StatementSayIn, responses={201: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Answer what was said of a line."""
        actions.answer_dispute(self.statement(uid), **self.parsed(StatementSayIn), by=request.user)
        return self.shown(uid, 201)


class StatementWithdraw(_Door):
    @extend_schema(request=StatementWithdrawIn, responses={200: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Take back what the own side disputed or proposed at a line."""
        given = self.parsed(StatementWithdrawIn)
        actions.withdraw_dispute(self.statement(uid), **given, by=request.user)
        return self.shown(uid)


class StatementPropose(_Door):
    @extend_schema(request=StatementReadingIn, responses={201: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Propose what both sides shall read at a line, with the reason."""
        given = self.parsed(StatementReadingIn)
        actions.propose_reading(self.statement(uid), **given, by=request.user)
        return self.shown(uid, 201)


class StatementTake(_Door):
    @extend_schema(request=StatementSayIn, responses={201: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Read at a line what the other side counts, with the reason."""
        given = self.parsed(StatementSayIn)
        actions.take_other_count(self.statement(uid), **given, by=request.user)
        return self.shown(uid, 201)


class StatementAgree(_Door):
    @extend_schema(request=StatementAgreeIn, responses={200: StatementOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Agree to the reading that the other side proposed."""
        found, asked = self.statement(uid), self.parsed(StatementAgreeIn)["proposal"]
        proposal = next((one for one in found.entries.all() if one.uid == asked), None)
        if proposal is None or proposal.kind != "propose":
            sentence = _("The statement has no such proposal.")
            raise Invalid(sentence, fields={"proposal": [sentence]})
        actions.agree_reading(found, proposal, by=request.user)
        return self.shown(uid)


class StatementSigning(_Door):
    @extend_schema(
        request=StatementSignIn,
        responses={
            201: StatementOut,
            403: OpenApiResponse(ERROR, "No right to sign, or not confirmed within five minutes."),
            **STALE,
        },
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Sign the statement with this SHA-256 for the own side. Only in a session that confirmed
        the password, and the second factor where there is one, within the last five minutes; a
        token confirms nothing."""
        found, given = self.statement(uid), self.parsed(StatementSignIn)
        require_confirmed(request)
        actions.sign_statement(found, sha256=given["sha256"], by=request.user)
        return self.shown(uid, 201)


class StatementExport(FileDoor):
    @extend_schema(parameters=[AS], responses=FILE)
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """The lines of a statement as a file; recorded in the audit as an export."""
        rows = ExchangeStatement.objects.visible_to(request.user).whole()
        found = get_object_or_404(rows, uid=uid)
        form = request.query_params.get("as", "")
        return answer(actions.export_statement(found, form=form, by=request.user))


class StatementPdf(_Door):
    pagination_class = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whatever is accepted: the answer is the PDF, and a refusal is JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(parameters=[LANGUAGES], responses=PDF)
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """A statement with its signatures, in two languages; the same for both sides."""
        user: Any = request.user
        asked = request.query_params.get("languages", "").replace(" ", "")
        first, _comma, second = asked.partition(",")
        first = first or user.language
        printed = actions.print_statement(
            self.statement(uid),
            languages=(first, second or partner_language(user.side, first)),
            by=user,
        )
        return as_file(printed.content, printed.name)
