"""The guidelines' part of the API: what holds, what is prepared, and every deed of the pages."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.reference.models import ProcedureComment, ProcedureVersion

from . import actions
from .procedure_diff import differences
from .procedure_pages import chosen_language, phases_of
from .procedures import (
    KINDS,
    lines_for,
    may_read,
    readers_of,
    versions_for,
    with_answers,
)
from .procedures_shapes import (
    GuidelineAnswerIn,
    GuidelineApproveIn,
    GuidelineBriefOut,
    GuidelineChangeIn,
    GuidelineCommentIn,
    GuidelineCommentOut,
    GuidelineDaysIn,
    GuidelineDiffOut,
    GuidelineLessonIn,
    GuidelineLineOut,
    GuidelineNoteIn,
    GuidelineNothingIn,
    GuidelineReadersOut,
    GuidelineReadingOut,
    GuidelineReasonGivenIn,
    GuidelineReviewIn,
    GuidelineStartIn,
    GuidelineVersionOut,
)

KIND = KINDS["guideline"]


class _Door(Idempotent, generics.GenericAPIView):
    """What every door stands on: to whoever may not read them, guidelines do not exist."""

    serializer_class: Any = GuidelineVersionOut
    pagination_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_read(request.user, KIND):
            raise Http404
        actions.advance_procedures()

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def rows(self, code: str) -> Any:
        rows = with_answers(versions_for(self.request.user, KIND)).filter(procedure__code=code)
        if not rows.exists():
            raise Http404
        return rows

    def version(self, code: str, number: int) -> ProcedureVersion:
        found: ProcedureVersion | None = self.rows(code).filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def holding(self, code: str) -> ProcedureVersion:
        found: ProcedureVersion | None = self.rows(code).holding().first()
        if found is None:
            raise Http404
        return found

    def shown(self, version: ProcedureVersion, status: int = 200) -> Response:
        fresh = self.version(version.procedure.code, version.number)
        return Response(GuidelineVersionOut(fresh).data, status=status)


class GuidelineList(_Door):
    @extend_schema(responses=GuidelineLineOut(many=True), operation_id="guidelines_list")
    def get(self, request: Request) -> Response:
        """Guidelines with the version that holds, the one that is prepared, and what waits."""
        return Response(GuidelineLineOut(lines_for(request.user, KIND), many=True).data)

    @extend_schema(request=GuidelineStartIn, responses={201: GuidelineVersionOut})
    def post(self, request: Request) -> Response:
        """Begin a guideline that there is not yet, with an empty draft."""
        made = actions.start_procedure(
            kind=KIND.code, by=request.user, **self.parsed(GuidelineStartIn)
        )
        return self.shown(made, 201)


class GuidelineDetail(_Door):
    @extend_schema(responses=GuidelineVersionOut)
    def get(self, request: Request, code: str) -> Response:
        """The version by which the services work now."""
        return Response(GuidelineVersionOut(self.holding(code)).data)


class GuidelineVersions(_Door):
    @extend_schema(responses=GuidelineBriefOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Every version of a guideline, the newest first."""
        return Response(GuidelineBriefOut(self.rows(code).order_by("-number"), many=True).data)

    @extend_schema(request=GuidelineNoteIn, responses={201: GuidelineVersionOut})
    def post(self, request: Request, code: str) -> Response:
        """Begin the next version from the one that holds."""
        base = self.rows(code).first()
        made = actions.draft_version(
            base.procedure, by=request.user, **self.parsed(GuidelineNoteIn)
        )
        return self.shown(made, 201)


class GuidelineReaders(_Door):
    @extend_schema(responses=GuidelineReadersOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Who has confirmed having read what holds, the own side first."""
        return Response(
            GuidelineReadersOut(readers_of(self.holding(code), request.user), many=True).data
        )

    @extend_schema(request=GuidelineNothingIn, responses=GuidelineReadingOut)
    def post(self, request: Request, code: str) -> Response:
        """Confirm having read and understood what holds."""
        return Response(
            GuidelineReadingOut(actions.confirm_reading(self.holding(code), by=request.user)).data
        )


class GuidelineLessons(_Door):
    @extend_schema(request=GuidelineLessonIn, responses={201: GuidelineCommentOut})
    def post(self, request: Request, code: str) -> Response:
        """Propose a change of what holds, for whoever prepares the next version."""
        procedure = self.holding(code).procedure
        made = actions.propose_lesson(procedure, by=request.user, **self.parsed(GuidelineLessonIn))
        return Response(GuidelineCommentOut(made).data, status=201)


class GuidelineVersion(_Door):
    @extend_schema(responses=GuidelineVersionOut)
    def get(self, request: Request, code: str, number: int) -> Response:
        """One version with its text, approvals and comments."""
        return Response(GuidelineVersionOut(self.version(code, number)).data)

    @extend_schema(
        request=GuidelineChangeIn,
        responses=GuidelineVersionOut,
        operation_id="guidelines_versions_change",
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Write what a version under preparation says; voids approvals."""
        version = self.version(code, number)
        return self.shown(
            actions.change_version(version, by=request.user, **self.parsed(GuidelineChangeIn))
        )


@extend_schema(
    parameters=[
        OpenApiParameter("with", OpenApiTypes.INT, description="Number of the older version."),
        OpenApiParameter("language", OpenApiTypes.STR, description="en, lv, be or ru."),
    ]
)
class GuidelineDiff(_Door):
    @extend_schema(responses=GuidelineDiffOut)
    def get(self, request: Request, code: str, number: int) -> Response:
        """What a version changes, step by step and word by word."""
        version = self.version(code, number)
        asked = request.query_params.get("with", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 7:
            before = self.version(code, int(asked)).content
        elif version.based_on is not None and version.based_on.shown_at is not None:
            before = version.based_on.content
        else:
            before = {"origin": version.content["origin"], "steps": []}
        language = chosen_language(request.query_params.get("language"))
        diff = differences(before, version.content, language, phases_of(KIND.code))
        return Response(GuidelineDiffOut(diff).data)


class _Deed(_Door):
    """A door to one verb on one version."""

    shape: ClassVar[type[serializers.Serializer]] = GuidelineNothingIn
    verb: ClassVar[str] = ""

    def done(self, code: str, number: int) -> Response:
        version, given = self.version(code, number), self.parsed(self.shape)
        return self.shown(getattr(actions, self.verb)(version, by=self.request.user, **given))


class GuidelineConsult(_Deed):
    verb = "open_consultation"

    @extend_schema(request=GuidelineNothingIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Put a draft to both sides."""
        return self.done(code, number)


class GuidelineDays(_Deed):
    verb, shape = "set_version_days", GuidelineDaysIn

    @extend_schema(request=GuidelineDaysIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say from which day (UTC) it holds and when it is reviewed."""
        return self.done(code, number)


class GuidelineApprove(_Deed):
    verb, shape = "approve_version", GuidelineApproveIn

    @extend_schema(request=GuidelineApproveIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Approve this very revision for the own side."""
        return self.done(code, number)


class GuidelineWithdraw(_Deed):
    verb, shape = "withdraw_version", GuidelineReasonGivenIn

    @extend_schema(request=GuidelineReasonGivenIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Give up a version under preparation."""
        return self.done(code, number)


class GuidelineEnd(_Deed):
    verb, shape = "end_version", GuidelineReasonGivenIn

    @extend_schema(request=GuidelineReasonGivenIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Withdraw a version that holds; nothing holds then."""
        return self.done(code, number)


class GuidelineReview(_Deed):
    verb = "start_review"

    @extend_schema(request=GuidelineNothingIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Put what is in force under review."""
        return self.done(code, number)


class GuidelineStays(_Deed):
    verb, shape = "end_review", GuidelineReviewIn

    @extend_schema(request=GuidelineReviewIn, responses=GuidelineVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say that what was under review stays as it is."""
        return self.done(code, number)


class GuidelineComments(_Door):
    @extend_schema(request=GuidelineCommentIn, responses={201: GuidelineCommentOut})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say something to a version in consultation."""
        version = self.version(code, number)
        made = actions.comment_step(version, by=request.user, **self.parsed(GuidelineCommentIn))
        return Response(GuidelineCommentOut(made).data, status=201)


class GuidelineAnswer(_Door):
    @extend_schema(request=GuidelineAnswerIn, responses=GuidelineCommentOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """Say what becomes of a comment or of a lesson."""
        rows = ProcedureComment.objects.filter(version__in=self.rows(code).values("pk"))
        comment = rows.select_related("version", "by").filter(uid=uid).first()
        if comment is None:
            raise Http404
        done = actions.answer_comment(comment, by=request.user, **self.parsed(GuidelineAnswerIn))
        return Response(GuidelineCommentOut(done).data)
