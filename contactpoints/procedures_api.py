"""The part of the API about procedures: what holds, what is prepared, and every deed of the pages.

Every kind has the same doors, under an address of its own.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bordercoop.api.idempotency import Idempotent
from bordercoop.api.schema import ERROR
from bordercoop.errors import Refused
from bordercoop.reference.models import ProcedureComment, ProcedureVersion

from . import actions
from .kinds import Kind, kinds
from .procedure_diff import differences
from .procedure_lines import chosen, count_readers, lines_for
from .procedure_pages import chosen_language, phases_of
from .procedures import (
    may_read,
    readers_of,
    versions_for,
    with_answers,
)
from .procedures_shapes import (
    ProcedureAnswerIn,
    ProcedureApproveIn,
    ProcedureBriefOut,
    ProcedureChangeIn,
    ProcedureCommentIn,
    ProcedureCommentOut,
    ProcedureDaysIn,
    ProcedureDiffOut,
    ProcedureLessonIn,
    ProcedureLineOut,
    ProcedureNoteIn,
    ProcedureNothingIn,
    ProcedureReadersOut,
    ProcedureReadingIn,
    ProcedureReadingOut,
    ProcedureReasonGivenIn,
    ProcedureReviewIn,
    ProcedureStartIn,
    ProcedureVersionOut,
)


class _Door(Idempotent, generics.GenericAPIView):
    """What every door stands on: to whoever may not read them, its procedures do not exist.

    `kind` is the code of the kind; `operation_ids` name operations in the schema, by method.
    """

    kind: str = ""
    operation_ids: Mapping[str, str] = {}
    serializer_class: Any = ProcedureVersionOut
    pagination_class = None

    @property
    def its(self) -> Kind:
        return kinds()[self.kind]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_read(request.user, self.its):
            raise Http404
        actions.advance_procedures()

    def parsed(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        given = shape(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def rows(self, code: str) -> Any:
        rows = with_answers(versions_for(self.request.user, self.its)).filter(procedure__code=code)
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
        return Response(ProcedureVersionOut(fresh).data, status=status)


class ListDoor(_Door):
    @extend_schema(
        responses=ProcedureLineOut(many=True),
        parameters=[
            OpenApiParameter("level", OpenApiTypes.STR, description="operational or strategic."),
            OpenApiParameter("state", OpenApiTypes.STR, description="Of one of its versions."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Procedures with the version that holds, the one that is prepared, what waits, and how
        many have read what holds."""
        asked = {name: request.query_params.get(name, "") for name in ("level", "state")}
        lines = chosen(lines_for(request.user, self.its), **asked)
        count_readers(lines, request.user, self.its)
        return Response(ProcedureLineOut(lines, many=True).data)

    @extend_schema(request=ProcedureStartIn, responses={201: ProcedureVersionOut})
    def post(self, request: Request) -> Response:
        """Begin a procedure that there is not yet, with an empty draft."""
        made = actions.start_procedure(
            kind=self.kind, by=request.user, **self.parsed(ProcedureStartIn)
        )
        return self.shown(made, 201)


class HoldingDoor(_Door):
    @extend_schema(responses=ProcedureVersionOut)
    def get(self, request: Request, code: str) -> Response:
        """The version by which the services work now."""
        return Response(ProcedureVersionOut(self.holding(code)).data)


class VersionsDoor(_Door):
    @extend_schema(responses=ProcedureBriefOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Every version of a procedure, the newest first."""
        return Response(ProcedureBriefOut(self.rows(code).order_by("-number"), many=True).data)

    @extend_schema(request=ProcedureNoteIn, responses={201: ProcedureVersionOut})
    def post(self, request: Request, code: str) -> Response:
        """Begin the next version from the one that holds."""
        base = self.rows(code).first()
        made = actions.draft_version(
            base.procedure, by=request.user, **self.parsed(ProcedureNoteIn)
        )
        return self.shown(made, 201)


class ReadersDoor(_Door):
    @extend_schema(responses=ProcedureReadersOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Who has confirmed having read what holds, the own side first."""
        return Response(
            ProcedureReadersOut(readers_of(self.holding(code), request.user), many=True).data
        )

    @extend_schema(
        request=ProcedureReadingIn,
        responses={
            200: ProcedureReadingOut, 409: OpenApiResponse(ERROR, "Another version holds by now."),
        },
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Confirm having read and understood what holds, by the number of what was read."""
        version, number = self.holding(code), self.parsed(ProcedureReadingIn)["version"]
        if version.number != number:
            raise Refused(
                _("Another version is in force by now. Read that one, then confirm it."),
                code="other_version",
            )
        return Response(ProcedureReadingOut(actions.confirm_reading(version, by=request.user)).data)


class LessonsDoor(_Door):
    @extend_schema(request=ProcedureLessonIn, responses={201: ProcedureCommentOut})
    def post(self, request: Request, code: str) -> Response:
        """Propose a change of what holds, for whoever prepares the next version."""
        procedure = self.holding(code).procedure
        made = actions.propose_lesson(procedure, by=request.user, **self.parsed(ProcedureLessonIn))
        return Response(ProcedureCommentOut(made).data, status=201)


class VersionDoor(_Door):
    @extend_schema(responses=ProcedureVersionOut)
    def get(self, request: Request, code: str, number: int) -> Response:
        """One version with its text, approvals and comments."""
        return Response(ProcedureVersionOut(self.version(code, number)).data)

    @extend_schema(request=ProcedureChangeIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Write what a version under preparation says; voids approvals."""
        version = self.version(code, number)
        return self.shown(
            actions.change_version(version, by=request.user, **self.parsed(ProcedureChangeIn))
        )


@extend_schema(
    parameters=[
        OpenApiParameter("with", OpenApiTypes.INT, description="Number of the older version."),
        OpenApiParameter("language", OpenApiTypes.STR, description="en, lv, be or ru."),
    ]
)
class DiffDoor(_Door):
    @extend_schema(responses=ProcedureDiffOut)
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
        diff = differences(before, version.content, language, phases_of(self.kind))
        return Response(ProcedureDiffOut(diff).data)


class _Deed(_Door):
    """A door to one verb on one version."""

    shape: ClassVar[type[serializers.Serializer]] = ProcedureNothingIn
    verb: ClassVar[str] = ""

    def done(self, code: str, number: int) -> Response:
        version, given = self.version(code, number), self.parsed(self.shape)
        return self.shown(getattr(actions, self.verb)(version, by=self.request.user, **given))


class ConsultDoor(_Deed):
    verb = "open_consultation"

    @extend_schema(request=ProcedureNothingIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Put a draft to both sides."""
        return self.done(code, number)


class DaysDoor(_Deed):
    verb, shape = "set_version_days", ProcedureDaysIn

    @extend_schema(request=ProcedureDaysIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say from which day (UTC) it holds and when it is reviewed."""
        return self.done(code, number)


class ApproveDoor(_Deed):
    verb, shape = "approve_version", ProcedureApproveIn

    @extend_schema(request=ProcedureApproveIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Approve this very revision for the own side."""
        return self.done(code, number)


class WithdrawDoor(_Deed):
    verb, shape = "withdraw_version", ProcedureReasonGivenIn

    @extend_schema(request=ProcedureReasonGivenIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Give up a version under preparation."""
        return self.done(code, number)


class EndDoor(_Deed):
    verb, shape = "end_version", ProcedureReasonGivenIn

    @extend_schema(request=ProcedureReasonGivenIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Withdraw a version that holds; nothing holds then."""
        return self.done(code, number)


class ReviewDoor(_Deed):
    verb = "start_review"

    @extend_schema(request=ProcedureNothingIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Put what is in force under review."""
        return self.done(code, number)


class StaysDoor(_Deed):
    verb, shape = "end_review", ProcedureReviewIn

    @extend_schema(request=ProcedureReviewIn, responses=ProcedureVersionOut)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say that what was under review stays as it is."""
        return self.done(code, number)


class CommentsDoor(_Door):
    @extend_schema(request=ProcedureCommentIn, responses={201: ProcedureCommentOut})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Say something to a version in consultation."""
        version = self.version(code, number)
        made = actions.comment_step(version, by=request.user, **self.parsed(ProcedureCommentIn))
        return Response(ProcedureCommentOut(made).data, status=201)


class AnswerDoor(_Door):
    @extend_schema(request=ProcedureAnswerIn, responses=ProcedureCommentOut)
    def post(self, request: Request, code: str, uid: Any) -> Response:
        """Say what becomes of a comment or of a lesson."""
        rows = ProcedureComment.objects.filter(version__in=self.rows(code).values("pk"))
        comment = rows.select_related("version", "by").filter(uid=uid).first()
        if comment is None:
            raise Http404
        done = actions.answer_comment(comment, by=request.user, **self.parsed(ProcedureAnswerIn))
        return Response(ProcedureCommentOut(done).data)


def doors(kind: str, name: str) -> list[Any]:
    """The doors of a kind under `name`, such as guidelines."""
    one, version = f"{name}/<str:code>", f"{name}/<str:code>/versions/<int:number>"
    listed = {"GET": f"{name}_list"}
    changed = {"POST": f"{name}_versions_change"}
    return [
        path(f"{name}/", ListDoor.as_view(kind=kind, operation_ids=listed)),
        path(f"{one}/", HoldingDoor.as_view(kind=kind)),
        path(f"{one}/versions/", VersionsDoor.as_view(kind=kind)),
        path(f"{one}/readers/", ReadersDoor.as_view(kind=kind)),
        path(f"{one}/lessons/", LessonsDoor.as_view(kind=kind)),
        path(f"{one}/comments/<uuid:uid>/", AnswerDoor.as_view(kind=kind)),
        path(f"{version}/", VersionDoor.as_view(kind=kind, operation_ids=changed)),
        path(f"{version}/changes/", DiffDoor.as_view(kind=kind)),
        path(f"{version}/consult/", ConsultDoor.as_view(kind=kind)),
        path(f"{version}/days/", DaysDoor.as_view(kind=kind)),
        path(f"{version}/approve/", ApproveDoor.as_view(kind=kind)),
        path(f"{version}/withdraw/", WithdrawDoor.as_view(kind=kind)),
        path(f"{version}/end/", EndDoor.as_view(kind=kind)),
        path(f"{version}/review/", ReviewDoor.as_view(kind=kind)),
        path(f"{version}/stays/", StaysDoor.as_view(kind=kind)),
        path(f"{version}/comments/", CommentsDoor.as_view(kind=kind)),
    ]
