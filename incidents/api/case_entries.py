"""Joint investigations: what each side brings in, its custody, comments and files."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.moments import MomentIn
from bordercoop.files.serving import as_attachment

from .. import actions
from ..investigation.custody import is_whole, log_of
from ..investigation.reading import entries_for
from ..models import CaseEntry, EntryComment, EntryCustody, EntryFile
from .case_shapes import coded
from .files import BYTES
from .investigation import CaseDoor


class EntryFileOut(serializers.Serializer):
    uid = serializers.UUIDField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    scan = serializers.CharField()
    added_at = serializers.DateTimeField(source="at")


class EntryOut(serializers.Serializer):
    uid = serializers.UUIDField(source="entry.uid")
    number = serializers.IntegerField(source="entry.number")
    side = serializers.CharField(source="entry.side")
    kind = coded(CaseEntry.Kind, source="entry.kind")
    version = serializers.IntegerField(source="entry.version")
    title = serializers.CharField(source="said.title")
    language = serializers.CharField(
        source="said.language", help_text="In which it was written; the others are translations."
    )
    texts = serializers.DictField(source="said.texts", child=serializers.CharField())
    where = serializers.CharField(source="said.where")
    taken_at = serializers.DateTimeField(source="said.taken_at", allow_null=True)
    exchanged_at = serializers.DateTimeField(source="entry.exchanged_at", allow_null=True)
    withdrawn_at = serializers.DateTimeField(source="entry.withdrawn_at", allow_null=True)
    files = EntryFileOut(many=True)
    open_comments = serializers.IntegerField()


class CustodyLineOut(serializers.Serializer):
    number = serializers.IntegerField()
    deed = coded(EntryCustody.Deed)
    side = serializers.CharField()
    holder = serializers.CharField()
    purpose = serializers.CharField()
    sums = serializers.ListField(child=serializers.CharField())
    previous = serializers.CharField()
    digest = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class EntryCommentOut(serializers.Serializer):
    uid = serializers.UUIDField()
    side = serializers.CharField()
    version = serializers.IntegerField()
    text = serializers.CharField()
    proposed = serializers.CharField()
    language = serializers.CharField()
    state = coded(EntryComment.State)
    answer = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.display_name", allow_null=True, default=None)


class WholeEntryOut(EntryOut):
    custody = CustodyLineOut(many=True)
    unbroken = serializers.BooleanField(help_text="Whether the custody log is the one written.")
    comments = EntryCommentOut(many=True)


class EntryDoneOut(serializers.Serializer):
    number = serializers.IntegerField()
    version = serializers.IntegerField()
    exchanged_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class EntryIn(serializers.Serializer):
    kind = serializers.CharField(max_length=12)
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(
        required=False, default="", allow_blank=True, trim_whitespace=False
    )
    language = serializers.CharField(max_length=8)
    where = serializers.CharField(required=False, default="", allow_blank=True)
    taken_at = MomentIn(required=False, allow_null=True, default=None)
    client_ref = serializers.UUIDField(required=False)


class EntryChangeIn(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)
    where = serializers.CharField(required=False, default="", allow_blank=True)
    taken_at = MomentIn(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, default="", allow_blank=True)


class EntryTranslationIn(serializers.Serializer):
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")
    language = serializers.CharField(max_length=8)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)


class EntryCommentIn(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)
    proposed = serializers.CharField(
        required=False, default="", allow_blank=True, trim_whitespace=False
    )
    language = serializers.CharField(max_length=8)
    client_ref = serializers.UUIDField(required=False)


class CommentAnswerIn(serializers.Serializer):
    state = serializers.CharField(max_length=8, help_text="accepted, refused or noted.")
    answer = serializers.CharField(required=False, default="", allow_blank=True)


class CustodyIn(serializers.Serializer):
    deed = serializers.CharField(max_length=12, help_text="handed_over or returned.")
    holder = serializers.CharField(allow_blank=True)
    purpose = serializers.CharField(allow_blank=True)
    client_ref = serializers.UUIDField(required=False)


class ExchangeIn(serializers.Serializer):
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=1_000_000), max_length=500
    )


class EntryReasonIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)


class EntryFileIn(serializers.Serializer):
    file = serializers.FileField(max_length=255, allow_empty_file=True)


class EntryDoor(CaseDoor):
    def entry(self, uid: Any, number: int) -> CaseEntry:
        user: Any = self.request.user
        rows: Any = self.case(uid).entries.readable_by(user.side)  # type: ignore[attr-defined]
        found: CaseEntry = get_object_or_404(rows.select_related("investigation"), number=number)
        return found

    def entry_done(self, uid: Any, number: int, status: int = 200) -> Response:
        return Response(EntryDoneOut(self.entry(uid, number)).data, status=status)


class CaseEntries(EntryDoor):
    pagination_class = None

    @extend_schema(responses=EntryOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """What was brought in, as far as the account's side has it, by number."""
        shown = entries_for(self.case(uid), request.user, get_language() or "en")
        return Response(EntryOut(shown, many=True).data)

    @extend_schema(request=EntryIn, responses={201: EntryDoneOut})
    def post(self, request: Request, uid: Any) -> Response:
        """Bring something into the own side's part; it stays there until it is exchanged."""
        entry = actions.write_entry(self.case(uid), **self.parsed(EntryIn), by=request.user)
        return self.entry_done(uid, entry.number, status=201)


class CaseEntryDoor(EntryDoor):
    @extend_schema(responses=WholeEntryOut)
    def get(self, request: Request, uid: Any, number: int) -> Response:
        """One entry with its custody log and what the other side says to it."""
        entry = self.entry(uid, number)
        shown = entries_for(entry.investigation, request.user, get_language() or "en")
        log = log_of(entry)
        return Response(
            {
                **EntryOut(next(one for one in shown if one.entry.number == number)).data,
                "custody": CustodyLineOut(log, many=True).data,
                "unbroken": is_whole(log),
                "comments": EntryCommentOut(entry.comments.select_related("by"), many=True).data,
            }
        )


class EntryVersions(EntryDoor):
    @extend_schema(request=EntryChangeIn, responses={201: EntryDoneOut})
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Write the next version of an entry of the own side."""
        given = self.parsed(EntryChangeIn)
        actions.change_entry(self.entry(uid, number), **given, by=request.user)
        return self.entry_done(uid, number, status=201)


class EntryTranslations(EntryDoor):
    @extend_schema(request=EntryTranslationIn, responses={201: EntryDoneOut})
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Add what an entry says in another language."""
        given = self.parsed(EntryTranslationIn)
        actions.translate_entry(self.entry(uid, number), **given, by=request.user)
        return self.entry_done(uid, number, status=201)


class EntryWithdrawal(EntryDoor):
    @extend_schema(request=EntryReasonIn, responses=EntryDoneOut)
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Say that an entry of the own side counts no more."""
        given = self.parsed(EntryReasonIn)
        actions.withdraw_entry(self.entry(uid, number), **given, by=request.user)
        return self.entry_done(uid, number)


class EntryHands(EntryDoor):
    @extend_schema(request=CustodyIn, responses={201: CustodyLineOut})
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Record that a thing went into other hands, or was returned."""
        given = self.parsed(CustodyIn)
        line = actions.pass_evidence(self.entry(uid, number), **given, by=request.user)
        return Response(CustodyLineOut(line).data, status=201)


class EntryComments(EntryDoor):
    @extend_schema(request=EntryCommentIn, responses={201: EntryDoneOut})
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Say something to an entry of the other side, or propose other words for it."""
        given = self.parsed(EntryCommentIn)
        actions.comment_entry(self.entry(uid, number), **given, by=request.user)
        return self.entry_done(uid, number, status=201)


class EntryCommentAnswer(EntryDoor):
    @extend_schema(request=CommentAnswerIn, responses=EntryDoneOut)
    def post(self, request: Request, uid: Any, number: int, comment: Any) -> Response:
        """Accept, refuse or note what the other side said."""
        rows = EntryComment.objects.filter(entry=self.entry(uid, number))
        found = get_object_or_404(rows.select_related("entry__investigation"), uid=comment)
        actions.answer_comment(found, **self.parsed(CommentAnswerIn), by=request.user)
        return self.entry_done(uid, number)


class CaseExchange(EntryDoor):
    @extend_schema(request=ExchangeIn, responses=EntryDoneOut(many=True))
    def post(self, request: Request, uid: Any) -> Response:
        """Give entries of the own side to the other one; not taken back."""
        user: Any = request.user
        case, numbers = self.case(uid), set(self.parsed(ExchangeIn)["numbers"])
        rows = list(case.entries.filter(number__in=numbers, side=user.side))
        if len(rows) != len(numbers):
            get_object_or_404(case.entries.none())
        done = actions.exchange_entries(case, rows, by=user)
        return Response(EntryDoneOut(done, many=True).data)


class EntryFiles(EntryDoor):
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": EntryFileIn}, responses={201: EntryFileOut})
    def post(self, request: Request, uid: Any, number: int) -> Response:
        """Add a file to an entry of the own side."""
        given = self.parsed(EntryFileIn)
        row = actions.add_entry_file(self.entry(uid, number), given["file"], by=request.user)
        return Response(EntryFileOut(row).data, status=201)


class EntryFileContent(EntryDoor):
    @extend_schema(responses=BYTES)
    def get(self, request: Request, uid: Any, number: int, file: Any) -> HttpResponseBase:
        """The bytes of a file."""
        rows = EntryFile.objects.filter(entry=self.entry(uid, number))
        row = get_object_or_404(rows.select_related("entry__investigation"), uid=file)
        found = actions.download_entry_file(row, by=request.user)
        return as_attachment(found.file, found.name, found.mime)
