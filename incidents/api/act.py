"""The act of a joint investigation, its signatures, and cases without agreement."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.access.confirming import require_confirmed
from bordercoop.api.schema import ERROR
from bordercoop.files.serving import as_stream
from bordercoop.reference.sides import Side
from bordercoop.web.pdf import as_file

from .. import actions
from ..investigation.act import changes, dispute, reading, the_act
from ..investigation.act_heading import content_of
from ..models import (
    Act,
    ActVersion,
    CaseReferral,
    CaseState,
    Investigation,
    ParagraphKind,
    Section,
)
from .case_shapes import coded
from .door import Door

TEXTS = 'In the two languages of the act: {"lv": ..., "be" or "ru": ...}.'


class CitedEntryOut(serializers.Serializer):
    number = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices)
    version = serializers.IntegerField()
    files = serializers.ListField(child=serializers.CharField(), help_text="SHA-256 of each file.")
    sha256 = serializers.CharField(default="", help_text="Of the words of that version.")
    custody = serializers.CharField(
        default="", help_text="The last digest of the custody log at that moment."
    )


class ActParagraphOut(serializers.Serializer):
    id = serializers.CharField()
    number = serializers.CharField()
    section = serializers.CharField(help_text=", ".join(Section.values))
    kind = coded(ParagraphKind)
    side = serializers.CharField(allow_blank=True, help_text="Whose dissent it is.")
    texts = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text=TEXTS)
    positions = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        help_text="Of a disputed one: by side, then by language.",
    )
    entries = CitedEntryOut(many=True)


class ActSignatureOut(serializers.Serializer):
    side = serializers.ChoiceField(choices=Side.choices)
    sha256 = serializers.CharField()
    revision = serializers.IntegerField()
    name = serializers.CharField(source="name_latin")
    at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)
    voided_why = serializers.CharField(allow_blank=True, help_text="changed or no_agreement")


class ActOut(serializers.Serializer):
    code = serializers.CharField(help_text="Of the page /verify/<code>/.")
    case = serializers.CharField(source="investigation.number")
    state = coded(CaseState, source="investigation.state")
    languages = serializers.ListField(child=serializers.CharField())
    heading = serializers.DictField(help_text="What it is about, where and when.")
    teams = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField(child=serializers.CharField())),
        help_text="By side: name and function of who took part.",
    )
    revision = serializers.IntegerField()
    sha256 = serializers.CharField()
    paragraphs = ActParagraphOut(many=True)
    signatures = ActSignatureOut(many=True)
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Sentences: without these it cannot be signed."
    )


class ActDoneOut(serializers.Serializer):
    """Which act it is now: nothing of its words, since answers to a key are kept."""

    code = serializers.CharField()
    revision = serializers.IntegerField()
    sha256 = serializers.CharField()


class ActChangeOut(serializers.Serializer):
    revision = serializers.IntegerField(source="version.number")
    deed = coded(ActVersion.Deed, source="version.deed")
    number = serializers.CharField(allow_blank=True)
    side = serializers.ChoiceField(source="version.side", choices=Side.choices)
    at = serializers.DateTimeField(source="version.at")
    sha256 = serializers.CharField(source="version.sha256")


def _texts(help_text: str = TEXTS) -> serializers.DictField:
    # The verb says what is wrong with them, in the same sentence as the page.
    return serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False), help_text=help_text
    )


class _RevisionIn(serializers.Serializer):
    revision = serializers.IntegerField(min_value=1, help_text="The one that was read.")


class ParagraphIn(_RevisionIn):
    section = serializers.CharField(max_length=20)
    kind = serializers.CharField(max_length=10, required=False, default=ParagraphKind.AGREED.value)
    texts = _texts()
    entries = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, max_length=100
    )
    client_ref = serializers.UUIDField(required=False)


class ParagraphChangeIn(_RevisionIn):
    section = serializers.CharField(max_length=20, required=False, default="")
    texts = _texts()
    entries = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=None, max_length=100
    )


class PositionIn(_RevisionIn):
    texts = _texts()


class ParagraphMoveIn(_RevisionIn):
    direction = serializers.CharField(max_length=10, help_text="up or down")


class SignIn(serializers.Serializer):
    sha256 = serializers.CharField(max_length=200, help_text="Of the act that was read.")


class OpinionIn(serializers.Serializer):
    texts = _texts("In one of the portal's languages at least.")
    client_ref = serializers.UUIDField(required=False)


class NoAgreementIn(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True, trim_whitespace=False)


class HigherIn(NoAgreementIn):
    level = serializers.CharField(max_length=20, help_text="heads or diplomatic")


class SettleIn(serializers.Serializer):
    decision = serializers.CharField(allow_blank=True, trim_whitespace=False)


class OpinionOut(serializers.Serializer):
    side = serializers.ChoiceField(choices=Side.choices)
    texts = serializers.DictField(child=serializers.CharField())
    at = serializers.DateTimeField()


class ReferralOut(serializers.Serializer):
    level = coded(CaseReferral.Level)
    reason = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices)
    at = serializers.DateTimeField()
    decision = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class DisputeOut(serializers.Serializer):
    reason = serializers.CharField(allow_blank=True)
    opinions = OpinionOut(many=True, help_text="The last one of a side first.")
    referrals = ReferralOut(many=True)


class CaseMovedOut(serializers.Serializer):
    number = serializers.CharField()
    state = coded(CaseState)


STALE: dict[Any, Any] = {409: OpenApiResponse(ERROR, "Changed meanwhile, or not possible now.")}


class _CaseDoor(Door):
    pagination_class = None
    serializer_class = ActDoneOut  # type: ignore[assignment]

    def case(self, uid: Any) -> Investigation:
        rows = Investigation.objects.visible_to(self.request.user).select_related("sign")
        return get_object_or_404(rows, uid=uid)

    def act(self, uid: Any) -> Act:
        return the_act(self.case(uid))

    def done(self, act: Act, status: int = 200) -> Response:
        return Response(ActDoneOut(act).data, status=status)


class CaseAct(_CaseDoor):
    @extend_schema(responses=ActOut)
    def get(self, request: Request, uid: Any) -> Response:
        """The act as it is now, with its signatures and what is missing in it."""
        case = self.case(uid)
        act = the_act(case)
        found = reading(case, request.user)
        content = content_of(case, act)
        whole = {
            "code": act.code, "investigation": case, "languages": content["languages"],
            "heading": content["heading"], "teams": content["teams"],
            "revision": act.revision, "sha256": act.sha256, "paragraphs": content["paragraphs"],
            "signatures": sorted([*found.voided, *found.standing], key=lambda each: each.pk),
            "missing": found.missing,
        }  # fmt: skip
        return Response(ActOut(whole).data)

    @extend_schema(request=None, responses={201: ActDoneOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Begin the act of a case whose evidence is exchanged."""
        return self.done(actions.draft_act(self.case(uid), by=request.user), 201)


class ActChanges(_CaseDoor):
    @extend_schema(responses=ActChangeOut(many=True))
    def get(self, request: Request, uid: Any) -> Response:
        """Who changed what, the latest first."""
        return Response(ActChangeOut(changes(self.act(uid)), many=True).data)


class ActParagraphs(_CaseDoor):
    @extend_schema(request=ParagraphIn, responses={201: ActDoneOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Add a paragraph."""
        act, given = self.act(uid), self.parsed(ParagraphIn)
        return self.done(actions.write_paragraph(act, **given, by=request.user), 201)


class ActParagraph(_CaseDoor):
    @extend_schema(
        operation_id="investigations_act_paragraph_change",
        request=ParagraphChangeIn,
        responses={200: ActDoneOut, **STALE},
    )
    def post(self, request: Request, uid: Any, paragraph: Any) -> Response:
        """Write other words for a paragraph."""
        act, given = self.act(uid), self.parsed(ParagraphChangeIn)
        return self.done(actions.change_paragraph(act, str(paragraph), **given, by=request.user))


class ActPosition(_CaseDoor):
    @extend_schema(request=PositionIn, responses={200: ActDoneOut, **STALE})
    def post(self, request: Request, uid: Any, paragraph: Any) -> Response:
        """State what the own side holds of a disputed paragraph."""
        act, given = self.act(uid), self.parsed(PositionIn)
        return self.done(actions.state_position(act, str(paragraph), **given, by=request.user))


class ActMove(_CaseDoor):
    @extend_schema(request=ParagraphMoveIn, responses={200: ActDoneOut, **STALE})
    def post(self, request: Request, uid: Any, paragraph: Any) -> Response:
        """Put a paragraph one place up or down within its section."""
        act, given = self.act(uid), self.parsed(ParagraphMoveIn)
        return self.done(actions.move_paragraph(act, str(paragraph), **given, by=request.user))


class ActRemoval(_CaseDoor):
    @extend_schema(request=_RevisionIn, responses={200: ActDoneOut, **STALE})
    def post(self, request: Request, uid: Any, paragraph: Any) -> Response:
        """Take a paragraph out."""
        act, given = self.act(uid), self.parsed(_RevisionIn)
        return self.done(actions.remove_paragraph(act, str(paragraph), **given, by=request.user))


class ActSigning(_CaseDoor):
    @extend_schema(
        request=SignIn,
        responses={
            201: ActDoneOut,
            403: OpenApiResponse(ERROR, "No right to sign, or not confirmed within five minutes."),
            **STALE,
        },
    )
    def post(self, request: Request, uid: Any) -> Response:
        """Sign the act with this SHA-256 for the own side. Only in a session that confirmed the
        password, and the second factor where there is one, within the last five minutes; a token
        confirms nothing."""
        act, given = self.act(uid), self.parsed(SignIn)
        require_confirmed(request)
        actions.sign_act(act, sha256=given["sha256"], by=request.user)
        return self.done(self.act(uid), 201)


class ActPaper(_CaseDoor):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: Any) -> HttpResponse:
        """The act as tagged PDF, in its two languages."""
        case = self.case(uid)
        act = the_act(case)
        made = actions.print_act(act, by=request.user)
        return as_file(made, f"{case.number}-act-{act.revision}.pdf")


class CasePack(_CaseDoor):
    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: Any) -> HttpResponseBase:
        """Act, signatures, entries, evidence and custody log as a zip that verifies itself."""
        case = self.case(uid)
        pieces = actions.export_case_pack(case, by=request.user)
        return as_stream(pieces, f"{case.number}.zip", "application/zip")


class _MoveDoor(_CaseDoor):
    def moved(self, uid: Any, status: int = 200) -> Response:
        return Response(CaseMovedOut(self.case(uid)).data, status=status)


class CaseDispute(_MoveDoor):
    @extend_schema(responses=DisputeOut)
    def get(self, request: Request, uid: Any) -> Response:
        """A case without agreement: each side's opinions, where it went, what was decided."""
        found = dispute(self.case(uid))
        rows = [row for _side, opinions in found.opinions for row in opinions]
        return Response(
            DisputeOut(
                {"reason": found.reason, "opinions": rows, "referrals": found.referrals}
            ).data
        )

    @extend_schema(request=NoAgreementIn, responses={200: CaseMovedOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Say that both sides do not come to one act."""
        actions.declare_no_agreement(self.case(uid), by=request.user, **self.parsed(NoAgreementIn))
        return self.moved(uid)


class CaseOpinions(_MoveDoor):
    @extend_schema(request=OpinionIn, responses={201: CaseMovedOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Record what the own side thinks of a case without agreement."""
        actions.state_opinion(self.case(uid), by=request.user, **self.parsed(OpinionIn))
        return self.moved(uid, 201)


class CaseHigher(_MoveDoor):
    @extend_schema(request=HigherIn, responses={200: CaseMovedOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Give a case without agreement to a higher level."""
        actions.take_to_higher_level(self.case(uid), by=request.user, **self.parsed(HigherIn))
        return self.moved(uid)


class CaseSettlement(_MoveDoor):
    @extend_schema(request=SettleIn, responses={200: CaseMovedOut, **STALE})
    def post(self, request: Request, uid: Any) -> Response:
        """Record what was decided, and write the act again."""
        actions.settle(self.case(uid), by=request.user, **self.parsed(SettleIn))
        return self.moved(uid)
